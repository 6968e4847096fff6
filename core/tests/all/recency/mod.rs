//! Recency levels: bit for bit what the naive memory does, the edges, what is refused.

mod bad_input;
mod behaviour;
mod common;
mod equality;
mod pairs;
mod plain;
mod retention;
mod snapshot;
mod vectors;
