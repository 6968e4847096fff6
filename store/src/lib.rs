//! A memory's state in a device's flash.
#![no_std]
#![forbid(unsafe_code)]

/// For flash that is awaited.
pub mod asynchronous;
mod blocking {
    include!(concat!(env!("OUT_DIR"), "/blocking.rs"));
}
mod delta;
mod error;
mod identity;
mod output;
mod record;
mod report;

pub use blocking::Store;
pub use error::Error;
pub use identity::{Identity, PARAMETERS};
pub use report::{Restored, Saved, Written};
