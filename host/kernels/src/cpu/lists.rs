//! Input-major lists: for every visible unit, the hidden units that see it and their weights; and the same weights by
//! hidden unit.
//!
//! Activation walks the lists of the active inputs, so its cost is the weights touched. Learning and recall walk the rows
//! of the winners; a learned weight is written to both places. Weights are held as `u16` whatever their width.
//!
//! Lists and rows are filled up to whole chunks of [`LANES`] with entries that change nothing: their weight is 0 and
//! stays 0, and their unit is a spare one after the last. So every loop here runs over whole chunks.

use std::array::from_fn;

use slotless_core::bits;
use slotless_core::fan_in;
use slotless_core::kwinner::Params;
use slotless_core::rng::Key;
use slotless_core::weight::Width;

use super::simd::{Block, Isa, Kernel};
use super::source::{Source, export_rows};
use super::step::{LANES, Learners, Moved, nearest, stochastic, whole};

/// Units that a 16-bit index can name, one of them the spare unit.
pub(super) const SHORT_UNITS: usize = 1 << 16;

/// Chunks of sums that fit the vector registers.
const STRIP: usize = 8;

/// The number of a unit in the lists: 16 bits where the network allows, for half the memory traffic and no bounds checks.
pub(super) trait Index: Copy + std::fmt::Debug {
    fn new(unit: u32) -> Self;
    fn get(self) -> u32;
    /// Length that a table over `units` units must have: whole chunks, with a place for the spare unit.
    fn room(units: u32) -> usize;
    /// Adds each weight to the sum of its unit.
    fn add(units: &[[Self; LANES]], weights: &[[u16; LANES]], sums: &mut [u32]);
    /// [`Row::set`], with the targets looked up in a table.
    fn set(row: Row<'_, Self>, targets: &[u16], moved: impl Moved);
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
    fn add(units: &[[Self; LANES]], weights: &[[u16; LANES]], sums: &mut [u32]) {
        // A slice of known length: a 16-bit index needs no bounds check.
        let Some(sums) = sums.first_chunk_mut::<SHORT_UNITS>() else {
            return;
        };
        for (units, weights) in units.iter().zip(weights) {
            for (&unit, &weight) in units.iter().zip(weights) {
                sums[usize::from(unit)] += u32::from(weight);
            }
        }
    }

    #[inline(always)]
    fn set(row: Row<'_, Self>, targets: &[u16], moved: impl Moved) {
        let Some(targets) = targets.first_chunk::<SHORT_UNITS>() else {
            return;
        };
        row.set(|unit| targets[usize::from(unit)], moved);
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
        (units as usize + 1).next_multiple_of(LANES)
    }

    #[inline(always)]
    fn add(units: &[[Self; LANES]], weights: &[[u16; LANES]], sums: &mut [u32]) {
        let entries = units.as_flattened().iter().zip(weights.as_flattened());
        for (&unit, &weight) in entries {
            sums[unit as usize] += u32::from(weight);
        }
    }

    #[inline(always)]
    fn set(row: Row<'_, Self>, targets: &[u16], moved: impl Moved) {
        row.set(|unit| targets[unit as usize], moved);
    }
}

/// The row of a hidden unit about to be learned.
pub(super) struct Row<'a, I> {
    units: &'a [[I; LANES]],
    weights: &'a mut [[u16; LANES]],
    places: &'a [[u32; LANES]],
    list_weights: &'a mut [u16],
}

