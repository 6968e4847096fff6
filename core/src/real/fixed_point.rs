//! `I16F16`: sums in 64 bits that are rounded once, and an exponential of integers.

use fixed::types::{I16F16, I48F16};

use super::Real;

/// `2^31 / ln 2`.
const LOG2_E: u64 = 3_098_164_009;
/// `2^31 c_1` to `2^31 c_5` of the minimax fit `1 + c_1 f + ... + c_5 f^5` of `2^-f` on 0..=1, off by 6e-8 at most.
const POWER: [i64; 5] = [
    -1_488_516_314,
    515_797_037,
    -118_791_697,
    19_817_794,
    -2_048_773,
];

/// `2^31 e^-(distance / 65536)`: 2^31 for 0, and 0 from about 22 (in units of 1) on.
pub(crate) fn exp_of_minus(distance: u32) -> u32 {
    // The distance in octaves: whole ones above 32 bits of a fraction, of which 31 are used.
    let octaves = (u64::from(distance) * LOG2_E) >> 15;
    let fraction = i64::from(octaves as u32 >> 1);
    // Each factor is below 2^31.
    let [c1, c2, c3, c4, c5] = POWER;
    let mut sum = c5;
    for next in [c4, c3, c2, c1] {
        sum = ((sum * fraction) >> 31) + next;
    }
    let power = (1 << 31) + ((sum * fraction) >> 31);
    (power as u32)
        .checked_shr((octaves >> 32) as u32)
        .unwrap_or(0)
}

/// Of a sum of products of raw numbers: in 1/65536 rounded to nearest, halves up, and saturated.
fn rounded(sum: i64) -> I16F16 {
    let bits = sum.saturating_add(1 << 15) >> 16;
    I16F16::from_bits(bits.clamp(i32::MIN.into(), i32::MAX.into()) as i32)
}

/// Puts shares in the place of numbers, of an exponential of a distance below the largest in 2^-31; gives the largest, and
/// the sum of the exponentials.
pub(super) fn softmax(z: &mut [I16F16], exp_of_minus: impl Fn(u32) -> u32) -> (I16F16, u64) {
    let largest = z.iter().copied().max().unwrap_or(I16F16::ZERO);
    let mut sum = 0u64;
    for z in z.iter_mut() {
        // No number is above the largest, and no distance takes more than 32 bits.
        let power = exp_of_minus(largest.to_bits().abs_diff(z.to_bits()));
        sum = sum.saturating_add(power.into());
        *z = I16F16::from_bits(power as i32);
    }
    for z in z.iter_mut() {
        let power = u64::from(z.to_bits() as u32);
        let share = ((power << 16) + sum / 2).checked_div(sum).unwrap_or(0);
        *z = I16F16::from_bits(share as i32);
    }
    (largest, sum)
}

/// `ln(number / 2^31)` in 2^-32, off by less than 4 of these; 0 for numbers up to 2^31.
///
/// The whole octaves are those of the leading bit; of their fraction each squaring of the number, brought back to [1, 2),
/// gives a bit. 33 products of 64 bits.
pub(crate) const fn ln(number: u64) -> u64 {
    /// `2^26 ln 2`.
    const LN_2: u64 = 46_516_320;
    let octaves = ((number.leading_zeros() ^ 63) as u64).saturating_sub(31);
    if number >> 31 == 0 {
        return 0;
    }
    // The number in [1, 2), in 2^-31.
    let mut mantissa = (number << number.leading_zeros()) >> 32;
    let mut log = octaves;
    let mut bits = 32;
    while bits > 0 {
        mantissa = (mantissa * mantissa) >> 31;
        let bit = mantissa >> 32;
        mantissa >>= bit;
        log = log << 1 | bit;
        bits -= 1;
    }
    // Below 2^38 octaves in 2^-32, so that the product is below 2^64.
    (log * LN_2) >> 26
}

/// Columns that are summed at a time.
const COLUMNS: usize = 8;

/// [`super::Steps::columns`].
pub(super) fn columns(matrix: &[I16F16], weights: &[I16F16], out: &mut [I16F16]) {
    let width = out.len().max(1);
    let mut start = 0usize;
    for out in out.chunks_mut(COLUMNS) {
        let mut sums = [0i64; COLUMNS];
        for (row, &weight) in matrix.chunks_exact(width).zip(weights) {
            let row = row.get(start..).unwrap_or(&[]);
            for (sum, &number) in sums.iter_mut().zip(row) {
                let product = i64::from(number.to_bits()) * i64::from(weight.to_bits());
                *sum = sum.saturating_add(product);
            }
        }
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = rounded(sum);
        }
        start = start.saturating_add(COLUMNS);
    }
}

impl Real for I16F16 {
    const ZERO: Self = Self::ZERO;
    const ONE: Self = Self::ONE;

    type Energy = I48F16;

    fn finite(self) -> bool {
        true
    }

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }

    fn times(self, other: Self) -> Self {
        rounded(i64::from(self.to_bits()) * i64::from(other.to_bits()))
    }

    fn sum_of_products(pairs: impl Iterator<Item = (Self, Self)>) -> Self {
        rounded(pairs.fold(0i64, |sum, (a, b)| {
            sum.saturating_add(i64::from(a.to_bits()) * i64::from(b.to_bits()))
        }))
    }

    fn softmax_in_place(z: &mut [Self]) {
        softmax(z, exp_of_minus);
    }

    fn unit(word: u32) -> Self {
        Self::from_bits((word & 0xffff) as i32)
    }

    fn half(word: u32) -> Self {
        Self::from_bits((word & 0xffff) as i32 >> 1)
    }
}
