//! Trials of an experiment: weighed, run over threads of their own, told of, and stopped by Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use pyo3::exceptions::{PyKeyboardInterrupt, PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use slotless::SpecError;
use slotless::figures::FigureError;
use slotless::run::family::Family;
use slotless::run::manifest::Ran;
use slotless::run::simulate::{Keeper, SimulateError, simulate};
use slotless::run::work::{Load, Watch, Work, max_threads, weigh};
use slotless_files::machine;

use crate::calls::stoppable;
use crate::errors;

/// Between two looks at how far work is.
const LOOKS: Duration = Duration::from_millis(500);

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

/// Makes setups and runs their trials, on a thread of its own and a pool made for it: one that was there before would be dead in
/// a process that was forked. `progress(done, all, seconds left or None)` is called twice a second.
pub(crate) fn run<S, E>(
    py: Python<'_>,
    threads: usize,
    progress: Option<&Bound<'_, PyAny>>,
    make: impl FnOnce() -> PyResult<Made<S, E>> + Send + 'static,
) -> PyResult<Run<S, E::Results>>
where
    S: Send + 'static,
    E: Family<Results: Send>,
{
    let most = max_threads(cores());
    if threads > most {
        let line = format!("threads is {threads}, allowed 0 (one per core) to {most}");
        return Err(errors::refuse(line));
    }
    let (meter, started) = (Arc::new(Meter::default()), Instant::now());
    let mut looked = Instant::now();
    let tell = |py: Python<'_>, left: Option<f64>| -> PyResult<()> {
        let Some(progress) = progress else {
            return Ok(());
        };
        let [done, all] = [&meter.trials, &meter.all_trials].map(|one| one.load(Ordering::Relaxed));
        progress.call1(PyTuple::new(
            py,
            [
                done.into_pyobject(py)?.into_any(),
                all.into_pyobject(py)?.into_any(),
                left.into_pyobject(py)?,
            ],
        )?)?;
        Ok(())
    };
    let look = |py: Python<'_>| {
        if looked.elapsed() < LOOKS {
            return Ok(());
        }
        looked = Instant::now();
        let [done, all] =
            [&meter.steps, &meter.all_steps].map(|one| one.load(Ordering::Relaxed) as f64);
        let gone = started.elapsed().as_secs_f64();
        let left = (done > 0.0).then(|| gone / done * (all - done).max(0.0));
        match all > 0.0 {
            true => tell(py, left),
            false => Ok(()),
        }
    };
    let own = Arc::clone(&meter);
    let work = move || -> PyResult<_> {
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
        Ok((spec, results, threads, warnings))
    };
    let done = stoppable(py, &meter.stop, look, work)?;
    let (spec, results, threads, warnings) = done;
    for warning in warnings {
        let text = std::ffi::CString::new(warning.replace('\0', " ")).unwrap_or_default();
        let category = py.get_type::<pyo3::exceptions::PyUserWarning>();
        PyErr::warn(py, &category, &text, 2)?;
    }
    tell(py, Some(0.0))?;
    let seconds = started.elapsed().as_secs_f64();
    let ran = How { threads, seconds };
    Ok(Run { spec, results, ran })
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
