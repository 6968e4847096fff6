//! Memories of slots: bit for bit what the naive ones do, what is refused, and any words as a state.

mod bad_input;
mod equality;
mod polar;
mod saved;
mod vectors;
