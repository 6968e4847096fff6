//! Long calls: other threads of Python run meanwhile, Ctrl-C ends them, and what does not fit into memory is not begun.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use slotless_files::machine::{self, Limit, Size};

use crate::errors;

/// How often a long call asks whether it should end.
pub(crate) const EVERY: Duration = Duration::from_millis(50);

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

    /// The same in a thread that Python runs in.
    pub(crate) fn look(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.last.elapsed() < EVERY {
            return Ok(());
        }
        self.last = Instant::now();
        py.check_signals()
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
pub(crate) const GRACE: Duration = Duration::from_millis(700);

/// Does work on a thread of its own, while this one asks Python for signals. After one the exception is given; the work is left to
/// end by itself, and what it gives is dropped.
pub(crate) fn stoppable<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> PyResult<T> + Send + 'static,
) -> PyResult<T> {
    let receiver = Mutex::new(apart_from_all(work)?);
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
        py.check_signals()?;
    }
}

/// Does work on a thread of its own, and sends what it gives.
pub(crate) fn apart_from_all<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<Receiver<thread::Result<T>>> {
    let (sender, receiver) = mpsc::channel();
    // Nobody may be there any more to take it.
    let run = move || drop(sender.send(catch_unwind(AssertUnwindSafe(work))));
    let thread = thread::Builder::new().name("slotless".to_owned());
    match thread.spawn(run) {
        Ok(_) => Ok(receiver),
        Err(error) => {
            let line = format!("no thread can be started: {error}");
            Err(PyRuntimeError::new_err(line))
        }
    }
}

/// Work of so many bytes that Ctrl-C is not to wait for it, where it cannot be told to stop: somebody copies that many in a tenth
/// of a second.
const LARGE: f64 = 64e6;

/// Does work of about so many bytes while other threads of Python run; where they are many, on a thread that Ctrl-C leaves behind
/// as [`stoppable`] does.
pub(crate) fn apart<T: Send + 'static>(
    py: Python<'_>,
    bytes: f64,
    work: impl FnOnce() -> PyResult<T> + Send + 'static,
) -> PyResult<T> {
    if bytes < LARGE {
        return detached(py, work);
    }
    stoppable(py, work)
}

/// Something that one call at a time uses.
#[derive(Debug)]
pub(crate) struct Shared<T>(Arc<Held<T>>);

#[derive(Debug)]
struct Held<T> {
    value: Mutex<T>,
    /// Calls that wait for it.
    waiting: AtomicUsize,
}

impl<T: Send> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(Held {
            value: Mutex::new(value),
            waiting: AtomicUsize::new(0),
        }))
    }

    /// Uses it while other threads of Python run, once other calls are done with it; Ctrl-C ends the wait.
    pub(crate) fn with<R: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&mut T) -> PyResult<R>,
    ) -> PyResult<R> {
        detached(py, || use_it(&mut *self.0.wait()?))
    }

    /// The same with work of about so many bytes that cannot be told to stop, as [`apart`].
    pub(crate) fn apart<R: Send + 'static>(
        &self,
        py: Python<'_>,
        bytes: f64,
        use_it: impl FnOnce(&mut T) -> PyResult<R> + Send + 'static,
    ) -> PyResult<R>
    where
        T: 'static,
    {
        if bytes < LARGE {
            return self.with(py, use_it);
        }
        let held = Arc::clone(&self.0);
        // This thread waits where it can be told to stop.
        self.with(py, |_| Ok(()))?;
        let work = move || use_it(&mut lock(&held.value));
        stoppable(py, work)
    }
}

impl<T> Held<T> {
    fn wait(&self) -> PyResult<MutexGuard<'_, T>> {
        // Whoever comes while others wait waits with them, so that a thread of many calls leaves them some.
        if self.waiting.load(Ordering::Relaxed) == 0
            && let Some(held) = self.free()
        {
            return Ok(held);
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let found = self.look_often();
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        found
    }

    fn look_often(&self) -> PyResult<MutexGuard<'_, T>> {
        const TURNS: u32 = 100;
        let (mut signals, mut looks) = (Signals::new(), 0);
        loop {
            if let Some(held) = self.free() {
                return Ok(held);
            }
            if looks < TURNS {
                looks += 1;
                thread::yield_now();
            } else {
                thread::sleep(Duration::from_micros(200));
                signals.check()?;
            }
        }
    }

    fn free(&self) -> Option<MutexGuard<'_, T>> {
        match self.value.try_lock() {
            Ok(held) => Some(held),
            Err(TryLockError::Poisoned(held)) => Some(held.into_inner()),
            Err(TryLockError::WouldBlock) => None,
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
