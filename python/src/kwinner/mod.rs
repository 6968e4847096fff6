//! `KWinner`: the K-winner network.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use slotless::memory::snapshot;
use slotless_core::bits;
use slotless_core::kwinner::{Assignment, Code, Readout, Settings, WiringKind};
use slotless_core::snapshot::Snapshot;
use slotless_core::weight::{Rate, Rounding, U8, Width};
use slotless_kernels::cpu::{Network, StructuredParams};

use crate::arguments::Setting;
use crate::arrays::{self, Levels, Rows};
use crate::calls::{Shared, Signals};
use crate::results::recalled;
use crate::{arguments, errors, storage};

mod settings;
mod weights;

use settings::{ASSIGNMENTS, ROUNDINGS, WEIGHTS, WIRINGS, Wanted, rate_of};

const CODES: [(&str, Code); 2] = [("binary", Code::Binary), ("graded", Code::Graded)];

/// A K-winner modern Hopfield network: one-shot, continual memory of fixed size.
///
/// A pattern of ``n_visible`` units with about ``n_active`` ones is learned at once: the ``n_winners``
/// hidden units whose weights match it best move their weights towards it,
/// ``W[h, j] += rate * (x[j] - W[h, j])`` for every visible unit ``j`` that ``h`` is wired to. Recall
/// finds the winners of a cue and turns on the ``n_active`` visible units with the largest sums of
/// their weights. Weights are integers of 1 to 16 bits, and every result is that of the library on a
/// microcontroller, bit for bit.
///
/// Parameters
/// ----------
/// n_visible : int
///     Visible units, the length of a pattern; from 1.
/// n_hidden : int
///     Hidden units; from 1.
/// fan_in : int
///     Visible units that each hidden unit is wired to, 1 to ``n_visible``.
/// n_winners : int
///     Hidden units that learn and recall, 1 to ``n_hidden``.
/// n_active : int
///     Ones of a recalled pattern, 1 to ``n_visible``.
/// rate : float
///     Learning rate, above 0 to 1; taken as the nearest multiple of 1/65536.
/// weights : {"u1", "u2", "u4", "u8", "u16"}, default "u8"
///     Bits of a weight.
/// wiring : {"random", "structured"}, default "random"
///     Drawn at random and kept as masks, or computed from the unit's number.
/// seed : int, default 0
///     Wiring, start weights and what is drawn later, 0 to 2**64 - 1.
/// rounding : {"nearest", "stochastic"}, default "nearest"
///     How a learning step is rounded to weights.
/// assignment : {"competitive", "random-k"}, default "competitive"
///     Who learns: the best matching hidden units, or any.
///
/// Raises
/// ------
/// ValueError
///     For sizes that do not go together; its text says which and what is allowed.
/// MemoryError
///     For a network that does not fit into memory.
///
/// Notes
/// -----
/// Patterns and cues are arrays of a row each, or of one axis for one of them: bool, integers, float32
/// or float64 of 0 and 1; packed, 32 units a ``uint32`` or 8 a ``uint8``
/// (``numpy.packbits(X, axis=1, bitorder="little")``); or sparse rows of scipy. Answers come in the
/// format of the cues. Packed ``uint32`` in one piece is read without a copy, so do not write to it
/// while a call in another thread reads it. Calls let other threads run; those on one network wait for
/// each other. Ctrl-C ends a long call; what was learned until then stays.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from slotless import KWinner
/// >>> rng = np.random.default_rng(1)
/// >>> X = np.zeros((200, 256), bool)
/// >>> for row in X:
/// ...     row[rng.choice(256, 26, replace=False)] = True
/// >>> net = KWinner(256, 1000, fan_in=128, n_winners=20, n_active=26, rate=0.5)
/// >>> familiarity = net.learn(X)
/// >>> half = X & (np.cumsum(X, axis=1) <= 13)
/// >>> pattern, score = net.recall(half[-10:])
/// >>> (pattern & X[-10:]).sum(axis=1)
/// array([26, 26, 26, 26, 26, 26, 26, 26, 25, 26])
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct KWinner {
    settings: Settings,
    network: Shared<Network>,
}

impl KWinner {
    fn of(network: Network) -> Self {
        Self {
            settings: settings::of(&network),
            network: Shared::new(network),
        }
    }

