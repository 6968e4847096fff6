//! Tiles: the weights of eight hidden units, eight slots each, beside where their inputs stand in a table of the cue.
//!
//! A tile is 64 lanes. Lane `8 u + i` belongs to unit `u` of a group of eight hidden units; it holds the byte and the bit at
//! which its visible unit stands in a table of 1,024 bits (a segment of the cue), and its weight. Activation looks
//! all 64 bits up at once and sums the weights of those that are set, unit by unit, so its cost is the weights of the
//! network over 64, whatever the cue. Learning and recall walk the tiles of the winners; a weight stands in one place.
//!
//! Lanes that a unit does not need have no bit and the weight 0: they are never active, and a step leaves them at 0.

use std::array::from_fn;
use std::fmt;

use slotless_core::bits;
use slotless_core::fan_in;
use slotless_core::kwinner::Params;
use slotless_core::rng::Key;
use slotless_core::weight::Width;

use super::lists::SHORT_UNITS;
use super::simd::{BYTES, Block, GROUPS, Isa, Kernel};
use super::source::{Source, export_rows};
use super::step::{Learners, step_block as step};

/// Visible units in a segment: the bits that one look-up reaches.
const SEGMENT: usize = 1024;
/// Words of a segment of a packed cue.
const SEGMENT_WORDS: usize = SEGMENT / 32;
/// Slots of a unit in a tile.
const SLOTS: usize = 8;
/// Cues that [`Tiles::activate_many`] takes together: as many tables as fit the registers beside the rest.
pub(super) const CUES: usize = 4;

/// A cue's segment as the bytes of two blocks.
type Table = [[u8; BYTES]; 2];

/// 64 lanes; weights of more than 8 bits have their low and their high bytes apart.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Tile<const PLANES: usize> {
    /// Which byte of the table.
    byte: [u8; BYTES],
    /// Which bit of the byte; 0 for a lane that is not used.
    bit: [u8; BYTES],
    weights: [[u8; BYTES]; PLANES],
}

/// The tiles of a network; `PLANES` bytes hold a weight.
pub(super) struct Tiles<const PLANES: usize> {
    hidden: u32,
    visible: u32,
    full: u16,
    segments: usize,
    /// Tiles of group g and segment t: `starts[g segments + t]..starts[g segments + t + 1]`.
    starts: Vec<u32>,
    tiles: Vec<Tile<PLANES>>,
    /// Visible unit of each lane within its segment; 0 for a lane that is not used.
    units: Vec<[u16; BYTES]>,
    /// Tables of the cues at hand, [`CUES`] for each segment.
    tables: Vec<[Table; CUES]>,
    /// Rounding offsets of the slots of the unit being learned, low bytes and high bytes.
    offsets: [Vec<u8>; 2],
}

impl<const PLANES: usize> fmt::Debug for Tiles<PLANES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tiles")
            .field("hidden", &self.hidden)
            .field("visible", &self.visible)
            .field("tiles", &self.tiles.len())
            .finish_non_exhaustive()
    }
}

/// Tiles that a network takes, for each group and segment.
fn counts<W: Width>(source: &Source<'_, W>) -> Vec<u32> {
    let params = source.params();
    let segments = (params.visible() as usize).div_ceil(SEGMENT);
    let mut counts = vec![0; (params.hidden() as usize).div_ceil(GROUPS) * segments];
    source.masks(|unit, mask| {
        let first = unit as usize / GROUPS * segments;
        for (count, segment) in counts[first..].iter_mut().zip(mask.chunks(SEGMENT_WORDS)) {
            *count = (*count).max(bits::count(segment).div_ceil(SLOTS as u32));
        }
    });
    counts
}

impl<const PLANES: usize> Tiles<PLANES> {
    pub(super) fn new<W: Width>(source: &Source<'_, W>) -> Self {
        let params = source.params();
        let (visible, hidden) = (params.visible(), params.hidden());
        let segments = (visible as usize).div_ceil(SEGMENT);
        let mut starts = vec![0];
        let mut total = 0;
        for count in counts(source) {
            total += count;
            starts.push(total);
        }
        let unused = Tile {
            byte: [0; BYTES],
            bit: [0; BYTES],
            weights: [[0; BYTES]; PLANES],
        };
        let mut tiles = vec![unused; total as usize];
        let mut units = vec![[0; BYTES]; total as usize];
        source.rows(|unit, mask, row| {
            let unit = unit as usize;
            let (group, first_lane) = (unit / GROUPS, unit % GROUPS * SLOTS);
            let (mut segment, mut rank) = (0, 0);
            fan_in::slots(mask, |(slot, visible)| {
                let (at, within) = (visible as usize / SEGMENT, visible as usize % SEGMENT);
                if at != segment {
                    (segment, rank) = (at, 0);
                }
                let tile = starts[group * segments + segment] as usize + rank / SLOTS;
                let lane = first_lane + rank % SLOTS;
                let weight = W::get(row, slot).to_le_bytes();
                tiles[tile].byte[lane] = (within / 8) as u8;
                tiles[tile].bit[lane] = 1 << (within % 8);
                for (plane, byte) in tiles[tile].weights.iter_mut().zip(weight) {
                    plane[lane] = byte;
                }
                units[tile][lane] = within as u16;
                rank += 1;
            });
        });
        Self {
            hidden,
            visible,
            full: W::FULL as u16,
            segments,
            starts,
            tiles,
            units,
            tables: vec![[[[0; BYTES]; 2]; CUES]; segments],
            offsets: from_fn(|_| vec![0; (params.fan_in() as usize).next_multiple_of(4) + BYTES]),
        }
    }

