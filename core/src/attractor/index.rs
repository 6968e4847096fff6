//! Pairs of codes with an inverted index over the units of cues, in the caller's buffer.

use super::best::Best;
use super::code;
use super::params::{AttractorError, Params};
use super::recall::Match;
use crate::memory::Writable;
use crate::rng::{Key, Purpose};

/// Words of a chunk of a list: the one before it in the list, plus 1, and places for pairs, plus 1 each; 0 is none.
const CHUNK: usize = 8;
const PLACES: usize = CHUNK - 1;
/// Lists that are read side by side, so that one's next chunk comes from memory while others are counted.
const ABREAST: usize = 8;
/// Words before the lists: pairs taken, chunks taken.
const HEADER: usize = 2;
/// In the place of the first unit of a pair's cue: the pair was forgotten.
const FORGOTTEN: u32 = u32::MAX;

/// Pairs of codes, cue and target, with an inverted index: for each unit the pairs whose cue has it.
///
/// Every Hebbian weight matrix is linear in its pairs: `W c = sum of t (c_m . c)`. What such a memory recalls is found here
/// without the matrix, from the pairs that share a unit with the cue; [`Recall::clipped`](super::Recall::clipped) counts
/// weights no further than a [`Matrix`](super::Matrix) of few bits does.
///
/// The buffer is two words, the pairs and chunks taken; a word for each unit, its last chunk plus 1; the pairs, 2 k words
/// each, cue and target; the chunks, of 8 words: the one before plus 1, and 7 pairs plus 1.
///
/// ```
/// use slotless_core::attractor::{Index, Params, Recall};
///
/// let params = Params::builder(64, 3).build()?;
/// let mut memory = Index::new(params, 10, vec![0; Index::<()>::words(params, 10)])?;
/// memory.store(&[1, 20, 40], &[5, 6, 7])?;
/// memory.store(&[2, 20, 41], &[8, 9, 63])?;
/// let mut scratch = vec![0; memory.scratch_words()];
/// let found = memory.recall(&[1, 3, 40], &Recall::flat(), &mut scratch)?;
/// assert_eq!(found.code, [5, 6, 7]);
/// assert!(!memory.recall(&[10, 11], &Recall::flat(), &mut scratch)?.matches());
/// # Ok::<(), slotless_core::attractor::AttractorError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Index<S> {
    pub(super) params: Params,
    capacity: u32,
    words: S,
}

/// Where the parts of a buffer begin.
struct Parts<'a> {
    header: &'a mut [u32],
    heads: &'a mut [u32],
    pairs: &'a mut [u32],
    chunks: &'a mut [u32],
}

impl<S> Index<S> {
    /// Words of a buffer for this many pairs; more than any buffer has for sizes that cannot be.
    #[must_use]
    pub const fn words(params: Params, pairs: u32) -> usize {
        let active = params.active() as usize;
        let entries = (pairs as usize).saturating_mul(active);
        // Each list has at most one chunk that is not full.
        let lists = if entries < params.units() as usize {
            entries
        } else {
            params.units() as usize
        };
        let chunks = (entries / PLACES).saturating_add(lists);
        HEADER
            .saturating_add(params.units() as usize)
            .saturating_add(entries.saturating_mul(2))
            .saturating_add(chunks.saturating_mul(CHUNK))
    }

    /// Sizes of its codes.
    #[must_use]
    pub const fn params(&self) -> Params {
        self.params
    }

    /// Pairs there is room for.
    #[must_use]
    pub const fn capacity(&self) -> u32 {
        self.capacity
    }

    fn check(params: Params, pairs: u32, got: usize) -> Result<(), AttractorError> {
        // A potential is three times the overlaps at most.
        let most = (u32::MAX / 3).checked_div(params.active()).unwrap_or(0);
        if pairs == 0 || pairs > most {
            return Err(AttractorError::Pairs { pairs, most });
        }
        let expected = Self::words(params, pairs);
        if got != expected {
            return Err(AttractorError::Buffer { got, expected });
        }
        Ok(())
    }
}

impl<S: AsRef<[u32]>> Index<S> {
    /// An empty memory for this many pairs, in a buffer of [`Index::words`], which is cleared.
    ///
    /// # Errors
    /// [`AttractorError::Pairs`], [`AttractorError::Buffer`].
    pub fn new(params: Params, pairs: u32, mut words: S) -> Result<Self, AttractorError>
    where
        S: Writable,
    {
        Self::check(params, pairs, words.as_mut().len())?;
        words.as_mut().fill(0);
        Ok(Self {
            params,
            capacity: pairs,
            words,
        })
    }

