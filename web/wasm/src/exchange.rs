//! The words that page and networks hand each other.
//!
//! One block of 32-bit words with a fixed place: the page writes what a call takes, calls, and reads what it gave. Words are
//! atomic, so that what the page writes from outside is no surprise to Rust, and no line here is unsafe.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Words in the block: the weights of the largest network that the page offers, and more.
pub const WORDS: usize = 1 << 16;

static BLOCK: [AtomicU32; WORDS] = [const { AtomicU32::new(0) }; WORDS];

/// Where the block begins.
#[must_use]
pub fn place() -> *const AtomicU32 {
    BLOCK.as_ptr()
}

/// Reads the first words.
pub fn read(words: &mut [u32]) {
    for (word, from) in words.iter_mut().zip(&BLOCK) {
        *word = from.load(Relaxed);
    }
}

/// Writes words one after the other, from the first on; what does not fit is left out.
#[derive(Debug, Default)]
pub struct Writer {
    at: usize,
}

impl Writer {
    /// At the beginning.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One word.
    pub fn word(&mut self, word: u32) -> &mut Self {
        if let Some(place) = BLOCK.get(self.at) {
            place.store(word, Relaxed);
            self.at += 1;
        }
        self
    }

    /// Several.
    pub fn words(&mut self, words: &[u32]) -> &mut Self {
        for &word in words {
            self.word(word);
        }
        self
    }

    /// A real number, by its bits.
    pub fn real(&mut self, real: f32) -> &mut Self {
        self.word(real.to_bits())
    }

    /// Several.
    pub fn reals(&mut self, reals: &[f32]) -> &mut Self {
        for &real in reals {
            self.real(real);
        }
        self
    }

    /// A text, a byte a word.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for byte in text.bytes() {
            self.word(byte.into());
        }
        self
    }

    /// How many words have been written.
    #[must_use]
    pub fn written(&self) -> u32 {
        self.at as u32
    }
}
