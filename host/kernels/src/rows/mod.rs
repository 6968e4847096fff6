//! Rows of `f32` and their products with vectors, in rows that fill whole chunks of 16 numbers.
//!
//! The products have the one shape of [`slotless_core::real::dot`], and so its bits.

mod softmax;

pub use softmax::{Softmax, softmax};

use super::simd::{Block, Chunk, Floats, Isa, Kernel, LANES, flat_mut};

/// Rows whose sums run side by side.
const SIDE_BY_SIDE: usize = 4;

/// A matrix of rows.
#[derive(Clone, Debug)]
pub struct Rows {
    width: usize,
    /// Chunks of a row.
    stride: usize,
    rows: Vec<Chunk>,
    isa: Isa,
}

impl Rows {
    /// Copies rows of `width` numbers that lie one after the other; their products are made with these instructions.
    ///
    /// # Panics
    /// If rows have no numbers, or there is no row, or a part of one.
    #[must_use]
    pub fn with(width: u32, numbers: &[f32], isa: Isa) -> Self {
        let width = width as usize;
        assert!(
            width > 0 && !numbers.is_empty() && numbers.len().is_multiple_of(width),
            "whole rows of at least one number"
        );
        let stride = width.div_ceil(LANES);
        let mut rows = vec![Chunk::ZERO; numbers.len() / width * stride];
        if width == stride * LANES {
            flat_mut(&mut rows).copy_from_slice(numbers);
        } else {
            let all = rows.chunks_exact_mut(stride);
            for (row, numbers) in all.zip(numbers.chunks_exact(width)) {
                flat_mut(row)[..width].copy_from_slice(numbers);
            }
        }
        Self {
            width,
            stride,
            rows,
            isa,
        }
    }

    /// Numbers of a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len() / self.stride
    }

    /// Bytes of the rows.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.rows.as_slice())
    }

    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    pub(super) fn chunks(&self) -> &[Chunk] {
        &self.rows
    }

    pub(super) fn isa(&self) -> Isa {
        self.isa
    }

    /// The product of each row with a vector. One pass over the rows.
    ///
    /// # Panics
    /// If the vector is not as wide as rows are, or there is not room for a number per row.
    pub fn products(&self, vector: &[f32], out: &mut [f32]) {
        assert!(
            vector.len() == self.width && out.len() == self.count(),
            "a vector as wide as rows are, and room for all products"
        );
        let mut padded = vec![Chunk::ZERO; self.stride];
        flat_mut(&mut padded)[..self.width].copy_from_slice(vector);
        self.isa.run(Products {
            rows: &self.rows,
            vector: &padded,
            out,
        });
    }
}

/// The product of each row with a vector.
struct Products<'a> {
    rows: &'a [Chunk],
    vector: &'a [Chunk],
    out: &'a mut [f32],
}

impl Kernel for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let stride = self.vector.len();
        let groups = self.rows.chunks(SIDE_BY_SIDE * stride);
        for (rows, out) in groups.zip(self.out.chunks_mut(SIDE_BY_SIDE)) {
            if rows.len() == SIDE_BY_SIDE * stride {
                let mut sums = [B::Floats::splat(0.0); SIDE_BY_SIDE];
                for place in 0..stride {
                    let numbers: [B::Floats; SIDE_BY_SIDE] =
                        std::array::from_fn(|row| B::Floats::load(&rows[row * stride + place]));
                    let vector = B::Floats::load(&self.vector[place]);
                    for (sum, number) in sums.iter_mut().zip(numbers) {
                        *sum = sum.add(number.mul(vector));
                    }
                }
                for (sum, out) in sums.into_iter().zip(out) {
                    *out = sum.sum();
                }
            } else {
                for (row, out) in rows.chunks_exact(stride).zip(out) {
                    let mut sum = B::Floats::splat(0.0);
                    for (number, vector) in row.iter().zip(self.vector) {
                        sum = sum.add(B::Floats::load(number).mul(B::Floats::load(vector)));
                    }
                    *out = sum.sum();
                }
            }
        }
    }
}

/// Whether the squared norm of each row is below a bound, which that of a row with a number that is not finite is not; the norms
/// have the bits of [`slotless_core::real::dot`].
pub struct Below<'a> {
    /// Rows, one after the other.
    pub numbers: &'a [f32],
    /// Numbers of a row.
    pub width: usize,
    /// The bound.
    pub bound: f32,
}

impl Kernel for Below<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<B: Block>(self) -> bool {
        let mut all = true;
        for row in self.numbers.chunks(self.width) {
            let mut sum = B::Floats::splat(0.0);
            for part in row.chunks(LANES) {
                let mut chunk = Chunk::ZERO;
                match part.first_chunk::<LANES>() {
                    Some(whole) => chunk.0 = *whole,
                    None => chunk.0[..part.len()].copy_from_slice(part),
                }
                let numbers = B::Floats::load(&chunk);
                sum = sum.add(numbers.mul(numbers));
            }
            all &= sum.sum() < self.bound;
        }
        all
    }
}

#[cfg(test)]
mod tests;
