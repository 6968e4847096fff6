//! A count of instructions: a timer in a QEMU whose time goes by with them.

#[cfg_attr(target_arch = "arm", path = "ticks_arm.rs")]
#[cfg_attr(target_arch = "riscv32", path = "ticks_riscv.rs")]
mod ticks;

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
    /// Starts and calibrates it; `None` for one that does not go by instructions: QEMU's wall clock, or none at all, as in an
    /// nRF51, or where it was started before. A board's that counts cycles looks as even as one of instructions.
    pub fn new() -> Option<Self> {
        ticks::start()?;
        let empty = span(|| ()).0;
        let ticks = span(|| ticks::turn(TURNS)).0.checked_sub(empty)?;
        // The wall clock is not even to one in a thousand. The calls around the loop are below that.
        let even = (1..=4).all(|times| {
            let again = span(|| ticks::turn(times * TURNS)).0.wrapping_sub(empty);
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

/// Ticks of a call.
#[inline(always)]
fn span<T>(call: impl FnOnce() -> T) -> (u32, T) {
    let start = ticks::now();
    let result = call();
    (ticks::between(start, ticks::now()), result)
}
