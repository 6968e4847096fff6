//! RISC-V of 32 bits, in machine mode.

#[cfg(not(feature = "semihosting"))]
pub(crate) use riscv::{asm::wfi as sleep, interrupt::disable as interrupts_off};
pub use riscv_rt::entry;
use riscv_rt::{TrapFrame, heap_start};

/// Of all exceptions: none is expected. It takes the place of riscv-rt's own, which would loop for ever.
#[unsafe(export_name = "ExceptionHandler")]
extern "C" fn exception(_registers: &TrapFrame) -> ! {
    crate::end::fault(riscv::register::mepc::read() as u32)
}

/// The stack pointer, and where the statics end, which the stack grows down to: addresses.
#[inline(always)]
#[must_use]
pub fn stack() -> (usize, usize) {
    let top;
    // SAFETY: it reads a register.
    unsafe { core::arch::asm!("mv {0}, sp", out(reg) top, options(nomem, nostack)) };
    (top, heap_start() as usize)
}
