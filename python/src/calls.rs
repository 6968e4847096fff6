//! Long calls: other threads of Python run meanwhile, Ctrl-C ends them, and what does not fit into memory is not begun.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use slotless_files::machine::{self, Limit, Size};

use crate::errors;

/// How often a long call asks whether it should end.
const EVERY: Duration = Duration::from_millis(50);

/// Asks Python now and then whether a signal came, as Ctrl-C is one.
#[derive(Debug)]
pub(crate) struct Signals {
    last: Instant,
}

impl Signals {
    pub(crate) fn new() -> Self {
        Self {
            last: Instant::now(),
        }
    }

    /// The exception that the signal's handler raised, if one did.
    pub(crate) fn check(&mut self) -> PyResult<()> {
        if self.last.elapsed() < EVERY {
            return Ok(());
        }
        self.last = Instant::now();
        Python::attach(|py| py.check_signals())
    }
}

/// What a mutex holds. A thread that panicked with it held left it whole or Python is gone anyway.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Refuses what takes more memory than there is, before anything is allocated: an allocation that fails ends the process.
pub(crate) fn room(what: &str, bytes: f64) -> PyResult<()> {
    let too_large = |there: &str| {
        let needed = Size(bytes as u64);
        errors::memory(format!(
            "{what} takes about {needed}, and there are {there}"
        ))
    };
    // Little is always there.
    if bytes < 16e6 {
        return Ok(());
    }
    if let Some(memory) = machine::memory() {
        // Threads and allocators take more addresses than they use.
        let share = match memory.of {
            Limit::Addresses => 0.7,
            Limit::Machine | Limit::Group => 1.0,
        };
        if bytes > share * memory.bytes as f64 {
            return Err(too_large(&memory.to_string()));
        }
    }
    // The system may still have less, and says so when it is asked.
    let mut all: Vec<u8> = Vec::new();
    all.try_reserve_exact(bytes as usize)
        .map_err(|_| too_large("no such number of bytes left"))
}
