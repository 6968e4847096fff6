//! The K-winner modern Hopfield network (paper section 2, appendix A).
//!
//! `n_i` visible units, `n_h` hidden units of fan-in `m`, weights `W[h][j]` in 0..=1 that exist only where the fan-in
//! mask `M[h][j]` is 1; the return weights are the same numbers.
//!
//! * Hidden potentials `a = (W . M) x`; the hidden code `y` is the k units with the largest.
//! * Recall: `b = (W . M)^T y`; the recalled pattern is the s visible units with the largest.
//! * Learning: `W[h][j] += eps (x[j] - W[h][j])` for every winner `h` and every `j` it is wired to. An `x` of zeros drives
//!   no unit, and each time others would forget: it is refused ([`NetworkError::Empty`]).
//!
//! `k = 1, m = n_i, eps = 1` is the 1-winner MHN, each new pattern overwriting one hidden unit; a rate below 1 makes it
//! graded. Both are this type, and so is the random-k control ([`Assignment::RandomK`]).
//!
//! # Hetero-association and sequences
//! Nothing says that a pattern is one thing. With a pair A | B side by side in one pattern of `n_i` units, a cue of A alone
//! recalls both, and [`KWinner::recall_as`] with [`Readout::units`] answers with what lies on the side of B: its ones do not
//! compete with those of A. Pairs `x_t | x_(t + 1)` are a sequence, which is recalled as a chain from its start: each answer
//! is the next cue. `examples/sequence.rs` has both. Two more knobs: [`Code::Graded`] winners at recall, and a learning rate
//! of its own for every hidden unit, [`KWinner::learn_at`].
//!
//! # Cost
//! In weights touched: a pattern of s ones touches about `s n_h m / n_i` for its potentials; recall then `k m`,
//! learning `k m`. Masks are read as `n_h n_i / 32` words, none where m = n_i.
//!
//! # Memory
//! All of it is the caller's. In bytes, with `b` bits per weight and rows of whole words of 4 bytes:
//!
//! | wiring | state, 4 [`Params::words`] | elsewhere, as in flash |
//! |---|---|---|
//! | [`Random`] | `8 + 4 n_h (ceil(n_i / 32) + ceil(m b / 32))` | |
//! | [`Random`], m = n_i | `8 + 4 n_h ceil(n_i b / 32)` | |
//! | [`Lent`] | `8 + 4 n_h ceil(m b / 32)` | masks, `4 n_h ceil(n_i / 32)` |
//! | [`Structured`] | `8 + 4 m ceil(n_h b / 32)` | |
//!
//! Scratch, 4 [`Params::scratch_words`]: `4 (max(n_h, n_i) + k + ceil(n_i / 32))`. A [snapshot](crate::snapshot) in flash is
//! the state, with masks if there are any, and 132 bytes. No call takes much more than 1 KiB of stack; the firmware's
//! budgets have it for each, and the flash that the code takes.
//!
//! # Instructions on a microcontroller
//! With 8-bit weights and nearest rounding at `n_i = 256`, `t = s n_h m / n_i` the weights of the active inputs. Fitted to
//! counts for n_h of 64, 128 and 256, m of 16 and 32, s of 16 to 64 and k of 4 to 12, under QEMU; no cycles.
//!
//! | | Cortex-M4 | Cortex-M0 | within |
//! |---|---|---|---|
//! | hidden code, random | `21 t + 187 n_h + 236 k` | `29 t + 299 n_h + 274 k` | 3 % |
//! | hidden code, structured, n_h = 256 | `4.5 t + 77 (m + s) + 360 k` | `5.2 t + 103 (m + s) + 394 k` | 11 % |
//! | the same, n_h another power of two | `6.1 t + 6.6 n_h + 42 (m + s) + 220 k` | `7.4 t + 7 n_h + 86 (m + s) + 219 k` | 16 % |
//! | learning beyond it, random | `32 k m + 131 k` | `60 k m + 163 k` | 1 % |
//! | the same, structured, n_h = 256 | `16 k m + 74 k + 25 m` | `26 k m + 91 k + 32 m` | 3 % |
//! | the same, n_h another power of two | `24 k m + 67 k + 24 m` | `40 k m + 89 k + 36 m` | 3 % |
//!
//! For random wiring the factor of `n_h` is that of 8 mask words per unit. Stochastic rounding adds 7 to 13 (M4) or 9 to 22
//! (M0) instructions per weight learned. Recall adds to the hidden code 6,700 at least, most of them for the choice of s of
//! n_i, and up to 18,000 (M4) or 25,000 (M0) where many tie, as at rate 1. With structured wiring 255
//! and 335 hidden units took 2 to 3 times as many instructions for the hidden code as 256.

mod blocks;
mod error;
mod masks;
mod memory;
mod network;
mod novelty;
mod owned;
mod params;
mod rates;
mod readout;
mod settings;
mod wiring;

pub use crate::structured::Structured;
pub use error::{NetworkError, ParamsError};
pub use network::{Assigned, KWinner, Match, Recalled};
pub use novelty::Novelty;
pub(crate) use params::COUNTER_WORDS;
pub use params::{Assignment, Params, ParamsBuilder};
pub use readout::{Code, Readout};
pub use settings::{Settings, SettingsError};
pub use wiring::{Lent, Masks, Random, Seeded, Wiring, WiringKind};
