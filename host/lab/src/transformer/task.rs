//! The Case Sequence Task.
//!
//! Random sequences are drawn by [`Batch::draw`]; here are all sequences there are, and the batches of a trial.

use slotless_core::rng::Key;

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
    let mut batch = Batch::empty(context, 0);
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
                Batch::empty(context, condition.batch())
            } else {
                enumerate(letters, context, Order::Alphabetical)
            },
        }
    }

    /// Batch number `iteration`.
    pub fn batch(&mut self, iteration: u32) -> &Batch {
        if self.fresh {
            self.batch.draw(self.letters, self.key.derive(iteration));
        }
        &self.batch
    }
}
