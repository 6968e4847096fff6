//! Data for the memories: packed patterns, random, structured or read from a file, and their streams.

pub mod correlated;
pub(crate) mod drift;
pub mod file;
pub(crate) mod pairs;
pub(crate) mod parts;
pub mod random;
pub(crate) mod sequence;
pub(crate) mod similar;
pub mod tree;

use sha2::{Digest, Sha256};
use slotless_core::bits;
use slotless_files::hex;

pub use correlated::{Correlated, FreshPrototypes, OrderMatch};
pub use file::{FileError, FileRows, Levels, PatternFiles, RowOrder, read_patterns};
pub use random::random;
pub use similar::SimilarityMatrix;
pub use tree::{Tree, tree};

/// Packed patterns of one length, with the number of ones of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns {
    visible: u32,
    words: Vec<u32>,
    ones: Vec<u32>,
}

impl Patterns {
    /// No patterns yet, of `visible` bits, with room for `capacity`.
    #[must_use]
    pub fn with_capacity(visible: u32, capacity: usize) -> Self {
        Self {
            visible,
            words: Vec::with_capacity(capacity * bits::words_for(visible)),
            ones: Vec::with_capacity(capacity),
        }
    }

    /// Appends a packed pattern; words beyond its length are left out, missing ones are zero.
    pub fn push(&mut self, pattern: &[u32]) {
        let words = bits::words_for(self.visible);
        let start = self.words.len();
        self.words.extend(pattern.iter().take(words));
        self.words.resize(start + words, 0);
        self.ones.push(bits::count(&self.words[start..]));
    }

    /// Bits of a pattern.
    #[must_use]
    pub fn visible(&self) -> u32 {
        self.visible
    }

    /// How many patterns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ones.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ones.is_empty()
    }

    /// Pattern `index`, packed.
    ///
    /// # Panics
    /// If there is no such pattern.
    #[must_use]
    pub fn get(&self, index: usize) -> &[u32] {
        let words = bits::words_for(self.visible);
        &self.words[index * words..(index + 1) * words]
    }

    /// Number of ones of each pattern.
    #[must_use]
    pub fn ones(&self) -> &[u32] {
        &self.ones
    }

    /// All patterns, one after the other.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// SHA-256, in hexadecimal, of what they are, wherever they came from: their length in bits (32 bits, little-endian), how many
    /// there are (64), and the words of one after the other (32 each; bit `i` of a pattern is bit `i % 32` of word `i / 32`).
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.visible.to_le_bytes());
        hasher.update((self.len() as u64).to_le_bytes());
        for word in &self.words {
            hasher.update(word.to_le_bytes());
        }
        hex(&hasher.finalize())
    }

    /// The patterns in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> + Clone {
        (0..self.len()).map(|index| self.get(index))
    }

    /// The patterns at these places, in this order.
    ///
    /// # Panics
    /// If a place is out of range.
    #[must_use]
    pub fn select(&self, places: &[u32]) -> Self {
        let mut chosen = Self::with_capacity(self.visible, places.len());
        for &place in places {
            chosen.push(self.get(place as usize));
        }
        chosen
    }

    /// Overlap of every pair, divided by the ones of the row's pattern: the similarity matrix, 1 on the diagonal.
    #[must_use]
    pub fn similarity(&self) -> ndarray::Array2<f64> {
        ndarray::Array2::from_shape_fn((self.len(), self.len()), |(a, b)| {
            f64::from(bits::overlap(self.get(a), self.get(b))) / f64::from(self.ones[a].max(1))
        })
    }
}

/// What one trial learns and is tested with.
#[derive(Clone, Debug)]
pub struct TrialData {
    /// Burn-in patterns, then the learned ones, oldest first.
    pub learned: Patterns,
    /// Never-learned patterns from the same source, in the order of age: 0 is compared with age 1.
    pub pseudo: Patterns,
    /// Never-learned uniform patterns, where the data is structured.
    pub unstructured: Option<Patterns>,
    /// What cues are drawn from in place of the learned patterns and of the pseudo-patterns, where that is something else.
    pub cues: Option<[Patterns; 2]>,
}

/// floor(share x of), in f64 as numpy does it: floor(0.29 * 100) is 28.
#[must_use]
pub fn floor_share(share: f64, of: u32) -> u32 {
    (share * f64::from(of)).floor() as u32
}
