//! Runs of ones, and patterns within longer ones. Bits outside a slice read as zero and are not written.

use crate::bits::{self, WORD_BITS};

/// The low bits of a word.
const fn low(count: u32) -> u32 {
    match u32::MAX.checked_shr(WORD_BITS.saturating_sub(count)) {
        Some(mask) => mask,
        None => 0,
    }
}

/// Sets the bits of a word from bit `at` on that `word` has; those beyond are in the next word.
fn or(words: &mut [u32], at: u32, word: u32) {
    let index = (at / WORD_BITS) as usize;
    let shift = at % WORD_BITS;
    if let Some(to) = words.get_mut(index) {
        *to |= word << shift;
    }
    if shift > 0
        && let Some(to) = words.get_mut(index.saturating_add(1))
    {
        *to |= word >> (WORD_BITS - shift);
    }
}

/// Sets `count` bits from bit `from` on.
pub(super) fn set(words: &mut [u32], from: u32, count: u32) {
    let mut done = 0;
    while done < count {
        or(words, from.saturating_add(done), low(count - done));
        done = done.saturating_add(WORD_BITS);
    }
}

/// How many of `count` bits from bit `from` on are set.
pub(super) fn ones(words: &[u32], from: u32, count: u32) -> u32 {
    let (mut done, mut ones) = (0, 0u32);
    while done < count {
        let word = bits::window(words, from.saturating_add(done)) & low(count - done);
        ones = ones.wrapping_add(word.count_ones());
        done = done.saturating_add(WORD_BITS);
    }
    ones
}

/// Sets those of `count` bits from bit `at` on that the first of a pattern are.
pub(super) fn put(words: &mut [u32], at: u32, pattern: &[u32], count: u32) {
    let mut done = 0;
    for &word in pattern {
        if done >= count {
            break;
        }
        or(words, at.saturating_add(done), word & low(count - done));
        done = done.saturating_add(WORD_BITS);
    }
}
