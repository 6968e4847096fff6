//! `DenseHopfield`: the dense associative memory.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use slotless_core::bits;
use slotless_core::hopfield::dense::{Dense, Separation};

use crate::archive::{self, Archive};
use crate::arguments::Setting;
use crate::arrays::{self, Levels, Rows};
use crate::calls::{Shared, Signals, room};
use crate::descent::{Descents, Rules, identities, some_learned, whole_patterns};
use crate::{arguments, errors, keywords};

/// The most units.
const UNITS: u32 = 1 << 20;
/// Energies of fewer bits than this are int64.
const SMALL: u32 = 62;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Power,
    Rectified,
}

const SHAPES: [(&str, Shape); 2] = [("power", Shape::Power), ("rectified", Shape::Rectified)];

/// A dense associative memory: a Hopfield network whose energy is a power of the overlaps.
///
/// The energy of a state of -1 and 1 is ``-sum_k F(xi_k s)`` over the stored patterns ``xi_k``, with
/// ``F(z) = z**degree``. Recall updates one unit at a time, to the value with the lower energy; where
/// both are equal it stays. The larger the degree, the more patterns are kept: about
/// ``n_units**(degree - 1)`` times a factor that falls with it (Krotov and Hopfield 2016). A degree of
/// 2 is the classical network, but for its diagonal.
///
/// Parameters
/// ----------
/// n_units : int
///     Units, N, the length of a pattern; 1 to 2**20.
/// degree : int, default 3
///     The power, from 1. ``n_units**degree`` times the patterns must be below 2**125.
/// separation : {"power", "rectified"}, default "power"
///     ``z**degree``, or 0 where ``z`` is below 0.
/// seed : int, default 0
///     The order in which units are updated, 0 to 2**64 - 1.
///
/// Raises
/// ------
/// ValueError
///     For sizes out of range, and degrees whose energies would not fit.
///
/// Notes
/// -----
/// Patterns, cues and answers are as those of :class:`Hopfield`. Energies are exact: int64, or Python's
/// integers in an array of objects where they may take more than 62 bits. An update costs two powers
/// for each pattern.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from slotless import DenseHopfield
/// >>> rng = np.random.default_rng(1)
/// >>> X = rng.choice([-1, 1], size=(200, 64))
/// >>> net = DenseHopfield(64, degree=8)
/// >>> net.learn(X)
/// >>> cue = X[7] * np.where(np.arange(64) < 10, -1, 1)  # 10 units flipped
/// >>> bool((net.recall(cue).pattern == X[7]).all())
/// True
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct DenseHopfield {
    units: u32,
    separation: Separation,
    seed: u64,
    patterns: Shared<Vec<u32>>,
}

impl DenseHopfield {
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&mut Vec<u32>) -> PyResult<T>,
    ) -> PyResult<T> {
        self.patterns.with(py, use_it)
    }

    fn rows<'py>(&self, input: &Bound<'py, PyAny>, name: &str) -> PyResult<Rows<'py>> {
        arrays::rows(input, self.units, Levels::BinaryOrSigns, name)
    }

    fn width(&self) -> usize {
        bits::words_for(self.units)
    }

    fn network<'m>(&self, patterns: &'m [u32]) -> PyResult<Dense<'m>> {
        some_learned(patterns)?;
        let network = Dense::new(patterns, self.units, self.separation);
        Ok(network.map_err(keywords::dense)?.with_seed(self.seed))
    }

    fn archive(&self, py: Python<'_>) -> PyResult<Archive> {
        let rectified = matches!(self.separation, Separation::Rectified(_));
        let settings = vec![
            self.units.into(),
            self.separation.degree().into(),
            rectified.into(),
            self.seed,
        ];
        let words = self.with(py, |patterns| Ok(patterns.clone()))?;
        Ok(Archive {
            settings,
            words,
            ..Archive::default()
        })
    }

    fn of_archive(archive: Archive) -> PyResult<Self> {
        let patterns = archive.words;
        let [units, degree, rectified, seed] = archive.settings[..] else {
            return Err(archive::damaged("it has other settings"));
        };
        let (true, Ok(degree), 0..=1) = (
            (1..=u64::from(UNITS)).contains(&units),
            u32::try_from(degree),
            rectified,
        ) else {
            return Err(archive::damaged("it has other settings"));
        };
        let units = units as u32;
        whole_patterns(&patterns, units)?;
        let separation = match rectified {
            0 => Separation::Power(degree),
            _ => Separation::Rectified(degree),
        };
        let one = vec![0; bits::words_for(units)];
        let some = if patterns.is_empty() { &one } else { &patterns };
        Dense::new(some, units, separation).map_err(keywords::dense)?;
        Ok(Self {
            units,
            separation,
            seed,
            patterns: Shared::new(patterns),
        })
    }

    /// Energies as numpy has them.
    fn energies<'py>(
        &self,
        py: Python<'py>,
        energies: Vec<i128>,
        stored: usize,
        single: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let most = i128::from(self.units).checked_pow(self.separation.degree());
        let most = most.and_then(|most| most.checked_mul(stored as i128));
        if most.is_some_and(|most| most < 1 << SMALL) {
            let energies = energies.into_iter().map(|energy| energy as i64).collect();
            return arrays::one_or_all(py, energies, single);
        }
        match energies[..] {
            [energy] if single => Ok(energy.into_pyobject(py)?.into_any()),
            _ => py.import("numpy")?.call_method1("array", (energies, "O")),
        }
    }
}

