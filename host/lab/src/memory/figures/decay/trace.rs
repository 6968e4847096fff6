//! How the traces of stored patterns fade in the weights of networks that are trained for it.

use slotless_core::bits;
use slotless_core::kwinner::{KWinner, Params, WiringKind};
use slotless_core::weight::Width;
use slotless_kernels::{AnyParams, cpu};

use crate::figures::FigureError;
use crate::figures::numbers::{mean, mean_error};
use crate::memory::{Condition, Setup};
use crate::run::work::Watch;

/// Weights of a network at the end, and what the patterns of a trial left in them.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    /// Mean excess of weights of a pattern's ones in the units that won for it, over the mean of all weights; entry 0 is age 1.
    pub excess: Vec<f64>,
    /// Mean of all weights, of full scale.
    pub mean_weight: f64,
    /// The constant of decay in patterns, and its standard error over trials.
    pub tau: [f64; 2],
}

impl Trace {
    /// Of the first `trials` trials of a condition, whose networks are those whose recalls are measured.
    pub fn of(
        condition: &Condition,
        seed: u64,
        trials: u32,
        watch: Watch<'_>,
    ) -> Result<Self, FigureError> {
        let refused = |error: &dyn ToString| FigureError::Numbers(error.to_string());
        let setup = Setup::new(condition.clone(), seed).map_err(|error| refused(&error))?;
        let each = (0..trials).map(|trial| one(&setup, trial, watch));
        let each: Vec<(Vec<f64>, f64)> = each.collect::<Result<_, _>>()?;
        let ages = condition.protocol.learned as usize;
        let excess: Vec<f64> = (0..ages)
            .map(|age| {
                let of: Vec<f64> = each.iter().map(|(excess, _)| excess[age]).collect();
                mean(&of)
            })
            .collect();
        let means: Vec<f64> = each.iter().map(|(_, mean)| *mean).collect();
        let constants: Vec<f64> = each.iter().map(|(excess, _)| fit(excess)).collect();
        Ok(Self {
            tau: [fit(&excess), mean_error(&constants)[1]],
            excess,
            mean_weight: mean(&means),
        })
    }
}

/// Learned patterns that a trace is measured on, for a condition.
pub(super) fn steps(condition: &Condition) -> f64 {
    f64::from(condition.protocol.burn_in + condition.protocol.learned)
}

/// The excesses of one trial and the mean of its weights.
fn one(setup: &Setup, trial: u32, watch: Watch<'_>) -> Result<(Vec<f64>, f64), FigureError> {
    let patterns = setup.data(trial).learned;
    let AnyParams::Fixed(params) = setup.params(trial) else {
        let line = "traces are measured in networks with random wiring and fixed-point weights";
        return Err(FigureError::Numbers(line.to_owned()));
    };
    let mut network = cpu::Network::new(params);
    let tested = setup.condition().protocol.learned as usize;
    let mut winners = Vec::with_capacity(patterns.len());
    for pattern in patterns.iter() {
        network.learn(pattern).expect("patterns have ones");
        winners.push(network.winners().to_vec());
        watch.after(1.0).ok_or(FigureError::Stopped)?;
    }
    let weights = Weights::of(&network);
    let mean_weight = weights.mean();
    let newest = (0..patterns.len()).rev().take(tested);
    let excess = newest.map(|number| {
        let (winners, pattern) = (&winners[number], patterns.get(number));
        let (mut sum, mut count) = (0.0, 0_u32);
        for &unit in winners {
            let row = weights.row(unit);
            let ones = bits::ones(pattern).map(|visible| row[visible as usize]);
            for weight in ones.filter(|weight| !weight.is_nan()) {
                sum += f64::from(weight);
                count += 1;
            }
        }
        sum / f64::from(count) - mean_weight
    });
    Ok((excess.collect(), mean_weight))
}

/// Every weight of a network as a share of full scale; NaN where units are not wired.
#[derive(Debug)]
struct Weights {
    visible: usize,
    all: Vec<f32>,
}

impl Weights {
    fn of(network: &cpu::Network) -> Self {
        debug_assert_eq!(network.wiring(), WiringKind::Random);
        let words = network.export();
        match network.params() {
            cpu::AnyParams::U1(params) => Self::unpacked(params, words),
            cpu::AnyParams::U2(params) => Self::unpacked(params, words),
            cpu::AnyParams::U4(params) => Self::unpacked(params, words),
            cpu::AnyParams::U8(params) => Self::unpacked(params, words),
            cpu::AnyParams::U16(params) => Self::unpacked(params, words),
        }
    }

    fn unpacked<W: Width>(params: Params<W>, words: Vec<u32>) -> Self {
        let visible = params.visible() as usize;
        let network = KWinner::open(params, words).expect("an exported state has the right length");
        let mut all = vec![f32::NAN; params.hidden() as usize * visible];
        for (unit, row) in (0..).zip(all.chunks_exact_mut(visible)) {
            let weights = network.weights(unit);
            let mut set = |slot: u32, visible: u32| {
                row[visible as usize] = W::get(weights, slot) as f32 / W::FULL as f32;
            };
            let mask = network.mask(unit);
            if mask.is_empty() {
                (0..params.visible()).for_each(|visible| set(visible, visible));
            } else {
                (0..)
                    .zip(bits::ones(mask))
                    .for_each(|(slot, visible)| set(slot, visible));
            }
        }
        Self { visible, all }
    }

