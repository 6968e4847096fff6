//! Every memory through the one interface: patterns in, patterns out from corrupted cues, and what is refused.

use slotless_core::bits::{self, BitsError};
use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::classical::{self, Classical};
use slotless_core::hopfield::dense::{Dense, Separation};
use slotless_core::hopfield::modern::{self, Memories, Modern, Table};
use slotless_core::hopfield::{Recall, StoredDense, StoredError, StoredModern};
use slotless_core::kwinner::{self, KWinner};
use slotless_core::memory::Memory;
use slotless_core::rng::{self, Purpose};
use slotless_core::weight::U8;

const UNITS: u32 = 200;
const WORDS: usize = 7;

fn pattern(ones: u32, number: u32) -> Vec<u32> {
    let mut words = vec![0; WORDS];
    let mut draws = rng::stream(8, Purpose(300), ones, number);
    bits::sample(UNITS, ones, &mut draws, &mut words).unwrap();
    words
}

fn half(pattern: &[u32], number: u32) -> Vec<u32> {
    let mut cue = vec![0; WORDS];
    let keep = bits::count(pattern) / 2;
    let mut draws = rng::stream(8, Purpose(301), 0, number);
    bits::cue(pattern, keep, &mut draws, &mut cue).unwrap();
    cue
}

/// Stores six patterns and recalls each from half of its ones; how many come back exactly.
fn recalled<M: Memory>(memory: &mut M, ones: u32) -> usize {
    assert_eq!((memory.units(), memory.stored()), (UNITS, 0));
    let mut scratch = vec![7; memory.scratch_words()];
    for number in 0..6 {
        memory.store(&pattern(ones, number), &mut scratch).unwrap();
    }
    assert_eq!(memory.stored(), 6);
    let exact = (0..6).filter(|&number| {
        let pattern = pattern(ones, number);
        let found = memory
            .recall(&half(&pattern, number), &mut scratch)
            .unwrap();
        assert!(found.share <= 65_536);
        found.pattern == pattern
    });
    let exact = exact.count();
    // What is wrong with a cue or too little scratch is an error of each memory's own, a line.
    for (cue, scratch) in [
        (vec![0; 3], scratch.clone()),
        (pattern(ones, 0), vec![0; 4]),
    ] {
        let error = memory.recall(&cue, &mut scratch.clone()).unwrap_err();
        assert!(!error.to_string().contains('\n'));
        assert!(memory.store(&[0; 3], &mut scratch.clone()).is_err());
    }
    assert_eq!(memory.stored(), 6);
    exact
}

#[test]
fn every_memory_recalls_from_half_the_ones() {
    let params = kwinner::Params::<U8>::builder(UNITS, 600)
        .fan_in(60)
        .winners(20)
        .active(40);
    let params = params.rate(65_536).build().unwrap();
    let mut memory = KWinner::new(params, vec![0; params.words()]).unwrap();
    assert_eq!(recalled(&mut memory, 40), 6);
    assert_eq!(
        (memory.capacity().limit, memory.state_words()),
        (None, params.words())
    );

    let params = classical::Params::builder(UNITS, 6).build().unwrap();
    let mut memory = Classical::new(params, vec![0; params.words()]).unwrap();
    assert_eq!(recalled(&mut memory, 100), 6);

    let words = || vec![9; 1 + 8 * UNITS as usize];
    let mut memory = StoredModern::new(UNITS, 1f32, words()).unwrap();
    assert_eq!(recalled(&mut memory, 100), 6);
    assert_eq!(memory.capacity().limit, Some(8));
    assert_eq!(memory.state_words(), 1601);
    let fixed = || StoredModern::new(UNITS, I16F16::ONE, words()).unwrap();
    assert_eq!(recalled(&mut fixed(), 100), 6);
    assert_eq!(recalled(&mut fixed().with_exponential::<Table>(), 100), 6);

    let words = || vec![9; 1 + 8 * WORDS];
    for separation in [
        Separation::Power(3),
        Separation::Rectified(5),
        Separation::Rectified(15),
    ] {
        let mut memory = StoredDense::new(UNITS, separation, words()).unwrap();
        assert_eq!(recalled(&mut memory, 100), 6);
        assert_eq!(
            (memory.capacity().limit, memory.state_words()),
            (Some(8), 57)
        );
    }
}

/// The stored modern network is the borrowed one over the same numbers, its state cut to signs.
#[test]
fn a_stored_modern_network_is_the_borrowed_one() {
    let mut memory = StoredModern::new(UNITS, 0.02f32, vec![0; 1 + 5 * UNITS as usize]).unwrap();
    let mut scratch = vec![0; Memory::scratch_words(&memory)];
    let mut numbers = Vec::new();
    let signs = |words: &[u32]| -> Vec<f32> {
        (0..UNITS)
            .map(|unit| if bits::get(words, unit) { 1.0 } else { -1.0 })
            .collect()
    };
    // With fewer patterns than slots, too.
    for number in 0..5 {
        memory.store(&pattern(90, number), &mut []).unwrap();
        numbers.extend(signs(&pattern(90, number)));
        let cue = half(&pattern(90, 1), 3);
        let network = Modern::new(Memories::rows(&numbers, UNITS).unwrap(), 0.02).unwrap();
        let mut own = vec![0; network.scratch_words()];
        let expected = network
            .recall(&signs(&cue), &modern::Recall::new(), &mut own)
            .unwrap();
        let found = memory.recall(&cue, &mut scratch).unwrap();
        for (unit, &state) in (0..).zip(expected.state) {
            assert_eq!(bits::get(found.pattern, unit), state > 0.0);
        }
        let largest = expected.shares.iter().copied().fold(0.0, f32::max);
        assert_eq!(found.share, (largest * 65_536.0).floor() as u32);
    }
}

