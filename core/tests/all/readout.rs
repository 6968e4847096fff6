//! What a network can be asked beyond its recall and its one rate, against the naive network: a part of the pattern, graded
//! winners, rates by unit.

use std::ops::Range;

use crate::naive::{self, Pcg, Sizes, unpack, words};
use proptest::prelude::*;
use slotless_core::bits::{self, BitsError};
use slotless_core::kwinner::{
    Assignment, Code, KWinner, Match, NetworkError, Params, Readout, Wiring,
};
use slotless_core::weight::{Rate, Rounding, U1, U2, U4, U8, U16, Width};

#[derive(Clone, Copy, Debug)]
struct Rule {
    stochastic: bool,
    random_k: bool,
    seed: u64,
}

fn params<W: Width>(sizes: &Sizes, rule: Rule) -> Params<W> {
    let (nearest, stochastic) = (Rounding::Nearest, Rounding::Stochastic);
    let (competitive, random) = (Assignment::Competitive, Assignment::RandomK);
    Params::builder(sizes.n_i as u32, sizes.n_h as u32)
        .fan_in(sizes.m as u32)
        .winners(sizes.k as u32)
        .active(sizes.s as u32)
        .rate(sizes.eps as u32)
        .rounding(if rule.stochastic { stochastic } else { nearest })
        .assignment(if rule.random_k { random } else { competitive })
        .seed(rule.seed)
        .build()
        .unwrap()
}

/// Both networks with every wiring that there is for these sizes.
fn compare<W: Width>(sizes: &Sizes, rule: Rule) {
    let params = params::<W>(sizes, rule);
    let rounding = if rule.stochastic {
        naive::Rounding::Stochastic
    } else {
        naive::Rounding::Nearest
    };
    let (random_k, seed) = (rule.random_k, rule.seed);
    let naive = naive::Network::new(sizes, rounding, random_k, seed);
    compare_wired(params, naive, sizes);
    if let Ok(params) = params.structured() {
        let naive = naive::Network::structured(sizes, rounding, random_k, seed);
        compare_wired(params, naive, sizes);
    }
}

fn compare_wired<W: Width, G: Wiring>(
    params: Params<W, G>,
    mut naive: naive::Network,
    sizes: &Sizes,
) {
    let n_i = sizes.n_i as u64;
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut data = Pcg::new(naive.seed, 98);
    // Some units that learn alike, and some that do not.
    let choice = [1, 65_536, 1 + data.below(65_536), sizes.eps];
    let rates: Vec<u64> = (0..sizes.n_h)
        .map(|_| choice[data.below(4) as usize])
        .collect();
    let core_rates: Vec<Rate> = rates
        .iter()
        .map(|&rate| Rate::new(rate as u32).unwrap())
        .collect();
    for step in 0..6 {
        let ones = data.below(n_i + 1);
        let x = data.sample(n_i, ones);
        let matched = network.learn_at(&words(&x), &core_rates, &mut scratch);
        let score = matched.ok().map(Match::score);
        assert_eq!(score, naive.learn_at(&x, &rates), "score of step {step}");
        assert_eq!(network.words(), naive.state(), "state after step {step}");

        let cue = data.sample(n_i, ones.div_ceil(2));
        let (_, score) = naive.code(&cue);
        let (from, to) = (data.below(n_i + 1), data.below(n_i + 2));
        for part in [0..n_i, from..to, to..from, from..from + 1, 0..0] {
            let few = data.below(n_i + 1);
            for active in [few, 1, part.end.saturating_sub(part.start), n_i + 3] {
                for graded in [false, true] {
                    let expected = naive.recall_as(&cue, active as usize, usize_of(&part), graded);
                    let code = if graded { Code::Graded } else { Code::Binary };
                    let readout = Readout::of(&params)
                        .units(part.start as u32..part.end as u32)
                        .active(active as u32)
                        .code(code);
                    let before = network.words().to_vec();
                    let mut out = vec![!0; params.pattern_words()];
                    let matched = network
                        .recall_as(&words(&cue), &readout, &mut scratch, &mut out)
                        .unwrap();
                    let what = format!("{part:?} {active} {code:?}");
                    assert_eq!(unpack(&out, sizes.n_i), expected, "{what}");
                    assert_eq!(bits::check(&out, params.visible()), Ok(()), "{what}");
                    assert_eq!(bits::count(&out), readout.ones(), "{what}");
                    assert_eq!(matched.score(), score, "{what}");
                    assert_eq!(network.words(), before, "recall changed the network");
                }
            }
        }
    }
}

