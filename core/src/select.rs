//! Integer k-winner-take-all by partial selection.
//!
//! The winners are the k largest under (value, tie hash, index). Up to 15 of them are kept sorted in one pass over the
//! values: about k (1 + ln (n / k)) insertions where the values come in no order, n at most. Where there are more, or
//! where values tie, the value on the threshold is found by a radix selection, 6 bits a pass, until at most 16 values are
//! left that may be it: up to 8 passes over n values, whatever they are. Where the winners may be found in any order, as
//! bits, and at most 16 values share the threshold's first 6 bits, three passes do. Only units on the threshold are
//! hashed. It takes some 500 bytes of stack.
//!
//! Ties: m units with the same value get independent hashes of (key, index), so each of them wins equally often over
//! keys, and the same key gives the same winners again.
//!
//! Indices are `u32`: no more than 2^32 - 1 values.

use crate::bits;
use crate::rng::Key;

const DIGIT: u32 = 6;
const BINS: usize = 1 << DIGIT;

/// One more than the winners that are kept sorted; and candidates for a threshold that are compared with each other.
pub(crate) const FEW: usize = 16;

/// Where the k-th largest of some values lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The k-th largest value.
    pub value: u32,
    /// How many of those equal to `value` are among the k largest.
    pub wanted: u32,
    /// How many equal `value`.
    tied: u32,
}

