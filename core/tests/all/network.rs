//! The K-winner network against the naive one, bit for bit, and the properties that its users count on.

use crate::naive::{self, Sizes, unpack, words};
use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::kwinner::{Assignment, KWinner, Match, Params};
use slotless_core::rng::{self, Purpose};
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};

fn params<W: Width>(
    sizes: &Sizes,
    rounding: Rounding,
    assignment: Assignment,
    seed: u64,
) -> Params<W> {
    Params::builder(sizes.n_i as u32, sizes.n_h as u32)
        .fan_in(sizes.m as u32)
        .winners(sizes.k as u32)
        .active(sizes.s as u32)
        .rate(sizes.eps as u32)
        .rounding(rounding)
        .assignment(assignment)
        .seed(seed)
        .build()
        .unwrap()
}

/// Both networks learn and recall patterns of any number of ones; everything they compute is compared.
fn compare<W: Width>(sizes: &Sizes, stochastic: bool, random_k: bool, seed: u64) {
    let (rounding, naive_rounding) = if stochastic {
        (Rounding::Stochastic, naive::Rounding::Stochastic)
    } else {
        (Rounding::Nearest, naive::Rounding::Nearest)
    };
    let assignment = if random_k {
        Assignment::RandomK
    } else {
        Assignment::Competitive
    };
    let params = params::<W>(sizes, rounding, assignment, seed);
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut naive = naive::Network::new(sizes, naive_rounding, random_k, seed);
    assert_eq!(network.words(), naive.state(), "fresh state");
    let mut data = naive::Pcg::new(seed, 99);
    for step in 0..12 {
        let ones = data.below(sizes.n_i as u64 + 1);
        let x = data.sample(sizes.n_i as u64, ones);
        let packed = words(&x);
        let matched = network.learn(&packed, &mut scratch).ok();
        let score = matched.map(Match::score);
        assert_eq!(score, naive.learn(&x), "score of step {step}");
        assert_eq!(network.words(), naive.state(), "state after step {step}");

        let cue = data.sample(sizes.n_i as u64, ones / 2);
        let (winners, score) = naive.code(&cue);
        let before = network.words().to_vec();
        let recalled = network.recall(&words(&cue), &mut scratch).unwrap();
        assert!(
            recalled
                .winners
                .iter()
                .map(|&h| h as usize)
                .eq(winners.iter().copied())
        );
        assert_eq!(recalled.matched.score(), score);
        let (most, share) = naive.most_and_share(&cue, score);
        assert_eq!(recalled.matched.most(), most);
        assert_eq!(u64::from(recalled.matched.share()), share);
        assert_eq!(
            unpack(recalled.pattern, sizes.n_i),
            naive.recall(&cue, sizes.s)
        );
        let mut out = vec![!0; params.pattern_words()];
        // Fewer ones than s, more, and more than there are.
        for other in [0, sizes.s / 2, sizes.s + 1, sizes.n_i + 1] {
            let matched = network
                .recall_into(&words(&cue), other as u32, &mut scratch, &mut out)
                .unwrap();
            assert_eq!((matched.score(), matched.most()), (score, most));
            assert_eq!(unpack(&out, sizes.n_i), naive.recall(&cue, other));
        }
        let mut potentials = vec![0; sizes.n_h];
        network.potentials(&words(&cue), &mut potentials).unwrap();
        assert!(
            potentials
                .iter()
                .map(|&a| u64::from(a))
                .eq(naive.potentials(&cue))
        );
        assert_eq!(network.words(), before, "recall changed the network");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(target_endian = "big") { 40 } else { 160 }))]

    #[test]
    fn equals_the_naive_network(
        n_i in 1usize..100, n_h in 1usize..60, m in 1usize..100, k in 1usize..60, s in 1usize..100,
        eps in prop_oneof![Just(1u64), Just(65_536), 1u64..65_536], width in 0usize..5,
        stochastic in any::<bool>(), random_k in any::<bool>(), seed in any::<u64>(),
    ) {
        let bits = [1, 2, 4, 8, 16][width];
        let sizes = Sizes { n_i, n_h, m: m.min(n_i), k: k.min(n_h), s: s.min(n_i), eps, bits };
        match bits {
            1 => compare::<U1>(&sizes, stochastic, random_k, seed),
            2 => compare::<U2>(&sizes, stochastic, random_k, seed),
            4 => compare::<U4>(&sizes, stochastic, random_k, seed),
            8 => compare::<U8>(&sizes, stochastic, random_k, seed),
            _ => compare::<U16>(&sizes, stochastic, random_k, seed),
        }
    }

    /// Rows of one bit from every visible unit have loops of their own, over whole words.
    #[test]
    fn patterns_as_rows_equal_the_naive_network(
        n_i in prop_oneof![1usize..100, Just(32), Just(64)], n_h in 1usize..40, k in 1usize..40, s in 1usize..100,
        eps in prop::sample::select(vec![1u64, 32_767, 32_768, 65_535, 65_536]),
        stochastic in any::<bool>(), random_k in any::<bool>(), seed in any::<u64>(),
    ) {
        let sizes = Sizes { n_i, n_h, m: n_i, k: k.min(n_h), s: s.min(n_i), eps, bits: 1 };
        compare::<U1>(&sizes, stochastic, random_k, seed);
    }

    #[test]
    fn sixteen_bits_follow_the_real_rule(eps in 1u64..=65_536, seed in any::<u64>()) {
        // W += eps (x - W) in f64 for given winners. Rounding adds at most half a unit a step and the rule shrinks what
        // is there by 1 - eps, so after t steps the difference is below t / 2 units, and never above 1 / (2 eps).
        let sizes = Sizes { n_i: 30, n_h: 8, m: 12, k: 3, s: 6, eps, bits: 16 };
        let params = params::<U16>(&sizes, Rounding::Nearest, Assignment::Competitive, seed);
        let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let raw = |network: &KWinner<U16, Vec<u32>>, h: u32, slot| f64::from(U16::get(network.weights(h), slot));
        let mut real: Vec<Vec<f64>> = (0..8).map(|h| (0..12).map(|slot| raw(&network, h, slot)).collect()).collect();
        let mut data = naive::Pcg::new(seed, 5);
        let rate = eps as f64 / 65_536.0;
        for step in 1..=40 {
            let x = data.sample(30, 6);
            let packed = words(&x);
            let winners: Vec<u32> = network.hidden_code(&packed, &mut scratch).unwrap().winners.to_vec();
            network.learn(&packed, &mut scratch).unwrap();
            for h in winners {
                for (slot, j) in (0..).zip(bits::ones(network.mask(h))) {
                    let target = if x[j as usize] { 65_535.0 } else { 0.0 };
                    let w = &mut real[h as usize][slot as usize];
                    *w += rate * (target - *w);
                }
            }
            let bound = (0.5 * f64::from(step)).min(0.5 / rate) + 1e-6;
            for h in 0..8 {
                for slot in 0..12 {
                    let distance = (raw(&network, h, slot) - real[h as usize][slot as usize]).abs();
                    prop_assert!(distance <= bound, "{distance} > {bound}");
                }
            }
        }
    }
}

