//! All tests of the core but those beside its code, in one program, which is built and linked once: a module a subject, and the
//! second writings of the contract that they compare with. `cargo test -p slotless-core --test all network::` runs one.

mod attention;
mod attractor;
mod bad_input;
mod classical;
mod contract;
mod dense;
mod edges;
mod empty;
mod encode;
mod hetero;
mod last;
mod liar;
mod memory;
mod modern;
mod naive;
mod network;
mod owned;
mod primitives;
mod readout;
mod real;
mod recency;
mod recogniser;
mod ring;
mod snapshot;
mod statistics;
mod structured;
mod words;
