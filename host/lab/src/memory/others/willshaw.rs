//! Binary synapses between all units (Willshaw, Buneman and Longuet-Higgins 1969), with decay.
//!
//! A pattern first clears each synapse with probability eps, then sets those between its ones. From a cue, the s units with the
//! most synapses to ones of the cue are recalled; a one of the cue counts as connected to itself. Ties are broken by the core's
//! rule under a key of the cue.

use slotless_core::bits;
use slotless_core::rng::{self, Key, Purpose};
use slotless_kernels::cpu::Selector;

use super::{Answer, Other, Sets, ranks};
use crate::SpecError;
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
        u64::from(self.visible) * u64::from(self.visible - 1) / 2
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
    ranks: Vec<u32>,
    sums: Vec<u32>,
    selector: Selector,
    /// The pattern, then the classes.
    sets: Vec<u32>,
}

impl Willshaw {
    pub fn new(params: WillshawParams) -> Self {
        let words = bits::words_for(params.visible);
        let ranks = ranks(params.visible, params.active);
        Self {
            params,
            rows: vec![0; words * params.visible as usize],
            words,
            learned: 0,
            sums: vec![0; params.visible as usize],
            selector: Selector::default(),
            sets: vec![0; words * (1 + ranks.len())],
            ranks,
        }
    }

    pub(super) fn row(&mut self, unit: u32) -> &mut [u32] {
        let start = unit as usize * self.words;
        &mut self.rows[start..start + self.words]
    }

    /// Clears each synapse with the probability of the rate: from one that is cleared to the next it is a geometric number.
    fn forget(&mut self) {
        let synapses = self.params.synapses();
        let mut draws = rng::stream(self.params.seed, purpose::FORGET, self.learned, 0);
        let kept = libm::log1p(-self.params.rate);
        let mut at = 0u64;
        loop {
            // Uniform above 0 to 1, of 32 bits.
            let drawn = (f64::from(rand_core::Rng::next_u32(&mut draws)) + 1.0) / 4_294_967_296.0;
            let skipped = (libm::log(drawn) / kept).floor();
            if skipped >= (synapses - at) as f64 {
                return;
            }
            at += skipped as u64;
            let (first, second) = pair(at);
            let row = self.row(first);
            row[second as usize / 32] &= !(1 << (second % 32));
            let row = self.row(second);
            row[first as usize / 32] &= !(1 << (first % 32));
            at += 1;
            if at == synapses {
                return;
            }
        }
    }
}

/// The pair of units of a number: pairs (1, 0), (2, 0), (2, 1), (3, 0) and so on.
fn pair(number: u64) -> (u32, u32) {
    let first = (1 + 8 * number).isqrt().div_ceil(2);
    (first as u32, (number - first * (first - 1) / 2) as u32)
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

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        let rows = self.rows.chunks_exact(self.words);
        for (sum, row) in self.sums.iter_mut().zip(rows) {
            *sum = bits::overlap(row, cue);
        }
        for unit in bits::ones(cue) {
            self.sums[unit as usize] += 1;
        }
        let key = Key::new(self.params.seed, Purpose::OUTPUT_TIE);
        let key = key.derive(key.digest(cue));
        self.sets.fill(0);
        let (pattern, sets) = self.sets.split_at_mut(self.words);
        let mut score = 0;
        let best = self.selector.top_k(&self.sums, self.params.active, || key);
        for &unit in best {
            bits::set(pattern, unit);
            score += u64::from(self.sums[unit as usize]);
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