    fn parts(&mut self) -> Parts<'_>
    where
        S: Writable,
    {
        let (units, active) = (self.params.units() as usize, self.params.active() as usize);
        let pairs = (self.capacity as usize)
            .saturating_mul(active)
            .saturating_mul(2);
        let (header, rest) = split(self.words.as_mut(), HEADER);
        let (heads, rest) = split(rest, units);
        let (pairs, chunks) = split(rest, pairs);
        Parts {
            header,
            heads,
            pairs,
            chunks,
        }
    }

    /// Stores a pair of codes of k units each, and returns its number: the first is 0.
    ///
    /// # Errors
    /// [`AttractorError::Code`], [`AttractorError::NotActive`] and [`AttractorError::Full`]; nothing is stored then.
    pub fn store(&mut self, cue: &[u32], target: &[u32]) -> Result<u32, AttractorError>
    where
        S: Writable,
    {
        check_stored(&self.params, cue)?;
        check_stored(&self.params, target)?;
        let (active, capacity) = (self.params.active() as usize, self.capacity);
        let parts = self.parts();
        let full = AttractorError::Full { pairs: capacity };
        let [pairs, chunks_taken] = parts.header else {
            return Err(full);
        };
        let pair = *pairs;
        let start = (pair as usize).saturating_mul(active).saturating_mul(2);
        let place = parts.pairs.get_mut(start..);
        let Some(place) = place.and_then(|rest| rest.get_mut(..active.saturating_mul(2))) else {
            return Err(full);
        };
        for (to, &unit) in place.iter_mut().zip(cue.iter().chain(target)) {
            *to = unit;
        }
        *pairs = pair.saturating_add(1);
        for &unit in cue {
            let Some(head) = parts.heads.get_mut(unit as usize) else {
                continue;
            };
            let last = chunk_mut(parts.chunks, *head);
            if let Some(free) = last.and_then(|(_, places)| places.iter_mut().find(|p| **p == 0)) {
                *free = *pairs;
                continue;
            }
            let taken = chunks_taken.saturating_add(1);
            if let Some((link, [first, ..])) = chunk_mut(parts.chunks, taken) {
                (*link, *first) = (*head, *pairs);
                (*head, *chunks_taken) = (taken, taken);
            }
        }
        Ok(pair)
    }

    /// Forgets a pair: nothing that it was stored with is left but its number, which is not used again, and its place.
    ///
    /// # Errors
    /// [`AttractorError::NoPair`].
    pub fn forget(&mut self, pair: u32) -> Result<(), AttractorError>
    where
        S: Writable,
    {
        if self.cue(pair).is_none() {
            return Err(AttractorError::NoPair { pair });
        }
        let active = self.params.active() as usize;
        let entry = pair.saturating_add(1);
        let parts = self.parts();
        let start = (pair as usize).saturating_mul(active).saturating_mul(2);
        let (_, rest) = split(parts.pairs, start);
        let (place, _) = split(rest, active.saturating_mul(2));
        for &unit in place.iter().take(active) {
            let mut at = parts.heads.get(unit as usize).copied().unwrap_or(0);
            while let Some((link, places)) = chunk_mut(parts.chunks, at) {
                places
                    .iter_mut()
                    .filter(|p| **p == entry)
                    .for_each(|p| *p = 0);
                at = before(at, *link);
            }
        }
        place.fill(0);
        if let Some(first) = place.first_mut() {
            *first = FORGOTTEN;
        }
        Ok(())
    }
}

impl<S: AsRef<[u32]>> Index<S> {
    /// A memory that a buffer holds, as [`Index::buffer`] gave it, such as one in flash. Cost: the buffer is read once.
    ///
    /// # Errors
    /// [`AttractorError::Pairs`], [`AttractorError::Buffer`], and [`AttractorError::Damaged`] for what no memory of these
    /// sizes leaves.
    pub fn open(params: Params, pairs: u32, words: S) -> Result<Self, AttractorError> {
        Self::check(params, pairs, words.as_ref().len())?;
        let index = Self {
            params,
            capacity: pairs,
            words,
        };
        let [taken, chunks_taken] = [0, 1].map(|word| index.word(word));
        let lists = index.lists();
        if taken > pairs {
            return Err(AttractorError::Damaged { word: 0 });
        }
        if chunks_taken as usize > lists.len() / CHUNK {
            return Err(AttractorError::Damaged { word: 1 });
        }
        for unit in 0..params.units() {
            if index.head(unit) > chunks_taken {
                let word = HEADER.saturating_add(unit as usize);
                return Err(AttractorError::Damaged { word });
            }
        }
        let first = HEADER.saturating_add(params.units() as usize);
        for pair in 0..taken {
            let word = first.saturating_add(index.start(pair));
            let codes = [index.cue(pair), index.target(pair)];
            let sound = codes
                .iter()
                .flatten()
                .all(|code| check_stored(&params, code).is_ok());
            if !sound {
                return Err(AttractorError::Damaged { word });
            }
        }
        let first = index.words.as_ref().len().saturating_sub(lists.len());
        for (chunk, number) in lists.chunks(CHUNK).zip(0u32..) {
            // A list goes on in a chunk that was taken before.
            let (link, places) = chunk.split_first().unwrap_or((&0, &[]));
            if *link > number || places.iter().any(|&entry| entry > taken) {
                let word = first.saturating_add((number as usize).saturating_mul(CHUNK));
                return Err(AttractorError::Damaged { word });
            }
        }
        Ok(index)
    }

