//! `Ring`: memories of slots.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use slotless_core::bits;
use slotless_core::ring::{
    Coded, CodedParams, Found, MAX_VISIBLE, Match, Replacement, RingError, Sketches,
    SketchesParams, Slots, SlotsParams,
};
use slotless_core::snapshot::{self, Kind, Snapshot};
use slotless_kernels::cpu::{Isa, best_slots};

use crate::arguments::Setting;
use crate::arrays::{self, Levels, Rows};
use crate::calls::{Shared, Signals, room};
use crate::results::{FROM_SLOT, SLOT_FOUND};
use crate::{arguments, errors, keywords, storage};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Replaced {
    Fifo,
    Random,
    Reservoir,
    Balanced,
}

const REPLACEMENTS: [(&str, Replaced); 4] = [
    ("fifo", Replaced::Fifo),
    ("random", Replaced::Random),
    ("reservoir", Replaced::Reservoir),
    ("balanced", Replaced::Balanced),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Plain,
    Rice,
    Sketch,
}

const CODINGS: [(&str, Coding); 3] = [
    ("plain", Coding::Plain),
    ("rice", Coding::Rice),
    ("sketch", Coding::Sketch),
];

/// A memory of slots: what an engineer would take, and what memories in weights are held against.
///
/// A slot holds one pattern until another takes its place; from a cue the pattern with the largest
/// overlap is recalled. Of equal ones the newest is taken where patterns are replaced in turn, else
/// that in the lowest slot.
///
/// Parameters
/// ----------
/// n_visible : int
///     Visible units, the length of a pattern; 1 to 2**20.
/// n_slots : int, optional
///     Slots; given but for "rice".
/// replacement : {"fifo", "random", "reservoir", "balanced"}, default "fifo"
///     Which slot a pattern goes to once all are taken: that of the oldest; one drawn at random; one at
///     random or none, so that what is kept is a fair sample of all there were (Vitter's algorithm R);
///     or one of the class with the most slots.
/// coding : {"plain", "rice", "sketch"}, default "plain"
///     Patterns as they are; as Rice codes of the gaps between their ones, in a ring of ``size`` bytes;
///     or 64 bits of each, for :meth:`find` alone. The latter two are replaced in turn.
/// n_classes : int, optional
///     Classes of patterns, 1 to 256; for "balanced".
/// n_active : int, optional
///     Ones of a pattern, for which codes are shortest and sketches best; for "rice" and "sketch".
/// size : int, optional
///     Bytes of codes, a multiple of 4; for "rice".
/// seed : int, default 0
///     Draws of slots, and sketches; 0 to 2**64 - 1.
///
/// Raises
/// ------
/// ValueError
///     For sizes out of range, and for arguments that the coding and replacement do not take.
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
/// >>> from slotless import Ring
/// >>> X = np.eye(8, dtype=bool) | np.eye(8, k=1, dtype=bool)
/// >>> ring = Ring(8, 4)
/// >>> ring.learn(X)
/// >>> ring.recall(X[6]).pattern.astype(int)
/// array([0, 0, 0, 0, 0, 0, 1, 1])
/// >>> found = ring.find(X[[7, 1]])
/// >>> found.overlap, found.age  # the second is no longer there
/// (array([1, 0]), array([1, 1]))
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct Ring {
    visible: u32,
    memory: Shared<Memory>,
}

/// Words that are read between looks at signals: some tenths of a second.
const READ: usize = 1 << 30;

#[derive(Clone, Debug)]
enum Memory {
    Plain(Slots<Vec<u32>>),
    Rice(Coded<Vec<u32>>),
    Sketch(Sketches<Vec<u32>>),
}

/// `$body` with `$memory` as the memory, whatever its coding.
macro_rules! each {
    ($of:expr, $memory:ident => $body:expr) => {
        match $of {
            Memory::Plain($memory) => $body,
            Memory::Rice($memory) => $body,
            Memory::Sketch($memory) => $body,
        }
    };
}

impl Memory {
    fn visible(&self) -> u32 {
        each!(self, memory => memory.params().visible())
    }

    fn words(&self) -> &[u32] {
        each!(self, memory => memory.words())
    }

    fn learned(&self) -> u64 {
        each!(self, memory => memory.learned())
    }

    fn find(&self, cue: &[u32]) -> Result<Found, RingError> {
        each!(self, memory => memory.find(cue))
    }

