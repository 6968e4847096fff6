//! What of a memory is in RAM: vectors in 8 bits a number, words by their units, and where in the log everything lies.

use std::collections::{BTreeMap, HashMap, HashSet};

use slotless_kernels::cpu::Isa;
use slotless_kernels::planes::{Codes, Quantised};

use super::described::{Descriptions, Matching};
use super::lexicon::Lexicon;
use super::metadata::{Filter, Metadata};
use super::record::Place;
use super::settings::Settings;

/// An item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ItemRow {
    pub id: u64,
    pub target: Place,
    /// Its first pair; `u32::MAX` before there is one.
    pub first: u32,
    /// Not forgotten.
    pub live: bool,
}

/// A cue: a pair of it and its item's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PairRow {
    /// Its item, by place in the list of these.
    pub item: u32,
    pub cue: Place,
}

/// A cue's vector, as it comes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Vector<'a> {
    /// Its numbers.
    Whole(&'a [f32]),
    /// In 8 bits a number, and their scale.
    Quantised(f32, &'a [u8]),
    /// None: words alone are compared.
    None,
}

/// Items and pairs are in the order in which they were added.
#[derive(Debug)]
pub(super) struct Table {
    vectors: Option<Quantised>,
    /// Codes of the vectors, where there are so many that they are needed.
    codes: Option<Codes>,
    lexicon: Option<Lexicon>,
    items: Vec<ItemRow>,
    pairs: Vec<PairRow>,
    descriptions: Descriptions,
    /// Of each item, up to where this is known, the ones before and behind it in its session; itself for none.
    neighbours: Vec<[u32; 2]>,
    /// What was said of neighbours before does not hold any more.
    has_moved: bool,
    /// Numbers of speakers, and those that have a word's unit in their names.
    speakers: HashSet<u32>,
    called: HashMap<u32, Vec<u32>>,
    /// Where the items are that are not forgotten.
    by_id: BTreeMap<u64, u32>,
    live_pairs: usize,
    next_id: u64,
}

/// Pairs above which codes say whose vectors are looked at.
pub(super) const MANY: usize = if cfg!(test) { 1 << 11 } else { 1 << 17 };

impl Table {
    /// Nothing, with room for this many pairs; there is always room for more.
    pub fn new(settings: &Settings, pairs: usize) -> Self {
        let inputs = settings.inputs as usize;
        let mut vectors = (inputs > 0).then(|| Quantised::new(inputs, Isa::best()));
        if let Some(vectors) = &mut vectors {
            vectors.reserve(pairs);
        }
        Self {
            vectors,
            codes: None,
            lexicon: settings.words.map(Lexicon::new),
            items: Vec::new(),
            pairs: Vec::with_capacity(pairs),
            descriptions: Descriptions::default(),
            neighbours: Vec::new(),
            has_moved: false,
            speakers: HashSet::new(),
            called: HashMap::new(),
            by_id: BTreeMap::new(),
            live_pairs: 0,
            next_id: 1,
        }
    }

    /// Compares vectors with these instructions from here on.
    pub fn set_isa(&mut self, isa: Isa) {
        if let Some(vectors) = &mut self.vectors {
            vectors.set_isa(isa);
        }
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

    /// Whether a cue's item is not forgotten.
    pub fn is_live(&self, pair: u32) -> bool {
        // Where nothing is, no cue's item is looked at.
        self.live_pairs == self.pairs.len() || self.item(self.pair(pair).item).live
    }

    /// Whether there are so many cues that not all are looked at.
    pub fn is_large(&self) -> bool {
        self.pairs.len() > MANY
    }

    /// Bytes of the vectors and their codes.
    pub fn vector_bytes(&self) -> usize {
        self.vectors.as_ref().map_or(0, Quantised::bytes)
            + self.codes.as_ref().map_or(0, Codes::bytes)
    }

    /// Bytes of the words.
    pub fn word_bytes(&self) -> usize {
        self.lexicon.as_ref().map_or(0, Lexicon::bytes)
    }

    /// Bytes of the lists of items and cues.
    pub fn list_bytes(&self) -> usize {
        self.items.capacity() * size_of::<ItemRow>()
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

    /// Vectors of all pairs, those of forgotten items among them; none where words alone are compared.
    pub fn vectors(&self) -> Option<&Quantised> {
        self.vectors.as_ref()
    }

    /// Codes of the vectors, where there are many.
    pub fn codes(&self) -> Option<&Codes> {
        self.codes.as_ref()
    }

    /// Words of all pairs; none where vectors alone are compared.
    pub fn lexicon(&self) -> Option<&Lexicon> {
        self.lexicon.as_ref()
    }

    /// Adds an item, whose cues follow, and gives its place in the list. There must be none of its number. `added` is when that was,
    /// in milliseconds since 1970, 0 where it is not known.
    pub fn add_item(&mut self, id: u64, target: Place, added: u64) -> u32 {
        self.descriptions.push(added);
        self.push_item(id, target)
    }

    /// Puts an item in the place of one that was forgotten; the same is known of it.
    pub fn put_item(&mut self, id: u64, target: Place, old: u32) -> u32 {
        self.has_moved = true;
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
        self.has_moved |= (item as usize) < self.neighbours.len();
        let Some(key) = self.descriptions.key(Metadata::SPEAKER) else {
            return;
        };
        let Some(speaker) = self.descriptions.value(item, key) else {
            return;
        };
        if self.speakers.insert(speaker) {
            for unit in self.words(self.descriptions.text(speaker)) {
                self.called.entry(unit).or_default().push(speaker);
            }
        }
    }

    /// Numbers of the speakers whose names have one of some words' units.
    pub fn named(&self, units: &[u32]) -> Vec<u32> {
        let called = units.iter().filter_map(|unit| self.called.get(unit));
        called.flatten().copied().collect()
    }

    /// Whether a word's unit is one of a speaker's name.
    pub fn names(&self, unit: u32) -> bool {
        self.called.contains_key(&unit)
    }

    /// Items before and behind another in its session; as of [`Table::settle`].
    pub fn neighbours(&self, item: u32) -> [Option<u32>; 2] {
        let of = self.neighbours.get(item as usize);
        of.map_or([None; 2], |of| of.map(|one| (one != item).then_some(one)))
    }

    /// What is known of an item beside its texts.
    pub fn metadata(&self, item: u32) -> Metadata {
        self.descriptions.metadata(item)
    }

    /// What is known of all items.
    pub fn descriptions(&self) -> &Descriptions {
        &self.descriptions
    }

    /// When an item was added, 0 where that is not known.
    pub fn added(&self, item: u32) -> u64 {
        self.descriptions.added(item)
    }

    /// Which items a filter takes.
    pub fn matching(&self, filter: &Filter) -> Matching<'_> {
        self.descriptions.matching(filter)
    }

    /// Adds a cue of an item, with its vector and the units of its words, as far as such are compared here. Says what is wrong with
    /// them, and nothing is added.
    pub fn add_cue(
        &mut self,
        item: u32,
        place: Place,
        vector: Vector<'_>,
        words: &[u32],
    ) -> Result<(), &'static str> {
        if self.pairs.len() == u32::MAX as usize {
            return Err("there are 4294967295 cues, which are all that there can be");
        }
        match (&mut self.vectors, vector) {
            (None, Vector::None) => {}
            (Some(vectors), Vector::Whole(numbers)) if numbers.len() == vectors.width() => {
                vectors.push(numbers);
            }
            (Some(vectors), Vector::Quantised(scale, numbers)) => vectors
                .push_parts(scale, numbers)
                .map_err(|_| "a vector is none in 8 bits")?,
            _ => return Err("a cue's vector is not one of this memory"),
        }
        if let Some(lexicon) = &mut self.lexicon {
            lexicon.push(words);
        }
        let first = &mut self.items[item as usize].first;
        *first = (*first).min(self.pairs.len() as u32);
        self.pairs.push(PairRow { item, cue: place });
        self.live_pairs += 1;
        Ok(())
    }

    /// The units of a text's words, as [`Table::add_cue`] takes them.
    pub fn words(&self, text: &str) -> Vec<u32> {
        let lexicon = self.lexicon.as_ref();
        lexicon.map_or(Vec::new(), |lexicon| lexicon.of(text))
    }

    /// Forgets an item; false if there is none of this number.
    pub fn forget(&mut self, id: u64) -> bool {
        let Some((at, _)) = self.find(id) else {
            return false;
        };
        for (pair, row) in (0..).zip(&self.pairs) {
            if row.item == at {
                if let Some(lexicon) = &mut self.lexicon {
                    lexicon.forget(pair);
                }
                self.live_pairs -= 1;
            }
        }
        self.items[at as usize].live = false;
        self.by_id.remove(&id);
        self.has_moved = true;
        true
    }

    /// Makes ready to be asked: leaves out what was forgotten where that is most, and codes vectors where there are many. To be done
    /// when much was added or forgotten; answers are the same without.
    pub fn settle(&mut self) {
        if self.pairs.len() > 64 && self.live_pairs < self.pairs.len() / 2 {
            let pairs: Vec<u32> = self.pairs().map(|(pair, _)| pair).collect();
            let rows = pairs.iter().map(|&pair| *self.pair(pair)).collect();
            if let Some(vectors) = &mut self.vectors {
                *vectors = vectors.only(&pairs);
            }
            if let Some(lexicon) = &mut self.lexicon {
                *lexicon = lexicon.only(&pairs);
            }
            self.pairs = rows;
            self.codes = None;
            for pair in (0..self.pairs.len()).rev() {
                self.items[self.pairs[pair].item as usize].first = pair as u32;
            }
        }
        self.link();
        match (&self.vectors, &mut self.codes) {
            (Some(vectors), Some(codes)) => codes.follow(vectors),
            (Some(vectors), codes) if self.pairs.len() > MANY => *codes = Some(vectors.codes()),
            _ => {}
        }
    }
}

impl Table {
    /// Finds who is beside whom in their sessions: of all items, or of those that were added since.
    fn link(&mut self) {
        if self.has_moved {
            self.neighbours.clear();
            self.has_moved = false;
        }
        let first = self.neighbours.len() as u32;
        self.neighbours
            .extend((first..self.items.len() as u32).map(|item| [item; 2]));
        let Some(key) = self.descriptions.key(Metadata::SESSION) else {
            return;
        };
        let session = |item: u32| self.descriptions.value(item, key);
        // Those that were added since have larger numbers than all others.
        let from = self
            .items
            .get(first as usize)
            .map_or(u64::MAX, |row| row.id);
        let mut before = self.by_id.range(..from).next_back().map(|(_, &at)| at);
        if first == 0 {
            before = None;
        }
        let since = match first {
            0 => self.by_id.range(..),
            _ => self.by_id.range(from..),
        };
        for &item in since.map(|(_, at)| at) {
            if let Some(before) = before
                && session(before).is_some_and(|one| Some(one) == session(item))
            {
                self.neighbours[before as usize][1] = item;
                self.neighbours[item as usize][0] = before;
            }
            before = Some(item);
        }
    }
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

    fn add(table: &mut Table, id: u64, text: &str, vector: [f32; 2]) {
        let item = table.add_item(id, place(0), 0);
        let words = table.words(text);
        let added = table.add_cue(item, place(id), Vector::Whole(&vector), &words);
        added.unwrap();
    }

    #[test]
    fn what_is_forgotten_leaves_the_lists_when_it_is_most() {
        let mut table = Table::new(&Settings::new(2), 0);
        for id in 1..=100 {
            add(&mut table, id, &format!("w{id} all"), [id as f32, 1.0]);
        }
        assert!(table.forget(1) && !table.forget(1));
        for id in 2..=60 {
            assert!(table.forget(id));
        }
        assert_eq!((table.live_items(), table.live_pairs()), (40, 40));
        assert_eq!(table.pairs.len(), 100);
        table.settle();
        assert_eq!((table.pairs.len(), table.all_items()), (40, 100));
        let vectors = table.vectors().unwrap();
        assert_eq!(vectors.len(), 40);
        for (pair, row) in table.pairs() {
            let id = table.item(row.item).id;
            assert!(vectors.holds(pair as usize, &[id as f32, 1.0]));
            let own = table.words(&format!("w{id} all"));
            assert_eq!(table.lexicon().unwrap().get(pair), own);
        }
        assert!(table.find(60).is_none() && table.find(61).is_some());
        assert_eq!(table.next_id(), 101);
    }

    /// Whether they are found at once or one by one as items are added, updated, moved to other sessions and forgotten.
    #[test]
    fn neighbours_are_those_of_the_session() {
        let mut table = Table::new(&Settings::new(2), 0);
        let of = |table: &Table| -> Vec<(u64, [u64; 2])> {
            let id = |one: Option<u32>| one.map_or(0, |one| table.item(one).id);
            let items = table.items();
            let beside = items.map(|(at, row)| (row.id, table.neighbours(at).map(id)));
            beside.collect()
        };
        let session = |table: &mut Table, id: u64, name: &str| {
            let (at, _) = table.find(id).unwrap();
            table.describe(at, 0, [(Metadata::SESSION, name)].into_iter());
        };
        for id in 1..=6 {
            add(&mut table, id, "a", [1.0, 0.0]);
            if id != 2 {
                session(&mut table, id, if id < 5 { "x" } else { "y" });
            }
            table.settle();
        }
        let expected = vec![
            (1, [0, 0]),
            (2, [0, 0]),
            (3, [0, 4]),
            (4, [3, 0]),
            (5, [0, 6]),
            (6, [5, 0]),
        ];
        assert_eq!(of(&table), expected);
        table.has_moved = true;
        table.settle();
        assert_eq!(of(&table), expected);
        session(&mut table, 2, "x");
        let old = table.find(4).unwrap().0;
        assert!(table.forget(4));
        table.put_item(4, place(0), old);
        assert!(table.forget(5));
        table.settle();
        let expected = vec![
            (1, [0, 2]),
            (2, [1, 3]),
            (3, [2, 4]),
            (4, [3, 0]),
            (6, [0, 0]),
        ];
        assert_eq!(of(&table), expected);
    }

    #[test]
    fn speakers_are_called_by_any_word_of_their_names() {
        let mut table = Table::new(&Settings::new(0), 0);
        for (id, name) in [(1, "Ann Berg"), (2, "Ben"), (3, "Ann Smith")] {
            let item = table.add_item(id, place(0), 0);
            table.describe(item, 0, [(Metadata::SPEAKER, name)].into_iter());
        }
        let named = |text: &str| {
            let units = table.words(text);
            let mut names: Vec<&str> = table
                .named(&units)
                .into_iter()
                .map(|number| table.descriptions().text(number))
                .collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        assert_eq!(named("what did ann say"), ["Ann Berg", "Ann Smith"]);
        assert_eq!(named("Berg, and Ben?"), ["Ann Berg", "Ben"]);
        assert_eq!(named("Bertha"), [""; 0]);
    }

    #[test]
    fn what_is_no_vector_of_it_is_refused() {
        let mut table = Table::new(&Settings::new(2), 0);
        let item = table.add_item(1, place(0), 0);
        for vector in [
            Vector::None,
            Vector::Whole(&[1.0; 3]),
            Vector::Quantised(1.0, &[1; 3]),
            Vector::Quantised(f32::INFINITY, &[1; 2]),
        ] {
            assert!(table.add_cue(item, place(1), vector, &[]).is_err());
        }
        let mut words = Table::new(&Settings::new(0), 0);
        let item = words.add_item(1, place(0), 0);
        let one = Vector::Whole(&[1.0]);
        assert!(words.add_cue(item, place(1), one, &[]).is_err());
        assert!(words.add_cue(item, place(1), Vector::None, &[7]).is_ok());
        assert_eq!((table.pairs.len(), words.pairs.len()), (0, 1));
    }
}
