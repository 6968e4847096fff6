//! Packed bit vectors on slices of words.
//!
//! Bit `j` is bit `j % 32` of word `j / 32`; a vector of `n` bits takes [`words_for`]`(n)` words and its unused
//! high bits are zero. The functions here never panic: a bit outside the slice reads as zero and is not written.
//!
//! # Example
//! ```
//! use slotless_core::bits;
//! let a = bits::pack::<2>(&[0, 3, 40]);
//! let b = bits::pack::<2>(&[3, 40, 41]);
//! assert_eq!(bits::overlap(&a, &b), 2);
//! assert!(bits::ones(&a).eq([0, 3, 40]));
//! ```

use core::fmt;

use crate::rng;
use rand_core::Rng;

/// Bits in a word.
pub const WORD_BITS: u32 = u32::BITS;

/// Words that `bits` bits take.
#[must_use]
pub const fn words_for(bits: u32) -> usize {
    bits.div_ceil(WORD_BITS) as usize
}

/// Whether bit `index` is set; a bit outside the slice is not.
#[inline]
#[must_use]
pub fn get(words: &[u32], index: u32) -> bool {
    words
        .get((index / WORD_BITS) as usize)
        .is_some_and(|word| word >> (index % WORD_BITS) & 1 == 1)
}

/// Sets bit `index`; a bit outside the slice is left alone.
#[inline]
pub fn set(words: &mut [u32], index: u32) {
    if let Some(word) = words.get_mut((index / WORD_BITS) as usize) {
        *word |= 1 << (index % WORD_BITS);
    }
}

/// The 32 bits from bit `index` on; those outside the slice are zero.
#[inline]
#[must_use]
pub fn window(words: &[u32], index: u32) -> u32 {
    let at = (index / WORD_BITS) as usize;
    let shift = index % WORD_BITS;
    let low = words.get(at).copied().unwrap_or(0) >> shift;
    if shift == 0 {
        return low;
    }
    let next = words.get(at.saturating_add(1)).copied().unwrap_or(0);
    low | next << (WORD_BITS - shift)
}

/// `N` words with the given bits set; bits that do not fit are left out.
#[must_use]
pub fn pack<const N: usize>(indices: &[u32]) -> [u32; N] {
    let mut words = [0; N];
    for &index in indices {
        set(&mut words, index);
    }
    words
}

/// How many bits are set, modulo 2^32.
#[inline]
#[must_use]
pub fn count(words: &[u32]) -> u32 {
    if WITHOUT_COUNT {
        return overlap(words, words);
    }
    words
        .iter()
        .fold(0, |sum, word| sum.wrapping_add(word.count_ones()))
}

/// How many bits are set in both, modulo 2^32: the integer overlap |a AND b|. Words that only one of the two has count
/// as zero.
#[inline]
#[must_use]
pub fn overlap(a: &[u32], b: &[u32]) -> u32 {
    if WITHOUT_COUNT {
        return added(a, b);
    }
    a.iter()
        .zip(b)
        .fold(0, |sum, (a, b)| sum.wrapping_add((a & b).count_ones()))
}

/// [`overlap`] of each row of `words` words with a pattern of as many.
#[inline]
pub(crate) fn overlaps(rows: &[u32], words: usize, pattern: &[u32], overlaps: &mut [u32]) {
    if WITHOUT_COUNT && words >= 3 {
        return added_rows(rows, words, pattern, overlaps);
    }
    for (to, row) in overlaps.iter_mut().zip(rows.chunks_exact(words.max(1))) {
        *to = overlap(row, pattern);
    }
}

/// Whether the machine has neither an instruction that counts the ones of a word nor one that adds up many words at once.
const WITHOUT_COUNT: bool = cfg!(target_arch = "arm");

