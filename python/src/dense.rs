//! `DenseHopfield`: the dense associative memory.

use std::sync::Mutex;

use pyo3::prelude::*;
use slotless_core::bits;
use slotless_core::hopfield::dense::{Dense, Separation};

use crate::arrays::{self, Levels, Rows};
use crate::calls::{self, Signals, lock, room};
use crate::descent::{Descents, Rules, identities, some_stored};
use crate::{arguments, errors};

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
/// The energy of a state of -1 and 1 is ``-sum_k F(xi_k s)`` over the stored patterns ``xi_k``, with ``F(z) = z**degree``. Recall
/// updates one unit at a time, to the value with the lower energy; where both are equal it stays. The larger the degree, the
/// more patterns are kept: about ``n_units**(degree - 1)`` times a factor that falls with it (Krotov and Hopfield 2016). A
/// degree of 2 is the classical network, but for its diagonal.
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
/// Notes
/// -----
/// Patterns, cues and answers are as those of :class:`Hopfield`. Energies are exact: int64, or Python's integers in an array of
/// objects where they may take more than 62 bits. An update costs two powers for each pattern.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from slotless import DenseHopfield
/// >>> rng = np.random.default_rng(1)
/// >>> X = rng.choice([-1, 1], size=(200, 64))
/// >>> net = DenseHopfield(64, degree=8)
/// >>> net.store(X)
/// >>> cue = X[7] * np.where(np.arange(64) < 10, -1, 1)  # 10 units flipped
/// >>> bool((net.recall(cue).pattern == X[7]).all())
/// True
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct DenseHopfield {
    units: u32,
    separation: Separation,
    seed: u64,
    patterns: Mutex<Vec<u32>>,
}

impl DenseHopfield {
    fn with<T: Send>(&self, py: Python<'_>, use_it: impl Send + FnOnce(&mut Vec<u32>) -> T) -> T {
        calls::detached(py, || use_it(&mut lock(&self.patterns)))
    }

    fn rows<'py>(&self, input: &Bound<'py, PyAny>, name: &str) -> PyResult<Rows<'py>> {
        arrays::rows(input, self.units, Levels::BinaryOrSigns, name)
    }

    fn width(&self) -> usize {
        bits::words_for(self.units)
    }

    fn network<'m>(&self, patterns: &'m [u32]) -> PyResult<Dense<'m>> {
        some_stored(patterns)?;
        let network = Dense::new(patterns, self.units, self.separation);
        Ok(network.map_err(errors::value)?.with_seed(self.seed))
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
    #[pyo3(signature = (n_units, degree=None, separation="power", seed=None))]
    fn new(
        n_units: &Bound<'_, PyAny>,
        degree: Option<&Bound<'_, PyAny>>,
        separation: &str,
        seed: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let units = arguments::whole("n_units", n_units, 1..=u64::from(UNITS))? as u32;
        let degree = degree.map_or(Ok(3), |degree| arguments::size("degree", degree))?;
        let separation = match arguments::choice("separation", separation, &SHAPES)? {
            Shape::Power => Separation::Power(degree),
            Shape::Rectified => Separation::Rectified(degree),
        };
        // As with one pattern, of any kind.
        let pattern = vec![0; bits::words_for(units)];
        Dense::new(&pattern, units, separation).map_err(errors::value)?;
        Ok(Self {
            units,
            separation,
            seed: seed.map_or(Ok(0), arguments::seed)?,
            patterns: Mutex::default(),
        })
    }

    /// Store patterns, a row each.
    ///
    /// Parameters
    /// ----------
    /// X : array_like, shape (n_patterns, n_units) or (n_units,)
    ///     Patterns of -1 and 1, or of 0 and 1.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For arrays of other shapes or values, and where energies would not fit 125 bits; nothing is stored then.
    #[expect(non_snake_case, reason = "the name that Python's users know")]
    fn store(&self, py: Python<'_>, X: &Bound<'_, PyAny>) -> PyResult<()> {
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
    ///     All units in a random order, and again in another, until a whole sweep changes nothing; or units drawn at random with
    ///     replacement.
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
    ///     ``pattern``, shape and format of the cues; ``energy``, exact integers; ``n_updates`` and ``n_flips``, uint64; and
    ///     ``ended``: "fixed-point", "patience", "stored", "energy-floor" or "max-updates". The memory does not change.
    #[pyo3(signature = (cues, *, order="sweeps", patience=None, max_updates=None, energy_floor=None, stop_at_stored=false,
        run=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn recall<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        order: &str,
        patience: Option<&Bound<'py, PyAny>>,
        max_updates: Option<&Bound<'py, PyAny>>,
        energy_floor: Option<&Bound<'py, PyAny>>,
        stop_at_stored: bool,
        run: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let run = run.map_or(Ok(0), |run| arguments::size("run", run))?;
        let floor = energy_floor.map(|floor| {
            let limits = [i128::MIN, i128::MAX];
            arguments::integer("energy_floor", floor, limits)
        });
        let rules = Rules::new(order, patience, max_updates, floor.transpose()?, run)?;
        let (words, width, units) = (rows.words(), rows.width(), self.units);
        arrays::room_for::<u8>("the answer", &[rows.count(), units as usize])?;
        let (found, stored) = self.with(py, |patterns| {
            let network = self.network(patterns)?;
            let memories: &[u32] = if stop_at_stored { patterns } else { &[] };
            let mut scratch = vec![0; network.scratch_words()];
            let mut found = Descents::new(units);
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
    #[pyo3(signature = (states, *, tolerance=None))]
    fn identify<'py>(
        &self,
        py: Python<'py>,
        states: &Bound<'py, PyAny>,
        tolerance: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(states, "states")?;
        let tolerance = tolerance.map_or(Ok(0), |value| arguments::size("tolerance", value))?;
        let patterns = self.with(py, |patterns| patterns.clone());
        some_stored(&patterns)?;
        identities(py, &rows, &patterns, self.units, tolerance)
    }

    /// The patterns stored.
    ///
    /// Returns
    /// -------
    /// ndarray of bool, shape (n_stored, n_units)
    ///     A copy.
    fn patterns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let patterns = self.with(py, |patterns| patterns.clone());
        arrays::bools(py, patterns, self.units)
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

    /// Patterns stored.
    #[getter]
    fn n_stored(&self, py: Python<'_>) -> usize {
        let width = self.width();
        self.with(py, |patterns| patterns.len() / width)
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// Bytes of the patterns.
    #[getter]
    fn nbytes(&self, py: Python<'_>) -> usize {
        self.with(py, |patterns| 4 * patterns.len())
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!(
            "DenseHopfield({}, degree={}, separation={:?}, seed={}): {} stored",
            self.units,
            self.degree(),
            self.separation(),
            self.seed,
            self.n_stored(py)
        )
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
        let own = self.with(py, |patterns| patterns.clone());
        Ok(other.with(py, |patterns| *patterns == own))
    }

    fn __copy__(&self, py: Python<'_>) -> Self {
        Self {
            patterns: Mutex::new(self.with(py, |patterns| patterns.clone())),
            ..*self
        }
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> Self {
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
        let patterns = own.with(py, |patterns| patterns.clone());
        let shape = [patterns.len() / own.width(), own.width()];
        Ok((
            slf.get_type().into_any(),
            (own.units, own.degree(), own.separation(), own.seed),
            arrays::shaped(py, patterns, &shape, false)?,
        ))
    }

    fn __setstate__(&self, py: Python<'_>, state: &Bound<'_, PyAny>) -> PyResult<()> {
        self.with(py, Vec::clear);
        self.store(py, state)
    }
}
