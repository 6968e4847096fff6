//! Everything below the networks.

use slotless_core::hetero::Allocation;
use slotless_core::rand_core::Rng;
use slotless_core::rng::{self, Key, Purpose};
use slotless_core::selftest::{self, Digest, hetero, long};
use slotless_core::structured;
use slotless_core::weight::{self, Rate, Rounding, U1, U2, U4, U8, U16, Width};
use slotless_core::{bits, fan_in, kwinner, select};

use crate::{any, any_64, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    packed_bits(words, more);
    random_numbers(words);
    widths(words);
    rounding();
    let key = Key::new(any_64(), Purpose(any()));
    select::top_k(words, any(), key, keep);
    select::mark_top_k(more, any(), key, words);
    keep(select::kth_largest(words, any()));
    fan_in::draw(any_64(), any(), any(), any(), words);
    fan_in::active_slots(words, more, keep);
    fan_in::slots(words, keep);
    keep(structured::nearest(any(), any(), any()));
    self_tests(words, more);
}

fn packed_bits(words: &mut [u32], more: &mut [u32]) {
    keep(bits::words_for(any()));
    keep(bits::get(words, any()));
    bits::set(words, any());
    keep(bits::window(words, any()));
    keep(bits::pack::<3>(more));
    keep(bits::count(words));
    keep(bits::overlap(words, more));
    bits::ones(words).for_each(keep);
    let mut bytes = [any() as u8; 8];
    let bytes = crate::black_box(&mut bytes[..]);
    let mut stream = rng::stream(any_64(), Purpose(any()), any(), any());
    for error in [
        bits::from_bytes(bytes, any(), words).err(),
        bits::to_bytes(words, any(), bytes).err(),
        bits::check(words, any()).err(),
        bits::sample(any(), any(), &mut stream, words).err(),
        bits::cue(words, any(), &mut stream, more).err(),
    ]
    .into_iter()
    .flatten()
    {
        show(&error);
    }
}

fn random_numbers(words: &mut [u32]) {
    let key = Key::new(any_64(), Purpose::WIRING);
    keep(key.at(any()));
    keep(key.derive(any()));
    keep(key.derive_u64(any_64()));
    keep(key.digest(words));
    keep(rng::stream_parts(any_64(), Purpose(any()), any(), any()));
    keep(rng::derive_seed(any_64(), Purpose(any()), any(), any()));
    let mut stream = rng::stream(any_64(), Purpose(any()), any(), any());
    keep(stream.next_u64());
    keep(rng::below(&mut stream, any()));
    keep(rng::below_u64(&mut stream, any_64()));
    rng::shuffle(&mut stream, words);
}

fn widths(words: &mut [u32]) {
    fn of<W: Width>(row: &mut [u32]) {
        keep(W::row_words(any()));
        keep(W::get(row, any()));
        W::set(row, any(), any());
        keep(W::to_fixed(any()));
        let key = Key::new(any_64(), Purpose(any()));
        weight::fill_start::<W>(row, any(), key);
        keep(weight::start_word::<W>(any(), key, any()));
    }
    of::<U1>(words);
    of::<U2>(words);
    of::<U4>(words);
    of::<U8>(words);
    of::<U16>(words);
}

fn rounding() {
    let key = Key::new(any_64(), Purpose(any()));
    if let Some(rate) = Rate::new(any()) {
        keep(rate.get());
        keep(weight::step(any(), any(), any() == 1, rate, any()));
        keep(weight::stall_level(rate, Rounding::Nearest));
        keep(weight::stall_level(rate, Rounding::Stochastic));
    }
    keep(weight::dither(key, any()));
    keep(weight::dither_of(any(), any()));
}

fn self_tests(words: &mut [u32], more: &mut [u32]) {
    let mut digest = Digest::new();
    digest.word(any());
    keep(digest.value());
    let vector = |name: &str, value: u64| keep((name.len(), value));
    for done in [
        selftest::vectors(words, more, vector),
        long::vectors(words, more, vector),
    ] {
        if let Err(error) = done {
            show(&error);
        }
    }
    if let Err(error) = hetero::vectors(words, more, vector) {
        show(&error);
    }
    selftest::modern::vectors(vector);
    selftest::attractor::vectors(vector);
    selftest::recency::vectors(vector);
    selftest::ring::vectors(vector);
    selftest::encode::vectors(vector);
    if let Ok(params) = hetero::builder::<f32>(any(), Allocation::Key).build() {
        keep(hetero::digest(params, words, more).is_ok());
    }
    use kwinner::Assignment::RandomK;
    if let Ok(params) = selftest::params::<U8>(Rounding::Nearest, RandomK) {
        keep(selftest::kwinner_digest(params, words, more).is_ok());
    }
    if let Ok(params) = long::params::<U16>(Rounding::Nearest) {
        keep(long::digest(params, words, more).is_ok());
    }
    keep(selftest::structured::<U8>(any(), Rounding::Nearest).is_ok());
    keep(long::structured::<U8>(Rounding::Nearest).is_ok());
}
