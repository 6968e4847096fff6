//! 16 real numbers of single precision handled together, and the arithmetic that all backends share.
//!
//! Every operation is one of IEEE 754 on each lane, none is fused with another, and sums have the one shape of
//! [`slotless_core::real`], so that all backends give the same bits.

use std::f32::consts::LOG2_E;

use slotless_core::real;

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(super) mod neon;
pub(super) mod portable;
#[cfg(test)]
mod tests;

/// Numbers in a chunk.
pub(in super::super) const LANES: usize = 16;

/// 16 numbers in memory, at the start of a cache line.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub(in super::super) struct Chunk(pub [f32; LANES]);

impl Chunk {
    /// 16 zeros.
    pub const ZERO: Self = Self([0.0; LANES]);
}

/// The numbers of chunks, one after the other.
#[inline(always)]
pub(in super::super) fn flat(chunks: &[Chunk]) -> &[f32] {
    // SAFETY: a chunk is 16 numbers in an array and nothing else (by size, below), so that many follow one another.
    unsafe { std::slice::from_raw_parts(chunks.as_ptr().cast(), chunks.len() * LANES) }
}

/// As [`flat`], to be changed.
#[inline(always)]
pub(in super::super) fn flat_mut(chunks: &mut [Chunk]) -> &mut [f32] {
    // SAFETY: as in `flat`; any number may be written.
    unsafe { std::slice::from_raw_parts_mut(chunks.as_mut_ptr().cast(), chunks.len() * LANES) }
}

const _: () = assert!(size_of::<Chunk>() == LANES * size_of::<f32>());

/// 16 numbers in vector registers.
pub(in super::super) trait Floats: Copy {
    /// As many words.
    type Words: Copy;
    /// Whether the four quarters of a sum are a loop: where an operation is many instructions, a copy for each is more than a
    /// compiler gets through in good time.
    const LOOPS: bool = false;
    /// How many numbers and how many vectors have their products side by side: 2 or 4, so that the sums fit the registers.
    const SIDE: usize = 2;
    /// Whether 16 sums across lanes take less together than half as many of them alone.
    const ACROSS: bool = false;

    /// The numbers of a chunk.
    fn load(chunk: &Chunk) -> Self;
    /// Its numbers.
    fn store(self, chunk: &mut Chunk);
    /// This number in each lane.
    fn splat(value: f32) -> Self;
    /// Lane by lane.
    fn add(self, other: Self) -> Self;
    /// Lane by lane.
    fn sub(self, other: Self) -> Self;
    /// Lane by lane.
    fn mul(self, other: Self) -> Self;
    /// Lane by lane.
    fn div(self, other: Self) -> Self;
    /// The first where it is larger, else the other; so the other where the first is no number.
    fn larger(self, other: Self) -> Self;
    /// Zero where `of` is below the bound.
    fn zero_where_below(self, of: Self, bound: f32) -> Self;
    /// Times 2^n, with n in the low bits of the numbers `magic` less those of [`real::MAGIC`].
    fn times_power(self, magic: Self) -> Self;
    /// Bit i is set where lane i equals that of the other.
    fn equal(self, other: Self) -> u16;
    /// The sum of the lanes, by halves: i and i + 8, then i and i + 4, ...
    fn sum(self) -> f32;
    /// The sums of 16 products with these numbers, as [`sum`](Self::sum) has them: that of chunk i in lane i.
    #[inline(always)]
    fn products(self, with: &[Chunk; LANES]) -> Self {
        let mut sums = Chunk::ZERO;
        for (sum, with) in sums.0.iter_mut().zip(with) {
            *sum = Self::load(with).mul(self).sum();
        }
        Self::load(&sums)
    }
    /// The largest lane; none may be NaN.
    fn largest(self) -> f32;
    /// Draws `first`, `first + stride`, ... of the key of these two words.
    fn draws(key: [u32; 2], first: u32, stride: u32) -> Self::Words;
    /// `(low half + 0.5) / 65536 * scale` of each word; the scale is a power of two.
    fn low_halves(words: Self::Words, scale: f32) -> Self;
    /// `(high half + 0.5) / 65536 * scale` of each word; the scale is a power of two.
    fn high_halves(words: Self::Words, scale: f32) -> Self;
}

/// 16 bits in the first places behind the point of a number from 1 on.
const FRACTION: u32 = 0xffff << 7;

/// With 16 bits behind the point, a number from `scale` to twice that; less the second, it is `(half + 0.5) / 65536 * scale`,
/// without an error: all of it fits 24 bits.
#[inline(always)]
fn unit_parts(scale: f32) -> (u32, f32) {
    (scale.to_bits(), scale - scale / 131_072.0)
}

/// The exponential function as [`slotless_core::real::exp`] has it, for numbers of at most 88.
#[inline(always)]
pub(in super::super) fn exp<F: Floats>(x: F) -> F {
    let magic = x.mul(F::splat(LOG2_E)).add(F::splat(real::MAGIC));
    let whole = magic.sub(F::splat(real::MAGIC));
    let rest = x
        .sub(whole.mul(F::splat(real::LN2_HIGH)))
        .sub(whole.mul(F::splat(real::LN2_LOW)));
    let [c0, c1, c2, c3, c4] = real::EXP;
    let mut p = F::splat(c4);
    for c in [c3, c2, c1, c0] {
        p = p.mul(rest).add(F::splat(c));
    }
    let y = p.mul(rest).mul(rest).add(rest).add(F::splat(1.0));
    y.times_power(magic).zero_where_below(x, -87.0)
}

/// `sum16!(F, n, |i| term)`: the sum of n terms (numbers of `F`) in the one shape there is: 16 interleaved partial sums from
/// zero, then by halves. A macro, since a closure might not be inlined. Depth first, so that few registers are needed.
///
/// A partial sum that starts from zero is never -0, and one that starts from its first term differs from it in that only; so
/// does the whole, and zero added at the end makes up for it.
macro_rules! sum16 {
    ($F:ty, $n:expr, |$i:ident| $term:expr) => {{
        let n: usize = $n;
        macro_rules! partial {
            ($r:expr) => {
                if $r < n {
                    let mut $i: usize = $r;
                    let mut sum: $F = $term;
                    $i += 16;
                    while $i < n {
                        sum = sum.add($term);
                        $i += 16;
                    }
                    sum
                } else {
                    <$F>::splat(0.0)
                }
            };
        }
        macro_rules! quarter {
            ($r:expr) => {
                (partial!($r).add(partial!($r + 8))).add(partial!($r + 4).add(partial!($r + 12)))
            };
        }
        let whole = if <$F>::LOOPS {
            let mut quarters = [<$F>::splat(0.0); 4];
            for (r, quarter) in quarters.iter_mut().enumerate() {
                *quarter = quarter!(r);
            }
            let [first, second, third, fourth] = quarters;
            first.add(third).add(second.add(fourth))
        } else {
            let even = quarter!(0).add(quarter!(2));
            let odd = quarter!(1).add(quarter!(3));
            even.add(odd)
        };
        whole.add(<$F>::splat(0.0))
    }};
}
pub(in super::super) use sum16;
