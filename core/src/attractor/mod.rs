//! Attractor memories over sparse codes.
//!
//! A vector of real numbers, such as the embedding of a sentence, becomes a [code] of `k` active units of `n` by a
//! random projection ([`Gaussian`], [`Rows`], [`Sparse`]) of which the k largest win. Pairs of codes, cue and target, are
//! stored in one shot: in an [`Index`], or in a [`Matrix`] of clipped counts, which has a fixed size and no slots. A
//! [`Recall`] says how: flat, with the cue settling first, by a softmax over the stored cues, or recurrently.
//!
//! ```
//! use slotless_core::attractor::{Gaussian, Index, Params, Recall};
//! use slotless_core::fixed::types::I16F16;
//!
//! let params = Params::builder(1024, 16).seed(1).build()?;
//! let projection = Gaussian::new(3, params)?;
//! let mut memory = Index::new(params, 8, vec![0; Index::<()>::words(params, 8)])?;
//! let mut scratch = vec![0; memory.scratch_words()];
//! let mut encode = |vector: [f32; 3]| {
//!     let mut code = [0; 16];
//!     projection.encode(&vector, &mut [0; 64], &mut code).map(|()| code)
//! };
//! let (sun, rain) = (encode([1.0, 0.0, 0.2])?, encode([0.0, 1.0, -0.3])?);
//! memory.store(&sun, &rain)?;
//! let found = memory.recall(&encode([0.9, 0.1, 0.2])?, &Recall::hopfield(I16F16::ONE, 3)?, &mut scratch)?;
//! assert_eq!((found.code, found.settled), (&rain[..], &sun[..]));
//! # Ok::<(), slotless_core::attractor::AttractorError>(())
//! ```

mod best;
pub mod code;
mod dynamics;
mod index;
mod matrix;
mod memory;
mod params;
mod project;
mod recall;
mod winners;

pub use index::Index;
pub use matrix::{Matrix, Settled};
pub use memory::CodeMemory;
pub use params::{AttractorError, MAX_UNITS, Params, ParamsBuilder};
pub use project::{Gaussian, Rows, Sign, Sparse, Tap, quantize};
pub use recall::{Architecture, Match, Recall, Recalled};
pub use winners::{integer_winners, winners, winners_among};