    /// About the share of lanes that would hold a weight: a group has as many tiles as the fullest of its eight units needs.
    pub(super) fn fill<W: Width>(params: &Params<W>) -> f64 {
        let segments = f64::from(params.visible().div_ceil(SEGMENT as u32));
        let slots = f64::from(params.fan_in()) / segments;
        // The largest of eight draws lies about 1.42 deviations up; with one segment there is nothing to draw.
        let spread = if segments > 1.0 {
            1.42 * slots.sqrt()
        } else {
            0.0
        };
        let tiles = ((slots + spread) / SLOTS as f64).ceil();
        slots / (tiles * SLOTS as f64)
    }

    /// The tiles of a group, its segments one after the other, with the number of their segment.
    #[inline(always)]
    fn runs(&self, group: usize) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
        let starts = &self.starts[group * self.segments..][..=self.segments];
        let ranges = starts.array_windows::<2>();
        ranges
            .map(|&[start, end]| start as usize..end as usize)
            .enumerate()
    }

    pub(super) fn export<W: Width>(
        &self,
        params: &Params<W>,
        masks: &mut [u32],
        weights: &mut [u32],
    ) {
        export_rows(params, [masks, weights], |unit| {
            let (group, first_lane) = (unit as usize / GROUPS, unit as usize % GROUPS * SLOTS);
            let tiles = self.runs(group).flat_map(|(segment, tiles)| {
                tiles.map(move |tile| ((segment * SEGMENT) as u32, tile))
            });
            tiles.flat_map(move |(start, tile)| {
                let lanes = first_lane..first_lane + SLOTS;
                let used = lanes.filter(move |&lane| self.tiles[tile].bit[lane] != 0);
                used.map(move |lane| {
                    let visible = start + u32::from(self.units[tile][lane]);
                    (visible, self.weight(tile, lane))
                })
            })
        });
    }

    fn weight(&self, tile: usize, lane: usize) -> u16 {
        let bytes: [u8; 2] =
            from_fn(|plane| self.tiles[tile].weights.get(plane).map_or(0, |of| of[lane]));
        u16::from_le_bytes(bytes)
    }

    pub(super) fn bytes(&self) -> usize {
        4 * self.starts.len()
            + size_of_val(&self.tiles[..])
            + size_of_val(&self.units[..])
            + size_of_val(&self.tables[..])
            + 2 * self.offsets[0].len()
    }

    pub(super) fn potential_bytes(&self, _: u32) -> f64 {
        size_of_val(&self.tiles[..]) as f64
    }

    pub(super) fn update_bytes(&self) -> f64 {
        // The unit's lanes of a tile, their weights written too.
        self.unit_tiles() * (SLOTS * (2 + 2 * PLANES)) as f64
    }

    pub(super) fn scatter_bytes(&self) -> f64 {
        self.unit_tiles() * (SLOTS * (2 + PLANES)) as f64
    }

    fn unit_tiles(&self) -> f64 {
        (GROUPS * self.tiles.len()) as f64 / f64::from(self.hidden)
    }

    /// Words that [`Tiles::activate`] and [`Tiles::scatter`] need for their sums.
    pub(super) fn rooms(&self) -> [usize; 2] {
        [
            (self.hidden as usize).next_multiple_of(GROUPS),
            // Behind the last segment room for any 16-bit index, which then needs no bounds check.
            self.segments * SEGMENT + SHORT_UNITS,
        ]
    }

    /// Puts a cue into the tables as number `number`.
    fn set_table(&mut self, number: usize, cue: &[u32]) {
        for (tables, words) in self.tables.iter_mut().zip(cue.chunks(SEGMENT_WORDS)) {
            let bytes = tables[number].as_flattened_mut().as_chunks_mut::<4>().0;
            for (bytes, word) in bytes.iter_mut().zip(words) {
                *bytes = word.to_le_bytes();
            }
        }
    }

    /// Sums the weights of the active inputs for every hidden unit.
    pub(super) fn activate(&mut self, isa: Isa, cue: &[u32], potentials: &mut [u32]) {
        self.set_table(0, cue);
        isa.run(Activate {
            tiles: &*self,
            potentials: [potentials],
        });
    }

    /// [`Tiles::activate`] for [`CUES`] cues, which then cost little more than two: the tiles are read once.
    pub(super) fn activate_many(
        &mut self,
        isa: Isa,
        cues: [&[u32]; CUES],
        potentials: [&mut [u32]; CUES],
    ) {
        for (number, cue) in cues.into_iter().enumerate() {
            self.set_table(number, cue);
        }
        isa.run(Activate {
            tiles: &*self,
            potentials,
        });
    }

    /// Adds the weights of hidden units to the sums of the visible units they see.
    #[inline(always)]
    pub(super) fn scatter(&self, units: &[u32], sums: &mut [u32]) {
        for &unit in units {
            let (group, within) = (unit as usize / GROUPS, unit as usize % GROUPS);
            for (segment, run) in self.runs(group) {
                let sums = sums[segment * SEGMENT..].first_chunk_mut::<SHORT_UNITS>();
                let Some(sums) = sums else { return };
                for (tile, units) in self.tiles[run.clone()].iter().zip(&self.units[run]) {
                    let units = units.as_chunks::<SLOTS>().0[within];
                    let low = tile.weights[0].as_chunks::<SLOTS>().0[within];
                    let high = tile.weights[PLANES - 1].as_chunks::<SLOTS>().0[within];
                    for lane in 0..SLOTS {
                        let mut weight = u32::from(low[lane]);
                        if PLANES > 1 {
                            weight |= u32::from(high[lane]) << 8;
                        }
                        sums[usize::from(units[lane])] += weight;
                    }
                }
            }
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
        self.set_table(0, pattern);
        isa.run(Update {
            tiles: self,
            learners,
            dither,
        });
    }
}

