//! The weights themselves: a square matrix of counts that are clipped at the most that a few bits hold.

use core::marker::PhantomData;

use super::code;
use super::index::{check_stored, split};
use super::params::{AttractorError, Params};
use super::winners::{above, threshold};
use crate::memory::Writable;
use crate::weight::{self, Width};
use fixed::types::I16F16;

/// Words before the weights: pairs learned, and increments lost, of 64 bits each, low word first.
const HEADER: usize = 4;

/// Hebbian weights from code to code, `W = sum of t c^T`, as counts of b bits in a buffer of fixed size: memory without
/// slots. A weight that has reached `2^b - 1` stays there; what is lost so is counted. With one bit it is Willshaw's network.
///
/// The buffer is 4 words, pairs learned and increments lost, and then n rows of n weights, packed as in [`weight`]:
/// weight j of row i is that from unit i of the cue to unit j of the target.
///
/// As long as nothing was lost it recalls what an [`Index`](super::Index) of the same pairs does, bit for bit; and an index
/// [clipped](super::Recall::clipped) at `2^b - 1` recalls the same as it also then.
///
/// ```
/// use slotless_core::attractor::{Matrix, Params};
/// use slotless_core::weight::U1;
///
/// let params = Params::builder(64, 3).build()?;
/// let mut memory = Matrix::<U1, _>::new(params, vec![0; Matrix::<U1, ()>::words(params)])?;
/// memory.learn(&[1, 20, 40], &[5, 6, 7])?;
/// assert_eq!(memory.learn(&[2, 20, 41], &[5, 9, 63])?, 1); // from 20 to 5 there was a weight already
/// let mut scratch = vec![0; memory.scratch_words()];
/// assert_eq!(memory.associate(&[1, 3, 40], &mut scratch)?, [5, 6, 7]);
/// # Ok::<(), slotless_core::attractor::AttractorError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Matrix<W, S> {
    params: Params,
    words: S,
    width: PhantomData<W>,
}

/// What a code came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Settled<'a> {
    /// The code; empty where no unit was driven.
    pub code: &'a [u32],
    /// Steps taken.
    pub steps: u32,
}

impl<W: Width, S> Matrix<W, S> {
    /// Words of a buffer; more than any buffer has where memory could not be addressed.
    #[must_use]
    pub const fn words(params: Params) -> usize {
        let row = params.units().div_ceil(W::PER_WORD) as usize;
        row.saturating_mul(params.units() as usize)
            .saturating_add(HEADER)
    }

    /// Sizes of its codes.
    #[must_use]
    pub const fn params(&self) -> Params {
        self.params
    }

    /// Words of scratch that recalls take, `n + 6 k`. It may be longer, and hold anything.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        Self::scratch_for(self.params)
    }

    /// [`Matrix::scratch_words`] of weights of these sizes.
    #[must_use]
    pub const fn scratch_for(params: Params) -> usize {
        let codes = (params.active() as usize).saturating_mul(2);
        (params.units() as usize)
            .saturating_add(codes)
            .saturating_add(params.encode_words())
    }

    fn row_words(&self) -> usize {
        W::row_words(self.params.units())
    }

    fn check(params: Params, got: usize) -> Result<(), AttractorError> {
        let expected = Self::words(params);
        if got != expected {
            return Err(AttractorError::Buffer { got, expected });
        }
        Ok(())
    }
}

impl<W: Width, S: AsRef<[u32]>> Matrix<W, S> {
    /// Weights of 0, in a buffer of [`Matrix::words`], which is cleared.
    ///
    /// # Errors
    /// [`AttractorError::Buffer`].
    pub fn new(params: Params, mut words: S) -> Result<Self, AttractorError>
    where
        S: Writable,
    {
        Self::check(params, words.as_mut().len())?;
        words.as_mut().fill(0);
        Ok(Self {
            params,
            words,
            width: PhantomData,
        })
    }