    /// The buffer.
    #[must_use]
    pub fn buffer(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Pairs stored, those forgotten among them.
    #[must_use]
    pub fn pairs(&self) -> u32 {
        self.word(0).min(self.capacity)
    }

    /// The code of a pair's cue; none where there is no such pair.
    #[must_use]
    pub fn cue(&self, pair: u32) -> Option<&[u32]> {
        self.codes(pair).map(|(cue, _)| cue)
    }

    /// The code of a pair's target; none where there is no such pair.
    #[must_use]
    pub fn target(&self, pair: u32) -> Option<&[u32]> {
        self.codes(pair).map(|(_, target)| target)
    }

    /// Cue and target of a pair.
    pub(super) fn codes(&self, pair: u32) -> Option<(&[u32], &[u32])> {
        if pair >= self.pairs() {
            return None;
        }
        let active = self.params.active() as usize;
        let start = HEADER
            .saturating_add(self.params.units() as usize)
            .saturating_add(self.start(pair));
        let both = self
            .words
            .as_ref()
            .get(start..)?
            .get(..active.saturating_mul(2))?;
        let (cue, target) = both.split_at_checked(active)?;
        (*cue.first()? != FORGOTTEN).then_some((cue, target))
    }

    /// Where a pair begins among the pairs.
    fn start(&self, pair: u32) -> usize {
        (pair as usize)
            .saturating_mul(self.params.active() as usize)
            .saturating_mul(2)
    }

    fn word(&self, place: usize) -> u32 {
        self.words.as_ref().get(place).copied().unwrap_or(0)
    }

    fn head(&self, unit: u32) -> u32 {
        self.word(HEADER.saturating_add(unit as usize))
    }

    /// The chunks.
    fn lists(&self) -> &[u32] {
        let start = HEADER
            .saturating_add(self.params.units() as usize)
            .saturating_add(self.start(self.capacity));
        self.words.as_ref().get(start..).unwrap_or(&[])
    }

    /// Calls with each pair whose cue has a unit.
    #[inline(always)]
    pub(super) fn with_unit(&self, unit: u32, mut pair: impl FnMut(u32)) {
        let lists = self.lists();
        let mut at = self.last_chunk(unit);
        while let Some((&link, places)) = chunk(lists, at) {
            for &entry in places {
                if entry != 0 {
                    pair(entry.wrapping_sub(1));
                }
            }
            at = before(at, link);
        }
    }

    /// How many units each pair's cue shares with a code: `o = C c`, a number for each pair stored, 0 for those forgotten.
    /// Cost: the lists of the code's units.
    ///
    /// # Errors
    /// [`AttractorError::Code`], and [`AttractorError::Numbers`] for another room than that of [`Index::pairs`] numbers.
    pub fn overlaps(&self, code: &[u32], out: &mut [u32]) -> Result<(), AttractorError> {
        code::check(code, self.params.units())?;
        let (got, expected) = (out.len(), self.pairs() as usize);
        if got != expected {
            return Err(AttractorError::Numbers { got, expected });
        }
        self.count(code, out);
        Ok(())
    }

    /// [`Index::overlaps`] of what is known to be sound.
    pub(super) fn count(&self, code: &[u32], out: &mut [u32]) {
        out.fill(0);
        let lists = self.lists();
        for units in code.chunks(ABREAST) {
            let mut places = [0; ABREAST];
            for (at, &unit) in places.iter_mut().zip(units) {
                *at = self.last_chunk(unit);
            }
            let mut longest = 1u32;
            while longest > 0 {
                longest = 0;
                let next =
                    places.map(|at| chunk(lists, at).map_or(0, |(&link, _)| before(at, link)));
                for (at, next) in places.iter_mut().zip(next) {
                    let entries = chunk(lists, *at).map_or(&[][..], |(_, entries)| entries);
                    for &entry in entries {
                        // No place, 0, comes before the first number.
                        if let Some(overlap) = out.get_mut(entry.wrapping_sub(1) as usize) {
                            *overlap = overlap.wrapping_add(1);
                        }
                    }
                    *at = next;
                    longest |= next;
                }
            }
        }
    }

    fn last_chunk(&self, unit: u32) -> u32 {
        if unit < self.params.units() {
            self.head(unit)
        } else {
            0
        }
    }

    /// The pairs whose cues share most units with a code, the nearest first, `count` of them at most and none that shares
    /// none; of equal ones by the tie rule. Cost: overlaps, a pass over the pairs, and `count^2` comparisons.
    ///
    /// # Errors
    /// [`AttractorError::Code`], [`AttractorError::Scratch`] for fewer than [`Index::scratch_words`].
    pub fn nearest(
        &self,
        code: &[u32],
        count: u32,
        scratch: &mut [u32],
        mut each: impl FnMut(Match),
    ) -> Result<(), AttractorError> {
        code::check(code, self.params.units())?;
        let (got, expected) = (scratch.len(), self.scratch_words());
        if got < expected {
            return Err(AttractorError::Scratch { got, expected });
        }
        let pairs = self.pairs() as usize;
        let (overlaps, rest) = split(scratch, pairs);
        let (room, _) = split(rest, pairs.saturating_mul(2));
        self.count(code, overlaps);
        let key = self.pair_ties(code);
        let (overlaps, pairs) = self.most(overlaps, count, key, room);
        for _ in 0..pairs.len() {
            let Some(best) = take_best(overlaps, pairs, key) else {
                break;
            };
            each(best);
        }
        Ok(())
    }

    /// The key of ties among pairs that a code matches.
    pub(super) fn pair_ties(&self, code: &[u32]) -> Key {
        self.params.ties(Purpose::PAIR_TIE, code.iter().copied())
    }

    /// The largest overlaps above 0 and their pairs, ascending by pair, in room of two words a pair.
    pub(super) fn most<'a>(
        &self,
        overlaps: &[u32],
        count: u32,
        key: Key,
        room: &'a mut [u32],
    ) -> (&'a mut [u32], &'a mut [u32]) {
        // No more than all are offered.
        let each = overlaps.len().min((count as usize).saturating_mul(2));
        let (values, rest) = split(room, each);
        let (pairs, _) = split(rest, each);
        let mut best = Best::new(values, pairs, count, 1, key);
        best.offer_all(overlaps);
        best.finish()
    }
}

