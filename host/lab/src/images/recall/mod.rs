//! Corrupted pictures, recalled by a network that has stored the originals.
//!
//! [`Spec`] says which network and how pictures are corrupted; a [`Prepared`] network has stored them, and corrupts and recalls
//! every one of them. A result is a function of pictures and spec alone.

mod bits;
pub mod files;
mod grey;
mod outcome;
mod spec;

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::run::work::{Held, Watch, Work};

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

    /// What storing and recalling takes: a step per picture.
    #[must_use]
    pub fn work(pictures: &Pictures, spec: &Spec) -> Work {
        let (units, count) = (f64::from(pictures.shape().pixels()), pictures.len() as f64);
        let sizes = [("memories", count, 1000.0), ("pixels", units, 1000.0)];
        // Original, cue and what is recalled, and the pictures themselves.
        let pictures = count * units * (8.0 + 3.0 * 4.0 + 1.0);
        let work = Work::new(count).with(Held::OnTheWay, &sizes, pictures);
        match spec.network {
            // A weight for each pair of units, of as many bits as the memories ask for.
            Network::Classical { .. } => {
                let bytes = if count < 128.0 { 1.0 } else { 2.0 };
                work.with(Held::OnTheWay, &sizes[1..], units * units / 2.0 * bytes)
            }
            Network::Dense { .. } => work,
            Network::Modern { .. } => work.with(Held::OnTheWay, &sizes, 2.0 * 4.0 * count * units),
            Network::KWinner { n_h, f, .. } => {
                let hidden = f64::from(n_h);
                let bytes = hidden * units * (2.0 * f + 1.0 / 8.0);
                work.with(Held::OnTheWay, &[("n_h", hidden, 4000.0), sizes[1]], bytes)
            }
        }
    }

    /// Corrupts each picture and recalls it, on this many threads (0: one per core). Of the first `shown` the way from cue to
    /// recalled is kept, too.
    ///
    /// # Errors
    /// [`RecallError::Threads`].
    pub fn recall(&self, shown: usize, threads: usize) -> Result<Outcome, RecallError> {
        self.recall_watched(shown, threads, &AtomicBool::new(false))
    }

    /// As [`Prepared::recall`], a step per picture.
    ///
    /// # Errors
    /// As [`Prepared::recall`], and [`RecallError::Stopped`].
    pub fn recall_watched<'w>(
        &self,
        shown: usize,
        threads: usize,
        watch: impl Into<Watch<'w>>,
    ) -> Result<Outcome, RecallError> {
        let watch = watch.into();
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
                let one = |number| {
                    let retrieved = memories.retrieve(number, keep(number));
                    watch.after(1.0).map(|()| retrieved)
                };
                let all: Option<Vec<_>> = pool.install(|| numbers.map(one).collect());
                (memories.resolved(), memories.likeness(), all)
            }
            Stored::Grey(memories) => {
                let retrieve = memories.retriever();
                let one = |number| {
                    let retrieved = retrieve(number, keep(number));
                    watch.after(1.0).map(|()| retrieved)
                };
                let all: Option<Vec<_>> = pool.install(|| numbers.map(one).collect());
                (memories.resolved(), memories.likeness(), all)
            }
        };
        Ok(Outcome {
            shape: self.shape,
            names: self.names.clone(),
            resolved,
            likeness,
            retrievals: retrievals.ok_or(RecallError::Stopped)?,
        })
    }
}

/// The mean of `likeness` over all pairs of `count` pictures; `None` for one picture, or for more than can be compared in a short time.
fn mean_over_pairs(count: usize, likeness: impl Fn(usize, usize) -> f64) -> Option<f64> {
    if !(2..=2_000).contains(&count) {
        return None;
    }
    let pairs = (1..count).flat_map(|one| (0..one).map(move |other| (one, other)));
    let sum: f64 = pairs.map(|(one, other)| likeness(one, other)).sum();
    Some(sum / (count * (count - 1) / 2) as f64)
}
