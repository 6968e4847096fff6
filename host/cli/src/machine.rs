//! The cores and GPUs of `--device`.

use std::sync::atomic::AtomicBool;

use super::Failure;
use slotless::families::{AnyRecord, AnyResults, AnySetup};
use slotless::run::device::DeviceChoice;
#[cfg(feature = "cuda")]
use slotless::run::gpu::{Gpus, simulate_on_gpus};
use slotless::run::manifest::KernelReport;
use slotless::run::simulate::{Keeper, SimulateError, simulate};

/// What trials are computed on.
pub(super) struct Machine {
    #[cfg(feature = "cuda")]
    gpus: Option<Gpus>,
}

#[cfg(feature = "cuda")]
pub(super) fn tell(line: &str) {
    eprintln!("slotless: {line}");
}

impl Machine {
    /// Takes the devices into use.
    #[cfg(feature = "cuda")]
    pub(super) fn open(choice: DeviceChoice) -> Result<Self, Failure> {
        let gpus = Gpus::open(choice, tell).map_err(|error| Failure::Input(error.to_string()))?;
        Ok(Self { gpus })
    }

    /// There is but the CPU.
    #[cfg(not(feature = "cuda"))]
    pub(super) fn open(choice: DeviceChoice) -> Result<Self, Failure> {
        match choice {
            DeviceChoice::Cpu => {}
            DeviceChoice::Auto => eprintln!("slotless: built without CUDA; computing on the CPU"),
            DeviceChoice::Cuda(_) => {
                return Err(Failure::Input(
                    "built without CUDA (the cargo feature cuda), allowed: --device cpu".to_owned(),
                ));
            }
        }
        Ok(Self {})
    }

    /// Refuses conditions that the chosen devices do not take.
    pub(super) fn check(&self, setups: &[AnySetup]) -> Result<(), Failure> {
        #[cfg(feature = "cuda")]
        if let Some(gpus) = &self.gpus {
            gpus.check(setups)?;
        }
        let _ = setups;
        Ok(())
    }

    pub(super) fn simulate(
        &self,
        setups: &[AnySetup],
        trials: &[u32],
        threads: usize,
        keeper: &dyn Keeper<AnyRecord>,
        stop: &AtomicBool,
    ) -> Result<Vec<AnyResults>, SimulateError> {
        #[cfg(feature = "cuda")]
        if let Some(gpus) = &self.gpus {
            return simulate_on_gpus(setups, trials, gpus, threads, keeper, stop);
        }
        simulate(setups, trials, threads, keeper, stop)
    }

    /// What a manifest calls it: that which computed.
    pub(super) fn name(&self) -> String {
        #[cfg(feature = "cuda")]
        if let Some(gpus) = self.gpus.as_ref().filter(|gpus| !gpus.times().is_empty()) {
            return gpus.name();
        }
        "cpu".to_owned()
    }

    /// What kernels took.
    pub(super) fn kernels(&self) -> Vec<KernelReport> {
        #[cfg(feature = "cuda")]
        if let Some(gpus) = &self.gpus {
            return gpus.times();
        }
        Vec::new()
    }
}
