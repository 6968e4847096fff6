//! Files that are whole or not there, and on disk when a function returns.
//!
//! [`Folder`](slotless_files::Folder) writes such files too, and hashes each for its manifest; here a log of a hundred
//! megabytes needs no hash, and the folder's own entry has to be on disk as well.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// How temporary files begin.
const PREFIX: &str = ".slotless-";

/// Writes a whole file in place of the one of that name, and waits until it and its name are on disk.
pub(super) fn replace<T>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>,
) -> io::Result<T> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = tempfile::Builder::new()
        .prefix(PREFIX)
        .tempfile_in(folder)?;
    let mut writer = BufWriter::new(temporary.as_file());
    let filled = fill(&mut writer)?;
    writer.flush()?;
    drop(writer);
    // A temporary file is the owner's alone; this one is to be like any other.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(temporary.path(), fs::Permissions::from_mode(0o644))?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)?;
    Ok(filled)
}

/// Waits until the names in a folder are on disk.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Only where a folder can be opened as a file.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
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

/// Removes temporary files that a killed process left.
pub(super) fn remove_leftovers(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_leftover(&entry.file_name().to_string_lossy()) {
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
    fn a_file_is_replaced_whole_or_left() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("file");
        replace(&path, |file| file.write_all(b"first")).unwrap();
        let failed: io::Result<()> = replace(&path, |file| {
            file.write_all(b"sec")?;
            Err(io::Error::other("no"))
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
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