// One copy in an image, as of what follows.
#[inline(never)]
fn added(a: &[u32], b: &[u32]) -> u32 {
    let mut sum = 0u32;
    let mut both = a.iter().zip(b).map(|(a, b)| a & b);
    while let Some(first) = both.next() {
        let others = [both.next().unwrap_or(0), both.next().unwrap_or(0)];
        sum = sum.wrapping_add(in_three([first, others[0], others[1]]));
    }
    sum
}

/// [`overlaps`] of rows of at least three words, by three columns at a time: what these have of the pattern stays in registers.
#[inline(never)]
fn added_rows(rows: &[u32], words: usize, pattern: &[u32], overlaps: &mut [u32]) {
    overlaps.fill(0);
    let mut counted = 0;
    while counted < words {
        // The last three columns may have been counted in part.
        let first = counted.min(words.saturating_sub(3));
        let active = [0, 1, 2].map(|column| match first + column {
            at if at >= counted => pattern.get(at).copied().unwrap_or(0),
            _ => 0,
        });
        counted = first + 3;
        for (to, row) in overlaps.iter_mut().zip(rows.chunks_exact(words.max(1))) {
            if let Some([a, b, c]) = row.get(first..counted) {
                let both = [a & active[0], b & active[1], c & active[2]];
                *to = to.wrapping_add(in_three(both));
            }
        }
    }
}

/// The ones of three words, by adding them up side by side before they are added up within words.
#[inline(always)]
fn in_three([a, b, c]: [u32; 3]) -> u32 {
    const TWOS: u32 = 0x5555_5555;
    const FOURS: u32 = 0x3333_3333;
    const BYTES: u32 = 0x0f0f_0f0f;
    // Two bits have room for three ones: those of a word and half of those of the third.
    let even = a - (a >> 1 & TWOS) + (c & TWOS);
    let odd = b - (b >> 1 & TWOS) + (c >> 1 & TWOS);
    let fours = (even & FOURS) + (even >> 2 & FOURS) + (odd & FOURS) + (odd >> 2 & FOURS);
    let bytes = (fours & BYTES) + (fours >> 4 & BYTES);
    bytes.wrapping_mul(0x0101_0101) >> 24
}

/// The indices of the set bits, ascending.
#[inline]
#[must_use]
pub fn ones(words: &[u32]) -> Ones<'_> {
    Ones {
        words,
        base: 0,
        word: 0,
    }
}

/// Iterator over the set bits of a slice of words; made by [`ones`].
#[derive(Clone, Debug)]
pub struct Ones<'a> {
    words: &'a [u32],
    /// Index of the bit after the last bit of the word in hand.
    base: u32,
    word: u32,
}

impl Iterator for Ones<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        while self.word == 0 {
            let (&first, rest) = self.words.split_first()?;
            self.word = first;
            self.words = rest;
            self.base = self.base.wrapping_add(WORD_BITS);
        }
        let bit = self.word.trailing_zeros();
        self.word &= self.word - 1;
        Some(self.base.wrapping_sub(WORD_BITS).wrapping_add(bit))
    }
}

/// Checks that `words` is a vector of exactly `bits` bits: the right number of words, none of the unused bits set.
///
/// # Errors
/// [`BitsError::Length`] or [`BitsError::Beyond`].
pub fn check(words: &[u32], bits: u32) -> Result<(), BitsError> {
    let expected = words_for(bits);
    if words.len() != expected {
        return Err(BitsError::Length {
            got: words.len(),
            expected,
        });
    }
    let used = bits % WORD_BITS;
    if used != 0 && words.last().is_some_and(|word| word >> used != 0) {
        return Err(BitsError::Beyond { bits });
    }
    Ok(())
}

