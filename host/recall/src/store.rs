//! A memory that is open.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use serde::Serialize;
use slotless_core::attractor::{AttractorError, Params};

use super::common::{Common, Search};
use super::log::{self, Log, Mark};
use super::record::{LONGEST_TEXT, Place, Record};
use super::settings::{self, Projection, Settings};
use super::table::Table;
use super::{StoreError, snapshot};
use crate::project::{Kind, Projector};

/// A memory in a folder, open to be asked.
///
/// In RAM are the codes, their index and the places of everything in the log: about 750 bytes per cue with codes of 50; the
/// table of the projection, made when it is first needed (25 MB for 384 numbers and 16,384 units); texts and vectors stay on disk.
/// What is written by others after it was opened, it does not see.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    settings: Settings,
    params: Params,
    pub(super) log: Log,
    pub(super) table: Table,
    /// The end of what was read.
    pub(super) end: Mark,
    /// What is behind it.
    pub(super) torn: Option<Torn>,
    /// How far the snapshot reaches; 0 where there is none.
    pub(super) reached: u64,
    projector: OnceLock<Projector>,
    /// What cues have in common, as of an end.
    pub(super) common: Mutex<Option<(Mark, Arc<Common>)>>,
}

/// Bytes at the end of a log that are no whole record: a write that was cut off, or that still goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn {
    /// Where they begin.
    pub at: u64,
    /// How many.
    pub bytes: u64,
}

/// An item with its texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its number.
    pub id: u64,
    /// What is recalled.
    pub target: String,
    /// By what, in the order in which they were stored.
    pub cues: Vec<String>,
}

/// Sizes of a memory.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Stats {
    /// Items, without those forgotten.
    pub items: usize,
    /// Their cues: pairs of the index.
    pub cues: usize,
    /// The number that the next item gets; numbers are not used again.
    pub next_id: u64,
    /// Bytes of the log.
    pub log_bytes: u64,
    /// Bytes of the log that the snapshot spares reading, 0 where there is none.
    pub snapshot_reaches: u64,
    /// Bytes of the snapshot, 0 where there is none.
    pub snapshot_bytes: u64,
    /// Bytes in RAM of codes, index and places.
    pub index_bytes: usize,
    /// Bytes in RAM of the table of the projection.
    pub projection_bytes: usize,
    /// Mean cosine of two cues, of 256 at most; 0 where there are no two.
    pub mean_cosine: f32,
    /// How a question finds the nearest of them.
    pub search: Search,
}

