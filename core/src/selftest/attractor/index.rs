//! Pairs in an index, recalled by every architecture.

use fixed::types::I16F16;

use super::super::{DATA, Digest};
use super::{PATTERN, SEED, code_of, drawn, first, take};
use crate::attractor::{AttractorError, CodeMemory, Index, Match, Params, Recall, Recalled, code};
use crate::bits;
use crate::memory::Memory;
use crate::rng;

pub(super) const UNITS: u32 = 75;
const ACTIVE: usize = 6;
const PAIRS: u32 = 13;
const CUES: u32 = 16;

/// The sizes of the fixed run's codes.
const PARAMS: Result<Params, AttractorError> =
    Params::builder(UNITS, ACTIVE as u32).seed(SEED).build();
const SIZES: [usize; 2] = match PARAMS {
    // Scratch for patterns as bits and lists, too.
    Ok(params) => [
        Index::<()>::words(params, PAIRS),
        Index::<()>::scratch_for(params, PAIRS) + UNITS as usize + PATTERN,
    ],
    Err(_) => [0; 2],
};
pub(super) const WORDS: usize = SIZES[0];
pub(super) const SCRATCH: usize = SIZES[1];

type Code = [u32; ACTIVE];

fn code(number: u32) -> Code {
    code_of(UNITS, 6, number % PAIRS)
}

pub(super) fn digests(
    words: &mut [u32],
    scratch: &mut [u32],
    each: &mut impl FnMut(&str, Result<Digest, AttractorError>),
) {
    for (name, recall) in NAMES.into_iter().zip(recalls()) {
        let digest = stored(words).and_then(|index| {
            let mut digest = Digest::new();
            recall_all(&mut digest, &index, &recall?, scratch)?;
            Ok(digest)
        });
        each(name, digest);
    }
    each("attractor-forgotten", forgotten(words, scratch));
    each("attractor-memory-index", memory(words, scratch));
}

const NAMES: [&str; 11] = [
    "attractor-flat",
    "attractor-flat-clipped-1",
    "attractor-flat-at-least-3",
    "attractor-settle-10",
    "attractor-settle-3-clipped-2",
    "attractor-hopfield-1/2",
    "attractor-hopfield-1/65536",
    "attractor-recurrent-0",
    "attractor-recurrent-3/2-clipped-3",
    "attractor-two-stage-4",
    "attractor-two-stage-1",
];

fn recalls() -> [Result<Recall, AttractorError>; NAMES.len()] {
    let half = I16F16::from_bits(1 << 15);
    let three_halves = I16F16::from_bits(3 << 15);
    [
        Ok(Recall::flat()),
        Ok(Recall::flat().clipped(1)),
        Ok(Recall::flat().at_least(3)),
        Recall::attractor(10),
        Recall::attractor(3).map(|recall| recall.clipped(2)),
        Recall::hopfield(half, 5),
        Recall::hopfield(I16F16::DELTA, 5),
        Recall::recurrent(6, I16F16::ZERO),
        Recall::recurrent(6, three_halves).map(|recall| recall.clipped(3)),
        Recall::two_stage(4, half, 5),
        Recall::two_stage(1, I16F16::MAX, 5),
    ]
}

fn stored(words: &mut [u32]) -> Result<Index<&mut [u32]>, AttractorError> {
    let params = PARAMS?;
    let mut index = Index::new(params, PAIRS, first(words, WORDS)?)?;
    for pair in 0..PAIRS {
        let cue = if pair == 7 { 3 } else { pair };
        index.store(&code(cue), &code(pair + 1))?;
    }
    Ok(index)
}

