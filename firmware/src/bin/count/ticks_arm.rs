//! SysTick: 24 bits that count down.

use cortex_m::peripheral::syst::SystClkSource;
use cortex_m::peripheral::{Peripherals, SYST};

/// Once, and once only.
pub fn start() -> Option<()> {
    let mut syst = Peripherals::take()?.SYST;
    syst.set_clock_source(SystClkSource::Core);
    syst.set_reload(0xff_ffff);
    syst.clear_current();
    syst.enable_counter();
    Some(())
}

#[inline(always)]
pub fn now() -> u32 {
    SYST::get_current()
}

/// Ticks from one reading to a later one, below 2^24.
#[inline(always)]
pub fn between(start: u32, end: u32) -> u32 {
    start.wrapping_sub(end) & 0xff_ffff
}

#[inline(never)]
pub fn turn(turns: u32) {
    // SAFETY: it counts a register of its own down to 0.
    unsafe {
        core::arch::asm!("1: subs {0}, {0}, #1", "bne 1b", inout(reg) turns => _, options(nomem, nostack));
    }
}
