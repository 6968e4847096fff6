//! The loops of a network whose wiring is masks: weight row `h` is that of hidden unit `h`, slot `r` the weight to the
//! `r`-th visible unit of its mask; units that see all have none, and slot `j` is the weight to visible unit `j`.

use crate::bits;
use crate::fan_in;
use crate::kwinner::Params;
use crate::kwinner::wiring::sealed::{MaskRows, Rows};
use crate::kwinner::wiring::{Masks, row, row_mut};
use crate::rng::{Key, Purpose};
use crate::weight::{self, Rate, Rounding, Width};

impl<G: Masks> Rows for G {
    const MASKS: bool = <G as MaskRows>::INSIDE;
    const BLOCKS: bool = false;

    fn masks_elsewhere(&self) -> &[u32] {
        self.elsewhere()
    }

    fn fresh<W: Width>(params: &Params<W, Self>, rows: &mut [u32]) {
        G::draw(params, rows);
        let Some((_, weights)) = G::split_mut(params, rows) else {
            return;
        };
        let start = Key::new(params.seed(), Purpose::START);
        let rows = weights.chunks_exact_mut(params.row_words().max(1));
        for (unit, row) in (0..).zip(rows) {
            weight::fill_start::<W>(row, params.fan_in(), start.derive(unit));
        }
    }

    fn activate<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        cue: &[u32],
        potentials: &mut [u32],
    ) {
        let (masks, weights) = G::split(params, rows);
        if are_patterns(params) {
            return bits::overlaps(weights, params.row_words(), cue, potentials);
        }
        if params.sees_all() {
            return activate_all(params, weights, cue, potentials);
        }
        let masks = masks.chunks_exact(params.pattern_words().max(1));
        let rows = weights.chunks_exact(params.row_words().max(1));
        for ((potential, mask), row) in potentials.iter_mut().zip(masks).zip(rows) {
            let mut sum = 0u32;
            fan_in::active_slots(mask, cue, |slot| sum = sum.wrapping_add(W::get(row, slot)));
            *potential = sum;
        }
    }

    fn scatter<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        winners: &[u32],
        sums: &mut [u32],
    ) {
        let (masks, weights) = G::split(params, rows);
        if are_patterns(params) {
            for &unit in winners {
                for visible in bits::ones(row(weights, unit, params.row_words())) {
                    if let Some(sum) = sums.get_mut(visible as usize) {
                        *sum = sum.wrapping_add(1);
                    }
                }
            }
            return;
        }
        for &unit in winners {
            let weights = row(weights, unit, params.row_words());
            if params.sees_all() {
                for (sum, slot) in sums.iter_mut().zip(0..) {
                    *sum = sum.wrapping_add(W::get(weights, slot));
                }
                continue;
            }
            let mask = row(masks, unit, params.pattern_words());
            fan_in::slots(mask, |(slot, visible)| {
                if let Some(sum) = sums.get_mut(visible as usize) {
                    *sum = sum.wrapping_add(W::get(weights, slot));
                }
            });
        }
    }

    fn update<W: Width>(
        params: &Params<W, Self>,
        rows: &mut [u32],
        winners: &[u32],
        pattern: &[u32],
        _: &mut [u32],
        dither: Key,
    ) {
        if let Some((masks, weights)) = G::split_mut(params, rows) {
            update(params, masks, weights, winners, pattern, dither);
        }
    }

    fn weight<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        hidden: u32,
        visible: u32,
    ) -> Option<u32> {
        let (masks, weights) = G::split(params, rows);
        let weights = row(weights, hidden, params.row_words());
        if params.sees_all() {
            let wired = hidden < params.hidden() && visible < params.visible();
            return wired.then(|| W::get(weights, visible));
        }
        let mask = row(masks, hidden, params.pattern_words());
        if !bits::get(mask, visible) {
            return None;
        }
        let slot = bits::ones(mask)
            .take_while(|&wired| wired < visible)
            .count();
        Some(W::get(weights, slot as u32))
    }

    fn fan_in<W: Width>(params: &Params<W, Self>, rows: &[u32], hidden: u32, mask: &mut [u32]) {
        if params.sees_all() {
            if hidden < params.hidden() {
                mask.fill(u32::MAX);
                bits::clear_tail(mask, params.visible());
            }
            return;
        }
        let (masks, _) = G::split(params, rows);
        let from = row(masks, hidden, params.pattern_words());
        for (to, from) in mask.iter_mut().zip(from) {
            *to = *from;
        }
    }
}

/// Whether weight rows are laid out as patterns are: of one bit each, from every visible unit.
#[inline(always)]
fn are_patterns<W: Width, G: Masks>(params: &Params<W, G>) -> bool {
    W::BITS == 1 && params.sees_all()
}

// A function of its own: within the one that finds the rows its loop takes up to a tenth more instructions.
fn update<W: Width, G: Masks>(
    params: &Params<W, G>,
    masks: &[u32],
    weights: &mut [u32],
    winners: &[u32],
    pattern: &[u32],
    dither: Key,
) {
    if are_patterns(params) {
        // Without a fraction, steps that are rounded to nearest are whole or none.
        let rate = params.rate().get();
        let nearest = params.rounding() == Rounding::Nearest;
        if rate == Rate::ONE.get() || nearest && rate >= weight::HALF {
            for &unit in winners {
                let weights = row_mut(weights, unit, params.row_words());
                for (weight, &active) in weights.iter_mut().zip(pattern) {
                    *weight = active;
                }
            }
            return;
        }
        if nearest {
            return;
        }
    }
    if params.sees_all() {
        return update_all(params, weights, winners, pattern, dither);
    }
    for &unit in winners {
        let mask = row(masks, unit, params.pattern_words());
        let weights = row_mut(weights, unit, params.row_words());
        let mut offsets = params.offsets(dither, unit);
        fan_in::slots(mask, |(slot, visible)| {
            let offset = offsets.of(slot);
            let active = bits::get(pattern, visible).into();
            weight::modify::<W>(weights, slot, |old| {
                weight::step_towards::<W>(old, active, params.rate(), offset)
            });
        });
    }
}

// Functions of their own: without these the loops over masks have the registers to themselves.

/// Potentials of units that see all.
#[inline(never)]
fn activate_all<W: Width, G: Masks>(
    params: &Params<W, G>,
    weights: &[u32],
    cue: &[u32],
    potentials: &mut [u32],
) {
    let rows = weights.chunks_exact(params.row_words().max(1));
    for (potential, row) in potentials.iter_mut().zip(rows) {
        let weights = bits::ones(cue).map(|slot| W::get(row, slot));
        *potential = weights.fold(0, |sum, weight| sum.wrapping_add(weight));
    }
}

/// [`update`] of units that see all.
#[inline(never)]
fn update_all<W: Width, G: Masks>(
    params: &Params<W, G>,
    weights: &mut [u32],
    winners: &[u32],
    pattern: &[u32],
    dither: Key,
) {
    for &unit in winners {
        let weights = row_mut(weights, unit, params.row_words());
        let mut offsets = params.offsets(dither, unit);
        for slot in 0..params.visible() {
            let offset = offsets.of(slot);
            let active = bits::get(pattern, slot).into();
            weight::modify::<W>(weights, slot, |old| {
                weight::step_towards::<W>(old, active, params.rate(), offset)
            });
        }
    }
}
