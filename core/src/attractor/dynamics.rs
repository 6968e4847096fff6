//! Recall from an index: overlaps, a weight for each overlap, the codes so weighted, the k winners.

use fixed::types::I16F16;

use super::index::{Index, split};
use super::params::AttractorError;
use super::recall::{Architecture, Recall, Recalled};
use super::winners::{above, threshold};
use super::{code, recall::Match};
use crate::real::exp_of_minus;
use crate::{bits, select};

/// What each code of a pair adds to its units, times its weight.
#[derive(Clone, Copy)]
struct Amounts {
    target: u32,
    cue: u32,
}

const TARGETS: Amounts = Amounts { target: 1, cue: 0 };
const CUES: Amounts = Amounts { target: 0, cue: 1 };
/// In halves.
const RECURRENT: Amounts = Amounts { target: 2, cue: 1 };

/// How overlaps become weights.
#[derive(Clone, Copy)]
enum Weighting {
    /// As they are; each entry of the matrix counts no further than `full`.
    Linear { full: u32 },
    /// `exp(-beta (most - o))`, all of them scaled so that their sum fits 32 bits.
    Softmax { beta: I16F16 },
}

/// Which pairs take part.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taking {
    All,
    /// Those with a mark.
    Marked,
}

/// A step from a code to the next.
#[derive(Clone, Copy)]
struct Step {
    weighting: Weighting,
    amounts: Amounts,
    inhibition: u32,
    taking: Taking,
}

impl Step {
    const fn new(weighting: Weighting, amounts: Amounts) -> Self {
        Self {
            weighting,
            amounts,
            inhibition: 0,
            taking: Taking::All,
        }
    }
}

/// Scratch of a step.
struct Work<'a> {
    overlaps: &'a mut [u32],
    marks: &'a mut [u32],
    potentials: &'a mut [u32],
    /// Entries of a column of the matrix; all 0 between uses.
    cells: &'a mut [u32],
    /// A weight for each overlap.
    levels: &'a mut [u32],
}

/// A code that a cue came to.
struct Settled<'a> {
    code: &'a mut [u32],
    spare: &'a mut [u32],
    length: usize,
    steps: u32,
}

impl Settled<'_> {
    fn code(&self) -> &[u32] {
        self.code.get(..self.length).unwrap_or(&[])
    }
}

impl<S> Index<S> {
    /// Words of scratch that recalls take: for P pairs, the capacity, `P + P / 32 + 2 n + 4 k + 1`, rounded up. It may be
    /// longer, and hold anything.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        let params = self.params();
        let units = params.units() as usize;
        let active = params.active() as usize;
        (self.capacity() as usize)
            .saturating_add(bits::words_for(self.capacity()))
            .saturating_add(units.saturating_mul(2))
            .saturating_add(active.saturating_mul(4))
            .saturating_add(1)
    }
}

