//! What is wrong with a file.

use std::path::PathBuf;

use thiserror::Error;

/// A file or folder that cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FileError {
    /// It cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// It is not what it should be.
    #[error("{}: {why}", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
}

impl FileError {
    /// A file or folder that cannot be read or written.
    pub fn io(path: impl Into<PathBuf>, error: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            error,
        }
    }

    /// A file that is not what it should be.
    pub fn damaged(path: impl Into<PathBuf>, why: impl ToString) -> Self {
        Self::Damaged {
            path: path.into(),
            why: why.to_string(),
        }
    }
}
