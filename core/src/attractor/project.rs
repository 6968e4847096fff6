//! Random projections: a vector of real numbers becomes a code of the k units that it drives most.

use super::params::{AttractorError, MAX_UNITS, Params};
use super::winners::{check_finite, real_winners, sum_winners};
use crate::real;
use crate::rng::{Key, Purpose};

/// Checks the numbers of an input.
fn check_inputs(inputs: u32) -> Result<(), AttractorError> {
    if inputs == 0 || inputs > MAX_UNITS {
        return Err(AttractorError::Inputs { inputs });
    }
    Ok(())
}

fn check_length(got: usize, inputs: u32) -> Result<(), AttractorError> {
    let expected = inputs as usize;
    if got != expected {
        return Err(AttractorError::Numbers { got, expected });
    }
    Ok(())
}

/// As many real numbers as there are inputs, all finite.
fn check_real(input: &[f32], inputs: u32) -> Result<(), AttractorError> {
    check_length(input.len(), inputs)?;
    check_finite(input)
}

/// A drive, brought back from infinity, which a long input may have driven it to.
fn finite(drive: f32) -> f32 {
    if drive.is_nan() {
        return 0.0;
    }
    drive.clamp(f32::MIN, f32::MAX)
}

/// The standard normal quantile of a word: the sign is its bit 0, and the others `h` give the tail `(h + 1/2) / 2^32`.
///
/// Algorithm AS 241, routine PPND7 (M. J. Wichura, Applied Statistics 37, 1988), accurate to about 1 part in 10^7 in exact
/// arithmetic. Nothing is above 6.3.
#[expect(clippy::excessive_precision, reason = "the digits of the source")]
fn normal(word: u32) -> f32 {
    let tail = ((word >> 1) as f32 + 0.5) * (1.0 / 4_294_967_296.0);
    let q = 0.5 - tail;
    let size = if q <= 0.425 {
        let r = 0.180_625 - q * q;
        let top =
            ((59.109_374_720 * r + 159.291_132_02) * r + 50.434_271_938) * r + 3.387_132_717_9;
        let bottom = ((67.187_563_600 * r + 78.757_757_664) * r + 17.895_169_469) * r + 1.0;
        q * top / bottom
    } else {
        let r = libm::sqrtf(-real::ln(tail)) - 1.6;
        let top =
            ((0.170_238_211_03 * r + 1.306_728_481_6) * r + 2.756_815_390_0) * r + 1.423_437_277_7;
        let bottom = (0.120_211_329_75 * r + 0.737_001_642_50) * r + 1.0;
        top / bottom
    };
    if word & 1 == 0 { size } else { -size }
}

/// A projection by independent standard normal numbers, `units` rows of `inputs`, each number a function of its place: no
/// table is needed. The scale is that of the standard normal distribution, not `1/inputs`: no code depends on it.
///
/// A code costs `units * inputs` normal numbers and as many multiplications. [`Rows`] saves the former with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Gaussian {
    params: Params,
    inputs: u32,
}

/// Numbers of a row that are made at a time.
const PIECE: usize = 16;

impl Gaussian {
    /// A projection of `inputs` numbers, 1 to [`MAX_UNITS`], for codes of these sizes and with their seed.
    ///
    /// # Errors
    /// [`AttractorError::Inputs`].
    pub fn new(inputs: u32, params: Params) -> Result<Self, AttractorError> {
        check_inputs(inputs)?;
        Ok(Self { params, inputs })
    }

    fn key(&self, unit: u32) -> Key {
        Key::new(self.params.seed(), Purpose::PROJECTION).derive(unit)
    }

    /// The numbers of a unit's row.
    ///
    /// # Errors
    /// [`AttractorError::Numbers`] for another room than that of `inputs` numbers. A unit from n on has a row too, which no
    /// code uses.
    pub fn row(&self, unit: u32, row: &mut [f32]) -> Result<(), AttractorError> {
        check_length(row.len(), self.inputs)?;
        let key = self.key(unit);
        for (number, place) in row.iter_mut().zip(0..) {
            *number = normal(key.at(place));
        }
        Ok(())
    }

