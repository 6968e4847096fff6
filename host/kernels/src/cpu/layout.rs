//! The layouts of a network's weights, and the choice between them.

use slotless_core::kwinner::Params;
use slotless_core::rng::Key;
use slotless_core::weight::Width;

use super::blocks::{Blocks, UNITS};
use super::lists::{Lists, SHORT_UNITS};
use super::planes::Planes;
use super::simd::Isa;
use super::source::Source;
use super::step::{LANES, Learners};
use super::tiles::{CUES, Tiles};

/// How a network's weights are laid out in memory. The results are the same with each; only the time differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// Input-major lists, walked for the active inputs: the cost of a potential is the weights touched.
    Lists,
    /// Dense bytes in blocks of 128 units, added row by row for the active inputs, seen or not: the cost of a potential is `s n_h`.
    Blocks,
    /// Row-major tiles of 64 weights beside their places in the cue: the cost is all weights over 64.
    Tiles,
    /// Bit planes of the weights, by AND and popcount: for networks whose units see every input.
    Planes,
}

impl Layout {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Lists, Self::Blocks, Self::Tiles, Self::Planes];

    /// Its name: `lists`, `blocks`, `tiles` or `planes`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lists => "lists",
            Self::Blocks => "blocks",
            Self::Tiles => "tiles",
            Self::Planes => "planes",
        }
    }

    /// Whether a network can be laid out so.
    #[must_use]
    pub fn takes<W: Width>(self, params: &Params<W>) -> bool {
        match self {
            Self::Lists | Self::Tiles => true,
            Self::Blocks => Lists::<u16>::takes(params),
            Self::Planes => params.fan_in() == params.visible(),
        }
    }

    /// The layout that costs least, for cues of s ones.
    pub(super) fn choose<W: Width>(params: &Params<W>, isa: Isa) -> Self {
        let costs = Costs::of(isa);
        let all = Self::ALL.into_iter().filter(|of| of.takes(params));
        let cost = |of: &Self| of.cost(params, costs);
        let least = all.min_by(|a, b| cost(a).total_cmp(&cost(b)));
        least.unwrap_or(Self::Lists)
    }

    /// What a step costs beyond what it costs in every layout, for each weight of the network.
    fn cost<W: Width>(self, params: &Params<W>, costs: &Costs) -> f64 {
        let [visible, hidden, fan_in, winners, ones] = [
            params.visible(),
            params.hidden(),
            params.fan_in(),
            params.winners(),
            params.active(),
        ]
        .map(f64::from);
        let is_wide = usize::from(W::BITS > 8);
        let (sums, row) = match self {
            Self::Lists if fan_in == visible => (ones / visible * costs.columns, costs.list_row),
            Self::Lists => (ones / visible * costs.lists, costs.list_row),
            Self::Blocks => {
                let units = f64::from(params.hidden().next_multiple_of(UNITS as u32));
                let rows = ones * units / (hidden * fan_in);
                if Blocks::<1>::line_bytes(params) * (is_wide + 1) as f64 > CACHED {
                    return f64::INFINITY;
                }
                (rows * costs.blocks[is_wide], costs.block_row)
            }
            Self::Tiles => (
                costs.tiles[is_wide] / Tiles::<1>::fill(params),
                costs.tile_row,
            ),
            Self::Planes => (f64::from(W::BITS) * costs.planes, costs.plane_row),
        };
        sums + winners / hidden * row
    }
}

impl Layout {
    /// Whether the places of all weights fit the 32 bits that there are for them.
    pub(super) fn holds<W: Width>(self, params: &Params<W>) -> bool {
        let [hidden, visible] = [params.hidden(), params.visible()].map(u64::from);
        let rows = hidden * u64::from(params.fan_in().next_multiple_of(LANES as u32));
        // A list is whole chunks, if anything is in it.
        let lists = visible.min(rows) * LANES as u64;
        self != Self::Lists || rows + lists < 1 << 32
    }

