//! Modern Hopfield networks on a GPU: one store of memories, many cues per call.
//!
//! States, shares, steps and energies are those of [`slotless_core::hopfield::modern`], bit for bit. The memories are copied
//! once. Cues run side by side, as many as fit the memory that is free, and each ends by its own rule.

use cudarc::driver::{CudaSlice, PushKernelArg};
use slotless_core::hopfield::modern::{Ended, Layout, Memories, Modern, ModernError, Recall};
use slotless_core::real;
use thiserror::Error;

use super::device::{Device, Kernel};
use super::error::CudaError;
use super::memory::{copied, share_of_free, to_host, zeros};
use super::program::Program;

/// Threads of a block.
const THREADS: u32 = 256;
/// Numbers of a chunk, and partial sums of a sum.
const LANES: u32 = 16;
/// Memories that a block takes the similarities of.
const TOGETHER: u32 = THREADS / LANES * 4;
/// Of a rule that is off: no distance is below it.
const OFF: f32 = -1.0;

/// Why cues were not recalled from.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecallError {
    /// The rules that end a recall are none.
    #[error(transparent)]
    Rules(#[from] ModernError),
    /// The GPU.
    #[error(transparent)]
    Cuda(#[from] CudaError),
}

/// How much of the shares comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// The largest of each cue.
    Nearest,
    /// All of them besides: K numbers for each cue, in the host's memory.
    Shares,
}

/// The memory with the largest share in a last state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nearest {
    /// Its number; the first of those with equal shares.
    pub memory: u32,
    /// Its share.
    pub share: f32,
}

/// What was recalled, cue by cue.
#[derive(Clone, Debug, PartialEq)]
pub struct Recalled {
    /// The last states, N numbers each.
    pub states: Vec<f32>,
    /// The memory nearest to each.
    pub nearest: Vec<Nearest>,
    /// Steps made.
    pub steps: Vec<u32>,
    /// What ended them.
    pub ended: Vec<Ended>,
    /// The shares of the memories in the last states, K numbers each; none unless [`Report::Shares`] asks for them.
    pub shares: Vec<f32>,
}

/// What a state's energy is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Energy {
    /// `(1/beta) ln sum_k exp(beta z_k)`.
    pub lse: f32,
    /// `-lse + 1/2 s^T s + (1/beta) ln K + 1/2 M^2`.
    pub energy: f32,
}

/// K memories of N numbers at an inverse temperature, in the GPU's memory.
#[derive(Debug)]
pub struct Network {
    units: u32,
    memories: u32,
    beta: f32,
    /// The largest squared norm of a memory.
    square: f32,
    rows: CudaSlice<f32>,
}

/// States in the GPU's memory, and what a step of them needs.
struct Run<'a> {
    network: &'a Network,
    device: &'a Device,
    kernels: [Kernel; 6],
    /// Slots that still run, those in front.
    live: CudaSlice<u32>,
    count: u32,
    states: [CudaSlice<f32>; 2],
    /// The second is that of the step before, where shares are compared.
    shares: [CudaSlice<f32>; 2],
    /// The largest similarity and the sum of exponentials.
    sums: CudaSlice<f32>,
    apart: CudaSlice<f32>,
}

const SIMILARITIES: [usize; 2] = [0, 1];
const MEANS: [usize; 2] = [2, 3];
const SOFTMAX: usize = 4;
const REST: usize = 5;

