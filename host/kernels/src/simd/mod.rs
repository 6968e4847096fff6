//! One small vector interface, its backends, and the choice between them at run time.
//!
//! A kernel is written once, over [`Block`]: 64 bytes handled together. [`Isa`] names the backends that this machine has:
//! portable (arrays, which the compiler may vectorise with what every machine of the target has), AVX2, AVX-512 (with
//! BW, VBMI, VBMI2 and VPOPCNTDQ) and NEON. [`Isa::run`] compiles the whole kernel for the backend, so that its
//! scalar parts gain too. Every backend gives the same bits; the tests instantiate one oracle for each.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod floats;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

use std::fmt;

pub(super) use floats::{Chunk, Floats, LANES, exp, flat, flat_mut, sum16};

/// Bytes in a [`Block`].
pub(super) const BYTES: usize = 64;
/// 32-bit values compared together.
pub(super) const WORDS: usize = 16;
/// Groups of 8 bytes in a block.
pub(super) const GROUPS: usize = 8;

/// 64 bytes in vector registers: one of AVX-512, two of AVX2, four of NEON, an array where there is nothing better.
///
/// A group is 8 neighbouring bytes, the first the lowest of a little-endian `u64`.
pub(super) trait Block: Copy {
    /// 16 real numbers in as many registers.
    type Floats: Floats;
    /// The block of these bytes.
    fn load(bytes: &[u8; BYTES]) -> Self;
    /// Its bytes.
    fn store(self) -> [u8; BYTES];
    /// All bytes zero.
    fn zero() -> Self;
    /// The block of these groups, as little-endian numbers.
    fn from_groups(groups: [u64; GROUPS]) -> Self;
    /// Its groups, as little-endian numbers.
    fn to_groups(self) -> [u64; GROUPS];
    /// This number in each pair of bytes, little-endian; so for all operations on 16 bits.
    fn splat16(value: u16) -> Self;
    /// All bits set.
    #[inline(always)]
    fn ones() -> Self {
        Self::from_groups([u64::MAX; GROUPS])
    }
    /// Whether a bit is set.
    #[inline(always)]
    fn any(self) -> bool {
        let mut all = 0;
        for group in self.to_groups() {
            all |= group;
        }
        all != 0
    }
    /// The sum of three bits each, and what it carries.
    #[inline(always)]
    fn full_add(self, a: Self, b: Self) -> (Self, Self) {
        let differ = self.xor(a);
        (differ.xor(b), self.and(a).or(differ.and(b)))
    }
    /// Bitwise and.
    fn and(self, other: Self) -> Self;
    /// Bitwise or.
    fn or(self, other: Self) -> Self;
    /// Bitwise exclusive or.
    fn xor(self, other: Self) -> Self;
    /// 16-bit numbers times 2^8, modulo 2^16.
    fn low_to_high(self) -> Self;
    /// 16-bit numbers over 2^8.
    fn high_to_low(self) -> Self;
    /// The highest bit of 16-bit numbers.
    fn top16(self) -> Self;
    /// 16-bit sums, modulo 2^16.
    fn add16(self, other: Self) -> Self;
    /// 16-bit differences, modulo 2^16.
    fn sub16(self, other: Self) -> Self;
    /// The low halves of 16-bit products.
    fn mul_low16(self, other: Self) -> Self;
    /// The high halves of 16-bit products.
    fn mul_high16(self, other: Self) -> Self;
    /// 1 where a 16-bit sum is 2^16 or more, else 0.
    fn carry16(self, other: Self) -> Self;
    /// The ones of each group.
    fn count_groups(self) -> Self;
    /// The sum of the bytes of each group.
    fn sum_groups(self) -> Self;
    /// Group by group, modulo 2^64.
    fn add_groups(self, other: Self) -> Self;
    /// The low 32 bits of each group.
    fn groups(self) -> [u32; GROUPS];
    /// For each block the low 32 bits of the sum of its groups.
    #[inline(always)]
    fn sums(blocks: [Self; GROUPS]) -> [u32; GROUPS] {
        let mut sums = [0; GROUPS];
        for (sum, block) in sums.iter_mut().zip(blocks) {
            *sum = block.groups().into_iter().fold(0, u32::wrapping_add);
        }
        sums
    }
    /// Adds the products of 64 signed bytes with as many signed numbers of 16 bits, which lie in two blocks, to 16 sums of 32
    /// bits, modulo 2^32. Which sum a product goes to is the backend's affair.
    fn add_products(self, bytes: &[i8; BYTES], numbers: [Self; 2]) -> Self;
    /// The total of 16 signed numbers of 32 bits, modulo 2^32.
    fn total32(self) -> i32;
    /// The bytes of a table of 128, at indices below 128.
    fn lookup(table: [Self; 2], index: Self) -> Self;
    /// The bytes of `self` where `a & b` is not zero, else zero.
    fn where_both(self, a: Self, b: Self) -> Self;
    /// Bit i is set where value i is at least `bound`.
    fn at_least(values: &[u32; WORDS], bound: u32) -> u16;

