//! Integer k-winner-take-all by partial selection.
//!
//! The winners are the k largest under (value, tie hash, index). Up to 15 of them are kept sorted in one pass over the
//! values: about k (1 + ln (n / k)) insertions where the values come in no order, n at most; where some tie, a second pass
//! keeps their hashes so. Where there are more, the value on the threshold is found by a radix selection, 6 bits a pass, until
//! at most 16 values are left that may be it: up to 8 passes over n values, whatever they are, and as many over hashes. Where
//! the winners may be found in any order, as bits, and the values that share the threshold's first 6 bits are at most 16 or
//! all alike, three passes do. Only units on the threshold are hashed. It takes some 500 bytes of stack.
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

/// What is known of the k-th largest value.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// Its bits from `below` up.
    prefix: u32,
    below: u32,
    /// How many of the values with these bits are among the k largest.
    wanted: u32,
    /// How many have them; [`u32::MAX`] as long as all do.
    tied: u32,
}

impl Known {
    /// Nothing but that no value has more bits.
    const fn nothing(bits: u32, k: u32) -> Self {
        Self {
            prefix: 0,
            below: bits,
            wanted: k,
            tied: u32::MAX,
        }
    }
}

/// Finds the `k`-th largest of the values, `1 <= k <=` their number. With `k` outside that range the answer is of no
/// use, but is an answer.
pub(crate) fn cut(values: impl Iterator<Item = u32> + Clone, k: u32) -> Cut {
    // It has as many bits as the largest, and as all or-ed.
    let any = values.clone().fold(0, |any, value| any | value);
    refine(values, Known::nothing(u32::BITS - any.leading_zeros(), k))
}

/// [`cut`] of a slice.
#[inline(never)]
pub(crate) fn cut_of(values: &[u32], k: u32) -> Cut {
    cut(values.iter().copied(), k)
}

