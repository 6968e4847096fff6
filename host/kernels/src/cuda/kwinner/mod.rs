//! K-winner memories on a GPU: many networks side by side, one per block; those that a block has no room for take the whole
//! device, launch by launch.
//!
//! All networks of a batch have the same sizes and learn as many patterns; each has its own seed, wiring, weights and patterns.
//! What they give is what [`slotless_core::kwinner::KWinner`] gives, bit for bit.

use cudarc::driver::{CudaSlice, DevicePtr, DeviceRepr, PushKernelArg};
use slotless_core::bits;
use slotless_core::kwinner::{Assignment, Params, Wiring};
use slotless_core::weight::{Rounding, Width};

use super::super::cpu::AnyParams;
use super::device::Device;
use super::error::CudaError;
use super::memory::{copied, to_host, zeros};
use super::program::Program;

mod patterns;

pub use patterns::{Cues, Patterns, Rows};

/// Threads of a block that learns or recalls.
const THREADS: u32 = 256;
/// Threads of a block that draws, each on its own.
const DRAWERS: u32 = 64;

/// Sizes and rules of a network, as the kernels take them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Sizes {
    visible: u32,
    hidden: u32,
    fan_in: u32,
    winners: u32,
    full: u32,
    bits: u32,
    rate: u32,
    stochastic: u32,
    random: u32,
}

// SAFETY: nine words, laid out as the kernels' `struct Sizes`.
unsafe impl DeviceRepr for Sizes {}

impl Sizes {
    /// Those of a network; its seed and its wiring are left out.
    #[must_use]
    pub fn of<W: Width, G: Wiring>(params: &Params<W, G>) -> Self {
        Self {
            visible: params.visible(),
            hidden: params.hidden(),
            fan_in: params.fan_in(),
            winners: params.winners(),
            full: W::FULL,
            bits: W::BITS,
            rate: params.rate().get(),
            stochastic: u32::from(params.rounding() == Rounding::Stochastic),
            random: u32::from(params.assignment() == Assignment::RandomK),
        }
    }

    /// Those of a network whose width is known at run time only.
    #[must_use]
    pub fn of_any(params: &AnyParams) -> Self {
        match params {
            AnyParams::U1(params) => Self::of(params),
            AnyParams::U2(params) => Self::of(params),
            AnyParams::U4(params) => Self::of(params),
            AnyParams::U8(params) => Self::of(params),
            AnyParams::U16(params) => Self::of(params),
        }
    }

    fn words(&self) -> usize {
        bits::words_for(self.visible)
    }

    /// Weights of a network.
    fn weights(&self) -> usize {
        self.fan_in as usize * self.hidden as usize
    }

    fn program(&self) -> Program {
        if self.bits > 8 {
            Program::WIDE
        } else {
            Program::NARROW
        }
    }

    fn weight_bytes(&self) -> usize {
        if self.bits > 8 { 2 } else { 1 }
    }

    /// Bytes of the GPU's memory that a network takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let (hidden, visible) = (self.hidden as usize, self.visible as usize);
        let masks = 4 * self.words() * hidden;
        let lists = 8 * (visible + 1) + self.weights() * (8 + self.weight_bytes());
        masks + lists + 4 * (hidden + self.winners as usize) + 8
    }

    /// Bytes of the GPU's memory that a cue of a network takes, with what is recalled.
    #[must_use]
    pub fn bytes_of_cue(&self) -> usize {
        3 * 4 * self.words() + 20
    }

    /// Numbers that a block selects from, and for which it needs room of its own or of the device.
    fn room(&self) -> usize {
        self.hidden as usize + self.winners as usize + self.visible as usize
    }

    /// Refuses what the kernels' numbers do not hold.
    fn check(&self) -> Result<(), CudaError> {
        let most = 1 << 16;
        let limits = [
            ("n_i", u64::from(self.visible), most),
            ("n_h", u64::from(self.hidden), most),
            ("weights of a network", self.weights() as u64, (1 << 32) - 1),
        ];
        match limits.iter().find(|(_, value, most)| value > most) {
            Some(&(what, value, most)) => Err(CudaError::Size {
                what,
                value,
                allowed: format!("up to {most}"),
            }),
            None => Ok(()),
        }
    }
}

fn side_by_side(count: u32, networks: u32) -> (u32, u32) {
    (count.div_ceil(DRAWERS), networks)
}

/// What networks recalled from cues, network by network.
#[derive(Debug)]
pub struct Recalled {
    /// Ones that what was recalled has in common with the pattern that the cue is of.
    pub overlaps: Vec<u32>,
    /// Sums of the winners' potentials, in raw weights.
    pub scores: Vec<u64>,
    patterns: CudaSlice<u32>,
}

