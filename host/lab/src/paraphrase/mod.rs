//! exp07 on our own sentences: which recall finds a target from another wording of its cue, among how many other pairs.
//!
//! A [`Condition`] is a background and the numbers of its pairs that are stored; a [`Setup`] runs trials, each with its own
//! projection, noise and choice of background pairs, and [`Results`] has them all. Vectors are read from a folder
//! ([`files`]) or come with the program: those of the test triples and chains, beside a synthetic background.
//!
//! At each number of background pairs a trial asks every [`Method`], with the stored cue and with a paraphrase, before and after the
//! further cues of each triple are stored; with noisy cues; and along the chains. What is recalled is scored by the target
//! code that shares most units with it ([`score`](self::Score)).
//!
//! # Random numbers
//! Trial `t` has the seed `derive_seed(seed, 340, t, 0)`. It is that of the projection and of ties; of it comes the noise of
//! triple `i` at level `l`, key `(341, i, l)`, the order in which pairs of a background are stored, stream `(342, 0, kind)`,
//! and synthetic vectors, key `(345, part, number)`. The words of the varied texts are those of key 343 of seed 0.

mod condition;
mod data;
pub mod figures;
pub mod files;
mod gaussian;
mod kept;
mod method;
pub mod raw;
mod record;
mod results;
mod score;
mod store;
pub mod texts;
mod trial;
mod work;

pub use condition::{Condition, Plan, Source, conditions};
pub use method::{Method, methods};
pub use record::{
    CHAIN_METHODS, COSINES, CUES, Counts, HOPS, NOISE_METHODS, Shape, TrialRecord, Vary,
};
pub use results::Results;
pub use score::{Outcome, Score};
pub use texts::Background;
pub use trial::Setup;

use crate::purpose::paraphrase as purpose;

#[cfg(test)]
mod tests;
