//! What is wrong with a call.

use core::fmt;

use crate::bits::BitsError;

/// What is wrong with a call of a memory of recency levels; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecencyError {
    /// The buffer has the wrong number of words.
    Buffer {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// Too little scratch.
    Scratch {
        /// Words given.
        got: usize,
        /// The fewest that do.
        expected: usize,
    },
    /// The pattern is no vector of n bits.
    Pattern(BitsError),
    /// The cue is no vector of n bits.
    Cue(BitsError),
    /// The pattern has no ones: nothing to recall it by, and older ones would fade for it.
    Empty,
    /// The pattern has more ones than a row has room for.
    Ones {
        /// Ones of the pattern.
        ones: u32,
        /// The most cells that are set in a row.
        cap: u32,
    },
    /// `2^64 - 1` events were learned: there is no number for another.
    End,
}

impl fmt::Display for RecencyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Buffer { got, expected } => {
                write!(f, "buffer of {got} words, expected {expected}")
            }
            Self::Scratch { got, expected } => {
                write!(
                    f,
                    "scratch buffer of {got} words, needed at least {expected}"
                )
            }
            Self::Pattern(error) => write!(f, "pattern: {error}"),
            Self::Cue(error) => write!(f, "cue: {error}"),
            Self::Empty => f.write_str("pattern without a one, expected at least one to learn"),
            Self::Ones { ones, cap } => {
                write!(
                    f,
                    "pattern of {ones} ones, allowed 1..={cap} (the set cells of a row)"
                )
            }
            Self::End => write!(f, "{} events were learned, the most", u64::MAX),
        }
    }
}

impl core::error::Error for RecencyError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Pattern(error) | Self::Cue(error) => Some(error),
            _ => None,
        }
    }
}
