//! Which units are active: the k most driven.

use super::best::Best;
use super::index::split;
use super::params::{AttractorError, Params};
use crate::rng::{Key, Purpose};
use crate::select::{self, FEW};

/// The bits of a finite number, so that integers are ordered as the numbers are; -0 is 0.
fn ordered(number: f32) -> u32 {
    const SIGN: u32 = 1 << 31;
    // The sum of -0 and 0 is 0.
    let bits = (number + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

impl Params {
    /// Words of scratch from which a code is found among its units, 4 k.
    #[must_use]
    pub const fn encode_words(&self) -> usize {
        (self.active() as usize).saturating_mul(4)
    }
}

/// The code of what drives the units, as real numbers: the k largest, of equal ones by the tie rule, which takes its salt
/// from `input`. What [`Gaussian::encode`](super::Gaussian::encode) does, for those who have projected themselves.
///
/// `drives` has n finite numbers, `scratch` [`Params::encode_words`] or more, `code` k.
///
/// # Errors
/// [`AttractorError::Numbers`], [`AttractorError::NotFinite`], [`AttractorError::Scratch`] and [`AttractorError::Room`].
pub fn winners(
    params: &Params,
    input: &[f32],
    drives: &[f32],
    scratch: &mut [u32],
    code: &mut [u32],
) -> Result<(), AttractorError> {
    let each = one_by_one(params, drives)?;
    check_finite(drives)?;
    real_winners(params, input, scratch, code, each)
}

/// Of some units those that are driven most, as many as `code` has room for, ascending: [`winners`] for those who know of the
/// others already.
///
/// `units` ascend, `drives` has a finite number for each, `scratch` [`Params::encode_words`] or more, `code` at most k.
///
/// # Errors
/// [`AttractorError::Numbers`] for other numbers of units and drives, [`AttractorError::NotFinite`],
/// [`AttractorError::Scratch`], and [`AttractorError::Room`] for a code of more than k or than there are units.
pub fn winners_among(
    params: &Params,
    input: &[f32],
    units: &[u32],
    drives: &[f32],
    scratch: &mut [u32],
    code: &mut [u32],
) -> Result<(), AttractorError> {
    let (got, expected) = (drives.len(), units.len());
    if got != expected {
        return Err(AttractorError::Numbers { got, expected });
    }
    check_finite(drives)?;
    let (got, expected) = (code.len(), units.len().min(params.active() as usize));
    if got > expected {
        return Err(AttractorError::Room { got, expected });
    }
    let (got, expected) = (scratch.len(), params.encode_words());
    let Some(scratch) = scratch.get_mut(..expected) else {
        return Err(AttractorError::Scratch { got, expected });
    };
    let words = input.iter().map(|number| number.to_bits());
    let key = params.ties(Purpose::CODE_TIE, words);
    let (values, kept) = split(scratch, (params.active() as usize).saturating_mul(2));
    let mut best = Best::new(values, kept, code.len() as u32, 0, key);
    for (&unit, &drive) in units.iter().zip(drives) {
        best.offer(unit, ordered(drive));
    }
    write(best, code);
    Ok(())
}

/// What drives each unit, as units are asked for in their order.
fn one_by_one<'a, N: Copy + Default>(
    params: &Params,
    drives: &'a [N],
) -> Result<impl FnMut(u32) -> N + use<'a, N>, AttractorError> {
    let (got, expected) = (drives.len(), params.units() as usize);
    if got != expected {
        return Err(AttractorError::Numbers { got, expected });
    }
    let mut drives = drives.iter();
    Ok(move |_| drives.next().copied().unwrap_or_default())
}

pub(super) fn check_finite(numbers: &[f32]) -> Result<(), AttractorError> {
    match (0..).zip(numbers).find(|(_, number)| !number.is_finite()) {
        Some((place, _)) => Err(AttractorError::NotFinite { place }),
        None => Ok(()),
    }
}

/// [`winners`] of real drives that are worked out one by one.
pub(super) fn real_winners(
    params: &Params,
    input: &[f32],
    scratch: &mut [u32],
    code: &mut [u32],
    mut drive: impl FnMut(u32) -> f32,
) -> Result<(), AttractorError> {
    let words = input.iter().map(|number| number.to_bits());
    let key = params.ties(Purpose::CODE_TIE, words);
    encode(params, scratch, code, |unit| ordered(drive(unit)), key)
}

