//! Times and tags of items in RAM: each text once, each item a few numbers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::metadata::{Filter, Metadata};

/// What is known of one item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Row {
    /// When it was added, and when it happened; 0 where that is not known.
    added: u64,
    time: u64,
    /// Its tags: where they begin, and how many.
    first: u32,
    count: u32,
}

/// What is known of items, by their places in the table.
#[derive(Debug, Default)]
pub(super) struct Descriptions {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    rows: Vec<Row>,
    /// Keys and values of all, by the numbers of their texts.
    tags: Vec<[u32; 2]>,
}

/// A filter, as numbers.
#[derive(Debug)]
pub(super) struct Matching<'a> {
    of: &'a Descriptions,
    /// None where a text is nowhere.
    tags: Option<Vec<[u32; 2]>>,
    after: u64,
    before: u64,
    any_time: bool,
}

impl Descriptions {
    /// A further item, of which nothing is known but when it was added, 0 if not even that.
    pub fn push(&mut self, added: u64) {
        self.rows.push(Row {
            added,
            ..Row::default()
        });
    }

    /// A further item, of which the same is known as of another.
    pub fn push_as(&mut self, item: u32) {
        self.rows.push(self.rows[item as usize]);
    }

    /// Says what is known of an item.
    pub fn set<'a>(
        &mut self,
        item: u32,
        time: u64,
        tags: impl Iterator<Item = (&'a str, &'a str)>,
    ) {
        let first = self.tags.len() as u32;
        for (key, value) in tags {
            let tag = [self.number(key), self.number(value)];
            self.tags.push(tag);
        }
        let row = &mut self.rows[item as usize];
        (row.time, row.first, row.count) = (time, first, self.tags.len() as u32 - first);
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let (number, text) = (self.texts.len() as u32, Arc::<str>::from(text));
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    fn tags_of(&self, row: Row) -> &[[u32; 2]] {
        &self.tags[row.first as usize..][..row.count as usize]
    }

    /// When an item was added, 0 if that is not known.
    pub fn added(&self, item: u32) -> u64 {
        self.rows[item as usize].added
    }

    /// What is known of an item.
    pub fn metadata(&self, item: u32) -> Metadata {
        let row = self.rows[item as usize];
        let text = |number: u32| (*self.texts[number as usize]).to_owned();
        let tags: BTreeMap<String, String> = self
            .tags_of(row)
            .iter()
            .map(|&[key, value]| (text(key), text(value)))
            .collect();
        Metadata::of((row.time != 0).then_some(row.time), tags)
    }

    /// A filter, ready for many items.
    pub fn matching(&self, filter: &Filter) -> Matching<'_> {
        let number = |text: &String| self.numbers.get(&**text).copied();
        let tags = filter
            .tags
            .iter()
            .map(|(key, value)| Some([number(key)?, number(value)?]))
            .collect();
        Matching {
            of: self,
            tags,
            after: filter.after.unwrap_or(0),
            before: filter.before.unwrap_or(u64::MAX),
            any_time: filter.after.is_none() && filter.before.is_none(),
        }
    }

    /// The number of a key, where an item had it.
    pub fn key(&self, key: &str) -> Option<u32> {
        self.numbers.get(key).copied()
    }

    /// The number of an item's value of a key.
    pub fn value(&self, item: u32, key: u32) -> Option<u32> {
        let own = self.tags_of(self.rows[item as usize]);
        own.iter().find(|tag| tag[0] == key).map(|tag| tag[1])
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    /// Bytes in RAM.
    pub fn bytes(&self) -> usize {
        let texts = self.texts.iter().map(|text| text.len() + 16).sum::<usize>();
        texts
            + self.texts.capacity() * size_of::<Arc<str>>()
            + self.numbers.capacity() * size_of::<(Arc<str>, u32)>()
            + self.rows.capacity() * size_of::<Row>()
            + self.tags.capacity() * size_of::<[u32; 2]>()
    }
}

impl Matching<'_> {
    /// Whether an item takes part.
    pub fn takes(&self, item: u32) -> bool {
        let row = self.of.rows[item as usize];
        let time = if row.time == 0 { row.added } else { row.time };
        let in_time = self.any_time || time != 0 && (self.after..self.before).contains(&time);
        let own = self.of.tags_of(row);
        in_time
            && self
                .tags
                .as_ref()
                .is_some_and(|tags| tags.iter().all(|tag| own.contains(tag)))
    }
}