fn usize_of(range: &Range<u64>) -> Range<usize> {
    range.start as usize..range.end as usize
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else if cfg!(target_endian = "big") { 16 } else { 64 }))]

    #[test]
    fn parts_grades_and_rates_equal_the_naive_network(
        n_i in 1usize..80, n_h in 1usize..60, m in prop_oneof![1usize..80, Just(80)], k in 1usize..60, s in 1usize..80,
        eps in 1u64..=65_536, width in 0usize..5, stochastic: bool, random_k: bool, seed: u64,
    ) {
        let bits = [1, 2, 4, 8, 16][width];
        let sizes = Sizes { n_i, n_h, m: m.min(n_i), k: k.min(n_h), s: s.min(n_i), eps, bits };
        let rule = Rule { stochastic, random_k, seed };
        match bits {
            1 => compare::<U1>(&sizes, rule),
            2 => compare::<U2>(&sizes, rule),
            4 => compare::<U4>(&sizes, rule),
            8 => compare::<U8>(&sizes, rule),
            _ => compare::<U16>(&sizes, rule),
        }
    }

    /// Rates that are all one are that one, whichever the wiring.
    #[test]
    fn equal_rates_are_one_rate(eps in 1u32..=65_536, stochastic: bool, random_k: bool, structured: bool, seed: u64) {
        let sizes = Sizes { n_i: 48, n_h: 32, m: 12, k: 7, s: 9, eps: 30_000, bits: 8 };
        let rule = Rule { stochastic, random_k, seed };
        let given = params::<U8>(&sizes, rule);
        let at_rate = params::<U8>(&Sizes { eps: eps.into(), ..sizes }, rule);
        let rates = [Rate::new(eps).unwrap(); 32];
        fn run<G: Wiring>(given: Params<U8, G>, at_rate: Params<U8, G>, rates: &[Rate]) {
            let mut by_unit = KWinner::new(given, vec![0; given.words()]).unwrap();
            let mut by_one = KWinner::new(at_rate, vec![0; given.words()]).unwrap();
            let mut scratch = vec![0; given.scratch_words()];
            let mut data = Pcg::new(given.seed(), 97);
            for _ in 0..20 {
                let x = words(&data.sample(48, 9));
                let expected = by_one.learn(&x, &mut scratch);
                assert_eq!(by_unit.learn_at(&x, rates, &mut scratch), expected);
                assert_eq!(by_unit.words(), by_one.words());
            }
        }
        if structured {
            run(given.structured().unwrap(), at_rate.structured().unwrap(), &rates);
        } else {
            run(given, at_rate, &rates);
        }
    }
}

#[test]
fn edges_of_graded_winners() {
    let rule = |seed| Rule {
        stochastic: false,
        random_k: false,
        seed,
    };
    // One winner, all units winners, sums at the end of 32 bits and just below, an activity of two values.
    for (n_i, n_h, m, k) in [
        (20, 9, 7, 1),
        (20, 9, 7, 9),
        (9, 300, 5, 257),
        (9, 300, 5, 258),
        (9, 300, 9, 300),
        (3, 33_000, 2, 32_768),
    ] {
        let sizes = Sizes {
            n_i,
            n_h,
            m,
            k,
            s: 2,
            eps: 40_000,
            bits: 16,
        };
        if n_h > 1_000 {
            // The step alone takes the naive network a while.
            extremes(&sizes, rule(3));
        } else {
            compare::<U16>(&sizes, rule(3));
            compare::<U1>(&Sizes { bits: 1, ..sizes }, rule(4));
        }
    }
    // As many winners as the parameters take at all: k F = 2^32 - 1.
    let sizes = Sizes {
        n_i: 3,
        n_h: 65_537,
        m: 3,
        k: 65_537,
        s: 2,
        eps: 65_536,
        bits: 16,
    };
    extremes(&sizes, rule(5));
}

