//! Values that come round: angles, hours of a day, days of a week.

use super::{Best, Decode, Encode, Estimate, ParamsError, Range, check_ones, check_units, run};
use core::ops::RangeInclusive;

/// Circular code: a run of w ones around a ring of n units, in step t those from unit t on, and from unit n - 1 on to unit 0.
///
/// `x_((t + j) mod n) = 1` for `0 <= j < w` and `t = floor((v mod P) n / P)`, P being the period, in units of the value: 3,600
/// for a heading in tenths of a degree, 86,400 for the time of day in seconds. It is [`Bucket`](super::Bucket) with its ends
/// joined. The last value of a cycle and the first are neighbours, and no value is out of range: -10 is `P - 10`.
///
/// 16 bytes of parameters. To encode takes two divisions and writes `w / 32 + 3` words at most; to decode, w
/// bits twice for each of n steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Circular {
    cycle: Range,
    units: u32,
    ones: u32,
}

impl Circular {
    /// Values of a cycle, `period`, 1 to 2^31; n `units`, 2 to 2^20, and as many steps; w `ones`, 1 to n - 1.
    ///
    /// # Errors
    /// [`ParamsError::Period`], [`ParamsError::Units`], [`ParamsError::Ones`].
    pub const fn new(period: u32, units: u32, ones: u32) -> Result<Self, ParamsError> {
        if period == 0 || period > 1 << 31 {
            return Err(ParamsError::Period { period });
        }
        if let Err(error) = check_units(units, 2) {
            return Err(error);
        }
        if let Err(error) = check_ones(ones, units - 1) {
            return Err(error);
        }
        match Range::new(0, (period - 1) as i32) {
            Ok(cycle) => Ok(Self { cycle, units, ones }),
            Err(error) => Err(error),
        }
    }

    /// Values of a cycle, P.
    #[must_use]
    pub const fn period(&self) -> u32 {
        self.cycle.width() as u32
    }

    /// Units of a pattern, n.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.units
    }

    /// Ones of every pattern, w.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.ones
    }

    /// The part of the run that lies before the end of the ring; the rest is from unit 0 on.
    fn parts(&self, step: u32) -> (u32, u32) {
        let first = self.ones.min(self.units.saturating_sub(step));
        (first, self.ones.saturating_sub(first))
    }
}

impl Encode for Circular {
    type Value = i32;

    fn units(&self) -> u32 {
        self.units
    }

    fn ones(&self) -> RangeInclusive<u32> {
        self.ones..=self.ones
    }

    fn write(&self, value: i32, at: u32, out: &mut [u32]) {
        // Of 32 bits, unless the cycle is all of them.
        let period = self.period();
        let phase = if value < 0 {
            let below = value.unsigned_abs().checked_rem(period).unwrap_or(0);
            if below == 0 { 0 } else { period - below }
        } else {
            (value as u32).checked_rem(period).unwrap_or(0)
        };
        let step = self.cycle.step(phase as i32, self.units);
        let (first, rest) = self.parts(step);
        run::set(out, at.saturating_add(step), first);
        run::set(out, at, rest);
    }
}

impl Decode for Circular {
    type Found = Option<Estimate>;

    /// The value, 0 to P - 1, whose run has the most ones of the pattern.
    fn read(&self, pattern: &[u32], at: u32) -> Option<Estimate> {
        let mut best = Best::default();
        let taken = self.cycle.taken(self.units);
        // Twice around, so that what goes on beyond the end is one run.
        for lap in [0, taken] {
            for number in 0..taken {
                let step = self.cycle.taken_step(number, self.units);
                let (first, rest) = self.parts(step);
                let ones = run::ones(pattern, at.saturating_add(step), first);
                let ones = ones.wrapping_add(run::ones(pattern, at, rest));
                best.take(lap.saturating_add(number), ones, taken);
            }
        }
        let (number, agreement) = best.middle();
        let number = number.checked_rem(taken)?;
        (agreement > 0).then(|| Estimate {
            value: self.cycle.taken_value(number, self.units),
            agreement,
            most: self.ones,
        })
    }
}
