//! `softmax(beta z)`, with the bits of [`slotless_core::hopfield::modern`].

use super::super::simd::{Block, Chunk, Floats, Kernel, LANES, exp};

/// Puts shares in the place of numbers that are finite.
pub struct Softmax<'a> {
    /// The inverse temperature, above 0.
    pub beta: f32,
    /// The numbers, and then the shares.
    pub z: &'a mut [f32],
}

impl Kernel for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        softmax::<B::Floats>(self.beta, self.z);
    }
}

/// [`Softmax`] within a kernel: the largest number first, so that nothing overflows; the sum in 16 partial ones.
#[inline(always)]
pub fn softmax<F: Floats>(beta: f32, z: &mut [f32]) {
    let mut most = F::splat(f32::NEG_INFINITY);
    for part in z.chunks(LANES) {
        most = padded::<F>(part).larger(most);
    }
    let (largest, beta) = (F::splat(most.largest()), F::splat(beta));
    let mut sums = F::splat(0.0);
    for part in z.chunks_mut(LANES) {
        // Of minus infinity, behind the last number, 0.
        let share = exp(padded::<F>(part).sub(largest).mul(beta));
        sums = sums.add(share);
        put(share, part);
    }
    let total = F::splat(sums.sum());
    for part in z.chunks_mut(LANES) {
        put(padded::<F>(part).div(total), part);
    }
}

/// Up to 16 numbers, and minus infinity behind them.
#[inline(always)]
fn padded<F: Floats>(part: &[f32]) -> F {
    let mut chunk = Chunk([f32::NEG_INFINITY; LANES]);
    match part.first_chunk::<LANES>() {
        Some(whole) => chunk.0 = *whole,
        None => chunk.0[..part.len()].copy_from_slice(part),
    }
    F::load(&chunk)
}

#[inline(always)]
fn put<F: Floats>(numbers: F, part: &mut [f32]) {
    let mut chunk = Chunk::ZERO;
    numbers.store(&mut chunk);
    match part.first_chunk_mut::<LANES>() {
        Some(whole) => *whole = chunk.0,
        None => part.copy_from_slice(&chunk.0[..part.len()]),
    }
}
