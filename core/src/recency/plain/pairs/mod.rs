//! Pairs of rows: each pattern in two, of each one the weaker weight written.
//!
//! Of the rows that have rested longest two are drawn. Each one of the pattern is written to that of the two where its weight
//! is less, of equal ones to each in turn, so what is lost is what is oldest, cell by cell; all other weights of both rows go
//! down by one. About half of the ones are in each row, and what is left of them lasts longer than in one row and then goes at once: closer to a ring than to
//! a memory that fades.
//!
//! To recall, the row and the weight that the cue fits best come first, where ones of the cue that are not there may be in the
//! other row: they cost no more than `ln 2`. Then that other row is looked for, with what the first leaves open.
//!
//! ```
//! use slotless_core::recency::plain::{Pairs, PairsParams};
//!
//! let params = PairsParams::builder(64, 6).levels(4).active(6).build()?;
//! let mut memory = Pairs::new(params, vec![0; params.words()])?;
//! let mut scratch = vec![0; params.scratch_words()];
//! for event in 0..8 {
//!     memory.learn(&[0b111 << event, 0b111 << event], &mut scratch)?;
//! }
//! let recalled = memory.recall(&[0b011 << 6, 0b001 << 6], &mut scratch)?;
//! assert_eq!(recalled.pattern, [0b111 << 6, 0b111 << 6]);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Memory
//! State, [`PairsParams::words`]: as that of the [plain form](super) with one part. Scratch, [`PairsParams::scratch_words`].
//!
//! # Cost
//! Learning compares all rows with each other, R^2 in all, and rewrites two; recall looks up each one of the cue in all rows,
//! twice.

mod params;
mod recall;

pub use params::{PairsParams, PairsParamsBuilder};

use core::cmp::Ordering;

use super::super::RecencyError;
use super::Levels;
use crate::bits;
use crate::memory::Writable;
use crate::rng::{self, Purpose};

/// A memory of recency levels in [pairs](self) of rows, in the caller's buffer.
///
/// `S` is anything that lends words; the buffer is the whole state, that of [`Levels`] with one part.
#[derive(Clone, Debug)]
pub struct Pairs<S> {
    params: PairsParams,
    levels: Levels<S>,
}

impl<S: AsRef<[u32]>> Pairs<S> {
    /// Views a buffer that holds a memory already. Any content is safe.
    ///
    /// # Errors
    /// [`RecencyError::Buffer`] unless there are exactly [`PairsParams::words`] words.
    pub fn open(params: PairsParams, words: S) -> Result<Self, RecencyError> {
        let levels = Levels::open(*params.plain(), words)?;
        Ok(Self { params, levels })
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &PairsParams {
        &self.params
    }

    /// Events learned so far.
    #[must_use]
    pub fn learned(&self) -> u64 {
        self.levels.learned()
    }

    /// The whole state.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.levels.words()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.levels.into_words()
    }

    /// The weight between a row and a unit, 0 to L; `None` where there is no such row or unit.
    #[must_use]
    pub fn weight(&self, row: u32, unit: u32) -> Option<u32> {
        self.levels.weight(row, unit)
    }

    /// The level of a unit in a row, 0 the newest; L for an empty cell.
    fn level(&self, row: u32, unit: u32) -> u32 {
        let (_, cell) = self.params.plain().place(unit);
        self.levels.level(self.levels.row(row), cell)
    }
}

impl<S: AsRef<[u32]>> Pairs<S> {
    /// Makes an empty memory in the buffer. What the buffer held is lost; [`Pairs::open`] keeps it.
    ///
    /// # Errors
    /// [`RecencyError::Buffer`] unless there are exactly [`PairsParams::words`] words.
    pub fn new(params: PairsParams, words: S) -> Result<Self, RecencyError>
    where
        S: Writable,
    {
        let levels = Levels::new(*params.plain(), words)?;
        Ok(Self { params, levels })
    }

    /// Sets the weight between a row and a unit, as [`Levels::set_weight`] does.
    pub fn set_weight(&mut self, row: u32, unit: u32, weight: u32) -> bool
    where
        S: Writable,
    {
        self.levels.set_weight(row, unit, weight)
    }

    /// Learns a pattern, in two rows.
    ///
    /// # Errors
    /// [`RecencyError::Pattern`] for a pattern that is no vector of n bits, [`RecencyError::Empty`] for one without ones,
    /// [`RecencyError::Scratch`] for fewer than [`PairsParams::scratch_words`] words, [`RecencyError::End`] after `2^64 - 1`
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
        let short = RecencyError::Scratch { got, expected };
        let scratch = scratch.get_mut(..expected).ok_or(short)?;
        let (halves, rest) = scratch
            .split_at_mut_checked(2 * params.pattern_words())
            .ok_or(short)?;
        let (half, other) = halves
            .split_at_mut_checked(params.pattern_words())
            .ok_or(short)?;
        let order = rest.get_mut(..params.rows() as usize).ok_or(short)?;
        let event = self.learned();
        let next = event.checked_add(1).ok_or(RecencyError::End)?;

        self.levels.rested_first(0, order);
        let (high, low) = ((event >> 32) as u32, event as u32);
        let mut draws = rng::stream(params.seed(), Purpose::RESTED, high, low);
        let first = rng::below(&mut draws, params.rested());
        let second = rng::below(&mut draws, params.rested().wrapping_sub(1));
        // Its number among the others.
        let second = second.wrapping_add(u32::from(second >= first));
        let row = |place: u32| order.get(place as usize).copied().unwrap_or(0);
        let (first, second) = (row(first), row(second));
        half.fill(0);
        other.fill(0);
        for unit in bits::ones(pattern) {
            let (_, cell) = params.plain().place(unit);
            let level = |row| self.levels.level(self.levels.row(row), cell);
            // The larger level is the less weight.
            let in_first = match level(first).cmp(&level(second)) {
                Ordering::Greater => true,
                Ordering::Equal => cell.is_multiple_of(2),
                Ordering::Less => false,
            };
            bits::set(if in_first { &mut *half } else { &mut *other }, unit);
        }
        self.levels.write(first, 0, half, next as u32);
        self.levels.write(second, 0, other, next as u32);
        self.levels.set_learned(next);
        Ok(())
    }
}
