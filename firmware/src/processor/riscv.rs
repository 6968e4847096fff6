//! RISC-V of 32 bits, in machine mode.

pub use riscv_rt::entry;
use riscv_rt::{TrapFrame, heap_start};

/// Of all exceptions: none is expected. It takes the place of riscv-rt's own, which would loop for ever.
#[unsafe(export_name = "ExceptionHandler")]
extern "C" fn exception(_registers: &TrapFrame) -> ! {
    crate::end::fault(riscv::register::mepc::read() as u32)
}

/// Nothing runs any more.
#[cfg(not(feature = "semihosting"))]
pub(crate) fn rest() -> ! {
    riscv::interrupt::disable();
    loop {
        // Awake where a probe still reads the log: memory of some sleeping chips is out of its reach.
        #[cfg(feature = "log-rtt")]
        riscv::asm::nop();
        #[cfg(not(feature = "log-rtt"))]
        riscv::asm::wfi();
    }
}

/// A RISC-V has no reset of its own: that of QEMU's machine `virt`.
pub(crate) fn reset() -> ! {
    // SAFETY: the address of the register that ends or restarts this machine.
    unsafe { (0x10_0000 as *mut u32).write_volatile(0x7777) };
    loop {
        riscv::asm::nop();
    }
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
