//! The cues that take part in an answer where they have a direction in common, see [`common`](super::common).

use std::cmp::Reverse;
use std::sync::Arc;

use slotless_core::real;
use slotless_core::rng::{Key, Purpose};

use super::StoreError;
use super::common::{Common, Search};
use super::project::{Projector, Scratch};
use super::store::Store;
use super::table::{Near, largest};

/// Cues that the mean is taken of: one drawn from each of as many stretches of equal length, since subjects may take turns.
const SAMPLE: usize = 256;

/// Percent of a cue's units that are shared by a question of its subject.
const NEARLY_ALL: u32 = 80;

/// The largest subject, or part that a filter leaves, of which every vector is read.
pub(super) const READ: usize = 1024;

/// What the draws are for.
const DRAWS: Purpose = Purpose(920);

impl Store {
    /// What its cues have in common, made when it is first needed. Cost: reading 256 vectors.
    pub(super) fn common(&self) -> Result<Arc<Common>, StoreError> {
        let mut kept = self
            .common
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((end, common)) = &*kept
            && *end == self.end
        {
            return Ok(common.clone());
        }
        let pairs = self.table.pairs().map(|(pair, _)| pair);
        let common = Arc::new(self.common_of(pairs, self.table.live_pairs())?);
        *kept = Some((self.end, common.clone()));
        Ok(common)
    }

    /// What some cues have in common, of `count` pairs.
    fn common_of(
        &self,
        pairs: impl Iterator<Item = u32>,
        count: usize,
    ) -> Result<Common, StoreError> {
        let step = count.div_ceil(SAMPLE).max(1);
        let mut sum = vec![0.0; self.settings().inputs as usize];
        let (mut reader, mut count) = (self.reader(), 0);
        let draws = Key::new(0, DRAWS);
        for (at, pair) in pairs.enumerate() {
            let stretch = at / step;
            // The last stretch may be cut off: what is drawn beyond its end is left out.
            if at % step != draws.at(stretch as u32) as usize % step {
                continue;
            }
            let (entries, entry) = reader.cue(pair)?;
            sum.iter_mut()
                .zip(entries.vector(entry))
                .for_each(|(sum, part)| *sum += f64::from(part));
            count += 1;
        }
        Ok(Common::of(count, sum))
    }

    /// The cues whose codes share most units with that of a question; where more than are asked for share nearly all of theirs, so
    /// that codes do not tell them apart, the nearest of these by their vectors. That is so where all are of one subject, as of one of
    /// two whose cues have little in common. Cost in that case: reading the vectors of the subject, or for more than 1,024 of them
    /// 256 vectors and a projection, as in a memory that is of one subject.
    pub(super) fn nearest_of_subject<P: Iterator<Item = u32>>(
        &self,
        question: &[f32],
        pairs: impl Fn() -> P,
        count: usize,
    ) -> Result<Vec<Near>, StoreError> {
        let projector = self.projector()?.for_questions();
        let code = coded(&projector, question)?;
        let overlaps = self.table.overlaps(&code);
        let overlaps = overlaps.map_err(|error| StoreError::Setting(error.to_string()))?;
        let nearly_all = (self.settings().active * NEARLY_ALL).div_ceil(100);
        let subject = || pairs().filter(|&pair| overlaps[pair as usize] >= nearly_all);
        match subject().count() {
            of if of <= count => Ok(largest(&only(&overlaps, pairs()), code.len(), count)),
            of if of <= READ => self.nearest_of(question, subject(), count),
            of => {
                let common = self.common_of(subject(), of)?;
                match common.search() {
                    Search::Vectors => self.nearest_of(question, subject(), count),
                    _ => self.nearest_by_own(question, &common, subject(), count),
                }
            }
        }
    }