#[pymethods]
impl DenseHopfield {
    #[new]
    #[pyo3(
        signature = (n_units, degree=Setting::Default, separation=Setting::Default, seed=Setting::Default),
        text_signature = "(n_units, degree=3, separation='power', seed=0)"
    )]
    fn new<'py>(
        n_units: &Bound<'py, PyAny>,
        degree: Setting<'py>,
        separation: Setting<'py>,
        seed: Setting<'py>,
    ) -> PyResult<Self> {
        let units = arguments::whole("n_units", n_units, 1..=u64::from(UNITS))? as u32;
        let degree = degree.or(3, |degree| arguments::size("degree", degree))?;
        let shape = separation.or(Shape::Power, |value| {
            arguments::choice("separation", value, &SHAPES)
        })?;
        let separation = match shape {
            Shape::Power => Separation::Power(degree),
            Shape::Rectified => Separation::Rectified(degree),
        };
        // As with one pattern, of any kind.
        let pattern = vec![0; bits::words_for(units)];
        Dense::new(&pattern, units, separation).map_err(keywords::dense)?;
        Ok(Self {
            units,
            separation,
            seed: seed.or(0, arguments::seed)?,
            patterns: Shared::new(Vec::new()),
        })
    }

    /// Learn patterns, a row each, at once.
    ///
    /// Parameters
    /// ----------
    /// X : array_like, shape (n_patterns, n_units) or (n_units,)
    ///     Patterns of -1 and 1, or of 0 and 1.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For arrays of other shapes or values, and where energies would not fit 125 bits; nothing is
    ///     learned then.
    #[expect(non_snake_case, reason = "the name that Python's users know")]
    fn learn(&self, py: Python<'_>, X: &Bound<'_, PyAny>) -> PyResult<()> {
        let rows = self.rows(X, "X")?;
        let words = rows.words();
        self.with(py, |patterns| {
            room("the patterns", 4.0 * words.len() as f64)?;
            let before = patterns.len();
            patterns.extend_from_slice(words);
            if patterns.is_empty() {
                return Ok(());
            }
            let refused = self.network(patterns).err();
            if let Some(error) = refused {
                patterns.truncate(before);
                return Err(error);
            }
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
    ///     ``pattern``, shape and format of the cues; ``energy``, exact integers; ``n_updates`` and
    ///     ``n_flips``, uint64; and ``ended``: "fixed-point", "patience", "stored", "energy-floor" or
    ///     "max-updates". The memory does not change.
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
        let run = run.or(0, |run| arguments::count("run", run))?;
        let stop = stop_at_stored.or(false, |stop| arguments::flag("stop_at_stored", stop))?;
        let floor = energy_floor.map(|floor| {
            let limits = [i128::MIN, i128::MAX];
            arguments::integer("energy_floor", floor, limits)
        });
        let rules = Rules::new(order, patience, max_updates, floor.transpose()?, run)?;
        let (words, width, units) = (rows.words(), rows.width(), self.units);
        arrays::room_for::<u8>("the answer", &[rows.count(), units as usize])?;
        let (found, stored) = self.with(py, |patterns| {
            let network = self.network(patterns)?;
            let memories: &[u32] = if stop { patterns } else { &[] };
            let mut scratch = vec![0; network.scratch_words()];
            // Two powers for each pattern, which some rules compare with.
            let steps = 16 * (patterns.len() / width) + memories.len();
            let mut found = Descents::new(units, steps);
            let mut signals = Signals::new();
            for cue in words.chunks_exact(width) {
                signals.check()?;
                let mut descent = network.start(cue, &mut scratch).map_err(errors::value)?;
                let (seed, lowest) = (self.seed, i128::MIN);
                found.run(&mut descent, &rules, memories, seed, lowest, &mut signals)?;
            }
            PyResult::Ok((found, patterns.len() / width))
        })?;
        found.give(py, units, &rows, |energies| {
            self.energies(py, energies, stored, rows.single)
        })
    }

    /// Energies of states, ``-sum_k F(xi_k s)``.
    ///
    /// Parameters
    /// ----------
    /// states : array_like, shape (n_states, n_units) or (n_units,)
    ///     States of -1 and 1, or of 0 and 1.
    ///
    /// Returns
    /// -------
    /// ndarray of int64 or object, shape (n_states,), or int
    ///     Exact.
    fn energy<'py>(
        &self,
        py: Python<'py>,
        states: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(states, "states")?;
        let (words, width, count) = (rows.words(), rows.width(), rows.count());
        let (energies, stored) = self.with(py, |patterns| {
            let network = self.network(patterns)?;
            let (mut signals, mut energies) = (Signals::new(), Vec::with_capacity(count));
            for state in words.chunks_exact(width) {
                energies.push(network.energy(state).map_err(errors::value)?);
                signals.check()?;
            }
            PyResult::Ok((energies, patterns.len() / width))
        })?;
        self.energies(py, energies, stored, rows.single)
    }

    /// What states are, as :meth:`Hopfield.identify` has it.
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
        let patterns = self.with(py, |patterns| Ok(patterns.clone()))?;
        some_learned(&patterns)?;
        identities(py, &rows, &patterns, self.units, tolerance)
    }

    /// The patterns stored.
    ///
    /// Returns
    /// -------
    /// ndarray of bool, shape (n_stored, n_units)
    ///     A copy.
    fn patterns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let patterns = self.with(py, |patterns| Ok(patterns.clone()))?;
        arrays::bools(py, patterns, self.units)
    }

    /// The memory as bytes: the file that :meth:`save` writes.
    ///
    /// Returns
    /// -------
    /// bytes
    ///     A ``.npz`` of numpy.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        archive::to_bytes(py, archive::Network::DenseHopfield, self.archive(py)?)
    }

    /// The memory of a file's bytes.
    ///
    /// Parameters
    /// ----------
    /// snapshot : bytes, bytearray or memoryview
    ///     What :meth:`to_bytes` gave, or the content of a file of :meth:`save`.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For bytes that are not those of such a memory, or that were changed.
    #[classmethod]
    fn from_bytes(
        _cls: &Bound<'_, PyType>,
        py: Python<'_>,
        snapshot: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let snapshot = arguments::bytes("snapshot", snapshot)?;
        archive::from_bytes(
            py,
            archive::Network::DenseHopfield,
            &snapshot,
            Self::of_archive,
        )
    }

    /// Write the memory to a file, which numpy reads as ``.npz``. It is whole or not there.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File to write, of any name; one that is there is replaced.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
        let path = arguments::path("path", path)?;
        archive::save(py, archive::Network::DenseHopfield, self.archive(py)?, path)
    }

    /// The memory of a file.
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
    ///     For one that is not of such a memory, or that was changed.
    #[classmethod]
    fn load(_cls: &Bound<'_, PyType>, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let path = arguments::path("path", path)?;
        archive::load(py, archive::Network::DenseHopfield, path, Self::of_archive)
    }

    /// Units.
    #[getter]
    fn n_units(&self) -> u32 {
        self.units
    }

    /// The power of the overlaps.
    #[getter]
    fn degree(&self) -> u32 {
        self.separation.degree()
    }

    /// The separation function, "power" or "rectified".
    #[getter]
    fn separation(&self) -> &'static str {
        let shape = match self.separation {
            Separation::Power(_) => Shape::Power,
            Separation::Rectified(_) => Shape::Rectified,
        };
        arguments::name_of(shape, &SHAPES)
    }

    /// Patterns learned.
    #[getter]
    fn n_learned(&self, py: Python<'_>) -> PyResult<usize> {
        let width = self.width();
        self.with(py, |patterns| Ok(patterns.len() / width))
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// Bytes of the patterns.
    #[getter]
    fn nbytes(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |patterns| Ok(4 * patterns.len()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let learned = self.n_learned(py)?;
        Ok(format!(
            "DenseHopfield({}, degree={}, separation={:?}, seed={}): {learned} learned",
            self.units,
            self.degree(),
            self.separation(),
            self.seed,
        ))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        let other = other.get();
        let settings = |of: &Self| (of.units, of.separation, of.seed);
        if settings(self) != settings(other) {
            return Ok(false);
        }
        let own = self.with(py, |patterns| Ok(patterns.clone()))?;
        other.with(py, |patterns| Ok(*patterns == own))
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        let patterns = self.with(py, |patterns| Ok(patterns.clone()))?;
        Ok(Self {
            patterns: Shared::new(patterns),
            ..*self
        })
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.__copy__(py)
    }

    #[expect(clippy::type_complexity, reason = "what pickle takes")]
    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(
        Bound<'py, PyAny>,
        (u32, u32, &'static str, u64),
        Bound<'py, PyAny>,
    )> {
        let (py, own) = (slf.py(), slf.get());
        let patterns = own.with(py, |patterns| Ok(patterns.clone()))?;
        let shape = [patterns.len() / own.width(), own.width()];
        Ok((
            slf.get_type().into_any(),
            (own.units, own.degree(), own.separation(), own.seed),
            arrays::shaped(py, patterns, &shape, false)?,
        ))
    }

    fn __setstate__(&self, py: Python<'_>, state: &Bound<'_, PyAny>) -> PyResult<()> {
        self.with(py, |patterns| {
            patterns.clear();
            Ok(())
        })?;
        self.learn(py, state)
    }
}
