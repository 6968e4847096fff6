//! Files of slotless's programs: output that is whole or not there, and input that is held against its own size first.
//!
//! For whatever of slotless reads or writes files. It imports nothing of slotless.
//!
//! * [`Output`]: a file to be written where a path leads: replaced whole, or written to if it is a fifo, a device or `-`.
//!   [`Folder`]: output files of a run, and their hashes. [`Scratch`]: a temporary folder.
//! * [`input`]: files to be read, of a bounded length, and nothing but regular ones.
//! * [`machine`]: memory that may be used, against which work is weighed before it starts.
//! * [`text`]: text that others wrote, as it is shown.
//! * [`dictionary`]: what is in a file, each column and array declared once.
//! * [`npy`]: arrays in numpy's format, held against the bytes that are there; several in a file with the feature `npz`.

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod dictionary;
mod error;
pub mod input;
pub mod machine;
pub mod npy;
mod output;
pub mod text;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use dictionary::{Contents, Described};
pub use error::FileError;
pub use output::{
    Output, PREFIX, Scratch, abandon, input_in, keep_input, replace, sync_folder, take_after,
};

/// A file that a run left, as the manifest lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name within the folder.
    pub name: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Columns of a table, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Described>,
    /// Arrays of a `.npz`, a declaration each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arrays: Vec<Described>,
}

/// A folder that a run writes to, and what it has written there.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    entries: Vec<FileEntry>,
}

impl Folder {
    /// Makes the folder if it is not there, and makes sure that files can be written to it.
    ///
    /// # Errors
    /// [`FileError::Io`]; folders made on the way are then removed. [`FileError::Damaged`] where it, or what it is to lie in, is
    /// something else.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        check_folder(path)?;
        let missing: Vec<&Path> = path
            .ancestors()
            .filter(|folder| !folder.as_os_str().is_empty())
            .take_while(|folder| !folder.exists())
            .collect();
        let undo = || {
            for folder in &missing {
                // Only what was made here, and only while empty.
                let _ = fs::remove_dir(folder);
            }
        };
        let made = fs::create_dir_all(path).and_then(|()| output::can_write(path));
        made.map_err(|error| {
            undo();
            FileError::io(path, error)
        })?;
        Ok(Self {
            path: path.to_owned(),
            entries: Vec::new(),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What has been written, in order.
    #[must_use]
    pub fn entries(&self) -> &[FileEntry] {
        &self.entries
    }

    /// Writes a whole file; its name may start with that of a folder below this one, which is made.
    ///
    /// # Errors
    /// [`FileError::Io`]; a file of that name from before is then as it was.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.write_with(name, |file| file.write_all(bytes))
    }

    /// Writes a file by a function.
    ///
    /// # Errors
    /// As [`Folder::write`].
    pub fn write_with(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut BufWriter<&File>) -> std::io::Result<()>,
    ) -> Result<(), FileError> {
        self.put(name, |file| fill(file).map(|()| None))
    }

    /// Writes a file by a function that says what is in it.
    ///
    /// # Errors
    /// As [`Folder::write`].
    pub fn write_described(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut BufWriter<&File>) -> std::io::Result<Contents>,
    ) -> Result<(), FileError> {
        self.put(name, |file| fill(file).map(Some))
    }

    fn put(
        &mut self,
        name: &str,
        fill: impl FnOnce(&mut BufWriter<&File>) -> std::io::Result<Option<Contents>>,
    ) -> Result<(), FileError> {
        let target = self.path.join(name);
        if let Some(parent) = target.parent() {
            check_folder(parent)?;
        }
        let write = || {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            output::replace_seen(&target, fill, hash)
        };
        let (contents, (sha256, bytes)) = write().map_err(|error| FileError::io(&target, error))?;
        let (columns, arrays) = match contents {
            None => Default::default(),
            Some(Contents::Columns(columns)) => (columns, Vec::new()),
            Some(Contents::Arrays(arrays)) => (Vec::new(), arrays),
        };
        let entry = FileEntry {
            name: name.to_owned(),
            bytes,
            sha256,
            columns,
            arrays,
        };
        self.entries.retain(|old| old.name != entry.name);
        self.entries.push(entry);
        Ok(())
    }
}

/// Refuses a path at which there neither is a folder nor can be made one: it, or what it is to lie in, is something else.
///
/// # Errors
/// [`FileError::Damaged`] with what is in the way. What may not be looked at is nobody's error as yet.
pub fn check_folder(path: &Path) -> Result<(), FileError> {
    let there = path.ancestors().find_map(|one| {
        let kind = one.metadata().ok()?.file_type();
        Some((one, kind))
    });
    if let Some((one, kind)) = there.filter(|(_, kind)| !kind.is_dir()) {
        let why = format!("{}, expected a folder", kind_of(kind));
        return Err(FileError::damaged(one, why));
    }
    if path == Path::new("-") {
        let why = "files go to a folder, expected its path";
        return Err(FileError::damaged(path, why));
    }
    // A link to nothing, or to itself, is there and yet no folder; its parents decide what can be made.
    if let Some(link) = path.ancestors().find(|one| leads_nowhere(one)) {
        let why = "a link that leads nowhere, expected a folder";
        return Err(FileError::damaged(link, why));
    }
    Ok(())
}

/// Whether a path is a link to what is not there, or to itself; one to what may not be looked at is not.
#[must_use]
pub fn leads_nowhere(path: &Path) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    let is_gone = |error: std::io::Error| {
        matches!(error.kind(), NotFound | NotADirectory) || is_circle(&error)
    };
    path.is_symlink() && path.metadata().is_err_and(is_gone)
}

/// Whether an error is that of links that lead to each other.
#[must_use]
pub fn is_circle(error: &std::io::Error) -> bool {
    // ELOOP has no kind of its own as yet.
    let number = if cfg!(target_os = "linux") { 40 } else { 62 };
    cfg!(unix) && error.raw_os_error() == Some(number)
}

/// What something is, in words: "a folder", "a fifo".
#[must_use]
pub fn kind_of(kind: fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a fifo";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
        if kind.is_socket() {
            return "a socket";
        }
    }
    if kind.is_dir() {
        return "a folder";
    }
    if kind.is_file() {
        return "a file";
    }
    "something else than a file"
}

/// SHA-256 of a file in hexadecimal, and its length.
///
/// # Errors
/// Where the file cannot be read.
pub fn hash(path: &Path) -> std::io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut file = input::open(path).map_err(|error| match error {
        FileError::Io { error, .. } => error,
        other => std::io::Error::other(other),
    })?;
    let bytes = std::io::copy(&mut file, &mut HashWriter(&mut hasher))?;
    Ok((hex(&hasher.finalize()), bytes))
}

struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
