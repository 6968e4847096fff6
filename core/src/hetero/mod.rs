//! The hetero-associative MHN with fast weights (paper section 3.3, appendix B.2).
//!
//! It keeps triples of a key (`n_k` real numbers), a value (`n_v`) and an item (`n_x`, such as a token that is one-hot),
//! one in each of K hidden units of `n_h`, in weights that one step overwrites. With a single winner it is the module that
//! stands for the context of a transformer.
//!
//! * [`load`](Hetero::load)`(k, v, x)`: the winners are the K hidden units with the largest potentials `p`, which depend
//!   on the [`Allocation`]. The winners' rows become the triple: `W_KH[h] = k`, `W_HV[h] = v`, `W_HI[h] = x`, and with
//!   [`Allocation::Item`] `W_IH[h] = x`: Hebbian learning at rate 1. Where all that `p` comes from is 0 it would choose
//!   the first K units whatever they hold, and is refused.
//! * [`recall`](Hetero::recall)`(q, beta)`: hidden activities `a = softmax(beta W_KH q)`; the reinstated item
//!   `x~ = sum_h a_h W_HI[h]` and the value `y = sum_h a_h W_HV[h]`. Nothing in the network changes.
//!
//! Potentials: `p = W_KH k` ([`Allocation::Key`]), `p = W_KH k + W_IH x` with fixed input projections `W_IH`
//! ([`Allocation::Projected`]), or `p = W_IH x` with fast ones ([`Allocation::Item`]). A potential that is NaN is below
//! every number; among equals the lower index wins.
//!
//! The matrices start at random from a [key](crate::rng::Key): `W_HV` and `W_HI` uniform in [0, 1), `W_KH` in [0, 1/2)
//! or, where projections choose the winners, at 0, and fast `W_IH` in [0, 1). `W_HV` and `W_HI` are kept by hidden unit:
//! where the paper has a column of them, here is a row.
//!
//! Real numbers are `f32` or fixed-point [`I16F16`](fixed::types::I16F16), for processors without floating point, which
//! saturates. Keys and weights may be any number, NaN and infinities too: no call panics, and no result depends on more
//! than the [contract](crate) says, but for the bits of a NaN. With keys of 64 numbers in [-1, 1), up to 100 hidden units
//! and beta up to 3, what is recalled is within 1e-6 of exact arithmetic in `f32`, and within 1e-4 in fixed point.
//!
//! ```
//! use slotless_core::hetero::{Allocation, Hetero, Params};
//! use slotless_core::rng::{Key, Purpose};
//!
//! // Keys of 2, values of 2, tokens of 3, in 4 hidden units. Token t goes to hidden unit t.
//! const PARAMS: Params<f32> = match Params::<f32>::builder(2, 2, 3, 4)
//!     .allocation(Allocation::Projected { units: 3, strength: 1.0 })
//!     .build()
//! {
//!     Ok(params) => params,
//!     Err(_) => panic!("parameters out of range"),
//! };
//! let mut memory = Hetero::new(PARAMS, [0; PARAMS.words()], Key::new(1, Purpose(256)))?;
//! let mut scratch = [0; PARAMS.scratch_words()];
//!
//! let keys = [[0.8, 0.0], [0.0, 0.9], [-0.6, -0.6]];
//! let values = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
//! let tokens = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
//! for ((key, value), token) in keys.iter().zip(&values).zip(&tokens) {
//!     memory.load(key, value, token, &mut scratch)?;
//! }
//! assert_eq!(memory.key_row(1), [0.0, 0.9]);
//!
//! // A query close to the second key, at a low temperature: almost all of the second triple.
//! let recalled = memory.recall(&[0.1, 1.0], 20.0, &mut scratch)?;
//! assert!(recalled.hidden[1] > 0.99);
//! assert!((recalled.value[1] - 1.0).abs() < 0.01 && recalled.value[0] < 0.01);
//! assert!((recalled.item[1] - 1.0).abs() < 0.01);
//! # Ok::<(), slotless_core::hetero::NetworkError>(())
//! ```
//!
//! # Memory
//! One buffer of [`Params::words`], `n_h (n_k + n_x + n_v)` and with [`Allocation::Item`] `n_h n_x` more; scratch of
//! [`Params::scratch_words`], `n_h + max(K, n_x + n_v)`.
//!
//! # Cost
//! In multiplications: loading takes `n_h n_k`, with fixed projections `K units` more, and with fast ones `n_h n_x` in
//! its place; and `n_h` comparisons, and `K` more each time that a unit displaces a winner, about `K ln (n_h / K)` times.
//! Recall takes `n_h (n_k + 1 + n_x + n_v)`, and `n_h` exponentials and divisions. Fresh weights take a draw of the
//! counter hash for every two, in rows of whole twos of 16.

mod network;
mod params;

pub use network::{Hetero, NetworkError, Recalled};
pub use params::{Allocation, Params, ParamsBuilder, ParamsError};
