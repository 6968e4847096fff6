//! Plain patterns.

use super::{
    COUNTER_WORDS, Found, MAX_VISIBLE, Match, ParamsError, Recalled, RingError, check_buffer,
    check_pattern, learned, set_learned,
};
use crate::bits;
use crate::rng::{self, Purpose};

/// The most words of a state, 2 GiB.
const MAX_WORDS: u32 = 1 << 29;

/// Which slot a pattern goes to once all are taken; the first patterns go to slots 0, 1, 2 and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Replacement {
    /// That of the oldest pattern: a ring buffer.
    Fifo,
    /// One drawn at random, so that the age of what is kept falls off exponentially.
    Random {
        /// Seed of the draws.
        seed: u64,
    },
    /// One drawn at random, or none: after t patterns each of them is kept with probability K / t (Vitter's algorithm R).
    Reservoir {
        /// Seed of the draws.
        seed: u64,
    },
}

/// Checked sizes of a memory of plain slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SlotsParams {
    visible: u32,
    slots: u32,
    replacement: Replacement,
}

impl SlotsParams {
    /// n `visible` units, 1 to 2^20; K `slots`.
    ///
    /// # Errors
    /// [`ParamsError::Visible`], [`ParamsError::Slots`].
    pub const fn new(
        visible: u32,
        slots: u32,
        replacement: Replacement,
    ) -> Result<Self, ParamsError> {
        if visible == 0 || visible > MAX_VISIBLE {
            return Err(ParamsError::Visible { visible });
        }
        // At most 2^15 words per pattern.
        let most =
            match (MAX_WORDS - COUNTER_WORDS as u32).checked_div(bits::words_for(visible) as u32) {
                Some(most) => most,
                None => 0,
            };
        if slots == 0 || slots > most {
            return Err(ParamsError::Slots { slots, most });
        }
        Ok(Self {
            visible,
            slots,
            replacement,
        })
    }

    /// Visible units, n.
    #[must_use]
    pub const fn visible(&self) -> u32 {
        self.visible
    }

    /// Slots, K.
    #[must_use]
    pub const fn slots(&self) -> u32 {
        self.slots
    }

    /// Which slot a pattern goes to.
    #[must_use]
    pub const fn replacement(&self) -> Replacement {
        self.replacement
    }

    /// Words of a packed pattern: `ceil(n / 32)`.
    #[must_use]
    pub const fn pattern_words(&self) -> usize {
        bits::words_for(self.visible)
    }

    /// Words of the memory's one buffer: 2 for the number learned, then K patterns.
    #[must_use]
    pub const fn words(&self) -> usize {
        COUNTER_WORDS + self.slots as usize * self.pattern_words()
    }
}

/// A memory of plain slots in the caller's buffer.
///
/// `S` is anything that lends words; the buffer is the whole state: the number learned, then the slots.
#[derive(Clone, Debug)]
pub struct Slots<S> {
    params: SlotsParams,
    words: S,
}

impl<S: AsRef<[u32]>> Slots<S> {
    /// Views a buffer that holds a memory already. Any content is safe.
    ///
    /// # Errors
    /// [`RingError::Buffer`] unless there are exactly [`SlotsParams::words`] words.
    pub fn open(params: SlotsParams, words: S) -> Result<Self, RingError> {
        check_buffer(words.as_ref(), params.words())?;
        Ok(Self { params, words })
    }

    /// The sizes.
    #[must_use]
    pub fn params(&self) -> &SlotsParams {
        &self.params
    }

    /// Patterns learned so far, with those that have lost their slots or had none.
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

    /// The pattern in a slot; empty where none is.
    #[must_use]
    pub fn pattern(&self, slot: u32) -> &[u32] {
        if u64::from(slot) < self.learned() {
            self.slot(slot)
        } else {
            &[]
        }
    }

