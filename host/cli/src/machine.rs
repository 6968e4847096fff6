//! The cores and GPUs of `--device`.

use super::Failure;
use crate::print::note;
use slotless::run::device::DeviceChoice;
use slotless::run::family::{AnyRecord, AnyResults, AnySetup};
use slotless::run::gpu::{Gpus, compute_on_gpus, simulate_on_gpus};
use slotless::run::manifest::KernelReport;
use slotless::run::simulate::{Job, Keeper, SimulateError, compute, simulate};
use slotless::run::work::Watch;

/// What trials are computed on.
pub(super) struct Machine {
    gpus: Option<Gpus>,
}

impl Machine {
    /// Takes the devices into use.
    pub(super) fn open(choice: DeviceChoice) -> Result<Self, Failure> {
        let gpus = Gpus::open(choice, note).map_err(|error| Failure::Input(error.to_string()))?;
        Ok(Self { gpus })
    }

    /// Whether GPUs compute trials.
    pub(super) fn has_gpus(&self) -> bool {
        self.gpus.is_some()
    }

    /// Refuses conditions that the chosen devices do not take.
    pub(super) fn check(&self, setups: &[AnySetup]) -> Result<(), Failure> {
        if let Some(gpus) = &self.gpus {
            gpus.check(setups)?;
        }
        Ok(())
    }

    pub(super) fn simulate(
        &self,
        setups: &[AnySetup],
        trials: &[u32],
        threads: usize,
        keeper: &dyn Keeper<AnyRecord>,
        watch: Watch<'_>,
    ) -> Result<Vec<AnyResults>, SimulateError> {
        match &self.gpus {
            Some(gpus) => simulate_on_gpus(setups, trials, gpus, threads, keeper, watch),
            None => simulate(setups, trials, threads, keeper, watch),
        }
    }

    /// Computes those of some trials that are not known, for others to make something of.
    pub(super) fn compute(
        &self,
        setups: &[AnySetup],
        jobs: &[Job],
        threads: usize,
        keeper: &dyn Keeper<AnyRecord>,
        watch: Watch<'_>,
    ) -> Result<(), SimulateError> {
        match &self.gpus {
            Some(gpus) => compute_on_gpus(setups, jobs, gpus, threads, keeper, watch),
            None => compute(setups, jobs, threads, keeper, watch),
        }
    }

    /// What a manifest calls it: that which computed.
    pub(super) fn name(&self) -> String {
        let used = self.gpus.as_ref().filter(|gpus| !gpus.times().is_empty());
        used.map_or_else(|| "cpu".to_owned(), Gpus::name)
    }

    /// What kernels took.
    pub(super) fn kernels(&self) -> Vec<KernelReport> {
        self.gpus.as_ref().map_or_else(Vec::new, Gpus::times)
    }
}
