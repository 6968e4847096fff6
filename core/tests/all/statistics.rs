//! What chance must look like: each bound is derived where it stands, and every seed is fixed.

use slotless_core::bits;
use slotless_core::kwinner::{KWinner, Params};
use slotless_core::rng::{self, Key, Purpose, stream};
use slotless_core::weight::{self, Rate, Rounding, U1, U8, Width};

/// How far counts of equally likely outcomes are from even, in standard deviations of a normal: chi-square, brought to
/// one by Wilson and Hilferty's cube root. `drawn` outcomes are counted a time, without repetition: their counts scatter
/// by (n - drawn) / (n - 1) of what independent draws would.
fn unevenness(counts: &[u32], drawn: usize) -> f64 {
    let total: u32 = counts.iter().sum();
    let n = counts.len() as f64;
    let expected = f64::from(total) / n;
    let scatter: f64 = counts
        .iter()
        .map(|&count| (f64::from(count) - expected).powi(2) / expected)
        .sum();
    let chi2 = scatter * (n - 1.0) / (n - drawn as f64);
    let ninth = 2.0 / (9.0 * (n - 1.0));
    ((chi2 / (n - 1.0)).cbrt() - (1.0 - ninth)) / ninth.sqrt()
}

/// Neither biased nor more even than chance: 4.3 standard deviations are passed once in 60,000 tests.
fn assert_chance(counts: &[u32], drawn: usize, what: &str) {
    let z = unevenness(counts, drawn);
    assert!(z.abs() < 4.3, "{what}: {z:.2} deviations: {counts:?}");
}

#[test]
fn unevenness_knows_even_from_biased() {
    // 1 percent of all draws moved from one of ten outcomes to another.
    assert!(unevenness(&[9_000, 11_000, 10_000, 10_000, 10_000, 10_000], 1) > 4.3);
    assert!(unevenness(&[10_000; 6], 1) < -4.3);
}

/// Flips of each of 32 output bits, over `trials` changes, stay within 5.5 standard deviations of one half.
fn assert_avalanche(trials: u32, what: &str, changes: impl Iterator<Item = u32>) {
    let mut flips = [0u32; 32];
    for change in changes {
        (0..32).for_each(|bit| flips[bit] += change >> bit & 1);
    }
    let bound = 5.5 * 0.5 / f64::from(trials).sqrt();
    for (bit, flips) in flips.into_iter().enumerate() {
        let share = f64::from(flips) / f64::from(trials);
        assert!(
            (share - 0.5).abs() < bound,
            "{what}: output bit {bit} flips in {share}"
        );
    }
}

#[test]
fn every_part_of_a_place_reaches_every_bit_of_its_draw() {
    const TRIALS: u32 = 8_192;
    let base = |i: u32| u64::from(i).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for bit in 0..64 {
        let of = |seed| Key::new(seed, Purpose::START).derive(3).at(5);
        let changes = (0..TRIALS).map(|i| of(base(i)) ^ of(base(i) ^ 1 << bit));
        assert_avalanche(TRIALS, "seed", changes);
        // Neighbouring steps, too: their 64 bits are derived one word after the other.
        let key = Key::new(1, Purpose::DITHER);
        let of = |step| key.derive_u64(step).derive(3).at(5);
        let changes = (0..TRIALS).map(|i| of(u64::from(i)) ^ of(u64::from(i) ^ 1 << bit));
        assert_avalanche(TRIALS, "step", changes);
    }
    for bit in 0..32 {
        let flip = 1 << bit;
        let of = |purpose, unit, slot| Key::new(9, Purpose(purpose)).derive(unit).at(slot);
        let changes = (0..TRIALS).map(|i| of(i, 3, 5) ^ of(i ^ flip, 3, 5));
        assert_avalanche(TRIALS, "purpose", changes);
        let changes = (0..TRIALS).map(|i| of(2, i, 5) ^ of(2, i ^ flip, 5));
        assert_avalanche(TRIALS, "unit", changes);
        let changes = (0..TRIALS).map(|i| of(2, 3, i) ^ of(2, 3, i ^ flip));
        assert_avalanche(TRIALS, "slot", changes);
        let key = Key::new(2, Purpose::HIDDEN_TIE);
        let changes = (0..TRIALS).map(|i| key.digest(&[i, 7, 1]) ^ key.digest(&[i ^ flip, 7, 1]));
        assert_avalanche(TRIALS, "digest, first word", changes);
        let changes = (0..TRIALS).map(|i| key.digest(&[1, 7, i]) ^ key.digest(&[1, 7, i ^ flip]));
        assert_avalanche(TRIALS, "digest, last word", changes);
    }
}

