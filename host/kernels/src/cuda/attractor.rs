//! Attractor memories over sparse codes on a GPU: one store, many cues per call.
//!
//! Codes, steps and matches are those of [`slotless_core::attractor`], bit for bit. The store is copied once; each cue is a
//! block's, and as many run side by side as have room in the memory that is free.

use cudarc::driver::{CudaSlice, DeviceRepr, LaunchArgs, PushKernelArg, ValidAsZeroBits};
use slotless_core::attractor::code::{self, CodeError};
use slotless_core::attractor::{
    Architecture, AttractorError, Index, Match, Matrix, Params, Recall,
};
use slotless_core::fixed::types::I16F16;
use slotless_core::weight::Width;
use thiserror::Error;

use super::device::{Device, Kernel};
use super::error::CudaError;
use super::memory::{copied, share_of_free, to_host, zeros};
use super::program::Program;

/// Threads of a block.
const THREADS: u32 = 256;
/// Words of a matrix before its weights.
const HEADER: usize = 4;
/// Shared memory that kernels have of their own, at most.
const OWN_SHARED: usize = 4 << 10;

/// Why cues were not answered.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QueryError {
    /// A cue that is not a code.
    #[error("cue {cue}: {why}")]
    Cue {
        /// Its number.
        cue: usize,
        /// What is wrong with it.
        why: CodeError,
    },
    /// Settings that the core refuses.
    #[error(transparent)]
    Settings(#[from] AttractorError),
    /// The GPU.
    #[error(transparent)]
    Cuda(#[from] CudaError),
}

/// A code that a cue has settled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The code; empty where no unit is driven.
    pub code: Vec<u32>,
    /// Steps made.
    pub steps: u32,
}

/// What a cue recalls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recalled {
    /// The code recalled; empty where nothing matches.
    pub code: Vec<u32>,
    /// The cue's code when it had settled; of a flat or a recurrent memory empty.
    pub settled: Vec<u32>,
    /// Steps of settling; of a recurrent memory all steps.
    pub steps: u32,
    /// The stored cue that shares most units with the one given, of equal ones by the tie rule; none where none shares any.
    pub best: Option<Match>,
    /// The next one.
    pub next: Option<Match>,
}

/// Sizes of codes, as the kernels take them.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Sizes {
    seed: u64,
    units: u32,
    active: u32,
}

// SAFETY: four words, the first two a long one, laid out as the kernels' `struct Sizes`.
unsafe impl DeviceRepr for Sizes {}

impl Sizes {
    fn of(params: Params) -> Self {
        Self {
            seed: params.seed(),
            units: params.units(),
            active: params.active(),
        }
    }

    /// Words for the codes of this many cues.
    fn codes(&self, cues: usize) -> usize {
        self.active as usize * cues
    }
}

/// A recall, as the kernels take it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
struct Rule {
    architecture: u32,
    steps: u32,
    at_least: u32,
    full: u32,
    beta: u32,
    inhibition: u32,
    nearest: u32,
}

// SAFETY: seven words, laid out as the kernels' `struct Rule`.
unsafe impl DeviceRepr for Rule {}

impl Rule {
    fn of(recall: &Recall, pairs: u32) -> Self {
        // Not below 0, as `Recall` checks.
        let raw = |number: I16F16| number.to_bits().unsigned_abs();
        let mut rule = Self {
            architecture: 0,
            steps: 0,
            at_least: recall.least_overlap(),
            full: recall.full(),
            beta: 0,
            inhibition: 0,
            nearest: 0,
        };
        match recall.architecture() {
            Architecture::Flat => {}
            Architecture::Attractor { steps } => {
                rule.architecture = 1;
                rule.steps = steps;
            }
            Architecture::Hopfield { beta, steps } => {
                rule.architecture = 2;
                rule.steps = steps;
                rule.beta = raw(beta);
            }
            Architecture::Recurrent { steps, inhibition } => {
                rule.architecture = 3;
                rule.steps = steps;
                rule.inhibition = raw(inhibition);
            }
            Architecture::TwoStage {
                nearest,
                beta,
                steps,
            } => {
                rule.architecture = 4;
                rule.steps = steps;
                rule.beta = raw(beta);
                rule.nearest = nearest.min(pairs);
            }
        }
        rule
    }

