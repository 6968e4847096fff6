//! A memory that is open to be written.

use std::ops::Range;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::lock::{self, Lock};
use super::log::{self, Header, Identity, Log, Records};
use super::record::{Kind, LONGEST, LONGEST_TEXT, Part, Record, payload};
use super::settings::{self, Settings};
use super::store::{self, Store};
use super::{StoreError, durable, snapshot};
use crate::vectors::Vectors;

/// When what was written is on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flush {
    /// When the function returns: safe against a failure of power.
    #[default]
    Disk,
    /// When the system sees fit: safe against a kill of the process only.
    System,
}

/// A text and its vector, of any length but 0: vectors are stored with length 1.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The text, not blank, up to a mebibyte.
    pub text: &'a str,
    /// Its vector, of as many numbers as the memory takes.
    pub vector: &'a [f32],
}

/// An item to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewItem<'a> {
    /// What is to be recalled.
    pub target: Entry<'a>,
    /// By what: one cue or more.
    pub cues: &'a [Entry<'a>],
}

/// The one that writes to a memory; others are refused until it is dropped.
#[derive(Debug)]
pub struct Writer {
    pub(super) store: Store,
    flush: Flush,
    /// Nothing of what a killed writer left is in the folder.
    clean: bool,
    _lock: Lock,
}

