//! The modern Hopfield network: the bits of the contract from a naive second writing, the equations in `f64`, energies that
//! never rise, extremes, what ends a recall, and bad input.

mod bad_input;
mod common;
mod contract;
mod energy;
mod equations;
mod stops;
