//! The networks against the core, bit for bit, through what the crate publishes: beside the crate, so that it is compiled once for
//! all of them. Tests of what is private stand in the crate.

mod attention;
mod classical;
mod cpu;
#[cfg(feature = "cuda")]
mod cuda;
mod float;
mod transformer;
