//! What ends a recall, what it is told of, and what it has found.

use super::error::ModernError;
use super::exponential::{Exact, Exponential, LogSum};
use super::network::Modern;
use crate::real::Real;

/// What ends a recall. Each rule can be set or switched off, and the first that holds ends it, in this order.
///
/// 1. The state has come to rest: `||s' - s||_2 <= tolerance max(1, ||s||_2)`, of `f32` 1e-6. Of `I16F16` `||s' - s||_2 <=
///    tolerance`, 0 unless told otherwise: not a bit has changed.
/// 2. The shares have: `||p - p_prev||_1 <= tolerance`, of `f32` 1e-8, of `I16F16` 0.
/// 3. A number of steps, 1,000.
///
/// Without the third a run still ends after 2^32 - 1 steps; at least one rule must be on.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Recall<R> {
    state: Option<R>,
    shares: Option<R>,
    steps: Option<u32>,
}

impl<R: Real> Default for Recall<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Real> Recall<R> {
    /// All three rules, as above.
    pub const fn new() -> Self {
        Self {
            state: Some(R::STATE_TOLERANCE),
            shares: Some(R::SHARES_TOLERANCE),
            steps: Some(1000),
        }
    }

    /// Tolerance of the state: finite, 0 or above.
    pub const fn state_tolerance(mut self, tolerance: Option<R>) -> Self {
        self.state = tolerance;
        self
    }

    /// Tolerance of the shares: finite, 0 or above.
    pub const fn shares_tolerance(mut self, tolerance: Option<R>) -> Self {
        self.shares = tolerance;
        self
    }

    /// The most steps, 1 or more.
    pub const fn max_steps(mut self, steps: Option<u32>) -> Self {
        self.steps = steps;
        self
    }

    /// The rules as they are set, none for one that is off.
    #[must_use]
    pub const fn rules(&self) -> Rules<R> {
        Rules {
            state: self.state,
            shares: self.shares,
            steps: self.steps,
        }
    }

    /// Refuses rules with which no recall can be, as recalls do: for those who run them elsewhere.
    ///
    /// # Errors
    /// [`ModernError::StateTolerance`], [`ModernError::SharesTolerance`], [`ModernError::NoSteps`] and
    /// [`ModernError::Endless`].
    pub fn check(&self) -> Result<(), ModernError> {
        let fits = |tolerance: Option<R>| tolerance.is_none_or(|t| t.finite() && t >= R::ZERO);
        if !fits(self.state) {
            return Err(ModernError::StateTolerance);
        }
        if !fits(self.shares) {
            return Err(ModernError::SharesTolerance);
        }
        if self.steps == Some(0) {
            return Err(ModernError::NoSteps);
        }
        if self.state.is_none() && self.shares.is_none() && self.steps.is_none() {
            return Err(ModernError::Endless);
        }
        Ok(())
    }

    /// What ends the run after a number of steps, if anything does: of the state and of the shares the last and those before,
    /// of which there are none after the first step. For those who make the steps elsewhere.
    #[must_use]
    pub fn ended(&self, steps: u32, state: [&[R]; 2], shares: [&[R]; 2]) -> Option<Ended> {
        let at_rest = |tolerance| R::near(state[0], state[1], tolerance);
        let alike = |tolerance| steps > 1 && R::alike(shares[0], shares[1], tolerance);
        if self.state.is_some_and(at_rest) {
            Some(Ended::State)
        } else if self.shares.is_some_and(alike) {
            Some(Ended::Shares)
        } else if steps >= self.steps.unwrap_or(u32::MAX) {
            Some(Ended::Steps)
        } else {
            None
        }
    }
}

/// The rules of a [`Recall`], none for one that is off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules<R> {
    /// Tolerance of the state.
    pub state: Option<R>,
    /// Tolerance of the shares.
    pub shares: Option<R>,
    /// The most steps.
    pub steps: Option<u32>,
}

/// What ended a recall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Ended {
    /// The last step moved the state no more than the tolerance.
    State,
    /// It moved the shares no more than theirs.
    Shares,
    /// The most steps were made.
    Steps,
}

/// What a recall has found, in the scratch buffer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recalled<'a, R> {
    /// The last state, N numbers.
    pub state: &'a [R],
    /// The shares of the K memories in it.
    pub shares: &'a [R],
    /// Steps made.
    pub steps: u32,
    /// What ended them.
    pub ended: Ended,
}

/// A state on the way, as a trajectory has it.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a, R: Real, E = Exact> {
    pub(super) network: &'a Modern<'a, R, E>,
    pub(super) sum: LogSum<R>,
    /// Steps made so far: 0 for the cue.
    pub number: u32,
    /// The state, N numbers.
    pub state: &'a [R],
    /// `softmax(beta X^T s)` of the state: the shares of the memories in the next.
    pub shares: &'a [R],
}

impl<R: Real, E: Exponential<R>> Step<'_, R, E> {
    /// The energy of the state. Cost: N multiplications and two logarithms, all else being at hand.
    #[must_use]
    pub fn energy(&self) -> R::Energy {
        self.network.energy_of(self.state, self.sum)
    }
}
