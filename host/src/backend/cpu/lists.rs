//! Input-major lists: for every visible unit, the hidden units that see it and their weights; and the same weights by
//! hidden unit.
//!
//! Activation walks the lists of the active inputs, so its cost is the weights touched. Learning and recall walk the rows
//! of the winners; a learned weight is written to both places. Weights are held as `u16` whatever their width.

use slotless_core::bits;
use slotless_core::fan_in;
use slotless_core::kwinner::Params;
use slotless_core::rng::Key;
use slotless_core::weight::{self, Rate, Width};

/// Units that a 16-bit index can name.
pub(super) const SHORT_UNITS: usize = 1 << 16;

/// The number of a unit in the lists: 16 bits where the network allows, for half the memory traffic and no bounds checks.
pub(super) trait Index: Copy + std::fmt::Debug {
    fn new(unit: u32) -> Self;
    fn get(self) -> u32;
    /// Length that sums over `units` units must have.
    fn room(units: u32) -> usize;
    /// Adds each weight to the sum of its unit.
    fn add(units: &[Self], weights: &[u16], sums: &mut [u32]);
    /// Looks each unit up in a table.
    fn look_up(units: &[Self], table: &[u16], found: &mut [u16]);
}

impl Index for u16 {
    fn new(unit: u32) -> Self {
        unit as Self
    }

    fn get(self) -> u32 {
        u32::from(self)
    }

    fn room(_: u32) -> usize {
        SHORT_UNITS
    }

    #[inline(always)]
    fn add(units: &[Self], weights: &[u16], sums: &mut [u32]) {
        // A slice of known length: a 16-bit index needs no bounds check.
        let Some(sums) = sums.first_chunk_mut::<SHORT_UNITS>() else {
            return;
        };
        let mut add = |unit: u16, weight: u16| sums[usize::from(unit)] += u32::from(weight);
        let (units, last_units) = units.as_chunks::<4>();
        let (weights, last_weights) = weights.as_chunks::<4>();
        for (units, weights) in units.iter().zip(weights) {
            for lane in 0..4 {
                add(units[lane], weights[lane]);
            }
        }
        for (&unit, &weight) in last_units.iter().zip(last_weights) {
            add(unit, weight);
        }
    }

    #[inline(always)]
    fn look_up(units: &[Self], table: &[u16], found: &mut [u16]) {
        let Some(table) = table.first_chunk::<SHORT_UNITS>() else {
            return;
        };
        for (found, &unit) in found.iter_mut().zip(units) {
            *found = table[usize::from(unit)];
        }
    }
}

impl Index for u32 {
    fn new(unit: u32) -> Self {
        unit
    }

    fn get(self) -> u32 {
        self
    }

    fn room(units: u32) -> usize {
        units as usize
    }

    fn add(units: &[Self], weights: &[u16], sums: &mut [u32]) {
        for (&unit, &weight) in units.iter().zip(weights) {
            sums[unit as usize] += u32::from(weight);
        }
    }

    fn look_up(units: &[Self], table: &[u16], found: &mut [u16]) {
        for (found, &unit) in found.iter_mut().zip(units) {
            *found = table[unit as usize];
        }
    }
}

#[derive(Debug)]
pub(super) struct Lists<I> {
    visible: usize,
    /// List of visible unit j: `starts[j]..starts[j + 1]`, ascending in the hidden unit.
    starts: Vec<u32>,
    list_units: Vec<I>,
    list_weights: Vec<u16>,
    /// Row of hidden unit h: `rows[h]..rows[h + 1]`, ascending in the visible unit.
    rows: Vec<u32>,
    row_units: Vec<I>,
    row_weights: Vec<u16>,
    /// Where each weight of a row stands in the lists.
    row_places: Vec<u32>,
    /// Full scale for the active inputs of the pattern being learned, else 0.
    targets: Vec<u16>,
    /// Work space of one row.
    row_targets: Vec<u16>,
    row_offsets: Vec<u32>,
}

