//! `SentenceStore`: the memory of sentences in a folder, as far as it is the library's. `slotless/_sentences.py` has what users meet.

mod parts;

use std::path::{Path, PathBuf};
use std::time::Duration;

use numpy::{PyArray1, PyArrayMethods};
use pyo3::exceptions::{PyBlockingIOError, PyLookupError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use slotless_core::words::Units;
use slotless_files::FileError;
use slotless_recall::vectors::Vectors;
use slotless_recall::{
    Ask, Calibration, Entry, History, Locking, NewItem, Question, Settings, Signs, Source, Store,
    StoreError, Times, Writer,
};

use crate::calls::{self, Shared, Signals};
use crate::pool::pool;
use crate::reals::reals;
use crate::{arguments, errors};
use parts::{
    AnswerParts, ItemParts, ItemVectors, Known, VersionParts, Which, answer_parts, ask_of,
    calibration_parts, check_text, entries, filter, id_of, item_parts, metadata, question, vectors,
    version_parts,
};

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

    /// Makes a memory in a folder: vectors of so many numbers, 0 for none, and words of so many bits, 0
    /// for none.
    #[staticmethod]
    #[pyo3(signature = (folder, dim, words, wait))]
    fn create(
        py: Python<'_>,
        folder: &Bound<'_, PyAny>,
        dim: &Bound<'_, PyAny>,
        words: &Bound<'_, PyAny>,
        wait: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let folder = arguments::path("folder", folder)?;
        let bits = arguments::whole("words", words, 0..=32)? as u32;
        let words = Units::new(bits).ok();
        if words.is_none() && bits > 0 {
            return Err(errors::refuse(format!(
                "words is {bits}, allowed 0, 8 to 32"
            )));
        }
        let inputs = arguments::whole("dim", dim, 0..=65_536)? as u32;
        let settings = Settings {
            words,
            ..Settings::new(inputs)
        };
        settings.check().map_err(failed)?;
        let locking = locking(wait)?;
        let path = folder.clone();
        let writer = calls::stoppable(py, move || {
            pool()?.install(|| Writer::create_with(&path, &settings, locking).map_err(failed))
        })?;
        let inner = Shared::new(Inner::Writer(Box::new(writer)));
        Ok(Self { folder, inner })
    }

    /// Stores items; rows of vectors belong to cue, target, further cues, item after item, or to cues
    /// alone. Gives their numbers.
    #[pyo3(signature = (targets, cues, vectors, known))]
    fn add(
        &self,
        py: Python<'_>,
        targets: Vec<String>,
        cues: Vec<Vec<String>>,
        vectors: Option<&Bound<'_, PyAny>>,
        known: Vec<Known>,
    ) -> PyResult<Vec<u64>> {
        if targets.len() != cues.len() || targets.len() != known.len() {
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
        let known = known.iter().map(metadata).collect::<PyResult<Vec<_>>>()?;
        let of_cues = cues.iter().map(Vec::len).sum::<usize>();
        if of_cues == 0 {
            return Ok(Vec::new());
        }
        let dim = self.dim(py)?;
        let vectors = parts::vectors(vectors, &[of_cues, of_cues + targets.len()], dim)?;
        // Rows of a target, behind the first cue's.
        let of_target = vectors
            .as_ref()
            .map_or(0, |rows| usize::from(rows.len() > of_cues));
        let vector = |row: usize| vectors.as_ref().map(|rows| rows.row(row));
        self.write(py, |writer| {
            let mut signals = Signals::new();
            let (mut ids, mut row) = (Vec::with_capacity(targets.len()), 0);
            let batches = targets.chunks(BATCH).zip(cues.chunks(BATCH));
            for ((targets, cues), known) in batches.zip(known.chunks(BATCH)) {
                let mut entries = Vec::new();
                let mut items = Vec::with_capacity(targets.len());
                for (target, cues) in targets.iter().zip(cues) {
                    let first = entries.len();
                    for (number, cue) in cues.iter().enumerate() {
                        let behind = if number > 0 { of_target } else { 0 };
                        entries.push(Entry {
                            text: cue,
                            vector: vector(row + number + behind),
                        });
                    }
                    let target = Entry {
                        text: target,
                        vector: (of_target > 0).then(|| vector(row + 1)).flatten(),
                    };
                    items.push((target, first..entries.len()));
                    row += cues.len() + of_target;
                }
                let items: Vec<(NewItem<'_>, Times)> = items
                    .into_iter()
                    .zip(known)
                    .map(|((target, own), metadata)| {
                        let item = NewItem {
                            target,
                            cues: &entries[own],
                            metadata: Some(metadata),
                        };
                        (item, Times::default())
                    })
                    .collect();
                let put = pool()?.install(|| writer.put(&items)).map_err(failed)?;
                ids.extend(put.iter().map(|one| one.id));
                signals.check()?;
            }
            Ok(ids)
        })
    }

    /// Stores further cues of an item, a row of vectors each.
    #[pyo3(signature = (id, cues, vectors))]
    fn add_cues(
        &self,
        py: Python<'_>,
        id: &Bound<'_, PyAny>,
        cues: Vec<String>,
        vectors: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let id = id_of(id)?;
        let vectors = parts::vectors(vectors, &[cues.len()], self.dim(py)?)?;
        self.write(py, |writer| {
            let entries: Vec<_> = entries(&cues, vectors.as_ref(), 0);
            pool()?
                .install(|| writer.add_cues(id, &entries))
                .map_err(failed)
        })
    }

    /// Gives an item another target, other cues, or both, and says what is known of it; rows of vectors
    /// belong to the target, if one is given, and the cues, or to the cues alone.
    #[pyo3(signature = (id, target, cues, vectors, known))]
    fn update(
        &self,
        py: Python<'_>,
        id: &Bound<'_, PyAny>,
        target: Option<String>,
        cues: Vec<String>,
        vectors: Option<&Bound<'_, PyAny>>,
        known: Option<Known>,
    ) -> PyResult<()> {
        let id = id_of(id)?;
        let known = known.as_ref().map(metadata).transpose()?;
        if target.is_none() && cues.is_empty() {
            let metadata = known.unwrap_or_default();
            return self.write(py, |writer| {
                writer.describe(&[(id, &metadata)]).map_err(failed)
            });
        }
        let targets = usize::from(target.is_some());
        let vectors = match (cues.len(), vectors) {
            // A target needs none.
            (0, None) => None,
            (count, vectors) => self::vectors(vectors, &[count, count + targets], self.dim(py)?)?,
        };
        self.write(py, |writer| {
            let rows = vectors.as_ref().map_or(0, Vectors::len);
            let of_target = usize::from(rows > cues.len());
            let vector = vectors.as_ref().map(|vectors| vectors.row(0));
            let target = target.as_deref().map(|text| Entry {
                text,
                vector: vector.filter(|_| of_target > 0),
            });
            let entries = entries(&cues, vectors.as_ref(), of_target);
            pool()?
                .install(|| writer.update_described(id, target, &entries, known.as_ref()))
                .map_err(failed)
        })
    }

    /// What is known of an item beside its texts: when it happened, and tags.
    fn known(&self, py: Python<'_>, id: &Bound<'_, PyAny>) -> PyResult<Known> {
        let id = id_of(id)?;
        self.read(py, |store| {
            store
                .item(id)
                .map(|item| item_parts(item).5)
                .map_err(failed)
        })
    }

    /// Whether an item's target has a vector.
    fn has_target_vector(&self, py: Python<'_>, id: &Bound<'_, PyAny>) -> PyResult<bool> {
        let id = id_of(id)?;
        self.read(py, |store| {
            store
                .full(id)
                .map(|full| full.target.is_some())
                .map_err(failed)
        })
    }

    /// Forgets items.
    fn forget(&self, py: Python<'_>, ids: Vec<Bound<'_, PyAny>>) -> PyResult<()> {
        let ids = ids.iter().map(id_of).collect::<PyResult<Vec<u64>>>()?;
        self.write(py, |writer| writer.forget(&ids).map_err(failed))
    }

    /// What an item was and is, the oldest first: since when, target, cues, and what else was known.
    fn history(&self, py: Python<'_>, id: &Bound<'_, PyAny>) -> PyResult<Vec<VersionParts>> {
        let id = id_of(id)?;
        let versions = self.read(py, |store| store.history(id).map_err(failed))?;
        Ok(versions.into_iter().map(version_parts).collect())
    }

    /// The item of a key in a namespace, or in none.
    fn with_key(
        &self,
        py: Python<'_>,
        key: &str,
        namespace: Option<&str>,
    ) -> PyResult<Option<u64>> {
        self.read(py, |store| Ok(store.with_key(namespace, key)))
    }

    /// Writes the log anew without what was forgotten, nor what items were before they were updated, unless
    /// that is kept; gives how many bytes shorter it is.
    #[pyo3(signature = (keep_history))]
    fn compact(&self, py: Python<'_>, keep_history: bool) -> PyResult<u64> {
        let history = match keep_history {
            true => History::Kept,
            false => History::Dropped,
        };
        self.apart(py, move |inner, folder| {
            let compacted = inner.writer(folder)?.compact_with(history);
            compacted.map_err(failed)
        })
    }

    /// Asks with texts, vectors (a row each), or both.
    #[pyo3(signature = (texts, vectors, which, how))]
    fn ask(
        &self,
        py: Python<'_>,
        texts: Option<Vec<String>>,
        vectors: Option<&Bound<'_, PyAny>>,
        which: Which,
        how: &Bound<'_, PyDict>,
    ) -> PyResult<Vec<AnswerParts>> {
        let (ask, filter) = (ask_of(how)?, filter(which));
        let reals = vectors
            .map(|vectors| reals("vectors", vectors))
            .transpose()?;
        let [count, dim] = match (&reals, &texts) {
            (Some(reals), _) => {
                let shape: Result<[usize; 2], _> = reals.shape[..].try_into();
                shape.map_err(|_| {
                    let axes = reals.shape.len();
                    errors::refuse(format!(
                        "vectors has {axes} axes, allowed 2 (a row a question)"
                    ))
                })?
            }
            (None, texts) => [texts.as_ref().map_or(0, Vec::len), 0],
        };
        if texts.as_ref().is_some_and(|texts| texts.len() != count) {
            return Err(errors::refuse("as many questions as vectors"));
        }
        let numbers = reals.as_ref().map(|reals| reals.numbers());
        self.read(py, |store| {
            let (pool, mut signals) = (pool()?, Signals::new());
            let mut answers = Vec::with_capacity(count);
            for number in 0..count {
                let text = texts.as_ref().map(|texts| &*texts[number]);
                let vector = numbers.as_ref().map(|all| &all[number * dim..][..dim]);
                let question = question(text, vector)?;
                let answer = pool.install(|| store.ask_among(&question, &ask, &filter));
                answers.push(answer_parts(answer.map_err(failed)?));
                signals.check()?;
            }
            Ok(answers)
        })
    }

    /// Asks on with each answer's target as the next question; a target without a vector is asked with by
    /// its words.
    #[pyo3(signature = (text, vector, hops, how))]
    fn chain(
        &self,
        py: Python<'_>,
        text: Option<String>,
        vector: Option<&Bound<'_, PyAny>>,
        hops: &Bound<'_, PyAny>,
        how: &Bound<'_, PyDict>,
    ) -> PyResult<Vec<AnswerParts>> {
        let hops = arguments::whole("hops", hops, 1..=1000)? as u32;
        let ask = ask_of(how)?;
        let vector = vector.map(|vector| reals("vector", vector)).transpose()?;
        let vector = vector.map(|reals| reals.into_numbers());
        self.apart(py, move |inner, folder| {
            let (store, mut answers) = (inner.store(folder)?, Vec::new());
            let question = question(text.as_deref(), vector.as_deref())?;
            let none = |_: &str| Ok::<_, StoreError>(None);
            let asked = pool()?.install(|| {
                store.chain(&question, hops, &ask, none, |hop| {
                    answers.push(answer_parts(hop.answer))
                })
            });
            asked.map_err(failed)?;
            Ok(answers)
        })
    }

    /// Learns from questions which ones are answered, or from the memory itself where there are none; gives
    /// what that errs, and keeps it.
    #[pyo3(signature = (questions, answerable, vectors, refuse))]
    fn calibrate<'py>(
        &self,
        py: Python<'py>,
        questions: Option<Vec<String>>,
        answerable: Vec<bool>,
        vectors: Option<&Bound<'_, PyAny>>,
        refuse: &Bound<'_, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let refuse = arguments::number("refuse", refuse)?;
        if questions.as_ref().map_or(0, Vec::len) != answerable.len() {
            return Err(errors::refuse("as many questions as answerable"));
        }
        for question in questions.iter().flatten() {
            check_text("a question", question)?;
        }
        let dim = self.dim(py)?;
        let rows = match (vectors, &questions) {
            (Some(input), Some(questions)) => parts::vectors(Some(input), &[questions.len()], dim)?,
            _ => None,
        };
        let made = self.write(py, |writer| {
            let store = writer.store();
            let made = match &questions {
                None => pool()?
                    .install(|| store.calibration_of_itself(refuse))
                    .map_err(failed)?,
                Some(questions) => {
                    let (ask, mut signals) = (Ask::new(), Signals::new());
                    let signs = |question: &Question<'_>| -> PyResult<Signs> {
                        pool()?
                            .install(|| store.signs(question, &ask))
                            .map_err(failed)
                    };
                    let (mut by_words, mut with_vectors) = (Vec::new(), Vec::new());
                    for (row, (text, &is_answer)) in questions.iter().zip(&answerable).enumerate() {
                        by_words.push((signs(&Question::text(text))?, is_answer));
                        if let Some(rows) = &rows {
                            let asked = Question::both(text, rows.row(row));
                            with_vectors.push((signs(&asked)?, is_answer));
                        }
                        signals.check()?;
                    }
                    Calibration::fit(Source::Questions, &by_words, &with_vectors, refuse)
                        .map_err(errors::value)?
                }
            };
            writer.keep_calibration(&made).map_err(failed)?;
            Ok(made)
        })?;
        calibration_parts(py, &made)
    }

    /// Removes what was learned of answers; says whether there was something.
    fn remove_calibration(&self, py: Python<'_>) -> PyResult<bool> {
        self.write(py, |writer| writer.remove_calibration().map_err(failed))
    }

    /// An item.
    fn item(&self, py: Python<'_>, id: &Bound<'_, PyAny>) -> PyResult<ItemParts> {
        let id = id_of(id)?;
        self.read(py, |store| store.item(id).map(item_parts).map_err(failed))
    }

    /// Up to `count` items from this number on, of those that are meant.
    fn items(
        &self,
        py: Python<'_>,
        first: u64,
        count: usize,
        which: Which,
    ) -> PyResult<Vec<ItemParts>> {
        let filter = filter(which);
        self.read(py, |store| {
            let items = store.items_of(&filter, first).take(count);
            items
                .map(|full| full.map(|full| item_parts(full.item)).map_err(failed))
                .collect()
        })
    }

    /// Numbers of the items that are meant.
    fn ids_of(&self, py: Python<'_>, which: Which) -> PyResult<Vec<u64>> {
        let filter = filter(which);
        self.read(py, |store| Ok(store.ids_of(&filter).collect()))
    }

    /// The vectors of an item: its target's, if it has one, and its cues', a row each.
    fn vectors<'py>(&self, py: Python<'py>, id: &Bound<'py, PyAny>) -> PyResult<ItemVectors<'py>> {
        let id = id_of(id)?;
        let full = self.read(py, |store| store.full(id).map_err(failed))?;
        let dim = full.cues.first().map_or(0, Vec::len);
        let shape = [if dim == 0 { 0 } else { full.cues.len() }, dim];
        let cues = PyArray1::from_vec(py, full.cues.concat()).reshape(shape)?;
        let target = full.target.map(|target| PyArray1::from_vec(py, target));
        Ok((target, cues))
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
            if let Some(why) = store.calibration_left_aside() {
                lines.push(format!("the file calibration is left aside, and a threshold decides what is close: {why}"));
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
        out.set_item("vector_bytes", stats.vector_bytes)?;
        out.set_item("word_bytes", stats.word_bytes)?;
        out.set_item("list_bytes", stats.list_bytes)?;
        Ok(out)
    }

    /// Settings that the memory was made with.
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let settings = self.read(py, |store| Ok(store.settings().clone()))?;
        let out = PyDict::new(py);
        out.set_item("dim", settings.inputs)?;
        out.set_item("words", settings.words.as_ref().map_or(0, Units::bits))?;
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
