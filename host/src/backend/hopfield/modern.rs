//! The modern network in `f32`: memories in rows that fill whole chunks of 16 numbers.
//!
//! A step reads the memories twice: row by row for the similarities `X^T s`, and once more for the next state `X p`, where
//! memories whose share is 0 are left out, which changes no bit. Sums have the one shape of
//! [`slotless_core::real`], so that similarities, shares and states equal those of
//! [`slotless_core::hopfield::modern`].

use slotless_core::real;

use super::super::simd::{Block, Chunk, Floats, Isa, Kernel, LANES, flat, flat_mut};

/// Chunks of a state that are summed together: 16 partial sums each, which stay in the first-level cache.
const TOGETHER: usize = 16;
/// Rows whose sums run side by side.
const ROWS: usize = 4;

/// K memories of N numbers at an inverse temperature.
#[derive(Clone, Debug)]
pub struct Network {
    units: usize,
    /// Chunks of a row.
    stride: usize,
    rows: Vec<Chunk>,
    beta: f32,
    isa: Isa,
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
        let units = units as usize;
        assert!(
            units > 0 && !memories.is_empty() && memories.len().is_multiple_of(units),
            "whole memories of at least one unit"
        );
        assert!(beta > 0.0, "beta above 0");
        let stride = units.div_ceil(LANES);
        let mut rows = vec![Chunk::ZERO; memories.len() / units * stride];
        for (row, memory) in rows
            .chunks_exact_mut(stride)
            .zip(memories.chunks_exact(units))
        {
            flat_mut(row)[..units].copy_from_slice(memory);
        }
        Self {
            units,
            stride,
            rows,
            beta,
            isa,
        }
    }

    /// Number of memories, K.
    #[must_use]
    pub fn memories(&self) -> usize {
        self.rows.len() / self.stride
    }

    /// Bytes of the memories.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.rows.as_slice())
    }

    /// The similarities of a state of N numbers with the K memories. One pass over them.
    ///
    /// # Panics
    /// If the lengths are others.
    pub fn similarities(&self, state: &[f32], out: &mut [f32]) {
        assert!(
            state.len() == self.units && out.len() == self.memories(),
            "a state of all units, and room for all memories"
        );
        let mut padded = vec![Chunk::ZERO; self.stride];
        flat_mut(&mut padded)[..self.units].copy_from_slice(state);
        self.isa.run(Similarities {
            rows: &self.rows,
            state: &padded,
            out,
        });
    }

    /// One step: the shares `softmax(beta X^T s)` and the next state `X p`.
    ///
    /// # Panics
    /// If the lengths are not N, K and N.
    pub fn step(&self, state: &[f32], shares: &mut [f32], next: &mut [f32]) {
        assert!(next.len() == self.units, "room for all units");
        self.similarities(state, shares);
        let largest = shares.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for share in shares.iter_mut() {
            *share = real::exp(self.beta * (*share - largest));
        }
        let total = real::sum(shares);
        for share in shares.iter_mut() {
            *share /= total;
        }
        let mut padded = vec![Chunk::ZERO; self.stride];
        self.isa.run(Mean {
            rows: &self.rows,
            shares,
            out: &mut padded,
        });
        next.copy_from_slice(&flat(&padded)[..self.units]);
    }
}

/// `X^T s`.
struct Similarities<'a> {
    rows: &'a [Chunk],
    state: &'a [Chunk],
    out: &'a mut [f32],
}

impl Kernel for Similarities<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let stride = self.state.len();
        let groups = self.rows.chunks(ROWS * stride);
        for (rows, out) in groups.zip(self.out.chunks_mut(ROWS)) {
            if rows.len() == ROWS * stride {
                let mut sums = [B::Floats::splat(0.0); ROWS];
                for (place, state) in self.state.iter().enumerate() {
                    let state = B::Floats::load(state);
                    for (row, sum) in sums.iter_mut().enumerate() {
                        let memory = B::Floats::load(&rows[row * stride + place]);
                        *sum = sum.add(memory.mul(state));
                    }
                }
                for (sum, out) in sums.into_iter().zip(out) {
                    *out = sum.sum();
                }
            } else {
                for (row, out) in rows.chunks_exact(stride).zip(out) {
                    let mut sum = B::Floats::splat(0.0);
                    for (memory, state) in row.iter().zip(self.state) {
                        sum = sum.add(B::Floats::load(memory).mul(B::Floats::load(state)));
                    }
                    *out = sum.sum();
                }
            }
        }
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
