//! The units of items, in the caller's buffer, and the items nearest to a question.

use super::score::{Found, Length, Scale, inverse_document_frequency};
use super::units::is_unit;
use super::{MAX_BITS, MAX_ENTRIES, MAX_ITEMS, MAX_QUESTION, MIN_BITS, WordsError};
use crate::memory::Writable;

/// Words before the ends of items: items taken, entries taken.
const HEADER: usize = 2;

/// Sizes of [`Lists`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sizes {
    bits: u32,
    items: u32,
    entries: u32,
}

impl Sizes {
    /// Room for so many items, 1 to 2^24, which have so many units together, 1 to 2^28, of `bits` bits, 8 to 32.
    ///
    /// # Errors
    /// [`WordsError::Bits`], [`WordsError::Items`], [`WordsError::Entries`].
    pub const fn new(bits: u32, items: u32, entries: u32) -> Result<Self, WordsError> {
        if bits < MIN_BITS || bits > MAX_BITS {
            return Err(WordsError::Bits { bits });
        }
        if items == 0 || items > MAX_ITEMS {
            return Err(WordsError::Items { items });
        }
        if entries == 0 || entries > MAX_ENTRIES {
            return Err(WordsError::Entries { entries });
        }
        Ok(Self {
            bits,
            items,
            entries,
        })
    }

    /// Bits of a unit, b.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.bits
    }

    /// Items there is room for.
    #[must_use]
    pub const fn items(self) -> u32 {
        self.items
    }

    /// Units of all items there is room for.
    #[must_use]
    pub const fn entries(self) -> u32 {
        self.entries
    }

    /// Words of the buffer: 2, one for each item, and one for each unit of an item, or for two of them up to b = 16.
    #[must_use]
    pub const fn words(self) -> usize {
        let entries = self.entries.div_ceil(self.in_a_word()) as usize;
        HEADER
            .saturating_add(self.items as usize)
            .saturating_add(entries)
    }

    /// Units in a word.
    const fn in_a_word(self) -> u32 {
        if self.bits <= 16 { 2 } else { 1 }
    }
}

/// Items and their units, and the ones that share most with a question.
///
/// An item is a list of different units, such as those of a sentence's words. A sentence of 12 words takes 28 bytes up to 2^16
/// units, 52 beyond. A question goes through all of them twice, once to count in how many items each of its units is and once
/// for the sums: for a small store that is faster than lists by unit, which would take twice the room.
#[derive(Clone, Debug)]
pub struct Lists<S> {
    sizes: Sizes,
    words: S,
}

impl<S: AsRef<[u32]>> Lists<S> {
    /// An empty store in a buffer of [`Sizes::words`], which is cleared.
    ///
    /// # Errors
    /// [`WordsError::Buffer`].
    pub fn new(sizes: Sizes, mut words: S) -> Result<Self, WordsError>
    where
        S: Writable,
    {
        check_length(sizes, words.as_mut().len())?;
        words.as_mut().fill(0);
        Ok(Self { sizes, words })
    }

    /// A store that a buffer holds, as [`Lists::buffer`] gave it, such as one in flash. Cost: it is read once.
    ///
    /// # Errors
    /// [`WordsError::Buffer`], and [`WordsError::Damaged`] for what no store of these sizes leaves.
    pub fn open(sizes: Sizes, words: S) -> Result<Self, WordsError> {
        check_length(sizes, words.as_ref().len())?;
        let lists = Self { sizes, words };
        let [items, entries] = [0, 1].map(|word| lists.word(word));
        if items > sizes.items {
            return Err(WordsError::Damaged { word: 0 });
        }
        if entries > sizes.entries {
            return Err(WordsError::Damaged { word: 1 });
        }
        let mut start = 0;
        for item in 0..items {
            let end = lists.end(item);
            let is_last = item.saturating_add(1) == items;
            if end < start || end > entries || is_last && end != entries {
                let word = HEADER.saturating_add(item as usize);
                return Err(WordsError::Damaged { word });
            }
            let mut before = None;
            for entry in start..end {
                let unit = lists.entry(entry);
                if before >= Some(unit) || !is_unit(unit, sizes.bits) {
                    let word = lists.place(entry).0;
                    return Err(WordsError::Damaged { word });
                }
                before = Some(unit);
            }
            start = end;
        }
        if items == 0 && entries > 0 {
            return Err(WordsError::Damaged { word: 1 });
        }
        Ok(lists)
    }

