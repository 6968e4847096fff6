//! Memories over real vectors, such as embeddings of sentences.
//!
//! * [`exp07`]: which recall finds a target from another wording of its cue, measured.
//! * [`project`]: vectors to sparse codes, by random projections.
//! * [`vectors`]: vectors in numpy's format, checked once.
//! * `encoder`, with the cargo feature `embed`: sentences to vectors, by a BERT in a local folder.

#[cfg(feature = "embed")]
pub mod encoder;
pub mod exp07;
pub mod project;
pub mod vectors;
