//! The K-winner modern Hopfield network (paper section 2, appendix A).
//!
//! `n_i` visible units, `n_h` hidden units of fan-in `m`, weights `W[h][j]` in 0..=1 that exist only where the fan-in
//! mask `M[h][j]` is 1; the return weights are the same numbers.
//!
//! * Hidden potentials `a = (W . M) x`; the hidden code `y` is the k units with the largest.
//! * Recall: `b = (W . M)^T y`; the recalled pattern is the s visible units with the largest.
//! * Learning: `W[h][j] += eps (x[j] - W[h][j])` for every winner `h` and every `j` it is wired to.
//!
//! `k = 1, m = n_i, eps = 1` is the 1-winner MHN, each new pattern overwriting one hidden unit; a rate below 1 makes it
//! graded. Both are this type, and so is the random-k control ([`Assignment::RandomK`]).
//!
//! Cost, in weights touched: a pattern of s ones touches about `s n_h m / n_i` for its potentials; recall then `k m`,
//! learning `k m`. Masks are read as `n_h n_i / 32` words.

mod blocks;
mod network;
mod params;
#[cfg(feature = "serde")]
mod wire;
mod wiring;

pub use crate::structured::Structured;
pub use network::{Assigned, KWinner, Match, NetworkError, Recalled};
pub(crate) use params::COUNTER_WORDS;
pub use params::{Assignment, Params, ParamsBuilder, ParamsError};
pub use wiring::{Lent, Masks, Random, Seeded, Wiring, WiringKind};
