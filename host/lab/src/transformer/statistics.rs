//! What is read off a trained model: tables S1 to S3, and how well `W_V` knows the case.

use super::{Slow, Weights};
use crate::figures::numbers::mean;

/// Means and ranges of a square matrix, on the diagonal and off it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Mean of the diagonal.
    pub diagonal_mean: f64,
    /// Largest less smallest entry of the diagonal.
    pub diagonal_range: f64,
    /// Mean of the other entries; NaN if there are none.
    pub off_mean: f64,
    /// Largest less smallest of the other entries; NaN if there are none.
    pub off_range: f64,
}

impl Block {
    /// Of an L x L matrix, row after row.
    ///
    /// # Panics
    /// If the matrix is not of that size.
    #[must_use]
    pub fn of(matrix: &[f64], letters: usize) -> Self {
        assert_eq!(matrix.len(), letters * letters, "entries of the matrix");
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for (at, &value) in matrix.iter().enumerate() {
            let list = if at / letters == at % letters {
                &mut on
            } else {
                &mut off
            };
            list.push(value);
        }
        let range = |values: &[f64]| {
            let most = values.iter().copied().fold(f64::NAN, f64::max);
            most - values.iter().copied().fold(f64::NAN, f64::min)
        };
        Self {
            diagonal_mean: mean(&on),
            diagonal_range: range(&on),
            off_mean: mean(&off),
            off_range: range(&off),
        }
    }

    /// The four numbers, in the order of the tables.
    #[must_use]
    pub fn numbers(&self) -> [f64; 4] {
        [
            self.diagonal_mean,
            self.diagonal_range,
            self.off_mean,
            self.off_range,
        ]
    }
}

/// Which similarity matrix of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Similarity {
    /// Keys of uppercase letters (rows) and of lowercase letters: Table S1.
    UpperLowerKeys,
    /// Queries (rows) and keys of lowercase letters: Table S2.
    QueryLower,
    /// Queries (rows) and keys of uppercase letters: Table S3.
    QueryUpper,
}

impl Similarity {
    /// All three, in the order of the tables.
    pub const ALL: [Self; 3] = [Self::UpperLowerKeys, Self::QueryLower, Self::QueryUpper];

    /// The paper's number of its table.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Self::UpperLowerKeys => "S1",
            Self::QueryLower => "S2",
            Self::QueryUpper => "S3",
        }
    }

    /// What its rows and columns are.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UpperLowerKeys => "uppercase keys x lowercase keys",
            Self::QueryLower => "queries x lowercase keys",
            Self::QueryUpper => "queries x uppercase keys",
        }
    }

    /// The L x L matrix, row after row.
    #[must_use]
    pub fn matrix(self, weights: &Weights) -> Vec<f64> {
        let letters = weights.tokens() / 3;
        let (rows, from, columns) = match self {
            Self::UpperLowerKeys => (Slow::Keys, letters, 0),
            Self::QueryLower => (Slow::Queries, 2 * letters, 0),
            Self::QueryUpper => (Slow::Queries, 2 * letters, letters),
        };
        products(
            weights,
            (rows, from..from + letters),
            (Slow::Keys, columns..columns + letters),
        )
    }
}

/// Products of columns of two matrices: `A^T B`, row after row.
#[must_use]
pub fn products(
    weights: &Weights,
    (a, rows): (Slow, std::ops::Range<usize>),
    (b, columns): (Slow, std::ops::Range<usize>),
) -> Vec<f64> {
    let places = weights.rows(a).min(weights.rows(b));
    let entry = |of, place, token| f64::from(weights.get(of, place, token));
    rows.flat_map(|row| columns.clone().map(move |column| (row, column)))
        .map(|(row, column)| {
            (0..places)
                .map(|place| entry(a, place, row) * entry(b, place, column))
                .sum()
        })
        .collect()
}

/// How well `W_V` knows the case: the mean of the entries that should be 1 less that of those that should be 0, over the
/// columns of letters.
#[must_use]
pub fn value_contrast(weights: &Weights) -> f64 {
    let letters = weights.tokens() / 3;
    let entry = |case, token| f64::from(weights.get(Slow::Values, case, token));
    let sum: f64 = (0..2 * letters)
        .map(|token| entry(token / letters, token) - entry(1 - token / letters, token))
        .sum();
    sum / (2 * letters) as f64
}
