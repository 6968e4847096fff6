//! `Recency`: memories of recency levels.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use slotless_core::bits;
use slotless_core::recency::{self as core, MAX_LEVELS, MAX_MISS, MAX_VISIBLE, Params};
use slotless_core::snapshot::{self, Snapshot};
use slotless_kernels::recency::{Found, Recency as Memory, Scratch};

use crate::arrays::{self, Levels, Rows};
use crate::calls::{self, Shared, Signals, room};
use crate::keywords::{self, Wanted};
use crate::results::{EVENT, REMEMBERED};
use crate::{arguments, errors, storage};

/// A memory of recency levels: one-shot memory of fixed size that knows how old what it recalls is.
///
/// Every event, a pattern that is learned, is written into one of ``n_rows`` rows in turn: the cells of
/// its ones get level 0, those that were set before are a level older, and beyond the last level they
/// are empty. A cue is compared with each of the last ``n_rows * n_levels`` events, and the one with
/// the largest score is recalled; what newer events have taken of it is said to be unknown. Integers
/// alone, with the bits of the library on a microcontroller.
///
/// Parameters
/// ----------
/// n_visible : int
///     Visible units, the length of a pattern; 1 to 2**20.
/// n_rows : int, optional
///     Rows; as many as fit into ``size`` where that is given.
/// n_levels : int, optional
///     Levels, 1 to 255; 5 unless told.
/// window : int, optional
///     How many of the last events are to be kept, in place of ``n_levels``: the fewest levels that do.
///     With ``size`` the fewest levels with which so many bytes hold the window, and rows for it.
/// n_active : int, optional
///     The most ones of a recalled pattern; a tenth of ``n_visible`` unless told. Patterns may have up
///     to ``cap`` ones.
/// cap : int, optional
///     The most cells that are set in a row; from the other sizes unless told.
/// miss : int, optional
///     What a one of the cue counts against an event that cannot have had it, in 1/16 nat, 1 to 1024;
///     96 (6 nats) unless told. The less, the more wrong ones a cue may have.
/// size : int, optional
///     Bytes of the state, in place of ``n_rows``.
///
/// Raises
/// ------
/// ValueError
///     For sizes that do not go together; its text says which and what is allowed.
/// MemoryError
///     For a memory that does not fit.
///
/// Notes
/// -----
/// Patterns and cues are as those of :class:`KWinner`, and answers come in the format of the cues.
/// Ctrl-C ends a long call; what was learned until then stays.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from slotless import Recency
/// >>> rng = np.random.default_rng(1)
/// >>> X = np.zeros((300, 256), bool)
/// >>> for row in X:
/// ...     row[rng.choice(256, 20, replace=False)] = True
/// >>> memory = Recency(256, n_active=20, window=200, size=8192)
/// >>> memory.learn(X)
/// >>> half = X & (np.cumsum(X, axis=1) <= 10)
/// >>> recalled = memory.recall(half[-100])
/// >>> int((recalled.pattern & X[-100]).sum()), recalled.age
/// (20, 100)
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct Recency {
    params: Params,
    memory: Shared<Memory>,
}

impl Recency {
    fn of(memory: Memory) -> Self {
        Self {
            params: *memory.params(),
            memory: Shared::new(memory),
        }
    }

    fn with<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&mut Memory) -> PyResult<T>,
    ) -> PyResult<T> {
        self.memory.with(py, use_it)
    }

    /// The same with work on all of it that cannot be told to stop.
    fn apart<T: Send + 'static>(
        &self,
        py: Python<'_>,
        use_it: impl FnOnce(&mut Memory) -> PyResult<T> + Send + 'static,
    ) -> PyResult<T> {
        self.memory.apart(py, cells(&self.params), use_it)
    }

    fn rows<'py>(&self, input: &Bound<'py, PyAny>, name: &str) -> PyResult<Rows<'py>> {
        arrays::rows(input, self.params.visible(), Levels::Binary, name)
    }

    /// The snapshot.
    fn bytes(memory: &Memory) -> PyResult<Vec<u8>> {
        let own = core::Recency::open(*memory.params(), memory.state());
        let own = own.map_err(errors::value)?;
        let parts = snapshot::recency::parts(&own).map_err(errors::value)?;
        Ok(storage::bytes(parts.words()))
    }
}

