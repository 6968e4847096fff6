//! Experiments on Hopfield networks: what they keep, how their energy falls, how long they take.
//!
//! A [`Condition`] is one setting of one network; a [`Setup`] runs its trials, each with networks of its own, and
//! [`Results`] has them all. The networks are those of [`slotless_core::hopfield`], run by [`slotless_kernels::hopfield`].
//!
//! * [`Classical`]: a network stores K random memories of N units, and is started from memories, from memories with some
//!   units flipped, or anywhere ([`Start`]). Kept of each run: bits that differ from the memory at the end, updates, flips.
//! * [`Modern`]: the same memories as vectors of -1 and +1, of single precision. Kept of each run: steps, the overlap with the
//!   memory, how many memories take part, and how far the state is from their mean and from the nearest.
//! * [`EqualBits`]: any memory of the core, sized to a number of bits, stores patterns one after the other and is tested on
//!   the way.
//!
//! # Random numbers
//! Network `r` of trial `t`, of N units and K memories, has a seed of its own: `derive_seed(derive_seed(seed, 330, t, r),
//! 331, N, K)`. Of that seed memory `k` takes words 0, 1, ... of key `(332, k)`, the flipped units of start `i` come of stream
//! `(333, 0, i)`, a random start takes the words of key `(334, i)`, and the order of updates is the core's. So conditions that
//! differ only in how a network is started or updated share memories, and all others are independent.
//!
//! Memories at equal bits have the seed `derive_seed(seed, 335, t, s)` in trial `t` for patterns of s ones, whatever their kind:
//! pattern `i` comes of stream `(332, 0, i)` of it, its cue of `(333, 0, i)`, and the memory's own seed of key 330.

mod classical;
mod condition;
pub mod equal_bits;
pub mod figures;
mod kept;
mod modern;
pub mod raw;
mod record;
mod results;
mod streams;
mod trial;
mod work;

pub use condition::{Classical, Condition, Modern, Order, Start};
pub use equal_bits::EqualBits;
pub(crate) use record::Row;
pub use record::{ClassicalRun, ModernRun, StoredRun, TrialRecord};
pub use results::Results;
pub use trial::Setup;

use crate::purpose::hopfield as purpose;

#[cfg(test)]
mod tests;
