//! One trial: a model trained from its start to its end.

use slotless_core::rng::Key;

use super::model::Condition;
use super::task::Source;
use super::{Weights, purpose, start};
use crate::SpecError;
use crate::run::work::Watch;
use slotless_kernels::cpu::Isa;
use slotless_kernels::transformer::{Outcome, Trainer};

/// A condition that can be run.
#[derive(Clone, Debug)]
pub struct Setup {
    condition: Condition,
    seed: u64,
}

/// Weights after this many iterations.
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
    /// Nothing yet, with room for this many iterations.
    pub(super) fn empty(batches: u32) -> Self {
        Self {
            correct: Vec::with_capacity(batches as usize),
            losses: Vec::with_capacity(batches as usize),
            checkpoints: Vec::new(),
        }
    }

    /// The iteration (from 1) whose loss was no finite number any more, of a training of this many batches.
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

    /// Also keeps the weights after these iterations.
    pub(super) fn keep_checkpoints(&mut self, iterations: &[u32]) {
        let checkpoints = &mut self.condition.checkpoints;
        checkpoints.extend(iterations);
        checkpoints.sort_unstable();
        checkpoints.dedup();
    }

    /// Seed of every stream of this condition.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Runs a trial; `None` if it was told to stop. Training ends where a loss is no finite number.
    #[must_use]
    pub fn run<'w>(&self, trial: u32, watch: impl Into<Watch<'w>>) -> Option<TrialRecord> {
        let watch = watch.into();
        watch.go_on()?;
        let each = self.condition.steps();
        let batches = self.condition.training.batches;
        let mut run = Run::new(&self.condition, self.seed, trial, Isa::best());
        let mut record = TrialRecord::empty(batches);
        let mut keep = self.condition.checkpoints.iter().copied().peekable();
        for iteration in 0..batches {
            if keep.next_if_eq(&iteration).is_some() {
                record.checkpoints.push(run.checkpoint());
            }
            let outcome = run.step();
            watch.after(each)?;
            if !outcome.loss.is_finite() {
                return Some(record);
            }
            record.correct.push(outcome.correct);
            record.losses.push(outcome.loss);
        }
        record.checkpoints.push(run.checkpoint());
        Some(record)
    }
}

/// The key of a trial's modules.
pub(super) fn modules(seed: u64, trial: u32) -> Key {
    Key::new(seed, purpose::MODULE).derive(trial)
}

/// A trial on its way, an iteration at a time.
#[derive(Debug)]
pub struct Run {
    source: Source,
    trainer: Trainer,
    weights: Weights,
    modules: Key,
    iteration: u32,
}

impl Run {
    /// A trial at its start, of a condition that has been checked.
    #[must_use]
    pub fn new(condition: &Condition, seed: u64, trial: u32, isa: Isa) -> Self {
        Self {
            source: Source::new(condition, seed, trial),
            trainer: Trainer::with_isa(condition.model.settings(condition.batch()), isa),
            weights: start::weights(&condition.model, seed, trial),
            modules: modules(seed, trial),
            iteration: 0,
        }
    }

    /// One iteration: makes a batch, answers it, learns from it.
    pub fn step(&mut self) -> Outcome {
        let key = self.modules.derive(self.iteration);
        let batch = self.source.batch(self.iteration);
        self.iteration += 1;
        self.trainer.step(&mut self.weights, batch, key)
    }

    /// The weights as they are.
    #[must_use]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            iteration: self.iteration,
            weights: self.weights.clone(),
        }
    }
}
