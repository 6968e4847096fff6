//! Bits, random numbers, weights and selection: against naive versions, at the edges, and for bias.

use crate::naive;
use proptest::prelude::*;
use rand_core::Rng;
use slotless_core::rng::{self, Key, Purpose, below, shuffle, stream};
use slotless_core::weight::{self, HALF, Rate, Rounding, U1, U2, U4, U8, U16, Width};
use slotless_core::{bits, select};

/// Chi-square of counts that should be equal, against a bound that chance passes once in some 10^5 tests.
fn assert_even(counts: &[u32], what: &str) {
    let total: u32 = counts.iter().sum();
    let expected = f64::from(total) / counts.len() as f64;
    let chi2: f64 = counts
        .iter()
        .map(|&c| (f64::from(c) - expected).powi(2) / expected)
        .sum();
    let df = (counts.len() - 1) as f64;
    // Wilson and Hilferty's approximation at 4.26 standard deviations.
    let bound = df * (1.0 - 2.0 / (9.0 * df) + 4.26 * (2.0 / (9.0 * df)).sqrt()).powi(3);
    assert!(
        chi2 < bound,
        "{what}: chi-square {chi2:.1} of {df} degrees, bound {bound:.1}: {counts:?}"
    );
}

proptest! {
    #[test]
    fn sampling_and_cues_equal_the_naive_ones(n in 1u32..200, k in 0u32..200, keep in 0u32..200, seed in any::<u64>()) {
        let k = k.min(n);
        let mut out = vec![!0; bits::words_for(n)];
        bits::sample(n, k, &mut stream(seed, Purpose(7), 3, 5), &mut out).unwrap();
        let expected = naive::Pcg::stream(seed, 7, 3, 5).sample(n.into(), k.into());
        prop_assert_eq!(&out, &naive::words(&expected));
        prop_assert_eq!(bits::count(&out), k);
        prop_assert!(bits::ones(&out).eq((0..n).filter(|&j| expected[j as usize])));
        bits::check(&out, n).unwrap();

        let mut cue = vec![!0; out.len()];
        bits::cue(&out, keep, &mut stream(seed, Purpose(8), 0, 0), &mut cue).unwrap();
        prop_assert_eq!(bits::count(&cue), keep.min(k));
        prop_assert_eq!(bits::overlap(&cue, &out), keep.min(k));
    }

    #[test]
    fn selection_equals_a_full_sort(
        values in prop::collection::vec(prop_oneof![0u32..4, 0u32..5000, any::<u32>(), Just(u32::MAX)], 0..120),
        k in 0usize..130, seed in any::<u64>(),
    ) {
        let key = Key::new(seed, Purpose(9));
        let mut found = Vec::new();
        select::top_k(&values, k as u32, key, |i| found.push(i as usize));
        let wide: Vec<u64> = values.iter().map(|&v| v.into()).collect();
        prop_assert_eq!(&found, &naive::winners(&wide, k.min(values.len()), naive::Key::of(seed, 9)));
        let mut marks = vec![!0; bits::words_for(values.len() as u32)];
        select::mark_top_k(&values, k as u32, key, &mut marks);
        prop_assert!(bits::ones(&marks).eq(found.iter().map(|&i| i as u32)));
        let mut sorted = values.clone();
        sorted.sort_unstable_by(|a, b| b.cmp(a));
        for k in 1..=values.len() {
            prop_assert_eq!(select::kth_largest(&values, k as u32), sorted[k - 1]);
        }
        prop_assert_eq!(select::kth_largest(&values, values.len() as u32 + 1), 0);
    }

    #[test]
    fn selection_among_ties_equals_a_full_sort(
        levels in prop::collection::vec(0u32..9, 0..400), scale in prop::sample::select(vec![1u32, 16, 255, 65_535, 1 << 28]),
        most in 1u32..10, odd in 0u32..3, k in 0usize..410, seed in any::<u64>(),
    ) {
        // Few different values, and with `odd` 1 some that have their leading bits in common with others.
        let values: Vec<u32> = (0u32..).zip(&levels)
            .map(|(index, level)| (level % most * scale).wrapping_add(u32::from(odd == 1 && index % 3 == 0)))
            .collect();
        let key = Key::new(seed, Purpose(9));
        let wide: Vec<u64> = values.iter().map(|&v| v.into()).collect();
        for k in [k, k % 16] {
            let mut found = Vec::new();
            select::top_k(&values, k as u32, key, |i| found.push(i as usize));
            prop_assert_eq!(&found, &naive::winners(&wide, k.min(values.len()), naive::Key::of(seed, 9)));
            let mut marks = vec![!0; bits::words_for(values.len() as u32)];
            select::mark_top_k(&values, k as u32, key, &mut marks);
            prop_assert!(bits::ones(&marks).eq(found.iter().map(|&i| i as u32)));
        }
    }

    #[test]
    fn packed_weights_keep_their_neighbours(values in prop::collection::vec(any::<u16>(), 1..70)) {
        fn check<W: Width>(values: &[u16]) {
            let mut row = vec![0u32; W::row_words(values.len() as u32)];
            for (slot, &value) in (0..).zip(values) {
                W::set(&mut row, slot, u32::from(value) & W::FULL);
            }
            for (slot, &value) in (0..).zip(values) {
                assert_eq!(W::get(&row, slot), u32::from(value) & W::FULL);
            }
            let before = row.clone();
            W::set(&mut row, 0, u32::MAX);
            assert_eq!(W::get(&row, 0), W::FULL, "saturates");
            for (slot, _) in (1..).zip(&values[1..]) {
                assert_eq!(W::get(&row, slot), W::get(&before, slot));
            }
            let outside = row.len() as u32 * W::PER_WORD;
            W::set(&mut row, outside, 1);
            assert_eq!(W::get(&row, outside), 0);
        }
        check::<U1>(&values);
        check::<U2>(&values);
        check::<U4>(&values);
        check::<U8>(&values);
        check::<U16>(&values);
    }
}

