//! What can be wrong with a GPU, a line each.

use thiserror::Error;

/// Compute capability from which the kernels run: Turing.
pub const LEAST_CAPABILITY: (i32, i32) = (7, 5);

/// Why a device cannot be used, or no longer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CudaError {
    /// The program was built without the cargo feature `cuda`.
    #[error("built without CUDA (the cargo feature cuda): the CPU is all there is")]
    NotBuilt,
    /// No driver is installed.
    #[error("no CUDA driver: {library} was not found; it comes with the driver of an NVIDIA GPU")]
    NoDriver {
        /// The library that was looked for.
        library: &'static str,
    },
    /// There is a driver, and no device.
    #[error("the CUDA driver finds no device")]
    NoDevice,
    /// There is no device of this number.
    #[error("CUDA device {number} is not there, allowed 0 to {last}")]
    NoSuchDevice {
        /// What was asked for.
        number: usize,
        /// The last there is.
        last: usize,
    },
    /// A device without what the kernels need.
    #[error("{name} has compute capability {}.{}, {}.{} or above is needed", found.0, found.1, LEAST_CAPABILITY.0, LEAST_CAPABILITY.1)]
    TooOld {
        /// The device.
        name: String,
        /// What it has.
        found: (i32, i32),
    },
    /// NVRTC is asked for and not installed.
    #[error("NVRTC, which compiles the kernels, was not found")]
    NoCompiler,
    /// The kernels could not be compiled.
    #[error("NVRTC: {kernels} cannot be compiled: {why}")]
    Compile {
        /// Which file.
        kernels: &'static str,
        /// The first line of the compiler's log.
        why: String,
    },
    /// The driver refuses compiled kernels.
    #[error("the CUDA driver refuses the kernels {kernels}: {why}")]
    Refused {
        /// Which.
        kernels: &'static str,
        /// Why.
        why: String,
    },
    /// What is needed does not fit.
    #[error("{what} takes {} of the GPU's memory, {} are free", megabytes(*needed), megabytes(*free))]
    Memory {
        /// What for.
        what: &'static str,
        /// Bytes.
        needed: usize,
        /// Bytes that are free.
        free: usize,
    },
    /// Sizes that the kernels do not take.
    #[error("{what} is {value}, allowed {allowed} on a GPU")]
    Size {
        /// Which.
        what: &'static str,
        /// Its value.
        value: u64,
        /// What is allowed.
        allowed: String,
    },
    /// A pattern without a one is to be learned.
    #[error(
        "pattern {pattern} of network {network} has no 1 in it, expected at least one to learn"
    )]
    Empty {
        /// Network, from 0.
        network: u32,
        /// Pattern, from 0.
        pattern: u32,
    },
    /// What is to be computed has no form for a GPU.
    #[error("there is no form of this for a GPU")]
    NoForm,
    /// A kernel failed, and the device with it.
    #[error("the GPU failed ({during}): {why}")]
    Failed {
        /// What was done.
        during: &'static str,
        /// What the driver says.
        why: String,
    },
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
