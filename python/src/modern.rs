//! `ModernHopfield`: the modern network of real vectors.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use slotless_core::hopfield::modern::{Ended, Memories, MemoriesError, ModernError, Recall};
use slotless_core::real;
use slotless_kernels::attention::Keys;
use slotless_kernels::hopfield::modern::{Network, Scratch};

use crate::archive::{self, Archive};
use crate::arguments::{self, Setting};
use crate::arrays;
use crate::calls::{Shared, Signals, lock, room};
use crate::descent::some_learned;
use crate::errors;
use crate::pool;
use crate::reals::{Vectors, beta_of, vectors};
use crate::results::RETRIEVED;

/// The most units.
const UNITS: u32 = 1 << 28;
/// Squared norms are below this.
const SQUARE: f32 = f32::MAX / 4.0;

const fn name_of(ended: Ended) -> &'static str {
    match ended {
        Ended::State => "state",
        Ended::Shares => "weights",
        Ended::Steps => "max-steps",
    }
}

const LONGEST: usize = 9;

/// The most cues that read the patterns together, and the fewest that a thread is given.
const TOGETHER: usize = 64;
const FEWEST: usize = 8;

/// Multiplications of a step that signals may wait for.
const STEP: usize = 1 << 31;

/// A modern Hopfield network: real vectors, recalled as their softmax mean.
///
/// A step takes a state ``s`` to ``X.T @ softmax(beta * X @ s)``, ``X`` being the stored patterns, a
/// row each; recall repeats it until the state rests. With a large ``beta`` that is the most alike
/// pattern, with a small one a mean of many (Ramsauer et al. 2021). No step raises the energy
/// ``-logsumexp(beta * X @ s) / beta + s @ s / 2 + log(n_learned) / beta + M**2 / 2``, ``M`` being the
/// largest norm of a pattern.
///
/// Parameters
/// ----------
/// n_units : int
///     Numbers of a pattern; 1 to 2**28.
/// beta : float, default 1.0
///     Inverse temperature: finite and above 0, as float32.
///
/// Raises
/// ------
/// ValueError
///     For values out of range.
///
/// Notes
/// -----
/// Patterns and cues are arrays of float32 or float64, a row each, or of one axis for one of them;
/// other types are refused. All is computed in float32, to which float64 is rounded, and answers are
/// float32: the same bits on every machine. Squared norms are below 8.5e37. Calls let other threads
/// run; Ctrl-C ends a long one.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from slotless import ModernHopfield
/// >>> rng = np.random.default_rng(1)
/// >>> X = rng.normal(size=(50, 16))
/// >>> net = ModernHopfield(16, beta=8.0)
/// >>> net.learn(X)
/// >>> recalled = net.recall(X[3] + 0.3 * rng.normal(size=16))
/// >>> int(recalled.weights.argmax()), bool(np.allclose(recalled.pattern, X[3], atol=1e-3))
/// (3, True)
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct ModernHopfield {
    units: u32,
    beta: f32,
    state: Shared<State>,
}

/// What a recall has found, cue by cue.
#[derive(Debug, Default)]
struct Found {
    states: Vec<f32>,
    weights: Vec<f32>,
    steps: Vec<u32>,
    ended: Vec<&'static str>,
    stored: usize,
}

/// Some cues, and where goes what they recall.
struct Task<'a> {
    cues: &'a [f32],
    states: &'a mut [f32],
    weights: &'a mut [f32],
    steps: &'a mut [u32],
    ended: &'a mut [&'static str],
}

