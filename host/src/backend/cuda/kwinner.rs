//! K-winner memories on a GPU: many networks side by side, one a block.
//!
//! All networks of a batch have the same sizes and learn as many patterns; each has its own seed, wiring, weights and patterns.
//! What they give is what [`slotless_core::kwinner::KWinner`] gives, bit for bit.

use cudarc::driver::{CudaSlice, CudaView, DeviceRepr, PushKernelArg};
use slotless_core::bits;
use slotless_core::kwinner::{Assignment, Params, Wiring};
use slotless_core::rng::Purpose;
use slotless_core::weight::{Rounding, Width};

use super::device::Device;
use super::error::CudaError;
use super::memory::{copied, to_host, zeros};
use super::program::Program;

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

    /// Bytes of the GPU's memory that a network takes: masks, wiring, weights, its seed.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let masks = 4 * self.words() * self.hidden as usize;
        masks + self.weights() * (2 + self.weight_bytes()) + 8
    }

    /// Bytes of shared memory that learning and recall ask for beside their own.
    fn shared(&self) -> [u32; 2] {
        let base = self.words() as u32 + self.hidden;
        [4 * (base + self.winners), 4 * (base + self.visible)]
    }
}

/// Patterns in the GPU's memory, as many for each network.
#[derive(Debug)]
pub struct Patterns {
    visible: u32,
    networks: u32,
    count: u32,
    words: CudaSlice<u32>,
}

/// Cues, and what each is of.
#[derive(Debug)]
pub struct Cues {
    networks: u32,
    count: u32,
    cues: CudaSlice<u32>,
    patterns: CudaSlice<u32>,
}

/// Which patterns cues are of, of all that a network has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// From this one on.
    From(u32),
    /// From this one back: the newest first.
    BackFrom(u32),
}

fn side_by_side(count: u32, networks: u32) -> (u32, u32) {
    (count.div_ceil(DRAWERS), networks)
}

impl Patterns {
    /// Random patterns: those of the streams (seed, purpose, trial, number), `active` ones each, for each trial.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    pub fn random(
        device: &Device,
        (seed, purpose): (u64, Purpose),
        trials: &[u32],
        (visible, active): (u32, u32),
        count: u32,
    ) -> Result<Self, CudaError> {
        let during = "drawing patterns";
        let networks = trials.len() as u32;
        let trials = copied(device, during, trials)?;
        let length = trials.len() * count as usize * bits::words_for(visible);
        let mut words = zeros(device, "patterns", length)?;
        let kernel = device.kernel(Program::NARROW, "patterns", 0)?;
        let mut launch = device.prepare(&kernel);
        launch
            .arg(&seed)
            .arg(&purpose.0)
            .arg(&trials)
            .arg(&visible)
            .arg(&active)
            .arg(&count)
            .arg(&mut words);
        // SAFETY: the arguments are the kernel's, and it writes `count` patterns for each trial.
        unsafe { device.launch(&kernel, launch, side_by_side(count, networks), DRAWERS) }?;
        Ok(Self {
            visible,
            networks,
            count,
            words,
        })
    }

    /// Patterns of the host, packed, network by network; as many each.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    ///
    /// # Panics
    /// If they are not whole patterns, as many for each network.
    pub fn copy(
        device: &Device,
        visible: u32,
        networks: u32,
        words: &[u32],
    ) -> Result<Self, CudaError> {
        let row = bits::words_for(visible) * networks as usize;
        assert!(
            row > 0 && words.len().is_multiple_of(row),
            "as many whole patterns for each network"
        );
        Ok(Self {
            visible,
            networks,
            count: (words.len() / row) as u32,
            words: copied(device, "patterns", words)?,
        })
    }

    /// Cues of some of the patterns: of each as many ones as `keeps` says, network by network, from the streams (seed,
    /// purpose, trial, number).
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    ///
    /// # Panics
    /// If there are not as many trials as networks and as many numbers for each, or if a pattern is not there.
    pub fn cues(
        &self,
        device: &Device,
        (seed, purpose): (u64, Purpose),
        trials: &[u32],
        rows: Rows,
        keeps: &[u32],
    ) -> Result<Cues, CudaError> {
        let during = "drawing cues";
        assert!(
            trials.len() == self.networks as usize && keeps.len().is_multiple_of(trials.len()),
            "cues for each network"
        );
        let count = (keeps.len() / trials.len()) as u32;
        let (first, backwards) = match rows {
            Rows::From(first) => (first, 0u32),
            Rows::BackFrom(first) => (first, 1),
        };
        let fits = match rows {
            Rows::From(first) => u64::from(first) + u64::from(count) <= u64::from(self.count),
            Rows::BackFrom(first) => first < self.count && count <= first + 1,
        };
        assert!(fits, "patterns that are there");
        let trials = copied(device, during, trials)?;
        let keeps = copied(device, during, keeps)?;
        let length = keeps.len() * bits::words_for(self.visible);
        let mut cues = zeros(device, "cues", length)?;
        let mut patterns = zeros(device, "cues", length)?;
        let kernel = device.kernel(Program::NARROW, "cues", 0)?;
        let mut launch = device.prepare(&kernel);
        launch
            .arg(&seed)
            .arg(&purpose.0)
            .arg(&trials)
            .arg(&self.visible)
            .arg(&count)
            .arg(&self.words)
            .arg(&self.count)
            .arg(&first)
            .arg(&backwards)
            .arg(&keeps)
            .arg(&mut cues)
            .arg(&mut patterns);
        // SAFETY: the arguments are the kernel's; it reads patterns that are there (above), and writes `count` cues a trial.
        unsafe { device.launch(&kernel, launch, side_by_side(count, self.networks), DRAWERS) }?;
        Ok(Cues {
            networks: self.networks,
            count,
            cues,
            patterns,
        })
    }

    /// All of them, as [`Patterns::copy`] takes them.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    pub fn to_host(&self, device: &Device) -> Result<Vec<u32>, CudaError> {
        to_host(device, "copying patterns", &self.words)
    }
}

