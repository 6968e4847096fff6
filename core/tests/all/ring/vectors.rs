//! The fixed runs of the self-test, by the naive memories.

use slotless_core::selftest::{Digest, ring};

use crate::naive::polar::{Polar, Sizes};
use crate::naive::ring::{self as oracle, Rule, best_two, overlap};
use crate::naive::{self, Pcg};

const SEED: u64 = 0x0123_4567_89ab_cdef;

fn pattern(number: u64) -> Vec<bool> {
    let ones = if number % 7 == 3 { 1 + number % 40 } else { 20 };
    Pcg::stream(1, 256, 0, number).sample(200, ones)
}

/// What a memory has for a cue: the most there could be, ranked overlaps and slots, and the pattern in a slot.
type Ranking = (u64, Vec<(u64, u64)>, Box<dyn Fn(u64) -> Option<Vec<bool>>>);

/// The digest over cues, of what `rank` has for each, and over the state.
fn digest(state: &[u32], rank: impl Fn(&[bool]) -> Ranking) -> u64 {
    let mut digest = Digest::new();
    for number in (150..200).rev() {
        let cue = Pcg::stream(1, 256, 1, number).cue(&pattern(number), 10);
        let (most, ranked, of) = rank(&cue);
        let (best, next) = best_two(&ranked);
        for (overlap, slot) in [best, next].into_iter().flatten() {
            for number in [overlap, most, slot] {
                digest.word(number as u32);
            }
        }
        if let Some(pattern) = of(best.unwrap().1) {
            naive::words(&pattern)
                .iter()
                .for_each(|&word| digest.word(word));
        }
    }
    state.iter().for_each(|&word| digest.word(word));
    digest.value()
}

fn ones(pattern: &[bool]) -> u64 {
    overlap(pattern, pattern)
}

fn slots(rule: Rule) -> u64 {
    let mut slots = vec![vec![false; 200]; 20];
    let mut classes = vec![0; 20];
    for number in 0..200 {
        let class = match rule {
            Rule::Balanced(..) => u64::from(number % 10 >= 7) + u64::from(number % 10 == 9),
            _ => 0,
        };
        if let Some(slot) = oracle::slot(rule, 20, number, class, &classes) {
            slots[slot as usize] = pattern(number);
            classes[slot as usize] = class;
        }
    }
    let mut state = vec![200, 0];
    slots.iter().for_each(|x| state.extend(naive::words(x)));
    if let Rule::Balanced(..) = rule {
        state.extend(oracle::class_words(&classes));
    }
    digest(&state, |cue| {
        let order = (0..20).map(|slot| match rule {
            // 200 patterns in a ring of 20: the newest is in the last slot.
            Rule::Fifo => 19 - slot,
            _ => slot,
        });
        let ranked = order.map(|slot| (overlap(&slots[slot as usize], cue), slot));
        let slots = slots.clone();
        let of = move |slot: u64| Some(slots[slot as usize].clone());
        (ones(cue), ranked.collect(), Box::new(of))
    })
}

fn sketches() -> u64 {
    let sketch = |x: &[bool]| oracle::sketch(200, 20, SEED, x);
    let kept: Vec<Vec<bool>> = (140..200).map(|number| sketch(&pattern(number))).collect();
    let slot = |number: u64| number % 60;
    let mut state = vec![200, 0];
    for place in 0..60 {
        let number = (140..200).find(|&number| slot(number) == place).unwrap();
        state.extend(naive::words(&kept[number as usize - 140]));
    }
    digest(&state, |cue| {
        let cue = sketch(cue);
        let newest_first = (140..200).rev();
        let ranked =
            newest_first.map(|number| (overlap(&kept[number as usize - 140], &cue), slot(number)));
        (ones(&cue), ranked.collect(), Box::new(|_| None))
    })
}

fn coded() -> u64 {
    let mut ring = oracle::Coded::new(130);
    let k = oracle::rice(200, 20);
    for number in 0..200 {
        let x = pattern(number);
        assert!(ring.learn(&x, &oracle::code(20, k, &x)));
    }
    let kept: Vec<Vec<bool>> = ring
        .kept
        .iter()
        .map(|(pattern, _)| pattern.clone())
        .collect();
    digest(&ring.words(), |cue| {
        let newest_first = (0..kept.len()).rev();
        let ranked = newest_first.map(|slot| (overlap(&kept[slot], cue), slot as u64));
        let kept = kept.clone();
        let of = move |slot: u64| Some(kept[slot as usize].clone());
        (ones(cue), ranked.collect(), Box::new(of))
    })
}

fn polar() -> u64 {
    let sizes = Sizes {
        n: 100,
        s: 10,
        slots: 32,
        sketch: 14,
        parities: 44,
        list: 4,
    };
    let pattern = |number| Pcg::stream(1, 256, 2, number).sample(100, 10);
    let mut memory = Polar::new(sizes);
    for number in 0..200 {
        assert!(memory.learn(&pattern(number)));
    }
    let mut digest = Digest::new();
    let mut verified = 0;
    for number in (150..200).rev() {
        let mut draws = Pcg::stream(1, 256, 3, number);
        let other = draws.below(100);
        let mut cue = draws.cue(&pattern(number), 5);
        cue[other as usize] |= number % 2 == 1;
        let recalled = memory.recall(&cue);
        verified += u32::from(recalled.verified);
        let (shared, all, slot, _) = recalled.matched.unwrap();
        digest.word(recalled.verified.into());
        digest.word((all - shared) as u32);
        digest.word(slot as u32);
        for set in [recalled.pattern, recalled.unknown] {
            naive::words(&set)
                .iter()
                .for_each(|&word| digest.word(word));
        }
    }
    assert!((10..40).contains(&verified), "{verified}");
    memory.words().iter().for_each(|&word| digest.word(word));
    digest.value()
}

#[test]
fn the_digest_of_slots_is_that_of_the_naive_memories() {
    let mut found = Vec::new();
    ring::vectors(|name, value| found.push((name.to_owned(), value)));
    let expected = [
        ("slots-fifo", slots(Rule::Fifo)),
        ("slots-random", slots(Rule::Random(SEED))),
        ("slots-reservoir", slots(Rule::Reservoir(SEED))),
        ("sketches", sketches()),
        ("coded", coded()),
        ("slots-balanced", slots(Rule::Balanced(3, SEED))),
        ("polar", polar()),
    ];
    assert_eq!(
        found,
        expected.map(|(name, value)| (name.to_owned(), value))
    );
}