/// [`winners`] of integers, as [`Sparse::encode`](super::Sparse::encode) finds them.
///
/// # Errors
/// [`AttractorError::Numbers`], [`AttractorError::Scratch`] and [`AttractorError::Room`].
pub fn integer_winners(
    params: &Params,
    input: &[i16],
    drives: &[i32],
    scratch: &mut [u32],
    code: &mut [u32],
) -> Result<(), AttractorError> {
    sum_winners(params, input, scratch, code, one_by_one(params, drives)?)
}

/// [`integer_winners`] of sums that are worked out one by one.
pub(super) fn sum_winners(
    params: &Params,
    input: &[i16],
    scratch: &mut [u32],
    code: &mut [u32],
    mut drive: impl FnMut(u32) -> i32,
) -> Result<(), AttractorError> {
    const SIGN: u32 = 1 << 31;
    let words = input.iter().map(|&number| i32::from(number) as u32);
    let key = params.ties(Purpose::CODE_TIE, words);
    encode(params, scratch, code, |unit| drive(unit) as u32 ^ SIGN, key)
}

fn encode(
    params: &Params,
    scratch: &mut [u32],
    code: &mut [u32],
    mut drive: impl FnMut(u32) -> u32,
    key: Key,
) -> Result<(), AttractorError> {
    let (got, expected) = (code.len(), params.active() as usize);
    if got != expected {
        return Err(AttractorError::Room { got, expected });
    }
    let (got, expected) = (scratch.len(), params.encode_words());
    let Some(scratch) = scratch.get_mut(..expected) else {
        return Err(AttractorError::Scratch { got, expected });
    };
    let mut best = room(params, scratch, 0, key);
    for unit in 0..params.units() {
        best.offer(unit, drive(unit));
    }
    write(best, code);
    Ok(())
}

fn room<'a>(params: &Params, scratch: &'a mut [u32], least: u32, key: Key) -> Best<'a> {
    let (values, units) = split(scratch, (params.active() as usize).saturating_mul(2));
    Best::new(values, units, params.active(), least, key)
}

/// Writes the units that are left, and returns how many these are.
fn write(best: Best<'_>, code: &mut [u32]) -> usize {
    let (_, units) = best.finish();
    for (to, &unit) in code.iter_mut().zip(&*units) {
        *to = unit;
    }
    units.len()
}

/// Writes the k largest of what drives the units, as far as it is above `threshold`, and returns how many these are; in
/// scratch of [`Params::encode_words`].
pub(super) fn above(
    params: &Params,
    from: &[u32],
    potentials: &[u32],
    threshold: u32,
    scratch: &mut [u32],
    code: &mut [u32],
) -> usize {
    let key = || params.ties(Purpose::CODE_TIE, from.iter().copied());
    if (params.active() as usize) < FEW {
        let (mut slots, mut active) = (code.iter_mut(), 0usize);
        select::top_k_with(potentials, params.active(), key, |unit| {
            let fires = potentials
                .get(unit as usize)
                .is_some_and(|&potential| potential > threshold);
            if fires && let Some(slot) = slots.next() {
                *slot = unit;
                active = active.saturating_add(1);
            }
        });
        return active;
    }
    let mut best = room(params, scratch, threshold.saturating_add(1), key());
    best.offer_all(potentials);
    write(best, code)
}

/// What inhibition, in 1/65536 of the mean potential, subtracts from every unit.
pub(super) fn threshold(params: &Params, potentials: &[u32], inhibition: u32) -> u32 {
    if inhibition == 0 {
        return 0;
    }
    // Below 2^48: 2^16 numbers of 32 bits at most.
    let sum = potentials
        .iter()
        .map(|&potential| u64::from(potential))
        .sum::<u64>();
    let mean = (sum << 16).checked_div(params.units().into()).unwrap_or(0);
    let level = (u128::from(mean) * u128::from(inhibition)) >> 32;
    u32::try_from(level).unwrap_or(u32::MAX)
}
