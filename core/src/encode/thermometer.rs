//! As many ones as the value is high.

use super::{Best, Decode, Encode, Estimate, ParamsError, Range, check_units, run};
use crate::bits;
use core::ops::RangeInclusive;

/// Thermometer code: in step t of n the first `t + 1` of n units are one.
///
/// `x_j = 1` for `j <= t`, the sums of one of n (Buckman, Roy, Raffel and Goodfellow 2018, "Thermometer encoding: one hot way to
/// resist adversarial examples", with units in the other order). The distance of two patterns in bits is that of their steps,
/// all over the range. It has 1 to n ones, and so never none: memories refuse that. Where a fixed number is needed,
/// [`Bucket`](super::Bucket) of n ones in 2 n units is this code beside its complement.
///
/// 12 bytes of parameters. To encode takes a division and writes `ceil(n / 32)` words; to decode, n bits are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Thermometer {
    range: Range,
    units: u32,
}

impl Thermometer {
    /// n `units`, 1 to 2^20, and as many steps.
    ///
    /// # Errors
    /// [`ParamsError::Units`].
    pub const fn new(range: Range, units: u32) -> Result<Self, ParamsError> {
        if let Err(error) = check_units(units, 1) {
            return Err(error);
        }
        Ok(Self { range, units })
    }

    /// The same for another range.
    #[must_use]
    pub const fn with_range(self, range: Range) -> Self {
        Self { range, ..self }
    }

    /// The range.
    #[must_use]
    pub const fn range(&self) -> Range {
        self.range
    }

    /// Units of a pattern, n.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.units
    }
}

impl Encode for Thermometer {
    type Value = i32;

    fn units(&self) -> u32 {
        self.units
    }

    fn ones(&self) -> RangeInclusive<u32> {
        1..=self.units
    }

    fn write(&self, value: i32, at: u32, out: &mut [u32]) {
        let step = self.range.step(value, self.units);
        run::set(out, at, step.saturating_add(1));
    }
}

impl Decode for Thermometer {
    type Found = Option<Estimate>;

    /// The value whose pattern has the most bits that are equal: the most likely one if ones are lost as often as others are
    /// added.
    fn read(&self, pattern: &[u32], at: u32) -> Option<Estimate> {
        let ones = run::ones(pattern, at, self.units);
        if ones == 0 {
            return None;
        }
        let mut best = Best::default();
        let taken = self.range.taken(self.units);
        let (mut seen, mut below) = (0, 0u32);
        for number in 0..taken {
            let end = self.range.taken_step(number, self.units).saturating_add(1);
            while seen < end {
                below = below.wrapping_add(bits::get(pattern, at.saturating_add(seen)).into());
                seen = seen.saturating_add(1);
            }
            // Ones up to the step, and zeros beyond: those of the rest less its ones.
            let zeros = self
                .units
                .wrapping_sub(end)
                .wrapping_sub(ones.wrapping_sub(below));
            best.take(number, below.wrapping_add(zeros), taken);
        }
        let (number, agreement) = best.middle();
        Some(Estimate {
            value: self.range.taken_value(number, self.units),
            agreement,
            most: self.units,
        })
    }
}
