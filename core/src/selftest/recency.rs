//! Fixed runs of recency levels: exact integers, the same on every machine.

use super::{ACTIVE, DATA, Digest, VISIBLE, WORDS, half, pattern};
use crate::bits;
use crate::recency::plain::{Levels, Pairs, PairsParams, PlainParams, Remembered};
use crate::recency::{Match, Params, ParamsBuilder, ParamsError, Recency, RecencyError};
use crate::rng;

/// Patterns learned in a fixed run.
pub const PATTERNS: u32 = 200;

/// Ages recalled in a fixed run, from 1 on.
pub const RECALLS: u32 = 60;

const ROWS: u32 = 7;

/// Words of the widest case and of its scratch: room for every other.
const ROOM: (usize, usize) = match builder().levels(11).build() {
    Ok(params) => (params.words(), params.scratch_words()),
    Err(_) => (0, 0),
};

const fn builder() -> ParamsBuilder {
    Params::builder(VISIBLE, ROWS).active(ACTIVE)
}

/// Hands over every known answer of `tests/vectors/recency.txt` of the repository, in its order, as name and value.
///
/// A memory of 200 units in 7 rows learns patterns 0 to 199. Pattern p is 20 of 200 bits from the stream (1, 256, 0, p); where
/// `p % 5` is 4 it has 16 ones of pattern p - 1 as well, drawn as a cue from the stream (1, 256, 6, p). Then for ages 1 to 60,
/// from 10 ones of the pattern as a cue from the stream (1, 256, 1, p), a [`Digest`] takes in pattern, members and unknown
/// units of the best event; its score, age, row and level; score and age of the runner-up. A score is in two's complement, of
/// an age it is the low word. At last it takes in the state. Names: levels, and the cap of set cells where it is given.
///
/// The same patterns and cues go to the plain forms, of seed 0x0123456789abcdef: 12 rows of 9 levels, 10 draws; 12 rows in two
/// parts, of 7 levels, 3 draws; 9 rows in pairs of 4 rested ones, of 20 levels. Of each recall the digest takes in pattern,
/// members, unknown units, score, next best score and each winner's row and level; at last the state.
pub fn vectors(mut vector: impl FnMut(&str, u64)) {
    for (name, builder) in [
        ("recency-1", builder().levels(1)),
        ("recency-3", builder().levels(3)),
        ("recency-5", builder().window(35)),
        ("recency-5-cap-70", builder().levels(5).cap(70)),
        ("recency-8", builder().levels(8)),
        ("recency-11", builder().levels(11)),
    ] {
        // All sizes are in range; were they not, the missing vector would show it.
        if let Ok(params) = builder.build()
            && let Ok(digest) = digest(params)
        {
            vector(name, digest.value());
        }
    }
    for (name, digest) in [
        ("plain-9", plain(PLAIN)),
        ("plain-7-parts-2", plain(PARTS)),
        ("pairs-20", pairs(PAIRS)),
    ] {
        if let Ok(digest) = digest {
            vector(name, digest.value());
        }
    }
}

const SEED: u64 = 0x0123_4567_89ab_cdef;

const PLAIN: Result<PlainParams, ParamsError> =
    PlainParams::builder(VISIBLE, 12).seed(SEED).build();
const PARTS: Result<PlainParams, ParamsError> = PlainParams::builder(VISIBLE, 12)
    .parts(2)
    .levels(7)
    .draws(3)
    .seed(SEED)
    .build();
const PAIRS: Result<PairsParams, ParamsError> = PairsParams::builder(VISIBLE, 9)
    .rested(4)
    .seed(SEED)
    .build();

/// Words of the largest of these states, and of the largest scratch.
const PLAIN_ROOM: (usize, usize) = match (PLAIN, PARTS, PAIRS) {
    (Ok(plain), Ok(parts), Ok(pairs)) => (
        largest([plain.words(), parts.words(), pairs.words()]),
        largest([
            plain.scratch_words(),
            parts.scratch_words(),
            pairs.scratch_words(),
        ]),
    ),
    _ => (0, 0),
};

const fn largest([a, b, c]: [usize; 3]) -> usize {
    let more = if a > b { a } else { b };
    if more > c { more } else { c }
}