struct Activate<'a, const PLANES: usize, const N: usize> {
    tiles: &'a Tiles<PLANES>,
    potentials: [&'a mut [u32]; N],
}

impl<const PLANES: usize, const N: usize> Kernel for Activate<'_, PLANES, N> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self { tiles, potentials } = self;
        let mut out = potentials.map(|of| of.as_chunks_mut::<GROUPS>().0.iter_mut());
        for group in 0..(tiles.hidden as usize).div_ceil(GROUPS) {
            let mut sums = [[B::zero(); PLANES]; N];
            for (segment, run) in tiles.runs(group) {
                let tables: [[B; 2]; N] =
                    from_fn(|cue| tiles.tables[segment][cue].each_ref().map(B::load));
                for tile in &tiles.tiles[run] {
                    let (byte, bit) = (B::load(&tile.byte), B::load(&tile.bit));
                    let weights = tile.weights.each_ref().map(B::load);
                    for (sums, table) in sums.iter_mut().zip(tables) {
                        let found = B::lookup(table, byte);
                        for (sum, weights) in sums.iter_mut().zip(weights) {
                            let active = weights.where_both(found, bit);
                            *sum = sum.add_groups(active.sum_groups());
                        }
                    }
                }
            }
            for (out, sums) in out.iter_mut().zip(sums) {
                let planes = sums.map(B::groups);
                if let Some(out) = out.next() {
                    *out = from_fn(|unit| {
                        let high = planes.get(1).map_or(0, |of| of[unit]);
                        planes[0][unit] + (high << 8)
                    });
                }
            }
        }
    }
}

struct Update<'a, const PLANES: usize> {
    tiles: &'a mut Tiles<PLANES>,
    learners: Learners<'a>,
    dither: Option<Key>,
}

impl<const PLANES: usize> Kernel for Update<'_, PLANES> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self {
            tiles,
            learners,
            dither,
        } = self;
        for (units, rate) in learners {
            match (rate, dither) {
                (Some(rate), None) => {
                    let rate = B::splat16(rate);
                    tiles.set_rows::<B>(units, None, |weights, targets, _| {
                        step(weights, targets, rate, B::top16)
                    });
                }
                (Some(rate), Some(key)) => {
                    let rate = B::splat16(rate);
                    tiles.set_rows::<B>(units, Some(key), |weights, targets, offsets| {
                        step(weights, targets, rate, |part| part.carry16(offsets))
                    });
                }
                (None, _) => tiles.set_rows::<B>(units, None, |_, targets, _| targets),
            }
        }
    }
}

