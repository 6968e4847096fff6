//! Fixed runs of memories of slots: exact integers, the same on every machine.

use super::{ACTIVE, DATA, Digest, VISIBLE, WORDS, half, pattern};
use crate::bits;
use crate::ring::{
    Coded, CodedParams, Found, ParamsError, Polar, PolarParams, Replacement, RingError, Sketches,
    SketchesParams, Slots, SlotsParams,
};
use crate::rng;

const PATTERNS: u32 = 200;
const RECALLS: u32 = 50;
const SLOTS: u32 = 20;
const SEED: u64 = 0x0123_4567_89ab_cdef;

/// Words of the largest state.
const ROOM: usize = 150;
/// 100 units, 10 ones, 32 slots.
const POLAR: PolarParams = match PolarParams::builder(100, 32).active(10).list(4).build() {
    Ok(params) => params,
    Err(_) => panic!("sizes out of range"),
};

/// The class of a pattern, of so many.
const fn class(number: u32, classes: u32) -> u32 {
    match number % 10 {
        9 if classes > 2 => 2,
        7 | 8 if classes > 1 => 1,
        _ => 0,
    }
}

/// Hands over every known answer of `tests/vectors/ring.txt` of the repository, in its order, as name and value.
///
/// Patterns 0 to 199 of 200 units are learned: pattern p is 20 of 200 bits from the stream (1, 256, 0, p), or `1 + p % 40` of
/// them where `p % 7` is 3. Memories: 20 slots as a ring, replaced at random, and as a reservoir; 60 sketches for s = 20; a
/// ring of codes for s = 20 in 130 words; 20 slots balanced by three classes, 1 where `p % 10` is 7 or 8, 2 where it is 9; seeds
/// 0x0123456789abcdef. Then for p from 199 to 150, from 10 ones as a cue from the
/// stream (1, 256, 1, p), a [`Digest`] takes in overlap, most and slot of the best and of the next pattern, and but for
/// sketches the best pattern. At last it takes in the state.
///
/// And 32 slots of polar codes with 4 paths learn 10 of 100 bits from the streams (1, 256, 2, p). Then for p from 199 to 150, from
/// 5 ones, and one bit more where p is odd, as a cue from the stream (1, 256, 3, p), the bit being drawn first, the digest takes
/// in 1 if the pattern is verified or else 0, the misses of its slot, the slot, the pattern and the unknown units.
pub fn vectors(mut vector: impl FnMut(&str, u64)) {
    let seed = SEED;
    for (name, digest) in [
        ("slots-fifo", slots(Replacement::Fifo)),
        ("slots-random", slots(Replacement::Random { seed })),
        ("slots-reservoir", slots(Replacement::Reservoir { seed })),
        ("sketches", sketches()),
        ("coded", coded()),
        (
            "slots-balanced",
            slots(Replacement::Balanced { classes: 3, seed }),
        ),
        ("polar", polar()),
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

impl From<RingError> for Wrong {
    fn from(_: RingError) -> Self {
        Self::Call
    }
}

fn learned(number: u32) -> [u32; WORDS] {
    if number % 7 != 3 {
        return pattern(number);
    }
    let mut out = [0; WORDS];
    let ones = 1 + number % (2 * ACTIVE);
    let mut draws = rng::stream(1, DATA, 0, number);
    let _ = bits::sample(VISIBLE, ones, &mut draws, &mut out);
    out
}

/// The first words of a buffer.
fn first(words: &mut [u32; ROOM], expected: usize) -> Result<&mut [u32], Wrong> {
    words.get_mut(..expected).ok_or(Wrong::Call)
}

fn take(digest: &mut Digest, found: Found) {
    for one in [found.best, found.next].into_iter().flatten() {
        digest.word(one.overlap());
        digest.word(one.most());
        digest.word(one.slot());
    }
}

fn cues() -> impl Iterator<Item = [u32; WORDS]> {
    let numbers = (PATTERNS - RECALLS..PATTERNS).rev();
    numbers.map(|number| half(&learned(number), number))
}

fn slots(replacement: Replacement) -> Result<Digest, Wrong> {
    let params = SlotsParams::new(VISIBLE, SLOTS, replacement)?;
    let mut words = [0; ROOM];
    let mut memory = Slots::new(params, first(&mut words, params.words())?)?;
    for number in 0..PATTERNS {
        memory.learn_as(&learned(number), class(number, params.classes()))?;
    }
    let mut digest = Digest::new();
    for cue in cues() {
        let recalled = memory.recall(&cue)?;
        take(&mut digest, recalled.found);
        recalled.pattern.iter().for_each(|&word| digest.word(word));
    }
    memory.words().iter().for_each(|&word| digest.word(word));
    Ok(digest)
}

fn sketches() -> Result<Digest, Wrong> {
    let params = SketchesParams::new(VISIBLE, ACTIVE, 3 * SLOTS, SEED)?;
    let mut words = [0; ROOM];
    let mut memory = Sketches::new(params, first(&mut words, params.words())?)?;
    for number in 0..PATTERNS {
        memory.learn(&learned(number))?;
    }
    let mut digest = Digest::new();
    for cue in cues() {
        take(&mut digest, memory.find(&cue)?);
    }
    memory.words().iter().for_each(|&word| digest.word(word));
    Ok(digest)
}

fn coded() -> Result<Digest, Wrong> {
    let params = CodedParams::new(VISIBLE, ACTIVE, 130)?;
    let mut words = [0; ROOM];
    let mut scratch = [0; WORDS];
    let mut memory = Coded::new(params, first(&mut words, params.words())?)?;
    for number in 0..PATTERNS {
        memory.learn(&learned(number))?;
    }
    let mut digest = Digest::new();
    for cue in cues() {
        let recalled = memory.recall(&cue, &mut scratch)?;
        take(&mut digest, recalled.found);
        recalled.pattern.iter().for_each(|&word| digest.word(word));
    }
    memory.words().iter().for_each(|&word| digest.word(word));
    Ok(digest)
}

fn polar() -> Result<Digest, Wrong> {
    const SIZE: usize = bits::words_for(POLAR.visible());
    let mut words = [0; POLAR.words()];
    let mut scratch = [0; POLAR.scratch_words()];
    let mut memory = Polar::new(POLAR, &mut words[..])?;
    let pattern = |number| {
        let mut out = [0; SIZE];
        let mut draws = rng::stream(1, DATA, 2, number);
        let _ = bits::sample(POLAR.visible(), POLAR.active(), &mut draws, &mut out);
        out
    };
    for number in 0..PATTERNS {
        memory.learn(&pattern(number))?;
    }
    let mut digest = Digest::new();
    for number in (PATTERNS - RECALLS..PATTERNS).rev() {
        let mut cue = [0; SIZE];
        let mut draws = rng::stream(1, DATA, 3, number);
        let other = rng::below(&mut draws, POLAR.visible());
        let _ = bits::cue(&pattern(number), POLAR.active() / 2, &mut draws, &mut cue);
        if number % 2 == 1 {
            bits::set(&mut cue, other);
        }
        let recalled = memory.recall(&cue, &mut scratch)?;
        digest.word(recalled.verified.into());
        if let Some(matched) = recalled.matched {
            digest.word(matched.most().wrapping_sub(matched.overlap()));
            digest.word(matched.slot());
        }
        for set in [recalled.pattern, recalled.unknown] {
            set.iter().for_each(|&word| digest.word(word));
        }
    }
    memory.words().iter().for_each(|&word| digest.word(word));
    Ok(digest)
}
