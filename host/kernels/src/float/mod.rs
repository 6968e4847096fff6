//! The K-winner MHN with 64-bit floating-point weights: the oracle that fixed-point weights are measured against.
//!
//! The network of the paper's section 2, as it is written there, with real numbers in place of integers: no rounding to a
//! width, no dead zone, the learning rate as given. Wiring and tie hashes are the core's for the same sizes and seed, and
//! so is the rule of the winners: the k largest under (potential, tie hash, index).
//!
//! It is an oracle, not a backend: there is no packed state, no snapshot, no other device. It runs the same bits
//! everywhere all the same: it adds, multiplies and compares, in one fixed order (a potential over the active inputs, an
//! output over the winners, both ascending), without fused multiply-add.

use std::ops::Range;

use slotless_core::kwinner::{self, Code, Readout};
use slotless_core::rng::{Key, Purpose};
use slotless_core::weight::U1;
use slotless_core::{bits, fan_in};

use super::state::{Empty, StateBytes};

/// Checked parameters of a float network: the core's sizes and seed, and a learning rate as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Params {
    sizes: kwinner::Params<U1>,
    eps: f64,
}

/// Which parameter of a float network is out of range.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ParamsError {
    /// The learning rate.
    #[error("eps is {0}, allowed above 0 to 1")]
    Eps(f64),
    /// The number of weights, n_h m: places are numbered in 32 bits.
    #[error("n_h m is {0}, allowed up to 4294967295 (weights of a float network)")]
    Weights(u64),
}

impl Params {
    /// Units, fan-in, winners and seed of `sizes`, of 1-bit weights since floats have no sums that could overflow; their rate,
    /// rounding and assignment have no part in it. The learning rate `eps` is above 0 to 1.
    ///
    /// # Errors
    /// [`ParamsError`], with the value and what is allowed.
    pub fn new(sizes: kwinner::Params<U1>, eps: f64) -> Result<Self, ParamsError> {
        if !(eps > 0.0 && eps <= 1.0) {
            return Err(ParamsError::Eps(eps));
        }
        let weights = u64::from(sizes.hidden()) * u64::from(sizes.fan_in());
        if u32::try_from(weights).is_err() {
            return Err(ParamsError::Weights(weights));
        }
        Ok(Self { sizes, eps })
    }

    /// Visible units, n_i.
    #[must_use]
    pub fn visible(&self) -> u32 {
        self.sizes.visible()
    }

    /// Bytes a network would take with weights of 8 bytes in place of the core's packed rows.
    #[must_use]
    pub fn state_bytes(&self) -> StateBytes {
        let hidden = u64::from(self.sizes.hidden());
        let words = bits::words_for(self.visible()) as u64;
        StateBytes {
            counter: 8,
            masks: 4 * hidden * words,
            weights: 8 * hidden * u64::from(self.sizes.fan_in()),
        }
    }
}

/// A K-winner MHN with f64 weights; see the [module](self).
///
/// Weights are held once, in input-major lists, so a potential costs the weights it adds: about `s m n_h / n_i`. Learning
/// and recall reach the rows of the winners through their places in the lists. Nothing is allocated after
/// [`Network::new`].
#[derive(Debug)]
pub struct Network {
    params: Params,
    learned: u64,
    /// List of visible unit j: entries `starts[j]..starts[j + 1]`, ascending in the hidden unit.
    starts: Vec<u32>,
    units: Vec<u32>,
    weights: Vec<f64>,
    /// Row of hidden unit h: entries `h m..(h + 1) m`, ascending in the visible unit.
    row_visible: Vec<u32>,
    /// Where each weight of a row stands in the lists.
    row_places: Vec<u32>,
    /// Rates of single hidden units that are used in place of eps; none, or n_h.
    rates: Vec<f64>,
    /// 1 for the active inputs of the pattern being learned, else 0.
    targets: Vec<f64>,
    potentials: Vec<f64>,
    sums: Vec<f64>,
    winners: Vec<u32>,
    selector: Selector,
}

