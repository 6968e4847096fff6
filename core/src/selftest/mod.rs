//! A fixed run whose digest is the same on every machine: the check that a build computes the contract's bits.
//!
//! A small K-winner MHN (200 visible units, 100 hidden units, fan-in 24, 7 winners, 20 active units: sizes that fill no
//! word exactly) learns [`PATTERNS`] patterns from fixed streams, recalls the last [`RECALLS`] from half their ones,
//! and everything it computed is folded into 64 bits. `tests/vectors` of the repository holds the digests.

pub mod attractor;
pub mod classical;
pub mod encode;
pub mod hetero;
pub mod long;
pub mod modern;
pub mod recency;
pub mod recogniser;
pub mod ring;
pub mod words;

use crate::bits;
use crate::kwinner::{
    Assignment, KWinner, NetworkError, Params, ParamsBuilder, ParamsError, Structured, Wiring,
};
use crate::rng::{self, Key, Purpose};
use crate::select;
use crate::weight::{self, Rounding, U1, U4, U8, U16, Width};
use rand_core::Rng;

/// Patterns learned in the fixed run.
pub const PATTERNS: u32 = 200;

/// Patterns recalled in the fixed run, newest first.
pub const RECALLS: u32 = 50;

const VISIBLE: u32 = 200;
const ACTIVE: u32 = 20;
const WORDS: usize = bits::words_for(VISIBLE);
/// The first purpose code that belongs to users of the crate: these streams are the run's own.
const DATA: Purpose = Purpose(256);

/// The parameters of the fixed run: the sizes above, rate 19661/65536, seed 0x0123456789abcdef.
///
/// # Errors
/// None for the five widths there are; the type is that of the check.
pub const fn params<W: Width>(
    rounding: Rounding,
    assignment: Assignment,
) -> Result<Params<W>, ParamsError> {
    sizes(100, rounding, assignment).build()
}

/// The parameters of the fixed run with structured wiring and this many hidden units.
///
/// # Errors
/// [`ParamsError::Structured`] for a number that structured wiring does not take.
pub const fn structured<W: Width>(
    hidden: u32,
    rounding: Rounding,
) -> Result<Params<W, Structured>, ParamsError> {
    sizes(hidden, rounding, Assignment::Competitive)
        .structured()
        .build()
}

const fn sizes<W: Width>(
    hidden: u32,
    rounding: Rounding,
    assignment: Assignment,
) -> ParamsBuilder<W> {
    Params::builder(VISIBLE, hidden)
        .fan_in(24)
        .winners(7)
        .active(ACTIVE)
        .rate(19_661)
        .rounding(rounding)
        .assignment(assignment)
        .seed(0x0123_4567_89ab_cdef)
}

/// Runs the fixed run in the caller's buffers and folds hidden codes, match scores, recalled patterns and the final
/// state into one number.
///
/// Pattern `p` is 20 of 200 bits from stream (1, 256, 0, p), its cue 10 of its ones from stream (1, 256, 1, p). A
/// [`Digest`] takes in the low word of the match score of learning 0 to 199; then, for 199 down to 150, the winners of
/// the cue, the words of the recalled pattern and the low word of the match score; then the whole state. A pattern without
/// a one, in between, is refused and leaves no trace.
///
/// # Errors
/// [`NetworkError`] unless `words` is exactly [`Params::words`] long and `scratch` at least [`Params::scratch_words`].
pub fn kwinner_digest<W: Width, G: Wiring>(
    params: Params<W, G>,
    words: &mut [u32],
    scratch: &mut [u32],
) -> Result<u64, NetworkError> {
    let mut digest = Digest::new();
    let mut network = KWinner::new(params, words)?;
    for number in 0..PATTERNS {
        let matched = network.learn(&pattern(number), scratch)?;
        digest.word(matched.score() as u32);
    }
    if network.learn(&[0; WORDS], scratch) != Err(NetworkError::Empty) {
        digest.word(0);
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

/// Hands over every known answer of `tests/vectors/kwinner.txt` of the repository, in its order, as name and value:
/// the primitives first, then the digest of the fixed run for some widths, roundings and assignments.
///
/// A host's program, a device and a test all call this, so that none of them keeps a list of its own.
///
/// # Errors
/// [`NetworkError`] for buffers shorter than [`Params::words`] and [`Params::scratch_words`] of the widest case,
/// [`params`]`::<U16>`. They may be longer.
pub fn vectors(
    words: &mut [u32],
    scratch: &mut [u32],
    mut vector: impl FnMut(&str, u64),
) -> Result<(), NetworkError> {
    use Assignment::{Competitive, RandomK};
    use Rounding::{Nearest, Stochastic};
    primitives(&mut vector);
    let mut run = Cases {
        words,
        scratch,
        vector,
    };
    run.case::<U8>("u8-nearest", Nearest, Competitive)?;
    run.case::<U8>("u8-stochastic", Stochastic, Competitive)?;
    run.case::<U16>("u16-nearest", Nearest, Competitive)?;
    run.case::<U4>("u4-stochastic", Stochastic, Competitive)?;
    run.case::<U1>("u1-stochastic", Stochastic, Competitive)?;
    run.case::<U8>("u8-nearest-random-k", Nearest, RandomK)?;
    // A power of two and another number of hidden units: other arithmetic.
    run.wired("u8-nearest-structured-128", structured::<U8>(128, Nearest))?;
    run.wired(
        "u4-stochastic-structured-101",
        structured::<U4>(101, Stochastic),
    )
}

struct Cases<'a, F> {
    words: &'a mut [u32],
    scratch: &'a mut [u32],
    vector: F,
}

impl<F: FnMut(&str, u64)> Cases<'_, F> {
    fn case<W: Width>(
        &mut self,
        name: &str,
        rounding: Rounding,
        assignment: Assignment,
    ) -> Result<(), NetworkError> {
        self.wired(name, params::<W>(rounding, assignment))
    }

    fn wired<W: Width, G: Wiring>(
        &mut self,
        name: &str,
        params: Result<Params<W, G>, ParamsError>,
    ) -> Result<(), NetworkError> {
        // These parameters are in range; were they not, the missing vector would show it.
        let Ok(params) = params else {
            return Ok(());
        };
        let (got, expected) = (self.words.len(), params.words());
        let short = NetworkError::Buffer { got, expected };
        let words = self.words.get_mut(..expected).ok_or(short)?;
        let digest = kwinner_digest(params, words, self.scratch)?;
        (self.vector)(name, digest);
        Ok(())
    }
}

