//! The network itself: a checked view of one buffer.

use core::fmt;

use super::descent::Descent;
use super::params::Params;
use super::row;
use crate::bits::{self, BitsError};
use crate::hopfield::{Descend, Recall, RecallError, Run, Update, descend, update_order};
use crate::memory::{Capacity, Memory, Recollection, Writable};
use crate::weight::{view, view_mut};

/// A classical Hopfield network in the caller's buffer.
///
/// `S` is anything that lends words: `[u32; N]`, `&mut [u32]`, `Vec<u32>`, or `&[u32]`, from which the network can be
/// recalled but not taught. The buffer is the whole state: the number of patterns stored; N thresholds where there are
/// any; then N rows of weights, that of unit i holding `W_ij` for j < i, in whole words.
#[derive(Clone, Debug)]
pub struct Classical<S> {
    params: Params,
    words: S,
}

/// What [`Classical::recall`] has come to, in the scratch buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recalled<'a> {
    /// The state, N bits.
    pub state: &'a [u32],
    /// Its energy.
    pub energy: i64,
    /// Updates, flips, and what ended them.
    pub run: Run,
}

impl<S: AsRef<[u32]>> Classical<S> {
    /// Opens a network whose state is already there. Any content is safe: with one that is not of this network's making
    /// fields wrap around, and energies may rise.
    ///
    /// # Errors
    /// [`NetworkError::Buffer`] unless there are exactly [`Params::words`] words.
    pub fn open(params: Params, words: S) -> Result<Self, NetworkError> {
        let (got, expected) = (words.as_ref().len(), params.words());
        if got != expected {
            return Err(NetworkError::Buffer { got, expected });
        }
        Ok(Self { params, words })
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The whole state of the network.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.words
    }

    /// Number of patterns stored.
    #[must_use]
    pub fn stored(&self) -> u32 {
        self.words.as_ref().first().copied().unwrap_or(0)
    }

    /// The weight between two units; 0 from a unit to itself, and where there is none.
    #[must_use]
    pub fn weight(&self, unit: u32, other: u32) -> i32 {
        let (low, high) = (unit.min(other), unit.max(other));
        if low == high || high >= self.params.units() {
            return 0;
        }
        row::get(self.params.width(), self.row(high), low)
    }

    /// The threshold of a unit; 0 where there are none.
    #[must_use]
    pub fn threshold(&self, unit: u32) -> i32 {
        self.thresholds().get(unit as usize).copied().unwrap_or(0)
    }

    /// The energy of a state, `-1/2 s^T W s + b^T s`. Cost: N^2 / 2 weights.
    ///
    /// # Errors
    /// [`NetworkError::State`] unless it has N bits.
    pub fn energy(&self, state: &[u32]) -> Result<i64, NetworkError> {
        bits::check(state, self.params.units()).map_err(NetworkError::State)?;
        let mut energy = 0i64;
        for unit in 0..self.params.units() {
            // Each pair once: W_ij with j < i.
            let field = row::field(self.params.width(), self.row(unit), state);
            let term = i64::from(self.threshold(unit)).wrapping_sub(field.into());
            energy = if bits::get(state, unit) {
                energy.wrapping_add(term)
            } else {
                energy.wrapping_sub(term)
            };
        }
        Ok(energy)
    }