impl Network {
    /// Copies the memories of a network.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    pub fn new(device: &Device, network: &Modern<'_, f32>) -> Result<Self, CudaError> {
        let memories = network.memories();
        Ok(Self {
            units: memories.units(),
            memories: memories.count(),
            beta: network.beta(),
            square: memories.largest_square(),
            rows: copied(device, "memories", &padded(memories, 0..memories.count()))?,
        })
    }

    /// Number of memories, K.
    #[must_use]
    pub fn memories(&self) -> u32 {
        self.memories
    }

    /// Numbers of a memory, N.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.units
    }

    /// Bytes of the GPU's memory that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<f32>() * self.rows.len()
    }

    /// Recalls from cues of N numbers, each by steps until a rule ends it. A step reads the memories once or twice for every
    /// 8 cues, and the CPU is told after each which cues go on.
    ///
    /// # Errors
    /// [`RecallError::Rules`] for rules that the core refuses, [`RecallError::Cuda`] for [`CudaError::Memory`] where not even
    /// one cue fits, and [`CudaError::Failed`].
    ///
    /// # Panics
    /// If the cues have not N numbers.
    pub fn recall(
        &self,
        device: &Device,
        cues: &Memories<'_, f32>,
        recall: &Recall<f32>,
        report: Report,
    ) -> Result<Recalled, RecallError> {
        recall.check()?;
        let mut recalled = Recalled {
            states: Vec::new(),
            nearest: Vec::new(),
            steps: Vec::new(),
            ended: Vec::new(),
            shares: Vec::new(),
        };
        self.in_parts(device, cues, recall, |run| {
            run.recall(recall, report, &mut recalled)
        })?;
        Ok(recalled)
    }

    /// The energies of states of N numbers.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    ///
    /// # Panics
    /// If the states have not N numbers.
    pub fn energies(
        &self,
        device: &Device,
        states: &Memories<'_, f32>,
    ) -> Result<Vec<Energy>, CudaError> {
        let mut sums = Vec::new();
        let once = Recall::new().shares_tolerance(None);
        self.in_parts(device, states, &once, |mut run| {
            run.shares(0)?;
            sums.extend(to_host(device, "copying sums", &run.sums)?);
            Ok(())
        })?;
        let of = |(sum, number): (&[f32; 2], u32)| {
            let &[largest, total] = sum;
            let state: Vec<f32> = states.memory(number).collect();
            let norms = 0.5 * real::dot(&state, &state) + 0.5 * self.square;
            let less = real::ln(self.memories as f32) - real::ln(total);
            Energy {
                lse: largest + real::ln(total) / self.beta,
                energy: (norms - largest) + less / self.beta,
            }
        };
        let (pairs, _) = sums.as_chunks::<2>();
        Ok(pairs.iter().zip(0..).map(of).collect())
    }

    fn stride(&self) -> u32 {
        self.units.next_multiple_of(LANES)
    }

    /// Calls with as many cues at a time as there is room for.
    fn in_parts(
        &self,
        device: &Device,
        cues: &Memories<'_, f32>,
        recall: &Recall<f32>,
        mut each: impl FnMut(Run<'_>) -> Result<(), CudaError>,
    ) -> Result<(), CudaError> {
        assert!(cues.units() == self.units, "cues of N numbers");
        let shares = 1 + usize::from(recall.rules().shares.is_some());
        // Besides states and shares a few words each: sums, what has ended, what is nearest.
        let words = 3 * self.stride() as usize + shares * self.memories as usize + 8;
        let most = share_of_free(device, size_of::<f32>() * words)?;
        let mut first = 0;
        while first < cues.count() {
            let next = first.saturating_add(most).min(cues.count());
            each(Run::new(self, device, cues, first..next, shares)?)?;
            first = next;
        }
        Ok(())
    }
}

/// Memories as rows of whole chunks, with zeros at the end.
fn padded(memories: &Memories<'_, f32>, range: std::ops::Range<u32>) -> Vec<f32> {
    let units = memories.units() as usize;
    let stride = units.next_multiple_of(LANES as usize);
    if stride == units && memories.layout() == Layout::Rows {
        let [from, to] = [range.start, range.end].map(|row| row as usize * units);
        return memories.numbers()[from..to].to_vec();
    }
    let mut rows = Vec::with_capacity(stride * range.len());
    for memory in range {
        rows.extend(memories.memory(memory));
        rows.resize(rows.len().next_multiple_of(stride), 0.0);
    }
    rows
}

