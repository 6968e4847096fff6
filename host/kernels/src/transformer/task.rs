//! Random sequences of the Case Sequence Task.
//!
//! A sequence draws words from its key, places 0, 1, 2, ...: the context first (the start of a shuffle: item `i` is the
//! letter at place `i + below(L - i)`, which changes places with the one at `i`), then its cases (a word for each 32 items, bit `i`
//! set for uppercase), then the item that is asked for (`below(C)`); `below` is [`slotless_core::rng::below`].

use slotless_core::rand_core::{Infallible, TryRng};
use slotless_core::rng::{self, Key};

use super::Batch;

/// Words of a key, one place after the other.
struct Places {
    key: Key,
    next: u32,
}

impl TryRng for Places {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let word = self.key.at(self.next);
        self.next = self.next.wrapping_add(1);
        Ok(word)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.try_next_u32()?);
        Ok(low | u64::from(self.try_next_u32()?) << 32)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            chunk.copy_from_slice(&self.try_next_u32()?.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

impl Batch {
    /// Room for sequences with contexts of this length.
    #[must_use]
    pub fn empty(context: u32, sequences: u32) -> Self {
        Self {
            context: vec![0; context as usize * sequences as usize],
            queries: vec![0; sequences as usize],
            targets: vec![0; sequences as usize],
        }
    }

    /// Fills the batch with random sequences of `letters` letters; sequence b draws from `key.derive(b)`.
    ///
    /// # Panics
    /// If contexts are longer than the alphabet.
    pub fn draw(&mut self, letters: u32, key: Key) {
        let context = self.context.len() / self.queries.len().max(1);
        assert!(
            context <= letters as usize,
            "a context of different letters"
        );
        let mut alphabet: Vec<u32> = (0..letters).collect();
        let rows = self.context.chunks_exact_mut(context);
        let asked = self.queries.iter_mut().zip(&mut self.targets);
        for (number, (row, (query, target))) in (0..).zip(rows.zip(asked)) {
            let mut places = Places {
                key: key.derive(number),
                next: 0,
            };
            for (letter, at) in alphabet.iter_mut().zip(0..) {
                *letter = at;
            }
            for at in 0..context {
                let drawn = at + rng::below(&mut places, letters - at as u32) as usize;
                alphabet.swap(at, drawn);
            }
            let mut cases = 0;
            for (at, (token, &letter)) in row.iter_mut().zip(&alphabet).enumerate() {
                if at % 32 == 0 {
                    cases = places.key.at(places.next);
                    places.next += 1;
                }
                *token = letter + letters * (cases >> (at % 32) & 1);
            }
            let token = row[rng::below(&mut places, context as u32) as usize];
            *target = u32::from(token >= letters);
            *query = token - letters * *target;
        }
    }
}
