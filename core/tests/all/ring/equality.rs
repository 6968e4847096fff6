//! Step by step what the naive memories do.

use proptest::prelude::*;
use slotless_core::ring::{
    Coded, CodedParams, Found, Match, Replacement, Sketches, SketchesParams, Slots, SlotsParams,
};

use crate::naive::ring::{self as oracle, Rule, best_two, overlap};
use crate::naive::{self, Pcg, unpack};

/// Patterns of about s ones, empty and full ones among them, and repetitions.
fn pattern(draws: &mut Pcg, n: u64, s: u64, last: &[bool]) -> Vec<bool> {
    match draws.below(10) {
        0 => {
            let ones = draws.below(n + 1);
            draws.sample(n, ones)
        }
        1 => last.to_vec(),
        2 => draws.cue(last, s.div_ceil(2)),
        _ => draws.sample(n, s),
    }
}

fn cue(draws: &mut Pcg, n: u64, last: &[bool]) -> Vec<bool> {
    match draws.below(4) {
        0 => {
            let ones = draws.below(n + 1);
            draws.sample(n, ones)
        }
        1 => vec![false; n as usize],
        _ => draws.cue(last, 3),
    }
}

/// Overlap, slot and age of what was found.
fn told(found: Option<Match>) -> Option<(u64, u64, Option<u64>)> {
    found.map(|found| (found.overlap().into(), found.slot().into(), found.age()))
}

fn check(found: Found, ranked: &[(u64, u64)], ones: u64, age: impl Fn(u64) -> Option<u64>) {
    let (best, next) = best_two(ranked);
    let with_age = |one: Option<(u64, u64)>| one.map(|(overlap, slot)| (overlap, slot, age(slot)));
    assert_eq!(told(found.best), with_age(best));
    assert_eq!(told(found.next), with_age(next));
    if let Some(best) = found.best {
        assert_eq!(u64::from(best.most()), ones);
        let share = (u64::from(best.overlap()) << 16).checked_div(ones);
        assert_eq!(u64::from(best.share()), share.unwrap_or(0));
    }
}

fn slots_history(n: u64, slots: u64, rule: Rule, before: u64, seed: u64) {
    let replacement = match rule {
        Rule::Fifo => Replacement::Fifo,
        Rule::Random(seed) => Replacement::Random { seed },
        Rule::Reservoir(seed) => Replacement::Reservoir { seed },
        Rule::Balanced(classes, seed) => Replacement::Balanced {
            classes: classes as u32,
            seed,
        },
    };
    let classes = match rule {
        Rule::Balanced(classes, _) => classes,
        _ => 1,
    };
    let params = SlotsParams::new(n as u32, slots as u32, replacement).unwrap();
    let mut words = vec![0; params.words()];
    (words[0], words[1]) = (before as u32, (before >> 32) as u32);
    let mut memory = Slots::open(params, words).unwrap();
    let mut naive = vec![vec![false; n as usize]; slots as usize];
    let mut labels = vec![0; slots as usize];
    let mut learned = before;
    let mut draws = Pcg::new(seed, 9);
    let mut last = draws.sample(n, n.div_ceil(5));
    for _ in 0..if cfg!(miri) { 8 } else { 60 } {
        let x = pattern(&mut draws, n, n.div_ceil(5), &last);
        // Most are of a few classes; one is of none that there is.
        let class = draws.below(classes + 1).min(draws.below(classes + 1));
        let taken = x.contains(&true) && learned < u64::MAX && class < classes;
        let slot = memory.learn_as(&naive::words(&x), class as u32);
        assert_eq!(slot.is_ok(), taken);
        if taken {
            let expected = oracle::slot(rule, slots, learned, class, &labels);
            assert_eq!(slot.unwrap().map(u64::from), expected);
            if let Some(slot) = expected {
                naive[slot as usize] = x.clone();
                labels[slot as usize] = class;
            }
            learned += 1;
            last = x;
        }
        let mut state = vec![learned as u32, (learned >> 32) as u32];
        naive.iter().for_each(|x| state.extend(naive::words(x)));
        if let Rule::Balanced(..) = rule {
            state.extend(oracle::class_words(&labels));
        }
        assert_eq!(memory.words(), state);
        let cue = cue(&mut draws, n, &last);
        let taken = learned.min(slots);
        // Of a ring the newest first.
        let order: Vec<u64> = match rule {
            Rule::Fifo => (1..=taken).map(|age| (learned - age) % slots).collect(),
            _ => (0..taken).collect(),
        };
        let of = |slot: u64| (overlap(&naive[slot as usize], &cue), slot);
        let ranked: Vec<(u64, u64)> = order.iter().map(|&slot| of(slot)).collect();
        let age = |slot: u64| match rule {
            Rule::Fifo => order
                .iter()
                .position(|&other| other == slot)
                .map(|place| place as u64 + 1),
            _ => None,
        };
        let recalled = memory.recall(&naive::words(&cue)).unwrap();
        let ones = cue.iter().filter(|one| **one).count() as u64;
        check(recalled.found, &ranked, ones, age);
        let expected = ranked.first().map_or(&naive[0], |_| {
            &naive[recalled.found.best.unwrap().slot() as usize]
        });
        assert_eq!(&unpack(recalled.pattern, n as usize), expected);
        for slot in 0..slots {
            let own = if slot < learned {
                naive::words(&naive[slot as usize])
            } else {
                vec![]
            };
            assert_eq!(memory.pattern(slot as u32), own);
            let class = (slot < learned).then_some(labels[slot as usize] as u32);
            assert_eq!(memory.class(slot as u32), class);
        }
        assert_eq!(memory.class(slots as u32), None);
        assert!(memory.pattern(slots as u32).is_empty());
    }
}

