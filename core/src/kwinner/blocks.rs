//! The loops of a network with structured wiring: weight row `t` is that of block `t`, slot `p` the weight of the hidden
//! unit at place `p` of the block's ring. The weights of one visible unit are then side by side.

use crate::bits;
use crate::kwinner::Params;
use crate::kwinner::wiring::{row, row_mut, sealed};
use crate::rng::{Key, Purpose};
use crate::structured::{Part, Ring, Structured, with_ring};
use crate::weight::{self, Rate, Raw, Rounding, Width};

impl sealed::Rows for Structured {
    const MASKS: bool = false;
    const BLOCKS: bool = true;

    fn fresh<W: Width>(params: &Params<W, Self>, rows: &mut [u32]) {
        rows.fill(0);
        let start = Key::new(params.seed(), Purpose::START);
        let wiring = params.wiring();
        // The start weight of a hidden unit's slot is that of random wiring, wherever it is kept.
        with_ring!(wiring, ring => for unit in 0..params.hidden() {
            let key = start.derive(unit);
            let mut word = 0;
            wiring.places(ring, unit, |slot, _, _, place| {
                let lane = slot % W::PER_WORD;
                if lane == 0 {
                    word = weight::start_word::<W>(params.fan_in(), key, slot / W::PER_WORD);
                }
                let row = row_mut(rows, slot, params.row_words());
                W::set(row, place, word >> (lane * W::BITS) & W::FULL);
            });
        });
    }

    fn activate<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        cue: &[u32],
        potentials: &mut [u32],
    ) {
        potentials.fill(0);
        with_ring!(params.wiring(), ring => activate(params, ring, rows, cue, potentials));
    }

    fn scatter<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        winners: &[u32],
        sums: &mut [u32],
    ) {
        with_ring!(params.wiring(), ring => scatter(params, ring, rows, winners, sums));
    }

    fn update<W: Width>(
        params: &Params<W, Self>,
        rows: &mut [u32],
        winners: &[u32],
        pattern: &[u32],
        dither: Key,
    ) {
        for winners in winners.chunks(TOGETHER) {
            match params.rounding() {
                Rounding::Nearest => with_ring!(params.wiring(), ring => {
                    update(params, ring, rows, winners, pattern, Nearest);
                }),
                Rounding::Stochastic => {
                    let offsets = Stochastic::new(dither, winners);
                    with_ring!(params.wiring(), ring => {
                        update(params, ring, rows, winners, pattern, offsets);
                    });
                }
            }
        }
    }

    fn weight<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        hidden: u32,
        visible: u32,
    ) -> Option<u32> {
        let (block, place) = params.wiring().find(hidden, visible)?;
        Some(W::get(row(rows, block, params.row_words()), place))
    }

    fn fan_in<W: Width>(params: &Params<W, Self>, _: &[u32], hidden: u32, mask: &mut [u32]) {
        params.wiring().mask(hidden, mask);
    }
}

/// Winners that go through the blocks together: what belongs to a block is worked out once for all of them.
const TOGETHER: usize = 8;

/// The rounding offsets of some winners.
trait Offsets {
    /// Goes on to a slot, ascending from 0.
    fn turn_to(&mut self, slot: u32);

    /// Those of the winners in that slot.
    fn offsets(&self) -> impl Iterator<Item = u32>;
}

struct Nearest;

impl Offsets for Nearest {
    #[inline(always)]
    fn turn_to(&mut self, _: u32) {}

    #[inline(always)]
    fn offsets(&self) -> impl Iterator<Item = u32> {
        core::iter::repeat(weight::HALF)
    }
}

struct Stochastic {
    keys: [Key; TOGETHER],
    /// The hash words of the four slots at hand.
    groups: [u32; TOGETHER],
    slot: u32,
}

impl Stochastic {
    fn new(dither: Key, winners: &[u32]) -> Self {
        let mut keys = [dither; TOGETHER];
        for (key, &unit) in keys.iter_mut().zip(winners) {
            *key = dither.derive(unit);
        }
        Self {
            keys,
            groups: [0; TOGETHER],
            slot: 0,
        }
    }
}

