//! k-winner-take-all that remembers where the threshold lay.
//!
//! Potentials of one step look much like those of the step before, so a bound a little below the last threshold leaves
//! few candidates. The threshold among them is found by bisection: a count of the candidates that are at least some
//! value is a few vector comparisons, and no branch depends on the data. The winners are the core's
//! ([`slotless_core::select`]) whatever the bound: a bound that leaves too few candidates is found out and lowered.

use std::array::from_fn;

use slotless_core::rng::Key;
use slotless_core::select;

use super::simd::{Block, Isa, Kernel, WORDS};

/// Selects winners; holds the bound and the room it needs from call to call.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    isa: Isa,
    bound: u32,
    /// Indices of the values that may be among the k largest, ascending, and room for [`WORDS`] more.
    indices: Vec<u32>,
    /// Their values, and zeros up to a whole chunk.
    values: Vec<u32>,
    winners: Vec<u32>,
    hashes: Vec<u32>,
}

/// Where the k-th largest of some values lies.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// How many candidates there are.
    found: usize,
    /// The k-th largest value.
    threshold: u32,
    /// How many values are at least the threshold.
    at_least: usize,
}

impl Selector {
    /// A selector with these instructions.
    #[must_use]
    pub fn new(isa: Isa) -> Self {
        Self {
            isa,
            ..Self::default()
        }
    }

    /// The indices of the `k` largest values under (value, tie hash, index), ascending: the same winners as
    /// [`slotless_core::select::top_k`] under the key that `key` gives. It is called only where values tie for the last
    /// places.
    pub fn top_k(&mut self, values: &[u32], k: u32, key: impl FnOnce() -> Key) -> &[u32] {
        self.top_k_of(0, values, k, key)
    }

    /// [`Selector::top_k`] of values that are part of more, from number `first` on: their hashes are those of their numbers
    /// there; the indices are those among these values.
    #[inline(always)]
    pub(super) fn top_k_of(
        &mut self,
        first: u32,
        values: &[u32],
        k: u32,
        key: impl FnOnce() -> Key,
    ) -> &[u32] {
        let wanted = k as usize;
        if wanted == 0 || wanted >= values.len() {
            // None or all: nothing to be compared.
            let everyone = if wanted == 0 { 0 } else { values.len() as u32 };
            self.winners.clear();
            self.winners.extend(0..everyone);
            return &self.winners;
        }
        self.indices.resize(values.len() + WORDS, 0);
        self.values
            .resize((values.len() + WORDS).next_multiple_of(WORDS), 0);
        self.winners.resize(wanted + WORDS, 0);
        // Room for as many ties as there can be, now: a step that meets more of them than any before allocates nothing.
        self.hashes.clear();
        self.hashes.reserve(values.len());
        let mut cut = self.cut(values, wanted);
        if cut.found < wanted {
            self.bound = select::kth_largest(values, k);
            cut = self.cut(values, wanted);
        }
        self.bound = next_bound(self.bound, cut.threshold, cut.found, wanted);
        if cut.at_least > wanted {
            self.break_ties(cut, wanted, first, key());
        }
        self.winners.truncate(wanted);
        &self.winners
    }

    fn cut(&mut self, values: &[u32], wanted: usize) -> Cut {
        self.isa.run(Select {
            values,
            wanted,
            selector: self,
        })
    }

    /// Winners where more units reach the threshold than there is room for: a hash decides between those on it.
    fn break_ties(&mut self, cut: Cut, wanted: usize, first: u32, key: Key) {
        let hash = |index: u32| key.at(first + index);
        let (indices, values) = (&self.indices[..cut.found], &self.values[..cut.found]);
        let candidates = || indices.iter().zip(values);
        let tied = candidates().filter(|(_, value)| **value == cut.threshold);
        self.hashes.extend(tied.map(|(index, _)| hash(*index)));
        let above = cut.at_least - self.hashes.len();
        let last = wanted - above - 1;
        let (_, &mut least, _) = self.hashes.select_nth_unstable_by(last, |a, b| b.cmp(a));
        self.winners.clear();
        let win = |index: u32, value: u32| {
            value > cut.threshold || value == cut.threshold && hash(index) >= least
        };
        let winners = candidates().filter(|&(&index, &value)| win(index, value));
        self.winners.extend(winners.map(|(index, _)| index));
    }
}

struct Select<'a> {
    values: &'a [u32],
    wanted: usize,
    selector: &'a mut Selector,
}

impl Kernel for Select<'_> {
    type Output = Cut;

    #[inline(always)]
    fn run<B: Block>(self) -> Cut {
        let Self {
            values: all,
            wanted,
            selector,
        } = self;
        let (bound, indices, values) = (
            selector.bound,
            &mut selector.indices[..],
            &mut selector.values[..],
        );
        let found = candidates::<B>(all, bound, indices);
        let mut cut = Cut {
            found,
            threshold: 0,
            at_least: found,
        };
        if found < wanted {
            return cut;
        }
        for (value, &index) in values.iter_mut().zip(&indices[..found]) {
            *value = all[index as usize];
        }
        let room = found.next_multiple_of(WORDS);
        values[found..room].fill(0);
        let chunks = values[..room].as_chunks::<WORDS>().0;

        // The threshold is the largest value that as many candidates reach as are wanted. What fills the last chunk up is 0
        // and would count where the bound is 0; all values reach that, so it need not be tried.
        let top = chunks.as_flattened().iter().copied().max().unwrap_or(0);
        let (mut low, mut high) = (u64::from(bound), u64::from(top) + 1);
        // The first to be tried is the largest value: with one winner that is the threshold.
        let mut middle = u64::from(top).max(low);
        while high - low > 1 {
            let reach: u32 = chunks
                .iter()
                .map(|chunk| B::count_at_least(chunk, middle as u32))
                .sum();
            if reach as usize >= wanted {
                (low, cut.at_least) = (middle, reach as usize);
            } else {
                high = middle;
            }
            middle = low.midpoint(high);
        }
        cut.threshold = low as u32;
        if cut.at_least == wanted {
            let mut at = 0;
            let indices = indices[..room].as_chunks::<WORDS>().0;
            for (values, indices) in chunks.iter().zip(indices) {
                let mask = B::at_least(values, cut.threshold);
                at = B::compress(indices, mask, &mut selector.winners, at);
            }
        }
        cut
    }
}

/// Writes the indices of the values that are at least `bound`; gives their number.
#[inline(always)]
fn candidates<B: Block>(values: &[u32], bound: u32, indices: &mut [u32]) -> usize {
    let (chunks, rest) = values.as_chunks::<WORDS>();
    let (mut found, mut base) = (0, 0);
    for chunk in chunks {
        let mask = B::at_least(chunk, bound);
        found = B::compress(&from_fn(|lane| base + lane as u32), mask, indices, found);
        base += WORDS as u32;
    }
    let mut last = [0; WORDS];
    last[..rest.len()].copy_from_slice(rest);
    // What fills up the last chunk would be a candidate where the bound is 0.
    let mask = B::at_least(&last, bound) & ((1u32 << rest.len()) - 1) as u16;
    B::compress(&from_fn(|lane| base + lane as u32), mask, indices, found)
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
