//! Step by step what the naive memory does.

use proptest::prelude::*;

use super::common::*;
use crate::naive::Pcg;
use crate::naive::recency::{self as oracle, Sizes};
use slotless_core::recency::Params;

/// Learns and recalls random patterns, near-duplicates, empty ones and full ones; from cues of any size.
fn history(sizes: Sizes, before: u64, seed: u64, events: u64) {
    let mut both = Both::after(sizes, before);
    let mut draws = Pcg::new(seed, 3);
    let Sizes { n, s, .. } = sizes;
    let mut last = draws.sample(n, s);
    let mut kept = vec![last.clone()];
    for step in 0..events {
        let ones = match draws.below(8) {
            0 => draws.below(n + 1),
            1 => sizes.cap,
            _ => s,
        };
        let pattern = match draws.below(5) {
            0 => near(&mut draws, &last, ones / 2, ones - ones / 2),
            1 => near(&mut draws, &last, ones, 1),
            _ => draws.sample(n, ones),
        };
        if both.learn(&pattern) {
            last = pattern.clone();
            kept.push(pattern);
        }
        if draws.below(4) == 0 || step + 1 == events {
            both.check_state();
            let of = &kept[draws.below(kept.len() as u64) as usize];
            let cue = match draws.below(6) {
                0 => draws.cue(of, 1),
                1 => {
                    let ones = draws.below(n + 1);
                    draws.sample(n, ones)
                }
                2 => vec![draws.below(2) == 1; n as usize],
                3 => near(&mut draws, of, s / 2, s / 8 + 1),
                4 => of.clone(),
                _ => draws.cue(of, s.div_ceil(2)),
            };
            both.recall(&cue);
        }
    }
}

fn sizes() -> impl Strategy<Value = Sizes> {
    let levels = prop_oneof![1u64..8, Just(9u64), Just(11), 1u64..40, Just(255)];
    let any = (1u64..140, 1u64..12, levels, any::<u64>(), any::<u64>());
    (any, 1i64..200).prop_map(|((n, rows, levels, s, cap), miss)| {
        let s = 1 + s % if s % 3 == 0 { n } else { n.div_ceil(6) };
        let cap = match cap % 3 {
            0 => s,
            1 => oracle::usual_cap(n, levels, s).max(s),
            _ => s + cap / 3 % (n - s + 1),
        };
        Sizes {
            n,
            rows,
            levels,
            cap,
            s,
            miss,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 150 }))]

    #[test]
    fn recency_levels_are_the_naive_ones(sizes in sizes(), seed in any::<u64>()) {
        history(sizes, 0, seed, if cfg!(miri) { 12 } else { 120 });
    }

    /// From any number of events on, and up to the last.
    #[test]
    fn late_events_are_the_naive_ones(sizes in sizes(), seed in any::<u64>(), late in any::<u64>()) {
        let before = match late % 3 {
            0 => u64::MAX - late / 3 % 40,
            1 => (1 << 32) - 20 + late / 3 % 20,
            _ => late,
        };
        history(sizes, before, seed, if cfg!(miri) { 8 } else { 60 });
    }

    #[test]
    fn settings_left_out_are_those_of_the_text(n in 1u64..3000, levels in 1u64..60, s in any::<u64>(), rows in 1u64..9) {
        let s = 1 + s % n;
        let built = Params::builder(n as u32, rows as u32).levels(levels as u32).active(s as u32).build();
        let cap = oracle::usual_cap(n, levels, s);
        let params = built.unwrap();
        prop_assert_eq!(u64::from(params.cap()), cap);
        prop_assert_eq!(params.row_words() as u64, oracle::row_words(n, levels, cap));
        prop_assert_eq!(params.words() as u64, 2 + rows * oracle::row_words(n, levels, cap));
        prop_assert_eq!(i64::from(params.hit()), oracle::hit(n, s));
        let (cells, bits) = oracle::group(levels);
        prop_assert_eq!(params.group(), (cells as u32, bits as u32));
        prop_assert_eq!(params.window(), rows * levels);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 100 }))]

    /// As many rows as fit, and the fewest levels whose rows have the window.
    #[test]
    fn rows_are_chosen_from_bytes_and_levels_from_the_window(
        n in 1u64..400, s in any::<u64>(), window in 1u64..3000, bytes in 1u64..9000,
    ) {
        let s = 1 + s % n.div_ceil(3);
        let builder = Params::builder(n as u32, 7).active(s as u32);
        let rows = |levels| {
            let words = oracle::row_words(n, levels, oracle::usual_cap(n, levels, s));
            (bytes / 4).checked_sub(2).map_or(0, |left| left / words)
        };
        for levels in [1, 5, 11] {
            let built = builder.levels(levels as u32).build_in(bytes);
            prop_assert_eq!(built.map_or(0, |params| params.rows().into()), rows(levels));
        }
        let fewest = (1..=255).find(|&levels| rows(levels) * levels >= window);
        let built = builder.build_for(window, bytes);
        let found = built.map(|params| (u64::from(params.levels()), u64::from(params.rows())));
        prop_assert_eq!(found.ok(), fewest.map(|levels| (levels, rows(levels))));
        if let Ok(params) = built {
            prop_assert!(4 * params.words() as u64 <= bytes);
        }
    }
}

/// The sizes of the measurements, smaller in rows: thousands of events.
#[test]
fn thousands_of_events_are_the_naive_ones() {
    let events = if cfg!(miri) { 10 } else { 4000 };
    let cap = oracle::usual_cap(1000, 5, 100);
    for (n, s, levels, cap) in [(1000, 100, 5, cap), (256, 26, 3, 75), (200, 10, 11, 88)] {
        let sizes = Sizes {
            n,
            rows: 7,
            levels,
            cap,
            s,
            miss: 96,
        };
        history(sizes, 0, n, events);
    }
}

/// Where the largest score of the cue's own event comes late, early or not at all, and where many have the same.
#[test]
fn events_that_tie_are_taken_newest_first() {
    for n in [1u64, 2, 5, 33] {
        for levels in [1, 2, 5] {
            let sizes = Sizes {
                n,
                rows: 3,
                levels,
                cap: n,
                s: n,
                miss: 3,
            };
            let mut both = Both::new(sizes);
            let all = vec![true; n as usize];
            let mut one = vec![false; n as usize];
            one[0] = true;
            both.recall(&all);
            for _ in 0..4 * 3 * levels {
                assert!(both.learn(&all));
                for cue in [&all, &one, &vec![false; n as usize]] {
                    both.recall(cue);
                }
                both.check_state();
            }
        }
    }
}

/// The factor of the score against the logarithm of the host, for all sizes up to 400 and some far larger.
#[test]
fn hits_are_the_nearest_logarithm() {
    let hit = |n: u32, s: u32| {
        let built = Params::builder(n, 1).levels(1).active(s).build();
        i64::from(built.unwrap().hit())
    };
    let most = if cfg!(miri) { 12 } else { 400 };
    for n in 1..=most {
        for s in 1..=n {
            assert_eq!(hit(n, s), oracle::hit(n.into(), s.into()), "{n}, {s}");
        }
    }
    for (n, s) in [
        (1 << 20, 1),
        (1 << 20, 999_999),
        (1000, 100),
        (256, 26),
        (65_536, 7),
    ] {
        assert_eq!(hit(n, s), oracle::hit(n.into(), s.into()), "{n}, {s}");
    }
}
