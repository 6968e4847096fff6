//! Folders that are on disk when a function returns, and reading from a place of a file.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;

use slotless_files::{FileError, PREFIX, input, sync_folder, take_after};

/// The file in a memory's folder that has all of it.
pub(super) const LOG: &str = "log";

/// Whether there is nothing at a path, of which nothing else is known.
pub(super) fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// What is in a folder; asked for again where a signal interrupts, as the standard library does for files.
pub(super) fn entries(folder: &Path) -> io::Result<fs::ReadDir> {
    loop {
        match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            entries => return entries,
        }
    }
}

/// Makes a folder and those above it, each on disk.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !parent.is_dir() {
        create_folder(parent)?;
    }
    match fs::create_dir(path) {
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        made => made?,
    }
    sync_folder(parent)
}

/// Writes a whole file of a memory, as [`slotless_files::replace`] does, but never into a fifo or a device: it would not be read again.
/// A new one is read by those who may read the log, since texts of the log may be in it.
pub(super) fn replace<T>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>,
) -> io::Result<T> {
    if let Err(FileError::Damaged { why, .. }) = input::open(path) {
        return Err(io::Error::other(why));
    }
    let is_new = path.symlink_metadata().is_err();
    slotless_files::replace(path, |file| {
        if is_new {
            take_after(file.get_ref(), &path.with_file_name(LOG))?;
        }
        fill(file)
    })
}

/// Removes temporary files that a killed process left.
pub(super) fn remove_leftovers(folder: &Path) -> io::Result<()> {
    for entry in entries(folder)? {
        let entry = entry?;
        if is_leftover(&entry.file_name().to_string_lossy()) && !entry.file_type()?.is_dir() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a name is that of a temporary file.
pub(super) fn is_leftover(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// Reads all of `bytes` from a place of a file, without moving its cursor.
pub(super) fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileExt;
        file.read_exact_at(bytes, at)
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::FileExt;
        let mut done = 0;
        while done < bytes.len() {
            match file.seek_read(&mut bytes[done..], at + done as u64)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => done += read,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_a_file_is_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, b"first").unwrap();
        let mut middle = [0; 3];
        read_at(&File::open(&path).unwrap(), &mut middle, 1).unwrap();
        assert_eq!(&middle, b"irs");
    }

    #[test]
    fn leftovers_go_and_nothing_else() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in [".slotless-abc", "log", ".slotlessabc"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        remove_leftovers(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
