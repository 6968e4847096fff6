//! What can be wrong with a call.

use core::fmt;

/// What is wrong with a network's settings, or with what was handed to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ModernError {
    /// The inverse temperature is 0 or below, infinite or NaN.
    Beta,
    /// The state has the wrong length.
    State {
        /// Numbers given.
        got: usize,
        /// N.
        expected: usize,
    },
    /// A number of the state is infinite or NaN.
    NotFinite {
        /// Its unit.
        unit: u32,
    },
    /// The squared norm of the state is `f32::MAX / 4` or above, in fixed point 32,768 or above.
    TooLong,
    /// Room for the next state of the wrong length.
    Next {
        /// Numbers given.
        got: usize,
        /// N.
        expected: usize,
    },
    /// Room for similarities or shares of the wrong length.
    Shares {
        /// Numbers given.
        got: usize,
        /// K.
        expected: usize,
    },
    /// The scratch buffer is too short.
    Scratch {
        /// Words given.
        got: usize,
        /// The fewest that do.
        expected: usize,
    },
    /// The state's tolerance is negative, infinite or NaN.
    StateTolerance,
    /// The shares' tolerance is negative, infinite or NaN.
    SharesTolerance,
    /// The most steps are 0.
    NoSteps,
    /// No rule is on that ends a recall.
    Endless,
}

impl fmt::Display for ModernError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, got, expected) = match *self {
            Self::State { got, expected } => ("state", got, expected),
            Self::Next { got, expected } => ("room for the next state", got, expected),
            Self::Shares { got, expected } => ("room for shares", got, expected),
            Self::Scratch { got, expected } => {
                return write!(
                    f,
                    "scratch buffer of {got} words, needed at least {expected}"
                );
            }
            Self::NotFinite { unit } => {
                return write!(f, "state, unit {unit}: not a finite number");
            }
            Self::Beta => return f.write_str("beta must be a finite number above 0"),
            Self::TooLong => {
                return f.write_str(
                    "the state's squared norm is too large (allowed below 2^126, in fixed point below 2^15)",
                );
            }
            Self::StateTolerance => {
                return f.write_str("the state's tolerance must be a finite number, 0 or above");
            }
            Self::SharesTolerance => {
                return f.write_str("the shares' tolerance must be a finite number, 0 or above");
            }
            Self::NoSteps => return f.write_str("the most steps are 0, allowed from 1"),
            Self::Endless => {
                return f.write_str(
                    "a recall needs an end: set a tolerance of the state or the shares, or the most steps",
                );
            }
        };
        write!(f, "{what} of {got} numbers, expected {expected}")
    }
}

impl core::error::Error for ModernError {}