impl Recalled {
    /// The patterns, packed, one after the other.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    pub fn patterns(&self, device: &Device) -> Result<Vec<u32>, CudaError> {
        to_host(device, "copying what was recalled", &self.patterns)
    }
}

/// Where networks lie, as the kernels take it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Places {
    starts: u64,
    units: u64,
    weights: u64,
    wired: u64,
    places: u64,
}

// SAFETY: five pointers of the device, laid out as the kernels' `struct Network`.
unsafe impl DeviceRepr for Places {}

/// Where numbers lie.
fn place<T>(device: &Device, numbers: &CudaSlice<T>) -> u64 {
    numbers.device_ptr(device.stream()).0
}

/// Who has the numbers of which the largest win.
#[derive(Debug)]
enum Room {
    /// Shared memory of a block.
    Block,
    /// Memory of the device: potentials, and winners.
    Device(CudaSlice<u32>, CudaSlice<u32>),
}

/// Networks of the same sizes, and the device that they are on.
#[derive(Debug)]
pub struct Networks<'a> {
    device: &'a Device,
    sizes: Sizes,
    count: u32,
    learned: u32,
    seeds: CudaSlice<u64>,
    room: Room,
    /// What `places` points to.
    weights: CudaSlice<u8>,
    places_of_slots: CudaSlice<u32>,
    lists: (CudaSlice<u32>, CudaSlice<u16>, CudaSlice<u16>),
}

impl<'a> Networks<'a> {
    /// Fresh networks with random wiring, one a seed.
    ///
    /// # Errors
    /// [`CudaError::Size`] for more than 65,536 units, [`CudaError::Memory`], [`CudaError::Failed`].
    pub fn new(device: &'a Device, sizes: Sizes, seeds: &[u64]) -> Result<Self, CudaError> {
        sizes.check()?;
        let length = seeds.len() * sizes.hidden as usize * sizes.words();
        let mut masks = zeros(device, "masks", length)?;
        let there = copied(device, "seeds", seeds)?;
        let kernel = device.kernel(Program::NARROW, "masks", 0)?;
        let mut launch = device.prepare(&kernel);
        launch.arg(&sizes).arg(&there).arg(&mut masks);
        let grid = side_by_side(sizes.hidden, seeds.len() as u32);
        // SAFETY: the arguments are the kernel's, with a mask for each hidden unit of each network.
        unsafe { device.launch(&kernel, launch, grid, DRAWERS) }?;
        Self::wired(device, sizes, seeds.len(), there, &masks)
    }

    /// As [`new`](Self::new), with the wiring of these masks: a row per hidden unit, network by network.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    ///
    /// # Panics
    /// If there are not as many rows, or one has not as many ones as the fan-in.
    pub fn with_masks(
        device: &'a Device,
        sizes: Sizes,
        seeds: &[u64],
        masks: &[u32],
    ) -> Result<Self, CudaError> {
        sizes.check()?;
        let rows = seeds.len() * sizes.hidden as usize;
        let mut ones = masks.chunks_exact(sizes.words()).map(bits::count);
        assert!(
            masks.len() == rows * sizes.words() && ones.all(|ones| ones == sizes.fan_in),
            "a mask of the fan-in for each hidden unit"
        );
        let seeds_there = copied(device, "seeds", seeds)?;
        let masks = copied(device, "masks", masks)?;
        Self::wired(device, sizes, seeds.len(), seeds_there, &masks)
    }

    fn wired(
        device: &'a Device,
        sizes: Sizes,
        count: usize,
        seeds: CudaSlice<u64>,
        masks: &CudaSlice<u32>,
    ) -> Result<Self, CudaError> {
        let weights = sizes.weights() * count;
        let visible = sizes.visible as usize;
        let mut next: CudaSlice<u32> = zeros(device, "wiring", visible * count)?;
        let own = Self {
            device,
            sizes,
            count: count as u32,
            learned: 0,
            seeds,
            room: if 4 * (sizes.words() + sizes.room()) <= device.shared_for_kernels() {
                Room::Block
            } else {
                Room::of_device(device, &sizes, count)?
            },
            weights: zeros(device, "weights", weights * sizes.weight_bytes())?,
            places_of_slots: zeros(device, "wiring", weights)?,
            lists: (
                zeros(device, "wiring", (visible + 1) * count)?,
                zeros(device, "wiring", weights)?,
                zeros(device, "wiring", weights)?,
            ),
        };
        let kernel = device.kernel(sizes.program(), "wire", 0)?;
        let places = own.places();
        let mut launch = device.prepare(&kernel);
        launch
            .arg(&sizes)
            .arg(&own.seeds)
            .arg(masks)
            .arg(&mut next)
            .arg(&places);
        // SAFETY: the arguments are the kernel's, with a mask of `fan_in` ones for each hidden unit, zeros for each visible
        // unit, and room for the lists of `count` networks.
        unsafe { device.launch(&kernel, launch, (own.count, 1), THREADS) }?;
        Ok(own)
    }

