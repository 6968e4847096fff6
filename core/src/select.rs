//! Integer k-winner-take-all by partial selection.
//!
//! The winners are the k largest under (value, tie hash, index). The value on the threshold is found by a radix
//! selection, 6 bits a pass, and only the units on the threshold are hashed: nothing is ever sorted. The cost is at
//! most 6 passes over n values, whatever they are, and 256 bytes of stack.
//!
//! Ties: m units with the same value get independent hashes of (key, index), so each of them wins equally often over
//! keys, and the same key gives the same winners again.
//!
//! Indices are `u32`: no more than 2^32 - 1 values.

use crate::rng::Key;

const DIGIT: u32 = 6;
const BINS: usize = 1 << DIGIT;

/// Where the k-th largest of some values lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut {
    /// The k-th largest value.
    value: u32,
    /// How many of those equal to `value` are among the k largest.
    wanted: u32,
    /// How many equal `value`.
    tied: u32,
}

/// Finds the `k`-th largest of the values, `1 <= k <=` their number. With `k` outside that range the answer is of no
/// use, but is an answer.
fn cut(values: impl Iterator<Item = u32> + Clone, k: u32) -> Cut {
    let top = values.clone().max().unwrap_or(0);
    let digits = (u32::BITS - top.leading_zeros()).div_ceil(DIGIT).max(1);
    let mut wanted = k;
    let mut tied = 0;
    let mut prefix = 0u32;
    for digit in (0..digits).rev() {
        let shift = digit * DIGIT;
        let mut bins = [0u32; BINS];
        for value in values.clone() {
            // Only values that agree with the digits found so far; at the first digit there are none above.
            if value.checked_shr(shift + DIGIT).unwrap_or(0) == prefix {
                bins[(value >> shift) as usize % BINS] += 1;
            }
        }
        let mut found = 0;
        for (bin, &count) in (0..BINS as u32).rev().zip(bins.iter().rev()) {
            tied = count;
            found = bin;
            if count >= wanted {
                break;
            }
            wanted -= count;
        }
        prefix = prefix << DIGIT | found;
    }
    Cut {
        value: prefix,
        wanted,
        tied,
    }
}

/// The `k`-th largest value, counting from 1; the largest for `k = 0`, 0 where there are fewer than `k`.
#[must_use]
pub fn kth_largest(values: &[u32], k: u32) -> u32 {
    if k as usize > values.len() {
        return 0;
    }
    cut(values.iter().copied(), k.max(1)).value
}

/// Calls `winner` with the index of each of the `k` largest values under (value, tie hash under `key`, index), in
/// ascending order. With `k` at or above the number of values every index wins; with `k = 0` none.
pub fn top_k(values: &[u32], k: u32, key: Key, mut winner: impl FnMut(u32)) {
    if k == 0 {
        return;
    }
    if k as usize >= values.len() {
        (0..).zip(values).for_each(|(index, _)| winner(index));
        return;
    }
    let by_value = cut(values.iter().copied(), k);
    let indexed = || (0u32..).zip(values.iter().copied());
    if by_value.wanted == by_value.tied {
        for (index, value) in indexed() {
            if value >= by_value.value {
                winner(index);
            }
        }
        return;
    }
    let hashes = indexed()
        .filter(|&(_, value)| value == by_value.value)
        .map(|(index, _)| key.at(index));
    let by_hash = cut(hashes, by_value.wanted);
    // Two tied units have the same hash only if the keyed hash collides, which it cannot: it is a permutation of the
    // index. So the hash alone decides.
    for (index, value) in indexed() {
        if value > by_value.value || value == by_value.value && key.at(index) >= by_hash.value {
            winner(index);
        }
    }
}