impl Found {
    /// Recalls from all cues, some together, in this thread and some more; Ctrl-C ends it.
    fn recall_many(
        mut self,
        (network, keys): (&Network, &Keys),
        (cues, together): (&[f32], usize),
        rules: &Recall<f32>,
        threads: usize,
    ) -> PyResult<Self> {
        let (units, memories) = (keys.units(), network.memories());
        let count = cues.len() / units;
        self.states = vec![0.0; cues.len()];
        self.weights = vec![0.0; count * memories];
        self.steps = vec![0; count];
        self.ended = vec![""; count];
        let states = self.states.chunks_mut(together * units);
        let weights = self.weights.chunks_mut(together * memories);
        let rest = self.steps.chunks_mut(together);
        let rest = rest.zip(self.ended.chunks_mut(together));
        let all = cues.chunks(together * units).zip(states.zip(weights));
        let tasks = all.zip(rest);
        let tasks = tasks.map(|((cues, (states, weights)), (steps, ended))| Task {
            cues,
            states,
            weights,
            steps,
            ended,
        });
        let left = Mutex::new(tasks);
        let work = |go_on: &mut dyn FnMut() -> bool| {
            loop {
                let Some(task) = lock(&left).next() else {
                    break;
                };
                let Some(many) = network.recall_many(keys, task.cues, rules, &mut *go_on) else {
                    break;
                };
                task.states.copy_from_slice(&many.states);
                task.weights.copy_from_slice(&many.shares);
                task.steps.copy_from_slice(&many.steps);
                for (name, ended) in task.ended.iter_mut().zip(many.ended) {
                    *name = name_of(ended);
                }
            }
        };
        let stop = AtomicBool::new(false);
        let (mut stopped, mut signals) = (None, Signals::new());
        let mut go_on = || {
            if stopped.is_none() {
                stopped = signals.check().err();
            }
            stop.store(stopped.is_some(), Ordering::Relaxed);
            stopped.is_none()
        };
        // Threads of this call alone: a pool of the process would not be there after a fork.
        thread::scope(|scope| {
            let other = || work(&mut || !stop.load(Ordering::Relaxed));
            let others = (1..threads).map(|_| thread::Builder::new().spawn_scoped(scope, other));
            // Where there are no threads to be had, this one does it all.
            let others: Vec<_> = others.map_while(Result::ok).collect();
            work(&mut go_on);
            while !others.iter().all(ScopedJoinHandle::is_finished) {
                thread::park_timeout(Duration::from_millis(1));
                go_on();
            }
        });
        match stopped {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }
}

/// What was stored; the network of it, once it was asked for.
#[derive(Clone, Debug, Default)]
struct State {
    patterns: Vec<f32>,
    network: Option<Network>,
    /// The patterns once more, for many cues at a time.
    keys: Option<Keys>,
}

impl State {
    fn network(&mut self, units: u32, beta: f32) -> PyResult<&Network> {
        if self.patterns.is_empty() {
            some_learned(&[])?;
        }
        if self.network.is_none() {
            let stride = f64::from(units.next_multiple_of(16));
            let count = self.patterns.len() as f64 / f64::from(units);
            room("the network", 4.0 * stride * count)?;
        }
        let Self {
            patterns, network, ..
        } = self;
        Ok(network.get_or_insert_with(|| Network::new(units, patterns, beta)))
    }
}

impl ModernHopfield {
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&mut State) -> PyResult<T>,
    ) -> PyResult<T> {
        self.state.with(py, use_it)
    }

    fn archive(&self, py: Python<'_>) -> PyResult<Archive> {
        let vectors = self.with(py, |state| Ok(state.patterns.clone()))?;
        Ok(Archive {
            settings: vec![self.units.into()],
            numbers: vec![self.beta],
            vectors,
            ..Archive::default()
        })
    }

    fn of_archive(archive: Archive) -> PyResult<Self> {
        let (&[units], &[beta]) = (&archive.settings[..], &archive.numbers[..]) else {
            return Err(archive::damaged("it has other settings"));
        };
        if !(1..=u64::from(UNITS)).contains(&units) {
            return Err(archive::damaged("it has other units"));
        }
        let (units, patterns) = (units as u32, archive.vectors);
        if !patterns.is_empty() {
            Memories::rows(&patterns, units).map_err(errors::value)?;
        }
        Ok(Self {
            units,
            beta: beta_of(beta.into())?,
            state: Shared::new(State {
                patterns,
                ..State::default()
            }),
        })
    }

    /// States that are short enough.
    fn vectors<'py>(&self, name: &str, input: &Bound<'py, PyAny>) -> PyResult<Vectors<'py>> {
        let rows = vectors(name, input, self.units as usize)?;
        for (row, state) in rows.numbers().chunks_exact(self.units as usize).enumerate() {
            if real::dot(state, state) >= SQUARE {
                let at = rows.name(name, row);
                return Err(errors::refuse(format!(
                    "{at} has a squared norm of {SQUARE:e} or more, allowed less"
                )));
            }
        }
        Ok(rows)
    }

    /// Calls `each` with the network and every row.
    fn each_row<T: Send>(
        &self,
        py: Python<'_>,
        rows: &Vectors<'_>,
        mut each: impl Send + FnMut(&Network, &[f32]) -> T,
    ) -> PyResult<Vec<T>> {
        let (numbers, count, units, beta) = (rows.numbers(), rows.count, self.units, self.beta);
        self.with(py, |state| {
            let network = state.network(units, beta)?;
            let (mut signals, mut all) = (Signals::new(), Vec::with_capacity(count));
            for row in numbers.chunks_exact(units as usize) {
                all.push(each(network, row));
                signals.check()?;
            }
            Ok(all)
        })
    }

    fn stored(&self, py: Python<'_>) -> PyResult<usize> {
        let units = self.units as usize;
        self.with(py, |state| Ok(state.patterns.len() / units))
    }
}

