//! Dense bytes in blocks of units: for every 128 hidden units and every visible unit a row of 128 weights, 0 where a unit does not
//! see it; and the same weights by hidden unit.
//!
//! Activation adds the rows of the active inputs, byte by byte in 16-bit lanes, and keeps the sums of 128 units in registers: its cost
//! is the bytes of those rows, seen or not, but with no look-up and no store. Where a unit sees one input in twenty it is less
//! than that of lists. Learning and recall walk the rows of the winners; a learned weight is written to both places.
//!
//! Rows by hidden unit are filled up to whole chunks of [`LANES`] with entries that change nothing: their weight is 0 and stays 0,
//! and their visible unit is a spare one after the last, which no cue has.

use slotless_core::bits;
use slotless_core::fan_in;
use slotless_core::kwinner::Params;
use slotless_core::rng::Key;
use slotless_core::weight::Width;

use super::lists::{Index, SHORT_UNITS};
use super::simd::{BYTES, Block, Isa, Kernel, Line, prefetch};
use super::source::{Source, export_rows};
use super::step::{LANES, Learners, Moved, nearest, stochastic, whole};

/// Units of a block: two lines.
pub(super) const UNITS: usize = 2 * BYTES;
/// 16-bit lanes of a line.
const PAIRS: usize = BYTES / 2;
/// Rows whose bytes a 16-bit lane can hold the sum of: 257 times 255 is 2^16 - 1.
const ROWS: usize = 257;

/// The weights of a network; `PLANES` bytes hold one, the low one first.
#[derive(Debug)]
pub(super) struct Blocks<const PLANES: usize> {
    visible: u32,
    hidden: u32,
    full: u16,
    /// Two lines for each block, visible unit (and the spare one) and plane. See [`place`].
    lines: Vec<Line>,
    /// Row of hidden unit h, in chunks: `rows[h]..rows[h + 1]`, ascending in the visible unit.
    rows: Vec<u32>,
    row_units: Vec<[u16; LANES]>,
    row_weights: Vec<[u16; LANES]>,
    /// Full scale for the active inputs of the pattern being learned, else 0.
    targets: Vec<u16>,
    /// The active inputs of the cue at hand.
    ones: Vec<u32>,
}

/// Where a hidden unit's weights stand: the block, the line within a pair, the byte. A 16-bit lane holds two units 32 apart, so that
/// the sums of low bytes are those of 32 neighbours, and so are those of high bytes.
fn place(unit: usize) -> (usize, usize, usize) {
    let within = unit % BYTES;
    let byte = 2 * (within % PAIRS) + within / PAIRS;
    (unit / UNITS, unit % UNITS / BYTES, byte)
}

impl<const PLANES: usize> Blocks<PLANES> {
    /// Bytes of the lines, for a plane.
    pub(super) fn line_bytes<W: Width>(params: &Params<W>) -> f64 {
        let units = f64::from(params.hidden().next_multiple_of(UNITS as u32));
        units * (f64::from(params.visible()) + 1.0)
    }

    pub(super) fn new<W: Width>(source: &Source<'_, W>) -> Self {
        let params = source.params();
        let (visible, hidden) = (params.visible(), params.hidden());
        let mut row_chunks = 0;
        source.masks(|_, mask| {
            row_chunks += (bits::count(mask) as usize).div_ceil(LANES);
        });
        let inputs = visible as usize + 1;
        let lines = (hidden as usize).div_ceil(UNITS) * inputs * 2 * PLANES;
        let mut blocks = Self {
            visible,
            hidden,
            full: W::FULL as u16,
            lines: vec![Line([0; BYTES]); lines],
            rows: vec![0],
            row_units: vec![[visible as u16; LANES]; row_chunks],
            row_weights: vec![[0; LANES]; row_chunks],
            targets: vec![0; SHORT_UNITS],
            ones: Vec::with_capacity(visible as usize),
        };
        let mut at = 0;
        source.rows(|unit, mask, row| {
            let (block, half, byte) = place(unit as usize);
            fan_in::slots(mask, |(slot, input)| {
                let weight = W::get(row, slot) as u16;
                blocks.row_units.as_flattened_mut()[at] = input as u16;
                blocks.row_weights.as_flattened_mut()[at] = weight;
                let first = (block * inputs + input as usize) * 2 * PLANES + half;
                for (plane, of) in weight.to_le_bytes().into_iter().take(PLANES).enumerate() {
                    blocks.lines[first + 2 * plane].0[byte] = of;
                }
                at += 1;
            });
            at = at.next_multiple_of(LANES);
            blocks.rows.push((at / LANES) as u32);
        });
        blocks
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
                .map(|&unit| u32::from(unit))
                .take_while(|&unit| unit < self.visible);
            visible.zip(self.row_weights[row].as_flattened().iter().copied())
        });
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.lines[..])
            + 4 * (self.rows.len() + self.ones.capacity())
            + 4 * LANES * self.row_units.len()
            + 2 * self.targets.len()
    }

    pub(super) fn potential_bytes(&self, ones: u32) -> f64 {
        let row = self.hidden.next_multiple_of(UNITS as u32) as usize * PLANES;
        f64::from(ones) * row as f64
    }

    pub(super) fn update_bytes(&self) -> f64 {
        // Unit, weight read and written, and written to the lines.
        self.row_entries() * (2 + 2 + 2 + PLANES) as f64
    }

    pub(super) fn scatter_bytes(&self) -> f64 {
        self.row_entries() * 4.0
    }

    fn row_entries(&self) -> f64 {
        (LANES * self.row_weights.len()) as f64 / f64::from(self.hidden)
    }

    fn row(&self, unit: u32) -> std::ops::Range<usize> {
        let unit = unit as usize;
        self.rows[unit] as usize..self.rows[unit + 1] as usize
    }

    /// Words that [`Blocks::activate`] and [`Blocks::scatter`] need for their sums.
    pub(super) fn rooms(&self) -> [usize; 2] {
        [(self.hidden as usize).next_multiple_of(UNITS), SHORT_UNITS]
    }

    /// Sums the weights of the active inputs for every hidden unit.
    pub(super) fn activate(&mut self, isa: Isa, cue: &[u32], potentials: &mut [u32]) {
        self.ones.clear();
        self.ones.extend(bits::ones(cue));
        isa.run(Activate {
            blocks: self,
            potentials,
        });
    }

    /// Adds the weights of hidden units to the sums of the visible units they see.
    #[inline(always)]
    pub(super) fn scatter(&self, units: &[u32], sums: &mut [u32]) {
        for &unit in units {
            let row = self.row(unit);
            u16::add(&self.row_units[row.clone()], &self.row_weights[row], sums);
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
            blocks: self,
            learners,
            dither,
        });
    }

    #[inline(always)]
    fn set_rows<M: Moved>(&mut self, units: &[u32], moved: impl Fn(u32) -> M) {
        let size = (self.visible as usize + 1) * 2 * PLANES;
        let Some(targets) = self.targets.first_chunk::<SHORT_UNITS>() else {
            return;
        };
        for &unit in units {
            let (block, half, byte) = place(unit as usize);
            let lines = &mut self.lines[block * size..][..size][half..];
            let row = self.rows[unit as usize] as usize..self.rows[unit as usize + 1] as usize;
            let moved = moved(unit);
            let weights = self.row_weights[row.clone()].iter_mut();
            let chunks = weights.zip(&self.row_units[row]);
            for (chunk, (weights, units)) in (0..).zip(chunks) {
                *weights = moved(
                    chunk,
                    *weights,
                    units.map(|unit| targets[usize::from(unit)]),
                );
                for (&input, weight) in units.iter().zip(*weights) {
                    let at = usize::from(input) * 2 * PLANES;
                    if let Some(line) = lines.get_mut(at) {
                        line.0[byte] = weight as u8;
                    }
                    if PLANES > 1
                        && let Some(line) = lines.get_mut(at + 2)
                    {
                        line.0[byte] = (weight >> 8) as u8;
                    }
                }
            }
        }
    }
}

