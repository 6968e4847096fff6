//! What is wrong with parameters, and with what is handed to a network.

use core::fmt;

use crate::bits::BitsError;
use crate::structured;

/// Which setting of a K-winner MHN is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParamsError {
    /// No visible unit.
    NoVisible,
    /// No hidden unit.
    NoHidden,
    /// The fan-in is 0 or above n_i.
    FanIn {
        /// Fan-in given.
        fan_in: u32,
        /// Visible units.
        visible: u32,
    },
    /// k is 0 or above n_h.
    Winners {
        /// Winners given.
        winners: u32,
        /// Hidden units.
        hidden: u32,
    },
    /// s is 0 or above n_i.
    Active {
        /// Ones given.
        active: u32,
        /// Visible units.
        visible: u32,
    },
    /// eps is 0 or above 65536.
    Rate {
        /// Rate given, in 1/65536.
        rate: u32,
    },
    /// A sum of weights could exceed 32 bits.
    Sum {
        /// Bits in a weight.
        bits: u32,
        /// The largest fan-in and k for that width.
        most: u32,
    },
    /// Structured wiring finds no multiplier for this number of hidden units: too few numbers below it have many
    /// different powers modulo it.
    ///
    /// [`structured::nearest`] finds the nearest number of hidden units that is taken, and the text of this error names it.
    Structured {
        /// Visible units.
        visible: u32,
        /// Hidden units given.
        hidden: u32,
        /// Fan-in.
        fan_in: u32,
    },
    /// There is no room for a hidden unit.
    Words {
        /// Words given.
        words: usize,
        /// The fewest that are enough.
        least: u64,
    },
    /// The buffers would exceed the address space: a slice is at most `isize::MAX` bytes, on a 32-bit device just below
    /// 2 GiB, 2^29 - 1 words.
    ///
    /// Refused are [`Params::words`](super::Params::words) above that, and sizes whose scratch buffer could be, taken as `n_i + 2 n_h`, a row
    /// of mask and weights, and 2 words. No network of `u32` sizes is too large for 64 bits. How much memory there is,
    /// nothing here knows.
    TooLarge,
}

impl ParamsError {
    /// The setting that is wrong, in a few words: what a `const` can panic with, where numbers cannot be printed.
    ///
    /// ```
    /// use slotless_core::kwinner::Params;
    /// use slotless_core::weight::U8;
    /// assert_eq!(Params::<U8>::builder(8, 4).winners(5).build().unwrap_err().setting(), "winners k: allowed 1 to n_h");
    /// ```
    #[must_use]
    pub const fn setting(&self) -> &'static str {
        match self {
            Self::NoVisible => "visible units n_i: allowed from 1",
            Self::NoHidden => "hidden units n_h: allowed from 1",
            Self::FanIn { .. } => "fan-in m: allowed 1 to n_i",
            Self::Winners { .. } => "winners k: allowed 1 to n_h",
            Self::Active { .. } => "active units s: allowed 1 to n_i",
            Self::Rate { .. } => "rate eps: allowed 1/65536 to 1",
            Self::Sum { .. } => "fan-in m and winners k: sums of weights may exceed 32 bits",
            Self::Structured { .. } => {
                "hidden units n_h: structured wiring takes others, see structured::nearest"
            }
            Self::Words { .. } => "words: too few for a hidden unit",
            Self::TooLarge => "the network does not fit the address space",
        }
    }
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoVisible => f.write_str("n_i is 0, allowed from 1"),
            Self::NoHidden => f.write_str("n_h is 0, allowed from 1"),
            Self::FanIn { fan_in, visible } => {
                write!(f, "fan-in m is {fan_in}, allowed 1..={visible} (n_i)")
            }
            Self::Winners { winners, hidden } => {
                write!(f, "k is {winners}, allowed 1..={hidden} (n_h)")
            }
            Self::Active { active, visible } => {
                write!(f, "s is {active}, allowed 1..={visible} (n_i)")
            }
            Self::Rate { rate } => {
                write!(f, "rate eps is {rate}/65536, allowed 1/65536..=65536/65536")
            }
            Self::Sum { bits, most } => write!(
                f,
                "sums of {bits}-bit weights may exceed 32 bits, allowed fan-in and k up to {most}"
            ),
            Self::Structured {
                visible,
                hidden,
                fan_in,
            } => {
                write!(f, "structured wiring does not take n_h {hidden}")?;
                match structured::nearest(visible, hidden, fan_in) {
                    Some(nearest) => write!(f, ", the nearest that it takes is {nearest}"),
                    None => Ok(()),
                }
            }
            Self::Words { words, least } => {
                write!(
                    f,
                    "{words} words are given, allowed from {least}: room for a hidden unit"
                )
            }
            Self::TooLarge => f.write_str("the network does not fit the address space"),
        }
    }
}

impl core::error::Error for ParamsError {}

/// What is wrong with a buffer handed to a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum NetworkError {
    /// The network's buffer has the wrong length.
    Buffer {
        /// Words given.
        got: usize,
        /// [`Params::words`](super::Params::words).
        expected: usize,
    },
    /// The masks lent to a network have the wrong length.
    Masks {
        /// Words given.
        got: usize,
        /// n_h rows of [`Params::pattern_words`](super::Params::pattern_words).
        expected: usize,
    },
    /// The scratch buffer is too short.
    Scratch {
        /// Words given.
        got: usize,
        /// The fewest that do: [`Params::scratch_words`](super::Params::scratch_words).
        expected: usize,
    },
    /// The output slice has the wrong length.
    Output {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// The learning rates of hidden units are not as many as these.
    Rates {
        /// Rates given.
        got: usize,
        /// Hidden units, n_h.
        expected: usize,
    },
    /// The cue or pattern is no vector of n_i bits.
    Cue(BitsError),
    /// A pattern to learn has no ones. It would drive no hidden unit: k units of the tie rule's choice would forget, other
    /// ones each time.
    Empty,
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Buffer { got, expected } => {
                write!(f, "network buffer of {got} words, expected {expected}")
            }
            Self::Masks { got, expected } => {
                write!(f, "masks of {got} words, expected {expected}")
            }
            Self::Scratch { got, expected } => {
                write!(
                    f,
                    "scratch buffer of {got} words, needed at least {expected}"
                )
            }
            Self::Output { got, expected } => {
                write!(f, "output of {got} words, expected {expected}")
            }
            Self::Rates { got, expected } => {
                write!(f, "{got} learning rates, expected {expected} (n_h)")
            }
            Self::Cue(error) => write!(f, "cue: {error}"),
            Self::Empty => f.write_str("pattern without a one, expected at least one to learn"),
        }
    }
}

impl core::error::Error for NetworkError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Cue(error) => Some(error),
            _ => None,
        }
    }
}
