//! The ends of a run: with an exit code, by a panic, by a fault.

use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};

use defmt::{Display2Format, error};

/// Exit code of an image that panicked.
pub const PANICKED: i32 = 101;

/// Exit code of an image that took a hard fault (RISC-V: an exception). A stack that runs out of RAM locks a Cortex-M up
/// instead: QEMU aborts.
pub const FAULTED: i32 = 102;

/// Ends the run: 0 for success, 1 to 255 for a failure. The log is handed over to its last byte; then QEMU or the
/// debugger ends it, or the log says the code and the core rests.
pub fn exit(code: i32) -> ! {
    // tools/src/log.rs waits for these words.
    #[cfg(not(feature = "semihosting"))]
    defmt::println!("image ended with exit code {=i32}", code);
    defmt::flush();
    stop(code)
}

/// Starts over, as after a loss of power: of the RAM only what no start-up code writes stays, sections `.uninit`. The log is
/// handed over before.
pub fn reset() -> ! {
    defmt::flush();
    crate::processor::reset()
}

#[cfg(feature = "semihosting")]
fn stop(code: i32) -> ! {
    semihosting::process::exit(code)
}

#[cfg(not(feature = "semihosting"))]
fn stop(_code: i32) -> ! {
    crate::processor::rest()
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    static PANICKING: AtomicBool = AtomicBool::new(false);
    if PANICKING.load(Ordering::Relaxed) {
        // It came from the log itself, which can say nothing more.
        stop(PANICKED)
    }
    PANICKING.store(true, Ordering::Relaxed);
    error!("{}", Display2Format(info));
    exit(PANICKED)
}

/// How a fault ends the run: the processor's own handlers call it.
pub(crate) fn fault(at: u32) -> ! {
    error!("hard fault at {=u32:#010x}", at);
    exit(FAULTED)
}
