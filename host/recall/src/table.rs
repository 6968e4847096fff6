//! What of a memory is in RAM: the index over codes, and where in the log everything lies.

use std::collections::BTreeMap;

use slotless_core::attractor::{AttractorError, Index, Params};

use super::described::{Descriptions, Matching};
use super::metadata::{Filter, Metadata};
use super::record::Place;

/// A stored cue that shares units with a question's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Near {
    /// Its pair.
    pub pair: u32,
    /// Units it shares.
    pub overlap: u32,
}

/// An item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ItemRow {
    pub id: u64,
    pub target: Place,
    /// Its first pair, which has its target's code; `u32::MAX` before there is one.
    pub first: u32,
    /// Not forgotten.
    pub live: bool,
}

/// A cue: a pair of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PairRow {
    /// Its item, by place in the list of these.
    pub item: u32,
    pub cue: Place,
}

/// Codes and places. Items and pairs are in the order in which they were added.
#[derive(Debug)]
pub(super) struct Table {
    params: Params,
    index: Index<Vec<u32>>,
    items: Vec<ItemRow>,
    pairs: Vec<PairRow>,
    descriptions: Descriptions,
    /// Where the items are that are not forgotten.
    by_id: BTreeMap<u64, u32>,
    live_pairs: usize,
    next_id: u64,
}

impl Table {
    /// Nothing, with room for this many pairs; there is always room for more.
    pub fn new(params: Params, pairs: u32) -> Result<Self, AttractorError> {
        Ok(Self {
            params,
            index: empty(params, pairs)?,
            items: Vec::new(),
            pairs: Vec::new(),
            descriptions: Descriptions::default(),
            by_id: BTreeMap::new(),
            live_pairs: 0,
            next_id: 1,
        })
    }

    /// The number that the next item gets.
    pub fn next_id(&self) -> u64 {
        self.next_id
    }

    /// Numbers from here on are free, whatever items there are.
    pub fn skip_ids(&mut self, next_id: u64) {
        self.next_id = self.next_id.max(next_id);
    }

    pub fn live_items(&self) -> usize {
        self.by_id.len()
    }

    pub fn live_pairs(&self) -> usize {
        self.live_pairs
    }

    /// Bytes of the index and of the lists.
    pub fn bytes(&self) -> usize {
        size_of_val(self.index.buffer())
            + self.items.capacity() * size_of::<ItemRow>()
            + self.pairs.capacity() * size_of::<PairRow>()
            + self.by_id.len() * size_of::<(u64, u32)>()
            + self.descriptions.bytes()
    }

    /// Items, those forgotten among them.
    pub fn all_items(&self) -> usize {
        self.items.len()
    }

    /// Items that are not forgotten by their numbers, with their places in the list.
    pub fn items(&self) -> impl Iterator<Item = (u32, &ItemRow)> {
        self.by_id.values().map(|&at| (at, self.item(at)))
    }

