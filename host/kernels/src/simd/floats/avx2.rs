//! [`Floats`] as two AVX2 registers.

use std::arch::x86_64::*;

use slotless_core::real::MAGIC;

use super::{Chunk, FRACTION, Floats, LANES, unit_parts};

/// Known only to the kernels of the block of the same name, which run where the machine has the instructions.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Floats16([__m256; 2]);

macro_rules! vector {
    ($body:expr) => {
        // SAFETY: the type is a kernel's parameter only where the machine has the instructions; loads and stores are of
        // references to as many bytes as they move.
        unsafe { $body }
    };
}

/// Both halves of two numbers through an intrinsic.
macro_rules! halves {
    (|$a:ident, $b:ident| $body:expr, $x:expr, $y:expr) => {{
        let ([low_x, high_x], [low_y, high_y]) = ($x, $y);
        Floats16([
            vector!({
                let ($a, $b) = (low_x, low_y);
                $body
            }),
            vector!({
                let ($a, $b) = (high_x, high_y);
                $body
            }),
        ])
    }};
}

#[inline(always)]
fn eight_draws([a, b]: [u32; 2], first: u32, stride: u32) -> __m256i {
    vector!({
        let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        let places = _mm256_add_epi32(
            _mm256_set1_epi32(first as i32),
            _mm256_mullo_epi32(lanes, _mm256_set1_epi32(stride as i32)),
        );
        let mut x = _mm256_xor_si256(places, _mm256_set1_epi32(a as i32));
        x = _mm256_mullo_epi32(
            _mm256_xor_si256(x, _mm256_srli_epi32::<16>(x)),
            _mm256_set1_epi32(0x7feb_352d),
        );
        x = _mm256_add_epi32(
            _mm256_xor_si256(x, _mm256_srli_epi32::<15>(x)),
            _mm256_set1_epi32(b as i32),
        );
        x = _mm256_mullo_epi32(x, _mm256_set1_epi32(0x846c_a68b_u32 as i32));
        _mm256_xor_si256(x, _mm256_srli_epi32::<16>(x))
    })
}

#[inline(always)]
fn fractions(words: __m256i, scale: f32) -> __m256 {
    let (from, less) = unit_parts(scale);
    vector!({
        let words = _mm256_and_si256(words, _mm256_set1_epi32(FRACTION as i32));
        let words = _mm256_or_si256(words, _mm256_set1_epi32(from as i32));
        _mm256_sub_ps(_mm256_castsi256_ps(words), _mm256_set1_ps(less))
    })
}

impl Floats for Floats16 {
    type Words = [__m256i; 2];
    const ACROSS: bool = true;

    #[inline(always)]
    fn load(chunk: &Chunk) -> Self {
        let parts = chunk.0.as_chunks::<8>().0;
        Self([
            vector!(_mm256_load_ps(parts[0].as_ptr())),
            vector!(_mm256_load_ps(parts[1].as_ptr())),
        ])
    }

    #[inline(always)]
    fn store(self, chunk: &mut Chunk) {
        for (part, half) in chunk.0.as_chunks_mut::<8>().0.iter_mut().zip(self.0) {
            vector!(_mm256_store_ps(part.as_mut_ptr(), half));
        }
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([vector!(_mm256_set1_ps(value)); 2])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        halves!(|a, b| _mm256_add_ps(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        halves!(|a, b| _mm256_sub_ps(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        halves!(|a, b| _mm256_mul_ps(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        halves!(|a, b| _mm256_div_ps(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn larger(self, other: Self) -> Self {
        halves!(|a, b| _mm256_max_ps(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn zero_where_below(self, of: Self, bound: f32) -> Self {
        halves!(
            |a, of| _mm256_andnot_ps(_mm256_cmp_ps::<_CMP_LT_OQ>(of, _mm256_set1_ps(bound)), a),
            self.0,
            of.0
        )
    }

    #[inline(always)]
    fn times_power(self, magic: Self) -> Self {
        halves!(
            |a, magic| {
                let offset = _mm256_set1_epi32((MAGIC.to_bits() - 127) as i32);
                let power = _mm256_sub_epi32(_mm256_castps_si256(magic), offset);
                _mm256_mul_ps(a, _mm256_castsi256_ps(_mm256_slli_epi32::<23>(power)))
            },
            self.0,
            magic.0
        )
    }

    #[inline(always)]
    fn equal(self, other: Self) -> u16 {
        let Self([low, high]) = halves!(|a, b| _mm256_cmp_ps::<_CMP_EQ_OQ>(a, b), self.0, other.0);
        vector!(_mm256_movemask_ps(low) as u16 | (_mm256_movemask_ps(high) as u16) << 8)
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        vector!({
            let eight = _mm256_add_ps(self.0[0], self.0[1]);
            let four = _mm_add_ps(
                _mm256_castps256_ps128(eight),
                _mm256_extractf128_ps::<1>(eight),
            );
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
        })
    }

    // Sums of two, four and eight chunks come together in a register, which so needs no more additions than one of them alone.
    // Macros, since a closure might not be inlined.
    #[inline(always)]
    fn products(self, with: &[Chunk; LANES]) -> Self {
        macro_rules! eight {
            ($at:expr) => {{
                let Self([low, high]) = Self::load(&with[$at]).mul(self);
                _mm256_add_ps(low, high)
            }};
        }
        // The chunks of a register's low half are those of the low lanes in the end.
        macro_rules! four {
            ($at:expr) => {{
                let (low, high) = (eight!($at), eight!($at + 4));
                _mm256_add_ps(
                    _mm256_permute2f128_ps::<0x20>(low, high),
                    _mm256_permute2f128_ps::<0x31>(low, high),
                )
            }};
        }
        macro_rules! two {
            ($at:expr) => {{
                let (even, odd) = (four!($at), four!($at + 1));
                _mm256_add_ps(
                    _mm256_shuffle_ps::<0x44>(even, odd),
                    _mm256_shuffle_ps::<0xee>(even, odd),
                )
            }};
        }
        macro_rules! one {
            ($at:expr) => {{
                let (first, second) = (two!($at), two!($at + 2));
                _mm256_add_ps(
                    _mm256_shuffle_ps::<0x88>(first, second),
                    _mm256_shuffle_ps::<0xdd>(first, second),
                )
            }};
        }
        vector!(Self([one!(0), one!(8)]))
    }

    #[inline(always)]
    fn largest(self) -> f32 {
        vector!({
            let eight = _mm256_max_ps(self.0[0], self.0[1]);
            let four = _mm_max_ps(
                _mm256_castps256_ps128(eight),
                _mm256_extractf128_ps::<1>(eight),
            );
            let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)))
        })
    }

    #[inline(always)]
    fn draws(key: [u32; 2], first: u32, stride: u32) -> [__m256i; 2] {
        let second = first.wrapping_add(stride.wrapping_mul(8));
        [
            eight_draws(key, first, stride),
            eight_draws(key, second, stride),
        ]
    }

    #[inline(always)]
    fn low_halves(words: [__m256i; 2], scale: f32) -> Self {
        let [low, high] = words;
        Self([
            fractions(vector!(_mm256_slli_epi32::<7>(low)), scale),
            fractions(vector!(_mm256_slli_epi32::<7>(high)), scale),
        ])
    }

    #[inline(always)]
    fn high_halves(words: [__m256i; 2], scale: f32) -> Self {
        let [low, high] = words;
        Self([
            fractions(vector!(_mm256_srli_epi32::<9>(low)), scale),
            fractions(vector!(_mm256_srli_epi32::<9>(high)), scale),
        ])
    }
}