/// The largest sums there are, after one pattern.
fn extremes(sizes: &Sizes, rule: Rule) {
    let params = params::<U16>(sizes, rule);
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut naive = naive::Network::new(sizes, naive::Rounding::Nearest, false, rule.seed);
    let mut scratch = vec![0; params.scratch_words()];
    network.learn(&[0b101], &mut scratch).unwrap();
    // The state is compared elsewhere; its rows are read here.
    naive.learned = 1;
    for (h, row) in (0..).zip(&mut naive.weights) {
        for (slot, weight) in (0..).zip(row) {
            *weight = u64::from(U16::get(network.weights(h), slot));
        }
    }
    for cue in [0b101, 0b001, 0] {
        for graded in [false, true] {
            let code = if graded { Code::Graded } else { Code::Binary };
            let readout = Readout::of(&params).active(1).units(1..3).code(code);
            let mut out = [0];
            network
                .recall_as(&[cue], &readout, &mut scratch, &mut out)
                .unwrap();
            let expected = naive.recall_as(&unpack(&[cue], 3), 1, 1..3, graded);
            assert_eq!(unpack(&out, 3), expected, "{cue} {code:?}");
        }
    }
}

/// Unit 0 is wired to visible units 0 to 3, unit 1 to 4 to 7 and so on; 8 bits.
fn blocks(weights: [[u32; 4]; 4], winners: u32) -> KWinner<U8, Vec<u32>> {
    let params = Params::<U8>::builder(16, 4)
        .fan_in(4)
        .winners(winners)
        .active(4)
        .build()
        .unwrap();
    let mut words = vec![0, 0];
    words.extend([0xf, 0xf0, 0xf00, 0xf000]);
    words.extend(weights.map(|row| row.iter().rev().fold(0, |word, weight| word << 8 | weight)));
    KWinner::open(params, words).unwrap()
}

#[test]
fn activities_are_the_distance_to_the_best_that_lost() {
    // Potentials of the cue are 200, 150, 100 and 40: with three winners activities of 255, 175 and 95.
    let weights = [
        [200, 0, 0, 0],
        [150, 255, 0, 0],
        [100, 0, 255, 254],
        [40, 9, 9, 9],
    ];
    let network = blocks(weights, 3);
    let mut scratch = vec![0; network.params().scratch_words()];
    let mut best = |active, code| {
        let readout = Readout::of(network.params()).active(active).code(code);
        let mut out = [0];
        let cue = [0x1111];
        network
            .recall_as(&cue, &readout, &mut scratch, &mut out)
            .unwrap();
        out[0]
    };
    // Weights themselves: 255 at units 5 and 10, then 254 at unit 11, then 200 at unit 0.
    assert_eq!(best(3, Code::Binary), 1 << 5 | 1 << 10 | 1 << 11);
    // 255 x 200 at unit 0, 175 x 255 and 175 x 150 at units 5 and 4, 95 x 255 at unit 10.
    assert_eq!(best(1, Code::Graded), 1);
    assert_eq!(best(2, Code::Graded), 1 | 1 << 5);
    assert_eq!(best(3, Code::Graded), 1 | 1 << 5 | 1 << 4);
    assert_eq!(best(4, Code::Graded), 1 | 1 << 5 | 1 << 4 | 1 << 10);

    // The last winner ties with the unit that lost, and counts for nothing: sums of 0 tie with it.
    let mut equal = weights;
    equal[3] = [100, 0, 255, 254];
    let network = blocks(equal, 3);
    let readout = Readout::of(network.params()).code(Code::Graded).active(4);
    let mut out = [0];
    network
        .recall_as(&[0x1111], &readout, &mut scratch, &mut out)
        .unwrap();
    let sure = 1 | 1 << 5 | 1 << 4;
    assert_eq!(out[0] & sure, sure);
    assert_eq!(out[0].count_ones(), 4);
}