struct Activate<'a, const PLANES: usize> {
    blocks: &'a Blocks<PLANES>,
    potentials: &'a mut [u32],
}

impl<const PLANES: usize> Kernel for Activate<'_, PLANES> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self { blocks, potentials } = self;
        let inputs = blocks.visible as usize + 1;
        let all = blocks.lines.chunks_exact(inputs * 2 * PLANES);
        let mut rest = &blocks.lines[..];
        for (lines, out) in all.zip(potentials.as_chunks_mut::<UNITS>().0) {
            rest = rest.split_at(inputs * 2 * PLANES).1;
            // The last block looks at itself once more.
            let ahead = if rest.is_empty() { lines } else { rest };
            out.fill(0);
            for ones in blocks.ones.chunks(ROWS) {
                // Sums of pairs of bytes, and of the upper ones of them, by plane and line.
                let mut both = [[B::zero(); 2]; PLANES];
                let mut upper = [[B::zero(); 2]; PLANES];
                for &input in ones {
                    let first = input as usize * 2 * PLANES;
                    let next = &ahead[first..][..2 * PLANES];
                    let row = &lines[first..][..2 * PLANES];
                    for plane in 0..PLANES {
                        for half in 0..2 {
                            prefetch(&next[2 * plane + half]);
                            let bytes = B::load(&row[2 * plane + half].0);
                            both[plane][half] = both[plane][half].add16(bytes);
                            upper[plane][half] = upper[plane][half].add16(bytes.high_to_low());
                        }
                    }
                }
                for plane in 0..PLANES {
                    for (half, out) in out.as_chunks_mut::<BYTES>().0.iter_mut().enumerate() {
                        let upper = upper[plane][half];
                        let lower = both[plane][half].sub16(upper.low_to_high());
                        let (first, second) = out.split_at_mut(PAIRS);
                        add(first, lower, 8 * plane as u32);
                        add(second, upper, 8 * plane as u32);
                    }
                }
            }
        }
    }
}

/// Adds 16-bit lanes, shifted to the left, to sums.
#[inline(always)]
fn add<B: Block>(sums: &mut [u32], lanes: B, shift: u32) {
    let bytes = lanes.store();
    for (sum, lane) in sums.iter_mut().zip(bytes.as_chunks::<2>().0) {
        *sum += u32::from(u16::from_le_bytes(*lane)) << shift;
    }
}

struct Update<'a, const PLANES: usize> {
    blocks: &'a mut Blocks<PLANES>,
    learners: Learners<'a>,
    dither: Option<Key>,
}

impl<const PLANES: usize> Kernel for Update<'_, PLANES> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self {
            blocks,
            learners,
            dither,
        } = self;
        for (units, rate) in learners {
            match (rate, dither) {
                (Some(rate), None) => blocks.set_rows(units, |_| nearest(rate)),
                (Some(rate), Some(key)) => {
                    blocks.set_rows(units, |unit| stochastic(rate, key.derive(unit)));
                }
                (None, _) => blocks.set_rows(units, |_| whole()),
            }
        }
    }
}
