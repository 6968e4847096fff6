//! [`Block`] as two AVX2 registers.

use std::arch::x86_64::*;

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

/// Both halves of one or two blocks through some intrinsics. A macro, since a closure would be a function of its own, compiled
/// without the instructions, wherever the compiler chose not to inline it.
macro_rules! halves {
    (|$a:ident| $body:expr, $x:expr) => {{
        let [low, high] = $x;
        Bytes([
            vector!({
                let $a = low;
                $body
            }),
            vector!({
                let $a = high;
                $body
            }),
        ])
    }};
    (|$a:ident, $b:ident| $body:expr, $x:expr, $y:expr) => {{
        let ([low_x, high_x], [low_y, high_y]) = ($x, $y);
        Bytes([
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

impl Block for Bytes {
    type Floats = super::floats::avx2::Floats16;

    #[inline(always)]
    fn load(bytes: &[u8; BYTES]) -> Self {
        let parts = bytes.as_chunks::<32>().0;
        Self([
            vector!(_mm256_loadu_si256(parts[0].as_ptr().cast())),
            vector!(_mm256_loadu_si256(parts[1].as_ptr().cast())),
        ])
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
        halves!(|a, b| _mm256_and_si256(a, b), self.0, other.0)
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
        halves!(|a, b| _mm256_or_si256(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        halves!(|a, b| _mm256_xor_si256(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn any(self) -> bool {
        let both = vector!(_mm256_or_si256(self.0[0], self.0[1]));
        vector!(_mm256_testz_si256(both, both)) == 0
    }

    #[inline(always)]
    fn low_to_high(self) -> Self {
        halves!(|a| _mm256_slli_epi16::<8>(a), self.0)
    }

    #[inline(always)]
    fn high_to_low(self) -> Self {
        halves!(|a| _mm256_srli_epi16::<8>(a), self.0)
    }

    #[inline(always)]
    fn top16(self) -> Self {
        halves!(|a| _mm256_srli_epi16::<15>(a), self.0)
    }

    #[inline(always)]
    fn add16(self, other: Self) -> Self {
        halves!(|a, b| _mm256_add_epi16(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn sub16(self, other: Self) -> Self {
        halves!(|a, b| _mm256_sub_epi16(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn mul_low16(self, other: Self) -> Self {
        halves!(|a, b| _mm256_mullo_epi16(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn mul_high16(self, other: Self) -> Self {
        halves!(|a, b| _mm256_mulhi_epu16(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn carry16(self, other: Self) -> Self {
        // The sum that stops at the top differs from the one that goes round, where there is a carry.
        halves!(
            |a, b| {
                let same = _mm256_cmpeq_epi16(_mm256_add_epi16(a, b), _mm256_adds_epu16(a, b));
                _mm256_andnot_si256(same, _mm256_set1_epi16(1))
            },
            self.0,
            other.0
        )
    }

    #[inline(always)]
    fn count_groups(self) -> Self {
        // Ones of each half byte from a table of 16 (Mula's method), then the sum of the bytes.
        let bytes = halves!(
            |bits| {
                let ones = _mm256_broadcastsi128_si256(_mm_setr_epi8(
                    0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
                ));
                let low = _mm256_set1_epi8(15);
                let high_half = _mm256_and_si256(_mm256_srli_epi16::<4>(bits), low);
                _mm256_add_epi8(
                    _mm256_shuffle_epi8(ones, _mm256_and_si256(bits, low)),
                    _mm256_shuffle_epi8(ones, high_half),
                )
            },
            self.0
        );
        bytes.sum_groups()
    }

    #[inline(always)]
    fn sum_groups(self) -> Self {
        halves!(
            |bytes| _mm256_sad_epu8(bytes, _mm256_setzero_si256()),
            self.0
        )
    }

    #[inline(always)]
    fn add_groups(self, other: Self) -> Self {
        halves!(|a, b| _mm256_add_epi64(a, b), self.0, other.0)
    }

    #[inline(always)]
    fn groups(self) -> [u32; GROUPS] {
        let mut out = [0; GROUPS];
        vector!({
            // The low words of each group first, then those of both halves side by side.
            let lanes = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
            let low = _mm256_permutevar8x32_epi32(self.0[0], lanes);
            let high = _mm256_permutevar8x32_epi32(self.0[1], lanes);
            let both = _mm256_blend_epi32::<0b1111_0000>(low, high);
            _mm256_storeu_si256(out.as_mut_ptr().cast(), both);
        });
        out
    }

    #[inline(always)]
    fn add_products(self, bytes: &[i8; BYTES], numbers: [Self; 2]) -> Self {
        let quarters = bytes.as_chunks::<16>().0;
        let [[first, second], [third, fourth]] = numbers.map(|block| block.0);
        // A macro, since a closure would be compiled without the instructions.
        macro_rules! products {
            ($quarter:expr, $numbers:expr) => {
                _mm256_madd_epi16(
                    _mm256_cvtepi8_epi16(_mm_loadu_si128(quarters[$quarter].as_ptr().cast())),
                    $numbers,
                )
            };
        }
        Self([
            vector!(_mm256_add_epi32(
                _mm256_add_epi32(self.0[0], products!(0, first)),
                products!(1, second)
            )),
            vector!(_mm256_add_epi32(
                _mm256_add_epi32(self.0[1], products!(2, third)),
                products!(3, fourth)
            )),
        ])
    }

    #[inline(always)]
    fn total32(self) -> i32 {
        vector!({
            let eight = _mm256_add_epi32(self.0[0], self.0[1]);
            let four = _mm_add_epi32(
                _mm256_castsi256_si128(eight),
                _mm256_extracti128_si256::<1>(eight),
            );
            let two = _mm_add_epi32(four, _mm_shuffle_epi32::<0b01_00_11_10>(four));
            _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32::<0b10_11_00_01>(two)))
        })
    }

    #[inline(always)]
    fn lookup(table: [Self; 2], index: Self) -> Self {
        // Eight tables of 16: a shuffle gives zero where the index's top bit is set, so each index is moved such that
        // only its own table finds it in 0..16, and those beyond carry the top bit.
        let bytes = [table[0].store(), table[1].store()];
        let mut out = Self::zero();
        for (number, table) in (0i8..).zip(bytes.as_flattened().as_chunks::<16>().0) {
            let found = halves!(
                |index| {
                    let table = _mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast()));
                    let moved = _mm256_sub_epi8(index, _mm256_set1_epi8(16 * number));
                    let beyond = _mm256_cmpgt_epi8(moved, _mm256_set1_epi8(15));
                    _mm256_shuffle_epi8(table, _mm256_or_si256(moved, beyond))
                },
                index.0
            );
            out = out.or(found);
        }
        out
    }

    #[inline(always)]
    fn where_both(self, a: Self, b: Self) -> Self {
        let none = halves!(
            |both| _mm256_cmpeq_epi8(both, _mm256_setzero_si256()),
            a.and(b).0
        );
        halves!(|none, all| _mm256_andnot_si256(none, all), none.0, self.0)
    }

    #[inline(always)]
    fn at_least(values: &[u32; WORDS], bound: u32) -> u16 {
        // Unsigned: a value is at least the bound where it is the larger of the two.
        let parts = values.as_chunks::<8>().0;
        let both = vector!([
            _mm256_loadu_si256(parts[0].as_ptr().cast()),
            _mm256_loadu_si256(parts[1].as_ptr().cast()),
        ]);
        let Self([low, high]) = halves!(
            |values| {
                let bound = _mm256_set1_epi32(bound as i32);
                _mm256_cmpeq_epi32(_mm256_max_epu32(values, bound), values)
            },
            both
        );
        vector!({
            let low = _mm256_movemask_ps(_mm256_castsi256_ps(low)) as u16;
            low | (_mm256_movemask_ps(_mm256_castsi256_ps(high)) as u16) << 8
        })
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
