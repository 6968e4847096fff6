//! The memory itself: a checked view of one buffer.

use super::super::RecencyError;
use super::super::params::COUNTER_WORDS;
use super::PlainParams;
use super::params::ROW_HEAD;
use crate::bits;
use crate::memory::Writable;
use crate::rng::{self, Purpose};

/// A memory of recency levels in the [plain form](super), in the caller's buffer.
///
/// `S` is anything that lends words; the buffer is the whole state: the number of events, then of each row its count, the
/// event after its last (its low word), and its tags.
#[derive(Clone, Debug)]
pub struct Levels<S> {
    params: PlainParams,
    words: S,
}

impl<S: AsRef<[u32]>> Levels<S> {
    /// Views a buffer that holds a memory already. Any content is safe.
    ///
    /// # Errors
    /// [`RecencyError::Buffer`] unless there are exactly [`PlainParams::words`] words.
    pub fn open(params: PlainParams, words: S) -> Result<Self, RecencyError> {
        let (got, expected) = (words.as_ref().len(), params.words());
        if got != expected {
            return Err(RecencyError::Buffer { got, expected });
        }
        Ok(Self { params, words })
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &PlainParams {
        &self.params
    }

    /// Events learned so far.
    #[must_use]
    pub fn learned(&self) -> u64 {
        match self.words.as_ref() {
            [low, high, ..] => u64::from(*low) | u64::from(*high) << 32,
            _ => 0,
        }
    }

    /// The whole state.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.words
    }

    /// The weight between a row and a unit, 0 to L; `None` where the row does not see the unit.
    #[must_use]
    pub fn weight(&self, row: u32, unit: u32) -> Option<u32> {
        let (part, cell) = self.params.place(unit);
        let sees = row.checked_rem(self.params.parts()) == Some(part);
        if row >= self.params.rows() || unit >= self.params.visible() || !sees {
            return None;
        }
        let level = self.level(self.row(row), cell);
        Some(self.params.levels().saturating_sub(level))
    }

    /// The words of one row.
    pub(super) fn row(&self, row: u32) -> &[u32] {
        let size = self.params.row_words();
        let start = COUNTER_WORDS.saturating_add((row as usize).saturating_mul(size));
        let rest = self.words.as_ref().get(start..).unwrap_or(&[]);
        rest.get(..size).unwrap_or(&[])
    }

    /// The level of a cell, 0 the newest; L for one that is empty.
    pub(super) fn level(&self, row: &[u32], cell: u32) -> u32 {
        let levels = self.params.levels();
        let (count, tags) = match row {
            [count, _, tags @ ..] => (*count, tags),
            _ => (0, &[][..]),
        };
        match self.params.coding().get(tags, cell) {
            0 => levels,
            // Both are 1 to L in a state that learning makes.
            tag if tag <= count => count.wrapping_sub(tag).min(levels),
            tag => count.wrapping_add(levels).wrapping_sub(tag).min(levels),
        }
    }

    /// Lists the rows of a part, for which `list` has room: those that never learned or rested longest first.
    pub(super) fn rested_first(&self, part: u32, list: &mut [u32]) {
        let params = &self.params;
        let now = self.learned() as u32;
        let rows = params.part_rows();
        let row_of = |place: u32| place.wrapping_mul(params.parts()).wrapping_add(part);
        let rest = |place: u32| {
            let last = self.row(row_of(place)).get(1).copied().unwrap_or(0);
            now.wrapping_sub(last)
        };
        for place in 0..rows {
            let own = rest(place);
            let before = (0..rows).filter(|&other| {
                let others = rest(other);
                others > own || others == own && other < place
            });
            if let Some(slot) = list.get_mut(before.count()) {
                *slot = row_of(place);
            }
        }
    }

    /// The row of a part that the ones of a pattern are written to; `pool` has room for the rows of a part.
    fn choose(&self, part: u32, pattern: &[u32], draws: &mut rng::Pcg32, pool: &mut [u32]) -> u32 {
        let params = &self.params;
        let rested = params.rested();
        self.rested_first(part, pool);
        let mut best = None;
        for _ in 0..params.draws() {
            let drawn = rng::below(draws, rested);
            let row = pool.get(drawn as usize).copied().unwrap_or(0);
            let words = self.row(row);
            let lost = bits::ones(pattern).filter(|&unit| {
                let (own, cell) = params.place(unit);
                own == part && self.level(words, cell) < params.levels()
            });
            let lost = lost.count();
            if best.is_none_or(|(_, least)| lost < least) {
                best = Some((row, lost));
            }
        }
        best.map_or(0, |(row, _)| row)
    }
}

