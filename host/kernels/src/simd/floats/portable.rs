//! [`Floats`] as an array: the reference for the other backends.

use std::array::from_fn;

use slotless_core::real::MAGIC;

use super::{Chunk, FRACTION, Floats, LANES, unit_parts};

#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Floats16([f32; LANES]);

impl Floats16 {
    #[inline(always)]
    fn zip(mut self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        // A loop: `from_fn` is a call of its own in some builds, which costs more than what it does.
        for (lane, other) in self.0.iter_mut().zip(other.0) {
            *lane = f(*lane, other);
        }
        self
    }

    #[inline(always)]
    fn fractions(words: [u32; LANES], scale: f32) -> Self {
        let (from, less) = unit_parts(scale);
        Self(words.map(|word| f32::from_bits(word & FRACTION | from) - less))
    }
}

impl Floats for Floats16 {
    type Words = [u32; LANES];
    const LOOPS: bool = true;

    #[inline(always)]
    fn load(chunk: &Chunk) -> Self {
        Self(chunk.0)
    }

    #[inline(always)]
    fn store(self, chunk: &mut Chunk) {
        chunk.0 = self.0;
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn zero_where_below(self, of: Self, bound: f32) -> Self {
        self.zip(of, |a, of| if of < bound { 0.0 } else { a })
    }

    #[inline(always)]
    fn times_power(self, magic: Self) -> Self {
        self.zip(magic, |a, magic| {
            let power = magic.to_bits().wrapping_sub(MAGIC.to_bits() - 127);
            a * f32::from_bits(power << 23)
        })
    }

    #[inline(always)]
    fn equal(self, other: Self) -> u16 {
        let lanes = self.0.iter().zip(other.0).enumerate();
        lanes.fold(0, |mask, (lane, (&a, b))| mask | u16::from(a == b) << lane)
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        let mut lanes = self.0;
        let mut half = LANES / 2;
        while half > 0 {
            for lane in 0..half {
                lanes[lane] += lanes[lane + half];
            }
            half /= 2;
        }
        lanes[0]
    }

    #[inline(always)]
    fn largest(self) -> f32 {
        self.0.into_iter().fold(f32::NEG_INFINITY, f32::max)
    }

    #[inline(always)]
    fn draws([a, b]: [u32; 2], first: u32, stride: u32) -> [u32; LANES] {
        from_fn(|lane| {
            let mut x = first.wrapping_add(stride.wrapping_mul(lane as u32)) ^ a;
            x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
            x = (x ^ (x >> 15)).wrapping_add(b).wrapping_mul(0x846c_a68b);
            x ^ (x >> 16)
        })
    }

    #[inline(always)]
    fn low_halves(words: [u32; LANES], scale: f32) -> Self {
        Self::fractions(words.map(|word| word << 7), scale)
    }

    #[inline(always)]
    fn high_halves(words: [u32; LANES], scale: f32) -> Self {
        Self::fractions(words.map(|word| word >> 9), scale)
    }
}
