//! Corrupted pictures, recalled by a network that has stored the originals.
//!
//! [`Spec`] says which network and how pictures are corrupted; a [`Prepared`] network has stored them, and corrupts and recalls
//! every one of them. A result is a function of pictures and spec alone.

mod bits;
mod grey;
mod outcome;
mod spec;

use rayon::prelude::*;

use super::{Pictures, Shape};
use bits::BitMemories;
use grey::GreyMemories;

pub use outcome::{Ending, Moment, Outcome, Path, Retrieval, Verdict};
pub use spec::{Network, Order, RecallError, Scale, Spec};

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
    Grey(GreyMemories),
}

impl Prepared {
    /// Stores all pictures.
    ///
    /// # Errors
    /// [`RecallError`] if the spec does not fit the pictures.
    pub fn new(pictures: &Pictures, spec: &Spec) -> Result<Self, RecallError> {
        spec.check(pictures)?;
        let stored = match GreyMemories::new(pictures, spec)? {
            Some(memories) => Stored::Grey(memories),
            None => Stored::Bits(BitMemories::new(pictures, spec)?),
        };
        Ok(Self {
            shape: pictures.shape(),
            names: pictures.names().to_vec(),
            stored,
        })
    }

    /// Corrupts each picture and recalls it, on this many threads (0: one per core). Of the first `shown` the way from cue to
    /// recalled is kept, too.
    ///
    /// # Errors
    /// [`RecallError::Threads`].
    pub fn recall(&self, shown: usize, threads: usize) -> Result<Outcome, RecallError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        let keep = |number: usize| {
            if number < shown {
                Keep::Path
            } else {
                Keep::Ends
            }
        };
        let numbers = (0..self.names.len()).into_par_iter();
        let (resolved, likeness, retrievals) = match &self.stored {
            Stored::Bits(memories) => {
                let one = |number| memories.retrieve(number, keep(number));
                let all = pool.install(|| numbers.map(one).collect());
                (memories.resolved(), memories.likeness(), all)
            }
            Stored::Grey(memories) => {
                let retrieve = memories.retriever();
                let one = |number| retrieve(number, keep(number));
                let all = pool.install(|| numbers.map(one).collect());
                (memories.resolved(), memories.likeness(), all)
            }
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
