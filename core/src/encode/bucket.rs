//! One of n, or a run of ones that moves along.

use super::{Best, Decode, Encode, Estimate, ParamsError, Range, check_ones, check_units, run};
use core::ops::RangeInclusive;

/// Bucket code: one of n units is one, or a run of w, in step t those from unit t on; there are `n - w + 1` steps.
///
/// `x_j = 1` for `t <= j < t + w`, the scalar encoder of Purdy 2016 ("Encoding data for HTM systems"). Steps that are d apart
/// share `w - d` ones, from w on none: w says how far neighbours reach. With `w = 1` it is one of n; with `n = 2 w` it is a
/// [`Thermometer`](super::Thermometer) of w units beside its complement.
///
/// 16 bytes of parameters. To encode takes a division and writes `w / 32 + 2` words at most; to decode, w bits for each
/// step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Bucket {
    range: Range,
    units: u32,
    ones: u32,
}

impl Bucket {
    /// n `units`, 1 to 2^20; w `ones`, 1 to n.
    ///
    /// # Errors
    /// [`ParamsError::Units`], [`ParamsError::Ones`].
    pub const fn new(range: Range, units: u32, ones: u32) -> Result<Self, ParamsError> {
        if let Err(error) = check_units(units, 1) {
            return Err(error);
        }
        if let Err(error) = check_ones(ones, units) {
            return Err(error);
        }
        Ok(Self { range, units, ones })
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

    /// Ones of every pattern, w.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.ones
    }

    /// Steps: `n - w + 1`.
    #[must_use]
    pub const fn steps(&self) -> u32 {
        self.units - self.ones + 1
    }
}

impl Encode for Bucket {
    type Value = i32;

    fn units(&self) -> u32 {
        self.units
    }

    fn ones(&self) -> RangeInclusive<u32> {
        self.ones..=self.ones
    }

    fn write(&self, value: i32, at: u32, out: &mut [u32]) {
        let step = self.range.step(value, self.steps());
        run::set(out, at.saturating_add(step), self.ones);
    }
}

impl Decode for Bucket {
    type Found = Option<Estimate>;

    /// The value whose run has the most ones of the pattern.
    fn read(&self, pattern: &[u32], at: u32) -> Option<Estimate> {
        let mut best = Best::default();
        let taken = self.range.taken(self.steps());
        for number in 0..taken {
            let step = self.range.taken_step(number, self.steps());
            let ones = run::ones(pattern, at.saturating_add(step), self.ones);
            best.take(number, ones, taken);
        }
        let (number, agreement) = best.middle();
        (agreement > 0).then(|| Estimate {
            value: self.range.taken_value(number, self.steps()),
            agreement,
            most: self.ones,
        })
    }
}
