//! Sequences: each element with the one that comes next.

use slotless_core::bits;
use slotless_core::rng;

use super::Patterns;
use super::parts::halves;
use crate::purpose::memory as purpose;

/// Sizes of sequences.
///
/// A sequence of `length` steps has `length + 1` elements, each of half of the units with half of the ones. Pattern t of it is
/// element t in the first half and element t + 1 in the second, so that it is recalled as a chain: what is answered is the
/// next cue. Sequences share no element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sequences {
    /// Bits of a pattern, an even number.
    pub visible: u32,
    /// Ones of a pattern, an even number.
    pub active: u32,
    /// Steps of a sequence.
    pub length: u32,
}

impl Sequences {
    /// Burn-in and learned patterns in order, in whole sequences; and pseudo-patterns by age, sequences that are never learned,
    /// whose steps are lined up with those that are.
    pub fn trial(&self, seed: u64, trial: u32, count: usize, learned: usize) -> [Patterns; 2] {
        let all = self.steps(seed, trial, 0, count);
        let pseudo = self.steps(seed, trial, count, learned);
        let newest_first: Vec<u32> = (0..learned as u32).rev().collect();
        [all, pseudo.select(&newest_first)]
    }

    /// Steps from a number on, counted over all sequences.
    fn steps(&self, seed: u64, trial: u32, first: usize, count: usize) -> Patterns {
        let [cue, target] = halves(self.visible, self.active);
        let length = self.length.max(1) as usize;
        let mut patterns = Patterns::with_capacity(self.visible, count);
        for step in first..first + count {
            // A sequence has one element more than steps.
            let element = (step / length) * (length + 1) + step % length;
            let mut pattern = vec![0; bits::words_for(self.visible)];
            for (part, element) in [(cue, element), (target, element + 1)] {
                let mut rng = rng::stream(seed, purpose::ELEMENTS, trial, element as u32);
                part.put(&part.draw(&mut rng), &mut pattern);
            }
            patterns.push(&pattern);
        }
        patterns
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::between;
    use super::*;

    #[test]
    fn what_is_answered_is_the_next_cue() {
        let sequences = Sequences {
            visible: 130,
            active: 14,
            length: 4,
        };
        let [patterns, pseudo] = sequences.trial(3, 1, 20, 8);
        assert_eq!((patterns.len(), pseudo.len()), (20, 8));
        let cue = |one: &[u32]| -> Vec<u32> { bits::ones(&between(one, 0, 65)).collect() };
        let target = |one: &[u32]| -> Vec<u32> {
            bits::ones(&between(one, 65, 130))
                .map(|unit| unit - 65)
                .collect()
        };
        let follow = |all: &Patterns, step: usize| target(all.get(step)) == cue(all.get(step + 1));
        for step in 0..19 {
            assert_eq!(follow(&patterns, step), step % 4 != 3, "{step}");
        }
        // By age: the newest step of the newest sequence first.
        let oldest_first: Vec<u32> = (0..8).rev().collect();
        let pseudo = pseudo.select(&oldest_first);
        for step in 0..7 {
            assert_eq!(follow(&pseudo, step), step % 4 != 3, "{step}");
        }
        // No element twice.
        let all = patterns.iter().chain(pseudo.iter());
        let mut cues: Vec<Vec<u32>> = all.map(cue).collect();
        cues.sort();
        cues.dedup();
        assert_eq!(cues.len(), 28);
        assert!(patterns.ones().iter().all(|&ones| ones == 14));
    }
}