    /// Cues of items that are not forgotten, with their pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, &PairRow)> {
        let pairs = (0..).zip(&self.pairs);
        pairs.filter(|(_, pair)| self.items[pair.item as usize].live)
    }

    /// An item that is not forgotten, and its place in the list.
    pub fn find(&self, id: u64) -> Option<(u32, &ItemRow)> {
        let at = *self.by_id.get(&id)?;
        Some((at, self.item(at)))
    }

    pub fn item(&self, at: u32) -> &ItemRow {
        &self.items[at as usize]
    }

    pub fn pair(&self, pair: u32) -> &PairRow {
        &self.pairs[pair as usize]
    }

    /// Codes of a pair: cue and target.
    pub fn codes(&self, pair: u32) -> Option<(&[u32], &[u32])> {
        Some((self.index.cue(pair)?, self.index.target(pair)?))
    }

    /// The code of an item's target: that of its first pair.
    pub fn target_code(&self, item: u32) -> Option<&[u32]> {
        self.index.target(self.items[item as usize].first)
    }

    /// Adds an item, whose cues follow, and gives its place in the list. There must be none of its number. `added` is when that was,
    /// in milliseconds since 1970, 0 where it is not known.
    pub fn add_item(&mut self, id: u64, target: Place, added: u64) -> u32 {
        self.descriptions.push(added);
        self.push_item(id, target)
    }

    /// Puts an item in the place of one that was forgotten; the same is known of it.
    pub fn put_item(&mut self, id: u64, target: Place, old: u32) -> u32 {
        self.descriptions.push_as(old);
        self.push_item(id, target)
    }

    fn push_item(&mut self, id: u64, target: Place) -> u32 {
        let at = self.items.len() as u32;
        self.items.push(ItemRow {
            id,
            target,
            first: u32::MAX,
            live: true,
        });
        self.by_id.insert(id, at);
        self.skip_ids(id + 1);
        at
    }

    /// Says what is known of an item beside its texts; time 0 for none.
    pub fn describe<'a>(
        &mut self,
        item: u32,
        time: u64,
        tags: impl Iterator<Item = (&'a str, &'a str)>,
    ) {
        self.descriptions.set(item, time, tags);
    }

    /// What is known of an item beside its texts.
    pub fn metadata(&self, item: u32) -> Metadata {
        self.descriptions.metadata(item)
    }

    /// When an item was added, 0 where that is not known.
    pub fn added(&self, item: u32) -> u64 {
        self.descriptions.added(item)
    }

    /// Which items a filter takes.
    pub fn matching(&self, filter: &Filter) -> Matching<'_> {
        self.descriptions.matching(filter)
    }

    /// Adds a cue of an item.
    pub fn add_cue(
        &mut self,
        item: u32,
        place: Place,
        cue: &[u32],
        target: &[u32],
    ) -> Result<(), AttractorError> {
        if self.index.pairs() == self.index.capacity() {
            let more = self.pairs.len() as u32 / 4;
            self.rebuild(self.live_pairs as u32 + more.max(64))?;
        }
        let pair = self.index.store(cue, target)?;
        self.pairs.push(PairRow { item, cue: place });
        let first = &mut self.items[item as usize].first;
        *first = pair.min(*first);
        self.live_pairs += 1;
        Ok(())
    }

    /// Forgets an item; false if there is none of this number.
    pub fn forget(&mut self, id: u64) -> Result<bool, AttractorError> {
        let Some((at, _)) = self.find(id) else {
            return Ok(false);
        };
        for (pair, row) in (0..).zip(&self.pairs) {
            if row.item == at {
                self.index.forget(pair)?;
                self.live_pairs -= 1;
            }
        }
        self.items[at as usize].live = false;
        self.by_id.remove(&id);
        Ok(true)
    }

    /// Another index with room for this many pairs; those that are left keep their order.
    fn rebuild(&mut self, capacity: u32) -> Result<(), AttractorError> {
        let mut index = empty(self.params, capacity)?;
        let mut pairs = Vec::with_capacity(capacity as usize);
        for (pair, row) in (0..).zip(&self.pairs) {
            if let (Some(cue), Some(target)) = (self.index.cue(pair), self.index.target(pair)) {
                let new = index.store(cue, target)?;
                pairs.push(*row);
                let first = &mut self.items[row.item as usize].first;
                if *first == pair {
                    *first = new;
                }
            }
        }
        (self.index, self.pairs) = (index, pairs);
        Ok(())
    }

    /// The units that each pair's cue shares with a code, by pair; none for a forgotten one.
    pub fn overlaps(&self, code: &[u32]) -> Result<Vec<u32>, AttractorError> {
        let mut overlaps = vec![0; self.index.pairs() as usize];
        self.index.overlaps(code, &mut overlaps)?;
        Ok(overlaps)
    }
}

/// The `count` largest of overlaps with `units` units, the largest first; none that is 0. Of equal ones those that were stored first: the
/// index's own choice among them goes by their numbers, which change when a memory is opened anew; this one does not.
pub(super) fn largest(overlaps: &[u32], units: usize, count: usize) -> Vec<Near> {
    // How many have each overlap, and so the least that takes part.
    let mut having = vec![0usize; units + 1];
    overlaps
        .iter()
        .for_each(|&overlap| having[overlap as usize] += 1);
    let (mut least, mut above) = (units, 0);
    while least > 1 && above + having[least] < count {
        above += having[least];
        least -= 1;
    }
    let mut of_the_least = count.saturating_sub(above);
    let mut found: Vec<Near> = (0..)
        .zip(overlaps)
        .filter(|&(_, &overlap)| overlap > 0 && overlap as usize >= least)
        .filter(|&(_, &overlap)| {
            let takes_part = overlap as usize > least || of_the_least > 0;
            of_the_least -= usize::from(overlap as usize == least && takes_part);
            takes_part
        })
        .map(|(pair, &overlap)| Near { pair, overlap })
        .collect();
    found.sort_by_key(|near| std::cmp::Reverse(near.overlap));
    found
}

