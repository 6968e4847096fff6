//! Values to steps, and back.

use super::ParamsError;

/// The values that an encoder tells apart, `low..=high`. Those below are taken as `low`, those above as `high`.
///
/// S steps divide the W = `high - low + 1` values: value v is in step `floor((v - low) S / W)`. With S up to W each step has
/// values, as many as any other or one more; with more steps than values some steps have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Range {
    low: i32,
    high: i32,
}

impl Range {
    /// All of `i8`.
    pub const I8: Self = Self {
        low: i8::MIN as i32,
        high: i8::MAX as i32,
    };
    /// All of `u8`.
    pub const U8: Self = Self {
        low: 0,
        high: u8::MAX as i32,
    };
    /// All of `i16`.
    pub const I16: Self = Self {
        low: i16::MIN as i32,
        high: i16::MAX as i32,
    };
    /// All of `u16`.
    pub const U16: Self = Self {
        low: 0,
        high: u16::MAX as i32,
    };

    /// From the lowest value to the highest, both in it.
    ///
    /// # Errors
    /// [`ParamsError::Range`] for a `high` below `low`.
    pub const fn new(low: i32, high: i32) -> Result<Self, ParamsError> {
        if high < low {
            return Err(ParamsError::Range { low, high });
        }
        Ok(Self { low, high })
    }

    /// The lowest value.
    #[must_use]
    pub const fn low(&self) -> i32 {
        self.low
    }

    /// The highest value.
    #[must_use]
    pub const fn high(&self) -> i32 {
        self.high
    }

    /// How many values there are, W: 1 to 2^32.
    #[must_use]
    pub const fn width(&self) -> u64 {
        self.high.wrapping_sub(self.low) as u32 as u64 + 1
    }

    /// The step of a value, 0 up to `steps - 1`. One division, of 32 bits where `W steps` is below 2^32.
    #[must_use]
    pub const fn step(&self, value: i32, steps: u32) -> u32 {
        if value <= self.low || steps == 0 {
            return 0;
        }
        let value = if value < self.high { value } else { self.high };
        let above = value.wrapping_sub(self.low) as u32;
        // A 64-bit division takes a device without one many times as long.
        let step = if let Some(product) = above.checked_mul(steps)
            && self.width() <= u32::MAX as u64
        {
            product.checked_div(self.width() as u32)
        } else {
            match (above as u64 * steps as u64).checked_div(self.width()) {
                Some(step) => Some(step as u32),
                None => None,
            }
        };
        match step {
            Some(step) => step,
            None => 0,
        }
    }

    /// The value in the middle of a step, of two the lower; of a step without values the next value up, or the highest. Steps
    /// beyond the last are taken as the last.
    #[must_use]
    pub const fn middle(&self, step: u32, steps: u32) -> i32 {
        if steps == 0 {
            return self.low;
        }
        let step = if step < steps { step } else { steps - 1 };
        let first = self.first(step, steps);
        let end = self.first(step + 1, steps);
        let above = if end > first {
            (first + (end - 1)) / 2
        } else if first < self.width() {
            first
        } else {
            self.width() - 1
        };
        self.low.wrapping_add(above as u32 as i32)
    }

    /// `ceil(step W / steps)`: how far above `low` the first value of a step is.
    const fn first(&self, step: u32, steps: u32) -> u64 {
        // At most (2^32 - 1) 2^32.
        let product = step as u64 * self.width();
        match (
            product.checked_div(steps as u64),
            product.checked_rem(steps as u64),
        ) {
            (Some(quotient), Some(rest)) => quotient + (rest > 0) as u64,
            _ => 0,
        }
    }

    /// How many of so many steps have values; these are the answers that an inverse has to choose from.
    pub(super) const fn taken(&self, steps: u32) -> u32 {
        if self.width() < steps as u64 {
            self.width() as u32
        } else {
            steps
        }
    }

    /// Of the steps with values the one of a number, in their order.
    pub(super) const fn taken_step(&self, number: u32, steps: u32) -> u32 {
        if self.width() < steps as u64 {
            self.step(self.low.wrapping_add(number as i32), steps)
        } else {
            number
        }
    }

    /// And its value.
    pub(super) const fn taken_value(&self, number: u32, steps: u32) -> i32 {
        self.middle(self.taken_step(number, steps), steps)
    }
}
