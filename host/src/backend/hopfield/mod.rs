//! Hopfield networks laid out for speed.
//!
//! * [`classical`]: weights in full rows, fields that follow every flip.

pub mod classical;
