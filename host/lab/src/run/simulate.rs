//! Trials of several conditions over all cores.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use thiserror::Error;

use slotless_kernels::cuda::{CudaError, Device};

/// A condition ready to run, trial by trial.
pub trait Experiment: Sync {
    /// What one trial measures.
    type Record: Clone + std::fmt::Debug + Send + Sync;
    /// All trials together.
    type Results;

    /// Runs one trial; `None` if `stop` was raised on the way.
    fn run(&self, trial: u32, stop: &AtomicBool) -> Option<Self::Record>;

    /// Bytes of a GPU's memory that a trial takes.
    ///
    /// # Errors
    /// Why there is no form of it for a GPU, in a few words.
    fn bytes_on_gpu(&self) -> Result<usize, String> {
        Err("trials of this kind have no form for a GPU".to_owned())
    }

    /// Runs some trials side by side on a GPU; `None` if `stop` was raised on the way. Only where
    /// [`bytes_on_gpu`](Self::bytes_on_gpu) gives a number.
    ///
    /// # Errors
    /// [`CudaError`]; [`CudaError::NoForm`] where there is none for a GPU.
    fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        stop: &AtomicBool,
    ) -> Result<Option<Vec<Self::Record>>, CudaError> {
        let _ = (device, trials, stop);
        Err(CudaError::NoForm)
    }

    /// Puts trials 0, 1, ... together.
    fn results(&self, trials: Vec<Self::Record>) -> Self::Results;
}

/// Where finished trials are kept, and who is told of them.
pub trait Keeper<R>: Sync {
    /// A trial of condition number `condition` that is there already.
    fn known(&self, condition: usize, trial: u32) -> Option<R>;

    /// A trial has been computed.
    ///
    /// # Errors
    /// Why it could not be kept; the simulation then stops.
    fn finished(&self, condition: usize, trial: u32, record: &R) -> std::io::Result<()>;
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeeper;

impl<R> Keeper<R> for NoKeeper {
    fn known(&self, _: usize, _: u32) -> Option<R> {
        None
    }

    fn finished(&self, _: usize, _: u32, _: &R) -> std::io::Result<()> {
        Ok(())
    }
}

/// A simulation that did not come to its end.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimulateError {
    /// It was told to stop; finished trials were kept.
    #[error("stopped")]
    Stopped,
    /// A finished trial could not be kept.
    #[error("a finished trial could not be kept: {0}")]
    Keep(#[from] std::io::Error),
    /// A condition has no form for a GPU.
    #[error("{why}; --device auto computes on the CPU what a GPU does not take")]
    NotForGpu {
        /// Its number.
        condition: usize,
        /// Why not.
        why: String,
    },
    /// A GPU failed, and trials are left; finished trials were kept.
    #[error(transparent)]
    Gpu(#[from] CudaError),
    /// The threads could not be started.
    #[error("{0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Runs `trials[c]` trials of each `experiments[c]`, on `threads` threads (0: one per core).
///
/// Every trial has its own streams, so the results do not depend on the number of threads. A thread runs one trial from its
/// start to its end, so that the network stays in the caches of a core: 0.97 MB for the paper's K-winner network with 16-bit
/// weights and AVX-512, 2.8 MB as lists ([`Network::bytes`](slotless_kernels::cpu::Network::bytes)). Memory: one network and
/// one trial's patterns per thread, and all records.
///
/// # Errors
/// [`SimulateError`].
///
/// # Panics
/// If `experiments` and `trials` differ in length.
pub fn simulate<E: Experiment>(
    experiments: &[E],
    trials: &[u32],
    threads: usize,
    keeper: &dyn Keeper<E::Record>,
    stop: &AtomicBool,
) -> Result<Vec<E::Results>, SimulateError> {
    let same = experiments.len() == trials.len();
    assert!(same, "one number of trials per experiment");
    let jobs: Vec<(usize, u32)> = trials
        .iter()
        .enumerate()
        .flat_map(|(condition, &count)| (0..count).map(move |trial| (condition, trial)))
        .collect();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.min(jobs.len().max(1)))
        .build()?;
    let run = |&(condition, trial): &(usize, u32)| -> Result<E::Record, SimulateError> {
        if let Some(record) = keeper.known(condition, trial) {
            return Ok(record);
        }
        if stop.load(Ordering::Relaxed) {
            return Err(SimulateError::Stopped);
        }
        let record = experiments[condition]
            .run(trial, stop)
            .ok_or(SimulateError::Stopped)?;
        keeper.finished(condition, trial, &record)?;
        Ok(record)
    };
    // One job at a time per thread, in order: trials differ much in length between conditions, and an interrupted run
    // should have finished its first conditions.
    let records: Result<Vec<E::Record>, SimulateError> =
        pool.install(|| jobs.par_iter().with_max_len(1).map(run).collect());
    let mut records = records?.into_iter();
    Ok(experiments
        .iter()
        .zip(trials)
        .map(|(experiment, &count)| {
            experiment.results(records.by_ref().take(count as usize).collect())
        })
        .collect())
}