/// Reads a vector of `n` bits from packed bytes, the lowest bit first: bit `j` is bit `j % 8` of byte `j / 8`, as in the
/// little-endian bytes of the words.
///
/// # Errors
/// [`BitsError::Bytes`] unless there are `ceil(n / 8)` bytes, [`BitsError::Length`] if `out` is not [`words_for`]`(n)` words,
/// [`BitsError::Beyond`] for a bit set past the n-th. `out` is then untouched.
pub fn from_bytes(bytes: &[u8], n: u32, out: &mut [u32]) -> Result<(), BitsError> {
    check_bytes(bytes.len(), n)?;
    check_length(out.len(), n)?;
    let used = n % u8::BITS;
    if used != 0 && bytes.last().is_some_and(|byte| byte >> used != 0) {
        return Err(BitsError::Beyond { bits: n });
    }
    for (word, part) in out.iter_mut().zip(bytes.chunks(4)) {
        *word = part
            .iter()
            .rev()
            .fold(0, |word, &byte| word << u8::BITS | u32::from(byte));
    }
    Ok(())
}

/// Writes a vector of `n` bits as packed bytes, what [`from_bytes`] reads.
///
/// # Errors
/// Those of [`check`], and [`BitsError::Bytes`] unless `out` has `ceil(n / 8)` bytes. `out` is then untouched.
pub fn to_bytes(words: &[u32], n: u32, out: &mut [u8]) -> Result<(), BitsError> {
    check(words, n)?;
    check_bytes(out.len(), n)?;
    for (part, word) in out.chunks_mut(4).zip(words) {
        for (to, byte) in part.iter_mut().zip(word.to_le_bytes()) {
            *to = byte;
        }
    }
    Ok(())
}

/// Checks how many bytes a vector of `bits` bits has.
fn check_bytes(got: usize, bits: u32) -> Result<(), BitsError> {
    match bits.div_ceil(u8::BITS) as usize {
        expected if expected == got => Ok(()),
        expected => Err(BitsError::Bytes { got, expected }),
    }
}

/// Checks how many words it has.
pub(crate) fn check_length(got: usize, bits: u32) -> Result<(), BitsError> {
    match words_for(bits) {
        expected if expected == got => Ok(()),
        expected => Err(BitsError::Length { got, expected }),
    }
}

/// Fills `out` with `k` of `n` bits, every such vector equally likely (Floyd's method; the complement is drawn where
/// that is shorter). Costs min(k, n - k) draws of [`rng::below`] and no memory.
///
/// # Errors
/// [`BitsError::Length`] if `out` is not [`words_for`]`(n)` words, [`BitsError::TooMany`] if `k > n`. `out` is then
/// untouched.
pub fn sample(n: u32, k: u32, rng: &mut impl Rng, out: &mut [u32]) -> Result<(), BitsError> {
    let expected = words_for(n);
    if out.len() != expected {
        return Err(BitsError::Length {
            got: out.len(),
            expected,
        });
    }
    if k > n {
        return Err(BitsError::TooMany { k, n });
    }
    let invert = k > n / 2;
    let draws = if invert { n - k } else { k };
    out.fill(0);
    for last in n - draws..n {
        // Uniform over 0..=last; a number met before stands for `last`, which cannot have been met.
        let drawn = rng::below(rng, last.saturating_add(1));
        set(out, if get(out, drawn) { last } else { drawn });
    }
    if invert {
        for word in out.iter_mut() {
            *word = !*word;
        }
        clear_tail(out, n);
    }
    Ok(())
}

/// Fills `out` with a partial cue: `keep` of the ones of `pattern`, chosen at random without replacement, the rest
/// zero. With `keep` at or above the number of ones it is the pattern itself, and no number is drawn; else the cost is
/// a draw of [`rng::below`] for each one up to the last that is kept.
///
/// # Errors
/// [`BitsError::Length`] if the two lengths differ. `out` is then untouched.
pub fn cue(
    pattern: &[u32],
    keep: u32,
    rng: &mut impl Rng,
    out: &mut [u32],
) -> Result<(), BitsError> {
    if out.len() != pattern.len() {
        return Err(BitsError::Length {
            got: out.len(),
            expected: pattern.len(),
        });
    }
    let mut left = count(pattern);
    if keep >= left {
        out.copy_from_slice(pattern);
        return Ok(());
    }
    out.fill(0);
    let mut wanted = keep;
    for index in ones(pattern) {
        if wanted == 0 {
            break;
        }
        // Selection sampling: each one is kept with probability wanted / left.
        if rng::below(rng, left) < wanted {
            set(out, index);
            wanted -= 1;
        }
        left -= 1;
    }
    Ok(())
}

