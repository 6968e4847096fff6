//! Random ones that neighbours share.

use super::{
    Best, Decode, Encode, Estimate, MAX_STEPS, ParamsError, Range, check_ones, check_units,
};
use crate::bits;
use crate::rng::{Key, Purpose};
use core::ops::RangeInclusive;

/// Sparse random code: k ones at random places of n, of which each step changes one.
///
/// The units are k blocks. Step t has the ones of the k numbers `t, t + 1, ..., t + k - 1`; number c has one in block `c mod
/// k`, at a place that the keyed hash draws for c. From one step to the next one number goes and one comes, in the same block:
/// steps that are d apart share `k - d` ones, and from k on as few as unrelated patterns do, about `k^2 / n`. It is the encoder
/// by a hash of Purdy 2016 ("Encoding data for HTM systems"), with blocks, so that there are always exactly k ones. In one of
/// as many steps as a block has units the one that comes is the one that goes: such two steps are alike.
///
/// Steps are not bound to units: 256 units tell thousands of steps apart. With k steps for each value, `W k` in all, values are
/// symbols, of which no two share ones but by chance.
///
/// 28 bytes of parameters. To encode takes two divisions and k hashes; to decode, two hashes for each of all S + k numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SparseRandom {
    range: Range,
    steps: u32,
    units: u32,
    ones: u32,
    key: Key,
}

impl SparseRandom {
    /// S `steps`, 1 to 2^20; n `units`, 2 to 2^20; k `ones`, 1 to n / 2. Sensors with seeds of their own have codes of their own.
    ///
    /// # Errors
    /// [`ParamsError::Steps`], [`ParamsError::Units`], [`ParamsError::Ones`].
    pub const fn new(
        range: Range,
        steps: u32,
        units: u32,
        ones: u32,
        seed: u64,
    ) -> Result<Self, ParamsError> {
        if steps == 0 || steps > MAX_STEPS {
            return Err(ParamsError::Steps { steps });
        }
        if let Err(error) = check_units(units, 2) {
            return Err(error);
        }
        if let Err(error) = check_ones(ones, units / 2) {
            return Err(error);
        }
        Ok(Self {
            range,
            steps,
            units,
            ones,
            key: Key::new(seed, Purpose::ENCODER),
        })
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

    /// Steps, S.
    #[must_use]
    pub const fn steps(&self) -> u32 {
        self.steps
    }

    /// Units of a pattern, n.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.units
    }

    /// Ones of every pattern, k.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.ones
    }

    /// The units of the numbers from one on.
    fn units_from(&self, number: u32) -> Units {
        let size = self.units.checked_div(self.ones).unwrap_or(0);
        let extra = self.units.checked_rem(self.ones).unwrap_or(0);
        let block = number.checked_rem(self.ones).unwrap_or(0);
        Units {
            key: self.key,
            ones: self.ones,
            size,
            extra,
            number,
            block,
            start: block.saturating_mul(size).saturating_add(block.min(extra)),
        }
    }
}

/// The units of consecutive numbers.
struct Units {
    key: Key,
    ones: u32,
    /// Units of a block; the first `extra` have one more.
    size: u32,
    extra: u32,
    number: u32,
    block: u32,
    start: u32,
}

impl Units {
    fn draw(&mut self) -> u32 {
        let size = self.size.saturating_add((self.block < self.extra).into());
        let drawn = (u64::from(self.key.at(self.number)) * u64::from(size)) >> 32;
        let unit = self.start.saturating_add(drawn as u32);
        self.number = self.number.wrapping_add(1);
        self.block = self.block.saturating_add(1);
        self.start = self.start.saturating_add(size);
        if self.block >= self.ones {
            (self.block, self.start) = (0, 0);
        }
        unit
    }
}

impl Encode for SparseRandom {
    type Value = i32;

    fn units(&self) -> u32 {
        self.units
    }

    fn ones(&self) -> RangeInclusive<u32> {
        self.ones..=self.ones
    }

    fn write(&self, value: i32, at: u32, out: &mut [u32]) {
        let mut units = self.units_from(self.range.step(value, self.steps));
        for _ in 0..self.ones {
            bits::set(out, at.saturating_add(units.draw()));
        }
    }
}

impl Decode for SparseRandom {
    type Found = Option<Estimate>;

    /// The value whose pattern has the most ones in common.
    fn read(&self, pattern: &[u32], at: u32) -> Option<Estimate> {
        let hit = |unit: u32| u32::from(bits::get(pattern, at.saturating_add(unit)));
        let (mut goes, mut comes) = (self.units_from(0), self.units_from(0));
        let mut ones = 0u32;
        for _ in 0..self.ones {
            ones = ones.wrapping_add(hit(comes.draw()));
        }
        let mut best = Best::default();
        let taken = self.range.taken(self.steps);
        let mut step = 0;
        for number in 0..taken {
            let next = self.range.taken_step(number, self.steps);
            while step < next {
                ones = ones
                    .wrapping_add(hit(comes.draw()))
                    .wrapping_sub(hit(goes.draw()));
                step = step.saturating_add(1);
            }
            best.take(number, ones, taken);
        }
        let (number, agreement) = best.middle();
        (agreement > 0).then(|| Estimate {
            value: self.range.taken_value(number, self.steps),
            agreement,
            most: self.ones,
        })
    }
}