#[test]
fn samples_and_cues_are_uniform() {
    let mut counts = [0; 15];
    for number in 0..15_000 {
        let mut out = [0];
        bits::sample(6, 2, &mut stream(1, Purpose(20), 0, number), &mut out).unwrap();
        let pair: Vec<u32> = bits::ones(&out).collect();
        counts[(pair[1] * (pair[1] - 1) / 2 + pair[0]) as usize] += 1;
    }
    assert_even(&counts, "2 of 6");
    let mut counts = [0; 6];
    for number in 0..12_000 {
        let mut out = [0];
        bits::sample(6, 5, &mut stream(1, Purpose(21), 0, number), &mut out).unwrap();
        counts[bits::ones(&[!out[0] & 63]).next().unwrap() as usize] += 1;
    }
    assert_even(&counts, "5 of 6, the one left out");
    let mut counts = [0; 7];
    for number in 0..14_000 {
        let mut out = [0; 2];
        let pattern = bits::pack::<2>(&[1, 5, 8, 31, 32, 40, 60]);
        bits::cue(
            &pattern,
            3,
            &mut stream(1, Purpose(22), 0, number),
            &mut out,
        )
        .unwrap();
        for (place, bit) in bits::ones(&pattern).enumerate() {
            counts[place] += u32::from(bits::get(&out, bit));
        }
    }
    assert_even(&counts, "3 of 7 kept");
}

#[test]
fn bounded_numbers_and_permutations_are_uniform() {
    let mut rng = stream(2, Purpose(23), 0, 0);
    for n in [1u32, 2, 3, 7, 10, 33] {
        let mut counts = vec![0; n as usize];
        for _ in 0..2_000 * n {
            counts[below(&mut rng, n) as usize] += 1;
        }
        if n > 1 {
            assert_even(&counts, "below");
        }
    }
    assert_eq!(below(&mut rng, 0), 0);
    // Three quarters of 2^32: without rejection, floor(3 x / 4) would be a multiple of 3 for half of all words x.
    let n = 3 << 30;
    let mut counts = [0; 3];
    for _ in 0..9_000 {
        counts[(below(&mut rng, n) % 3) as usize] += 1;
    }
    assert_even(&counts, "below three quarters of 2^32");
    assert!((0..100).all(|_| rng::below_u64(&mut rng, 5) < 5) && rng::below_u64(&mut rng, 1) == 0);
    let mut counts = [0; 24];
    for _ in 0..24_000 {
        let mut items = [0usize, 1, 2, 3];
        shuffle(&mut rng, &mut items);
        let [a, b, c, _] = items;
        let rank =
            a * 6 + (b - usize::from(b > a)) * 2 + (c - usize::from(c > a) - usize::from(c > b));
        counts[rank] += 1;
    }
    assert_even(&counts, "orders of four");
    shuffle(&mut rng, &mut [0u8; 0]);
}