impl Network {
    /// A fresh network: the core's wiring for these sizes and this seed, and start weights uniform over `[0, 1)`, of 32
    /// bits each.
    #[must_use]
    pub fn new(params: Params) -> Self {
        let sizes = params.sizes;
        let (visible, hidden) = (sizes.visible() as usize, sizes.hidden() as usize);
        let entries = hidden * sizes.fan_in() as usize;
        let mut row_visible = Vec::with_capacity(entries);
        let mut mask = vec![0; bits::words_for(sizes.visible())];
        let mut starts = vec![0u32; visible + 1];
        for unit in 0..sizes.hidden() {
            fan_in::draw(
                sizes.seed(),
                unit,
                sizes.visible(),
                sizes.fan_in(),
                &mut mask,
            );
            for visible in bits::ones(&mask) {
                row_visible.push(visible);
                starts[visible as usize + 1] += 1;
            }
        }
        for visible in 0..visible {
            starts[visible + 1] += starts[visible];
        }
        let mut next = starts.clone();
        let mut units = vec![0; entries];
        let mut weights = vec![0.0; entries];
        let mut row_places = Vec::with_capacity(entries);
        let start = Key::new(sizes.seed(), Purpose::START);
        let rows = row_visible.chunks_exact(sizes.fan_in() as usize);
        for (unit, row) in (0..).zip(rows) {
            let start = start.derive(unit);
            for (slot, &visible) in (0..).zip(row) {
                let place = next[visible as usize];
                next[visible as usize] += 1;
                units[place as usize] = unit;
                weights[place as usize] = f64::from(start.at(slot)) / 4_294_967_296.0;
                row_places.push(place);
            }
        }
        Self {
            params,
            learned: 0,
            starts,
            units,
            weights,
            row_visible,
            row_places,
            rates: Vec::new(),
            targets: vec![0.0; visible],
            potentials: vec![0.0; hidden],
            sums: vec![0.0; visible],
            winners: Vec::with_capacity(sizes.winners() as usize),
            selector: Selector::new(visible.max(hidden)),
        }
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> Params {
        self.params
    }

    /// Patterns learned so far.
    #[must_use]
    pub fn learned(&self) -> u64 {
        self.learned
    }

    /// The winners of the last learning step or recall, ascending.
    #[must_use]
    pub fn winners(&self) -> &[u32] {
        &self.winners
    }

    /// The weights of a hidden unit, each with its visible unit, ascending.
    ///
    /// # Panics
    /// If the unit is not below n_h.
    pub fn row(&self, unit: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let row = self.row_range(unit);
        let places = &self.row_places[row.clone()];
        let weights = places.iter().map(|&place| self.weights[place as usize]);
        self.row_visible[row].iter().copied().zip(weights)
    }

    fn row_range(&self, unit: u32) -> Range<usize> {
        let (unit, fan_in) = (unit as usize, self.params.sizes.fan_in() as usize);
        unit * fan_in..(unit + 1) * fan_in
    }

    /// Hidden potentials of a cue (packed, n_i bits), n_h sums of weights: `a = (W . M) x`.
    ///
    /// Takes `&mut self` for its work space only.
    ///
    /// # Panics
    /// If the cue has a bit at or beyond n_i; as do [`Network::learn`] and [`Network::recall`].
    pub fn potentials(&mut self, cue: &[u32]) -> &[f64] {
        self.potentials.fill(0.0);
        for visible in bits::ones(cue) {
            let visible = visible as usize;
            let list = self.starts[visible] as usize..self.starts[visible + 1] as usize;
            for (&unit, &weight) in self.units[list.clone()].iter().zip(&self.weights[list]) {
                self.potentials[unit as usize] += weight;
            }
        }
        &self.potentials
    }

    /// Learns one pattern (packed, n_i bits): `W <- W + eps (x - W)` for the winners' weights, computed as
    /// `(1 - eps) W + eps x`, which keeps them in 0..=1 and at `eps = 1` makes them the pattern exactly.
    ///
    /// Gives the match score before learning: the sum of the winners' potentials, in weights of 1.
    ///
    /// # Errors
    /// [`Empty`] for a pattern without a one; nothing is then learned.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<f64, Empty> {
        Empty::check(pattern)?;
        let score = self.find_winners(pattern);
        for visible in bits::ones(pattern) {
            self.targets[visible as usize] = 1.0;
        }
        for index in 0..self.winners.len() {
            let unit = self.winners[index];
            let own = self.rates.get(unit as usize).copied();
            let eps = own.unwrap_or(self.params.eps);
            let keep = 1.0 - eps;
            let row = self.row_range(unit);
            let places = &self.row_places[row.clone()];
            for (&visible, &place) in self.row_visible[row].iter().zip(places) {
                let weight = &mut self.weights[place as usize];
                *weight = *weight * keep + eps * self.targets[visible as usize];
            }
        }
        for visible in bits::ones(pattern) {
            self.targets[visible as usize] = 0.0;
        }
        self.learned += 1;
        Ok(score)
    }

    /// A rate for each hidden unit, n_h of them, which learning uses from now on in place of eps.
    ///
    /// # Panics
    /// If they are not n_h, or one is not above 0 to 1.
    pub fn set_rates(&mut self, rates: &[f64]) {
        assert_eq!(
            rates.len(),
            self.params.sizes.hidden() as usize,
            "as many rates as hidden units"
        );
        assert!(
            rates.iter().all(|&rate| rate > 0.0 && rate <= 1.0),
            "rates above 0 to 1"
        );
        self.rates = rates.to_vec();
    }

    /// Recalls into `pattern` (packed, n_i bits) with `active` ones; gives the match score.
    ///
    /// Takes `&mut self` for its work space only: the network's state does not change.
    pub fn recall(&mut self, cue: &[u32], active: u32, pattern: &mut [u32]) -> f64 {
        let readout = Readout::among(self.params.visible(), active);
        self.recall_as(cue, &readout, pattern)
    }

