//! A longer fixed run, of the sizes that a device is given in earnest: 500 patterns through one network.
//!
//! 256 visible units, 96 hidden units, fan-in 32, 8 winners, 32 active units: the most hidden units whose masks and
//! 16-bit weights leave a microcontroller of 16 KiB RAM its stack. With structured wiring, which has no masks, 256
//! hidden units of 8-bit weights take less.

use super::{DATA, Digest};
use crate::bits;
use crate::kwinner::{
    KWinner, NetworkError, Params, ParamsBuilder, ParamsError, Structured, Wiring,
};
use crate::rng;
use crate::weight::{Rounding, U8, U16, Width};

/// Patterns learned.
pub const PATTERNS: u32 = 500;

/// Patterns recalled afterwards, newest first.
pub const RECALLS: u32 = 50;

const VISIBLE: u32 = 256;
const ACTIVE: u32 = 32;
type Pattern = [u32; bits::words_for(VISIBLE)];

/// The parameters of the run: the sizes above, rate 19661/65536, seed 0x0123456789abcdef.
///
/// # Errors
/// None for the five widths there are; the type is that of the check.
pub const fn params<W: Width>(rounding: Rounding) -> Result<Params<W>, ParamsError> {
    sizes(96, rounding).build()
}

/// The parameters of the run with structured wiring: 256 hidden units, the rest as in [`params`].
///
/// # Errors
/// As there.
pub const fn structured<W: Width>(
    rounding: Rounding,
) -> Result<Params<W, Structured>, ParamsError> {
    sizes(256, rounding).structured().build()
}

const fn sizes<W: Width>(hidden: u32, rounding: Rounding) -> ParamsBuilder<W> {
    Params::builder(VISIBLE, hidden)
        .fan_in(32)
        .winners(8)
        .active(ACTIVE)
        .rate(19_661)
        .rounding(rounding)
        .seed(0x0123_4567_89ab_cdef)
}

/// Runs in the caller's buffers and folds recalls and final state into one number.
///
/// Pattern `p` is 32 of 256 bits from stream (1, 256, 0, p), its cue 16 of its ones from stream (1, 256, 1, p). After
/// 500 are learned, a [`Digest`] takes in, for 499 down to 450, the words of the recalled pattern and the low word of
/// the match score; then the whole state.
///
/// # Errors
/// [`NetworkError`] unless `words` is exactly [`Params::words`] long and `scratch` at least [`Params::scratch_words`],
/// of the parameters.
pub fn digest<W: Width, G: Wiring>(
    params: Params<W, G>,
    words: &mut [u32],
    scratch: &mut [u32],
) -> Result<u64, NetworkError> {
    let mut digest = Digest::new();
    let mut network = KWinner::new(params, words)?;
    let mut pattern = Pattern::default();
    for number in 0..PATTERNS {
        sample(number, &mut pattern)?;
        network.learn(&pattern, scratch)?;
    }
    for number in (PATTERNS - RECALLS..PATTERNS).rev() {
        sample(number, &mut pattern)?;
        let mut cue = Pattern::default();
        let stream = &mut rng::stream(1, DATA, 1, number);
        bits::cue(&pattern, ACTIVE / 2, stream, &mut cue).map_err(NetworkError::Cue)?;
        let recalled = network.recall(&cue, scratch)?;
        recalled.pattern.iter().for_each(|&word| digest.word(word));
        digest.word(recalled.matched.score() as u32);
    }
    network.words().iter().for_each(|&word| digest.word(word));
    Ok(digest.value())
}

/// Hands over every known answer of `tests/vectors/kwinner-500.txt` of the repository, in its order, as name and value.
///
/// # Errors
/// [`NetworkError`] for buffers shorter than [`Params::words`] and [`Params::scratch_words`] of [`params`]`::<U16>`.
/// They may be longer.
pub fn vectors(
    words: &mut [u32],
    scratch: &mut [u32],
    mut vector: impl FnMut(&str, u64),
) -> Result<(), NetworkError> {
    if let Ok(params) = params::<U8>(Rounding::Stochastic) {
        let value = digest(params, cut(words, params.words())?, scratch)?;
        vector("u8-stochastic-500", value);
    }
    if let Ok(params) = params::<U16>(Rounding::Nearest) {
        let value = digest(params, cut(words, params.words())?, scratch)?;
        vector("u16-nearest-500", value);
    }
    for (name, rounding) in [
        ("u8-nearest-structured-500", Rounding::Nearest),
        ("u8-stochastic-structured-500", Rounding::Stochastic),
    ] {
        if let Ok(params) = structured::<U8>(rounding) {
            let value = digest(params, cut(words, params.words())?, scratch)?;
            vector(name, value);
        }
    }
    Ok(())
}

fn cut(words: &mut [u32], expected: usize) -> Result<&mut [u32], NetworkError> {
    let got = words.len();
    words
        .get_mut(..expected)
        .ok_or(NetworkError::Buffer { got, expected })
}

fn sample(number: u32, pattern: &mut Pattern) -> Result<(), NetworkError> {
    let stream = &mut rng::stream(1, DATA, 0, number);
    bits::sample(VISIBLE, ACTIVE, stream, pattern).map_err(NetworkError::Cue)
}
