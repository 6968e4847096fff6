use std::ops::Range;

use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::kwinner::{self, Code, KWinner, Readout};
use slotless_core::rng::{self, Key, Purpose};
use slotless_core::weight::{U1, U16};

use slotless_kernels::Empty;
use slotless_kernels::float::{Network, Params, ParamsError};

/// Visible and hidden units, fan-in and winners, of sizes that the core takes.
fn params(
    [visible, hidden, fan_in, winners]: [u32; 4],
    eps: f64,
    seed: u64,
) -> Result<Params, ParamsError> {
    let sizes = kwinner::Params::<U1>::builder(visible, hidden);
    let sizes = sizes.fan_in(fan_in).winners(winners).seed(seed);
    Params::new(sizes.build().unwrap(), eps)
}

fn pattern(visible: u32, ones: u32, number: u32) -> Vec<u32> {
    let mut out = vec![0; bits::words_for(visible)];
    let mut rng = rng::stream(7, Purpose(900), 0, number);
    bits::sample(visible, ones, &mut rng, &mut out).unwrap();
    out
}

/// The network as the paper writes it: dense matrices, sorting, and the wiring of the core's own network.
struct Naive {
    mask: Vec<Vec<bool>>,
    weights: Vec<Vec<f64>>,
    winners: usize,
    /// Of each hidden unit.
    rates: Vec<f64>,
    seed: u64,
    learned: u64,
}

impl Naive {
    fn new(visible: u32, hidden: u32, fan_in: u32, winners: u32, eps: f64, seed: u64) -> Self {
        let params = kwinner::Params::<U16>::builder(visible, hidden);
        let params = params.fan_in(fan_in).seed(seed).build().unwrap();
        let core = KWinner::<U16, _>::new(params, vec![0; params.words()]).unwrap();
        let mask: Vec<Vec<bool>> = (0..hidden)
            .map(|unit| {
                let mut row = vec![0; params.pattern_words()];
                core.fan_in(unit, &mut row).unwrap();
                (0..visible).map(|j| bits::get(&row, j)).collect()
            })
            .collect();
        let start = Key::new(seed, Purpose::START);
        let weights = (0..hidden).zip(&mask).map(|(unit, mask)| {
            let mut slot = 0;
            let weight = |&wired: &bool| {
                if !wired {
                    return 0.0;
                }
                slot += 1;
                f64::from(start.derive(unit).at(slot - 1)) * 0.5f64.powi(32)
            };
            mask.iter().map(weight).collect()
        });
        Self {
            weights: weights.collect(),
            mask,
            winners: winners as usize,
            rates: vec![eps; hidden as usize],
            seed,
            learned: 0,
        }
    }

    fn largest(&self, values: &[f64], k: usize, purpose: Purpose, cue: &[u32]) -> Vec<u32> {
        self.largest_of(0..values.len() as u32, values, k, purpose, cue)
    }

    fn largest_of(
        &self,
        part: Range<u32>,
        values: &[f64],
        k: usize,
        purpose: Purpose,
        cue: &[u32],
    ) -> Vec<u32> {
        let key = Key::new(self.seed, purpose).derive_u64(self.learned);
        let key = key.derive(key.digest(cue));
        let mut order: Vec<u32> = part.collect();
        order.sort_by(|&a, &b| {
            let by_value = values[b as usize].partial_cmp(&values[a as usize]).unwrap();
            by_value.then(key.at(b).cmp(&key.at(a)))
        });
        order.truncate(k);
        order.sort_unstable();
        order
    }

    fn potentials(&self, cue: &[u32]) -> Vec<f64> {
        let x: Vec<f64> = (0..self.weights[0].len() as u32)
            .map(|j| f64::from(u8::from(bits::get(cue, j))))
            .collect();
        let sum = |row: &Vec<f64>| row.iter().zip(&x).fold(0.0, |sum, (w, x)| sum + w * x);
        self.weights.iter().map(sum).collect()
    }

    fn code(&self, cue: &[u32]) -> (Vec<u32>, f64) {
        let potentials = self.potentials(cue);
        let winners = self.largest(&potentials, self.winners, Purpose::HIDDEN_TIE, cue);
        let score = winners.iter().map(|&unit| potentials[unit as usize]).sum();
        (winners, score)
    }

