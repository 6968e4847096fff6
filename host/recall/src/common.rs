//! What the cues of a memory have in common, and questions that look past it.
//!
//! Vectors of many encoders share a direction: any two have a large cosine. Codes then show that direction, in which a question
//! and all cues are alike, before they show anything else; a wide code of the question holds whole codes of many cues, and those
//! that share most units with it are no longer the nearest. What two cues differ in is still there, in which of the much driven
//! units won. So where the mean cosine is [`COMMON`] or more, the mean of the cues is taken off the question, and a cue counts the
//! drives of all units of its code, not their number. From [`ALIKE`] on a code says too little, and every vector is read.
//!
//! Measured with 200 questions each on synthetic unit vectors, 1,500 of 64 numbers (mean cosines 0 to 0.95, noise up to what is a
//! cue's own) and 3,000 of 384 (0 to 0.97, up to one and a half times that): by the drives of all units the nearest cue of all is among
//! the first 200 for all questions (one of 200 is missed at 0.97 and the most noise); by the wide code for all at 0.7 and below, and
//! from 0.8 on for 4 to 100 of 100.

use std::cmp::Reverse;
use std::sync::Arc;

use serde::Serialize;
use slotless_core::real;

use super::StoreError;
use super::answer::Ask;
use super::store::Store;
use super::table::Near;

/// Mean cosine of two cues from which the mean is taken off a question.
const COMMON: f32 = 0.6;

/// Mean cosine from which every vector is compared.
const ALIKE: f32 = 0.96;

/// Cues that the mean is taken of, at equal distances among all.
const SAMPLE: usize = 256;

/// How a question finds the nearest cues before their vectors decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Search {
    /// By the units that codes share.
    Codes,
    /// By what drives the units of their codes in the question without the mean of all cues: two cues have a cosine of
    /// 0.6 or more on average.
    Drives,
    /// By their vectors, all of which are read: two cues have a cosine of 0.96 or more on average.
    Vectors,
}

/// The mean of the cues, and how alike they are.
#[derive(Clone, Debug)]
pub(super) struct Common {
    mean: Vec<f32>,
    /// Mean cosine of two different cues of the sample; 0 where there are no two.
    pub cosine: f32,
}

impl Common {
    pub fn search(&self) -> Search {
        if self.cosine >= ALIKE {
            Search::Vectors
        } else if self.cosine >= COMMON {
            Search::Drives
        } else {
            Search::Codes
        }
    }

    /// Of vectors of length 1.
    fn of(count: usize, mut sum: Vec<f64>) -> Self {
        let n = count as f64;
        let squared: f64 = sum.iter().map(|part| part * part).sum();
        sum.iter_mut().for_each(|part| *part /= n.max(1.0));
        Self {
            mean: sum.iter().map(|&part| part as f32).collect(),
            // The square of the sum is that of n equal ones and of n (n - 1) different ones.
            cosine: if count > 1 {
                ((squared - n) / (n * (n - 1.0))) as f32
            } else {
                0.0
            },
        }
    }
}

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
        let step = self.table.live_pairs().div_ceil(SAMPLE).max(1);
        let mut sum = vec![0.0; self.settings().inputs as usize];
        let (mut reader, mut count) = (self.reader(), 0);
        for (pair, _) in self.table.pairs().step_by(step) {
            let (entries, entry) = reader.cue(pair)?;
            sum.iter_mut()
                .zip(entries.vector(entry))
                .for_each(|(sum, part)| *sum += f64::from(part));
            count += 1;
        }
        let common = Arc::new(Common::of(count, sum));
        *kept = Some((self.end, common.clone()));
        Ok(common)
    }

    /// The cues whose codes hold most of what drives them in a question without what all have in common, the first ones first,
    /// of equal ones those that were stored first. Cost: the projection, and a number of a table for every unit of every cue.
    pub(super) fn nearest_of_own(
        &self,
        question: &[f32],
        common: &Common,
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
        let mut scored = Vec::with_capacity(self.table.live_pairs());
        for (pair, _) in self.table.pairs() {
            let drives = self
                .cue_code(pair)
                .iter()
                .map(|&unit| i64::from(drives[unit as usize]));
            scored.push((Reverse(drives.sum::<i64>()), pair));
        }
        first(&mut scored, count);
        Ok(self.with_overlaps(&scored, &is_wide))
    }

    /// The nearest cues of all by their vectors. Cost: reading every vector.
    pub(super) fn nearest_of_all(
        &self,
        question: &[f32],
        count: usize,
    ) -> Result<Vec<Near>, StoreError> {
        let mut reader = self.reader();
        let mut scored = Vec::with_capacity(self.table.live_pairs());
        let mut vector = Vec::with_capacity(question.len());
        for (pair, _) in self.table.pairs() {
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
        let code = self.question_code(question, &Ask::new())?;
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
