//! Trials of an experiment: weighed, run over threads of their own, told of, and stopped by Ctrl-C.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::exceptions::{PyKeyboardInterrupt, PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::{PyClass, PyClassInitializer};
use slotless::SpecError;
use slotless::figures::FigureError;
use slotless::run::family::Family;
use slotless::run::manifest::Ran;
use slotless::run::simulate::{Keeper, SimulateError, simulate};
use slotless::run::work::{Load, Watch, Work, max_threads, weigh};
use slotless_files::machine;

use crate::calls::{self, EVERY, GRACE, lock};
use crate::errors;

/// How far work is.
#[derive(Debug, Default)]
struct Meter {
    stop: Arc<AtomicBool>,
    steps: AtomicU64,
    trials: AtomicU64,
    all_steps: AtomicU64,
    all_trials: AtomicU64,
}

/// Counts trials.
#[derive(Debug)]
struct Counted<'a>(&'a AtomicU64);

impl<R> Keeper<R> for Counted<'_> {
    fn known(&self, _: usize, _: u32) -> Option<R> {
        None
    }

    fn finished(&self, _: usize, _: u32, _: &R) -> std::io::Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// What was run: setups, their results, and how.
#[derive(Debug)]
pub(crate) struct Run<S, R> {
    pub spec: S,
    pub results: Vec<R>,
    pub ran: How,
}

/// How a run was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    pub threads: usize,
    pub seconds: f64,
}

impl How {
    /// As manifests take it.
    pub(crate) fn ran(self) -> Ran {
        let gone = Duration::try_from_secs_f64(self.seconds).unwrap_or_default();
        let now = Instant::now();
        Ran {
            threads: self.threads,
            device: "cpu".to_owned(),
            kernels: Vec::new(),
            started: now.checked_sub(gone).unwrap_or(now),
        }
    }
}

/// A spec, its conditions ready to run, and how many trials each has.
#[derive(Debug)]
pub(crate) struct Made<S, E> {
    pub spec: S,
    pub setups: Vec<E>,
    pub trials: u32,
}

/// What a run gives, made in Python's thread.
type Give = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

/// What a run has come to: what it gives, and what it warns of.
type Done = PyResult<(Give, Vec<String>)>;

/// Trials that run. `slotless/_experiments.py` waits for them and calls what tells of progress: no
/// frame of this library is below that call, so that a thread may end in it, as those do that Python
/// does not wait for.
#[pyclass(module = "slotless._slotless", frozen)]
#[derive(Debug)]
pub(crate) struct Job {
    meter: Arc<Meter>,
    started: Instant,
    work: Mutex<Pending>,
}

/// Work that is waited for, and what it has come to.
struct Pending {
    receiver: Receiver<thread::Result<Done>>,
    done: Option<thread::Result<Done>>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").finish_non_exhaustive()
    }
}

impl Pending {
    /// Whether the work is done, after so much time.
    fn wait(&mut self, time: Duration) -> bool {
        if self.done.is_none() {
            self.done = match self.receiver.recv_timeout(time) {
                Ok(done) => Some(done),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => {
                    let error = PyRuntimeError::new_err("the work ended without a word");
                    Some(Ok(Err(error)))
                }
            };
        }
        self.done.is_some()
    }
}

#[pymethods]
impl Job {
    /// Whether it is done, now or within a twentieth of a second.
    fn wait(&self, py: Python<'_>) -> bool {
        calls::detached(py, || lock(&self.work).wait(EVERY))
    }

    /// Trials done, all trials, and seconds left, None where they are not known; None before there are
    /// trials.
    fn progress(&self) -> Option<(u64, u64, Option<f64>)> {
        let [steps, all_steps, trials, all] = [
            &self.meter.steps,
            &self.meter.all_steps,
            &self.meter.trials,
            &self.meter.all_trials,
        ]
        .map(|one| one.load(Ordering::Relaxed));
        let (done, gone) = (steps as f64, self.started.elapsed().as_secs_f64());
        let rest = (all_steps as f64 - done).max(0.0);
        let left = (steps > 0).then(|| gone / done * rest);
        (all > 0).then_some((trials, all, left))
    }

