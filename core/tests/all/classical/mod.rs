//! The classical Hopfield network against a naive one, bit for bit; its energy; what ends a run; what a state is; and bad
//! input.

mod bad_input;
mod common;
mod energy;
mod equality;
mod identity;
mod stops;
