//! Pattern files read once, however many conditions name them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::{FileError, FileErrorKind, Levels, read_patterns};
use crate::patterns::Patterns;

/// The rows of a pattern file, and what they are by their SHA-256.
#[derive(Debug)]
pub struct FileRows {
    patterns: Patterns,
    sha256: OnceLock<String>,
}

impl FileRows {
    /// The rows.
    #[must_use]
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// [`Patterns::sha256`], computed when it is first asked for.
    #[must_use]
    pub fn sha256(&self) -> &str {
        self.sha256.get_or_init(|| self.patterns.sha256())
    }
}

/// The pattern files of one command. Each is read when it is first asked for, and its rows are in RAM once.
#[derive(Debug, Default)]
pub struct PatternFiles {
    read: Vec<(PathBuf, Levels, Arc<FileRows>)>,
    held: Vec<(PathBuf, Arc<FileRows>)>,
    matrices: Vec<(PathBuf, Vec<f64>)>,
}

impl PatternFiles {
    /// Takes rows that are in memory for those of a file of this name, whatever its levels: no such file is read. Data of them
    /// has the results of a file with the same rows.
    ///
    /// # Errors
    /// [`FileError`] where there is no row, or one without a one.
    pub fn hold(&mut self, name: &Path, patterns: Patterns) -> Result<(), FileError> {
        let without = patterns.ones().iter().position(|&ones| ones == 0);
        let wrong = match without {
            _ if patterns.is_empty() => Some(FileErrorKind::Empty),
            Some(row) => Some(FileErrorKind::NoOnes { row: row + 1 }),
            None => None,
        };
        if let Some(kind) = wrong {
            let path = name.to_owned();
            return Err(FileError { path, kind });
        }
        let rows = Arc::new(FileRows {
            patterns,
            sha256: OnceLock::new(),
        });
        self.held.retain(|(of, _)| of != name);
        self.held.push((name.to_owned(), rows));
        Ok(())
    }

    /// Takes the cells of a matrix, row by row, for those of a file of this name: no such file is read.
    pub fn hold_matrix(&mut self, name: &Path, cells: Vec<f64>) {
        self.matrices.retain(|(of, _)| of != name);
        self.matrices.push((name.to_owned(), cells));
    }

    /// The cells of a matrix that are held under this name.
    pub(in crate::patterns) fn matrix(&self, name: &Path) -> Option<&[f64]> {
        let found = self.matrices.iter().find(|(of, _)| of == name);
        found.map(|(_, cells)| &cells[..])
    }

    /// The rows of a file, as [`read_patterns`] has them.
    ///
    /// # Errors
    /// [`FileError`], with the row and column where there is one.
    pub fn rows(&mut self, path: &Path, levels: Levels) -> Result<Arc<FileRows>, FileError> {
        if let Some((_, rows)) = self.held.iter().find(|(of, _)| of == path) {
            return Ok(Arc::clone(rows));
        }
        let mut read = self.read.iter();
        if let Some((_, _, rows)) = read.find(|(of, with, _)| of == path && *with == levels) {
            return Ok(Arc::clone(rows));
        }
        let rows = Arc::new(FileRows {
            patterns: read_patterns(path, levels)?,
            sha256: OnceLock::new(),
        });
        self.read.push((path.to_owned(), levels, Arc::clone(&rows)));
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_memory_stand_for_a_file() {
        let mut patterns = Patterns::with_capacity(40, 2);
        patterns.push(&[5, 1]);
        patterns.push(&[0, 8]);
        let (mut files, name) = (PatternFiles::default(), Path::new("no such file"));
        files.hold(name, patterns.clone()).unwrap();
        for levels in [Levels::Bits, Levels::Signs] {
            let rows = files.rows(name, levels).unwrap();
            assert_eq!(rows.patterns(), &patterns);
            assert_eq!(rows.sha256(), patterns.sha256());
        }
        // Others in their place.
        files.hold(name, patterns.select(&[1])).unwrap();
        assert_eq!(files.rows(name, Levels::Bits).unwrap().patterns().len(), 1);
        assert!(files.rows(Path::new("another"), Levels::Bits).is_err());
        patterns.push(&[0, 0]);
        let line = files.hold(name, patterns).unwrap_err().to_string();
        assert!(line.contains("row 3 has no 1 in it"), "{line}");
        let none = Patterns::with_capacity(40, 0);
        assert!(files.hold(name, none).is_err());
    }

    /// What is no longer there cannot be read again.
    #[test]
    fn a_file_is_read_once_with_each_pair_of_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "1,1\n1,1\n").unwrap();
        let mut files = PatternFiles::default();
        let bits = files.rows(&path, Levels::Bits).unwrap();
        let signs = files.rows(&path, Levels::Signs).unwrap();
        let bytes = files.rows(&path, Levels::Bytes).unwrap_err();
        assert!(bytes.to_string().contains("row 1, column 1"), "{bytes}");
        std::fs::remove_file(&path).unwrap();
        for (levels, first) in [(Levels::Bits, &bits), (Levels::Signs, &signs)] {
            let again = files.rows(&path, levels).unwrap();
            assert!(Arc::ptr_eq(first, &again));
            assert_eq!(again.sha256(), again.patterns().sha256());
        }
        assert!(!Arc::ptr_eq(&bits, &signs));
        // What failed is tried again.
        std::fs::write(&path, "255,0\n").unwrap();
        let rows = files.rows(&path, Levels::Bytes).unwrap();
        assert_eq!(rows.patterns().ones(), [1]);
    }
}
