//! Sums of products: some rows of numbers with some columns of vectors side by side, so that what is loaded once is multiplied
//! several times, and as many sums run at once as the processor's additions take to come out.
//!
//! Every sum has the one shape of [`slotless_core::real`]: term i is added to partial sum `i % 16`, and these are added by halves. A
//! partial sum that starts from its first term differs from one that starts from zero in the sign of a zero alone; so does the
//! whole, and zero added at the end makes up for it.

use super::super::simd::{Chunk, Floats, LANES};

/// Columns of vectors, one for each term of a sum.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub chunks: &'a [Chunk],
    /// The first term of each partial sum in the first column.
    pub begin: [usize; LANES],
    /// From a term of a partial sum to the next of it.
    pub step: usize,
    /// From a column to the next.
    pub apart: usize,
}

/// Rows of numbers, one for each term of a sum.
#[derive(Clone, Copy)]
pub(super) struct Numbers<'a> {
    pub all: &'a [f32],
    /// The first of the first row.
    pub first: usize,
    /// From a row to the next.
    pub pitch: usize,
    /// How many of a row count.
    pub terms: usize,
}

/// Whether partial sums begin with these terms.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Terms {
    First,
    More,
}

/// How many rows and columns go together, each `W` or 1.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub rows: usize,
    pub columns: usize,
}

impl Size {
    /// Vectors of partial sums.
    pub const fn sums(self) -> usize {
        LANES * self.rows * self.columns
    }
}

/// As many as go together, where there are still as many.
#[inline(always)]
pub(super) fn together<const W: usize>(left: usize) -> usize {
    if left < W { 1 } else { W }
}

/// Adds products to the partial sums of all rows with all columns.
#[inline(always)]
pub(super) fn add<F: Floats, const W: usize>(
    columns: Columns<'_>,
    numbers: Numbers<'_>,
    size: Size,
    terms: Terms,
    sums: &mut [Chunk],
) {
    match (size.rows == W, size.columns == W) {
        (true, true) => partials::<F, W, W>(columns, numbers, terms, sums),
        (true, false) => partials::<F, W, 1>(columns, numbers, terms, sums),
        (false, true) => partials::<F, 1, W>(columns, numbers, terms, sums),
        (false, false) => partials::<F, 1, 1>(columns, numbers, terms, sums),
    }
}

#[inline(always)]
fn partials<F: Floats, const R: usize, const C: usize>(
    columns: Columns<'_>,
    numbers: Numbers<'_>,
    terms: Terms,
    sums: &mut [Chunk],
) {
    let zero = F::splat(0.0);
    let Columns {
        chunks,
        begin,
        step,
        apart,
    } = columns;
    let count = numbers.terms;
    let mut rows: [&[f32]; R] = [&[]; R];
    for (row, own) in rows.iter_mut().enumerate() {
        *own = &numbers.all[numbers.first + row * numbers.pitch..][..count];
    }
    for (first, (sums, begin)) in sums.chunks_exact_mut(R * C).zip(begin).enumerate() {
        let mut own = [[zero; C]; R];
        let (mut term, mut at) = (first, begin);
        if terms == Terms::First {
            if term < count {
                for (own, row) in own.iter_mut().zip(rows) {
                    let number = F::splat(row[term]);
                    for (column, sum) in own.iter_mut().enumerate() {
                        *sum = F::load(&chunks[at + column * apart]).mul(number);
                    }
                }
                term += LANES;
                at += step;
            }
        } else {
            for (own, sums) in own.iter_mut().zip(sums.chunks_exact(C)) {
                for (own, sum) in own.iter_mut().zip(sums) {
                    *own = F::load(sum);
                }
            }
        }
        while term < count {
            let mut vectors = [zero; C];
            for (column, vector) in vectors.iter_mut().enumerate() {
                *vector = F::load(&chunks[at + column * apart]);
            }
            for (own, row) in own.iter_mut().zip(rows) {
                let number = F::splat(row[term]);
                for (sum, vector) in own.iter_mut().zip(vectors) {
                    *sum = sum.add(vector.mul(number));
                }
            }
            term += LANES;
            at += step;
        }
        for (own, sums) in own.iter().zip(sums.chunks_exact_mut(C)) {
            for (own, sum) in own.iter().zip(sums) {
                own.store(sum);
            }
        }
    }
}

/// The whole sums of a row with a column.
#[inline(always)]
pub(super) fn total<F: Floats>(sums: &[Chunk], size: Size, row: usize, column: usize) -> F {
    let (at, apart) = (row * size.columns + column, size.rows * size.columns);
    let sums = &sums[at..][..(LANES - 1) * apart + 1];
    // Written out, since instructions are not those of this function in a closure.
    macro_rules! quarter {
        ($r:expr) => {
            F::load(&sums[$r * apart])
                .add(F::load(&sums[($r + 8) * apart]))
                .add(F::load(&sums[($r + 4) * apart]).add(F::load(&sums[($r + 12) * apart])))
        };
    }
    let even = quarter!(0).add(quarter!(2));
    let odd = quarter!(1).add(quarter!(3));
    even.add(odd).add(F::splat(0.0))
}
