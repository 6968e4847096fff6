//! What every image shares: how it prints, how it ends, and how it ends badly.
//!
//! Prints and exit codes go over semihosting, so an image needs QEMU or a debugger: without one the first print faults.

#![no_std]

use core::panic::PanicInfo;

pub use cortex_m_rt::entry;
// Linked for its critical section, which nothing here names.
use cortex_m as _;
use cortex_m_rt::{ExceptionFrame, exception};
pub use semihosting::{print, println};

/// Exit code of an image that panicked.
pub const PANICKED: i32 = 101;

/// Exit code of an image that took a hard fault. A stack that runs out of RAM locks the core up instead: QEMU aborts.
pub const FAULTED: i32 = 102;

/// Ends the run: 0 for success.
pub fn exit(code: i32) -> ! {
    semihosting::process::exit(code)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    println!("{info}");
    exit(PANICKED)
}

// SAFETY: the handler only reads the frame and never returns; it holds no lock that the faulting code might hold.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    println!("hard fault at {:#010x}", frame.pc());
    exit(FAULTED)
}