impl<I: Index> Lists<I> {
    pub(super) fn new<W: Width>(params: &Params<W>, masks: &[u32], weights: &[u32]) -> Self {
        let mask_rows = || masks.chunks_exact(params.pattern_words());
        let mut starts = vec![0u32; params.visible() as usize + 1];
        let mut widest = 0;
        for mask in mask_rows() {
            widest = widest.max(bits::count(mask) as usize);
            for visible in bits::ones(mask) {
                starts[visible as usize + 1] += 1;
            }
        }
        for visible in 1..starts.len() {
            starts[visible] += starts[visible - 1];
        }
        let total = starts[starts.len() - 1] as usize;
        let mut next = starts.clone();
        let mut lists = Self {
            visible: params.visible() as usize,
            starts,
            list_units: vec![I::new(0); total],
            list_weights: vec![0; total],
            rows: vec![0],
            row_units: Vec::with_capacity(total),
            row_weights: Vec::with_capacity(total),
            row_places: Vec::with_capacity(total),
            targets: vec![0; I::room(params.visible())],
            row_targets: vec![0; widest],
            row_offsets: vec![weight::HALF; widest],
        };
        let weight_rows = weights.chunks_exact(params.row_words());
        for ((unit, mask), row) in (0..).zip(mask_rows()).zip(weight_rows) {
            fan_in::slots(mask, |(slot, visible)| {
                let place = next[visible as usize];
                next[visible as usize] += 1;
                let weight = W::get(row, slot) as u16;
                lists.list_units[place as usize] = I::new(unit);
                lists.list_weights[place as usize] = weight;
                lists.row_units.push(I::new(visible));
                lists.row_weights.push(weight);
                lists.row_places.push(place);
            });
            lists.rows.push(lists.row_units.len() as u32);
        }
        lists
    }

    pub(super) fn export<W: Width>(
        &self,
        params: &Params<W>,
        masks: &mut [u32],
        weights: &mut [u32],
    ) {
        let masks = masks.chunks_exact_mut(params.pattern_words());
        let weights = weights.chunks_exact_mut(params.row_words());
        for ((unit, mask), row) in (0..).zip(masks).zip(weights) {
            let range = self.row(unit);
            let units = &self.row_units[range.clone()];
            for ((slot, visible), &weight) in (0..).zip(units).zip(&self.row_weights[range]) {
                bits::set(mask, visible.get());
                W::set(row, slot, u32::from(weight));
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let index = size_of::<I>();
        4 * (self.starts.len() + self.rows.len() + self.row_places.len() + self.row_offsets.len())
            + (index + 2) * (self.list_units.len() + self.row_units.len())
            + 2 * (self.targets.len() + self.row_targets.len())
    }

    fn row(&self, unit: u32) -> std::ops::Range<usize> {
        let unit = unit as usize;
        self.rows[unit] as usize..self.rows[unit + 1] as usize
    }

    /// Sums the weights of the active inputs for every hidden unit.
    pub(super) fn activate(&self, cue: &[u32], potentials: &mut [u32]) {
        potentials[..self.rows.len() - 1].fill(0);
        for visible in bits::ones(cue) {
            let visible = visible as usize;
            let list = self.starts[visible] as usize..self.starts[visible + 1] as usize;
            I::add(
                &self.list_units[list.clone()],
                &self.list_weights[list],
                potentials,
            );
        }
    }

    /// Adds the weights of a hidden unit to the sums of the visible units it sees.
    pub(super) fn scatter(&self, unit: u32, sums: &mut [u32]) {
        let row = self.row(unit);
        I::add(&self.row_units[row.clone()], &self.row_weights[row], sums);
    }

    /// Sets the pattern that [`Lists::update`] learns.
    pub(super) fn aim(&mut self, pattern: &[u32], full: u32) {
        self.targets[..self.visible].fill(0);
        for visible in bits::ones(pattern) {
            self.targets[visible as usize] = full as u16;
        }
    }

    /// The learning step of one hidden unit; `dither` for stochastic rounding, nearest without.
    pub(super) fn update(&mut self, unit: u32, rate: Rate, dither: Option<Key>) {
        let row = self.row(unit);
        let weights = &mut self.row_weights[row.clone()];
        let targets = &mut self.row_targets[..weights.len()];
        let offsets = &mut self.row_offsets[..weights.len()];
        I::look_up(&self.row_units[row.clone()], &self.targets, targets);
        if let Some(key) = dither {
            for (group, offsets) in (0..).zip(offsets.chunks_mut(4)) {
                let word = key.at(group);
                for (slot, offset) in (0..).zip(offsets) {
                    *offset = weight::dither_of(word, slot);
                }
            }
        }
        let rate = rate.get();
        for ((weight, &target), &offset) in weights.iter_mut().zip(&*targets).zip(&*offsets) {
            // The distance to the target: F - w is w with its bits turned, since F is all ones.
            let distance = u32::from(*weight ^ target);
            let left = distance - ((rate.wrapping_mul(distance).wrapping_add(offset)) >> 16);
            *weight = left as u16 ^ target;
        }
        for (&place, &weight) in self.row_places[row].iter().zip(&*weights) {
            self.list_weights[place as usize] = weight;
        }
    }
}
