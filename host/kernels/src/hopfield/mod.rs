//! Hopfield networks laid out for speed.
//!
//! * [`classical`]: weights in full rows, fields that follow every flip.
//! * [`modern`]: memories in rows of whole vectors.

pub mod classical;
pub mod modern;
