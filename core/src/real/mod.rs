//! Real numbers whose results are the same bits on every machine: `f32` and the fixed-point `I16F16`.
//!
//! What is computed with them is fixed down to the order of the operations; [`contract`](crate::contract) has it as text.
//! `f32` takes IEEE single precision, rounded to nearest and with subnormal numbers: from a processor, or from the
//! compiler's own routines where there is none. [`exp`], [`sum`] and [`dot`] are those of `f32`.
//!
//! `I16F16` is for processors without floating point. It counts in 1/65536 from -32768 to just below 32768, and every
//! operation saturates at these.

mod fixed_point;
mod single;
mod steps;

use core::fmt;

pub(crate) use fixed_point::{exp_of_minus, ln as ln_of_integer};
pub use single::{EXP, LN2_HIGH, LN2_LOW, MAGIC, dot, exp, ln, sum};
pub(crate) use steps::{Steps, table};
#[cfg(feature = "micromath")]
pub(crate) use steps::{energy_single, softmax_single};

mod sealed {
    pub trait Sealed: super::Steps {}
    impl Sealed for f32 {}
    impl Sealed for fixed::types::I16F16 {}
}

/// A real number of 32 bits: `f32` or [`I16F16`](fixed::types::I16F16).
///
/// Sealed: the buffers of a network are words that are read as these numbers where they lie, and the results contract
/// has the bits of these two only. No operation panics or overflows.
pub trait Real:
    sealed::Sealed + bytemuck::Pod + PartialOrd + fmt::Debug + Send + Sync + 'static
{
    /// The number 0.
    const ZERO: Self;
    /// The number 1.
    const ONE: Self;

    /// What energies count in: `f32`, and for `I16F16` the [`I48F16`](fixed::types::I48F16) of the same steps.
    type Energy: Copy + PartialOrd + fmt::Debug + fmt::Display + Send + Sync + 'static;

    /// Neither infinite nor NaN.
    fn finite(self) -> bool;

    /// The sum of two numbers.
    fn plus(self, other: Self) -> Self;

    /// The product of two numbers; of `I16F16` rounded to nearest, halves up.
    fn times(self, other: Self) -> Self;

    /// The sum of products, each of a pair. `f32` adds them in 16 partial sums; `I16F16` exactly, in 64 bits, and
    /// rounds once.
    fn sum_of_products(pairs: impl Iterator<Item = (Self, Self)>) -> Self;

    /// [`Real::sum_of_products`] of two vectors, of the longer one no more than the other has: n multiplications.
    #[must_use]
    fn dot(a: &[Self], b: &[Self]) -> Self {
        Self::sum_of_products(a.iter().copied().zip(b.iter().copied()))
    }

    /// Puts in place of each number `z_i` its share `exp(z_i) / sum_j exp(z_j)`, in 0..=1: n exponentials and divisions.
    ///
    /// Of `f32` every share is NaN where any number is NaN, or where the largest is infinite. The shares of `I16F16`
    /// are within 0.51/65536 of those of exact arithmetic, and 0 below about that; each is rounded for itself, so that
    /// n of them are 1 to within n/2 of these steps.
    fn softmax_in_place(z: &mut [Self]);

    /// Uniform in [0, 1), from the low 16 bits `u` of a word: `(u + 1/2) / 65536`, and for `I16F16` `u / 65536`.
    #[must_use]
    fn unit(word: u32) -> Self;

    /// Uniform in [0, 1/2), from the low 16 bits `u` of a word: `(u + 1/2) / 131072`, and for `I16F16`
    /// `floor(u / 2) / 65536`.
    #[must_use]
    fn half(word: u32) -> Self;
}
