//! What a step of the modern Hopfield network is made of, for each kind of number: shares that do not overflow, sums of
//! columns, energies, and how near two vectors are.

pub(crate) mod table;

use fixed::types::{I16F16, I48F16};

use super::{Real, fixed_point, single};

/// The operations. Public by name only, as what [`Real`] is sealed by.
pub trait Steps: Sized + Copy {
    /// A sum of exponentials, none of them above that of the largest number, which counts 1.
    type Total: Copy + PartialEq + core::fmt::Debug + Send + Sync;

    /// Squared norms of memories and states are below this, so that no product of two of them overflows.
    const SQUARE: Self;
    /// The number -1.
    const MINUS_ONE: Self;
    /// The least tolerance that a state's steps come to in practice.
    const STATE_TOLERANCE: Self;
    /// The same of shares.
    const SHARES_TOLERANCE: Self;

    /// A share of 0 to 1 in 1/65536, rounded down.
    fn in_65536ths(self) -> u32;

    /// `softmax(beta z)` in the place of z; the largest z, and the sum of `exp(beta (z_i - largest))`. With finite numbers
    /// at most [`Steps::SQUARE`] in magnitude nothing overflows, whatever beta.
    fn softmax(beta: Self, z: &mut [Self]) -> (Self, Self::Total);

    /// `(1/beta) ln sum exp(beta z_i)`, of what [`Steps::softmax`] has found.
    fn lse(beta: Self, largest: Self, total: Self::Total) -> Self::Energy
    where
        Self: Real;

    /// `1/2 state + 1/2 most - largest + (1/beta) (ln count - ln total)`, of squared norms and what
    /// [`Steps::softmax`] has found.
    fn energy(
        beta: Self,
        largest: Self,
        total: Self::Total,
        count: u32,
        state: Self,
        most: Self,
    ) -> Self::Energy
    where
        Self: Real;

    /// For each column of a matrix of rows, as many as `out` has, the sum of its products with the weights, a weight per row:
    /// the bits of [`Real::sum_of_products`].
    fn columns(matrix: &[Self], weights: &[Self], out: &mut [Self]);

    /// Whether a state is within a tolerance of the last.
    fn near(state: &[Self], last: &[Self], tolerance: Self) -> bool;

    /// Whether the magnitudes of the differences of shares add up to a tolerance at most.
    fn alike(shares: &[Self], last: &[Self], tolerance: Self) -> bool;
}

/// [`Steps::softmax`] of `f32`, with an exponential of numbers up to 0.
pub(crate) fn softmax_single(beta: f32, z: &mut [f32], exp: impl Fn(f32) -> f32) -> (f32, f32) {
    let largest = z.iter().fold(
        f32::NEG_INFINITY,
        |most, &z| if z > most { z } else { most },
    );
    for z in z.iter_mut() {
        *z = exp(beta * (*z - largest));
    }
    let total = single::sum(z);
    for z in z.iter_mut() {
        *z /= total;
    }
    (largest, total)
}

/// [`Steps::energy`] of `f32`, with a logarithm.
pub(crate) fn energy_single(
    beta: f32,
    (largest, total): (f32, f32),
    count: u32,
    state: f32,
    most: f32,
    ln: impl Fn(f32) -> f32,
) -> f32 {
    ((0.5 * state + 0.5 * most) - largest) + (ln(count as f32) - ln(total)) / beta
}

impl Steps for f32 {
    type Total = Self;

    const SQUARE: Self = Self::MAX / 4.0;
    const MINUS_ONE: Self = -1.0;
    const STATE_TOLERANCE: Self = 1e-6;
    const SHARES_TOLERANCE: Self = 1e-8;

    fn in_65536ths(self) -> u32 {
        (self * 65_536.0) as u32
    }

    fn softmax(beta: Self, z: &mut [Self]) -> (Self, Self) {
        softmax_single(beta, z, single::exp)
    }

    fn lse(beta: Self, largest: Self, total: Self) -> Self {
        largest + single::ln(total) / beta
    }