/// The lanes of one unit of up to eight tiles, as one block; tiles that are not there give zeros, and so have no bits.
#[inline(always)]
fn row<B: Block, const PLANES: usize>(
    tiles: &[Tile<PLANES>],
    within: usize,
    of: impl Fn(&Tile<PLANES>) -> &[u8; BYTES],
) -> B {
    B::from_groups(from_fn(|tile| {
        tiles.get(tile).map_or(0, |tile| {
            u64::from_le_bytes(of(tile).as_chunks::<SLOTS>().0[within])
        })
    }))
}

/// Low and high bytes of 64 numbers of 16 bits as two blocks of 32 such numbers: those in even lanes, those in odd lanes.
#[inline(always)]
fn interleave<B: Block>(low: B, high: B) -> [B; 2] {
    let bytes = B::splat16(0xff);
    [
        low.and(bytes).or(high.low_to_high()),
        low.high_to_low().or(high.and(B::splat16(0xff00))),
    ]
}

/// The inverse of [`interleave`].
#[inline(always)]
fn separate<B: Block>([even, odd]: [B; 2]) -> [B; 2] {
    let bytes = B::splat16(0xff);
    [
        even.and(bytes).or(odd.low_to_high()),
        even.high_to_low().or(odd.and(B::splat16(0xff00))),
    ]
}

impl<const PLANES: usize> Tiles<PLANES> {
    /// Fills the rounding offsets of a unit's slots: low bytes, high bytes.
    ///
    /// Slot 4 g + i takes the low 16 bits of word g rotated right by 8 i: byte i of the word and the byte after it, the first
    /// after the last.
    #[inline(always)]
    fn fill_offsets(&mut self, key: Key) {
        let [low, high] = self.offsets.each_mut().map(|of| of.as_chunks_mut::<4>().0);
        for (group, (low, high)) in (0..).zip(low.iter_mut().zip(high)) {
            let word = key.at(group);
            (*low, *high) = (word.to_le_bytes(), word.rotate_right(8).to_le_bytes());
        }
    }

    /// Sets the weights of units to what `moved` makes of (weights, targets, rounding offsets), eight tiles of a unit at a time;
    /// `dither` is the key of the offsets, where they are needed.
    #[inline(always)]
    fn set_rows<B: Block>(
        &mut self,
        units: &[u32],
        dither: Option<Key>,
        moved: impl Fn(B, B, B) -> B,
    ) {
        let full = B::splat16(self.full);
        for &unit in units {
            if let Some(key) = dither {
                self.fill_offsets(key.derive(unit));
            }
            let (group, within) = (unit as usize / GROUPS, unit as usize % GROUPS);
            let starts = &self.starts[group * self.segments..][..=self.segments];
            let mut slot = 0;
            for (tables, range) in self.tables.iter().zip(starts.array_windows::<2>()) {
                let table = tables[0].each_ref().map(B::load);
                let run = &mut self.tiles[range[0] as usize..range[1] as usize];
                for tiles in run.chunks_mut(GROUPS) {
                    let (byte, bit) = (
                        row::<B, _>(tiles, within, |tile| &tile.byte),
                        row::<B, _>(tiles, within, |tile| &tile.bit),
                    );
                    let active = B::splat16(0xffff).where_both(B::lookup(table, byte), bit);
                    let low = row::<B, _>(tiles, within, |tile| &tile.weights[0]);
                    let high = if PLANES > 1 {
                        row::<B, _>(tiles, within, |tile| &tile.weights[PLANES - 1])
                    } else {
                        B::zero()
                    };
                    let offsets = if dither.is_some() {
                        self.offsets.each_ref().map(|of| {
                            of[slot..]
                                .first_chunk()
                                .map_or(B::zero(), |bytes| B::load(bytes))
                        })
                    } else {
                        [B::zero(); 2]
                    };
                    let weights = interleave(low, high);
                    let targets = interleave(active, active).map(|of| of.and(full));
                    let offsets = interleave(offsets[0], offsets[1]);
                    let out = separate(from_fn(|part| {
                        moved(weights[part], targets[part], offsets[part])
                    }));
                    let out = out.map(B::to_groups);
                    for (number, tile) in tiles.iter_mut().enumerate() {
                        for (plane, out) in tile.weights.iter_mut().zip(out) {
                            plane.as_chunks_mut::<SLOTS>().0[within] = out[number].to_le_bytes();
                        }
                    }
                    if dither.is_some() {
                        // Only the last tile of a segment has lanes without a slot.
                        let used = bit.store();
                        slot += used.iter().filter(|&&bit| bit != 0).count();
                    }
                }
            }
        }
    }
}
