//! A fixed run whose digest is the same on every machine: the check that a build computes the contract's bits.
//!
//! A small K-winner MHN (200 visible units, 100 hidden units, fan-in 24, 7 winners, 20 active units: sizes that fill no
//! word exactly) learns [`PATTERNS`] patterns from fixed streams, recalls the last [`RECALLS`] from half their ones,
//! and everything it computed is folded into 64 bits. `tests/vectors` of the repository holds the digests.

use crate::bits;
use crate::kwinner::{Assignment, KWinner, NetworkError, Params, ParamsError};
use crate::rng::{self, Purpose};
use crate::weight::{Rounding, Width};

/// Patterns learned in the fixed run.
pub const PATTERNS: u32 = 200;

/// Patterns recalled in the fixed run, newest first.
pub const RECALLS: u32 = 50;

const VISIBLE: u32 = 200;
const ACTIVE: u32 = 20;
const WORDS: usize = bits::words_for(VISIBLE);
/// The first purpose code that belongs to users of the crate: these streams are the run's own.
const DATA: Purpose = Purpose(256);

/// The parameters of the fixed run.
///
/// # Errors
/// None for the five widths there are; the type is that of the check.
pub const fn params<W: Width>(
    rounding: Rounding,
    assignment: Assignment,
) -> Result<Params<W>, ParamsError> {
    Params::builder(VISIBLE, 100)
        .fan_in(24)
        .winners(7)
        .active(ACTIVE)
        .rate(19_661)
        .rounding(rounding)
        .assignment(assignment)
        .seed(0x0123_4567_89ab_cdef)
        .build()
}

/// Runs the fixed run in the caller's buffers and folds hidden codes, match scores, recalled patterns and the final
/// state into one number.
///
/// # Errors
/// [`NetworkError`] for buffers of a wrong length: [`Params::words`] and [`Params::scratch_words`] of [`params`].
pub fn kwinner_digest<W: Width>(
    params: Params<W>,
    words: &mut [u32],
    scratch: &mut [u32],
) -> Result<u64, NetworkError> {
    let mut digest = Digest::new();
    let mut network = KWinner::new(params, words)?;
    for number in 0..PATTERNS {
        let matched = network.learn(&pattern(number), scratch)?;
        digest.word(matched.score() as u32);
    }
    for number in (PATTERNS - RECALLS..PATTERNS).rev() {
        let cue = half(&pattern(number), number);
        let recalled = network.recall(&cue, scratch)?;
        recalled.winners.iter().for_each(|&unit| digest.word(unit));
        recalled.pattern.iter().for_each(|&word| digest.word(word));
        digest.word(recalled.matched.score() as u32);
    }
    network.words().iter().for_each(|&word| digest.word(word));
    Ok(digest.0)
}

fn pattern(number: u32) -> [u32; WORDS] {
    let mut out = [0; WORDS];
    // Lengths and counts are constants that fit.
    let _ = bits::sample(
        VISIBLE,
        ACTIVE,
        &mut rng::stream(1, DATA, 0, number),
        &mut out,
    );
    out
}

fn half(pattern: &[u32; WORDS], number: u32) -> [u32; WORDS] {
    let mut out = [0; WORDS];
    let _ = bits::cue(
        pattern,
        ACTIVE / 2,
        &mut rng::stream(1, DATA, 1, number),
        &mut out,
    );
    out
}

/// FNV-1a over the little-endian bytes of words.
#[derive(Clone, Copy, Debug)]
pub struct Digest(u64);

impl Digest {
    /// The digest of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Takes one word in.
    pub fn word(&mut self, word: u32) {
        for byte in word.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// The digest so far.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl Default for Digest {
    fn default() -> Self {
        Self::new()
    }
}
