//! The plain form of [recency levels](super), for study: a weight of a whole level for each cell, and rows that are chosen.
//!
//! Integer weights `w` in 0..=L, all 0 at first. To learn, of the rows that have rested longest, a sixth of them, T are drawn
//! with replacement, and that which loses least is taken, with the fewest ones of the pattern where `w > 0`. There `w = L` at
//! the ones and `w = max(w - 1, 0)` at all other units. Nothing else changes. What is learned lies in the row's levels, L - w.
//!
//! With `parts` above 1 it is an ensemble: a permutation splits the units into g parts, row h sees part `h % g`, and all of
//! the above goes on in each part; g winners recall.
//!
//! Weights are kept as *tags*, so that an event need not touch a row's other units: a row counts its events round 1 to L and
//! writes the count at the ones; what carried the reused tag is cleared. The level is how many counts a tag is behind.
//!
//! In [`pairs`] of rows a pattern goes to two, of each one the weaker weight written.
//!
//! Beside the [packed form](super::Recency) this costs more bits for what it keeps, and rows that are searched for: it is the
//! rule whose theory is simple.
//!
//! # Memory
//! State, [`PlainParams::words`]: `2 + R (2 + ceil(b ceil(m / c) / 32))` words, with `m = ceil(n / g)` cells a row and c cells of
//! L + 1 values in b bits. Scratch, [`PlainParams::scratch_words`].
//!
//! # Cost
//! Learning compares all rows of a part with each other, R^2 / g in all, and goes through T rows' ones; recall looks up each
//! one of the cue in R / g rows.

mod levels;
pub mod pairs;
mod params;
mod recall;

pub use levels::Levels;
pub use pairs::{Pairs, PairsParams, PairsParamsBuilder};
pub use params::{PlainParams, PlainParamsBuilder};
pub use recall::{Remembered, Winner};
