//! Trials of several conditions over all cores.

use rayon::prelude::*;
use thiserror::Error;

use super::work::{Watch, Work};
use slotless_kernels::cuda::{CudaError, Device};

/// A condition ready to run, trial by trial.
pub trait Experiment: Sync {
    /// What one trial measures.
    type Record: Clone + std::fmt::Debug + Send + Sync;
    /// All trials together.
    type Results;

    /// What a trial takes, estimated before anything is made.
    fn work(&self) -> Work;

    /// Runs one trial; `None` if it was told to stop on the way.
    fn run(&self, trial: u32, watch: Watch<'_>) -> Option<Self::Record>;

    /// Bytes of a GPU's memory that a trial takes.
    ///
    /// # Errors
    /// Why there is no form of it for a GPU, in a few words.
    fn bytes_on_gpu(&self) -> Result<usize, String> {
        Err("trials of this kind have no form for a GPU".to_owned())
    }

    /// Runs some trials side by side on a GPU; `None` if it was told to stop on the way. Only where
    /// [`bytes_on_gpu`](Self::bytes_on_gpu) gives a number.
    ///
    /// # Errors
    /// [`CudaError`]; [`CudaError::NoForm`] where there is none for a GPU.
    fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        watch: Watch<'_>,
    ) -> Result<Option<Vec<Self::Record>>, CudaError> {
        let _ = (device, trials, watch);
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
    #[error("{0}; a finished trial could not be kept")]
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
    #[error("no threads can be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// A trial of a run: the number of its condition, and its own.
pub type Job = (usize, u32);

/// All trials of conditions that have so many each, in the order in which they are computed: one condition after the other.
pub fn jobs(trials: &[u32]) -> impl Iterator<Item = Job> + '_ {
    let conditions = trials.iter().enumerate();
    conditions.flat_map(|(condition, &count)| (0..count).map(move |trial| (condition, trial)))
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
pub fn simulate<'w, E: Experiment>(
    experiments: &[E],
    trials: &[u32],
    threads: usize,
    keeper: &dyn Keeper<E::Record>,
    watch: impl Into<Watch<'w>>,
) -> Result<Vec<E::Results>, SimulateError> {
    let watch = watch.into();
    let same = experiments.len() == trials.len();
    assert!(same, "one number of trials per experiment");
    let jobs: Vec<Job> = jobs(trials).collect();
    let records = on_threads(&jobs, threads, |&job| match keeper.known(job.0, job.1) {
        Some(record) => Ok(record),
        None => computed(experiments, job, keeper, watch),
    })?;
    let mut records = records.into_iter();
    Ok(experiments
        .iter()
        .zip(trials)
        .map(|(experiment, &count)| {
            experiment.results(records.by_ref().take(count as usize).collect())
        })
        .collect())
}

/// Computes those of some trials that are not known yet, and leaves them to the keeper: a share of a run, as the same trials of
/// [`simulate`]. Memory: as there, without the records.
///
/// # Errors
/// [`SimulateError`].
///
/// # Panics
/// If a trial is of a condition that there is not.
pub fn compute<'w, E: Experiment>(
    experiments: &[E],
    jobs: &[Job],
    threads: usize,
    keeper: &dyn Keeper<E::Record>,
    watch: impl Into<Watch<'w>>,
) -> Result<(), SimulateError> {
    let watch = watch.into();
    let unknown = |&&(condition, trial): &&Job| keeper.known(condition, trial).is_none();
    let jobs: Vec<Job> = jobs.iter().filter(unknown).copied().collect();
    let each = |&job: &Job| computed(experiments, job, keeper, watch).map(drop);
    on_threads(&jobs, threads, each).map(drop)
}

/// A trial, computed and kept.
fn computed<E: Experiment>(
    experiments: &[E],
    (condition, trial): Job,
    keeper: &dyn Keeper<E::Record>,
    watch: Watch<'_>,
) -> Result<E::Record, SimulateError> {
    let run = || experiments[condition].run(trial, watch);
    let record = watch.go_on().and_then(|()| run());
    let record = record.ok_or(SimulateError::Stopped)?;
    keeper.finished(condition, trial, &record)?;
    Ok(record)
}

/// What each trial gives, on so many threads.
fn on_threads<T: Send>(
    jobs: &[Job],
    threads: usize,
    each: impl Fn(&Job) -> Result<T, SimulateError> + Send + Sync,
) -> Result<Vec<T>, SimulateError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.min(jobs.len().max(1)))
        .build()?;
    // One job at a time per thread, in order: trials differ much in length between conditions, and an interrupted run
    // should have finished its first conditions.
    pool.install(|| jobs.par_iter().with_max_len(1).map(each).collect())
}