pub(crate) fn clear_tail(words: &mut [u32], bits: u32) {
    let used = bits % WORD_BITS;
    if used != 0
        && let Some(last) = words.last_mut()
    {
        *last &= (1 << used) - 1;
    }
}

/// What is wrong with a packed bit vector or a request for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum BitsError {
    /// A slice has the wrong number of words.
    Length {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// There are too few bytes or too many.
    Bytes {
        /// Bytes given.
        got: usize,
        /// Bytes needed.
        expected: usize,
    },
    /// A bit past the end of the vector is set.
    Beyond {
        /// Length of the vector in bits.
        bits: u32,
    },
    /// More ones asked for than there are bits.
    TooMany {
        /// Ones asked for.
        k: u32,
        /// Bits there are.
        n: u32,
    },
}

impl fmt::Display for BitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Length { got, expected } => {
                write!(f, "bit vector of {got} words, expected {expected}")
            }
            Self::Bytes { got, expected } => {
                write!(f, "bit vector of {got} bytes, expected {expected}")
            }
            Self::Beyond { bits } => write!(f, "a bit at or beyond {bits}, the length, is set"),
            Self::TooMany { k, n } => write!(f, "{k} ones asked of {n} bits, allowed 0..={n}"),
        }
    }
}

impl core::error::Error for BitsError {}

#[cfg(test)]
mod tests {
    use super::{added, added_rows, in_three};
    use crate::rng::{Key, Purpose};

    #[test]
    fn ones_added_up_are_as_many_as_those_counted() {
        let key = Key::new(3, Purpose(256));
        for words in 0..40 {
            let row = |kind: u32| -> [u32; 40] {
                core::array::from_fn(|at| match kind % 4 {
                    0 => u32::MAX,
                    1 => key.derive(kind).at(at as u32),
                    2 => key.derive(kind).at(at as u32) | key.derive(!kind).at(at as u32),
                    _ => 1 << (at % 32),
                })
            };
            for (first, second) in [(0, 0), (0, 1), (1, 5), (2, 6), (3, 0), (3, 2)] {
                let (a, b) = (row(first), row(second));
                let counted: u32 = a
                    .iter()
                    .zip(&b)
                    .take(words)
                    .map(|(a, b)| (a & b).count_ones())
                    .sum();
                assert_eq!(added(&a[..words], &b[..words]), counted);
                assert_eq!(added(&a[..words], &b), counted);
                assert_eq!(added(&a, &b[..words]), counted);
            }
        }
        assert_eq!(in_three([u32::MAX; 3]), 96);
    }

    #[test]
    fn columns_added_up_are_what_rows_are() {
        let key = Key::new(4, Purpose(256));
        let drawn: [u32; 200] = core::array::from_fn(|at| key.at(at as u32) | key.at(!(at as u32)));
        let pattern: [u32; 40] = core::array::from_fn(|at| {
            if at == 5 {
                u32::MAX
            } else {
                key.at(at as u32 + 300)
            }
        });
        for words in 3..40 {
            let rows = drawn.len() / words;
            // One more than there are rows.
            let mut overlaps = [7; 67];
            added_rows(&drawn, words, &pattern[..words], &mut overlaps[..rows + 1]);
            for (row, &overlap) in drawn.chunks_exact(words).zip(&overlaps) {
                let both = row.iter().zip(&pattern).map(|(a, b)| (a & b).count_ones());
                assert_eq!(overlap, both.sum::<u32>(), "{words} words");
            }
            assert_eq!(
                overlaps[rows..],
                [[0; 1].as_slice(), &[7; 66][rows..]].concat()
            );
        }
    }
}