/// The largest overlap and its pair; the overlap is 0 from then on.
pub(super) fn take_best(overlaps: &mut [u32], pairs: &[u32], key: Key) -> Option<Match> {
    let mut best: Option<(u32, u32, u32, usize)> = None;
    for ((&overlap, &pair), place) in overlaps.iter().zip(pairs).zip(0..) {
        let rank = (overlap, key.at(pair), pair, place);
        if overlap > 0 && best.is_none_or(|best| best < rank) {
            best = Some(rank);
        }
    }
    let (overlap, _, pair, place) = best?;
    *overlaps.get_mut(place)? = 0;
    Some(Match { pair, overlap })
}

/// Checks a code to store.
pub(super) fn check_stored(params: &Params, code: &[u32]) -> Result<(), AttractorError> {
    code::check(code, params.units())?;
    let (got, expected) = (code.len(), params.active());
    if got != expected as usize {
        return Err(AttractorError::NotActive { got, expected });
    }
    Ok(())
}

/// Splits at a place, or at the end.
pub(super) fn split(words: &mut [u32], at: usize) -> (&mut [u32], &mut [u32]) {
    let at = at.min(words.len());
    words.split_at_mut_checked(at).unwrap_or((&mut [], &mut []))
}

/// Link and places of a chunk, counting from 1.
fn chunk(lists: &[u32], number: u32) -> Option<(&u32, &[u32])> {
    let start = (number as usize).checked_sub(1)?.saturating_mul(CHUNK);
    lists.get(start..)?.get(..CHUNK)?.split_first()
}

/// As [`chunk`], to be written.
fn chunk_mut(lists: &mut [u32], number: u32) -> Option<(&mut u32, &mut [u32])> {
    let start = (number as usize).checked_sub(1)?.saturating_mul(CHUNK);
    lists.get_mut(start..)?.get_mut(..CHUNK)?.split_first_mut()
}

/// The chunk that a list goes on in: one that was taken before, so that every list ends.
fn before(at: u32, link: u32) -> u32 {
    if link < at { link } else { 0 }
}
