//! k-winner-take-all that remembers where the threshold lay.
//!
//! Potentials of one step look much like those of the step before, so a bound a little below the last threshold leaves
//! few candidates; only those are partially ordered. The winners are the core's ([`slotless_core::select`]) whatever
//! the bound: a bound that leaves too few candidates is found out and the core's own selection takes over.

use slotless_core::rng::Key;
use slotless_core::select;

/// Values looked at together for a candidate.
const LANES: usize = 16;

/// A value that may be among the k largest.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    value: u32,
    index: u32,
}

/// Selects winners; holds the bound and the candidates' room from call to call.
#[derive(Clone, Debug, Default)]
pub struct Selector {
    bound: u32,
    /// In ascending order of the index.
    candidates: Vec<Candidate>,
    /// Values, then hashes, to be partially ordered.
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
        if self.candidates.len() < wanted {
            self.bound = select::kth_largest(values, k);
            self.collect(values);
        }
        self.work.clear();
        self.work.extend(self.candidates.iter().map(|at| at.value));
        let threshold = nth_largest(&mut self.work, wanted);
        self.adapt(threshold, wanted);

        let above = self
            .candidates
            .iter()
            .filter(|at| at.value > threshold)
            .count();
        let tied = self.candidates.iter().filter(|at| at.value == threshold);
        self.work.clear();
        self.work.extend(tied.map(|at| at.index));
        // A hash decides between units on the threshold, and only where there is no room for all of them.
        let mut least = 0;
        if self.work.len() > wanted - above {
            self.work
                .iter_mut()
                .for_each(|index| *index = key.at(*index));
            least = nth_largest(&mut self.work, wanted - above);
        }
        for at in &self.candidates {
            if at.value > threshold
                || at.value == threshold && (least == 0 || key.at(at.index) >= least)
            {
                winner(at.index);
            }
        }
    }

    /// Moves the bound so that the next threshold may be somewhat lower, without leaving many candidates.
    fn adapt(&mut self, threshold: u32, wanted: usize) {
        if self.candidates.len() < 2 * wanted {
            self.bound = self.bound.min(threshold);
            self.bound -= self.bound / 16;
        } else if self.candidates.len() > 3 * wanted {
            self.bound += (threshold - self.bound) / 4;
        }
    }

    fn collect(&mut self, values: &[u32]) {
        self.candidates.clear();
        let bound = self.bound;
        let mut index = 0u32;
        let mut chunks = values.chunks_exact(LANES);
        for chunk in &mut chunks {
            if chunk
                .iter()
                .fold(false, |any, &value| any | (value >= bound))
            {
                for (index, &value) in (index..).zip(chunk) {
                    if value >= bound {
                        self.candidates.push(Candidate { value, index });
                    }
                }
            }
            index += LANES as u32;
        }
        for (index, &value) in (index..).zip(chunks.remainder()) {
            if value >= bound {
                self.candidates.push(Candidate { value, index });
            }
        }
    }
}

/// The `n`-th largest, counting from 1.
fn nth_largest(values: &mut [u32], n: usize) -> u32 {
    *values.select_nth_unstable_by(n - 1, |a, b| b.cmp(a)).1
}
