//! Retention experiments: networks learn streams of patterns and are tested by age.

pub mod answers;
pub mod columns;
pub mod condition;
pub mod curves;
mod damage;
pub mod figures;
#[cfg_attr(not(feature = "cuda"), path = "no_gpu.rs")]
mod gpu;
pub(crate) mod kept;
pub mod measure;
pub(crate) mod others;
pub mod output;
pub mod published;
pub mod raw;
pub mod reference;
pub mod results;
pub mod snapshot;
pub mod spec;
pub mod stack;
pub mod study;
pub mod theory;
pub mod train;
pub mod trial;

pub use crate::SpecError;
pub use condition::{
    Condition, Counted, Cueing, Data, FileData, Intrusions, MemoryKind, Network, OtherRows,
    Preprocess, Protocol, WeightWidth,
};
pub use curves::Measured;
pub use others::Rule;
pub use results::{Kind, Outcomes, RECALLED, Results, Tested};
pub use study::{Study, StudyError};
pub use train::Training;
pub use trial::{CueOutcome, Outcome, Setup, TrialRecord};
