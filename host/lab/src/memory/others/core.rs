//! The core's memories, with their buffers and scratch.

use slotless_core::bits;
use slotless_core::recency::plain::{Levels, Pairs, PairsParams, PlainParams};
use slotless_core::recency::{self, Params};
use slotless_core::ring::{Coded, CodedParams, Match, Polar, PolarParams, Slots, SlotsParams};

use slotless_kernels::cpu::{Isa, overlaps};
use slotless_kernels::recency::{Recency, Scratch};

use super::{Answer, Other, Sets};
use crate::memory::damage::{Damage, Move, flip};

/// What holds of calls here: buffers have the lengths asked for, patterns ones, and trials end before 2^64 patterns.
const FITS: &str = "patterns have ones, and buffers the length asked for";

/// Words of a state before its rows: how many patterns were learned.
const COUNTER: usize = 2;
/// Words of a plain row before its tags: its count, and when it was written last.
const ROW_HEAD: usize = 2;
/// Words of a ring of codes before these: how many were learned, where the oldest starts, bits and number of all.
const CODED_HEAD: usize = 5;

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

    /// Bits are those of the core's rows: maps of set cells, and the packed levels of these.
    fn damage(&mut self, damage: &Damage) {
        let params = *self.memory.params();
        let mut words = self.memory.state();
        let memory = recency::Recency::open(params, &words[..]).expect(FITS);
        let rows = (0..params.rows()).map(|row| memory.levels(row).collect());
        let rows: Vec<Vec<(u32, u32)>> = rows.collect();
        let set = rows.iter().map(|cells| cells.len() as u64).sum();
        let mut moves = damage.moves(set).peekable();
        let mut number = 0;
        let (_, rest) = words.split_at_mut(COUNTER);
        for (row, cells) in rest.chunks_exact_mut(params.row_words()).zip(&rows) {
            for (rank, &(_, level)) in (0u32..).zip(cells) {
                if let Some((_, way)) = moves.next_if(|&(cell, _)| cell == number) {
                    relevel(row, &params, rank, level, way);
                }
                number += 1;
            }
        }
        damage.flip_rows(rest, params.row_words(), 0);
        let memory = recency::Recency::open(params, words).expect(FITS);
        self.memory = Recency::of(&memory);
    }
}

/// Moves the level of the set cell of this rank: a digit of one of the numbers behind a row's map.
fn relevel(row: &mut [u32], params: &Params, rank: u32, level: u32, way: Move) {
    let (digits, width) = params.group();
    let at = params.visible() + rank / digits * width;
    let new = way.of(level, params.levels() - 1);
    let unit = params.levels().pow(rank % digits);
    let group = bits::window(row, at) & ((1 << width) - 1);
    let change = (group ^ (group + new * unit - level * unit)) & ((1 << width) - 1);
    for bit in (0..width).filter(|bit| change >> bit & 1 == 1) {
        flip(row, u64::from(at + bit));
    }
}

/// Weights of whole levels, as plain rows have them.
trait Weights {
    /// 0 to L; none where the row does not see the unit.
    fn get(&self, row: u32, unit: u32) -> Option<u32>;

    fn set(&mut self, row: u32, unit: u32, weight: u32);
}

impl Weights for Levels<Vec<u32>> {
    fn get(&self, row: u32, unit: u32) -> Option<u32> {
        self.weight(row, unit)
    }

    fn set(&mut self, row: u32, unit: u32, weight: u32) {
        self.set_weight(row, unit, weight);
    }
}

impl Weights for Pairs<Vec<u32>> {
    fn get(&self, row: u32, unit: u32) -> Option<u32> {
        self.weight(row, unit)
    }

    fn set(&mut self, row: u32, unit: u32, weight: u32) {
        self.set_weight(row, unit, weight);
    }
}

