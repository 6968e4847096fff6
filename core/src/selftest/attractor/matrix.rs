//! Matrices of counts of every width, until they are full.

use fixed::types::I16F16;

use super::super::Digest;
use super::index::store_and_recall;
use super::{PATTERN, SEED, code_of, first, take};
use crate::attractor::{AttractorError, Matrix, Params};
use crate::weight::{U1, U2, U4, U8, U16, Width};

const UNITS: u32 = 41;
const ACTIVE: usize = 5;
const PAIRS: u32 = 20;

const PARAMS: Result<Params, AttractorError> =
    Params::builder(UNITS, ACTIVE as u32).seed(SEED).build();
/// Those of the widest weights.
pub(super) const WORDS: usize = match PARAMS {
    Ok(params) => Matrix::<U16, ()>::words(params),
    Err(_) => 0,
};
/// For patterns as bits and lists, too.
pub(super) const SCRATCH: usize = match PARAMS {
    Ok(params) => Matrix::<U16, ()>::scratch_for(params) + UNITS as usize + PATTERN,
    Err(_) => 0,
};

fn code(number: u32) -> [u32; ACTIVE] {
    code_of(UNITS, 9, number)
}

pub(super) fn digests(
    words: &mut [u32],
    scratch: &mut [u32],
    each: &mut impl FnMut(&str, Result<Digest, AttractorError>),
) {
    each("attractor-matrix-u1", matrix::<U1>(words, scratch));
    each("attractor-matrix-u2", matrix::<U2>(words, scratch));
    each("attractor-matrix-u4", matrix::<U4>(words, scratch));
    each("attractor-matrix-u8", matrix::<U8>(words, scratch));
    each("attractor-matrix-u16", matrix::<U16>(words, scratch));
    each("attractor-memory-matrix", memory(words, scratch));
}

fn made<W: Width>(words: &mut [u32]) -> Result<Matrix<W, &mut [u32]>, AttractorError> {
    let params = PARAMS?;
    let expected = Matrix::<W, ()>::words(params);
    Matrix::new(params, first(words, expected)?)
}

fn matrix<W: Width>(words: &mut [u32], scratch: &mut [u32]) -> Result<Digest, AttractorError> {
    let mut digest = Digest::new();
    let mut matrix = made::<W>(words)?;
    let third = (W::FULL / 3).max(1);
    for pair in 0..PAIRS {
        let (cue, target) = (code(pair), code(pair + 1));
        digest.word(matrix.learn(&cue, &target)? as u32);
        for _ in 0..pair % 4 {
            digest.word(matrix.learn_by(&cue, &target, third)? as u32);
        }
    }
    for number in 0..=PAIRS {
        let cue = code(number);
        take(&mut digest, matrix.associate(&cue, scratch)?);
        let inhibition = I16F16::from_bits(3 << 14);
        let settled = matrix.settle(&cue, 7, inhibition, scratch)?;
        take(&mut digest, settled.code);
        digest.word(settled.steps);
    }
    for count in [matrix.full(), matrix.learned(), matrix.lost()] {
        digest.word(count as u32);
    }
    matrix.buffer().iter().for_each(|&word| digest.word(word));
    Ok(digest)
}

fn memory(words: &mut [u32], scratch: &mut [u32]) -> Result<Digest, AttractorError> {
    let mut digest = Digest::new();
    let mut memory = made::<U4>(words)?;
    store_and_recall(&mut digest, &mut memory, UNITS, ACTIVE as u32, 9, scratch)?;
    Ok(digest)
}