    /// [`Network::recall`] as a [`Readout`] says. The activities of graded winners are the core's without its rounding,
    /// `(h - theta) / (H - theta)`.
    pub fn recall_as(&mut self, cue: &[u32], readout: &Readout, pattern: &mut [u32]) -> f64 {
        let score = self.find_winners(cue);
        let (theta, above) = match readout.winners_code() {
            Code::Graded => self.reach(),
            Code::Binary => (0.0, 0.0),
        };
        self.sums.fill(0.0);
        for &unit in &self.winners {
            let activity = if above > 0.0 {
                (self.potentials[unit as usize] - theta) / above
            } else {
                1.0
            };
            let row = self.row_range(unit);
            let places = &self.row_places[row.clone()];
            for (&visible, &place) in self.row_visible[row].iter().zip(places) {
                self.sums[visible as usize] += activity * self.weights[place as usize];
            }
        }
        pattern.fill(0);
        let key = || tie_key(&self.params, self.learned, Purpose::OUTPUT_TIE, cue);
        let units = readout.range();
        let end = units.end.min(self.params.visible());
        let first = units.start.min(end);
        let sums = &self.sums[first as usize..end as usize];
        for &visible in self.selector.top_k(first, sums, readout.ones(), key) {
            bits::set(pattern, first + visible);
        }
        score
    }

    /// The largest potential of a unit that did not win, 0 where all win, and how far the largest of all is above it.
    fn reach(&self) -> (f64, f64) {
        let mut winners = self.winners.iter().copied().peekable();
        let (mut theta, mut highest) = (0.0f64, 0.0f64);
        for (unit, &potential) in (0..).zip(&self.potentials) {
            if winners.next_if_eq(&unit).is_some() {
                highest = highest.max(potential);
            } else {
                theta = theta.max(potential);
            }
        }
        (theta, highest - theta)
    }

    fn find_winners(&mut self, cue: &[u32]) -> f64 {
        self.potentials(cue);
        let key = || tie_key(&self.params, self.learned, Purpose::HIDDEN_TIE, cue);
        let winners = self
            .selector
            .top_k(0, &self.potentials, self.params.sizes.winners(), key);
        self.winners.clear();
        self.winners.extend_from_slice(winners);
        let potentials = winners.iter().map(|&unit| self.potentials[unit as usize]);
        potentials.sum()
    }
}

/// The key of ties: from the seed, the number learned and the cue's words, as the core's.
fn tie_key(params: &Params, learned: u64, purpose: Purpose, cue: &[u32]) -> Key {
    let key = Key::new(params.sizes.seed(), purpose).derive_u64(learned);
    key.derive(key.digest(cue))
}

/// Selects winners; holds the room it needs.
#[derive(Debug)]
struct Selector {
    /// Bit patterns of the values: those of non-negative numbers are in the order of the numbers.
    ordered: Vec<u64>,
    hashes: Vec<u32>,
    winners: Vec<u32>,
}

impl Selector {
    /// A selector for up to `most` values.
    fn new(most: usize) -> Self {
        Self {
            ordered: Vec::with_capacity(most),
            hashes: Vec::with_capacity(most),
            winners: Vec::with_capacity(most),
        }
    }

    /// The indices of the `k` largest values, none of them negative, under (value, tie hash under `key`, index),
    /// ascending; all of them where there are no more than `k`. The values are part of more, from number `first` on, and
    /// the hashes are those of their numbers there.
    fn top_k(&mut self, first: u32, values: &[f64], k: u32, key: impl FnOnce() -> Key) -> &[u32] {
        let wanted = k as usize;
        self.winners.clear();
        if wanted == 0 || wanted >= values.len() {
            let everyone = if wanted == 0 { 0 } else { values.len() as u32 };
            self.winners.extend(0..everyone);
            return &self.winners;
        }
        self.ordered.clear();
        self.ordered
            .extend(values.iter().map(|value| value.to_bits()));
        let last = values.len() - wanted;
        let (_, &mut threshold, _) = self.ordered.select_nth_unstable(last);
        let threshold = f64::from_bits(threshold);
        let indexed = || (0u32..).zip(values);
        let reach = indexed().filter(|&(_, &value)| value >= threshold);
        self.winners.extend(reach.map(|(index, _)| index));
        if self.winners.len() > wanted {
            let key = key();
            let tied = indexed().filter(|&(_, &value)| value == threshold);
            self.hashes.clear();
            self.hashes
                .extend(tied.map(|(index, _)| key.at(first + index)));
            // As many of the tied lose as there are too many; hashes of one key differ.
            let losers = self.winners.len() - wanted;
            let (_, &mut least, _) = self.hashes.select_nth_unstable(losers);
            self.winners.retain(|&index| {
                values[index as usize] > threshold || key.at(first + index) >= least
            });
        }
        &self.winners
    }
}

#[cfg(test)]
mod tests;
