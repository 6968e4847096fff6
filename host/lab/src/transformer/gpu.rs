//! Trials side by side on a GPU.

use std::sync::atomic::{AtomicBool, Ordering};

use super::model::Data;
use super::start;
use super::task::{self, Source};
use super::trial::{self, Checkpoint, Setup, TrialRecord};
use slotless_kernels::cuda::transformer::{self, Start, Task, Trainings};
use slotless_kernels::cuda::{CudaError, Device};
use slotless_kernels::transformer::Settings;

/// Iterations of a launch at most: between launches it is seen whether to stop.
const LAUNCH: u32 = 50;

impl Setup {
    fn settings(&self) -> Settings {
        let condition = self.condition();
        condition.model.settings(condition.batch())
    }

    /// Bytes of a GPU's memory that a trial of [`Setup::run_on_gpu`] takes.
    #[must_use]
    pub fn bytes_on_gpu(&self) -> usize {
        transformer::bytes(&self.settings()) + transformer::CURVE_BYTES * LAUNCH as usize
    }

    /// Runs trials side by side, and gives the records of [`Setup::run`], in their order; `None` if it was told to stop. The
    /// GPU's memory must hold them all: [`Setup::bytes_on_gpu`] each.
    ///
    /// # Errors
    /// [`CudaError::Size`], [`CudaError::Memory`], [`CudaError::Failed`].
    pub fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        stop: &AtomicBool,
    ) -> Result<Option<Vec<TrialRecord>>, CudaError> {
        let condition = self.condition();
        let batches = condition.training.batches;
        let mut records: Vec<_> = trials.iter().map(|_| TrialRecord::empty(batches)).collect();
        if trials.is_empty() {
            return Ok(Some(records));
        }
        let seed = self.seed();
        let starts: Vec<Start> = trials
            .iter()
            .map(|&trial| Start {
                weights: start::weights(&condition.model, seed, trial),
                task: task::key(seed, trial),
                modules: trial::modules(seed, trial),
            })
            .collect();
        let mut source = Source::new(condition, seed, trials[0]);
        let task = match condition.training.data {
            Data::Random => Task::Fresh,
            Data::PermutationReduced | Data::Toy => Task::Given(source.batch(0)),
        };
        let mut trainings = Trainings::new(device, &self.settings(), task, &starts)?;
        let mut keep = condition
            .checkpoints
            .iter()
            .copied()
            .chain([batches])
            .peekable();
        loop {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let done = trainings.iterations();
            if keep.next_if_eq(&done).is_some() {
                checkpoint(device, &trainings, &mut records)?;
            }
            // The last to be kept are those of the end.
            let Some(next) = keep.peek() else {
                return Ok(Some(records));
            };
            let curves = trainings.run(device, LAUNCH.min(next - done))?;
            for (record, curve) in records.iter_mut().zip(curves) {
                record.correct.extend(curve.correct);
                record.losses.extend(curve.losses);
            }
        }
    }
}

/// Keeps the weights of the trials that have got here.
fn checkpoint(
    device: &Device,
    trainings: &Trainings,
    records: &mut [TrialRecord],
) -> Result<(), CudaError> {
    let iteration = trainings.iterations();
    for (trial, record) in (0..).zip(records) {
        if record.losses.len() == iteration as usize {
            record.checkpoints.push(Checkpoint {
                iteration,
                weights: trainings.weights(device, trial)?,
            });
        }
    }
    Ok(())
}
