//! All trials of a condition.

use super::condition::Condition;
use super::record::{ClassicalRun, ModernRun, StoredRun, TrialRecord};

/// All trials of a condition.
#[derive(Clone, Debug)]
pub struct Results {
    /// What was run.
    pub condition: Condition,
    /// Trials 0, 1, ...
    pub trials: Vec<TrialRecord>,
}

impl Results {
    /// The first `trials` of them.
    #[must_use]
    pub fn narrowed(&self, trials: usize) -> Self {
        Self {
            condition: self.condition.clone(),
            trials: self.trials[..trials.min(self.trials.len())].to_vec(),
        }
    }

    /// Runs of the classical network, trial by trial; empty for other conditions.
    pub fn classical(&self) -> impl Iterator<Item = &[ClassicalRun]> {
        self.trials.iter().filter_map(|trial| match trial {
            TrialRecord::Classical(runs) => Some(&runs[..]),
            _ => None,
        })
    }

    /// Energies along runs of the classical network, of all trials; empty for other conditions.
    pub fn classical_energies(&self) -> impl Iterator<Item = &[i64]> {
        let trials = self.trials.iter().filter_map(|trial| match trial {
            TrialRecord::ClassicalEnergy(runs) => Some(runs),
            _ => None,
        });
        trials.flatten().map(Vec::as_slice)
    }

    /// Runs of the modern network, trial by trial; empty for other conditions.
    pub fn modern(&self) -> impl Iterator<Item = &[ModernRun]> {
        self.trials.iter().filter_map(|trial| match trial {
            TrialRecord::Modern(runs) => Some(&runs[..]),
            _ => None,
        })
    }

    /// Energies along runs of the modern network, of all trials; empty for other conditions.
    pub fn modern_energies(&self) -> impl Iterator<Item = &[f64]> {
        let trials = self.trials.iter().filter_map(|trial| match trial {
            TrialRecord::ModernEnergy(runs) => Some(runs),
            _ => None,
        });
        trials.flatten().map(Vec::as_slice)
    }

    /// Recalls of memories at equal bits, trial by trial; empty for other conditions.
    pub fn equal_bits(&self) -> impl Iterator<Item = &[StoredRun]> {
        self.trials.iter().filter_map(|trial| match trial {
            TrialRecord::EqualBits(runs) => Some(&runs[..]),
            _ => None,
        })
    }
}
