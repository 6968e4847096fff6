//! The count of instructions that the processor keeps itself; in QEMU it goes by the machine's time, 64 a instruction.

use core::arch::asm;

/// It runs from reset.
pub fn start() -> Option<()> {
    Some(())
}

#[inline(always)]
pub fn now() -> u32 {
    riscv::register::minstret::read() as u32
}

/// Ticks from one reading to a later one, below 2^32.
#[inline(always)]
pub fn between(start: u32, end: u32) -> u32 {
    end.wrapping_sub(start)
}

#[inline(never)]
pub fn turn(turns: u32) {
    // SAFETY: it counts a register of its own down to 0.
    unsafe {
        asm!("1: addi {0}, {0}, -1", "bnez {0}, 1b", inout(reg) turns => _, options(nomem, nostack));
    }
}