#[test]
fn one_winner_counts_alike_graded_or_not() {
    let sizes = Sizes {
        n_i: 60,
        n_h: 25,
        m: 20,
        k: 1,
        s: 8,
        eps: 30_000,
        bits: 8,
    };
    let rule = Rule {
        stochastic: true,
        random_k: false,
        seed: 8,
    };
    let params = params::<U8>(&sizes, rule);
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut data = Pcg::new(3, 3);
    for _ in 0..30 {
        let x = words(&data.sample(60, 8));
        network.learn(&x, &mut scratch).unwrap();
        let binary = network.recall(&x, &mut scratch).unwrap().pattern.to_vec();
        let readout = Readout::of(&params).code(Code::Graded);
        let mut out = [0; 2];
        network
            .recall_as(&x, &readout, &mut scratch, &mut out)
            .unwrap();
        assert_eq!(out[..], binary);
    }
}

#[test]
fn readouts_keep_to_the_units_there_are() {
    let readout = Readout::among(10, 4);
    assert_eq!((readout.range(), readout.ones()), (0..10, 4));
    assert_eq!(readout.winners_code(), Code::Binary);
    assert_eq!(readout.units(3..u32::MAX).range(), 3..10);
    assert_eq!(readout.units(8..10).ones(), 2);
    for empty in [Range { start: 7, end: 3 }, 20..30, 4..4] {
        assert!(readout.units(empty.clone()).range().is_empty(), "{empty:?}");
        assert_eq!(readout.units(empty).ones(), 0);
    }
    // A readout of another network: what this one does not have is cut off.
    let params = Params::<U8>::builder(40, 10).winners(2).build().unwrap();
    let network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut out = [0; 2];
    for (of, ones) in [
        (Readout::among(1_000, 999), 40),
        (Readout::among(1_000, 7).units(35..900), 5),
        (Readout::among(1_000, 7).units(40..900), 0),
        (Readout::among(8, 9), 8),
    ] {
        network
            .recall_as(&[1, 1], &of, &mut scratch, &mut out)
            .unwrap();
        assert_eq!(bits::count(&out), ones, "{of:?}");
        assert_eq!(bits::check(&out, 40), Ok(()));
    }
}

#[test]
fn bad_input_changes_nothing() {
    let params = Params::<U8>::builder(40, 10)
        .fan_in(7)
        .winners(3)
        .active(5)
        .build()
        .unwrap();
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let state = network.words().to_vec();
    let readout = Readout::of(&params);
    let length = NetworkError::Cue(BitsError::Length {
        got: 1,
        expected: 2,
    });
    let mut out = [0; 2];
    assert_eq!(
        network.recall_as(&[1], &readout, &mut scratch, &mut out),
        Err(length)
    );
    assert_eq!(
        network.recall_as(&[1, 1], &readout, &mut scratch, &mut [0; 3]),
        Err(NetworkError::Output {
            got: 3,
            expected: 2
        })
    );
    let short = network.recall_as(&[1, 1], &readout, &mut scratch[1..], &mut out);
    assert!(matches!(short, Err(NetworkError::Scratch { .. })));
    let rates = [Rate::ONE; 11];
    for wrong in [0, 9, 11] {
        let error = network.learn_at(&[1, 1], &rates[..wrong], &mut scratch);
        let expected = format!("{wrong} learning rates, expected 10 (n_h)");
        assert_eq!(error.unwrap_err().to_string(), expected);
    }
    let rates = &rates[..10];
    assert_eq!(network.learn_at(&[1], rates, &mut scratch), Err(length));
    assert_eq!(
        network.learn_at(&[0, 0], rates, &mut scratch),
        Err(NetworkError::Empty)
    );
    assert!(network.learn_at(&[1, 1], rates, &mut scratch[1..]).is_err());
    assert_eq!(network.words(), state);
    network.learn_at(&[1, 1], rates, &mut scratch).unwrap();
    assert_eq!(network.learned(), 1);
}
