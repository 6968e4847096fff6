//! The hetero-associative network against the contract written a second time (bits), against its equations in `f64`
//! (errors), at edges, and on bad input.

mod bad_input;
mod behaviour;
mod common;
mod contract;
mod equations;
