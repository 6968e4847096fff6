//! Rows of `f32` and their products with vectors, in rows that fill whole chunks of 16 numbers.
//!
//! The products have the one shape of [`slotless_core::real::dot`], and so its bits.

use super::simd::{Block, Chunk, Floats, Isa, Kernel, LANES, flat_mut};

/// Rows whose sums run side by side.
const SIDE_BY_SIDE: usize = 4;
/// Vectors that share what is read of these rows.
const SHARE: usize = 2;
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
        let mut rows = Self::zeros(width, numbers.len() / width, isa);
        for (row, numbers) in rows.rows_mut().zip(numbers.chunks_exact(width)) {
            row.copy_from_slice(numbers);
        }
        rows
    }

    /// `count` rows of zeros.
    ///
    /// # Panics
    /// If rows have no numbers, or there is no row.
    #[must_use]
    pub fn zeros(width: usize, count: usize, isa: Isa) -> Self {
        assert!(width > 0 && count > 0, "rows of at least one number");
        let stride = width.div_ceil(LANES);
        Self {
            width,
            stride,
            rows: vec![Chunk::ZERO; count * stride],
            isa,
        }
    }

    /// All rows, to be written.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        let width = self.width;
        let rows = self.rows.chunks_exact_mut(self.stride);
        rows.map(move |row| &mut flat_mut(row)[..width])
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
            let part = block * together..block * together + rows.len() / self.stride;
            let pairs = padded.chunks(SHARE * self.stride);
            for (vectors, out) in pairs.zip(out.chunks_mut(SHARE * count)) {
                match vectors.len() / self.stride {
                    SHARE => {
                        let (first, second) = out.split_at_mut(count);
                        self.isa.run(Products::<SHARE> {
                            rows,
                            vectors,
                            out: [&mut first[part.clone()], &mut second[part.clone()]],
                        });
                    }
                    _ => self.isa.run(Products::<1> {
                        rows,
                        vectors,
                        out: [&mut out[part.clone()]],
                    }),
                }
            }
        }
    }
}

/// The product of each row with some vectors.
struct Products<'a, const N: usize> {
    rows: &'a [Chunk],
    vectors: &'a [Chunk],
    out: [&'a mut [f32]; N],
}

impl<const N: usize> Kernel for Products<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let stride = self.vectors.len() / N;
        let vectors: [&[Chunk]; N] =
            std::array::from_fn(|number| &self.vectors[number * stride..][..stride]);
        let mut out = self.out;
        let groups = self.rows.chunks(SIDE_BY_SIDE * stride);
        for (group, rows) in groups.enumerate() {
            let first = group * SIDE_BY_SIDE;
            if rows.len() == SIDE_BY_SIDE * stride {
                let mut sums = [[B::Floats::splat(0.0); SIDE_BY_SIDE]; N];
                for place in 0..stride {
                    let numbers: [B::Floats; SIDE_BY_SIDE] =
                        std::array::from_fn(|row| B::Floats::load(&rows[row * stride + place]));
                    for (sums, vector) in sums.iter_mut().zip(vectors) {
                        let vector = B::Floats::load(&vector[place]);
                        for (sum, number) in sums.iter_mut().zip(numbers) {
                            *sum = sum.add(number.mul(vector));
                        }
                    }
                }
                for (sums, out) in sums.into_iter().zip(&mut out) {
                    for (sum, out) in sums.into_iter().zip(&mut out[first..]) {
                        *out = sum.sum();
                    }
                }
            } else {
                for (vector, out) in vectors.into_iter().zip(&mut out) {
                    for (row, out) in rows.chunks_exact(stride).zip(&mut out[first..]) {
                        let mut sum = B::Floats::splat(0.0);
                        for (number, vector) in row.iter().zip(vector) {
                            sum = sum.add(B::Floats::load(number).mul(B::Floats::load(vector)));
                        }
                        *out = sum.sum();
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
