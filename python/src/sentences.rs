//! `SentenceStore`: the memory of sentences in a folder, as far as it is the library's. `slotless/_sentences.py` has what users meet.

use std::path::{Path, PathBuf};
use std::time::Duration;

use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::{PyBlockingIOError, PyLookupError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use slotless_files::FileError;
use slotless_recall::vectors::Vectors;
use slotless_recall::{
    Answer, Ask, Entry, Found, Item, Locking, NewItem, Projection, Search, Settings, Store,
    StoreError, Writer,
};

use crate::calls::{self, Shared, Signals, room};
use crate::pool::pool;
use crate::reals::reals;
use crate::{arguments, errors};

/// Items that are written to disk together.
const BATCH: usize = 256;

/// A memory of sentences in a folder: `slotless.Sentences` without its encoder.
// Rayon's work is given to the pool from the thread that called: it is the one that can ask for Python's signals.
#[pyclass(module = "slotless._slotless", frozen)]
#[derive(Debug)]
pub(crate) struct SentenceStore {
    folder: PathBuf,
    inner: Shared<Inner>,
}

#[derive(Debug)]
enum Inner {
    Closed,
    Reader(Box<Store>),
    Writer(Box<Writer>),
}

fn failed(error: StoreError) -> PyErr {
    match error {
        StoreError::Io { path, error } => errors::file(&FileError::io(path, error)),
        StoreError::Locked { .. } => PyBlockingIOError::new_err(error.to_string()),
        StoreError::Unknown { .. } => PyLookupError::new_err(error.to_string()),
        _ => errors::value(error),
    }
}

fn locking(wait: Option<&Bound<'_, PyAny>>) -> PyResult<Locking> {
    let Some(wait) = wait else {
        return Ok(Locking::Now);
    };
    let seconds = arguments::number("wait", wait)?;
    Duration::try_from_secs_f64(seconds)
        .map(Locking::Wait)
        .map_err(|_| errors::refuse(format!("wait is {seconds}, allowed seconds from 0")))
}

impl Inner {
    fn store(&self, folder: &Path) -> PyResult<&Store> {
        match self {
            Self::Reader(store) => Ok(store),
            Self::Writer(writer) => Ok(writer.store()),
            Self::Closed => Err(closed(folder)),
        }
    }

    fn writer(&mut self, folder: &Path) -> PyResult<&mut Writer> {
        match self {
            Self::Writer(writer) => Ok(writer),
            Self::Reader(_) => Err(errors::refuse(format!(
                "{}: opened to be read, mode \"a\" writes",
                folder.display()
            ))),
            Self::Closed => Err(closed(folder)),
        }
    }
}

fn closed(folder: &Path) -> PyErr {
    errors::refuse(format!("{}: the memory is closed", folder.display()))
}

impl SentenceStore {
    fn read<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&Store) -> PyResult<T>,
    ) -> PyResult<T> {
        self.inner
            .with(py, |inner| use_it(inner.store(&self.folder)?))
    }

    /// Uses the memory on a thread that Ctrl-C leaves behind.
    fn apart<T: Send + 'static>(
        &self,
        py: Python<'_>,
        use_it: impl FnOnce(&mut Inner, &Path) -> PyResult<T> + Send + 'static,
    ) -> PyResult<T> {
        let folder = self.folder.clone();
        self.inner
            .apart(py, f64::INFINITY, move |inner| use_it(inner, &folder))
    }

    fn write<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&mut Writer) -> PyResult<T>,
    ) -> PyResult<T> {
        self.inner
            .with(py, |inner| use_it(inner.writer(&self.folder)?))
    }
}

/// Rows of numbers as the library's vectors.
fn vectors(input: &Bound<'_, PyAny>, rows: usize, dim: u32) -> PyResult<Vectors> {
    let reals = reals("vectors", input)?;
    if reals.shape != [rows, dim as usize] {
        let shape = &reals.shape;
        let line = format!("vectors has shape {shape:?}, allowed [{rows}, {dim}]");
        return Err(errors::refuse(line));
    }
    let vectors = Vectors::new(reals.into_numbers(), dim as usize);
    vectors
        .and_then(|vectors| vectors.clone().unit().map(|_| vectors))
        .map_err(|error| errors::refuse(format!("vectors: {error}")))
}