impl<S: AsRef<[u32]>> Index<S> {
    /// Recalls from a cue: a sorted list of units, k or another number of them. Changes nothing: a function of the memory
    /// and the cue.
    ///
    /// A step costs the lists of the code's units, an addition for each unit of the pairs that have a weight, and a
    /// selection among n.
    ///
    /// # Errors
    /// [`AttractorError::Code`], and [`AttractorError::Scratch`] for fewer than [`Index::scratch_words`].
    pub fn recall<'s>(
        &self,
        cue: &[u32],
        recall: &Recall,
        scratch: &'s mut [u32],
    ) -> Result<Recalled<'s>, AttractorError> {
        code::check(cue, self.params().units())?;
        let (mut work, [now, next, out]) = self.rooms(scratch)?;
        let (best, runner_up) = self.best(cue, &mut work);
        let nothing = Settled {
            code: now,
            spare: next,
            length: 0,
            steps: 0,
        };
        let (settled, length) = if best.is_some_and(|best| best.overlap >= recall.at_least) {
            self.run(cue, recall, &mut work, nothing, out)
        } else {
            (nothing, 0)
        };
        Ok(Recalled {
            steps: settled.steps,
            settled: settled.code.get(..settled.length).unwrap_or(&[]),
            code: out.get(..length).unwrap_or(&[]),
            best,
            next: runner_up,
            active: self.params().active(),
        })
    }

    /// Recalls from a cue, from what that recalls, and so on: the target becomes the next cue. Hands over each hop's number,
    /// from 0, with what it recalls, and ends after `hops` of them or one that recalls nothing; returns how many recalled
    /// something. `code` has room for k words.
    ///
    /// # Errors
    /// Those of [`Index::recall`], and [`AttractorError::Room`].
    pub fn chain(
        &self,
        cue: &[u32],
        hops: u32,
        recall: &Recall,
        scratch: &mut [u32],
        code: &mut [u32],
        mut each: impl FnMut(u32, &Recalled<'_>),
    ) -> Result<u32, AttractorError> {
        let (got, expected) = (code.len(), self.params().active() as usize);
        if got != expected {
            return Err(AttractorError::Room { got, expected });
        }
        let mut length = None;
        for hop in 0..hops {
            let from = length.map_or(cue, |length| code.get(..length).unwrap_or(&[]));
            let recalled = self.recall(from, recall, scratch)?;
            each(hop, &recalled);
            if !recalled.matches() {
                return Ok(hop);
            }
            for (to, &unit) in code.iter_mut().zip(recalled.code) {
                *to = unit;
            }
            length = Some(recalled.code.len());
        }
        Ok(hops)
    }

    /// The cues that share most units with the one given.
    fn best(&self, cue: &[u32], work: &mut Work<'_>) -> (Option<Match>, Option<Match>) {
        self.count(cue, work.overlaps);
        let best = self.take_best(cue, work.overlaps);
        (best, best.and_then(|_| self.take_best(cue, work.overlaps)))
    }

    fn run<'s>(
        &self,
        cue: &[u32],
        recall: &Recall,
        work: &mut Work<'_>,
        nothing: Settled<'s>,
        out: &mut [u32],
    ) -> (Settled<'s>, usize) {
        let linear = Weighting::Linear { full: recall.full };
        let (weighting, steps, taking) = match recall.architecture {
            Architecture::Flat => {
                let length = self.step(cue, Step::new(linear, TARGETS), work, out);
                return (nothing, length);
            }
            Architecture::Recurrent { steps, inhibition } => {
                let mut step = Step::new(linear, RECURRENT);
                step.inhibition = inhibition.to_bits().unsigned_abs();
                let mut settled = self.settle(cue, step, steps, work, nothing);
                let length = settled.length;
                for (to, &unit) in out.iter_mut().zip(settled.code()) {
                    *to = unit;
                }
                settled.length = 0;
                return (settled, length);
            }
            Architecture::Attractor { steps } => (linear, steps, Taking::All),
            Architecture::Hopfield { beta, steps } => {
                (Weighting::Softmax { beta }, steps, Taking::All)
            }
            Architecture::TwoStage {
                nearest,
                beta,
                steps,
            } => {
                self.mark(cue, nearest, work);
                (Weighting::Softmax { beta }, steps, Taking::Marked)
            }
        };
        let mut step = Step::new(weighting, CUES);
        step.taking = taking;
        let settled = self.settle(cue, step, steps, work, nothing);
        step.amounts = TARGETS;
        let length = self.step(settled.code(), step, work, out);
        (settled, length)
    }

    /// Marks the pairs that share most units with a cue, none that shares none.
    fn mark(&self, cue: &[u32], nearest: u32, work: &mut Work<'_>) {
        self.count(cue, work.overlaps);
        let key = || self.pair_ties(cue);
        select::mark_top_k_with(work.overlaps, nearest, key, work.marks);
        for (&overlap, pair) in work.overlaps.iter().zip(0u32..) {
            if overlap == 0
                && let Some(word) = work.marks.get_mut((pair / bits::WORD_BITS) as usize)
            {
                *word &= !(1 << (pair % bits::WORD_BITS));
            }
        }
    }

    /// Steps until a code stays, or `steps` are done.
    fn settle<'s>(
        &self,
        cue: &[u32],
        step: Step,
        steps: u32,
        work: &mut Work<'_>,
        mut at: Settled<'s>,
    ) -> Settled<'s> {
        at.length = self.step(cue, step, work, at.code);
        at.steps = 1;
        let mut stays = at.code() == cue;
        while !stays && at.length > 0 && at.steps < steps {
            let length = self.step(
                at.code.get(..at.length).unwrap_or(&[]),
                step,
                work,
                at.spare,
            );
            stays = at.spare.get(..length) == at.code.get(..at.length);
            core::mem::swap(&mut at.code, &mut at.spare);
            at.length = length;
            at.steps = at.steps.saturating_add(1);
        }
        at
    }

    /// A step from a code; how many units are active then.
    fn step(&self, from: &[u32], step: Step, work: &mut Work<'_>, out: &mut [u32]) -> usize {
        work.potentials.fill(0);
        match step.weighting {
            Weighting::Linear { full: u32::MAX } => {
                self.count(from, work.overlaps);
                self.drive(step.amounts, work.potentials, |pair| {
                    work.overlaps.get(pair as usize).copied().unwrap_or(0)
                });
            }
            Weighting::Linear { full } => self.drive_clipped(from, step.amounts, full, work),
            Weighting::Softmax { beta } => {
                self.count(from, work.overlaps);
                self.drive_softmax(beta, step, work);
            }
        }
        let threshold = threshold(&self.params(), work.potentials, step.inhibition);
        above(&self.params(), from, work.potentials, threshold, out)
    }

    /// Adds the codes of pairs, times their weights and amounts.
    #[inline(always)]
    fn drive(&self, amounts: Amounts, potentials: &mut [u32], weight: impl Fn(u32) -> u32) {
        for pair in 0..self.pairs() {
            let weight = weight(pair);
            if weight == 0 {
                continue;
            }
            let Some((cue, target)) = self.codes(pair) else {
                continue;
            };
            for (code, amount) in [(target, amounts.target), (cue, amounts.cue)] {
                if amount == 0 {
                    continue;
                }
                let amount = amount.wrapping_mul(weight);
                for &unit in code {
                    if let Some(potential) = potentials.get_mut(unit as usize) {
                        *potential = potential.wrapping_add(amount);
                    }
                }
            }
        }
    }

    fn drive_softmax(&self, beta: I16F16, step: Step, work: &mut Work<'_>) {
        let marks = &*work.marks;
        let takes = |pair: u32| step.taking == Taking::All || bits::get(marks, pair);
        let overlaps = &*work.overlaps;
        let overlap = |pair: u32| overlaps.get(pair as usize).copied().unwrap_or(0);
        let all = || (0..self.pairs()).filter(|&pair| takes(pair));
        let most = all().map(overlap).max().unwrap_or(0);
        let power = |overlap: u32| {
            let distance = most.saturating_sub(overlap);
            exp_of_minus(distance.saturating_mul(beta.to_bits().unsigned_abs()))
        };
        // How many pairs have each overlap; of those with none, which may have been forgotten, only if it matters.
        let none_matters = power(0) > 0;
        work.levels.fill(0);
        for pair in all() {
            let overlap = overlap(pair);
            if (overlap > 0 || none_matters && self.codes(pair).is_some())
                && let Some(count) = work.levels.get_mut(overlap as usize)
            {
                *count = count.wrapping_add(1);
            }
        }
        let mut total = 0u64;
        for (&count, overlap) in work.levels.iter().zip(0..) {
            if count > 0 {
                total = total.saturating_add(u64::from(count).wrapping_mul(power(overlap).into()));
            }
        }
        let excess = u32::BITS.saturating_sub(total.leading_zeros());
        for (level, overlap) in work.levels.iter_mut().zip(0..) {
            *level = power(overlap).checked_shr(excess).unwrap_or(0);
        }
        let levels = &*work.levels;
        self.drive(step.amounts, work.potentials, |pair| {
            if takes(pair) {
                levels.get(overlap(pair) as usize).copied().unwrap_or(0)
            } else {
                0
            }
        });
    }

    /// As linear weights do, with entries of the matrix up to `full`: column by column, each counted, clipped and added.
    fn drive_clipped(&self, from: &[u32], amounts: Amounts, full: u32, work: &mut Work<'_>) {
        work.cells.fill(0);
        for &unit in from {
            self.with_unit(unit, |pair| {
                let Some((cue, target)) = self.codes(pair) else {
                    return;
                };
                for (code, amount) in [(target, amounts.target), (cue, amounts.cue)] {
                    for &unit in code {
                        if let Some(cell) = work.cells.get_mut(unit as usize) {
                            *cell = cell.saturating_add(amount);
                        }
                    }
                }
            });
            let potentials = &mut *work.potentials;
            self.with_unit(unit, |pair| {
                let Some((cue, target)) = self.codes(pair) else {
                    return;
                };
                for &unit in target.iter().chain(cue) {
                    if let (Some(cell), Some(potential)) = (
                        work.cells.get_mut(unit as usize),
                        potentials.get_mut(unit as usize),
                    ) {
                        let clipped = core::mem::take(cell).min(full);
                        *potential = potential.wrapping_add(clipped);
                    }
                }
            });
        }
    }

    fn rooms<'s>(
        &self,
        scratch: &'s mut [u32],
    ) -> Result<(Work<'s>, [&'s mut [u32]; 3]), AttractorError> {
        let (got, expected) = (scratch.len(), self.scratch_words());
        if got < expected {
            return Err(AttractorError::Scratch { got, expected });
        }
        let (units, active) = (
            self.params().units() as usize,
            self.params().active() as usize,
        );
        let (overlaps, rest) = split(scratch, self.pairs() as usize);
        let (marks, rest) = split(rest, bits::words_for(self.pairs()));
        let (potentials, rest) = split(rest, units);
        let (cells, rest) = split(rest, units);
        let (levels, rest) = split(rest, active.saturating_add(1));
        let (now, rest) = split(rest, active);
        let (next, rest) = split(rest, active);
        let (out, _) = split(rest, active);
        let work = Work {
            overlaps,
            marks,
            potentials,
            cells,
            levels,
        };
        Ok((work, [now, next, out]))
    }
}