    fn learn(&mut self, pattern: &[u32], class: Option<u32>) -> Result<(), RingError> {
        match (self, class) {
            (Self::Plain(memory), Some(class)) => memory.learn_as(pattern, class).map(drop),
            (Self::Plain(memory), None) => memory.learn(pattern).map(drop),
            (Self::Rice(memory), _) => memory.learn(pattern),
            (Self::Sketch(memory), _) => memory.learn(pattern),
        }
    }

    fn kind(&self) -> Coding {
        match self {
            Self::Plain(_) => Coding::Plain,
            Self::Rice(_) => Coding::Rice,
            Self::Sketch(_) => Coding::Sketch,
        }
    }

    /// How patterns are replaced, the number of classes where there are some, and the seed.
    fn replaced(&self) -> (Replaced, Option<u32>, u64) {
        match self {
            Self::Plain(memory) => match memory.params().replacement() {
                Replacement::Fifo => (Replaced::Fifo, None, 0),
                Replacement::Random { seed } => (Replaced::Random, None, seed),
                Replacement::Reservoir { seed } => (Replaced::Reservoir, None, seed),
                Replacement::Balanced { classes, seed } => {
                    (Replaced::Balanced, Some(classes), seed)
                }
            },
            Self::Rice(_) => (Replaced::Fifo, None, 0),
            Self::Sketch(memory) => (Replaced::Fifo, None, memory.params().seed()),
        }
    }

    fn slots(&self) -> Option<u32> {
        match self {
            Self::Plain(memory) => Some(memory.params().slots()),
            Self::Rice(_) => None,
            Self::Sketch(memory) => Some(memory.params().slots()),
        }
    }

    /// How many patterns there are.
    fn kept(&self) -> u64 {
        match self {
            Self::Plain(memory) => memory.learned().min(memory.params().slots().into()),
            Self::Rice(memory) => memory.kept().into(),
            Self::Sketch(memory) => memory.learned().min(memory.params().slots().into()),
        }
    }

    /// What `repr` shows.
    fn shown(&self) -> String {
        let mut text = format!("Ring({}", self.visible());
        if let Some(slots) = self.slots() {
            text += &format!(", {slots}");
        }
        let (replaced, classes, seed) = self.replaced();
        if replaced != Replaced::Fifo {
            let name = arguments::name_of(replaced, &REPLACEMENTS);
            text += &format!(", replacement={name:?}");
        }
        if let Some(classes) = classes {
            text += &format!(", n_classes={classes}");
        }
        let coding = arguments::name_of(self.kind(), &CODINGS);
        text += &match self {
            Self::Plain(_) => String::new(),
            Self::Rice(memory) => {
                let (active, size) = (memory.params().active(), 4 * memory.params().code_words());
                format!(", coding={coding:?}, n_active={active}, size={size}")
            }
            Self::Sketch(memory) => {
                let active = memory.params().active();
                format!(", coding={coding:?}, n_active={active}")
            }
        };
        format!("{text}, seed={seed}): {} learned", self.learned())
    }

    fn bytes(&self) -> PyResult<Vec<u8>> {
        let parts = match self {
            Self::Plain(memory) => snapshot::slots::parts(memory),
            Self::Rice(memory) => snapshot::coded::parts(memory),
            Self::Sketch(memory) => snapshot::sketches::parts(memory),
        };
        Ok(storage::bytes(parts.map_err(errors::value)?.words()))
    }

    fn of(snapshot: &Snapshot<'_>) -> PyResult<Self> {
        let words = snapshot.state().to_vec();
        let memory = match snapshot.kind() {
            Kind::Coded => {
                let params = snapshot.coded_params().map_err(errors::value)?;
                Coded::open(params, words).map(Self::Rice)
            }
            Kind::Sketches => {
                let params = snapshot.sketches_params().map_err(errors::value)?;
                Sketches::open(params, words).map(Self::Sketch)
            }
            _ => {
                let params = snapshot.slots_params().map_err(errors::value)?;
                Slots::open(params, words).map(Self::Plain)
            }
        };
        memory.map_err(errors::value)
    }
}

impl Ring {
    fn of(memory: Memory) -> Self {
        Self {
            visible: memory.visible(),
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

    fn rows<'py>(&self, input: &Bound<'py, PyAny>, name: &str) -> PyResult<Rows<'py>> {
        arrays::rows(input, self.visible, Levels::Binary, name)
    }