    fn energy(beta: Self, largest: Self, total: Self, count: u32, state: Self, most: Self) -> Self {
        energy_single(beta, (largest, total), count, state, most, single::ln)
    }

    fn columns(matrix: &[Self], weights: &[Self], out: &mut [Self]) {
        single::columns(matrix, weights, out);
    }

    fn near(state: &[Self], last: &[Self], tolerance: Self) -> bool {
        let differences = state.iter().zip(last).map(|(state, last)| state - last);
        let apart = Self::sum_of_products(differences.map(|difference| (difference, difference)));
        let square = single::dot(last, last);
        apart <= tolerance * tolerance * if square > 1.0 { square } else { 1.0 }
    }

    fn alike(shares: &[Self], last: &[Self], tolerance: Self) -> bool {
        let differences = shares.iter().zip(last).map(|(share, last)| share - last);
        Self::sum_of_products(differences.map(|difference| (difference.abs(), 1.0))) <= tolerance
    }
}

impl Steps for I16F16 {
    type Total = u64;

    const SQUARE: Self = Self::MAX;
    const MINUS_ONE: Self = Self::from_bits(-(1 << 16));
    const STATE_TOLERANCE: Self = Self::ZERO;
    const SHARES_TOLERANCE: Self = Self::ZERO;

    fn in_65536ths(self) -> u32 {
        self.to_bits().max(0) as u32
    }

    fn softmax(beta: Self, z: &mut [Self]) -> (Self, u64) {
        let beta = beta.to_bits().max(0) as u32;
        fixed_point::softmax(z, |distance| {
            let scaled = (u64::from(distance) * u64::from(beta) + (1 << 15)) >> 16;
            fixed_point::exp_of_minus(u32::try_from(scaled).unwrap_or(u32::MAX))
        })
    }

    fn lse(beta: Self, largest: Self, total: u64) -> I48F16 {
        let more = per_beta(fixed_point::ln(total), beta);
        I48F16::from_bits(i64::from(largest.to_bits()).saturating_add(more))
    }

    fn energy(
        beta: Self,
        largest: Self,
        total: u64,
        count: u32,
        state: Self,
        most: Self,
    ) -> I48F16 {
        let all = fixed_point::ln(u64::from(count) << 31);
        let less = per_beta(all.saturating_sub(fixed_point::ln(total)), beta);
        let squares = i64::from(state.to_bits()).saturating_add(most.to_bits().into());
        let norms = squares.saturating_add(1) >> 1;
        I48F16::from_bits(
            norms
                .saturating_sub(largest.to_bits().into())
                .saturating_add(less),
        )
    }

    fn columns(matrix: &[Self], weights: &[Self], out: &mut [Self]) {
        fixed_point::columns(matrix, weights, out);
    }

    fn near(state: &[Self], last: &[Self], tolerance: Self) -> bool {
        let apart = differences(state, last).fold(0u64, |sum, difference| {
            let difference = u64::from(difference);
            sum.saturating_add(difference.saturating_mul(difference))
        });
        let tolerance = u64::from(tolerance.to_bits().max(0) as u32);
        apart <= tolerance.saturating_mul(tolerance)
    }

    fn alike(shares: &[Self], last: &[Self], tolerance: Self) -> bool {
        let apart = differences(shares, last).fold(0u64, |sum, difference| {
            sum.saturating_add(difference.into())
        });
        apart <= u64::from(tolerance.to_bits().max(0) as u32)
    }
}

/// A logarithm in 2^-32, divided by beta: in 1/65536, to nearest, halves up.
fn per_beta(ln: u64, beta: I16F16) -> i64 {
    let beta = u64::from(beta.to_bits().max(0) as u32);
    let raw = ln.saturating_add(beta / 2).checked_div(beta).unwrap_or(0);
    i64::try_from(raw).unwrap_or(i64::MAX)
}

/// The magnitudes of differences, in steps.
fn differences(a: &[I16F16], b: &[I16F16]) -> impl Iterator<Item = u32> {
    let pairs = a.iter().zip(b);
    pairs.map(|(a, b)| a.to_bits().abs_diff(b.to_bits()))
}
