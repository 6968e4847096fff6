//! Associative memory in connection weights instead of slots.
//!
//! The K-winner modern Hopfield network (MHN) of "Neural Computation Without Slots": one-shot, continual learning in
//! weights of fixed size, with integer arithmetic only. No standard library, no allocator, no floating point, no
//! `unsafe`, no panics; the same bits on a Cortex-M0 and on a 64-bit host.
//!
//! ```
//! use slotless_core::kwinner::{KWinner, Params};
//! use slotless_core::{bits, rng, weight::U8};
//!
//! // 256 visible units, 200 hidden units that each see 48 of them, 24 winners, 26 ones a pattern, rate 1/2.
//! const PARAMS: Params<U8> = match Params::<U8>::builder(256, 200).fan_in(48).winners(24).active(26).rate(32_768).build() {
//!     Ok(params) => params,
//!     Err(_) => panic!("parameters out of range"),
//! };
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
//! [`bits`] (packed bit vectors) · [`rng`] (draws of a place, sequential streams) · [`weight`] (fixed-point weights and
//! the learning step) · [`select`] (k-winner-take-all) · [`fan_in`] (wiring) · [`kwinner`] (the network) ·
//! [`selftest`] (a fixed run with a known digest). Each uses only those before it.
//!
//! # The results contract
//! Every result is a function of the parameters and the seed. Other implementations (vector units, GPUs) must equal
//! this scalar code bit for bit. [`RESULTS_VERSION`] changes when any of the following does.
//!
//! * **Words** are `u32`; bit `j` is bit `j % 32` of word `j / 32`. Sizes are integers (m, k, s), the rate is in
//!   1/65536. Sums are `u32`; a constructor refuses sizes that could overflow. The match score is a `u64`.
//! * **Place draws.** `at(key, i)`: `x = i ^ a; x = (x ^ x >> 16) * 0x7feb352d; x = ((x ^ x >> 15) + b) * 0x846ca68b;
//!   x ^ x >> 16`, all modulo 2^32, for a key `(a, b)`. `derive(key, i) = (p, at((p ^ b, a), !i))` with
//!   `p = at(key, i)`. The key of a purpose is `derive((seed low, seed high), code)`; a 64-bit step derives by its low,
//!   then its high word.
//! * **Streams.** `key = purpose key, derived by trial, derived by number`; PCG XSH RR 64/32 with state
//!   `derive(key, 0)` and stream `derive(key, 1)`, first word high. Bounded integers: Lemire's multiply and reject. k of
//!   n: Floyd's, of the complement where k > n / 2 (integer division).
//! * **Wiring** of unit `h`: m of n_i from stream (seed, [`rng::Purpose::WIRING`], 0, h). The r-th set bit is slot r.
//! * **Start weights**: word `i` of row `h` is draw `i` of key (seed, [`rng::Purpose::START`], h), unused bits cleared.
//! * **Learning**: `F = 2^bits - 1` stands for 1. `w += (eps (F - w) + r) >> 16` where the input is active, else
//!   `w -= (eps w + r) >> 16`; `r = 2^15` (nearest), or 16 random bits (stochastic): slot `4 g + i` takes the low 16 bits
//!   of draw `g` of key (seed, [`rng::Purpose::DITHER`], step, h), rotated right by `8 i`. The step is the number of
//!   patterns learned before.
//! * **Winners** are the k largest under (potential, tie hash, index), listed in ascending order. The tie hash of unit
//!   `i` is draw `i` of key (seed, [`rng::Purpose::HIDDEN_TIE`] or [`rng::Purpose::OUTPUT_TIE`], number learned, cue
//!   digest), where the digest folds the cue's words by `state = at(key, state ^ word)` from 0 under the key before it.
//!   Learning and recall choose alike. The random-k control draws its winners in ascending order by selection sampling
//!   from stream (seed, [`rng::Purpose::RANDOM_WINNERS`], step high, step low).
//! * **Recall** reads, and writes nothing but its output.

#![no_std]
#![forbid(unsafe_code)]

pub mod bits;
pub mod fan_in;
pub mod kwinner;
pub mod rng;
pub mod select;
pub mod selftest;
pub mod weight;

/// Version of the results contract: two builds with the same number give the same bits for the same (spec, seed).
pub const RESULTS_VERSION: u32 = 1;
