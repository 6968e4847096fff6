//! [`Block`] as two AVX2 registers.

use std::arch::x86_64::*;
use std::array::from_fn;

use super::{BYTES, Block, GROUPS, Kernel, WORDS};

/// Whether this machine has what [`run`] is compiled for.
pub(super) fn found() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("lzcnt")
}

/// Runs a kernel with AVX2.
///
/// # Safety
/// [`found`] must be true.
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt,lzcnt")]
pub(super) unsafe fn run<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<Bytes>()
}

/// Known only to [`run`], so its methods are called where the machine has the instructions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes([__m256i; 2]);

macro_rules! vector {
    ($body:expr) => {
        // SAFETY: `Bytes` is a kernel's parameter in `run` only, which requires the instructions; loads and stores are
        // of references to as many bytes as they move.
        unsafe { $body }
    };
}

impl Bytes {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(__m256i, __m256i) -> __m256i) -> Self {
        Self([f(self.0[0], other.0[0]), f(self.0[1], other.0[1])])
    }
}

impl Block for Bytes {
    #[inline(always)]
    fn load(bytes: &[u8; BYTES]) -> Self {
        let halves = bytes.as_chunks::<32>().0;
        Self(from_fn(|half| {
            vector!(_mm256_loadu_si256(halves[half].as_ptr().cast()))
        }))
    }

    #[inline(always)]
    fn store(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        for (half, vector) in bytes.as_chunks_mut::<32>().0.iter_mut().zip(self.0) {
            vector!(_mm256_storeu_si256(half.as_mut_ptr().cast(), vector));
        }
        bytes
    }

