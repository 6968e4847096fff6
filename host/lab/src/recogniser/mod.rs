//! Recognisers of the core, held against each other on a table of samples at the same bytes.

mod data;
mod design;
mod measure;

pub use data::{DataError, Labelled, Samples};
pub use design::Design;
pub use measure::{Measured, Protocol, measure};

#[cfg(test)]
mod tests;