/// What networks recalled from cues, network by network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recalled {
    /// Ones that what was recalled has in common with the pattern that the cue is of.
    pub overlaps: Vec<u32>,
    /// Sums of the winners' potentials, in raw weights.
    pub scores: Vec<u64>,
}

/// Networks of the same sizes.
#[derive(Debug)]
pub struct Networks {
    sizes: Sizes,
    count: u32,
    learned: u32,
    seeds: CudaSlice<u64>,
    wired: CudaSlice<u16>,
    weights: CudaSlice<u8>,
}

impl Networks {
    /// Fresh networks with random wiring, one a seed.
    ///
    /// # Errors
    /// [`CudaError::Size`] for networks that do not fit a block, [`CudaError::Memory`], [`CudaError::Failed`].
    pub fn new(device: &Device, sizes: Sizes, seeds: &[u64]) -> Result<Self, CudaError> {
        let during = "making networks";
        let count = seeds.len() as u32;
        let weights = sizes.weights() * seeds.len();
        let mut masks: CudaSlice<u32> = zeros(
            device,
            "masks",
            seeds.len() * sizes.hidden as usize * sizes.words(),
        )?;
        let seeds = copied(device, during, seeds)?;
        let mut wired = zeros(device, "wiring", weights)?;
        let mut raw = zeros(device, "weights", weights * sizes.weight_bytes())?;
        let kernel = device.kernel(sizes.program(), "fresh", 0)?;
        let mut launch = device.prepare(&kernel);
        launch
            .arg(&sizes)
            .arg(&count)
            .arg(&seeds)
            .arg(&mut masks)
            .arg(&mut wired)
            .arg(&mut raw);
        // SAFETY: the arguments are the kernel's, with room for the masks, wiring and weights of `count` networks.
        unsafe { device.launch(&kernel, launch, side_by_side(sizes.hidden, count), DRAWERS) }?;
        Ok(Self {
            sizes,
            count,
            learned: 0,
            seeds,
            wired,
            weights: raw,
        })
    }