#[test]
fn keys_beside_each_other_draw_independently() {
    // Two rows of start weights, compared byte by byte: all 256 pairs of high nibbles are equally likely. The same for
    // the first words of neighbouring streams, and of one number under neighbouring purposes.
    let first = |purpose, number| {
        use rand_core::Rng;
        stream(3, Purpose(purpose), 0, number).next_u32()
    };
    let rows = |unit: u32, i| Key::new(3, Purpose::START).derive(unit).at(i);
    let mut pairs = [[0u32; 256]; 3];
    for i in 0..64_000 {
        let words = [
            (rows(i / 64, i % 64), rows(i / 64 + 1, i % 64)),
            (first(256, i), first(256, i + 1)),
            (first(256, i), first(257, i)),
        ];
        for (pairs, (a, b)) in pairs.iter_mut().zip(words) {
            pairs[(a >> 28 << 4 | b >> 28) as usize] += 1;
        }
    }
    for (pairs, what) in pairs.iter().zip(["rows", "numbers", "purposes"]) {
        assert_chance(pairs, 1, what);
    }
}

#[test]
fn bounded_64_bit_numbers_are_uniform() {
    // Just above a power of two, where rejection is most frequent, and where a modulus would be biased.
    let mut rng = stream(4, Purpose(24), 0, 0);
    for n in [3, 5, 9, (1 << 33) + 1, 3 << 62] {
        let mut counts = [0; 3];
        for _ in 0..9_000 {
            let drawn = rng::below_u64(&mut rng, n);
            assert!(drawn < n);
            counts[(u128::from(drawn) * 3 / u128::from(n)) as usize] += 1;
        }
        if n % 3 == 0 || n > 9 {
            assert_chance(&counts, 1, "thirds");
        }
    }
}

#[test]
fn wiring_and_samples_take_every_place_equally_often() {
    // 30 of 70 bits, 48 of 70 by the complement, and cues of 11 of the first 30: words and Floyd's order leave no trace.
    let (mut few, mut many, mut kept) = ([0; 70], [0; 70], [0; 30]);
    let mut out = [0; 3];
    let pattern = [(1 << 30) - 1, 0, 0];
    for number in 0..5_000 {
        slotless_core::fan_in::draw(6, number, 70, 30, &mut out);
        bits::ones(&out).for_each(|j| few[j as usize] += 1);
        slotless_core::fan_in::draw(7, number, 70, 48, &mut out);
        bits::ones(&out).for_each(|j| many[j as usize] += 1);
        bits::cue(
            &pattern,
            11,
            &mut stream(6, Purpose(25), 0, number),
            &mut out,
        )
        .unwrap();
        bits::ones(&out).for_each(|j| kept[j as usize] += 1);
    }
    assert_chance(&few, 30, "30 of 70");
    assert_chance(&many, 48, "48 of 70");
    assert_chance(&kept, 11, "11 of 30");
}

#[test]
fn the_step_over_all_offsets_is_the_real_rule_exactly() {
    // The sum over r = 0..65536 of (eps d + r) >> 16 is eps d: stochastic rounding has no bias at all.
    for eps in [1, 655, 19_661, 65_535, 65_536] {
        let rate = Rate::new(eps).unwrap();
        for w in (0..=255u32).step_by(5) {
            let up: u64 = (0..65_536)
                .map(|r| u64::from(weight::step(w, 255, true, rate, r) - w))
                .sum();
            let down: u64 = (0..65_536)
                .map(|r| u64::from(w - weight::step(w, 255, false, rate, r)))
                .sum();
            assert_eq!(up, u64::from(eps) * u64::from(255 - w));
            assert_eq!(down, u64::from(eps) * u64::from(w));
        }
    }
}

#[test]
fn dither_is_even_in_both_bytes_of_every_slot() {
    for slot in 0..4 {
        let (mut low, mut high) = ([0; 256], [0; 256]);
        for place in 0..51_200u32 {
            let key = Key::new(2, Purpose::DITHER).derive(place / 16);
            let offset = weight::dither(key, place % 16 * 4 + slot);
            assert!(offset < 65_536);
            low[offset as usize % 256] += 1;
            high[offset as usize / 256] += 1;
        }
        assert_chance(&low, 1, "low byte");
        assert_chance(&high, 1, "high byte");
    }
}

#[test]
fn stochastic_learning_in_a_network_moves_weights_by_the_rate() {
    // Binary weights, all 0, rate .3: a weight of an active unit is 1 after one step with probability .3, in the whole
    // network; and a weight of 1 of a silent unit stays with probability .7.
    let params = Params::<U1>::builder(4_000, 4)
        .active(400)
        .winners(4)
        .rate(19_661)
        .rounding(Rounding::Stochastic)
        .seed(8)
        .build()
        .unwrap();
    let p = 19_661.0 / 65_536.0_f64;
    let mut scratch = vec![0; params.scratch_words()];
    // A one of the second keeps its weights, 4 of 16,000: without any it would be refused.
    for (start, first, x, expected) in [(0, !0, !0, p), (!0, 1, 0, 1.0 - p)] {
        let fresh = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut words = fresh.into_words();
        words[2..].fill(start);
        let mut network = KWinner::open(params, words).unwrap();
        let mut pattern = [x; 125];
        pattern[0] = first;
        network.learn(&pattern, &mut scratch).unwrap();
        let full: u32 = (0..4).map(|unit| bits::count(network.weights(unit))).sum();
        let error = (p * (1.0 - p) / 16_000.0).sqrt();
        let share = f64::from(full) / 16_000.0;
        assert!((share - expected).abs() < 4.5 * error, "{share}");
    }
}

