//! Long calls: other threads of Python run meanwhile, Ctrl-C ends them, and what does not fit into memory is not begun.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
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
        returns();
        Python::attach(|py| {
            returned();
            py.check_signals()
        })
    }
}

/// The thread in which the interpreter ends, once it does.
static ENDS: OnceLock<ThreadId> = OnceLock::new();

/// Threads that are on their way back into Python.
static RETURNING: AtomicUsize = AtomicUsize::new(0);

/// For how long the end of the interpreter waits for them.
const LAST: Duration = Duration::from_secs(1);

/// For Python's module `atexit`: the interpreter is about to end.
///
/// Threads that Python does not wait for (daemons) may be within a call then. Python would end them as they come back, which no
/// thread survives that has frames of Rust. So those that are on their way may arrive, and the others stay where they are.
#[pyfunction]
pub(crate) fn interpreter_ends(py: Python<'_>) {
    let _ = ENDS.set(thread::current().id());
    py.detach(|| {
        let start = Instant::now();
        while RETURNING.load(Ordering::SeqCst) > 0 && start.elapsed() < LAST {
            thread::sleep(Duration::from_millis(1));
        }
    });
}

/// Before a thread goes back into Python; it says that it has by [`returned`].
fn returns() {
    RETURNING.fetch_add(1, Ordering::SeqCst);
    if ENDS
        .get()
        .is_some_and(|&thread| thread != thread::current().id())
    {
        returned();
        loop {
            thread::park();
        }
    }
}

fn returned() {
    RETURNING.fetch_sub(1, Ordering::SeqCst);
}

/// Does something while other threads of Python run.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> T {
    let done = py.detach(|| {
        let done = work();
        returns();
        done
    });
    returned();
    done
}

/// How long work that was told to stop is waited for.
const GRACE: Duration = Duration::from_millis(700);

/// Does work on a thread of its own, while this one asks Python for signals and has a `look` now and then. After a signal, or
/// where a look fails, `stop` is raised and the exception given; work that does not hear of it is left to end by itself, and
/// what it gives is dropped.
pub(crate) fn stoppable<T: Send + 'static>(
    py: Python<'_>,
    stop: &Arc<AtomicBool>,
    mut look: impl FnMut(Python<'_>) -> PyResult<()>,
    work: impl FnOnce() -> PyResult<T> + Send + 'static,
) -> PyResult<T> {
    let (sender, receiver) = mpsc::channel();
    // Nobody may be there any more to take it.
    let run = move || drop(sender.send(catch_unwind(AssertUnwindSafe(work))));
    let thread = thread::Builder::new().name("slotless".to_owned());
    let started = thread.spawn(run);
    started
        .map_err(|error| PyRuntimeError::new_err(format!("no thread can be started: {error}")))?;
    let receiver = Mutex::new(receiver);
    let wait = |time| detached(py, || lock(&receiver).recv_timeout(time));
    loop {
        match wait(EVERY) {
            Ok(Ok(done)) => return done,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err("the work ended without a word"));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Err(error) = py.check_signals().and_then(|()| look(py)) {
            stop.store(true, Ordering::Relaxed);
            let _ = wait(GRACE);
            return Err(error);
        }
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
        errors::memory(format!("{what} takes about {needed}, {there}"))
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
            return Err(too_large(&format!("and there are {memory}")));
        }
    }
    // The system may still have less, and says so when it is asked.
    let mut all: Vec<u8> = Vec::new();
    all.try_reserve_exact(bytes as usize)
        .map_err(|_| too_large("and so much is not left"))
}
