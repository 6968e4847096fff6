//! Memories over embeddings of sentences, measured.
//!
//! * [`exp07`]: which recall finds a target from another wording of its cue.

pub mod exp07;
