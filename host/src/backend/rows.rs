//! Rows of `f32` and their products with vectors, in rows that fill whole chunks of 16 numbers.
//!
//! The products have the one shape of [`slotless_core::real::dot`], and so its bits.

use super::simd::{Block, Chunk, Floats, Isa, Kernel, LANES, flat_mut};

/// Rows whose sums run side by side.
const SIDE_BY_SIDE: usize = 4;
/// Chunks of rows that stay in the second-level cache while many vectors go over them: 256 KiB.
const BLOCK: usize = 4096;

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
    /// Copies rows of `width` numbers that lie one after the other; with the best instructions there are.
    ///
    /// # Panics
    /// As [`Rows::with`].
    #[must_use]
    pub fn new(width: u32, numbers: &[f32]) -> Self {
        Self::with(width, numbers, Isa::best())
    }

    /// [`Rows::new`] with these instructions.
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
        Self::filled(width, numbers.len() / width, isa, |row, to| {
            to.copy_from_slice(&numbers[row * width..][..width]);
        })
    }

    /// `count` rows that are each written in place.
    ///
    /// # Panics
    /// If rows have no numbers, or there is no row.
    #[must_use]
    pub fn filled(
        width: usize,
        count: usize,
        isa: Isa,
        mut fill: impl FnMut(usize, &mut [f32]),
    ) -> Self {
        assert!(width > 0 && count > 0, "rows of at least one number");
        let stride = width.div_ceil(LANES);
        let mut rows = vec![Chunk::ZERO; count * stride];
        for (number, row) in rows.chunks_exact_mut(stride).enumerate() {
            fill(number, &mut flat_mut(row)[..width]);
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
    /// If the vector is not as wide as rows are, or there is not room for a number a row.
    pub fn products(&self, vector: &[f32], out: &mut [f32]) {
        self.products_of(vector, out);
    }

    /// [`Rows::products`] of vectors that lie one after the other, a row of `out` each. Rows are taken by blocks that stay
    /// in the cache, so that many vectors read them once.
    ///
    /// # Panics
    /// If there are other numbers of vectors and of rows of `out`.
    pub fn products_of(&self, vectors: &[f32], out: &mut [f32]) {
        let (width, count) = (self.width, self.count());
        assert!(
            vectors.len().is_multiple_of(width) && out.len() == vectors.len() / width * count,
            "whole vectors, and room for all products"
        );
        let mut padded = vec![Chunk::ZERO; vectors.len() / width * self.stride];
        for (to, vector) in padded
            .chunks_exact_mut(self.stride)
            .zip(vectors.chunks_exact(width))
        {
            flat_mut(to)[..width].copy_from_slice(vector);
        }
        let together = (BLOCK / self.stride).max(SIDE_BY_SIDE);
        let blocks = self.rows.chunks(together * self.stride);
        for (block, rows) in blocks.enumerate() {
            let first = block * together;
            for (vector, out) in padded
                .chunks_exact(self.stride)
                .zip(out.chunks_exact_mut(count))
            {
                let out = &mut out[first..][..rows.len() / self.stride];
                self.isa.run(Products { rows, vector, out });
            }
        }
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
                for (place, vector) in self.vector.iter().enumerate() {
                    let vector = B::Floats::load(vector);
                    for (row, sum) in sums.iter_mut().enumerate() {
                        let number = B::Floats::load(&rows[row * stride + place]);
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

#[cfg(test)]
mod tests;
