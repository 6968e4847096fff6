//! Spoilt pictures, recalled by a network that has stored the originals.
//!
//! [`Spec`] says which network and how pictures are spoilt; a [`Prepared`] network has stored them, and spoils and recalls
//! every one of them. A result is a function of pictures and spec alone.

mod bits;
mod outcome;
mod spec;

use rayon::prelude::*;

use super::{Pictures, Shape};
use bits::BitMemories;

pub use outcome::{Ending, Moment, Outcome, Path, Retrieval, Verdict};
pub use spec::{Network, Order, RecallError, Spec};

/// What is kept of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// Its ends.
    Ends,
    /// The way between them, too.
    Path,
}

/// A network that has stored pictures, ready to recall them.
#[derive(Debug)]
pub struct Prepared {
    shape: Shape,
    names: Vec<String>,
    stored: Stored,
}

#[derive(Debug)]
enum Stored {
    Bits(BitMemories),
}

impl Prepared {
    /// Stores all pictures.
    ///
    /// # Errors
    /// [`RecallError`] if the spec does not fit the pictures.
    pub fn new(pictures: &Pictures, spec: &Spec) -> Result<Self, RecallError> {
        spec.check(pictures)?;
        Ok(Self {
            shape: pictures.shape(),
            names: pictures.names().to_vec(),
            stored: Stored::Bits(BitMemories::new(pictures, spec)?),
        })
    }

    /// Spoils each picture and recalls it, on so many threads (0: one a core). Of the first `shown` the way from cue to
    /// recalled is kept, too.
    ///
    /// # Errors
    /// [`RecallError::Threads`].
    pub fn recall(&self, shown: usize, threads: usize) -> Result<Outcome, RecallError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        let one = |number: usize| {
            let keep = if number < shown {
                Keep::Path
            } else {
                Keep::Ends
            };
            match &self.stored {
                Stored::Bits(memories) => memories.retrieve(number, keep),
            }
        };
        let numbers = (0..self.names.len()).into_par_iter();
        let retrievals = pool.install(|| numbers.map(one).collect());
        let (resolved, likeness) = match &self.stored {
            Stored::Bits(memories) => (memories.resolved(), memories.likeness()),
        };
        Ok(Outcome {
            shape: self.shape,
            names: self.names.clone(),
            resolved,
            likeness,
            retrievals,
        })
    }
}

/// The mean of `likeness` over all pairs of `count` pictures; `None` for one picture, or so many that it would take long.
fn mean_over_pairs(count: usize, likeness: impl Fn(usize, usize) -> f64) -> Option<f64> {
    if !(2..=2_000).contains(&count) {
        return None;
    }
    let pairs = (1..count).flat_map(|one| (0..one).map(move |other| (one, other)));
    let sum: f64 = pairs.map(|(one, other)| likeness(one, other)).sum();
    Some(sum / (count * (count - 1) / 2) as f64)
}