impl<'a> Run<'a> {
    fn new(
        network: &'a Network,
        device: &'a Device,
        cues: &Memories<'_, f32>,
        range: std::ops::Range<u32>,
        shares: usize,
    ) -> Result<Self, CudaError> {
        let count = range.len();
        let (stride, memories) = (network.stride() as usize, network.memories as usize);
        let kernel = |name| device.kernel(Program::MODERN, name, 0);
        let slots: Vec<u32> = (0..count as u32).collect();
        Ok(Self {
            network,
            device,
            kernels: [
                kernel("similarities_few")?,
                kernel("similarities_many")?,
                kernel("mean_few")?,
                kernel("mean_many")?,
                kernel("softmax")?,
                kernel("rest")?,
            ],
            live: copied(device, "cues", &slots)?,
            count: count as u32,
            states: [
                copied(device, "states", &padded(cues, range))?,
                zeros(device, "states", count * stride)?,
            ],
            shares: [
                zeros(device, "shares", count * memories)?,
                zeros(device, "shares", (shares - 1) * count * memories)?,
            ],
            sums: zeros(device, "sums", 2 * count)?,
            apart: zeros(device, "sums", count)?,
        })
    }

    /// `softmax(beta X^T s)` of the states, compared with those of the step before or not.
    fn shares(&mut self, compare: u32) -> Result<(), CudaError> {
        let (device, network) = (self.device, self.network);
        let stride = network.stride();
        let many = usize::from(self.count > 1);
        let kernel = &self.kernels[SIMILARITIES[many]];
        let groups = self.count.div_ceil([1, 8][many]);
        let grid = groups * network.memories.div_ceil(TOGETHER);
        let [states, _] = &self.states;
        let [shares, last] = &mut self.shares;
        let mut launch = device.prepare(kernel);
        launch
            .arg(&stride)
            .arg(&network.memories)
            .arg(&network.rows)
            .arg(&self.live)
            .arg(&self.count)
            .arg(states)
            .arg(&mut *shares);
        // SAFETY: the arguments are the kernel's: `count` slots, each with a state and room for the shares of all memories.
        unsafe { device.launch(kernel, launch, (grid, 1), THREADS) }?;
        let kernel = &self.kernels[SOFTMAX];
        let mut launch = device.prepare(kernel);
        launch
            .arg(&network.memories)
            .arg(&network.beta)
            .arg(&self.live)
            .arg(&mut *shares)
            .arg(&*last)
            .arg(&compare)
            .arg(&mut self.sums)
            .arg(&mut self.apart);
        // SAFETY: the arguments are the kernel's, a block for each of `count` slots; shares of the step before are there where
        // they are compared, which is from the second step on and where a rule asks for it.
        unsafe { device.launch(kernel, launch, (self.count, 1), THREADS) }
    }

    /// `X p`; the states of before are the second then.
    fn step(&mut self) -> Result<(), CudaError> {
        let (device, network) = (self.device, self.network);
        let stride = network.stride();
        let chunks = stride / LANES;
        let grids = [
            self.count * chunks,
            self.count.div_ceil(8) * chunks.div_ceil(4),
        ];
        // Large blocks read less, where there are enough of them for all multiprocessors.
        let many = usize::from(grids[1] >= device.info().multiprocessors);
        let kernel = &self.kernels[MEANS[many]];
        let [_, next] = &mut self.states;
        let [shares, _] = &self.shares;
        let mut launch = device.prepare(kernel);
        launch
            .arg(&stride)
            .arg(&network.memories)
            .arg(&network.rows)
            .arg(&self.live)
            .arg(&self.count)
            .arg(shares)
            .arg(next);
        // SAFETY: the arguments are the kernel's: `count` slots, each with shares and room for a state.
        unsafe { device.launch(kernel, launch, (grids[many], 1), THREADS) }?;
        self.states.swap(0, 1);
        Ok(())
    }