    /// Uses the network while other threads of Python run.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&mut Network) -> PyResult<T>,
    ) -> PyResult<T> {
        self.network.with(py, use_it)
    }

    /// The same with work on all of it that cannot be told to stop.
    fn apart<T: Send + 'static>(
        &self,
        py: Python<'_>,
        use_it: impl FnOnce(&mut Network) -> PyResult<T> + Send + 'static,
    ) -> PyResult<T> {
        let bytes = self.with(py, |network| Ok(network.bytes()))?;
        self.network.apart(py, bytes as f64, use_it)
    }

    fn rows<'py>(&self, input: &Bound<'py, PyAny>, name: &str) -> PyResult<Rows<'py>> {
        arrays::rows(input, self.settings.visible, Levels::Binary, name)
    }

    /// A score of cues as shares of the largest that each could have.
    fn shares(network: &Network, cues: &[u32], width: usize, scores: &[u64]) -> Vec<f64> {
        let rows = cues.chunks_exact(width).zip(scores);
        let share = |(cue, &score): (&[u32], &u64)| match network.most(bits::count(cue)) {
            0 => 0.0,
            most => score as f64 / most as f64,
        };
        rows.map(share).collect()
    }
}

#[pymethods]
impl KWinner {
    #[new]
    #[pyo3(
        signature = (n_visible, n_hidden, fan_in, n_winners, n_active, rate, weights=Setting::Default, wiring=Setting::Default,
            seed=Setting::Default, *, rounding=Setting::Default, assignment=Setting::Default),
        text_signature = "(n_visible, n_hidden, fan_in, n_winners, n_active, rate, weights='u8', wiring='random', seed=0, *, \
            rounding='nearest', assignment='competitive')"
    )]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn new<'py>(
        py: Python<'py>,
        n_visible: &Bound<'py, PyAny>,
        n_hidden: &Bound<'py, PyAny>,
        fan_in: &Bound<'py, PyAny>,
        n_winners: &Bound<'py, PyAny>,
        n_active: &Bound<'py, PyAny>,
        rate: &Bound<'py, PyAny>,
        weights: Setting<'py>,
        wiring: Setting<'py>,
        seed: Setting<'py>,
        rounding: Setting<'py>,
        assignment: Setting<'py>,
    ) -> PyResult<Self> {
        let visible = arguments::size("n_visible", n_visible)?;
        let hidden = arguments::size("n_hidden", n_hidden)?;
        let settings = Wanted {
            visible,
            hidden,
            fan_in: arguments::part("fan_in", fan_in, visible, "n_visible")?,
            winners: arguments::part("n_winners", n_winners, hidden, "n_hidden")?,
            active: arguments::part("n_active", n_active, visible, "n_visible")?,
            rate: rate_of("rate", arguments::number("rate", rate)?)?.get(),
            bits: weights.or(U8::BITS, |value| {
                arguments::choice("weights", value, &WEIGHTS)
            })?,
            wiring: wiring.or(WiringKind::Random, |value| {
                arguments::choice("wiring", value, &WIRINGS)
            })?,
            seed: seed.or(0, arguments::seed)?,
            rounding: rounding.or(Rounding::Nearest, |value| {
                arguments::choice("rounding", value, &ROUNDINGS)
            })?,
            assignment: assignment.or(Assignment::Competitive, |value| {
                arguments::choice("assignment", value, &ASSIGNMENTS)
            })?,
        };
        Ok(Self::of(settings::network(py, settings)?))
    }

    /// Learn patterns, a row each, in order: each once.
    ///
    /// Parameters
    /// ----------
    /// X : array_like, shape (n_patterns, n_visible) or (n_visible,)
    ///     Patterns, each with a one at least.
    /// rates : array_like of float, shape (n_hidden,), optional
    ///     Learning rates of the hidden units for this call, each above 0 to 1, in place of ``rate``.
    ///
    /// Returns
    /// -------
    /// ndarray of float64, shape (n_patterns,), or float
    ///     How well each pattern was known before it was learned: its match score as a share of the largest
    ///     that it could have, 0 to 1.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For arrays of other shapes or values, and for a pattern without a one; nothing is learned then.
    #[pyo3(signature = (X, *, rates=None))]
    #[expect(non_snake_case, reason = "the name that Python's users know")]
    fn learn<'py>(
        &self,
        py: Python<'py>,
        X: &Bound<'py, PyAny>,
        rates: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(X, "X")?;
        let (words, width) = (rows.words(), rows.width());
        for (number, row) in words.chunks_exact(width).enumerate() {
            if row.iter().all(|&word| word == 0) {
                let line = format!(
                    "{} is a pattern without a one, expected at least one to learn",
                    rows.name("X", number)
                );
                return Err(errors::refuse(line));
            }
        }
        let rates = rates.map(|rates| self.unit_rates(rates)).transpose()?;
        let shares = self.with(py, |network| {
            if let Some(rates) = &rates {
                network.set_rates(rates);
            }
            let learned = learn(network, words, width);
            network.reset_rates();
            learned
        })?;
        arrays::scalars(py, shares, rows.single)
    }

    /// Recall patterns from cues.
    ///
    /// Parameters
    /// ----------
    /// cues : array_like, shape (n_cues, n_visible) or (n_visible,)
    ///     Cues, such as parts of patterns that were learned.
    /// n_active : int, optional
    ///     Ones of each answer, in place of the network's.
    /// units : slice or range, optional
    ///     The only visible units that are answered with: of pairs ``[a, b]`` those of ``b`` are recalled
    ///     from a cue in ``a``.
    /// code : {"binary", "graded"}, default "binary"
    ///     Winners count alike, or each by how far it is above the best unit that did not win.
    ///
    /// Returns
    /// -------
    /// Recalled
    ///     ``pattern``, shape and format of the cues, and ``score``, float64: the sum of the winners'
    ///     potentials as a share of the largest that a cue of as many ones could have, 0 to 1. The network
    ///     does not change.
    #[pyo3(
        signature = (cues, *, n_active=None, units=None, code=Setting::Default),
        text_signature = "($self, cues, *, n_active=None, units=None, code='binary')"
    )]
    fn recall<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        n_active: Option<&Bound<'py, PyAny>>,
        units: Option<&Bound<'py, PyAny>>,
        code: Setting<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let visible = self.settings.visible;
        let mut readout = Readout::among(visible, self.settings.active);
        readout = readout.code(code.or(Code::Binary, |value| {
            arguments::choice("code", value, &CODES)
        })?);
        let mut most = visible;
        if let Some(units) = units {
            let (start, end) = arguments::units("units", units, visible)?;
            readout = readout.units(start..end);
            most = end - start;
        }
        if let Some(active) = n_active {
            let active = arguments::whole("n_active", active, 1..=u64::from(most))?;
            readout = readout.active(active as u32);
        }
        let (words, width, count) = (rows.words(), rows.width(), rows.count());
        arrays::room_for::<u8>("the answer", &[count, visible as usize])?;
        let (patterns, shares) = self.with(py, |network| {
            let mut signals = Signals::new();
            let (mut patterns, mut scores) = (vec![0; words.len()], vec![0; count]);
            // As many cues as are answered together, times a few.
            let rows = words
                .chunks(64 * width)
                .zip(patterns.chunks_mut(64 * width));
            for ((cues, patterns), scores) in rows.zip(scores.chunks_mut(64)) {
                match scores {
                    [score] => *score = network.recall_as(cues, &readout, patterns),
                    _ => {
                        let readouts = [readout; 64];
                        network.recall_many_as(cues, &readouts[..scores.len()], patterns, scores);
                    }
                }
                signals.check()?;
            }
            let shares = Self::shares(network, words, width, &scores);
            PyResult::Ok((patterns, shares))
        })?;
        let pattern = arrays::patterns(py, patterns, visible, &rows)?;
        recalled(py, pattern, arrays::scalars(py, shares, rows.single)?)
    }

    /// Hidden codes of cues: which hidden units win.
    ///
    /// Parameters
    /// ----------
    /// cues : array_like, shape (n_cues, n_visible) or (n_visible,)
    ///     Cues.
    ///
    /// Returns
    /// -------
    /// ndarray of uint32, shape (n_cues, n_winners) or (n_winners,)
    ///     The winners of each cue, ascending, counted from 0.
    fn hidden<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let shape = [rows.count(), self.settings.winners as usize];
        arrays::room_for::<u32>("the answer", &shape)?;
        let (words, width) = (rows.words(), rows.width());
        let winners = self.with(py, |network| {
            let mut signals = Signals::new();
            let mut winners = Vec::with_capacity(shape[0] * shape[1]);
            for cue in words.chunks_exact(width) {
                winners.extend_from_slice(network.hidden_code(cue).0);
                signals.check()?;
            }
            PyResult::Ok(winners)
        })?;
        arrays::shaped(py, winners, &shape, rows.single)
    }

    /// Potentials of all hidden units: the sums of their weights to a cue's ones.
    ///
    /// Parameters
    /// ----------
    /// cues : array_like, shape (n_cues, n_visible) or (n_visible,)
    ///     Cues.
    ///
    /// Returns
    /// -------
    /// ndarray of uint32, shape (n_cues, n_hidden) or (n_hidden,)
    ///     Sums of raw weights, in units of ``1 / weight_max``.
    fn potentials<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let shape = [rows.count(), self.settings.hidden as usize];
        arrays::room_for::<u32>("the answer", &shape)?;
        let (words, width) = (rows.words(), rows.width());
        let potentials = self.with(py, |network| {
            let mut signals = Signals::new();
            let mut potentials = Vec::with_capacity(shape[0] * shape[1]);
            for cue in words.chunks_exact(width) {
                potentials.extend_from_slice(network.potentials(cue));
                signals.check()?;
            }
            PyResult::Ok(potentials)
        })?;
        arrays::shaped(py, potentials, &shape, rows.single)
    }

    /// The weights from visible to hidden units.
    ///
    /// Parameters
    /// ----------
    /// form : {"csr", "dense"}, default "csr"
    ///     A sparse array of scipy that has all ``fan_in`` weights of each hidden unit, also those that are
    ///     0; or an array of numpy with 0 where a hidden unit is not wired to a visible one.
    ///
    /// Returns
    /// -------
    /// scipy.sparse.csr_array or ndarray, shape (n_hidden, n_visible)
    ///     Raw weights, uint8 or uint16, in units of ``1 / weight_max``; a copy.
    ///
    /// Raises
    /// ------
    /// ImportError
    ///     For ``"csr"`` without scipy.
    #[pyo3(signature = (form=Setting::Default), text_signature = "($self, form='csr')")]
    fn weights<'py>(&self, py: Python<'py>, form: Setting<'py>) -> PyResult<Bound<'py, PyAny>> {
        let forms = [("csr", false), ("dense", true)];
        let dense = form.or(false, |value| arguments::choice("form", value, &forms))?;
        match dense {
            true => weights::dense(self, py),
            false => weights::csr(self, py),
        }
    }

    /// The snapshot of the network: the file that :meth:`save` writes and that a device opens in place.
    ///
    /// Returns
    /// -------
    /// bytes
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.apart(py, bytes)?))
    }

    /// The network of a snapshot.
    ///
    /// Parameters
    /// ----------
    /// snapshot : bytes, bytearray or memoryview
    ///     What :meth:`to_bytes` gave, or the content of a file of :meth:`save`, of
    ///     ``slotless snapshot save`` or of a device.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For bytes that are no snapshot of a K-winner network, or that were changed.
    #[classmethod]
    fn from_bytes(
        _cls: &Bound<'_, PyType>,
        py: Python<'_>,
        snapshot: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let snapshot = arguments::bytes("snapshot", snapshot)?;
        Ok(Self::of(storage::from_bytes(py, &snapshot, network)?))
    }

    /// Write the network to a file: the snapshot that devices open in place. It is whole or not there.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File to write; one that is there is replaced.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
        let path = arguments::path("path", path)?;
        self.apart(py, move |network| storage::save(&path, &bytes(network)?))
    }

    /// The network of a file.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File of :meth:`save`, of ``slotless snapshot save`` or of a device.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     For a file that cannot be read.
    /// ValueError
    ///     For one that is no snapshot of a K-winner network, or that was changed.
    #[classmethod]
    fn load(_cls: &Bound<'_, PyType>, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let path = arguments::path("path", path)?;
        Ok(Self::of(storage::load(py, path, network)?))
    }

    /// Visible units.
    #[getter]
    fn n_visible(&self) -> u32 {
        self.settings.visible
    }

    /// Hidden units.
    #[getter]
    fn n_hidden(&self) -> u32 {
        self.settings.hidden
    }

    /// Visible units that each hidden unit is wired to.
    #[getter]
    fn fan_in(&self) -> u32 {
        self.settings.fan_in
    }

    /// Hidden units that learn and recall.
    #[getter]
    fn n_winners(&self) -> u32 {
        self.settings.winners
    }

    /// Ones of a recalled pattern.
    #[getter]
    fn n_active(&self) -> u32 {
        self.settings.active
    }

    /// Learning rate: the multiple of 1/65536 that is used.
    #[getter]
    fn rate(&self) -> f64 {
        settings::rate(self.settings.rate)
    }

    /// The raw weight that stands for 1: ``2**bits - 1``.
    #[getter]
    fn weight_max(&self) -> u32 {
        (1 << self.settings.bits) - 1
    }

    /// The width of weights: "u1" to "u16".
    #[getter]
    fn weight_type(&self) -> &'static str {
        arguments::name_of(self.settings.bits, &WEIGHTS)
    }

    /// How hidden units are wired, "random" or "structured".
    #[getter]
    fn wiring(&self) -> &'static str {
        arguments::name_of(self.settings.wiring, &WIRINGS)
    }

    /// How learning steps are rounded, "nearest" or "stochastic".
    #[getter]
    fn rounding(&self) -> &'static str {
        arguments::name_of(self.settings.rounding, &ROUNDINGS)
    }

    /// Who learns, "competitive" or "random-k".
    #[getter]
    fn assignment(&self) -> &'static str {
        arguments::name_of(self.settings.assignment, &ASSIGNMENTS)
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.settings.seed
    }

    /// Patterns learned so far.
    #[getter]
    fn n_learned(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |network| Ok(network.learned()))
    }

    /// Bytes of the network's state on a device: weights, masks of random wiring, and a counter. This
    /// machine's layout takes more.
    #[getter]
    fn nbytes(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |network| {
            Ok(match network.wiring() {
                WiringKind::Random => network.params().state_bytes().total(),
                WiringKind::Structured => StructuredParams::new(network.params())
                    .map_or(0, |params| params.state_bytes().total()),
            })
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let Settings {
            visible,
            hidden,
            fan_in,
            winners,
            active,
            seed,
            rate,
            ..
        } = self.settings;
        let mut text = format!(
            "KWinner({visible}, {hidden}, fan_in={fan_in}, n_winners={winners}, n_active={active}, rate={}, weights={:?}, \
             wiring={:?}, seed={seed}",
            settings::shortest(rate),
            self.weight_type(),
            self.wiring()
        );
        if self.settings.rounding != Rounding::Nearest {
            text += &format!(", rounding={:?}", self.rounding());
        }
        if self.settings.assignment != Assignment::Competitive {
            text += &format!(", assignment={:?}", self.assignment());
        }
        Ok(format!("{text}): {} learned", self.n_learned(py)?))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        let other = other.get();
        if self.settings != other.settings {
            return Ok(false);
        }
        // One after the other: both locks at once could wait for each other.
        let words = self.apart(py, |network| Ok(network.export()))?;
        other.apart(py, move |network| Ok(network.export() == words))
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        let copy = self.to_bytes(py)?;
        Ok(Self::of(storage::from_bytes(py, &copy, network)?))
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.__copy__(py)
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let from = slf.get_type().getattr("from_bytes")?;
        Ok((from, (slf.get().to_bytes(slf.py())?,)))
    }
}

