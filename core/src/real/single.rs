//! `f32`: sums of one shape, and an exponential of its own.

use core::f32::consts::LOG2_E;

use super::Real;

/// Partial sums that a sum is made of.
const LANES: usize = 16;

/// `1.5 2^23`: added to a number of less than 2^22 it leaves the nearest integer in the low bits.
pub const MAGIC: f32 = 12_582_912.0;
/// The high part of ln 2, 355/512: its product with an integer of up to 15 bits is exact.
pub const LN2_HIGH: f32 = 355.0 / 512.0;
/// ln 2 less [`LN2_HIGH`].
pub const LN2_LOW: f32 = -2.121_944_4e-4;
/// `c_0` to `c_4` of the polynomial in [`exp`]: a minimax fit of `(e^r - 1 - r) / r^2` on |r| <= 0.3475, weighted for
/// the relative error of `e^r`, which is 3e-9 before rounding.
pub const EXP: [f32; 5] = [
    f32::from_bits(0x3eff_fffe),
    f32::from_bits(0x3e2a_aa47),
    f32::from_bits(0x3d2a_ac7d),
    f32::from_bits(0x3c09_1db5),
    f32::from_bits(0x3ab5_10d6),
];

/// `e^x`, the same bits on all machines; 0 below -87, infinite above 88, NaN for NaN.
///
/// With `n` the integer nearest to `x / ln 2` and `r = x - n ln 2`, the result is `2^n (1 + r + r^2 p(r))`, `p` the
/// polynomial of [`EXP`]. Over all x its relative error is at most 8.5e-8, and 1.001 units in the last place. 10
/// multiplications and 10 additions.
#[inline]
#[must_use]
pub fn exp(x: f32) -> f32 {
    let t = x * LOG2_E + MAGIC;
    let n = (t.to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32);
    let f = t - MAGIC;
    let r = (x - f * LN2_HIGH) - f * LN2_LOW;
    let [c0, c1, c2, c3, c4] = EXP;
    let p = (((c4 * r + c3) * r + c2) * r + c1) * r + c0;
    let y = ((p * r) * r + r) + 1.0;
    let power = f32::from_bits((n.wrapping_add(127) as u32) << 23);
    if x < -87.0 {
        0.0
    } else if x > 88.0 {
        f32::INFINITY
    } else {
        y * power
    }
}

/// The sum of the terms in 16 interleaved partial sums: term `i` is added to sum `i % 16`, in ascending order from +0.
/// Then the sums are added in halves: `p[r] + p[r + 8]`, of these `+ p[r + 4]`, `+ p[r + 2]`, `+ p[1]`.
///
/// Terms of zero at the end change no bit.
#[must_use]
pub fn sum(terms: &[f32]) -> f32 {
    let mut partial = [0.0; LANES];
    let (whole, rest) = terms.as_chunks::<LANES>();
    for terms in whole {
        for (sum, term) in partial.iter_mut().zip(terms) {
            *sum += term;
        }
    }
    for (sum, term) in partial.iter_mut().zip(rest) {
        *sum += term;
    }
    total(partial)
}

/// The [`sum`] of the products of two vectors; of the longer one no more counts than the other has.
#[must_use]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut partial = [0.0; LANES];
    let shorter = a.len().min(b.len());
    let (a, a_rest) = a.get(..shorter).unwrap_or(&[]).as_chunks::<LANES>();
    let (b, b_rest) = b.get(..shorter).unwrap_or(&[]).as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in partial.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    for (sum, (a, b)) in partial.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *sum += a * b;
    }
    total(partial)
}

/// The natural logarithm, the same bits on all machines: the `logf` of the crate libm, within 1 unit in the last place.
/// Minus infinity for 0, NaN below 0 and for NaN.
#[must_use]
pub fn ln(x: f32) -> f32 {
    libm::logf(x)
}

/// Columns that are summed at a time: a vector register or two, and 512 bytes of partial sums.
const COLUMNS: usize = 8;

/// [`super::Steps::columns`]: row i is added to partial sum `i % 16` of each column.
pub(super) fn columns(matrix: &[f32], weights: &[f32], out: &mut [f32]) {
    let width = out.len().max(1);
    let mut start = 0usize;
    for out in out.chunks_mut(COLUMNS) {
        let mut partial = [[0.0f32; COLUMNS]; LANES];
        for (rows, weights) in matrix
            .chunks(width.saturating_mul(LANES))
            .zip(weights.chunks(LANES))
        {
            let rows = rows.chunks_exact(width).zip(weights);
            for (sums, (row, &weight)) in partial.iter_mut().zip(rows) {
                let row = row.get(start..).unwrap_or(&[]);
                if let Some(row) = row.first_chunk::<COLUMNS>() {
                    for (sum, number) in sums.iter_mut().zip(row) {
                        *sum += weight * number;
                    }
                } else {
                    for (sum, number) in sums.iter_mut().zip(row) {
                        *sum += weight * number;
                    }
                }
            }
        }
        for (column, out) in out.iter_mut().enumerate() {
            let of = |sums: [f32; COLUMNS]| sums.get(column).copied().unwrap_or(0.0);
            *out = total(partial.map(of));
        }
        start = start.saturating_add(COLUMNS);
    }
}

/// Adds partial sums in halves.
// Without a floating-point unit each addition is a call: not inlined, so that there is one copy of them.
#[inline(never)]
fn total(mut partial: [f32; LANES]) -> f32 {
    for half in [8, 4, 2] {
        let (low, high) = partial.split_at_mut(half);
        for (sum, other) in low.iter_mut().zip(high) {
            *sum += *other;
        }
    }
    partial[0] + partial[1]
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    type Energy = Self;

    fn finite(self) -> bool {
        self.is_finite()
    }

    #[inline]
    fn plus(self, other: Self) -> Self {
        self + other
    }

    #[inline]
    fn times(self, other: Self) -> Self {
        self * other
    }

    fn sum_of_products(pairs: impl Iterator<Item = (Self, Self)>) -> Self {
        let mut partial = [0.0; LANES];
        for (place, (a, b)) in pairs.enumerate() {
            partial[place % LANES] += a * b;
        }
        total(partial)
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        dot(a, b)
    }

    fn softmax_in_place(z: &mut [Self]) {
        let largest = z.iter().fold(
            Self::NEG_INFINITY,
            |most, &z| if z > most { z } else { most },
        );
        for z in z.iter_mut() {
            *z = exp(*z - largest);
        }
        let sum = sum(z);
        for z in z.iter_mut() {
            *z /= sum;
        }
    }

    fn unit(word: u32) -> Self {
        ((word & 0xffff) as Self + 0.5) / 65_536.0
    }

    fn half(word: u32) -> Self {
        ((word & 0xffff) as Self + 0.5) / 131_072.0
    }
}