#[test]
fn place_draws_are_permutations_that_avalanche() {
    for seed in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef] {
        let key = Key::new(seed, Purpose(1));
        let mut draws: Vec<u32> = (0..1 << 16).map(|i| key.at(i)).collect();
        let mut bytes = [0; 256];
        draws
            .iter()
            .for_each(|draw| bytes[(draw >> 24) as usize] += 1);
        assert_even(&bytes, "high byte");
        bytes = [0; 256];
        draws
            .iter()
            .for_each(|draw| bytes[(draw & 255) as usize] += 1);
        assert_even(&bytes, "low byte");
        draws.sort_unstable();
        assert!(draws.windows(2).all(|pair| pair[0] != pair[1]));
        for bit in 0..32 {
            let mut flips = [0i32; 32];
            let trials = 4_000;
            for i in 0..trials {
                let change = key.at(i) ^ key.at(i ^ 1 << bit);
                (0..32).for_each(|out| flips[out] += (change >> out & 1) as i32);
            }
            // 6 standard deviations of a fair coin are .047; the hash's own bias is far smaller.
            assert!(
                flips
                    .iter()
                    .all(|&f| (f64::from(f) / f64::from(trials) - 0.5).abs() < 0.08),
                "bit {bit}: {flips:?}"
            );
        }
    }
}

#[test]
fn keys_and_streams_differ_by_every_part() {
    let mut seen = std::collections::HashSet::new();
    for seed in 0..8 {
        for purpose in 0..8 {
            for trial in 0..8 {
                for number in 0..8 {
                    assert!(seen.insert(stream(seed, Purpose(purpose), trial, number).next_u64()));
                }
            }
        }
    }
    let key = Key::new(5, Purpose(3));
    assert_eq!(key.derive_u64(7 << 32 | 9), key.derive(9).derive(7));
}

#[test]
fn tied_units_win_equally_often() {
    let mut counts = [0; 10];
    for seed in 0..6_000 {
        let mut values = [3u32; 14];
        // Two winners above the tie, two losers below it, between the tied units.
        (values[2], values[9], values[5], values[13]) = (9, 4, 1, 0);
        let mut place = 0;
        let tied: Vec<usize> = (0..14).filter(|&i| values[i] == 3).collect();
        select::top_k(&values, 5, Key::new(seed, Purpose(30)), |unit| {
            place += 1;
            if let Some(rank) = tied.iter().position(|&i| i == unit as usize) {
                counts[rank] += 1;
            }
        });
        assert_eq!(place, 5);
    }
    assert_eq!(counts.iter().sum::<u32>(), 18_000);
    assert_even(&counts, "tied units");
}

#[test]
fn a_learning_step_is_the_nearest_to_the_rule_and_stays_in_range() {
    let rates = [1, 2, 100, 655, 6_554, 19_661, 32_768, 65_535, 65_536];
    let check = |full: u32, w: u32| {
        for eps in rates {
            let rate = Rate::new(eps).unwrap();
            for active in [false, true] {
                for offset in [0, HALF, 65_535] {
                    assert!(weight::step(w, full, active, rate, offset) <= full);
                }
                let target = if active { f64::from(full) } else { 0.0 };
                let real = f64::from(w) + f64::from(eps) / 65_536.0 * (target - f64::from(w));
                let nearest = f64::from(weight::step(w, full, active, rate, HALF));
                assert!(
                    (nearest - real).abs() <= 0.5,
                    "w {w}, eps {eps}: {nearest} for {real}"
                );
                // Nothing between floor and ceiling is skipped as the offset grows.
                let low = f64::from(weight::step(w, full, active, rate, 0));
                let high = f64::from(weight::step(w, full, active, rate, 65_535));
                assert!((low - real).abs() < 1.0 && (high - real).abs() < 1.0);
            }
            if eps == 65_536 {
                assert_eq!(weight::step(w, full, true, rate, HALF), full);
                assert_eq!(weight::step(w, full, false, rate, HALF), 0);
            }
        }
    };
    (0..=255).for_each(|w| check(255, w));
    (0..=15).for_each(|w| check(15, w));
    (0..=1).for_each(|w| check(1, w));
    (0..=65_535)
        .step_by(7)
        .chain([65_534, 65_535])
        .for_each(|w| check(65_535, w));
    assert_eq!((Rate::new(0), Rate::new(65_537)), (None, None));
}

