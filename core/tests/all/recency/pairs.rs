//! Pairs of rows against the naive rule, at each step; what is refused; any words as a state.

use proptest::prelude::*;
use slotless_core::bits::{self, BitsError};
use slotless_core::memory::Memory;
use slotless_core::recency::plain::{Pairs, PairsParams, PairsParamsBuilder, Remembered};
use slotless_core::recency::{RecencyError, Unit};

use super::common::near;
use crate::naive::pairs::{self as oracle, Sizes};
use crate::naive::{self, Pcg, unpack};

fn params(sizes: Sizes) -> PairsParams {
    PairsParams::builder(sizes.n as u32, sizes.rows as u32)
        .levels(sizes.levels as u32)
        .active(sizes.s as u32)
        .rested(sizes.rested as u32)
        .miss(sizes.miss as u32)
        .seed(sizes.seed)
        .build()
        .unwrap()
}

fn check(recalled: &Remembered<'_>, expected: &crate::naive::plain::Recalled, levels: u64) {
    let n = expected.pattern.len();
    assert_eq!(i64::from(recalled.score), expected.score);
    assert_eq!(recalled.next.map(i64::from), expected.next);
    let winners = recalled.winners();
    let winners = winners.map(|one| (u64::from(one.row), levels - u64::from(one.level)));
    assert_eq!(winners.collect::<Vec<_>>(), expected.winners);
    assert_eq!(unpack(recalled.members, n), expected.members);
    assert_eq!(unpack(recalled.unknown, n), expected.unknown);
    assert_eq!(unpack(recalled.pattern, n), expected.pattern);
    for unit in 0..n {
        let known = match (expected.members[unit], expected.unknown[unit]) {
            (true, _) => Unit::Member,
            (_, true) => Unit::Unknown,
            _ => Unit::NonMember,
        };
        assert_eq!(recalled.unit(unit as u32), known);
    }
}

fn history(sizes: Sizes, events: u64) {
    let params = params(sizes);
    let mut memory = Pairs::new(params, vec![5; params.words()]).unwrap();
    let mut scratch = vec![0xdead_beef; params.scratch_words()];
    let mut naive = oracle::Pairs::new(sizes);
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
        assert_eq!(memory.learned(), naive.plain.events);
        if taken {
            last = pattern;
        }
        if draws.below(4) != 0 && step + 1 < events {
            continue;
        }
        assert_eq!(memory.words(), naive.plain.words());
        for row in 0..sizes.rows {
            for unit in 0..n as usize {
                let weight = naive.plain.weights[row as usize][unit] as u32;
                assert_eq!(memory.weight(row as u32, unit as u32), Some(weight));
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
        let recalled = memory.recall(&naive::words(&cue), &mut scratch).unwrap();
        check(&recalled, &naive.recall(&cue), levels);
    }
    assert_eq!(memory.weight(sizes.rows as u32, 0), None);
    assert_eq!(memory.weight(0, n as u32), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 80 }))]

    #[test]
    fn pairs_of_rows_are_the_naive_rule(
        n in 1u64..100,
        rows in 2u64..16,
        levels in prop_oneof![1u64..12, Just(20u64), Just(254)],
        s in any::<u64>(),
        rested in any::<u64>(),
        miss in 1i64..200,
        seed in any::<u64>(),
    ) {
        let s = 1 + s % if s % 3 == 0 { n } else { n.div_ceil(6) };
        let rested = 2 + rested % (rows - 1);
        history(Sizes { n, rows, levels, s, rested, miss, seed }, if cfg!(miri) { 6 } else { 50 });
    }
}

/// Counts go round many times, and rows hold twenty levels.
#[test]
fn long_histories_are_the_naive_rule() {
    for (levels, rested) in [(20, 4), (3, 9)] {
        let sizes = Sizes {
            n: 200,
            rows: 9,
            levels,
            s: 20,
            rested,
            miss: 96,
            seed: 5,
        };
        history(sizes, if cfg!(miri) { 5 } else { 700 });
    }
}

