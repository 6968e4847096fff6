//! `KWinner`: the K-winner network.

use std::sync::Mutex;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyType};
use slotless::memory::snapshot;
use slotless_core::bits;
use slotless_core::kwinner::{
    Assignment, Code, Params, ParamsError, Readout, Settings, WiringKind,
};
use slotless_core::snapshot::Snapshot;
use slotless_core::weight::{Rate, Rounding, U1, U2, U4, U8, U16, Width};
use slotless_files::{Output, input};
use slotless_kernels::cpu::{AnyParams, Network, StructuredParams};

use crate::arrays::{self, Levels, Rows};
use crate::calls::{self, Signals, lock, room};
use crate::results::recalled;
use crate::{arguments, errors};

/// Bytes of a snapshot at most: its format has no more.
const LARGEST: u64 = 1 << 34;

const WEIGHTS: [(&str, u32); 5] = [
    ("u1", U1::BITS),
    ("u2", U2::BITS),
    ("u4", U4::BITS),
    ("u8", U8::BITS),
    ("u16", U16::BITS),
];
const WIRINGS: [(&str, WiringKind); 2] = [
    ("random", WiringKind::Random),
    ("structured", WiringKind::Structured),
];
const ROUNDINGS: [(&str, Rounding); 2] = [
    ("nearest", Rounding::Nearest),
    ("stochastic", Rounding::Stochastic),
];
const ASSIGNMENTS: [(&str, Assignment); 2] = [
    ("competitive", Assignment::Competitive),
    ("random-k", Assignment::RandomK),
];
const CODES: [(&str, Code); 2] = [("binary", Code::Binary), ("graded", Code::Graded)];

/// A K-winner modern Hopfield network: one-shot, continual memory of fixed size.
///
/// A pattern of ``n_visible`` units with about ``n_active`` ones is learned at once: the ``n_winners`` hidden units whose
/// weights match it best move their weights towards it, ``W[h, j] += rate * (x[j] - W[h, j])`` for every visible unit ``j``
/// that ``h`` is wired to. Recall finds the winners of a cue and turns on the ``n_active`` visible units with the largest
/// sums of their weights. Weights are integers of 1 to 16 bits, and every result is that of the library on a
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
/// Patterns and cues are arrays of a row each, or of one axis for one of them: bool, integers, float32 or float64 of 0 and 1;
/// packed, 32 units a ``uint32`` or 8 a ``uint8`` (``numpy.packbits(X, axis=1, bitorder="little")``); or sparse rows of scipy.
/// Answers come in the format of the cues. Packed ``uint32`` in one piece is read without a copy, so do not write to it while a
/// call in another thread reads it. Calls let other threads run; those on one network wait for each other. Ctrl-C ends a long
/// call; what was learned until then stays.
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
    network: Mutex<Network>,
}

impl KWinner {
    fn of(network: Network) -> Self {
        Self {
            settings: settings_of(&network),
            network: Mutex::new(network),
        }
    }

