//! Times of whole steps, beside what this machine can do at most.
//!
//! A timing is the least and the median over rounds of many steps on one core. Times on a shared machine wander; ratios
//! within one run mean more than times of two.

#[cfg(feature = "cuda")]
pub mod device;
pub mod hopfield;
pub mod layouts;
pub mod limits;
pub mod recall;
mod rows;
pub mod scaling;
pub mod search;
pub mod sizes;
mod timing;
pub mod training;

use slotless_files::dictionary::FileKind;

pub use rows::{DEVICES, Row, STEPS, rows};
pub use sizes::Sizes;
pub use timing::{Step, Timing, prepare, time};

/// What is in the files.
pub(crate) const FILES: &[FileKind] = &[scaling::TIMES, STEPS, layouts::LAYOUTS, DEVICES];

use crate::figures::{Drawing, Named, Setting};

/// What a step costs as a figure; it runs no trials.
pub static FIGURES: &[Named] = &[Named {
    name: "scaling",
    about: "What a step costs against every size of the network: times on this machine",
    group: None,
    figure: &Drawing {
        draw: scaling::scaling,
        steps: scaling::steps,
        ignores: &[Setting::Trials, Setting::Threads, Setting::Device],
        largest: Some(scaling::largest),
    },
}];
