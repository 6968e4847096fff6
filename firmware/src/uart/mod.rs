//! The log on a serial port: 115,200 baud, 8 data bits, no parity, 1 stop bit. Sends byte by byte and waits for each,
//! so that nothing is lost and nothing is buffered.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, Ordering};

use critical_section::RestoreState;

/// A device register of 32 bits.
#[derive(Clone, Copy)]
struct Register(usize);

/// Constants for registers. Those of a port are the log's alone, and none but the log makes any.
macro_rules! registers {
    ($($name:ident $address:literal)*) => {
        $(const $name: Register = Register($address);)*
    };
}

impl Register {
    fn get(self) -> u32 {
        // SAFETY: only `registers` makes one, from the address of a register whose reads and writes leave memory alone.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    fn set(self, value: u32) {
        // SAFETY: as in `get`.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }

    fn wait(self, until: impl Fn(u32) -> bool) {
        while !until(self.get()) {}
    }
}

#[cfg_attr(feature = "stm32f405", path = "stm32.rs")]
#[cfg_attr(feature = "pico", path = "rp2040.rs")]
#[cfg_attr(
    any(feature = "microbit", feature = "microbit-v2", feature = "nrf52840dk"),
    path = "nrf.rs"
)]
#[cfg_attr(
    any(feature = "mps2-an385", feature = "mps2-an386", feature = "mps2-an500"),
    path = "cmsdk.rs"
)]
mod port;

#[defmt::global_logger]
struct Logger;

struct State {
    /// Set from acquire to release, all with interrupts off: who sets it has the rest to himself.
    taken: AtomicBool,
    inner: UnsafeCell<Inner>,
}

struct Inner {
    restore: RestoreState,
    encoder: defmt::Encoder,
    /// The port is set up by the first frame.
    open: bool,
}

// SAFETY: `inner` is touched only by who has set `taken`, with interrupts off, on the one core in use.
unsafe impl Sync for State {}

static STATE: State = State {
    taken: AtomicBool::new(false),
    inner: UnsafeCell::new(Inner {
        restore: RestoreState::invalid(),
        encoder: defmt::Encoder::new(),
        open: false,
    }),
};

// SAFETY: acquire shuts out everyone else until release: interrupts are off, and a second acquire in between panics.
// defmt calls the others only in between.
unsafe impl defmt::Logger for Logger {
    fn acquire() {
        // SAFETY: given back in release.
        let restore = unsafe { critical_section::acquire() };
        assert!(!STATE.taken.load(Ordering::Relaxed), "the log in a log");
        STATE.taken.store(true, Ordering::Relaxed);
        // SAFETY: `taken` was free and is now ours.
        let inner = unsafe { &mut *STATE.inner.get() };
        inner.restore = restore;
        if !inner.open {
            port::open();
            inner.open = true;
        }
        inner.encoder.start_frame(send);
    }

    unsafe fn flush() {
        port::drain();
    }

    unsafe fn release() {
        // SAFETY: the caller has acquired.
        let inner = unsafe { &mut *STATE.inner.get() };
        inner.encoder.end_frame(send);
        let restore = inner.restore;
        STATE.taken.store(false, Ordering::Relaxed);
        // SAFETY: the state that acquire got.
        unsafe { critical_section::release(restore) };
    }

    unsafe fn write(bytes: &[u8]) {
        // SAFETY: the caller has acquired.
        let inner = unsafe { &mut *STATE.inner.get() };
        inner.encoder.write(bytes, send);
    }
}

fn send(bytes: &[u8]) {
    bytes.iter().copied().for_each(port::send);
}
