//! Many memories and many trainings at a time on an NVIDIA GPU, with the core's bits.
//!
//! The kernels are in `kernels/`; NVRTC compiles them for the device at hand, and where it is not installed the driver takes
//! the PTX that comes with the program ([`Program`](program::Program)).
//!
//! # Roofline, on paper
//! A learning step of the paper's K-winner network (n_i 1,000, n_h 2,000, s 100, m 50, k 50, 16 bits) moves 215 KB: 40 of active
//! inputs' weights and units, 15 of the winners' wiring, 160 of their weights, which lie apart (32 bytes to and fro for each);
//! and makes 10,000 additions in shared memory and three passes over 2,000 potentials, about 4,000 cycles of a multiprocessor.
//! A device of the H100 class (3.35 TB/s, 132 multiprocessors at 1.7 GHz) could take 15.6 million such steps per second by its
//! memory and 56 million by the rest, a laptop's (256 GB/s, 24 at 1.9 GHz) 1.2 and 11 million: memory binds on both. That asks
//! for as many blocks a multiprocessor as it holds, eight of 256 threads, one per network, and many steps per launch.
//!
//! Projected, not measured: `reproduce memory` (12 million steps, 10 million cues) is about 1 s of kernels on the former and
//! 10 s on the latter. `docs/cuda.md` has the parts, and each kernel's registers and occupancy.

pub mod attractor;
mod clock;
mod device;
mod driver;
mod error;
mod info;
pub mod kwinner;
mod memory;
pub mod modern;
pub mod program;
pub mod transformer;

pub use device::{Device, count, describe};
pub use error::{CudaError, LEAST_CAPABILITY};
pub use info::{Info, KernelTime, SHIPPED_FOR};
pub use program::has_nvrtc;

#[cfg(test)]
mod tests;