    fn row(&self, unit: u32) -> &[f32] {
        &self.all[unit as usize * self.visible..][..self.visible]
    }

    fn mean(&self) -> f64 {
        let wired = self.all.iter().filter(|weight| !weight.is_nan());
        let (sum, count) = wired.fold((0.0, 0_u64), |(sum, count), weight| {
            (sum + f64::from(*weight), count + 1)
        });
        sum / count as f64
    }
}

/// The tau of the `a exp(-(t - 1) / tau)` nearest to an excess by age, in least squares: every age has the same error, so that
/// logarithms would give the last ones a weight that they do not bear.
pub(super) fn fit(excess: &[f64]) -> f64 {
    let misses = |log_tau: f64| {
        let rate = libm::exp(-log_tau);
        let (mut product, mut square, mut own) = (0.0, 0.0, 0.0);
        for (age, value) in excess.iter().enumerate() {
            let curve = libm::exp(-rate * age as f64);
            product += curve * value;
            square += curve * curve;
            own += value * value;
        }
        own - product * product / square
    };
    // Golden section; there is one minimum where the excess falls.
    let ratio = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (0.0, libm::log(1e6));
    for _ in 0..60 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if misses(left) < misses(right) {
            high = right;
        } else {
            low = left;
        }
    }
    libm::exp(f64::midpoint(low, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::{Data, Network, Protocol, WeightWidth};
    use slotless_core::weight::Rounding;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn an_exponential_has_its_constant() {
        for tau in [3.0, 243.0, 1700.0] {
            let excess: Vec<f64> = (0..1000)
                .map(|age| 0.4 * libm::exp(-f64::from(age) / tau))
                .collect();
            assert!((fit(&excess) / tau - 1.0).abs() < 1e-5, "{}", fit(&excess));
        }
        // Between two exponentials; ages of no excess do not upset it.
        let mixed: Vec<f64> = (0..1000)
            .map(|age| libm::exp(-f64::from(age) / 50.0) + libm::exp(-f64::from(age) / 100.0))
            .map(|value| value - 1e-4)
            .collect();
        assert!(fit(&mixed) > 55.0 && fit(&mixed) < 95.0);
    }

    fn tiny() -> Condition {
        let network = Network {
            n_i: 60,
            n_h: 40,
            s: 6,
            f: 0.5,
            k: 4,
            eps: 0.3,
            weights: WeightWidth::U4,
            rounding: Rounding::Stochastic,
            ..Network::default()
        };
        Condition {
            network,
            data: Data::Random,
            protocol: Protocol {
                burn_in: 300,
                learned: 60,
                cues: vec![1.0],
                ..Protocol::default()
            },
        }
    }

    /// Against the core's own weights, one by one, of a network that learns the same.
    #[test]
    fn excesses_are_those_of_the_weights() {
        let setup = Setup::new(tiny(), 1).unwrap();
        let stop = AtomicBool::new(false);
        let (excess, mean_weight) = one(&setup, 0, (&stop).into()).unwrap();
        let AnyParams::Fixed(cpu::AnyParams::U4(params)) = setup.params(0) else {
            panic!("4 bits")
        };
        let mut core = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let mut stored = Vec::new();
        let patterns = setup.data(0).learned;
        for pattern in patterns.iter() {
            stored.push(
                core.hidden_code(pattern, &mut scratch)
                    .unwrap()
                    .winners
                    .to_vec(),
            );
            core.learn(pattern, &mut scratch).unwrap();
        }
        let weight = |unit, visible| {
            let weight = core.weight(unit, visible)?;
            Some(f64::from(weight.to_bits()) / 255.0)
        };
        let all: Vec<f64> = (0..40)
            .flat_map(|unit| (0..60).filter_map(move |visible| weight(unit, visible)))
            .collect();
        assert_eq!(all.len(), 40 * 30);
        assert!((mean(&all) - mean_weight).abs() < 1e-7);
        assert_eq!(excess.len(), 60);
        for age in [0, 1, 7, 59] {
            let (winners, pattern) = (&stored[359 - age], patterns.get(359 - age));
            let pairs = winners.iter().flat_map(|&unit| {
                bits::ones(pattern).filter_map(move |visible| weight(unit, visible))
            });
            let wanted = mean(&pairs.collect::<Vec<_>>()) - mean_weight;
            assert!((excess[age] - wanted).abs() < 1e-6, "{age}");
        }
        assert!(excess[0] > 0.2 && excess[59] < 0.8 * excess[0]);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(matches!(
            one(&setup, 0, (&stop).into()),
            Err(FigureError::Stopped)
        ));
    }
}
