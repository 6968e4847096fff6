//! Memories over real vectors, such as embeddings of sentences.
//!
//! * [`vectors`]: vectors in numpy's format, checked once.

pub mod vectors;
