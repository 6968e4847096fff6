//! What is wrong with sizes and calls.

use core::fmt;

use super::{MAX_BITS, MAX_ENTRIES, MAX_ITEMS, MAX_QUESTION, MIN_BITS};

/// What is wrong with sizes or a call; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum WordsError {
    /// Too few bits of a unit or too many.
    Bits {
        /// Bits given.
        bits: u32,
    },
    /// Room for no items or too many.
    Items {
        /// Items given.
        items: u32,
    },
    /// Room for no units of items or too many.
    Entries {
        /// Units of all items given.
        entries: u32,
    },
    /// The buffer has the wrong number of words.
    Buffer {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// The buffer is none that lists of these sizes leave.
    Damaged {
        /// The first word that is wrong.
        word: usize,
    },
    /// Room for fewer units than there are different ones.
    Room {
        /// Units there is room for.
        got: usize,
    },
    /// Units that are not ascending, or not below `2^b`.
    Units {
        /// The unit.
        unit: u32,
        /// Its place among those given, from 0.
        place: usize,
    },
    /// There is no room for another item, or for its units.
    Full {
        /// Items there is room for.
        items: u32,
        /// Units of all items there is room for.
        entries: u32,
    },
    /// A question of too many units.
    Question {
        /// Units given.
        units: usize,
    },
    /// Scratch shorter than a word for each unit of the question.
    Scratch {
        /// Words given.
        got: usize,
        /// Words needed.
        needed: usize,
    },
    /// A share of the length that is above 1.
    Length {
        /// Share given, in 1/256.
        share: u32,
    },
}

impl fmt::Display for WordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Bits { bits } => {
                write!(
                    f,
                    "bits of a unit are {bits}, allowed {MIN_BITS}..={MAX_BITS}"
                )
            }
            Self::Items { items } => write!(f, "room for {items} items, allowed 1..={MAX_ITEMS}"),
            Self::Entries { entries } => {
                write!(
                    f,
                    "room for {entries} units of items, allowed 1..={MAX_ENTRIES}"
                )
            }
            Self::Buffer { got, expected } => {
                write!(f, "buffer of {got} words, expected {expected}")
            }
            Self::Damaged { word } => {
                write!(
                    f,
                    "word {word} of the buffer is none that lists of these sizes leave"
                )
            }
            Self::Room { got } => {
                write!(
                    f,
                    "room for {got} units, expected one for each different unit"
                )
            }
            Self::Units { unit, place } => write!(
                f,
                "unit {unit} at place {place}, allowed ascending ones below 2^bits"
            ),
            Self::Full { items, entries } => {
                write!(f, "full: room for {items} items of {entries} units in all")
            }
            Self::Question { units } => {
                write!(f, "question of {units} units, allowed up to {MAX_QUESTION}")
            }
            Self::Scratch { got, needed } => {
                write!(f, "scratch of {got} words, needed {needed}")
            }
            Self::Length { share } => {
                write!(f, "share of the length is {share}/256, allowed 0..=256")
            }
        }
    }
}

impl core::error::Error for WordsError {}
