//! All trials of a condition.

use ndarray::Array2;

use super::model::Condition;
use super::summary::median;
use super::trial::TrialRecord;
use super::{Checkpoint, Weights};
use crate::figures::numbers::mean_of;

/// Curves and weights of all trials of a condition.
#[derive(Clone, Debug)]
pub struct Results {
    /// What was run.
    pub condition: Condition,
    /// Share of sequences answered correctly, trials x iterations; NaN after divergence.
    pub accuracy: Array2<f32>,
    /// Loss, trials x iterations; NaN after divergence.
    pub loss: Array2<f32>,
    /// Weights kept, trial by trial; the last are the final ones, but of a trial that diverged.
    pub checkpoints: Vec<Vec<Checkpoint>>,
    /// The iteration (from 1) at which a trial diverged, trial by trial.
    pub diverged: Vec<Option<u32>>,
}

impl Results {
    /// Of the records of trials 0, 1, ...
    #[must_use]
    pub fn from_trials(condition: Condition, trials: Vec<TrialRecord>) -> Self {
        let batches = condition.training.batches;
        let batch = condition.batch() as f32;
        let shape = (trials.len(), batches as usize);
        let mut accuracy = Array2::from_elem(shape, f32::NAN);
        let mut loss = Array2::from_elem(shape, f32::NAN);
        let mut checkpoints = Vec::new();
        let mut diverged = Vec::new();
        for (trial, record) in trials.into_iter().enumerate() {
            for (at, (&correct, &lost)) in record.correct.iter().zip(&record.losses).enumerate() {
                accuracy[(trial, at)] = correct as f32 / batch;
                loss[(trial, at)] = lost;
            }
            diverged.push(record.diverged(batches));
            checkpoints.push(record.checkpoints);
        }
        Self {
            condition,
            accuracy,
            loss,
            checkpoints,
            diverged,
        }
    }

    /// The records of trials 0, 1, ... that [`Results::from_trials`] was given.
    #[must_use]
    pub fn records(&self) -> Vec<TrialRecord> {
        let batch = self.condition.batch() as f32;
        let record = |trial: usize| {
            let done = match self.diverged[trial] {
                Some(at) => at as usize - 1,
                None => self.accuracy.ncols(),
            };
            let answers = self.accuracy.row(trial);
            // Shares of up to 65,536: each is nearest to one whole number.
            let correct = |&share: &f32| (share * batch).round() as u32;
            TrialRecord {
                correct: answers.iter().take(done).map(correct).collect(),
                losses: self.loss.row(trial).iter().take(done).copied().collect(),
                checkpoints: self.checkpoints[trial].clone(),
            }
        };
        (0..self.trials()).map(record).collect()
    }

    /// The first `trials` of them, under `condition`, which is this one but for its name and maybe fewer checkpoints.
    #[must_use]
    pub fn narrowed(&self, condition: &Condition, trials: usize) -> Self {
        let trials = trials.min(self.trials());
        let first = ndarray::s![..trials, ..];
        let batches = condition.training.batches;
        let wanted = |kept: &&Checkpoint| {
            kept.iteration == batches || condition.checkpoints.contains(&kept.iteration)
        };
        let kept = self.checkpoints[..trials].iter();
        Self {
            condition: condition.clone(),
            accuracy: self.accuracy.slice(first).to_owned(),
            loss: self.loss.slice(first).to_owned(),
            checkpoints: kept
                .map(|kept| kept.iter().filter(wanted).cloned().collect())
                .collect(),
            diverged: self.diverged[..trials].to_vec(),
        }
    }

    /// Number of trials.
    #[must_use]
    pub fn trials(&self) -> usize {
        self.diverged.len()
    }

    /// The final weights of every trial that has them.
    pub fn final_weights(&self) -> impl Iterator<Item = (usize, &Weights)> {
        let batches = self.condition.training.batches;
        self.checkpoints
            .iter()
            .enumerate()
            .filter_map(move |(trial, kept)| {
                let last = kept.last().filter(|last| last.iteration == batches)?;
                Some((trial, &last.weights))
            })
    }

    /// The mean of each trial's curve over the last `window` iterations; NaN for a trial that diverged.
    #[must_use]
    pub fn ending(curve: &Array2<f32>, window: usize) -> Vec<f64> {
        let from = curve.ncols().saturating_sub(window.max(1));
        curve
            .rows()
            .into_iter()
            .map(|row| mean_of(row.iter().skip(from).map(|&value| f64::from(value))))
            .collect()
    }

    /// The median over trials at every iteration; trials that diverged before are left out.
    #[must_use]
    pub fn median(curve: &Array2<f32>) -> Vec<f64> {
        let column = |column: ndarray::ArrayView1<'_, f32>| {
            median(
                &column
                    .iter()
                    .map(|&value| f64::from(value))
                    .collect::<Vec<_>>(),
            )
        };
        curve.columns().into_iter().map(column).collect()
    }
}