impl Writer {
    /// Opens the memory of a folder. Nothing is changed until something is added or forgotten.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process writes; those of [`Store::open`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        // No lock is made in a folder that is no memory.
        Settings::read(folder)?;
        let lock = Lock::take(folder)?;
        Self::locked(folder, lock)
    }

    /// Makes a memory in a folder, which must be empty or not there.
    ///
    /// # Errors
    /// [`StoreError::NotAMemory`] where something else is; [`StoreError::Setting`]; then nothing was made.
    pub fn create(folder: &Path, settings: &Settings) -> Result<Self, StoreError> {
        // What cannot be made is known before anything is.
        let projector = settings.projector(settings.params()?)?;
        refuse_others(folder)?;
        durable::create_folder(folder).map_err(|error| StoreError::io(folder, error))?;
        let lock = Lock::take(folder)?;
        if folder.join(settings::NAME).exists() {
            return Err(StoreError::not_a_memory(
                folder,
                "another process has just made one",
            ));
        }
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let header = Header {
            identity: Identity {
                created: now.as_nanos() as u64,
                generation: 0,
            },
            next_id: 1,
            settings: Settings {
                model: None,
                ..settings.clone()
            },
        };
        // The settings last: a folder without them is no memory yet, and can be made one.
        Log::create(folder, &header)?;
        settings.write(folder, now.as_secs())?;
        let mut writer = Self::locked(folder, lock)?;
        writer.store.set_projector(projector);
        Ok(writer)
    }

    fn locked(folder: &Path, lock: Lock) -> Result<Self, StoreError> {
        Ok(Self {
            store: Store::open_to_write(folder)?,
            flush: Flush::default(),
            clean: false,
            _lock: lock,
        })
    }

    /// The memory, with all that was added.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Sets when what is written is on disk.
    pub fn set_flush(&mut self, flush: Flush) {
        self.flush = flush;
    }

    /// Adds items, and returns their numbers when they are on disk. All of them are added or none.
    ///
    /// # Errors
    /// [`StoreError`] for a text or vector that cannot be stored, with nothing written; [`StoreError::Io`].
    pub fn add(&mut self, items: &[NewItem<'_>]) -> Result<Range<u64>, StoreError> {
        let first = self.store.table.next_id();
        let ids = first..first + items.len() as u64;
        let mut entries = Vec::new();
        for (item, number) in items.iter().zip(1..) {
            let of = |what: &str| match items.len() {
                1 => what.to_owned(),
                _ => format!("pair {number}: {what}"),
            };
            if item.cues.is_empty() {
                let (what, why) = (of("the cue"), "missing");
                return Err(StoreError::Text { what, why });
            }
            check_text(|| of("the target"), item.target.text)?;
            entries.push((of("the target"), item.target));
            for cue in item.cues {
                check_text(|| of("the cue"), cue.text)?;
                entries.push((of("the cue"), *cue));
            }
        }
        let coded = self.coded(&entries)?;
        let mut parts = coded.parts(&entries);
        let mut payloads = Vec::with_capacity(items.len());
        for (item, id) in items.iter().zip(ids.clone()) {
            let own = parts.by_ref().take(1 + item.cues.len()).collect::<Vec<_>>();
            payloads.push((Kind::Item, checked_payload(id, &own)?));
        }
        drop(parts);
        self.write(&payloads)?;
        Ok(ids)
    }

    /// Adds further cues to an item; they are on disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], and as [`Writer::add`].
    pub fn add_cues(&mut self, id: u64, cues: &[Entry<'_>]) -> Result<(), StoreError> {
        if self.store.table.find(id).is_none() {
            return Err(self.store.unknown(id));
        }
        if cues.is_empty() {
            let (what, why) = ("the cue".to_owned(), "missing");
            return Err(StoreError::Text { what, why });
        }
        let mut entries = Vec::new();
        for cue in cues {
            check_text(|| "the cue".to_owned(), cue.text)?;
            entries.push(("the cue".to_owned(), *cue));
        }
        let coded = self.coded(&entries)?;
        let own = coded.parts(&entries).collect::<Vec<_>>();
        let payload = checked_payload(id, &own)?;
        self.write(&[(Kind::Cues, payload)])
    }

    /// Forgets items: they are not recalled any more when this returns, and their texts are on disk until
    /// [`Writer::compact`]. All of them are forgotten or none.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Io`].
    pub fn forget(&mut self, ids: &[u64]) -> Result<(), StoreError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if let Some(&id) = ids.iter().find(|&&id| self.store.table.find(id).is_none()) {
            return Err(self.store.unknown(id));
        }
        let payload = |id: u64| (Kind::Forget, id.to_le_bytes().to_vec());
        self.write(&ids.into_iter().map(payload).collect::<Vec<_>>())
    }

    /// Vectors of unit length and their codes.
    fn coded(&self, entries: &[(String, Entry<'_>)]) -> Result<Coded, StoreError> {
        let inputs = self.store.settings().inputs;
        let mut numbers = Vec::with_capacity(entries.len() * inputs as usize);
        for (what, entry) in entries {
            numbers.extend(unit(what, entry.vector, inputs)?);
        }
        if entries.is_empty() {
            return Ok(Coded::default());
        }
        let setting = |why: String| StoreError::Setting(why);
        let vectors = Vectors::new(numbers, inputs as usize);
        let vectors = vectors.map_err(|error| setting(error.to_string()))?;
        let codes = self.store.projector()?.encode_all(&vectors);
        let codes = codes.map_err(|error| setting(error.to_string()))?;
        Ok(Coded {
            inputs: inputs as usize,
            active: self.store.settings().active as usize,
            vectors: vectors.values().to_vec(),
            codes,
        })
    }

    /// Appends records, and takes them into the table when they are on disk.
    fn write(&mut self, payloads: &[(Kind, Vec<u8>)]) -> Result<(), StoreError> {
        if payloads.is_empty() {
            return Ok(());
        }
        self.clean_up()?;
        let store = &mut self.store;
        let mut records = Records::behind(store.end);
        let places: Vec<u64> = payloads
            .iter()
            .map(|(kind, payload)| records.push(*kind, payload))
            .collect();
        store
            .log
            .append(store.end, &records, self.flush == Flush::Disk)?;
        store.end = records.end();
        let mut codes = [Vec::new(), Vec::new()];
        for ((kind, payload), place) in payloads.iter().zip(places) {
            let record = Record::parse(*kind, payload, store.log.shape());
            let learned = record
                .ok_or_else(|| "no record".to_owned())
                .and_then(|record| store::learn(&mut store.table, place, record, &mut codes));
            learned.map_err(|why| StoreError::damaged(store.log.path(), place, why))?;
        }
        if snapshot::is_due(store.reached, store.end.at) {
            self.write_snapshot()?;
        }
        Ok(())
    }

    /// Removes what a killed writer left: the torn end of the log and temporary files.
    pub(super) fn clean_up(&mut self) -> Result<(), StoreError> {
        if self.clean {
            return Ok(());
        }
        if self.store.torn.is_some() {
            self.store.log.cut(self.store.end)?;
            self.store.torn = None;
        }
        let folder = self.store.folder();
        durable::remove_leftovers(folder).map_err(|error| StoreError::io(folder, error))?;
        self.clean = true;
        Ok(())
    }

    /// Writes the snapshot of what is in RAM.
    pub(super) fn write_snapshot(&mut self) -> Result<(), StoreError> {
        let store = &mut self.store;
        if self.flush == Flush::System {
            // A snapshot must not know more than the log on disk.
            store.log.sync()?;
        }
        let identity = store.log.header().identity;
        snapshot::write(store.folder(), identity, store.end, &store.table)?;
        store.reached = store.end.at;
        Ok(())
    }
}

/// Refuses to make a memory where something else is.
fn refuse_others(folder: &Path) -> Result<(), StoreError> {
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        return Err(StoreError::not_a_memory(
            folder,
            "a file, expected a folder",
        ));
    }
    let entries = std::fs::read_dir(folder).map_err(|error| StoreError::io(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| StoreError::io(folder, error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name == settings::NAME {
            return Err(StoreError::not_a_memory(folder, "there is one already"));
        }
        // What is there when its making was cut off.
        if name != lock::NAME && name != log::NAME && !durable::is_leftover(&name) {
            let why = format!(
                "no file {}, but {name}; expected an empty folder",
                settings::NAME
            );
            return Err(StoreError::not_a_memory(folder, why));
        }
    }
    Ok(())
}

fn check_text(what: impl FnOnce() -> String, text: &str) -> Result<(), StoreError> {
    let why = if text.trim().is_empty() {
        "empty"
    } else if text.len() > LONGEST_TEXT {
        "longer than 1048576 bytes"
    } else {
        return Ok(());
    };
    Err(StoreError::Text { what: what(), why })
}

fn checked_payload(id: u64, parts: &[Part<'_>]) -> Result<Vec<u8>, StoreError> {
    let payload = payload(id, parts);
    if payload.len() > LONGEST {
        let (what, why) = (
            "an item with its cues".to_owned(),
            "longer than 268435456 bytes",
        );
        return Err(StoreError::Text { what, why });
    }
    Ok(payload)
}

/// A vector scaled to length 1. Lengths are summed in double precision, from the first number to the last.
pub(super) fn unit(what: &str, vector: &[f32], inputs: u32) -> Result<Vec<f32>, StoreError> {
    let what = || what.to_owned();
    if vector.len() != inputs as usize {
        return Err(StoreError::Length {
            what: what(),
            found: vector.len(),
            expected: inputs as usize,
        });
    }
    if let Some(at) = vector.iter().position(|number| !number.is_finite()) {
        return Err(StoreError::NotFinite {
            what: what(),
            at: at + 1,
            value: vector[at],
        });
    }
    let squares = vector
        .iter()
        .map(|&number| f64::from(number) * f64::from(number));
    let norm = squares.sum::<f64>().sqrt();
    if norm == 0.0 {
        return Err(StoreError::NoDirection { what: what() });
    }
    let scaled = vector
        .iter()
        .map(|&number| (f64::from(number) / norm) as f32);
    Ok(scaled.collect())
}

/// Vectors and their codes, one after the other.
#[derive(Default)]
struct Coded {
    inputs: usize,
    active: usize,
    vectors: Vec<f32>,
    codes: Vec<u32>,
}

impl Coded {
    /// Texts with their vectors and codes.
    fn parts<'a>(&'a self, entries: &'a [(String, Entry<'_>)]) -> impl Iterator<Item = Part<'a>> {
        let vectors = self.vectors.chunks_exact(self.inputs.max(1));
        let codes = self.codes.chunks_exact(self.active.max(1));
        let both = vectors.zip(codes).zip(entries);
        both.map(|((vector, code), (_, entry))| Part {
            text: entry.text,
            vector,
            code,
        })
    }
}
