//! Input-major lists: for every visible unit, the hidden units that see it and their weights.

use slotless_core::bits;
use slotless_core::fan_in;
use slotless_core::kwinner::Params;
use slotless_core::rng::Key;
use slotless_core::weight::{self, Rate, Width};

/// Hidden units a [`Packed`] entry can name, and the length of its potentials.
const PACKED_UNITS: usize = 1 << 16;

/// A weight and the hidden unit it belongs to.
pub(super) trait Entry: Copy + std::fmt::Debug + Send {
    fn new(unit: u32, weight: u32) -> Self;
    fn weight(self) -> u32;
    fn set_weight(&mut self, weight: u32);
    /// Adds each entry's weight to its unit's potential.
    fn add(entries: &[Self], potentials: &mut [u32]);
    /// Room for the potentials of `hidden` units.
    fn room(hidden: u32) -> usize;
}

/// Unit in the high half, weight in the low: half the memory traffic of [`Wide`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed(u32);

impl Entry for Packed {
    fn new(unit: u32, weight: u32) -> Self {
        Self(unit << 16 | weight)
    }

    #[inline(always)]
    fn weight(self) -> u32 {
        self.0 & 0xffff
    }

    #[inline(always)]
    fn set_weight(&mut self, weight: u32) {
        self.0 = self.0 & 0xffff_0000 | weight;
    }

    #[inline(always)]
    fn add(entries: &[Self], potentials: &mut [u32]) {
        // A slice of known length: a 16-bit unit needs no bounds check.
        if let Some(potentials) = potentials.first_chunk_mut::<PACKED_UNITS>() {
            for entry in entries {
                potentials[(entry.0 >> 16) as usize] += entry.0 & 0xffff;
            }
        }
    }

    fn room(_: u32) -> usize {
        PACKED_UNITS
    }
}

/// For networks of more than 65536 hidden units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wide {
    unit: u32,
    weight: u32,
}

impl Entry for Wide {
    fn new(unit: u32, weight: u32) -> Self {
        Self { unit, weight }
    }

    fn weight(self) -> u32 {
        self.weight
    }

    fn set_weight(&mut self, weight: u32) {
        self.weight = weight;
    }

    fn add(entries: &[Self], potentials: &mut [u32]) {
        for entry in entries {
            potentials[entry.unit as usize] += entry.weight;
        }
    }

    fn room(hidden: u32) -> usize {
        hidden as usize
    }
}

/// A slot of a hidden unit: its visible unit, and where its entry stands.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    visible: u32,
    entry: u32,
}

#[derive(Debug)]
pub(super) struct Lists<E> {
    /// Entry range of visible unit j: `starts[j]..starts[j + 1]`, ascending in the hidden unit.
    starts: Vec<u32>,
    entries: Vec<E>,
    /// Slots of hidden unit h: `rows[h]..rows[h + 1]`, ascending in the visible unit.
    rows: Vec<u32>,
    slots: Vec<Slot>,
}

impl<E: Entry> Lists<E> {
    pub(super) fn new<W: Width>(params: &Params<W>, masks: &[u32], weights: &[u32]) -> Self {
        let mask_rows = || masks.chunks_exact(params.pattern_words());
        let mut starts = vec![0u32; params.visible() as usize + 1];
        for mask in mask_rows() {
            for visible in bits::ones(mask).filter(|&visible| visible < params.visible()) {
                starts[visible as usize + 1] += 1;
            }
        }
        for visible in 1..starts.len() {
            starts[visible] += starts[visible - 1];
        }
        let total = starts[starts.len() - 1] as usize;
        let mut next = starts.clone();
        let mut entries = vec![E::new(0, 0); total];
        let mut rows = vec![0];
        let mut slots = Vec::with_capacity(total);
        let weight_rows = weights.chunks_exact(params.row_words());
        for ((unit, mask), row) in (0..).zip(mask_rows()).zip(weight_rows) {
            fan_in::slots(mask, |(slot, visible)| {
                let entry = next[visible as usize];
                next[visible as usize] += 1;
                entries[entry as usize] = E::new(unit, W::get(row, slot));
                slots.push(Slot { visible, entry });
            });
            rows.push(slots.len() as u32);
        }
        Self {
            starts,
            entries,
            rows,
            slots,
        }
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
            for (slot, at) in (0..).zip(self.row(unit)) {
                bits::set(mask, at.visible);
                W::set(row, slot, self.entries[at.entry as usize].weight());
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        4 * (self.starts.len() + self.rows.len())
            + size_of::<E>() * self.entries.len()
            + size_of::<Slot>() * self.slots.len()
    }

    fn row(&self, unit: u32) -> &[Slot] {
        let unit = unit as usize;
        &self.slots[self.rows[unit] as usize..self.rows[unit + 1] as usize]
    }

    /// Sums the weights of the active inputs for every hidden unit.
    pub(super) fn activate(&self, cue: &[u32], potentials: &mut [u32]) {
        potentials[..self.rows.len() - 1].fill(0);
        for visible in bits::ones(cue) {
            let visible = visible as usize;
            let list = self.starts[visible] as usize..self.starts[visible + 1] as usize;
            E::add(&self.entries[list], potentials);
        }
    }

    /// Adds the weights of a hidden unit to the sums of the visible units it sees.
    pub(super) fn scatter(&self, unit: u32, sums: &mut [u32]) {
        for slot in self.row(unit) {
            sums[slot.visible as usize] += self.entries[slot.entry as usize].weight();
        }
    }

    pub(super) fn update_nearest(&mut self, unit: u32, pattern: &[u32], full: u32, rate: Rate) {
        self.update(unit, pattern, full, rate, |_| weight::HALF);
    }

    pub(super) fn update_stochastic(
        &mut self,
        unit: u32,
        pattern: &[u32],
        full: u32,
        rate: Rate,
        dither: Key,
    ) {
        self.update(unit, pattern, full, rate, |slot| {
            weight::dither(dither, slot)
        });
    }

    #[inline(always)]
    fn update(
        &mut self,
        unit: u32,
        pattern: &[u32],
        full: u32,
        rate: Rate,
        offset: impl Fn(u32) -> u32,
    ) {
        let unit = unit as usize;
        let row = &self.slots[self.rows[unit] as usize..self.rows[unit + 1] as usize];
        for (slot, at) in (0..).zip(row) {
            let entry = &mut self.entries[at.entry as usize];
            let active = bits::get(pattern, at.visible);
            entry.set_weight(weight::step(
                entry.weight(),
                full,
                active,
                rate,
                offset(slot),
            ));
        }
    }
}
