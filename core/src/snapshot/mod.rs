//! Snapshots: a model as bytes, in a form that is used where it lies.
//!
//! A snapshot is written on one machine and read on any other. Its bytes are the memory layout: [`Snapshot::open`] checks
//! them in one pass and then borrows, so that a network trained on a host is recalled straight from a device's flash.
//! To learn, its state moves to RAM ([`Snapshot::thaw_kwinner`]), or its weights alone, the masks staying where they are
//! ([`Snapshot::thaw_kwinner_weights`]); to keep what was learned, it is written again, at once
//! ([`kwinner::encode`]) or piece by piece where RAM is short ([`kwinner::parts`]).
//!
//! ```
//! use slotless_core::kwinner::{KWinner, Params, Random};
//! use slotless_core::snapshot::{self, Snapshot};
//! use slotless_core::weight::U8;
//!
//! const PARAMS: Params<U8> = match Params::<U8>::builder(64, 16).active(8).build() {
//!     Ok(params) => params,
//!     Err(_) => panic!("parameters out of range"),
//! };
//! let mut memory = KWinner::new(PARAMS, [0; PARAMS.words()])?;
//! let mut scratch = [0; PARAMS.scratch_words()];
//! memory.learn(&[0x00ff_0000, 0], &mut scratch)?;
//!
//! let mut file = [0; snapshot::kwinner::words_for(&PARAMS)];
//! snapshot::kwinner::encode(&memory, &mut file)?;
//!
//! // Elsewhere: recall in place, then learn in RAM.
//! let snapshot = Snapshot::from_words(&file)?;
//! let flash = snapshot.kwinner::<U8, Random>()?;
//! assert_eq!(flash.recall(&[0x000f_0000, 0], &mut scratch)?.pattern, [0x00ff_0000, 0]);
//! let mut ram = [0; PARAMS.words()];
//! let mut network = snapshot.thaw_kwinner::<U8, Random>(&mut ram)?;
//! network.learn(&[0xff, 0], &mut scratch)?;
//! assert_eq!((flash.learned(), network.learned()), (1, 2));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # One kind alone
//! To open a [`Snapshot`] of whatever kind takes the code that checks each of them. A device that knows what it will find opens a
//! [`SnapshotOf`] that, `SnapshotOf::<Params<U8>>::open(bytes)?` in place of `Snapshot::open(bytes)?`; another kind is refused with
//! both names ([`SnapshotError::OtherKind`]).
//!
//! # In a partition of flash
//! A partition is mostly longer than what is in it: [`Snapshot::open_prefix`] takes its length from the header, and leaves
//! what is behind it alone, be it erased, zero or the rest of an older snapshot.
//!
//! # What is checked
//! [`Snapshot::open`] and [`Snapshot::from_words`] read every word once: header, section table, and a CRC-32 of it all,
//! which finds every change of up to 32 neighbouring bits. [`Snapshot::open_unverified`] and
//! [`Snapshot::from_words_unverified`] read the header alone, for a start in constant time; any content is then safe and
//! nothing panics, but a changed weight is a changed weight, and a mask with the wrong number of ones recalls something
//! else. A CRC is no signature: it does not keep out who wants to deceive.
//!
//! # Cost
//! Besides its state a snapshot takes 132 bytes of a K-winner network, and 100 of any other model. Verifying looks a byte up in a
//! table of 1 KiB, for each byte; all else that opens one is a few comparisons. [`kwinner::parts`] keeps 32 words on the
//! stack. An image for a Cortex-M0 that does no more than verify a [`SnapshotOf`] an 8-bit network and borrow it has 3,804 bytes,
//! start-up code and table included; one that opens any [`Snapshot`] has 16,292.
//!
//! # The format
//! Enough to be written again; the tests hold a reader and a writer made from this text alone. Numbers are unsigned words of
//! 32 bits, low byte first, and so is everything else: a snapshot is a whole number of words. Numbers of 64 bits are two
//! words, the low one first. Operators are Rust's.
//!
//! | words | what |
//! |---|---|
//! | 0, 1 | the magic: the bytes of `slotless` |
//! | 2 | version of the format: 1 or 2, which differ in networks without masks, below |
//! | 3 | version of the results contract: [`RESULTS_VERSION`](crate::RESULTS_VERSION); another one is refused, since the network would recall something else |
//! | 4 | kind of the model: 1 is [`Kind::KWinner`], 2 [`Kind::Recency`], 3 [`Kind::Slots`], 4 [`Kind::Coded`], 5 [`Kind::Sketches`], 6 [`Kind::Grow`], 7 [`Kind::Samples`], 8 [`Kind::Means`] |
//! | 5 | `t`, the number of words of the whole snapshot |
//! | 6 | `p`, words of the parameter block |
//! | 7 | `n`, number of sections |
//! | 8 and on | the parameter block, `p` words |
//! | `8 + p` and on | the section table, `n` entries of 3 words: kind of the section, its offset and its length, in words |
//! | up to `d` | zeros |
//! | `d` and on | the sections in the order of the table, without gaps |
//! | `t - 1` | CRC-32 of all bytes before it |
//!
//! `d` is the first multiple of 8 that is at least `8 + p + 3 * n`: the first section lies at a multiple of 32 bytes. The
//! first section starts at `d`, each other one where that before it ends, and the last one ends at `t - 1`. The words from
//! `d` to `t - 1` are the model's state, in the layout that it has in memory.
//!
//! The CRC is that of zlib, PNG and Ethernet (CRC-32/ISO-HDLC: polynomial 0x04c11db7, reflected, from and xored with
//! 0xffffffff; of the bytes `123456789` it is 0xcbf43926).
//!
//! ## The K-winner network
//! Kind 1. The parameter block is 12 words:
//!
//! | word | what |
//! |---|---|
//! | 0 | bits of a weight: 1, 2, 4, 8 or 16 |
//! | 1, 2 | n_i visible and n_h hidden units |
//! | 3 | fan-in m |
//! | 4 | winners k |
//! | 5 | ones of a recalled pattern, s |
//! | 6 | rate, in 1/65536 |
//! | 7 | rounding: 0 nearest, 1 stochastic |
//! | 8 | assignment: 0 competitive, 1 random-k |
//! | 9 | wiring: 0 random, by masks; 1 [structured](crate::structured), without |
//! | 10, 11 | seed |
//!
//! Sections: the position in the stream (kind 1, 2 words: the number of patterns learned), the masks (kind 2; none with
//! structured wiring, and none in version 2 where `m = n_i`), the weights (kind 3). A network with random wiring and `m = n_i` is
//! written as version 2; in version 1 it has masks, of ones alone. All others are written as version 1.
//! Together they are the state as the [contract](crate#the-results-contract) has it; with these parameters the
//! seed and the position are all that the next step depends on besides it.
//!
//! ## Recency levels
//! Kind 2. The parameter block is 6 words: n visible units, R rows, L levels, s ones of a recalled pattern, C set cells a
//! row, and what a contradiction costs in 1/16 nat. Sections: the position (kind 1, 2 words: the number of events), the rows
//! (kind 4). Together they are the state as the [contract](crate::contract#recency-levels) has it.
//!
//! ## Slots and rings
//! Together the sections are the state as the [contract](crate::contract#slots-and-rings) has it; the first is the position
//! (kind 1, 2 words: the number of patterns learned).
//!
//! * Plain slots, kind 3. The parameter block is 6 words: n visible units, K slots, replacement (0 a ring, 1 at random, 2 a
//!   reservoir, 3 balanced), C classes, and the seed in two words. C is 0 but with 3, the seed with 0. Sections: the position,
//!   the patterns (kind 5, `K ceil(n / 32)` words), and with 3 the classes (kind 6, `ceil(K / 4)` words).
//! * A ring of codes, kind 4. The parameter block is 3 words: n visible units, s ones of a pattern, and words of codes. Sections:
//!   the position, the codes (kind 7, those words and 3 before them).
//! * A ring of sketches, kind 5. The parameter block is 5 words: n visible units, s ones of a pattern, K slots, and the seed in
//!   two words. Sections: the position, the sketches (kind 8, `2 K` words).
//!
//! ## Recognisers
//! Together the sections are the state as the [contract](crate::contract#recognisers) has it. Its content is not looked at: any
//! words are a state, and one that has lost bits is saved and opened as it is.
//!
//! * One that grows, kind 6. The parameter block is 5 words: d features, N items, points that fade, and the seed in two words. Sections:
//!   the counters (kind 9, 3 words), the items (kind 10, `N ceil(d / 8)` words), labels and usefulness (kind 11, `2 ceil(N / 4)` words).
//! * A ring of samples, kind 7. The parameter block is 6 words: d features, N items, bits of a feature (0 for nibbles, else those of
//!   the thermometer code), replacement (0 a ring, 1 a reservoir, 2 balanced), and the seed in two words, 0 but for a reservoir.
//!   Sections: the counters (kind 9, 4 words), the items (kind 10, `N ceil(d / 8)` or `N ceil(d L / 32)` words), the labels (kind 11,
//!   `ceil(N / 4)` words).
//! * Class means, kind 8. The parameter block is 3 words: d features, C labels, the window. Sections: threshold and counts (kind 9,
//!   `1 + ceil(C / 2)` words), the means (kind 10, `C ceil(d / 2)` words).

