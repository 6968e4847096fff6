//! Patterns from a file: `.npy` (rows x bits of 0 and 1, any integer, float or bool type) or CSV of 0/1 rows.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use slotless_core::bits;
use slotless_files::hex;
use slotless_files::npy::{Array, NpyError};
use thiserror::Error;

use super::Patterns;

/// Reads patterns from a `.npy` or CSV file; rows may differ in their number of ones.
///
/// CSV cells are separated by commas, semicolons or white space; blank lines and lines that start with `#` are left
/// out. All of the file is in RAM while it is read.
///
/// # Errors
/// [`FileError`], with the row and column where there is one.
pub fn read_patterns(path: &Path) -> Result<Patterns, FileError> {
    parse(path, &read(path)?)
}

/// [`read_patterns`], with the SHA-256 of the very bytes that were parsed.
///
/// # Errors
/// As [`read_patterns`].
pub(crate) fn read_hashed(path: &Path) -> Result<(Patterns, String), FileError> {
    let bytes = read(path)?;
    Ok((parse(path, &bytes)?, hex(&Sha256::digest(&bytes))))
}

fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    std::fs::read(path).map_err(|error| FileError {
        path: path.to_owned(),
        kind: error.into(),
    })
}

/// Patterns of a file's bytes; its path says of which format they are.
fn parse(path: &Path, bytes: &[u8]) -> Result<Patterns, FileError> {
    let error = |kind| FileError {
        path: path.to_owned(),
        kind,
    };
    let patterns = match path.extension().and_then(|extension| extension.to_str()) {
        Some("npy") => parse_npy(bytes).map_err(error)?,
        _ => parse_csv(bytes).map_err(error)?,
    };
    if patterns.is_empty() {
        return Err(error(FileErrorKind::Empty));
    }
    Ok(patterns)
}

fn parse_npy(bytes: &[u8]) -> Result<Patterns, FileErrorKind> {
    let array = Array::read(bytes)?;
    let (rows, columns) = array.rows_and_columns()?;
    let visible = u32::try_from(columns).map_err(|_| FileErrorKind::Empty)?;
    let mut patterns = Patterns::with_capacity(visible, rows);
    let mut words = vec![0; bits::words_for(visible)];
    for row in 0..rows {
        words.fill(0);
        for column in 0..visible {
            let cell = array.number(row * columns + column as usize);
            if cell == 1.0 {
                bits::set(&mut words, column);
            } else if cell != 0.0 {
                return Err(FileErrorKind::NotBinary {
                    row: row + 1,
                    column: column as usize + 1,
                });
            }
        }
        push(&mut patterns, &words, row + 1)?;
    }
    Ok(patterns)
}

impl From<NpyError> for FileErrorKind {
    fn from(error: NpyError) -> Self {
        match error {
            NpyError::Io(error) => error.into(),
            NpyError::Empty => Self::Empty,
            other => Self::Npy(other.to_string()),
        }
    }
}

fn parse_csv(bytes: &[u8]) -> Result<Patterns, FileErrorKind> {
    let mut patterns: Option<Patterns> = None;
    let mut cells = Vec::new();
    for (number, line) in bytes.lines().enumerate() {
        let (row, line) = (number + 1, line?);
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        cells.clear();
        let separator = |c: char| c == ',' || c == ';' || c.is_whitespace();
        for (column, cell) in text
            .split(separator)
            .filter(|cell| !cell.is_empty())
            .enumerate()
        {
            cells.push(match cell {
                "0" | "0.0" => false,
                "1" | "1.0" => true,
                _ => {
                    return Err(FileErrorKind::NotBinary {
                        row,
                        column: column + 1,
                    });
                }
            });
        }
        let visible = u32::try_from(cells.len()).unwrap_or(u32::MAX);
        let patterns = patterns.get_or_insert_with(|| Patterns::with_capacity(visible, 0));
        if visible != patterns.visible() {
            return Err(FileErrorKind::Ragged {
                row,
                cells: cells.len(),
                expected: patterns.visible(),
            });
        }
        let mut words = vec![0; bits::words_for(visible)];
        for (bit, _) in (0..).zip(&cells).filter(|&(_, &cell)| cell) {
            bits::set(&mut words, bit);
        }
        push(patterns, &words, row)?;
    }
    Ok(patterns.unwrap_or_default())
}

fn push(patterns: &mut Patterns, words: &[u32], row: usize) -> Result<(), FileErrorKind> {
    if bits::count(words) == 0 {
        return Err(FileErrorKind::NoOnes { row });
    }
    patterns.push(words);
    Ok(())
}

/// A pattern file that cannot be used.
#[derive(Debug, Error)]
#[error("pattern file {}: {kind}", path.display())]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub kind: FileErrorKind,
}

/// What is wrong with a pattern file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileErrorKind {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It is no two-dimensional array in numpy's format.
    #[error("{0}")]
    Npy(String),
    /// It holds no pattern.
    #[error("no pattern in it, expected rows of 0 and 1")]
    Empty,
    /// A cell is neither 0 nor 1.
    #[error("row {row}, column {column} is neither 0 nor 1")]
    NotBinary {
        /// Row, from 1.
        row: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A row is longer or shorter than the first.
    #[error("row {row} has {cells} cells, expected {expected} as in the first")]
    Ragged {
        /// Row, from 1.
        row: usize,
        /// Its cells.
        cells: usize,
        /// Cells of the first row.
        expected: u32,
    },
    /// A row has no one in it, so it has no accuracy.
    #[error("row {row} has no 1 in it, expected at least one")]
    NoOnes {
        /// Row, from 1.
        row: usize,
    },
}

#[cfg(test)]
mod tests;