    /// The code of an input: `wta_k(G x)`. Scratch is [`Params::encode_words`], the code k.
    ///
    /// An input of zeros, such as that of a dead sensor, drives no unit: its code is of the tie rule's choice, the same each
    /// time, and counts as a pair like any other where it is stored.
    ///
    /// # Errors
    /// [`AttractorError::Numbers`], [`AttractorError::NotFinite`], [`AttractorError::Scratch`] and [`AttractorError::Room`].
    pub fn encode(
        &self,
        input: &[f32],
        scratch: &mut [u32],
        code: &mut [u32],
    ) -> Result<(), AttractorError> {
        check_real(input, self.inputs)?;
        real_winners(&self.params, input, scratch, code, |unit| {
            let key = self.key(unit);
            // A dot product in pieces of 16: the interleaved parts of its sum.
            let mut parts = [0.0; PIECE];
            for (numbers, first) in input.chunks(PIECE).zip((0u32..).step_by(PIECE)) {
                let places = first..;
                for ((part, &number), place) in parts.iter_mut().zip(numbers).zip(places) {
                    *part += normal(key.at(place)) * number;
                }
            }
            finite(real::sum(&parts))
        })
    }
}

/// A projection whose rows the caller keeps: those of [`Gaussian::row`], which give its codes bit for bit, or any others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rows<'a> {
    params: Params,
    inputs: u32,
    rows: &'a [f32],
}

impl<'a> Rows<'a> {
    /// `units` rows of `inputs` numbers.
    ///
    /// # Errors
    /// [`AttractorError::Inputs`], [`AttractorError::Rows`] and [`AttractorError::NotFinite`].
    pub fn new(inputs: u32, params: Params, rows: &'a [f32]) -> Result<Self, AttractorError> {
        check_inputs(inputs)?;
        let (got, expected) = (
            rows.len(),
            (inputs as usize).saturating_mul(params.units() as usize),
        );
        if got != expected {
            return Err(AttractorError::Rows { got, expected });
        }
        check_finite(rows)?;
        Ok(Self {
            params,
            inputs,
            rows,
        })
    }

    /// As [`Gaussian::encode`].
    ///
    /// # Errors
    /// As there.
    pub fn encode(
        &self,
        input: &[f32],
        scratch: &mut [u32],
        code: &mut [u32],
    ) -> Result<(), AttractorError> {
        check_real(input, self.inputs)?;
        let mut rows = self.rows.chunks((self.inputs as usize).max(1));
        real_winners(&self.params, input, scratch, code, |_| {
            finite(real::dot(rows.next().unwrap_or(&[]), input))
        })
    }
}

/// A projection by signs in integers, for devices without floating point: each unit adds and subtracts `taps` inputs, one of
/// each of as many blocks of neighbouring inputs. Computed from the places, without a table.
///
/// A code costs `units * taps` draws and additions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sparse {
    params: Params,
    inputs: u32,
    taps: u32,
}

impl Sparse {
    /// A projection of `inputs` numbers, 1 to [`MAX_UNITS`], of which each unit sees `taps`, 1 to `inputs`.
    ///
    /// # Errors
    /// [`AttractorError::Inputs`] and [`AttractorError::Taps`].
    pub fn new(inputs: u32, taps: u32, params: Params) -> Result<Self, AttractorError> {
        check_inputs(inputs)?;
        if taps == 0 || taps > inputs {
            return Err(AttractorError::Taps { taps, inputs });
        }
        Ok(Self {
            params,
            inputs,
            taps,
        })
    }

    /// Inputs that a unit sees.
    #[must_use]
    pub const fn taps(&self) -> u32 {
        self.taps
    }

