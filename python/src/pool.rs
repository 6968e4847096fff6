//! Threads for calls that compute on several cores.

use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::{process, thread};

use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::calls::lock;
use crate::errors;

/// The threads of this process: who has them, and their pool.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// A thread per core for whoever does not say how many. Threads do not survive a fork, and rayon's own pool would wait for them for
/// ever: a child gets others.
pub(crate) fn pool() -> PyResult<Arc<ThreadPool>> {
    let me = process::id();
    let mut pool = lock(&POOL);
    if let Some((owner, pool)) = &*pool
        && *owner == me
    {
        return Ok(Arc::clone(pool));
    }
    let made = ThreadPoolBuilder::new()
        .thread_name(|number| format!("slotless-{number}"))
        .build()
        .map_err(|error| errors::memory(format!("no threads can be started: {error}")))?;
    let made = Arc::new(made);
    if let Some((_, gone)) = pool.replace((me, Arc::clone(&made))) {
        // Ending it would wait for threads of the parent.
        std::mem::forget(gone);
    }
    Ok(made)
}

/// Multiplications that are worth a thread more.
const WORTH: f64 = 4e6;

/// Threads for so many tasks and multiplications: no more than were asked for, or one per core.
pub(crate) fn threads(asked: Option<u64>, tasks: usize, work: f64) -> usize {
    // Asking how many processors there are takes longer than a small call.
    match (tasks.min(1 + (work / WORTH) as usize), asked) {
        (..=1, _) => 1,
        (most, Some(threads @ 1..)) => most.min(threads as usize),
        (most, _) => most.min(thread::available_parallelism().map_or(1, NonZero::get)),
    }
}