/// Finds the `k`-th largest of the values, `1 <= k <=` their number. With `k` outside that range the answer is of no
/// use, but is an answer.
// Large, and seldom in a hurry: its callers would each have a copy.
#[inline(never)]
pub(crate) fn cut(values: impl Iterator<Item = u32> + Clone, k: u32) -> Cut {
    // It has as many bits as the largest.
    let top = values.clone().fold(0, |any, value| any | value);
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
        let found;
        (found, wanted, tied) = digit_of(&bins, wanted);
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

/// Keeps the largest values that are not 0 in the places of `best` that are 0, ascending, each as `value << bits | index`;
/// places above are `u32::MAX`. `false` for a value that this leaves no room for.
#[inline(never)]
fn keep_largest(values: &[u32], bits: u32, best: &mut [u32; FEW]) -> bool {
    let bits = bits & 31;
    let (mut bar, mut kept) = (0, 0);
    let mut index = 0u32;
    // Most values are below the bar: they are passed over by eights.
    let (eights, tail) = values.as_chunks::<8>();
    for eight in eights {
        for (place, &value) in (0..8).zip(eight) {
            if value > bar {
                kept |= value;
                bar = insert(best, value << bits | index.wrapping_add(place)) >> bits;
            }
        }
        index = index.wrapping_add(8);
    }
    for (&value, index) in tail.iter().zip(index..) {
        if value > bar {
            kept |= value;
            bar = insert(best, value << bits | index) >> bits;
        }
    }
    kept <= u32::MAX >> bits
}

/// Puts an item in its place among ascending ones; the smallest goes. Returns the smallest now.
#[inline(never)]
fn insert(items: &mut [u32; FEW], item: u32) -> u32 {
    for at in 1..FEW {
        if items[at] >= item {
            items[at - 1] = item;
            return items[0];
        }
        items[at - 1] = items[at];
    }
    items[FEW - 1] = item;
    items[0]
}

/// Values that fall in the digit of a threshold, and their indices.
#[derive(Default)]
struct Candidates {
    values: [u32; FEW],
    indices: [u32; FEW],
    used: usize,
}

impl Candidates {
    #[inline(never)]
    fn push(&mut self, value: u32, index: u32) {
        if let (Some(to), Some(at)) = (
            self.values.get_mut(self.used),
            self.indices.get_mut(self.used),
        ) {
            (*to, *at) = (value, index);
            self.used += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = (u32, u32)> + Clone {
        let pairs = self.indices.iter().zip(&self.values).take(self.used);
        pairs.map(|(&index, &value)| (index, value))
    }
}

/// Sets the bits of the values whose leading digit is above that of the `k`-th largest, in words that are zero. Gives how
/// many with the same digit are among the k largest, and all of them; nothing, and no bit set, for more than [`FEW`].
#[inline(never)]
fn mark_above(values: &[u32], k: u32, marks: &mut [u32]) -> Option<(u32, Candidates)> {
    // All or-ed have as many bits as the largest, and are found without a comparison.
    let any = values.iter().fold(0, |any, value| any | value);
    let shift = (u32::BITS - any.leading_zeros()).saturating_sub(DIGIT);
    let mut bins = [0u32; BINS];
    for &value in values {
        bins[(value >> shift) as usize % BINS] += 1;
    }
    let (digit, wanted, tied) = digit_of(&bins, k);
    if tied > FEW as u32 {
        return None;
    }
    let low = digit << shift;
    let last = low | ((1 << shift) - 1);
    let mut candidates = Candidates::default();
    let mut first = 0u32;
    let (eights, tail) = values.as_chunks::<8>();
    for eight in eights {
        let mut above = 0;
        for (place, &value) in (0..8).zip(eight) {
            // Most are below, and are asked once.
            if value >= low {
                if value > last {
                    above |= 1 << place;
                } else {
                    candidates.push(value, first.wrapping_add(place));
                }
            }
        }
        if let Some(word) = marks.get_mut((first / bits::WORD_BITS) as usize) {
            *word |= above << (first % bits::WORD_BITS);
        }
        first = first.wrapping_add(8);
    }
    for (index, &value) in (first..).zip(tail) {
        if value > last {
            bits::set(marks, index);
        } else if value >= low {
            candidates.push(value, index);
        }
    }
    Some((wanted, candidates))
}

/// The digit in which the `wanted`-th largest is counted, how many are wanted of those counted there, and their number.
fn digit_of(bins: &[u32; BINS], mut wanted: u32) -> (u32, u32, u32) {
    let (mut digit, mut tied) = (0, 0);
    for (bin, &count) in (0..BINS as u32).zip(bins).rev() {
        (digit, tied) = (bin, count);
        if count >= wanted {
            break;
        }
        wanted -= count;
    }
    (digit, wanted, tied)
}

/// [`top_k`] into words, set to the winners' bits. It is faster than that for 16 winners or more, since they may be found in
/// any order: three passes do where no more than 16 values share the leading 6 bits of the k-th largest.
pub fn mark_top_k(values: &[u32], k: u32, key: Key, marks: &mut [u32]) {
    mark_top_k_with(values, k, || key, marks);
}

/// [`mark_top_k`] with a key that is worked out where values tie only.
pub(crate) fn mark_top_k_with(
    values: &[u32],
    k: u32,
    key: impl FnOnce() -> Key,
    marks: &mut [u32],
) {
    marks.fill(0);
    if (k as usize) < FEW || k as usize >= values.len() {
        return top_k_with(values, k, key, |index| bits::set(marks, index));
    }
    let Some((wanted, candidates)) = mark_above(values, k, marks) else {
        return top_k_with(values, k, key, |index| bits::set(marks, index));
    };
    let by_value = among(candidates.iter().map(|(_, value)| value), wanted);
    let mut least = None;
    if by_value.wanted < by_value.tied {
        let key = key();
        let tied = candidates
            .iter()
            .filter(|&(_, value)| value == by_value.value);
        let by_hash = among(tied.map(|(index, _)| key.at(index)), by_value.wanted);
        least = Some((key, by_hash.value));
    }
    for (index, value) in candidates.iter() {
        if value > by_value.value
            || value == by_value.value && least.is_none_or(|(key, hash)| key.at(index) >= hash)
        {
            bits::set(marks, index);
        }
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
        let bits = u32::BITS - (values.len() as u32).leading_zeros();
        let mut best = [u32::MAX; FEW];
        if let Some(best) = best.get_mut(..=k as usize) {
            best.fill(0);
        }
        if keep_largest(values, bits, &mut best)
            && let Some([next, winners @ ..]) = best.get_mut(..=k as usize)
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
