//! CUDA in a program that is built without it: no device, and one line that says so.

#[path = "error.rs"]
mod error;
#[path = "info.rs"]
mod info;

pub use error::{CudaError, LEAST_CAPABILITY};
pub use info::{Info, KernelTime, SHIPPED_FOR};

/// A device in use: there is none.
#[derive(Clone, Copy, Debug)]
pub enum Device {}

impl Device {
    /// Takes a device into use.
    ///
    /// # Errors
    /// [`CudaError::NotBuilt`].
    pub fn open(_number: usize) -> Result<Self, CudaError> {
        Err(CudaError::NotBuilt)
    }

    /// What it is.
    #[must_use]
    pub fn info(&self) -> &Info {
        match *self {}
    }

    /// Bytes of its memory that are free.
    ///
    /// # Errors
    /// None: there is no device.
    pub fn free_memory(&self) -> Result<usize, CudaError> {
        match *self {}
    }

    /// Time of each kernel up to now.
    ///
    /// # Errors
    /// None: there is no device.
    pub fn times(&self) -> Result<Vec<KernelTime>, CudaError> {
        match *self {}
    }
}

/// How many devices there are.
///
/// # Errors
/// [`CudaError::NotBuilt`].
pub fn count() -> Result<usize, CudaError> {
    Err(CudaError::NotBuilt)
}

/// What a device is.
///
/// # Errors
/// [`CudaError::NotBuilt`].
pub fn describe(_number: usize) -> Result<Info, CudaError> {
    Err(CudaError::NotBuilt)
}

/// Whether NVRTC is installed: not asked for.
#[must_use]
pub fn has_nvrtc() -> bool {
    false
}
