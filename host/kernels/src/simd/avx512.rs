//! [`Block`] as one AVX-512 register.

use std::arch::x86_64::*;

use super::{BYTES, Block, GROUPS, Kernel, WORDS};

/// Whether this machine has what [`run`] is compiled for.
pub(super) fn found() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("avx512vpopcntdq")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("lzcnt")
}

/// Runs a kernel with AVX-512.
///
/// # Safety
/// [`found`] must be true.
#[target_feature(
    enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx512vpopcntdq,bmi1,bmi2,popcnt,lzcnt"
)]
pub(super) unsafe fn run<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Bytes>()
}

/// Known only to [`run`], so its methods are called where the machine has the instructions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes(__m512i);

macro_rules! vector {
    ($body:expr) => {
        // SAFETY: `Bytes` is a kernel's parameter in `run` only, which requires the instructions; loads and stores are
        // of references to as many bytes as they move.
        unsafe { $body }
    };
}

impl Block for Bytes {
    type Floats = super::floats::avx512::Floats16;

    #[inline(always)]
    fn load(bytes: &[u8; BYTES]) -> Self {
        Self(vector!(_mm512_loadu_si512(bytes.as_ptr().cast())))
    }

    #[inline(always)]
    fn store(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        vector!(_mm512_storeu_si512(bytes.as_mut_ptr().cast(), self.0));
        bytes
    }

    #[inline(always)]
    fn zero() -> Self {
        Self(vector!(_mm512_setzero_si512()))
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(vector!(_mm512_and_si512(self.0, other.0)))
    }

    #[inline(always)]
    fn from_groups(groups: [u64; GROUPS]) -> Self {
        let [a, b, c, d, e, f, g, h] = groups.map(u64::cast_signed);
        Self(vector!(_mm512_setr_epi64(a, b, c, d, e, f, g, h)))
    }

    #[inline(always)]
    fn to_groups(self) -> [u64; GROUPS] {
        let mut groups = [0; GROUPS];
        vector!(_mm512_storeu_si512(groups.as_mut_ptr().cast(), self.0));
        groups
    }

    #[inline(always)]
    fn splat16(value: u16) -> Self {
        Self(vector!(_mm512_set1_epi16(value.cast_signed())))
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(vector!(_mm512_or_si512(self.0, other.0)))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(vector!(_mm512_xor_si512(self.0, other.0)))
    }

    #[inline(always)]
    fn any(self) -> bool {
        vector!(_mm512_test_epi64_mask(self.0, self.0)) != 0
    }

    #[inline(always)]
    fn full_add(self, a: Self, b: Self) -> (Self, Self) {
        // By their tables: an odd number of the three, and two of them at least.
        let sum = vector!(_mm512_ternarylogic_epi64::<0b1001_0110>(self.0, a.0, b.0));
        let carry = vector!(_mm512_ternarylogic_epi64::<0b1110_1000>(self.0, a.0, b.0));
        (Self(sum), Self(carry))
    }

    #[inline(always)]
    fn low_to_high(self) -> Self {
        Self(vector!(_mm512_slli_epi16::<8>(self.0)))
    }

    #[inline(always)]
    fn high_to_low(self) -> Self {
        Self(vector!(_mm512_srli_epi16::<8>(self.0)))
    }

    #[inline(always)]
    fn top16(self) -> Self {
        Self(vector!(_mm512_srli_epi16::<15>(self.0)))
    }

    #[inline(always)]
    fn add16(self, other: Self) -> Self {
        Self(vector!(_mm512_add_epi16(self.0, other.0)))
    }

    #[inline(always)]
    fn sub16(self, other: Self) -> Self {
        Self(vector!(_mm512_sub_epi16(self.0, other.0)))
    }

    #[inline(always)]
    fn mul_low16(self, other: Self) -> Self {
        Self(vector!(_mm512_mullo_epi16(self.0, other.0)))
    }

    #[inline(always)]
    fn mul_high16(self, other: Self) -> Self {
        Self(vector!(_mm512_mulhi_epu16(self.0, other.0)))
    }

    #[inline(always)]
    fn carry16(self, other: Self) -> Self {
        Self(vector!({
            // A sum that went round is below what was added.
            let carried = _mm512_cmplt_epu16_mask(_mm512_add_epi16(self.0, other.0), other.0);
            _mm512_maskz_set1_epi16(carried, 1)
        }))
    }

