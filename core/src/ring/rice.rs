//! Patterns as Rice codes of gaps, in bits that go round.

use crate::bits::{self, WORD_BITS};

/// 2^32 over the golden ratio.
const GOLDEN: u64 = 2_654_435_769;

/// What codes depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Coding {
    visible: u32,
    active: u32,
    /// k: low bits of a gap that are written as they are.
    pub(super) low: u32,
    /// Bits of the high part of a gap on average, less the one that ends it, in 2^-16.
    high: u32,
}

impl Coding {
    /// The usual k for gaps that are geometric: the least for which `(1 - s/n)^(2^k)` is at most the golden section
    /// (A. Kiely, Selecting the Golomb Parameter in Rice Coding, 2004). s is at least 1.
    pub(super) const fn new(visible: u32, active: u32) -> Self {
        let empty = visible.saturating_sub(active) as u64;
        let mut share = match (empty << 32).checked_div(visible as u64) {
            Some(share) => share,
            None => 0,
        };
        let mut low = 0;
        while share > GOLDEN {
            share = (share * share) >> 32;
            low += 1;
        }
        // The share is below 2^32: that of one more bit.
        let high = match (share << 16).checked_div((1 << 32) - share) {
            Some(high) => high as u32,
            None => 0,
        };
        Self {
            visible,
            active,
            low,
            high,
        }
    }

    /// Bits of the code of a pattern of s ones, on average.
    pub(super) const fn mean(self) -> u64 {
        let gap = ((self.low as u64 + 1) << 16) + self.high as u64;
        1 + ((self.active as u64 * gap) >> 16)
    }

    /// Calls `each` with what the code of a pattern of this many ones has: zeros before a one, then low bits and how many.
    fn parts(self, pattern: &[u32], mut each: impl FnMut(u32, u32, u32)) {
        let ones = bits::count(pattern);
        // Both are at most 2^20.
        let number = match ones.checked_sub(self.active) {
            Some(more) => 2 * more,
            None => 2 * self.active.wrapping_sub(ones) - 1,
        };
        let number = number.wrapping_add(1);
        let octave = 31 - (number | 1).leading_zeros();
        each(octave, number & ((1 << octave) - 1), octave);
        let mut next = 0;
        for unit in bits::ones(pattern) {
            let gap = unit.wrapping_sub(next);
            each(gap >> self.low, gap & ((1 << self.low) - 1), self.low);
            next = unit.wrapping_add(1);
        }
    }

    /// Bits of the code of a pattern.
    pub(super) fn length(self, pattern: &[u32]) -> u32 {
        let mut length = 0u32;
        self.parts(pattern, |zeros, _, low| {
            length = length.wrapping_add(zeros).wrapping_add(low).wrapping_add(1);
        });
        length
    }

    /// Writes the code of a pattern from a bit on.
    pub(super) fn write(self, pattern: &[u32], codes: &mut [u32], at: u32) {
        let mut writer = Writer { codes, at };
        self.parts(pattern, |zeros, value, low| {
            for _ in 0..zeros / WORD_BITS {
                writer.put(0, WORD_BITS);
            }
            writer.put(0, zeros % WORD_BITS);
            writer.put(1, 1);
            writer.put(value, low);
        });
    }

    /// Calls `each` with the ones of the pattern whose code comes next, ascending; `None` where no code is.
    #[inline(always)]
    pub(super) fn read(self, reader: &mut Reader<'_>, mut each: impl FnMut(u32)) -> Option<()> {
        let octave = reader.zeros()?;
        if octave > 22 {
            return None;
        }
        let number = (1 << octave | reader.low(octave)?) - 1;
        let ones = if number % 2 == 0 {
            self.active.wrapping_add(number / 2)
        } else {
            self.active.checked_sub(number / 2)?.checked_sub(1)?
        };
        let mut next = 0u64;
        for _ in 0..ones {
            let high = u64::from(reader.zeros()?) << self.low;
            let unit = next.wrapping_add(high | u64::from(reader.low(self.low)?));
            if unit >= u64::from(self.visible) {
                return None;
            }
            each(unit as u32);
            next = unit.wrapping_add(1);
        }
        Some(())
    }
}

/// Where reading is: a bit of words that go round, and how many bits there are from it on.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) codes: &'a [u32],
    pub(super) at: u32,
    pub(super) left: u32,
}

impl Reader<'_> {
    /// The next 32 bits.
    #[inline(always)]
    fn window(&self) -> u32 {
        let (at, shift) = ((self.at / WORD_BITS) as usize, self.at % WORD_BITS);
        let low = self.codes.get(at).copied().unwrap_or(0) >> shift;
        if shift == 0 {
            return low;
        }
        let next = self.codes.get(at.wrapping_add(1)).or(self.codes.first());
        low | next.copied().unwrap_or(0) << (WORD_BITS - shift)
    }

    #[inline(always)]
    fn skip(&mut self, bits: u32) {
        self.at = advance(self.codes, self.at, bits);
        self.left = self.left.wrapping_sub(bits);
    }

    /// Zeros before the next one, which is read, too.
    #[inline(always)]
    fn zeros(&mut self) -> Option<u32> {
        let mut zeros = 0u32;
        loop {
            let own = self.window().trailing_zeros();
            let bits = if own < WORD_BITS {
                own.wrapping_add(1)
            } else {
                own
            };
            if bits > self.left {
                return None;
            }
            self.skip(bits);
            zeros = zeros.wrapping_add(own);
            if own < WORD_BITS {
                return Some(zeros);
            }
        }
    }

    /// This many bits, below 32.
    #[inline(always)]
    fn low(&mut self, bits: u32) -> Option<u32> {
        if bits > self.left {
            return None;
        }
        let value = self.window() & ((1 << bits) - 1);
        self.skip(bits);
        Some(value)
    }
}

/// A bit so many after another, as words go round.
pub(super) fn advance(codes: &[u32], at: u32, bits: u32) -> u32 {
    // At most 2^31 bits: a sum of two fits.
    let all = (codes.len() as u32).wrapping_mul(WORD_BITS);
    let next = at.wrapping_add(bits);
    if next >= all {
        next.wrapping_sub(all)
    } else {
        next
    }
}

struct Writer<'a> {
    codes: &'a mut [u32],
    at: u32,
}

impl Writer<'_> {
    /// Writes the low bits of a value, 32 at most.
    fn put(&mut self, value: u32, bits: u32) {
        let (at, shift) = ((self.at / WORD_BITS) as usize, self.at % WORD_BITS);
        let mask = ((1u64 << bits) - 1) << shift;
        let value = u64::from(value) << shift;
        if let Some(word) = self.codes.get_mut(at) {
            *word = *word & !(mask as u32) | value as u32;
        }
        let (mask, value) = ((mask >> 32) as u32, (value >> 32) as u32);
        if mask != 0 {
            let next = at.wrapping_add(1);
            let next = if next == self.codes.len() { 0 } else { next };
            if let Some(word) = self.codes.get_mut(next) {
                *word = *word & !mask | value;
            }
        }
        self.at = advance(self.codes, self.at, bits);
    }
}