/// Pattern p, or the near-duplicate of the one before it.
fn learned(number: u32) -> [u32; WORDS] {
    let mut own = pattern(number);
    if number % 5 == 4 {
        let before = pattern(number.wrapping_sub(1));
        let mut kept = [0; WORDS];
        let mut draws = rng::stream(1, DATA, 6, number);
        let _ = bits::cue(&before, 16, &mut draws, &mut kept);
        for (own, kept) in own.iter_mut().zip(kept) {
            *own |= kept;
        }
    }
    own
}

fn digest(params: Params) -> Result<Digest, RecencyError> {
    let (mut words, mut scratch) = ([0; ROOM.0], [0; ROOM.1]);
    let (got, expected) = (ROOM.0, params.words());
    let short = RecencyError::Buffer { got, expected };
    let mut memory = Recency::new(params, words.get_mut(..expected).ok_or(short)?)?;
    for number in 0..PATTERNS {
        memory.learn(&learned(number), &mut scratch)?;
    }
    let mut digest = Digest::new();
    for number in (PATTERNS - RECALLS..PATTERNS).rev() {
        let cue = half(&learned(number), number);
        let recalled = memory.recall(&cue, &mut scratch)?;
        for part in [recalled.pattern, recalled.members, recalled.unknown] {
            part.iter().for_each(|&word| digest.word(word));
        }
        let Some(best) = recalled.matched else {
            continue;
        };
        take(&mut digest, best);
        digest.word(best.row());
        digest.word(best.level());
        if let Some(next) = memory.runner_up(&cue, best.age(), &mut scratch)? {
            take(&mut digest, next);
        }
    }
    memory.words().iter().for_each(|&word| digest.word(word));
    Ok(digest)
}

fn take(digest: &mut Digest, found: Match) {
    digest.word(found.score() as u32);
    digest.word(found.age() as u32);
}

/// What cannot go wrong here.
struct Wrong;

impl From<ParamsError> for Wrong {
    fn from(_: ParamsError) -> Self {
        Self
    }
}

impl From<RecencyError> for Wrong {
    fn from(_: RecencyError) -> Self {
        Self
    }
}

fn plain(params: Result<PlainParams, ParamsError>) -> Result<Digest, Wrong> {
    let params = params?;
    let (mut words, mut scratch) = ([0; PLAIN_ROOM.0], [0; PLAIN_ROOM.1]);
    let words = words.get_mut(..params.words()).ok_or(Wrong)?;
    let mut memory = Levels::new(params, words)?;
    for number in 0..PATTERNS {
        memory.learn(&learned(number), &mut scratch)?;
    }
    let mut digest = Digest::new();
    for number in (PATTERNS - RECALLS..PATTERNS).rev() {
        let cue = half(&learned(number), number);
        remembered(&mut digest, &memory.recall(&cue, &mut scratch)?);
    }
    memory.words().iter().for_each(|&word| digest.word(word));
    Ok(digest)
}

fn pairs(params: Result<PairsParams, ParamsError>) -> Result<Digest, Wrong> {
    let params = params?;
    let (mut words, mut scratch) = ([0; PLAIN_ROOM.0], [0; PLAIN_ROOM.1]);
    let words = words.get_mut(..params.words()).ok_or(Wrong)?;
    let mut memory = Pairs::new(params, words)?;
    for number in 0..PATTERNS {
        memory.learn(&learned(number), &mut scratch)?;
    }
    let mut digest = Digest::new();
    for number in (PATTERNS - RECALLS..PATTERNS).rev() {
        let cue = half(&learned(number), number);
        remembered(&mut digest, &memory.recall(&cue, &mut scratch)?);
    }
    memory.words().iter().for_each(|&word| digest.word(word));
    Ok(digest)
}

fn remembered(digest: &mut Digest, found: &Remembered<'_>) {
    for part in [found.pattern, found.members, found.unknown] {
        part.iter().for_each(|&word| digest.word(word));
    }
    for score in [Some(found.score), found.next].into_iter().flatten() {
        digest.word(score as u32);
    }
    for winner in found.winners() {
        digest.word(winner.row);
        digest.word(winner.level);
    }
}