/// The same of the dense one; its match is the depth of the energy.
#[test]
fn a_stored_dense_network_is_the_borrowed_one() {
    for separation in [Separation::Power(3), Separation::Rectified(15)] {
        let mut memory = StoredDense::new(UNITS, separation, vec![0; 1 + 5 * WORDS]).unwrap();
        let mut scratch = vec![0; Memory::scratch_words(&memory)];
        let mut all = Vec::new();
        for number in 0..5 {
            memory.store(&pattern(90, number), &mut []).unwrap();
            all.extend(pattern(90, number));
            let cue = half(&pattern(90, 1), 3);
            let network = Dense::new(&all, UNITS, separation).unwrap();
            let mut own = vec![0; network.scratch_words()];
            let expected = network.recall(&cue, &Recall::sweeps(), &mut own).unwrap();
            let found = memory.recall(&cue, &mut scratch).unwrap();
            assert_eq!(found.pattern, expected.state);
            let share = expected.energy as f64 / -f64::from(UNITS).powi(separation.degree() as i32);
            assert!((f64::from(found.share) - share.clamp(0.0, 1.0) * 65_536.0).abs() < 2.0);
        }
    }
}

#[test]
fn an_empty_memory_recalls_nothing() {
    let modern = StoredModern::new(UNITS, 1f32, vec![0; 1 + UNITS as usize]).unwrap();
    let dense = StoredDense::new(UNITS, Separation::Power(2), vec![0; 1 + WORDS]).unwrap();
    let mut scratch = vec![1; Memory::scratch_words(&modern)];
    let found = modern.recall(&pattern(50, 0), &mut scratch).unwrap();
    assert_eq!((found.pattern, found.share), (&[0; WORDS][..], 0));
    let found = dense.recall(&pattern(50, 0), &mut scratch).unwrap();
    assert_eq!((found.pattern, found.share), (&[0; WORDS][..], 0));
}

#[test]
fn slots_run_out_and_bad_input_is_told() {
    let slots = 2;
    let mut modern = StoredModern::new(UNITS, 1f32, vec![0; 1 + 2 * UNITS as usize]).unwrap();
    let mut dense = StoredDense::new(UNITS, Separation::Power(2), vec![0; 1 + 2 * WORDS]).unwrap();
    for number in 0..2 {
        modern.store(&pattern(50, number), &mut []).unwrap();
        dense.store(&pattern(50, number), &mut []).unwrap();
    }
    let full = Err(StoredError::Full { slots });
    assert_eq!(modern.store(&pattern(50, 2), &mut []), full);
    assert_eq!(dense.store(&pattern(50, 2), &mut []), full);
    assert_eq!((modern.stored(), dense.stored()), (2, 2));
    assert_eq!(
        StoredError::Full { slots }.to_string(),
        "all 2 slots are taken"
    );

    let modern = |units, beta, words| StoredModern::new(units, beta, vec![0; words]).map(|_| ());
    assert_eq!(modern(0, 1f32, 5), Err(StoredError::Units));
    for beta in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert_eq!(modern(5, beta, 6), Err(StoredError::Beta));
    }
    for got in [0, 1, 5, 7] {
        assert_eq!(
            modern(5, 1.0, got),
            Err(StoredError::Buffer { got, slot: 5 })
        );
    }
    assert_eq!(
        StoredError::Buffer { got: 7, slot: 5 }.to_string(),
        "buffer of 7 words, expected 1 and a multiple of 5, the words of a pattern"
    );
    let dense =
        |units, separation, words| StoredDense::new(units, separation, vec![0; words]).map(|_| ());
    assert_eq!(dense(0, Separation::Power(2), 5), Err(StoredError::Units));
    let (got, slot) = (4, 2);
    assert_eq!(
        dense(40, Separation::Power(2), 4),
        Err(StoredError::Buffer { got, slot })
    );
    assert!(matches!(
        dense(40, Separation::Power(0), 5),
        Err(StoredError::Dense(_))
    ));
    assert!(matches!(
        dense(40, Separation::Power(90), 5),
        Err(StoredError::Dense(_))
    ));

    let memory = StoredModern::new(40, 1f32, vec![0; 41]).unwrap();
    let mut scratch = vec![0; Memory::scratch_words(&memory)];
    let error = StoredError::Pattern(BitsError::Beyond { bits: 40 });
    assert_eq!(
        memory.recall(&[0, 1 << 8], &mut scratch).unwrap_err(),
        error
    );
    let expected = scratch.len();
    let got = expected - 1;
    let error = StoredError::Scratch { got, expected };
    assert_eq!(
        memory.recall(&[0, 1], &mut scratch[1..]).unwrap_err(),
        error
    );
}
