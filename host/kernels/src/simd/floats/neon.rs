//! [`Floats`] as four NEON registers.

use std::arch::aarch64::*;
use std::array::from_fn;

use slotless_core::real::MAGIC;

use super::{Chunk, FRACTION, Floats, unit_parts};

#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Floats16([float32x4_t; 4]);

macro_rules! vector {
    ($body:expr) => {
        // SAFETY: NEON belongs to every 64-bit Arm target; loads and stores are of references to as many bytes as they
        // move.
        unsafe { $body }
    };
}

impl Floats16 {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(float32x4_t, float32x4_t) -> float32x4_t) -> Self {
        Self(from_fn(|part| f(self.0[part], other.0[part])))
    }
}

#[inline(always)]
fn fractions(words: uint32x4_t, scale: f32) -> float32x4_t {
    let (from, less) = unit_parts(scale);
    vector!({
        let words = vandq_u32(words, vdupq_n_u32(FRACTION));
        let words = vorrq_u32(words, vdupq_n_u32(from));
        vsubq_f32(vreinterpretq_f32_u32(words), vdupq_n_f32(less))
    })
}

impl Floats for Floats16 {
    type Words = [uint32x4_t; 4];

    #[inline(always)]
    fn load(chunk: &Chunk) -> Self {
        let parts = chunk.0.as_chunks::<4>().0;
        Self(from_fn(|part| vector!(vld1q_f32(parts[part].as_ptr()))))
    }

    #[inline(always)]
    fn store(self, chunk: &mut Chunk) {
        for (part, vector) in chunk.0.as_chunks_mut::<4>().0.iter_mut().zip(self.0) {
            vector!(vst1q_f32(part.as_mut_ptr(), vector));
        }
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([vector!(vdupq_n_f32(value)); 4])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(vaddq_f32(a, b)))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(vsubq_f32(a, b)))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(vmulq_f32(a, b)))
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(vdivq_f32(a, b)))
    }

    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(vbslq_f32(vcgtq_f32(a, b), a, b)))
    }

    #[inline(always)]
    fn zero_where_below(self, of: Self, bound: f32) -> Self {
        self.zip(of, |a, of| {
            vector!({
                let below = vcltq_f32(of, vdupq_n_f32(bound));
                vbslq_f32(below, vdupq_n_f32(0.0), a)
            })
        })
    }

    #[inline(always)]
    fn times_power(self, magic: Self) -> Self {
        self.zip(magic, |a, magic| {
            vector!({
                let offset = vdupq_n_u32(MAGIC.to_bits() - 127);
                let power = vsubq_u32(vreinterpretq_u32_f32(magic), offset);
                vmulq_f32(a, vreinterpretq_f32_u32(vshlq_n_u32::<23>(power)))
            })
        })
    }

    #[inline(always)]
    fn equal(self, other: Self) -> u16 {
        let (mut a, mut b) = (Chunk::ZERO, Chunk::ZERO);
        self.store(&mut a);
        other.store(&mut b);
        let lanes = a.0.iter().zip(b.0).enumerate();
        lanes.fold(0, |mask, (lane, (&a, b))| mask | u16::from(a == b) << lane)
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        let [a, b, c, d] = self.0;
        vector!({
            let four = vaddq_f32(vaddq_f32(a, c), vaddq_f32(b, d));
            let two = vadd_f32(vget_low_f32(four), vget_high_f32(four));
            vget_lane_f32::<0>(two) + vget_lane_f32::<1>(two)
        })
    }

    #[inline(always)]
    fn largest(self) -> f32 {
        let [a, b, c, d] = self.0;
        vector!(vmaxvq_f32(vmaxq_f32(vmaxq_f32(a, c), vmaxq_f32(b, d))))
    }

    #[inline(always)]
    fn draws([a, b]: [u32; 2], first: u32, stride: u32) -> [uint32x4_t; 4] {
        let lanes: [u32; 4] = [0, 1, 2, 3];
        from_fn(|part| {
            let first = first.wrapping_add(stride.wrapping_mul(4 * part as u32));
            vector!({
                let places = vmlaq_n_u32(vdupq_n_u32(first), vld1q_u32(lanes.as_ptr()), stride);
                let mut x = veorq_u32(places, vdupq_n_u32(a));
                x = vmulq_n_u32(veorq_u32(x, vshrq_n_u32::<16>(x)), 0x7feb_352d);
                x = vaddq_u32(veorq_u32(x, vshrq_n_u32::<15>(x)), vdupq_n_u32(b));
                x = vmulq_n_u32(x, 0x846c_a68b);
                veorq_u32(x, vshrq_n_u32::<16>(x))
            })
        })
    }

    #[inline(always)]
    fn low_halves(words: [uint32x4_t; 4], scale: f32) -> Self {
        Self(words.map(|words| fractions(vector!(vshlq_n_u32::<7>(words)), scale)))
    }

    #[inline(always)]
    fn high_halves(words: [uint32x4_t; 4], scale: f32) -> Self {
        Self(words.map(|words| fractions(vector!(vshrq_n_u32::<9>(words)), scale)))
    }
}
