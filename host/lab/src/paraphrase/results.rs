//! All trials of a condition.

use super::condition::Condition;
use super::record::{Shape, TrialRecord, Vary};

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

    /// One count of a cell, trial by trial.
    #[must_use]
    pub fn counts(&self, vary: Vary, cell: [usize; 3], count: usize) -> Vec<u32> {
        let shape = Shape::of(&self.condition);
        let trials = self.trials.iter();
        trials
            .map(|trial| trial.at(shape, vary, cell)[count])
            .collect()
    }
}
