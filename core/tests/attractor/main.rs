//! Attractor memories: the bits of the contract from a naive second writing, the matrix against the index, projections, and
//! bad input.

mod bad_input;
mod contract;
#[path = "../liar/mod.rs"]
mod liar;
mod matrix;
#[path = "../naive/mod.rs"]
mod naive;
mod projection;
mod store;
