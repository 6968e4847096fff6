//! Recency levels: a memory that fades by age, each cell of it shared by up to L patterns.
//!
//! Each pattern is an *event*. It takes one of R rows of `n` cells, in turn, and sets the cells of its ones to the newest
//! of L *levels*; all other cells of the row grow older by a level, and beyond the last they are empty. So the last
//! `R L` events are in the memory, the *window*: the newest R whole, each older one less the cells that newer events of its
//! row took. What is left says who took the rest: of an event at level l, a cell at a newer level is unknown, one at an
//! older level or an empty one is none of its ones. No address is stored, and none is needed: a cue is compared with all.
//!
//! * Learning ([`Recency::learn`]) rewrites one row, whatever the number of events before.
//! * The *score* of an event from a cue ([`Recency::find`]) is `hit H - miss O`: H ones of the cue at its level, O at older
//!   levels or empty. It is the log-likelihood of the cue in 1/16 nat, `hit` being that of `ln(n / s)`, and a measure of
//!   familiarity; [`Recency::runner_up`] has that of the next.
//! * Recall ([`Recency::recall`]) gives of the event with the largest score what is known of each unit
//!   ([`Recalled::unit`]), and a pattern of up to s ones: first those that are sure, then unknown ones, those first whose level
//!   has most of the cue.
//!
//! [`plain`] is the same idea as the theory has it, weights of whole levels in rows that are chosen, and an ensemble of it.
//!
//! A pattern without a one is no event ([`RecencyError::Empty`]). Beyond the window a pattern is gone at once. Each event is
//! turned by a rotation of its own, which is computed: near-duplicates in one row then take different cells, as random
//! patterns would.
//!
//! ```
//! use slotless_core::recency::{Params, Recency, Unit};
//!
//! // 64 units, 4 rows, patterns of 6 ones; enough levels for the last 12 events.
//! const PARAMS: Params = match Params::builder(64, 4).active(6).window(12).build() {
//!     Ok(params) => params,
//!     Err(_) => panic!("parameters out of range"),
//! };
//! let mut memory = Recency::new(PARAMS, [0; PARAMS.words()])?;
//! let mut scratch = [0; PARAMS.scratch_words()];
//! for event in 0..20 {
//!     memory.learn(&[0b111 << event, 0b111 << event], &mut scratch)?;
//! }
//! let recalled = memory.recall(&[0b011 << 17, 0b001 << 17], &mut scratch)?;
//! assert_eq!(recalled.pattern, [0b111 << 17, 0b111 << 17]);
//! assert_eq!(recalled.unit(17), Unit::Member);
//! assert_eq!(recalled.matched.map(|matched| matched.age()), Some(3));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Memory
//! All of it is the caller's. A row is a bit for each cell, set or empty, and the levels of the set cells alone, packed in
//! groups of whole bits ([`Params::group`]): 3 in 7 bits for L = 5, 5 in 8 for L = 3, 2 in 7 for L = 11. At most C cells
//! of a row are set ([`ParamsBuilder::cap`]); few are cleared for it where C is above the mean `n (1 - (1 - s/n)^L)` by its
//! root or so. In words of 4 bytes, with g cells in b bits:
//!
//! | what | words |
//! |---|---|
//! | state, [`Params::words`] | `2 + R ceil((n + b ceil(C / g)) / 32)` |
//! | scratch, [`Params::scratch_words`] | of `w = ceil(n / 32)`, `max(w + ceil((n + b ceil(C / g)) / 32), 4 w + 2 L)` |
//!
//! How many rows fit into so many bytes is [`ParamsBuilder::build_in`]; rows and levels for a window that is wanted,
//! [`ParamsBuilder::build_for`].
//!
//! # Cost
//! Learning unpacks and packs the levels of a row, up to C each. A search looks at the maps of up to `R L` events, twice, of
//! each until a few ones of the cue are found empty; levels are looked up for those alone that could still be the best. Recall
//! then unpacks a row two to `L + 1` times.

mod error;
mod memory;
mod packed;
mod params;
pub mod plain;
mod recall;
mod row;

pub use error::RecencyError;
pub use packed::Recency;
pub(crate) use params::COUNTER_WORDS;
pub use params::{MAX_LEVELS, MAX_MISS, MAX_VISIBLE, Params, ParamsBuilder, ParamsError};
pub use recall::{Match, Recalled, Unit};
