//! What is wrong with sizes and calls.

use core::fmt;

use super::{MAX_MEMORY, MAX_STEPS, MAX_UNITS, MIN_MEMORY};
use crate::bits::BitsError;

/// Which size of an encoder is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParamsError {
    /// The range ends before it starts.
    Range {
        /// Where it starts.
        low: i32,
        /// Where it ends.
        high: i32,
    },
    /// A cycle without a value, or longer than `i32` counts.
    Period {
        /// Values of a cycle given.
        period: u32,
    },
    /// Too few units or too many.
    Units {
        /// Units given.
        units: u32,
        /// The fewest that do.
        least: u32,
    },
    /// No ones, or more than these units take.
    Ones {
        /// Ones given.
        ones: u32,
        /// The most, for this many units.
        most: u32,
    },
    /// No steps or too many.
    Steps {
        /// Steps given.
        steps: u32,
    },
    /// No frames, or more than a pattern of all of them has room for.
    Frames {
        /// Frames given.
        frames: u32,
        /// The most, for this many units.
        most: u32,
    },
    /// An n-gram of no patterns, or of more than it has units.
    Length {
        /// Patterns given, N.
        length: u32,
        /// Units, n.
        units: u32,
    },
    /// A rotation that gives two positions the same place.
    Rotation {
        /// Units between one position and the next.
        rotation: u32,
        /// Positions, N.
        length: u32,
        /// Units, n.
        units: u32,
    },
    /// Shares that are not 0 < low < high < 1.
    Shares {
        /// That below the range, in 1/65536.
        low: u32,
        /// That up to its end, in 1/65536.
        high: u32,
    },
    /// A memory for too few values or too many.
    Memory {
        /// Values given.
        memory: u32,
    },
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Range { low, high } => {
                write!(
                    f,
                    "range {low}..={high} has no values, allowed low up to high"
                )
            }
            Self::Period { period } => {
                write!(f, "period is {period}, allowed 1..={}", 1u32 << 31)
            }
            Self::Units { units, least } => {
                write!(f, "n is {units}, allowed {least}..={MAX_UNITS}")
            }
            Self::Ones { ones, most } => {
                write!(f, "ones are {ones}, allowed 1..={most} of these units")
            }
            Self::Steps { steps } => write!(f, "steps are {steps}, allowed 1..={MAX_STEPS}"),
            Self::Frames { frames, most } => {
                write!(f, "frames are {frames}, allowed 1..={most} of these units")
            }
            Self::Length { length, units } => {
                write!(f, "n-gram of {length} patterns, allowed 1..={units} (n)")
            }
            Self::Rotation {
                rotation,
                length,
                units,
            } => write!(
                f,
                "rotation {rotation} gives two of {length} positions the same place in {units} units, \
                 allowed one whose multiples differ"
            ),
            Self::Shares { low, high } => write!(
                f,
                "shares {low} and {high} of 65536, allowed 1..=65535, the first below the second"
            ),
            Self::Memory { memory } => write!(
                f,
                "memory for {memory} values, allowed {MIN_MEMORY}..={MAX_MEMORY}"
            ),
        }
    }
}

impl core::error::Error for ParamsError {}

/// What is wrong with a call; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum EncodeError {
    /// What the pattern is to be written to, or a pattern given, is no vector of n bits.
    Pattern(BitsError),
    /// The buffer has the wrong number of words.
    Buffer {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// The encoder's patterns are not those of the window.
    Units {
        /// Units of the encoder.
        got: u32,
        /// Units of the window.
        expected: u32,
    },
    /// The n-gram has fewer positions.
    Position {
        /// The position given.
        position: u32,
        /// How many there are.
        length: u32,
    },
    /// All patterns of an n-gram together have more ones than there are units.
    Full {
        /// Ones so far.
        ones: u32,
        /// n.
        units: u32,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Pattern(error) => write!(f, "pattern: {error}"),
            Self::Buffer { got, expected } => {
                write!(f, "buffer of {got} words, expected {expected}")
            }
            Self::Units { got, expected } => {
                write!(
                    f,
                    "encoder of {got} units, expected {expected} (the window)"
                )
            }
            Self::Position { position, length } => {
                let last = length.saturating_sub(1);
                write!(f, "position {position} of {length}, allowed 0..={last}")
            }
            Self::Full { ones, units } => write!(
                f,
                "n-gram of {ones} ones or more in {units} units, allowed up to {units}"
            ),
        }
    }
}

impl core::error::Error for EncodeError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Pattern(error) => Some(error),
            _ => None,
        }
    }
}

impl From<BitsError> for EncodeError {
    fn from(error: BitsError) -> Self {
        Self::Pattern(error)
    }
}