    fn places(&self) -> Places {
        Places {
            starts: place(self.device, &self.lists.0),
            units: place(self.device, &self.lists.1),
            weights: place(self.device, &self.weights),
            wired: place(self.device, &self.lists.2),
            places: place(self.device, &self.places_of_slots),
        }
    }

    /// For tests: takes the way of networks that a block has no room for.
    ///
    /// # Errors
    /// If the device has no room for them.
    #[doc(hidden)]
    pub fn in_device_memory(mut self) -> Result<Self, CudaError> {
        self.room = Room::of_device(self.device, &self.sizes, self.count as usize)?;
        Ok(self)
    }

    /// Patterns that each has learned.
    #[must_use]
    pub fn learned(&self) -> u32 {
        self.learned
    }

    /// Learns the next `steps` patterns: those behind the ones that have been learned.
    ///
    /// # Errors
    /// [`CudaError::Empty`] if one of them has no ones, and nothing is then learned; [`CudaError::Failed`].
    ///
    /// # Panics
    /// If they are of another size, or fewer are left.
    pub fn learn(&mut self, patterns: &Patterns, steps: u32) -> Result<(), CudaError> {
        assert!(
            patterns.visible == self.sizes.visible
                && patterns.networks == self.count
                && steps <= patterns.count - self.learned,
            "patterns of these networks, as many as are to be learned"
        );
        let (first, last) = (self.learned, self.learned + steps);
        let mut empty = patterns.empty.iter();
        if let Some(&(network, pattern)) =
            empty.find(|(_, pattern)| (first..last).contains(pattern))
        {
            return Err(CudaError::Empty { network, pattern });
        }
        match self.room {
            Room::Block => self.learn_in_blocks(patterns, first, last)?,
            Room::Device(..) => {
                for step in first..last {
                    self.learn_on_device(patterns, step)?;
                }
            }
        }
        self.learned = last;
        Ok(())
    }

    fn learn_in_blocks(&self, patterns: &Patterns, first: u32, last: u32) -> Result<(), CudaError> {
        let Self { device, sizes, .. } = self;
        let shared = 4 * (sizes.words() as u32 + sizes.hidden + sizes.winners);
        let kernel = device.kernel(sizes.program(), "learn", shared)?;
        let places = self.places();
        let mut launch = device.prepare(&kernel);
        launch.arg(sizes).arg(&first).arg(&last).arg(&self.seeds);
        launch
            .arg(&patterns.words)
            .arg(&patterns.count)
            .arg(&places);
        // SAFETY: the arguments are the kernel's, a block per network, and the patterns are there (by `learn`).
        unsafe { device.launch(&kernel, launch, (self.count, 1), THREADS) }
    }

    fn learn_on_device(&mut self, patterns: &Patterns, step: u32) -> Result<(), CudaError> {
        let places = self.places();
        let (device, sizes) = (self.device, self.sizes);
        let Room::Device(potentials, winners) = &mut self.room else {
            return Ok(());
        };
        let kernel = |name| device.kernel(sizes.program(), name, 0);
        if sizes.random == 0 {
            let kernel = kernel("large_potentials")?;
            let mut launch = device.prepare(&kernel);
            launch
                .arg(&sizes)
                .arg(&step)
                .arg(&patterns.words)
                .arg(&patterns.count);
            launch.arg(&places).arg(&mut *potentials);
            // A warp a word of the pattern.
            let blocks = (32 * sizes.words() as u32).div_ceil(THREADS);
            // SAFETY: the arguments are the kernel's, with potentials for each network; pattern `step` is there.
            unsafe { device.launch(&kernel, launch, (blocks, self.count), THREADS) }?;
        }
        let choose = kernel("large_winners")?;
        let mut launch = device.prepare(&choose);
        launch
            .arg(&sizes)
            .arg(&step)
            .arg(&self.seeds)
            .arg(&patterns.words)
            .arg(&patterns.count);
        launch.arg(&mut *potentials).arg(&mut *winners);
        // SAFETY: the arguments are the kernel's, with potentials and winners for each network, a block each.
        unsafe { device.launch(&choose, launch, (self.count, 1), 4 * THREADS) }?;
        let adjust = kernel("large_adjust")?;
        let mut launch = device.prepare(&adjust);
        launch
            .arg(&sizes)
            .arg(&step)
            .arg(&self.seeds)
            .arg(&patterns.words)
            .arg(&patterns.count);
        launch.arg(&places).arg(&*winners);
        let blocks = (sizes.winners * sizes.fan_in).div_ceil(THREADS);
        // SAFETY: the arguments are the kernel's; the winners are those of each network.
        unsafe { device.launch(&adjust, launch, (blocks, self.count), THREADS) }
    }

