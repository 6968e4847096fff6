//! A memory that is open to be written.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::checked::{Checked, Entry, Lengths, check_text, checked_payload, parts, scaled};
use super::history::History;
use super::lock::{self, Lock, Locking};
use super::log::{self, Header, Identity, Log, Records};
use super::metadata::Metadata;
use super::record::{Kind, Part, Record, Times};
use super::settings::{self, FORMAT, Settings};
use super::store::{self, Store};
use super::{StoreError, durable, snapshot};

/// How files begin that hold what was cut off a log.
pub(super) const ASIDE: &str = "log.torn-";

/// When what was written is on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flush {
    /// When the function returns: safe against a failure of power.
    #[default]
    Disk,
    /// When the system sees fit: safe against a kill of the process only.
    System,
}

/// Where an item goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    /// It is new, with this number.
    New(u64),
    /// In the place of one that is there, and was added then.
    InPlace { id: u64, added: Option<u64> },
}

/// An item to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewItem<'a> {
    /// What is to be recalled.
    pub target: Entry<'a>,
    /// By what: one cue or more.
    pub cues: &'a [Entry<'a>],
    /// What else is known of it, if anything.
    pub metadata: Option<&'a Metadata>,
}

/// The one that writes to a memory; others are refused until it is dropped.
#[derive(Debug)]
pub struct Writer {
    pub(super) store: Store,
    flush: Flush,
    lengths: Lengths,
    /// Nothing of what a killed writer left is in the folder.
    clean: bool,
    /// A write failed, of which something may be behind the log's end.
    uncut: bool,
    /// It is not known what is on disk.
    failed: bool,
    set_aside: Option<PathBuf>,
    snapshot_failure: Option<StoreError>,
    _lock: Lock,
}

