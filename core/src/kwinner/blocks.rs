//! The loops of a network with structured wiring: weight row `t` is that of block `t`, slot `p` the weight of the hidden
//! unit at place `p` of the block's ring. The weights of one visible unit are then side by side.

use crate::bits;
use crate::kwinner::Params;
use crate::kwinner::params::Offsets;
use crate::kwinner::wiring::{row, row_mut, sealed};
use crate::rng::{Key, Purpose};
use crate::structured::{Block, Ring, Structured, with_ring};
use crate::weight::{self, Rounding, Width};

/// Winners that go through the blocks together: what belongs to a block is worked out once for all of them.
const TOGETHER: usize = 8;

impl sealed::Rows for Structured {
    const MASKS: bool = false;
    const BLOCKS: bool = true;

    fn fresh<W: Width>(params: &Params<W, Self>, rows: &mut [u32]) {
        rows.fill(0);
        let start = Key::new(params.seed(), Purpose::START);
        // The start weight of a hidden unit's slot is that of random wiring, wherever it is kept.
        with_ring!(params.wiring(), ring => for unit in 0..params.hidden() {
            let key = start.derive(unit);
            let mut word = 0;
            for block in params.wiring().forward(ring) {
                let lane = block.index % W::PER_WORD;
                if lane == 0 {
                    word = weight::start_word::<W>(params.fan_in(), key, block.index / W::PER_WORD);
                }
                let place = ring.mul_add(block.power, unit, block.turn);
                let row = row_mut(rows, block.index, params.row_words());
                W::set(row, place, word >> (lane * W::BITS) & W::FULL);
            }
        });
    }

    fn activate<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        cue: &[u32],
        potentials: &mut [u32],
    ) {
        potentials.fill(0);
        with_ring!(params.wiring(), ring => activate::<W>(params, ring, rows, cue, potentials));
    }

    fn scatter<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        winners: &[u32],
        sums: &mut [u32],
    ) {
        with_ring!(params.wiring(), ring => scatter::<W>(params, ring, rows, winners, sums));
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
                Rounding::Nearest => with_ring!(params.wiring(), ring =>
                    update::<W, _>(params, ring, rows, winners, pattern, |_, _| weight::HALF)),
                Rounding::Stochastic => {
                    let mut offsets: [Offsets; TOGETHER] = core::array::from_fn(|number| {
                        params.offsets(dither, winners.get(number).copied().unwrap_or(0))
                    });
                    with_ring!(params.wiring(), ring =>
                    update::<W, _>(params, ring, rows, winners, pattern, |number, slot| {
                        offsets.get_mut(number).map_or(0, |offsets| offsets.of(slot))
                    }));
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

fn activate<W: Width>(
    params: &Params<W, Structured>,
    ring: impl Ring,
    rows: &[u32],
    cue: &[u32],
    potentials: &mut [u32],
) {
    let hidden = params.hidden();
    let mut ones = bits::ones(cue);
    let mut one = ones.next();
    let rows = rows.chunks_exact(params.row_words().max(1));
    for (block, row) in params.wiring().backward(ring).zip(rows) {
        let Block { first, arcs, .. } = block;
        while let Some(visible) = one
            && visible.wrapping_sub(first) < arcs.size
        {
            let unit = visible - first;
            let (from, to) = (arcs.start(unit, ring), arcs.start(unit + 1, ring));
            // The hidden unit at the first place, from p = g^t h + t z.
            let turned = ring.wrap(from.wrapping_add(hidden - block.turn));
            let mut hidden = ring.mul_add(turned, block.power, 0);
            weight::run::<W>(row, from, to, |weight| {
                ring.add(potentials, hidden, weight);
                hidden = ring.step(hidden, block.power);
            });
            one = ones.next();
        }
        if one.is_none() {
            return;
        }
    }
}

fn scatter<W: Width>(
    params: &Params<W, Structured>,
    ring: impl Ring,
    rows: &[u32],
    winners: &[u32],
    sums: &mut [u32],
) {
    let rows = rows.chunks_exact(params.row_words().max(1));
    let mut left = sums;
    for (block, row) in params.wiring().forward(ring).zip(rows) {
        let Some((sums, rest)) = left.split_at_mut_checked(block.arcs.size as usize) else {
            return;
        };
        for &unit in winners {
            let place = ring.mul_add(block.power, unit, block.turn);
            if let Some(sum) = sums.get_mut(ring.share(place, block.arcs.size) as usize) {
                *sum = sum.wrapping_add(W::get(row, place));
            }
        }
        left = rest;
    }
}

#[inline(always)]
fn update<W: Width, R: Ring>(
    params: &Params<W, Structured>,
    ring: R,
    rows: &mut [u32],
    winners: &[u32],
    pattern: &[u32],
    mut offset: impl FnMut(usize, u32) -> u32,
) {
    let rate = params.rate();
    let rows = rows.chunks_exact_mut(params.row_words().max(1));
    for (block, row) in params.wiring().forward(ring).zip(rows) {
        let window = bits::window(pattern, block.first);
        for (number, &hidden) in winners.iter().enumerate() {
            let place = ring.mul_add(block.power, hidden, block.turn);
            let unit = ring.share(place, block.arcs.size);
            let active = if unit < bits::WORD_BITS {
                window >> unit & 1 == 1
            } else {
                bits::get(pattern, block.first + unit)
            };
            let offset = offset(number, block.index);
            weight::modify::<W>(row, place, |old| {
                weight::step(old, W::FULL, active, rate, offset)
            });
        }
    }
}
