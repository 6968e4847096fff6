//! What is wrong with sizes and calls.

use core::fmt;

use super::{MAX_FEATURES, MAX_ITEMS, MAX_LABELS};

/// What is wrong with a call of a recogniser; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecogniserError {
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
    /// The units of features and labels do not fit the memory's patterns.
    Units {
        /// Units that features and labels take.
        units: u32,
        /// Units of the memory's patterns.
        most: u32,
    },
    /// The sample has another number of features.
    Sample {
        /// Features given.
        got: usize,
        /// d.
        expected: u32,
    },
    /// There is no such label.
    Label {
        /// The label given.
        label: u8,
        /// How many labels there are.
        labels: u32,
    },
}

impl fmt::Display for RecogniserError {
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
            Self::Units { units, most } => {
                write!(
                    f,
                    "features and labels take {units} units, the memory has {most}"
                )
            }
            Self::Sample { got, expected } => {
                write!(f, "sample of {got} features, expected {expected} (d)")
            }
            Self::Label { label, labels } => {
                let last = labels.saturating_sub(1);
                write!(f, "label is {label}, allowed 0..={last}")
            }
        }
    }
}

impl core::error::Error for RecogniserError {}

/// Which size of a recogniser is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParamsError {
    /// No features, or too many.
    Features {
        /// Features given.
        features: u32,
    },
    /// No items, or too many.
    Items {
        /// Items given.
        items: u32,
    },
    /// Too few words for one item.
    Words {
        /// Words given.
        words: usize,
        /// The fewest that do.
        least: usize,
    },
    /// No labels, or too many.
    Labels {
        /// Labels given.
        labels: u32,
    },
    /// No window of samples, or too long a one.
    Window {
        /// Samples given.
        window: u32,
        /// The most.
        most: u32,
    },
    /// Faster than usefulness can fade.
    Fading {
        /// Points given.
        points: u32,
    },
    /// No bits for a feature, or too many.
    Bits {
        /// Bits given.
        bits: u32,
        /// The most.
        most: u32,
    },
    /// No units for a label, or too many.
    LabelUnits {
        /// Units given.
        units: u32,
        /// The most.
        most: u32,
    },
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Features { features } => {
                write!(f, "d is {features}, allowed 1..={MAX_FEATURES}")
            }
            Self::Items { items } => write!(f, "items are {items}, allowed 1..={MAX_ITEMS}"),
            Self::Words { words, least } => {
                write!(f, "words are {words}, needed at least {least} (one item)")
            }
            Self::Labels { labels } => write!(f, "labels are {labels}, allowed 1..={MAX_LABELS}"),
            Self::Window { window, most } => write!(f, "window is {window}, allowed 1..={most}"),
            Self::Fading { points } => write!(f, "fading is {points} points, allowed 0..=15"),
            Self::Bits { bits, most } => {
                write!(f, "bits of a feature are {bits}, allowed 1..={most}")
            }
            Self::LabelUnits { units, most } => {
                write!(f, "units of a label are {units}, allowed 1..={most}")
            }
        }
    }
}

impl core::error::Error for ParamsError {}
