//! Patterns and cues in a device's memory, drawn there or copied.

use cudarc::driver::{CudaSlice, PushKernelArg};
use slotless_core::bits;
use slotless_core::rng::Purpose;

use super::super::device::Device;
use super::super::error::CudaError;
use super::super::memory::{copied, to_host, zeros};
use super::super::program::Program;
use super::{DRAWERS, side_by_side};

/// Patterns in the GPU's memory, as many for each network.
#[derive(Debug)]
pub struct Patterns {
    pub(super) visible: u32,
    pub(super) networks: u32,
    pub(super) count: u32,
    pub(super) words: CudaSlice<u32>,
    /// Network and number of those without a one.
    pub(super) empty: Vec<(u32, u32)>,
}

/// Cues, and what each is of.
#[derive(Debug)]
pub struct Cues {
    pub(super) visible: u32,
    pub(super) networks: u32,
    pub(super) count: u32,
    pub(super) cues: CudaSlice<u32>,
    pub(super) patterns: CudaSlice<u32>,
}

/// Which patterns cues are of, of all that a network has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// From this one on.
    From(u32),
    /// From this one back: the newest first.
    BackFrom(u32),
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
            empty: if active == 0 {
                (0..count).map(|pattern| (0, pattern)).collect()
            } else {
                Vec::new()
            },
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
        let count = (words.len() / row) as u32;
        let rows = words.chunks_exact(bits::words_for(visible)).zip(0..);
        let without = rows.filter(|(row, _)| row.iter().all(|&word| word == 0));
        Ok(Self {
            visible,
            networks,
            count,
            words: copied(device, "patterns", words)?,
            empty: without.map(|(_, row)| (row / count, row % count)).collect(),
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
        // SAFETY: the arguments are the kernel's; it reads patterns that are there (above), and writes `count` cues per trial.
        unsafe { device.launch(&kernel, launch, side_by_side(count, self.networks), DRAWERS) }?;
        Ok(Cues {
            visible: self.visible,
            networks: self.networks,
            count,
            cues,
            patterns,
        })
    }

    /// How many of `count` patterns from `first` on have each visible unit, network by network.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    ///
    /// # Panics
    /// If a pattern is not there.
    pub fn uses(&self, device: &Device, first: u32, count: u32) -> Result<Vec<u32>, CudaError> {
        assert!(
            u64::from(first) + u64::from(count) <= u64::from(self.count),
            "patterns that are there"
        );
        let during = "counting what patterns share";
        let mut uses = zeros(
            device,
            during,
            self.networks as usize * self.visible as usize,
        )?;
        let kernel = device.kernel(Program::NARROW, "uses", 0)?;
        let mut launch = device.prepare(&kernel);
        launch.arg(&self.visible).arg(&self.words).arg(&self.count);
        launch.arg(&first).arg(&count).arg(&mut uses);
        let grid = side_by_side(self.visible, self.networks);
        // SAFETY: the arguments are the kernel's; the patterns are there (above), and there is a number for each unit.
        unsafe { device.launch(&kernel, launch, grid, DRAWERS) }?;
        to_host(device, during, &uses)
    }

    /// All of them, as [`Patterns::copy`] takes them.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    pub fn to_host(&self, device: &Device) -> Result<Vec<u32>, CudaError> {
        to_host(device, "copying patterns", &self.words)
    }
}

impl Cues {
    /// Cues of the host, packed, network by network, as many each; each counts as the pattern that it is of.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    ///
    /// # Panics
    /// If they are not whole cues, as many for each network.
    pub fn copy(
        device: &Device,
        visible: u32,
        networks: u32,
        words: &[u32],
    ) -> Result<Self, CudaError> {
        let cues = Patterns::copy(device, visible, networks, words)?;
        Ok(Self {
            visible,
            networks,
            count: cues.count,
            cues: cues.words,
            patterns: copied(device, "cues", words)?,
        })
    }
}