    /// Adds 1 to the weight from each unit of a cue to each of a target, of k units each; returns how many of these weights
    /// were full already. Cost: k^2 additions. A pair weighs as much as it is learned often, until its weights are full.
    ///
    /// # Errors
    /// [`AttractorError::Code`] and [`AttractorError::NotActive`]; nothing is learned then.
    pub fn learn(&mut self, cue: &[u32], target: &[u32]) -> Result<u64, AttractorError>
    where
        S: Writable,
    {
        self.learn_by(cue, target, 1)
    }

    /// [`Matrix::learn`] by another amount, such as 2 for targets and 1 for cues of a recurrent memory; returns how much was
    /// lost. Counts as a pair learned.
    ///
    /// # Errors
    /// As there, and [`AttractorError::Zero`] for 0.
    pub fn learn_by(
        &mut self,
        cue: &[u32],
        target: &[u32],
        amount: u32,
    ) -> Result<u64, AttractorError>
    where
        S: Writable,
    {
        check_stored(&self.params, cue)?;
        check_stored(&self.params, target)?;
        if amount == 0 {
            return Err(AttractorError::Zero);
        }
        let row_words = self.row_words();
        let (header, rows) = split(self.words.as_mut(), HEADER);
        let mut lost = 0u64;
        for &from in cue {
            let (_, rest) = split(rows, (from as usize).saturating_mul(row_words));
            let (row, _) = split(rest, row_words);
            for &to in target {
                weight::modify::<W>(row, to, |weight| {
                    let wanted = weight.saturating_add(amount);
                    let kept = wanted.min(W::FULL);
                    let gained = kept.saturating_sub(weight);
                    lost = lost.saturating_add(amount.saturating_sub(gained).into());
                    kept
                });
            }
        }
        add_to(header, 0, 1);
        add_to(header, 2, lost);
        Ok(lost)
    }
}

impl<W: Width, S: AsRef<[u32]>> Matrix<W, S> {
    /// Weights that a buffer holds, as [`Matrix::buffer`] gave them, such as those in flash.
    ///
    /// # Errors
    /// [`AttractorError::Buffer`]. Any words are weights.
    pub fn open(params: Params, words: S) -> Result<Self, AttractorError> {
        Self::check(params, words.as_ref().len())?;
        Ok(Self {
            params,
            words,
            width: PhantomData,
        })
    }

