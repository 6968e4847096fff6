//! Who is wired to whom, as a type: what a network keeps of it, and the loops that go through it.

use core::fmt;
use core::hash::Hash;

use crate::bits;
use crate::fan_in;
use crate::kwinner::{Params, ParamsBuilder, ParamsError};
use crate::rng::{Key, Purpose};
use crate::structured::Structured;
use crate::weight::{self, Width};

/// Wiring of a K-winner MHN: [`Random`], [`Lent`] or [`Structured`].
///
/// Sealed: layouts of the buffer and of snapshots know exactly these.
pub trait Wiring: sealed::Rows + Copy + Eq + Hash + fmt::Debug {
    /// Which it is.
    const KIND: WiringKind;
}

/// Wiring as a value, for files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum WiringKind {
    /// At random, by masks: [`Random`] or [`Lent`].
    #[default]
    Random,
    /// Computed: [`Structured`].
    Structured,
}

impl fmt::Display for WiringKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Random => "random",
            Self::Structured => "structured",
        })
    }
}

/// Wiring that follows from sizes and seed: [`Random`] or [`Structured`].
pub trait Seeded: Wiring {
    /// Checks the settings, with this wiring.
    ///
    /// # Errors
    /// Those of [`ParamsBuilder::build`].
    fn build<W: Width>(builder: ParamsBuilder<W>) -> Result<Params<W, Self>, ParamsError>;
}

impl Seeded for Random {
    fn build<W: Width>(builder: ParamsBuilder<W>) -> Result<Params<W>, ParamsError> {
        builder.build()
    }
}

impl Seeded for Structured {
    fn build<W: Width>(builder: ParamsBuilder<W>) -> Result<Params<W, Self>, ParamsError> {
        builder.structured().build()
    }
}

/// Fan-in drawn at random (the paper's), as packed masks in the network's buffer: `n_h ceil(n_i / 32)` words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Random;

/// [`Random`] wiring whose masks lie elsewhere, such as in flash, while the weights are in memory; made by
/// [`Params::lend_masks`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lent<'a> {
    pub(super) masks: &'a [u32],
}

impl fmt::Debug for Lent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lent({} words of masks)", self.masks.len())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Lent<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Lent({=usize} words of masks)", self.masks.len());
    }
}

impl Wiring for Random {
    const KIND: WiringKind = WiringKind::Random;
}

impl Wiring for Lent<'_> {
    const KIND: WiringKind = WiringKind::Random;
}

impl Wiring for Structured {
    const KIND: WiringKind = WiringKind::Structured;
}

/// Wiring by masks: its weight rows are those of hidden units.
pub trait Masks: Wiring + sealed::MaskRows {}
impl Masks for Random {}
impl Masks for Lent<'_> {}

pub(super) mod sealed {
    use super::{Key, Params, Width};

    /// The loops of a network over its rows, the buffer behind the number learned.
    ///
    /// Cues and patterns are checked, `potentials` and `winners` have n_h and k places, `sums` n_i.
    pub trait Rows: Sized {
        /// Whether the buffer has mask rows.
        const MASKS: bool;
        /// Whether weight rows are those of blocks, not of hidden units.
        const BLOCKS: bool;

        /// Masks that lie elsewhere than in the buffer.
        fn masks_elsewhere(&self) -> &[u32] {
            &[]
        }

        /// Wiring and start weights of a fresh network.
        fn fresh<W: Width>(params: &Params<W, Self>, rows: &mut [u32]);

        /// Hidden potentials of a cue.
        fn activate<W: Width>(
            params: &Params<W, Self>,
            rows: &[u32],
            cue: &[u32],
            potentials: &mut [u32],
        );

        /// Adds the winners' weights to the sums of the visible units.
        fn scatter<W: Width>(
            params: &Params<W, Self>,
            rows: &[u32],
            winners: &[u32],
            sums: &mut [u32],
        );

