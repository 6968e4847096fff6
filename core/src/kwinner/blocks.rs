//! The loops of a network with structured wiring: weight row `t` is that of block `t`, slot `p` the weight of the hidden
//! unit at place `p` of the block's ring. The weights of one visible unit are then side by side.

use crate::bits;
use crate::kwinner::Params;
use crate::kwinner::wiring::{row, row_mut, sealed};
use crate::rng::{Key, Purpose};
use crate::structured::{Part, Ring, Structured, with_ring};
use crate::weight::{self, Raw, Rounding, Width};

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
        with_ring!(params.wiring(), ring => scatter(params, ring.general(), rows, winners, sums));
    }

    fn update<W: Width>(
        params: &Params<W, Self>,
        rows: &mut [u32],
        winners: &[u32],
        pattern: &[u32],
        room: &mut [u32],
        dither: Key,
    ) {
        match params.rounding() {
            Rounding::Nearest => with_ring!(params.wiring(), ring => {
                update(params, ring, rows, winners, (pattern, room), Nearest(dither));
            }),
            Rounding::Stochastic => with_ring!(params.wiring(), ring => {
                update(params, ring, rows, winners, (pattern, room), Stochastic(dither));
            }),
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

/// The rounding offsets of a step.
trait Offsets: Copy {
    /// Whether those of a winner are written down before they are used, in a word each.
    const WRITTEN: bool;

    /// The key that they are drawn with, if they are.
    fn key(self) -> Key;

    /// Writes those of a winner.
    fn write(self, unit: u32, room: &mut [u32]);

    /// Those of the slots from one on.
    fn of(room: &[u32], slot: usize) -> impl Iterator<Item = u32>;
}

/// Half a unit each; the key is not used.
#[derive(Clone, Copy)]
struct Nearest(Key);

impl Offsets for Nearest {
    const WRITTEN: bool = false;

    #[inline(always)]
    fn key(self) -> Key {
        self.0
    }

    #[inline(always)]
    fn write(self, _: u32, _: &mut [u32]) {}

    #[inline(always)]
    fn of(_: &[u32], _: usize) -> impl Iterator<Item = u32> {
        core::iter::repeat(weight::HALF)
    }
}

#[derive(Clone, Copy)]
struct Stochastic(Key);

impl Offsets for Stochastic {
    const WRITTEN: bool = true;

    #[inline(always)]
    fn key(self) -> Key {
        self.0
    }

    // Not inlined, nor one with the loop that uses them: what either has at hand fills the registers.
    #[inline(never)]
    fn write(self, unit: u32, room: &mut [u32]) {
        let key = self.0.derive(unit);
        let mut group = 0;
        let (fours, rest) = room.as_chunks_mut::<4>();
        for four in fours {
            let word = key.at(group);
            *four = [0, 1, 2, 3].map(|slot| weight::dither_of(word, slot));
            group += 1;
        }
        let word = key.at(group);
        for (slot, offset) in (0..).zip(rest) {
            *offset = weight::dither_of(word, slot);
        }
    }

    #[inline(always)]
    fn of(room: &[u32], slot: usize) -> impl Iterator<Item = u32> {
        room.get(slot..).unwrap_or(&[]).iter().copied()
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
fn update<W: Width, R: Ring, O: Offsets>(
    params: &Params<W, Structured>,
    ring: R,
    rows: &mut [u32],
    winners: &[u32],
    (pattern, room): (&[u32], &mut [u32]),
    offsets: O,
) {
    let wiring = params.wiring();
    let Some((room, more)) = room.split_at_mut_checked(params.fan_in() as usize) else {
        return;
    };
    // The first part has the longer blocks.
    let small = R::SHORT && wiring.parts()[0].arcs.size <= bits::WORD_BITS;
    if small && (!O::WRITTEN || more.len() >= room.len()) {
        let windows = windows(wiring, pattern, room);
        if weight::are::<W, u8>() {
            let rows = weight::view_mut::<u8>(rows);
            return update_rows(params, ring, rows, winners, windows, (more, offsets));
        }
        if weight::are::<W, u16>() {
            let rows = weight::view_mut::<u16>(rows);
            return update_rows(params, ring, rows, winners, windows, (more, offsets));
        }
    }
    update_any(
        params,
        ring.general(),
        rows,
        winners,
        pattern,
        offsets.key(),
    );
}

/// [`update`] of any weights and blocks, with any rounding.
#[inline(never)]
fn update_any<W: Width, R: Ring>(
    params: &Params<W, Structured>,
    ring: R,
    rows: &mut [u32],
    winners: &[u32],
    pattern: &[u32],
    dither: Key,
) {
    for &unit in winners {
        let mut offsets = params.offsets(dither, unit);
        params
            .wiring()
            .places(ring, unit, |slot, first, arcs, place| {
                let visible = first.wrapping_add(ring.share(place, arcs.size));
                let active = bits::get(pattern, visible).into();
                let offset = offsets.of(slot);
                let row = row_mut(rows, slot, params.row_words());
                weight::modify::<W>(row, place, |old| {
                    weight::step_towards::<W>(old, active, params.rate(), offset)
                });
            });
    }
}

/// What is active in each block of up to 32 units, from bit 0 of a word on, into as many words of some room.
#[inline(always)]
fn windows<'a>(wiring: &Structured, pattern: &[u32], room: &'a mut [u32]) -> &'a [u32] {
    let (mut used, mut places) = (0, room.iter_mut());
    let mut pattern = pattern.iter();
    // The bits of a word that are not yet used up, up to 31 of them.
    let (mut bits, mut left) = (0, 0u32);
    for Part { blocks, arcs } in wiring.parts() {
        for window in places.by_ref().take(blocks as usize) {
            *window = bits;
            if left >= arcs.size {
                bits >>= arcs.size & 31;
                left -= arcs.size;
            } else {
                let next = pattern.next().copied().unwrap_or(0);
                *window |= next << (left & 31);
                let taken = arcs.size - left;
                bits = next.checked_shr(taken).unwrap_or(0);
                left = bits::WORD_BITS.wrapping_sub(taken);
            }
        }
        used += blocks as usize;
    }
    room.get(..used).unwrap_or(&[])
}

/// [`update`] of weights that the machine keeps as numbers. A winner goes through all blocks: the place in the next one
/// follows from the last.
#[inline(always)]
fn update_rows<W: Width, R: Ring, C: Raw, O: Offsets>(
    params: &Params<W, Structured>,
    ring: R,
    rows: &mut [C],
    winners: &[u32],
    windows: &[u32],
    (room, offsets): (&mut [u32], O),
) {
    let (wiring, rate) = (params.wiring(), params.rate());
    let stride = params.row_words() * W::PER_WORD as usize;
    let hidden = params.hidden() as usize;
    let Some(room) = room.get_mut(..if O::WRITTEN { windows.len() } else { 0 }) else {
        return;
    };
    for &unit in winners {
        offsets.write(unit, room);
        let (mut slot, mut place) = (0, unit);
        let (mut rows, mut windows) = (&mut *rows, windows);
        for Part { blocks, arcs } in wiring.parts() {
            let blocks = blocks as usize;
            let Some((these, others)) = rows.split_at_mut_checked(blocks * stride) else {
                return;
            };
            let Some((inputs, more)) = windows.split_at_checked(blocks) else {
                return;
            };
            let slots = R::rows(these, hidden, stride).zip(inputs);
            for ((row, &window), offset) in slots.zip(O::of(room, slot)) {
                let at = ring.cut(place, row.len());
                let active = window.rotate_right(ring.share(at as u32, arcs.size)) & 1;
                if let Some(weight) = row.get_mut(at) {
                    let old = (*weight).into();
                    *weight = C::of(weight::step(old, W::FULL, active == 1, rate, offset));
                }
                place = wiring.next_along(ring, place);
            }
            slot += blocks;
            (rows, windows) = (others, more);
        }
    }
}
