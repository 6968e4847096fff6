//! slotless-core for C: what `slotless.h` declares.
//!
//! Nothing is allocated and nothing panics; memory is the caller's. Each family of memories is a file that others do not know; what
//! they share is below them: [`recognised`] has what recognisers say, [`status`] the codes, [`lent`] what C lends, [`handle`] a memory in a caller's buffers.
//!
//! Unsafe code is here alone: what C hands over are addresses, and that there is memory behind them only the caller can know. Addresses
//! are checked as far as they can be: none is null, misaligned or part of another that is written to.
//! `c/examples/native.c` runs each of these blocks, under valgrind too.

#![no_std]

pub mod bits;
pub mod calibration;
pub mod encode;
pub mod grow;
pub mod handle;
pub mod kwinner;
mod lent;
pub mod means;
pub mod recency;
pub mod recognised;
pub mod samples;
pub mod sketches;
pub mod slots;
pub mod snapshot;
pub mod status;

/// Version of the results: libraries of the same one give the same bits for the same calls, and read each other's snapshots.
pub const SLOTLESS_RESULTS_VERSION: u32 = 1;

const _: () = assert!(SLOTLESS_RESULTS_VERSION == slotless_core::RESULTS_VERSION);

/// No panic can be reached: that no image has this function is what `scripts/c-library.sh` checks of each library.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
