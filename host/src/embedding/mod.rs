//! Memories over real vectors, such as embeddings of sentences.
//!
//! * [`exp07`]: which recall finds a target from another wording of its cue, measured.
//! * [`vectors`]: vectors in numpy's format, checked once.

pub mod exp07;
pub mod project;
pub mod vectors;