impl<I: Copy> Row<'_, I> {
    /// Sets the weights to what `moved` makes of them, in the row and in the lists.
    #[inline(always)]
    fn set(self, target: impl Fn(I) -> u16, moved: impl Moved) {
        let row = self.weights.iter_mut().zip(self.units).zip(self.places);
        for (chunk, ((weights, units), places)) in (0..).zip(row) {
            *weights = moved(chunk, *weights, units.map(&target));
            for lane in 0..LANES {
                self.list_weights[places[lane] as usize] = weights[lane];
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Lists<I> {
    visible: u32,
    hidden: u32,
    /// Every hidden unit sees every visible unit, so that list j names the units 0, 1, 2 ... and so does row h.
    dense: bool,
    full: u16,
    /// List of visible unit j, in chunks: `starts[j]..starts[j + 1]`, ascending in the hidden unit.
    starts: Vec<u32>,
    list_units: Vec<[I; LANES]>,
    /// One chunk longer than the lists: the places of what fills up the rows.
    list_weights: Vec<[u16; LANES]>,
    /// Row of hidden unit h, in chunks: `rows[h]..rows[h + 1]`, ascending in the visible unit.
    rows: Vec<u32>,
    row_units: Vec<[I; LANES]>,
    row_weights: Vec<[u16; LANES]>,
    /// Where each weight of a row stands in the lists, counted in weights.
    row_places: Vec<[u32; LANES]>,
    /// Full scale for the active inputs of the pattern being learned, else 0.
    targets: Vec<u16>,
}

impl Lists<u16> {
    /// Whether 16 bits can name all units of a network.
    pub(super) fn takes<W: Width>(params: &Params<W>) -> bool {
        params.hidden().max(params.visible()) < SHORT_UNITS as u32
    }
}

impl<I: Index> Lists<I> {
    pub(super) fn new<W: Width>(source: &Source<'_, W>) -> Self {
        let params = source.params();
        let (visible, hidden) = (params.visible(), params.hidden());
        let mut lengths = vec![0u32; visible as usize];
        let (mut entries, mut row_chunks) = (0, 0);
        source.masks(|_, mask| {
            let count = bits::count(mask);
            entries += u64::from(count);
            row_chunks += count.div_ceil(LANES as u32);
            for visible in bits::ones(mask) {
                lengths[visible as usize] += 1;
            }
        });
        let mut starts = vec![0];
        let mut end = 0;
        for length in lengths {
            end += length.div_ceil(LANES as u32);
            starts.push(end);
        }
        let mut next: Vec<_> = starts.iter().map(|start| start * LANES as u32).collect();
        let (list_chunks, row_chunks) = (end as usize, row_chunks as usize);
        let mut lists = Self {
            visible,
            hidden,
            full: W::FULL as u16,
            dense: entries == u64::from(visible) * u64::from(hidden),
            starts,
            list_units: vec![[I::new(hidden); LANES]; list_chunks],
            list_weights: vec![[0; LANES]; list_chunks + 1],
            rows: vec![0],
            row_units: vec![[I::new(visible); LANES]; row_chunks],
            row_weights: vec![[0; LANES]; row_chunks],
            row_places: vec![[end * LANES as u32; LANES]; row_chunks],
            targets: vec![0; I::room(visible)],
        };
        let list_units = lists.list_units.as_flattened_mut();
        let list_weights = lists.list_weights.as_flattened_mut();
        let row_units = lists.row_units.as_flattened_mut();
        let row_weights = lists.row_weights.as_flattened_mut();
        let row_places = lists.row_places.as_flattened_mut();
        let mut at = 0;
        source.rows(|unit, mask, row| {
            fan_in::slots(mask, |(slot, visible)| {
                let place = next[visible as usize];
                next[visible as usize] += 1;
                let weight = W::get(row, slot) as u16;
                list_units[place as usize] = I::new(unit);
                list_weights[place as usize] = weight;
                row_units[at] = I::new(visible);
                row_weights[at] = weight;
                row_places[at] = place;
                at += 1;
            });
            at = at.next_multiple_of(LANES);
            lists.rows.push((at / LANES) as u32);
        });
        lists
    }

    pub(super) fn export<W: Width>(
        &self,
        params: &Params<W>,
        masks: &mut [u32],
        weights: &mut [u32],
    ) {
        export_rows(params, [masks, weights], |unit| {
            let row = self.row(unit);
            let units = self.row_units[row.clone()].as_flattened().iter();
            let visible = units
                .map(|unit| unit.get())
                .take_while(|&unit| unit < self.visible);
            visible.zip(self.row_weights[row].as_flattened().iter().copied())
        });
    }

    pub(super) fn bytes(&self) -> usize {
        4 * (self.starts.len() + self.rows.len() + LANES * self.row_places.len())
            + size_of::<I>() * LANES * (self.list_units.len() + self.row_units.len())
            + 2 * LANES * (self.list_weights.len() + self.row_weights.len())
            + 2 * self.targets.len()
    }

    pub(super) fn potential_bytes(&self, ones: u32) -> f64 {
        let index = if self.dense { 0 } else { size_of::<I>() };
        let entries = LANES * (self.list_weights.len() - 1);
        f64::from(ones) * entries as f64 / f64::from(self.visible) * (index + 2) as f64
    }

    pub(super) fn update_bytes(&self) -> f64 {
        // Unit, place, weight read and written, and written to the lists.
        self.row_entries() * (size_of::<I>() + 4 + 2 + 2 + 2) as f64
    }

    pub(super) fn scatter_bytes(&self) -> f64 {
        let index = if self.dense { 0 } else { size_of::<I>() };
        self.row_entries() * (index + 2) as f64
    }

    fn row_entries(&self) -> f64 {
        (LANES * self.row_weights.len()) as f64 / f64::from(self.hidden)
    }

    fn row(&self, unit: u32) -> std::ops::Range<usize> {
        let unit = unit as usize;
        self.rows[unit] as usize..self.rows[unit + 1] as usize
    }

    /// Words that [`Lists::activate`] and [`Lists::scatter`] need for their sums.
    pub(super) fn rooms(&self) -> [usize; 2] {
        [I::room(self.hidden), I::room(self.visible)]
    }

    /// Sums the weights of the active inputs for every hidden unit.
    pub(super) fn activate(&self, isa: Isa, cue: &[u32], potentials: &mut [u32]) {
        isa.run(Activate {
            lists: self,
            cue,
            potentials,
        });
    }

    /// Adds the weights of hidden units to the sums of the visible units they see.
    #[inline(always)]
    pub(super) fn scatter(&self, units: &[u32], sums: &mut [u32]) {
        for &unit in units {
            let row = self.row(unit);
            let weights = &self.row_weights[row.clone()];
            if self.dense {
                add_all(weights, sums);
            } else {
                I::add(&self.row_units[row], weights, sums);
            }
        }
    }

    /// The learning step of hidden units; `dither`, a key of the step, for stochastic rounding, nearest without.
    pub(super) fn update(
        &mut self,
        isa: Isa,
        learners: Learners<'_>,
        pattern: &[u32],
        dither: Option<Key>,
    ) {
        self.targets[..self.visible as usize].fill(0);
        for visible in bits::ones(pattern) {
            self.targets[visible as usize] = self.full;
        }
        isa.run(Update {
            lists: self,
            learners,
            dither,
        });
    }

    #[inline(always)]
    fn set_rows<M: Moved>(&mut self, units: &[u32], moved: impl Fn(u32) -> M) {
        for &unit in units {
            let row = self.row(unit);
            let row = Row {
                units: &self.row_units[row.clone()],
                weights: &mut self.row_weights[row.clone()],
                places: &self.row_places[row],
                list_weights: self.list_weights.as_flattened_mut(),
            };
            I::set(row, &self.targets, moved(unit));
        }
    }
}

struct Activate<'a, I> {
    lists: &'a Lists<I>,
    cue: &'a [u32],
    potentials: &'a mut [u32],
}

impl<I: Index> Kernel for Activate<'_, I> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self {
            lists,
            cue,
            potentials,
        } = self;
        if lists.dense {
            lists.add_columns(cue, potentials);
            return;
        }
        potentials[..lists.hidden as usize].fill(0);
        for visible in bits::ones(cue) {
            let visible = visible as usize;
            let list = lists.starts[visible] as usize..lists.starts[visible + 1] as usize;
            I::add(
                &lists.list_units[list.clone()],
                &lists.list_weights[list],
                potentials,
            );
        }
    }
}