        /// The learning step of the winners; `dither` is the key of the step, `room` as long as `sums` and of no use after.
        fn update<W: Width>(
            params: &Params<W, Self>,
            rows: &mut [u32],
            winners: &[u32],
            pattern: &[u32],
            room: &mut [u32],
            dither: Key,
        );

        /// The raw weight between two units, if they are wired.
        fn weight<W: Width>(
            params: &Params<W, Self>,
            rows: &[u32],
            hidden: u32,
            visible: u32,
        ) -> Option<u32>;

        /// The fan-in of a hidden unit, into words that are zero.
        fn fan_in<W: Width>(params: &Params<W, Self>, rows: &[u32], hidden: u32, mask: &mut [u32]);
    }

    /// Mask rows and weight rows, the masks wherever they are.
    pub trait MaskRows: Sized {
        /// All mask rows, and all weight rows.
        fn split<'a, W: Width>(params: &Params<W, Self>, rows: &'a [u32]) -> (&'a [u32], &'a [u32])
        where
            Self: 'a;
    }
}

impl sealed::MaskRows for Random {
    fn split<'a, W: Width>(params: &Params<W>, rows: &'a [u32]) -> (&'a [u32], &'a [u32])
    where
        Self: 'a,
    {
        rows.split_at_checked(params.mask_words())
            .unwrap_or((&[], &[]))
    }
}

impl<'m> sealed::MaskRows for Lent<'m> {
    fn split<'a, W: Width>(params: &Params<W, Self>, rows: &'a [u32]) -> (&'a [u32], &'a [u32])
    where
        Self: 'a,
    {
        (params.wiring().masks, rows)
    }
}

impl sealed::Rows for Random {
    const MASKS: bool = true;
    const BLOCKS: bool = false;

    fn fresh<W: Width>(params: &Params<W>, rows: &mut [u32]) {
        let Some((masks, weights)) = rows.split_at_mut_checked(params.mask_words()) else {
            return;
        };
        let masks = masks.chunks_exact_mut(params.pattern_words().max(1));
        for (unit, mask) in (0..).zip(masks) {
            fan_in::draw(params.seed(), unit, params.visible(), params.fan_in(), mask);
        }
        fill_start(params, weights);
    }

    fn activate<W: Width>(params: &Params<W>, rows: &[u32], cue: &[u32], potentials: &mut [u32]) {
        activate(params, rows, cue, potentials);
    }

    fn scatter<W: Width>(params: &Params<W>, rows: &[u32], winners: &[u32], sums: &mut [u32]) {
        scatter(params, rows, winners, sums);
    }

    fn update<W: Width>(
        params: &Params<W>,
        rows: &mut [u32],
        winners: &[u32],
        pattern: &[u32],
        _: &mut [u32],
        dither: Key,
    ) {
        if let Some((masks, weights)) = rows.split_at_mut_checked(params.mask_words()) {
            update(params, masks, weights, winners, pattern, dither);
        }
    }

    fn weight<W: Width>(
        params: &Params<W>,
        rows: &[u32],
        hidden: u32,
        visible: u32,
    ) -> Option<u32> {
        weight_of(params, rows, hidden, visible)
    }

    fn fan_in<W: Width>(params: &Params<W>, rows: &[u32], hidden: u32, mask: &mut [u32]) {
        copy_mask(params, rows, hidden, mask);
    }
}

impl sealed::Rows for Lent<'_> {
    const MASKS: bool = false;
    const BLOCKS: bool = false;

    fn masks_elsewhere(&self) -> &[u32] {
        self.masks
    }

    fn fresh<W: Width>(params: &Params<W, Self>, rows: &mut [u32]) {
        fill_start(params, rows);
    }

    fn activate<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        cue: &[u32],
        potentials: &mut [u32],
    ) {
        activate(params, rows, cue, potentials);
    }

    fn scatter<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        winners: &[u32],
        sums: &mut [u32],
    ) {
        scatter(params, rows, winners, sums);
    }

    fn update<W: Width>(
        params: &Params<W, Self>,
        rows: &mut [u32],
        winners: &[u32],
        pattern: &[u32],
        _: &mut [u32],
        dither: Key,
    ) {
        update(
            params,
            params.wiring().masks,
            rows,
            winners,
            pattern,
            dither,
        );
    }

    fn weight<W: Width>(
        params: &Params<W, Self>,
        rows: &[u32],
        hidden: u32,
        visible: u32,
    ) -> Option<u32> {
        weight_of(params, rows, hidden, visible)
    }

    fn fan_in<W: Width>(params: &Params<W, Self>, rows: &[u32], hidden: u32, mask: &mut [u32]) {
        copy_mask(params, rows, hidden, mask);
    }
}