fn sketches_history(n: u64, s: u64, slots: u64, before: u64, seed: u64) {
    let params = SketchesParams::new(n as u32, s as u32, slots as u32, seed).unwrap();
    let mut words = vec![0; params.words()];
    (words[0], words[1]) = (before as u32, (before >> 32) as u32);
    let mut memory = Sketches::open(params, words).unwrap();
    let mut naive = vec![vec![false; 64]; slots as usize];
    let mut learned = before;
    let mut draws = Pcg::new(seed, 10);
    let mut last = draws.sample(n, s);
    for _ in 0..if cfg!(miri) { 8 } else { 60 } {
        let x = pattern(&mut draws, n, s, &last);
        let taken = x.contains(&true) && learned < u64::MAX;
        assert_eq!(memory.learn(&naive::words(&x)).is_ok(), taken);
        if taken {
            naive[(learned % slots) as usize] = oracle::sketch(n, s, seed, &x);
            learned += 1;
            last = x;
        }
        let mut state = vec![learned as u32, (learned >> 32) as u32];
        naive.iter().for_each(|x| state.extend(naive::words(x)));
        assert_eq!(memory.words(), state);
        let cue = cue(&mut draws, n, &last);
        let of = oracle::sketch(n, s, seed, &cue);
        let slot = |age: u64| (learned - age) % slots;
        let ages = 1..=learned.min(slots);
        let ranked = ages
            .clone()
            .map(|age| (overlap(&naive[slot(age) as usize], &of), slot(age)));
        let found = memory.find(&naive::words(&cue)).unwrap();
        let ones = of.iter().filter(|one| **one).count() as u64;
        let age = |of: u64| ages.clone().find(|&age| slot(age) == of);
        check(found, &ranked.collect::<Vec<_>>(), ones, age);
    }
}

fn coded_history(n: u64, s: u64, words: u64, seed: u64, steps: u64) {
    let params = CodedParams::new(n as u32, s as u32, words as u32).unwrap();
    let k = oracle::rice(n, s);
    assert_eq!(u64::from(params.rice()), k);
    let mut memory = Coded::new(params, vec![3; params.words()]).unwrap();
    let mut scratch = vec![!0; params.scratch_words()];
    let mut naive = oracle::Coded::new(words as usize);
    let mut draws = Pcg::new(seed, 11);
    let mut last = draws.sample(n, s);
    for _ in 0..steps {
        let x = pattern(&mut draws, n, s, &last);
        let taken = naive.learn(&x, &oracle::code(s, k, &x));
        let learned = memory.learn(&naive::words(&x));
        assert_eq!(learned.is_ok(), taken, "{learned:?}");
        assert_eq!(memory.words(), naive.words());
        assert_eq!(memory.kept() as usize, naive.kept.len());
        let mut decoded = Vec::new();
        memory
            .decode(&mut scratch, |pattern| {
                decoded.push(unpack(pattern, n as usize));
            })
            .unwrap();
        assert!(decoded.iter().eq(naive.kept.iter().map(|(kept, _)| kept)));
        if taken {
            last = x;
        }
        let cue = cue(&mut draws, n, &last);
        let kept = naive.kept.len() as u64;
        let of = |slot: u64| (overlap(&naive.kept[slot as usize].0, &cue), slot);
        let ranked: Vec<(u64, u64)> = (0..kept).rev().map(of).collect();
        let recalled = memory.recall(&naive::words(&cue), &mut scratch).unwrap();
        let ones = cue.iter().filter(|one| **one).count() as u64;
        check(recalled.found, &ranked, ones, |slot| Some(kept - slot));
        let expected = match recalled.found.best {
            Some(best) => naive.kept[best.slot() as usize].0.clone(),
            None => vec![false; n as usize],
        };
        assert_eq!(unpack(recalled.pattern, n as usize), expected);
        assert_eq!(memory.find(&naive::words(&cue)).unwrap(), recalled.found);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 60 }))]

    #[test]
    fn plain_slots_are_the_naive_ones(
        n in 1u64..100, slots in 1u64..12, rule in 0usize..5, classes in 1u64..7, late in any::<u64>(), seed in any::<u64>(),
    ) {
        let rules = [Rule::Fifo, Rule::Random(seed), Rule::Reservoir(seed ^ 1), Rule::Balanced(classes, seed), Rule::Balanced(256, seed)];
        let rule = rules[rule];
        let before = match late % 4 {
            0 | 1 => 0,
            2 => u64::MAX - late % 40,
            _ => late,
        };
        slots_history(n, slots, rule, before, seed);
    }

    #[test]
    fn sketches_are_the_naive_ones(
        n in 1u64..300, s in any::<u64>(), slots in 1u64..12, late in any::<u64>(), seed in any::<u64>(),
    ) {
        let before = match late % 3 {
            0 => 0,
            1 => u64::MAX - late % 40,
            _ => late,
        };
        sketches_history(n, 1 + s % n, slots, before, seed);
    }

    #[test]
    fn coded_rings_are_the_naive_ones(n in 1u64..200, s in any::<u64>(), words in 1u64..40, seed in any::<u64>()) {
        let s = 1 + s % if s % 2 == 0 { n } else { n.div_ceil(8) };
        coded_history(n, s, words, seed, if cfg!(miri) { 6 } else { 80 });
    }
}

