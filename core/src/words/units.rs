//! Words to units.

use super::common::is_stop;
use super::split::Words;
use super::stem::stem;
use super::{LONGEST_STEMMED, MAX_BITS, MIN_BITS, WordsError};
use crate::rng::{Key, Purpose};

/// How words become units: `2^b` of them, under a seed.
///
/// Two words have the same unit with probability `2^-b`. A text's own units, and what is near to it, are of one `Units`: the same
/// b and seed. 20 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Units {
    bits: u32,
    low: Key,
    high: Key,
}

/// What a word comes to.
pub(super) struct Hashed {
    pub hash: u64,
    pub is_stop: bool,
}

impl Units {
    /// `2^bits` units, `bits` from 8 to 32, with seed 0.
    ///
    /// # Errors
    /// [`WordsError::Bits`].
    pub const fn new(bits: u32) -> Result<Self, WordsError> {
        Self::seeded(bits, 0)
    }

    /// With another seed, and so other words that share a unit.
    ///
    /// # Errors
    /// As [`Units::new`].
    pub const fn seeded(bits: u32, seed: u64) -> Result<Self, WordsError> {
        if bits < MIN_BITS || bits > MAX_BITS {
            return Err(WordsError::Bits { bits });
        }
        let key = Key::new(seed, Purpose::WORD);
        Ok(Self {
            bits,
            low: key.derive(0),
            high: key.derive(1),
        })
    }

    /// Bits of a unit, b.
    #[must_use]
    pub const fn bits(&self) -> u32 {
        self.bits
    }

    /// Whether a number is one of its units: below `2^b`.
    #[must_use]
    pub const fn has(&self, unit: u32) -> bool {
        is_unit(unit, self.bits)
    }

    /// The unit of a word's hash: its highest b bits.
    #[must_use]
    pub const fn unit(&self, hash: u64) -> u32 {
        ((hash >> 32) as u32) >> (MAX_BITS - self.bits)
    }

    /// The words of a text, in its order.
    #[must_use]
    pub const fn words<'a>(&self, text: &'a str) -> Words<'a> {
        Words::new(*self, text)
    }

    /// The different units of a text's words, ascending, written to `room`: what [`Lists::add`](super::Lists::add) takes. Cost: the
    /// words, and for n of them up to `n^2 / 4` moves.
    ///
    /// # Errors
    /// [`WordsError::Room`] for a `room` of fewer words than there are different units.
    pub fn distinct<'a>(&self, text: &str, room: &'a mut [u32]) -> Result<&'a [u32], WordsError> {
        put(self.words(text).map(|word| word.unit), room)
    }

    /// [`Units::distinct`] of a question: function words of English are left out, unless there are no others.
    ///
    /// They are in nearly every question and in fewer texts: `did` and `what` seem rare, and only lead astray.
    ///
    /// # Errors
    /// As [`Units::distinct`].
    pub fn question<'a>(&self, text: &str, room: &'a mut [u32]) -> Result<&'a [u32], WordsError> {
        let has_others = self.words(text).any(|word| !word.is_stop);
        let words = self.words(text);
        let words = words.filter(|word| !(has_others && word.is_stop));
        put(words.map(|word| word.unit), room)
    }

    /// The hash of a word as it stands in a text.
    pub(super) fn hash(&self, word: &str) -> Hashed {
        let mut ascii = [0; LONGEST_STEMMED];
        let room = ascii.get_mut(..word.len()).filter(|_| word.is_ascii());
        let Some(room) = room else {
            let lower = word.chars().flat_map(char::to_lowercase);
            // A last sigma is written otherwise.
            let lower = lower.map(|one| if one == 'ς' { 'σ' } else { one });
            return Hashed {
                hash: self.digest(lower.flat_map(bytes)),
                is_stop: false,
            };
        };
        for (to, byte) in room.iter_mut().zip(word.bytes()) {
            *to = byte.to_ascii_lowercase();
        }
        let is_stop = is_stop(room);
        let length = stem(room);
        let stem = room.iter().take(length).copied();
        Hashed {
            hash: self.digest(stem),
            is_stop,
        }
    }

    /// Bytes four to a word, the first lowest, and then how many there were.
    fn digest(&self, bytes: impl Iterator<Item = u8>) -> u64 {
        let (mut low, mut high) = (0, 0);
        let (mut word, mut length) = (0u32, 0u32);
        let mut take = |word: u32| {
            low = self.low.at(low ^ word);
            high = self.high.at(high ^ word);
        };
        for byte in bytes {
            word |= u32::from(byte) << (8 * (length % 4));
            length = length.wrapping_add(1);
            if length.is_multiple_of(4) {
                take(word);
                word = 0;
            }
        }
        if !length.is_multiple_of(4) {
            take(word);
        }
        take(length);
        u64::from(high) << 32 | u64::from(low)
    }
}

/// Whether a number is below `2^bits`.
pub(super) const fn is_unit(unit: u32, bits: u32) -> bool {
    (unit as u64) >> bits == 0
}

/// The bytes of a character in UTF-8.
fn bytes(character: char) -> impl Iterator<Item = u8> {
    let mut room = [0; 4];
    let length = character.encode_utf8(&mut room).len();
    room.into_iter().take(length)
}

/// Units, each once, ascending.
fn put(units: impl Iterator<Item = u32>, room: &mut [u32]) -> Result<&[u32], WordsError> {
    let mut used = 0usize;
    let got = room.len();
    for unit in units {
        let known = room.get(..used).unwrap_or(&[]);
        let Err(place) = known.binary_search(&unit) else {
            continue;
        };
        let behind = room.get_mut(place..used.saturating_add(1));
        let behind = behind.ok_or(WordsError::Room { got })?;
        let mut moved = unit;
        for place in behind {
            core::mem::swap(place, &mut moved);
        }
        used = used.saturating_add(1);
    }
    Ok(room.get(..used).unwrap_or(&[]))
}