impl Writer {
    /// Opens the memory of a folder. Nothing is changed until something is added or forgotten.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process writes; those of [`Store::open`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, Locking::Now)
    }

    /// As [`Writer::open`], with another way of keeping others from writing.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process writes, [`StoreError::NoLock`] where the file system has none; those of
    /// [`Store::open`].
    pub fn open_with(folder: &Path, locking: Locking) -> Result<Self, StoreError> {
        // No lock is made in a folder that is no memory.
        Settings::read(folder)?;
        let lock = Lock::take(folder, locking)?;
        Self::locked(folder, lock)
    }

    /// Makes a memory in a folder, which must be empty or not there.
    ///
    /// # Errors
    /// [`StoreError::NotAMemory`] where something else is; [`StoreError::Setting`]; then nothing was made.
    pub fn create(folder: &Path, settings: &Settings) -> Result<Self, StoreError> {
        Self::create_with(folder, settings, Locking::Now)
    }

    /// As [`Writer::create`], with another way of keeping others from writing.
    ///
    /// # Errors
    /// As [`Writer::create`]; [`StoreError::NoLock`] where the file system has none.
    pub fn create_with(
        folder: &Path,
        settings: &Settings,
        locking: Locking,
    ) -> Result<Self, StoreError> {
        // What cannot be made is known before anything is.
        settings.check()?;
        refuse_others(folder)?;
        durable::create_folder(folder).map_err(|error| StoreError::io(folder, error))?;
        let lock = Lock::take(folder, locking)?;
        if Store::is_at(folder)? {
            return Err(StoreError::not_a_memory(
                folder,
                "another process has just made one",
            ));
        }
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let header = Header {
            format: FORMAT,
            identity: Identity {
                created: now.as_nanos() as u64,
                generation: 0,
                random: Identity::draw(),
            },
            next_id: 1,
            settings: Settings {
                model: None,
                ..settings.clone()
            },
            codes: None,
        };
        // The settings last: a folder without them is no memory yet, and can be made one.
        Log::create(folder, &header)?;
        settings.write(folder, now.as_secs())?;
        Self::locked(folder, lock)
    }

    fn locked(folder: &Path, lock: Lock) -> Result<Self, StoreError> {
        Ok(Self {
            store: Store::open_to_write(folder)?,
            flush: Flush::default(),
            lengths: Lengths::default(),
            clean: false,
            uncut: false,
            failed: false,
            set_aside: None,
            snapshot_failure: None,
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

    /// Sets what becomes of the lengths of vectors.
    pub fn set_lengths(&mut self, lengths: Lengths) {
        self.lengths = lengths;
    }

    /// The file to which this writer copied the torn end of the log before it was cut off ([`Store::torn`]): nobody knows whether it
    /// was acknowledged once.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// Why the last snapshot could not be written, if so. Nothing is lost by that but time when the memory is opened.
    #[must_use]
    pub fn snapshot_failure(&self) -> Option<&StoreError> {
        self.snapshot_failure.as_ref()
    }

    /// Adds items, and returns their numbers when they are on disk. All of them are added or none, whatever
    /// happens on the way.
    ///
    /// # Errors
    /// [`StoreError`] for a text or vector that cannot be stored, with nothing written; [`StoreError::Io`].
    pub fn add(&mut self, items: &[NewItem<'_>]) -> Result<Range<u64>, StoreError> {
        let items: Vec<_> = items.iter().map(|&item| (item, Times::default())).collect();
        self.restore(&items)
    }

    /// Adds items as [`Writer::add`] does, with times that they had in another memory; one without a time was added now.
    ///
    /// # Errors
    /// As [`Writer::add`].
    pub fn restore(&mut self, items: &[(NewItem<'_>, Times)]) -> Result<Range<u64>, StoreError> {
        let ids = self.new_ids(items.len())?;
        let places: Vec<Placed> = ids.clone().map(Placed::New).collect();
        let payloads = self.payloads(items, &places)?;
        self.write(&payloads)?;
        Ok(ids)
    }

    /// Numbers of so many items that are new.
    pub(super) fn new_ids(&self, count: usize) -> Result<Range<u64>, StoreError> {
        let first = self.store.table.next_id();
        // The last number there is stays free.
        let end = first.checked_add(count as u64);
        Ok(first..end.ok_or_else(|| StoreError::Full {
            path: self.store.folder().to_owned(),
            what: "numbers of items",
        })?)
    }

    /// Records of items, of each where it goes.
    pub(super) fn payloads(
        &self,
        items: &[(NewItem<'_>, Times)],
        places: &[Placed],
    ) -> Result<Vec<(Kind, Vec<u8>)>, StoreError> {
        let mut entries = Vec::new();
        for ((item, _), number) in items.iter().zip(1..) {
            let of = |what: &str| match items.len() {
                1 => what.to_owned(),
                _ => format!("pair {number}: {what}"),
            };
            if item.cues.is_empty() {
                let (what, why) = (of("the cue"), "missing");
                return Err(StoreError::Text { what, why });
            }
            check_text(|| of("the target"), item.target.text)?;
            entries.push(Checked::target(of("the target"), item.target));
            for cue in item.cues {
                check_text(|| of("the cue"), cue.text)?;
                entries.push(Checked::cue(of("the cue"), *cue));
            }
        }
        let vectors = self.scaled_of(&entries)?;
        let mut parts = parts(&entries, &vectors);
        let mut payloads = Vec::with_capacity(items.len());
        for ((item, times), place) in items.iter().zip(places) {
            let own = parts.by_ref().take(1 + item.cues.len()).collect::<Vec<_>>();
            let metadata = item.metadata.filter(|metadata| !metadata.is_empty());
            let (id, kind, times) = match *place {
                Placed::New(id) => {
                    let added = times.added.unwrap_or_else(now);
                    (id, Kind::Item, [added, times.updated.unwrap_or(0)])
                }
                Placed::InPlace { id, added } => {
                    let updated = times.updated.unwrap_or_else(now);
                    (id, Kind::Update, [added.unwrap_or(0), updated])
                }
            };
            let times = &times[..if times[1] == 0 { 1 } else { 2 }];
            payloads.push((kind, checked_payload(id, &own, times)?));
            payloads.extend(metadata.map(|metadata| (Kind::Describe, metadata.payload(id))));
        }
        Ok(payloads)
    }

    /// Adds further cues to an item; they are on disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], and as [`Writer::add`].
    pub fn add_cues(&mut self, id: u64, cues: &[Entry<'_>]) -> Result<(), StoreError> {
        self.add_cues_of(&[(id, cues)])
    }

    /// Adds further cues to items; they are on disk when this returns. All of them are added or none.
    ///
    /// # Errors
    /// As [`Writer::add_cues`].
    pub fn add_cues_of(&mut self, items: &[(u64, &[Entry<'_>])]) -> Result<(), StoreError> {
        let mut payloads = Vec::with_capacity(items.len());
        for &(id, cues) in items {
            let of = |what: &str| match items.len() {
                1 => what.to_owned(),
                _ => format!("item {id}: {what}"),
            };
            if self.store.table.find(id).is_none() {
                return Err(self.store.unknown(id));
            }
            if cues.is_empty() {
                let (what, why) = (of("the cue"), "missing");
                return Err(StoreError::Text { what, why });
            }
            let mut entries = Vec::new();
            for cue in cues {
                check_text(|| of("the cue"), cue.text)?;
                entries.push(Checked::cue(of("the cue"), *cue));
            }
            let vectors = self.scaled_of(&entries)?;
            let own = parts(&entries, &vectors).collect::<Vec<_>>();
            payloads.push((Kind::Cues, checked_payload(id, &own, &[])?));
        }
        self.write(&payloads)
    }

    /// Gives an item another target, other cues, or both, on disk when this returns. It keeps its number, and what is not given; with
    /// no cues given it keeps those that it has.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], and as [`Writer::add`]; the item is then as it was.
    pub fn update(
        &mut self,
        id: u64,
        target: Option<Entry<'_>>,
        cues: &[Entry<'_>],
    ) -> Result<(), StoreError> {
        self.update_described(id, target, cues, None)
    }

    /// As [`Writer::update`], with what else is known of the item in place of what was, unless that is none: both are written or nothing.
    ///
    /// # Errors
    /// As [`Writer::update`].
    pub fn update_described(
        &mut self,
        id: u64,
        target: Option<Entry<'_>>,
        cues: &[Entry<'_>],
        metadata: Option<&Metadata>,
    ) -> Result<(), StoreError> {
        let full = self.store.full(id)?;
        let mut new = Vec::new();
        if let Some(target) = target {
            check_text(|| "the target".to_owned(), target.text)?;
            new.push(Checked::target("the target".to_owned(), target));
        }
        for cue in cues {
            check_text(|| "the cue".to_owned(), cue.text)?;
            new.push(Checked::cue("the cue".to_owned(), *cue));
        }
        if new.is_empty() {
            let (what, why) = ("the target or a cue".to_owned(), "missing");
            return Err(StoreError::Text { what, why });
        }
        let vectors = self.scaled_of(&new)?;
        let mut new = parts(&new, &vectors);
        let mut all = Vec::new();
        match target {
            Some(_) => all.extend(new.next()),
            None => all.push(Part {
                text: &full.item.target,
                vector: full.target.as_deref(),
            }),
        }
        all.extend(new);
        if cues.is_empty() {
            let texts = full.item.cues.iter().enumerate();
            all.extend(texts.map(|(cue, text)| Part {
                text,
                vector: full.cues.get(cue).map(Vec::as_slice),
            }));
        }
        let times = [full.item.added.unwrap_or(0), now()];
        let payload = checked_payload(id, &all, &times)?;
        let mut payloads = vec![(Kind::Update, payload)];
        payloads.extend(metadata.map(|metadata| (Kind::Describe, metadata.payload(id))));
        self.write(&payloads)
    }

    /// Says what is known of items beside their texts, in place of what was, on disk when this returns. All of it is written or nothing.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Io`].
    pub fn describe(&mut self, items: &[(u64, &Metadata)]) -> Result<(), StoreError> {
        let mut payloads = Vec::with_capacity(items.len());
        for &(id, metadata) in items {
            if self.store.table.find(id).is_none() {
                return Err(self.store.unknown(id));
            }
            payloads.push((Kind::Describe, metadata.payload(id)));
        }
        self.write(&payloads)
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

    fn scaled_of(&self, entries: &[Checked<'_>]) -> Result<Vec<Option<Vec<f32>>>, StoreError> {
        scaled(entries, self.store.settings().inputs, self.lengths)
    }

    /// Appends records, and takes them into the table when they are on disk.
    pub(super) fn write(&mut self, payloads: &[(Kind, Vec<u8>)]) -> Result<(), StoreError> {
        if payloads.is_empty() {
            return Ok(());
        }
        self.prepare()?;
        let store = &mut self.store;
        let mut records = Records::behind(store.end);
        let places = records.push_all(payloads);
        let sync = self.flush == Flush::Disk;
        if let Err(error) = store.log.append(store.end, &records, sync) {
            self.uncut = true;
            return Err(error);
        }
        store.end = records.end();
        let mut room = Vec::new();
        for ((kind, payload), place) in payloads.iter().zip(places) {
            let record = Record::parse(*kind, payload, store.log.shape());
            let learned = record
                .ok_or_else(|| "no record".to_owned())
                .and_then(|record| store::learn(&mut store.table, place, record, &mut room));
            if let Err(why) = learned {
                self.failed = true;
                return Err(StoreError::damaged(store.log.path(), place, why));
            }
        }
        store.table.settle();
        if snapshot::is_due(store.reached, store.end.at) {
            self.write_snapshot();
        }
        Ok(())
    }

    /// Makes the folder ready to be written to: removes what a killed writer left, the torn end of the log, which is kept aside, and
    /// temporary files; writes a log of an older format anew.
    fn prepare(&mut self) -> Result<(), StoreError> {
        self.clean_up()?;
        if self.store.log.header().format < FORMAT {
            // What is in it stays in it.
            self.rewrite(History::Kept)?;
        }
        Ok(())
    }

    /// Removes what a killed writer left.
    pub(super) fn clean_up(&mut self) -> Result<(), StoreError> {
        if self.failed {
            let path = self.store.folder().to_owned();
            return Err(StoreError::Failed { path });
        }
        if self.uncut {
            self.store.log.cut(self.store.end)?;
            self.uncut = false;
        }
        if self.clean {
            return Ok(());
        }
        if self.store.torn.is_some() {
            self.set_aside = self.keep_torn()?;
            self.store.log.cut(self.store.end)?;
            self.store.torn = None;
        }
        let folder = self.store.folder();
        durable::remove_leftovers(folder).map_err(|error| StoreError::io(folder, error))?;
        self.clean = true;
        Ok(())
    }

    /// Copies what is behind the end of the log to a file of its own, on disk when this returns.
    fn keep_torn(&self) -> Result<Option<PathBuf>, StoreError> {
        let Store { log, end, .. } = &self.store;
        let content = log.content_end(log.length()?)?;
        if content <= end.at {
            return Ok(None);
        }
        let mut names = (1u32..).map(|n| self.store.folder().join(format!("{ASIDE}{n}")));
        let path = names.find(|path| path.symlink_metadata().is_err());
        let path = path.expect("fewer files than numbers");
        durable::replace(&path, |file| log.copy(end.at..content, file))
            .map_err(|error| StoreError::io(&path, error))?;
        Ok(Some(path))
    }

    /// Writes the snapshot of what is in RAM. Where that fails, what is on disk is as good as before.
    pub(super) fn write_snapshot(&mut self) {
        let store = &mut self.store;
        let mut write = || {
            if self.flush == Flush::System {
                // A snapshot must not know more than the log on disk.
                store.log.sync()?;
            }
            let identity = store.log.header().identity;
            snapshot::write(store.folder(), identity, store.end, &store.table)?;
            store.reached = store.end.at;
            Ok(())
        };
        self.snapshot_failure = write().err();
    }

    /// Writes the log anew without what was forgotten, and opens it.
    pub(super) fn rewrite(&mut self, history: History) -> Result<(), StoreError> {
        let written = self.store.write_anew(history);
        // It may have its name and not be on disk: what is there now has to be seen.
        match Store::open_to_write(self.store.folder()) {
            Ok(opened) => {
                self.store = opened;
                written
            }
            Err(error) => {
                self.failed = true;
                written.and(Err(error))
            }
        }
    }
}

/// Milliseconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_millis() as u64
}

/// Refuses to make a memory where something else is.
fn refuse_others(folder: &Path) -> Result<(), StoreError> {
    // What it is to lie in, too.
    slotless_files::check_folder(folder)?;
    let entries = match durable::entries(folder) {
        Err(error) if durable::is_missing(&error) => return Ok(()),
        entries => entries.map_err(|error| StoreError::io(folder, error))?,
    };
    for entry in entries {
        let entry = entry.map_err(|error| StoreError::io(folder, error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name == settings::NAME {
            let why = match Store::is_at(folder)? {
                true => "there is one already".to_owned(),
                false => format!("{name} is a link that leads nowhere, expected a file"),
            };
            return Err(StoreError::not_a_memory(folder, why));
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
