//! `Hopfield`: the classical network.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyType};
use slotless_kernels::hopfield::classical::Network;

use crate::archive;
use crate::arguments::Setting;
use crate::arrays::{self, Levels, Rows};
use crate::calls::{Shared, Signals, room};
use crate::descent::{Descents, Rules, identities, some_learned};
use crate::{arguments, errors};

mod archived;

/// The most units.
const UNITS: u32 = 1 << 20;
/// N times the patterns stored, and a threshold, stay at this: together they fit 32 bits.
const FIELD: u32 = 1 << 30;

/// A classical Hopfield network: patterns of -1 and 1 in symmetric weights.
///
/// Storing adds ``s s^T`` to the weights, but for the diagonal (Hebb's rule), so ``W`` is an integer,
/// the sum over all that were stored. Recall updates one unit at a time: it takes the sign of its field
/// ``W[i] @ s - b[i]``, and keeps its value where that is 0. No update raises the energy
/// ``-s W s / 2 + b s``, so that recall ends in a fixed point (Hopfield 1982). About ``0.138 n_units``
/// random patterns are kept.
///
/// Parameters
/// ----------
/// n_units : int
///     Units, N, the length of a pattern; 1 to 2**20.
/// seed : int, default 0
///     The order in which units are updated, 0 to 2**64 - 1.
///
/// Raises
/// ------
/// ValueError
///     For sizes out of range.
///
/// Notes
/// -----
/// Patterns and cues are arrays of a row each, or of one axis for one of them: bool, integers, float32
/// or float64 of -1 and 1 or of 0 and 1; packed, 32 units a ``uint32`` or 8 a ``uint8``; or sparse rows
/// of scipy. 0 is the same as -1. Answers come in the format of the cues: int8 of -1 and 1 for cues
/// with a -1, bool for those of 0 and 1.
///
/// Weights are laid out at the first call that needs them after patterns were stored: ``N^2`` bytes for
/// up to 127 patterns, twice that for up to 32,767, then four times. Calls let other threads run;
/// Ctrl-C ends a long one.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from slotless import Hopfield
/// >>> rng = np.random.default_rng(1)
/// >>> X = rng.choice([-1, 1], size=(5, 100))
/// >>> net = Hopfield(100)
/// >>> net.learn(X)
/// >>> cue = X[2] * np.where(np.arange(100) < 20, -1, 1)  # 20 units flipped
/// >>> recalled = net.recall(cue)
/// >>> bool((recalled.pattern == X[2]).all()), recalled.ended
/// (True, 'fixed-point')
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct Hopfield {
    units: u32,
    seed: u64,
    state: Shared<State>,
}

/// What was stored; the network of it, once it was asked for.
#[derive(Clone, Debug, Default)]
struct State {
    patterns: Vec<u32>,
    thresholds: Vec<i32>,
    network: Option<Network>,
}

impl State {
    /// The network of the patterns stored.
    fn network(&mut self, units: u32) -> PyResult<&Network> {
        some_learned(&self.patterns)?;
        if self.network.is_none() {
            let count = self.patterns.len() / slotless_core::bits::words_for(units);
            let width = match count {
                0..=127 => 1.0,
                128..=32_767 => 2.0,
                _ => 4.0,
            };
            let stride = f64::from(units.next_multiple_of(64));
            room("the network", stride * f64::from(units) * width)?;
            let mut signals = Signals::new();
            let mut stopped = None;
            let network = Network::new_while(units, &self.patterns, || {
                stopped = signals.check().err();
                stopped.is_none()
            });
            if let Some(error) = stopped {
                return Err(error);
            }
            self.network = network.map(|network| network.with_thresholds(&self.thresholds));
        }
        self.network
            .as_ref()
            .ok_or_else(|| errors::refuse("no network"))
    }
}

impl Hopfield {
    /// Uses what is stored while other threads of Python run.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&mut State) -> PyResult<T>,
    ) -> PyResult<T> {
        self.state.with(py, use_it)
    }

    fn rows<'py>(&self, input: &Bound<'py, PyAny>, name: &str) -> PyResult<Rows<'py>> {
        arrays::rows(input, self.units, Levels::BinaryOrSigns, name)
    }

    /// Something of each state, by a look at its network.
    fn of_states<T: Send>(
        &self,
        py: Python<'_>,
        rows: &Rows<'_>,
        of: impl Send + Sync + Fn(&Network, &[u32], &mut Vec<T>),
    ) -> PyResult<Vec<T>> {
        let (words, width, units) = (rows.words(), rows.width(), self.units);
        self.with(py, |state| {
            let network = state.network(units)?;
            let (mut signals, mut all) = (Signals::new(), Vec::new());
            for row in words.chunks_exact(width) {
                of(network, row, &mut all);
                signals.check()?;
            }
            Ok(all)
        })
    }
}

