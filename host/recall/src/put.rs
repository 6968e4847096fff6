//! Items of which there is one for each key.

use std::collections::HashMap;

use super::StoreError;
use super::metadata::Metadata;
use super::record::Times;
use super::store::Store;
use super::writer::{NewItem, Placed, Writer, now};

/// Where an item went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    /// Its number.
    pub id: u64,
    /// Whether it took the place of another, which [`Store::history`] still has.
    pub replaced: bool,
}

/// A namespace, if there is one, and a key.
type Key = (Option<String>, String);

fn key(metadata: Option<&Metadata>) -> Option<Key> {
    let metadata = metadata?;
    let of = |key| metadata.tag(key).map(str::to_owned);
    Some((of(Metadata::NAMESPACE), of(Metadata::KEY)?))
}

impl Store {
    /// Items by their keys: the newest of each.
    fn keyed(&self) -> HashMap<Key, u64> {
        let descriptions = self.table.descriptions();
        let Some(of_key) = descriptions.key(Metadata::KEY) else {
            return HashMap::new();
        };
        let of_namespace = descriptions.key(Metadata::NAMESPACE);
        let text = |at: u32, key: u32| {
            let value = descriptions.value(at, key);
            value.map(|value| descriptions.text(value).to_owned())
        };
        let of = |at: u32| {
            let namespace = of_namespace.and_then(|number| text(at, number));
            Some((namespace, text(at, of_key)?))
        };
        self.table
            .items()
            .filter_map(|(at, row)| Some((of(at)?, row.id)))
            .collect()
    }

    /// The item of a key ([`Metadata::KEY`]) in a namespace, or in none; the newest of several. Cost: a pass over the items.
    #[must_use]
    pub fn with_key(&self, namespace: Option<&str>, key: &str) -> Option<u64> {
        let key = (namespace.map(str::to_owned), key.to_owned());
        self.keyed().get(&key).copied()
    }
}

impl Writer {
    /// Adds items as [`Writer::restore`] does, but one with a key ([`Metadata::KEY`]) that an item of its namespace has takes the place of
    /// that: its target, its cues and all that is known of it; number and time of adding stay. Of two with the same key among them the
    /// later one holds. All of it is written or nothing. Cost: a pass over the items, where one has a key.
    ///
    /// # Errors
    /// As [`Writer::add`].
    pub fn put(&mut self, items: &[(NewItem<'_>, Times)]) -> Result<Vec<Put>, StoreError> {
        let keys: Vec<Option<Key>> = items.iter().map(|(item, _)| key(item.metadata)).collect();
        // With when they were added.
        let keyed = match keys.iter().any(Option::is_some) {
            true => self.store().keyed(),
            false => HashMap::new(),
        };
        let keyed = keyed
            .into_iter()
            .map(|(key, id)| (key, (id, self.added(id))));
        let mut keyed: HashMap<Key, (u64, Option<u64>)> = keyed.collect();
        let mut ids = self.new_ids(items.len())?;
        let mut places = Vec::with_capacity(items.len());
        for (key, (_, times)) in keys.into_iter().zip(items) {
            let old = key.as_ref().and_then(|key| keyed.get(key).copied());
            let place = match old {
                Some((id, added)) => Placed::InPlace { id, added },
                // There are as many as items.
                None => Placed::New(ids.next().unwrap_or(u64::MAX)),
            };
            if let (Some(key), Placed::New(id)) = (key, place) {
                keyed.insert(key, (id, Some(times.added.unwrap_or_else(now))));
            }
            places.push(place);
        }
        let payloads = self.payloads(items, &places)?;
        self.write(&payloads)?;
        let put = |place: &Placed| match *place {
            Placed::New(id) => Put {
                id,
                replaced: false,
            },
            Placed::InPlace { id, .. } => Put { id, replaced: true },
        };
        Ok(places.iter().map(put).collect())
    }

    /// When an item was added, if that is known.
    fn added(&self, id: u64) -> Option<u64> {
        let (at, _) = self.store.table.find(id)?;
        let added = self.store.table.added(at);
        (added != 0).then_some(added)
    }
}
