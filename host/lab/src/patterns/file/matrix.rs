//! Square matrices of numbers from a file: `.npy`, `.npz` with one array, or CSV.

use std::path::Path;

use slotless_files::input;
use slotless_files::npy::{self, Array, Format};

use super::{FileError, FileErrorKind, MAX, MAX_TEXT, Separator, number, of_file, shown};

/// Reads the cells of a square matrix, row by row, and how many rows there are.
///
/// # Errors
/// [`FileError`], with the row and column where there is one.
pub(in crate::patterns) fn read_matrix(path: &Path) -> Result<(Vec<f64>, usize), FileError> {
    read(path).map_err(|kind| FileError {
        path: path.to_owned(),
        kind,
    })
}

fn read(path: &Path) -> Result<(Vec<f64>, usize), FileErrorKind> {
    let (cells, rows, columns) = if Format::of_file(path).map_err(of_file)?.is_some() {
        let bytes = npy::load(path, MAX)?;
        let array = Array::read(&bytes)?;
        let (rows, columns) = array.rows_and_columns()?;
        (array.numbers().collect(), rows, columns)
    } else {
        of_text(&input::read(path, MAX_TEXT).map_err(of_file)?)?
    };
    if rows != columns || rows == 0 {
        return Err(FileErrorKind::NotSquare { rows, columns });
    }
    Ok((cells, rows))
}

fn of_text(bytes: &[u8]) -> Result<(Vec<f64>, usize, usize), FileErrorKind> {
    let mut cells = Vec::new();
    let (mut rows, mut columns, mut separator) = (0, 0, None);
    for (row, line) in (1..).zip(input::lines(bytes)) {
        let text = str::from_utf8(line)
            .map_err(|_| FileErrorKind::Format(format!("row {row} is no text in UTF-8")))?;
        let text = text.trim_matches(' ');
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let separator = *separator.get_or_insert_with(|| Separator::of(text));
        let before = cells.len();
        for (column, cell) in (1..).zip(separator.cells(text)) {
            cells.push(number(cell).ok_or_else(|| FileErrorKind::Other {
                row,
                column,
                cell: shown(cell),
                allowed: "numbers".to_owned(),
            })?);
        }
        let found = cells.len() - before;
        if rows == 0 {
            columns = found;
        } else if found != columns {
            return Err(FileErrorKind::Ragged {
                row,
                cells: found,
                expected: columns as u32,
            });
        }
        rows += 1;
    }
    Ok((cells, rows, columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_is_read_from_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.csv");
        let refused = |text: &str| {
            std::fs::write(&path, text).unwrap();
            read_matrix(&path).unwrap_err().to_string()
        };
        assert!(refused("1,0.5\n0.5,x\n").ends_with("row 2, column 2 is \"x\", allowed numbers"));
        assert!(
            refused("1,0.5\n").ends_with("1 rows of 2 numbers, expected as many rows as columns")
        );
        assert!(refused("1,0.5\n1\n").ends_with("row 2 has 1 cells, expected 2 as in the first"));
        assert!(refused("\n").ends_with("0 rows of 0 numbers, expected as many rows as columns"));
        std::fs::write(&path, "# similar\n1 .5\n.5 1\n").unwrap();
        assert_eq!(read_matrix(&path).unwrap(), (vec![1.0, 0.5, 0.5, 1.0], 2));
    }
}