    /// The input that a tap of a unit sees, and whether it is subtracted. Taps are 0 to `taps - 1`.
    #[must_use]
    pub fn tap(&self, unit: u32, tap: u32) -> Tap {
        let key = Key::new(self.params.seed(), Purpose::PROJECTION).derive(unit);
        // Block t is inputs t d / T up to (t + 1) d / T.
        let edge = |tap: u32| {
            let product = u64::from(tap).wrapping_mul(self.inputs.into());
            product.checked_div(self.taps.into()).unwrap_or(0) as u32
        };
        let tap = tap.min(self.taps.saturating_sub(1));
        let first = edge(tap);
        let size = edge(tap.saturating_add(1)).saturating_sub(first);
        Tap::of(key.at(tap), first, size)
    }

    /// The code of an input of integers, such as [`quantize`] makes. Scratch is [`Params::encode_words`], the code k. Of
    /// zeros it is one code, as with [`Gaussian::encode`].
    ///
    /// # Errors
    /// [`AttractorError::Numbers`], [`AttractorError::Scratch`] and [`AttractorError::Room`].
    pub fn encode(
        &self,
        input: &[i16],
        scratch: &mut [u32],
        code: &mut [u32],
    ) -> Result<(), AttractorError> {
        check_length(input.len(), self.inputs)?;
        let key = Key::new(self.params.seed(), Purpose::PROJECTION);
        // From block to block without a division: each has this many inputs, and one more where the rests add up to one.
        let least = self.inputs.checked_div(self.taps).unwrap_or(0);
        let rest = self.inputs.checked_rem(self.taps).unwrap_or(0);
        sum_winners(&self.params, input, scratch, code, |unit| {
            let key = key.derive(unit);
            let mut sum = 0i32;
            let (mut first, mut rests) = (0u32, 0u32);
            for tap in 0..self.taps {
                let mut size = least;
                rests = rests.wrapping_add(rest);
                if rests >= self.taps {
                    rests = rests.wrapping_sub(self.taps);
                    size = size.wrapping_add(1);
                }
                let Tap { input: place, sign } = Tap::of(key.at(tap), first, size);
                first = first.wrapping_add(size);
                let number = i32::from(input.get(place as usize).copied().unwrap_or(0));
                // 65,536 numbers of 16 bits at most.
                sum = match sign {
                    Sign::Plus => sum.wrapping_add(number),
                    Sign::Minus => sum.wrapping_sub(number),
                };
            }
            sum
        })
    }
}

/// What a unit of a [`Sparse`] projection does with an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tap {
    /// Number of the input.
    pub input: u32,
    /// Its sign.
    pub sign: Sign,
}

impl Tap {
    /// What a word draws from a block of inputs: `(word >> 1) size >> 31`, of which there are 2^16 at most.
    fn of(word: u32, first: u32, size: u32) -> Self {
        // In halves, whose products fit 32 bits: the Cortex-M0 has no longer ones.
        let high = (word >> 17).wrapping_mul(size);
        let low = (word >> 1 & 0xffff).wrapping_mul(size);
        let place = high.wrapping_add(low >> 16) >> 15;
        Self {
            input: first.saturating_add(place),
            sign: if word & 1 == 0 {
                Sign::Plus
            } else {
                Sign::Minus
            },
        }
    }
}

/// Whether an input is added or subtracted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Sign {
    /// Added.
    Plus,
    /// Subtracted.
    Minus,
}

/// Writes real numbers as integers in 1/32768, rounded to nearest, halves away from 0, and saturated at 16 bits.
///
/// # Errors
/// [`AttractorError::Numbers`] for another room than that of as many numbers, and [`AttractorError::NotFinite`].
pub fn quantize(numbers: &[f32], out: &mut [i16]) -> Result<(), AttractorError> {
    let (got, expected) = (out.len(), numbers.len());
    if got != expected {
        return Err(AttractorError::Numbers { got, expected });
    }
    check_finite(numbers)?;
    for (out, &number) in out.iter_mut().zip(numbers) {
        // A cast saturates.
        *out = libm::roundf(number * 32_768.0) as i16;
    }
    Ok(())
}