    /// Steps until all have ended; adds what was recalled.
    fn recall(
        mut self,
        recall: &Recall<f32>,
        report: Report,
        recalled: &mut Recalled,
    ) -> Result<(), CudaError> {
        let during = "recalling";
        let (device, network) = (self.device, self.network);
        let rules = recall.rules();
        let slots = self.count as usize;
        let (units, memories) = (network.units as usize, network.memories as usize);
        let stride = network.stride();
        let collect = device.kernel(Program::MODERN, "collect", 0)?;
        let mut why: CudaSlice<u32> = zeros(device, during, slots)?;
        let mut found: CudaSlice<f32> = zeros(device, "states", slots * stride as usize)?;
        let mut nearest: CudaSlice<u32> = zeros(device, during, slots)?;
        let mut largest: CudaSlice<f32> = zeros(device, during, slots)?;
        let first = recalled.shares.len();
        if report == Report::Shares {
            recalled.shares.resize(first + slots * memories, 0.0);
        }
        let mut ends = vec![(0, Ended::Steps); slots];
        let mut live: Vec<u32> = (0..self.count).collect();
        let mut steps = 0u32;
        while !live.is_empty() {
            self.shares(u32::from(rules.shares.is_some() && steps > 0))?;
            self.step()?;
            steps = steps.saturating_add(1);
            self.rest(recall, steps, &mut why)?;
            let mut launch = device.prepare(&collect);
            launch
                .arg(&stride)
                .arg(&network.memories)
                .arg(&self.live)
                .arg(&why)
                .arg(&self.states[0])
                .arg(&self.shares[0])
                .arg(&mut found)
                .arg(&mut nearest)
                .arg(&mut largest);
            // SAFETY: the arguments are the kernel's, a block for each of `count` slots, with room for what it leaves.
            unsafe { device.launch(&collect, launch, (self.count, 1), THREADS) }?;
            let why = to_host(device, during, &why)?;
            for &slot in &live {
                let slot = slot as usize;
                let Some(ended) = ended(why[slot]) else {
                    continue;
                };
                ends[slot] = (steps, ended);
                if report == Report::Shares {
                    let own = self.shares[0].slice(slot * memories..(slot + 1) * memories);
                    let to = &mut recalled.shares[first + slot * memories..][..memories];
                    let copy = device.stream().memcpy_dtoh(&own, to);
                    copy.map_err(CudaError::of("copying shares"))?;
                }
            }
            let before = live.len();
            live.retain(|&slot| ended(why[slot as usize]).is_none());
            if live.len() < before && !live.is_empty() {
                let copy = device.stream().memcpy_htod(&live, &mut self.live);
                copy.map_err(CudaError::of(during))?;
                self.count = live.len() as u32;
            }
            if rules.shares.is_some() {
                self.shares.swap(0, 1);
            }
        }
        let found = to_host(device, "copying states", &found)?;
        for state in found.chunks_exact(stride as usize) {
            recalled.states.extend_from_slice(&state[..units]);
        }
        let nearest = to_host(device, during, &nearest)?;
        let largest = to_host(device, during, &largest)?;
        let pairs = nearest.into_iter().zip(largest);
        recalled
            .nearest
            .extend(pairs.map(|(memory, share)| Nearest { memory, share }));
        recalled.steps.extend(ends.iter().map(|&(steps, _)| steps));
        recalled.ended.extend(ends.iter().map(|&(_, ended)| ended));
        // The host's memory is written before the copies are known to be done.
        device.synchronize()
    }

    /// Which recalls end after a step, and why.
    fn rest(
        &self,
        recall: &Recall<f32>,
        steps: u32,
        why: &mut CudaSlice<u32>,
    ) -> Result<(), CudaError> {
        let rules = recall.rules();
        let state = rules.state.map_or(OFF, |tolerance| tolerance * tolerance);
        let shares = rules.shares.unwrap_or(OFF);
        let all = u32::from(steps >= rules.steps.unwrap_or(u32::MAX));
        let stride = self.network.stride();
        let kernel = &self.kernels[REST];
        let [now, last] = &self.states;
        let mut launch = self.device.prepare(kernel);
        launch
            .arg(&stride)
            .arg(&state)
            .arg(&shares)
            .arg(&all)
            .arg(&self.live)
            .arg(&self.count)
            .arg(now)
            .arg(last)
            .arg(&self.apart)
            .arg(why);
        let grid = self.count.div_ceil(THREADS / LANES);
        // SAFETY: the arguments are the kernel's: `count` slots, each with two states and a place for what ended it.
        unsafe { self.device.launch(kernel, launch, (grid, 1), THREADS) }
    }
}

/// As the kernel `rest` counts them.
fn ended(why: u32) -> Option<Ended> {
    match why {
        0 => None,
        1 => Some(Ended::State),
        2 => Some(Ended::Shares),
        _ => Some(Ended::Steps),
    }
}
