//! What is refused.

use std::fmt;

use slotless_core::{bits, hopfield, kwinner, recency, ring};

/// What is allowed of a number that the page asks for, both ends with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub low: u32,
    /// The most.
    pub high: u32,
}

/// Why a call was refused; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Error {
    /// A number out of its range.
    Range(&'static str, u32, Range),
    /// A drawing without a point.
    Blank,
    /// A station that has not been started.
    NotStarted,
    /// A number that is no kind, rule or mode.
    Unknown(&'static str, u32),
    /// What the K-winner network's parameters refuse.
    Params(kwinner::ParamsError),
    /// What that network refuses.
    Network(kwinner::NetworkError),
    /// What recency levels refuse to be.
    RecencyParams(recency::ParamsError),
    /// What they refuse.
    Recency(recency::RecencyError),
    /// What a ring refuses to be.
    RingParams(ring::ParamsError),
    /// What a ring refuses.
    Ring(ring::RingError),
    /// What a vector of bits refuses.
    Bits(bits::BitsError),
    /// What a classical Hopfield network refuses to be.
    ClassicalParams(hopfield::classical::ParamsError),
    /// What it refuses.
    Classical(hopfield::classical::NetworkError),
    /// What naming a state refuses.
    Identify(hopfield::RecallError),
    /// What memories of a modern network refuse to be.
    Memories(hopfield::modern::MemoriesError),
    /// What that network refuses.
    Modern(hopfield::modern::ModernError),
}

impl Error {
    /// Checks a number.
    ///
    /// # Errors
    /// [`Error::Range`].
    pub fn check(name: &'static str, value: u32, range: Range) -> Result<(), Self> {
        match (range.low..=range.high).contains(&value) {
            true => Ok(()),
            false => Err(Self::Range(name, value, range)),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(name, value, Range { low, high }) => {
                write!(f, "{name} is {value}, expected {low} to {high}")
            }
            Self::Blank => f.write_str("the drawing is empty: draw at least one point"),
            Self::NotStarted => f.write_str("nothing has been started here yet"),
            Self::Unknown(name, value) => write!(f, "there is no {name} number {value}"),
            Self::Params(error) => error.fmt(f),
            Self::Network(error) => error.fmt(f),
            Self::RecencyParams(error) => error.fmt(f),
            Self::Recency(error) => error.fmt(f),
            Self::RingParams(error) => error.fmt(f),
            Self::Ring(error) => error.fmt(f),
            Self::Bits(error) => error.fmt(f),
            Self::ClassicalParams(error) => error.fmt(f),
            Self::Classical(error) => error.fmt(f),
            Self::Identify(error) => error.fmt(f),
            Self::Memories(error) => error.fmt(f),
            Self::Modern(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

macro_rules! from {
    ($($variant:ident: $error:ty,)*) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}

from! {
    Params: kwinner::ParamsError,
    Network: kwinner::NetworkError,
    RecencyParams: recency::ParamsError,
    Recency: recency::RecencyError,
    RingParams: ring::ParamsError,
    Ring: ring::RingError,
    Bits: bits::BitsError,
    ClassicalParams: hopfield::classical::ParamsError,
    Classical: hopfield::classical::NetworkError,
    Identify: hopfield::RecallError,
    Memories: hopfield::modern::MemoriesError,
    Modern: hopfield::modern::ModernError,
}