/// The number of an item.
fn id_of(id: &Bound<'_, PyAny>) -> PyResult<u64> {
    arguments::nearest("id", id)
}

fn check_text(what: &str, text: &str) -> PyResult<()> {
    if text.trim().is_empty() {
        return Err(errors::refuse(format!("{what} is empty")));
    }
    if text.len() > Item::LONGEST_TEXT {
        let (length, most) = (text.len(), Item::LONGEST_TEXT);
        return Err(errors::refuse(format!(
            "{what} has {length} bytes, allowed {most} at most"
        )));
    }
    Ok(())
}

type FoundParts = (u64, String, String, f32, u32, f32);

fn parts(found: Found) -> FoundParts {
    (
        found.id,
        found.target,
        found.cue,
        found.score,
        found.overlap,
        found.share,
    )
}

type AnswerParts = (Option<FoundParts>, Vec<FoundParts>);

fn answer_parts(answer: Answer) -> AnswerParts {
    (
        answer.best.map(parts),
        answer.others.into_iter().map(parts).collect(),
    )
}

type ItemVectors<'py> = (Bound<'py, PyArray1<f32>>, Bound<'py, PyArray2<f32>>);

type ItemParts = (u64, String, Vec<String>, Option<u64>, Option<u64>);

fn item_parts(item: Item) -> ItemParts {
    (item.id, item.target, item.cues, item.added, item.updated)
}

/// The settings of a question.
fn ask_of(
    top: &Bound<'_, PyAny>,
    threshold: &Bound<'_, PyAny>,
    nearest: &Bound<'_, PyAny>,
    active: Option<&Bound<'_, PyAny>>,
    beta: &Bound<'_, PyAny>,
) -> PyResult<Ask> {
    let ask = Ask::new()
        .top(arguments::whole("top", top, 1..=1000)? as usize)
        .threshold(arguments::number("threshold", threshold)? as f32)
        .nearest(arguments::whole("nearest", nearest, 1..=10_000)? as usize)
        .beta(arguments::number("beta", beta)? as f32);
    let ask = match active {
        Some(active) => ask.active(arguments::near("active", active)?),
        None => ask,
    };
    ask.check().map_err(failed)?;
    Ok(ask)
}

#[pymethods]
impl SentenceStore {
    /// Whether a folder holds a memory.
    #[staticmethod]
    fn is_at(folder: &Bound<'_, PyAny>) -> PyResult<bool> {
        Store::is_at(&arguments::path("folder", folder)?).map_err(failed)
    }

    /// Opens the memory of a folder: mode "r" or "a".
    #[staticmethod]
    #[pyo3(signature = (folder, mode, wait))]
    fn open(
        py: Python<'_>,
        folder: &Bound<'_, PyAny>,
        mode: &Bound<'_, PyAny>,
        wait: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let folder = arguments::path("folder", folder)?;
        let read_only = arguments::choice("mode", mode, &[("a", false), ("r", true)])?;
        let locking = locking(wait)?;
        let path = folder.clone();
        // Of a process that does not end there may be long to wait, and a long log to read.
        let inner = calls::stoppable(py, move || {
            let opened = match read_only {
                true => Store::open(&path).map(|store| Inner::Reader(Box::new(store))),
                false => {
                    Writer::open_with(&path, locking).map(|writer| Inner::Writer(Box::new(writer)))
                }
            };
            opened.map_err(failed)
        })?;
        let inner = Shared::new(inner);
        Ok(Self { folder, inner })
    }

