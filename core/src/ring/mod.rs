//! Rings and other memories of slots: what an engineer would take, and what memories in weights are held against.
//!
//! A slot holds one pattern, whole, until another takes its place. From a cue the pattern with the largest overlap is
//! recalled: the likelihood of the cue under each pattern rises with that alone.
//!
//! * [`Slots`]: plain patterns of n bits, replaced in turn, at random, so that what is kept is a fair sample of all there
//!   were, or so that it is balanced by class ([`Replacement`]).
//! * [`Coded`]: a ring of patterns as Rice codes of the gaps between their ones: of 100 ones in 1,000 units 477 bits on
//!   average in place of 1,024. Recall decodes as it scans.
//! * [`Sketches`]: a ring of 64 bits per pattern, for recognition alone: whether a cue is part of one of the last patterns, and
//!   of which. No pattern is there to be recalled, so it is no [`Memory`](crate::memory::Memory).
//! * [`Polar`]: a ring of patterns of a fixed number of ones as a sketch and parities, fewer bits than a pattern has: of 100 ones in
//!   1,000 units 448. The cue is the rest of what decoding takes.
//!
//! A ring is perfect up to its length and knows nothing beyond. [`Recency`](crate::recency::Recency) fades instead.
//!
//! ```
//! use slotless_core::memory::Memory;
//! use slotless_core::ring::{Coded, CodedParams, Replacement, Slots, SlotsParams};
//!
//! let patterns = [[0x00ff_00ff, 0], [0x0f0f_0f0f, 3], [0x3333_3333, 1]];
//! let params = SlotsParams::new(40, 2, Replacement::Fifo)?;
//! let mut slots = Slots::new(params, vec![0; params.words()])?;
//! let params = CodedParams::new(40, 16, 4)?;
//! let mut coded = Coded::new(params, vec![0; params.words()])?;
//! let mut scratch = vec![0; params.scratch_words()];
//! for pattern in &patterns {
//!     slots.learn(pattern)?;
//!     coded.learn(pattern)?;
//! }
//! // The first has left the two slots, and is among those that four words hold as codes.
//! assert_eq!(slots.recall(&[0x00f0_00f0, 0])?.pattern, patterns[2]);
//! assert_eq!(coded.recall(&[0x00f0_00f0, 0], &mut scratch)?.pattern, patterns[0]);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Memory
//! In words of 4 bytes, all of it the caller's: [`Slots`] `2 + K ceil(n / 32)`, `ceil(K / 4)` more with classes, [`Sketches`] `2 + 2 K`, [`Coded`] 5 and those
//! of the codes, and `ceil(n / 32)` of scratch to recall; [`Polar`] `2 + K ceil((T + M + 6) / 32)`, and about `(L + 1) N` of scratch.
//!
//! # Cost
//! Learning writes one pattern; with classes it counts the slots of each before. Recall reads all that is stored: of plain slots the words with a one in the cue, of sketches two words each, of codes each
//! one of each pattern, of polar codes their sketches; then up to four of these are decoded, `L N log2 N` steps each.

mod coded;
mod error;
mod memory;
mod polar;
mod rice;
mod sketches;
mod slots;

pub use coded::{Coded, CodedParams};
pub use error::{ParamsError, PolarSize, RingError};
pub use polar::{Polar, PolarParams, PolarParamsBuilder, PolarRecalled};
pub use sketches::{Sketches, SketchesParams};
pub use slots::{Replacement, Slots, SlotsParams};

/// The most visible units.
pub const MAX_VISIBLE: u32 = 1 << 20;

/// Words of a state before its patterns: how many were learned, low word first.
pub(crate) const COUNTER_WORDS: usize = 2;

/// How well a stored pattern matches a cue, and which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Match {
    overlap: u32,
    ones: u32,
    slot: u32,
    age: Option<u64>,
}

impl Match {
    /// How many ones pattern and cue share; of [`Sketches`] and of [`Polar`] how many bits of their sketches.
    #[must_use]
    pub const fn overlap(self) -> u32 {
        self.overlap
    }

    /// The most that could be: the ones of the cue, or of its sketch.
    #[must_use]
    pub const fn most(self) -> u32 {
        self.ones
    }

    /// The overlap as a share of the most, in 1/65536, rounded down; 0 for an empty cue.
    #[must_use]
    pub const fn share(self) -> u32 {
        match ((self.overlap as u64) << 16).checked_div(self.ones as u64) {
            Some(share) => share as u32,
            None => 0,
        }
    }

    /// Its slot; of [`Coded`] its number among the patterns in the ring, the oldest being 0.
    #[must_use]
    pub const fn slot(self) -> u32 {
        self.slot
    }

    /// How long ago it was learned, in patterns, 1 for the last; none where patterns are not replaced in turn.
    #[must_use]
    pub const fn age(self) -> Option<u64> {
        self.age
    }
}

/// What a search found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Found {
    /// The pattern with the largest overlap; none in an empty memory.
    pub best: Option<Match>,
    /// That with the largest of all others.
    pub next: Option<Match>,
}

impl Found {
    /// Takes in one more, which of equal ones is the last to be taken.
    fn worse_of_equals(&mut self, one: Match) {
        if self.best.is_none_or(|best| one.overlap > best.overlap) {
            self.next = self.best.replace(one);
        } else if self.next.is_none_or(|next| one.overlap > next.overlap) {
            self.next = Some(one);
        }
    }

    /// Takes in one more, which of equal ones is the first to be taken.
    fn better_of_equals(&mut self, one: Match) {
        if self.best.is_none_or(|best| one.overlap >= best.overlap) {
            self.next = self.best.replace(one);
        } else if self.next.is_none_or(|next| one.overlap >= next.overlap) {
            self.next = Some(one);
        }
    }
}

/// What was recalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recalled<'a> {
    /// The pattern with the largest overlap, packed; zeros in an empty memory.
    pub pattern: &'a [u32],
    /// How well it matches, and the next.
    pub found: Found,
}

/// The number of patterns learned, of a state.
fn learned(words: &[u32]) -> u64 {
    match words {
        [low, high, ..] => u64::from(*low) | u64::from(*high) << 32,
        _ => 0,
    }
}

/// Writes it.
fn set_learned(words: &mut [u32], learned: u64) {
    for (word, part) in words
        .iter_mut()
        .zip([learned as u32, (learned >> 32) as u32])
    {
        *word = part;
    }
}

/// Checks n, and s of them.
const fn check_units(visible: u32, active: u32) -> Result<(), ParamsError> {
    if visible == 0 || visible > MAX_VISIBLE {
        return Err(ParamsError::Visible { visible });
    }
    if active == 0 || active > visible {
        return Err(ParamsError::Active { active, visible });
    }
    Ok(())
}

/// Checks the length of a state.
fn check_buffer(words: &[u32], expected: usize) -> Result<(), RingError> {
    match words.len() {
        got if got == expected => Ok(()),
        got => Err(RingError::Buffer { got, expected }),
    }
}

/// Checks a pattern to be learned after `learned` others, and gives their number with it.
fn check_pattern(pattern: &[u32], visible: u32, learned: u64) -> Result<u64, RingError> {
    crate::bits::check(pattern, visible).map_err(RingError::Pattern)?;
    if pattern.iter().all(|&word| word == 0) {
        return Err(RingError::Empty);
    }
    learned.checked_add(1).ok_or(RingError::End)
}
