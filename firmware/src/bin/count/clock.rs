//! A count of instructions: SysTick in a QEMU whose time goes by with them.

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;

/// Turns of the loop that the clock is calibrated on, two instructions each.
const TURNS: u32 = 10_000;

/// A clock that knows how many of its ticks make an instruction.
pub struct Clock {
    /// Ticks of an empty span.
    empty: u32,
    /// Ticks of the loop.
    ticks: u32,
}

impl Clock {
    /// Calibrates it; `None` for one that does not go by instructions: QEMU's wall clock, or none at all, as in an nRF51.
    /// A board's that counts cycles looks as even as one of instructions.
    pub fn new(mut syst: SYST) -> Option<Self> {
        syst.set_clock_source(SystClkSource::Core);
        syst.set_reload(0xff_ffff);
        syst.clear_current();
        syst.enable_counter();
        let empty = span(|| ()).0;
        let ticks = span(|| turn(TURNS)).0.checked_sub(empty)?;
        // The wall clock is not even to one in a thousand. The calls around the loop are below that.
        let even = (1..=4).all(|times| {
            let again = span(|| turn(times * TURNS)).0.wrapping_sub(empty);
            again.abs_diff(times * ticks) <= times * ticks / 1000
        });
        (even && ticks > 0).then_some(Self { empty, ticks })
    }

    /// Instructions of a call, give or take three.
    #[inline(always)]
    pub fn count<T>(&self, call: impl FnOnce() -> T) -> (u32, T) {
        let (ticks, result) = span(call);
        let ticks = u64::from(ticks.saturating_sub(self.empty));
        let instructions = (ticks * u64::from(2 * TURNS)).div_ceil(u64::from(self.ticks));
        (instructions as u32, result)
    }
}

/// Ticks of a call, below 2^24. SysTick counts down.
#[inline(always)]
fn span<T>(call: impl FnOnce() -> T) -> (u32, T) {
    let start = SYST::get_current();
    let result = call();
    let ticks = start.wrapping_sub(SYST::get_current()) & 0xff_ffff;
    (ticks, result)
}

#[inline(never)]
fn turn(turns: u32) {
    // SAFETY: it counts a register of its own down to 0.
    unsafe {
        core::arch::asm!("1: subs {0}, {0}, #1", "bne 1b", inout(reg) turns => _, options(nomem, nostack));
    }
}