/// The memory of a snapshot.
fn memory_of(snapshot: &Snapshot<'_>) -> PyResult<Memory> {
    let memory = snapshot.recency().map_err(errors::value)?;
    check(memory.params())?;
    Ok(Memory::of(&memory))
}

/// Bytes of a memory's cells.
fn cells(params: &Params) -> f64 {
    f64::from(params.visible()) * f64::from(params.rows())
}

/// Whether there is room for a memory.
fn check(params: &Params) -> PyResult<()> {
    let rows = f64::from(params.rows());
    let lines = (rows / 512.0).ceil() * 64.0;
    let more = f64::from(params.visible()) * lines + 4.0 * rows;
    room("the memory", cells(params) + more)
}

#[pymethods]
impl Recency {
    #[new]
    #[pyo3(signature = (n_visible, n_rows=None, n_levels=None, *, window=None, n_active=None, cap=None, miss=None, size=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn new(
        py: Python<'_>,
        n_visible: &Bound<'_, PyAny>,
        n_rows: Option<&Bound<'_, PyAny>>,
        n_levels: Option<&Bound<'_, PyAny>>,
        window: Option<&Bound<'_, PyAny>>,
        n_active: Option<&Bound<'_, PyAny>>,
        cap: Option<&Bound<'_, PyAny>>,
        miss: Option<&Bound<'_, PyAny>>,
        size: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let up_to = |name: &str, value: Option<&Bound<'_, PyAny>>, most: u32| {
            let number = value.map(|value| arguments::whole(name, value, 1..=most.into()));
            number
                .transpose()
                .map(|number| number.map(|number| number as u32))
        };
        let visible = arguments::whole("n_visible", n_visible, 1..=MAX_VISIBLE.into())? as u32;
        let levels = up_to("n_levels", n_levels, MAX_LEVELS)?;
        let rows = n_rows
            .map(|rows| arguments::near("n_rows", rows))
            .transpose()?;
        let window = window.map(|window| arguments::whole("window", window, 1..=u64::MAX));
        let window = window.transpose()?;
        let bytes = size
            .map(|size| arguments::nearest("size", size))
            .transpose()?;
        let mut builder = Params::builder(visible, rows.unwrap_or(1));
        if let Some(levels) = levels {
            builder = builder.levels(levels);
        }
        let of_units = |name: &str, value: Option<&Bound<'_, PyAny>>| {
            let number = value.map(|value| arguments::part(name, value, visible, "n_visible"));
            number.transpose()
        };
        if let Some(active) = of_units("n_active", n_active)? {
            builder = builder.active(active);
        }
        if let Some(cap) = of_units("cap", cap)? {
            builder = builder.cap(cap);
        }
        if let Some(miss) = up_to("miss", miss, MAX_MISS)? {
            builder = builder.miss(miss);
        }
        if levels.is_some() && window.is_some() {
            return Err(errors::refuse(
                "n_levels and window are given, allowed one of them",
            ));
        }
        let params = match (rows, bytes, window) {
            (None, None, _) | (Some(_), Some(_), _) => {
                let which = if rows.is_some() {
                    "both are"
                } else {
                    "neither is"
                };
                return Err(errors::refuse(format!(
                    "one of n_rows and size must be given, {which}"
                )));
            }
            (None, Some(size), None) => builder.build_in(size),
            (None, Some(size), Some(window)) => builder.build_for(window, size),
            (Some(_), None, None) => builder.build(),
            // Of a window that is longer than any there are too many levels, too.
            (Some(_), None, Some(window)) => builder
                .window(u32::try_from(window).unwrap_or(u32::MAX))
                .build(),
        };
        let params = params.map_err(|error| {
            let wanted = Wanted {
                rows: n_rows.map(arguments::shown),
                size: size.map(arguments::shown),
                window,
            };
            keywords::recency(error, &wanted)
        })?;
        check(&params)?;
        let memory = calls::apart(py, cells(&params), move || Ok(Memory::new(params)))?;
        Ok(Self::of(memory))
    }

    /// Learn patterns, a row each, in order: each once, an event each.
    ///
    /// Parameters
    /// ----------
    /// X : array_like, shape (n_patterns, n_visible) or (n_visible,)
    ///     Patterns of 1 to ``cap`` ones.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For arrays of other shapes or values, and for patterns without a one or with too many; nothing
    ///     is learned then.
    #[expect(non_snake_case, reason = "the name that Python's users know")]
    fn learn(&self, py: Python<'_>, X: &Bound<'_, PyAny>) -> PyResult<()> {
        let rows = self.rows(X, "X")?;
        let (words, width, cap) = (rows.words(), rows.width(), self.params.cap());
        for (number, row) in words.chunks_exact(width).enumerate() {
            let ones = bits::count(row);
            if !(1..=cap).contains(&ones) {
                let name = rows.name("X", number);
                let line = format!("{name} has {ones} ones, allowed 1 to {cap} (cap)");
                return Err(errors::refuse(line));
            }
        }
        self.with(py, |memory| {
            let mut signals = Signals::new();
            for row in words.chunks_exact(width) {
                memory.learn(row).map_err(errors::value)?;
                signals.check()?;
            }
            Ok(())
        })
    }

    /// Recall the events that cues belong to.
    ///
    /// Parameters
    /// ----------
    /// cues : array_like, shape (n_cues, n_visible) or (n_visible,)
    ///     Cues, such as parts of patterns that were learned.
    ///
    /// Returns
    /// -------
    /// Remembered
    ///     ``pattern``, ``members`` and ``unknown``, shape and format of the cues; ``score``, float64, a
    ///     share of the largest that each cue could have; ``age``, uint64, 1 for the last event. The memory
    ///     does not change.
    fn recall<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let (words, width, count) = (rows.words(), rows.width(), rows.count());
        let visible = self.params.visible();
        arrays::room_for::<[u8; 3]>("the answer", &[count, visible as usize])?;
        let (patterns, members, unknown, scores, ages) = self.with(py, |memory| {
            let (mut signals, mut scratch) = (Signals::new(), Scratch::default());
            let [mut patterns, mut members, mut unknown] = [const { Vec::new() }; 3];
            let (mut scores, mut ages) = (Vec::with_capacity(count), Vec::with_capacity(count));
            for cue in words.chunks_exact(width) {
                let recalled = memory.recall(cue, &mut scratch).map_err(errors::value)?;
                patterns.extend_from_slice(recalled.pattern);
                members.extend_from_slice(recalled.members);
                unknown.extend_from_slice(recalled.unknown);
                let share = recalled.found.filter(|found| found.score > 0);
                scores.push(
                    share.map_or(0.0, |found| f64::from(found.score) / f64::from(found.most)),
                );
                ages.push(recalled.found.map_or(0, |found| found.age));
                signals.check()?;
            }
            PyResult::Ok((patterns, members, unknown, scores, ages))
        })?;
        let fields = (
            arrays::patterns(py, patterns, visible, &rows)?,
            arrays::patterns(py, members, visible, &rows)?,
            arrays::patterns(py, unknown, visible, &rows)?,
            arrays::scalars(py, scores, rows.single)?,
            arrays::one_or_all(py, ages, rows.single)?,
        );
        REMEMBERED.of(py, fields)
    }

    /// Find the events that cues belong to, without their patterns.
    ///
    /// Parameters
    /// ----------
    /// cues : array_like, shape (n_cues, n_visible) or (n_visible,)
    ///     Cues.
    /// but : array_like of int, shape (n_cues,), or int, optional
    ///     Ages of events that are left out, 0 for none: with those of the best ones, the next best are
    ///     found.
    ///
    /// Returns
    /// -------
    /// Event
    ///     ``score`` and ``most``, int32, in 1/16 nat; ``age``, uint64, 0 where there is none; ``row`` and
    ///     ``level``, uint32.
    #[pyo3(signature = (cues, *, but=None))]
    fn find<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
        but: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let (words, width, count) = (rows.words(), rows.width(), rows.count());
        let but = match but {
            None => vec![0; count],
            Some(but) if but.hasattr("__len__")? => {
                let ages = arrays::whole_numbers("but", but, 0..=i64::MAX)?;
                if ages.len() != count {
                    let line = format!("but are {} ages, allowed {count} as cues", ages.len());
                    return Err(errors::refuse(line));
                }
                ages.into_iter().map(|age| age as u64).collect()
            }
            Some(but) => vec![arguments::whole("but", but, 0..=u64::MAX)?; count],
        };
        let found: Vec<Option<Found>> = self.with(py, |memory| {
            let (mut signals, mut scratch) = (Signals::new(), Scratch::default());
            let mut all = Vec::with_capacity(count);
            for (cue, but) in words.chunks_exact(width).zip(but) {
                let found = memory.runner_up(cue, but, &mut scratch);
                all.push(found.map_err(errors::value)?);
                signals.check()?;
            }
            PyResult::Ok(all)
        })?;
        fn of<T>(
            found: &[Option<Found>],
            of: impl Fn(&Found) -> T,
            none: impl Fn() -> T,
        ) -> Vec<T> {
            let each = found.iter();
            each.map(|found| found.as_ref().map_or_else(&none, &of))
                .collect()
        }
        let single = rows.single;
        let fields = (
            arrays::one_or_all(py, of(&found, |found| found.score, || 0), single)?,
            arrays::one_or_all(py, of(&found, |found| found.most, || 0), single)?,
            arrays::one_or_all(py, of(&found, |found| found.age, || 0), single)?,
            arrays::one_or_all(py, of(&found, |found| found.row, || 0), single)?,
            arrays::one_or_all(py, of(&found, |found| found.level, || 0), single)?,
        );
        EVENT.of(py, fields)
    }

    /// The snapshot of the memory: the file that :meth:`save` writes and that a device opens in place.
    ///
    /// Returns
    /// -------
    /// bytes
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.apart(py, |memory| Self::bytes(memory))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The memory of a snapshot.
    ///
    /// Parameters
    /// ----------
    /// snapshot : bytes, bytearray or memoryview
    ///     What :meth:`to_bytes` gave, or the content of a file of :meth:`save` or of a device.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For bytes that are no snapshot of such a memory, or that were changed.
    #[classmethod]
    fn from_bytes(
        _cls: &Bound<'_, PyType>,
        py: Python<'_>,
        snapshot: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let snapshot = arguments::bytes("snapshot", snapshot)?;
        Ok(Self::of(storage::from_bytes(py, &snapshot, memory_of)?))
    }

    /// Write the memory to a file: the snapshot that devices open in place. It is whole or not there.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File to write; one that is there is replaced.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
        let path = arguments::path("path", path)?;
        self.apart(py, move |memory| {
            storage::save(&path, &Self::bytes(memory)?)
        })
    }

    /// The memory of a file.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File of :meth:`save` or of a device.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     For a file that cannot be read.
    /// ValueError
    ///     For one that is no snapshot of such a memory, or that was changed.
    #[classmethod]
    fn load(_cls: &Bound<'_, PyType>, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let path = arguments::path("path", path)?;
        Ok(Self::of(storage::load(py, path, memory_of)?))
    }

    /// Visible units.
    #[getter]
    fn n_visible(&self) -> u32 {
        self.params.visible()
    }

    /// Rows.
    #[getter]
    fn n_rows(&self) -> u32 {
        self.params.rows()
    }

    /// Levels.
    #[getter]
    fn n_levels(&self) -> u32 {
        self.params.levels()
    }

    /// How many of the last events are in the memory: ``n_rows * n_levels``.
    #[getter]
    fn window(&self) -> u64 {
        self.params.window()
    }

    /// The most ones of a recalled pattern.
    #[getter]
    fn n_active(&self) -> u32 {
        self.params.active()
    }

    /// The most cells that are set in a row.
    #[getter]
    fn cap(&self) -> u32 {
        self.params.cap()
    }

    /// What a one of the cue counts for the event at whose level it is, in 1/16 nat.
    #[getter]
    fn hit(&self) -> u32 {
        self.params.hit()
    }

    /// What a one that the event cannot have had counts against it, in 1/16 nat.
    #[getter]
    fn miss(&self) -> u32 {
        self.params.miss()
    }

    /// Events learned so far.
    #[getter]
    fn n_learned(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |memory| Ok(memory.learned()))
    }

    /// Bytes of the memory's state on a device. This machine's layout takes more, a byte and a bit a cell.
    #[getter]
    fn nbytes(&self) -> usize {
        4 * self.params.words()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let learned = self.n_learned(py)?;
        Ok(format!(
            "Recency({}, {}, {}, n_active={}, cap={}, miss={}): {learned} learned",
            self.n_visible(),
            self.n_rows(),
            self.n_levels(),
            self.n_active(),
            self.cap(),
            self.miss(),
        ))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        let other = other.get();
        if self.params != other.params {
            return Ok(false);
        }
        let own = self.apart(py, |memory| Ok(memory.state()))?;
        other.apart(py, move |memory| Ok(memory.state() == own))
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        Ok(Self::of(self.apart(py, |memory| Ok(memory.clone()))?))
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
