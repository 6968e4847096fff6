//! Modern and dense networks with memories of their own: patterns that are stored one by one, each in a slot.
//!
//! What [`modern`](super::modern) and [`dense`](super::dense) borrow is kept here in the caller's buffer, so that these
//! networks can stand beside those that keep memories in weights.

use core::fmt;
use core::marker::PhantomData;

use crate::bits::{self, BitsError};
use crate::hopfield::dense::{Dense, DenseError, Separation};
use crate::hopfield::modern::{Exact, Exponential, Memories, MemoriesError, Modern, ModernError};
use crate::hopfield::{Recall, modern};
use crate::memory::{Capacity, Memory, Recollection};
use crate::real::Real;
use crate::weight::{view, view_mut};

/// A modern Hopfield network of bipolar patterns: each unit of a pattern is kept as the number 1 or -1. A pattern without a
/// one is the state of all -1, which takes a slot like any other.
///
/// The buffer is a word, the number of patterns stored, and then a slot of N numbers for each of the patterns it has room
/// for. A cue is the state of 1 and -1 that its bits say; what is recalled has +1 where the last state is above 0. Recall
/// ends by the rules of [`modern::Recall::new`].
#[derive(Clone, Debug)]
pub struct StoredModern<R, S, E = Exact> {
    words: S,
    units: u32,
    beta: R,
    exponential: PhantomData<E>,
}

impl<R: Real, S: AsRef<[u32]> + AsMut<[u32]>> StoredModern<R, S> {
    /// An empty memory in a buffer of `1 + N` times the number of slots, one or more; beta is above 0.
    ///
    /// # Errors
    /// [`StoredError::Units`], [`StoredError::Buffer`] and [`StoredError::Beta`].
    pub fn new(units: u32, beta: R, mut words: S) -> Result<Self, StoredError> {
        if !(beta.finite() && beta > R::ZERO) {
            return Err(StoredError::Beta);
        }
        slots(units, units as usize, words.as_mut())?;
        Ok(Self {
            words,
            units,
            beta,
            exponential: PhantomData,
        })
    }

    /// The same memory with another exponential.
    #[must_use]
    pub fn with_exponential<E: Exponential<R>>(self) -> StoredModern<R, S, E> {
        StoredModern {
            words: self.words,
            units: self.units,
            beta: self.beta,
            exponential: PhantomData,
        }
    }
}

/// A [dense](super::dense) associative memory of bipolar patterns, a bit per unit.
///
/// The buffer is a word, the number of patterns stored, and then a slot of [`bits::words_for`]`(N)` words for each of the
/// patterns it has room for. Recall is by [`Recall::sweeps`].
#[derive(Clone, Debug)]
pub struct StoredDense<S> {
    words: S,
    units: u32,
    separation: Separation,
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> StoredDense<S> {
    /// An empty memory in a buffer of one word and the words of one or more patterns.
    ///
    /// # Errors
    /// [`StoredError::Units`] and [`StoredError::Buffer`]; [`StoredError::Dense`] for a degree that is 0, or at which the
    /// energies of this many patterns would not fit.
    pub fn new(units: u32, separation: Separation, mut words: S) -> Result<Self, StoredError> {
        slots(units, bits::words_for(units), words.as_mut())?;
        // All slots, which are empty patterns still, so that no pattern to come is refused.
        let all = words.as_ref().get(1..).unwrap_or(&[]);
        Dense::new(all, units, separation).map_err(StoredError::Dense)?;
        Ok(Self {
            words,
            units,
            separation,
        })
    }
}

/// Clears a buffer that has room for a count and whole slots.
fn slots(units: u32, words: usize, buffer: &mut [u32]) -> Result<(), StoredError> {
    if units == 0 {
        return Err(StoredError::Units);
    }
    let got = buffer.len();
    let room = got.saturating_sub(1);
    if room == 0 || !room.is_multiple_of(words) {
        return Err(StoredError::Buffer { got, slot: words });
    }
    buffer.fill(0);
    Ok(())
}

/// The words of the slots that are taken, and how many slots there are.
fn taken(buffer: &[u32], slot: usize) -> (&[u32], u32) {
    let (count, rest) = buffer.split_first().unwrap_or((&0, &[]));
    let all = u32::try_from(rest.len() / slot.max(1)).unwrap_or(u32::MAX);
    let end = (*count.min(&all) as usize).saturating_mul(slot);
    (rest.get(..end).unwrap_or(&[]), all)
}

/// The next free slot, which counts as taken from then on.
fn take(buffer: &mut [u32], slot: usize) -> Result<&mut [u32], StoredError> {
    let (_, slots) = taken(buffer, slot);
    let full = StoredError::Full { slots };
    let (count, rest) = buffer.split_first_mut().ok_or(full)?;
    let start = (*count as usize).saturating_mul(slot);
    let free = rest.get_mut(start..).and_then(|rest| rest.get_mut(..slot));
    let free = free.ok_or(full)?;
    *count = count.saturating_add(1);
    Ok(free)
}

/// Writes 1 and -1 for the bits of a state.
fn spread<R: Real>(state: &[u32], numbers: &mut [R]) {
    for (number, unit) in numbers.iter_mut().zip(0..) {
        *number = if bits::get(state, unit) {
            R::ONE
        } else {
            R::MINUS_ONE
        };
    }
}

impl<R: Real, S: AsRef<[u32]> + AsMut<[u32]>, E: Exponential<R>> Memory for StoredModern<R, S, E> {
    type Error = StoredError;

