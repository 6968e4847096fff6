//! Code memories as memories of patterns.

use fixed::types::I16F16;

use super::code;
use super::index::{Index, split};
use super::matrix::Matrix;
use super::params::AttractorError;
use super::recall::Recall;
use crate::bits;
use crate::memory::{Capacity, Memory, Recollection};
use crate::weight::Width;

/// The most steps in which a matrix of weights settles.
const STEPS: u32 = 10;

/// An [`Index`] as a memory of patterns of k ones: each is stored as the cue and the target of a pair.
///
/// What is recalled from a cue with any number of ones is a pattern of k ones, or of none where nothing matches; the share
/// is of k that the cue has in common with the nearest pattern.
#[derive(Clone, Debug)]
pub struct CodeMemory<S> {
    index: Index<S>,
    recall: Recall,
}

impl<S> CodeMemory<S> {
    /// A memory that recalls so.
    pub const fn new(index: Index<S>, recall: Recall) -> Self {
        Self { index, recall }
    }

    /// The pairs.
    pub const fn index(&self) -> &Index<S> {
        &self.index
    }

    /// The pairs, without the rest.
    pub fn into_index(self) -> Index<S> {
        self.index
    }
}

/// The list of a pattern's ones, which must have no ones beyond its units, at the start of scratch; and the rest of that.
fn unpack<'s>(
    pattern: &[u32],
    units: u32,
    expected: usize,
    scratch: &'s mut [u32],
) -> Result<(&'s [u32], &'s mut [u32]), AttractorError> {
    bits::check(pattern, units).map_err(AttractorError::Pattern)?;
    let got = scratch.len();
    if got < expected {
        return Err(AttractorError::Scratch { got, expected });
    }
    let (list, rest) = split(scratch, units as usize);
    let ones = code::from_bits(pattern, list);
    Ok((list.get(..ones).unwrap_or(&[]), rest))
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Memory for CodeMemory<S> {
    type Error = AttractorError;

    fn units(&self) -> u32 {
        self.index.params().units()
    }

    fn stored(&self) -> u64 {
        self.index.pairs().into()
    }

    /// The places for pairs; how many are reliable depends on the patterns.
    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: None,
            limit: Some(self.index.capacity().into()),
        }
    }

    fn state_words(&self) -> usize {
        self.index.buffer().len()
    }

    fn scratch_words(&self) -> usize {
        let units = self.units();
        self.index
            .scratch_words()
            .saturating_add(units as usize)
            .saturating_add(bits::words_for(units))
    }

    fn store(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), AttractorError> {
        let expected = self.scratch_words();
        let (code, _) = unpack(pattern, self.units(), expected, scratch)?;
        self.index.store(code, code).map(|_| ())
    }

    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, AttractorError> {
        let (list, rest) = unpack(cue, self.units(), self.scratch_words(), scratch)?;
        let (pattern, rest) = split(rest, bits::words_for(self.units()));
        let recalled = self.index.recall(list, &self.recall, rest)?;
        code::to_bits(recalled.code, pattern);
        let share = recalled.share();
        Ok(Recollection { pattern, share })
    }
}

/// Weights from patterns of k ones to themselves. A cue settles in up to 10 steps; the share is that of the weights from the
/// cue's units to those recalled that are not 0, of all there could be.
impl<W: Width, S: AsRef<[u32]> + AsMut<[u32]>> Memory for Matrix<W, S> {
    type Error = AttractorError;

    fn units(&self) -> u32 {
        self.params().units()
    }

    fn stored(&self) -> u64 {
        self.learned()
    }

    /// No limit: weights that are full stay so. How many are reliable depends on the patterns.
    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: None,
            limit: None,
        }
    }

    fn state_words(&self) -> usize {
        self.buffer().len()
    }

    fn scratch_words(&self) -> usize {
        let units = self.params().units();
        Matrix::scratch_words(self)
            .saturating_add(units as usize)
            .saturating_add(bits::words_for(units))
    }

    fn store(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), AttractorError> {
        let expected = Memory::scratch_words(self);
        let (code, _) = unpack(pattern, self.params().units(), expected, scratch)?;
        self.learn(code, code).map(|_| ())
    }

    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, AttractorError> {
        let units = self.params().units();
        let (list, rest) = unpack(cue, units, Memory::scratch_words(self), scratch)?;
        let (pattern, rest) = split(rest, bits::words_for(units));
        let settled = self.settle(list, STEPS, I16F16::ZERO, rest)?;
        code::to_bits(settled.code, pattern);
        let share = self.connected(list, settled.code);
        Ok(Recollection { pattern, share })
    }
}