    /// Of some cues those whose codes hold most of what drives them in a question without what all have in common, the first ones first,
    /// of equal ones those that were stored first. Cost: the projection, and a number of a table for every unit of every cue.
    pub(super) fn nearest_by_own(
        &self,
        question: &[f32],
        common: &Common,
        pairs: impl Iterator<Item = u32>,
        count: usize,
    ) -> Result<Vec<Near>, StoreError> {
        let own: Vec<f32> = question
            .iter()
            .zip(&common.mean)
            .map(|(q, mean)| q - mean)
            .collect();
        let projector = self.projector()?.for_questions();
        let drives = projector.drives(&own);
        let drives = drives.map_err(|error| StoreError::Setting(error.to_string()))?;
        let is_wide = widest(&drives, projector.params().active() as usize);
        let mut scored = Vec::new();
        for pair in pairs {
            let drives = self
                .cue_code(pair)
                .iter()
                .map(|&unit| i64::from(drives[unit as usize]));
            scored.push((Reverse(drives.sum::<i64>()), pair));
        }
        first(&mut scored, count);
        Ok(self.with_overlaps(&scored, &is_wide))
    }

    /// The nearest of some cues by their vectors. Cost: reading every vector.
    pub(super) fn nearest_of(
        &self,
        question: &[f32],
        pairs: impl Iterator<Item = u32>,
        count: usize,
    ) -> Result<Vec<Near>, StoreError> {
        let mut reader = self.reader();
        let mut scored = Vec::new();
        let mut vector = Vec::with_capacity(question.len());
        for pair in pairs {
            let (entries, entry) = reader.cue(pair)?;
            vector.clear();
            vector.extend(entries.vector(entry));
            let score = real::dot(question, &vector);
            // 2^30 for a cosine of 1: whole numbers have an order, and vectors of 32 bits are no finer.
            scored.push((
                Reverse((f64::from(score) * f64::from(1 << 30)) as i64),
                pair,
            ));
        }
        first(&mut scored, count);
        let mut is_wide = vec![false; self.settings().units as usize];
        let code = coded(&self.projector()?.for_questions(), question)?;
        code.iter().for_each(|&unit| is_wide[unit as usize] = true);
        Ok(self.with_overlaps(&scored, &is_wide))
    }

    fn with_overlaps<T>(&self, scored: &[(T, u32)], is_wide: &[bool]) -> Vec<Near> {
        let near = |&(_, pair): &(T, u32)| Near {
            pair,
            overlap: self
                .cue_code(pair)
                .iter()
                .filter(|&&unit| is_wide[unit as usize])
                .count() as u32,
        };
        scored.iter().map(near).collect()
    }

    fn cue_code(&self, pair: u32) -> &[u32] {
        self.table.codes(pair).map_or(&[], |codes| codes.0)
    }
}

/// Overlaps of some pairs, 0 for all others.
pub(super) fn only(overlaps: &[u32], pairs: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut some = vec![0; overlaps.len()];
    for pair in pairs {
        some[pair as usize] = overlaps[pair as usize];
    }
    some
}

/// The first `count` of some, in order.
fn first<T: Ord>(all: &mut Vec<T>, count: usize) {
    if count < all.len() {
        all.select_nth_unstable(count);
        all.truncate(count);
    }
    all.sort_unstable();
}

/// Which units are the `active` most driven ones, of equal ones the first.
fn widest(drives: &[i32], active: usize) -> Vec<bool> {
    let mut order: Vec<(Reverse<i32>, usize)> = drives
        .iter()
        .zip(0..)
        .map(|(&drive, unit)| (Reverse(drive), unit))
        .collect();
    order.select_nth_unstable(active - 1);
    let mut is_wide = vec![false; drives.len()];
    order[..active]
        .iter()
        .for_each(|&(_, unit)| is_wide[unit] = true);
    is_wide
}

/// The code of a vector, ascending units.
pub(super) fn coded(projector: &Projector, vector: &[f32]) -> Result<Vec<u32>, StoreError> {
    let mut code = vec![0; projector.params().active() as usize];
    let coded = projector.encode(vector, &mut Scratch::default(), &mut code);
    coded.map_err(|error| StoreError::Setting(error.to_string()))?;
    Ok(code)
}
