//! A fixed run of the classical Hopfield network: exact integers, the same on every machine.

use super::{DATA, Digest};
use crate::bits;
use crate::hopfield::classical::{Classical, NetworkError, Params, ParamsError, Recalled, Width};
use crate::hopfield::{Kind, Recall, Sign, identify};
use crate::rng;

/// Patterns stored in the fixed run.
pub const PATTERNS: u32 = 12;

const UNITS: u32 = 75;
const WORDS: usize = bits::words_for(UNITS);
const SEED: u64 = 0x0123_4567_89ab_cdef;

/// The parameters of the fixed run: 75 units with thresholds.
///
/// # Errors
/// None: 75 units are in range.
pub const fn params(width: Width) -> Result<Params, ParamsError> {
    Params::builder(UNITS, PATTERNS)
        .width(width)
        .thresholds()
        .seed(SEED)
        .build()
}

/// Runs the fixed run in the caller's buffers and folds all that it computes into one number.
///
/// Pattern `p` is 37 of 75 bits from the stream (1, 256, 2, p). Unit i has threshold `i % 5 - 2`. Once 12 patterns are
/// stored, a [`Digest`] takes in, for p from 0 to 11, what comes from the cue made of pattern p and noise, 25 of 75 bits
/// from the stream (1, 256, 3, p), by exclusive or: by units drawn at random with the usual rules, and then by sweeps, each
/// as run p. Of both it takes in the state, the energy's two halves (low first), updates and flips. Of the latter it also
/// takes in what the state is within 3 units: 0 a memory, 1 an inverted one, 2 a mixture, 3 none of these; the units in which
/// it differs; and of each memory that the first three name `2 memory + 1` where its sign is minus, and else `2 memory`. At
/// last it takes in the network's buffer.
///
/// # Errors
/// [`NetworkError`] unless `words` is exactly [`Params::words`] long and `scratch` at least [`Params::scratch_words`].
pub fn digest(params: Params, words: &mut [u32], scratch: &mut [u32]) -> Result<u64, NetworkError> {
    let mut digest = Digest::new();
    let mut network = Classical::new(params, words)?;
    let mut memories = [[0; WORDS]; PATTERNS as usize];
    for (memory, number) in memories.iter_mut().zip(0..) {
        *memory = drawn(UNITS / 2, 2, number);
        network.store(memory)?;
    }
    for (unit, threshold) in (0..UNITS).zip([-2, -1, 0, 1, 2].into_iter().cycle()) {
        network.set_threshold(unit, threshold)?;
    }
    let memories = memories.as_flattened();
    for (memory, number) in memories.chunks_exact(WORDS).zip(0..) {
        let mut cue = drawn(UNITS / 3, 3, number);
        for (word, memory) in cue.iter_mut().zip(memory) {
            *word ^= memory;
        }
        let random = Recall::new().run(number);
        take(&mut digest, network.recall(&cue, &random, scratch)?);
        let recalled = network.recall(&cue, &Recall::sweeps().run(number), scratch)?;
        take(&mut digest, recalled);
        name(&mut digest, recalled.state, memories)?;
    }
    network.words().iter().for_each(|&word| digest.word(word));
    Ok(digest.value())
}

/// `ones` of 75 bits, from a stream of the run's own.
fn drawn(ones: u32, kind: u32, number: u32) -> [u32; WORDS] {
    let mut out = [0; WORDS];
    // Lengths and counts are constants that fit.
    let _ = bits::sample(
        UNITS,
        ones,
        &mut rng::stream(1, DATA, kind, number),
        &mut out,
    );
    out
}

fn take(digest: &mut Digest, recalled: Recalled<'_>) {
    recalled.state.iter().for_each(|&word| digest.word(word));
    digest.word(recalled.energy as u32);
    digest.word((recalled.energy >> 32) as u32);
    digest.word(recalled.run.updates as u32);
    digest.word(recalled.run.flips as u32);
}

/// Takes in what a state is.
fn name(digest: &mut Digest, state: &[u32], memories: &[u32]) -> Result<(), NetworkError> {
    let found = identify(state, memories, UNITS, 3).map_err(NetworkError::Recall)?;
    let code = match found.kind {
        Kind::Stored { .. } => 0,
        Kind::Inverted { .. } => 1,
        Kind::Mixture(_) => 2,
        Kind::Spurious => 3,
    };
    digest.word(code);
    digest.word(found.distance);
    match found.kind {
        Kind::Stored { memory } => digest.word(memory.wrapping_mul(2)),
        Kind::Inverted { memory } => digest.word(memory.wrapping_mul(2) | 1),
        Kind::Mixture(mixture) => {
            for part in mixture.parts() {
                let minus = u32::from(part.sign == Sign::Minus);
                digest.word(part.memory.wrapping_mul(2) | minus);
            }
        }
        Kind::Spurious => {}
    }
    Ok(())
}

/// Hands over every known answer of `tests/vectors/classical.txt` of the repository, in its order, as name and value: the
/// digest of the fixed run for each width.
///
/// # Errors
/// [`NetworkError`] for buffers shorter than [`Params::words`] and [`Params::scratch_words`] of `params(Width::I32)`. They
/// may be longer.
pub fn vectors(
    words: &mut [u32],
    scratch: &mut [u32],
    mut vector: impl FnMut(&str, u64),
) -> Result<(), NetworkError> {
    let widths = [
        ("classical-i8", Width::I8),
        ("classical-i16", Width::I16),
        ("classical-i32", Width::I32),
    ];
    for (name, width) in widths {
        // These parameters are in range; were they not, the missing vector would show it.
        if let Ok(params) = params(width) {
            let (got, expected) = (words.len(), params.words());
            let words = words.get_mut(..expected);
            let words = words.ok_or(NetworkError::Buffer { got, expected })?;
            vector(name, digest(params, words, scratch)?);
        }
    }
    Ok(())
}
