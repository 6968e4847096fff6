//! Binary synapses between all units (Willshaw, Buneman and Longuet-Higgins 1969), with decay.
//!
//! A pattern first clears each synapse with probability eps, then sets those between its ones. From a cue, the s units with the
//! most synapses to ones of the cue are recalled; a one of the cue counts as connected to itself.

use slotless_core::bits;
use slotless_core::rng;

use super::ranked::{Ranked, pair, pairs};
use super::{Answer, Other};
use crate::SpecError;
use crate::memory::damage::{Damage, Hits, flip};
use crate::purpose::memory as purpose;

/// Checked sizes of the network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WillshawParams {
    visible: u32,
    active: u32,
    rate: f64,
    seed: u64,
}

/// The most units: their synapses then have numbers below 2^31, and take 512 MiB.
const MAX_UNITS: u32 = 1 << 16;

impl WillshawParams {
    pub fn new(visible: u32, active: u32, rate: f64, seed: u64) -> Result<Self, SpecError> {
        if !(2..=MAX_UNITS).contains(&visible) {
            let allowed = format!("2..={MAX_UNITS} (memory willshaw)");
            return Err(SpecError::range("n_i", visible, allowed));
        }
        Ok(Self {
            visible,
            active,
            rate,
            seed,
        })
    }

    pub fn visible(&self) -> u32 {
        self.visible
    }

    pub fn active(&self) -> u32 {
        self.active
    }

    /// Pairs of units, each a synapse of a bit.
    pub fn synapses(&self) -> u64 {
        pairs(self.visible)
    }

    /// Synapses that a pattern clears, on average.
    pub fn cleared(&self) -> f64 {
        self.rate * self.synapses() as f64
    }
}

/// The network.
#[derive(Debug)]
pub(super) struct Willshaw {
    params: WillshawParams,
    /// A row of packed synapses for each unit; symmetric, without a diagonal.
    rows: Vec<u32>,
    words: usize,
    learned: u32,
    ranked: Ranked,
}

impl Willshaw {
    pub fn new(params: WillshawParams) -> Self {
        let words = bits::words_for(params.visible);
        Self {
            params,
            rows: vec![0; words * params.visible as usize],
            words,
            learned: 0,
            ranked: Ranked::new(params.visible, params.active),
        }
    }

    pub(super) fn row(&mut self, unit: u32) -> &mut [u32] {
        let start = unit as usize * self.words;
        &mut self.rows[start..start + self.words]
    }

    /// Clears each synapse with the probability of the rate.
    fn forget(&mut self) {
        let draws = rng::stream(self.params.seed, purpose::FORGET, self.learned, 0);
        for synapse in Hits::new(draws, self.params.rate, self.params.synapses()) {
            let (first, second) = pair(synapse);
            let row = self.row(first);
            row[second as usize / 32] &= !(1 << (second % 32));
            let row = self.row(second);
            row[first as usize / 32] &= !(1 << (first % 32));
        }
    }
}

impl Other for Willshaw {
    fn learn(&mut self, pattern: &[u32]) {
        self.forget();
        self.learned = self.learned.wrapping_add(1);
        for unit in bits::ones(pattern) {
            let row = self.row(unit);
            for (row, pattern) in row.iter_mut().zip(pattern) {
                *row |= pattern;
            }
            row[unit as usize / 32] &= !(1 << (unit % 32));
        }
    }

    fn ask(&mut self, ones: u32, from: u32) {
        self.ranked.ask(ones, from);
    }

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        let rows = self.rows.chunks_exact(self.words);
        for (sum, row) in self.ranked.sums.iter_mut().zip(rows) {
            *sum = bits::overlap(row, cue);
        }
        for unit in bits::ones(cue) {
            self.ranked.sums[unit as usize] += 1;
        }
        self.ranked.answer(self.params.seed, cue)
    }

    fn damage(&mut self, damage: &Damage) {
        for synapse in damage.flips(self.params.synapses()) {
            let (first, second) = pair(synapse);
            flip(self.row(first), second.into());
            flip(self.row(second), first.into());
        }
    }
}