    fn learn(&mut self, pattern: &[u32]) {
        let (winners, _) = self.code(pattern);
        for unit in winners {
            let (row, mask) = (&mut self.weights[unit as usize], &self.mask[unit as usize]);
            let eps = self.rates[unit as usize];
            for ((j, weight), &wired) in (0..).zip(row).zip(mask) {
                if wired {
                    let x = f64::from(u8::from(bits::get(pattern, j)));
                    *weight = (1.0 - eps) * *weight + eps * x;
                }
            }
        }
        self.learned += 1;
    }

    fn recall(&self, cue: &[u32], active: u32) -> Vec<u32> {
        let all = Readout::among(self.weights[0].len() as u32, active);
        self.recall_as(cue, &all)
    }

    fn recall_as(&self, cue: &[u32], readout: &Readout) -> Vec<u32> {
        let (winners, _) = self.code(cue);
        let potentials = self.potentials(cue);
        let others = (0..).zip(&potentials);
        let others = others.filter(|(unit, _)| !winners.contains(unit));
        let theta = others.fold(0.0, |theta: f64, (_, &potential)| theta.max(potential));
        let most = potentials.iter().copied().fold(0.0, f64::max);
        let mut sums = vec![0.0; self.weights[0].len()];
        for unit in winners {
            let activity = if readout.winners_code() == Code::Binary || most == theta {
                1.0
            } else {
                (potentials[unit as usize] - theta) / (most - theta)
            };
            let row = &self.weights[unit as usize];
            sums.iter_mut()
                .zip(row)
                .for_each(|(sum, weight)| *sum += activity * weight);
        }
        let mut out = vec![0; cue.len()];
        let (part, ones) = (readout.range(), readout.ones() as usize);
        for j in self.largest_of(part, &sums, ones, Purpose::OUTPUT_TIE, cue) {
            bits::set(&mut out, j);
        }
        out
    }
}