/// A tolerance: none where the rule is off.
fn tolerance(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<f32>> {
    if value.is_none() {
        return Ok(None);
    }
    let given = arguments::number(name, value)?;
    let single = given as f32;
    if single.is_finite() && given >= 0.0 {
        Ok(Some(single))
    } else {
        Err(errors::refuse(format!(
            "{name} is {given:?}, allowed finite numbers from 0, or None"
        )))
    }
}

#[pymethods]
impl ModernHopfield {
    #[new]
    #[pyo3(signature = (n_units, beta=Setting::Default), text_signature = "(n_units, beta=1.0)")]
    fn new<'py>(n_units: &Bound<'py, PyAny>, beta: Setting<'py>) -> PyResult<Self> {
        let units = arguments::whole("n_units", n_units, 1..=u64::from(UNITS))?;
        let beta = beta.or(1.0, |beta| arguments::number("beta", beta))?;
        Ok(Self {
            units: units as u32,
            beta: beta_of(beta)?,
            state: Shared::new(State::default()),
        })
    }

    /// Learn patterns, a row each, at once.
    ///
    /// Parameters
    /// ----------
    /// X : array_like of float32 or float64, shape (n_patterns, n_units) or (n_units,)
    ///     Patterns.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     For arrays of other types.
    /// ValueError
    ///     For other shapes, NaN, infinities and patterns that are too long; nothing is learned then.
    #[expect(non_snake_case, reason = "the name that Python's users know")]
    fn learn(&self, py: Python<'_>, X: &Bound<'_, PyAny>) -> PyResult<()> {
        let rows = vectors("X", X, self.units as usize)?;
        let numbers = rows.numbers();
        if numbers.is_empty() {
            return Ok(());
        }
        Memories::rows(numbers, self.units).map_err(|error| match error {
            MemoriesError::TooLong { memory } => errors::refuse(format!(
                "{} has a squared norm of {SQUARE:e} or more, allowed less",
                rows.name("X", memory as usize)
            )),
            error => errors::value(error),
        })?;
        self.with(py, |state| {
            room("the patterns", 4.0 * numbers.len() as f64)?;
            state.patterns.extend_from_slice(numbers);
            state.network = None;
            state.keys = None;
            Ok(())
        })
    }

    /// Recall from cues: steps until a rule ends them. The first that holds does.
    ///
    /// Parameters
    /// ----------
    /// cues : array_like of float32 or float64, shape (n_cues, n_units) or (n_units,)
    ///     States to start from.
    /// state_tolerance : float or None, default 1e-6
    ///     End once a step moves the state by no more than this times its norm or 1, whichever is larger.
    /// weights_tolerance : float or None, default 1e-8
    ///     End once the magnitudes of the weights' changes add up to no more than this.
    /// max_steps : int or None, default 1000
    ///     End after so many steps.
    /// threads : int, optional
    ///     Threads that compute, at most; 0 or None for one per core. Few cues take one. Results do
    ///     not depend on it.
    ///
    /// Returns
    /// -------
    /// Retrieved
    ///     ``pattern``, float32, shape of the cues: the last state; ``weights``, float32, shape (n_cues,
    ///     n_learned) or (n_learned,): the softmax weights that made it; ``n_steps``, uint32; ``ended``:
    ///     "state", "weights" or "max-steps".
    #[pyo3(
        signature = (cues, *, state_tolerance=Setting::Default, weights_tolerance=Setting::Default,
            max_steps=Setting::Default, threads=None),
        text_signature = "($self, cues, *, state_tolerance=1e-06, weights_tolerance=1e-08, max_steps=1000, threads=None)"
    )]
    fn recall<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        state_tolerance: Setting<'py>,
        weights_tolerance: Setting<'py>,
        max_steps: Setting<'py>,
        threads: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let threads = threads.map(|threads| arguments::whole("threads", threads, 0..=1 << 12));
        let threads = threads.transpose()?;
        let rows = self.vectors("cues", cues)?;
        let mut rules = Recall::new();
        if let Setting::Given(given) = state_tolerance {
            rules = rules.state_tolerance(tolerance("state_tolerance", &given)?);
        }
        if let Setting::Given(given) = weights_tolerance {
            rules = rules.shares_tolerance(tolerance("weights_tolerance", &given)?);
        }
        if let Setting::Given(given) = max_steps {
            let steps = (!given.is_none()).then(|| {
                arguments::whole("max_steps", &given, 1..=u64::from(u32::MAX))
                    .map(|steps| steps as u32)
            });
            rules = rules.max_steps(steps.transpose()?);
        }
        rules.check().map_err(|error| match error {
            ModernError::Endless => errors::refuse(
                "state_tolerance, weights_tolerance and max_steps are None, allowed two of them at most",
            ),
            error => errors::value(error),
        })?;
        let (count, units) = (rows.count, self.units as usize);
        let stored = self.stored(py)?;
        arrays::room_for::<f32>("the answer", &[count, units + stored])?;
        let numbers = rows.numbers();
        let (of_units, beta) = (self.units, self.beta);
        let found = self.with(py, |state| {
            let mut signals = Signals::new();
            let mut found = Found::default();
            state.network(of_units, beta)?;
            if count > 1 && state.keys.is_none() {
                room("the network", 4.0 * state.patterns.len() as f64)?;
                let keys = Keys::new(of_units, &state.patterns).map_err(errors::value)?;
                state.keys = Some(keys);
            }
            let Some(network) = &state.network else {
                return Ok(found);
            };
            found.stored = network.memories();
            if let (Some(keys), true) = (&state.keys, count > 1) {
                // So many that a step takes no more than some tenths of a second; few, where there are threads for all.
                let step = network.memories() * units;
                let together = (STEP / step).clamp(4, TOGETHER);
                let work = 2.0 * count as f64 * step as f64;
                let threads = pool::threads(threads, count.div_ceil(FEWEST), work);
                let together = together.min(count.div_ceil(threads).next_multiple_of(FEWEST));
                found.recall_many((network, keys), (numbers, together), &rules, threads)
            } else {
                let mut scratch = Scratch::default();
                let mut stopped = None;
                let mut go_on = || {
                    stopped = signals.check().err();
                    stopped.is_none()
                };
                for cue in numbers.chunks_exact(units) {
                    let Some(recalled) = network.recall(cue, &rules, &mut scratch, &mut go_on)
                    else {
                        break;
                    };
                    found.states.extend_from_slice(recalled.state);
                    found.weights.extend_from_slice(recalled.shares);
                    found.steps.push(recalled.steps);
                    found.ended.push(name_of(recalled.ended));
                }
                match stopped {
                    Some(error) => Err(error),
                    None => Ok(found),
                }
            }
        })?;
        let single = rows.single;
        let fields = (
            arrays::shaped(py, found.states, &[count, units], single)?,
            arrays::shaped(py, found.weights, &[count, found.stored], single)?,
            arrays::one_or_all(py, found.steps, single)?,
            arrays::names(py, found.ended, LONGEST, single)?,
        );
        RETRIEVED.of(py, fields)
    }

    /// Energies of states, 0 at least but for rounding.
    ///
    /// Parameters
    /// ----------
    /// states : array_like of float32 or float64, shape (n_states, n_units) or (n_units,)
    ///     States.
    ///
    /// Returns
    /// -------
    /// ndarray of float32, shape (n_states,), or float
    fn energy<'py>(
        &self,
        py: Python<'py>,
        states: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.vectors("states", states)?;
        let mut scratch = Vec::new();
        let energies = self.each_row(py, &rows, |network, state| {
            scratch.resize(network.memories(), 0.0);
            network.energy(state, &mut scratch)
        })?;
        arrays::one_or_all(py, energies, rows.single)
    }

    /// Similarities of states with the stored patterns, ``states @ X.T``.
    ///
    /// Parameters
    /// ----------
    /// states : array_like of float32 or float64, shape (n_states, n_units) or (n_units,)
    ///     States.
    ///
    /// Returns
    /// -------
    /// ndarray of float32, shape (n_states, n_learned) or (n_learned,)
    fn similarities<'py>(
        &self,
        py: Python<'py>,
        states: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.vectors("states", states)?;
        let count = rows.count;
        arrays::room_for::<f32>("the answer", &[count, self.stored(py)?])?;
        let (mut all, mut stored) = (Vec::new(), 0);
        self.each_row(py, &rows, |network, state| {
            stored = network.memories();
            let from = all.len();
            all.resize(from + stored, 0.0);
            network.similarities(state, &mut all[from..]);
        })?;
        arrays::shaped(py, all, &[count, stored], rows.single)
    }

    /// The patterns stored.
    ///
    /// Returns
    /// -------
    /// ndarray of float32, shape (n_learned, n_units)
    ///     A copy.
    fn patterns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let patterns = self.with(py, |state| Ok(state.patterns.clone()))?;
        let units = self.units as usize;
        let shape = [patterns.len() / units, units];
        arrays::shaped(py, patterns, &shape, false)
    }

    /// The network as bytes: the file that :meth:`save` writes.
    ///
    /// Returns
    /// -------
    /// bytes
    ///     A ``.npz`` of numpy.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        archive::to_bytes(py, archive::Network::ModernHopfield, self.archive(py)?)
    }

    /// The network of a file's bytes.
    ///
    /// Parameters
    /// ----------
    /// snapshot : bytes, bytearray or memoryview
    ///     What :meth:`to_bytes` gave, or the content of a file of :meth:`save`.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For bytes that are not those of such a network, or that were changed.
    #[classmethod]
    fn from_bytes(
        _cls: &Bound<'_, PyType>,
        py: Python<'_>,
        snapshot: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let snapshot = arguments::bytes("snapshot", snapshot)?;
        archive::from_bytes(
            py,
            archive::Network::ModernHopfield,
            &snapshot,
            Self::of_archive,
        )
    }

    /// Write the network to a file, which numpy reads as ``.npz``. It is whole or not there.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File to write, of any name; one that is there is replaced.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
        let path = arguments::path("path", path)?;
        archive::save(
            py,
            archive::Network::ModernHopfield,
            self.archive(py)?,
            path,
        )
    }

    /// The network of a file.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File of :meth:`save`.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     For a file that cannot be read.
    /// ValueError
    ///     For one that is not of such a network, or that was changed.
    #[classmethod]
    fn load(_cls: &Bound<'_, PyType>, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let path = arguments::path("path", path)?;
        archive::load(py, archive::Network::ModernHopfield, path, Self::of_archive)
    }

    /// Numbers of a pattern.
    #[getter]
    fn n_units(&self) -> u32 {
        self.units
    }

    /// The inverse temperature, as float32 has it.
    #[getter]
    fn beta(&self) -> f32 {
        self.beta
    }

    /// Patterns learned.
    #[getter]
    fn n_learned(&self, py: Python<'_>) -> PyResult<usize> {
        self.stored(py)
    }

    /// Bytes of the patterns and, once they were needed, of one or two copies of them that are laid out for
    /// speed.
    #[getter]
    fn nbytes(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |state| {
            let patterns = state.patterns.len() * if state.keys.is_some() { 2 } else { 1 };
            Ok(4 * patterns + state.network.as_ref().map_or(0, Network::bytes))
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (units, beta, learned) = (self.units, self.beta, self.stored(py)?);
        Ok(format!(
            "ModernHopfield({units}, beta={beta:?}): {learned} learned"
        ))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        let other = other.get();
        if (self.units, self.beta) != (other.units, other.beta) {
            return Ok(false);
        }
        let own = self.with(py, |state| Ok(state.patterns.clone()))?;
        other.with(py, |state| Ok(state.patterns == own))
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        Ok(Self {
            units: self.units,
            beta: self.beta,
            state: Shared::new(self.with(py, |state| Ok(state.clone()))?),
        })
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.__copy__(py)
    }

    #[expect(clippy::type_complexity, reason = "what pickle takes")]
    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (u32, f32), Bound<'py, PyAny>)> {
        let own = slf.get();
        let patterns = own.patterns(slf.py())?;
        Ok((slf.get_type().into_any(), (own.units, own.beta), patterns))
    }

    fn __setstate__(&self, py: Python<'_>, state: &Bound<'_, PyAny>) -> PyResult<()> {
        self.with(py, |own| {
            *own = State::default();
            Ok(())
        })?;
        self.learn(py, state)
    }
}
