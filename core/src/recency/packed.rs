//! The memory itself: a checked view of one buffer.

use super::params::COUNTER_WORDS;
use super::row::{Cells, Writer};
use super::{Params, RecencyError};
use crate::bits;
use crate::memory::Writable;

/// A memory of [recency levels](super) in the caller's buffer.
///
/// `S` is anything that lends words: `[u32; N]`, `&mut [u32]`, `Vec<u32>`, or `&[u32]` straight out of flash, from which
/// can be recalled but not learned. The buffer is the whole state, in the snapshot's layout: the number of events, then the
/// rows.
#[derive(Clone, Debug)]
pub struct Recency<S> {
    params: Params,
    words: S,
}

impl<S: AsRef<[u32]>> Recency<S> {
    /// Views a buffer that holds a memory already, such as one from a snapshot.
    ///
    /// Only the length is checked. Any content is safe: rows that no learning makes give other results, and nothing worse.
    ///
    /// # Errors
    /// [`RecencyError::Buffer`] unless there are exactly [`Params::words`] words.
    pub fn open(params: Params, words: S) -> Result<Self, RecencyError> {
        let (got, expected) = (words.as_ref().len(), params.words());
        if got != expected {
            return Err(RecencyError::Buffer { got, expected });
        }
        Ok(Self { params, words })
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// Events learned so far; the next has this number.
    #[must_use]
    pub fn learned(&self) -> u64 {
        match self.words.as_ref() {
            [low, high, ..] => u64::from(*low) | u64::from(*high) << 32,
            _ => 0,
        }
    }

    /// The whole state, in the snapshot's layout.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.words
    }

    /// The set cells of a row, ascending, each with its level, 0 the newest; none of a row that there is not.
    ///
    /// Cells are as rows have them, turned by the rotation of each event ([`Params::rotation`]). Of a row that no learning
    /// makes a level may be L or more, and is older than all.
    pub fn levels(&self, row: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.cells(row)
    }

    /// Generation and row of an event.
    pub(super) fn place(&self, event: u64) -> (u64, u32) {
        let rows = u64::from(self.params.rows());
        // There is a row, but the compiler has to be told.
        let generation = event.checked_div(rows).unwrap_or(0);
        (
            generation,
            (event.wrapping_sub(generation.wrapping_mul(rows))) as u32,
        )
    }

    /// Rows of whole words, from the first on.
    pub(super) fn rows(&self) -> &[u32] {
        self.words.as_ref().get(COUNTER_WORDS..).unwrap_or(&[])
    }

    /// The words of one row.
    pub(super) fn row(&self, row: u32) -> &[u32] {
        let start = (row as usize).saturating_mul(self.params.row_words());
        let rows = self.rows().get(start..).unwrap_or(&[]);
        rows.get(..self.params.row_words()).unwrap_or(&[])
    }

    /// Set cells of a row and their levels.
    pub(super) fn cells(&self, row: u32) -> Cells<'_> {
        Cells::new(self.row(row), self.params.visible(), self.params.coding())
    }
}

impl<S: AsRef<[u32]>> Recency<S> {
    /// Makes an empty memory in the buffer. What the buffer held is lost; [`Recency::open`] keeps it.
    ///
    /// # Errors
    /// [`RecencyError::Buffer`] unless there are exactly [`Params::words`] words.
    pub fn new(params: Params, words: S) -> Result<Self, RecencyError>
    where
        S: Writable,
    {
        let mut memory = Self::open(params, words)?;
        memory.words.as_mut().fill(0);
        Ok(memory)
    }

    /// Learns a pattern, and gives the event's number.
    ///
    /// Rewrites one row: the levels of up to C cells are unpacked, three times at most where more than C would be set and so
    /// some are cleared, else twice; and packed once.
    ///
    /// # Errors
    /// [`RecencyError::Pattern`] for a pattern that is no vector of n bits, [`RecencyError::Empty`] for one without ones,
    /// [`RecencyError::Ones`] for one of more than C, [`RecencyError::Scratch`] for fewer than [`Params::scratch_words`]
    /// words, [`RecencyError::End`] after `2^64 - 1` events. Nothing is learned then.
    pub fn learn(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<u64, RecencyError>
    where
        S: Writable,
    {
        let params = self.params;
        bits::check(pattern, params.visible()).map_err(RecencyError::Pattern)?;
        let ones = bits::count(pattern);
        if ones == 0 {
            return Err(RecencyError::Empty);
        }
        if ones > params.cap() {
            let cap = params.cap();
            return Err(RecencyError::Ones { ones, cap });
        }
        let (got, expected) = (scratch.len(), params.scratch_words());
        let short = RecencyError::Scratch { got, expected };
        let scratch = scratch.get_mut(..expected).ok_or(short)?;
        let (fresh, rest) = scratch
            .split_at_mut_checked(params.pattern_words())
            .ok_or(short)?;
        let turned = rest.get_mut(..params.row_words()).ok_or(short)?;

        let event = self.learned();
        let next = event.checked_add(1).ok_or(RecencyError::End)?;
        let (generation, row) = self.place(event);
        let rotation = params.rotation(generation);
        fresh.fill(0);
        for unit in bits::ones(pattern) {
            bits::set(fresh, params.cell(unit, rotation));
        }
        self.rewrite(row, ones, fresh, turned);
        let start = COUNTER_WORDS + row as usize * params.row_words();
        let words = self.words.as_mut();
        for (word, &new) in words.iter_mut().skip(start).zip(&*turned) {
            *word = new;
        }
        for (word, part) in words.iter_mut().zip([next as u32, (next >> 32) as u32]) {
            *word = part;
        }
        Ok(event)
    }

    /// Writes a row as it is after the event that has `ones` cells, `fresh`, into `new`.
    #[inline(never)]
    fn rewrite(&self, row: u32, ones: u32, fresh: &[u32], new: &mut [u32])
    where
        S: Writable,
    {
        let params = &self.params;
        // What is kept of the older events, each a level older.
        let kept = || {
            let older = self
                .cells(row)
                .map(|(cell, level)| (cell, level.wrapping_add(1)));
            older.filter(|&(cell, level)| level < params.levels() && !bits::get(fresh, cell))
        };
        let (oldest, mut clear) = excess(kept, params.cap().saturating_sub(ones), params.levels());
        new.fill(0);
        let mut writer = Writer::new(new, params.visible(), params.coding());
        let mut set = bits::ones(fresh).peekable();
        for (cell, level) in kept() {
            while let Some(fresh) = set.next_if(|&fresh| fresh < cell) {
                writer.push(fresh, 0);
            }
            if level > oldest {
                continue;
            }
            if level == oldest && clear > 0 {
                clear = clear.wrapping_sub(1);
                continue;
            }
            writer.push(cell, level);
        }
        set.for_each(|fresh| writer.push(fresh, 0));
        writer.flush();
    }
}

/// The oldest level of which some may stay where there is room for so many cells, and how many of its cells do not.
fn excess<I: Iterator<Item = (u32, u32)>>(
    cells: impl Fn() -> I,
    room: u32,
    levels: u32,
) -> (u32, u32) {
    let mut clear = (cells().count() as u32).saturating_sub(room);
    let mut level = levels.saturating_sub(1);
    while clear > 0 {
        let own = cells().filter(|&(_, other)| other == level).count() as u32;
        if own >= clear || level == 0 {
            break;
        }
        clear = clear.wrapping_sub(own);
        level = level.wrapping_sub(1);
    }
    (level, clear)
}
