//! A buffer that does not keep its length.

use std::cell::Cell;

/// Lends all of its words for some calls, and then another number of them at every call.
pub struct Liar {
    calls: Cell<usize>,
    honest: usize,
    words: Vec<u32>,
}

impl Liar {
    /// Tells the truth so often.
    pub fn new(words: Vec<u32>, honest: usize) -> Self {
        Self {
            calls: Cell::new(0),
            honest,
            words,
        }
    }

    fn length(&self) -> usize {
        let call = self.calls.replace(self.calls.get() + 1);
        if call < self.honest {
            self.words.len()
        } else {
            call * 7 % self.words.len()
        }
    }
}

impl AsRef<[u32]> for Liar {
    fn as_ref(&self) -> &[u32] {
        &self.words[..self.length()]
    }
}

impl AsMut<[u32]> for Liar {
    fn as_mut(&mut self) -> &mut [u32] {
        let length = self.length();
        &mut self.words[..length]
    }
}