    /// Whether weights are counted one by one.
    fn clips(&self) -> bool {
        self.full != u32::MAX && matches!(self.architecture, 0 | 1 | 3)
    }
}

/// What a cue has found, as the kernels leave it.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
struct Found {
    length: u32,
    settled: u32,
    steps: u32,
    best: u32,
    best_overlap: u32,
    next: u32,
    next_overlap: u32,
}

// SAFETY: seven words, laid out as the kernels' `struct Found`.
unsafe impl DeviceRepr for Found {}
// SAFETY: words, which may be 0.
unsafe impl ValidAsZeroBits for Found {}

/// Cues in the GPU's memory, one after the other.
#[derive(Debug)]
struct Cues {
    count: u32,
    /// Where each begins, and the end of the last.
    starts: CudaSlice<u32>,
    units: CudaSlice<u32>,
}

/// Scratch in the GPU's memory, as many words for each of some blocks.
#[derive(Debug)]
struct Room {
    words: u64,
    scratch: CudaSlice<u32>,
}

impl Cues {
    fn copy(device: &Device, cues: &[impl AsRef<[u32]>]) -> Result<Self, CudaError> {
        let mut starts = vec![0];
        let mut units = Vec::new();
        for cue in cues {
            units.extend_from_slice(cue.as_ref());
            starts.push(units.len() as u32);
        }
        Ok(Self {
            count: cues.len() as u32,
            starts: copied(device, "cues", &starts)?,
            units: copied(device, "cues", &units)?,
        })
    }
}

/// Calls with as many cues at a time as there is room for, with this many words of scratch and of results each.
fn in_parts<C: AsRef<[u32]>>(
    device: &Device,
    params: Params,
    cues: &[C],
    (scratch, results): (usize, usize),
    mut each: impl FnMut(&Cues, &mut Room) -> Result<(), CudaError>,
) -> Result<(), QueryError> {
    for (number, cue) in cues.iter().enumerate() {
        let sound = code::check(cue.as_ref(), params.units());
        sound.map_err(|why| QueryError::Cue { cue: number, why })?;
    }
    let words = scratch + results + params.units() as usize + 1;
    let most = share_of_free(device, size_of::<u32>() * words)?.min(MAX);
    for cues in cues.chunks(most as usize) {
        let there = Cues::copy(device, cues)?;
        let mut room = Room {
            words: scratch as u64,
            scratch: zeros(device, "scratch of cues", scratch * cues.len())?,
        };
        each(&there, &mut room)?;
    }
    Ok(())
}

/// Cues side by side, at most: their units are counted in 32 bits.
const MAX: u32 = u32::MAX >> 16;

/// Launches a kernel, a block per cue.
///
/// # Safety
/// As [`Device::launch`].
unsafe fn launch(
    device: &Device,
    kernel: &Kernel,
    arguments: LaunchArgs<'_>,
    cues: &Cues,
) -> Result<(), CudaError> {
    // SAFETY: the caller's.
    unsafe { device.launch(kernel, arguments, (cues.count, 1), THREADS) }
}

/// Where the words that a block writes most often are: in shared memory if they fit.
#[derive(Clone, Copy, Debug)]
struct Potentials {
    shared: u32,
    scratch: usize,
}

impl Potentials {
    fn of(device: &Device, words: usize) -> Self {
        let bytes = size_of::<u32>() * words;
        if bytes + OWN_SHARED <= device.info().shared {
            Self {
                shared: bytes as u32,
                scratch: 0,
            }
        } else {
            Self {
                shared: 0,
                scratch: words,
            }
        }
    }

    fn in_shared(self) -> u32 {
        u32::from(self.shared > 0)
    }
}

