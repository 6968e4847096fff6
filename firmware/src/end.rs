//! The ends of a run: with an exit code, by a panic, by a fault.

use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};

use cortex_m_rt::{ExceptionFrame, exception};
use defmt::{Display2Format, error};

/// Exit code of an image that panicked.
pub const PANICKED: i32 = 101;

/// Exit code of an image that took a hard fault. A stack that runs out of RAM locks the core up instead: QEMU aborts.
pub const FAULTED: i32 = 102;

/// Ends the run: 0 for success, 1 to 255 for a failure.
pub fn exit(code: i32) -> ! {
    defmt::flush();
    semihosting::process::exit(code)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    static PANICKING: AtomicBool = AtomicBool::new(false);
    // A panic while the log has the floor cannot be logged: the logger would panic in its turn.
    if !PANICKING.load(Ordering::Relaxed) {
        PANICKING.store(true, Ordering::Relaxed);
        error!("{}", Display2Format(info));
    }
    exit(PANICKED)
}

// SAFETY: the handler only reads the frame and never returns. A fault in the logger itself ends in the panic above.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    error!("hard fault at {=u32:#010x}", frame.pc());
    exit(FAULTED)
}
