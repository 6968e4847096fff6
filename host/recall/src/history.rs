//! What items were before they were updated.

use serde::Serialize;

use super::StoreError;
use super::metadata::Metadata;
use super::record::{Entries, Record};
use super::store::Store;

/// What becomes of what items were before they were updated, when a log is written anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum History {
    /// It goes: no text of it is in the folder any more.
    #[default]
    Dropped,
    /// It stays, for [`Store::history`].
    Kept,
}

/// What an item was from a time on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Version {
    /// When it became that, in milliseconds since 1970; none of an item from before format 2.
    pub since: Option<u64>,
    /// What was recalled.
    pub target: String,
    /// By what.
    pub cues: Vec<String>,
    /// What else was known of it, when the next version came.
    #[serde(flatten)]
    pub metadata: Metadata,
}

impl Version {
    fn of(entries: Entries<'_>, metadata: Metadata) -> Self {
        let times = entries.times();
        Self {
            since: times.updated.or(times.added),
            target: entries.text(0).to_owned(),
            cues: (1..entries.count)
                .map(|entry| entries.text(entry).to_owned())
                .collect(),
            metadata,
        }
    }
}

impl Store {
    /// What an item was and is, the oldest first: what it became by each update that is in the log, from where this was last written anew
    /// without ([`Writer::compact`](super::Writer::compact)). Cost: all of the log is read.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn history(&self, id: u64) -> Result<Vec<Version>, StoreError> {
        if self.table.find(id).is_none() {
            return Err(self.unknown(id));
        }
        let mut versions: Vec<Version> = Vec::new();
        let mut mark = self.log.start();
        self.log.replay_on(&mut mark, |_, _, _, record| {
            // What was written since it was opened is not looked at before it is refreshed.
            if record.id() != id {
                return Ok(());
            }
            match (record, versions.last_mut()) {
                (Record::Item(entries), _) => versions.push(Version::of(entries, Metadata::new())),
                (Record::Update(entries), last) => {
                    let metadata = last.map_or(Metadata::new(), |last| last.metadata.clone());
                    versions.push(Version::of(entries, metadata));
                }
                (Record::Cues(entries), Some(last)) => {
                    let texts = (0..entries.count).map(|entry| entries.text(entry).to_owned());
                    last.cues.extend(texts);
                }
                (Record::Describe(description), Some(last)) => {
                    let tags = description
                        .tags()
                        .map(|(key, value)| (key.to_owned(), value.to_owned()));
                    let time = (description.time != 0).then_some(description.time);
                    last.metadata = Metadata::of(time, tags.collect());
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(versions)
    }
}
