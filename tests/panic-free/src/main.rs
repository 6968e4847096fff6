//! Calls every public function of slotless-core and slotless-store, and links only if none of them can panic.
//!
//! The panic handler calls a function that does not exist. As long as a panic can be reached from anywhere the linker
//! needs that function, so an image with none is the proof. It is never run: what comes in is hidden from the compiler,
//! what goes out is kept from it. `scripts/check.sh panic-free` links it for Cortex-M0 and Cortex-M4, and sees to it that
//! the feature `can-panic` does not link, and that no public function is forgotten.

#![no_std]
#![no_main]

mod attractor;
mod encode;
mod hetero;
mod hopfield;
mod kwinner;
mod modern;
mod parts;
mod recency;
mod recogniser;
mod ring;
mod snapshot;
mod store;
mod words;

use core::fmt::{self, Write};
use core::hint::black_box;
use core::panic::PanicInfo;

unsafe extern "C" {
    /// Defined nowhere.
    safe fn a_panic_can_be_reached() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    a_panic_can_be_reached()
}

/// Where the image starts.
// SAFETY: no other function of this name is linked; there is no runtime.
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    let mut words = [0; 64];
    let words = black_box(&mut words[..]);
    let mut more = [0; 64];
    let more = black_box(&mut more[..]);
    parts::all(words, more);
    encode::all(words, more);
    hetero::all(words, more);
    hopfield::all(words, more);
    modern::all(words, more);
    attractor::all(words, more);
    recency::all(words, more);
    recogniser::all(words, more);
    ring::all(words, more);
    kwinner::all(words, more);
    snapshot::all(words, more);
    store::all(words);
    words::all(words, more);
    #[cfg(feature = "can-panic")]
    black_box(words[black_box(3)]);
    loop {
        core::hint::spin_loop();
    }
}

/// A number that the compiler knows nothing of.
fn any() -> u32 {
    black_box(0)
}

fn any_64() -> u64 {
    black_box(0)
}

/// Has a value computed, whatever becomes of it.
fn keep<T>(value: T) {
    black_box(value);
}

/// Has the text of a value written.
fn show(value: &dyn fmt::Display) {
    let _ = write!(Nowhere, "{value}");
}

struct Nowhere;

impl Write for Nowhere {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        black_box(text);
        Ok(())
    }
}
