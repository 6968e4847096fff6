//! The log without what was forgotten.

use std::collections::HashSet;
use std::path::PathBuf;

use super::log::{self, Header, Identity, NewLog};
use super::record::Kind;
use super::store::Store;
use super::writer::Writer;
use super::{StoreError, durable};

impl Writer {
    /// Writes the log anew without what was forgotten, and returns how many bytes shorter it is. The folder holds no text or
    /// vector of a forgotten item any more when this returns. Numbers stay as they are. A kill on the way leaves the old log or
    /// the new one.
    ///
    /// Whoever has the memory open reads on from the log as it was.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Full`].
    pub fn compact(&mut self) -> Result<u64, StoreError> {
        self.clean_up()?;
        let store = &self.store;
        let live: HashSet<u64> = store.ids().collect();
        let old = store.log.header();
        let folder: PathBuf = store.folder().to_owned();
        let generation = old
            .identity
            .generation
            .checked_add(1)
            .ok_or(StoreError::Full {
                path: folder.clone(),
                what: "compactions",
            })?;
        let header = Header {
            identity: Identity {
                generation,
                ..old.identity
            },
            next_id: store.table.next_id(),
            settings: old.settings.clone(),
        };
        let path = folder.join(log::NAME);
        let mut unread = None;
        let written = durable::replace(&path, |file| {
            let mut new = NewLog::begin(file, &header)?;
            let mut unwritten = None;
            let copied = store
                .log
                .replay(store.log.start(), |_, kind, payload, record| {
                    if unwritten.is_none() && kind != Kind::Forget && live.contains(&record.id()) {
                        unwritten = new.push(kind, payload).err();
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
        written.map_err(|error| unread.unwrap_or_else(|| StoreError::io(&path, error)))?;
        let before = self.store.end.at;
        let mut opened = Store::open_to_write(&folder)?;
        opened.keep_projector(&mut self.store);
        self.store = opened;
        self.write_snapshot()?;
        Ok(before - self.store.end.at)
    }
}