    /// Makes a memory in a folder.
    #[staticmethod]
    #[pyo3(signature = (folder, dim, units, active, projection, seed, wait))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the class in Python")]
    fn create(
        py: Python<'_>,
        folder: &Bound<'_, PyAny>,
        dim: &Bound<'_, PyAny>,
        units: &Bound<'_, PyAny>,
        active: &Bound<'_, PyAny>,
        projection: &Bound<'_, PyAny>,
        seed: &Bound<'_, PyAny>,
        wait: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let folder = arguments::path("folder", folder)?;
        let projection = arguments::text("projection", projection)?;
        let taps = projection
            .strip_prefix("sparse:")
            .and_then(|taps| taps.parse().ok());
        let projection = match (&*projection, taps) {
            ("gaussian", _) => Projection::Gaussian,
            (_, Some(taps)) => Projection::Sparse { taps },
            _ => {
                let line =
                    format!("projection is {projection:?}, allowed \"gaussian\", \"sparse:TAPS\"");
                return Err(errors::refuse(line));
            }
        };
        let settings = Settings {
            units: arguments::size("units", units)?,
            active: arguments::size("active", active)?,
            seed: arguments::seed(seed)?,
            projection,
            ..Settings::new(arguments::whole("dim", dim, 1..=65_536)? as u32)
        };
        let of_unit = match projection {
            Projection::Gaussian => settings.inputs,
            Projection::Sparse { taps } => taps,
        };
        room(
            "the projection",
            4.0 * f64::from(settings.units) * f64::from(of_unit),
        )?;
        let locking = locking(wait)?;
        let path = folder.clone();
        let writer = calls::stoppable(py, move || {
            pool()?.install(|| Writer::create_with(&path, &settings, locking).map_err(failed))
        })?;
        let inner = Shared::new(Inner::Writer(Box::new(writer)));
        Ok(Self { folder, inner })
    }