impl KWinner {
    /// Rates of the hidden units.
    fn unit_rates(&self, rates: &Bound<'_, PyAny>) -> PyResult<Vec<Rate>> {
        let rates = arrays::numbers("rates", rates)?;
        let (rates, hidden) = (rates.as_slice()?, self.settings.hidden as usize);
        if rates.len() != hidden {
            let line = format!("rates are {}, allowed {hidden} (n_hidden)", rates.len());
            return Err(errors::refuse(line));
        }
        let each = rates.iter().enumerate();
        each.map(|(unit, &rate)| rate_of(&format!("rates[{unit}]"), rate))
            .collect()
    }
}

/// Learns rows, each with a one; gives the shares of their match scores before.
fn learn(network: &mut Network, words: &[u32], width: usize) -> PyResult<Vec<f64>> {
    let mut signals = Signals::new();
    let mut shares = Vec::with_capacity(words.len() / width);
    for row in words.chunks_exact(width) {
        let score = network.learn(row).map_err(errors::value)?;
        shares.push(score as f64 / network.most(bits::count(row)) as f64);
        signals.check()?;
    }
    Ok(shares)
}

/// The bytes of a network's snapshot.
fn bytes(network: &mut Network) -> PyResult<Vec<u8>> {
    snapshot::bytes(network).map_err(errors::value)
}

/// The network of a snapshot.
fn network(of: &Snapshot<'_>) -> PyResult<Network> {
    snapshot::network(of).map_err(errors::value)
}
