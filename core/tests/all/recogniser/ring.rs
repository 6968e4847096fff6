//! Rings of samples, step by step as the naive one, from nothing and from damaged states.

use proptest::prelude::*;
use slotless_core::recogniser::{Code, Outcome, Replacement, Ring, RingParams};

use super::{sample, told};
use crate::naive::recogniser::{self as oracle, Rule, label_byte};
use crate::naive::{self, Pcg};

struct Sizes {
    d: u64,
    items: usize,
    bits: Option<u64>,
    rule: Rule,
    classes: u64,
}

fn params(sizes: &Sizes) -> RingParams {
    let code = match sizes.bits {
        None => Code::Nibbles,
        Some(bits) => Code::Thermometer { bits: bits as u32 },
    };
    let replacement = match sizes.rule {
        Rule::Fifo => Replacement::Fifo,
        Rule::Reservoir(seed) => Replacement::Reservoir { seed },
        Rule::Balanced => Replacement::Balanced,
    };
    RingParams::new(sizes.d as u32, sizes.items as u32, code, replacement).unwrap()
}

fn history(sizes: &Sizes, words: Option<Vec<u32>>, steps: u32, seed: u64) {
    let params = params(sizes);
    let words = words.unwrap_or_else(|| vec![0; params.words()]);
    let row = params.item_words();
    let mut naive = oracle::Ring::read(&words, row, sizes.items, sizes.bits, sizes.rule);
    let mut ring = Ring::open(params, words).unwrap();
    let mut draws = Pcg::new(seed, 5);
    for _ in 0..steps {
        let (x, y) = sample(&mut draws, sizes.d, sizes.classes);
        let known = naive.recognise(&x).is_some();
        let outcome = ring.learn(&x, y).unwrap();
        assert!(known || outcome == Outcome::New);
        naive.learn(&x, y.into());
        let kept: Vec<u32> = naive
            .kept
            .iter()
            .flat_map(|one| naive::words(&one.0))
            .collect();
        assert_eq!(&ring.words()[4..4 + kept.len()], kept);
        let header = [
            naive.kept.len() as u32,
            naive.learned as u32,
            (naive.learned >> 32) as u32,
        ];
        assert_eq!([ring.items(), ring.words()[1], ring.words()[2]], header);
        assert_eq!(u64::from(ring.words()[3]), naive.threshold);
        let labels = (0..16).map(|label| {
            let of = naive
                .kept
                .iter()
                .filter(|one| oracle::label_of(one.1) == Some(label));
            of.count() as u32
        });
        assert!(labels.eq((0..16).map(|label| ring.items_of(label))));
        let (x, _) = sample(&mut draws, sizes.d, sizes.classes);
        assert_eq!(told(ring.recognise(&x).unwrap()), naive.recognise(&x));
    }
}

const RULES: [Rule; 3] = [Rule::Fifo, Rule::Reservoir(77), Rule::Balanced];

#[test]
fn every_shape_learns_as_the_naive_one() {
    for (d, items, bits, classes) in [
        (1, 1, None, 1),
        (1, 7, Some(1), 16),
        (9, 6, None, 3),
        (7, 10, Some(16), 4),
        (13, 5, Some(3), 2),
        (65, 8, None, 5),
        (65, 9, Some(4), 16),
        (1024, 2, Some(16), 2),
    ] {
        for rule in RULES {
            let sizes = Sizes {
                d,
                items,
                bits,
                rule,
                classes,
            };
            history(
                &sizes,
                None,
                if cfg!(miri) { 4 } else { 50 },
                d + items as u64,
            );
        }
    }
}

#[test]
fn a_balanced_ring_keeps_what_is_rare() {
    let params = RingParams::new(2, 6, Code::Nibbles, Replacement::Balanced).unwrap();
    let mut ring = Ring::new(params, vec![9; params.words()]).unwrap();
    for step in 0..40u8 {
        ring.learn(&[step, 200], u8::from(step % 13 == 0)).unwrap();
    }
    // Three of each; the newest of class 1 that came are 13, 26, 39.
    assert_eq!(
        (ring.items_of(0), ring.items_of(1), ring.learned()),
        (3, 3, 40)
    );
    assert_eq!(ring.recognise(&[16, 200]).unwrap().unwrap().distance(), 0);
}

#[test]
fn the_last_numbers_of_a_reservoir() {
    let rule = Rule::Reservoir(3);
    let sizes = Sizes {
        d: 3,
        items: 2,
        bits: None,
        rule,
        classes: 2,
    };
    let mut words = vec![0; params(&sizes).words()];
    words[..3].copy_from_slice(&[2, u32::MAX - 2, u32::MAX]);
    let labels = label_byte(0) | label_byte(1) << 8;
    *words.last_mut().unwrap() = labels as u32;
    history(&sizes, Some(words), 6, 1);
}

#[test]
fn as_many_items_as_there_is_room_for() {
    for code in [Code::Nibbles, Code::Thermometer { bits: 3 }] {
        for d in [1, 11, 64, 1024] {
            for words in 0..600 {
                let Ok(params) = RingParams::within(d, words, code, Replacement::Fifo) else {
                    let one = RingParams::new(d, 1, code, Replacement::Fifo).unwrap();
                    assert!(one.words() > words);
                    continue;
                };
                let more = RingParams::new(d, params.items() + 1, code, Replacement::Fifo).unwrap();
                assert!(
                    params.words() <= words && more.words() > words,
                    "{d} {words}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 48 }))]

    #[test]
    fn any_words_are_a_state(
        d in 1u64..20, items in 1usize..9, bits in 0u64..17, rule in 0usize..3, classes in 1u64..17,
        seed: u64, fresh: bool,
    ) {
        let bits = (bits > 0).then_some(bits);
        let sizes = Sizes { d, items, bits, rule: RULES[rule], classes };
        let mut draws = Pcg::new(seed, 6);
        let words = (0..params(&sizes).words()).map(|_| draws.below(1 << 32) as u32).collect();
        let words = (!fresh).then_some(words);
        history(&sizes, words, if cfg!(miri) { 3 } else { 30 }, seed);
    }
}
