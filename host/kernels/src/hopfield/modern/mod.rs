//! The modern network in `f32`: memories in rows that fill whole chunks of 16 numbers.
//!
//! A step reads the memories twice: row by row for the similarities `X^T s`, and once more for the next state `X p`, where
//! memories whose share is 0 are left out, which changes no bit. Sums have the one shape of
//! [`slotless_core::real`], so that similarities, shares and states equal those of
//! [`slotless_core::hopfield::modern`].

use slotless_core::hopfield::modern::{Ended, Exact, Exponential, Recall};
use slotless_core::real;

use super::super::attention::{self, Head, Keys, Seen, Values};
use super::super::rows::{Rows, Softmax};
use super::super::simd::{Block, Chunk, Floats, Isa, Kernel, LANES, flat};

/// Cues that are recalled from together.
const CUES: usize = 64;

/// Chunks of a state that are summed together: 16 partial sums each, which stay in the first-level cache.
const TOGETHER: usize = 16;

/// K memories of N numbers at an inverse temperature.
#[derive(Clone, Debug)]
pub struct Network {
    memories: Values,
    beta: f32,
    /// The largest squared norm of a memory.
    square: f32,
}

/// Room for recalls, and what the last has found.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    state: Vec<f32>,
    shares: Vec<f32>,
    last_state: Vec<f32>,
    last_shares: Vec<f32>,
}

/// What [`Network::recall_many`] has found, cue by cue.
#[derive(Clone, Debug, PartialEq)]
pub struct Many {
    /// The last states, N numbers each.
    pub states: Vec<f32>,
    /// The shares of the K memories in them.
    pub shares: Vec<f32>,
    /// Steps made.
    pub steps: Vec<u32>,
    /// What ended them.
    pub ended: Vec<Ended>,
}

/// What [`Network::recall`] has found, in the scratch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recalled<'a> {
    /// The last state, N numbers.
    pub state: &'a [f32],
    /// The shares of the K memories in it.
    pub shares: &'a [f32],
    /// Steps made.
    pub steps: u32,
    /// What ended them.
    pub ended: Ended,
}

impl Network {
    /// Copies memories that lie one after the other, `units` numbers each; with the best instructions there are.
    ///
    /// # Panics
    /// As [`Network::with`].
    #[must_use]
    pub fn new(units: u32, memories: &[f32], beta: f32) -> Self {
        Self::with(units, memories, beta, Isa::best())
    }

    /// [`Network::new`] with these instructions.
    ///
    /// # Panics
    /// If there is no unit, no memory, or a part of one; or if beta is not above 0.
    #[must_use]
    pub fn with(units: u32, memories: &[f32], beta: f32, isa: Isa) -> Self {
        assert!(beta > 0.0, "beta above 0");
        let rows = Rows::with(units, memories, isa);
        let squares = memories.chunks_exact(units as usize);
        let square = squares.fold(0.0, |most: f32, row| most.max(real::dot(row, row)));
        Self {
            memories: Values { rows },
            beta,
            square,
        }
    }

    /// Number of memories, K.
    #[must_use]
    pub fn memories(&self) -> usize {
        self.memories.count()
    }

