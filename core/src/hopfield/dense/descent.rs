//! The network at work: a state, its similarities with the memories, and its energy.

use super::network::Dense;
use crate::bits;
use crate::hopfield::Descend;

/// A dense memory's state under updates, in the caller's scratch.
#[derive(Debug)]
pub struct Descent<'a> {
    pub(super) network: &'a Dense<'a>,
    pub(super) similarities: &'a mut [i32],
    pub(super) state: &'a mut [u32],
    pub(super) energy: i128,
}

impl<'a> Descent<'a> {
    /// The similarities `xi_k . s` of the state with the K memories.
    #[must_use]
    pub fn similarities(&self) -> &[i32] {
        self.similarities
    }

    /// By how much the energy would fall if the unit flipped; below 0 where it would rise, and 0 if there is no such unit.
    /// Cost: 2 K powers.
    #[must_use]
    pub fn gain(&self, unit: u32) -> i128 {
        let separation = self.network.separation();
        let pairs = self.similarities.iter().zip(self.changes(unit));
        // A sum that fits is right even where its parts wrap around.
        if self.network.is_small() {
            let gain = pairs.fold(0i64, |sum, (&z, change)| {
                sum.wrapping_add(separation.of_small(z.wrapping_add(change)))
                    .wrapping_sub(separation.of_small(z))
            });
            gain.into()
        } else {
            pairs.fold(0i128, |sum, (&z, change)| {
                sum.wrapping_add(separation.of(z.wrapping_add(change)))
                    .wrapping_sub(separation.of(z))
            })
        }
    }

    /// Gives the state back.
    #[must_use]
    pub fn into_state(self) -> &'a [u32] {
        self.state
    }

    /// What the flip of a unit adds to the similarities: -2 where the unit and the memory agree, else 2; nothing where
    /// there is no such unit.
    fn changes(&self, unit: u32) -> impl Iterator<Item = i32> + use<'a> {
        let words = self.network.words();
        let word = (unit / bits::WORD_BITS) as usize;
        let sign = bits::get(self.state, unit);
        let memories = self.network.memories().get(word..).unwrap_or(&[]);
        let count = if unit < self.network.units() {
            usize::MAX
        } else {
            0
        };
        let rows = memories.iter().step_by(words.max(1)).take(count);
        rows.map(move |row| {
            let agrees = (row >> (unit % bits::WORD_BITS) & 1 == 1) == sign;
            if agrees { -2 } else { 2 }
        })
    }
}

impl Descend for Descent<'_> {
    type Energy = i128;

    fn units(&self) -> u32 {
        self.network.units()
    }

    fn state(&self) -> &[u32] {
        self.state
    }

    fn energy(&self) -> i128 {
        self.energy
    }

    fn update(&mut self, unit: u32) -> bool {
        let gain = self.gain(unit);
        if gain <= 0 {
            return false;
        }
        let changes = self.changes(unit);
        for (similarity, change) in self.similarities.iter_mut().zip(changes) {
            *similarity = similarity.wrapping_add(change);
        }
        if let Some(word) = self.state.get_mut((unit / bits::WORD_BITS) as usize) {
            *word ^= 1 << (unit % bits::WORD_BITS);
        }
        self.energy = self.energy.saturating_sub(gain);
        true
    }
}
