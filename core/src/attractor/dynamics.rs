//! Recall from an index: overlaps, a weight for each overlap, the codes so weighted, the k winners.

use fixed::types::I16F16;

use super::code;
use super::index::{Index, split, take_best};
use super::params::{AttractorError, Params};
use super::recall::{Architecture, Recall, Recalled};
use super::winners::{above, threshold};
use crate::real::exp_of_minus;

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

/// A step from a code to the next.
#[derive(Clone, Copy)]
struct Step {
    weighting: Weighting,
    amounts: Amounts,
    inhibition: u32,
}

impl Step {
    const fn new(weighting: Weighting, amounts: Amounts) -> Self {
        Self {
            weighting,
            amounts,
            inhibition: 0,
        }
    }
}

/// Scratch of a step.
struct Work<'a> {
    /// Of each pair, as far as they are counted.
    overlaps: &'a mut [u32],
    /// The pairs that alone take part, where not all do, with room for their overlaps.
    pairs: Option<Chosen<'a>>,
    potentials: &'a mut [u32],
    /// Entries of a column of the matrix.
    cells: &'a mut [u32],
    /// A weight for each overlap.
    levels: &'a mut [u32],
    best: &'a mut [u32],
}

struct Chosen<'a> {
    overlaps: &'a mut [u32],
    pairs: &'a [u32],
}

