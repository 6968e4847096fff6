//! Patterns from a file: `.npy` (rows x bits, any integer, float or bool type), `.npz` with one such array, or CSV.

mod matrix;
mod shared;

use std::path::{Path, PathBuf};

use slotless_core::bits;
use slotless_files::npy::{self, Array, Format, NpyError};
use slotless_files::{FileError as InputError, input};
use thiserror::Error;

use super::Patterns;
use crate::choice::choices;
use crate::error::short;

pub(super) use matrix::read_matrix;
pub use shared::{FileRows, PatternFiles};

/// Bytes of a file at most: an array, and a text.
const MAX: u64 = 1 << 33;
const MAX_TEXT: u64 = 1 << 31;

/// Characters of a cell that a message shows.
const SHOWN: usize = 20;

choices! {
    /// The two numbers that stand in a file of patterns for a unit that is off and one that is on.
    pub enum Levels = Bits {
        /// Off and on.
        Bits = "0,1",
        /// Black and white.
        Bytes = "0,255",
        /// Spins.
        Signs = "-1,1",
    }
}

choices! {
    /// In which order the rows of a file are learned.
    pub enum RowOrder = Shuffled {
        /// In a new random order every trial.
        Shuffled = "shuffled",
        /// As they come, every trial.
        File = "file",
    }
}

impl Levels {
    fn numbers(self) -> [f64; 2] {
        match self {
            Self::Bits => [0.0, 1.0],
            Self::Bytes => [0.0, 255.0],
            Self::Signs => [-1.0, 1.0],
        }
    }

    /// Whether a number is that of a unit that is on; none where it is neither.
    fn is_on(self, number: f64) -> Option<bool> {
        let place = self.numbers().iter().position(|&level| level == number);
        place.map(|place| place == 1)
    }

    /// Others among whose numbers this is.
    fn of(number: f64) -> Option<Self> {
        let all = [Self::Bits, Self::Bytes, Self::Signs];
        all.into_iter().find(|one| one.is_on(number).is_some())
    }
}

/// Reads patterns from a file; rows may differ in their number of ones.
///
/// What the file is, its first bytes say. In CSV, cells are separated by commas, semicolons, tabs or blanks, by one of them in all
/// of a file; lines end with CR, LF or both; blank lines and lines that start with `#` are left out; a cell may stand in quotes, and
/// be `True` or `False`. All of the file is in RAM while it is read.
///
/// # Errors
/// [`FileError`], with the row and column where there is one.
pub fn read_patterns(path: &Path, levels: Levels) -> Result<Patterns, FileError> {
    read(path, levels).map_err(|kind| FileError {
        path: path.to_owned(),
        kind,
    })
}

fn of_file(error: InputError) -> FileErrorKind {
    match error {
        InputError::Io { error, .. } => FileErrorKind::Io(error),
        InputError::Damaged { why, .. } => FileErrorKind::Format(why),
        other => FileErrorKind::Format(other.to_string()),
    }
}

fn read(path: &Path, levels: Levels) -> Result<Patterns, FileErrorKind> {
    let named = path.extension().is_some_and(|end| {
        ["npy", "npz"]
            .iter()
            .any(|one| end.eq_ignore_ascii_case(one))
    });
    let patterns = if Format::of_file(path).map_err(of_file)?.is_some() || named {
        of_array(&npy::load(path, MAX)?, levels)?
    } else {
        of_text(&input::read(path, MAX_TEXT).map_err(of_file)?, levels)?
    };
    if patterns.is_empty() {
        return Err(FileErrorKind::Empty);
    }
    Ok(patterns)
}

/// Patterns of a `.npy`'s bytes.
///
/// # Errors
/// [`FileErrorKind`].
pub fn of_array(bytes: &[u8], levels: Levels) -> Result<Patterns, FileErrorKind> {
    let array = Array::read(bytes)?;
    let (rows, columns) = array.rows_and_columns()?;
    let visible = u32::try_from(columns).map_err(|_| FileErrorKind::Empty)?;
    // Of which there are but two.
    let levels = if array.kind() == "b1" {
        Levels::Bits
    } else {
        levels
    };
    let mut patterns = Patterns::with_capacity(visible, rows);
    let mut words = vec![0; bits::words_for(visible)];
    for row in 0..rows {
        words.fill(0);
        for column in 0..visible {
            let cell = array.number(row * columns + column as usize);
            match levels.is_on(cell) {
                Some(true) => bits::set(&mut words, column),
                Some(false) => {}
                None => {
                    return Err(FileErrorKind::Other {
                        row: row + 1,
                        column: column as usize + 1,
                        cell: short(cell.to_string()),
                        allowed: allowed(levels, Some(cell)),
                    });
                }
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
            NpyError::Axes { .. } => {
                Self::Format(format!("{error} (a pattern per row, a bit per column)"))
            }
            other => Self::Format(other.to_string()),
        }
    }
}

/// What stands between the cells of a line.
#[derive(Clone, Copy, Debug)]
enum Separator {
    Character(char),
    Blanks,
}

impl Separator {
    /// That of a file whose first row this is.
    fn of(row: &str) -> Self {
        let there = [';', ',', '\t'].into_iter().find(|&one| row.contains(one));
        there.map_or(Self::Blanks, Self::Character)
    }

    fn cells(self, row: &str) -> Vec<&str> {
        match self {
            Self::Character(one) => row.split(one).map(unquoted).collect(),
            Self::Blanks => row.split_whitespace().map(unquoted).collect(),
        }
    }
}

fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| cell.strip_prefix(quote)?.strip_suffix(quote));
    inner.unwrap_or(cell)
}