    /// Starts from a state: computes all fields and the energy. Cost: N^2 / 2 weights, each twice.
    ///
    /// # Errors
    /// [`NetworkError::State`] unless the state has N bits, [`NetworkError::Scratch`] for fewer than
    /// [`Params::scratch_words`] words.
    pub fn start<'a>(
        &'a self,
        state: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Descent<'a>, NetworkError> {
        let (descent, _) = self.start_with_order(state, scratch)?;
        Ok(descent)
    }

    /// Recalls from a cue: updates as `recall` says, from the cue on.
    ///
    /// The order is that of [`update_order`]: a function of network, cue and `recall` alone.
    ///
    /// # Errors
    /// Those of [`Classical::start`], and [`NetworkError::Recall`].
    pub fn recall<'a>(
        &'a self,
        cue: &[u32],
        recall: &Recall<'_>,
        scratch: &'a mut [u32],
    ) -> Result<Recalled<'a>, NetworkError> {
        self.recall_with(cue, recall, scratch, |_| {})
    }

    /// [`Classical::recall`], with every update told.
    ///
    /// # Errors
    /// As there.
    pub fn recall_with<'a>(
        &'a self,
        cue: &[u32],
        recall: &Recall<'_>,
        scratch: &'a mut [u32],
        each: impl FnMut(Update<'_, i64>),
    ) -> Result<Recalled<'a>, NetworkError> {
        let (mut descent, order) = self.start_with_order(cue, scratch)?;
        let mut draws = update_order(self.params.seed(), cue, recall.run_number());
        let run =
            descend(&mut descent, recall, &mut draws, order, each).map_err(NetworkError::Recall)?;
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
    ) -> Result<(Descent<'a>, &'a mut [u32]), NetworkError> {
        bits::check(state, self.params.units()).map_err(NetworkError::State)?;
        let (got, expected) = (scratch.len(), self.params.scratch_words());
        let short = NetworkError::Scratch { got, expected };
        let units = self.params.units() as usize;
        let (fields, rest) = scratch.split_at_mut_checked(units).ok_or(short)?;
        let (order, rest) = rest.split_at_mut_checked(units).ok_or(short)?;
        let own = rest.get_mut(..state.len()).ok_or(short)?;
        for (own, word) in own.iter_mut().zip(state) {
            *own = *word;
        }
        let fields = view_mut::<i32>(fields);
        let energy = self.fields(state, fields);
        let descent = Descent {
            params: &self.params,
            weights: self.weights(),
            fields,
            state: own,
            energy,
        };
        Ok((descent, order))
    }

    /// Fills in the fields of a state, and gives its energy.
    fn fields(&self, state: &[u32], fields: &mut [i32]) -> i64 {
        let width = self.params.width();
        fields.fill(0);
        for unit in 0..self.params.units() {
            let row = self.row(unit);
            let sign = if bits::get(state, unit) { 1 } else { -1 };
            let (before, rest) = fields
                .split_at_mut_checked(unit as usize)
                .unwrap_or_default();
            row::add(width, row, sign, before);
            if let Some(own) = rest.first_mut() {
                let field = row::field(width, row, state);
                *own = field.wrapping_sub(self.threshold(unit));
            }
        }
        // Each pair is in two fields, and the threshold in the field with the other sign: E = -1/2 sum s_i (f_i - b_i).
        let mut twice = 0i64;
        for (&field, unit) in fields.iter().zip(0..) {
            let term = i64::from(field).wrapping_sub(self.threshold(unit).into());
            twice = if bits::get(state, unit) {
                twice.wrapping_sub(term)
            } else {
                twice.wrapping_add(term)
            };
        }
        twice / 2
    }

    fn thresholds(&self) -> &[i32] {
        let words = self.words.as_ref().get(1..).unwrap_or(&[]);
        view(words.get(..self.params.threshold_words()).unwrap_or(&[]))
    }

    fn weights(&self) -> &[u32] {
        let start = self.params.threshold_words().saturating_add(1);
        self.words.as_ref().get(start..).unwrap_or(&[])
    }

    /// The weights of a unit to those before it.
    fn row(&self, unit: u32) -> &[u32] {
        let start = self.params.row_start(unit);
        let words = unit.div_ceil(self.params.width().per_word()) as usize;
        let row = self.weights().get(start..).unwrap_or(&[]);
        row.get(..words).unwrap_or(&[])
    }
}

impl<S: AsRef<[u32]>> Classical<S> {
    /// Makes an empty network in the buffer: no pattern, weights and thresholds 0. What the buffer held is lost;
    /// [`Classical::open`] keeps it.
    ///
    /// # Errors
    /// [`NetworkError::Buffer`] unless there are exactly [`Params::words`] words.
    pub fn new(params: Params, words: S) -> Result<Self, NetworkError>
    where
        S: Writable,
    {
        let mut network = Self::open(params, words)?;
        network.words.as_mut().fill(0);
        Ok(network)
    }

    /// Stores a pattern: `W += s s^T`, but for the diagonal. Cost: N^2 / 2 weights, and as many again from where a weight
    /// could saturate.
    ///
    /// No bits set is the state of all -1, as good as any other; its inverse, all +1, adds the same to the weights. A pattern
    /// weighs as much as it is stored often: stored a hundred times, by a sensor that is dead or one that is stuck, it is what
    /// most cues are recalled as. Where a state may come again, compare it with what was stored, or with a recall of itself.
    ///
    /// # Errors
    /// [`NetworkError::State`] unless it has N bits; [`NetworkError::Saturated`] if a weight would leave its range. Nothing
    /// is stored then.
    pub fn store(&mut self, pattern: &[u32]) -> Result<(), NetworkError>
    where
        S: Writable,
    {
        let params = self.params;
        bits::check(pattern, params.units()).map_err(NetworkError::State)?;
        let largest = params.largest_weight();
        let stored = self.stored();
        let sign = |unit: u32| if bits::get(pattern, unit) { 1 } else { -1 };
        // So many patterns as a weight can count saturate none, whatever they are.
        if stored >= largest {
            for unit in 0..params.units() {
                let row = self.row(unit);
                if row::saturates(params.width(), row, pattern, sign(unit), largest) {
                    return Err(NetworkError::Saturated { stored, largest });
                }
            }
        }
        let words = self.words.as_mut();
        let mut weights = words
            .get_mut(params.threshold_words().saturating_add(1)..)
            .unwrap_or(&mut []);
        for unit in 0..params.units() {
            let length = unit.div_ceil(params.width().per_word()) as usize;
            let (row, rest) = core::mem::take(&mut weights)
                .split_at_mut_checked(length)
                .unwrap_or_default();
            row::learn(params.width(), row, unit, pattern, sign(unit));
            weights = rest;
        }
        if let Some(count) = words.first_mut() {
            *count = count.saturating_add(1);
        }
        Ok(())
    }

