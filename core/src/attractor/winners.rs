//! Which units are active: the k most driven.

use super::params::{AttractorError, Params};
use crate::rng::{Key, Purpose};
use crate::select;

/// The bits of a finite number, so that integers are ordered as the numbers are; -0 is 0.
fn ordered(number: f32) -> u32 {
    const SIGN: u32 = 1 << 31;
    // The sum of -0 and 0 is 0.
    let bits = (number + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// Splits scratch for what drives each unit, and checks the room for the code.
fn rooms<'a>(
    params: &Params,
    scratch: &'a mut [u32],
    code: &[u32],
) -> Result<&'a mut [u32], AttractorError> {
    let (got, expected) = (code.len(), params.active() as usize);
    if got != expected {
        return Err(AttractorError::Room { got, expected });
    }
    let (got, expected) = (scratch.len(), params.units() as usize);
    let error = AttractorError::Scratch { got, expected };
    scratch.get_mut(..expected).ok_or(error)
}

/// The code of what drives the units, as real numbers: the k largest, of equal ones by the tie rule, which takes its salt
/// from `input`. What [`Gaussian::encode`](super::Gaussian::encode) does, for those who have projected themselves.
///
/// `drives` has n finite numbers, `scratch` n words or more, `code` k.
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
    let (got, expected) = (drives.len(), params.units() as usize);
    if got != expected {
        return Err(AttractorError::Numbers { got, expected });
    }
    if let Some((place, _)) = (0..).zip(drives).find(|(_, drive)| !drive.is_finite()) {
        return Err(AttractorError::NotFinite { place });
    }
    let mut drives = drives.iter();
    real_winners(params, input, scratch, code, |_| {
        drives.next().copied().unwrap_or(0.0)
    })
}

/// [`winners`] of real drives that are worked out one by one.
pub(super) fn real_winners(
    params: &Params,
    input: &[f32],
    scratch: &mut [u32],
    code: &mut [u32],
    mut drive: impl FnMut(u32) -> f32,
) -> Result<(), AttractorError> {
    let key = || {
        params.ties(
            Purpose::CODE_TIE,
            input.iter().map(|number| number.to_bits()),
        )
    };
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
    let (got, expected) = (drives.len(), params.units() as usize);
    if got != expected {
        return Err(AttractorError::Numbers { got, expected });
    }
    let mut drives = drives.iter();
    sum_winners(params, input, scratch, code, |_| {
        drives.next().copied().unwrap_or(0)
    })
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
    let key = || {
        let words = input.iter().map(|&number| i32::from(number) as u32);
        params.ties(Purpose::CODE_TIE, words)
    };
    encode(params, scratch, code, |unit| drive(unit) as u32 ^ SIGN, key)
}

fn encode(
    params: &Params,
    scratch: &mut [u32],
    code: &mut [u32],
    mut drive: impl FnMut(u32) -> u32,
    key: impl FnOnce() -> Key,
) -> Result<(), AttractorError> {
    let values = rooms(params, scratch, code)?;
    for (value, unit) in values.iter_mut().zip(0..) {
        *value = drive(unit);
    }
    let mut slots = code.iter_mut();
    select::top_k_with(values, params.active(), key, |unit| {
        if let Some(slot) = slots.next() {
            *slot = unit;
        }
    });
    Ok(())
}

/// Writes the k largest of what drives the units, as far as it is above `threshold`, and returns how many these are.
pub(super) fn above(
    params: &Params,
    from: &[u32],
    potentials: &[u32],
    threshold: u32,
    code: &mut [u32],
) -> usize {
    let key = || params.ties(Purpose::CODE_TIE, from.iter().copied());
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
    active
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
