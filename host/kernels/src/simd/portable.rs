//! [`Block`] as an array: the reference for the other backends.

use std::array::from_fn;

use super::{BYTES, Block, GROUPS, WORDS};

#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes([u8; BYTES]);

impl Bytes {
    #[inline(always)]
    fn map16(self, other: Self, f: impl Fn(u16, u16) -> u16) -> Self {
        let (a, b) = (self.0.as_chunks::<2>().0, other.0.as_chunks::<2>().0);
        let mut out = [0; BYTES];
        let pairs = out.as_chunks_mut::<2>().0.iter_mut();
        for (out, (a, b)) in pairs.zip(a.iter().zip(b)) {
            *out = f(u16::from_le_bytes(*a), u16::from_le_bytes(*b)).to_le_bytes();
        }
        Self(out)
    }

    #[inline(always)]
    fn map_groups(self, other: Self, f: impl Fn(u64, u64) -> u64) -> Self {
        let (a, b) = (
            self.0.as_chunks::<GROUPS>().0,
            other.0.as_chunks::<GROUPS>().0,
        );
        let mut out = [0; BYTES];
        for (out, (a, b)) in out
            .as_chunks_mut::<GROUPS>()
            .0
            .iter_mut()
            .zip(a.iter().zip(b))
        {
            *out = f(u64::from_le_bytes(*a), u64::from_le_bytes(*b)).to_le_bytes();
        }
        Self(out)
    }
}

impl Block for Bytes {
    type Floats = super::floats::portable::Floats16;

    #[inline(always)]
    fn load(bytes: &[u8; BYTES]) -> Self {
        Self(*bytes)
    }

    #[inline(always)]
    fn store(self) -> [u8; BYTES] {
        self.0
    }

    #[inline(always)]
    fn zero() -> Self {
        Self([0; BYTES])
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.map_groups(other, |a, b| a & b)
    }

    #[inline(always)]
    fn from_groups(groups: [u64; GROUPS]) -> Self {
        let mut out = [0; BYTES];
        for (out, group) in out.as_chunks_mut::<GROUPS>().0.iter_mut().zip(groups) {
            *out = group.to_le_bytes();
        }
        Self(out)
    }

    #[inline(always)]
    fn to_groups(self) -> [u64; GROUPS] {
        let groups = self.0.as_chunks::<GROUPS>().0;
        from_fn(|group| u64::from_le_bytes(groups[group]))
    }

    #[inline(always)]
    fn splat16(value: u16) -> Self {
        Self::zero().map16(Self::zero(), |_, _| value)
    }

    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self.map_groups(other, |a, b| a | b)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self.map_groups(other, |a, b| a ^ b)
    }

    #[inline(always)]
    fn low_to_high(self) -> Self {
        self.map16(self, |a, _| a << 8)
    }

    #[inline(always)]
    fn high_to_low(self) -> Self {
        self.map16(self, |a, _| a >> 8)
    }

    #[inline(always)]
    fn top16(self) -> Self {
        self.map16(self, |a, _| a >> 15)
    }

    #[inline(always)]
    fn add16(self, other: Self) -> Self {
        self.map16(other, u16::wrapping_add)
    }

    #[inline(always)]
    fn sub16(self, other: Self) -> Self {
        self.map16(other, u16::wrapping_sub)
    }

    #[inline(always)]
    fn mul_low16(self, other: Self) -> Self {
        self.map16(other, u16::wrapping_mul)
    }

    #[inline(always)]
    fn mul_high16(self, other: Self) -> Self {
        self.map16(other, |a, b| ((u32::from(a) * u32::from(b)) >> 16) as u16)
    }

    #[inline(always)]
    fn carry16(self, other: Self) -> Self {
        self.map16(other, |a, b| u16::from(a.checked_add(b).is_none()))
    }

    #[inline(always)]
    fn count_groups(self) -> Self {
        self.map_groups(self, |a, _| u64::from(a.count_ones()))
    }

    #[inline(always)]
    fn sum_groups(self) -> Self {
        self.map_groups(self, |a, _| {
            a.to_le_bytes().into_iter().map(u64::from).sum()
        })
    }

    #[inline(always)]
    fn add_groups(self, other: Self) -> Self {
        self.map_groups(other, u64::wrapping_add)
    }

    #[inline(always)]
    fn groups(self) -> [u32; GROUPS] {
        let groups = self.0.as_chunks::<GROUPS>().0;
        from_fn(|group| u64::from_le_bytes(groups[group]) as u32)
    }

    #[inline(always)]
    fn add_products(self, bytes: &[i8; BYTES], numbers: [Self; 2]) -> Self {
        let fours = self.0.as_chunks::<4>().0;
        let mut sums: [i32; WORDS] = from_fn(|lane| i32::from_le_bytes(fours[lane]));
        for (quarter, bytes) in bytes.as_chunks::<WORDS>().0.iter().enumerate() {
            let pairs = &numbers[quarter / 2].0.as_chunks::<2>().0[quarter % 2 * WORDS..];
            for (lane, sum) in sums.iter_mut().enumerate() {
                let product = i32::from(bytes[lane]) * i32::from(i16::from_le_bytes(pairs[lane]));
                *sum = sum.wrapping_add(product);
            }
        }
        let mut out = [0; BYTES];
        for (four, sum) in out.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
            *four = sum.to_le_bytes();
        }
        Self(out)
    }

    #[inline(always)]
    fn total32(self) -> i32 {
        let fours = self.0.as_chunks::<4>().0.iter();
        fours.fold(0, |sum, &four| sum.wrapping_add(i32::from_le_bytes(four)))
    }

    #[inline(always)]
    fn lookup(table: [Self; 2], index: Self) -> Self {
        let at = |index: u8| table[usize::from(index) / BYTES % 2].0[usize::from(index) % BYTES];
        Self(index.0.map(at))
    }

    #[inline(always)]
    fn where_both(self, a: Self, b: Self) -> Self {
        Self(from_fn(|lane| {
            if a.0[lane] & b.0[lane] == 0 {
                0
            } else {
                self.0[lane]
            }
        }))
    }

    #[inline(always)]
    fn at_least(values: &[u32; WORDS], bound: u32) -> u16 {
        // Bytes of 0 and 1 first, which compilers turn into vector comparisons; then a multiplication gathers eight of
        // them: byte i times 2^(56 - 7 i) ends in bit 56 + i, and no two products meet.
        let flags: [u8; WORDS] = values.map(|value| u8::from(value >= bound));
        let gather = |flags: [u8; 8]| {
            (u64::from_le_bytes(flags).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u16
        };
        let halves = flags.as_chunks::<8>().0;
        gather(halves[0]) | gather(halves[1]) << 8
    }

    #[inline(always)]
    fn count_at_least(values: &[u32; WORDS], bound: u32) -> u32 {
        // Without a mask to be put together, which takes most of the time above.
        values
            .map(|value| u32::from(value >= bound))
            .into_iter()
            .sum()
    }
}
