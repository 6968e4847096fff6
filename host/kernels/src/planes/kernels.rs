//! The loops over rows, for each set of instructions.

use super::super::simd::{BYTES, Block, Kernel, WORDS, prefetch};
use super::Line;

/// Rows whose products are taken side by side.
pub(super) const SIDE_BY_SIDE: usize = 2;

/// A word that is ordered as numbers are.
#[inline(always)]
pub(super) fn key(number: f32) -> u32 {
    // The sum of -0 and 0 is 0.
    let bits = (number + 0.0).to_bits();
    bits ^ ((bits.cast_signed() >> 31).cast_unsigned() | 1 << 31)
}

/// Products of rows with the numbers of some questions.
pub(super) struct Products<'a, const N: usize> {
    pub lines: &'a [Line],
    pub numbers: [&'a [[u8; BYTES]]; N],
    pub products: [&'a mut [i32]; N],
}

impl<const N: usize> Kernel for Products<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let stride = self.numbers[0].len() / 2;
        let numbers = self.numbers.map(|numbers| numbers.as_chunks::<2>().0);
        let mut products = self.products;
        for (group, rows) in self.lines.chunks(SIDE_BY_SIDE * stride).enumerate() {
            let first = group * SIDE_BY_SIDE;
            if rows.len() == SIDE_BY_SIDE * stride {
                let mut sums = [[B::zero(); SIDE_BY_SIDE]; N];
                for place in 0..stride {
                    for (sums, numbers) in sums.iter_mut().zip(numbers) {
                        let numbers = numbers[place].each_ref().map(B::load);
                        for (row, sum) in sums.iter_mut().enumerate() {
                            *sum = sum.add_products(&rows[row * stride + place].0, numbers);
                        }
                    }
                }
                for (sums, products) in sums.into_iter().zip(&mut products) {
                    for (sum, product) in sums.into_iter().zip(&mut products[first..]) {
                        *product = sum.total32();
                    }
                }
            } else {
                for (numbers, products) in self.numbers.into_iter().zip(&mut products) {
                    for (row, product) in rows.chunks_exact(stride).zip(&mut products[first..]) {
                        *product = product_of::<B>(row, numbers);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn product_of<B: Block>(row: &[Line], numbers: &[[u8; BYTES]]) -> i32 {
    let mut sum = B::zero();
    for (line, numbers) in row.iter().zip(numbers.as_chunks::<2>().0) {
        sum = sum.add_products(&line.0, numbers.each_ref().map(B::load));
    }
    sum.total32()
}

/// What rows' products are at least and at most, from those of the first plane.
pub(super) struct Bounds<'a> {
    pub products: &'a [i32],
    pub scales: &'a [f32],
    pub left: &'a [f32],
    /// The vector's length in its steps.
    pub steps: f32,
    /// What may be missing beside what the plane leaves of a row.
    pub error: f32,
    pub lower: &'a mut [u32],
    pub upper: &'a mut [u32],
}

impl Kernel for Bounds<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let to = self.lower.iter_mut().zip(self.upper);
        let of = self.products.iter().zip(self.scales).zip(self.left);
        for ((lower, upper), ((&product, &scale), &left)) in to.zip(of) {
            let product = product as f32 * scale;
            let error = left * self.steps + self.error;
            (*lower, *upper) = (key(product - error), key(product + error));
        }
    }
}

/// Rows that may be among the largest, and are surely.
pub(super) struct Parted<'a> {
    pub lower: &'a [u32],
    pub upper: &'a [u32],
    pub below: u32,
    pub above: u32,
    pub sure: &'a mut Vec<u32>,
    pub open: &'a mut Vec<u32>,
}

impl Kernel for Parted<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let chunks = self.upper.as_chunks::<WORDS>().0.iter();
        for (chunk, (first, upper)) in (0..).step_by(WORDS).zip(chunks).enumerate() {
            let mut may_be = B::at_least(upper, self.below);
            while may_be != 0 {
                let lane = may_be.trailing_zeros();
                may_be &= may_be - 1;
                let lower = self.lower[chunk * WORDS + lane as usize];
                let to = if lower > self.above {
                    &mut *self.sure
                } else {
                    &mut *self.open
                };
                to.push(first + lane);
            }
        }
    }
}

/// Products of some rows.
pub(super) struct Chosen<'a> {
    pub lines: &'a [Line],
    pub stride: usize,
    pub numbers: &'a [[u8; BYTES]],
    pub rows: &'a [u32],
    pub products: &'a mut [i32],
}

/// How many rows ahead memory is told of one.
const AHEAD: usize = 4;

impl Kernel for Chosen<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let lines = |row: u32| &self.lines[row as usize * self.stride..][..self.stride];
        let first = self.rows.iter().take(AHEAD);
        first.for_each(|&row| lines(row).iter().for_each(prefetch));
        for (at, (&row, product)) in self.rows.iter().zip(self.products).enumerate() {
            if let Some(&next) = self.rows.get(at + AHEAD) {
                lines(next).iter().for_each(prefetch);
            }
            *product = product_of::<B>(lines(row), self.numbers);
        }
    }
}