    /// Bytes of the memories.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.rows().bytes()
    }

    /// The similarities of a state of N numbers with the K memories. One pass over them.
    ///
    /// # Panics
    /// If the lengths are others.
    pub fn similarities(&self, state: &[f32], out: &mut [f32]) {
        self.rows().products(state, out);
    }

    /// One step: the shares `softmax(beta X^T s)` and the next state `X p`.
    ///
    /// # Panics
    /// If the lengths are not N, K and N.
    pub fn step(&self, state: &[f32], shares: &mut [f32], next: &mut [f32]) {
        assert!(next.len() == self.rows().width(), "room for all units");
        self.similarities(state, shares);
        let (isa, beta) = (self.rows().isa(), self.beta);
        isa.run(Softmax { beta, z: shares });
        let mut padded = vec![Chunk::ZERO; self.rows().stride()];
        self.rows().isa().run(Mean {
            rows: self.rows().chunks(),
            shares,
            out: &mut padded,
        });
        next.copy_from_slice(&flat(&padded)[..self.rows().width()]);
    }

    /// Recalls from a cue: steps until a rule ends them, or until `go_on`, which is asked before each, does not hold; then none.
    ///
    /// # Panics
    /// If the cue has not N numbers, or for rules that [`Recall::check`] refuses.
    pub fn recall<'s>(
        &self,
        cue: &[f32],
        rules: &Recall<f32>,
        scratch: &'s mut Scratch,
        mut go_on: impl FnMut() -> bool,
    ) -> Option<Recalled<'s>> {
        assert!(cue.len() == self.rows().width(), "a cue of all units");
        assert_eq!(rules.check(), Ok(()), "rules that end");
        for (vector, length) in [
            (&mut scratch.last_state, cue.len()),
            (&mut scratch.shares, self.memories()),
            (&mut scratch.last_shares, self.memories()),
        ] {
            vector.clear();
            vector.resize(length, 0.0);
        }
        scratch.state.clear();
        scratch.state.extend_from_slice(cue);
        let Scratch {
            state,
            shares,
            last_state,
            last_shares,
        } = scratch;
        let mut steps = 0u32;
        while go_on() {
            self.step(state, shares, last_state);
            std::mem::swap(state, last_state);
            steps = steps.saturating_add(1);
            if let Some(ended) = rules.ended(steps, [state, last_state], [shares, last_shares]) {
                return Some(Recalled {
                    state,
                    shares,
                    steps,
                    ended,
                });
            }
            std::mem::swap(shares, last_shares);
        }
        None
    }

    /// Recalls from many cues, one after the other, as [`Network::recall`] does from each: steps of many of them read the memories
    /// together. `keys` are the network's memories; `go_on` is asked before each step of some cues, and where it does not hold
    /// there is nothing.
    ///
    /// # Panics
    /// If the keys are not as many, or as wide; if the cues are not whole ones; or for rules that [`Recall::check`] refuses.
    pub fn recall_many(
        &self,
        keys: &Keys,
        cues: &[f32],
        rules: &Recall<f32>,
        mut go_on: impl FnMut() -> bool,
    ) -> Option<Many> {
        let (units, memories) = (self.rows().width(), self.memories());
        assert!(
            keys.units() == units && cues.len().is_multiple_of(units),
            "keys and cues of all units"
        );
        assert_eq!(rules.check(), Ok(()), "rules that end");
        let head = Head::new(keys, &self.memories, self.beta).expect("the network's memories");
        let count = cues.len() / units;
        let mut many = Many {
            states: vec![0.0; cues.len()],
            shares: vec![0.0; count * memories],
            steps: vec![0; count],
            ended: vec![Ended::Steps; count],
        };
        let mut scratch = attention::Scratch::default();
        let seen = [Seen::First(u32::MAX); CUES];
        for (group, cues) in cues.chunks(CUES * units).enumerate() {
            let mut state = cues.to_vec();
            let mut next = vec![0.0; cues.len()];
            let mut shares = vec![0.0; cues.len() / units * memories];
            let mut last = shares.clone();
            let mut active: Vec<usize> = (0..cues.len() / units)
                .map(|cue| group * CUES + cue)
                .collect();
            let mut steps = 0u32;
            while !active.is_empty() {
                if !go_on() {
                    return None;
                }
                let number = active.len();
                head.attend_checked(
                    &state[..number * units],
                    &seen[..number],
                    &mut scratch,
                    Some(&mut shares[..number * memories]),
                    &mut next[..number * units],
                );
                steps = steps.saturating_add(1);
                let mut kept = 0;
                for place in 0..number {
                    let (of_state, of_shares) = (place * units, place * memories);
                    let now = &next[of_state..][..units];
                    let own = &shares[of_shares..][..memories];
                    let before = [&state[of_state..][..units], &last[of_shares..][..memories]];
                    if let Some(ended) = rules.ended(steps, [now, before[0]], [own, before[1]]) {
                        let cue = active[place];
                        many.states[cue * units..][..units].copy_from_slice(now);
                        many.shares[cue * memories..][..memories].copy_from_slice(own);
                        many.steps[cue] = steps;
                        many.ended[cue] = ended;
                    } else {
                        // Those that go on close up; what was at their new place has been looked at.
                        state[kept * units..][..units].copy_from_slice(now);
                        last[kept * memories..][..memories].copy_from_slice(own);
                        active[kept] = active[place];
                        kept += 1;
                    }
                }
                active.truncate(kept);
            }
        }
        Some(many)
    }

    fn rows(&self) -> &Rows {
        &self.memories.rows
    }

    /// The energy of a state of N numbers, as [`Modern::energy`](slotless_core::hopfield::modern::Modern::energy) has it. One
    /// pass over the memories; `scratch` is K numbers, which become shares.
    ///
    /// # Panics
    /// If the lengths are not N and K.
    #[must_use]
    pub fn energy(&self, state: &[f32], scratch: &mut [f32]) -> f32 {
        self.similarities(state, scratch);
        let sum = Exact::softmax(self.beta, scratch);
        let count = self.memories() as u32;
        Exact::energy(self.beta, sum, count, real::dot(state, state), self.square)
    }
}

/// `X p`.
struct Mean<'a> {
    rows: &'a [Chunk],
    shares: &'a [f32],
    out: &'a mut [Chunk],
}

impl Kernel for Mean<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let stride = self.out.len();
        let mut partial = [[Chunk::ZERO; TOGETHER]; LANES];
        for (part, out) in self.out.chunks_mut(TOGETHER).enumerate() {
            for sums in &mut partial {
                sums.fill(Chunk::ZERO);
            }
            for (memory, (row, &share)) in
                self.rows.chunks_exact(stride).zip(self.shares).enumerate()
            {
                // Products of 0 with finite numbers change no sum that starts from +0.
                if share == 0.0 {
                    continue;
                }
                let factor = B::Floats::splat(share);
                let row = &row[part * TOGETHER..][..out.len()];
                for (sum, number) in partial[memory % LANES].iter_mut().zip(row) {
                    let term = B::Floats::load(number).mul(factor);
                    B::Floats::load(sum).add(term).store(sum);
                }
            }
            for half in [8, 4, 2, 1] {
                let (low, high) = partial.split_at_mut(half);
                for (low, high) in low.iter_mut().flatten().zip(high.iter().flatten()) {
                    B::Floats::load(low).add(B::Floats::load(high)).store(low);
                }
            }
            out.copy_from_slice(&partial[0][..out.len()]);
        }
    }
}

#[cfg(test)]
mod tests;
