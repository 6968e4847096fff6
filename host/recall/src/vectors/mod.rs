//! Vectors in numpy's format, checked once: what comes out of here is finite and of one length.

#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use slotless_files::FileError;
use slotless_files::Output;
use slotless_files::npy::{self, Array, NpyError};

/// Bytes of a file at most.
const MAX: u64 = 1 << 34;

/// At least one vector of `dim` finite numbers, row after row.
///
/// ```
/// use slotless_recall::vectors::Vectors;
///
/// let vectors = Vectors::new(vec![3.0, 4.0, 0.0, 2.0], 2)?.unit()?;
/// assert_eq!(vectors.row(0), [0.6, 0.8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Vectors {
    values: Vec<f32>,
    dim: usize,
}

impl Vectors {
    /// Vectors of `dim` numbers each, from their numbers one after another.
    ///
    /// # Errors
    /// [`VectorError`] if there is no number, they make no whole number of vectors, or one is not finite.
    pub fn new(values: Vec<f32>, dim: usize) -> Result<Self, VectorError> {
        if values.is_empty() || dim == 0 {
            return Err(VectorError::Empty);
        }
        if !values.len().is_multiple_of(dim) {
            return Err(VectorError::Ragged {
                values: values.len(),
                dim,
            });
        }
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return Err(not_finite(at, dim, values[at].into()));
        }
        Ok(Self { values, dim })
    }

    /// Reads a `.npy` array, or the only one of a `.npz`: rows x numbers, or one vector, in any order, of floats of 16, 32 or 64
    /// bits or integers of 8 with a sign.
    ///
    /// Floats of 64 bits are rounded to 32; integers are taken as they are.
    ///
    /// # Errors
    /// [`VectorFileError`] if the file cannot be read, is no such array, has no row, or has a number that is not finite
    /// in 32 bits.
    pub fn read(path: &Path) -> Result<Self, VectorFileError> {
        read(path).map_err(|kind| VectorFileError {
            path: path.to_owned(),
            kind,
        })
    }

    /// Writes a `.npy` array of 32-bit floats, rows x numbers: whole, or not at all.
    ///
    /// # Errors
    /// [`FileError::Io`] if the folder is not there or cannot be written to; a file from before is then as it was.
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        Output::at(path)?.write_with(|file| self.write_to(file))
    }

    /// Writes that array.
    ///
    /// # Errors
    /// As the writer's.
    pub fn write_to(&self, out: &mut impl io::Write) -> io::Result<()> {
        let (shape, values) = ([self.len(), self.dim], &self.values);
        npy::write(out, &shape, values.iter().copied())
    }

    /// How many vectors; at least one.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.values.len() / self.dim
    }

    /// Numbers of each; at least one.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// One vector.
    ///
    /// # Panics
    /// If `row` is not below [`Vectors::len`].
    #[must_use]
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.dim..][..self.dim]
    }

    /// The vectors in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> + DoubleEndedIterator {
        self.values.chunks_exact(self.dim)
    }

    /// The numbers of all vectors, one after another.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// These vectors, where they are of the length that is wanted.
    ///
    /// # Errors
    /// [`VectorError::Dimension`] where they are not.
    pub fn expect_dim(self, expected: usize) -> Result<Self, VectorError> {
        if self.dim == expected {
            Ok(self)
        } else {
            Err(VectorError::Dimension {
                found: self.dim,
                expected,
            })
        }
    }

    /// Scales each vector to length 1. Lengths are summed in double precision, from the first number to the last.
    ///
    /// # Errors
    /// [`VectorError::Zero`] for a vector of zeros, which has no direction.
    pub fn unit(mut self) -> Result<Self, VectorError> {
        for (row, values) in self.values.chunks_exact_mut(self.dim).enumerate() {
            let length = length(values);
            if length == 0.0 {
                return Err(VectorError::Zero { row: row + 1 });
            }
            for value in values {
                *value = (f64::from(*value) / length) as f32;
            }
        }
        Ok(self)
    }

    /// The same vectors, where each has length 1 and can be stored as it is.
    ///
    /// # Errors
    /// [`VectorError::NotUnit`] for the first that has not.
    pub fn of_unit_length(self) -> Result<Self, VectorError> {
        let wrong = self.rows().position(|row| !is_unit(length(row)));
        match wrong {
            Some(row) => Err(VectorError::NotUnit {
                row: row + 1,
                length: length(self.row(row)),
            }),
            None => Ok(self),
        }
    }
}