    /// Uses the network while other threads of Python run.
    fn with<T: Send>(&self, py: Python<'_>, use_it: impl Send + FnOnce(&mut Network) -> T) -> T {
        calls::detached(py, || use_it(&mut lock(&self.network)))
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

fn settings_of(network: &Network) -> Settings {
    let mut settings = match network.params() {
        AnyParams::U1(params) => Settings::from(params),
        AnyParams::U2(params) => Settings::from(params),
        AnyParams::U4(params) => Settings::from(params),
        AnyParams::U8(params) => Settings::from(params),
        AnyParams::U16(params) => Settings::from(params),
    };
    settings.wiring = network.wiring();
    settings
}

/// A learning rate as the library has it.
fn rate_of(name: &str, rate: f64) -> PyResult<Rate> {
    let nearest = (rate * 65_536.0).round();
    let taken = (rate <= 1.0 && nearest >= 1.0).then(|| Rate::new(nearest as u32));
    taken.flatten().ok_or_else(|| {
        let allowed = "1/131072 to 1 (rates are multiples of 1/65536)";
        errors::refuse(format!("{name} is {rate}, allowed {allowed}"))
    })
}

#[pymethods]
impl KWinner {
    #[new]
    #[pyo3(signature = (n_visible, n_hidden, fan_in, n_winners, n_active, rate, weights="u8", wiring="random", seed=None, *,
        rounding="nearest", assignment="competitive"))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn new(
        py: Python<'_>,
        n_visible: &Bound<'_, PyAny>,
        n_hidden: &Bound<'_, PyAny>,
        fan_in: &Bound<'_, PyAny>,
        n_winners: &Bound<'_, PyAny>,
        n_active: &Bound<'_, PyAny>,
        rate: &Bound<'_, PyAny>,
        weights: &str,
        wiring: &str,
        seed: Option<&Bound<'_, PyAny>>,
        rounding: &str,
        assignment: &str,
    ) -> PyResult<Self> {
        let bits = arguments::choice("weights", weights, &WEIGHTS)?;
        let wiring = arguments::choice("wiring", wiring, &WIRINGS)?;
        let rounding = arguments::choice("rounding", rounding, &ROUNDINGS)?;
        let assignment = arguments::choice("assignment", assignment, &ASSIGNMENTS)?;
        let rate = rate_of("rate", arguments::number("rate", rate)?)?.get();
        let [n_visible, n_hidden, fan_in, n_winners, n_active] = [
            arguments::size("n_visible", n_visible)?,
            arguments::size("n_hidden", n_hidden)?,
            arguments::size("fan_in", fan_in)?,
            arguments::size("n_winners", n_winners)?,
            arguments::size("n_active", n_active)?,
        ];
        let seed = seed.map_or(Ok(0), arguments::seed)?;
        fn build<W: Width>(
            sizes: [u32; 5],
            rate: u32,
            rules: (Rounding, Assignment, u64),
        ) -> Result<Params<W>, ParamsError> {
            let [visible, hidden, fan_in, winners, active] = sizes;
            let params = Params::<W>::builder(visible, hidden)
                .fan_in(fan_in)
                .winners(winners);
            let params = params.active(active).rate(rate).rounding(rules.0);
            params.assignment(rules.1).seed(rules.2).build()
        }
        let sizes = [n_visible, n_hidden, fan_in, n_winners, n_active];
        let rules = (rounding, assignment, seed);
        let params = match bits {
            U1::BITS => build(sizes, rate, rules).map(AnyParams::U1),
            U2::BITS => build(sizes, rate, rules).map(AnyParams::U2),
            U4::BITS => build(sizes, rate, rules).map(AnyParams::U4),
            U8::BITS => build(sizes, rate, rules).map(AnyParams::U8),
            _ => build(sizes, rate, rules).map(AnyParams::U16),
        };
        let params = params.map_err(errors::value)?;
        room("the network", params.layout_bytes())?;
        if !params.is_addressable() {
            return Err(errors::memory(
                "the network has more weights than are laid out for speed",
            ));
        }
        let network = match wiring {
            WiringKind::Random => calls::detached(py, || Network::new(params)),
            WiringKind::Structured => {
                let params = StructuredParams::new(params).map_err(errors::value)?;
                calls::detached(py, || Network::structured(params))
            }
        };
        Ok(Self::of(network))
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
    ///     How well each pattern was known before it was learned: its match score as a share of the largest that it could
    ///     have, 0 to 1.
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
    ///     The only visible units that are answered with: of pairs ``[a, b]`` those of ``b`` are recalled from a cue in ``a``.
    /// code : {"binary", "graded"}, default "binary"
    ///     Winners count alike, or each by how far it is above the best unit that did not win.
    ///
    /// Returns
    /// -------
    /// Recalled
    ///     ``pattern``, shape and format of the cues, and ``score``, float64: the sum of the winners' potentials as a share of
    ///     the largest that a cue of as many ones could have, 0 to 1. The network does not change.
    #[pyo3(signature = (cues, *, n_active=None, units=None, code="binary"))]
    fn recall<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        n_active: Option<&Bound<'py, PyAny>>,
        units: Option<&Bound<'py, PyAny>>,
        code: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let visible = self.settings.visible;
        let mut readout = Readout::among(visible, self.settings.active);
        readout = readout.code(arguments::choice("code", code, &CODES)?);
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
    ///     A sparse array of scipy that has all ``fan_in`` weights of each hidden unit, also those that are 0; or an array of
    ///     numpy with 0 where a hidden unit is not wired to a visible one.
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
    #[pyo3(signature = (form="csr"))]
    fn weights<'py>(&self, py: Python<'py>, form: &str) -> PyResult<Bound<'py, PyAny>> {
        let dense = arguments::choice("form", form, &[("csr", false), ("dense", true)])?;
        let Settings {
            visible,
            hidden,
            fan_in,
            ..
        } = self.settings;
        let (visible, hidden, fan_in) = (visible as usize, hidden as usize, fan_in as usize);
        let raw: Bound<'py, PyAny>;
        if dense {
            arrays::room_for::<u16>("the array of weights", &[hidden, visible])?;
            let weights = self.with(py, |network| {
                let mut all = vec![0_u16; hidden * visible];
                network.connections(|unit, units, weights| {
                    let row = &mut all[unit as usize * visible..][..visible];
                    for (&unit, &weight) in units.iter().zip(weights) {
                        row[unit as usize] = weight as u16;
                    }
                });
                all
            });
            raw = self.narrowed(py, weights)?;
            return raw.call_method1("reshape", ((hidden, visible),));
        }
        let sparse = py.import("scipy.sparse")?;
        arrays::room_for::<u64>("the array of weights", &[hidden, fan_in])?;
        let (indices, weights) = self.with(py, |network| {
            let (mut all, mut raw) = (Vec::new(), Vec::new());
            network.connections(|_, units, weights| {
                all.extend(units.iter().map(|&unit| unit as i32));
                raw.extend(weights.iter().map(|&weight| weight as u16));
            });
            (all, raw)
        });
        raw = self.narrowed(py, weights)?;
        // scipy takes indices of 32 bits where their number is one of 32 bits, too.
        let starts: Vec<i64> = (0..=hidden).map(|unit| (unit * fan_in) as i64).collect();
        let starts = arrays::shaped(py, starts, &[hidden + 1], false)?;
        let count = indices.len();
        let indices = arrays::shaped(py, indices, &[count], false)?;
        let options = PyDict::new(py);
        options.set_item("shape", (hidden, visible))?;
        sparse.call_method("csr_array", ((raw, indices, starts),), Some(&options))
    }

    /// The snapshot of the network: the file that :meth:`save` writes and that a device opens in place.
    ///
    /// Returns
    /// -------
    /// bytes
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.with(py, |network| snapshot::bytes(network));
        Ok(PyBytes::new(py, &bytes.map_err(errors::value)?))
    }

    /// The network of a snapshot.
    ///
    /// Parameters
    /// ----------
    /// snapshot : bytes
    ///     What :meth:`to_bytes` gave, or the content of a file of :meth:`save`, of ``slotless snapshot save`` or of a device.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For bytes that are no snapshot of a K-winner network, or that were changed.
    #[classmethod]
    fn from_bytes(_cls: &Bound<'_, PyType>, py: Python<'_>, snapshot: &[u8]) -> PyResult<Self> {
        let network = calls::detached(py, || open(snapshot))?;
        Ok(Self::of(network))
    }

    /// Write the network to a file: the snapshot that devices open in place. It is whole or not there.
    ///
    /// Parameters
    /// ----------
    /// path : str or os.PathLike
    ///     File to write; one that is there is replaced.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
        let path = arguments::path("path", path)?;
        self.with(py, |network| {
            let bytes = snapshot::bytes(network).map_err(errors::value)?;
            let written = Output::at(&path).and_then(|output| output.write(&bytes));
            written.map_err(|error| errors::file(&error))
        })
    }

    /// The network of a file.
    ///
    /// Parameters
    /// ----------
    /// path : str or os.PathLike
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
        let network = calls::detached(py, || {
            let bytes = input::read(&path, LARGEST).map_err(|error| errors::file(&error))?;
            open(&bytes).map_err(|error| {
                errors::refuse(format!(
                    "{}: {}",
                    path.display(),
                    Python::attach(|py| error.value(py).to_string())
                ))
            })
        })?;
        Ok(Self::of(network))
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
        f64::from(self.settings.rate) / 65_536.0
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
    fn n_learned(&self, py: Python<'_>) -> u64 {
        self.with(py, |network| network.learned())
    }

    /// Bytes of the network's state on a device: weights, masks of random wiring, and a counter. This machine's layout takes
    /// more.
    #[getter]
    fn nbytes(&self, py: Python<'_>) -> u64 {
        self.with(py, |network| match network.wiring() {
            WiringKind::Random => network.params().state_bytes().total(),
            WiringKind::Structured => StructuredParams::new(network.params())
                .map_or(0, |params| params.state_bytes().total()),
        })
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let Settings {
            visible,
            hidden,
            fan_in,
            winners,
            active,
            seed,
            ..
        } = self.settings;
        let mut text = format!(
            "KWinner({visible}, {hidden}, fan_in={fan_in}, n_winners={winners}, n_active={active}, rate={}, weights={:?}, \
             wiring={:?}, seed={seed}",
            self.rate(),
            self.weight_type(),
            self.wiring()
        );
        if self.settings.rounding != Rounding::Nearest {
            text += &format!(", rounding={:?}", self.rounding());
        }
        if self.settings.assignment != Assignment::Competitive {
            text += &format!(", assignment={:?}", self.assignment());
        }
        format!("{text}): {} learned", self.n_learned(py))
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
        let words = self.with(py, |network| network.export());
        Ok(other.with(py, |network| network.export() == words))
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        let bytes = self.with(py, |network| {
            snapshot::bytes(network).map_err(errors::value)
        })?;
        Ok(Self::of(calls::detached(py, || open(&bytes))?))
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

    /// Raw weights in the narrowest type.
    fn narrowed<'py>(&self, py: Python<'py>, weights: Vec<u16>) -> PyResult<Bound<'py, PyAny>> {
        let count = weights.len();
        if self.settings.bits > 8 {
            return arrays::shaped(py, weights, &[count], false);
        }
        let narrow: Vec<u8> = weights.iter().map(|&weight| weight as u8).collect();
        arrays::shaped(py, narrow, &[count], false)
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

/// The network of a snapshot's bytes.
fn open(bytes: &[u8]) -> PyResult<Network> {
    let mut words = vec![0; bytes.len() / 4];
    let snapshot = Snapshot::copy(bytes, &mut words).map_err(errors::value)?;
    snapshot.verify().map_err(errors::value)?;
    snapshot::network(&snapshot).map_err(errors::value)
}
