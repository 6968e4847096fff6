//! [`Floats`] as one AVX-512 register.

use std::arch::x86_64::*;

use slotless_core::real::MAGIC;

use super::{Chunk, FRACTION, Floats, LANES, unit_parts};

/// Known only to the kernels of the block of the same name, which run where the machine has the instructions.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Floats16(__m512);

macro_rules! vector {
    ($body:expr) => {
        // SAFETY: the type is a kernel's parameter only where the machine has the instructions; loads and stores are of
        // references to as many bytes as they move.
        unsafe { $body }
    };
}

#[inline(always)]
fn fractions(words: __m512i, scale: f32) -> Floats16 {
    let (from, less) = unit_parts(scale);
    Floats16(vector!({
        let words = _mm512_and_si512(words, _mm512_set1_epi32(FRACTION as i32));
        let words = _mm512_or_si512(words, _mm512_set1_epi32(from as i32));
        _mm512_sub_ps(_mm512_castsi512_ps(words), _mm512_set1_ps(less))
    }))
}

impl Floats for Floats16 {
    type Words = __m512i;
    const ACROSS: bool = true;
    const SIDE: usize = 4;

    #[inline(always)]
    fn load(chunk: &Chunk) -> Self {
        Self(vector!(_mm512_load_ps(chunk.0.as_ptr())))
    }

    #[inline(always)]
    fn store(self, chunk: &mut Chunk) {
        vector!(_mm512_store_ps(chunk.0.as_mut_ptr(), self.0));
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(vector!(_mm512_set1_ps(value)))
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(vector!(_mm512_add_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(vector!(_mm512_sub_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(vector!(_mm512_mul_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(vector!(_mm512_div_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        Self(vector!(_mm512_max_ps(self.0, other.0)))
    }

    #[inline(always)]
    fn zero_where_below(self, of: Self, bound: f32) -> Self {
        Self(vector!({
            let below = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(of.0, _mm512_set1_ps(bound));
            _mm512_mask_mov_ps(self.0, below, _mm512_setzero_ps())
        }))
    }

    #[inline(always)]
    fn times_power(self, magic: Self) -> Self {
        Self(vector!({
            let offset = _mm512_set1_epi32((MAGIC.to_bits() - 127) as i32);
            let power = _mm512_sub_epi32(_mm512_castps_si512(magic.0), offset);
            let power = _mm512_castsi512_ps(_mm512_slli_epi32::<23>(power));
            _mm512_mul_ps(self.0, power)
        }))
    }

    #[inline(always)]
    fn equal(self, other: Self) -> u16 {
        vector!(_mm512_cmp_ps_mask::<_CMP_EQ_OQ>(self.0, other.0))
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        vector!({
            let eight = _mm256_add_ps(
                _mm512_castps512_ps256(self.0),
                _mm512_extractf32x8_ps::<1>(self.0),
            );
            let four = _mm_add_ps(
                _mm256_castps256_ps128(eight),
                _mm256_extractf128_ps::<1>(eight),
            );
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
        })
    }

    // Sums of two, four, eight and 16 chunks come together in a register, which so needs no more additions than one of them alone.
    // Macros, since a closure might not be inlined.
    #[inline(always)]
    fn products(self, with: &[Chunk; LANES]) -> Self {
        // The chunks of a register's quarter are those of the same quarter in the end.
        macro_rules! eight {
            ($at:expr) => {{
                let first = Self::load(&with[$at]).mul(self).0;
                let second = Self::load(&with[$at + 4]).mul(self).0;
                _mm512_add_ps(
                    _mm512_shuffle_f32x4::<0x44>(first, second),
                    _mm512_shuffle_f32x4::<0xee>(first, second),
                )
            }};
        }
        macro_rules! four {
            ($at:expr) => {{
                let (first, second) = (eight!($at), eight!($at + 8));
                _mm512_add_ps(
                    _mm512_shuffle_f32x4::<0x88>(first, second),
                    _mm512_shuffle_f32x4::<0xdd>(first, second),
                )
            }};
        }
        macro_rules! two {
            ($at:expr) => {{
                let (even, odd) = (four!($at), four!($at + 1));
                _mm512_add_ps(
                    _mm512_shuffle_ps::<0x44>(even, odd),
                    _mm512_shuffle_ps::<0xee>(even, odd),
                )
            }};
        }
        Self(vector!({
            let (first, second) = (two!(0), two!(2));
            _mm512_add_ps(
                _mm512_shuffle_ps::<0x88>(first, second),
                _mm512_shuffle_ps::<0xdd>(first, second),
            )
        }))
    }

    #[inline(always)]
    fn largest(self) -> f32 {
        vector!({
            let eight = _mm256_max_ps(
                _mm512_castps512_ps256(self.0),
                _mm512_extractf32x8_ps::<1>(self.0),
            );
            let four = _mm_max_ps(
                _mm256_castps256_ps128(eight),
                _mm256_extractf128_ps::<1>(eight),
            );
            let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)))
        })
    }

    #[inline(always)]
    fn draws([a, b]: [u32; 2], first: u32, stride: u32) -> __m512i {
        vector!({
            let lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            let places = _mm512_add_epi32(
                _mm512_set1_epi32(first as i32),
                _mm512_mullo_epi32(lanes, _mm512_set1_epi32(stride as i32)),
            );
            let mut x = _mm512_xor_si512(places, _mm512_set1_epi32(a as i32));
            x = _mm512_mullo_epi32(
                _mm512_xor_si512(x, _mm512_srli_epi32::<16>(x)),
                _mm512_set1_epi32(0x7feb_352d),
            );
            x = _mm512_add_epi32(
                _mm512_xor_si512(x, _mm512_srli_epi32::<15>(x)),
                _mm512_set1_epi32(b as i32),
            );
            x = _mm512_mullo_epi32(x, _mm512_set1_epi32(0x846c_a68b_u32 as i32));
            _mm512_xor_si512(x, _mm512_srli_epi32::<16>(x))
        })
    }

    #[inline(always)]
    fn low_halves(words: __m512i, scale: f32) -> Self {
        fractions(vector!(_mm512_slli_epi32::<7>(words)), scale)
    }

    #[inline(always)]
    fn high_halves(words: __m512i, scale: f32) -> Self {
        fractions(vector!(_mm512_srli_epi32::<9>(words)), scale)
    }
}
