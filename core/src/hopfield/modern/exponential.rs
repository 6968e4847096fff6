//! How exponentials and logarithms are computed.

use core::fmt;

use fixed::types::{I16F16, I48F16};

use crate::real::{Real, Steps, table};
#[cfg(feature = "micromath")]
use crate::real::{energy_single, softmax_single};

mod sealed {
    pub trait Sealed {}
}

/// The sum of exponentials of `beta z`, without overflow: the largest z, and the sum relative to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogSum<R: Real> {
    largest: R,
    total: R::Total,
}

impl<R: Real> LogSum<R> {
    const fn of((largest, total): (R, R::Total)) -> Self {
        Self { largest, total }
    }

    /// The largest z.
    #[must_use]
    pub const fn largest(&self) -> R {
        self.largest
    }
}

/// A way to compute exponentials and logarithms. Sealed: [`Exact`], [`Table`] and, with the feature `micromath`,
/// `Micromath`.
///
/// Numbers z are finite, and at most the largest square of [`Memories`](super::Memories) in magnitude; beta is above 0.
pub trait Exponential<R: Real>:
    sealed::Sealed + Copy + Default + fmt::Debug + Send + Sync + 'static
{
    /// Puts `softmax(beta z)` in the place of z.
    fn softmax(beta: R, z: &mut [R]) -> LogSum<R>;

    /// `(1/beta) ln sum_k exp(beta z_k)`; infinite where that is beyond `f32`, as a very small beta may have it.
    fn lse(beta: R, sum: LogSum<R>) -> R::Energy;

    /// `-lse + 1/2 state + (1/beta) ln count + 1/2 most`, of the squared norms of the state and of the longest memory.
    fn energy(beta: R, sum: LogSum<R>, count: u32, state: R, most: R) -> R::Energy;
}

/// The exponential and the logarithm of the [contract](crate): for `f32` [`real::exp`](crate::real::exp) and
/// [`real::ln`](crate::real::ln), for `I16F16` a polynomial, in integers of 64 bits.
///
/// Largest errors against exact arithmetic, of up to 300 memories of up to 200 numbers in [-1, 1) at beta 1/16 to 4: of `f32`
/// shares 2.8e-7, next states 4.4e-7, energies 1.1e-5; of `I16F16` 1.3e-5, 2.2e-4 and 6.9e-5. Shares of `I16F16` are rounded
/// each for itself, which moves a state by up to K/2 steps for a memory of ones; and `beta z` to 1/65536, which moves an
/// energy by up to `1e-5 / beta`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exact;

impl sealed::Sealed for Exact {}

impl<R: Real> Exponential<R> for Exact {
    fn softmax(beta: R, z: &mut [R]) -> LogSum<R> {
        LogSum::of(<R as Steps>::softmax(beta, z))
    }

    fn lse(beta: R, sum: LogSum<R>) -> R::Energy {
        <R as Steps>::lse(beta, sum.largest, sum.total)
    }

    fn energy(beta: R, sum: LogSum<R>, count: u32, state: R, most: R) -> R::Energy {
        <R as Steps>::energy(beta, sum.largest, sum.total, count, state, most)
    }
}

/// An exponential of `I16F16` from a table of 257 words with lines between them, for processors without a floating-point
/// unit and without products of 64 bits: exponentials and shares take 17 products of 32 bits each, and there is one
/// division. Sums of products and energies are those of [`Exact`].
///
/// Shares are as near to exact ones, within 1.3e-5; energies, 2.4e-4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Table;

impl sealed::Sealed for Table {}

impl Exponential<I16F16> for Table {
    fn softmax(beta: I16F16, z: &mut [I16F16]) -> LogSum<I16F16> {
        LogSum::of(table::softmax(beta, z))
    }

    fn lse(beta: I16F16, sum: LogSum<I16F16>) -> I48F16 {
        Exact::lse(beta, sum)
    }

    fn energy(
        beta: I16F16,
        sum: LogSum<I16F16>,
        count: u32,
        state: I16F16,
        most: I16F16,
    ) -> I48F16 {
        Exact::energy(beta, sum, count, state, most)
    }
}

/// The approximations of the crate micromath, for microcontrollers: opt-in, and outside the [contract](crate).
///
/// Largest errors, as those of [`Exact`] were found: shares 3.4e-4, next states 4.1e-4, energies 8.4e-3.
#[cfg(feature = "micromath")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Micromath;

#[cfg(feature = "micromath")]
impl sealed::Sealed for Micromath {}

#[cfg(feature = "micromath")]
impl Exponential<f32> for Micromath {
    fn softmax(beta: f32, z: &mut [f32]) -> LogSum<f32> {
        LogSum::of(softmax_single(beta, z, |x| {
            // Far below, micromath takes the fraction of numbers that have none.
            if x < -87.0 {
                0.0
            } else {
                micromath::F32(x).exp().0
            }
        }))
    }

    fn lse(beta: f32, sum: LogSum<f32>) -> f32 {
        sum.largest + micromath_ln(sum.total) / beta
    }

    fn energy(beta: f32, sum: LogSum<f32>, count: u32, state: f32, most: f32) -> f32 {
        let sum = (sum.largest, sum.total);
        energy_single(beta, sum, count, state, most, micromath_ln)
    }
}

#[cfg(feature = "micromath")]
fn micromath_ln(x: f32) -> f32 {
    micromath::F32(x).ln().0
}
