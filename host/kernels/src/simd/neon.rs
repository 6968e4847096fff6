//! [`Block`] as four NEON registers.

use std::arch::aarch64::*;
use std::array::from_fn;

use super::{BYTES, Block, GROUPS, WORDS};

#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes([uint8x16_t; 4]);

macro_rules! vector {
    ($body:expr) => {
        // SAFETY: NEON belongs to every 64-bit Arm target; loads and stores are of references to as many bytes as they
        // move.
        unsafe { $body }
    };
}

impl Bytes {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(uint8x16_t, uint8x16_t) -> uint8x16_t) -> Self {
        Self(from_fn(|part| f(self.0[part], other.0[part])))
    }

    #[inline(always)]
    fn zip16(self, other: Self, f: impl Fn(uint16x8_t, uint16x8_t) -> uint16x8_t) -> Self {
        self.zip(other, |a, b| {
            vector!(vreinterpretq_u8_u16(f(
                vreinterpretq_u16_u8(a),
                vreinterpretq_u16_u8(b)
            )))
        })
    }

    #[inline(always)]
    fn map(self, f: impl Fn(uint8x16_t) -> uint8x16_t) -> Self {
        Self(self.0.map(f))
    }
}

impl Block for Bytes {
    type Floats = super::floats::neon::Floats16;

    #[inline(always)]
    fn load(bytes: &[u8; BYTES]) -> Self {
        let parts = bytes.as_chunks::<16>().0;
        Self(from_fn(|part| vector!(vld1q_u8(parts[part].as_ptr()))))
    }

    #[inline(always)]
    fn store(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        for (part, vector) in bytes.as_chunks_mut::<16>().0.iter_mut().zip(self.0) {
            vector!(vst1q_u8(part.as_mut_ptr(), vector));
        }
        bytes
    }

