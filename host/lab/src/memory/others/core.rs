//! The core's memories, with their buffers and scratch.

use slotless_core::bits;
use slotless_core::recency::Params;
use slotless_core::recency::plain::{Levels, Pairs, PairsParams, PlainParams};
use slotless_core::ring::{Coded, CodedParams, Match, Polar, PolarParams, Slots, SlotsParams};

use slotless_kernels::cpu::{Isa, overlaps};
use slotless_kernels::recency::{Recency, Scratch};

use super::{Answer, Other, Sets};

/// What holds of calls here: buffers have the lengths asked for, patterns ones, and trials end before 2^64 patterns.
const FITS: &str = "patterns have ones, and buffers the length asked for";

/// A score from below 0 on, less the least that it can be.
fn from_zero(score: i32, miss: u32, cue: &[u32]) -> u64 {
    let least = -i64::from(miss) * i64::from(bits::count(cue));
    u64::try_from(i64::from(score) - least).unwrap_or(0)
}

/// Recency levels in their packed form, as they are fast on hosts.
#[derive(Debug)]
pub(super) struct Packed {
    memory: Recency,
    scratch: Scratch,
}

impl Packed {
    pub fn new(params: Params) -> Self {
        Self {
            memory: Recency::new(params),
            scratch: Scratch::default(),
        }
    }
}

impl Other for Packed {
    fn learn(&mut self, pattern: &[u32]) {
        self.memory.learn(pattern).expect(FITS);
    }

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        let recalled = self.memory.recall(cue, &mut self.scratch).expect(FITS);
        let miss = self.memory.params().miss();
        Answer {
            pattern: recalled.pattern,
            score: recalled
                .found
                .map_or(0, |found| from_zero(found.score, miss, cue)),
            sets: Sets::Two([recalled.members, recalled.unknown]),
        }
    }
}

/// Recency levels in pairs of rows.
#[derive(Debug)]
pub(super) struct InPairs {
    memory: Pairs<Vec<u32>>,
    scratch: Vec<u32>,
}

impl InPairs {
    pub fn new(params: PairsParams) -> Self {
        Self {
            memory: Pairs::new(params, vec![0; params.words()]).expect(FITS),
            scratch: vec![0; params.scratch_words()],
        }
    }
}

impl Other for InPairs {
    fn learn(&mut self, pattern: &[u32]) {
        self.memory.learn(pattern, &mut self.scratch).expect(FITS);
    }

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        let recalled = self.memory.recall(cue, &mut self.scratch).expect(FITS);
        let miss = self.memory.params().miss();
        Answer {
            pattern: recalled.pattern,
            score: from_zero(recalled.score, miss, cue),
            sets: Sets::Two([recalled.members, recalled.unknown]),
        }
    }
}

/// Recency levels in their plain form.
#[derive(Debug)]
pub(super) struct Plain {
    memory: Levels<Vec<u32>>,
    scratch: Vec<u32>,
}

impl Plain {
    pub fn new(params: PlainParams) -> Self {
        Self {
            memory: Levels::new(params, vec![0; params.words()]).expect(FITS),
            scratch: vec![0; params.scratch_words()],
        }
    }
}

impl Other for Plain {
    fn learn(&mut self, pattern: &[u32]) {
        self.memory.learn(pattern, &mut self.scratch).expect(FITS);
    }

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        let recalled = self.memory.recall(cue, &mut self.scratch).expect(FITS);
        let miss = self.memory.params().miss();
        Answer {
            pattern: recalled.pattern,
            score: from_zero(recalled.score, miss, cue),
            sets: Sets::Two([recalled.members, recalled.unknown]),
        }
    }
}

/// Plain slots.
#[derive(Debug)]
pub(super) struct Ring {
    memory: Slots<Vec<u32>>,
}

impl Ring {
    pub fn new(params: SlotsParams) -> Self {
        let words = vec![0; params.words()];
        Self {
            memory: Slots::new(params, words).expect(FITS),
        }
    }
}

impl Other for Ring {
    fn learn(&mut self, pattern: &[u32]) {
        self.memory.learn(pattern).expect(FITS);
    }

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        let recalled = self.memory.recall(cue).expect(FITS);
        Answer {
            pattern: recalled.pattern,
            score: recalled
                .found
                .best
                .map_or(0, |best| u64::from(best.overlap())),
            sets: Sets::One(recalled.pattern),
        }
    }
}

/// Slots of coded patterns, which stand decoded beside their codes: the core decodes all of them for each cue, and finds the
/// same.
#[derive(Debug)]
pub(super) struct Codes {
    memory: Coded<Vec<u32>>,
    /// Packed patterns, the oldest first; those before `first` have left the ring.
    decoded: Vec<u32>,
    first: usize,
    overlaps: Vec<u32>,
    nothing: Vec<u32>,
}

impl Codes {
    pub fn new(params: CodedParams) -> Self {
        Self {
            memory: Coded::new(params, vec![0; params.words()]).expect(FITS),
            decoded: Vec::new(),
            first: 0,
            overlaps: Vec::new(),
            nothing: vec![0; params.scratch_words()],
        }
    }
}

impl Other for Codes {
    fn learn(&mut self, pattern: &[u32]) {
        self.memory.learn(pattern).expect(FITS);
        self.decoded.extend_from_slice(pattern);
        let kept = self.memory.kept() as usize;
        self.first = self.decoded.len() / pattern.len() - kept;
        if self.first > kept {
            self.decoded.drain(..self.first * pattern.len());
            self.first = 0;
        }
    }

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        let kept = &self.decoded[self.first * cue.len()..];
        self.overlaps.resize(kept.len() / cue.len(), 0);
        overlaps(Isa::best(), cue, kept, &mut self.overlaps);
        // Of equal ones the last, which is the newest.
        let both = self.overlaps.iter().zip(kept.chunks_exact(cue.len()));
        let (overlap, pattern) = both
            .max_by_key(|&(&overlap, _)| overlap)
            .unwrap_or((&0, &self.nothing));
        Answer {
            pattern,
            score: u64::from(*overlap),
            sets: Sets::One(pattern),
        }
    }
}

/// Slots of sketches and parities.
#[derive(Debug)]
pub(super) struct Parities {
    memory: Polar<Vec<u32>>,
    scratch: Vec<u32>,
}

impl Parities {
    pub fn new(params: PolarParams) -> Self {
        Self {
            memory: Polar::new(params, vec![0; params.words()]).expect(FITS),
            scratch: vec![0; params.scratch_words()],
        }
    }
}

/// Of a sketch with this share of the cue's bits, or of a verified pattern, 0 to twice the bits of a sketch.
fn polar_score(matched: Option<Match>, verified: bool, bits: u32) -> u64 {
    let bits = u64::from(bits);
    match matched {
        _ if verified => 2 * bits,
        Some(matched) => (u64::from(matched.share()) * bits) >> 16,
        None => 0,
    }
}

impl Other for Parities {
    fn learn(&mut self, pattern: &[u32]) {
        self.memory.learn(pattern).expect(FITS);
    }

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        let recalled = self.memory.recall(cue, &mut self.scratch).expect(FITS);
        let bits = self.memory.params().sketch();
        Answer {
            pattern: recalled.pattern,
            score: polar_score(recalled.matched, recalled.verified, bits),
            sets: Sets::Two([recalled.members, recalled.unknown]),
        }
    }
}
