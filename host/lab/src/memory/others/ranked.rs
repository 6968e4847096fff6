//! Units in the order of their sums: what networks of synapses between all units answer.

use slotless_core::bits;
use slotless_core::rng::{Key, Purpose};
use slotless_kernels::cpu::Selector;

use super::{Answer, Sets, ranks};

/// Room for sums and answers: the units with the largest sums are recalled, s or as many as are asked for, of all or of a part, and
/// up to each of the [`ranks`] units are a class. Ties are broken by the core's rule under a key of the cue, of a part by places in it.
#[derive(Debug)]
pub(super) struct Ranked {
    active: u32,
    /// Ones that are asked for, and the first unit of these.
    asked: [u32; 2],
    words: usize,
    ranks: Vec<u32>,
    /// Of each unit, from 0.
    pub sums: Vec<u32>,
    selector: Selector,
    /// The pattern, then the classes.
    sets: Vec<u32>,
}

impl Ranked {
    pub fn new(visible: u32, active: u32) -> Self {
        let (words, ranks) = (bits::words_for(visible), ranks(visible, active));
        Self {
            active,
            asked: [active, 0],
            words,
            sums: vec![0; visible as usize],
            selector: Selector::default(),
            sets: vec![0; words * (1 + ranks.len())],
            ranks,
        }
    }

    /// What is asked for from now on: so many ones, from a unit on.
    pub fn ask(&mut self, ones: u32, from: u32) {
        self.asked = [ones, from];
    }

    /// What the sums from a cue answer; the score is the sum of the s largest.
    pub fn answer(&mut self, seed: u64, cue: &[u32]) -> Answer<'_> {
        let key = Key::new(seed, Purpose::OUTPUT_TIE);
        let key = key.derive(key.digest(cue));
        self.sets.fill(0);
        let (pattern, sets) = self.sets.split_at_mut(self.words);
        let mut score = 0;
        let best = self.selector.top_k(&self.sums, self.active, || key);
        for &unit in best {
            score += u64::from(self.sums[unit as usize]);
        }
        let [ones, from] = self.asked;
        let part = self.sums.get(from as usize..).unwrap_or(&[]);
        for &unit in self.selector.top_k(part, ones, || key) {
            bits::set(pattern, from + unit);
        }
        // Those up to each rank, less those of the ranks before.
        for (&rank, number) in self.ranks.iter().zip(0..) {
            let (before, own) = sets.split_at_mut(number * self.words);
            let own = &mut own[..self.words];
            for &unit in self.selector.top_k(&self.sums, rank, || key) {
                bits::set(own, unit);
            }
            for before in before.chunks_exact(self.words) {
                for (own, before) in own.iter_mut().zip(before) {
                    *own &= !before;
                }
            }
        }
        Answer {
            pattern,
            score,
            sets: Sets::Rows(sets, self.words),
        }
    }
}

/// Pairs of units: `n (n - 1) / 2`.
pub(super) fn pairs(units: u32) -> u64 {
    u64::from(units) * u64::from(units.saturating_sub(1)) / 2
}

/// The pair of units of a number: pairs (1, 0), (2, 0), (2, 1), (3, 0) and so on.
pub(super) fn pair(number: u64) -> (u32, u32) {
    let first = (1 + 8 * number).isqrt().div_ceil(2);
    (first as u32, (number - first * (first - 1) / 2) as u32)
}