/// One class in a hundred patterns has its third of the slots, and all of its patterns that fit there.
#[test]
fn balanced_slots_keep_what_is_rare() {
    let replacement = Replacement::Balanced {
        classes: 3,
        seed: 4,
    };
    let params = SlotsParams::new(64, 30, replacement).unwrap();
    assert_eq!((params.classes(), params.class_words()), (3, 8));
    assert_eq!(params.words(), 2 + 30 * 2 + 8);
    let mut memory = Slots::new(params, vec![0; params.words()]).unwrap();
    let mut draws = Pcg::new(8, 9);
    for number in 0..1500u32 {
        let class = match number % 100 {
            7 => 2,
            other => u32::from(other >= 80),
        };
        let x = draws.sample(64, 8);
        memory.learn_as(&naive::words(&x), class).unwrap();
    }
    let count = |class| {
        (0..30)
            .filter(|&slot| memory.class(slot) == Some(class))
            .count()
    };
    assert_eq!([count(0), count(1), count(2)], [10, 10, 10]);
}

/// The sizes of the measurements, for long enough to go round many times.
#[test]
fn long_coded_rings_are_the_naive_ones() {
    let steps = if cfg!(miri) { 5 } else { 1500 };
    for (n, s, words) in [(1000, 100, 200), (256, 26, 37), (1000, 3, 9), (40, 40, 5)] {
        coded_history(n, s, words, n, steps);
    }
}

/// Of 100 ones in 1,000 units 476.5 bits on average, as the mean of the text's k has it.
#[test]
fn codes_are_as_long_as_their_mean() {
    let params = CodedParams::new(1000, 100, 12_500).unwrap();
    assert_eq!((params.rice(), params.typical()), (3, 840));
    let mut memory = Coded::new(params, vec![0; params.words()]).unwrap();
    let events = if cfg!(miri) { 3 } else { 1200 };
    for number in 0..events {
        let x = Pcg::stream(1, 300, 0, number).sample(1000, 100);
        memory.learn(&naive::words(&x)).unwrap();
    }
    if !cfg!(miri) {
        assert!(memory.kept().abs_diff(840) <= 4, "{}", memory.kept());
    }
}

/// A sixth of the ones suffices, and a new pattern is seldom taken for an old one.
#[test]
fn sketches_tell_old_from_new() {
    let params = SketchesParams::new(256, 32, 1024, 7).unwrap();
    let mut memory = Sketches::new(params, vec![0; params.words()]).unwrap();
    let pattern = |number| Pcg::stream(1, 300, 0, number).sample(256, 32);
    for number in 0..1500 {
        memory.learn(&naive::words(&pattern(number))).unwrap();
    }
    let mut false_alarms = 0;
    for number in 1500 - 1024..1500 {
        let cue = Pcg::stream(1, 301, 0, number).cue(&pattern(number), 16);
        let found = memory.find(&naive::words(&cue)).unwrap().best.unwrap();
        assert_eq!(found.share(), 65_536);
        let new = Pcg::stream(1, 302, 0, number).sample(256, 16);
        let found = memory.find(&naive::words(&new)).unwrap().best.unwrap();
        false_alarms += u32::from(found.share() == 65_536);
    }
    assert!(false_alarms < 80, "{false_alarms}");
}