/// The number of a cell.
fn number(cell: &str) -> Option<f64> {
    let number: f64 = cell.parse().ok()?;
    // What is too small for a float is not 0.
    let mantissa = cell.split(['e', 'E']).next().unwrap_or_default();
    let is_zero = !mantissa.contains(|digit| matches!(digit, '1'..='9'));
    (number != 0.0 || is_zero).then_some(number)
}

/// Patterns of a text's bytes.
///
/// # Errors
/// [`FileErrorKind`].
pub fn of_text(bytes: &[u8], levels: Levels) -> Result<Patterns, FileErrorKind> {
    let mut found: Option<(Separator, Patterns)> = None;
    let mut words = Vec::new();
    for (row, line) in (1..).zip(input::lines(bytes)) {
        let text = str::from_utf8(line)
            .map_err(|_| FileErrorKind::Format(format!("row {row} is no text in UTF-8")))?;
        // Tabs may have empty cells between them.
        let text = text.trim_matches(' ');
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let separator = found
            .as_ref()
            .map_or_else(|| Separator::of(text), |one| one.0);
        let cells = separator.cells(text);
        let visible = u32::try_from(cells.len()).unwrap_or(u32::MAX);
        words.clear();
        words.resize(bits::words_for(visible), 0);
        for (bit, &cell) in (0..visible).zip(&cells) {
            let on = match cell {
                _ if cell.eq_ignore_ascii_case("true") => Some(true),
                _ if cell.eq_ignore_ascii_case("false") => Some(false),
                _ => number(cell).and_then(|number| levels.is_on(number)),
            };
            let (row, column) = (row, bit as usize + 1);
            match on {
                Some(true) => bits::set(&mut words, bit),
                Some(false) => {}
                None if cell.is_empty() => return Err(FileErrorKind::NoCell { row, column }),
                None => {
                    return Err(FileErrorKind::Other {
                        row,
                        column,
                        cell: shown(cell),
                        allowed: allowed(levels, number(cell)),
                    });
                }
            }
        }
        let (_, patterns) =
            found.get_or_insert_with(|| (separator, Patterns::with_capacity(visible, 0)));
        if visible != patterns.visible() {
            return Err(FileErrorKind::Ragged {
                row,
                cells: cells.len(),
                expected: patterns.visible(),
            });
        }
        push(patterns, &words, row)?;
    }
    Ok(found.map(|found| found.1).unwrap_or_default())
}

/// A cell as a message shows it.
fn shown(cell: &str) -> String {
    let start: String = cell.chars().take(SHOWN).collect();
    let dots = if start.len() < cell.len() { "..." } else { "" };
    format!("{start:?}{dots}")
}

/// What a cell may be, and whose numbers another one is of.
fn allowed(levels: Levels, cell: Option<f64>) -> String {
    let [off, on] = levels.numbers();
    let allowed = format!("{off} and {on}");
    match cell.and_then(Levels::of) {
        Some(other) => {
            let [off, on] = other.numbers();
            format!(
                "{allowed} (for {off} and {on}: --levels {other}, or levels = \"{other}\" in a spec)"
            )
        }
        None => allowed,
    }
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
    /// It is neither an array of rows and columns nor a text.
    #[error("{0}")]
    Format(String),
    /// It holds no pattern.
    #[error("no pattern in it, expected rows of 0 and 1")]
    Empty,
    /// There is nothing between two separators.
    #[error("row {row}, column {column} is empty, expected a number in every cell")]
    NoCell {
        /// Row, from 1; in a text, that of the line.
        row: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A cell is neither of the two numbers.
    #[error("row {row}, column {column} is {cell}, allowed {allowed}")]
    Other {
        /// Row, from 1; in a text, that of the line.
        row: usize,
        /// Column, from 1.
        column: usize,
        /// What stands there.
        cell: String,
        /// What is allowed.
        allowed: String,
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
    /// It is no square.
    #[error("{rows} rows of {columns} numbers, expected as many rows as columns")]
    NotSquare {
        /// Rows.
        rows: usize,
        /// Numbers of a row.
        columns: usize,
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
