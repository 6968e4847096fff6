//! The largest of values that come one after the other, in little room.

use crate::rng::Key;
use crate::select::{cut, cut_of};

/// Keeps the `wanted` largest of what is offered, under (value, tie hash, index), in the order in which it comes.
///
/// Room that is twice as long makes a selection among it necessary only now and then: of n values in no order about
/// `wanted (1 + ln (n / wanted))` are kept for a while, and the others cost a comparison.
pub(super) struct Best<'a> {
    values: &'a mut [u32],
    indices: &'a mut [u32],
    used: usize,
    wanted: usize,
    key: Key,
    /// Values below are not among the largest; of those that equal it, those with a lower tie hash.
    least: (u32, u32),
}

impl<'a> Best<'a> {
    /// Of values from `least` on. Both rooms hold more than are wanted, or all that will be offered.
    pub(super) fn new(
        values: &'a mut [u32],
        indices: &'a mut [u32],
        wanted: u32,
        least: u32,
        key: Key,
    ) -> Self {
        Self {
            values,
            indices,
            used: 0,
            wanted: wanted as usize,
            key,
            least: (least, 0),
        }
    }

    /// Offers a value; indices ascend.
    #[inline(always)]
    pub(super) fn offer(&mut self, index: u32, value: u32) {
        if value >= self.least.0 {
            self.keep(index, value);
        }
    }

    /// Offers values, the index of the first being 0.
    pub(super) fn offer_all(&mut self, values: &[u32]) {
        let mut first = 0u32;
        let (eights, tail) = values.as_chunks::<8>();
        for eight in eights {
            // Most are below, and are asked together.
            if eight.iter().any(|&value| value >= self.least.0) {
                for (index, &value) in (first..).zip(eight) {
                    self.offer(index, value);
                }
            }
            first = first.wrapping_add(8);
        }
        for (index, &value) in (first..).zip(tail) {
            self.offer(index, value);
        }
    }

    #[inline(never)]
    fn keep(&mut self, index: u32, value: u32) {
        if self.is_below(index, value) {
            return;
        }
        if self.used >= self.values.len() {
            self.select();
            if self.is_below(index, value) {
                return;
            }
        }
        if let (Some(to), Some(at)) = (
            self.values.get_mut(self.used),
            self.indices.get_mut(self.used),
        ) {
            (*to, *at) = (value, index);
            self.used += 1;
        }
    }

    /// Hashes an index only where its value alone does not decide.
    fn is_below(&self, index: u32, value: u32) -> bool {
        let (least, hash) = self.least;
        value < least || value == least && self.key.at(index) < hash
    }

    /// Leaves the largest, as many as are wanted, where there are more.
    fn select(&mut self) {
        if self.used <= self.wanted {
            return;
        }
        let key = self.key;
        let values = self.values.get(..self.used).unwrap_or(&[]);
        let found = cut_of(values, self.wanted as u32);
        let all = || self.indices.iter().zip(values);
        let tied = all().filter(|&(_, &value)| value == found.value);
        let hashes = tied.map(|(&index, _)| key.at(index));
        self.least = (found.value, cut(hashes, found.wanted).value);
        let mut kept = 0usize;
        for place in 0..self.used {
            let (Some(&value), Some(&index)) = (self.values.get(place), self.indices.get(place))
            else {
                break;
            };
            if self.is_below(index, value) {
                continue;
            }
            if let (Some(to), Some(at)) = (self.values.get_mut(kept), self.indices.get_mut(kept)) {
                (*to, *at) = (value, index);
                kept += 1;
            }
        }
        self.used = kept;
    }

    /// The largest, ascending by index: values and indices.
    pub(super) fn finish(mut self) -> (&'a mut [u32], &'a mut [u32]) {
        self.select();
        let values = self.values.get_mut(..self.used).unwrap_or(&mut []);
        let indices = self.indices.get_mut(..self.used).unwrap_or(&mut []);
        (values, indices)
    }
}