    fn kind(&self, py: Python<'_>) -> PyResult<Coding> {
        self.with(py, |memory| Ok(memory.kind()))
    }

    fn replaced(&self, py: Python<'_>) -> PyResult<(Replaced, Option<u32>, u64)> {
        self.with(py, |memory| Ok(memory.replaced()))
    }
}

/// Refuses an argument that does not go with the others, and the lack of one.
fn goes(name: &str, given: bool, wanted: bool, with: &str) -> PyResult<()> {
    match (given, wanted) {
        (true, false) => Err(errors::refuse(format!(
            "{name} is given, allowed only without {with}"
        ))),
        (false, true) => Err(errors::refuse(format!(
            "{with} takes {name}, none is given"
        ))),
        _ => Ok(()),
    }
}

/// Bytes of codes, which are whole words.
fn code_bytes(size: &Bound<'_, PyAny>) -> PyResult<u32> {
    const MOST: u32 = 1 << 28;
    let bytes = arguments::near("size", size)?;
    if !(4..=MOST).contains(&bytes) || !bytes.is_multiple_of(4) {
        let size = arguments::shown(size);
        let line = format!("size is {size}, allowed multiples of 4, 4 to {MOST}");
        return Err(errors::refuse(line));
    }
    Ok(bytes)
}

/// Room for a state, zeros.
fn empty(words: usize) -> PyResult<Vec<u32>> {
    room("the memory", 4.0 * words as f64)?;
    Ok(vec![0; words])
}