    /// The buffer.
    #[must_use]
    pub fn buffer(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Pairs learned, modulo 2^64.
    #[must_use]
    pub fn learned(&self) -> u64 {
        read(self.words.as_ref(), 0)
    }

    /// How much was lost to weights that were full: 0 as long as the matrix is exactly `sum of t c^T`.
    #[must_use]
    pub fn lost(&self) -> u64 {
        read(self.words.as_ref(), 2)
    }

    /// How many weights are full. Cost: all are read.
    #[must_use]
    pub fn full(&self) -> u64 {
        let mut full = 0u64;
        for unit in 0..self.params.units() {
            let row = self.row(unit);
            let weights = (0..self.params.units()).filter(|&to| W::get(row, to) == W::FULL);
            full = full.saturating_add(weights.count() as u64);
        }
        full
    }

    /// Weights from the units of one code to those of another that are not 0, as a share of all, 0 to 65,536.
    pub(super) fn connected(&self, from: &[u32], to: &[u32]) -> u32 {
        let mut connected = 0u64;
        for &unit in from {
            let row = self.row(unit);
            let there = to.iter().filter(|&&unit| W::get(row, unit) > 0).count();
            connected = connected.saturating_add(there as u64);
        }
        let all = (from.len() as u64).saturating_mul(to.len() as u64);
        (connected << 16).checked_div(all).unwrap_or(0) as u32
    }

    fn row(&self, unit: u32) -> &[u32] {
        let length = self.row_words();
        let start = (unit as usize)
            .saturating_mul(length)
            .saturating_add(HEADER);
        let rest = self.words.as_ref().get(start..);
        rest.and_then(|rest| rest.get(..length)).unwrap_or(&[])
    }

    /// `wta_k(W c)` of a sorted list of units, k or another number of them; empty where no unit is driven. Cost: a row of
    /// weights for each unit of the code, and a selection among n.
    ///
    /// # Errors
    /// [`AttractorError::Code`], and [`AttractorError::Scratch`] for fewer than [`Matrix::scratch_words`].
    pub fn associate<'s>(
        &self,
        code: &[u32],
        scratch: &'s mut [u32],
    ) -> Result<&'s [u32], AttractorError> {
        let settled = self.settle(code, 1, I16F16::ZERO, scratch)?;
        Ok(settled.code)
    }

    /// `c <- wta_k(W c - inhibition mean(W c))` until it stays or the steps are done: the settling of an attractor memory in
    /// its auto-associative weights without inhibition, the whole recall of a recurrent one.
    ///
    /// # Errors
    /// As for [`Matrix::associate`]; [`AttractorError::Zero`] for no steps, [`AttractorError::Inhibition`] below 0.
    pub fn settle<'s>(
        &self,
        cue: &[u32],
        steps: u32,
        inhibition: I16F16,
        scratch: &'s mut [u32],
    ) -> Result<Settled<'s>, AttractorError> {
        code::check(cue, self.params.units())?;
        if steps == 0 {
            return Err(AttractorError::Zero);
        }
        if inhibition < I16F16::ZERO {
            return Err(AttractorError::Inhibition);
        }
        let (got, expected) = (scratch.len(), self.scratch_words());
        if got < expected {
            return Err(AttractorError::Scratch { got, expected });
        }
        let inhibition = inhibition.to_bits().unsigned_abs();
        let (potentials, rest) = split(scratch, self.params.units() as usize);
        let (mut now, rest) = split(rest, self.params.active() as usize);
        let (mut next, best) = split(rest, self.params.active() as usize);
        let (best, _) = split(best, self.params.encode_words());
        let mut length = self.step(cue, inhibition, potentials, best, now);
        let mut done = 1u32;
        let mut stays = now.get(..length) == Some(cue);
        while !stays && length > 0 && done < steps {
            let from = now.get(..length).unwrap_or(&[]);
            let longer = self.step(from, inhibition, potentials, best, next);
            stays = next.get(..longer) == Some(from);
            core::mem::swap(&mut now, &mut next);
            length = longer;
            done = done.saturating_add(1);
        }
        Ok(Settled {
            code: now.get(..length).unwrap_or(&[]),
            steps: done,
        })
    }

    fn step(
        &self,
        from: &[u32],
        inhibition: u32,
        potentials: &mut [u32],
        best: &mut [u32],
        out: &mut [u32],
    ) -> usize {
        potentials.fill(0);
        for &unit in from {
            // 2^16 rows of weights of 16 bits fit a word.
            let mut potentials = potentials.iter_mut();
            weight::each_word::<W>(self.row(unit), |weight| {
                if let Some(potential) = potentials.next() {
                    *potential = potential.wrapping_add(weight);
                }
            });
        }
        let threshold = threshold(&self.params, potentials, inhibition);
        above(&self.params, from, potentials, threshold, best, out)
    }
}

/// Adds to a number of 64 bits.
fn add_to(header: &mut [u32], place: usize, amount: u64) {
    let sum = read(header, place).wrapping_add(amount);
    if let Some([low, high]) = header.get_mut(place..).and_then(|rest| rest.get_mut(..2)) {
        (*low, *high) = (sum as u32, (sum >> 32) as u32);
    }
}

fn read(words: &[u32], place: usize) -> u64 {
    let word = |place: usize| u64::from(words.get(place).copied().unwrap_or(0));
    word(place) | word(place.saturating_add(1)) << 32
}