fn primitives(vector: &mut impl FnMut(&str, u64)) {
    const SEED: u64 = 0x0123_4567_89ab_cdef;
    let key = Key::new(SEED, DATA);
    vector("key-at-0", key.at(0).into());
    vector("key-at-1", key.at(1).into());
    vector("key-at-max", key.at(u32::MAX).into());
    vector("key-derive-7-at-0", key.derive(7).at(0).into());
    vector(
        "key-derive-u64-at-0",
        key.derive_u64(0x0000_0001_0000_0007).at(0).into(),
    );
    vector("key-digest-1-2-3", key.digest(&[1, 2, 3]).into());
    let dither = |slot| u64::from(weight::dither(key, slot));
    vector(
        "dither-slots-0-to-3",
        (0..4).fold(0, |all, slot| all << 16 | dither(slot)),
    );

    let (state, sequence) = rng::stream_parts(SEED, DATA, 2, 3);
    vector("stream-state", state);
    vector("stream-sequence", sequence);
    let stream = || rng::stream(SEED, DATA, 2, 3);
    let mut draws = stream();
    vector("stream-word-0", draws.next_u32().into());
    vector("stream-word-1", draws.next_u32().into());
    let mut draws = stream();
    let mut digit = |all, _| all << 4 | u64::from(rng::below(&mut draws, 10));
    vector("below-10-16-times", (0..16).fold(0, &mut digit));
    // A quarter of the draws are rejected.
    let mut draws = stream();
    let mut word = |all, _| all << 32 | u64::from(rng::below(&mut draws, 0xc000_0000));
    vector("below-c0000000-twice", (0..2).fold(0, &mut word));
    vector(
        "below-u64-10e18",
        rng::below_u64(&mut stream(), 10_u64.pow(18)),
    );

    // Sizes are constants that fit; the ones of 40 bits are read as one number.
    let number = |words: [u32; 2]| u64::from(words[1]) << 32 | u64::from(words[0]);
    let (mut few, mut many, mut cue) = ([0; 2], [0; 2], [0; 2]);
    let _ = bits::sample(40, 5, &mut stream(), &mut few);
    let _ = bits::sample(40, 35, &mut stream(), &mut many);
    let _ = bits::cue(&few, 2, &mut stream(), &mut cue);
    vector("sample-5-of-40", number(few));
    vector("sample-35-of-40", number(many));
    vector("cue-2-of-sample-5", number(cue));
    let mut order: [u64; 16] = core::array::from_fn(|index| index as u64);
    rng::shuffle(&mut stream(), &mut order);
    vector(
        "shuffle-16",
        order.iter().fold(0, |all, item| all << 4 | item),
    );
    // Values 0, 1, 2, 3, 0, ...: all 10 threes win, and 6 of the 10 twos by their tie hashes.
    let values: [u32; 40] = core::array::from_fn(|index| index as u32 % 4);
    let mut top = [0; 2];
    select::top_k(&values, 16, key, |index| bits::set(&mut top, index));
    vector("top-16-of-40", number(top));
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

/// 64-bit FNV-1a over the little-endian bytes of words: from 0xcbf29ce484222325, each byte is xored in and the whole
/// multiplied by 0x100000001b3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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
