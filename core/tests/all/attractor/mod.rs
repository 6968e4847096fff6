//! Attractor memories: the bits of the contract from a naive second writing, the matrix against the index, projections, and
//! bad input.

mod bad_input;
mod contract;
mod matrix;
mod projection;
mod store;
