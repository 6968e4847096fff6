//! The ends of a run: with an exit code, by a panic, by a fault.

use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};

use cortex_m_rt::{ExceptionFrame, exception};
use defmt::{Display2Format, error};

/// Exit code of an image that panicked.
pub const PANICKED: i32 = 101;

/// Exit code of an image that took a hard fault. A stack that runs out of RAM locks the core up instead: QEMU aborts.
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

#[cfg(feature = "semihosting")]
fn stop(code: i32) -> ! {
    semihosting::process::exit(code)
}

#[cfg(not(feature = "semihosting"))]
fn stop(_code: i32) -> ! {
    cortex_m::interrupt::disable();
    loop {
        // Awake where a probe still reads the log: memory of some sleeping chips is out of its reach.
        #[cfg(feature = "log-rtt")]
        cortex_m::asm::nop();
        #[cfg(not(feature = "log-rtt"))]
        cortex_m::asm::wfi();
    }
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

// SAFETY: the handler only reads the frame and never returns. A fault in the logger itself ends in the panic above.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    error!("hard fault at {=u32:#010x}", frame.pc());
    exit(FAULTED)
}
