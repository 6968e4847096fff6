//! The network: memories, and an inverse temperature.

use core::marker::PhantomData;

use super::error::ModernError;
use super::exponential::{Exact, Exponential, LogSum};
use super::memories::Memories;
use super::recall::{Recall, Recalled, Step};
use crate::real::Real;
use crate::weight::view_mut;

/// A modern Hopfield network over the caller's memories. `E` is how exponentials are computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Modern<'a, R, E = Exact> {
    memories: Memories<'a, R>,
    beta: R,
    exponential: PhantomData<E>,
}

/// A scratch buffer, divided.
struct Parts<'a, R> {
    state: &'a mut [R],
    next: &'a mut [R],
    shares: &'a mut [R],
    last: &'a mut [R],
}

impl<'a, R: Real> Modern<'a, R> {
    /// A network of memories at an inverse temperature, finite and above 0.
    ///
    /// # Errors
    /// [`ModernError::Beta`].
    pub fn new(memories: Memories<'a, R>, beta: R) -> Result<Self, ModernError> {
        check_beta(beta)?;
        Ok(Self {
            memories,
            beta,
            exponential: PhantomData,
        })
    }

    /// The same network with another exponential: `network.with_exponential::<Table>()`.
    #[must_use]
    pub const fn with_exponential<E: Exponential<R>>(self) -> Modern<'a, R, E> {
        Modern {
            memories: self.memories,
            beta: self.beta,
            exponential: PhantomData,
        }
    }
}