impl Offsets for Stochastic {
    #[inline(always)]
    fn turn_to(&mut self, slot: u32) {
        self.slot = slot;
        if slot.is_multiple_of(4) {
            for (group, key) in self.groups.iter_mut().zip(&self.keys) {
                *group = key.at(slot / 4);
            }
        }
    }

    #[inline(always)]
    fn offsets(&self) -> impl Iterator<Item = u32> {
        self.groups
            .iter()
            .map(|&group| weight::dither_of(group, self.slot))
    }
}

// These are functions of their own and not inlined, so that the loops of one kind of ring have the registers to
// themselves.

#[inline(never)]
fn activate<W: Width, R: Ring>(
    params: &Params<W, Structured>,
    ring: R,
    rows: &[u32],
    cue: &[u32],
    potentials: &mut [u32],
) {
    let wiring = params.wiring();
    let mut ones = bits::ones(cue);
    let Some(mut one) = ones.next() else { return };
    let mut units = wiring.first_units(ring);
    let (mut slot, mut first) = (0, 0u32);
    for Part { blocks, arcs } in wiring.parts() {
        let words = arcs.words::<W>() as usize;
        // Arcs of whole words lie end to end, from one block to the next as well.
        let origin = (slot as usize * params.row_words()).wrapping_sub(first as usize * words);
        for _ in 0..blocks {
            while one.wrapping_sub(first) < arcs.size {
                let place = one.wrapping_sub(first);
                if words != 0 {
                    let from = origin.wrapping_add(one as usize * words);
                    let arc = rows.get(from..).unwrap_or(&[]);
                    let Some(arc) = arc.get(..words) else {
                        return;
                    };
                    let unit = R::along(ring, units, place * arcs.even);
                    add_words::<W, R>(potentials, arc, unit, units.1);
                } else {
                    let row = row(rows, slot, params.row_words());
                    let (from, to) = (arcs.start(place, ring), arcs.start(place + 1, ring));
                    let unit = R::along(ring, units, ring.wrap(from));
                    add_slots::<W, R>(potentials, row, (from, to), unit, units.1);
                }
                match ones.next() {
                    Some(next) => one = next,
                    None => return,
                }
            }
            slot += 1;
            first = first.wrapping_add(arcs.size);
            units = wiring.next_units(ring, units);
        }
    }
}

/// Adds the weights of an arc, whole words of them, to the sums of its hidden units.
#[inline(never)]
fn add_words<W: Width, R: Ring>(sums: &mut [u32], words: &[u32], unit: u32, step: u32) {
    R::add_words::<W>(sums, words, unit, step);
}

/// [`add_words`] for any places of a row.
#[inline(never)]
fn add_slots<W: Width, R: Ring>(
    sums: &mut [u32],
    row: &[u32],
    (from, to): (u32, u32),
    unit: u32,
    step: u32,
) {
    let mut unit = R::back(sums, unit, step);
    for slot in from..to {
        unit = R::add_next(sums, unit, step, W::get(row, slot));
    }
}

#[inline(never)]
fn scatter<W: Width, R: Ring>(
    params: &Params<W, Structured>,
    ring: R,
    rows: &[u32],
    winners: &[u32],
    sums: &mut [u32],
) {
    let wiring = params.wiring();
    let words = params.row_words();
    let mut rows = rows;
    let mut places = wiring.first_places(ring);
    let mut left = sums;
    for Part { blocks, arcs } in wiring.parts() {
        for _ in 0..blocks {
            let Some((row, rest)) = rows.split_at_checked(words) else {
                return;
            };
            let Some((sums, above)) = left.split_at_mut_checked(arcs.size as usize) else {
                return;
            };
            if R::SHORT && weight::are::<W, u8>() {
                let row = weight::view::<u8>(row);
                let Some(row) = row.get(..params.hidden() as usize) else {
                    return;
                };
                scatter_row(ring, row, winners, places, sums);
            } else if R::SHORT && weight::are::<W, u16>() {
                let row = weight::view::<u16>(row);
                let Some(row) = row.get(..params.hidden() as usize) else {
                    return;
                };
                scatter_row(ring, row, winners, places, sums);
            } else {
                for &unit in winners {
                    let place = ring.mul_add(places.1, unit, places.0);
                    add_share(ring, place, sums, W::get(row, place));
                }
            }
            (rows, left) = (rest, above);
            places = wiring.next_places(ring, places);
        }
    }
}

