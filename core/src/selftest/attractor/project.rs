//! Codes of numbers.

use super::super::{DATA, Digest};
use super::SEED;
use crate::attractor::{
    AttractorError, Gaussian, Params, Rows, Sign, Sparse, integer_winners, quantize, winners,
};
use crate::rng::Key;

const UNITS: u32 = 75;
const ACTIVE: usize = 6;
const INPUTS: usize = 33;
const TAPS: u32 = 7;
/// Inputs, the last two of which are extremes.
const CASES: u32 = 10;

const FEW_UNITS: u32 = 20;
const FEW_ACTIVE: usize = 3;
const FEW_INPUTS: usize = 5;
const TABLE: usize = FEW_UNITS as usize * FEW_INPUTS;

pub(super) fn digests(
    scratch: &mut [u32],
    each: &mut impl FnMut(&str, Result<Digest, AttractorError>),
) {
    each("attractor-sparse-7", sparse(scratch));
    each("attractor-gaussian", gaussian(scratch));
    each("attractor-rows", rows(scratch));
    each("attractor-quantized", quantized());
}

fn draws(case: u32) -> impl Iterator<Item = u32> {
    let key = Key::new(1, DATA).derive(300 + case);
    (0..).map(move |place| key.at(place) & 0xffff)
}

fn whole(case: u32) -> [i16; INPUTS] {
    let mut numbers = [if case == 8 { 0 } else { i16::MIN }; INPUTS];
    if case < 8 {
        for (number, draw) in numbers.iter_mut().zip(draws(case)) {
            *number = draw as u16 as i16;
        }
    }
    numbers
}

fn real(case: u32) -> [f32; INPUTS] {
    let mut numbers = [if case == 8 { 0.0 } else { f32::MAX }; INPUTS];
    if case < 8 {
        for (number, draw) in numbers.iter_mut().zip(draws(case)) {
            *number = draw as f32 / 32_768.0 - 1.0;
        }
    }
    numbers
}

fn sparse(scratch: &mut [u32]) -> Result<Digest, AttractorError> {
    let params = Params::builder(UNITS, ACTIVE as u32).seed(SEED).build()?;
    let projection = Sparse::new(INPUTS as u32, TAPS, params)?;
    let mut digest = Digest::new();
    for unit in 0..UNITS {
        for number in 0..TAPS {
            let tap = projection.tap(unit, number);
            let minus = u32::from(tap.sign == Sign::Minus);
            digest.word(tap.input.wrapping_mul(2) | minus);
        }
    }
    let mut code = [0; ACTIVE];
    for case in 0..CASES {
        projection.encode(&whole(case), scratch, &mut code)?;
        code.iter().for_each(|&unit| digest.word(unit));
    }
    Ok(digest)
}

fn gaussian(scratch: &mut [u32]) -> Result<Digest, AttractorError> {
    let params = Params::builder(UNITS, ACTIVE as u32).seed(SEED).build()?;
    let projection = Gaussian::new(INPUTS as u32, params)?;
    let mut digest = Digest::new();
    let mut row = [0.0; INPUTS];
    for unit in [0, 1, UNITS - 1, 65_535] {
        projection.row(unit, &mut row)?;
        row.iter().for_each(|number| digest.word(number.to_bits()));
    }
    let mut code = [0; ACTIVE];
    for case in 0..CASES {
        projection.encode(&real(case), scratch, &mut code)?;
        code.iter().for_each(|&unit| digest.word(unit));
    }
    Ok(digest)
}

fn rows(scratch: &mut [u32]) -> Result<Digest, AttractorError> {
    let params = Params::builder(FEW_UNITS, FEW_ACTIVE as u32)
        .seed(SEED)
        .build()?;
    let gaussian = Gaussian::new(FEW_INPUTS as u32, params)?;
    let mut table = [0.0; TABLE];
    for (row, unit) in table.chunks_exact_mut(FEW_INPUTS).zip(0..) {
        gaussian.row(unit, row)?;
    }
    let projection = Rows::new(FEW_INPUTS as u32, params, &table)?;
    let mut digest = Digest::new();
    let (mut code, mut drives, mut sums) = ([0; FEW_ACTIVE], [0.0; 20], [0; 20]);
    for case in 0..CASES {
        let input = real(case);
        let input = input.get(..FEW_INPUTS).unwrap_or(&[]);
        projection.encode(input, scratch, &mut code)?;
        code.iter().for_each(|&unit| digest.word(unit));
        // The input for what drives the units, whose few values tie.
        for ((drive, sum), number) in drives.iter_mut().zip(&mut sums).zip(input.iter().cycle()) {
            *drive = *number;
            *sum = (*number * 4.0) as i32;
        }
        winners(&params, input, &drives, scratch, &mut code)?;
        code.iter().for_each(|&unit| digest.word(unit));
        integer_winners(&params, &whole(case), &sums, scratch, &mut code)?;
        code.iter().for_each(|&unit| digest.word(unit));
    }
    Ok(digest)
}

fn quantized() -> Result<Digest, AttractorError> {
    let mut digest = Digest::new();
    let mut out = [0; INPUTS];
    for case in 0..CASES {
        quantize(&real(case), &mut out)?;
        for &number in &out {
            digest.word(i32::from(number) as u32);
        }
    }
    Ok(digest)
}
