//! What the memory is for: patterns that fade by age, near-duplicates, wrong cues, familiarity.

use crate::naive::{self, Pcg};
use slotless_core::bits;
use slotless_core::recency::{Params, Recency};

const PARAMS: Params = match Params::builder(1000, 20).active(100).window(100).build() {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

fn filled(events: usize, near: bool) -> (Recency<Vec<u32>>, Vec<Vec<bool>>) {
    let mut memory = Recency::new(PARAMS, vec![0; PARAMS.words()]).unwrap();
    let mut scratch = vec![0; PARAMS.scratch_words()];
    let mut draws = Pcg::new(4, 1);
    let root = draws.sample(1000, 100);
    let patterns: Vec<Vec<bool>> = (0..events)
        .map(|_| {
            if near {
                super::common::near(&mut draws, &root, 80, 20)
            } else {
                draws.sample(1000, 100)
            }
        })
        .collect();
    for pattern in &patterns {
        memory.learn(&naive::words(pattern), &mut scratch).unwrap();
    }
    (memory, patterns)
}

/// Of level l a share .9^l is left, and every unit that is called a member or none is that, in the newest R whole.
#[test]
fn a_pattern_keeps_nine_tenths_a_level() {
    let (memory, patterns) = filled(300, false);
    let mut scratch = vec![0; PARAMS.scratch_words()];
    let mut draws = Pcg::new(5, 1);
    let (mut kept, mut lost) = ([0; 5], 0);
    for (age, pattern) in (1..=100u64).zip(patterns.iter().rev()) {
        let cue = naive::words(&draws.cue(pattern, 50));
        let recalled = memory.recall(&cue, &mut scratch).unwrap();
        let found = recalled.matched.unwrap();
        assert_eq!(found.age(), age);
        assert_eq!(u64::from(found.level()), (age - 1) / 20);
        let words = naive::words(pattern);
        assert_eq!(
            bits::overlap(recalled.members, &words),
            bits::count(recalled.members)
        );
        kept[found.level() as usize] += bits::count(recalled.members);
        let known =
            bits::overlap(recalled.members, &words) + bits::overlap(recalled.unknown, &words);
        lost += 100 - known;
        if age <= 20 {
            assert_eq!(recalled.pattern, words);
            assert_eq!(found.score(), 37 * 50);
        }
    }
    for (level, kept) in (0..).zip(kept) {
        let expected = 2000.0 * 0.9f64.powi(level);
        assert!((f64::from(kept) - expected).abs() < 60.0, "{level}: {kept}");
    }
    // Cleared for the cap: far below a hundredth.
    assert!(lost < 20, "{lost}");
    // The one just beyond the window is gone.
    let cue = naive::words(&draws.cue(&patterns[300 - 101], 50));
    let found = memory.find(&cue, &mut scratch).unwrap().unwrap();
    assert!(found.score() < 0);
}

/// Near-duplicates, 80 of 100 ones in common, are told apart, also in one row.
#[test]
fn near_duplicates_are_told_apart() {
    let (memory, patterns) = filled(300, true);
    let mut scratch = vec![0; PARAMS.scratch_words()];
    let mut members = 0;
    for (age, pattern) in (1..=100u64).zip(patterns.iter().rev()) {
        let found = memory.recall(&naive::words(pattern), &mut scratch).unwrap();
        assert_eq!(found.matched.unwrap().age(), age);
        members += bits::count(found.members);
    }
    // As of random patterns: a mean of .819.
    let share = f64::from(members) / 100.0 / 98.3;
    assert!((share - 0.819).abs() < 0.03, "{share}");
}

/// Ten wrong ones among fifty do no harm; a new pattern is seen to be new.
#[test]
fn wrong_cues_and_familiarity() {
    let (memory, patterns) = filled(200, false);
    let mut scratch = vec![0; PARAMS.scratch_words()];
    let mut draws = Pcg::new(6, 1);
    let (mut oldest, mut newest) = (i32::MAX, i32::MIN);
    for (age, pattern) in (1..=100u64).zip(patterns.iter().rev()) {
        let cue = super::common::near(&mut draws, pattern, 40, 10);
        let found = memory.find(&naive::words(&cue), &mut scratch).unwrap();
        assert_eq!(found.unwrap().age(), age);
        let cue = naive::words(&draws.cue(pattern, 15));
        let found = memory.find(&cue, &mut scratch).unwrap().unwrap();
        let next = memory.runner_up(&cue, found.age(), &mut scratch).unwrap();
        assert!(found.age() == age && next.unwrap().score() < found.score());
        let cue = naive::words(&draws.cue(pattern, 50));
        oldest = oldest.min(memory.find(&cue, &mut scratch).unwrap().unwrap().score());
        let cue = naive::words(&draws.sample(1000, 50));
        newest = newest.max(memory.find(&cue, &mut scratch).unwrap().unwrap().score());
    }
    assert!(newest < oldest, "{newest}, {oldest}");
}