    /// Stores items; rows of vectors belong to cue, target, further cues, item after item. Gives their
    /// numbers.
    fn add(
        &self,
        py: Python<'_>,
        targets: Vec<String>,
        cues: Vec<Vec<String>>,
        vectors: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<u64>> {
        if targets.len() != cues.len() {
            return Err(errors::refuse("as many targets as lists of cues"));
        }
        let of = |what: &str, number: usize| match targets.len() {
            1 => what.to_owned(),
            _ => format!("pair {}: {what}", number + 1),
        };
        for (number, (target, cues)) in targets.iter().zip(&cues).enumerate() {
            check_text(&of("the target", number), target)?;
            if cues.is_empty() {
                return Err(errors::refuse(format!(
                    "{} is missing",
                    of("the cue", number)
                )));
            }
            for cue in cues {
                check_text(&of("the cue", number), cue)?;
            }
        }
        let rows = targets.len() + cues.iter().map(Vec::len).sum::<usize>();
        if rows == 0 {
            return Ok(Vec::new());
        }
        let dim = self.dim(py)?;
        let vectors = self::vectors(vectors, rows, dim)?;
        self.write(py, |writer| {
            let mut signals = Signals::new();
            let (mut ids, mut row) = (Vec::with_capacity(targets.len()), 0);
            for (targets, cues) in targets.chunks(BATCH).zip(cues.chunks(BATCH)) {
                let mut entries = Vec::new();
                let mut items = Vec::with_capacity(targets.len());
                for (target, cues) in targets.iter().zip(cues) {
                    // The target's row is behind the first cue's.
                    let first = entries.len();
                    for (number, cue) in cues.iter().enumerate() {
                        let at = row + number + usize::from(number > 0);
                        entries.push(Entry {
                            text: cue,
                            vector: vectors.row(at),
                        });
                    }
                    let target = Entry {
                        text: target,
                        vector: vectors.row(row + 1),
                    };
                    items.push((target, first..entries.len()));
                    row += cues.len() + 1;
                }
                let items: Vec<NewItem<'_>> = items
                    .into_iter()
                    .map(|(target, own)| NewItem {
                        target,
                        cues: &entries[own],
                        metadata: None,
                    })
                    .collect();
                let added = pool()?.install(|| writer.add(&items)).map_err(failed)?;
                ids.extend(added);
                signals.check()?;
            }
            Ok(ids)
        })
    }

    /// Stores further cues of an item, a row of vectors each.
    fn add_cues(
        &self,
        py: Python<'_>,
        id: &Bound<'_, PyAny>,
        cues: Vec<String>,
        vectors: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let id = id_of(id)?;
        let vectors = self::vectors(vectors, cues.len(), self.dim(py)?)?;
        self.write(py, |writer| {
            let entries = cues.iter().zip(vectors.rows());
            let entries: Vec<_> = entries
                .map(|(text, vector)| Entry { text, vector })
                .collect();
            pool()?
                .install(|| writer.add_cues(id, &entries))
                .map_err(failed)
        })
    }

    /// Gives an item another target, other cues, or both; rows of vectors belong to the target, if one is
    /// given, and the cues.
    fn update(
        &self,
        py: Python<'_>,
        id: &Bound<'_, PyAny>,
        target: Option<String>,
        cues: Vec<String>,
        vectors: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let id = id_of(id)?;
        let targets = usize::from(target.is_some());
        let vectors = self::vectors(vectors, cues.len() + targets, self.dim(py)?)?;
        self.write(py, |writer| {
            let mut rows = vectors.rows();
            let target = target.as_deref().zip(rows.by_ref().take(targets).next());
            let target = target.map(|(text, vector)| Entry { text, vector });
            let entries: Vec<_> = cues
                .iter()
                .zip(rows)
                .map(|(text, vector)| Entry { text, vector })
                .collect();
            pool()?
                .install(|| writer.update(id, target, &entries))
                .map_err(failed)
        })
    }

    /// Forgets items.
    fn forget(&self, py: Python<'_>, ids: Vec<Bound<'_, PyAny>>) -> PyResult<()> {
        let ids = ids.iter().map(id_of).collect::<PyResult<Vec<u64>>>()?;
        self.write(py, |writer| writer.forget(&ids).map_err(failed))
    }

    /// Writes the log anew without what was forgotten; gives how many bytes shorter it is.
    fn compact(&self, py: Python<'_>) -> PyResult<u64> {
        self.apart(py, |inner, folder| {
            let compacted = inner.writer(folder)?.compact();
            compacted.map_err(failed)
        })
    }

    /// Asks with vectors, a row each.
    #[pyo3(signature = (vectors, top, threshold, nearest, active, beta))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the class in Python")]
    fn ask(
        &self,
        py: Python<'_>,
        vectors: &Bound<'_, PyAny>,
        top: &Bound<'_, PyAny>,
        threshold: &Bound<'_, PyAny>,
        nearest: &Bound<'_, PyAny>,
        active: Option<&Bound<'_, PyAny>>,
        beta: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<AnswerParts>> {
        let ask = ask_of(top, threshold, nearest, active, beta)?;
        let reals = reals("vectors", vectors)?;
        let [count, dim] = reals.shape[..] else {
            let axes = reals.shape.len();
            let line = format!("vectors has {axes} axes, allowed 2 (a row a question)");
            return Err(errors::refuse(line));
        };
        let numbers = reals.numbers();
        self.read(py, |store| {
            let (pool, mut signals) = (pool()?, Signals::new());
            let mut answers = Vec::with_capacity(count);
            for number in 0..count {
                let question = &numbers[number * dim..][..dim];
                let answer = pool.install(|| store.ask(question, &ask)).map_err(failed)?;
                answers.push(answer_parts(answer));
                signals.check()?;
            }
            Ok(answers)
        })
    }

    /// Asks on with each answer's target as the next question.
    #[pyo3(signature = (vector, hops, top, threshold, nearest, active, beta))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the class in Python")]
    fn chain(
        &self,
        py: Python<'_>,
        vector: &Bound<'_, PyAny>,
        hops: &Bound<'_, PyAny>,
        top: &Bound<'_, PyAny>,
        threshold: &Bound<'_, PyAny>,
        nearest: &Bound<'_, PyAny>,
        active: Option<&Bound<'_, PyAny>>,
        beta: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<AnswerParts>> {
        let hops = arguments::whole("hops", hops, 1..=1000)? as u32;
        let ask = ask_of(top, threshold, nearest, active, beta)?;
        let vector = reals("vector", vector)?.into_numbers();
        self.apart(py, move |inner, folder| {
            let (store, mut answers) = (inner.store(folder)?, Vec::new());
            let asked = pool()?.install(|| {
                store.chain(&vector, hops, &ask, |hop| {
                    answers.push(answer_parts(hop.answer))
                })
            });
            asked.map_err(failed)?;
            Ok(answers)
        })
    }

    /// An item.
    fn item(&self, py: Python<'_>, id: &Bound<'_, PyAny>) -> PyResult<ItemParts> {
        let id = id_of(id)?;
        self.read(py, |store| store.item(id).map(item_parts).map_err(failed))
    }

    /// Up to `count` items from this number on.
    fn items(&self, py: Python<'_>, first: u64, count: usize) -> PyResult<Vec<ItemParts>> {
        self.read(py, |store| {
            let items = store.items(first).take(count);
            items
                .map(|full| full.map(|full| item_parts(full.item)).map_err(failed))
                .collect()
        })
    }

    /// The vectors of an item: its target's, and its cues', a row each.
    fn vectors<'py>(&self, py: Python<'py>, id: &Bound<'py, PyAny>) -> PyResult<ItemVectors<'py>> {
        let id = id_of(id)?;
        let full = self.read(py, |store| store.full(id).map_err(failed))?;
        let shape = [full.cues.len(), full.target.len()];
        let cues = PyArray1::from_vec(py, full.cues.concat()).reshape(shape)?;
        Ok((PyArray1::from_vec(py, full.target), cues))
    }

    /// Numbers of the items that have this text as a cue.
    fn with_cue(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Vec<u64>> {
        let text = arguments::text("text", text)?;
        self.read(py, |store| store.with_cue(&text).map_err(failed))
    }

    /// Reads all of the memory; gives what is damaged, a line each.
    fn verify(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let folder = self.folder.clone();
        let verified = calls::stoppable(py, move || Store::verify(&folder).map_err(failed))?;
        let line = |problem: slotless_recall::Problem| match problem.bytes {
            Some(bytes) => format!(
                "{}, bytes {} to {}: {}",
                problem.file, bytes.start, bytes.end, problem.why
            ),
            None => format!("{}: {}", problem.file, problem.why),
        };
        Ok(verified.problems.into_iter().map(line).collect())
    }

    /// What was left out or aside when the memory was opened, a line each.
    fn warnings(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.read(py, |store| {
            let mut lines = Vec::new();
            if let Some(torn) = store.torn() {
                lines.push(format!(
                    "the last {} bytes of the log, from byte {} on, are no whole record and are left out",
                    torn.bytes, torn.at
                ));
            }
            if let Some(why) = store.snapshot_left_aside() {
                lines.push(format!("the file snapshot is left aside, and the log read from its start: {why}"));
            }
            Ok(lines)
        })
    }

    /// Sizes of the memory.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let stats = self.read(py, |store| {
            pool()?.install(|| store.stats()).map_err(failed)
        })?;
        let out = PyDict::new(py);
        out.set_item("items", stats.items)?;
        out.set_item("cues", stats.cues)?;
        out.set_item("next_id", stats.next_id)?;
        out.set_item("log_bytes", stats.log_bytes)?;
        out.set_item("snapshot_reaches", stats.snapshot_reaches)?;
        out.set_item("snapshot_bytes", stats.snapshot_bytes)?;
        out.set_item("index_bytes", stats.index_bytes)?;
        out.set_item("projection_bytes", stats.projection_bytes)?;
        out.set_item("mean_cosine", stats.mean_cosine)?;
        let search = match stats.search {
            Search::Codes => "codes",
            Search::Drives => "drives",
            Search::Vectors => "vectors",
            _ => "other",
        };
        out.set_item("search", search)?;
        Ok(out)
    }

    /// Settings that the memory was made with.
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let settings = self.read(py, |store| Ok(store.settings().clone()))?;
        let out = PyDict::new(py);
        out.set_item("dim", settings.inputs)?;
        out.set_item("units", settings.units)?;
        out.set_item("active", settings.active)?;
        out.set_item("projection", settings.projection.to_string())?;
        out.set_item("seed", settings.seed)?;
        Ok(out)
    }

    /// Items that are stored.
    fn count(&self, py: Python<'_>) -> PyResult<usize> {
        self.read(py, |store| Ok(store.ids().count()))
    }

    /// Lets the memory go, and its lock.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.inner.with(py, |inner| {
            *inner = Inner::Closed;
            Ok(())
        })
    }

    /// Whether it was closed.
    fn is_closed(&self, py: Python<'_>) -> PyResult<bool> {
        self.inner
            .with(py, |inner| Ok(matches!(inner, Inner::Closed)))
    }
}

impl SentenceStore {
    fn dim(&self, py: Python<'_>) -> PyResult<u32> {
        self.read(py, |store| Ok(store.settings().inputs))
    }
}