/// The codes that lie in rows of k, of these lengths.
fn codes(rows: &[u32], active: u32, lengths: impl Iterator<Item = u32>) -> Vec<Vec<u32>> {
    let rows = rows.chunks_exact(active as usize);
    let rows = rows.zip(lengths);
    rows.map(|(row, length)| row[..length as usize].to_vec())
        .collect()
}

/// The weights of a [`Matrix`] in the GPU's memory.
#[derive(Debug)]
pub struct Weights {
    params: Params,
    bits: u32,
    rows: CudaSlice<u32>,
}

impl Weights {
    /// Copies the weights as they are packed.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    pub fn new<W: Width, S: AsRef<[u32]>>(
        device: &Device,
        matrix: &Matrix<W, S>,
    ) -> Result<Self, CudaError> {
        Ok(Self {
            params: matrix.params(),
            bits: W::BITS,
            rows: copied(device, "weights", &matrix.buffer()[HEADER..])?,
        })
    }

    /// Sizes of its codes.
    #[must_use]
    pub fn params(&self) -> Params {
        self.params
    }

    /// Bytes of the GPU's memory that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<u32>() * self.rows.len()
    }

    /// [`Matrix::settle`] of many cues, each an ascending list of units. A step reads a row of weights for each unit of a
    /// code. One step without inhibition is [`Matrix::associate`].
    ///
    /// # Errors
    /// [`QueryError::Cue`] for what is no code, [`QueryError::Settings`] for no steps and for inhibition below 0,
    /// [`QueryError::Cuda`] for [`CudaError::Memory`] where not even one cue has room, and [`CudaError::Failed`].
    pub fn settle<C: AsRef<[u32]>>(
        &self,
        device: &Device,
        cues: &[C],
        steps: u32,
        inhibition: I16F16,
    ) -> Result<Vec<Settled>, QueryError> {
        if steps == 0 {
            return Err(AttractorError::Zero.into());
        }
        if inhibition < I16F16::ZERO {
            return Err(AttractorError::Inhibition.into());
        }
        let during = "settling";
        let inhibition = inhibition.to_bits().unsigned_abs();
        let sizes = Sizes::of(self.params);
        let potentials = Potentials::of(device, sizes.units as usize);
        let in_shared = potentials.in_shared();
        let kernel = device.kernel(Program::ATTRACTOR, "settle", potentials.shared)?;
        let scratch = sizes.codes(2) + potentials.scratch;
        let mut all = Vec::with_capacity(cues.len());
        let each = |cues: &Cues, room: &mut Room| {
            let count = cues.count as usize;
            let mut found = zeros(device, "codes", sizes.codes(count))?;
            let mut lengths: CudaSlice<u32> = zeros(device, during, count)?;
            let mut made = zeros(device, during, count)?;
            let mut arguments = device.prepare(&kernel);
            arguments
                .arg(&sizes)
                .arg(&self.bits)
                .arg(&self.rows)
                .arg(&cues.starts)
                .arg(&cues.units)
                .arg(&steps)
                .arg(&inhibition)
                .arg(&mut room.scratch)
                .arg(&room.words)
                .arg(&in_shared)
                .arg(&mut found)
                .arg(&mut lengths)
                .arg(&mut made);
            // SAFETY: the arguments are the kernel's: cues of units that there are, with scratch and room for a code each.
            unsafe { launch(device, &kernel, arguments, cues) }?;
            let lengths = to_host(device, during, &lengths)?;
            let found = to_host(device, during, &found)?;
            let codes = codes(&found, sizes.active, lengths.into_iter());
            let settled = codes.into_iter().zip(to_host(device, during, &made)?);
            all.extend(settled.map(|(code, steps)| Settled { code, steps }));
            Ok(())
        };
        in_parts(
            device,
            self.params,
            cues,
            (scratch, sizes.codes(1) + 2),
            each,
        )?;
        Ok(all)
    }
}

