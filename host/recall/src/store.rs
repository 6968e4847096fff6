//! A memory that is open.

use std::path::{Path, PathBuf};

use serde::Serialize;
use slotless_kernels::cpu::Isa;

use super::calibrate::Calibration;
use super::lent::Lists;
use super::log::{self, Log, Mark};
use super::metadata::{Filter, Metadata};
use super::record::{Entries, Kind, Place, Record};
use super::settings::{self, Settings};
use super::snapshot::{self, Found};
use super::table::{Table, Vector};
use super::{StoreError, durable};

/// A memory in a folder, open to be asked.
///
/// In RAM are each cue's vector in 8 bits a number, the units of its words, and the places of everything in the log: about 600 bytes
/// for a cue of 384 numbers and ten words; texts and vectors stay on disk.
/// What is written by others after it was opened, it sees after [`Store::refresh`].
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    settings: Settings,
    pub(super) log: Log,
    pub(super) table: Table,
    /// The end of what was read.
    pub(super) end: Mark,
    /// What is behind it.
    pub(super) torn: Option<Torn>,
    /// How far the snapshot reaches; 0 where there is none.
    pub(super) reached: u64,
    /// Why the snapshot was left aside.
    left_aside: Option<String>,
    /// What was learned of answers, or why that was left aside.
    calibration: Result<Option<Calibration>, String>,
    /// Room for what is asked.
    pub(super) lists: Lists,
}

/// Bytes at the end of a log that are no whole record: a write that was cut off, or that still goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Torn {
    /// Where they begin.
    pub at: u64,
    /// How many.
    pub bytes: u64,
}

impl Item {
    /// Bytes of a text at most.
    pub const LONGEST_TEXT: usize = super::record::LONGEST_TEXT;
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
    /// When it was added, in milliseconds since 1970; none of an item from before format 2.
    pub added: Option<u64>,
    /// When it was updated last, in milliseconds since 1970.
    pub updated: Option<u64>,
    /// What else is known of it.
    #[serde(flatten)]
    pub metadata: Metadata,
}

/// An item with its texts and vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Full {
    /// Its number and texts.
    pub item: Item,
    /// The vector of its target, of length 1, if it has one.
    pub target: Option<Vec<f32>>,
    /// Those of its cues; none where words alone are compared.
    pub cues: Vec<Vec<f32>>,
}

/// Pairs that a new table has room for at once are as many as fit into this many bytes; there is always room for more.
const ROOM: u64 = 1 << 28;

/// Sizes of a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// Bytes in RAM of the vectors, in 8 bits a number.
    pub vector_bytes: usize,
    /// Bytes in RAM of the words.
    pub word_bytes: usize,
    /// Bytes in RAM of places and of what else is known of items.
    pub list_bytes: usize,
}

impl Store {
    /// Names of the files that a memory's folder may hold; `log.torn-1` and so on beside them.
    pub const FILES: [&'static str; 5] = [
        settings::NAME,
        log::NAME,
        super::snapshot::NAME,
        super::lock::NAME,
        super::calibrate::NAME,
    ];

