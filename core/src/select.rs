//! Integer k-winner-take-all by partial selection.
//!
//! The winners are the k largest under (value, tie hash, index). Up to 15 of them are kept sorted in one pass over the
//! values: about k (1 + ln (n / k)) insertions where the values come in no order, n at most. Where there are more, or
//! where values tie, the value on the threshold is found by a radix selection, 6 bits a pass, until at most 16 values are left that may be it: up to
//! 8 passes over n values, whatever they are. Only units on the threshold are hashed. It takes some 400 bytes of stack.
//!
//! Ties: m units with the same value get independent hashes of (key, index), so each of them wins equally often over
//! keys, and the same key gives the same winners again.
//!
//! Indices are `u32`: no more than 2^32 - 1 values.

use crate::rng::Key;

const DIGIT: u32 = 6;
const BINS: usize = 1 << DIGIT;

/// One more than the winners that are kept sorted; and candidates for a threshold that are compared with each other.
const FEW: usize = 16;

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
    // What is known of the value: its bits from `below` up.
    let mut below = u32::BITS - top.leading_zeros();
    let (mut prefix, mut wanted, mut tied) = (0, k, u32::MAX);
    while below > 0 {
        let like = |value: &u32| value.checked_shr(below).unwrap_or(0) == prefix;
        if tied <= FEW as u32 {
            return among(values.filter(like), wanted);
        }
        let digit = below.min(DIGIT);
        let shift = below - digit;
        let mut bins = [0u32; BINS];
        let mut count = |value: u32| bins[(value >> shift) as usize % BINS] += 1;
        if tied == u32::MAX {
            values.clone().for_each(&mut count);
        } else {
            // The digit alone: what is above it is the same for all of these.
            let low = u32::MAX.checked_shr(u32::BITS - below).unwrap_or(0);
            let alike = values.clone().filter(like);
            alike.for_each(|value| count(value & low));
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
        prefix = prefix << digit | found;
        below = shift;
    }
    Cut {
        value: prefix,
        wanted,
        tied,
    }
}

/// [`cut`] of up to [`FEW`] values, each weighed against all.
fn among(values: impl Iterator<Item = u32>, k: u32) -> Cut {
    let mut few = [0; FEW];
    let used = few
        .iter_mut()
        .zip(values)
        .map(|(slot, value)| *slot = value)
        .count();
    let few = few.get(..used).unwrap_or(&[]);
    for &value in few {
        let above = few.iter().filter(|&&other| other > value).count() as u32;
        let tied = few.iter().filter(|&&other| other == value).count() as u32;
        if above < k && k <= above + tied {
            return Cut {
                value,
                wanted: k - above,
                tied,
            };
        }
    }
    Cut {
        value: 0,
        wanted: k,
        tied: 0,
    }
}

/// Keeps the largest `best.len()` values that are not 0, ascending, each as `value << bits | index`. `false` for a value
/// that this leaves no room for.
#[inline(never)]
fn keep_largest(values: &[u32], bits: u32, best: &mut [u32]) -> bool {
    let too_large = u32::MAX.checked_shr(bits).unwrap_or(0);
    let mut bar = 0;
    let mut index = 0u32;
    // Most values are below the bar: they are passed over by eights.
    let (eights, tail) = values.as_chunks::<8>();
    for eight in eights {
        if eight.iter().any(|&value| value > bar) {
            for (&value, index) in eight.iter().zip(index..) {
                if value > bar {
                    if value > too_large {
                        return false;
                    }
                    bar = insert(best, value << (bits & 31) | index) >> (bits & 31);
                }
            }
        }
        index = index.wrapping_add(8);
    }
    for (&value, index) in tail.iter().zip(index..) {
        if value > bar {
            if value > too_large {
                return false;
            }
            bar = insert(best, value << (bits & 31) | index) >> (bits & 31);
        }
    }
    true
}

/// Puts an item in its place among ascending ones; the smallest goes. Returns the smallest now.
#[inline(always)]
fn insert(items: &mut [u32], item: u32) -> u32 {
    let mut rest = &mut *items;
    while let [here, next, ..] = rest
        && *next < item
    {
        *here = *next;
        rest = rest.split_first_mut().map_or(&mut [], |(_, rest)| rest);
    }
    if let Some(here) = rest.first_mut() {
        *here = item;
    }
    items.first().copied().unwrap_or(0)
}

/// The `k`-th largest value, counting from 1; the largest for `k = 0`, 0 where there are fewer than `k`.
#[must_use]
pub fn kth_largest(values: &[u32], k: u32) -> u32 {
    if k as usize > values.len() {
        return 0;
    }
    cut(values.iter().copied(), k.max(1)).value
}

/// Moves the last item down to its place among the others, which are sorted.
fn settle(items: &mut [u32]) {
    let mut rest = items;
    while let [.., below, last] = rest
        && *below > *last
    {
        core::mem::swap(below, last);
        rest = rest.split_last_mut().map_or(&mut [], |(_, rest)| rest);
    }
}

/// Calls `winner` with the index of each of the `k` largest values under (value, tie hash under `key`, index), in
/// ascending order. With `k` at or above the number of values every index wins; with `k = 0` none.
pub fn top_k(values: &[u32], k: u32, key: Key, winner: impl FnMut(u32)) {
    top_k_with(values, k, || key, winner);
}

/// [`top_k`] with a key that is worked out where values tie only.
pub(crate) fn top_k_with(
    values: &[u32],
    k: u32,
    key: impl FnOnce() -> Key,
    mut winner: impl FnMut(u32),
) {
    if k == 0 {
        return;
    }
    if k as usize >= values.len() {
        (0..).zip(values).for_each(|(index, _)| winner(index));
        return;
    }
    if (k as usize) < FEW {
        // One more than wanted: if it is smaller than the last, nothing ties.
        let mut best = [0; FEW];
        if let Some(best) = best.get_mut(..=k as usize) {
            let bits = u32::BITS - (values.len() as u32).leading_zeros();
            let kept = keep_largest(values, bits, best);
            if kept
                && let [next, winners @ ..] = best
                && winners
                    .first()
                    .is_some_and(|last| last >> (bits & 31) > *next >> (bits & 31))
            {
                let indices = u32::MAX.checked_shr(u32::BITS - bits).unwrap_or(0);
                winners.iter_mut().for_each(|item| *item &= indices);
                for end in 1..=winners.len() {
                    if let Some(sorted) = winners.get_mut(..end) {
                        settle(sorted);
                    }
                }
                winners.iter().for_each(|&index| winner(index));
                return;
            }
        }
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
    let key = key();
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
