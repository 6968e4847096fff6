//! k-winner-take-all that remembers where the threshold lay.
//!
//! Potentials of one step look much like those of the step before, so a bound a little below the last threshold leaves
//! few candidates; only those are partially ordered. The winners are the core's ([`slotless_core::select`]) whatever
//! the bound: a bound that leaves too few candidates is found out and the core's own selection takes over.

use std::array::from_fn;

use slotless_core::rng::Key;
use slotless_core::select;

/// Values compared together.
const LANES: usize = 16;

/// Selects winners; holds the bound and the candidates' room from call to call.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    bound: u32,
    /// 1 for a candidate, a value that may be among the k largest; else 0.
    flags: Vec<[u8; LANES]>,
    /// Room for as many candidates as there are values; those found come first, in ascending order of the index.
    indices: Vec<u32>,
    values: Vec<u32>,
    found: usize,
    /// Values or hashes to be partially ordered.
    work: Vec<u32>,
}

impl Selector {
    /// Calls `winner` with the indices of the `k` largest values under (value, tie hash, index), ascending: the same
    /// winners as [`slotless_core::select::top_k`].
    pub fn top_k(&mut self, values: &[u32], k: u32, key: Key, mut winner: impl FnMut(u32)) {
        let wanted = k as usize;
        if wanted == 0 || wanted >= values.len() {
            select::top_k(values, k, key, winner);
            return;
        }
        self.collect(values);
        if self.found < wanted {
            self.bound = select::kth_largest(values, k);
            self.collect(values);
        }
        let (indices, values) = (&self.indices[..self.found], &self.values[..self.found]);
        self.work.clear();
        self.work.extend_from_slice(values);
        let threshold = nth_largest(&mut self.work, wanted);
        self.bound = next_bound(self.bound, threshold, self.found, wanted);

        let at_least = |value: u32| values.iter().filter(|at| **at >= value).count();
        let candidates = || indices.iter().zip(values);
        if at_least(threshold) == wanted {
            for (&index, &value) in candidates() {
                if value >= threshold {
                    winner(index);
                }
            }
            return;
        }
        // There is no room for all units on the threshold: a hash decides between them.
        let above = threshold.checked_add(1).map_or(0, at_least);
        let tied = candidates().filter(|(_, value)| **value == threshold);
        self.work.clear();
        self.work.extend(tied.map(|(index, _)| key.at(*index)));
        let least = nth_largest(&mut self.work, wanted - above);
        for (&index, &value) in candidates() {
            if value > threshold || value == threshold && key.at(index) >= least {
                winner(index);
            }
        }
    }

    fn collect(&mut self, values: &[u32]) {
        let bound = self.bound;
        let (chunks, rest) = values.as_chunks();
        self.flags.resize(values.len().div_ceil(LANES), [0; LANES]);
        for (flags, values) in self.flags.iter_mut().zip(chunks) {
            *flags = values.map(|value| u8::from(value >= bound));
        }
        if let Some(flags) = self.flags.get_mut(chunks.len()) {
            *flags = from_fn(|lane| rest.get(lane).map_or(0, |value| u8::from(*value >= bound)));
        }
        self.indices.resize(values.len(), 0);
        self.values.resize(values.len(), 0);
        let mut free = self.indices.iter_mut().zip(&mut self.values);
        let words = self.flags.as_flattened().as_chunks().0;
        for (word, number) in words.iter().zip(0u32..) {
            let mut left = u64::from_le_bytes(*word);
            while left != 0 {
                let index = 8 * number + left.trailing_zeros() / 8;
                if let Some((at, value)) = free.next() {
                    (*at, *value) = (index, values[index as usize]);
                }
                left &= left - 1;
            }
        }
        self.found = values.len() - free.len();
    }
}

/// A bound such that the next threshold may be somewhat lower, without leaving many candidates.
fn next_bound(bound: u32, threshold: u32, found: usize, wanted: usize) -> u32 {
    if found < wanted + wanted.div_ceil(2) {
        let bound = bound.min(threshold);
        bound - bound / 16
    } else if found > 2 * wanted + 1 {
        bound + (threshold - bound) / 4
    } else {
        bound
    }
}

/// The `n`-th largest, counting from 1.
fn nth_largest(values: &mut [u32], n: usize) -> u32 {
    *values.select_nth_unstable_by(n - 1, |a, b| b.cmp(a)).1
}
