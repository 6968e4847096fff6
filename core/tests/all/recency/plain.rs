//! The plain form against the naive rule, at each step; what is refused; any words as a state.

use proptest::prelude::*;
use slotless_core::bits::{self, BitsError};
use slotless_core::recency::plain::{Levels, PlainParams, PlainParamsBuilder};
use slotless_core::recency::{RecencyError, Unit};

use super::common::near;
use crate::naive::plain::{Plain, Sizes};
use crate::naive::{self, Pcg, unpack};

fn params(sizes: Sizes) -> PlainParams {
    PlainParams::builder(sizes.n as u32, sizes.rows as u32)
        .levels(sizes.levels as u32)
        .active(sizes.s as u32)
        .parts(sizes.parts as u32)
        .draws(sizes.draws as u32)
        .miss(sizes.miss as u32)
        .seed(sizes.seed)
        .build()
        .unwrap()
}

fn history(sizes: Sizes, events: u64) {
    let params = params(sizes);
    let mut memory = Levels::new(params, vec![5; params.words()]).unwrap();
    let mut scratch = vec![0xdead_beef; params.scratch_words()];
    let mut naive = Plain::new(sizes);
    let mut draws = Pcg::new(sizes.seed, 3);
    let Sizes { n, s, levels, .. } = sizes;
    let mut last = draws.sample(n, s);
    for step in 0..events {
        let ones = if draws.below(8) == 0 {
            draws.below(n + 1)
        } else {
            s
        };
        let pattern = match draws.below(4) {
            0 => near(&mut draws, &last, ones / 2, ones - ones / 2),
            _ => draws.sample(n, ones),
        };
        let taken = naive.learn(&pattern);
        let learned = memory.learn(&naive::words(&pattern), &mut scratch);
        assert_eq!(learned.is_ok(), taken, "{learned:?}");
        assert_eq!(memory.learned(), naive.events);
        if taken {
            last = pattern;
        }
        if draws.below(4) != 0 && step + 1 < events {
            continue;
        }
        assert_eq!(memory.words(), naive.words());
        for row in 0..sizes.rows {
            for unit in 0..n as usize {
                let sees = naive.part(unit) == row % sizes.parts;
                let weight = naive.weights[row as usize][unit] as u32;
                let found = memory.weight(row as u32, unit as u32);
                assert_eq!(found, sees.then_some(weight));
            }
        }
        let cue = match draws.below(5) {
            0 => {
                let ones = draws.below(n + 1);
                draws.sample(n, ones)
            }
            1 => vec![draws.below(2) == 1; n as usize],
            2 => near(&mut draws, &last, s / 2, s / 8 + 1),
            _ => draws.cue(&last, s.div_ceil(2)),
        };
        let expected = naive.recall(&cue);
        let recalled = memory.recall(&naive::words(&cue), &mut scratch).unwrap();
        let n = n as usize;
        assert_eq!(unpack(recalled.pattern, n), expected.pattern);
        assert_eq!(unpack(recalled.members, n), expected.members);
        assert_eq!(unpack(recalled.unknown, n), expected.unknown);
        assert_eq!(i64::from(recalled.score), expected.score);
        assert_eq!(recalled.next.map(i64::from), expected.next);
        let winners = recalled.winners();
        let winners = winners.map(|one| (u64::from(one.row), levels - u64::from(one.level)));
        assert_eq!(winners.collect::<Vec<_>>(), expected.winners);
        let member = (0..n).find(|&unit| expected.members[unit]);
        assert!(member.is_none_or(|unit| recalled.unit(unit as u32) == Unit::Member));
    }
    assert_eq!(memory.weight(sizes.rows as u32, 0), None);
    assert_eq!(memory.weight(0, n as u32), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 80 }))]

    #[test]
    fn plain_recency_levels_are_the_naive_rule(
        n in 1u64..100,
        rows in 1u64..16,
        parts in 1u64..5,
        levels in prop_oneof![1u64..12, Just(15u64), Just(254)],
        s in any::<u64>(),
        draws in 1u64..12,
        miss in 1i64..200,
        seed in any::<u64>(),
    ) {
        let parts = parts.min(n);
        let s = 1 + s % if s % 3 == 0 { n } else { n.div_ceil(6) };
        let rows = rows * parts;
        let sizes = Sizes { n, rows, levels, s, parts, draws, miss, seed };
        history(sizes, if cfg!(miri) { 8 } else { 60 });
    }
}

/// Thousands of events: counts go round many times.
#[test]
fn thousands_of_events_are_the_naive_rule() {
    for (levels, parts) in [(9, 1), (7, 2)] {
        let sizes = Sizes {
            n: 300,
            rows: 14,
            levels,
            s: 30,
            parts,
            draws: 10,
            miss: 96,
            seed: 5,
        };
        history(sizes, if cfg!(miri) { 6 } else { 2500 });
    }
}

