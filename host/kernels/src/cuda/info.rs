//! What there is to say of a device, with or without the feature `cuda`.

use super::error::{CudaError, LEAST_CAPABILITY};

/// What the PTX that the program carries is for.
pub const SHIPPED_FOR: &str = "compute capability 7.5";

/// A device that the driver finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Its number, from 0.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Compute capability, major and minor.
    pub capability: (i32, i32),
    /// Multiprocessors.
    pub multiprocessors: u32,
    /// Bytes of its memory.
    pub memory: usize,
    /// Bytes of shared memory that a block may ask for.
    pub shared: usize,
}

impl Info {
    /// Refuses a device that the kernels do not run on.
    ///
    /// # Errors
    /// [`CudaError::TooOld`].
    pub fn check(&self) -> Result<(), CudaError> {
        if self.capability < LEAST_CAPABILITY {
            return Err(CudaError::TooOld {
                name: self.name.clone(),
                found: self.capability,
            });
        }
        Ok(())
    }
}

/// Launches of a kernel, and their time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KernelTime {
    /// Its name.
    pub kernel: &'static str,
    /// How often it was launched.
    pub launches: u64,
    /// Time of all launches by CUDA events, in milliseconds.
    pub milliseconds: f64,
    /// Occupancy, as the driver reckons it for the first launch: the share, 0 to 1, of the threads a multiprocessor can hold that
    /// the kernel's blocks fill at once.
    pub occupancy: f64,
}