impl<'a, R: Real, E: Exponential<R>> Modern<'a, R, E> {
    /// The memories.
    #[must_use]
    pub const fn memories(&self) -> &Memories<'a, R> {
        &self.memories
    }

    /// The inverse temperature.
    #[must_use]
    pub const fn beta(&self) -> R {
        self.beta
    }

    /// Words of scratch that recalls and energies take, `2 N + 2 K`. It may be longer, and it may hold anything.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        let (units, count) = (
            self.memories.units() as usize,
            self.memories.count() as usize,
        );
        units.saturating_add(count).saturating_mul(2)
    }

    /// The similarities `z = X^T s` of a state with the K memories.
    ///
    /// # Errors
    /// [`ModernError::State`], [`ModernError::NotFinite`], [`ModernError::TooLong`] and [`ModernError::Shares`].
    pub fn similarities(&self, state: &[R], out: &mut [R]) -> Result<(), ModernError> {
        self.check_state(state)?;
        self.check_shares(out)?;
        self.memories.similarities(state, out);
        Ok(())
    }

    /// One step: the shares `p = softmax(beta X^T s)` and the next state `X p`.
    ///
    /// # Errors
    /// Those of [`Modern::similarities`], and [`ModernError::Next`].
    pub fn step(&self, state: &[R], shares: &mut [R], next: &mut [R]) -> Result<(), ModernError> {
        let (got, expected) = (next.len(), self.memories.units() as usize);
        if got != expected {
            return Err(ModernError::Next { got, expected });
        }
        self.similarities(state, shares)?;
        let _ = E::softmax(self.beta, shares);
        self.memories.mean(shares, next);
        Ok(())
    }

    /// `lse(beta, X^T s) = (1/beta) ln sum_k exp(beta z_k)` of a state, in K words of scratch. For a beta so small that it
    /// is beyond `f32`, infinite.
    ///
    /// # Errors
    /// Those of a state, and [`ModernError::Scratch`].
    pub fn lse(&self, state: &[R], scratch: &mut [u32]) -> Result<R::Energy, ModernError> {
        Ok(E::lse(self.beta, self.sum(state, scratch)?))
    }

    /// The energy `-lse(beta, X^T s) + 1/2 s^T s + (1/beta) ln K + 1/2 M^2` of a state, in K words of scratch.
    ///
    /// The logarithms are subtracted before they are divided by beta, so that equal memories, or one, leave nothing of them.
    ///
    /// # Errors
    /// Those of a state, and [`ModernError::Scratch`].
    pub fn energy(&self, state: &[R], scratch: &mut [u32]) -> Result<R::Energy, ModernError> {
        Ok(self.energy_of(state, self.sum(state, scratch)?))
    }

    /// Recalls from a cue: steps until a rule ends it.
    ///
    /// # Errors
    /// Those of a state, of [`Recall`]'s rules, and [`ModernError::Scratch`] for fewer than [`Modern::scratch_words`].
    pub fn recall<'s>(
        &self,
        cue: &[R],
        recall: &Recall<R>,
        scratch: &'s mut [u32],
    ) -> Result<Recalled<'s, R>, ModernError> {
        let (recalled, _) = self.run(cue, recall, scratch, |_| {})?;
        Ok(recalled)
    }

    /// [`Modern::recall`], with every state told: the cue, that after each step, and the last. The last one's shares, which
    /// its energy needs, cost N K multiplications more than a recall.
    ///
    /// # Errors
    /// As there.
    pub fn recall_with<'s>(
        &self,
        cue: &[R],
        recall: &Recall<R>,
        scratch: &'s mut [u32],
        mut each: impl FnMut(&Step<'_, R, E>),
    ) -> Result<Recalled<'s, R>, ModernError> {
        let (recalled, rest) = self.run(cue, recall, scratch, &mut each)?;
        self.memories.similarities(recalled.state, rest);
        let sum = E::softmax(self.beta, rest);
        each(&Step {
            network: self,
            sum,
            number: recalled.steps,
            state: recalled.state,
            shares: rest,
        });
        Ok(recalled)
    }

    /// The recall, and room for shares that it leaves.
    fn run<'s>(
        &self,
        cue: &[R],
        recall: &Recall<R>,
        scratch: &'s mut [u32],
        mut each: impl FnMut(&Step<'_, R, E>),
    ) -> Result<(Recalled<'s, R>, &'s mut [R]), ModernError> {
        recall.check()?;
        self.check_state(cue)?;
        let Parts {
            mut state,
            mut next,
            mut shares,
            mut last,
        } = self.parts(scratch)?;
        for (state, &cue) in state.iter_mut().zip(cue) {
            *state = cue;
        }
        let mut steps = 0u32;
        let ended = loop {
            self.memories.similarities(state, shares);
            let sum = E::softmax(self.beta, shares);
            each(&Step {
                network: self,
                sum,
                number: steps,
                state,
                shares,
            });
            self.memories.mean(shares, next);
            core::mem::swap(&mut state, &mut next);
            steps = steps.saturating_add(1);
            if let Some(ended) = recall.ended(steps, [&*state, &*next], [&*shares, &*last]) {
                break ended;
            }
            core::mem::swap(&mut shares, &mut last);
        };
        let recalled = Recalled {
            state,
            shares,
            steps,
            ended,
        };
        Ok((recalled, last))
    }

    fn parts<'s>(&self, scratch: &'s mut [u32]) -> Result<Parts<'s, R>, ModernError> {
        let (got, expected) = (scratch.len(), self.scratch_words());
        let short = ModernError::Scratch { got, expected };
        let (units, count) = (
            self.memories.units() as usize,
            self.memories.count() as usize,
        );
        let (state, rest) = scratch.split_at_mut_checked(units).ok_or(short)?;
        let (next, rest) = rest.split_at_mut_checked(units).ok_or(short)?;
        let (shares, rest) = rest.split_at_mut_checked(count).ok_or(short)?;
        let last = rest.get_mut(..count).ok_or(short)?;
        Ok(Parts {
            state: view_mut(state),
            next: view_mut(next),
            shares: view_mut(shares),
            last: view_mut(last),
        })
    }

    fn sum(&self, state: &[R], scratch: &mut [u32]) -> Result<LogSum<R>, ModernError> {
        let (got, expected) = (scratch.len(), self.memories.count() as usize);
        let short = ModernError::Scratch { got, expected };
        let shares = view_mut(scratch.get_mut(..expected).ok_or(short)?);
        self.similarities(state, shares)?;
        Ok(E::softmax(self.beta, shares))
    }

    pub(super) fn energy_of(&self, state: &[R], sum: LogSum<R>) -> R::Energy {
        let square = R::dot(state, state);
        let (count, most) = (self.memories.count(), self.memories.largest_square());
        E::energy(self.beta, sum, count, square, most)
    }

    pub(crate) fn check_state(&self, state: &[R]) -> Result<(), ModernError> {
        check_state(state, self.memories.units())
    }

    fn check_shares(&self, shares: &[R]) -> Result<(), ModernError> {
        let (got, expected) = (shares.len(), self.memories.count() as usize);
        if got != expected {
            return Err(ModernError::Shares { got, expected });
        }
        Ok(())
    }
}

/// Checks an inverse temperature.
fn check_beta<R: Real>(beta: R) -> Result<(), ModernError> {
    if beta.finite() && beta > R::ZERO {
        Ok(())
    } else {
        Err(ModernError::Beta)
    }
}

/// Checks a state of this many units.
fn check_state<R: Real>(state: &[R], units: u32) -> Result<(), ModernError> {
    let (got, expected) = (state.len(), units as usize);
    if got != expected {
        return Err(ModernError::State { got, expected });
    }
    if let Some((_, unit)) = state.iter().zip(0..).find(|(number, _)| !number.finite()) {
        return Err(ModernError::NotFinite { unit });
    }
    if R::dot(state, state) < R::SQUARE {
        Ok(())
    } else {
        Err(ModernError::TooLong)
    }
}
