//! The modern Hopfield network with continuous states (Ramsauer et al. 2020).
//!
//! K memories of N real numbers are the columns of `X`; they lie in the caller's storage, as rows or columns of a matrix.
//! The state `s` is N real numbers.
//!
//! * A step: similarities `z = X^T s`, shares `p = softmax(beta z)`, next state `s' = X p`. A large inverse temperature
//!   `beta` takes the state to the nearest memory in a step or a few, a small one to the mean of all.
//! * The energy is `E = -lse(beta, z) + 1/2 s^T s + (1/beta) ln K + 1/2 M^2`, with `lse(beta, z) = (1/beta) ln sum_k exp(beta
//!   z_k)` and `M` the largest norm of a memory. It is 0 or above, and no step raises it, but for rounding.
//!
//! ```
//! use slotless_core::hopfield::modern::{Ended, Memories, Modern, Recall};
//!
//! let memories = [0.9, 0.1, -0.8, 0.2, /**/ -0.7, 0.6, 0.3, -0.9, /**/ 0.1, -0.9, 0.8, 0.5f32];
//! let network = Modern::new(Memories::rows(&memories, 4)?, 8.0)?;
//! let mut scratch = [0; 32];
//! assert!(scratch.len() >= network.scratch_words());
//!
//! // The second memory with half of it missing.
//! let recalled = network.recall(&[-0.7, 0.6, 0.0, 0.0], &Recall::new(), &mut scratch)?;
//! assert!(recalled.shares[1] > 0.99 && (recalled.state[3] + 0.9).abs() < 0.01);
//! assert_eq!(recalled.ended, Ended::State);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Numbers
//! `f32`, or fixed-point [`I16F16`](fixed::types::I16F16). How the exponential is computed is the network's last type:
//! [`Exact`] unless told otherwise; with the feature `micromath` `Micromath` for `f32`; [`Table`] for `I16F16`, which needs
//! no product of 64 bits.
//! Whatever the numbers, nothing overflows: memories and cues with squared norms from `f32::MAX / 4` on, or 32,768 in fixed
//! point, are refused, and exponentials are taken of differences to the largest similarity.
//!
//! # Memory
//! Beside the memories, scratch of [`Modern::scratch_words`], `2 N + 2 K`.
//!
//! # Cost
//! A step takes `2 N K` multiplications, K exponentials and K divisions. The norms are found once, as the
//! memories are checked: `N K` more.
//!
//! # Instructions on a microcontroller
//! Counted under QEMU, no cycles: 64 units, 16 random memories in flash as rows, beta 1/2, cues whose second half is 0. The
//! M4 has a floating-point unit. Means; a recall takes 4 or 5 steps.
//!
//! | | step, M4 | recall, M4 | step, M0 | recall, M0 |
//! |---|---|---|---|---|
//! | `f32`, [`Exact`] | 28,870 | 143,024 | 524,061 | 2,899,752 |
//! | `f32`, `Micromath` | 29,592 | 146,497 | 520,152 | 2,880,533 |
//! | `I16F16`, [`Exact`] | 41,373 | 186,859 | 156,578 | 707,309 |
//! | `I16F16`, [`Table`] | 39,511 | 181,138 | 148,510 | 677,347 |
//!
//! The `2 N K` products are most of it, and so the choice of an exponential matters little at these sizes: micromath's took
//! less than [`Exact`] only where there is no floating-point unit. `f32` took up to 1,108 bytes of stack, `I16F16` 416.

mod error;
mod exponential;
mod memories;
mod network;
mod recall;

pub use error::ModernError;
#[cfg(feature = "micromath")]
pub use exponential::Micromath;
pub use exponential::{Exact, Exponential, LogSum, Table};
pub use memories::{Layout, Memories, MemoriesError};
pub use network::Modern;
pub use recall::{Ended, Recall, Recalled, Rules, Step};