    /// Recalls from cues, each with as many ones as `active` says.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    ///
    /// # Panics
    /// If there are other numbers of networks or cues, or cues of another size.
    pub fn recall(&self, cues: &Cues, active: &[u32]) -> Result<Recalled, CudaError> {
        let Self { device, sizes, .. } = self;
        let total = cues.networks as usize * cues.count as usize;
        assert!(
            cues.networks == self.count && active.len() == total && cues.visible == sizes.visible,
            "cues of these networks"
        );
        let during = "recalling";
        let active = copied(device, during, active)?;
        let mut overlaps = zeros(device, during, total)?;
        let mut scores = zeros(device, during, total)?;
        let mut patterns = zeros(device, during, total * sizes.words())?;
        let learned = u64::from(self.learned);
        let places = self.places();
        match self.room {
            Room::Block => {
                let shared = 4 * (sizes.words() + sizes.room()) as u32;
                let kernel = device.kernel(sizes.program(), "recall", shared)?;
                let mut launch = device.prepare(&kernel);
                launch
                    .arg(sizes)
                    .arg(&cues.count)
                    .arg(&self.seeds)
                    .arg(&learned);
                launch
                    .arg(&cues.cues)
                    .arg(&cues.patterns)
                    .arg(&active)
                    .arg(&places);
                launch
                    .arg(&mut patterns)
                    .arg(&mut overlaps)
                    .arg(&mut scores);
                // SAFETY: the arguments are the kernel's, a block per cue, and there is as much of all (above).
                unsafe { device.launch(&kernel, launch, (cues.count, self.count), THREADS) }?;
            }
            Room::Device(..) => {
                let each = 4 * sizes.room();
                // A quarter of what is free, and no more than fills any device.
                let most = (device.free_memory()? / 4 / each).clamp(1, 1 << 12);
                let mut room: CudaSlice<u32> =
                    zeros(device, during, total.min(most) * sizes.room())?;
                let kernel = device.kernel(sizes.program(), "large_recall", 0)?;
                for first in (0..total).step_by(most) {
                    let blocks = most.min(total - first) as u32;
                    let first = first as u32;
                    let mut launch = device.prepare(&kernel);
                    launch
                        .arg(sizes)
                        .arg(&cues.count)
                        .arg(&first)
                        .arg(&self.seeds)
                        .arg(&learned);
                    launch
                        .arg(&cues.cues)
                        .arg(&cues.patterns)
                        .arg(&active)
                        .arg(&places);
                    launch
                        .arg(&mut room)
                        .arg(&mut patterns)
                        .arg(&mut overlaps)
                        .arg(&mut scores);
                    // SAFETY: the arguments are the kernel's, a block per cue, with room for each block and as much of the
                    // rest (above).
                    unsafe { device.launch(&kernel, launch, (blocks, 1), THREADS) }?;
                }
            }
        }
        Ok(Recalled {
            overlaps: to_host(device, during, &overlaps)?,
            scores: to_host(device, during, &scores)?,
            patterns,
        })
    }

    /// Raw weights of a network: slot by slot of hidden unit 0, then of 1, and so on.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    ///
    /// # Panics
    /// If there is no such network.
    pub fn weights(&self, network: u32) -> Result<Vec<u32>, CudaError> {
        let (weights, bytes) = (self.sizes.weights(), self.sizes.weight_bytes());
        let first = network as usize * weights;
        let during = "copying weights";
        let stream = self.device.stream();
        let own = self.weights.slice(bytes * first..bytes * (first + weights));
        let raw = stream.clone_dtoh(&own).map_err(CudaError::of(during))?;
        let own = self.places_of_slots.slice(first..first + weights);
        let places = stream.clone_dtoh(&own).map_err(CudaError::of(during))?;
        let weight = |place: u32| {
            let weight = &raw[bytes * place as usize..][..bytes];
            weight
                .iter()
                .rev()
                .fold(0, |number, &byte| number << 8 | u32::from(byte))
        };
        Ok(places.into_iter().map(weight).collect())
    }
}

impl Room {
    fn of_device(device: &Device, sizes: &Sizes, networks: usize) -> Result<Self, CudaError> {
        Ok(Self::Device(
            zeros(device, "potentials", networks * sizes.hidden as usize)?,
            zeros(device, "winners", networks * sizes.winners as usize)?,
        ))
    }
}