/// The pairs of an [`Index`] in the GPU's memory, those forgotten left out, and for each unit those whose cue has it.
#[derive(Debug)]
pub struct Pairs {
    params: Params,
    count: u32,
    /// Where the pairs of each unit begin, and the end of the last.
    offsets: CudaSlice<u32>,
    entries: CudaSlice<u32>,
    codes: CudaSlice<u16>,
    /// The numbers with which pairs were stored.
    numbers: CudaSlice<u32>,
}

impl Pairs {
    /// Copies the pairs, with lists that are those of their cues, as [`Index::store`] and [`Index::forget`] leave them.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    pub fn new<S: AsRef<[u32]>>(device: &Device, index: &Index<S>) -> Result<Self, CudaError> {
        let params = index.params();
        let (mut numbers, mut codes) = (Vec::new(), Vec::new());
        let mut offsets = vec![0u32; params.units() as usize + 1];
        let there = || (0..index.pairs()).filter_map(|pair| Some((pair, index.cue(pair)?)));
        for (pair, cue) in there() {
            let target = index.target(pair).unwrap_or(&[]);
            numbers.push(pair);
            // Units are below 2^16.
            codes.extend(cue.iter().chain(target).map(|&unit| unit as u16));
            for &unit in cue {
                offsets[unit as usize + 1] += 1;
            }
        }
        for unit in 1..offsets.len() {
            offsets[unit] += offsets[unit - 1];
        }
        let mut free = offsets.clone();
        let mut entries = vec![0; offsets.last().map_or(0, |&all| all as usize)];
        for ((_, cue), place) in there().zip(0u32..) {
            for &unit in cue {
                let at = &mut free[unit as usize];
                entries[*at as usize] = place;
                *at += 1;
            }
        }
        Ok(Self {
            params,
            count: numbers.len() as u32,
            offsets: copied(device, "pairs", &offsets)?,
            entries: copied(device, "pairs", &entries)?,
            codes: copied(device, "pairs", &codes)?,
            numbers: copied(device, "pairs", &numbers)?,
        })
    }

    /// Sizes of its codes.
    #[must_use]
    pub fn params(&self) -> Params {
        self.params
    }

    /// Pairs stored, without those forgotten.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Bytes of the GPU's memory that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let words = self.offsets.len() + self.entries.len() + self.numbers.len();
        size_of::<u32>() * words + size_of::<u16>() * self.codes.len()
    }

    /// [`Index::recall`] of many cues, each an ascending list of units. A cue takes a word of scratch for each pair, besides
    /// those for codes and units.
    ///
    /// # Errors
    /// [`QueryError::Cue`] for what is no code, [`QueryError::Cuda`] for [`CudaError::Memory`] where not even one cue has
    /// room, and [`CudaError::Failed`].
    pub fn recall<C: AsRef<[u32]>>(
        &self,
        device: &Device,
        cues: &[C],
        recall: &Recall,
    ) -> Result<Vec<Recalled>, QueryError> {
        let during = "recalling";
        let sizes = Sizes::of(self.params);
        let rule = Rule::of(recall, self.count);
        let levels = sizes.active as usize + 1;
        let potentials = Potentials::of(device, sizes.units as usize + levels);
        let in_shared = potentials.in_shared();
        let kernel = device.kernel(Program::ATTRACTOR, "recall", potentials.shared)?;
        let cells = if rule.clips() {
            sizes.units as usize
        } else {
            0
        };
        let chosen = 2 * rule.nearest as usize;
        let scratch = self.count as usize + sizes.codes(2) + chosen + cells + potentials.scratch;
        let mut all = Vec::with_capacity(cues.len());
        let each = |cues: &Cues, room: &mut Room| {
            let count = cues.count as usize;
            let mut recalled = zeros(device, "codes", sizes.codes(count))?;
            let mut settled = zeros(device, "codes", sizes.codes(count))?;
            let mut found: CudaSlice<Found> = zeros(device, during, count)?;
            let mut arguments = device.prepare(&kernel);
            self.add_to(&mut arguments, &sizes);
            arguments
                .arg(&cues.starts)
                .arg(&cues.units)
                .arg(&rule)
                .arg(&mut room.scratch)
                .arg(&room.words)
                .arg(&in_shared)
                .arg(&mut recalled)
                .arg(&mut settled)
                .arg(&mut found);
            // SAFETY: the arguments are the kernel's: pairs and cues of units that there are, with scratch and room for what
            // is found of each cue.
            unsafe { launch(device, &kernel, arguments, cues) }?;
            let found = to_host(device, during, &found)?;
            let lengths = found.iter().map(|found| found.length);
            let recalled = codes(&to_host(device, during, &recalled)?, sizes.active, lengths);
            let lengths = found.iter().map(|found| found.settled);
            let settled = codes(&to_host(device, during, &settled)?, sizes.active, lengths);
            let matched = |pair, overlap| (overlap > 0).then_some(Match { pair, overlap });
            let both = recalled.into_iter().zip(settled);
            all.extend(both.zip(&found).map(|((code, settled), found)| Recalled {
                code,
                settled,
                steps: found.steps,
                best: matched(found.best, found.best_overlap),
                next: matched(found.next, found.next_overlap),
            }));
            Ok(())
        };
        let results = sizes.codes(2) + 7;
        in_parts(device, self.params, cues, (scratch, results), each)?;
        Ok(all)
    }

    /// [`Index::nearest`] of many cues: of each the pairs whose cues share most units with it, the nearest first, `count` at
    /// most and none that shares none.
    ///
    /// # Errors
    /// As for [`Pairs::recall`].
    pub fn nearest<C: AsRef<[u32]>>(
        &self,
        device: &Device,
        cues: &[C],
        count: u32,
    ) -> Result<Vec<Vec<Match>>, QueryError> {
        let during = "looking for pairs";
        let sizes = Sizes::of(self.params);
        let most = count.min(self.count);
        let kernel = device.kernel(Program::ATTRACTOR, "nearest", 0)?;
        let scratch = self.count as usize + most as usize;
        let row = 3 * most as usize;
        let mut all = Vec::with_capacity(cues.len());
        let each = |cues: &Cues, room: &mut Room| {
            let count = cues.count as usize;
            let mut matches = zeros(device, during, row * count)?;
            let mut lengths: CudaSlice<u32> = zeros(device, during, count)?;
            let mut arguments = device.prepare(&kernel);
            self.add_to(&mut arguments, &sizes);
            arguments
                .arg(&cues.starts)
                .arg(&cues.units)
                .arg(&most)
                .arg(&mut room.scratch)
                .arg(&room.words)
                .arg(&mut matches)
                .arg(&mut lengths);
            // SAFETY: the arguments are the kernel's: pairs and cues of units that there are, with scratch and room for as many
            // matches as are looked for.
            unsafe { launch(device, &kernel, arguments, cues) }?;
            let matches = to_host(device, during, &matches)?;
            for (cue, length) in to_host(device, during, &lengths)?.into_iter().enumerate() {
                let own = &matches[row * cue..][..3 * length as usize];
                let (own, _) = own.as_chunks::<3>();
                let mut own: Vec<_> = own
                    .iter()
                    .map(|&[pair, overlap, hash]| (overlap, hash, pair))
                    .collect();
                own.sort_unstable_by(|one, other| other.cmp(one));
                let own = own.into_iter();
                all.push(
                    own.map(|(overlap, _, pair)| Match { pair, overlap })
                        .collect(),
                );
            }
            Ok(())
        };
        in_parts(device, self.params, cues, (scratch, row + 1), each)?;
        Ok(all)
    }

    /// The store, as kernels take it.
    fn add_to<'a>(&'a self, arguments: &mut LaunchArgs<'a>, sizes: &'a Sizes) {
        arguments
            .arg(sizes)
            .arg(&self.offsets)
            .arg(&self.entries)
            .arg(&self.codes)
            .arg(&self.numbers)
            .arg(&self.count);
    }
}