    /// Whether a folder holds a memory, of whatever kind, or a new one can be tried: false also where there is no such folder.
    ///
    /// # Errors
    /// [`StoreError::Io`] where that cannot be found out, as in a folder that may not be entered.
    pub fn is_at(folder: &Path) -> Result<bool, StoreError> {
        let path = folder.join(settings::NAME);
        match std::fs::metadata(&path) {
            Ok(_) => Ok(true),
            Err(error) if durable::is_missing(&error) => Ok(false),
            Err(error) => Err(StoreError::io(&path, error)),
        }
    }

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
        let identity = log.header().identity;
        let length = log.length()?;
        let content = log.content_end(length)?;
        // Before there is anything but a file's length to go by. A pair takes two texts, of which one has a vector, as a rule.
        let fit = ROOM / (u64::from(settings.inputs) + 64);
        let each = 4 * u64::from(settings.inputs) + 64;
        let most = |bytes: u64| (bytes / each).min(fit) as usize;
        let found = snapshot::read(folder, identity, &settings, length, |reached| {
            most(content.saturating_sub(reached))
        });
        let (mut left_aside, mut known) = (None, 0);
        let read = match found {
            Found::None => None,
            Found::Bad(why) => {
                left_aside = Some(why);
                None
            }
            Found::Sound(table, mark) => {
                known = mark.at;
                let is_ours = log.holds(mark)?;
                if !is_ours {
                    left_aside = Some("the log is not the one that it was made of".to_owned());
                }
                is_ours.then_some((*table, mark))
            }
        };
        let (mut table, mark) =
            read.unwrap_or_else(|| (Table::new(&settings, most(content)), log.start()));
        let reached = if mark == log.start() { 0 } else { mark.at };
        let mut room = Vec::new();
        let (end, length) = log.replay(mark, |payload, _, _, record| {
            learn(&mut table, payload, record, &mut room)
        })?;
        if end.at < known {
            // No crash takes away what a snapshot was made of.
            let why = format!(
                "it ends here, the snapshot was made of its first {known} bytes; without the file {}, what is left can be read",
                snapshot::NAME
            );
            return Err(StoreError::damaged(log.path(), end.at, why));
        }
        table.skip_ids(log.header().next_id);
        table.settle();
        let torn = (length > end.at).then_some(Torn {
            at: end.at,
            bytes: length - end.at,
        });
        Ok(Self {
            folder: folder.to_owned(),
            settings,
            log,
            table,
            end,
            torn,
            reached,
            left_aside,
            calibration: Calibration::read(folder),
            lists: Lists::default(),
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

    /// Why the file `snapshot` was left aside and the log read from its start, where it was: it is damaged, or of another log.
    #[must_use]
    pub fn snapshot_left_aside(&self) -> Option<&str> {
        self.left_aside.as_deref()
    }

    /// What was learned of answers, by which a question is judged unless [`Ask::threshold`](super::Ask::threshold) is set; none where
    /// nothing was.
    #[must_use]
    pub fn calibration(&self) -> Option<&Calibration> {
        self.calibration.as_ref().ok().and_then(Option::as_ref)
    }

    /// Why the file `calibration` was left aside, where it was: it is damaged, or of another version.
    #[must_use]
    pub fn calibration_left_aside(&self) -> Option<&str> {
        self.calibration.as_ref().err().map(String::as_str)
    }

    pub(super) fn read_calibration(&mut self) {
        self.calibration = Calibration::read(&self.folder);
    }

    /// Compares vectors with these instructions from here on; a memory is opened with the best. Answers are the same with each.
    pub fn set_isa(&mut self, isa: Isa) {
        self.table.set_isa(isa);
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
            vector_bytes: self.table.vector_bytes(),
            word_bytes: self.table.word_bytes(),
            list_bytes: self.table.list_bytes(),
        })
    }

    /// Numbers of the items, ascending.
    pub fn ids(&self) -> impl Iterator<Item = u64> {
        self.table.items().map(|(_, item)| item.id)
    }