    /// Ends it, or leaves it behind: work that does not hear of it ends by itself.
    fn stop(&self, py: Python<'_>) {
        self.meter.stop.store(true, Ordering::Relaxed);
        calls::detached(py, || lock(&self.work).wait(GRACE));
    }

    /// What it has come to, once it is done: the run, and a line for each warning.
    fn result(&self, py: Python<'_>) -> PyResult<(Py<PyAny>, Vec<String>)> {
        let done = lock(&self.work).done.take();
        match done {
            Some(Ok(Ok((give, warnings)))) => Ok((give(py)?, warnings)),
            Some(Ok(Err(error))) => Err(error),
            Some(Err(panic)) => resume_unwind(panic),
            None => Err(PyRuntimeError::new_err("the work is not done")),
        }
    }
}

/// Makes setups and runs their trials, on a thread of its own and a pool made for it: one that was
/// there before would be dead in a process that was forked. `give` says what users see of the run.
pub(crate) fn start<S, E, C>(
    threads: usize,
    make: impl FnOnce() -> PyResult<Made<S, E>> + Send + 'static,
    give: impl FnOnce(Run<S, E::Results>) -> C + Send + 'static,
) -> PyResult<Job>
where
    S: Send + 'static,
    E: Family<Results: Send + 'static>,
    C: PyClass + Into<PyClassInitializer<C>>,
{
    let most = max_threads(cores());
    if threads > most {
        let line = format!("threads is {threads}, allowed 0 (one per core) to {most}");
        return Err(errors::refuse(line));
    }
    let (meter, started) = (Arc::new(Meter::default()), Instant::now());
    let own = Arc::clone(&meter);
    let work = move || -> Done {
        let Made {
            spec,
            setups,
            trials,
        } = make()?;
        let mut warnings: Vec<String> = setups.iter().filter_map(Family::warning).collect();
        warnings.dedup();
        let work: Vec<(Work, u32)> = setups.iter().map(|one| (one.work(), trials)).collect();
        let steps: f64 = work.iter().map(|one| one.0.steps * f64::from(trials)).sum();
        let total = trials as usize * setups.len();
        let threads = weighed(&work, threads, total)?;
        own.all_steps.store(steps as u64, Ordering::Relaxed);
        own.all_trials.store(total as u64, Ordering::Relaxed);
        let counts = vec![trials; setups.len()];
        let watch = Watch::new(&own.stop, &own.steps);
        let results = simulate(&setups, &counts, threads, &Counted(&own.trials), watch);
        let results = results.map_err(|error| match error {
            SimulateError::Stopped => PyKeyboardInterrupt::new_err("stopped"),
            other => PyRuntimeError::new_err(other.to_string()),
        })?;
        let seconds = started.elapsed().as_secs_f64();
        let ran = How { threads, seconds };
        let run = Run { spec, results, ran };
        let give: Give = Box::new(|py| Ok(Py::new(py, give(run))?.into_any()));
        Ok((give, warnings))
    };
    let receiver = calls::apart_from_all(work)?;
    Ok(Job {
        meter,
        started,
        work: Mutex::new(Pending {
            receiver,
            done: None,
        }),
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How many threads so many trials may have; refuses what does not fit into memory.
fn weighed(work: &[(Work, u32)], threads: usize, total: usize) -> PyResult<usize> {
    let most = total.max(1);
    let load = Load {
        trials: work,
        threads: (threads > 0).then(|| threads.min(most)),
        cores: cores().min(most),
    };
    weigh(&load, machine::memory()).map_err(|error: SpecError| errors::memory(error.to_string()))
}

/// Pictures or files that cannot be made.
pub(crate) fn figure(error: FigureError) -> PyErr {
    match error {
        FigureError::File(error) => errors::file(&error),
        other => PyOSError::new_err(other.to_string()),
    }
}
