//! What can be wrong with a memory in a folder.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use slotless_files::FileError;
use thiserror::Error;

/// Why a memory cannot be opened, asked or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// A file is not what it should be: a fifo, a device, a folder, longer than it can be, no text.
    #[error("{}: {why}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The folder holds no memory.
    #[error("{}: no memory of slotless: {why}", path.display())]
    NotAMemory {
        /// The folder.
        path: PathBuf,
        /// What is missing, or there.
        why: String,
    },
    /// A file is of another version of this program.
    #[error("{}: {what} is {found}, this program reads {expected}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Which version it is.
        what: &'static str,
        /// As it is there.
        found: u32,
        /// As it should be.
        expected: &'static str,
    },
    /// A file is damaged.
    #[error("{}: damaged at byte {at}: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where.
        at: u64,
        /// What is wrong there.
        why: String,
    },
    /// Another process is writing.
    #[error("{}: another process is writing to this memory; try again when it is done", path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
    },
    /// The file system has no locks.
    #[error(
        "{}: no lock can be had here ({error}); whoever makes sure that nothing else writes to this memory can do without \
         (--no-lock), and reading needs none",
        path.display()
    )]
    NoLock {
        /// The lock.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// What failed before has left it open what is on disk.
    #[error("{}: a write failed before; open the memory anew", path.display())]
    Failed {
        /// The folder.
        path: PathBuf,
    },
    /// The memory was made with another value of a setting, which cannot change.
    #[error("{what} is {given}, but this memory was made with {stored}")]
    OtherSetting {
        /// Which.
        what: &'static str,
        /// As it was given.
        given: String,
        /// As it is.
        stored: String,
    },
    /// A setting is out of range.
    #[error("{0}")]
    Setting(String),
    /// A vector has another length than those of the memory.
    #[error("{what}: the vector has {found} numbers, this memory takes {expected}")]
    Length {
        /// Whose vector.
        what: String,
        /// Its length.
        found: usize,
        /// The memory's.
        expected: usize,
    },
    /// A vector with a number that is no number.
    #[error("{what}: number {at} of the vector is {value}, allowed are finite ones")]
    NotFinite {
        /// Whose vector.
        what: String,
        /// Which number, from 1.
        at: usize,
        /// What it is.
        value: f32,
    },
    /// A vector without a direction.
    #[error("{what}: the vector is all zeros, which is no direction")]
    NoDirection {
        /// Whose vector.
        what: String,
    },
    /// A text that cannot be stored.
    #[error("{what} is {why}")]
    Text {
        /// Whose text.
        what: String,
        /// What is wrong.
        why: &'static str,
    },
    /// There is no such item.
    #[error("{}: there is no item {id}, {}", path.display(), known(*items, *last))]
    Unknown {
        /// The folder.
        path: PathBuf,
        /// The number that was asked for.
        id: u64,
        /// Items stored.
        items: usize,
        /// The largest number that was given to one, 0 if none.
        last: u64,
    },
    /// A setting of a question is out of range.
    #[error("{what} is {value}, allowed {allowed}")]
    Ask {
        /// Which.
        what: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        allowed: Cow<'static, str>,
    },
    /// The memory is full.
    #[error("{}: {what} are at their largest number", path.display())]
    Full {
        /// The folder.
        path: PathBuf,
        /// What there are too many of.
        what: &'static str,
    },
}

fn known(items: usize, last: u64) -> String {
    match (items, last) {
        (0, 0) => "nothing is stored".to_owned(),
        (0, _) => "everything was forgotten".to_owned(),
        _ => format!("numbers go from 1 to {last}, without those forgotten"),
    }
}

impl From<FileError> for StoreError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Io { path, error } => Self::Io { path, error },
            FileError::Damaged { path, why } => Self::Unreadable { path, why },
            other => Self::Setting(other.to_string()),
        }
    }
}

impl StoreError {
    pub(super) fn io(path: &Path, error: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            error,
        }
    }

    pub(super) fn damaged(path: &Path, at: u64, why: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            at,
            why: why.into(),
        }
    }

    /// The same of what is about an item.
    pub(super) fn of_item(self, id: u64) -> Self {
        match self {
            Self::Damaged { path, at, why } => Self::Damaged {
                path,
                at,
                why: format!("of item {id}: {why}"),
            },
            other => other,
        }
    }

    pub(super) fn not_a_memory(path: &Path, why: impl Into<String>) -> Self {
        Self::NotAMemory {
            path: path.to_owned(),
            why: why.into(),
        }
    }
}
