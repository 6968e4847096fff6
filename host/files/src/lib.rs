//! Files of slotless's programs: output that is whole or not there, and input that is held against its own size first.
//!
//! For whatever of slotless reads or writes files. It imports nothing of slotless.
//!
//! * [`Folder`]: output files, written under a temporary name, then renamed, and their hashes.
//! * [`npy`]: arrays in numpy's format, held against the bytes that are there; several in a file with the feature `npz`.

mod error;
pub mod npy;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use error::FileError;

/// A file that a run left, as the manifest lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name within the folder.
    pub name: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
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
    /// [`FileError::Io`]; folders made on the way are then removed.
    pub fn create(path: &Path) -> Result<Self, FileError> {
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
        let made = fs::create_dir_all(path).and_then(|()| {
            tempfile::Builder::new()
                .prefix(".slotless-")
                .tempfile_in(path)
                .map(drop)
        });
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
        let target = self.path.join(name);
        let write = || -> std::io::Result<FileEntry> {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            let temporary = tempfile::Builder::new()
                .prefix(".slotless-")
                .tempfile_in(&self.path)?;
            let mut writer = BufWriter::new(temporary.as_file());
            fill(&mut writer)?;
            writer.flush()?;
            drop(writer);
            let (sha256, bytes) = hash(temporary.path())?;
            // A temporary file is the owner's alone; an output file is like any other.
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(temporary.path(), fs::Permissions::from_mode(0o644))?;
            }
            temporary.as_file().sync_all()?;
            temporary.persist(&target).map_err(|error| error.error)?;
            Ok(FileEntry {
                name: name.to_owned(),
                bytes,
                sha256,
            })
        };
        let entry = write().map_err(|error| FileError::io(&target, error))?;
        self.entries.retain(|old| old.name != entry.name);
        self.entries.push(entry);
        Ok(())
    }
}

/// SHA-256 of a file in hexadecimal, and its length.
///
/// # Errors
/// Where the file cannot be read.
pub fn hash(path: &Path) -> std::io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let bytes = std::io::copy(&mut File::open(path)?, &mut HashWriter(&mut hasher))?;
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