#[test]
fn settings_out_of_range_and_bad_calls_are_named() {
    const BUILDER: PlainParamsBuilder = PlainParams::builder(40, 6).active(4);
    for (builder, text) in [
        (PlainParams::builder(0, 1), "n is 0, allowed 1..=1048576"),
        (PlainParams::builder(4, 0), "rows are 0, allowed from 1"),
        (BUILDER.levels(0), "levels are 0, allowed 1..=254"),
        (BUILDER.levels(255), "levels are 255, allowed 1..=254"),
        (BUILDER.active(41), "s is 41, allowed 1..=40 (n)"),
        (
            BUILDER.parts(0),
            "parts are 0, allowed 1..=40 (n) that 6 (rows) is a multiple of",
        ),
        (
            BUILDER.parts(4),
            "parts are 4, allowed 1..=40 (n) that 6 (rows) is a multiple of",
        ),
        (BUILDER.draws(0), "draws are 0, allowed 1..=1024"),
        (
            BUILDER.miss(0),
            "a contradiction costs 0/16 nat, allowed 1..=1024",
        ),
        (
            PlainParams::builder(1 << 20, 1 << 20),
            "1048576 rows of 109229 words, allowed are up to 536870912 words together",
        ),
    ] {
        assert_eq!(builder.build().unwrap_err().to_string(), text);
    }
    let params = BUILDER.build().unwrap();
    let (got, expected) = (3, params.words());
    let error = Levels::new(params, vec![0; got]).map(drop);
    assert_eq!(error, Err(RecencyError::Buffer { got, expected }));
    let mut memory = Levels::new(params, vec![0; expected]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    memory.learn(&[0x33, 1], &mut scratch).unwrap();
    let before = memory.words().to_vec();
    assert_eq!(
        memory.learn(&[0, 0], &mut scratch),
        Err(RecencyError::Empty)
    );
    let beyond = BitsError::Beyond { bits: 40 };
    let wrong = [1, 1 << 8];
    assert_eq!(
        memory.learn(&wrong, &mut scratch),
        Err(RecencyError::Pattern(beyond))
    );
    let cue = memory.recall(&wrong, &mut scratch).map(drop);
    assert_eq!(cue, Err(RecencyError::Cue(beyond)));
    let (got, expected) = (scratch.len() - 1, scratch.len());
    let short = RecencyError::Scratch { got, expected };
    assert_eq!(memory.learn(&[1, 0], &mut scratch[1..]), Err(short));
    assert_eq!(
        memory.recall(&[1, 0], &mut scratch[1..]).map(drop),
        Err(short)
    );
    assert_eq!(memory.words(), before);
    let mut words = memory.into_words();
    (words[0], words[1]) = (!0, !0);
    let mut memory = Levels::open(params, words).unwrap();
    assert_eq!(memory.learn(&[1, 0], &mut scratch), Err(RecencyError::End));
}

/// Each weight in turn, at each value: it alone is another then, in rows that were never written and in full ones.
#[test]
fn a_weight_is_set_alone() {
    let built = PlainParams::builder(9, 4).levels(3).active(2).parts(2);
    let params = built.build().unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    for events in [0, 1, 40] {
        let mut memory = Levels::new(params, vec![0; params.words()]).unwrap();
        for event in 0..events {
            memory.learn(&[0b101 << (event % 7)], &mut scratch).unwrap();
        }
        let weights = |memory: &Levels<Vec<u32>>| -> Vec<Option<u32>> {
            let row = |row| (0..9).map(move |unit| memory.weight(row, unit));
            (0..4).flat_map(row).collect()
        };
        for place in 0..36 {
            let (row, unit) = (place / 9, place % 9);
            for weight in [3, 0, 2, 1, 7] {
                let mut expected = weights(&memory);
                let own = &mut expected[place as usize];
                let sees = own.is_some();
                *own = own.map(|_| weight.min(3));
                assert_eq!(memory.set_weight(row, unit, weight), sees);
                assert_eq!(weights(&memory), expected);
            }
        }
        let before = memory.words().to_vec();
        assert!(!memory.set_weight(4, 0, 1) && !memory.set_weight(0, 9, 1));
        assert_eq!(memory.words(), before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 200 }))]

    #[test]
    fn any_words_are_a_state_of_the_plain_form(
        n in 1u32..70, rows in 1u32..8, levels in 1u32..12, parts in 1u32..3,
        words in prop::collection::vec(any::<u32>(), 64), cue in any::<[u32; 3]>(),
    ) {
        let parts = parts.min(n);
        let built = PlainParams::builder(n, rows * parts).levels(levels).parts(parts).build();
        let params = built.unwrap();
        let words: Vec<u32> = words.into_iter().cycle().take(params.words()).collect();
        let mut memory = Levels::open(params, words).unwrap();
        let mut scratch = vec![!0; params.scratch_words()];
        let mut cue = cue[..params.pattern_words()].to_vec();
        if n % 32 != 0 {
            *cue.last_mut().unwrap() &= (1 << (n % 32)) - 1;
        }
        for _ in 0..3 {
            let recalled = memory.recall(&cue, &mut scratch).unwrap();
            prop_assert!(bits::count(recalled.pattern) <= params.active());
            prop_assert!(recalled.score <= recalled.most && recalled.share() <= 65_536);
            prop_assert!(recalled.winners().all(|one| one.row < rows * parts && one.level < levels));
            let _ = memory.learn(&cue, &mut scratch);
        }
    }
}
