//! Sketches of 64 bits.

use super::{
    COUNTER_WORDS, Found, Match, ParamsError, RingError, check_buffer, check_pattern, check_units,
    learned, set_learned,
};
use crate::bits;
use crate::memory::Writable;
use crate::rng::{Key, Purpose};

/// Bits of a sketch.
const BITS: u32 = 64;
/// Words of a sketch.
const SIZE: usize = 2;
/// The most slots: 2 GiB.
const MAX_SLOTS: u32 = (1 << 28) - 1;

/// Checked sizes of a ring of sketches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SketchesParams {
    visible: u32,
    active: u32,
    slots: u32,
    seed: u64,
}

impl SketchesParams {
    /// n `visible` units, 1 to 2^20; s ones of a pattern (`active`, 1..=n), for which half of a sketch's bits are set; K
    /// `slots`.
    ///
    /// # Errors
    /// [`ParamsError::Visible`], [`ParamsError::Active`], [`ParamsError::Slots`].
    pub const fn new(
        visible: u32,
        active: u32,
        slots: u32,
        seed: u64,
    ) -> Result<Self, ParamsError> {
        if let Err(error) = check_units(visible, active) {
            return Err(error);
        }
        if slots == 0 || slots > MAX_SLOTS {
            let most = MAX_SLOTS;
            return Err(ParamsError::Slots { slots, most });
        }
        Ok(Self {
            visible,
            active,
            slots,
            seed,
        })
    }

    /// Visible units, n.
    #[must_use]
    pub const fn visible(&self) -> u32 {
        self.visible
    }

    /// Ones of a pattern, s.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.active
    }

    /// Slots, K.
    #[must_use]
    pub const fn slots(&self) -> u32 {
        self.slots
    }

    /// Seed of which unit sets which bit.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Words of the memory's one buffer: 2 for the number learned, then 2 per slot.
    #[must_use]
    pub const fn words(&self) -> usize {
        COUNTER_WORDS + SIZE * self.slots as usize
    }

    /// The sketch of a pattern: unit j sets bit `(draw j * T) >> 32` of it, if that is below 64. Of T places
    /// `max(64, floor(s / ln 2))` are as many as have half of them set by s ones.
    ///
    /// Bits that are set by half make a subset that is there by chance least likely.
    #[must_use]
    pub fn sketch(&self, pattern: &[u32]) -> u64 {
        // 1 / ln 2 in 2^-16, rounded to the nearest.
        let places = (u64::from(self.active) * 94_548) >> 16;
        let places = places.max(u64::from(BITS));
        let key = Key::new(self.seed, Purpose::SKETCH);
        let mut sketch = 0;
        for unit in bits::ones(pattern) {
            let place = (u64::from(key.at(unit)) * places) >> 32;
            if place < u64::from(BITS) {
                sketch |= 1 << place;
            }
        }
        sketch
    }
}

/// A ring of sketches in the caller's buffer, for recognition alone.
///
/// `S` is anything that lends words; the buffer is the whole state: the number learned, then the slots, of each the low word
/// first.
#[derive(Clone, Debug)]
pub struct Sketches<S> {
    params: SketchesParams,
    words: S,
}

impl<S: AsRef<[u32]>> Sketches<S> {
    /// Views a buffer that holds a memory already. Any content is safe.
    ///
    /// # Errors
    /// [`RingError::Buffer`] unless there are exactly [`SketchesParams::words`] words.
    pub fn open(params: SketchesParams, words: S) -> Result<Self, RingError> {
        check_buffer(words.as_ref(), params.words())?;
        Ok(Self { params, words })
    }

    /// The sizes.
    #[must_use]
    pub fn params(&self) -> &SketchesParams {
        &self.params
    }

    /// Patterns learned so far, with those that have left the ring.
    #[must_use]
    pub fn learned(&self) -> u64 {
        learned(self.words.as_ref())
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

    /// The sketches that share most bits with that of a cue, of equal ones the newest. A cue all of whose bits are there
    /// ([`Match::share`] of 65,536) is part of that pattern, or looks so by chance.
    ///
    /// # Errors
    /// [`RingError::Cue`] for a cue that is no vector of n bits.
    pub fn find(&self, cue: &[u32]) -> Result<Found, RingError> {
        bits::check(cue, self.params.visible).map_err(RingError::Cue)?;
        let sketch = self.params.sketch(cue);
        let ones = sketch.count_ones();
        let slots = u64::from(self.params.slots);
        let learned = self.learned();
        let taken = learned.min(slots);
        let next = learned.checked_rem(slots).unwrap_or(0);
        // The oldest first: from the next slot on where all are taken, else from the first on.
        let start = if learned < slots { 0 } else { next };
        let mut found = Found::default();
        for step in 0..taken {
            let slot = start.wrapping_add(step);
            let slot = if slot >= slots { slot - slots } else { slot };
            found.better_of_equals(Match {
                overlap: (self.slot(slot as u32) & sketch).count_ones(),
                ones,
                slot: slot as u32,
                age: Some(taken - step),
            });
        }
        Ok(found)
    }

    fn slot(&self, slot: u32) -> u64 {
        let start = COUNTER_WORDS.saturating_add(SIZE.saturating_mul(slot as usize));
        learned(self.words.as_ref().get(start..).unwrap_or(&[]))
    }
}

impl<S: AsRef<[u32]>> Sketches<S> {
    /// Makes an empty memory in the buffer. What the buffer held is lost; [`Sketches::open`] keeps it.
    ///
    /// # Errors
    /// [`RingError::Buffer`] unless there are exactly [`SketchesParams::words`] words.
    pub fn new(params: SketchesParams, words: S) -> Result<Self, RingError>
    where
        S: Writable,
    {
        let mut memory = Self::open(params, words)?;
        memory.words.as_mut().fill(0);
        Ok(memory)
    }

    /// Learns a pattern.
    ///
    /// # Errors
    /// [`RingError::Pattern`] for a pattern that is no vector of n bits, [`RingError::Empty`] for one without ones,
    /// [`RingError::End`] after `2^64 - 1` patterns. Nothing is learned then.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<(), RingError>
    where
        S: Writable,
    {
        let number = self.learned();
        let next = check_pattern(pattern, self.params.visible, number)?;
        let sketch = self.params.sketch(pattern);
        let slot = number.checked_rem(self.params.slots.into()).unwrap_or(0);
        let start = COUNTER_WORDS.saturating_add(SIZE.saturating_mul(slot as usize));
        let words = self.words.as_mut();
        set_learned(words.get_mut(start..).unwrap_or(&mut []), sketch);
        set_learned(words, next);
        Ok(())
    }
}
