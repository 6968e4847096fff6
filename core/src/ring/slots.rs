//! Plain patterns.

use super::{
    COUNTER_WORDS, Found, MAX_VISIBLE, Match, ParamsError, Recalled, RingError, check_buffer,
    check_pattern, learned, set_learned,
};
use crate::bits;
use crate::memory::Writable;
use crate::rng::{self, Purpose};

/// The most words of a state, 2 GiB.
const MAX_WORDS: u32 = 1 << 29;
/// Classes of patterns in a word: a byte each.
const CLASSES_IN_WORD: u32 = 4;
/// The most classes.
const MAX_CLASSES: u32 = 256;

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
    /// One of the class with the most slots, drawn at random: what is kept is balanced by class ([`Slots::learn_as`]),
    /// however seldom one is. Of several such classes that of the pattern itself, if it is among them, else the lowest.
    Balanced {
        /// Classes, C: 1..=256.
        classes: u32,
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
    /// [`ParamsError::Visible`], [`ParamsError::Classes`], [`ParamsError::Slots`].
    pub const fn new(
        visible: u32,
        slots: u32,
        replacement: Replacement,
    ) -> Result<Self, ParamsError> {
        if visible == 0 || visible > MAX_VISIBLE {
            return Err(ParamsError::Visible { visible });
        }
        let class = match replacement {
            Replacement::Balanced { classes, .. } if classes == 0 || classes > MAX_CLASSES => {
                return Err(ParamsError::Classes { classes });
            }
            Replacement::Balanced { .. } => 1,
            _ => 0,
        };
        // In bytes; at most 2^17 of a pattern, and one of its class.
        let size = CLASSES_IN_WORD as u64 * bits::words_for(visible) as u64 + class;
        let room = CLASSES_IN_WORD as u64 * (MAX_WORDS - COUNTER_WORDS as u32) as u64;
        let most = match room.checked_div(size) {
            Some(most) => most as u32,
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

    /// Classes of patterns, C; 1 unless replacement is balanced.
    #[must_use]
    pub const fn classes(&self) -> u32 {
        match self.replacement {
            Replacement::Balanced { classes, .. } => classes,
            _ => 1,
        }
    }

    /// Words of a packed pattern: `ceil(n / 32)`.
    #[must_use]
    pub const fn pattern_words(&self) -> usize {
        bits::words_for(self.visible)
    }

    /// Words of the classes of all slots: `ceil(K / 4)` where replacement is balanced, else none.
    #[must_use]
    pub const fn class_words(&self) -> usize {
        match self.replacement {
            Replacement::Balanced { .. } => self.slots.div_ceil(CLASSES_IN_WORD) as usize,
            _ => 0,
        }
    }

    /// Words of the memory's one buffer: 2 for the number learned, then K patterns and their classes.
    #[must_use]
    pub const fn words(&self) -> usize {
        COUNTER_WORDS + self.slots as usize * self.pattern_words() + self.class_words()
    }
}

/// A memory of plain slots in the caller's buffer.
///
/// `S` is anything that lends words; the buffer is the whole state: the number learned, then the slots and their classes.
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
        if slot < self.params.slots && u64::from(slot) < self.learned() {
            self.slot(slot)
        } else {
            &[]
        }
    }

    /// The class of the pattern in a slot, 0 where replacement is not balanced; `None` where no pattern is.
    #[must_use]
    pub fn class(&self, slot: u32) -> Option<u32> {
        let taken = slot < self.params.slots && u64::from(slot) < self.learned();
        taken.then(|| self.class_of(slot))
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
            _ => None,
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

    /// The class in a slot.
    fn class_of(&self, slot: u32) -> u32 {
        let at = self
            .params
            .words()
            .saturating_sub(self.params.class_words());
        let at = at.saturating_add((slot / CLASSES_IN_WORD) as usize);
        if self.params.class_words() == 0 {
            return 0;
        }
        let word = self.words.as_ref().get(at).copied().unwrap_or(0);
        word >> (8 * (slot % CLASSES_IN_WORD)) & 0xff
    }

    /// The slots of a class, once all are taken.
    fn of_class(&self, class: u32) -> impl Iterator<Item = u32> {
        (0..self.params.slots).filter(move |&slot| self.class_of(slot) == class)
    }

    /// A slot of the class that has most, in which a pattern of this class takes another's place.
    fn of_largest(&self, class: u32, draws: &mut rng::Pcg32) -> u32 {
        let (mut largest, mut most) = (class, self.of_class(class).count());
        for other in (0..self.params.classes()).filter(|&other| other != class) {
            let slots = self.of_class(other).count();
            // The pattern's own comes first, then the lowest.
            if slots > most {
                (largest, most) = (other, slots);
            }
        }
        let drawn = rng::below(draws, most as u32);
        // There is one, unless no learning has made these classes.
        self.of_class(largest).nth(drawn as usize).unwrap_or(0)
    }

    /// Where the pattern of this number and class goes, if anywhere.
    fn place(&self, number: u64, class: u32) -> Option<u32> {
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
            Replacement::Balanced { seed, .. } => Some(self.of_largest(class, &mut draws(seed))),
        }
    }
}

impl<S: AsRef<[u32]>> Slots<S> {
    /// Makes an empty memory in the buffer. What the buffer held is lost; [`Slots::open`] keeps it.
    ///
    /// # Errors
    /// [`RingError::Buffer`] unless there are exactly [`SlotsParams::words`] words.
    pub fn new(params: SlotsParams, words: S) -> Result<Self, RingError>
    where
        S: Writable,
    {
        let mut memory = Self::open(params, words)?;
        memory.words.as_mut().fill(0);
        Ok(memory)
    }

    /// Learns a pattern of class 0, and gives the slot it went to: none where a reservoir has left it out.
    ///
    /// # Errors
    /// [`RingError::Pattern`] for a pattern that is no vector of n bits, [`RingError::Empty`] for one without ones,
    /// [`RingError::End`] after `2^64 - 1` patterns. Nothing is learned then.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<Option<u32>, RingError>
    where
        S: Writable,
    {
        self.learn_as(pattern, 0)
    }

    /// Learns a pattern of a class, below [`SlotsParams::classes`], and gives the slot it went to.
    ///
    /// With balanced replacement the slots of each class are counted: C passes over the classes of K slots.
    ///
    /// # Errors
    /// Those of [`Slots::learn`], and [`RingError::Class`] for a class that there is not. Nothing is learned then.
    pub fn learn_as(&mut self, pattern: &[u32], class: u32) -> Result<Option<u32>, RingError>
    where
        S: Writable,
    {
        let number = self.learned();
        let next = check_pattern(pattern, self.params.visible, number)?;
        let classes = self.params.classes();
        if class >= classes {
            return Err(RingError::Class { class, classes });
        }
        let slot = self.place(number, class);
        let size = self.params.pattern_words();
        let class_words = self.params.class_words();
        let words = self.words.as_mut();
        if let Some(slot) = slot {
            let start = COUNTER_WORDS.saturating_add((slot as usize).saturating_mul(size));
            for (word, &own) in words.iter_mut().skip(start).zip(pattern) {
                *word = own;
            }
            let first = words.len().saturating_sub(class_words);
            let classes = words.get_mut(first..).unwrap_or(&mut []);
            if let Some(word) = classes.get_mut((slot / CLASSES_IN_WORD) as usize) {
                let shift = 8 * (slot % CLASSES_IN_WORD);
                *word = *word & !(0xff << shift) | class << shift;
            }
        }
        set_learned(words, next);
        Ok(slot)
    }
}
