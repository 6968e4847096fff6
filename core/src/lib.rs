//! Associative memory in connection weights instead of slots.
//!
//! The modern Hopfield networks (MHN) of "Neural Computation Without Slots". The K-winner network: one-shot, continual
//! learning in weights of fixed size, with integer arithmetic only. The hetero-associative network: keys, values and
//! items in fast weights, recalled by attention, in `f32` or fixed point. Beside them the classical, dense and modern
//! Hopfield networks, attention as a step of the latter, and attractor memories over sparse codes of real vectors. Two that
//! keep the last patterns: a memory of recency levels, which fades by age, and rings of slots, plain, coded, as sketches or as
//! parities of a polar code. Encoders make patterns of sensor values, and values of patterns; recognisers give samples labels or
//! call them unknown; words of a text become units, by which sentences are found.
//!
//! For devices and for whoever builds on the numbers. No standard library, no allocator, no `unsafe`, no panics; the
//! same bits on a Cortex-M0 and on a 64-bit host, as the [`contract`] says. It imports nothing of slotless.
//!
//! ```
//! use slotless_core::kwinner::{KWinner, Params};
//! use slotless_core::{bits, rng, weight::U8};
//!
//! // 256 visible units, 200 hidden units that each see 48 of them, 24 winners, 26 ones per pattern, rate 1/2.
//! const PARAMS: Params<U8> =
//!     match Params::<U8>::builder(256, 200).fan_in(48).winners(24).active(26).rate(32_768).build() {
//!         Ok(params) => params,
//!         Err(_) => panic!("parameters out of range"),
//!     };
//! let mut memory = KWinner::new(PARAMS, [0; PARAMS.words()])?;
//! let mut scratch = [0; PARAMS.scratch_words()];
//!
//! let (mut pattern, mut cue) = ([0; 8], [0; 8]);
//! for number in 0..10 {
//!     bits::sample(256, 26, &mut rng::stream(1, rng::Purpose(256), 0, number), &mut pattern)?;
//!     memory.learn(&pattern, &mut scratch)?;
//! }
//! bits::cue(&pattern, 13, &mut rng::stream(1, rng::Purpose(257), 0, 9), &mut cue)?;
//! let recalled = memory.recall(&cue, &mut scratch)?;
//! assert!(bits::overlap(recalled.pattern, &pattern) >= 23);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Layers
//! Each uses only those before it. Beside them is [`contract`], which is no code: what all of this computes, in words.
//!
//! * [`rng`]: draws of a place, sequential streams. [`bits`]: packed bit vectors. [`weight`]: fixed-point weights and
//!   the learning step. [`select`]: k-winner-take-all. [`encode`]: sensor values to packed patterns, and back.
//! * [`fan_in`]: who is wired to whom, by masks; [`structured`]: the same, computed.
//! * [`memory`]: what the auto-associative memories have in common. [`real`]: `f32` and fixed-point numbers, the same
//!   bits everywhere.
//! * [`kwinner`](mod@kwinner): the K-winner network. [`hetero`]: the network with fast weights. [`recency`]: the last patterns in levels
//!   that cells share. [`ring`]: slots, plain, coded and as sketches. [`recogniser`]: labels for samples, or that they
//!   are unknown.
//! * [`hopfield`]: classical, dense and modern networks. [`attention`]: a step of the modern one, with values.
//! * [`attractor`]: pairs of sparse codes in Hebbian weights.
//! * [`snapshot`]: K-winner networks, memories of recency levels, slots, rings and recognisers as bytes that are used where they lie.
//!   [`selftest`]: fixed runs, known digests.
//! * [`words`]: text to sparse units, and items found by the words that they share with a question.
//!
//! # Features
//! None is on by default. `serde`: `Serialize` and `Deserialize` for [`kwinner::Params`], checked when read. `defmt`:
//! `defmt::Format` for parameters, errors and what a recall found. `micromath`: that crate's approximate exponential
//! and logarithm for modern Hopfield networks, outside the contract.

#![no_std]
#![forbid(unsafe_code)]

pub mod attention;
pub mod attractor;
pub mod bits;
pub mod contract;
pub mod encode;
pub mod fan_in;
pub mod hetero;
pub mod hopfield;
pub mod kwinner;
pub mod memory;
pub mod real;
pub mod recency;
pub mod recogniser;
pub mod ring;
pub mod rng;
pub mod select;
pub mod selftest;
pub mod snapshot;
pub mod structured;
pub mod weight;
pub mod words;

/// The crate of the fixed-point numbers that weights are read as ([`weight::Width::Fixed`]), in the version used here.
pub use fixed;
/// The crate of the trait that generators implement ([`rng::below`] takes one), in the version used here.
pub use rand_core;

/// Version of the results contract: two builds with the same number give the same bits for the same (spec, seed).
pub const RESULTS_VERSION: u32 = 1;
