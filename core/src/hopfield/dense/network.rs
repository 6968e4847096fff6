//! The network: memories, and a separation function.

use super::descent::Descent;
use super::error::DenseError;
use super::separation::Separation;
use crate::bits;
use crate::hopfield::descent::check_memories;
use crate::hopfield::{Descend, Recall, RecallError, Run, Update, descend, update_order};
use crate::weight::view_mut;

/// The most units: similarities are signed numbers of 32 bits.
pub(super) const MAX: u32 = 1 << 30;

/// A dense associative memory over the caller's memories: K rows of packed bits, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dense<'m> {
    memories: &'m [u32],
    units: u32,
    count: u32,
    separation: Separation,
    seed: u64,
    /// Whether energies fit 62 bits.
    small: bool,
}

/// What [`Dense::recall`] has come to, in the scratch buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recalled<'a> {
    /// The state, N bits.
    pub state: &'a [u32],
    /// Its energy.
    pub energy: i128,
    /// Updates, flips, and what ended them.
    pub run: Run,
}

impl<'m> Dense<'m> {
    /// A network of memories of N units, 1 to 2^30, at a separation of degree 1 or more.
    ///
    /// # Errors
    /// [`DenseError::Units`], [`DenseError::Memories`], [`DenseError::Degree`] and [`DenseError::Overflow`].
    pub fn new(
        memories: &'m [u32],
        units: u32,
        separation: Separation,
    ) -> Result<Self, DenseError> {
        if units == 0 || units > MAX {
            return Err(DenseError::Units { units });
        }
        check_memories(memories, units).map_err(DenseError::Memories)?;
        let count = memories.len() / bits::words_for(units).max(1);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if count == 0 {
            return Err(DenseError::Memories(RecallError::NoMemories));
        }
        let degree = separation.degree();
        if degree == 0 {
            return Err(DenseError::Degree);
        }
        let largest = i128::from(units)
            .checked_pow(degree)
            .and_then(|power| power.checked_mul(count.into()));
        let Some(largest) = largest.filter(|&largest| largest < 1 << 125) else {
            return Err(DenseError::Overflow {
                count,
                units,
                degree,
            });
        };
        Ok(Self {
            memories,
            units,
            count,
            separation,
            seed: 0,
            small: largest < 1 << 62,
        })
    }

    /// Seed of the order in which units are updated, 0 unless told otherwise.
    #[must_use]
    pub const fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Number of units, N.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.units
    }

    /// Number of memories, K.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The memories, K rows.
    #[must_use]
    pub const fn memories(&self) -> &'m [u32] {
        self.memories
    }

    /// The separation function.
    #[must_use]
    pub const fn separation(&self) -> Separation {
        self.separation
    }

    /// Words of scratch that starting and recalling take: K similarities, an order of N units, and a state.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        (self.count as usize)
            .saturating_add(self.units as usize)
            .saturating_add(self.words())
    }

    /// Words of a memory.
    pub(super) const fn words(&self) -> usize {
        bits::words_for(self.units)
    }

    /// Whether a difference of two energies fits 64 bits.
    pub(super) const fn is_small(&self) -> bool {
        self.small
    }

    /// The energy `-sum_k F(xi_k . s)` of a state. Cost: the words of the memories, and K powers.
    ///
    /// # Errors
    /// [`DenseError::State`] unless it has N bits.
    pub fn energy(&self, state: &[u32]) -> Result<i128, DenseError> {
        bits::check(state, self.units).map_err(DenseError::State)?;
        Ok(self.energy_of(self.similarities(state)))
    }

    /// Starts from a state: computes similarities and energy.
    ///
    /// # Errors
    /// [`DenseError::State`] unless the state has N bits, [`DenseError::Scratch`] for fewer than
    /// [`Dense::scratch_words`] words.
    pub fn start<'a>(
        &'a self,
        state: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Descent<'a>, DenseError> {
        let (descent, _) = self.start_with_order(state, scratch)?;
        Ok(descent)
    }

    /// Recalls from a cue: updates as `recall` says, from the cue on, in the order that the
    /// [classical network](crate::hopfield::classical::Classical::recall) would take.
    ///
    /// # Errors
    /// Those of [`Dense::start`], and [`DenseError::Recall`].
    pub fn recall<'a>(
        &'a self,
        cue: &[u32],
        recall: &Recall<'_, i128>,
        scratch: &'a mut [u32],
    ) -> Result<Recalled<'a>, DenseError> {
        self.recall_with(cue, recall, scratch, |_| {})
    }

    /// [`Dense::recall`], with every update told.
    ///
    /// # Errors
    /// As there.
    pub fn recall_with<'a>(
        &'a self,
        cue: &[u32],
        recall: &Recall<'_, i128>,
        scratch: &'a mut [u32],
        each: impl FnMut(Update<'_, i128>),
    ) -> Result<Recalled<'a>, DenseError> {
        let (mut descent, order) = self.start_with_order(cue, scratch)?;
        let mut draws = update_order(self.seed, cue, recall.run_number());
        let run =
            descend(&mut descent, recall, &mut draws, order, each).map_err(DenseError::Recall)?;
        Ok(Recalled {
            energy: descent.energy(),
            run,
            state: descent.into_state(),
        })
    }

    fn start_with_order<'a>(
        &'a self,
        state: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<(Descent<'a>, &'a mut [u32]), DenseError> {
        bits::check(state, self.units).map_err(DenseError::State)?;
        let (got, expected) = (scratch.len(), self.scratch_words());
        let short = DenseError::Scratch { got, expected };
        let count = self.count as usize;
        let (similarities, rest) = scratch.split_at_mut_checked(count).ok_or(short)?;
        let (order, rest) = rest
            .split_at_mut_checked(self.units as usize)
            .ok_or(short)?;
        let own = rest.get_mut(..state.len()).ok_or(short)?;
        own.copy_from_slice(state);
        let kept = view_mut::<i32>(similarities);
        for (kept, similarity) in kept.iter_mut().zip(self.similarities(state)) {
            *kept = similarity;
        }
        let energy = self.energy_of(kept.iter().copied());
        let descent = Descent {
            network: self,
            similarities: kept,
            state: own,
            energy,
        };
        Ok((descent, order))
    }

    /// `xi_k . s` for each memory: N less twice the units in which they differ.
    fn similarities(&self, state: &[u32]) -> impl Iterator<Item = i32> {
        let rows = self.memories.chunks_exact(self.words().max(1));
        rows.map(move |row| {
            let differing = row.iter().zip(state).fold(0u32, |sum, (row, state)| {
                sum.wrapping_add((row ^ state).count_ones())
            });
            (self.units as i32).wrapping_sub((differing as i32).wrapping_mul(2))
        })
    }

    fn energy_of(&self, similarities: impl Iterator<Item = i32>) -> i128 {
        similarities.fold(0i128, |sum, similarity| {
            sum.wrapping_sub(self.separation.of(similarity))
        })
    }
}