/// Finds the value of which something is known.
// Large, and seldom in a hurry: its callers would each have a copy.
#[inline(never)]
fn refine(values: impl Iterator<Item = u32> + Clone, known: Known) -> Cut {
    let Known {
        mut prefix,
        mut below,
        mut wanted,
        mut tied,
    } = known;
    while below > 0 {
        let like = |value: &u32| value.checked_shr(below).unwrap_or(0) == prefix;
        if tied <= FEW as u32 {
            let mut few = [0; FEW];
            let slots = few.iter_mut().zip(values.filter(like));
            let used = slots.map(|(slot, value)| *slot = value).count();
            return among(few.get(..used).unwrap_or(&[]), wanted);
        }
        let digit = below.min(DIGIT);
        let shift = below - digit;
        let mut bins = [0u32; BINS];
        for value in values.clone() {
            if like(&value) {
                // The digit alone: what is above it is the same for all of these.
                bins[(value >> shift) as usize % (1 << digit) % BINS] += 1;
            }
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

/// [`cut`] of few values, each weighed against all.
#[inline(never)]
fn among(few: &[u32], k: u32) -> Cut {
    for &value in few {
        let (mut above, mut tied) = (0, 0);
        for &other in few {
            above += u32::from(other > value);
            tied += u32::from(other == value);
        }
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

/// The least tie hash of the `wanted` values with the largest, of those that are `value`.
fn least_hash(values: &[u32], value: u32, wanted: u32, key: Key) -> u32 {
    let tied = (0u32..).zip(values).filter(|&(_, &other)| other == value);
    let hashes = tied.map(|(index, _)| key.at(index));
    refine(hashes, Known::nothing(u32::BITS, wanted)).value
}

/// The indices of the `wanted` values with the largest tie hashes, of more that are `value`: in the first places of `best`,
/// as many as are wanted, fewer than [`FEW`].
#[inline(never)]
fn few_tied(values: &[u32], value: u32, wanted: u32, key: Key, best: &mut [u32; FEW]) {
    *best = [u32::MAX; FEW];
    let Some(places) = best.get_mut(..wanted as usize) else {
        return;
    };
    places.fill(0);
    let mut bar = 0;
    for (index, &other) in (0u32..).zip(values) {
        if other == value {
            let hash = key.at(index);
            if hash > bar {
                bar = insert(best, hash);
            }
        }
    }
    // The hash is a permutation of the index.
    for place in best.iter_mut().take(wanted as usize) {
        *place = key.index_of(*place);
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
    /// The bits in which they differ, those included that there was no room for.
    differ: u32,
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
        self.differ |= value ^ self.values[0];
    }

    fn iter(&self) -> impl Iterator<Item = (u32, u32)> + Clone {
        let pairs = self.indices.iter().zip(&self.values).take(self.used);
        pairs.map(|(&index, &value)| (index, value))
    }

    /// Sets the bits of the `wanted` largest, but where some tie for the last places: these are found by
    /// [`Candidates::mark_tied`].
    #[inline(never)]
    fn mark(&self, wanted: u32, marks: &mut [u32]) -> Option<Cut> {
        let found = among(self.values.get(..self.used).unwrap_or(&[]), wanted);
        let ties = found.wanted < found.tied;
        for (index, value) in self.iter() {
            if value > found.value || value == found.value && !ties {
                bits::set(marks, index);
            }
        }
        ties.then_some(found)
    }

    /// Sets the bits of those that have the largest tie hashes.
    #[inline(never)]
    fn mark_tied(&self, found: Cut, key: Key, marks: &mut [u32]) {
        let tied = self.iter().filter(|&(_, value)| value == found.value);
        let mut hashes = [0; FEW];
        let slots = hashes.iter_mut().zip(tied);
        let used = slots
            .map(|(hash, (index, _))| *hash = key.at(index))
            .count();
        let hashes = hashes.get(..used).unwrap_or(&[]);
        let least = among(hashes, found.wanted).value;
        for &hash in hashes {
            if hash >= least {
                bits::set(marks, key.index_of(hash));
            }
        }
    }
}

/// What [`mark_above`] leaves to be found.
enum Left {
    /// This many of few candidates.
    Few(u32),
    /// The value on the threshold, of more.
    Alike(Cut),
    /// A value of which this is known.
    Many(Known),
}

/// Sets the bits of the values whose leading digit is above that of the `k`-th largest, in words that are zero.
#[inline(never)]
fn mark_above(values: &[u32], k: u32, candidates: &mut Candidates, marks: &mut [u32]) -> Left {
    // All or-ed have as many bits as the largest, and are found without a comparison.
    let any = values.iter().fold(0, |any, value| any | value);
    let shift = (u32::BITS - any.leading_zeros()).saturating_sub(DIGIT);
    let mut bins = [0u32; BINS];
    for &value in values {
        bins[(value >> shift) as usize % BINS] += 1;
    }
    let (digit, wanted, tied) = digit_of(&bins, k);
    let low = digit << shift;
    let last = low | ((1 << shift) - 1);
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
    if tied <= FEW as u32 {
        Left::Few(wanted)
    } else if candidates.differ == 0 {
        Left::Alike(Cut {
            value: candidates.values[0],
            wanted,
            tied,
        })
    } else {
        Left::Many(Known {
            prefix: digit,
            below: shift,
            wanted,
            tied,
        })
    }
}

/// The digit in which the `wanted`-th largest is counted, how many are wanted of those counted there, and their number.
#[inline(never)]
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
pub(crate) fn mark_top_k_with(values: &[u32], k: u32, key: impl Fn() -> Key, marks: &mut [u32]) {
    marks.fill(0);
    if (k as usize) < FEW || k as usize >= values.len() {
        return top_k_with(values, k, key, |index| bits::set(marks, index));
    }
    let mut candidates = Candidates::default();
    let found = match mark_above(values, k, &mut candidates, marks) {
        Left::Few(wanted) => {
            if let Some(tied) = candidates.mark(wanted, marks) {
                candidates.mark_tied(tied, key(), marks);
            }
            return;
        }
        Left::Alike(found) => found,
        Left::Many(known) => {
            let found = refine(values.iter().copied(), known);
            for (index, &value) in (0..).zip(values) {
                if value > found.value {
                    bits::set(marks, index);
                }
            }
            found
        }
    };
    let ties = found.wanted < found.tied;
    mark_tied(values, found, ties.then(key), marks);
}

/// Sets the bits of those on the threshold that are wanted: all of them without a key.
#[inline(never)]
fn mark_tied(values: &[u32], found: Cut, key: Option<Key>, marks: &mut [u32]) {
    let Some(key) = key else {
        return mark_least(values, found.value, |_| true, marks);
    };
    if (found.wanted as usize) < FEW {
        let mut best = [0; FEW];
        few_tied(values, found.value, found.wanted, key, &mut best);
        let units = best.iter().take(found.wanted as usize);
        return units.for_each(|&index| bits::set(marks, index));
    }
    let least = least_hash(values, found.value, found.wanted, key);
    mark_least(values, found.value, |index| key.at(index) >= least, marks);
}

fn mark_least(values: &[u32], value: u32, wins: impl Fn(u32) -> bool, marks: &mut [u32]) {
    for (index, &other) in (0..).zip(values) {
        if other == value && wins(index) {
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
    cut_of(values, k.max(1)).value
}

/// Sorts a few items.
#[inline(never)]
fn sort(items: &mut [u32]) {
    for end in 1..=items.len() {
        // The last one moves down to its place among the others, which are sorted.
        let mut rest = items.get_mut(..end).unwrap_or(&mut []);
        while let [.., below, last] = rest
            && *below > *last
        {
            core::mem::swap(below, last);
            rest = rest.split_last_mut().map_or(&mut [], |(_, rest)| rest);
        }
    }
}

/// What [`few_largest`] finds.
enum Few {
    /// The winners' indices, ascending.
    Winners,
    /// Winners, and some of those that have a value.
    Tied { value: u32, wanted: u32 },
    /// Nothing: values and indices are too large to be kept as one number.
    Nothing,
}

/// Finds the `k` largest, fewer than [`FEW`] and than there are values: in the places of `best` from 1 on the indices of the
/// winners; where some tie, first so many places for them, then the others.
#[inline(never)]
fn few_largest(values: &[u32], k: u32, best: &mut [u32; FEW]) -> Few {
    // One more than wanted: if it is smaller than the last, nothing ties.
    let bits = u32::BITS - (values.len() as u32).leading_zeros();
    *best = [u32::MAX; FEW];
    if let Some(best) = best.get_mut(..=k as usize) {
        best.fill(0);
    }
    if !keep_largest(values, bits, best) {
        return Few::Nothing;
    }
    let Some([next, winners @ ..]) = best.get_mut(..=k as usize) else {
        return Few::Nothing;
    };
    let bits = bits & 31;
    let value = *next >> bits;
    let clear = winners.first().is_some_and(|last| last >> bits > value);
    let wanted = if clear {
        0
    } else {
        winners
            .iter()
            .take_while(|&item| item >> bits == value)
            .count() as u32
    };
    let indices = (1 << bits) - 1;
    winners.iter_mut().for_each(|item| *item &= indices);
    if clear {
        sort(winners);
        return Few::Winners;
    }
    Few::Tied { value, wanted }
}

/// Puts the winners of a tie in the places that [`few_largest`] left for them.
#[inline(never)]
fn fill_tied(values: &[u32], k: u32, (value, wanted): (u32, u32), key: Key, best: &mut [u32; FEW]) {
    let mut tied = [0; FEW];
    few_tied(values, value, wanted, key, &mut tied);
    let Some([_, winners @ ..]) = best.get_mut(..=k as usize) else {
        return;
    };
    for (winner, &index) in winners.iter_mut().zip(&tied).take(wanted as usize) {
        *winner = index;
    }
    sort(winners);
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
    key: impl Fn() -> Key,
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
        let mut best = [0; FEW];
        match few_largest(values, k, &mut best) {
            Few::Winners => {}
            Few::Tied { value, wanted } => fill_tied(values, k, (value, wanted), key(), &mut best),
            Few::Nothing => return top_many(values, k, key, winner),
        }
        let winners = best.iter().skip(1).take(k as usize);
        return winners.for_each(|&index| winner(index));
    }
    top_many(values, k, key, winner);
}

/// [`top_k_with`] for any number of winners below that of values, but 0.
#[inline(never)]
fn top_many(values: &[u32], k: u32, key: impl Fn() -> Key, mut winner: impl FnMut(u32)) {
    let by_value = cut_of(values, k);
    let indexed = (0u32..).zip(values.iter().copied());
    if by_value.wanted == by_value.tied {
        for (index, value) in indexed {
            if value >= by_value.value {
                winner(index);
            }
        }
        return;
    }
    let key = key();
    let least = least_hash(values, by_value.value, by_value.wanted, key);
    // Two tied units have the same hash only if the keyed hash collides, which it cannot: it is a permutation of the
    // index. So the hash alone decides.
    for (index, value) in indexed {
        if value > by_value.value || value == by_value.value && key.at(index) >= least {
            winner(index);
        }
    }
}
