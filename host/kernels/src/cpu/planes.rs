//! Bit planes: for networks whose hidden units see every visible unit, bit `b` of all weights of a unit as one bit vector.
//!
//! A potential is then a sum of overlaps, `sum_b 2^b |plane_b AND cue|`: AND and popcount only, and for 1-bit weights
//! nothing else. The weights stand in rows too, for learning and recall.

use slotless_core::kwinner::Params;
use slotless_core::rng::Key;
use slotless_core::weight::Width;

use super::simd::{BYTES, Block, Isa, Kernel};
use super::source::{Source, export_rows};
use super::step::{LANES, Learners, Moved, nearest, stochastic, whole};

/// Bits in a block.
const BITS: usize = 8 * BYTES;

#[derive(Debug)]
pub(super) struct Planes {
    hidden: usize,
    visible: usize,
    full: u16,
    /// Bits in a weight.
    width: usize,
    /// Blocks in a plane.
    blocks: usize,
    /// Row of unit h: `width` planes of `blocks` blocks.
    planes: Vec<[u8; BYTES]>,
    /// Chunks in a row of weights.
    chunks: usize,
    rows: Vec<[u16; LANES]>,
    /// The cue at hand.
    cue: Vec<[u8; BYTES]>,
}

impl Planes {
    pub(super) fn new<W: Width>(source: &Source<'_, W>) -> Self {
        let params = source.params();
        let (visible, hidden) = (params.visible() as usize, params.hidden() as usize);
        let (blocks, chunks) = (visible.div_ceil(BITS), visible.div_ceil(LANES));
        let width = W::BITS as usize;
        let mut rows = vec![[0; LANES]; hidden * chunks];
        source.rows(|unit, _, packed| {
            let row = &mut rows[unit as usize * chunks..][..chunks];
            for (slot, weight) in (0..params.visible()).zip(row.as_flattened_mut()) {
                *weight = W::get(packed, slot) as u16;
            }
        });
        let mut planes = Self {
            hidden,
            visible,
            full: W::FULL as u16,
            width,
            blocks,
            planes: vec![[0; BYTES]; hidden * width * blocks],
            chunks,
            rows,
            cue: vec![[0; BYTES]; blocks],
        };
        for unit in 0..hidden {
            planes.split(unit);
        }
        planes
    }

    pub(super) fn export<W: Width>(
        &self,
        params: &Params<W>,
        masks: &mut [u32],
        weights: &mut [u32],
    ) {
        export_rows(params, [masks, weights], |unit| {
            let row = unit as usize * self.chunks;
            let row = self.rows[row..row + self.chunks].as_flattened();
            (0..params.visible()).zip(row.iter().copied())
        });
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.planes[..]) + size_of_val(&self.rows[..]) + size_of_val(&self.cue[..])
    }

    pub(super) fn potential_bytes(&self, _: u32) -> f64 {
        size_of_val(&self.planes[..]) as f64
    }

    pub(super) fn update_bytes(&self) -> f64 {
        // Weights read and written, planes written.
        (4 * LANES * self.chunks + BYTES * self.width * self.blocks) as f64
    }

    pub(super) fn scatter_bytes(&self) -> f64 {
        (2 * LANES * self.chunks) as f64
    }

    /// Words that [`Planes::activate`] and [`Planes::scatter`] need for their sums.
    pub(super) fn rooms(&self) -> [usize; 2] {
        [self.hidden, LANES * self.chunks]
    }

    fn set_cue(&mut self, cue: &[u32]) {
        let bytes = self.cue.as_flattened_mut().as_chunks_mut::<4>().0;
        for (bytes, word) in bytes.iter_mut().zip(cue) {
            *bytes = word.to_le_bytes();
        }
    }

    /// Sums the weights of the active inputs for every hidden unit.
    pub(super) fn activate(&mut self, isa: Isa, cue: &[u32], potentials: &mut [u32]) {
        self.set_cue(cue);
        isa.run(Activate {
            planes: self,
            potentials,
        });
    }

    /// Adds the weights of hidden units to the sums of the visible units.
    #[inline(always)]
    pub(super) fn scatter(&self, units: &[u32], sums: &mut [u32]) {
        for &unit in units {
            let row = &self.rows[unit as usize * self.chunks..][..self.chunks];
            super::lists::add_all(row, sums);
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
        self.set_cue(pattern);
        isa.run(Update {
            planes: self,
            learners,
            dither,
        });
    }

    /// Makes the planes of a unit from its row.
    #[inline(always)]
    fn split(&mut self, unit: usize) {
        let row = &self.rows[unit * self.chunks..][..self.chunks];
        let planes =
            &mut self.planes[unit * self.width * self.blocks..][..self.width * self.blocks];
        for (bit, plane) in planes.chunks_exact_mut(self.blocks).enumerate() {
            for (out, weights) in plane.as_flattened_mut().iter_mut().zip(row) {
                let flags = weights.map(|weight| (weight >> bit) as u8 & 1);
                // Byte i times 2^(56 - 7 i) ends in bit 56 + i, and no two products meet.
                let gathered = u64::from_le_bytes(flags).wrapping_mul(0x0102_0408_1020_4080);
                *out = (gathered >> 56) as u8;
            }
        }
    }
}

struct Activate<'a> {
    planes: &'a Planes,
    potentials: &'a mut [u32],
}

impl Kernel for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Planes {
            width,
            blocks,
            ref planes,
            ref cue,
            ..
        } = *self.planes;
        for (potential, planes) in self
            .potentials
            .iter_mut()
            .zip(planes.chunks_exact(width * blocks))
        {
            *potential = 0;
            for (bit, plane) in planes.chunks_exact(blocks).enumerate() {
                let mut counts = B::zero();
                for (plane, cue) in plane.iter().zip(cue) {
                    let both = B::load(plane).and(B::load(cue));
                    counts = counts.add_groups(both.count_groups());
                }
                let overlap: u32 = counts.groups().into_iter().sum();
                *potential += overlap << bit;
            }
        }
    }
}

struct Update<'a> {
    planes: &'a mut Planes,
    learners: Learners<'a>,
    dither: Option<Key>,
}

impl Kernel for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self {
            planes,
            learners,
            dither,
        } = self;
        for (units, rate) in learners {
            for &unit in units {
                match (rate, dither) {
                    (Some(rate), None) => planes.set_row(unit, nearest(rate)),
                    (Some(rate), Some(key)) => {
                        planes.set_row(unit, stochastic(rate, key.derive(unit)));
                    }
                    (None, _) => planes.set_row(unit, whole()),
                }
            }
        }
    }
}

impl Planes {
    #[inline(always)]
    fn set_row(&mut self, unit: u32, moved: impl Moved) {
        let unit = unit as usize;
        let row = &mut self.rows[unit * self.chunks..][..self.chunks];
        let cue = self.cue.as_flattened();
        for (chunk, (weights, &active)) in (0..).zip(row.iter_mut().zip(cue)) {
            // One byte of the cue for each chunk of eight; beyond the last visible unit there are no ones and the
            // weights are 0, which a step leaves at 0.
            let targets = std::array::from_fn(|lane| {
                if active >> lane & 1 == 1 {
                    self.full
                } else {
                    0
                }
            });
            *weights = moved(chunk, *weights, targets);
        }
        debug_assert!(
            row.as_flattened()[self.visible..]
                .iter()
                .all(|&weight| weight == 0)
        );
        self.split(unit);
    }
}