    fn units(&self) -> u32 {
        self.units
    }

    fn stored(&self) -> u64 {
        self.words.as_ref().first().copied().unwrap_or(0).into()
    }

    /// The slots there are, all of them reliable for random patterns and beta of about 1.
    fn capacity(&self) -> Capacity {
        let (_, slots) = taken(self.words.as_ref(), self.units as usize);
        Capacity {
            reliable: Some(slots.into()),
            limit: Some(slots.into()),
        }
    }

    fn state_words(&self) -> usize {
        self.words.as_ref().len()
    }

    fn scratch_words(&self) -> usize {
        let (_, slots) = taken(self.words.as_ref(), self.units as usize);
        let each = (self.units as usize).saturating_add(slots as usize);
        let own = (self.units as usize).saturating_add(bits::words_for(self.units));
        each.saturating_mul(2).saturating_add(own)
    }

    fn store(&mut self, pattern: &[u32], _scratch: &mut [u32]) -> Result<(), StoredError> {
        bits::check(pattern, self.units).map_err(StoredError::Pattern)?;
        let slot = take(self.words.as_mut(), self.units as usize)?;
        spread(pattern, view_mut::<R>(slot));
        Ok(())
    }

    /// The match is the largest share of a pattern in the last step. Without any pattern, nothing: all -1, and a match of 0.
    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, StoredError> {
        bits::check(cue, self.units).map_err(StoredError::Pattern)?;
        let (got, expected) = (scratch.len(), Memory::scratch_words(self));
        let short = StoredError::Scratch { got, expected };
        let scratch = scratch.get_mut(..expected).ok_or(short)?;
        let (pattern, rest) = scratch
            .split_at_mut_checked(bits::words_for(self.units))
            .ok_or(short)?;
        let (state, rest) = rest
            .split_at_mut_checked(self.units as usize)
            .ok_or(short)?;
        pattern.fill(0);
        let (memories, _) = taken(self.words.as_ref(), self.units as usize);
        let mut share = 0;
        if !memories.is_empty() {
            spread(cue, view_mut::<R>(state));
            let memories = Memories::rows(view::<R>(memories), self.units);
            let memories = memories.map_err(StoredError::Memories)?;
            let network = Modern::new(memories, self.beta).map_err(StoredError::Modern)?;
            let recalled = network
                .with_exponential::<E>()
                .recall(view(state), &modern::Recall::new(), rest)
                .map_err(StoredError::Modern)?;
            for (&number, unit) in recalled.state.iter().zip(0..) {
                if number > R::ZERO {
                    bits::set(pattern, unit);
                }
            }
            for &one in recalled.shares {
                share = one.in_65536ths().max(share);
            }
        }
        Ok(Recollection { pattern, share })
    }
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Memory for StoredDense<S> {
    type Error = StoredError;

    fn units(&self) -> u32 {
        self.units
    }

    fn stored(&self) -> u64 {
        self.words.as_ref().first().copied().unwrap_or(0).into()
    }

    /// The slots there are. How many of them are reliable depends on the degree: about N^(n - 1) times a factor that falls
    /// with n.
    fn capacity(&self) -> Capacity {
        let (_, slots) = taken(self.words.as_ref(), bits::words_for(self.units));
        Capacity {
            reliable: None,
            limit: Some(slots.into()),
        }
    }

    fn state_words(&self) -> usize {
        self.words.as_ref().len()
    }

    fn scratch_words(&self) -> usize {
        let words = bits::words_for(self.units);
        let (_, slots) = taken(self.words.as_ref(), words);
        let each = (self.units as usize).saturating_add(slots as usize);
        each.saturating_add(words.saturating_mul(2))
    }

    fn store(&mut self, pattern: &[u32], _scratch: &mut [u32]) -> Result<(), StoredError> {
        bits::check(pattern, self.units).map_err(StoredError::Pattern)?;
        let slot = take(self.words.as_mut(), bits::words_for(self.units))?;
        for (own, word) in slot.iter_mut().zip(pattern) {
            *own = *word;
        }
        Ok(())
    }

    /// The match is the energy as a share of the lowest that one pattern alone has, N^n, at most 1. Without any pattern,
    /// nothing: all -1, and a match of 0.
    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, StoredError> {
        bits::check(cue, self.units).map_err(StoredError::Pattern)?;
        let (got, expected) = (scratch.len(), Memory::scratch_words(self));
        let short = StoredError::Scratch { got, expected };
        let scratch = scratch.get_mut(..expected).ok_or(short)?;
        let words = bits::words_for(self.units);
        let (pattern, rest) = scratch.split_at_mut_checked(words).ok_or(short)?;
        pattern.fill(0);
        let (memories, _) = taken(self.words.as_ref(), words);
        let mut share = 0;
        if !memories.is_empty() {
            let network = Dense::new(memories, self.units, self.separation);
            let network = network.map_err(StoredError::Dense)?;
            let recalled = network
                .recall(cue, &Recall::sweeps(), rest)
                .map_err(StoredError::Dense)?;
            for (own, word) in pattern.iter_mut().zip(recalled.state) {
                *own = *word;
            }
            share = self.depth(recalled.energy);
        }
        Ok(Recollection { pattern, share })
    }
}

impl<S> StoredDense<S> {
    /// An energy in 1/65536 of that of one pattern alone.
    fn depth(&self, energy: i128) -> u32 {
        let most = self.separation.of(self.units as i32);
        let depth = energy.saturating_neg().min(most).max(0);
        // Of more than 110 bits the low ones make no difference.
        let (depth, most) = if most >> 110 == 0 {
            (depth << 16, most)
        } else {
            (depth, most >> 16)
        };
        depth.checked_div(most).unwrap_or(0) as u32
    }
}

/// What is wrong with a call of a network that stores patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum StoredError {
    /// No unit.
    Units,
    /// Beta is not a finite number above 0.
    Beta,
    /// The buffer is no word and whole slots.
    Buffer {
        /// Words given.
        got: usize,
        /// Words of a slot.
        slot: usize,
    },
    /// A pattern or cue has not N bits.
    Pattern(BitsError),
    /// All slots are taken.
    Full {
        /// Slots there are.
        slots: u32,
    },
    /// The scratch buffer is too short.
    Scratch {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// What the memories of the modern network are refused for.
    Memories(MemoriesError),
    /// What the modern network refuses.
    Modern(ModernError),
    /// What the dense memory refuses.
    Dense(DenseError),
}

impl fmt::Display for StoredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Units => f.write_str("N is 0, allowed from 1"),
            Self::Beta => f.write_str("beta must be a finite number above 0"),
            Self::Buffer { got, slot } => write!(
                f,
                "buffer of {got} words, expected 1 and a multiple of {slot}, the words of a pattern"
            ),
            Self::Pattern(error) => write!(f, "pattern: {error}"),
            Self::Full { slots } => write!(f, "all {slots} slots are taken"),
            Self::Scratch { got, expected } => write!(
                f,
                "scratch buffer of {got} words, needed at least {expected}"
            ),
            Self::Memories(error) => error.fmt(f),
            Self::Modern(error) => error.fmt(f),
            Self::Dense(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for StoredError {}
