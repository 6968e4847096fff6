//! Recognisers of the core, held against each other on a table of samples at the same bytes.

mod data;
mod design;
mod measure;
mod table;

pub use data::{DataError, Labelled, Samples};
pub use design::Design;
pub use measure::{After, DRIFT, Measured, Plan, Protocol, Share, Unknown, measure};

pub(crate) use table::FILES;
pub use table::{COMPARISON, Row};

#[cfg(test)]
mod tests;
