//! Trials of transformers as bytes.

use crate::SpecError;
use crate::run::family::{Described, Family};
use crate::run::manifest::Listed;
use crate::run::records::bytes::{self, Reader};
use crate::run::simulate::Experiment;
use crate::run::work::{Watch, Work};
use crate::transformer::{Checkpoint, Condition, Results, Setup, Slow, TrialRecord, Weights};
use slotless_kernels::cuda::{CudaError, Device};

impl Experiment for Setup {
    type Record = TrialRecord;
    type Results = Results;

    fn work(&self) -> Work {
        self.condition().work()
    }

    fn run(&self, trial: u32, watch: Watch<'_>) -> Option<TrialRecord> {
        self.run(trial, watch)
    }

    fn bytes_on_gpu(&self) -> Result<usize, String> {
        Ok(self.bytes_on_gpu())
    }

    fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        watch: Watch<'_>,
    ) -> Result<Option<Vec<TrialRecord>>, CudaError> {
        self.run_on_gpu(device, trials, watch.flag())
    }

    fn results(&self, trials: Vec<TrialRecord>) -> Results {
        Results::from_trials(self.condition().clone(), trials)
    }
}

impl Listed for Condition {
    const KEY: &'static str = "transformers";
}

impl Described for Condition {
    fn slug(&self) -> String {
        self.slug()
    }

    fn unnamed(&self) -> Self {
        let mut unnamed = self.clone();
        unnamed.model.name.clear();
        unnamed
    }

    /// Checkpoints change nothing of a training.
    fn essence(&self) -> Self {
        let mut essence = Described::unnamed(self);
        essence.checkpoints.clear();
        essence
    }
}

impl Family for Setup {
    type Condition = Condition;

    const NAME: &'static str = "transformer";

    fn checked(condition: Condition, seed: u64) -> Result<Self, SpecError> {
        Self::new(condition, seed)
    }

    fn condition(&self) -> &Condition {
        self.condition()
    }

    /// Also keeps the weights at the other's checkpoints.
    fn keep_also(&mut self, other: &Self) {
        self.keep_checkpoints(&other.condition().checkpoints);
    }

    /// Lists of correct answers, losses and checkpoints' iterations, then three matrices a checkpoint; real numbers as
    /// their bits.
    fn encode(record: &TrialRecord) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut numbers =
            |values: &mut dyn ExactSizeIterator<Item = u64>| bytes::put(&mut bytes, values);
        let bits = |value: &f32| u64::from(value.to_bits());
        numbers(&mut record.correct.iter().map(|&correct| u64::from(correct)));
        numbers(&mut record.losses.iter().map(bits));
        let kept = record.checkpoints.iter();
        numbers(&mut kept.map(|kept| u64::from(kept.iteration)));
        for kept in &record.checkpoints {
            for matrix in Slow::ALL {
                numbers(&mut kept.weights.matrix(matrix).iter().map(bits));
            }
        }
        bytes
    }

    fn decode(&self, bytes: &[u8]) -> Option<TrialRecord> {
        let mut reader = Reader(bytes);
        let reals = |list: Vec<u32>| list.into_iter().map(f32::from_bits).collect::<Vec<_>>();
        let correct = reader.small()?;
        let losses = reals(reader.small()?);
        let batches = self.condition().training.batches as usize;
        if correct.len() != losses.len() || losses.len() > batches {
            return None;
        }
        let sizes = self.condition().model.settings(1).sizes;
        let mut checkpoints = Vec::new();
        let iterations = reader.small()?;
        if !iterations.is_sorted_by(|a, b| a < b)
            || iterations
                .last()
                .is_some_and(|&last| last as usize > batches)
        {
            return None;
        }
        for iteration in iterations {
            let mut weights = Weights::new(&sizes);
            for matrix in Slow::ALL {
                let values = reals(reader.small()?);
                if values.len() != weights.rows(matrix) * weights.tokens() {
                    return None;
                }
                weights.set_matrix(matrix, &values);
            }
            checkpoints.push(Checkpoint { iteration, weights });
        }
        reader.0.is_empty().then_some(TrialRecord {
            correct,
            losses,
            checkpoints,
        })
    }
}
