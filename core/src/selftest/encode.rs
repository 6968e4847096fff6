//! Fixed runs of encoders: exact integers, the same on every machine.

use super::{DATA, Digest};
use crate::bits;
use crate::encode::{
    Bucket, Calibration, Circular, Decode, Encode, EncodeError, Estimate, NGram, ParamsError,
    Range, SparseRandom, Thermometer, Window, WindowParams,
};
use crate::rng;

const UNITS: u32 = 200;
const WORDS: usize = bits::words_for(UNITS);
const SEED: u64 = 0x0123_4567_89ab_cdef;

/// Hands over every known answer of `tests/vectors/encode.txt` of the repository, in its order, as name and value.
///
/// Encoders of 200 units: a thermometer, runs of 20 ones, a ring of 30 ones with a period of 360, and sparse random codes of 17
/// ones in 1,000 steps with seed 0x0123456789abcdef, of the range -300..=299. Of each of the values -400, -387, ... up to 399
/// a [`Digest`] takes in the words of the pattern; then, from half of its ones, drawn from the stream (1, 256, 4, v), v being the
/// number of the value, the value found and its agreement. `several` is three thermometers of 50 units and the runs of 20 in 50,
/// from -v, v, v and v. `window` takes in the sparse random patterns of all these values in windows of 3 frames, `n-gram` the 3-grams
/// of these frames, rotated by 67.
///
/// `calibration` adds values `d - 2^15` or, where t is 3 modulo 7, `256 (d - 2^15)`, d being the high 16 bits of the words of
/// the stream (1, 256, 5, 0), for t from 0 to 2,999; shares are 1,311 and 64,225, the memory is 512. After each value the digest
/// takes in the low and the high estimate, and at last both ends of a range of 2^24 values or more.
pub fn vectors(mut vector: impl FnMut(&str, u64)) {
    for (name, digest) in [
        ("thermometer", thermometer()),
        ("bucket", bucket()),
        ("circular", circular()),
        ("sparse-random", sparse().and_then(|one| inverse(&one))),
        ("several", several()),
        ("window", frames(false)),
        ("n-gram", frames(true)),
        ("calibration", calibration()),
    ] {
        // All sizes are in range; were they not, the missing vector would show it.
        if let Ok(digest) = digest {
            vector(name, digest.value());
        }
    }
}

/// What cannot go wrong here.
enum Wrong {
    Params,
    Call,
}

impl From<ParamsError> for Wrong {
    fn from(_: ParamsError) -> Self {
        Self::Params
    }
}

impl From<EncodeError> for Wrong {
    fn from(_: EncodeError) -> Self {
        Self::Call
    }
}

fn values() -> impl Iterator<Item = (u32, i32)> {
    (0..).zip((-400..400).step_by(13))
}

fn range() -> Result<Range, ParamsError> {
    Range::new(-300, 299)
}

fn inverse<E>(encoder: &E) -> Result<Digest, Wrong>
where
    E: Decode<Value = i32, Found = Option<Estimate>>,
{
    let mut digest = Digest::new();
    let (mut pattern, mut half) = ([0; WORDS], [0; WORDS]);
    for (number, value) in values() {
        encoder.encode(value, &mut pattern)?;
        pattern.iter().for_each(|&word| digest.word(word));
        let ones = bits::count(&pattern);
        let mut draws = rng::stream(1, DATA, 4, number);
        // Both have the same length.
        let _ = bits::cue(&pattern, ones.div_ceil(2), &mut draws, &mut half);
        if let Some(found) = encoder.decode(&half)? {
            digest.word(found.value as u32);
            digest.word(found.agreement);
        }
    }
    Ok(digest)
}

fn thermometer() -> Result<Digest, Wrong> {
    inverse(&Thermometer::new(range()?, UNITS)?)
}

fn bucket() -> Result<Digest, Wrong> {
    inverse(&Bucket::new(range()?, UNITS, 20)?)
}

fn circular() -> Result<Digest, Wrong> {
    inverse(&Circular::new(360, UNITS, 30)?)
}

fn sparse() -> Result<SparseRandom, Wrong> {
    Ok(SparseRandom::new(range()?, 1_000, UNITS, 17, SEED)?)
}

fn several() -> Result<Digest, Wrong> {
    let one = Thermometer::new(range()?, 50)?;
    let all = ([one; 3], Bucket::new(range()?, 50, 20)?);
    let mut digest = Digest::new();
    let mut pattern = [0; WORDS];
    for (_, value) in values() {
        all.encode(([-value, value, value], value), &mut pattern)?;
        pattern.iter().for_each(|&word| digest.word(word));
        let ([x, y, z], w) = all.decode(&pattern)?;
        for found in [x, y, z, w].into_iter().flatten() {
            digest.word(found.value as u32);
        }
    }
    Ok(digest)
}

fn frames(as_grams: bool) -> Result<Digest, Wrong> {
    const PARAMS: Result<WindowParams, ParamsError> = WindowParams::new(UNITS, 3);
    const STATE: usize = 1 + 3 * WORDS;
    const ALL: usize = bits::words_for(3 * UNITS);
    let mut window = Window::new(PARAMS?, [0; STATE])?;
    let grams = NGram::new(UNITS, 3, 67)?;
    let encoder = sparse()?;
    let mut digest = Digest::new();
    let (mut gram, mut all) = ([0; WORDS], [0; ALL]);
    for (_, value) in values() {
        window.push_value(&encoder, value)?;
        if as_grams {
            grams.encode(window.frames(), &mut gram)?;
            gram.iter().for_each(|&word| digest.word(word));
        } else {
            window.write(&mut all)?;
            all.iter().for_each(|&word| digest.word(word));
        }
    }
    Ok(digest)
}

fn calibration() -> Result<Digest, Wrong> {
    use rand_core::Rng;
    let mut calibration = Calibration::new(1_311, 64_225, 512)?;
    let mut draws = rng::stream(1, DATA, 5, 0);
    let mut digest = Digest::new();
    for t in 0..3_000 {
        let value = (draws.next_u32() >> 16) as i32 - (1 << 15);
        calibration.add(if t % 7 == 3 { value << 8 } else { value });
        for estimate in [calibration.low(), calibration.high()]
            .into_iter()
            .flatten()
        {
            digest.word(estimate as u32);
        }
    }
    if let Some(range) = calibration.range(1 << 24) {
        digest.word(range.low() as u32);
        digest.word(range.high() as u32);
    }
    Ok(digest)
}