impl<S: AsRef<[u32]>> Levels<S> {
    /// Makes an empty memory in the buffer. What the buffer held is lost; [`Levels::open`] keeps it.
    ///
    /// # Errors
    /// [`RecencyError::Buffer`] unless there are exactly [`PlainParams::words`] words.
    pub fn new(params: PlainParams, words: S) -> Result<Self, RecencyError>
    where
        S: Writable,
    {
        let mut memory = Self::open(params, words)?;
        memory.words.as_mut().fill(0);
        Ok(memory)
    }

    /// Learns a pattern, in a row of each part that has ones of it.
    ///
    /// # Errors
    /// [`RecencyError::Pattern`] for a pattern that is no vector of n bits, [`RecencyError::Empty`] for one without ones,
    /// [`RecencyError::Scratch`] for fewer than [`PlainParams::scratch_words`] words, [`RecencyError::End`] after `2^64 - 1`
    /// events. Nothing is learned then.
    pub fn learn(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), RecencyError>
    where
        S: Writable,
    {
        let params = self.params;
        bits::check(pattern, params.visible()).map_err(RecencyError::Pattern)?;
        if bits::count(pattern) == 0 {
            return Err(RecencyError::Empty);
        }
        let (got, expected) = (scratch.len(), params.scratch_words());
        if got < expected {
            return Err(RecencyError::Scratch { got, expected });
        }
        let pool = scratch.get_mut(..params.part_rows() as usize);
        let pool = pool.unwrap_or(&mut []);
        let event = self.learned();
        let next = event.checked_add(1).ok_or(RecencyError::End)?;
        let mut draws = rng::stream(
            params.seed(),
            Purpose::RESTED,
            (event >> 32) as u32,
            event as u32,
        );
        for part in 0..params.parts() {
            if bits::ones(pattern).any(|unit| params.place(unit).0 == part) {
                let row = self.choose(part, pattern, &mut draws, pool);
                self.write(row, part, pattern, next as u32);
            }
        }
        self.set_learned(next);
        Ok(())
    }

    /// Sets the weight between a row and a unit, 0 to L; one above L is L. Gives back whether the row sees the unit: if not,
    /// nothing is set.
    ///
    /// No learning does so; it is for what comes from elsewhere, such as damage in a simulation.
    pub fn set_weight(&mut self, row: u32, unit: u32, weight: u32) -> bool
    where
        S: Writable,
    {
        let params = self.params;
        if self.weight(row, unit).is_none() {
            return false;
        }
        let (_, cell) = params.place(unit);
        let size = params.row_words();
        let start = COUNTER_WORDS.saturating_add((row as usize).saturating_mul(size));
        let rest = self.words.as_mut().get_mut(start..).unwrap_or(&mut []);
        let [count, _, tags @ ..] = rest.get_mut(..size).unwrap_or(&mut []) else {
            return false;
        };
        let tag = match params.levels().saturating_sub(weight) {
            level if level == params.levels() => 0,
            level if level < *count => count.wrapping_sub(level),
            level => count.wrapping_add(params.levels()).wrapping_sub(level),
        };
        params.coding().set(tags, cell, tag);
        true
    }

    /// Writes the number of events.
    pub(super) fn set_learned(&mut self, learned: u64)
    where
        S: Writable,
    {
        let words = self.words.as_mut();
        for (word, part) in words
            .iter_mut()
            .zip([learned as u32, (learned >> 32) as u32])
        {
            *word = part;
        }
    }

    /// Writes the ones of a pattern to a row, the event after which is `next`.
    pub(super) fn write(&mut self, row: u32, part: u32, pattern: &[u32], next: u32)
    where
        S: Writable,
    {
        let params = self.params;
        let size = params.row_words();
        let start = COUNTER_WORDS.saturating_add((row as usize).saturating_mul(size));
        let rest = self.words.as_mut().get_mut(start..).unwrap_or(&mut []);
        let row = rest.get_mut(..size).unwrap_or(&mut []);
        let Some((head, tags)) = row.split_at_mut_checked(ROW_HEAD) else {
            return;
        };
        let [count, last] = head else { return };
        *last = next;
        *count = if *count < params.levels() {
            count.wrapping_add(1)
        } else {
            1
        };
        let coding = params.coding();
        for cell in 0..params.cells() {
            if coding.get(tags, cell) == *count {
                coding.set(tags, cell, 0);
            }
        }
        for unit in bits::ones(pattern) {
            let (own, cell) = params.place(unit);
            if own == part {
                coding.set(tags, cell, *count);
            }
        }
    }
}
