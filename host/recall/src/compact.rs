//! The log without what was forgotten.

use super::history::History;
use super::log::{self, Header, Identity, NewLog};
use super::record::{Kind, Record};
use super::settings::FORMAT;
use super::store::Store;
use super::writer::Writer;
use super::{StoreError, durable, writer};

impl Writer {
    /// Writes the log anew without what was forgotten, and returns how many bytes shorter it is. The folder holds no text or
    /// vector of a forgotten item any more when this returns, but in what was kept aside of torn logs ([`Store::aside`]). Numbers
    /// stay as they are. A kill on the way leaves the old log or the new one.
    ///
    /// Whoever has the memory open reads on from the log as it was.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Full`].
    pub fn compact(&mut self) -> Result<u64, StoreError> {
        self.compact_with(History::Dropped)
    }

    /// As [`Writer::compact`], with what items were before they were updated, if that is to stay.
    ///
    /// # Errors
    /// As [`Writer::compact`].
    pub fn compact_with(&mut self, history: History) -> Result<u64, StoreError> {
        self.clean_up()?;
        let before = self.store.end.at;
        self.rewrite(history)?;
        self.write_snapshot();
        // Of a log from before format 2 there may be less to win than the header has gained.
        Ok(before.saturating_sub(self.store.end.at))
    }
}

impl Store {
    /// Writes its log anew, in its place.
    pub(super) fn write_anew(&self, history: History) -> Result<(), StoreError> {
        let old = self.log.header();
        let generation = old.identity.generation.checked_add(1);
        let header = Header {
            format: FORMAT,
            identity: Identity {
                generation: generation.ok_or_else(|| StoreError::Full {
                    path: self.folder().to_owned(),
                    what: "compactions",
                })?,
                random: Identity::draw(),
                ..old.identity
            },
            next_id: self.table.next_id(),
            settings: old.settings.clone(),
            codes: None,
        };
        let is_old = old.codes.is_some();
        let path = self.folder().join(log::NAME);
        let mut unread = None;
        let written = durable::replace(&path, |file| {
            let mut new = NewLog::begin(file, &header)?;
            let mut unwritten = None;
            let start = self.log.start();
            let copied = self.log.replay(start, |place, kind, payload, record| {
                // What an item was before it was updated goes, with the cues of that time.
                let stays = self
                    .table
                    .find(record.id())
                    .is_some_and(|(_, row)| match kind {
                        Kind::Forget => false,
                        _ if history == History::Kept => true,
                        Kind::Item | Kind::Update => place == row.target.payload,
                        Kind::Cues => place > row.target.payload,
                        // Written behind the item.
                        Kind::Describe => false,
                    });
                if unwritten.is_none() && stays {
                    let kind = match kind {
                        Kind::Update if history == History::Dropped => Kind::Item,
                        kind => kind,
                    };
                    let is_whole = kind == Kind::Item && history == History::Dropped;
                    let described = self.table.find(record.id()).filter(|_| is_whole);
                    let metadata = described.map(|(item, _)| self.table.metadata(item));
                    let metadata = metadata.filter(|metadata| !metadata.is_empty());
                    let anew = match record {
                        Record::Item(entries) | Record::Update(entries) | Record::Cues(entries)
                            if is_old =>
                        {
                            Some(entries.in_this_format())
                        }
                        _ => None,
                    };
                    let payload = anew.as_deref().unwrap_or(payload);
                    let pushed = new.push(kind, payload).and_then(|()| match metadata {
                        Some(metadata) => new.push(Kind::Describe, &metadata.payload(record.id())),
                        None => Ok(()),
                    });
                    unwritten = pushed.err();
                }
                Ok(())
            });
            // The old log stays where it could not be read, or the new one not be written.
            match (copied, unwritten) {
                (_, Some(error)) => Err(error),
                (Err(error), _) => {
                    let line = error.to_string();
                    unread = Some(error);
                    Err(std::io::Error::other(line))
                }
                (Ok(_), None) => Ok(()),
            }
        });
        written.map_err(|error| unread.unwrap_or_else(|| StoreError::io(&path, error)))
    }

    /// Names of the files in the folder that hold what was cut off its log, sorted.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn aside(&self) -> Result<Vec<String>, StoreError> {
        let io = |error| StoreError::io(self.folder(), error);
        let mut names = Vec::new();
        for entry in durable::entries(self.folder()).map_err(io)? {
            let name = entry
                .map_err(io)?
                .file_name()
                .to_string_lossy()
                .into_owned();
            if name.starts_with(writer::ASIDE) {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }
}
