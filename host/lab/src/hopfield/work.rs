//! What a trial takes, before anything of it is made.

use super::condition::{Classical, Condition, Modern};
use super::equal_bits::EqualBits;
use crate::run::work::{Held, Work};

/// Steps of the parts of a trial, each of about a nanosecond.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    /// A network, made and filled.
    pub network: f64,
    /// A run, or what is stored and recalled once.
    pub run: f64,
}

impl Classical {
    pub(super) fn cost(&self) -> Steps {
        let (units, memories) = (f64::from(self.units), f64::from(self.memories));
        Steps {
            network: 100.0 + units * units * (1.0 + memories / 100.0),
            // Some sweeps, of which most updates flip nothing.
            run: 100.0 + units * (20.0 + units / 50.0),
        }
    }
}

impl Modern {
    pub(super) fn cost(&self) -> Steps {
        let numbers = f64::from(self.units) * f64::from(self.memories);
        Steps {
            network: 100.0 + 5.0 * numbers,
            // Most runs rest after a few steps.
            run: 100.0 + numbers * f64::from(self.steps.min(10)) / 4.0,
        }
    }
}

impl EqualBits {
    pub(super) fn cost(&self) -> Steps {
        Steps {
            network: 100.0 + self.bits as f64 / 32.0,
            run: 100.0 + self.bits as f64 / 64.0,
        }
    }

    /// Patterns that are stored, and tests of them.
    fn counts(&self) -> f64 {
        let tests = self
            .stored
            .iter()
            .map(|&stored| f64::from(stored.min(self.tested)));
        f64::from(self.stored.last().copied().unwrap_or(0)) + tests.sum::<f64>()
    }
}

impl Condition {
    /// What a trial takes.
    #[must_use]
    pub fn work(&self) -> Work {
        let runs = |networks: u32, runs: u32| f64::from(networks) * f64::from(runs);
        match self {
            Self::Classical(of) | Self::ClassicalEnergy(of) => {
                let (units, steps, runs) =
                    (f64::from(of.units), of.cost(), runs(of.networks, of.runs));
                let width = match of.memories {
                    0..=127 => 1.0,
                    128..=32_767 => 2.0,
                    _ => 4.0,
                };
                let bytes =
                    units * (units + 64.0) * width + f64::from(of.memories) * (units / 4.0 + 16.0);
                let kept = match self {
                    // The energy after every update of the sweeps.
                    Self::ClassicalEnergy(_) => runs * (24.0 + 160.0 * units),
                    _ => 40.0 * runs,
                };
                Work::new(f64::from(of.networks) * steps.network + runs * steps.run)
                    .with(Held::OnTheWay, &[("units", units, 1.0)], bytes)
                    .with(Held::Kept, &[("runs", runs, 1.0)], 64.0 + kept)
            }
            Self::Modern(of) | Self::ModernEnergy(of) => {
                let (steps, runs) = (of.cost(), runs(of.networks, of.runs));
                let numbers = f64::from(of.units) * f64::from(of.memories);
                let kept = match self {
                    Self::ModernEnergy(_) => runs * (24.0 + 8.0 * f64::from(of.steps)),
                    _ => 48.0 * runs,
                };
                Work::new(f64::from(of.networks) * steps.network + runs * steps.run)
                    .with(
                        Held::OnTheWay,
                        &[("memories", f64::from(of.memories), 1.0)],
                        4.5 * numbers,
                    )
                    .with(Held::Kept, &[("runs", runs, 1.0)], 64.0 + kept)
            }
            Self::EqualBits(of) => {
                let steps = of.cost();
                Work::new(steps.network + of.counts() * steps.run)
                    .with(
                        Held::OnTheWay,
                        &[("bits", of.bits as f64, 1.0)],
                        of.bits as f64 / 4.0,
                    )
                    .with(
                        Held::Kept,
                        &[("tested", f64::from(of.tested), 1.0)],
                        64.0 + 8.0 * of.counts(),
                    )
            }
        }
    }
}
