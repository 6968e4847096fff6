//! Lists as long as the memory, kept from question to question: made anew, of a million cues they cost the system more than the search.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// As many lists are kept as a question takes at a time.
const KEPT: usize = 3;

/// Lists that nobody has.
#[derive(Debug, Default)]
pub(super) struct Lists {
    free: Mutex<Vec<Vec<u32>>>,
}

/// A list that is given back when it goes.
pub(super) struct Lent<'a> {
    from: &'a Lists,
    list: Vec<u32>,
}

impl Lists {
    /// A list of `length` times `value`.
    pub fn lend(&self, length: usize, value: u32) -> Lent<'_> {
        let free = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut list = free.unwrap_or_default();
        list.clear();
        list.resize(length, value);
        Lent { from: self, list }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut free = self
            .from
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if free.len() < KEPT {
            free.push(std::mem::take(&mut self.list));
        }
    }
}

impl Deref for Lent<'_> {
    type Target = Vec<u32>;

    fn deref(&self) -> &Vec<u32> {
        &self.list
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Vec<u32> {
        &mut self.list
    }
}

impl fmt::Debug for Lent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of {}", self.list.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_as_if_it_were_new() {
        let lists = Lists::default();
        for (length, value) in [(5, 1), (2, u32::MAX), (7, 0), (0, 3)] {
            let (mut one, other) = (lists.lend(length, value), lists.lend(3, 9));
            assert!(**one == vec![value; length] && **other == vec![9; 3]);
            one.push(7);
        }
        let many: Vec<Lent<'_>> = (0..9).map(|_| lists.lend(1, 0)).collect();
        drop(many);
        assert_eq!(lists.free.lock().unwrap().len(), KEPT);
    }
}
