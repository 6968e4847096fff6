//! What the tests that cross crates share: an independent model of the same science, and the file of known answers.

pub mod oracle;
pub mod vectors;