    /// Sets the threshold of a unit: above 0 it keeps the unit at -1. In units of the integer weights, K times what it is
    /// with weights that are divided by the number of patterns.
    ///
    /// # Errors
    /// [`NetworkError::NoThresholds`] unless the parameters have them, [`NetworkError::Unit`] for a unit that there is not,
    /// [`NetworkError::Threshold`] beyond 2^30 in magnitude.
    pub fn set_threshold(&mut self, unit: u32, threshold: i32) -> Result<(), NetworkError>
    where
        S: Writable,
    {
        if !self.params.has_thresholds() {
            return Err(NetworkError::NoThresholds);
        }
        if threshold.unsigned_abs() > Params::largest_threshold() {
            return Err(NetworkError::Threshold { threshold });
        }
        let units = self.params.units();
        let words = self.words.as_mut().get_mut(1..).unwrap_or(&mut []);
        match words.get_mut(unit as usize) {
            Some(word) if unit < units => *word = threshold as u32,
            _ => return Err(NetworkError::Unit { unit, units }),
        }
        Ok(())
    }
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Memory for Classical<S> {
    type Error = NetworkError;

    fn units(&self) -> u32 {
        self.params.units()
    }

    fn stored(&self) -> u64 {
        Self::stored(self).into()
    }

    /// Reliable: 0.138 N, of random patterns in which half of the units are +1. None is refused before a weight would
    /// saturate, which as many patterns as the largest weight cannot do.
    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: Some(u64::from(self.params.units()).saturating_mul(138) / 1000),
            limit: None,
        }
    }

    fn state_words(&self) -> usize {
        self.params.words()
    }

    fn scratch_words(&self) -> usize {
        self.params.scratch_words()
    }

    fn store(&mut self, pattern: &[u32], _scratch: &mut [u32]) -> Result<(), NetworkError> {
        Self::store(self, pattern)
    }

    /// By [`Recall::sweeps`]. The match is `-2 E / (N (N - 1))`, but 0 to 1: 1 for a pattern that is stored alone, and the
    /// sum of the squared overlaps with the stored patterns, less their number over N.
    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, NetworkError> {
        let recalled = Self::recall(self, cue, &Recall::sweeps(), scratch)?;
        let units = i64::from(self.params.units());
        let most = units.saturating_mul(units.saturating_sub(1)) / 2;
        // Not by `clamp`, which would panic for a least number above the largest.
        let depth = recalled.energy.saturating_neg().min(most).max(0);
        let share = (depth << 16).checked_div(most).unwrap_or(0);
        Ok(Recollection {
            pattern: recalled.state,
            share: share as u32,
        })
    }
}

/// What is wrong with a call of a classical network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum NetworkError {
    /// The network's buffer has the wrong number of words.
    Buffer {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// The scratch buffer is too short.
    Scratch {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// A state or pattern has not N bits.
    State(BitsError),
    /// A weight would leave its range.
    Saturated {
        /// Patterns stored so far.
        stored: u32,
        /// The largest weight.
        largest: u32,
    },
    /// The network has no thresholds.
    NoThresholds,
    /// There is no such unit.
    Unit {
        /// Unit given.
        unit: u32,
        /// Units there are.
        units: u32,
    },
    /// A threshold is out of range.
    Threshold {
        /// Threshold given.
        threshold: i32,
    },
    /// The updates cannot start.
    Recall(RecallError),
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Buffer { got, expected } => {
                write!(f, "network buffer of {got} words, expected {expected}")
            }
            Self::Scratch { got, expected } => write!(
                f,
                "scratch buffer of {got} words, needed at least {expected}"
            ),
            Self::State(error) => write!(f, "state: {error}"),
            Self::Saturated { stored, largest } => write!(
                f,
                "a weight would exceed {largest}, the largest of its width, with {stored} patterns stored: take wider weights"
            ),
            Self::NoThresholds => f.write_str("the network has no thresholds"),
            Self::Unit { unit, units } => write!(f, "unit {unit}, allowed below {units}"),
            Self::Threshold { threshold } => write!(
                f,
                "threshold {threshold}, allowed -{0}..={0}",
                Params::largest_threshold()
            ),
            Self::Recall(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for NetworkError {}