    /// How many values are at least `bound`.
    #[inline(always)]
    fn count_at_least(values: &[u32; WORDS], bound: u32) -> u32 {
        Self::at_least(values, bound).count_ones()
    }

    /// Writes value i to `out` for each set bit i of `mask`, one after the other from `at`; gives the next place.
    ///
    /// There is room for 16 values from `at`; what lies behind the next place afterwards is of no meaning.
    #[inline(always)]
    fn compress(values: &[u32; WORDS], mask: u16, out: &mut [u32], at: usize) -> usize {
        let mut next = at;
        let mut left = mask;
        while left != 0 {
            out[next] = values[left.trailing_zeros() as usize];
            next += 1;
            left &= left - 1;
        }
        next
    }
}

/// The bytes of a block where a cache line begins.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Line(pub [u8; BYTES]);

/// Tells the processor that something is about to be read. Where there is no such instruction, nothing.
#[inline(always)]
pub(super) fn prefetch<T>(what: &T) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: a hint, which reads nothing; every x86-64 has it.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(what).cast());
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = what;
}

/// Work that is compiled for each backend.
pub(super) trait Kernel {
    /// What it gives.
    type Output;
    /// Does it. To be `#[inline(always)]`, with everything it calls, so that it is compiled with the backend's features; a
    /// closure cannot be, so none that works on blocks may be large or used twice.
    fn run<B: Block>(self) -> Self::Output;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Neon,
}

/// A set of vector instructions that this machine has.
///
/// The results are the same with each; only the time differs.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Isa(Kind);

impl Isa {
    /// Nothing beyond what every machine of the target has.
    pub const PORTABLE: Self = Self(Kind::Portable);

    /// All that this machine has, the best last.
    pub fn available() -> impl Iterator<Item = Self> {
        let all = [
            Some(Kind::Portable),
            #[cfg(target_arch = "x86_64")]
            avx2::found().then_some(Kind::Avx2),
            #[cfg(target_arch = "x86_64")]
            avx512::found().then_some(Kind::Avx512),
            #[cfg(target_arch = "aarch64")]
            Some(Kind::Neon),
        ];
        all.into_iter().flatten().map(Self)
    }

    /// The best that this machine has.
    #[must_use]
    pub fn best() -> Self {
        Self::available().last().unwrap_or(Self::PORTABLE)
    }

    /// The set of this name, if the machine has it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::available().find(|isa| isa.name() == name)
    }

    /// Its name: `portable`, `avx2`, `avx512` or `neon`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
            #[cfg(target_arch = "aarch64")]
            Kind::Neon => "neon",
        }
    }

    /// Runs a kernel compiled for this set.
    #[inline]
    pub(super) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Kind::Portable => kernel.run::<portable::Bytes>(),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the private `Kind` is made in `available` only, where the machine has been asked for the set.
            Kind::Avx2 => unsafe { avx2::run(kernel) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Kind::Avx512 => unsafe { avx512::run(kernel) },
            #[cfg(target_arch = "aarch64")]
            // NEON belongs to every 64-bit Arm target.
            Kind::Neon => kernel.run::<neon::Bytes>(),
        }
    }
}

impl Default for Isa {
    fn default() -> Self {
        Self::best()
    }
}

impl fmt::Debug for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests;