/// Moves weights above 0, which stay above it: a cell that is set stays set.
fn jitter(memory: &mut impl Weights, [rows, units, levels]: [u32; 3], damage: &Damage) {
    if damage.jitter == 0.0 {
        return;
    }
    let mut set = Vec::new();
    for row in 0..rows {
        let weights = (0..units).filter_map(|unit| Some((unit, memory.get(row, unit)?)));
        let above = weights.filter(|&(_, weight)| weight > 0);
        set.extend(above.map(|(unit, weight)| (row, unit, weight)));
    }
    for (cell, way) in damage.moves(set.len() as u64) {
        let (row, unit, weight) = set[cell as usize];
        memory.set(row, unit, 1 + way.of(weight - 1, levels - 1));
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

    /// Bits are those of the packed tags of cells.
    fn damage(&mut self, damage: &Damage) {
        let params = *self.memory.params();
        let sizes = [params.rows(), params.visible(), params.levels()];
        jitter(&mut self.memory, sizes, damage);
        let mut words = self.memory.words().to_vec();
        damage.flip_rows(&mut words[COUNTER..], params.row_words(), ROW_HEAD);
        self.memory = Pairs::open(params, words).expect(FITS);
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

    /// Bits are those of the packed tags of cells.
    fn damage(&mut self, damage: &Damage) {
        let params = *self.memory.params();
        let sizes = [params.rows(), params.visible(), params.levels()];
        jitter(&mut self.memory, sizes, damage);
        let mut words = self.memory.words().to_vec();
        damage.flip_rows(&mut words[COUNTER..], params.row_words(), ROW_HEAD);
        self.memory = Levels::open(params, words).expect(FITS);
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

    fn damage(&mut self, damage: &Damage) {
        let params = *self.memory.params();
        let mut words = self.memory.words().to_vec();
        let row_words = params.pattern_words();
        let rows = &mut words[COUNTER..];
        damage.flip_rows(rows, row_words, 0);
        // No pattern has the bits between its last unit and the end of its last word.
        let used = params.visible() % bits::WORD_BITS;
        if used != 0 {
            for row in rows.chunks_exact_mut(row_words) {
                row[row_words - 1] &= (1 << used) - 1;
            }
        }
        self.memory = Slots::open(params, words).expect(FITS);
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

    /// What the core reads in the damaged codes stands decoded then.
    fn damage(&mut self, damage: &Damage) {
        let params = *self.memory.params();
        let mut words = self.memory.words().to_vec();
        damage.flip_rows(&mut words[CODED_HEAD..], params.code_words() as usize, 0);
        self.memory = Coded::open(params, words).expect(FITS);
        self.decoded.clear();
        self.first = 0;
        let mut scratch = vec![0; params.scratch_words()];
        let read = |pattern: &[u32]| self.decoded.extend_from_slice(pattern);
        self.memory.decode(&mut scratch, read).expect(FITS);
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

    /// Bits are those of sketches and parities.
    fn damage(&mut self, damage: &Damage) {
        let params = *self.memory.params();
        let mut words = self.memory.words().to_vec();
        damage.flip_rows(&mut words[COUNTER..], params.slot_words(), 0);
        self.memory = Polar::open(params, words).expect(FITS);
    }
}

#[cfg(test)]
mod tests {
    use slotless_core::rng::{Purpose, stream};

    use super::*;

    const DAMAGE: Damage = Damage {
        flipped: 0.03,
        jitter: 0.3,
        seed: 8,
        trial: 1,
    };
    const MOVES: Damage = Damage {
        flipped: 0.0,
        ..DAMAGE
    };

    fn patterns(count: u32) -> impl Iterator<Item = Vec<u32>> {
        (0..count).map(|number| {
            let mut pattern = vec![0; 2];
            let mut draws = stream(9, Purpose(936), 0, number);
            bits::sample(60, 8, &mut draws, &mut pattern).unwrap();
            pattern
        })
    }

    /// What the moves make of levels from 0 to `most`, cell by cell.
    fn moved(levels: &[u32], most: u32) -> Vec<u32> {
        let mut levels = levels.to_vec();
        let mut changed = 0;
        for (cell, way) in MOVES.moves(levels.len() as u64) {
            let level = &mut levels[cell as usize];
            let new = match way {
                Move::Up if *level < most => *level + 1,
                Move::Down if *level > 0 => *level - 1,
                _ => *level,
            };
            changed += u32::from(new != *level);
            *level = new;
        }
        assert!(changed > 5, "{changed}");
        levels
    }

    /// Levels move as the core then reads them; bits are those of its rows, and what is found is what it finds.
    #[test]
    fn packed_rows_are_damaged_as_the_core_has_them() {
        for levels in [2, 3, 5, 7, 11] {
            let built = Params::builder(60, 7).active(8).levels(levels).build();
            let params = built.unwrap();
            let memory = || {
                let mut memory = Packed::new(params);
                patterns(60).for_each(|pattern| memory.learn(&pattern));
                memory
            };
            let cells = |words: &[u32]| -> Vec<(u32, u32, u32)> {
                let core = recency::Recency::open(params, words).unwrap();
                let cells = |row| {
                    core.levels(row)
                        .map(move |(cell, level)| (row, cell, level))
                };
                (0..7).flat_map(cells).collect()
            };
            let (mut own, before) = (memory(), memory().memory.state());
            let set = cells(&before);
            own.damage(&MOVES);
            let moved = moved(&set.iter().map(|of| of.2).collect::<Vec<_>>(), levels - 1);
            let expected: Vec<(u32, u32, u32)> = set
                .iter()
                .zip(&moved)
                .map(|(&(row, cell, _), &level)| (row, cell, level))
                .collect();
            assert_eq!(cells(&own.memory.state()), expected);

            // The state of moves alone, its bits inverted from the first of the first row on.
            let mut words = own.memory.state();
            DAMAGE
                .flips((words.len() as u64 - 2) * 32)
                .for_each(|bit| flip(&mut words[2..], bit));
            let core = recency::Recency::open(params, words).unwrap();
            let mut own = memory();
            own.damage(&DAMAGE);
            let mut scratch = vec![0; params.scratch_words()];
            for cue in patterns(60) {
                let expected = core.recall(&cue, &mut scratch).unwrap();
                let score = expected.matched.unwrap().score();
                let score = from_zero(score, params.miss(), &cue);
                let answer = own.recall(&cue);
                assert_eq!((answer.pattern, answer.score), (expected.pattern, score));
                let sets: Vec<&[u32]> = answer.sets.iter().collect();
                assert_eq!(sets, [expected.members, expected.unknown]);
            }
        }
    }

    /// Weights of plain rows, alone and in pairs: those above 0 move and stay above it; heads of rows stay.
    #[test]
    fn plain_rows_keep_their_heads() {
        fn weights(memory: &impl Weights, rows: u32) -> Vec<u32> {
            let row = |row| (0..60).filter_map(move |unit| memory.get(row, unit));
            (0..rows).flat_map(row).collect()
        }
        /// Levels of set cells, from 0 the oldest, moved among the weights that there were.
        fn expected(before: &[u32], levels: u32) -> Vec<u32> {
            let set: Vec<u32> = before
                .iter()
                .filter_map(|weight| weight.checked_sub(1))
                .collect();
            let mut moved = moved(&set, levels - 1).into_iter();
            let new = before.iter().map(|&weight| match weight {
                0 => 0,
                _ => 1 + moved.next().unwrap(),
            });
            new.collect()
        }
        fn flipped(words: &[u32], row_words: usize) -> Vec<u32> {
            let mut words = words.to_vec();
            let own = row_words as u64 - 2;
            let rows = (words.len() - 2) / row_words;
            for bit in DAMAGE.flips(rows as u64 * own * 32) {
                let row = (bit / (own * 32)) as usize;
                flip(&mut words[2 + row * row_words + 2..], bit % (own * 32));
            }
            words
        }
        for parts in [1, 2] {
            let built = PlainParams::builder(60, 6).active(8).levels(9).parts(parts);
            let params = built.build().unwrap();
            let mut memory = Plain::new(params);
            patterns(40).for_each(|pattern| memory.learn(&pattern));
            let before = memory.memory.clone();
            memory.damage(&MOVES);
            let after = weights(&memory.memory, 6);
            assert_eq!(after, expected(&weights(&before, 6), 9));
            let words = flipped(memory.memory.words(), params.row_words());
            memory.memory = before;
            memory.damage(&DAMAGE);
            assert_eq!(memory.memory.words(), words);
        }
        let params = PairsParams::builder(60, 6).active(8).levels(20).build();
        let params = params.unwrap();
        let mut memory = InPairs::new(params);
        patterns(40).for_each(|pattern| memory.learn(&pattern));
        let before = memory.memory.clone();
        memory.damage(&MOVES);
        let after = weights(&memory.memory, 6);
        assert_eq!(after, expected(&weights(&before, 6), 20));
        let words = flipped(memory.memory.words(), params.row_words());
        memory.memory = before;
        memory.damage(&DAMAGE);
        assert_eq!(memory.memory.words(), words);
    }
}
