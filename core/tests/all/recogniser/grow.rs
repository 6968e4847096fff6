//! Step by step what the naive one does, from nothing and from damaged states.

use proptest::prelude::*;
use slotless_core::recogniser::{Grow, GrowParams, Outcome, Verdict};

use super::{sample, told};
use crate::naive::Pcg;
use crate::naive::recogniser::{self as oracle, State};

/// A history from a state: `steps` samples of so many classes, each learned and then another recognised.
fn history(
    (d, items, classes): (u64, u64, u64),
    fading: u64,
    words: Option<Vec<u32>>,
    steps: u32,
    seed: u64,
) {
    let params = GrowParams::new(d as u32, items as u32).unwrap().seed(seed);
    let params = params.fading(fading as u32).unwrap();
    let words = words.unwrap_or_else(|| vec![0; params.words()]);
    let state = State(words.clone());
    let mut naive = oracle::Grow {
        d,
        items,
        seed,
        fading,
        state,
    };
    assert_eq!(naive.words(), params.words() as u64);
    let mut grow = Grow::open(params, words).unwrap();
    let mut draws = Pcg::new(seed, 5);
    for _ in 0..steps {
        let (x, y) = sample(&mut draws, d, classes);
        let before = naive.recognise(&x);
        let outcome = grow.learn(&x, y).unwrap();
        match before {
            // Of equal ones the first is recognised; learning counts on none.
            Some((label, _, _, _)) if label != u64::from(y) => assert_ne!(outcome, Outcome::Right),
            Some((_, distance, Some((_, other)), _)) if distance < other => {
                assert_eq!(outcome, Outcome::Right);
            }
            Some(_) => {}
            None => assert_eq!(outcome, Outcome::New),
        }
        naive.learn(&x, y.into());
        assert_eq!(grow.words(), naive.state.0);
        let (x, _) = sample(&mut draws, d, classes);
        let found = grow.recognise(&x).unwrap();
        let expected = naive.recognise(&x);
        assert_eq!(told(found), expected);
        if let (Some(found), Some((_, _, _, score))) = (found, expected) {
            let verdict = match naive.threshold() {
                0 => Verdict::Uncalibrated,
                threshold if score > threshold => Verdict::Unknown,
                _ => Verdict::Known,
            };
            assert_eq!(found.verdict(), verdict);
        }
    }
}

#[test]
fn every_shape_learns_as_the_naive_one() {
    for (d, items, classes) in [
        (1, 1, 1),
        (1, 1, 3),
        (1, 9, 16),
        (2, 7, 2),
        (7, 5, 16),
        (8, 16, 4),
        (9, 33, 16),
        (16, 3, 1),
        (63, 20, 5),
        (65, 12, 3),
        (130, 8, 2),
        (257, 4, 3),
    ] {
        let steps = if cfg!(miri) { 6 } else { 150 };
        history((d, items, classes), 0, None, steps, d * 1000 + items);
        history((d, items, classes), 15, None, steps, d * 1000 + items);
    }
}

#[test]
fn as_many_items_as_there_is_room_for() {
    for d in [1, 7, 8, 9, 64, 100, 1024] {
        for words in 0..700 {
            match GrowParams::within(d, words) {
                Ok(params) => {
                    assert!(params.words() <= words);
                    let more = GrowParams::new(d, params.items() + 1).unwrap();
                    assert!(more.words() > words, "{d} {words}");
                }
                Err(_) => assert!(GrowParams::new(d, 1).unwrap().words() > words),
            }
        }
    }
    let most = GrowParams::within(1, 1 << 28).unwrap();
    assert_eq!(most.items(), 65_535);
}

#[test]
fn the_sizes_that_the_documentation_gives() {
    assert_eq!(GrowParams::within(64, 1024).unwrap().items(), 120);
}

#[test]
fn nothing_is_unknown_before_there_is_a_threshold() {
    let params = GrowParams::new(4, 8).unwrap();
    let mut grow = Grow::new(params, vec![7; params.words()]).unwrap();
    assert_eq!(grow.recognise(&[0; 4]).unwrap(), None);
    assert_eq!(grow.learn(&[0; 4], 3).unwrap(), Outcome::New);
    let found = grow.recognise(&[255; 4]).unwrap().unwrap();
    assert_eq!((found.label(), found.distance()), (3, 900));
    assert_eq!(
        (found.score(), found.verdict()),
        (900 * 256, Verdict::Uncalibrated)
    );
    assert_eq!(found.runner_up(), None);
    // One class: the threshold is twice the distance of its second sample, 4 squares of 2.
    assert_eq!(grow.learn(&[32; 4], 3).unwrap(), Outcome::Right);
    assert_eq!(grow.threshold(), Some(2 * 256 * 16));
    assert_eq!(
        grow.recognise(&[255; 4]).unwrap().unwrap().verdict(),
        Verdict::Unknown
    );
    assert_eq!(
        grow.recognise(&[16; 4]).unwrap().unwrap().verdict(),
        Verdict::Known
    );
    // A second class: scores are another thing from now on.
    assert_eq!(grow.learn(&[255; 4], 15).unwrap(), Outcome::New);
    assert_eq!(grow.threshold(), None);
    assert_eq!(
        (grow.items_of(3), grow.items_of(15), grow.items()),
        (2, 1, 3)
    );
    let found = grow.recognise(&[240; 4]).unwrap().unwrap();
    assert_eq!((found.label(), found.margin()), (15, Some(4 * 169)));
}

/// A rotor behind the end, in a memory that is not full.
#[test]
fn what_points_beyond_the_items_is_written_as_it_is_read() {
    for rotor in [3, 4, 0x4dc6, 0xffff] {
        let params = GrowParams::new(2, 4).unwrap();
        let mut words = vec![0; params.words()];
        words[0] = rotor << 16;
        history((2, 4, 3), 1, Some(words), 12, rotor.into());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 48 }))]

    #[test]
    fn any_stream_of_any_sizes(
        sizes in (1u64..40, 1u64..24, 1u64..17),
        fading in 0u64..16,
        seed: u64,
    ) {
        history(sizes, fading, None, if cfg!(miri) { 4 } else { 60 }, seed);
    }

    #[test]
    fn any_words_are_a_state(
        sizes in (1u64..20, 1u64..12, 1u64..17),
        fading in 0u64..3,
        seed: u64,
    ) {
        let params = GrowParams::new(sizes.0 as u32, sizes.1 as u32).unwrap();
        let mut draws = Pcg::new(seed, 6);
        let words = (0..params.words()).map(|_| draws.below(1 << 32) as u32).collect();
        history(sizes, fading, Some(words), if cfg!(miri) { 4 } else { 30 }, seed);
    }
}