    /// Patterns that each has learned.
    #[must_use]
    pub fn learned(&self) -> u32 {
        self.learned
    }

    /// Learns the next `steps` patterns: those behind the ones that have been learned.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    ///
    /// # Panics
    /// If they are of another size, or there are not so many left.
    pub fn learn(
        &mut self,
        device: &Device,
        patterns: &Patterns,
        steps: u32,
    ) -> Result<(), CudaError> {
        assert!(
            patterns.visible == self.sizes.visible
                && patterns.networks == self.count
                && steps <= patterns.count - self.learned,
            "patterns of these networks, as many as are to be learned"
        );
        let [shared, _] = self.sizes.shared();
        let kernel = device.kernel(self.sizes.program(), "learn", shared)?;
        let (first, last) = (self.learned, self.learned + steps);
        let mut launch = device.prepare(&kernel);
        launch
            .arg(&self.sizes)
            .arg(&first)
            .arg(&last)
            .arg(&self.seeds)
            .arg(&patterns.words)
            .arg(&patterns.count)
            .arg(&self.wired)
            .arg(&mut self.weights);
        // SAFETY: the arguments are the kernel's, a block a network, and the patterns are there (above).
        unsafe { device.launch(&kernel, launch, (self.count, 1), THREADS) }?;
        self.learned = last;
        Ok(())
    }

    /// Recalls from cues, each with as many ones as `active` says.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    ///
    /// # Panics
    /// If there are other numbers of networks or cues.
    pub fn recall(
        &self,
        device: &Device,
        cues: &Cues,
        active: &[u32],
    ) -> Result<Recalled, CudaError> {
        let total = cues.networks as usize * cues.count as usize;
        assert!(
            cues.networks == self.count && active.len() == total,
            "cues of these networks"
        );
        let during = "recalling";
        let active = copied(device, during, active)?;
        let mut overlaps = zeros(device, during, total)?;
        let mut scores = zeros(device, during, total)?;
        let [_, shared] = self.sizes.shared();
        let kernel = device.kernel(self.sizes.program(), "recall", shared)?;
        let learned = u64::from(self.learned);
        let mut launch = device.prepare(&kernel);
        launch
            .arg(&self.sizes)
            .arg(&cues.count)
            .arg(&self.seeds)
            .arg(&learned)
            .arg(&cues.cues)
            .arg(&cues.patterns)
            .arg(&active)
            .arg(&self.wired)
            .arg(&self.weights)
            .arg(&mut overlaps)
            .arg(&mut scores);
        // SAFETY: the arguments are the kernel's, a block a cue, and cues and numbers of ones are as many (above).
        unsafe { device.launch(&kernel, launch, (cues.count, self.count), THREADS) }?;
        Ok(Recalled {
            overlaps: to_host(device, during, &overlaps)?,
            scores: to_host(device, during, &scores)?,
        })
    }

    /// Raw weights of a network: slot by slot of hidden unit 0, then of 1, and so on.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    ///
    /// # Panics
    /// If there is no such network.
    pub fn weights(&self, device: &Device, network: u32) -> Result<Vec<u32>, CudaError> {
        let (weights, bytes) = (self.sizes.weights(), self.sizes.weight_bytes());
        let first = network as usize * weights * bytes;
        let own: CudaView<'_, u8> = self.weights.slice(first..first + weights * bytes);
        let raw = device
            .stream()
            .clone_dtoh(&own)
            .map_err(CudaError::of("copying weights"))?;
        let (hidden, fan_in) = (self.sizes.hidden as usize, self.sizes.fan_in as usize);
        let weight = |unit: usize, slot: usize| {
            let at = bytes * (slot * hidden + unit);
            let weight = &raw[at..at + bytes];
            weight
                .iter()
                .rev()
                .fold(0, |number, &byte| number << 8 | u32::from(byte))
        };
        Ok((0..hidden)
            .flat_map(|unit| (0..fan_in).map(move |slot| (unit, slot)))
            .map(|(unit, slot)| weight(unit, slot))
            .collect())
    }
}