fn empty(params: Params, pairs: u32) -> Result<Index<Vec<u32>>, AttractorError> {
    let pairs = pairs.max(1);
    let words = Index::<Vec<u32>>::words(params, pairs);
    Index::new(params, pairs, vec![0; words])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(at: u64) -> Place {
        Place {
            payload: at,
            entries: 2,
            entry: 1,
        }
    }

    /// Cues over 12 units, three active.
    fn table(cues: &[[u32; 3]]) -> Table {
        let mut table = Table::new(Params::builder(12, 3).seed(1).build().unwrap(), 1).unwrap();
        for (id, cue) in (1..).zip(cues) {
            let item = table.add_item(id, place(0), 0);
            table.add_cue(item, place(id), cue, &[0, 1, 2]).unwrap();
        }
        table
    }

    fn nearest(table: &Table, code: &[u32], count: usize) -> Vec<Near> {
        largest(&table.overlaps(code).unwrap(), code.len(), count)
    }

    fn ids(table: &Table, near: &[Near]) -> Vec<(u64, u32)> {
        let id = |near: &Near| table.item(table.pair(near.pair).item).id;
        near.iter().map(|near| (id(near), near.overlap)).collect()
    }

    #[test]
    fn the_nearest_come_first_and_of_equal_ones_the_oldest() {
        let cues = [[0, 1, 5], [9, 10, 11], [0, 4, 5], [0, 1, 2], [0, 7, 8]];
        let mut table = table(&cues);
        let near = |table: &Table, count| ids(table, &nearest(table, &[0, 1, 2], count));
        assert_eq!(near(&table, 9), [(4, 3), (1, 2), (3, 1), (5, 1)]);
        assert_eq!(near(&table, 3), [(4, 3), (1, 2), (3, 1)]);
        assert_eq!(near(&table, 2), [(4, 3), (1, 2)]);
        assert_eq!(near(&table, 0), []);
        assert!(table.forget(1).unwrap() && !table.forget(1).unwrap());
        assert_eq!(near(&table, 9), [(4, 3), (3, 1), (5, 1)]);
        assert_eq!((table.live_items(), table.live_pairs()), (4, 4));
        // Beyond its room, with what was forgotten left out.
        for id in 6..200 {
            let item = table.add_item(id, place(0), 0);
            table
                .add_cue(item, place(id), &[6, 7, 8], &[0, 1, 2])
                .unwrap();
        }
        assert_eq!(near(&table, 9), [(4, 3), (3, 1), (5, 1)]);
        assert_eq!(table.pairs().count(), 198);
        assert!(table.find(1).is_none() && table.find(199).is_some() && table.find(200).is_none());
        assert_eq!(table.next_id(), 200);
    }

    #[test]
    fn nearest_is_a_sort_of_all() {
        let draw =
            |at: u32| slotless_core::rng::Key::new(5, slotless_core::rng::Purpose(900)).at(at) % 4;
        let cues: Vec<[u32; 3]> = (0..60)
            .map(|cue| [0, 1, 2].map(|part| 4 * part + draw(3 * cue + part)))
            .collect();
        let table = table(&cues);
        for count in 0..70 {
            let code = [1, 6, 11];
            let overlap =
                |cue: &[u32; 3]| code.iter().filter(|unit| cue.contains(unit)).count() as u32;
            let mut expected: Vec<(u64, u32)> = (1..).zip(cues.iter().map(overlap)).collect();
            expected.retain(|one| one.1 > 0);
            expected.sort_by_key(|one| std::cmp::Reverse(one.1));
            expected.truncate(count);
            assert_eq!(ids(&table, &nearest(&table, &code, count)), expected);
        }
    }
}
