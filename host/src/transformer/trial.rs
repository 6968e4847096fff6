//! One trial: a model trained from its start to its end.

use std::sync::atomic::{AtomicBool, Ordering};

use slotless_core::rng::Key;

use super::model::Condition;
use super::task::Source;
use super::{Weights, purpose, start};
use crate::backend::transformer::Trainer;
use crate::memory::SpecError;

/// A condition that can be run.
#[derive(Clone, Debug)]
pub struct Setup {
    condition: Condition,
    seed: u64,
}

/// Weights after so many iterations.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Iterations of training before; 0 at the start.
    pub iteration: u32,
    /// The weights then.
    pub weights: Weights,
}

/// What a trial measured.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialRecord {
    /// Sequences answered correctly, by iteration; fewer than there are batches if training diverged.
    pub correct: Vec<u32>,
    /// Loss, by iteration: the sum of squared errors over the size of a batch.
    pub losses: Vec<f32>,
    /// Weights at the checkpoints, and at last the final ones; without those after divergence.
    pub checkpoints: Vec<Checkpoint>,
}

impl TrialRecord {
    /// The iteration (from 1) whose loss was no finite number any more, of a training of so many batches.
    #[must_use]
    pub fn diverged(&self, batches: u32) -> Option<u32> {
        let done = self.losses.len() as u32;
        (done < batches).then_some(done + 1)
    }
}

impl Setup {
    /// Checks a condition.
    ///
    /// # Errors
    /// [`SpecError`] for the first value that is out of its range.
    pub fn new(condition: Condition, seed: u64) -> Result<Self, SpecError> {
        condition.check()?;
        Ok(Self { condition, seed })
    }

    /// The condition.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Runs a trial; `None` if it was told to stop. Training ends where a loss is no finite number.
    #[must_use]
    pub fn run(&self, trial: u32, stop: &AtomicBool) -> Option<TrialRecord> {
        let batches = self.condition.training.batches;
        let mut source = Source::new(&self.condition, self.seed, trial);
        let mut trainer = Trainer::new(self.condition.model.settings(self.condition.batch()));
        let mut weights = start::weights(&self.condition.model, self.seed, trial);
        let modules = Key::new(self.seed, purpose::MODULE).derive(trial);
        let mut record = TrialRecord {
            correct: Vec::with_capacity(batches as usize),
            losses: Vec::with_capacity(batches as usize),
            checkpoints: Vec::new(),
        };
        let mut keep = self.condition.checkpoints.iter().copied().peekable();
        for iteration in 0..batches {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            if keep.next_if_eq(&iteration).is_some() {
                record.checkpoints.push(Checkpoint {
                    iteration,
                    weights: weights.clone(),
                });
            }
            let outcome = trainer.step(&mut weights, source.batch(iteration), modules.derive(iteration));
            if !outcome.loss.is_finite() {
                return Some(record);
            }
            record.correct.push(outcome.correct);
            record.losses.push(outcome.loss);
        }
        record.checkpoints.push(Checkpoint {
            iteration: batches,
            weights,
        });
        Some(record)
    }
}
