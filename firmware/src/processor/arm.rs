//! Cortex-M.

use cortex_m::peripheral::SCB;
use cortex_m::register::msp;
pub use cortex_m_rt::entry;
use cortex_m_rt::{ExceptionFrame, exception, heap_start};

// SAFETY: the handler only reads the frame and never returns. A fault in the logger itself ends in the panic of `end`.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    crate::end::fault(frame.pc())
}

/// Nothing runs any more.
#[cfg(not(feature = "semihosting"))]
pub(crate) fn rest() -> ! {
    cortex_m::interrupt::disable();
    loop {
        // Awake where a probe still reads the log: memory of some sleeping chips is out of its reach.
        #[cfg(feature = "log-rtt")]
        cortex_m::asm::nop();
        #[cfg(not(feature = "log-rtt"))]
        cortex_m::asm::wfi();
    }
}

pub(crate) fn reset() -> ! {
    SCB::sys_reset()
}

/// The stack pointer, and where the statics end, which the stack grows down to: addresses.
#[inline(always)]
#[must_use]
pub fn stack() -> (usize, usize) {
    (msp::read() as usize, heap_start() as usize)
}