    /// An item with its texts. Cost: a pass over all cues' places, and reading.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn item(&self, id: u64) -> Result<Item, StoreError> {
        Ok(self.full(id)?.item)
    }

    /// An item with its texts and vectors. Cost: as [`Store::item`].
    ///
    /// # Errors
    /// As [`Store::item`].
    pub fn full(&self, id: u64) -> Result<Full, StoreError> {
        let (at, _) = self.table.find(id).ok_or_else(|| self.unknown(id))?;
        let pairs = self.table.pairs().filter(|(_, pair)| pair.item == at);
        self.read_full(at, &pairs.map(|(pair, _)| pair).collect::<Vec<_>>())
    }

    /// Items in the order of their numbers, those from `first` on, each read from the log when it is asked for.
    pub fn items(&self, first: u64) -> impl Iterator<Item = Result<Full, StoreError>> {
        self.items_of(&Filter::new(), first)
    }

    /// As [`Store::items`], those that a filter takes.
    pub fn items_of<'a>(
        &'a self,
        filter: &Filter,
        first: u64,
    ) -> impl Iterator<Item = Result<Full, StoreError>> + use<'a> {
        let matching = self.table.matching(filter);
        let mut pairs = vec![Vec::new(); self.table.all_items()];
        for (pair, row) in self.table.pairs() {
            pairs[row.item as usize].push(pair);
        }
        let items = self.table.items();
        let items = items.filter(move |&(at, row)| row.id >= first && matching.takes(at));
        items.map(move |(at, _)| self.read_full(at, &pairs[at as usize]))
    }

    /// Numbers of the items that a filter takes, ascending.
    pub fn ids_of<'a>(&'a self, filter: &Filter) -> impl Iterator<Item = u64> + use<'a> {
        let matching = self.table.matching(filter);
        let items = self.table.items();
        items.filter_map(move |(at, row)| matching.takes(at).then_some(row.id))
    }

    fn read_full(&self, item: u32, pairs: &[u32]) -> Result<Full, StoreError> {
        let mut reader = self.reader();
        let (entries, entry) = reader.target(item)?;
        let times = entries.times();
        let mut full = Full {
            item: Item {
                id: entries.id,
                target: entries.text(entry).to_owned(),
                cues: Vec::with_capacity(pairs.len()),
                added: times.added,
                updated: times.updated,
                metadata: self.table.metadata(item),
            },
            target: entries.vector(entry).map(Iterator::collect),
            cues: Vec::with_capacity(pairs.len()),
        };
        for &pair in pairs {
            let (entries, entry) = reader.cue(pair)?;
            full.item.cues.push(entries.text(entry).to_owned());
            full.cues
                .extend(entries.vector(entry).map(Iterator::collect));
        }
        Ok(full)
    }

    /// Numbers of the items that have just this text as a cue, ascending. Cost: every cue's text is read.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn with_cue(&self, text: &str) -> Result<Vec<u64>, StoreError> {
        let mut ids = Vec::new();
        let mut reader = self.reader();
        for (pair, row) in self.table.pairs() {
            let (entries, entry) = reader.cue(pair)?;
            if entries.text(entry) == text {
                ids.push(self.table.item(row.item).id);
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

    /// Reads texts and vectors of the log.
    pub(super) fn reader(&self) -> EntryReader<'_> {
        EntryReader {
            store: self,
            at: None,
            payload: Vec::new(),
            numbers: Vec::new(),
        }
    }
}

/// Reads records of a log into the same room. Nothing of a record is given before its checksum was found right, and what is
/// said of it in RAM: whose it is, how many texts it has, and of a cue its vector or its words.
pub(super) struct EntryReader<'a> {
    store: &'a Store,
    /// The record that is in the room, and what it is.
    at: Option<(u64, Kind)>,
    payload: Vec<u8>,
    numbers: Vec<f32>,
}