impl Store {
    /// Opens the memory of a folder. Cost: reading the snapshot and the log behind it, or all of the log.
    ///
    /// # Errors
    /// [`StoreError`] if there is none, it is of another version, or it is damaged.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let open = || Self::load(folder, Log::open);
        match open() {
            // A writer may just have cut off a torn record and written on while it was read: then a second look is right.
            Err(StoreError::Damaged { .. }) => open(),
            opened => opened,
        }
    }

    /// As [`Store::open`], for the one that writes.
    pub(super) fn open_to_write(folder: &Path) -> Result<Self, StoreError> {
        Self::load(folder, Log::open_to_write)
    }

    fn load(
        folder: &Path,
        open: impl Fn(&Path) -> Result<Log, StoreError>,
    ) -> Result<Self, StoreError> {
        let settings = Settings::read(folder)?;
        // The log first: a snapshot that was renamed into place later is of this log or left aside.
        let log = open(folder)?;
        let same = log.header().settings.same_as(&settings);
        same.map_err(|error| {
            let why = format!("{}: of the {} {error}", settings::NAME, log::NAME);
            StoreError::not_a_memory(folder, why)
        })?;
        let params = settings.params()?;
        let damaged = |error: AttractorError| StoreError::damaged(log.path(), 0, error.to_string());
        let identity = log.header().identity;
        let most = |bytes: u64| (bytes / log.shape().bytes(1).max(1) as u64) as u32;
        let length = log.length()?;
        let read = snapshot::read(folder, identity, params, |reached| {
            most(length.saturating_sub(reached))
        });
        let (mut table, mark) = match read {
            Some(read) => read,
            None => {
                // A pair takes two entries, as a rule.
                let table = Table::new(params, most(length) / 2);
                (table.map_err(damaged)?, log.start())
            }
        };
        let reached = if mark == log.start() { 0 } else { mark.at };
        let mut codes = [Vec::new(), Vec::new()];
        let (end, length) = log.replay(mark, |payload, _, _, record| {
            learn(&mut table, payload, record, &mut codes)
        })?;
        table.skip_ids(log.header().next_id);
        let torn = (length > end.at).then_some(Torn {
            at: end.at,
            bytes: length - end.at,
        });
        Ok(Self {
            folder: folder.to_owned(),
            settings,
            params,
            log,
            table,
            end,
            torn,
            reached,
            projector: OnceLock::new(),
            common: Mutex::default(),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What was left out at the end of its log.
    #[must_use]
    pub fn torn(&self) -> Option<Torn> {
        self.torn
    }

    /// Its sizes.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn stats(&self) -> Result<Stats, StoreError> {
        let path = self.folder.join(snapshot::NAME);
        let snapshot_bytes = match std::fs::metadata(&path) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
            Err(error) => return Err(StoreError::io(&path, error)),
        };
        Ok(Stats {
            items: self.table.live_items(),
            cues: self.table.live_pairs(),
            next_id: self.table.next_id(),
            log_bytes: self.end.at,
            snapshot_reaches: self.reached,
            snapshot_bytes,
            index_bytes: self.table.bytes(),
            projection_bytes: self.projector()?.bytes(),
            mean_cosine: self.common()?.cosine,
            search: self.common()?.search(),
        })
    }

    /// Numbers of the items, ascending.
    pub fn ids(&self) -> impl Iterator<Item = u64> {
        self.table.items().map(|(_, item)| item.id)
    }

    /// An item with its texts. Cost: a pass over all cues' places, and reading.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Io`].
    pub fn item(&self, id: u64) -> Result<Item, StoreError> {
        let (at, row) = self.table.find(id).ok_or_else(|| self.unknown(id))?;
        let cues = self.table.pairs().filter(|(_, pair)| pair.item == at);
        Ok(Item {
            id,
            target: self.text(row.target)?,
            cues: cues
                .map(|(_, pair)| self.text(pair.cue))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Numbers of the items that have just this text as a cue, ascending. Cost: every cue's text is read.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn with_cue(&self, text: &str) -> Result<Vec<u64>, StoreError> {
        let mut ids = Vec::new();
        for (_, pair) in self.table.pairs() {
            if self.text(pair.cue)? == text {
                ids.push(self.table.item(pair.item).id);
            }
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    pub(super) fn unknown(&self, id: u64) -> StoreError {
        StoreError::Unknown {
            path: self.folder.clone(),
            id,
            items: self.table.live_items(),
            last: self.table.next_id() - 1,
        }
    }

    /// The projection, made when it is first needed.
    pub(super) fn projector(&self) -> Result<&Projector, StoreError> {
        if let Some(projector) = self.projector.get() {
            return Ok(projector);
        }
        let projector = self.settings.projector(self.params)?;
        Ok(self.projector.get_or_init(|| projector))
    }

    /// A projection that was made before.
    pub(super) fn set_projector(&mut self, projector: Projector) {
        self.projector = OnceLock::from(projector);
    }

    /// Takes over the projection of a store that has the same settings.
    pub(super) fn keep_projector(&mut self, other: &mut Self) {
        self.projector = std::mem::take(&mut other.projector);
    }

    /// A text of the log.
    pub(super) fn text(&self, place: Place) -> Result<String, StoreError> {
        let shape = self.log.shape();
        let mut lengths = vec![0; 4 * place.entries as usize];
        self.log.read_at(&mut lengths, place.lengths(shape))?;
        let (first, length) = place.text(shape, &lengths);
        let mut bytes = vec![0; length.min(LONGEST_TEXT)];
        self.log.read_at(&mut bytes, first)?;
        String::from_utf8(bytes)
            .map_err(|_| StoreError::damaged(self.log.path(), first, "a text is no UTF-8"))
    }

    /// A vector of the log.
    pub(super) fn vector(&self, place: Place) -> Result<Vec<f32>, StoreError> {
        Ok(self.reader().vector(place)?.to_vec())
    }

    /// Reads many vectors of the log.
    pub(super) fn reader(&self) -> VectorReader<'_> {
        VectorReader {
            log: &self.log,
            bytes: vec![0; 4 * self.log.shape().inputs],
            numbers: Vec::with_capacity(self.log.shape().inputs),
        }
    }
}

/// Reads vectors of a log into the same room.
pub(super) struct VectorReader<'a> {
    log: &'a Log,
    bytes: Vec<u8>,
    numbers: Vec<f32>,
}

impl VectorReader<'_> {
    pub fn vector(&mut self, place: Place) -> Result<&[f32], StoreError> {
        let at = place.vector(self.log.shape());
        self.log.read_at(&mut self.bytes, at)?;
        self.numbers.clear();
        self.numbers.extend(super::record::numbers(&self.bytes));
        Ok(&self.numbers)
    }
}

impl Settings {
    pub(super) fn params(&self) -> Result<Params, StoreError> {
        let params = Params::builder(self.units, self.active)
            .seed(self.seed)
            .build();
        params.map_err(|error| StoreError::Setting(error.to_string()))
    }

    pub(super) fn projector(&self, params: Params) -> Result<Projector, StoreError> {
        let kind = match self.projection {
            Projection::Gaussian => Kind::Gaussian,
            Projection::Sparse { taps } => Kind::Sparse { taps },
        };
        Projector::new(kind, self.inputs, params)
            .map_err(|error| StoreError::Setting(error.to_string()))
    }
}

/// Takes a record of the log into the table, or says what is wrong with it.
pub(super) fn learn(
    table: &mut Table,
    payload: u64,
    record: Record<'_>,
    codes: &mut [Vec<u32>; 2],
) -> Result<(), String> {
    let [cue, target] = codes;
    let place = |entries, entry| Place {
        payload,
        entries,
        entry,
    };
    let missing = |id| format!("it is about item {id}, which is not there");
    let (item, entries, first) = match record {
        Record::Item(entries) => {
            if entries.id < table.next_id() || entries.id == u64::MAX {
                return Err(format!(
                    "item {} comes after item {}",
                    entries.id,
                    table.next_id() - 1
                ));
            }
            entries.code(0, target);
            (
                table.add_item(entries.id, place(entries.count, 0)),
                entries,
                1,
            )
        }
        Record::Cues(entries) => {
            let (item, _) = table.find(entries.id).ok_or_else(|| missing(entries.id))?;
            let known = table.target_code(item).ok_or_else(|| missing(entries.id))?;
            target.clear();
            target.extend(known);
            (item, entries, 0)
        }
        Record::Forget(id) => {
            let known = table.forget(id).map_err(|error| error.to_string())?;
            return known.then_some(()).ok_or_else(|| missing(id));
        }
    };
    for entry in first..entries.count {
        entries.code(entry, cue);
        let added = table.add_cue(item, place(entries.count, entry), cue, target);
        added.map_err(|error| error.to_string())?;
    }
    Ok(())
}