/// The length of a vector, summed in double precision from the first number to the last.
pub(super) fn length(vector: &[f32]) -> f64 {
    let squares = vector.iter().map(|&number| f64::from(number).powi(2));
    squares.sum::<f64>().sqrt()
}

/// Whether a length is 1 within what rounding to 32 bits leaves.
pub(super) fn is_unit(length: f64) -> bool {
    (length - 1.0).abs() <= 1e-5
}

fn not_finite(at: usize, dim: usize, value: f64) -> VectorError {
    VectorError::NotFinite {
        row: at / dim + 1,
        column: at % dim + 1,
        value,
    }
}

fn read(path: &Path) -> Result<Vectors, VectorError> {
    of_array(&npy::load(path, MAX).map_err(of_npy)?)
}

/// Vectors of a `.npy`'s bytes.
fn of_array(bytes: &[u8]) -> Result<Vectors, VectorError> {
    let array = Array::read(bytes).map_err(of_npy)?;
    let dim = match *array.shape() {
        [dim] | [_, dim] => dim,
        ref sides => return Err(VectorError::Axes { count: sides.len() }),
    };
    let values = match array.kind() {
        "f2" | "f4" | "f8" | "i1" => array.numbers().map(|value| value as f32).collect(),
        other => {
            let allowed =
                "floats of 16, 32 or 64 bits (f2, f4, f8), or integers of 8 with a sign (i1)";
            return Err(VectorError::Npy(format!(
                "cells are of type {other}, allowed {allowed}"
            )));
        }
    };
    Vectors::new(values, dim).map_err(|error| match error {
        // As it stands in the file, where it may be finite.
        VectorError::NotFinite { row, column, .. } => VectorError::NotFinite {
            row,
            column,
            value: array.number((row - 1) * dim + column - 1),
        },
        other => other,
    })
}

fn of_npy(error: NpyError) -> VectorError {
    match error {
        NpyError::Io(error) => VectorError::Io(error),
        NpyError::Empty => VectorError::Empty,
        other => VectorError::Npy(other.to_string()),
    }
}

/// A file of vectors that cannot be used.
#[derive(Debug, Error)]
#[error("vectors {}: {kind}", path.display())]
pub struct VectorFileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub kind: VectorError,
}

/// What is wrong with vectors.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VectorError {
    /// The file cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// No array in numpy's format, or of another type.
    #[error("{0}")]
    Npy(String),
    /// An array of neither one nor two axes.
    #[error("an array of {count} axes, expected rows x numbers, or one vector")]
    Axes {
        /// How many it has.
        count: usize,
    },
    /// No row, or rows without a number.
    #[error("no vector in it, expected at least one with at least one number")]
    Empty,
    /// Numbers that make no whole number of vectors.
    #[error("{values} numbers are no whole number of vectors of {dim}")]
    Ragged {
        /// How many numbers.
        values: usize,
        /// Numbers of a vector.
        dim: usize,
    },
    /// Vectors longer or shorter than what they are for.
    #[error("vectors of {found} numbers, expected {expected}")]
    Dimension {
        /// Numbers of each.
        found: usize,
        /// Numbers wanted.
        expected: usize,
    },
    /// A number that is none, or too large for 32 bits.
    #[error("row {row}, column {column} is {value:e}, allowed finite numbers of 32 bits")]
    NotFinite {
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
        /// The value.
        value: f64,
    },
    /// A vector that was to have length 1.
    #[error("row {row} has length {length}, and to be stored as it is it must have 1")]
    NotUnit {
        /// Its row, from 1.
        row: usize,
        /// Its length.
        length: f64,
    },
    /// A vector without a direction.
    #[error("row {row} is all zeros, expected a vector with a direction")]
    Zero {
        /// Row, from 1.
        row: usize,
    },
}

#[cfg(test)]
mod tests;
