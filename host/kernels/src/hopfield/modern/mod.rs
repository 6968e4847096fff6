//! The modern network in `f32`: memories in rows that fill whole chunks of 16 numbers.
//!
//! A step reads the memories twice: row by row for the similarities `X^T s`, and once more for the next state `X p`, where
//! memories whose share is 0 are left out, which changes no bit. Sums have the one shape of
//! [`slotless_core::real`], so that similarities, shares and states equal those of
//! [`slotless_core::hopfield::modern`].

use slotless_core::real;

use super::super::rows::Rows;
use super::super::simd::{Block, Chunk, Floats, Isa, Kernel, LANES, flat};

/// Chunks of a state that are summed together: 16 partial sums each, which stay in the first-level cache.
const TOGETHER: usize = 16;

/// K memories of N numbers at an inverse temperature.
#[derive(Clone, Debug)]
pub struct Network {
    memories: Rows,
    beta: f32,
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
        Self {
            memories: Rows::with(units, memories, isa),
            beta,
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
        self.memories.bytes()
    }

    /// The similarities of a state of N numbers with the K memories. One pass over them.
    ///
    /// # Panics
    /// If the lengths are others.
    pub fn similarities(&self, state: &[f32], out: &mut [f32]) {
        self.memories.products(state, out);
    }

    /// One step: the shares `softmax(beta X^T s)` and the next state `X p`.
    ///
    /// # Panics
    /// If the lengths are not N, K and N.
    pub fn step(&self, state: &[f32], shares: &mut [f32], next: &mut [f32]) {
        assert!(next.len() == self.memories.width(), "room for all units");
        self.similarities(state, shares);
        let largest = shares.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for share in shares.iter_mut() {
            *share = real::exp(self.beta * (*share - largest));
        }
        let total = real::sum(shares);
        for share in shares.iter_mut() {
            *share /= total;
        }
        let mut padded = vec![Chunk::ZERO; self.memories.stride()];
        self.memories.isa().run(Mean {
            rows: self.memories.chunks(),
            shares,
            out: &mut padded,
        });
        next.copy_from_slice(&flat(&padded)[..self.memories.width()]);
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