fn same_rows(network: &Network, naive: &Naive) -> bool {
    (0..)
        .zip(&naive.weights)
        .zip(&naive.mask)
        .all(|((unit, row), mask)| {
            let wired = (0u32..)
                .zip(row.iter().zip(mask))
                .filter(|(_, (_, wired))| **wired);
            network
                .row(unit)
                .eq(wired.map(|(j, (&weight, _))| (j, weight)))
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Bit for bit, with few enough units and rates of 1 that ties occur.
    #[test]
    fn equals_the_naive_network(
        visible in 1u32..90, hidden in 1u32..60, fan_in in prop_oneof![1u32..90, Just(90)], winners in 1u32..60,
        eps in prop_oneof![Just(1.0), Just(0.3), 1e-3..1.0f64], seed in any::<u64>(),
    ) {
        let (fan_in, winners) = (fan_in.min(visible), winners.min(hidden));
        let mut naive = Naive::new(visible, hidden, fan_in, winners, eps, seed);
        let mut network = Network::new(params([visible, hidden, fan_in, winners], eps, seed).unwrap());
        prop_assert!(same_rows(&network, &naive));
        let mut empty = 0;
        for number in 0..20 {
            let ones = rng::below(&mut rng::stream(8, Purpose(901), 0, number), visible + 1);
            let x = pattern(visible, ones, number);
            let (expected, score) = naive.code(&x);
            prop_assert_eq!(network.potentials(&x), naive.potentials(&x));
            let Ok(learned) = network.learn(&x) else {
                prop_assert_eq!(ones, 0);
                empty += 1;
                continue;
            };
            prop_assert_eq!(learned.to_bits(), score.to_bits());
            prop_assert_eq!(network.winners(), expected);
            naive.learn(&x);
            prop_assert!(same_rows(&network, &naive));
            let cue = pattern(visible, ones, number / 2);
            let mut out = vec![0; cue.len()];
            let score = network.recall(&cue, ones, &mut out);
            prop_assert_eq!(score.to_bits(), naive.code(&cue).1.to_bits());
            prop_assert_eq!(&out, &naive.recall(&cue, ones));
            for code in [Code::Binary, Code::Graded] {
                let readout = Readout::among(visible, ones).code(code);
                for readout in [readout, readout.units(number..visible / 2 + number)] {
                    network.recall_as(&cue, &readout, &mut out);
                    prop_assert_eq!(&out, &naive.recall_as(&cue, &readout));
                }
            }
            if number == 10 {
                let rate = |unit| f64::from(unit % 3 + 1) / 4.0;
                naive.rates = (0..hidden).map(rate).collect();
                network.set_rates(&naive.rates);
            }
        }
        prop_assert!(same_rows(&network, &naive), "recall changes nothing");
        prop_assert_eq!(network.learned() + empty, 20);
    }

    /// Weights approach the pattern geometrically: `x + (1 - eps)^t (W_0 - x)`, from within 0..=1.
    #[test]
    fn learning_is_geometric(eps in 1e-3..=1.0f64, steps in 1i32..40, seed in any::<u64>()) {
        let mut network = Network::new(params([40, 3, 17, 3], eps, seed).unwrap());
        let start: Vec<Vec<(u32, f64)>> = (0..3).map(|unit| network.row(unit).collect()).collect();
        prop_assert!(start.iter().flatten().all(|&(_, weight)| (0.0..1.0).contains(&weight)));
        let x = pattern(40, 20, 1);
        for _ in 0..steps {
            network.learn(&x).unwrap();
        }
        for (unit, start) in (0..).zip(start) {
            for ((visible, before), (same, after)) in start.into_iter().zip(network.row(unit)) {
                prop_assert_eq!(visible, same);
                let x = f64::from(u8::from(bits::get(&x, visible)));
                let expected = x + (1.0 - eps).powi(steps) * (before - x);
                prop_assert!((after - expected).abs() < 1e-14, "{after} {expected}");
                prop_assert!((0.0..=1.0).contains(&after));
            }
        }
    }
}

/// As the core's network does.
#[test]
fn a_pattern_without_a_one_is_refused_and_changes_nothing() {
    let mut network = Network::new(params([100, 8, 30, 2], 0.5, 5).unwrap());
    let rows = |network: &Network| -> Vec<(u32, f64)> {
        (0..8).flat_map(|unit| network.row(unit)).collect()
    };
    let before = rows(&network);
    assert_eq!(network.learn(&[0; 4]), Err(Empty));
    assert_eq!((rows(&network), network.learned()), (before, 0));
    assert!(network.learn(&[0, 0, 0, 1]).is_ok());
}

/// At rate 1 a winner's weights are the pattern, so a network of one winner that sees everything recalls it whole, and the
/// same pattern has all of it for a score.
#[test]
fn one_winner_at_rate_1_holds_the_pattern() {
    let mut network = Network::new(params([100, 8, 100, 1], 1.0, 5).unwrap());
    for number in 0..30 {
        let x = pattern(100, 10, number);
        network.learn(&x).unwrap();
        let winner = network.winners()[0];
        let row = network.row(winner);
        assert!(row.eq((0..100).map(|j| (j, f64::from(u8::from(bits::get(&x, j)))))));
        let mut out = vec![0; x.len()];
        assert_eq!(network.recall(&x, 10, &mut out), 10.0);
        assert_eq!(out, x);
    }
}

#[test]
#[should_panic(expected = "rates above 0 to 1")]
fn rates_out_of_range_are_no_rates() {
    Network::new(params([10, 2, 5, 1], 1.0, 5).unwrap()).set_rates(&[0.5, 0.0]);
}

#[test]
fn start_weights_are_uniform() {
    let network = Network::new(params([1000, 400, 50, 1], 0.3, 9).unwrap());
    let mut weights: Vec<f64> = (0..400)
        .flat_map(|unit| network.row(unit).map(|(_, weight)| weight))
        .collect();
    weights.sort_unstable_by(f64::total_cmp);
    // Kolmogorov's distance of 20,000 draws exceeds 0.0138 once in a thousand times.
    let n = weights.len() as f64;
    let distance = (0..)
        .zip(&weights)
        .map(|(i, w)| (f64::from(i) / n - w).abs());
    assert!(distance.fold(0.0, f64::max) < 0.0138);
}

#[test]
fn parameters_out_of_range_are_refused() {
    let new =
        |visible, hidden, fan_in, winners, eps| params([visible, hidden, fan_in, winners], eps, 1);
    assert!(new(10, 5, 10, 5, f64::MIN_POSITIVE).is_ok());
    for eps in [0.0, -0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert!(matches!(new(10, 5, 10, 5, eps), Err(ParamsError::Eps(_))));
    }
    let error = new(1 << 16, 1 << 16, 1 << 16, 1, 0.5).unwrap_err();
    assert_eq!(error, ParamsError::Weights(1 << 32));
}

#[test]
fn bytes_are_those_of_the_core_s_masks_and_8_a_weight() {
    let bytes = params([1000, 2000, 50, 50], 0.3, 1).unwrap().state_bytes();
    assert_eq!((bytes.masks, bytes.weights), (256_000, 800_000));
    assert_eq!(bytes.total(), 1_056_008);
}