impl EntryReader<'_> {
    /// A pair's cue: its record, and which of it.
    pub fn cue(&mut self, pair: u32) -> Result<(Entries<'_>, u32), StoreError> {
        let table = &self.store.table;
        let row = *table.pair(pair);
        self.entry(row.item, row.cue, |entries, numbers| {
            let entry = row.cue.entry;
            match (table.vectors(), entries.vector(entry)) {
                (Some(vectors), Some(vector)) => {
                    numbers.clear();
                    numbers.extend(vector);
                    vectors.holds(pair as usize, numbers)
                }
                (None, None) => {
                    let text = entries.text(entry);
                    let lexicon = table.lexicon();
                    lexicon.is_some_and(|lexicon| lexicon.of(text) == lexicon.get(pair))
                }
                _ => false,
            }
        })
    }

    /// A pair's cue, its record and which of it, and its vector.
    pub fn cue_vector(&mut self, pair: u32) -> Result<&[f32], StoreError> {
        self.cue(pair)?;
        Ok(&self.numbers)
    }

    /// An item's target: its record, and which of it.
    pub fn target(&mut self, item: u32) -> Result<(Entries<'_>, u32), StoreError> {
        let place = self.store.table.item(item).target;
        self.entry(item, place, |_, _| true)
    }

    fn entry(
        &mut self,
        item: u32,
        place: Place,
        is_known: impl FnOnce(&Entries<'_>, &mut Vec<f32>) -> bool,
    ) -> Result<(Entries<'_>, u32), StoreError> {
        let Store { log, end, .. } = self.store;
        let id = self.store.table.item(item).id;
        let kind = match self.at {
            Some((at, kind)) if at == place.payload => kind,
            _ => {
                self.at = None;
                let entries = place.entries as usize;
                let likely = log.shape().bytes(entries).saturating_add(100 * entries);
                let read = log.record(place.payload, likely, end.at, &mut self.payload);
                let kind = read.map_err(|error| error.of_item(id))?.head.kind;
                self.at = Some((place.payload, kind));
                kind
            }
        };
        let least = if kind == Kind::Cues { 1 } else { 2 };
        let entries = matches!(kind, Kind::Item | Kind::Cues | Kind::Update)
            .then(|| Entries::parse(&self.payload, log.shape(), least))
            .flatten();
        let numbers = &mut self.numbers;
        let is_right = |entries: &Entries<'_>| {
            let is_there = place.entry < entries.count && entries.count == place.entries;
            entries.id == id && is_there && is_known(entries, numbers)
        };
        entries
            .filter(is_right)
            .map(|entries| (entries, place.entry))
            .ok_or_else(|| {
                let why = format!(
                    "its checksum is right, but it is not what the index has; without the file {}, the log is read anew",
                    snapshot::NAME
                );
                StoreError::damaged(log.path(), place.payload, why).of_item(id)
            })
    }

    pub fn cue_text(&mut self, pair: u32) -> Result<String, StoreError> {
        let (entries, entry) = self.cue(pair)?;
        Ok(entries.text(entry).to_owned())
    }

    pub fn target_text(&mut self, item: u32) -> Result<String, StoreError> {
        let (entries, entry) = self.target(item)?;
        Ok(entries.text(entry).to_owned())
    }
}

/// Takes a record of the log into the table, or says what is wrong with it.
pub(super) fn learn(
    table: &mut Table,
    payload: u64,
    record: Record<'_>,
    room: &mut Vec<f32>,
) -> Result<(), String> {
    let place = |entries, entry| Place {
        payload,
        entries,
        entry,
    };
    let missing = |id| format!("it is about item {id}, which is not there");
    let (item, entries, first) = match record {
        Record::Item(entries) | Record::Update(entries) => {
            let old = match record {
                Record::Update(_) => {
                    let old = table.find(entries.id).map(|(old, _)| old);
                    let old = old.ok_or_else(|| missing(entries.id))?;
                    table.forget(entries.id);
                    Some(old)
                }
                _ => None,
            };
            if old.is_none()
                && (entries.id == 0 || entries.id == u64::MAX || table.find(entries.id).is_some())
            {
                return Err(format!(
                    "there is an item {} already, or can be none",
                    entries.id
                ));
            }
            let place = place(entries.count, 0);
            let added = entries.times().added.unwrap_or(0);
            let item = match old {
                Some(old) => table.put_item(entries.id, place, old),
                None => table.add_item(entries.id, place, added),
            };
            (item, entries, 1)
        }
        Record::Cues(entries) => {
            let (item, _) = table.find(entries.id).ok_or_else(|| missing(entries.id))?;
            (item, entries, 0)
        }
        Record::Forget(id) => {
            return table.forget(id).then_some(()).ok_or_else(|| missing(id));
        }
        Record::Describe(description) => {
            let (item, _) = table
                .find(description.id)
                .ok_or_else(|| missing(description.id))?;
            table.describe(item, description.time, description.tags());
            return Ok(());
        }
    };
    for entry in first..entries.count {
        room.clear();
        let vector = match entries.vector(entry) {
            Some(numbers) => {
                room.extend(numbers);
                Vector::Whole(room)
            }
            None => Vector::None,
        };
        let words = table.words(entries.text(entry));
        table.add_cue(item, place(entries.count, entry), vector, &words)?;
    }
    Ok(())
}
