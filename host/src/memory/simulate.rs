//! Trials of several conditions over all cores.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use thiserror::Error;

use super::results::Results;
use super::trial::{Setup, TrialRecord};

/// Where finished trials are kept, and who is told of them.
pub trait Keeper: Sync {
    /// A trial of condition number `condition` that is there already.
    fn known(&self, condition: usize, trial: u32) -> Option<TrialRecord>;

    /// A trial has been computed.
    ///
    /// # Errors
    /// Why it could not be kept; the simulation then stops.
    fn finished(&self, condition: usize, trial: u32, record: &TrialRecord) -> std::io::Result<()>;
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeeper;

impl Keeper for NoKeeper {
    fn known(&self, _: usize, _: u32) -> Option<TrialRecord> {
        None
    }

    fn finished(&self, _: usize, _: u32, _: &TrialRecord) -> std::io::Result<()> {
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
    /// The threads could not be started.
    #[error("{0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Runs `trials[c]` trials of each `setups[c]`, on `threads` threads (0: one a core).
///
/// Every trial has its own streams, so the results do not depend on the number of threads. A thread runs one trial from its
/// start to its end, so that the network stays in the caches of a core: 0.97 MB for the paper's K-winner network with 16-bit
/// weights and AVX-512, 2.8 MB as lists ([`Network::bytes`](crate::backend::cpu::Network::bytes)). Memory: one network and
/// one trial's patterns a thread, and all records.
///
/// # Errors
/// [`SimulateError`].
///
/// # Panics
/// If `setups` and `trials` differ in length.
pub fn simulate(
    setups: &[Setup],
    trials: &[u32],
    threads: usize,
    keeper: &dyn Keeper,
    stop: &AtomicBool,
) -> Result<Vec<Results>, SimulateError> {
    assert_eq!(setups.len(), trials.len(), "one number of trials a setup");
    let jobs: Vec<(usize, u32)> = trials
        .iter()
        .enumerate()
        .flat_map(|(condition, &count)| (0..count).map(move |trial| (condition, trial)))
        .collect();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.min(jobs.len().max(1)))
        .build()?;
    let run = |&(condition, trial): &(usize, u32)| -> Result<TrialRecord, SimulateError> {
        if let Some(record) = keeper.known(condition, trial) {
            return Ok(record);
        }
        if stop.load(Ordering::Relaxed) {
            return Err(SimulateError::Stopped);
        }
        let record = setups[condition]
            .run(trial, stop)
            .ok_or(SimulateError::Stopped)?;
        keeper.finished(condition, trial, &record)?;
        Ok(record)
    };
    // One job at a time a thread, in order: trials differ much in length between conditions, and an interrupted run
    // should have finished its first conditions.
    let records: Result<Vec<TrialRecord>, SimulateError> =
        pool.install(|| jobs.par_iter().with_max_len(1).map(run).collect());
    let mut records = records?.into_iter();
    Ok(setups
        .iter()
        .zip(trials)
        .map(|(setup, &count)| {
            let trials: Vec<TrialRecord> = records.by_ref().take(count as usize).collect();
            Results::from_trials(setup.condition().clone(), &trials)
        })
        .collect())
}