    /// About the bytes that a network takes in this layout, counted before it is made; [`super::Network::bytes`] counts exactly.
    pub(super) fn estimate<W: Width>(self, params: &Params<W>) -> f64 {
        let [visible, hidden, fan_in] =
            [params.visible(), params.hidden(), params.fan_in()].map(f64::from);
        let row = f64::from(params.fan_in().next_multiple_of(LANES as u32));
        let short = Lists::<u16>::takes(params);
        // The sums of all units for every cue at hand.
        let sums = 4.0 * (CUES as f64 * hidden + visible);
        let weights = match self {
            // Unit and weight in the lists; unit, weight and place in the rows. Half a chunk of every list is not used.
            Self::Lists => {
                let index = if short { 2.0 } else { 4.0 };
                let lists = hidden * fan_in + visible * LANES as f64 / 2.0;
                let rooms = if short {
                    (4 * (CUES + 1) + 2) as f64 * SHORT_UNITS as f64
                } else {
                    0.0
                };
                lists * (index + 2.0) + hidden * row * (index + 6.0) + rooms
            }
            // A byte or two for every pair of units; unit and weight in the rows.
            Self::Blocks => {
                let wide = if W::BITS > 8 { 2.0 } else { 1.0 };
                let rooms = (4 * (CUES + 1) + 2) as f64 * SHORT_UNITS as f64;
                wide * Blocks::<1>::line_bytes(params) + 4.0 * (hidden * row + visible) + rooms
            }
            // Byte, bit and weight, and the unit.
            Self::Tiles => {
                let wide = if W::BITS > 8 { 2.0 } else { 1.0 };
                hidden * fan_in / Tiles::<1>::fill(params) * (4.0 + wide)
            }
            Self::Planes => {
                let planes = f64::from(W::BITS) * visible.max(512.0) / 8.0;
                hidden * (2.0 * row + planes)
            }
        };
        weights + sums
    }
}

/// Bytes of dense lines that are still read faster than lists are walked, of 2 to 16 MB tried.
const CACHED: f64 = 10e6;

/// What the layouts cost, in the time that lists take for a weight that is touched.
#[derive(Debug)]
struct Costs {
    /// A weight of an active input in a list, and where the list is all units.
    lists: f64,
    columns: f64,
    /// A byte of an active input's row, for weights of one byte and of two.
    blocks: [f64; 2],
    /// A place for a weight, in use or not.
    tiles: [f64; 2],
    /// A bit of a weight.
    planes: f64,
    /// A weight of a winner's row: the mean of a learning step and of a recall.
    list_row: f64,
    block_row: f64,
    tile_row: f64,
    plane_row: f64,
}

/// Least squares of what `slotless bench --layouts` measured on an Intel Xeon with AVX-512 (2 MB of second-level cache), then moved until
/// the fewest choices were off. They decide about time alone; where they are off on another processor, that command says so.
impl Costs {
    const PORTABLE: Self = Self {
        lists: 1.0,
        columns: 0.4,
        blocks: [0.053, 0.6],
        tiles: [2.1, 3.1],
        planes: 0.07,
        list_row: 5.7,
        block_row: 6.0,
        tile_row: 17.0,
        plane_row: 6.2,
    };
    #[cfg(target_arch = "x86_64")]
    const AVX2: Self = Self {
        lists: 1.0,
        columns: 0.4,
        blocks: [0.061, 0.38],
        tiles: [1.15, 1.5],
        planes: 0.035,
        list_row: 8.0,
        block_row: 8.0,
        tile_row: 17.0,
        plane_row: 13.5,
    };
    /// AVX-512; and NEON, not measured: a quarter of the width and, on large cores, four instructions at a time.
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    const LOOKED_UP: Self = Self {
        lists: 1.0,
        columns: 0.4,
        blocks: [0.1, 0.36],
        tiles: [0.1, 0.16],
        planes: 0.02,
        list_row: 4.5,
        block_row: 4.8,
        tile_row: 0.6,
        plane_row: 4.5,
    };

    fn of(isa: Isa) -> &'static Self {
        match isa.name() {
            #[cfg(target_arch = "x86_64")]
            "avx512" => &Self::LOOKED_UP,
            #[cfg(target_arch = "x86_64")]
            "avx2" => &Self::AVX2,
            #[cfg(target_arch = "aarch64")]
            "neon" => &Self::LOOKED_UP,
            _ => &Self::PORTABLE,
        }
    }
}

/// The weights of a network in one of the layouts.
#[derive(Debug)]
pub(super) enum Store {
    Short(Lists<u16>),
    Long(Lists<u32>),
    Blocks(Blocks<1>),
    WideBlocks(Blocks<2>),
    Tiles(Tiles<1>),
    WideTiles(Tiles<2>),
    Planes(Planes),
}

