//! What others have written since a memory was opened.

use super::store::{Store, Torn, learn};
use super::{Settings, StoreError, Writer};

/// What has become of a memory since it was looked at last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// It is as it was.
    Same,
    /// Something was added, updated or forgotten.
    Grown,
    /// The log was written anew, and the memory was opened anew.
    Replaced,
}

impl Store {
    /// Takes in what was written since the memory was opened or refreshed. Cost: a look at a file where nothing was; else reading
    /// what is new; after a compaction as [`Store::open`].
    ///
    /// # Errors
    /// Those of [`Store::open`]; [`StoreError::OtherSetting`] where the folder now holds a memory that was made with other settings. The
    /// store is then as it was, or has taken in what stands before the damage.
    pub fn refresh(&mut self) -> Result<Refreshed, StoreError> {
        match self.read_on() {
            // A writer whose disk failed may have cut off what was read here, and written on.
            Err(StoreError::Damaged { .. }) => self.open_anew(),
            read => read,
        }
    }

    fn read_on(&mut self) -> Result<Refreshed, StoreError> {
        match self.log.length_if_in_place()? {
            None => self.open_anew(),
            // What is torn may be overwritten at the same length.
            Some(length) if length == self.end.at && self.torn.is_none() => Ok(Refreshed::Same),
            Some(_) => {
                self.log.look_anew();
                let before = self.end;
                let (mut room, table) = (Vec::new(), &mut self.table);
                let read = self.log.replay_on(&mut self.end, |payload, _, _, record| {
                    learn(table, payload, record, &mut room)
                });
                // Also of what stands before damage.
                self.table.settle();
                let length = read?;
                self.torn = (length > self.end.at).then_some(Torn {
                    at: self.end.at,
                    bytes: length.saturating_sub(self.end.at),
                });
                Ok(match self.end == before {
                    true => Refreshed::Same,
                    false => Refreshed::Grown,
                })
            }
        }
    }

    fn open_anew(&mut self) -> Result<Refreshed, StoreError> {
        let opened = Self::open(self.folder())?;
        self.settings().same_as(opened.settings())?;
        same_model(self.settings(), opened.settings())?;
        *self = opened;
        Ok(Refreshed::Replaced)
    }
}

/// Vectors of two encoders have nothing to do with each other.
fn same_model(given: &Settings, stored: &Settings) -> Result<(), StoreError> {
    let of = |settings: &Settings| settings.model.as_ref().map(|model| model.hash.clone());
    let (given, stored) = (of(given), of(stored));
    if given == stored {
        return Ok(());
    }
    let name = |hash: Option<String>| hash.unwrap_or_else(|| "none".to_owned());
    Err(StoreError::OtherSetting {
        what: "the encoder",
        given: name(given),
        stored: name(stored),
    })
}

impl Writer {
    /// As [`Writer::open_with`], of the memory that a store has open.
    ///
    /// # Errors
    /// As [`Writer::open_with`]; [`StoreError::OtherSetting`] where the folder now holds a memory that was made with other settings.
    pub fn open_beside(store: &Store, locking: super::Locking) -> Result<Self, StoreError> {
        let writer = Self::open_with(store.folder(), locking)?;
        store.settings().same_as(writer.store.settings())?;
        same_model(store.settings(), writer.store.settings())?;
        Ok(writer)
    }
}