impl<I> Lists<I> {
    /// Potentials where every list names every unit: the columns of the active inputs added up, a strip of units at a
    /// time, so that a strip's sums stay in registers.
    #[inline(always)]
    fn add_columns(&self, cue: &[u32], potentials: &mut [u32]) {
        let chunks = (self.hidden as usize).div_ceil(LANES);
        let out = potentials.as_chunks_mut::<LANES>().0;
        for (first, out) in (0..chunks)
            .step_by(STRIP)
            .zip(out[..chunks].chunks_mut(STRIP))
        {
            let mut sums = [[0; LANES]; STRIP];
            for visible in bits::ones(cue) {
                let column = self.starts[visible as usize] as usize + first;
                match self.list_weights[column..].first_chunk::<STRIP>() {
                    Some(weights) if out.len() == STRIP => {
                        add_all(weights, sums.as_flattened_mut())
                    }
                    _ => add_all(
                        &self.list_weights[column..column + out.len()],
                        sums.as_flattened_mut(),
                    ),
                }
            }
            out.copy_from_slice(&sums[..out.len()]);
        }
    }
}

struct Update<'a, I> {
    lists: &'a mut Lists<I>,
    learners: Learners<'a>,
    dither: Option<Key>,
}

impl<I: Index> Kernel for Update<'_, I> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self {
            lists,
            learners,
            dither,
        } = self;
        for (units, rate) in learners {
            match (rate, dither) {
                (Some(rate), None) => lists.set_rows(units, |_| nearest(rate)),
                (Some(rate), Some(key)) => {
                    lists.set_rows(units, |unit| stochastic(rate, key.derive(unit)));
                }
                (None, _) => lists.set_rows(units, |_| whole()),
            }
        }
    }
}

/// Adds a weight to each sum.
#[inline(always)]
pub(super) fn add_all(weights: &[[u16; LANES]], sums: &mut [u32]) {
    for (sums, weights) in sums.as_chunks_mut::<LANES>().0.iter_mut().zip(weights) {
        *sums = from_fn(|lane| sums[lane] + u32::from(weights[lane]));
    }
}