fn pattern(n: u32, s: u32, number: u32) -> Vec<u32> {
    let mut out = vec![0; bits::words_for(n)];
    bits::sample(
        n,
        s,
        &mut rng::stream(11, Purpose(300), 0, number),
        &mut out,
    )
    .unwrap();
    out
}

#[test]
fn the_one_winner_network_stores_the_pattern_itself() {
    let params = Params::<U8>::builder(200, 20)
        .active(20)
        .seed(4)
        .build()
        .unwrap();
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    for number in 0..50 {
        let x = pattern(200, 20, number);
        let winner = network.hidden_code(&x, &mut scratch).unwrap().winners[0];
        network.learn(&x, &mut scratch).unwrap();
        for j in 0..200 {
            let expected = if bits::get(&x, j) { 255 } else { 0 };
            assert_eq!(network.weight(winner, j).unwrap().to_bits(), expected);
        }
        let recalled = network.recall(&x, &mut scratch).unwrap();
        assert_eq!(recalled.pattern, x);
        assert_eq!(recalled.matched.share(), 65_536);
    }
    assert_eq!(network.learned(), 50);
}

#[test]
fn ties_do_not_bias_which_units_are_used() {
    // 1-winner networks of binary weights tie often. 3,000 patterns over 100 units at random would give a coefficient of
    // variation of sqrt(99 / 3000) = .182; index-biased rules give .28 at these sizes (measured for this project).
    let networks = 8;
    let mut sum = 0.0;
    for seed in 0..networks {
        let params = Params::<U8>::builder(1000, 100)
            .active(100)
            .seed(seed)
            .build()
            .unwrap();
        let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let mut uses = [0.0f64; 100];
        for number in 0..3_300 {
            let x = pattern(1000, 100, number + 10_000 * seed as u32);
            if number >= 300 {
                let winner = network.hidden_code(&x, &mut scratch).unwrap().winners[0];
                uses[winner as usize] += 1.0;
            }
            network.learn(&x, &mut scratch).unwrap();
        }
        let variance = uses.iter().map(|uses| (uses - 30.0).powi(2)).sum::<f64>() / 100.0;
        sum += variance.sqrt() / 30.0;
    }
    let cv = sum / networks as f64;
    println!("coefficient of variation of unit usage: {cv:.4}");
    // One network's value scatters by .013 (cv / sqrt(2 * 99)); four standard errors of the mean of eight.
    assert!((cv - 0.182).abs() < 0.02, "{cv}");
}