/// Scratch, divided: of steps, for the nearest pairs, and for three codes.
type Rooms<'a> = (Work<'a>, &'a mut [u32], [&'a mut [u32]; 3]);

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
    /// Words of scratch that recalls take: for P pairs, the capacity, `3 P + 2 n + 8 k + 1`. It may be longer, and hold
    /// anything.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        Self::scratch_for(self.params(), self.capacity())
    }

    /// [`Index::scratch_words`] of a memory of these sizes.
    #[must_use]
    pub const fn scratch_for(params: Params, pairs: u32) -> usize {
        let pairs = (pairs as usize).saturating_mul(3);
        let units = (params.units() as usize).saturating_mul(2);
        let codes = (params.active() as usize).saturating_mul(4);
        pairs
            .saturating_add(units)
            .saturating_add(codes)
            .saturating_add(1)
            .saturating_add(params.encode_words())
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
        let (mut work, room, [now, next, out]) = self.rooms(scratch)?;
        self.count(cue, work.overlaps);
        let key = self.pair_ties(cue);
        let (nearest, pairs) = self.most(work.overlaps, 2, key, &mut *room);
        let best = take_best(nearest, pairs, key);
        let runner_up = take_best(nearest, pairs, key);
        let nothing = Settled {
            code: now,
            spare: next,
            length: 0,
            steps: 0,
        };
        let (settled, length) = if best.is_some_and(|best| best.overlap >= recall.at_least) {
            if let Architecture::TwoStage { nearest, .. } = recall.architecture {
                let (overlaps, pairs) = self.most(work.overlaps, nearest, key, room);
                work.pairs = Some(Chosen { overlaps, pairs });
            }
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

    fn run<'s>(
        &self,
        cue: &[u32],
        recall: &Recall,
        work: &mut Work<'_>,
        nothing: Settled<'s>,
        out: &mut [u32],
    ) -> (Settled<'s>, usize) {
        let linear = Weighting::Linear { full: recall.full };
        let (weighting, steps) = match recall.architecture {
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
            Architecture::Attractor { steps } => (linear, steps),
            Architecture::Hopfield { beta, steps } | Architecture::TwoStage { beta, steps, .. } => {
                (Weighting::Softmax { beta }, steps)
            }
        };
        let mut step = Step::new(weighting, CUES);
        let settled = self.settle(cue, step, steps, work, nothing);
        step.amounts = TARGETS;
        let length = self.step(settled.code(), step, work, out);
        (settled, length)
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
                for (&overlap, pair) in work.overlaps.iter().zip(0..) {
                    if overlap > 0 {
                        self.drive(pair, overlap, step.amounts, work.potentials);
                    }
                }
            }
            Weighting::Linear { full } => self.drive_clipped(from, step.amounts, full, work),
            Weighting::Softmax { beta } => self.drive_softmax(from, beta, step.amounts, work),
        }
        let threshold = threshold(&self.params(), work.potentials, step.inhibition);
        above(
            &self.params(),
            from,
            work.potentials,
            threshold,
            work.best,
            out,
        )
    }

    /// Adds the codes of a pair, times a weight and the amounts.
    #[inline(always)]
    fn drive(&self, pair: u32, weight: u32, amounts: Amounts, potentials: &mut [u32]) {
        let Some((cue, target)) = self.codes(pair) else {
            return;
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

    fn drive_softmax(&self, from: &[u32], beta: I16F16, amounts: Amounts, work: &mut Work<'_>) {
        let Work {
            overlaps,
            pairs,
            potentials,
            levels,
            ..
        } = work;
        // How many pairs have each overlap.
        levels.fill(0);
        let mut count = |overlap: u32| {
            if let Some(count) = levels.get_mut(overlap as usize) {
                *count = count.wrapping_add(1);
            }
        };
        if let Some(chosen) = pairs {
            for (overlap, &pair) in chosen.overlaps.iter_mut().zip(chosen.pairs) {
                let cue = self.cue(pair).unwrap_or(&[]);
                *overlap = code::overlap(cue, from);
                count(*overlap);
            }
        } else {
            self.count(from, overlaps);
            overlaps
                .iter()
                .filter(|&&overlap| overlap > 0)
                .for_each(|&overlap| count(overlap));
        }
        let most = (0u32..)
            .zip(levels.iter())
            .filter(|&(_, &count)| count > 0)
            .last()
            .map_or(0, |(overlap, _)| overlap);
        let power = |overlap: u32| {
            let distance = most.saturating_sub(overlap);
            exp_of_minus(distance.saturating_mul(beta.to_bits().unsigned_abs()))
        };
        // Pairs that share nothing, some of which may have been forgotten, are counted only where they have a weight.
        if pairs.is_none() && power(0) > 0 {
            let none = overlaps
                .iter()
                .zip(0..)
                .filter(|&(&overlap, pair)| overlap == 0 && self.codes(pair).is_some());
            let count = none.count();
            if let Some(none) = levels.first_mut() {
                *none = count as u32;
            }
        }
        let mut total = 0u64;
        for (&count, overlap) in levels.iter().zip(0..) {
            if count > 0 {
                total = total.saturating_add(u64::from(count).wrapping_mul(power(overlap).into()));
            }
        }
        let excess = u32::BITS.saturating_sub(total.leading_zeros());
        for (level, overlap) in levels.iter_mut().zip(0..) {
            if *level > 0 {
                *level = power(overlap).checked_shr(excess).unwrap_or(0);
            }
        }
        let mut drive = |pair: u32, overlap: u32| {
            let weight = levels.get(overlap as usize).copied().unwrap_or(0);
            if weight > 0 {
                self.drive(pair, weight, amounts, potentials);
            }
        };
        if let Some(chosen) = pairs {
            for (&overlap, &pair) in chosen.overlaps.iter().zip(chosen.pairs) {
                drive(pair, overlap);
            }
        } else {
            for (&overlap, pair) in overlaps.iter().zip(0..) {
                drive(pair, overlap);
            }
        }
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

    fn rooms<'s>(&self, scratch: &'s mut [u32]) -> Result<Rooms<'s>, AttractorError> {
        let (got, expected) = (scratch.len(), self.scratch_words());
        if got < expected {
            return Err(AttractorError::Scratch { got, expected });
        }
        let pairs = self.pairs() as usize;
        let (units, active) = (
            self.params().units() as usize,
            self.params().active() as usize,
        );
        let (overlaps, rest) = split(scratch, pairs);
        let (room, rest) = split(rest, pairs.saturating_mul(2));
        let (potentials, rest) = split(rest, units);
        let (cells, rest) = split(rest, units);
        let (levels, rest) = split(rest, active.saturating_add(1));
        let (best, rest) = split(rest, self.params().encode_words());
        let (now, rest) = split(rest, active);
        let (next, rest) = split(rest, active);
        let (out, _) = split(rest, active);
        let work = Work {
            overlaps,
            pairs: None,
            potentials,
            cells,
            levels,
            best,
        };
        Ok((work, room, [now, next, out]))
    }
}
