//! What is wrong with sizes and calls.

use core::fmt;

use super::MAX_VISIBLE;
use crate::bits::BitsError;

/// What is wrong with a call of a memory of slots; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RingError {
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
    /// The pattern has no ones: nothing to recall it by, and another would go for it.
    Empty,
    /// The pattern has more ones or fewer than those of this memory have.
    Ones {
        /// Ones of the pattern.
        got: u32,
        /// s.
        expected: u32,
    },
    /// The code of the pattern is longer than the ring.
    Code {
        /// Bits of the code.
        bits: u32,
        /// Bits of the ring.
        most: u32,
    },
    /// There is no such class of patterns.
    Class {
        /// The class given.
        class: u32,
        /// How many there are.
        classes: u32,
    },
    /// `2^64 - 1` patterns were learned: there is no number for another.
    End,
}

impl fmt::Display for RingError {
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
            Self::Ones { got, expected } => {
                write!(f, "pattern of {got} ones, expected {expected} (s)")
            }
            Self::Code { bits, most } => {
                write!(f, "code of {bits} bits, allowed up to {most} (the ring)")
            }
            Self::Class { class, classes } => {
                let last = classes.saturating_sub(1);
                write!(f, "class {class} of {classes} classes, allowed 0..={last}")
            }
            Self::End => write!(f, "{} patterns were learned, the most", u64::MAX),
        }
    }
}

impl core::error::Error for RingError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Pattern(error) | Self::Cue(error) => Some(error),
            _ => None,
        }
    }
}

/// A size of a [ring of polar codes](super::Polar).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum PolarSize {
    /// Visible units, n.
    Visible,
    /// Ones of a pattern, s.
    Active,
    /// Bits of a sketch, T.
    Sketch,
    /// Parities, M.
    Parities,
    /// Paths, L.
    List,
}

impl fmt::Display for PolarSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Visible => "n is",
            Self::Active => "s is",
            Self::Sketch => "bits of a sketch are",
            Self::Parities => "parities are",
            Self::List => "paths are",
        })
    }
}

/// Which size of a memory of slots is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParamsError {
    /// No visible units or too many.
    Visible {
        /// Units given.
        visible: u32,
    },
    /// No classes, or more than a byte tells apart.
    Classes {
        /// Classes given.
        classes: u32,
    },
    /// No slots, or more than an address of 32 bits reaches.
    Slots {
        /// Slots given.
        slots: u32,
        /// The most, for this many units.
        most: u32,
    },
    /// No ones, or more than there are units.
    Active {
        /// Ones of a pattern.
        active: u32,
        /// Visible units.
        visible: u32,
    },
    /// No words for codes, or too many.
    Words {
        /// Words given.
        words: u32,
        /// The most.
        most: u32,
    },
    /// A size of a ring of polar codes.
    Polar {
        /// Which.
        size: PolarSize,
        /// The value given.
        value: u32,
        /// The least.
        least: u32,
        /// The most, with the other sizes as they are.
        most: u32,
    },
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Visible { visible } => {
                write!(f, "n is {visible}, allowed 1..={MAX_VISIBLE}")
            }
            Self::Classes { classes } => write!(f, "classes are {classes}, allowed 1..=256"),
            Self::Slots { slots, most } => write!(f, "slots are {slots}, allowed 1..={most}"),
            Self::Active { active, visible } => {
                write!(f, "s is {active}, allowed 1..={visible} (n)")
            }
            Self::Words { words, most } => {
                write!(f, "words of codes are {words}, allowed 1..={most}")
            }
            Self::Polar {
                size,
                value,
                least,
                most,
            } => write!(f, "{size} {value}, allowed {least}..={most}"),
        }
    }
}

impl core::error::Error for ParamsError {}