#[test]
fn old_memories_survive_as_theorem_1_says() {
    // (1 - 1/n_h)^(t - 1), n_h = 20: a pattern of age t is still there unless its unit was overwritten.
    let trials = 400;
    let mut alive = [0u32; 3];
    let ages = [2usize, 10, 25];
    for seed in 0..trials {
        let params = Params::<U8>::builder(300, 20)
            .active(30)
            .seed(seed)
            .build()
            .unwrap();
        let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let patterns: Vec<_> = (0..80)
            .map(|n| pattern(300, 30, n + 1000 * seed as u32))
            .collect();
        for x in &patterns {
            network.learn(x, &mut scratch).unwrap();
        }
        for (alive, age) in alive.iter_mut().zip(ages) {
            let x = &patterns[80 - age];
            *alive += u32::from(network.recall(x, &mut scratch).unwrap().pattern == *x);
        }
    }
    for (alive, age) in alive.into_iter().zip(ages) {
        let p = 0.95f64.powi(age as i32 - 1);
        let error = (p * (1.0 - p) / trials as f64).sqrt();
        let share = f64::from(alive) / trials as f64;
        assert!(
            (share - p).abs() < 4.0 * error,
            "age {age}: {share} against {p}"
        );
    }
}

#[test]
fn learn_tells_how_well_the_pattern_matched_before() {
    let params = Params::<U8>::builder(100, 50)
        .fan_in(20)
        .winners(6)
        .active(10)
        .rate(30_000)
        .build()
        .unwrap();
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let x = pattern(100, 10, 0);
    let before = network.hidden_code(&x, &mut scratch).unwrap().matched;
    assert_eq!(network.learn(&x, &mut scratch).unwrap(), before);
    let after = network.hidden_code(&x, &mut scratch).unwrap().matched;
    assert!(after.score() > before.score() && after.share() > before.share());
    assert_eq!(
        network
            .hidden_code(&[0; 4], &mut scratch)
            .unwrap()
            .matched
            .share(),
        0
    );
}

#[test]
fn the_same_type_lives_in_arrays_vectors_and_borrowed_memory() {
    const PARAMS: Params<U4> = match Params::<U4>::builder(64, 16)
        .fan_in(16)
        .winners(3)
        .active(8)
        .rate(40_000)
        .rounding(Rounding::Stochastic)
        .build()
    {
        Ok(params) => params,
        Err(_) => panic!(),
    };
    let mut array = KWinner::new(PARAMS, [0; PARAMS.words()]).unwrap();
    let mut buffer = vec![7; PARAMS.words()];
    let mut borrowed = KWinner::new(PARAMS, buffer.as_mut_slice()).unwrap();
    let mut scratch = [0; PARAMS.scratch_words()];
    for number in 0..20 {
        array.learn(&pattern(64, 8, number), &mut scratch).unwrap();
        borrowed
            .learn(&pattern(64, 8, number), &mut scratch)
            .unwrap();
    }
    assert_eq!(array.words(), borrowed.words());
    let flash: &[u32] = array.words();
    let read_only = KWinner::open(PARAMS, flash).unwrap();
    let cue = pattern(64, 4, 3);
    let mut other = [0; PARAMS.scratch_words()];
    assert_eq!(
        read_only.recall(&cue, &mut scratch).unwrap(),
        borrowed.recall(&cue, &mut other).unwrap()
    );
    assert_eq!(read_only.learned(), 20);
}
