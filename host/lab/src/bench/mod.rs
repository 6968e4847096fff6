//! Times of whole steps, beside what this machine can do at most.
//!
//! A timing is the least and the median over rounds of many steps on one core. Times on a shared machine wander; ratios
//! within one run mean more than times of two.

#[cfg(feature = "cuda")]
pub mod device;
pub mod hopfield;
pub mod limits;
pub mod recall;
mod rows;
pub mod search;
pub mod sizes;
mod timing;
pub mod training;

pub use rows::{COLUMNS, Row, rows};
pub use sizes::Sizes;
pub use timing::{Step, Timing, prepare, time};