/// A cue that is all in one row is no reason to take another row's members for its own.
#[test]
fn a_second_row_has_to_do_better_than_none() {
    let params = PairsParams::builder(40, 4).active(4).build().unwrap();
    assert_eq!(
        (params.rested(), params.levels(), params.hit()),
        (2, 20, 37)
    );
    let mut memory = Pairs::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    memory.learn(&[0xf0, 0], &mut scratch).unwrap();
    memory.learn(&[0x1, 0], &mut scratch).unwrap();
    let recalled = memory.recall(&[0x1, 0], &mut scratch).unwrap();
    assert_eq!(
        (recalled.pattern, recalled.winners().count()),
        (&[1, 0][..], 1)
    );
    assert_eq!(
        (recalled.score, recalled.most, recalled.share()),
        (37, 37, 65_536)
    );
    // With any level of another row it scores as much, and no more.
    assert_eq!(recalled.next, Some(37));
}

#[test]
fn settings_out_of_range_and_bad_calls_are_named() {
    const BUILDER: PairsParamsBuilder = PairsParams::builder(40, 6).active(4);
    for (builder, text) in [
        (PairsParams::builder(0, 2), "n is 0, allowed 1..=1048576"),
        (PairsParams::builder(4, 0), "rows are 0, allowed from 1"),
        (
            PairsParams::builder(4, 1),
            "rows are 1, allowed from 2 (a pattern takes two)",
        ),
        (BUILDER.levels(0), "levels are 0, allowed 1..=254"),
        (BUILDER.active(41), "s is 41, allowed 1..=40 (n)"),
        (
            BUILDER.rested(1),
            "rows to draw from are 1, allowed 2..=6 (rows)",
        ),
        (
            BUILDER.rested(7),
            "rows to draw from are 7, allowed 2..=6 (rows)",
        ),
        (
            BUILDER.miss(0),
            "a contradiction costs 0/16 nat, allowed 1..=1024",
        ),
    ] {
        assert_eq!(builder.build().unwrap_err().to_string(), text);
    }
    assert_eq!(PairsParams::builder(40, 60).build().unwrap().rested(), 10);
    let params = BUILDER.seed(3).build().unwrap();
    assert_eq!((params.seed(), params.miss(), params.active()), (3, 96, 4));
    assert_eq!(params.words(), 2 + 6 * params.row_words());
    let (got, expected) = (3, params.words());
    let error = Pairs::new(params, vec![0; got]).map(drop);
    assert_eq!(error, Err(RecencyError::Buffer { got, expected }));
    let mut memory = Pairs::new(params, vec![0; expected]).unwrap();
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
    assert_eq!(memory.stored(), 1);
    let mut words = memory.into_words();
    (words[0], words[1]) = (!0, !0);
    let mut memory = Pairs::open(params, words).unwrap();
    assert_eq!(memory.learn(&[1, 0], &mut scratch), Err(RecencyError::End));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 200 }))]

    #[test]
    fn any_words_are_a_state_of_pairs(
        n in 1u32..70, rows in 2u32..8, levels in 1u32..12,
        words in prop::collection::vec(any::<u32>(), 64), cue in any::<[u32; 3]>(),
    ) {
        let params = PairsParams::builder(n, rows).levels(levels).build().unwrap();
        let words: Vec<u32> = words.into_iter().cycle().take(params.words()).collect();
        let mut memory = Pairs::open(params, words).unwrap();
        let mut scratch = vec![!0; params.scratch_words()];
        let mut cue = cue[..params.pattern_words()].to_vec();
        if n % 32 != 0 {
            *cue.last_mut().unwrap() &= (1 << (n % 32)) - 1;
        }
        for _ in 0..3 {
            let recalled = memory.recall(&cue, &mut scratch).unwrap();
            prop_assert!(bits::count(recalled.pattern) <= params.active());
            prop_assert!(recalled.score <= recalled.most && recalled.share() <= 65_536);
            prop_assert!(recalled.next.is_none_or(|next| next <= recalled.score));
            prop_assert!(recalled.winners().all(|one| one.row < rows && one.level < levels));
            let _ = memory.learn(&cue, &mut scratch);
        }
    }
}
