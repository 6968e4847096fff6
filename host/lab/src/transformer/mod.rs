//! Transformers whose attention lives in fast weights (section 3 and appendix B of the paper), and their baseline.
//!
//! # The task
//! The Case Sequence Task ([`task`]): `L` letters; tokens are one-hot in 3L dimensions, lowercase letters, uppercase letters,
//! queries. A context is `C <= L` distinct letters in random order, each in random case; a query names one of them, and the
//! target `t` is its case: (1, 0) lowercase, (0, 1) uppercase.
//!
//! # The models
//! Slow weights are `W_Q` and `W_K` (N x 3L) and `W_V` (2 x 3L); `q = W_Q x_query`, `k_i = W_K x_i`, `v_i = W_V x_i`.
//!
//! * **Baseline** (equation 3): `a = softmax_i(beta q k_i)`, `y = sum_i a_i v_i`. With `x~ = sum_i a_i x_i`, `e = y - t`,
//!   `s_i = v_i e` and `u = J s`, where `J = diag(a) - a a^T`, the gradients of `|e|^2` are `dW_V = 2 e x~^T`,
//!   `dW_Q = 2 beta (sum_i u_i k_i) x_query^T` and `dW_K = 2 beta q (sum_i u_i x_i)^T` (equations S11 to S13).
//! * **Memory models** (equations S3 to S6): every sequence has a fresh module of n_h hidden units
//!   ([`slotless_core::hetero`]), which stores (k_i, v_i, x_i) one after the other. At the query `h = softmax(beta W_KH q)`; the
//!   module's output is `y_mhn = W_HV h`, the reinstated item `x~ = W_HI h`, and the output that is trained `y = W_V x~`, with
//!   `e = y - t`. Accuracy and loss are those of `y_mhn`.
//!   `dW_V = 2 e x~^T`, or with [`ValueRule::Output`] `2 (y_mhn - t) x~^T`; `dW_Q = 2 beta (W_KH^T J W_HI^T W_V^T e)
//!   x_query^T` (S14, S15).
//!   `W_K` is fixed; or learns through the module, `h' = softmax(beta W_KH W_K x~)`, `y' = W_HV h'`,
//!   `dW_K = 2 beta (W_KH^T J' W_HV^T (y' - t)) x~^T` (S16); or by alignment, `dW_K = 2 (W_K x~ - q) x~^T` (S8, S17); or by a
//!   Hebbian step, `dW_K = -q x~^T`.
//!
//! In all of them the fast weights are constants, and so is `x~` for `W_K`. Training is plain gradient descent on the sum over
//! a batch. The arithmetic, bit for bit, is that of [`slotless_kernels::transformer`].
//!
//! # Random numbers
//! Trial `r` of seed `s` draws places of keys of the core's counter hash, `(s, purpose, r, ...)`: sequence `b` of batch `i`
//! those of `(s, 310, r, i, b)`, one after the other ([`task`]); its module's start weights those of `(s, 311, r, i, b)`; the
//! start of the slow weights those of `(s, 312, r, matrix)` ([`start`]). So all models of a run meet the same sequences, and
//! start from the same numbers where they have the same sizes. [`mod@evaluate`] draws from purpose 313.

pub mod caption;
pub mod evaluate;
pub mod figures;
#[cfg_attr(not(feature = "cuda"), path = "no_gpu.rs")]
mod gpu;
mod kept;
pub mod model;
pub mod output;
mod parameters;
pub mod raw;
pub mod results;
pub mod spec;
pub mod start;
pub mod statistics;
pub mod summary;
pub mod tables;
pub mod task;
pub mod trial;
pub mod weights;
mod work;

pub use model::{Condition, Data, Form, Model, Rule, Training, WinnerBy};
pub use results::Results;
pub use slotless_kernels::transformer::{Slow, ValueRule, Weights};
pub use trial::{Checkpoint, Setup, TrialRecord};

use crate::purpose::transformer as purpose;

#[cfg(test)]
mod tests;