pub mod coded;
mod error;
mod frame;
pub mod grow;
mod kind;
pub mod kwinner;
pub mod means;
mod opened;
pub mod recency;
pub mod samples;
pub mod sketches;
pub mod slots;
mod written;

pub use error::SnapshotError;
pub use kind::{Kind, Section, SectionKind};
pub use opened::{Any, Model, Snapshot, SnapshotOf};
pub use written::Parts;

/// Version of the snapshot format: the newest. Where 1 says the same it is written as that, so that older programs read it.
pub const FORMAT_VERSION: u32 = 2;

/// A snapshot's file as a `&'static [u8]` in the program itself, aligned as [`Snapshot::open`] needs it, which
/// `include_bytes!` alone does not promise. The path is relative to the file that says it, as there.
///
/// ```ignore
/// use slotless_core::{kwinner::Random, snapshot::Snapshot, weight::U8};
/// static GLYPHS: &[u8] = slotless_core::include_snapshot!("glyphs.slot");
/// let glyphs = Snapshot::open(GLYPHS)?.kwinner::<U8, Random>()?;
/// ```
#[macro_export]
macro_rules! include_snapshot {
    ($path:expr $(,)?) => {{
        #[repr(C, align(4))]
        struct Aligned<B: ?Sized>(B);
        const BYTES: &Aligned<[u8]> = &Aligned(*::core::include_bytes!($path));
        &BYTES.0
    }};
}