    #[inline(always)]
    fn zero() -> Self {
        Self([vector!(vdupq_n_u8(0)); 4])
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(vandq_u8(a, b)))
    }

    #[inline(always)]
    fn from_groups(groups: [u64; GROUPS]) -> Self {
        let parts = groups.as_chunks::<2>().0;
        Self(from_fn(|part| {
            vector!(vreinterpretq_u8_u64(vld1q_u64(parts[part].as_ptr())))
        }))
    }

    #[inline(always)]
    fn to_groups(self) -> [u64; GROUPS] {
        let mut groups = [0; GROUPS];
        for (two, part) in groups.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            vector!(vst1q_u64(two.as_mut_ptr(), vreinterpretq_u64_u8(part)));
        }
        groups
    }

    #[inline(always)]
    fn splat16(value: u16) -> Self {
        Self([vector!(vreinterpretq_u8_u16(vdupq_n_u16(value))); 4])
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(vorrq_u8(a, b)))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(veorq_u8(a, b)))
    }

    #[inline(always)]
    fn low_to_high(self) -> Self {
        self.zip16(self, |a, _| vector!(vshlq_n_u16::<8>(a)))
    }

    #[inline(always)]
    fn high_to_low(self) -> Self {
        self.zip16(self, |a, _| vector!(vshrq_n_u16::<8>(a)))
    }

    #[inline(always)]
    fn top16(self) -> Self {
        self.zip16(self, |a, _| vector!(vshrq_n_u16::<15>(a)))
    }

    #[inline(always)]
    fn add16(self, other: Self) -> Self {
        self.zip16(other, |a, b| vector!(vaddq_u16(a, b)))
    }

    #[inline(always)]
    fn sub16(self, other: Self) -> Self {
        self.zip16(other, |a, b| vector!(vsubq_u16(a, b)))
    }

    #[inline(always)]
    fn mul_low16(self, other: Self) -> Self {
        self.zip16(other, |a, b| vector!(vmulq_u16(a, b)))
    }

    #[inline(always)]
    fn mul_high16(self, other: Self) -> Self {
        self.zip16(other, |a, b| {
            vector!({
                let low = vmull_u16(vget_low_u16(a), vget_low_u16(b));
                let high = vmull_high_u16(a, b);
                vcombine_u16(vshrn_n_u32::<16>(low), vshrn_n_u32::<16>(high))
            })
        })
    }

    #[inline(always)]
    fn carry16(self, other: Self) -> Self {
        // A sum that went round is below what was added.
        self.zip16(other, |a, b| {
            vector!(vandq_u16(vcltq_u16(vaddq_u16(a, b), b), vdupq_n_u16(1)))
        })
    }

    #[inline(always)]
    fn count_groups(self) -> Self {
        self.map(|bits| vector!(vcntq_u8(bits))).sum_groups()
    }

    #[inline(always)]
    fn sum_groups(self) -> Self {
        self.map(|bytes| {
            vector!(vreinterpretq_u8_u64(vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(
                bytes
            )))))
        })
    }

    #[inline(always)]
    fn add_groups(self, other: Self) -> Self {
        self.zip(other, |a, b| {
            vector!(vreinterpretq_u8_u64(vaddq_u64(
                vreinterpretq_u64_u8(a),
                vreinterpretq_u64_u8(b)
            )))
        })
    }

    #[inline(always)]
    fn groups(self) -> [u32; GROUPS] {
        let mut out = [0; GROUPS];
        for (two, part) in out.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            vector!(vst1_u32(
                two.as_mut_ptr(),
                vmovn_u64(vreinterpretq_u64_u8(part))
            ));
        }
        out
    }

    #[inline(always)]
    fn add_products(self, bytes: &[i8; BYTES], numbers: [Self; 2]) -> Self {
        let quarters = bytes.as_chunks::<16>().0;
        let numbers = [
            numbers[0].0[0],
            numbers[0].0[1],
            numbers[0].0[2],
            numbers[0].0[3],
            numbers[1].0[0],
            numbers[1].0[1],
            numbers[1].0[2],
            numbers[1].0[3],
        ];
        Self(from_fn(|part| {
            vector!({
                let bytes = vld1q_s8(quarters[part].as_ptr());
                let (low, high) = (vmovl_s8(vget_low_s8(bytes)), vmovl_high_s8(bytes));
                let (first, second) = (
                    vreinterpretq_s16_u8(numbers[2 * part]),
                    vreinterpretq_s16_u8(numbers[2 * part + 1]),
                );
                let mut sums = vreinterpretq_s32_u8(self.0[part]);
                sums = vmlal_s16(sums, vget_low_s16(low), vget_low_s16(first));
                sums = vmlal_high_s16(sums, low, first);
                sums = vmlal_s16(sums, vget_low_s16(high), vget_low_s16(second));
                sums = vmlal_high_s16(sums, high, second);
                vreinterpretq_u8_s32(sums)
            })
        }))
    }

    #[inline(always)]
    fn total32(self) -> i32 {
        vector!({
            let [a, b, c, d] = self.0.map(|part| vreinterpretq_s32_u8(part));
            vaddvq_s32(vaddq_s32(vaddq_s32(a, b), vaddq_s32(c, d)))
        })
    }

    #[inline(always)]
    fn lookup(table: [Self; 2], index: Self) -> Self {
        let [low, high] = table.map(|Self([a, b, c, d])| uint8x16x4_t(a, b, c, d));
        index.map(|index| {
            vector!({
                // The first gives zero beyond 63; the second leaves what it does not find.
                let found = vqtbl4q_u8(low, index);
                vqtbx4q_u8(found, high, vsubq_u8(index, vdupq_n_u8(64)))
            })
        })
    }

    #[inline(always)]
    fn where_both(self, a: Self, b: Self) -> Self {
        let both = a.zip(b, |a, b| vector!(vtstq_u8(a, b)));
        self.and(both)
    }

    #[inline(always)]
    fn at_least(values: &[u32; WORDS], bound: u32) -> u16 {
        let quarters = values.as_chunks::<4>().0;
        let bits = vector!(vld1q_u32([1, 2, 4, 8].as_ptr()));
        (0..4).fold(0, |mask, part| {
            let four = vector!({
                let values = vld1q_u32(quarters[part].as_ptr());
                vaddvq_u32(vandq_u32(vcgeq_u32(values, vdupq_n_u32(bound)), bits))
            });
            mask | (four as u16) << (4 * part)
        })
    }
}