/// Runs `$body` with `$store` bound to whichever there is.
macro_rules! with_store {
    ($any:expr, $store:ident => $body:expr) => {
        match $any {
            Store::Short($store) => $body,
            Store::Blocks($store) => $body,
            Store::WideBlocks($store) => $body,
            Store::Long($store) => $body,
            Store::Tiles($store) => $body,
            Store::WideTiles($store) => $body,
            Store::Planes($store) => $body,
        }
    };
}

impl Store {
    /// Lays out the masks and weights of a source.
    pub(super) fn new<W: Width>(layout: Layout, source: &Source<'_, W>) -> Self {
        let params = source.params();
        match layout {
            Layout::Planes => Self::Planes(Planes::new(source)),
            Layout::Blocks if W::BITS > 8 => Self::WideBlocks(Blocks::new(source)),
            Layout::Blocks => Self::Blocks(Blocks::new(source)),
            Layout::Tiles if W::BITS > 8 => Self::WideTiles(Tiles::new(source)),
            Layout::Tiles => Self::Tiles(Tiles::new(source)),
            Layout::Lists if Lists::<u16>::takes(params) => Self::Short(Lists::new(source)),
            Layout::Lists => Self::Long(Lists::new(source)),
        }
    }

    pub(super) fn layout(&self) -> Layout {
        match self {
            Self::Short(_) | Self::Long(_) => Layout::Lists,
            Self::Blocks(_) | Self::WideBlocks(_) => Layout::Blocks,
            Self::Tiles(_) | Self::WideTiles(_) => Layout::Tiles,
            Self::Planes(_) => Layout::Planes,
        }
    }

    /// Writes the masks and weights of the core's state.
    pub(super) fn export<W: Width>(
        &self,
        params: &Params<W>,
        masks: &mut [u32],
        weights: &mut [u32],
    ) {
        with_store!(self, store => store.export::<W>(params, masks, weights));
    }

    pub(super) fn bytes(&self) -> usize {
        with_store!(self, store => store.bytes())
    }

    /// Words needed for the sums of the hidden units, and of the visible units.
    pub(super) fn rooms(&self) -> [usize; 2] {
        with_store!(self, store => store.rooms())
    }

    /// Bytes that the potentials of a cue of `ones` ones read, on average.
    pub(super) fn potential_bytes(&self, ones: u32) -> f64 {
        with_store!(self, store => store.potential_bytes(ones))
    }

    /// Bytes that the learning step of one hidden unit reads and writes.
    pub(super) fn update_bytes(&self) -> f64 {
        with_store!(self, store => store.update_bytes())
    }

    /// Bytes that adding one hidden unit's weights to the visible sums reads.
    pub(super) fn scatter_bytes(&self) -> f64 {
        with_store!(self, store => store.scatter_bytes())
    }

    /// Sums the weights of the active inputs for every hidden unit.
    pub(super) fn activate(&mut self, isa: Isa, cue: &[u32], potentials: &mut [u32]) {
        with_store!(self, store => store.activate(isa, cue, potentials));
    }

    /// [`Store::activate`] for several cues, in one pass over the weights where that is cheaper.
    pub(super) fn activate_many(
        &mut self,
        isa: Isa,
        cues: [&[u32]; CUES],
        mut potentials: [&mut [u32]; CUES],
    ) {
        match self {
            Self::Tiles(tiles) => tiles.activate_many(isa, cues, potentials),
            Self::WideTiles(tiles) => tiles.activate_many(isa, cues, potentials),
            _ => {
                for (cue, potentials) in cues.into_iter().zip(&mut potentials) {
                    self.activate(isa, cue, potentials);
                }
            }
        }
    }

    /// Adds the weights of hidden units to the sums of the visible units they see.
    pub(super) fn scatter(&self, isa: Isa, units: &[u32], sums: &mut [u32]) {
        isa.run(Scatter {
            store: self,
            units,
            sums,
        });
    }

    /// The learning step of hidden units; `dither`, a key of the step, for stochastic rounding, nearest without.
    pub(super) fn update(
        &mut self,
        isa: Isa,
        learners: Learners<'_>,
        pattern: &[u32],
        dither: Option<Key>,
    ) {
        with_store!(self, store => store.update(isa, learners, pattern, dither));
    }
}

struct Scatter<'a> {
    store: &'a Store,
    units: &'a [u32],
    sums: &'a mut [u32],
}

impl super::simd::Kernel for Scatter<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: super::simd::Block>(self) {
        with_store!(self.store, store => store.scatter(self.units, self.sums));
    }
}
