//! Where a layout's masks and weights come from, and where they go.

use slotless_core::bits;
use slotless_core::fan_in;
use slotless_core::kwinner::{Params, Structured};
use slotless_core::rng::{Key, Purpose};
use slotless_core::weight::{self, Width};

/// The rows of a network: a core state, or those of a fresh network, drawn one at a time.
///
/// A large network's masks can be far larger than its weights, so a fresh one is laid out without ever having them all.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a, W> {
    /// Mask rows and weight rows of a core state.
    State {
        params: Params<W>,
        masks: &'a [u32],
        weights: &'a [u32],
    },
    /// The core's start weights, and its wiring: random, or computed.
    Fresh {
        params: Params<W>,
        wiring: Option<Structured>,
    },
}

impl<W: Width> Source<'_, W> {
    pub(super) fn params(&self) -> &Params<W> {
        match self {
            Self::State { params, .. } | Self::Fresh { params, .. } => params,
        }
    }

    /// Calls `visit` with (hidden unit, mask row) for each, in order.
    pub(super) fn masks(&self, mut visit: impl FnMut(u32, &[u32])) {
        match *self {
            Self::State { params, masks, .. } => {
                let rows = masks.chunks_exact(params.pattern_words());
                (0..).zip(rows).for_each(|(unit, mask)| visit(unit, mask));
            }
            Self::Fresh { params, wiring } => {
                let mut mask = vec![0; params.pattern_words()];
                for unit in 0..params.hidden() {
                    match wiring {
                        Some(wiring) => wiring.mask(unit, &mut mask),
                        None => draw(&params, unit, &mut mask),
                    }
                    visit(unit, &mask);
                }
            }
        }
    }

    /// Calls `visit` with (hidden unit, mask row, weight row) for each, in order.
    pub(super) fn rows(&self, mut visit: impl FnMut(u32, &[u32], &[u32])) {
        match *self {
            Self::State {
                params, weights, ..
            } => {
                let mut rows = weights.chunks_exact(params.row_words());
                self.masks(|unit, mask| visit(unit, mask, rows.next().unwrap_or(&[])));
            }
            Self::Fresh { params, .. } => {
                let start = Key::new(params.seed(), Purpose::START);
                let mut row = vec![0; params.row_words()];
                self.masks(|unit, mask| {
                    weight::fill_start::<W>(&mut row, params.fan_in(), start.derive(unit));
                    visit(unit, mask, &row);
                });
            }
        }
    }
}

/// Writes the rows of a layout into masks and weight rows that are all 0: `row` has the visible units of a hidden unit,
/// ascending, each with its weight.
pub(super) fn export_rows<W: Width, R: Iterator<Item = (u32, u16)>>(
    params: &Params<W>,
    [masks, weights]: [&mut [u32]; 2],
    row: impl Fn(u32) -> R,
) {
    let masks = masks.chunks_exact_mut(params.pattern_words());
    let weights = weights.chunks_exact_mut(params.row_words());
    for ((unit, mask), packed) in (0..).zip(masks).zip(weights) {
        for (slot, (visible, weight)) in (0..).zip(row(unit)) {
            bits::set(mask, visible);
            W::set(packed, slot, u32::from(weight));
        }
    }
}

fn draw<W: Width>(params: &Params<W>, unit: u32, mask: &mut [u32]) {
    fan_in::draw(params.seed(), unit, params.visible(), params.fan_in(), mask);
}
