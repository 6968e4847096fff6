//! Many memories at a time on an NVIDIA GPU, with the core's bits.
//!
//! The kernels are in `kernels/`; NVRTC compiles them for the device at hand, and where it is not installed the driver takes
//! the PTX that comes with the program.

pub mod attractor;
mod clock;
mod device;
mod error;
pub mod kwinner;
mod memory;
pub mod modern;
pub mod program;
pub mod transformer;

pub use clock::KernelTime;
pub use device::{Device, Info, count, describe};
pub use error::{CudaError, LEAST_CAPABILITY};
pub use program::{SHIPPED_FOR, has_nvrtc};

#[cfg(test)]
mod tests;