#[test]
fn stochastic_rounding_is_right_on_average() {
    let rate = Rate::new(6_554).unwrap();
    for (w, active) in [(3u32, false), (128, false), (250, true), (0, true)] {
        let (mut sum, n) = (0.0, 40_000u32);
        for step in 0..n / 8 {
            let key = Key::new(9, Purpose::DITHER).derive(step);
            for slot in 0..8 {
                sum += f64::from(weight::step(
                    w,
                    255,
                    active,
                    rate,
                    weight::dither(key, slot),
                ));
            }
        }
        let target = if active { 255.0 } else { 0.0 };
        let real = f64::from(w) + 6_554.0 / 65_536.0 * (target - f64::from(w));
        // A step is one of two neighbours, so its deviation is at most 1/2.
        let error = 0.5 / f64::from(n).sqrt();
        assert!(
            (sum / f64::from(n) - real).abs() < 4.5 * error,
            "w {w}: {} for {real}",
            sum / f64::from(n)
        );
    }
    for slot in 0..4 {
        let mut counts = [0; 64];
        for group in 0..12_800 {
            let key = Key::new(1, Purpose::DITHER);
            counts[(weight::dither(key, group * 4 + slot) >> 10) as usize] += 1;
        }
        assert_even(&counts, "dither");
    }
}

#[test]
fn start_weights_are_uniform_and_fill_no_unused_bit() {
    let mut counts = [0; 16];
    let mut row = [!0; 3];
    for unit in 0..1_000 {
        weight::fill_start::<U4>(&mut row, 19, Key::new(3, Purpose::START).derive(unit));
        assert_eq!(row[2] >> 12, 0);
        (0..19).for_each(|slot| counts[U4::get(&row, slot) as usize] += 1);
    }
    assert_even(&counts, "start weights");
}

#[test]
fn nearest_rounding_stalls_where_it_is_said_to() {
    let share = |eps: u32, bits: u32| {
        f64::from(weight::stall_level(
            Rate::new(eps).unwrap(),
            Rounding::Nearest,
        )) / f64::from((1u32 << bits) - 1)
    };
    assert_eq!(format!("{:.3}", share(6_554, 8)), "0.016");
    assert_eq!(format!("{:.3}", share(1_966, 8)), "0.063");
    assert_eq!(format!("{:.3}", share(66, 16)), "0.008");
    for eps in [1, 66, 1_000, 6_554, 19_661, 32_768, 40_000, 65_536] {
        let rate = Rate::new(eps).unwrap();
        let level = weight::stall_level(rate, Rounding::Nearest);
        if level <= 65_535 {
            assert_eq!(weight::step(level, 65_535, false, rate, HALF), level);
        }
        if level < 65_535 {
            assert!(weight::step(level + 1, 65_535, false, rate, HALF) < level + 1);
        }
        assert_eq!(weight::stall_level(rate, Rounding::Stochastic), 0);
        // Alike from above, for every width: weights of F - level no longer rise, where there are any.
        for full in [1, 3, 15, 255, 65_535u32] {
            let stuck = |w| weight::step(w, full, true, rate, HALF) == w;
            assert!(stuck(full.saturating_sub(level)));
            assert!(level >= full || !stuck(full - level - 1));
        }
    }
}

#[test]
fn binary_weights_move_by_nearest_rounding_from_rate_one_half_on() {
    for eps in [1, 32_767, 32_768, 65_536] {
        let moves = eps >= 32_768;
        let rate = Rate::new(eps).unwrap();
        for active in [false, true] {
            let (target, other) = (u32::from(active), u32::from(!active));
            assert_eq!(weight::step(target, 1, active, rate, HALF), target);
            let expected = if moves { target } else { other };
            assert_eq!(weight::step(other, 1, active, rate, HALF), expected);
            // Of all 2^16 offsets, eps move it.
            let moved = (0..65_536)
                .filter(|&offset| weight::step(other, 1, active, rate, offset) == target)
                .count();
            assert_eq!(moved, eps as usize);
        }
    }
}

#[test]
fn weights_at_the_edge_are_fixed_point_numbers_of_full_scale() {
    assert_eq!(U8::to_fixed(255), fixed::types::U0F8::MAX);
    assert_eq!(U16::to_fixed(65_535), fixed::types::U0F16::MAX);
    assert_eq!(U4::to_fixed(15), fixed::types::U0F8::MAX);
    assert_eq!(U2::to_fixed(1).to_bits(), 85);
    assert_eq!(U1::to_fixed(1).to_bits(), 255);
    assert_eq!(U1::to_fixed(0).to_bits(), 0);
    // raw / F is the same share of the largest number.
    (0..4).for_each(|raw| assert_eq!(u32::from(U2::to_fixed(raw).to_bits()), 255 / 3 * raw));
    (0..16).for_each(|raw| assert_eq!(u32::from(U4::to_fixed(raw).to_bits()), 255 / 15 * raw));
    (0..256).for_each(|raw| assert_eq!(u32::from(U8::to_fixed(raw).to_bits()), raw));
    (0..65_536).for_each(|raw| assert_eq!(u32::from(U16::to_fixed(raw).to_bits()), raw));
}