    #[inline(always)]
    fn count_groups(self) -> Self {
        Self(vector!(_mm512_popcnt_epi64(self.0)))
    }

    #[inline(always)]
    fn sum_groups(self) -> Self {
        Self(vector!(_mm512_sad_epu8(self.0, _mm512_setzero_si512())))
    }

    #[inline(always)]
    fn add_groups(self, other: Self) -> Self {
        Self(vector!(_mm512_add_epi64(self.0, other.0)))
    }

    #[inline(always)]
    fn groups(self) -> [u32; GROUPS] {
        let mut out = [0; GROUPS];
        vector!(_mm256_storeu_si256(
            out.as_mut_ptr().cast(),
            _mm512_cvtepi64_epi32(self.0)
        ));
        out
    }

    #[inline(always)]
    fn sums(blocks: [Self; GROUPS]) -> [u32; GROUPS] {
        let [a, b, c, d, e, f, g, h] = blocks.map(|block| block.0);
        let mut out = [0; GROUPS];
        vector!({
            // Neighbouring groups of two blocks at a time, then quarters and halves of four and eight.
            let ab = _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
            let cd = _mm512_add_epi64(_mm512_unpacklo_epi64(c, d), _mm512_unpackhi_epi64(c, d));
            let ef = _mm512_add_epi64(_mm512_unpacklo_epi64(e, f), _mm512_unpackhi_epi64(e, f));
            let gh = _mm512_add_epi64(_mm512_unpacklo_epi64(g, h), _mm512_unpackhi_epi64(g, h));
            let abcd = _mm512_add_epi64(
                _mm512_shuffle_i64x2::<0b10_00_10_00>(ab, cd),
                _mm512_shuffle_i64x2::<0b11_01_11_01>(ab, cd),
            );
            let efgh = _mm512_add_epi64(
                _mm512_shuffle_i64x2::<0b10_00_10_00>(ef, gh),
                _mm512_shuffle_i64x2::<0b11_01_11_01>(ef, gh),
            );
            let all = _mm512_add_epi64(
                _mm512_shuffle_i64x2::<0b10_00_10_00>(abcd, efgh),
                _mm512_shuffle_i64x2::<0b11_01_11_01>(abcd, efgh),
            );
            _mm256_storeu_si256(out.as_mut_ptr().cast(), _mm512_cvtepi64_epi32(all));
        });
        out
    }

    #[inline(always)]
    fn add_products(self, bytes: &[i8; BYTES], numbers: [Self; 2]) -> Self {
        let halves = bytes.as_chunks::<32>().0;
        // A macro, since a closure would be compiled without the instructions.
        macro_rules! products {
            ($half:expr) => {
                _mm512_madd_epi16(
                    _mm512_cvtepi8_epi16(_mm256_loadu_si256(halves[$half].as_ptr().cast())),
                    numbers[$half].0,
                )
            };
        }
        Self(vector!(_mm512_add_epi32(
            _mm512_add_epi32(self.0, products!(0)),
            products!(1)
        )))
    }

    #[inline(always)]
    fn total32(self) -> i32 {
        vector!(_mm512_reduce_add_epi32(self.0))
    }

    #[inline(always)]
    fn lookup(table: [Self; 2], index: Self) -> Self {
        Self(vector!(_mm512_permutex2var_epi8(
            table[0].0, index.0, table[1].0
        )))
    }

    #[inline(always)]
    fn where_both(self, a: Self, b: Self) -> Self {
        Self(vector!(_mm512_maskz_mov_epi8(
            _mm512_test_epi8_mask(a.0, b.0),
            self.0
        )))
    }

    #[inline(always)]
    fn at_least(values: &[u32; WORDS], bound: u32) -> u16 {
        vector!(_mm512_cmpge_epu32_mask(
            _mm512_loadu_si512(values.as_ptr().cast()),
            _mm512_set1_epi32(bound as i32)
        ))
    }

    #[inline(always)]
    fn compress(values: &[u32; WORDS], mask: u16, out: &mut [u32], at: usize) -> usize {
        if let Some(room) = out[at..].first_chunk_mut::<WORDS>() {
            // Compressed in a register and stored whole: compressing stores are slow on some processors.
            vector!(_mm512_storeu_si512(
                room.as_mut_ptr().cast(),
                _mm512_maskz_compress_epi32(mask, _mm512_loadu_si512(values.as_ptr().cast())),
            ));
        }
        at + mask.count_ones() as usize
    }
}
