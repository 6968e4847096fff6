//! Memories of the last patterns through the one interface: small cues, wrong ones, and patterns of nothing.

use slotless_core::memory::Memory;
use slotless_core::recency::plain::{Levels, Pairs, PairsParams, PlainParams};
use slotless_core::recency::{Params, Recency};
use slotless_core::ring::{
    Coded, CodedParams, Polar, PolarParams, Replacement, RingError, Sketches, SketchesParams,
    Slots, SlotsParams,
};

use crate::naive::{self, Pcg};

const UNITS: u32 = 500;
const ONES: u32 = 50;
const LEARNED: u64 = 40;

/// So many ones of a pattern, and so many of other units.
fn cue(of: u64, right: u64, wrong: u64) -> Vec<u32> {
    let mut draws = Pcg::stream(3, 301, right, of);
    let learned = pattern(of);
    let mut cue = draws.cue(&learned, right);
    let mut others: Vec<usize> = (0..learned.len()).filter(|&j| !learned[j]).collect();
    for _ in 0..wrong {
        let place = draws.below(others.len() as u64);
        cue[others.swap_remove(place as usize)] = true;
    }
    naive::words(&cue)
}

fn pattern(number: u64) -> Vec<bool> {
    Pcg::stream(3, 300, 0, number).sample(UNITS.into(), ONES.into())
}

/// A fifth of the ones; half of them; those and a tenth of wrong ones; a third wrong.
const CUES: [(u64, u64); 4] = [(10, 0), (25, 0), (25, 5), (20, 10)];

/// Learns, with patterns of nothing in between; then recalls the last `kept` from cues of right and wrong ones.
fn holds<M: Memory>(name: &str, memory: &mut M, kept: u64, cues: &[(u64, u64)]) {
    let size = naive::words(&pattern(0)).len();
    let mut scratch = vec![7; memory.scratch_words()];
    assert_eq!((memory.units(), memory.stored()), (UNITS, 0));
    // Nothing is recalled from nothing, and from no cue.
    for empty in [cue(0, 9, 0), vec![0; size]] {
        let recalled = memory.recall(&empty, &mut scratch).unwrap();
        assert_eq!(recalled.share, 0, "{name}");
    }
    for number in 0..LEARNED {
        let refused = memory.store(&vec![0; size], &mut scratch).unwrap_err();
        let text = "pattern without a one, expected at least one to learn";
        assert_eq!(refused.to_string(), text, "{name}");
        assert_eq!(memory.stored(), number);
        let words = naive::words(&pattern(number));
        memory.store(&words, &mut scratch).unwrap();
    }
    for &(right, wrong) in cues {
        for number in LEARNED - kept..LEARNED {
            let cue = cue(number, right, wrong);
            let recalled = memory.recall(&cue, &mut scratch).unwrap();
            let learned = naive::words(&pattern(number));
            assert_eq!(
                recalled.pattern, learned,
                "{name}: {number}, {right}, {wrong}"
            );
            assert!(recalled.share <= 65_536);
            assert_eq!(recalled.share == 65_536, wrong == 0, "{name}");
        }
    }
    let recalled = memory.recall(&vec![0; size], &mut scratch).unwrap();
    assert_eq!(recalled.share, 0, "{name}");
    // Too many and too few words.
    for length in [size - 1, size + 1] {
        assert!(memory.recall(&vec![1; length], &mut scratch).is_err());
        assert!(memory.store(&vec![1; length], &mut scratch).is_err());
    }
    assert_eq!(memory.stored(), LEARNED);
}

/// Of the last patterns that each of them has whole, none is lost to a small or a wrong cue.
#[test]
fn small_and_wrong_cues_find_what_was_learned() {
    let builder = Params::builder(UNITS, 10);
    let params = builder.active(ONES).levels(4).build().unwrap();
    holds(
        "packed",
        &mut Recency::new(params, vec![0; params.words()]).unwrap(),
        10,
        &CUES,
    );
    let builder = PlainParams::builder(UNITS, 30).active(ONES);
    let params = builder.levels(9).build().unwrap();
    holds(
        "plain",
        &mut Levels::new(params, vec![0; params.words()]).unwrap(),
        5,
        &CUES,
    );
    let params = builder.levels(9).parts(2).build().unwrap();
    holds(
        "two parts",
        &mut Levels::new(params, vec![0; params.words()]).unwrap(),
        3,
        // Each part has a half of the cue: a third that is wrong is too much for it.
        &CUES[..3],
    );
    let params = PairsParams::builder(UNITS, 24).active(ONES);
    let params = params.build().unwrap();
    holds(
        "pairs",
        &mut Pairs::new(params, vec![0; params.words()]).unwrap(),
        5,
        // Of a fifth nearly all may be in one row, and too few say which the other is; a third that is wrong is too much.
        &CUES[1..3],
    );
    let params = CodedParams::new(UNITS, ONES, 90).unwrap();
    holds(
        "codes",
        &mut Coded::new(params, vec![0; params.words()]).unwrap(),
        8,
        &CUES,
    );
    let params = PolarParams::builder(UNITS, 10)
        .active(ONES)
        .build()
        .unwrap();
    holds(
        "polar codes",
        &mut Polar::new(params, vec![0; params.words()]).unwrap(),
        10,
        // What is stored is made for half of the ones.
        &CUES[1..3],
    );
    // The first fill the slots, so that there is nothing to replace; a ring is short of them.
    let seed = 1;
    for (replacement, slots, kept) in [
        (Replacement::Fifo, 12, 12),
        (Replacement::Random { seed }, 40, 40),
        (Replacement::Reservoir { seed }, 40, 40),
        (Replacement::Balanced { classes: 2, seed }, 40, 40),
    ] {
        let params = SlotsParams::new(UNITS, slots, replacement).unwrap();
        let mut memory = Slots::new(params, vec![0; params.words()]).unwrap();
        holds("slots", &mut memory, kept, &CUES);
    }
}

/// Sketches hold no pattern: they say which it is.
#[test]
fn small_cues_find_their_sketches_and_nothing_is_none() {
    let params = SketchesParams::new(UNITS, ONES, 12, 5).unwrap();
    let mut memory = Sketches::new(params, vec![0; params.words()]).unwrap();
    assert_eq!(memory.find(&cue(0, 9, 0)).unwrap().best, None);
    let nothing = vec![0; cue(0, 0, 0).len()];
    for number in 0..LEARNED {
        assert_eq!(memory.learn(&nothing), Err(RingError::Empty));
        memory.learn(&naive::words(&pattern(number))).unwrap();
    }
    assert_eq!(memory.learned(), LEARNED);
    for number in LEARNED - 12..LEARNED {
        for (right, wrong) in [(25, 0), (40, 5)] {
            let found = memory.find(&cue(number, right, wrong)).unwrap();
            let best = found.best.unwrap();
            assert_eq!(best.age(), Some(LEARNED - number), "{right}, {wrong}");
            assert!(wrong > 0 || best.share() == 65_536);
        }
    }
    let found = memory.find(&nothing).unwrap().best.unwrap();
    assert_eq!((found.share(), found.most()), (0, 0));
}
