//! The dense associative memory (Krotov and Hopfield 2016), in integers.
//!
//! N bipolar units, K memories `xi_k` that are packed bits in the caller's storage, and a separation function `F`, a power
//! of degree n ([`Separation`]).
//!
//! * The energy is `E = -sum_k F(xi_k . s)`, exact.
//! * An update sets `s_i` to the sign of `sum_k [F(xi_ki + r_k) - F(-xi_ki + r_k)]`, with `r_k = sum_{j != i} xi_kj s_j`, and
//!   leaves it where that is 0. The sum is the energy with `s_i = -1` less that with +1: no update raises the energy.
//!
//! Degree 2 is the Hebbian network (its similarities squared, up to a constant). About `N^(n - 1)` random memories can be
//! stored, times a factor that falls with the degree.
//!
//! ```
//! use slotless_core::hopfield::Recall;
//! use slotless_core::hopfield::dense::{Dense, Separation};
//!
//! let memories = [0xff00_ff00, 0x0f0f_0f0f, 0xcccc_3333, 0xaaaa_5555];
//! let network = Dense::new(&memories, 64, Separation::Rectified(3))?;
//! let mut scratch = [0; 128];
//! assert!(scratch.len() >= network.scratch_words());
//!
//! // The second memory with a quarter of its units inverted.
//! let cue = [0xcccc_3333 ^ 0xffff, 0xaaaa_5555];
//! let recalled = network.recall(&cue, &Recall::sweeps(), &mut scratch)?;
//! assert_eq!(recalled.state, &memories[2..]);
//! assert!(recalled.energy <= -(64i128.pow(3)));
//! # Ok::<(), slotless_core::hopfield::dense::DenseError>(())
//! ```
//!
//! # Memory
//! Beside the memories, scratch of [`Dense::scratch_words`], `K + N + ceil(N / 32)`.
//!
//! # Cost
//! To start from a state takes the words of the memories. The similarities are kept: an update takes `2 K` powers, each
//! about `2 log2 n` products, of 64 bits where they fit and else of 128; a flip changes the K similarities.

mod descent;
mod error;
mod network;
mod separation;

pub use descent::Descent;
pub use error::DenseError;
pub use network::{Dense, Recalled};
pub use separation::Separation;
