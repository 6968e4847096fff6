//! What can be wrong with a call.

use core::fmt;

use crate::bits::BitsError;
use crate::hopfield::RecallError;

/// What is wrong with a network's memories, or with what was handed to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DenseError {
    /// No units or too many.
    Units {
        /// Units given.
        units: u32,
    },
    /// No memories, or words that are not whole ones, or memories with bits beyond the last unit.
    Memories(RecallError),
    /// The degree is 0.
    Degree,
    /// Energies would not fit: `K N^n` is 2^125 or above.
    Overflow {
        /// K.
        count: u32,
        /// N.
        units: u32,
        /// n.
        degree: u32,
    },
    /// The state has not N bits.
    State(BitsError),
    /// The scratch buffer is too short.
    Scratch {
        /// Words given.
        got: usize,
        /// The fewest that do.
        expected: usize,
    },
    /// The settings of a recall.
    Recall(RecallError),
}

impl fmt::Display for DenseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Units { units } => {
                write!(f, "N is {units}, allowed 1..={}", super::network::MAX)
            }
            Self::Memories(error) => error.fmt(f),
            Self::Degree => f.write_str("the degree n is 0, allowed from 1"),
            Self::Overflow {
                count,
                units,
                degree,
            } => write!(
                f,
                "{count} memories of {units} units at degree {degree}: K N^n must be below 2^125"
            ),
            Self::State(error) => write!(f, "state: {error}"),
            Self::Scratch { got, expected } => write!(
                f,
                "scratch buffer of {got} words, needed at least {expected}"
            ),
            Self::Recall(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for DenseError {}
