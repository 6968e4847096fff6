//! What a spec can have wrong.

use slotless_core::kwinner::ParamsError;
use slotless_core::{recency, ring};
use thiserror::Error;

use slotless_kernels::float;

/// A spec that cannot be run; one line that names the value and what is allowed.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum SpecError {
    /// A value out of range.
    #[error("{name} is {value}, allowed {allowed}")]
    Range {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// A share too small to wire anything.
    #[error(
        "{name} is {f}, which gives a fan-in of floor({f} x {visible}) = 0, allowed from 1/{visible}"
    )]
    NoFanIn {
        /// Which share.
        name: &'static str,
        /// The share.
        f: f64,
        /// Units to wire to.
        visible: u32,
    },
    /// Sizes the core refuses.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// Parameters the float network refuses.
    #[error(transparent)]
    Float(#[from] float::ParamsError),
    /// Sizes that a memory of recency levels refuses.
    #[error(transparent)]
    Recency(#[from] recency::ParamsError),
    /// Sizes that slots refuse.
    #[error(transparent)]
    Ring(#[from] ring::ParamsError),
    /// A parameter of other memories.
    #[error("{name} is no parameter of memory {memory}")]
    Idle {
        /// Which.
        name: &'static str,
        /// The memory.
        memory: &'static str,
    },
    /// A parameter left out.
    #[error("missing field `{name}` (memory {memory} has no other value for it)")]
    Absent {
        /// Which.
        name: &'static str,
        /// The memory.
        memory: &'static str,
    },
    /// Something left out.
    #[error("missing {0}")]
    Missing(&'static str),
    /// A file of patterns does not fit the network.
    #[error("{0}")]
    File(String),
}

impl SpecError {
    /// A parameter that this memory does not have.
    pub(crate) fn idle(name: &'static str, memory: &'static str) -> Self {
        Self::Idle { name, memory }
    }

    /// A parameter that this memory has to be given.
    pub(crate) fn absent(name: &'static str, memory: &'static str) -> Self {
        Self::Absent { name, memory }
    }

    /// A value out of range.
    pub fn range(name: &'static str, value: impl ToString, allowed: impl Into<String>) -> Self {
        Self::Range {
            name,
            value: short(value.to_string()),
            allowed: allowed.into(),
        }
    }
}

/// A number as it is shown: one of hundreds of digits with an exponent.
pub(crate) fn short(value: String) -> String {
    match value.parse::<f64>() {
        Ok(number) if value.len() > 25 => format!("{number:e}"),
        _ => value,
    }
}