#[test]
fn units_that_cannot_be_told_apart_win_equally_often() {
    // All weights are zero, so all potentials and all sums are: only the tie rule decides, by the cue, the seed and the
    // number learned. Each of them alone must spread the winners evenly.
    const HIDDEN: usize = 37;
    let of = |seed, learned: u32, cue: u32| {
        let params = Params::<U8>::builder(50, HIDDEN as u32)
            .fan_in(9)
            .winners(5)
            .active(7)
            .seed(seed)
            .build()
            .unwrap();
        let mut words = vec![0; params.words()];
        words[0] = learned;
        let network = KWinner::open(params, words).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let recalled = network.recall(&[cue, 1], &mut scratch).unwrap();
        (recalled.winners.to_vec(), recalled.pattern.to_vec())
    };
    for (source, what) in ["seed", "learned", "cue"].into_iter().enumerate() {
        let (mut hidden, mut visible) = ([0; HIDDEN], [0; 50]);
        for i in 0..6_000 {
            let part = |place| if place == source { i } else { 11 };
            let (winners, pattern) = of(part(0).into(), part(1), part(2));
            assert_eq!((winners.len(), bits::count(&pattern)), (5, 7));
            winners.iter().for_each(|&unit| hidden[unit as usize] += 1);
            bits::ones(&pattern).for_each(|j| visible[j as usize] += 1);
        }
        assert_chance(&hidden, 5, what);
        assert_chance(&visible, 7, what);
    }
}

#[test]
fn one_winner_networks_use_their_units_as_chance_would() {
    // Once every unit holds a pattern, a fresh one overlaps each of them alike: over T patterns the counts of wins are
    // multinomial, and their coefficient of variation is sqrt((n_h - 1) / T) = .1817 for 100 units and 3,000 patterns
    // (the .18 of the protocol; a rule that prefers an end of the index gives .28). One network's estimate scatters by
    // .1817 / sqrt(2 (n_h - 1)) = .0129, the mean of four by .0065.
    let mut cv = 0.0;
    let mut all = [0; 100];
    for seed in 0..4u32 {
        let params = Params::<U8>::builder(1000, 100)
            .active(100)
            .seed(seed.into())
            .build()
            .unwrap();
        let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let mut x = vec![0; params.pattern_words()];
        let mut uses = [0u32; 100];
        for number in 0..3_300 {
            bits::sample(
                1000,
                100,
                &mut stream(5, Purpose(300), seed, number),
                &mut x,
            )
            .unwrap();
            let winner = network.hidden_code(&x, &mut scratch).unwrap().winners[0];
            network.learn(&x, &mut scratch).unwrap();
            if number >= 300 {
                uses[winner as usize] += 1;
                all[winner as usize] += 1;
            }
        }
        let variance: f64 = uses
            .iter()
            .map(|&n| (f64::from(n) - 30.0).powi(2))
            .sum::<f64>()
            / 100.0;
        cv += variance.sqrt() / 30.0 / 4.0;
    }
    assert!((cv - 0.1817).abs() < 4.0 * 0.0065, "{cv}");
    assert_chance(&all, 1, "usage");
}

#[test]
fn random_k_draws_every_unit_equally_often() {
    let params = Params::<U8>::builder(40, 23)
        .fan_in(10)
        .winners(4)
        .rate(65_536)
        .assignment(slotless_core::kwinner::Assignment::RandomK)
        .build()
        .unwrap();
    let mut words = KWinner::new(params, vec![0; params.words()])
        .unwrap()
        .into_words();
    let mut scratch = vec![0; params.scratch_words()];
    let mut uses = [0; 23];
    for step in 0..6_000 {
        // Weights of 0 and a pattern of ones, at rate 1: exactly the units drawn hold full weights.
        let weights = words.len() - 23 * params.row_words();
        words[weights..].fill(0);
        words[0] = step;
        let mut network = KWinner::open(params, words).unwrap();
        network.learn(&[!0, 0xff], &mut scratch).unwrap();
        let drawn: Vec<u32> = (0..23)
            .filter(|&unit| U8::get(network.weights(unit), 9) == 255)
            .collect();
        assert_eq!(drawn.len(), 4);
        drawn.iter().for_each(|&unit| uses[unit as usize] += 1);
        words = network.into_words();
    }
    assert_chance(&uses, 4, "random k");
}