#[pymethods]
impl Ring {
    #[new]
    #[pyo3(
        signature = (n_visible, n_slots=None, replacement=Setting::Default, coding=Setting::Default, *, n_classes=None,
            n_active=None, size=None, seed=Setting::Default),
        text_signature = "(n_visible, n_slots=None, replacement='fifo', coding='plain', *, n_classes=None, n_active=None, \
            size=None, seed=0)"
    )]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn new<'py>(
        n_visible: &Bound<'py, PyAny>,
        n_slots: Option<&Bound<'py, PyAny>>,
        replacement: Setting<'py>,
        coding: Setting<'py>,
        n_classes: Option<&Bound<'py, PyAny>>,
        n_active: Option<&Bound<'py, PyAny>>,
        size: Option<&Bound<'py, PyAny>>,
        seed: Setting<'py>,
    ) -> PyResult<Self> {
        let visible = arguments::whole("n_visible", n_visible, 1..=MAX_VISIBLE.into())? as u32;
        let slots = n_slots
            .map(|value| arguments::near("n_slots", value))
            .transpose()?;
        let classes = n_classes.map(|value| arguments::whole("n_classes", value, 1..=256));
        let classes = classes.transpose()?.map(|classes| classes as u32);
        let active = n_active.map(|value| arguments::part("n_active", value, visible, "n_visible"));
        let active = active.transpose()?;
        let size = size.map(code_bytes).transpose()?;
        let replaced = replacement.or(Replaced::Fifo, |value| {
            arguments::choice("replacement", value, &REPLACEMENTS)
        })?;
        let coding_of = coding.or(Coding::Plain, |value| {
            arguments::choice("coding", value, &CODINGS)
        })?;
        let seed = seed.or(0, arguments::seed)?;
        let replacement = arguments::name_of(replaced, &REPLACEMENTS);
        let coding = arguments::name_of(coding_of, &CODINGS);
        let with = format!("coding {coding:?}");
        let coded = coding_of != Coding::Plain;
        if coded && replaced != Replaced::Fifo {
            let line = format!("replacement is {replacement:?}, allowed \"fifo\" with {with}");
            return Err(errors::refuse(line));
        }
        goes("n_slots", slots.is_some(), coding_of != Coding::Rice, &with)?;
        goes("n_active", active.is_some(), coded, &with)?;
        goes("size", size.is_some(), coding_of == Coding::Rice, &with)?;
        let balanced = replaced == Replaced::Balanced;
        let with = format!("replacement {replacement:?}");
        goes("n_classes", classes.is_some(), balanced, &with)?;
        let (slots, active) = (slots.unwrap_or(0), active.unwrap_or(0));
        let said = |error| keywords::ring(error, n_slots.map(arguments::shown).as_deref());
        let memory = match coding_of {
            Coding::Plain => {
                let replacement = match replaced {
                    Replaced::Fifo => Replacement::Fifo,
                    Replaced::Random => Replacement::Random { seed },
                    Replaced::Reservoir => Replacement::Reservoir { seed },
                    Replaced::Balanced => Replacement::Balanced {
                        classes: classes.unwrap_or(0),
                        seed,
                    },
                };
                let params = SlotsParams::new(visible, slots, replacement).map_err(said)?;
                Slots::new(params, empty(params.words())?).map(Memory::Plain)
            }
            Coding::Rice => {
                let params =
                    CodedParams::new(visible, active, size.unwrap_or(0) / 4).map_err(said)?;
                Coded::new(params, empty(params.words())?).map(Memory::Rice)
            }
            Coding::Sketch => {
                let params = SketchesParams::new(visible, active, slots, seed).map_err(said)?;
                Sketches::new(params, empty(params.words())?).map(Memory::Sketch)
            }
        };
        Ok(Self::of(memory.map_err(errors::value)?))
    }

    /// Learn patterns, a row each, in order.
    ///
    /// Parameters
    /// ----------
    /// X : array_like, shape (n_patterns, n_visible) or (n_visible,)
    ///     Patterns, each with a one at least.
    /// classes : array_like of int, shape (n_patterns,), or int, optional
    ///     The class of each pattern, 0 to ``n_classes - 1``; 0 unless told. For "balanced".
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For arrays of other shapes or values, patterns without a one, and codes longer than the ring;
    ///     nothing is learned then.
    #[pyo3(signature = (X, *, classes=None))]
    #[expect(non_snake_case, reason = "the name that Python's users know")]
    fn learn(
        &self,
        py: Python<'_>,
        X: &Bound<'_, PyAny>,
        classes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let rows = self.rows(X, "X")?;
        let (words, width, count) = (rows.words(), rows.width(), rows.count());
        for (number, row) in words.chunks_exact(width).enumerate() {
            if row.iter().all(|&word| word == 0) {
                let name = rows.name("X", number);
                return Err(keywords::ring_pattern(RingError::Empty, &name));
            }
        }
        let (_, all, _) = self.replaced(py)?;
        let classes: Option<Vec<u32>> = match (classes, all) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(errors::refuse(
                    "classes are given, allowed only with replacement \"balanced\"",
                ));
            }
            (Some(classes), Some(all)) if classes.hasattr("__len__")? => {
                let last = i64::from(all) - 1;
                let classes = arrays::whole_numbers("classes", classes, 0..=last)?;
                if classes.len() != count {
                    let line =
                        format!("classes are {}, allowed {count} as patterns", classes.len());
                    return Err(errors::refuse(line));
                }
                Some(classes.into_iter().map(|class| class as u32).collect())
            }
            (Some(class), Some(all)) => {
                let class = arguments::whole("classes", class, 0..=u64::from(all) - 1)?;
                Some(vec![class as u32; count])
            }
        };
        let single = rows.single;
        self.with(py, |memory| {
            // A code may be too long: only then is there something to go back to.
            let before = match memory {
                Memory::Rice(_) => Some(memory.clone()),
                _ => None,
            };
            let mut signals = Signals::new();
            for (number, row) in words.chunks_exact(width).enumerate() {
                let class = classes.as_ref().map(|classes| classes[number]);
                if let Err(error) = memory.learn(row, class) {
                    if let Some(before) = before {
                        *memory = before;
                    }
                    let name = match single {
                        true => "X".to_owned(),
                        false => format!("X[{number}]"),
                    };
                    return Err(keywords::ring_pattern(error, &name));
                }
                signals.check()?;
            }
            Ok(())
        })
    }

    /// Recall the patterns with the largest overlaps.
    ///
    /// Parameters
    /// ----------
    /// cues : array_like, shape (n_cues, n_visible) or (n_visible,)
    ///     Cues, such as parts of patterns that were learned.
    ///
    /// Returns
    /// -------
    /// FromSlot
    ///     ``pattern``, shape and format of the cues; ``score``, float64, the overlap as a share of each
    ///     cue's ones; ``slot``, int64, -1 in an empty memory.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For arrays of other shapes or values, and of sketches, which hold no patterns.
    fn recall<'py>(
        &self,
        py: Python<'py>,
        cues: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let (words, width, count) = (rows.words(), rows.width(), rows.count());
        let visible = self.visible;
        arrays::room_for::<u8>("the answer", &[count, visible as usize])?;
        let (patterns, scores, slots) = self.with(py, |memory| {
            let mut scratch = vec![0; width];
            let mut signals = Signals::new();
            let mut patterns = Vec::with_capacity(words.len());
            let (mut scores, mut slots) = (Vec::with_capacity(count), Vec::with_capacity(count));
            if let Memory::Plain(memory) = memory {
                // So many that signals wait for no more than some tenths of a second.
                let together = (READ / memory.words().len()).clamp(1, 64);
                for cues in words.chunks(together * width) {
                    let best = best_slots(Isa::best(), memory, cues).map_err(errors::value)?;
                    for (cue, best) in cues.chunks_exact(width).zip(best) {
                        let (slot, overlap) = best.unwrap_or_default();
                        match best {
                            Some(_) => patterns.extend_from_slice(memory.pattern(slot)),
                            None => patterns.extend_from_slice(&scratch),
                        }
                        scores.push(match bits::count(cue) {
                            0 => 0.0,
                            most => f64::from(overlap) / f64::from(most),
                        });
                        slots.push(best.map_or(-1, |(slot, _)| i64::from(slot)));
                    }
                    signals.check()?;
                }
                return Ok((patterns, scores, slots));
            }
            for cue in words.chunks_exact(width) {
                let recalled = match memory {
                    Memory::Plain(memory) => memory.recall(cue),
                    Memory::Rice(memory) => memory.recall(cue, &mut scratch),
                    Memory::Sketch(_) => {
                        return Err(errors::refuse(
                            "coding is \"sketch\", which holds no patterns to recall: use find",
                        ));
                    }
                };
                let recalled = recalled.map_err(errors::value)?;
                patterns.extend_from_slice(recalled.pattern);
                let best = recalled.found.best;
                scores.push(best.map_or(0.0, |best| match best.most() {
                    0 => 0.0,
                    most => f64::from(best.overlap()) / f64::from(most),
                }));
                slots.push(best.map_or(-1, |best| i64::from(best.slot())));
                signals.check()?;
            }
            PyResult::Ok((patterns, scores, slots))
        })?;
        let fields = (
            arrays::patterns(py, patterns, visible, &rows)?,
            arrays::scalars(py, scores, rows.single)?,
            arrays::one_or_all(py, slots, rows.single)?,
        );
        FROM_SLOT.of(py, fields)
    }

    /// Find the patterns with the largest overlaps, and the next.
    ///
    /// Parameters
    /// ----------
    /// cues : array_like, shape (n_cues, n_visible) or (n_visible,)
    ///     Cues.
    ///
    /// Returns
    /// -------
    /// SlotFound
    ///     ``overlap`` of the best, ``most`` that it could be, its ``slot`` and ``age``, ``next_overlap``
    ///     and ``next_slot`` of the best of all others; int64. Of codes the slot is the number in the ring,
    ///     the oldest being 0.
    fn find<'py>(&self, py: Python<'py>, cues: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(cues, "cues")?;
        let (words, width, count) = (rows.words(), rows.width(), rows.count());
        let found: Vec<Found> = self.with(py, |memory| {
            let (mut signals, mut all) = (Signals::new(), Vec::with_capacity(count));
            for cue in words.chunks_exact(width) {
                all.push(memory.find(cue).map_err(errors::value)?);
                signals.check()?;
            }
            PyResult::Ok(all)
        })?;
        let of = |which: fn(&Found) -> Option<Match>, of: fn(Match) -> u64, none: i64| {
            let each = found
                .iter()
                .map(|found| which(found).map_or(none, |one| of(one) as i64));
            arrays::one_or_all(py, each.collect::<Vec<i64>>(), rows.single)
        };
        let fields = (
            of(|found| found.best, |one| one.overlap().into(), 0)?,
            of(|found| found.best, |one| one.most().into(), 0)?,
            of(|found| found.best, |one| one.slot().into(), -1)?,
            of(|found| found.best, |one| one.age().unwrap_or(0), 0)?,
            of(|found| found.next, |one| one.overlap().into(), -1)?,
            of(|found| found.next, |one| one.slot().into(), -1)?,
        );
        SLOT_FOUND.of(py, fields)
    }

    /// The patterns that are kept: slot by slot, or of codes the oldest first.
    ///
    /// Returns
    /// -------
    /// ndarray of bool, shape (n_kept, n_visible)
    ///     A copy.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     Of sketches, which hold no patterns.
    fn patterns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let width = bits::words_for(self.visible);
        let words = self.with(py, |memory| {
            let mut all = Vec::new();
            match memory {
                Memory::Plain(memory) => {
                    for slot in 0..memory.params().slots() {
                        all.extend_from_slice(memory.pattern(slot));
                    }
                }
                Memory::Rice(memory) => {
                    let mut scratch = vec![0; width];
                    let decoded =
                        memory.decode(&mut scratch, |pattern| all.extend_from_slice(pattern));
                    decoded.map_err(errors::value)?;
                }
                Memory::Sketch(_) => {
                    return Err(errors::refuse(
                        "coding is \"sketch\", which holds no patterns",
                    ));
                }
            }
            Ok(all)
        })?;
        arrays::bools(py, words, self.visible)
    }

    /// The classes of the patterns that are kept, slot by slot; int64, shape (n_kept,): 0 unless
    /// replacement is "balanced".
    #[getter]
    fn classes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let classes: Vec<i64> = self.with(py, |memory| {
            Ok(match memory {
                Memory::Plain(memory) => (0..memory.params().slots())
                    .map_while(|slot| memory.class(slot))
                    .map(i64::from)
                    .collect(),
                other => vec![0; other.kept() as usize],
            })
        })?;
        let shape = [classes.len()];
        arrays::shaped(py, classes, &shape, false)
    }

    /// The snapshot of the memory: the file that :meth:`save` writes and that a device opens in place.
    ///
    /// Returns
    /// -------
    /// bytes
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = self.with(py, |memory| memory.bytes())?;
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
    ///     For bytes that are no snapshot of a memory of slots, or that were changed.
    #[classmethod]
    fn from_bytes(
        _cls: &Bound<'_, PyType>,
        py: Python<'_>,
        snapshot: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let snapshot = arguments::bytes("snapshot", snapshot)?;
        Ok(Self::of(storage::from_bytes(py, &snapshot, Memory::of)?))
    }

    /// Write the memory to a file: the snapshot that devices open in place. It is whole or not there.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File to write; one that is there is replaced.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
        let path = arguments::path("path", path)?;
        self.with(py, |memory| storage::save(&path, &memory.bytes()?))
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
    ///     For one that is no snapshot of a memory of slots, or that was changed.
    #[classmethod]
    fn load(_cls: &Bound<'_, PyType>, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let path = arguments::path("path", path)?;
        Ok(Self::of(storage::load(py, path, Memory::of)?))
    }

    /// Visible units.
    #[getter]
    fn n_visible(&self) -> u32 {
        self.visible
    }

    /// Slots; None of "rice", where their number depends on the codes.
    #[getter]
    fn n_slots(&self, py: Python<'_>) -> PyResult<Option<u32>> {
        self.with(py, |memory| Ok(memory.slots()))
    }

    /// Which slot a pattern goes to, "fifo", "random", "reservoir" or "balanced".
    #[getter]
    fn replacement(&self, py: Python<'_>) -> PyResult<&'static str> {
        Ok(arguments::name_of(self.replaced(py)?.0, &REPLACEMENTS))
    }

    /// How patterns are kept, "plain", "rice" or "sketch".
    #[getter]
    fn coding(&self, py: Python<'_>) -> PyResult<&'static str> {
        Ok(arguments::name_of(self.kind(py)?, &CODINGS))
    }

    /// Classes of patterns; None unless replacement is "balanced".
    #[getter]
    fn n_classes(&self, py: Python<'_>) -> PyResult<Option<u32>> {
        Ok(self.replaced(py)?.1)
    }

    /// The seed.
    #[getter]
    fn seed(&self, py: Python<'_>) -> PyResult<u64> {
        Ok(self.replaced(py)?.2)
    }

    /// Patterns learned so far, with those that are no longer there.
    #[getter]
    fn n_learned(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |memory| Ok(memory.learned()))
    }

    /// Patterns that are there.
    #[getter]
    fn n_kept(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |memory| Ok(memory.kept()))
    }

    /// Bytes of the state, here as on a device.
    #[getter]
    fn nbytes(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |memory| Ok(4 * memory.words().len()))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        self.with(py, |memory| Ok(memory.shown()))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        // Parameters and state: the snapshot has both.
        let own = self.with(py, |memory| memory.bytes())?;
        let other = other.get().with(py, |memory| memory.bytes())?;
        Ok(other == own)
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        Ok(Self::of(self.with(py, |memory| Ok(memory.clone()))?))
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
