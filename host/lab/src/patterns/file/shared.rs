//! Pattern files read once, however many conditions name them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::{FileError, Levels, read_patterns};
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
}

impl PatternFiles {
    /// The rows of a file, as [`read_patterns`] has them.
    ///
    /// # Errors
    /// [`FileError`], with the row and column where there is one.
    pub fn rows(&mut self, path: &Path, levels: Levels) -> Result<Arc<FileRows>, FileError> {
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
