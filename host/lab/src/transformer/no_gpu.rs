//! Trials on a GPU, in a program that is built without CUDA: none.

use std::sync::atomic::AtomicBool;

use super::trial::{Setup, TrialRecord};
use slotless_kernels::cuda::{CudaError, Device};

impl Setup {
    /// Bytes of a GPU's memory that a trial takes: there is none.
    #[must_use]
    pub fn bytes_on_gpu(&self) -> usize {
        0
    }

    /// Runs trials on a device, of which there is none.
    ///
    /// # Errors
    /// None.
    pub fn run_on_gpu(
        &self,
        device: &Device,
        _trials: &[u32],
        _stop: &AtomicBool,
    ) -> Result<Option<Vec<TrialRecord>>, CudaError> {
        match *device {}
    }
}
