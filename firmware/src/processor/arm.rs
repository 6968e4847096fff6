//! Cortex-M.

use cortex_m::register::msp;
#[cfg(not(feature = "semihosting"))]
pub(crate) use cortex_m::{asm::wfi as sleep, interrupt::disable as interrupts_off};
pub use cortex_m_rt::entry;
use cortex_m_rt::{ExceptionFrame, exception, heap_start};

// SAFETY: the handler only reads the frame and never returns. A fault in the logger itself ends in the panic of `end`.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    crate::end::fault(frame.pc())
}

/// The stack pointer, and where the statics end, which the stack grows down to: addresses.
#[inline(always)]
#[must_use]
pub fn stack() -> (usize, usize) {
    (msp::read() as usize, heap_start() as usize)
}