    /// The slots with the largest overlaps, of equal ones the newest of a ring, else the lowest.
    ///
    /// # Errors
    /// [`RingError::Cue`] for a cue that is no vector of n bits.
    pub fn find(&self, cue: &[u32]) -> Result<Found, RingError> {
        bits::check(cue, self.params.visible).map_err(RingError::Cue)?;
        let learned = self.learned();
        let slots = u64::from(self.params.slots);
        let taken = learned.min(slots) as u32;
        let ones = bits::count(cue);
        let mut found = Found::default();
        // Of a ring: the slot of the last pattern, and those before it.
        let last = match self.params.replacement {
            Replacement::Fifo => learned.wrapping_sub(1).checked_rem(slots),
            Replacement::Random { .. } | Replacement::Reservoir { .. } => None,
        };
        for step in 0..taken {
            let (slot, age) = match last {
                None => (step, None),
                Some(last) => {
                    let last = last as u32;
                    let slot = if step <= last {
                        last - step
                    } else {
                        last.wrapping_add(self.params.slots).wrapping_sub(step)
                    };
                    (slot, Some(u64::from(step).wrapping_add(1)))
                }
            };
            found.worse_of_equals(Match {
                overlap: bits::overlap(self.slot(slot), cue),
                ones,
                slot,
                age,
            });
        }
        Ok(found)
    }

    /// The pattern with the largest overlap, where it lies.
    ///
    /// # Errors
    /// As [`Slots::find`].
    pub fn recall(&self, cue: &[u32]) -> Result<Recalled<'_>, RingError> {
        let found = self.find(cue)?;
        // Slots that no pattern has been in are zero.
        let slot = found.best.map_or(0, |best| best.slot);
        Ok(Recalled {
            pattern: self.slot(slot),
            found,
        })
    }

    fn slot(&self, slot: u32) -> &[u32] {
        let size = self.params.pattern_words();
        let start = COUNTER_WORDS.saturating_add((slot as usize).saturating_mul(size));
        let rest = self.words.as_ref().get(start..).unwrap_or(&[]);
        rest.get(..size).unwrap_or(&[])
    }

    /// Where the pattern of this number goes, if anywhere.
    fn place(&self, number: u64) -> Option<u32> {
        let slots = self.params.slots;
        let draws = |seed| {
            let (high, low) = ((number >> 32) as u32, number as u32);
            rng::stream(seed, Purpose::SLOT, high, low)
        };
        if number < u64::from(slots) {
            return Some(number as u32);
        }
        match self.params.replacement {
            Replacement::Fifo => number.checked_rem(slots.into()).map(|slot| slot as u32),
            Replacement::Random { seed } => Some(rng::below(&mut draws(seed), slots)),
            Replacement::Reservoir { seed } => {
                let drawn = rng::below_u64(&mut draws(seed), number.wrapping_add(1));
                (drawn < u64::from(slots)).then_some(drawn as u32)
            }
        }
    }
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Slots<S> {
    /// Makes an empty memory in the buffer. What the buffer held is lost; [`Slots::open`] keeps it.
    ///
    /// # Errors
    /// [`RingError::Buffer`] unless there are exactly [`SlotsParams::words`] words.
    pub fn new(params: SlotsParams, words: S) -> Result<Self, RingError> {
        let mut memory = Self::open(params, words)?;
        memory.words.as_mut().fill(0);
        Ok(memory)
    }

    /// Learns a pattern, and gives the slot it went to: none where a reservoir has left it out.
    ///
    /// # Errors
    /// [`RingError::Pattern`] for a pattern that is no vector of n bits, [`RingError::Empty`] for one without ones,
    /// [`RingError::End`] after `2^64 - 1` patterns. Nothing is learned then.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<Option<u32>, RingError> {
        let number = self.learned();
        let next = check_pattern(pattern, self.params.visible, number)?;
        let slot = self.place(number);
        let size = self.params.pattern_words();
        let words = self.words.as_mut();
        if let Some(slot) = slot {
            let start = COUNTER_WORDS.saturating_add((slot as usize).saturating_mul(size));
            for (word, &own) in words.iter_mut().skip(start).zip(pattern) {
                *word = own;
            }
        }
        set_learned(words, next);
        Ok(slot)
    }
}
