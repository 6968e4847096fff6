//! Fixed runs of attractor memories over codes: the same bits on every machine.

mod index;
mod matrix;
mod project;

use super::{DATA, Digest};
use crate::attractor::{AttractorError, code};
use crate::bits;
use crate::rng;

/// The largest buffers of the fixed runs: they hold every other.
const WORDS: usize = larger(index::WORDS, matrix::WORDS);
const SCRATCH: usize = larger(index::SCRATCH, matrix::SCRATCH);
const SEED: u64 = 0x0123_4567_89ab_cdef;

/// Words of a pattern of packed bits: room for those of all runs.
const PATTERN: usize = bits::words_for(index::UNITS);

const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// Hands over every known answer of `tests/vectors/attractor.txt` of the repository, in its order, as name and value. All
/// seeds are 0x0123456789abcdef, and each is a [`Digest`]; `attractor-all` is that of the others, low words first.
///
/// **Projections** of 33 numbers, to codes of 6 of 75 units. Number t of input p is the low 16 bits of draw t of the key of
/// (1, 256, 300 + p): as an `i16`, or as `u / 32768 - 1`. Inputs 0 to 7 are so; input 8 is 0 throughout, input 9 has the least
/// `i16`, or the largest `f32` that is finite, throughout. `sparse-7` takes in the inputs of the 7 taps of units 0 to 74, each
/// `2 input + 1` where it is subtracted and else `2 input`; then the codes of the inputs. `gaussian` takes in the rows of
/// units 0, 1, 74 and 65535, and the codes; `rows`, for 20 such rows of 5 numbers, codes of 3 of 20 units
/// and the first 5 numbers of each input: the code; that of drives which are these numbers over and over; and, with the input
/// of integers, that of 4 times these drives, as integers rounded towards 0. `quantized` takes in all inputs as integers.
///
/// **An index** of 13 pairs of codes, 6 of 75 units: code p is from the stream (1, 256, 6, p), pair p has cue p and target
/// `(p + 1) % 13`, but pair 7 has cue 3. Cue p of 16 is 3 of code `p % 13`, from the stream (1, 256, 7, p), and
/// `p % 4` of 75 units, from the stream (1, 256, 8, p); then a list of no unit; code 0; and all units. Each architecture
/// takes in, for each cue: the length of the code recalled, that code, the length of the settled one, that one, steps, the
/// share, and pair and overlap of the best and the next match (2^32 - 1 for none). Then, for 5 hops from code 2, each hop's
/// number and code; and the number of hops. `forgotten` takes in the buffer when pairs 5, 3 and 0 are forgotten, and all this
/// by each architecture in turn; then, of code 4 and all pairs there are, the matches nearest first and the overlaps.
///
/// **Matrices** of every width, codes of 5 of 41 units from the streams (1, 256, 9, number): pair p of 20 has codes p and
/// `p + 1`, and is learned `p % 4 + 1` times, the first of them by 1 and the others by a third of the largest weight, or 1.
/// Each takes in what was lost each time; then, of codes 0 to 20, the length of what is associated, and that; and the same of
/// what settles in 7 steps with inhibition of 3/4, with the steps; then the count of full weights, the pairs learned and what
/// was lost, low words only; and the buffer.
///
/// **As memories of patterns**, the first 10 of the codes are stored, and from half of each the pattern's words and the share
/// are taken in: `memory-index`, by an attractor of up to 4 steps, and `memory-matrix`, in weights of 4 bits.
pub fn vectors(mut vector: impl FnMut(&str, u64)) {
    let (mut words, mut scratch) = ([0; WORDS], [0; SCRATCH]);
    let mut all = Digest::new();
    let mut each = |name: &str, digest: Result<Digest, AttractorError>| {
        // All sizes are in range; were they not, the missing vector would show it.
        if let Ok(digest) = digest {
            let value = digest.value();
            all.word(value as u32);
            all.word((value >> 32) as u32);
            vector(name, value);
        }
    };
    project::digests(&mut scratch, &mut each);
    index::digests(&mut words, &mut scratch, &mut each);
    matrix::digests(&mut words, &mut scratch, &mut each);
    vector("attractor-all", all.value());
}

/// The start of a buffer.
fn first(words: &mut [u32], expected: usize) -> Result<&mut [u32], AttractorError> {
    let got = words.len();
    let short = AttractorError::Buffer { got, expected };
    words.get_mut(..expected).ok_or(short)
}

/// `active` of the units, from a stream of the run's own, as packed bits.
fn drawn(units: u32, active: u32, kind: u32, number: u32) -> [u32; PATTERN] {
    let mut out = [0; PATTERN];
    let words = out.get_mut(..bits::words_for(units)).unwrap_or(&mut []);
    // Lengths and counts are constants that fit.
    let _ = bits::sample(
        units,
        active,
        &mut rng::stream(1, DATA, kind, number),
        words,
    );
    out
}

/// The same as a list.
fn code_of<const K: usize>(units: u32, kind: u32, number: u32) -> [u32; K] {
    let mut code = [0; K];
    code::from_bits(&drawn(units, K as u32, kind, number), &mut code);
    code
}

/// Takes a list in, with its length.
fn take(digest: &mut Digest, code: &[u32]) {
    digest.word(code.len() as u32);
    code.iter().for_each(|&unit| digest.word(unit));
}
