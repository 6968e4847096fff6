//! Retention experiments: networks learn streams of patterns and are tested by age.

pub mod curves;
#[cfg(feature = "cuda")]
mod gpu;
pub mod measure;
pub mod results;
pub mod spec;
pub mod stack;
pub mod train;
pub mod trial;

pub use results::{Kind, Results, Tested};
pub use spec::{Condition, Data, Network, Preprocess, Protocol, SpecError, WeightWidth};
pub use train::Training;
pub use trial::{CueOutcome, Outcome, Setup, TrialRecord};
