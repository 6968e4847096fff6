//! The integer networks against an independent float model ([`slotless_tests::oracle`]): same sizes, other code, other
//! random numbers, real-valued weights. What agrees here agrees for the science's sake, whatever the reference curves say.

use std::sync::atomic::AtomicBool;

use slotless::memory::{Condition, Data, Kind, Network, Protocol, Setup};
use slotless::patterns::{FreshPrototypes, OrderMatch};
use slotless::run::simulate::{NoKeeper, simulate};
use slotless_core::kwinner::Assignment;
use slotless_tests::oracle::{self, Experiment, Sizes};

const BURN_IN: u32 = 400;
const LEARNED: u32 = 100;
const TRIALS: u32 = 100;

/// Ages that are compared as one, from 1: young, middle and old.
const BINS: [std::ops::Range<usize>; 3] = [0..10, 10..40, 40..100];

/// Accuracies of our trials, in the oracle's form.
fn ours(sizes: Sizes, data: Data, cue: f64) -> Vec<[Vec<f64>; 2]> {
    let share = sizes.m as f64 / sizes.n_i as f64;
    let mut network = Network {
        name: "ours".to_owned(),
        n_i: sizes.n_i as u32,
        n_h: sizes.n_h as u32,
        s: sizes.s as u32,
        f: share,
        k: sizes.k as u32,
        eps: sizes.eps,
        ..Network::default()
    };
    assert_eq!(network.fan_in() as usize, sizes.m);
    if sizes.random_k {
        network.assignment = Assignment::RandomK;
    }
    let protocol = Protocol {
        burn_in: BURN_IN,
        learned: LEARNED,
        cues: vec![cue],
        ..Protocol::default()
    };
    let condition = Condition {
        network,
        data,
        protocol,
    };
    let setup = Setup::new(condition, 3).unwrap();
    let stop = AtomicBool::new(false);
    let results = simulate(&[setup], &[TRIALS], 0, &NoKeeper, &stop)
        .unwrap()
        .remove(0);
    let [real, pseudo] = [Kind::Real, Kind::Pseudo].map(|kind| results.accuracy(0, kind));
    (0..TRIALS as usize)
        .map(|trial| [real.row(trial).to_vec(), pseudo.row(trial).to_vec()])
        .collect()
}

/// Mean, and variance of that mean.
fn estimate(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>();
    (mean, square / (n - 1.0) / n)
}

/// Difference of two lists of values in standard errors.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    let ((a, a_variance), (b, b_variance)) = (estimate(a), estimate(b));
    let error = (a_variance + b_variance).sqrt();
    if error == 0.0 {
        return if a == b { 0.0 } else { f64::INFINITY };
    }
    (a - b) / error
}

/// Our curves are the oracle's: no bin of ages differs by more than 4 standard errors, and the squared differences of
/// single ages are those of chance, 1 on average.
fn agree(sizes: Sizes, data: Data, model: oracle::Data, cue: f64) {
    let experiment = Experiment {
        sizes,
        data: model,
        burn_in: BURN_IN as usize,
        learned: LEARNED as usize,
        cue,
    };
    let (ours, theirs) = (ours(sizes, data, cue), experiment.trials(u64::from(TRIALS)));
    for (set, name) in ["learned", "pseudo"].into_iter().enumerate() {
        // A trial's mean is one value: ages of a trial share a network.
        for bin in BINS {
            let means = |trials: &[[Vec<f64>; 2]]| -> Vec<f64> {
                let ages = trials.iter().map(|trial| &trial[set][bin.clone()]);
                ages.map(|ages| ages.iter().sum::<f64>() / ages.len() as f64)
                    .collect()
            };
            let (a, b) = (means(&ours), means(&theirs));
            let z = distance(&a, &b);
            println!(
                "{name}, ages {bin:?}: {:.4} and {:.4}, {z:.2} standard errors",
                estimate(&a).0,
                estimate(&b).0
            );
            assert!(z.abs() < 4.0, "{name}, ages {bin:?}: {z}");
        }
        let squares = (0..LEARNED as usize).map(|age| {
            let at = |trials: &[[Vec<f64>; 2]]| {
                trials
                    .iter()
                    .map(|trial| trial[set][age])
                    .collect::<Vec<_>>()
            };
            distance(&at(&ours), &at(&theirs)).powi(2)
        });
        let squared = squares.sum::<f64>() / f64::from(LEARNED);
        println!("{name}: mean squared distance {squared:.2}");
        // 100 independent ages would scatter by .14.
        assert!((0.55..1.6).contains(&squared), "{name}: {squared}");
    }
}

const SIZES: Sizes = Sizes {
    n_i: 200,
    n_h: 200,
    s: 20,
    m: 60,
    k: 10,
    eps: 0.2,
    random_k: false,
};

#[test]
fn random_patterns() {
    agree(SIZES, Data::Random, oracle::Data::Random, 1.0);
    agree(SIZES, Data::Random, oracle::Data::Random, 0.5);
}

#[test]
fn other_sizes() {
    let sizes = Sizes {
        n_h: 300,
        m: 24,
        k: 30,
        eps: 0.45,
        s: 14,
        ..SIZES
    };
    agree(sizes, Data::Random, oracle::Data::Random, 0.75);
}

#[test]
fn random_winners() {
    let sizes = Sizes {
        random_k: true,
        ..SIZES
    };
    agree(sizes, Data::Random, oracle::Data::Random, 1.0);
}

#[test]
fn tree_patterns() {
    let data = Data::Tree { b: 3, steps: None };
    agree(SIZES, data, oracle::Data::Tree(3), 1.0);
}

#[test]
fn correlated_patterns() {
    let data = Data::Correlated {
        b: 6,
        categories: 10,
        prototypes: FreshPrototypes::Same,
        order: OrderMatch::Shuffled,
        power: 0.0,
    };
    agree(SIZES, data, oracle::Data::Correlated(6), 1.0);
}

/// The 1-winner network, all of whose ties count.
#[test]
fn one_winner() {
    let sizes = Sizes {
        n_h: 40,
        m: 200,
        k: 1,
        eps: 1.0,
        ..SIZES
    };
    agree(sizes, Data::Random, oracle::Data::Random, 0.5);
}
