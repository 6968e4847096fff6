//! The classical Hopfield network (Hopfield 1982), in integers.
//!
//! N bipolar units, weights `W = sum_k s_k s_k^T` without a diagonal, optional thresholds `b`. The usual factor `1 / K` is
//! left out: it changes no sign of a field. What is a threshold `t` with it is `K t` here.
//!
//! * The field of unit i is `f_i = sum_j W_ij s_j - b_i`. An update sets `s_i` to the sign of `f_i`, and leaves it where
//!   that is 0.
//! * The energy is `E = -1/2 s^T W s + b^T s`, exact. A flip changes it by `-2 |f_i|`, so that it never rises. (With `- b^T
//!   s`, as some texts have it, this very update could raise it: `b` is a threshold here, not a bias that helps.)
//!
//! About 0.138 N random patterns can be stored for large N (Amit, Gutfreund and Sompolinsky 1985); beyond that retrieval
//! breaks down, for all patterns at once. The inverse of a stored pattern is stored too.
//!
//! ```
//! use slotless_core::hopfield::classical::{Classical, Params};
//! use slotless_core::hopfield::{Ended, Recall};
//!
//! // 64 units, up to 127 memories: weights of 8 bits.
//! const PARAMS: Params = match Params::builder(64, 127).build() {
//!     Ok(params) => params,
//!     Err(_) => panic!("parameters out of range"),
//! };
//! let mut network = Classical::new(PARAMS, [0; PARAMS.words()])?;
//! let mut scratch = [0; PARAMS.scratch_words()];
//!
//! let memories = [0xff00_ff00, 0x0f0f_0f0f, 0xcccc_3333, 0xaaaa_5555];
//! network.store(&memories[..2])?;
//! network.store(&memories[2..])?;
//!
//! // The first memory with a quarter of its units inverted.
//! let cue = [0xff00_ff00 ^ 0xffff, 0x0f0f_0f0f];
//! let recalled = network.recall(&cue, &Recall::sweeps().memories(&memories), &mut scratch)?;
//! assert_eq!(recalled.state, &memories[..2]);
//! assert_eq!(recalled.run.ended, Ended::Stored { memory: 0 });
//! # Ok::<(), slotless_core::hopfield::classical::NetworkError>(())
//! ```
//!
//! # Memory
//! The weights are symmetric and kept once: one buffer of [`Params::words`], `1 + N (N - 1) / 2` weights in rows of whole
//! words, and N thresholds where there are any. 8 bits per weight up to 127 memories, 16 up to 32,767, else 32
//! ([`Width::for_memories`]); a narrower width may be asked for, and then a memory that would take a weight out of its
//! range is refused. Scratch is [`Params::scratch_words`], `2 N + ceil(N / 32)`: 160 units and their scratch take 14,264 bytes.
//!
//! # Cost
//! In weights touched: to store `N^2 / 2`, to [start](Classical::start) from a state `N^2 / 2`. An update costs nothing
//! but a comparison, and N if it flips.
//!
//! # Instructions on a microcontroller
//! Counted under QEMU, no cycles: 128 units, weights of 8 bits, 12 random memories. Means; of cues with 16 units inverted.
//!
//! | | Cortex-M4 | Cortex-M0 | weights touched |
//! |---|---|---|---|
//! | [`Classical::store`] | 47,440 | 70,197 | 8,128 |
//! | [`Classical::start`] | 104,846 | 162,156 | 8,128, twice |
//! | an update that keeps its unit | 39 | 42 | 0 |
//! | one that flips it | 1,999 | 3,042 | 127 |
//! | [`Classical::recall`] by sweeps: 274 updates, 16 of which flip | 167,246 | 274,097 | |
//! | [`Classical::energy`] | 57,821 | 87,612 | 8,128 |
//!
//! No call took more than 416 bytes of stack.

mod descent;
mod network;
mod params;
mod row;

pub use descent::Descent;
pub use network::{Classical, NetworkError, Recalled};
pub use params::{Params, ParamsBuilder, ParamsError, Width};
