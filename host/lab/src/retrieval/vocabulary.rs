//! How many words there are, and how many of them share a unit.

use std::collections::{HashMap, HashSet};

use slotless_core::words::{Units, WordsError};

use super::Loaded;

/// Different words of cues, by their stems; each haystack has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// Words, summed over haystacks.
    pub words: usize,
    /// Those that have a unit that another word of the same haystack has.
    pub shared: usize,
}

impl Vocabulary {
    /// Counts them, with units of so many bits.
    ///
    /// # Errors
    /// [`WordsError::Bits`].
    pub fn of(loaded: &Loaded, bits: u32) -> Result<Self, WordsError> {
        let units = Units::new(bits)?;
        let mut all = Self {
            words: 0,
            shared: 0,
        };
        for haystack in &loaded.haystacks {
            let mut hashes: HashMap<u32, HashSet<u64>> = HashMap::new();
            for word in haystack.cues.iter().flat_map(|cue| units.words(&cue.1)) {
                hashes.entry(word.unit).or_default().insert(word.hash);
            }
            for words in hashes.values().map(HashSet::len) {
                all.words += words;
                all.shared += if words > 1 { words } else { 0 };
            }
        }
        Ok(all)
    }

    /// The share of words that share their unit, 0 to 1; 0 without words.
    #[must_use]
    pub fn share(self) -> f64 {
        self.shared as f64 / self.words.max(1) as f64
    }
}