/// Takes in what is recalled from all cues, and a chain.
#[inline(never)]
fn recall_all(
    digest: &mut Digest,
    index: &Index<&mut [u32]>,
    recall: &Recall,
    scratch: &mut [u32],
) -> Result<(), AttractorError> {
    let mut list = [0; UNITS as usize];
    for number in 0..CUES {
        let cue = cue(number, &mut list);
        recall_one(digest, &index.recall(cue, recall, scratch)?);
    }
    recall_one(digest, &index.recall(&[], recall, scratch)?);
    recall_one(digest, &index.recall(&code(0), recall, scratch)?);
    for (place, unit) in list.iter_mut().zip(0..) {
        *place = unit;
    }
    recall_one(digest, &index.recall(&list, recall, scratch)?);
    let mut room = Code::default();
    let hops = index.chain(&code(2), 5, recall, scratch, &mut room, |hop, recalled| {
        digest.word(hop);
        take(digest, recalled.code);
    })?;
    digest.word(hops);
    Ok(())
}

/// Some of a code's units, and some others.
fn cue(number: u32, list: &mut [u32; UNITS as usize]) -> &[u32] {
    let mut kept = [0; PATTERN];
    let pattern = drawn(UNITS, ACTIVE as u32, 6, number % PAIRS);
    // Lengths and counts are constants that fit.
    let _ = bits::cue(&pattern, 3, &mut rng::stream(1, DATA, 7, number), &mut kept);
    for (word, noise) in kept.iter_mut().zip(drawn(UNITS, number % 4, 8, number)) {
        *word |= noise;
    }
    let length = code::from_bits(&kept, list);
    list.get(..length).unwrap_or(&[])
}

fn recall_one(digest: &mut Digest, recalled: &Recalled<'_>) {
    take(digest, recalled.code);
    take(digest, recalled.settled);
    digest.word(recalled.steps);
    digest.word(recalled.share());
    for found in [recalled.best, recalled.next] {
        let none = Match {
            pair: u32::MAX,
            overlap: u32::MAX,
        };
        let found = found.unwrap_or(none);
        digest.word(found.pair);
        digest.word(found.overlap);
    }
}

fn forgotten(words: &mut [u32], scratch: &mut [u32]) -> Result<Digest, AttractorError> {
    let mut digest = Digest::new();
    let mut index = stored(words)?;
    for pair in [5, 3, 0] {
        index.forget(pair)?;
    }
    index.buffer().iter().for_each(|&word| digest.word(word));
    for recall in recalls() {
        recall_all(&mut digest, &index, &recall?, scratch)?;
    }
    index.nearest(&code(4), PAIRS, scratch, |found| {
        digest.word(found.pair);
        digest.word(found.overlap);
    })?;
    let overlaps = first(scratch, PAIRS as usize)?;
    index.overlaps(&code(4), overlaps)?;
    overlaps.iter().for_each(|&overlap| digest.word(overlap));
    Ok(digest)
}

fn memory(words: &mut [u32], scratch: &mut [u32]) -> Result<Digest, AttractorError> {
    let params = PARAMS?;
    let index = Index::new(params, PAIRS, first(words, WORDS)?)?;
    let mut memory = CodeMemory::new(index, Recall::attractor(4)?);
    let mut digest = Digest::new();
    store_and_recall(&mut digest, &mut memory, UNITS, ACTIVE as u32, 6, scratch)?;
    Ok(digest)
}

/// Stores patterns in a memory and takes in what it recalls from half of each.
pub(super) fn store_and_recall<M: Memory<Error = AttractorError>>(
    digest: &mut Digest,
    memory: &mut M,
    units: u32,
    active: u32,
    kind: u32,
    scratch: &mut [u32],
) -> Result<(), AttractorError> {
    let used = bits::words_for(units);
    for number in 0..10 {
        let pattern = drawn(units, active, kind, number);
        memory.store(pattern.get(..used).unwrap_or(&[]), scratch)?;
    }
    for number in 0..10 {
        let pattern = drawn(units, active, kind, number);
        let mut half = [0; PATTERN];
        let mut draws = rng::stream(1, DATA, 7, number);
        let _ = bits::cue(&pattern, active / 2, &mut draws, &mut half);
        let recalled = memory.recall(half.get(..used).unwrap_or(&[]), scratch)?;
        recalled.pattern.iter().for_each(|&word| digest.word(word));
        digest.word(recalled.share);
    }
    Ok(())
}