    /// Sizes.
    #[must_use]
    pub const fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// The buffer.
    #[must_use]
    pub fn buffer(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Items stored.
    #[must_use]
    pub fn items(&self) -> u32 {
        self.word(0).min(self.sizes.items)
    }

    /// Units of all items stored.
    #[must_use]
    pub fn entries(&self) -> u32 {
        self.word(1).min(self.sizes.entries)
    }

    /// The units of an item, ascending; none where there is no such item.
    pub fn units(&self, item: u32) -> impl Iterator<Item = u32> {
        let start = match item.checked_sub(1) {
            Some(before) => self.end(before),
            None => 0,
        };
        let end = if item < self.items() {
            self.end(item)
        } else {
            0
        };
        (start..end).map(|entry| self.entry(entry))
    }

    /// Stores an item, and returns its number: the first is 0. No units is an item, too, that nothing finds.
    ///
    /// # Errors
    /// [`WordsError::Units`] for units that are not ascending or not below `2^b`, [`WordsError::Full`]; nothing is stored then.
    pub fn add(&mut self, units: &[u32]) -> Result<u32, WordsError>
    where
        S: Writable,
    {
        check_units(units, self.sizes.bits)?;
        let Sizes { items, entries, .. } = self.sizes;
        let (item, start) = (self.items(), self.entries());
        let more = u32::try_from(units.len()).unwrap_or(u32::MAX);
        let end = start.saturating_add(more);
        if item >= items || end > entries {
            return Err(WordsError::Full { items, entries });
        }
        for (entry, &unit) in (start..end).zip(units) {
            let (word, shift) = self.place(entry);
            if let Some(word) = self.words.as_mut().get_mut(word) {
                // What is not taken yet is 0, but in a buffer that something else wrote to.
                let kept = match self.sizes.in_a_word() {
                    1 => 0,
                    _ => *word & !(0xffff << shift),
                };
                *word = kept | unit << shift;
            }
        }
        let words = self.words.as_mut();
        if let Some(word) = words.get_mut(HEADER.saturating_add(item as usize)) {
            *word = end;
        }
        if let [taken, filled, ..] = words {
            (*taken, *filled) = (item.saturating_add(1), end);
        }
        Ok(item)
    }

    /// Forgets all items; their numbers begin anew.
    pub fn clear(&mut self)
    where
        S: Writable,
    {
        self.words.as_mut().fill(0);
    }

    /// The items that are found best by the units of a question, as many as there is room for in `found`, the best first, of equal
    /// ones the newer; those that share none are not among them.
    ///
    /// The score is the sum over shared units of `log2((N + 1) / (n + 1/2))` for n of N items that have a unit: its inverse
    /// document frequency in BM25. With a [`Length`] of b it is divided by `(1 + k1 (1 - b + b L / mean)) / (1 + k1)` for an item
    /// of L units. Cost: two passes over all units, of the question's with each item's in parallel, and up to two divisions of 64
    /// bits for each item that shares one.
    ///
    /// # Errors
    /// [`WordsError::Units`] as of [`Lists::add`], [`WordsError::Question`] for more than 512 units, [`WordsError::Scratch`] for
    /// fewer words than units of the question.
    pub fn best<'a>(
        &self,
        question: &[u32],
        length: Length,
        scratch: &mut [u32],
        found: &'a mut [Found],
    ) -> Result<&'a [Found], WordsError> {
        check_units(question, self.sizes.bits)?;
        let units = question.len();
        if units > MAX_QUESTION {
            return Err(WordsError::Question { units });
        }
        let got = scratch.len();
        let weights = scratch.get_mut(..units);
        let weights = weights.ok_or(WordsError::Scratch { got, needed: units })?;
        weights.fill(0);
        let items = self.items();
        let mut start = 0;
        for item in 0..items {
            let end = self.end(item);
            self.shared(start..end, question, |place| {
                if let Some(count) = weights.get_mut(place) {
                    *count = count.wrapping_add(1);
                }
            });
            start = end;
        }
        for one in weights.iter_mut() {
            *one = inverse_document_frequency(items, *one);
        }
        let scale = Scale::new(length, items, self.entries());
        let mut used = 0usize;
        start = 0;
        for item in 0..items {
            let end = self.end(item);
            let (mut sum, mut shared) = (0u32, 0u32);
            self.shared(start..end, question, |place| {
                sum = sum.saturating_add(weights.get(place).copied().unwrap_or(0));
                shared = shared.wrapping_add(1);
            });
            let units = end.saturating_sub(start);
            start = end;
            if shared == 0 {
                continue;
            }
            let score = scale.score(sum, units);
            used = keep(
                found,
                used,
                Found {
                    item,
                    score,
                    shared,
                },
            );
        }
        Ok(found.get(..used).unwrap_or(&[]))
    }

    /// Calls with the place in the question of each unit that an item has, too; both ascend.
    fn shared(
        &self,
        entries: core::ops::Range<u32>,
        question: &[u32],
        mut each: impl FnMut(usize),
    ) {
        let mut asked = question.iter().enumerate().peekable();
        for entry in entries {
            let unit = self.entry(entry);
            while asked.next_if(|(_, one)| **one < unit).is_some() {}
            match asked.peek() {
                Some(&(place, &one)) if one == unit => each(place),
                Some(_) => {}
                None => return,
            }
        }
    }

    fn word(&self, place: usize) -> u32 {
        self.words.as_ref().get(place).copied().unwrap_or(0)
    }

    /// Where the units of an item end, and the next one's start.
    fn end(&self, item: u32) -> u32 {
        let place = HEADER.saturating_add(item as usize);
        self.word(place).min(self.sizes.entries)
    }

    fn entry(&self, entry: u32) -> u32 {
        let (word, shift) = self.place(entry);
        let word = self.word(word);
        match self.sizes.in_a_word() {
            1 => word,
            _ => word >> shift & 0xffff,
        }
    }

    /// The word of an entry, and the lowest of its bits.
    fn place(&self, entry: u32) -> (usize, u32) {
        let (word, shift) = match self.sizes.in_a_word() {
            1 => (entry, 0),
            _ => (entry / 2, entry % 2 * 16),
        };
        let first = HEADER.saturating_add(self.sizes.items as usize);
        (first.saturating_add(word as usize), shift)
    }
}

/// Puts what is found to the best, where it belongs there; the number of them.
fn keep(found: &mut [Found], used: usize, new: Found) -> usize {
    // Later items are newer: of equal ones they come first.
    let best = found.get(..used).unwrap_or(&[]);
    let place = best.partition_point(|one| one.score > new.score);
    let used = used.saturating_add(1).min(found.len());
    let mut moved = new;
    for one in found.get_mut(place..used).unwrap_or(&mut []) {
        core::mem::swap(one, &mut moved);
    }
    used
}

fn check_length(sizes: Sizes, got: usize) -> Result<(), WordsError> {
    let expected = sizes.words();
    if got != expected {
        return Err(WordsError::Buffer { got, expected });
    }
    Ok(())
}

fn check_units(units: &[u32], bits: u32) -> Result<(), WordsError> {
    let mut before = None;
    for (place, &unit) in units.iter().enumerate() {
        if before >= Some(unit) || !is_unit(unit, bits) {
            return Err(WordsError::Units { unit, place });
        }
        before = Some(unit);
    }
    Ok(())
}
