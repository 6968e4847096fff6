//! Bit for bit what the naive network does.

use proptest::prelude::*;
use slotless_core::hopfield::classical::{Classical, Params, Width};
use slotless_core::hopfield::{Descend, Ended, Recall};

use crate::naive::classical::{self, End, Rules};
use crate::naive::{self, unpack};

fn width() -> impl Strategy<Value = Width> {
    prop_oneof![Just(Width::I8), Just(Width::I16), Just(Width::I32)]
}

#[derive(Clone, Debug)]
struct Case {
    patterns: Vec<Vec<bool>>,
    cue: Vec<bool>,
    thresholds: Option<Vec<i32>>,
    width: Width,
    seed: u64,
    rules: Rules,
    /// Whether the patterns end a run.
    met: bool,
}

fn case() -> impl Strategy<Value = Case> {
    (1usize..70).prop_flat_map(|n| {
        let state = || prop::collection::vec(any::<bool>(), n);
        let updates = || prop::option::of(1u64..200);
        let ends = (any::<bool>(), updates(), updates(), any::<bool>());
        let more = (prop::option::of(-2000i64..100), 0u64..3);
        (
            prop::collection::vec(state(), 0..8),
            state(),
            prop::option::of(prop::collection::vec(-20i32..20, n)),
            width(),
            any::<u64>(),
            ends,
            more,
        )
            .prop_map(
                |(patterns, cue, thresholds, width, seed, ends, (floor, run))| {
                    let (sweeps, patience, most, met) = ends;
                    let rules = Rules {
                        sweeps,
                        patience: patience.or((!sweeps && most.is_none()).then_some(50)),
                        most,
                        floor,
                        memories: Vec::new(),
                        run,
                    };
                    Case {
                        patterns,
                        cue,
                        thresholds,
                        width,
                        seed,
                        rules,
                        met,
                    }
                },
            )
    })
}

fn build(case: &Case) -> (Classical<Vec<u32>>, classical::Classical) {
    let n = case.cue.len();
    let mut params = Params::builder(n as u32, 1)
        .width(case.width)
        .seed(case.seed);
    if case.thresholds.is_some() {
        params = params.thresholds();
    }
    let params = params.build().unwrap();
    let mut network = Classical::new(params, vec![7; params.words()]).unwrap();
    let mut naive = classical::Classical::new(n);
    for (unit, &threshold) in (0..).zip(case.thresholds.iter().flatten()) {
        network.set_threshold(unit, threshold).unwrap();
        naive.thresholds[unit as usize] = threshold.into();
    }
    for pattern in &case.patterns {
        network.store(&naive::words(pattern)).unwrap();
        assert!(naive.store(&classical::signs(pattern), i64::MAX));
    }
    (network, naive)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(target_endian = "big") { 100 } else { 600 }))]

    #[test]
    fn states_weights_and_runs_are_those_of_the_naive_network(mut case in case()) {
        let (network, naive) = build(&case);
        let n = case.cue.len();
        let bits = case.width.bits() as usize;
        prop_assert_eq!(network.words(), naive.state(bits, case.thresholds.is_some()));
        for i in 0..n {
            for j in 0..n {
                prop_assert_eq!(i64::from(network.weight(i as u32, j as u32)), naive.weights[i][j]);
            }
        }

        let (cue, signs) = (naive::words(&case.cue), classical::signs(&case.cue));
        let mut memories = Vec::new();
        if case.met {
            case.rules.memories = case.patterns.iter().map(|one| classical::signs(one)).collect();
            memories = case.patterns.iter().flat_map(|one| naive::words(one)).collect();
        }
        let rules = &case.rules;
        let recall = if rules.sweeps { Recall::sweeps() } else { Recall::new() };
        let recall = recall
            .patience(rules.patience)
            .max_updates(rules.most)
            .energy_floor(rules.floor)
            .memories(&memories)
            .run(rules.run as u32);
        let mut scratch = vec![9; network.params().scratch_words()];
        let mut energies = Vec::new();
        let found = network
            .recall_with(&cue, &recall, &mut scratch, |update| {
                energies.push(update.energy);
                assert_eq!(update.number, energies.len() as u64);
            })
            .unwrap();
        let (state, updates, flips, end, expected) = naive.run(&signs, &cue, case.seed, rules);
        prop_assert_eq!(unpack(found.state, n), classical::bits(&state));
        prop_assert_eq!((found.run.updates, found.run.flips), (updates, flips));
        prop_assert_eq!(found.energy, naive.energy(&state));
        prop_assert_eq!(energies, expected);
        let ended = match end {
            End::FixedPoint => Ended::FixedPoint,
            End::Patience => Ended::Patience,
            End::Stored(memory) => Ended::Stored { memory: memory as u32 },
            End::Floor => Ended::EnergyFloor,
            End::Most => Ended::MostUpdates,
        };
        prop_assert_eq!(found.run.ended, ended);
    }

    #[test]
    fn fields_and_energies_stay_true_under_any_updates(
        case in case(),
        updates in prop::collection::vec(0u32..80, 1..100),
    ) {
        let (network, naive) = build(&case);
        let mut scratch = vec![0; network.params().scratch_words()];
        let mut state = classical::signs(&case.cue);
        let n = state.len();
        let mut descent = network.start(&naive::words(&case.cue), &mut scratch).unwrap();
        for unit in updates {
            let flipped = descent.update(unit);
            if let Some(sign) = state.get(unit as usize).copied() {
                let flips = naive.field(&state, unit as usize) * sign < 0;
                prop_assert_eq!(flipped, flips);
                state[unit as usize] = if flips { -sign } else { sign };
            } else {
                prop_assert!(!flipped);
            }
            for i in 0..n {
                prop_assert_eq!(i64::from(descent.field(i as u32)), naive.field(&state, i));
            }
            prop_assert_eq!(descent.energy(), naive.energy(&state));
            prop_assert_eq!(network.energy(descent.state()).unwrap(), naive.energy(&state));
            let fixed = (0..n).all(|i| naive.field(&state, i) * state[i] >= 0);
            prop_assert_eq!(descent.is_fixed_point(), fixed);
        }
        prop_assert_eq!(unpack(descent.into_state(), n), classical::bits(&state));
    }

    /// Patterns that repeat until a weight of 8 bits is full: the network refuses when the naive one does, and is whole.
    #[test]
    fn saturation_is_refused_and_stores_nothing(
        n in 1usize..40,
        seed in any::<u64>(),
        patterns in prop::collection::vec(any::<u64>(), 1..4),
    ) {
        let params = Params::builder(n as u32, 1).build().unwrap();
        prop_assert_eq!(params.width(), Width::I8);
        let mut network = Classical::new(params, vec![0; params.words()]).unwrap();
        let mut naive = classical::Classical::new(n);
        let mut refused = 0;
        for step in 0..300u64 {
            let which = (seed.wrapping_mul(step * step + 1) >> 40) as usize % patterns.len();
            let bits: Vec<bool> = (0..n).map(|i| patterns[which] >> i & 1 == 1).collect();
            let stored = network.store(&naive::words(&bits)).is_ok();
            prop_assert_eq!(stored, naive.store(&classical::signs(&bits), 127));
            refused += u32::from(!stored);
        }
        prop_assert_eq!(network.words(), naive.state(8, false));
        // With a single pattern the 128th is refused; a network of one unit has no weight to fill.
        if patterns.len() == 1 {
            prop_assert_eq!(refused, if n == 1 { 0 } else { 173 });
        }
    }
}