/// Row `unit` of rows of `words` words; empty if there is none.
pub(super) fn row(rows: &[u32], unit: u32, words: usize) -> &[u32] {
    let start = (unit as usize).saturating_mul(words);
    rows.get(start..start.saturating_add(words)).unwrap_or(&[])
}

/// [`row`], to be written.
pub(super) fn row_mut(rows: &mut [u32], unit: u32, words: usize) -> &mut [u32] {
    let start = (unit as usize).saturating_mul(words);
    rows.get_mut(start..start.saturating_add(words))
        .unwrap_or(&mut [])
}

fn fill_start<W: Width, G: Wiring>(params: &Params<W, G>, weights: &mut [u32]) {
    let start = Key::new(params.seed(), Purpose::START);
    let rows = weights.chunks_exact_mut(params.row_words().max(1));
    for (unit, row) in (0..).zip(rows) {
        weight::fill_start::<W>(row, params.fan_in(), start.derive(unit));
    }
}

fn activate<W: Width, G: Masks>(
    params: &Params<W, G>,
    rows: &[u32],
    cue: &[u32],
    potentials: &mut [u32],
) {
    let (masks, weights) = G::split(params, rows);
    let masks = masks.chunks_exact(params.pattern_words().max(1));
    let rows = weights.chunks_exact(params.row_words().max(1));
    for ((potential, mask), row) in potentials.iter_mut().zip(masks).zip(rows) {
        let mut sum = 0u32;
        fan_in::active_slots(mask, cue, |slot| sum = sum.wrapping_add(W::get(row, slot)));
        *potential = sum;
    }
}

fn scatter<W: Width, G: Masks>(
    params: &Params<W, G>,
    rows: &[u32],
    winners: &[u32],
    sums: &mut [u32],
) {
    let (masks, weights) = G::split(params, rows);
    for &unit in winners {
        let weights = row(weights, unit, params.row_words());
        fan_in::slots(
            row(masks, unit, params.pattern_words()),
            |(slot, visible)| {
                if let Some(sum) = sums.get_mut(visible as usize) {
                    *sum = sum.wrapping_add(W::get(weights, slot));
                }
            },
        );
    }
}

fn update<W: Width, G: Wiring>(
    params: &Params<W, G>,
    masks: &[u32],
    weights: &mut [u32],
    winners: &[u32],
    pattern: &[u32],
    dither: Key,
) {
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

fn weight_of<W: Width, G: Masks>(
    params: &Params<W, G>,
    rows: &[u32],
    hidden: u32,
    visible: u32,
) -> Option<u32> {
    let (masks, weights) = G::split(params, rows);
    let mask = row(masks, hidden, params.pattern_words());
    if !bits::get(mask, visible) {
        return None;
    }
    let slot = bits::ones(mask)
        .take_while(|&wired| wired < visible)
        .count();
    Some(W::get(
        row(weights, hidden, params.row_words()),
        slot as u32,
    ))
}

fn copy_mask<W: Width, G: Masks>(
    params: &Params<W, G>,
    rows: &[u32],
    hidden: u32,
    mask: &mut [u32],
) {
    let (masks, _) = G::split(params, rows);
    for (to, from) in mask
        .iter_mut()
        .zip(row(masks, hidden, params.pattern_words()))
    {
        *to = *from;
    }
}
