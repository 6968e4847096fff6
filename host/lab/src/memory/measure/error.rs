//! What can be wrong with the input of a measure.

use crate::figures::FigureError;

/// Why a measure refused its input. Trials are counted from 0, ages from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MeasureError {
    /// A table has no rows or no columns.
    #[error("a table of {rows} rows and {ages} ages is empty")]
    Empty {
        /// Rows: trials or samples.
        rows: usize,
        /// Columns.
        ages: usize,
    },
    /// Two tables that belong together differ in shape.
    #[error("two tables must have one shape, got {first:?} and {second:?} (rows, ages)")]
    ShapeMismatch {
        /// Rows and columns of the first table.
        first: (usize, usize),
        /// Rows and columns of the second.
        second: (usize, usize),
    },
    /// A cell is NaN, infinite or larger than [`MAX_MAGNITUDE`](super::MAX_MAGNITUDE).
    #[error("row {row}, age {age}: {value} is not a number of size at most 1e100")]
    BadCell {
        /// Row (trial or sample), from 0.
        row: usize,
        /// Age, from 1.
        age: usize,
        /// What stood there.
        value: f64,
    },
    /// Counts by class that are no counts.
    #[error(
        "{columns} columns are no counts of units, and ones among them, of {classes} classes an age"
    )]
    Classes {
        /// Columns.
        columns: usize,
        /// Classes.
        classes: usize,
    },
    /// A number lies outside its range.
    #[error("{what} must be {range}, got {value}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// What is allowed.
        range: &'static str,
        /// What was given.
        value: f64,
    },
    /// Two lists that belong together differ in length.
    #[error("{what}: expected {expected} ages, got {got}")]
    LengthMismatch {
        /// Which list.
        what: &'static str,
        /// Length that was expected.
        expected: usize,
        /// Length that was given.
        got: usize,
    },
    /// Too few trials, samples, ages or values for this measure.
    #[error("{what}: at least {needed} needed, got {got}")]
    TooFew {
        /// What there is too little of.
        what: &'static str,
        /// The smallest number that will do.
        needed: usize,
        /// What was given.
        got: usize,
    },
    /// A plan of samples asks for more trials than there are.
    #[error("{samples} samples of {trials_each} trials do not fit in {trials} trials")]
    TooFewTrials {
        /// Samples asked for.
        samples: usize,
        /// Trials in each.
        trials_each: usize,
        /// Trials there are.
        trials: usize,
    },
    /// A bin of ages is empty, starts before age 1 or reaches beyond the data.
    #[error("ages {first} to {last} are not a bin within ages 1 to {ages}")]
    BadBin {
        /// First age of the bin.
        first: usize,
        /// Last age of the bin, inclusive.
        last: usize,
        /// Ages in the data.
        ages: usize,
    },
    /// What is asked for is not what this theory is of.
    #[error("{0}")]
    NoTheory(&'static str),
    /// Equations of which no solution was found.
    #[error("{0}: no solution was found")]
    NoSolution(&'static str),
    /// An age at which no sample has a defined value.
    #[error("no sample has a defined value at age {age}")]
    NoDefinedValue {
        /// The age, from 1.
        age: usize,
    },
}

impl From<MeasureError> for FigureError {
    fn from(error: MeasureError) -> Self {
        Self::Numbers(error.to_string())
    }
}