#[pymethods]
impl Hopfield {
    #[new]
    #[pyo3(signature = (n_units, seed=Setting::Default), text_signature = "(n_units, seed=0)")]
    fn new<'py>(n_units: &Bound<'py, PyAny>, seed: Setting<'py>) -> PyResult<Self> {
        let units = arguments::whole("n_units", n_units, 1..=u64::from(UNITS))?;
        Ok(Self {
            units: units as u32,
            seed: seed.or(0, arguments::seed)?,
            state: Shared::new(State::default()),
        })
    }

    /// Learn patterns, a row each, at once. One that is learned twice weighs twice.
    ///
    /// Parameters
    /// ----------
    /// X : array_like, shape (n_patterns, n_units) or (n_units,)
    ///     Patterns of -1 and 1, or of 0 and 1.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For arrays of other shapes or values, and for more than ``2**30 / n_units`` patterns in all;
    ///     nothing is learned then.
    #[expect(non_snake_case, reason = "the name that Python's users know")]
    fn learn(&self, py: Python<'_>, X: &Bound<'_, PyAny>) -> PyResult<()> {
        let rows = self.rows(X, "X")?;
        let (words, width, count) = (rows.words(), rows.width(), rows.count());
        let most = (FIELD / self.units) as usize;
        self.with(py, |state| {
            let all = state.patterns.len() / width + count;
            if all > most {
                let line = format!("patterns are {all} in all, allowed {most} (2^30 / n_units)");
                return Err(errors::refuse(line));
            }
            room("the patterns", 4.0 * words.len() as f64)?;
            state.patterns.extend_from_slice(words);
            state.network = None;
            Ok(())
        })
    }

    /// Recall from cues: updates of one unit at a time, until a rule ends them. The first that holds does.
    ///
    /// Parameters
    /// ----------
    /// cues : array_like, shape (n_cues, n_units) or (n_units,)
    ///     States to start from.
    /// order : {"sweeps", "random"}, default "sweeps"
    ///     All units in a random order, and again in another, until a whole sweep changes nothing; or units
    ///     drawn at random with replacement.
    /// patience : int, optional
    ///     End once so many updates in a row have changed nothing. In random order n_units unless told.
    /// max_updates : int, optional
    ///     End after so many updates. In random order 10 n_units unless told.
    /// energy_floor : int, optional
    ///     End once the energy is this low.
    /// stop_at_stored : bool, default False
    ///     End once the state is a stored pattern.
    /// run : int, default 0
    ///     Each number has an order of its own, which depends on the cue and the seed alone.
    ///
    /// Returns
    /// -------
    /// Descended
    ///     ``pattern``, shape and format of the cues; ``energy``, int64; ``n_updates`` and ``n_flips``,
    ///     uint64; and ``ended``: "fixed-point", "patience", "stored", "energy-floor" or "max-updates". The
    ///     network does not change.
    #[pyo3(
        signature = (cues, *, order=Setting::Default, patience=None, max_updates=None, energy_floor=None,
            stop_at_stored=Setting::Default, run=Setting::Default),
        text_signature = "($self, cues, *, order='sweeps', patience=None, max_updates=None, energy_floor=None, \
            stop_at_stored=False, run=0)"
    )]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn recall<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        order: Setting<'py>,
        patience: Option<&Bound<'py, PyAny>>,
        max_updates: Option<&Bound<'py, PyAny>>,
        energy_floor: Option<&Bound<'py, PyAny>>,
        stop_at_stored: Setting<'py>,
        run: Setting<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let floor = energy_floor
            .map(|floor| arguments::integer("energy_floor", floor, [i64::MIN, i64::MAX]));
        let run = run.or(0, |run| arguments::count("run", run))?;
        let stop = stop_at_stored.or(false, |stop| arguments::flag("stop_at_stored", stop))?;
        let floor = floor.transpose()?;
        let rules = Rules::new(order, patience, max_updates, floor, run)?;
        let (words, width) = (rows.words(), rows.width());
        let (units, seed) = (self.units, self.seed);
        arrays::room_for::<u8>("the answer", &[rows.count(), units as usize])?;
        let found = self.with(py, |state| {
            state.network(units)?;
            let memories: &[u32] = if stop { &state.patterns } else { &[] };
            // A flip changes all fields, and is held against what is stored.
            let mut found = Descents::new(units, units as usize + memories.len());
            let mut signals = Signals::new();
            let Some(network) = &state.network else {
                return Ok(found);
            };
            let mut cues = words.chunks_exact(width);
            let Some(first) = cues.next() else {
                return Ok(found);
            };
            let mut descent = network.start(first);
            found.run(&mut descent, &rules, memories, seed, i64::MIN, &mut signals)?;
            for cue in cues {
                signals.check()?;
                descent.restart(cue);
                found.run(&mut descent, &rules, memories, seed, i64::MIN, &mut signals)?;
            }
            PyResult::Ok(found)
        })?;
        found.give(py, units, &rows, |energies| {
            arrays::one_or_all(py, energies, rows.single)
        })
    }

    /// Energies of states, ``-s W s / 2 + b s``.
    ///
    /// Parameters
    /// ----------
    /// states : array_like, shape (n_states, n_units) or (n_units,)
    ///     States of -1 and 1, or of 0 and 1.
    ///
    /// Returns
    /// -------
    /// ndarray of int64, shape (n_states,), or int
    fn energy<'py>(
        &self,
        py: Python<'py>,
        states: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(states, "states")?;
        let energies = self.of_states(py, &rows, |network, state, all| {
            use slotless_core::hopfield::Descend;
            all.push(network.start(state).energy());
        })?;
        arrays::one_or_all(py, energies, rows.single)
    }

    /// Fields of states, ``W s - b``.
    ///
    /// Parameters
    /// ----------
    /// states : array_like, shape (n_states, n_units) or (n_units,)
    ///     States of -1 and 1, or of 0 and 1.
    ///
    /// Returns
    /// -------
    /// ndarray of int32, shape (n_states, n_units) or (n_units,)
    fn fields<'py>(
        &self,
        py: Python<'py>,
        states: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(states, "states")?;
        let units = self.units as usize;
        let shape = [rows.count(), units];
        arrays::room_for::<i32>("the answer", &shape)?;
        let fields = self.of_states(py, &rows, |network, state, all| {
            let from = all.len();
            all.resize(from + units, 0);
            network.fields(state, &mut all[from..]);
        })?;
        arrays::shaped(py, fields, &shape, rows.single)
    }

    /// What states are: a stored pattern, an inverted one, the majority of three, five or seven of them
    /// with signs (a mixture), or none of these (spurious). The first of these that differs in no more than
    /// ``tolerance`` units is named. Mixtures are looked for among the patterns with the largest overlaps:
    /// in networks of a hundred units or so, where those of others come close, one of five or seven is now
    /// and then taken for spurious.
    ///
    /// Parameters
    /// ----------
    /// states : array_like, shape (n_states, n_units) or (n_units,)
    ///     States of -1 and 1, or of 0 and 1.
    /// tolerance : int, default 0
    ///     Units in which a state may differ from what it is called.
    ///
    /// Returns
    /// -------
    /// list of Identity, or Identity
    ///     ``kind``: "stored", "inverted", "mixture" or "spurious"; ``patterns``, the numbers of the
    ///     patterns that it is made of; ``signs``, 1 or -1 each; ``distance``, units in which the state
    ///     differs from that, or from the nearest pattern.
    #[pyo3(
        signature = (states, *, tolerance=Setting::Default),
        text_signature = "($self, states, *, tolerance=0)"
    )]
    fn identify<'py>(
        &self,
        py: Python<'py>,
        states: &Bound<'py, PyAny>,
        tolerance: Setting<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(states, "states")?;
        let tolerance = tolerance.or(0, |value| arguments::count("tolerance", value))?;
        let patterns = self.with(py, |state| Ok(state.patterns.clone()))?;
        some_learned(&patterns)?;
        identities(py, &rows, &patterns, self.units, tolerance)
    }

    /// The weights, an integer each: the sum of ``s s^T`` of the patterns stored, 0 on the diagonal.
    ///
    /// Returns
    /// -------
    /// ndarray of int32, shape (n_units, n_units)
    ///     A copy.
    fn weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let units = self.units;
        let shape = [units as usize; 2];
        arrays::room_for::<i32>("the array of weights", &shape)?;
        let weights = self.with(py, |state| {
            let network = state.network(units)?;
            let mut all = Vec::with_capacity(shape[0] * shape[1]);
            let mut signals = Signals::new();
            for unit in 0..units {
                all.extend((0..units).map(|other| network.weight(unit, other)));
                signals.check()?;
            }
            PyResult::Ok(all)
        })?;
        arrays::shaped(py, weights, &shape, false)
    }

    /// The patterns stored.
    ///
    /// Returns
    /// -------
    /// ndarray of bool, shape (n_stored, n_units)
    ///     A copy.
    fn patterns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let patterns = self.with(py, |state| Ok(state.patterns.clone()))?;
        arrays::bools(py, patterns, self.units)
    }

    /// The network as bytes: the file that :meth:`save` writes.
    ///
    /// Returns
    /// -------
    /// bytes
    ///     A ``.npz`` of numpy.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        archive::to_bytes(py, archive::Network::Hopfield, self.archive(py)?)
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
        archive::from_bytes(py, archive::Network::Hopfield, &snapshot, Self::of_archive)
    }

    /// Write the network to a file, which numpy reads as ``.npz``. It is whole or not there.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File to write, of any name; one that is there is replaced.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
        let path = arguments::path("path", path)?;
        archive::save(py, archive::Network::Hopfield, self.archive(py)?, path)
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
        archive::load(py, archive::Network::Hopfield, path, Self::of_archive)
    }

    /// Set the thresholds of the units: above 0 one keeps its unit at -1.
    ///
    /// Parameters
    /// ----------
    /// thresholds : array_like of int, shape (n_units,), or None
    ///     In units of the integer weights, -2**30 to 2**30; None for none.
    fn set_thresholds(
        &self,
        py: Python<'_>,
        thresholds: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let thresholds = match thresholds {
            Some(thresholds) => {
                let numbers = arrays::whole_numbers(
                    "thresholds",
                    thresholds,
                    -i64::from(FIELD)..=FIELD.into(),
                )?;
                if numbers.len() != self.units as usize {
                    let (got, units) = (numbers.len(), self.units);
                    let line = format!("thresholds are {got}, allowed {units} (n_units)");
                    return Err(errors::refuse(line));
                }
                numbers.into_iter().map(|number| number as i32).collect()
            }
            None => Vec::new(),
        };
        self.with(py, |state| {
            if let Some(network) = state.network.take() {
                state.network = Some(network.with_thresholds(&thresholds));
            }
            state.thresholds = thresholds;
            Ok(())
        })
    }

    /// The thresholds of the units; int32, shape (n_units,).
    #[getter]
    fn thresholds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let units = self.units as usize;
        let mut thresholds = self.with(py, |state| Ok(state.thresholds.clone()))?;
        thresholds.resize(units, 0);
        arrays::shaped(py, thresholds, &[units], false)
    }

    /// Units.
    #[getter]
    fn n_units(&self) -> u32 {
        self.units
    }

    /// Patterns learned.
    #[getter]
    fn n_learned(&self, py: Python<'_>) -> PyResult<usize> {
        let width = slotless_core::bits::words_for(self.units);
        self.with(py, |state| Ok(state.patterns.len() / width))
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// Bytes of the patterns, the thresholds and, once they were needed, the weights.
    #[getter]
    fn nbytes(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |state| {
            let weights = state.network.as_ref().map_or(0, Network::bytes);
            Ok(4 * (state.patterns.len() + state.thresholds.len()) + weights)
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (units, seed, learned) = (self.units, self.seed, self.n_learned(py)?);
        Ok(format!("Hopfield({units}, seed={seed}): {learned} learned"))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        let other = other.get();
        if (self.units, self.seed) != (other.units, other.seed) {
            return Ok(false);
        }
        let own = self.with(py, |state| Ok(state.whole(self.units)))?;
        other.with(py, |state| Ok(state.whole(other.units) == own))
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        Ok(Self {
            units: self.units,
            seed: self.seed,
            state: Shared::new(self.with(py, |state| Ok(state.clone()))?),
        })
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.__copy__(py)
    }

    #[expect(clippy::type_complexity, reason = "what pickle takes")]
    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (u32, u64), Bound<'py, PyDict>)> {
        let (py, own) = (slf.py(), slf.get());
        let (patterns, thresholds) = own.with(py, |state| {
            Ok((state.patterns.clone(), state.thresholds.clone()))
        })?;
        let width = slotless_core::bits::words_for(own.units);
        let shape = [patterns.len() / width, width];
        let kept = PyDict::new(py);
        kept.set_item("patterns", arrays::shaped(py, patterns, &shape, false)?)?;
        if !thresholds.is_empty() {
            let shape = [thresholds.len()];
            kept.set_item("thresholds", arrays::shaped(py, thresholds, &shape, false)?)?;
        }
        Ok((slf.get_type().into_any(), (own.units, own.seed), kept))
    }

    fn __setstate__(&self, py: Python<'_>, state: &Bound<'_, PyDict>) -> PyResult<()> {
        let patterns = state.get_item("patterns")?;
        let patterns = patterns.ok_or_else(|| errors::refuse("a pickle without patterns"))?;
        self.set_thresholds(py, state.get_item("thresholds")?.as_ref())?;
        self.with(py, |state| {
            state.patterns.clear();
            state.network = None;
            Ok(())
        })?;
        self.learn(py, &patterns)
    }
}

impl State {
    /// All that answers depend on.
    fn whole(&self, units: u32) -> (Vec<u32>, Vec<i32>) {
        let mut thresholds = self.thresholds.clone();
        thresholds.resize(units as usize, 0);
        (self.patterns.clone(), thresholds)
    }
}
