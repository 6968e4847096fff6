//! Memories over real vectors, such as embeddings of sentences.
//!
//! * [`project`]: vectors to sparse codes, by random projections.
//! * [`vectors`]: vectors in numpy's format, checked once.

pub mod project;
pub mod vectors;
