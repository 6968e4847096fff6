//! Who is wired to whom, as a type: what a network keeps of it, and the loops that go through it.

use core::fmt;
use core::hash::Hash;

use crate::fan_in;
use crate::kwinner::{Params, ParamsBuilder, ParamsError};
use crate::rng::Key;
use crate::structured::Structured;
use crate::weight::Width;

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

/// Fan-in drawn at random (the paper's), as packed masks in the network's buffer: `n_h ceil(n_i / 32)` words. Where every
/// hidden unit sees every visible one there are none.
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

    /// Mask rows and weight rows, the masks wherever they are. Whatever has them has its [`Rows`] in `masks.rs`.
    pub trait MaskRows: Sized {
        /// Whether the masks are in the buffer, before the weights.
        const INSIDE: bool;

        /// Masks that lie elsewhere.
        fn elsewhere(&self) -> &[u32] {
            &[]
        }

        /// Draws the masks of a fresh network, if they are in the buffer.
        fn draw<W: Width>(_: &Params<W, Self>, _: &mut [u32]) {}

        /// All mask rows, and all weight rows.
        fn split<'a, W: Width>(
            params: &'a Params<W, Self>,
            rows: &'a [u32],
        ) -> (&'a [u32], &'a [u32]);

        /// [`MaskRows::split`], the weights to be written; `None` for rows that are too short.
        fn split_mut<'a, W: Width>(
            params: &'a Params<W, Self>,
            rows: &'a mut [u32],
        ) -> Option<(&'a [u32], &'a mut [u32])>;
    }
}

impl sealed::MaskRows for Random {
    const INSIDE: bool = true;

    fn draw<W: Width>(params: &Params<W>, rows: &mut [u32]) {
        let masks = rows.get_mut(..params.mask_words()).unwrap_or(&mut []);
        let masks = masks.chunks_exact_mut(params.pattern_words().max(1));
        for (unit, mask) in (0..).zip(masks) {
            fan_in::draw(params.seed(), unit, params.visible(), params.fan_in(), mask);
        }
    }

    fn split<'a, W: Width>(params: &'a Params<W>, rows: &'a [u32]) -> (&'a [u32], &'a [u32]) {
        // The weights are what it ends with, also in snapshots of before, which have masks of ones alone.
        let masks = rows.len().saturating_sub(params.weight_words());
        rows.split_at_checked(masks).unwrap_or((&[], &[]))
    }

    fn split_mut<'a, W: Width>(
        params: &'a Params<W>,
        rows: &'a mut [u32],
    ) -> Option<(&'a [u32], &'a mut [u32])> {
        let (masks, weights) = rows.split_at_mut_checked(params.mask_words())?;
        Some((masks, weights))
    }
}

impl sealed::MaskRows for Lent<'_> {
    const INSIDE: bool = false;

    fn elsewhere(&self) -> &[u32] {
        self.masks
    }

    fn split<'a, W: Width>(params: &'a Params<W, Self>, rows: &'a [u32]) -> (&'a [u32], &'a [u32]) {
        (params.wiring().masks, rows)
    }

    fn split_mut<'a, W: Width>(
        params: &'a Params<W, Self>,
        rows: &'a mut [u32],
    ) -> Option<(&'a [u32], &'a mut [u32])> {
        Some((params.wiring().masks, rows))
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
