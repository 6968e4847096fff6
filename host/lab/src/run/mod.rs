//! What surrounds a simulation: kept trials, output files, snapshots, the manifest.

pub mod device;
pub mod family;
pub(crate) mod given;
pub mod gpu;
pub(crate) mod grid;
pub mod manifest;
pub mod parameter;
pub mod records;
pub mod shard;
pub mod simulate;
pub mod work;

use std::path::PathBuf;

pub(crate) use grid::slug;
use slotless_files::FileError;

use thiserror::Error;

use shard::ShardError;

/// A run that cannot start, or whose output cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// A file or folder cannot be read or written, or is not what it should be.
    #[error(transparent)]
    File(#[from] FileError),
    /// Kept trials belong to another run.
    #[error("{} holds trials of {found}, not of this run ({expected}); take another --out, or delete that file's folder", path.display())]
    OtherRun {
        /// The file.
        path: PathBuf,
        /// What it holds.
        found: String,
        /// What is wanted.
        expected: String,
    },
    /// Shards are not all of one run, or not finished.
    #[error(transparent)]
    Shards(#[from] ShardError),
}

impl RunError {
    /// A file or folder that cannot be read or written.
    pub fn io(path: impl Into<PathBuf>, error: std::io::Error) -> Self {
        FileError::io(path, error).into()
    }

    /// A file that is not what it should be.
    pub fn damaged(path: impl Into<PathBuf>, why: impl ToString) -> Self {
        FileError::damaged(path, why).into()
    }
}
