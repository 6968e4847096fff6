//! A memory's state in a device's flash: small increments, levelled wear, whole after every power cut.
//!
//! A memory of [`slotless_core`] is one buffer of words. [`Store::save`] writes it to a range of NOR flash, and of it only what has
//! changed since the last save; [`Store::load`] brings it back. When power fails, at whatever byte of a write or an erase, what is
//! loaded is the state of the last save, or of the one in progress if all of it had been written: never a mix, and never anything that
//! was not saved. No standard library, no allocator, no `unsafe`, no panics, and no second copy of the state.
//!
//! For devices, over [`embedded_storage`]'s `NorFlash`, which most crates for microcontrollers and flash chips implement; over the
//! awaited `NorFlash` of [`embedded_storage_async`] it is [`asynchronous::Store`]. It imports `slotless-core`.
//!
//! ```
//! use slotless_core::kwinner::{KWinner, Params};
//! use slotless_core::weight::U8;
//! use slotless_store::Store;
//! # mod flash { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/flash.rs")); }
//! # let mut flash = flash::Flash::<1, 4, 4096>::new(8);
//! # let pattern = [0x00ff_00ff, 0xff, 0, 0, 0, 0, 0, 0xff];
//!
//! const PARAMS: Params<U8> = match Params::<U8>::builder(256, 64).fan_in(32).winners(8).active(32).build() {
//!     Ok(params) => params,
//!     Err(_) => panic!("parameters out of range"),
//! };
//! // The last 32 KiB of the flash. Another memory's state in there would be refused.
//! let mut store = Store::mount(&mut flash, 0..32_768, &PARAMS)?;
//! let mut words = [0; PARAMS.words()];
//! let mut memory = match store.load(&mut words)? {
//!     Some(restored) => {
//!         println!("save {}, {} lost", restored.sequence(), restored.lost());
//!         KWinner::open(PARAMS, words)?
//!     }
//!     None => KWinner::new(PARAMS, words)?, // the first start
//! };
//! let mut scratch = [0; PARAMS.scratch_words()];
//! memory.learn(&pattern, &mut scratch)?;
//! let saved = store.save(memory.words())?;
//! assert_eq!(saved.sequence(), 1);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # How it works
//! The range is a ring of pages that is written from front to back: a record of the *whole* state, then one *increment* a save, each
//! what has changed since the record before. A save compares the state with what is in flash as it writes, whole state and up to 64
//! increments side by side, so that it needs no copy and nobody has to say what changed. After 64 increments, or where one
//! would be as long, the whole state is written again; where the range has no room left but for one, that begins the ring's next page, and
//! what was before is dead once it is complete. A page is erased just before its first byte is written, never earlier, and so the numbers
//! of erases of two pages differ by 1 at most, but for power cuts.
//!
//! Each record has its number and a CRC-32 of all of it, and counts only if that is right. [`Store::mount`] takes the newest whole
//! state that is, and the increments after it as far as they are. Behind a record that is cut, nothing is written before the page is
//! erased. What is written is read back; where it is not what it should be, it is written again elsewhere.
//!
//! # How it was tested
//! Power was cut in each write and erase of 300 saves on flashes with writes of 1, 4, 8, 16 and 256 bytes, at five points of each: more
//! than 25,000 cuts, and a second one in the save after many of them. A write that is cut clears some bits, or none and yet may not be
//! written again; an erase that is cut leaves a page of any bits. Each bit of a log was flipped.
//!
//! # What flash it takes
//! Pages of a power of two from 32 bytes on; writes of one up to 256 bytes; reads of one up to 16. No word is written twice. At least
//! twice the pages of a whole state, which is 80 bytes more than the state; the more there are, the longer it lasts.
//! Two pages of 128 KiB serve as well as sixteen of 4 KiB.
//!
//! Where a read of a word whose write was cut raises a fault, as the error correction of some microcontrollers does, the driver has to
//! turn that into bytes or an error; mounting gives up on the latter.
//!
//! # Cost
//! In RAM about 120 bytes for the store, and up to 1.9 KiB of stack in a save; about 11 KiB of code on a Cortex-M0, a table of 1 KiB for the CRC included. `docs/embedded.md` has bytes, erases and lifetimes for memories of 8 KB, which
//! `cargo run --release -p slotless-store --example cost` counts: a K-winner network of 256 structured units and rate .3 writes 769
//! bytes a pattern where all of its state is 8,280, and 64 KiB of flash last for 0.8 million patterns.
//!
//! Why not a map of blocks of the state, as in the crate `sequential-storage`: one of its items is written whole or not at all, but a
//! pattern changes many, and a power cut between two leaves a state that never was. Structured networks change a few bytes in nearly every block: that is 6,602 bytes
//! a pattern in blocks of 32 bytes. For rings, whose patterns change one place, it would write 112 to 193 bytes where
//! this writes 178 to 184; it has to be told what changed.
//!
//! # The format
//! A record starts at a multiple of the largest of 4, the flash's write and its read, and is filled up to one with 0xff. Numbers are
//! little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 0, 1 | `SL` |
//! | 2 | version of the format, 1 |
//! | 3 | 1 for a whole state, 2 for an increment |
//! | 4 to 7 | number of the save, from 1; that of the record before and one |
//! | 8 to 11 | `n`, bytes after the header |
//! | 12 to 15 | CRC-32/ISO-HDLC of the `n` bytes, then of the header's first 12 |
//! | 16 and on | the `n` bytes |
//!
//! Of a whole state they are 16 words of its [`Identity`] (kind, words of the state, version of the results contract, 12 parameters, 0)
//! and the state. The first of a log lies at the start of a page; records go on across pages, and from the end of the range at its start.
//!
//! Of an increment they are runs of bytes: how many bytes of the state there are between the end of the run before and this one, as groups of
//! 7 bits, the low ones first, all but the last with the highest bit; the run's length less 1, a byte; and the bytes. No run
//! crosses a multiple of 128. After the last run comes how many bytes there are until the end of the state.
//!
//! # Features
//! `defmt`: `defmt::Format` for what is public but the stores.

#![no_std]
#![forbid(unsafe_code)]

/// The same for flash that is awaited: [`Store`](asynchronous::Store) over
/// [`embedded_storage_async::nor_flash::NorFlash`]. It writes the same bytes; a future that is dropped is a power cut.
pub mod asynchronous;
mod blocking {
    // Made by build.rs of asynchronous.rs.
    include!(concat!(env!("OUT_DIR"), "/blocking.rs"));
}
mod delta;
mod error;
mod identity;
mod output;
mod record;
mod report;

pub use blocking::Store;
pub use error::Error;
pub use identity::{Identity, PARAMETERS};
pub use report::{Restored, Saved, Written};