#[inline(always)]
fn scatter_row<R: Ring, C: Raw>(
    ring: R,
    row: &[C],
    winners: &[u32],
    (place, step): (u32, u32),
    sums: &mut [u32],
) {
    for &unit in winners {
        let place = ring.mul_add_below((step, unit, place), row.len());
        if let Some(&weight) = row.get(place) {
            add_share(ring, place as u32, sums, weight.into());
        }
    }
}

/// Adds a weight to the sum of its visible unit, among those of a block.
#[inline(always)]
fn add_share(ring: impl Ring, place: u32, sums: &mut [u32], weight: u32) {
    if let Some(sum) = sums.get_mut(ring.share(place, sums.len() as u32) as usize) {
        *sum = sum.wrapping_add(weight);
    }
}

#[inline(never)]
fn update<W: Width, R: Ring>(
    params: &Params<W, Structured>,
    ring: R,
    rows: &mut [u32],
    winners: &[u32],
    pattern: &[u32],
    mut offsets: impl Offsets,
) {
    let (wiring, rate) = (params.wiring(), params.rate());
    let words = params.row_words();
    let mut rows = rows;
    let mut places = wiring.first_places(ring);
    let (mut slot, mut first) = (0, 0);
    for Part { blocks, arcs } in wiring.parts() {
        for _ in 0..blocks {
            let Some((row, rest)) = rows.split_at_mut_checked(words) else {
                return;
            };
            rows = rest;
            offsets.turn_to(slot);
            let winners = winners.iter().copied().zip(offsets.offsets());
            let small = R::SHORT && arcs.size <= bits::WORD_BITS;
            if small && weight::are::<W, u8>() {
                let row = weight::view_mut::<u8>(row);
                let Some(row) = row.get_mut(..params.hidden() as usize) else {
                    return;
                };
                let window = bits::window(pattern, first);
                update_row::<W, _, _>(ring, row, winners, places, arcs.size, rate, window);
            } else if small && weight::are::<W, u16>() {
                let row = weight::view_mut::<u16>(row);
                let Some(row) = row.get_mut(..params.hidden() as usize) else {
                    return;
                };
                let window = bits::window(pattern, first);
                update_row::<W, _, _>(ring, row, winners, places, arcs.size, rate, window);
            } else {
                for (unit, offset) in winners {
                    let place = ring.mul_add(places.1, unit, places.0);
                    let visible = first.wrapping_add(ring.share(place, arcs.size));
                    let active = bits::get(pattern, visible).into();
                    weight::modify::<W>(row, place, |old| {
                        weight::step_towards::<W>(old, active, rate, offset)
                    });
                }
            }
            slot += 1;
            first += arcs.size;
            places = wiring.next_places(ring, places);
        }
    }
}

/// The learning step in one block of up to 32 units, of which those in `window` are active.
#[inline(always)]
fn update_row<W: Width, R: Ring, C: Raw>(
    ring: R,
    row: &mut [C],
    winners: impl Iterator<Item = (u32, u32)>,
    (place, step): (u32, u32),
    size: u32,
    rate: Rate,
    window: u32,
) {
    // The bit of a unit is turned to where a sign is.
    let window = window.rotate_right(1);
    for (unit, offset) in winners {
        let place = ring.mul_add_below((step, unit, place), row.len());
        let active = window.rotate_right(ring.share(place as u32, size));
        let goal = (active as i32 >> 31) as u32 & W::FULL;
        if let Some(weight) = row.get_mut(place) {
            let old = (*weight).into();
            *weight = C::of(weight::step_to(old, goal, rate, offset));
        }
    }
}
