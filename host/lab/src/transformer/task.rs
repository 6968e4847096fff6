//! The Case Sequence Task.
//!
//! A sequence draws words from its key, places 0, 1, 2, ...: the context first (the start of a shuffle: item `i` is the
//! letter at place `i + below(L - i)`, which changes places with the one at `i`), then its cases (a word for each 32 items, bit `i`
//! set for uppercase), then the item that is asked for (`below(C)`); `below` is [`slotless_core::rng::below`].

use rand_core::{Infallible, TryRng};
use slotless_core::rng::{self, Key};

use super::model::{Condition, Data};
use super::purpose;
use slotless_kernels::transformer::Batch;

/// In which orders contexts are enumerated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// All of them.
    Any,
    /// Alphabetical order alone.
    Alphabetical,
}

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

/// A batch's worth of room.
#[must_use]
pub fn empty(context: u32, batch: u32) -> Batch {
    Batch {
        context: vec![0; context as usize * batch as usize],
        queries: vec![0; batch as usize],
        targets: vec![0; batch as usize],
    }
}

/// Fills a batch with random sequences of `letters` letters; sequence b draws from `key.derive(b)`.
///
/// # Panics
/// If contexts are longer than the alphabet.
pub fn draw(letters: u32, key: Key, batch: &mut Batch) {
    let context = batch.context.len() / batch.queries.len().max(1);
    assert!(
        context <= letters as usize,
        "a context of different letters"
    );
    let mut alphabet: Vec<u32> = (0..letters).collect();
    let rows = batch.context.chunks_exact_mut(context);
    let asked = batch.queries.iter_mut().zip(&mut batch.targets);
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
        (*query, *target) = (token % letters, token / letters);
    }
}

/// Number of different sequences: letters, order, cases and query; stops counting at `u64::MAX`.
#[must_use]
pub fn count(letters: u32, context: u32, order: Order) -> u64 {
    let mut count: u64 = u64::from(context);
    for at in 0..u64::from(context) {
        // Two cases, and one of the letters that are left; in alphabetical order divided by the orders there are.
        count = count.saturating_mul(2);
        let left = u64::from(letters).saturating_sub(at);
        count = match order {
            Order::Any => count.saturating_mul(left),
            Order::Alphabetical => match count.checked_mul(left) {
                Some(count) => count / (at + 1),
                None => return u64::MAX,
            },
        };
    }
    count
}

/// All sequences there are, contexts in ascending order of their tokens' letters, then cases, then queries.
///
/// [`count`] says how many: 1,536 for four of four letters, 64 in alphabetical order.
#[must_use]
pub fn enumerate(letters: u32, context: u32, order: Order) -> Batch {
    let mut batch = empty(context, 0);
    let mut chosen = Vec::new();
    extend(letters, context as usize, order, &mut chosen, &mut batch);
    batch
}

/// Adds all sequences whose contexts start with the letters `chosen`.
fn extend(letters: u32, context: usize, order: Order, chosen: &mut Vec<u32>, batch: &mut Batch) {
    if chosen.len() < context {
        let first = match (order, chosen.last()) {
            (Order::Alphabetical, Some(&last)) => last + 1,
            _ => 0,
        };
        for letter in first..letters {
            if !chosen.contains(&letter) {
                chosen.push(letter);
                extend(letters, context, order, chosen, batch);
                chosen.pop();
            }
        }
        return;
    }
    for cases in 0..1_u64 << context {
        let case = |at: usize| (cases >> at & 1) as u32;
        for asked in 0..context {
            let tokens = chosen.iter().enumerate();
            batch
                .context
                .extend(tokens.map(|(at, letter)| letter + letters * case(at)));
            batch.queries.push(chosen[asked]);
            batch.targets.push(case(asked));
        }
    }
}

/// The key of a trial's batches.
pub(super) fn key(seed: u64, trial: u32) -> Key {
    Key::new(seed, purpose::TASK).derive(trial)
}

/// The batches of a trial.
#[derive(Clone, Debug)]
pub struct Source {
    letters: u32,
    fresh: bool,
    key: Key,
    batch: Batch,
}

impl Source {
    /// The source of a trial of a condition that has been checked.
    #[must_use]
    pub fn new(condition: &Condition, seed: u64, trial: u32) -> Self {
        let (letters, context) = (condition.model.letters, condition.model.context);
        let fresh = condition.training.data == Data::Random;
        Self {
            letters,
            fresh,
            key: key(seed, trial),
            batch: if fresh {
                empty(context, condition.batch())
            } else {
                enumerate(letters, context, Order::Alphabetical)
            },
        }
    }

    /// Batch number `iteration`.
    pub fn batch(&mut self, iteration: u32) -> &Batch {
        if self.fresh {
            draw(self.letters, self.key.derive(iteration), &mut self.batch);
        }
        &self.batch
    }
}