    #[inline(always)]
    fn zero() -> Self {
        Self([vector!(_mm256_setzero_si256()); 2])
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(_mm256_and_si256(a, b)))
    }

    #[inline(always)]
    fn from_groups(groups: [u64; GROUPS]) -> Self {
        let [a, b, c, d, e, f, g, h] = groups.map(u64::cast_signed);
        Self([
            vector!(_mm256_setr_epi64x(a, b, c, d)),
            vector!(_mm256_setr_epi64x(e, f, g, h)),
        ])
    }

    #[inline(always)]
    fn to_groups(self) -> [u64; GROUPS] {
        let mut groups = [0; GROUPS];
        for (half, vector) in groups.as_chunks_mut::<4>().0.iter_mut().zip(self.0) {
            vector!(_mm256_storeu_si256(half.as_mut_ptr().cast(), vector));
        }
        groups
    }

    #[inline(always)]
    fn splat16(value: u16) -> Self {
        Self([vector!(_mm256_set1_epi16(value.cast_signed())); 2])
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(_mm256_or_si256(a, b)))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(_mm256_xor_si256(a, b)))
    }

    #[inline(always)]
    fn low_to_high(self) -> Self {
        Self(self.0.map(|a| vector!(_mm256_slli_epi16::<8>(a))))
    }

    #[inline(always)]
    fn high_to_low(self) -> Self {
        Self(self.0.map(|a| vector!(_mm256_srli_epi16::<8>(a))))
    }

    #[inline(always)]
    fn top16(self) -> Self {
        Self(self.0.map(|a| vector!(_mm256_srli_epi16::<15>(a))))
    }

    #[inline(always)]
    fn sub16(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(_mm256_sub_epi16(a, b)))
    }

    #[inline(always)]
    fn mul_low16(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(_mm256_mullo_epi16(a, b)))
    }

    #[inline(always)]
    fn mul_high16(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(_mm256_mulhi_epu16(a, b)))
    }

    #[inline(always)]
    fn carry16(self, other: Self) -> Self {
        self.zip(other, |a, b| {
            vector!({
                // The sum that stops at the top differs from the one that goes round, where there is a carry.
                let same = _mm256_cmpeq_epi16(_mm256_add_epi16(a, b), _mm256_adds_epu16(a, b));
                _mm256_andnot_si256(same, _mm256_set1_epi16(1))
            })
        })
    }

    #[inline(always)]
    fn count_groups(self) -> Self {
        // Ones of each half byte from a table of 16 (Mula's method), then the sum of the bytes.
        let bytes = Self(self.0.map(|bits| {
            vector!({
                let ones = _mm256_broadcastsi128_si256(_mm_setr_epi8(
                    0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
                ));
                let low = _mm256_set1_epi8(15);
                let high_half = _mm256_and_si256(_mm256_srli_epi16::<4>(bits), low);
                _mm256_add_epi8(
                    _mm256_shuffle_epi8(ones, _mm256_and_si256(bits, low)),
                    _mm256_shuffle_epi8(ones, high_half),
                )
            })
        }));
        bytes.sum_groups()
    }

    #[inline(always)]
    fn sum_groups(self) -> Self {
        Self(
            self.0
                .map(|bytes| vector!(_mm256_sad_epu8(bytes, _mm256_setzero_si256()))),
        )
    }

    #[inline(always)]
    fn add_groups(self, other: Self) -> Self {
        self.zip(other, |a, b| vector!(_mm256_add_epi64(a, b)))
    }

    #[inline(always)]
    fn groups(self) -> [u32; GROUPS] {
        let bytes = self.store();
        let groups = bytes.as_chunks::<GROUPS>().0;
        from_fn(|group| u64::from_le_bytes(groups[group]) as u32)
    }

    #[inline(always)]
    fn lookup(table: [Self; 2], index: Self) -> Self {
        // Eight tables of 16: a shuffle gives zero where the index's top bit is set, so each index is moved such that
        // only its own table finds it in 0..16, and those beyond carry the top bit.
        let bytes = [table[0].store(), table[1].store()];
        let sixteens = bytes.as_flattened().as_chunks::<16>().0;
        Self(index.0.map(|index| {
            vector!({
                let mut out = _mm256_setzero_si256();
                for (number, table) in (0i8..).zip(sixteens) {
                    let table = _mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast()));
                    let moved = _mm256_sub_epi8(index, _mm256_set1_epi8(16 * number));
                    let within =
                        _mm256_or_si256(moved, _mm256_cmpgt_epi8(moved, _mm256_set1_epi8(15)));
                    out = _mm256_or_si256(out, _mm256_shuffle_epi8(table, within));
                }
                out
            })
        }))
    }

    #[inline(always)]
    fn where_both(self, a: Self, b: Self) -> Self {
        let none = a
            .and(b)
            .zip(Self::zero(), |a, b| vector!(_mm256_cmpeq_epi8(a, b)));
        none.zip(self, |none, all| vector!(_mm256_andnot_si256(none, all)))
    }

    #[inline(always)]
    fn at_least(values: &[u32; WORDS], bound: u32) -> u16 {
        let halves = values.as_chunks::<8>().0;
        let mask = |values: &[u32; 8]| {
            vector!({
                let values = _mm256_loadu_si256(values.as_ptr().cast());
                let bound = _mm256_set1_epi32(bound as i32);
                // Unsigned: a value is at least the bound where it is the larger of the two.
                let at_least = _mm256_cmpeq_epi32(_mm256_max_epu32(values, bound), values);
                _mm256_movemask_ps(_mm256_castsi256_ps(at_least)) as u16
            })
        };
        mask(&halves[0]) | mask(&halves[1]) << 8
    }

    #[inline(always)]
    fn compress(values: &[u32; WORDS], mask: u16, out: &mut [u32], at: usize) -> usize {
        let mut next = at;
        for (values, mask) in values.as_chunks::<8>().0.iter().zip(mask.to_le_bytes()) {
            if let Some(room) = out[next..].first_chunk_mut::<8>() {
                vector!({
                    let lanes = PICKED[usize::from(mask)].as_ptr().cast();
                    let lanes = _mm256_cvtepu8_epi32(_mm_loadl_epi64(lanes));
                    let values = _mm256_loadu_si256(values.as_ptr().cast());
                    let picked = _mm256_permutevar8x32_epi32(values, lanes);
                    _mm256_storeu_si256(room.as_mut_ptr().cast(), picked);
                });
            }
            next += mask.count_ones() as usize;
        }
        next
    }
}

/// For each mask of eight lanes the numbers of those that are set, in order, then zeros.
static PICKED: [[u8; 8]; 256] = {
    let mut picked = [[0; 8]; 256];
    let mut mask = 0;
    while mask < 256 {
        let (mut lane, mut next) = (0, 0);
        while lane < 8 {
            if mask >> lane & 1 == 1 {
                picked[mask][next] = lane as u8;
                next += 1;
            }
            lane += 1;
        }
        mask += 1;
    }
    picked
};
