//! Files that are written: whole or as they were, and never in place of what is no file.
//!
//! A path is followed through links to what it names. There, a regular file or none is replaced by a file that is written beside
//! it, has its mode (a new one: 0666 less the umask), and is on disk before it takes the name. A fifo or a device is written to
//! and stays what it is. `-`, or a path that leads to the program's own standard output, is standard output.

#![allow(
    clippy::disallowed_methods,
    reason = "this is the layer that the others are sent to"
)]

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

use crate::{FileError, Folder};

/// How temporary files begin.
pub const PREFIX: &str = ".slotless-";

/// As many links are followed as Linux follows.
const LINKS: usize = 40;

/// What a path leads to.
#[derive(Clone, Debug)]
enum Place {
    /// Standard output.
    Standard,
    /// No file as yet.
    New(PathBuf),
    /// A regular file, with what is to stay of it.
    File(PathBuf, fs::Metadata),
    /// A fifo, a device, a socket.
    Special(PathBuf),
}

/// A file that is to be written, at a place where it can be.
#[derive(Clone, Debug)]
pub struct Output {
    path: PathBuf,
    place: Place,
}

impl Output {
    /// The file that a path leads to; `-` is standard output.
    ///
    /// # Errors
    /// [`FileError`] where no file can be written: a folder, no folder to lie in, a file that is read-only, links in a circle.
    pub fn at(path: &Path) -> Result<Self, FileError> {
        let io = |error| FileError::io(path, error);
        let place = find(path).map_err(io)?;
        match &place {
            Place::File(target, metadata) => {
                if let Some(why) = refusal(target, metadata) {
                    return Err(FileError::damaged(path, why));
                }
                temporary(target).map_err(io)?;
            }
            Place::New(target) => {
                // One that is looked for here, such as a memory's snapshot.
                if let Some(why) = is_read(target) {
                    return Err(FileError::damaged(path, why));
                }
                let folder = folder_of(target);
                if !folder.is_dir() {
                    let why = format!("there is no folder {} to write to", folder.display());
                    return Err(io(io::Error::new(io::ErrorKind::NotFound, why)));
                }
                temporary(target).map_err(io)?;
            }
            Place::Standard | Place::Special(_) => {}
        }
        Ok(Self {
            path: path.to_owned(),
            place,
        })
    }

    /// The same, its folder made where there is none.
    ///
    /// # Errors
    /// As [`Output::at`]; no folder is left that was made.
    pub fn with_folder(path: &Path) -> Result<Self, FileError> {
        if let Place::New(target) = find(path).map_err(|error| FileError::io(path, error))? {
            Folder::create(folder_of(&target))?;
        }
        Self::at(path)
    }

    /// The path, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is a file, or becomes one: no fifo, device or standard output.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self.place, Place::New(_) | Place::File(..))
    }

    /// Whether another path leads to the same file.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Standard, Place::Standard) => true,
            (Place::Standard, _) | (_, Place::Standard) => false,
            (
                Place::New(one) | Place::File(one, _) | Place::Special(one),
                Place::New(other) | Place::File(other, _) | Place::Special(other),
            ) => real(one) == real(other),
        }
    }

    /// Whether it is standard output, where nothing else should then be printed.
    #[must_use]
    pub fn is_standard(&self) -> bool {
        matches!(self.place, Place::Standard)
    }

    /// Writes the whole file.
    ///
    /// # Errors
    /// [`FileError::Io`]; a file from before is then as it was.
    pub fn write(&self, bytes: &[u8]) -> Result<(), FileError> {
        self.write_with(|file| file.write_all(bytes))
    }

    /// Writes the file by a function; it is filled wholly before any of it is where the path leads.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn write_with<T>(
        &self,
        fill: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>,
    ) -> Result<T, FileError> {
        self.put(fill, |_| Ok(()))
            .map(|(filled, ())| filled)
            .map_err(|error| FileError::io(&self.path, error))
    }

    /// As [`Output::write_with`]; `look` sees the file before it is where the path leads.
    fn put<T, U>(
        &self,
        fill: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>,
        look: impl FnOnce(&Path) -> io::Result<U>,
    ) -> io::Result<(T, U)> {
        let (target, old) = match &self.place {
            Place::File(target, metadata) => (target.as_path(), Some(metadata)),
            Place::New(target) => (target.as_path(), None),
            Place::Standard | Place::Special(_) => {
                let file = Temporary::of(&std::env::temp_dir(), 0o600)?;
                let filled = filled(&file.0, fill)?;
                let seen = look(file.0.path())?;
                self.copy(file.0.as_file())?;
                return Ok((filled, seen));
            }
        };
        let mut file = temporary(target)?;
        let filled = filled(&file.0, fill)?;
        let seen = look(file.0.path())?;
        if let Some(old) = old {
            keep(file.0.as_file(), old)?;
        }
        file.0.as_file().sync_all()?;
        file.persist(target)?;
        sync_folder(folder_of(target))?;
        Ok((filled, seen))
    }

    /// Writes what is in a file to what is no file.
    fn copy(&self, mut file: &File) -> io::Result<()> {
        file.rewind()?;
        match &self.place {
            Place::Special(path) => {
                let mut special = fs::OpenOptions::new().write(true).open(path)?;
                io::copy(&mut file, &mut special)?;
            }
            _ => {
                let mut standard = io::stdout().lock();
                match io::copy(&mut file, &mut standard).and_then(|_| standard.flush()) {
                    // Nobody reads any more.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                    copied => copied?,
                }
            }
        }
        Ok(())
    }
}

/// Writes a whole file where a path leads, on disk with its name when this returns.
///
/// # Errors
/// As the operating system's; a file from before is then as it was.
pub fn replace<T>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>,
) -> io::Result<T> {
    replace_seen(path, fill, |_| Ok(())).map(|(filled, ())| filled)
}

/// As [`replace`]; `look` sees the file before it has its name.
pub(crate) fn replace_seen<T, U>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>,
    look: impl FnOnce(&Path) -> io::Result<U>,
) -> io::Result<(T, U)> {
    let place = find(path)?;
    if let Place::File(target, metadata) = &place
        && let Some(why) = refusal(target, metadata)
    {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    let path = path.to_owned();
    Output { path, place }.put(fill, look)
}

/// Waits until the names in a folder are on disk, where that can be asked for: some file systems of networks refuse.
///
/// # Errors
/// As the operating system's.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Only where a folder can be opened as a file.
    #[cfg(unix)]
    match File::open(folder)?.sync_all() {
        Err(error) if refuses_sync(&error) => {}
        done => done?,
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Whether a file system says that it has no such thing, and not that something failed.
#[cfg(unix)]
fn refuses_sync(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}

fn filled<T>(
    file: &NamedTempFile,
    fill: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>,
) -> io::Result<T> {
    let mut writer = BufWriter::new(file.as_file());
    let filled = fill(&mut writer)?;
    writer.flush()?;
    Ok(filled)
}

/// Files that are not to be replaced, as [`real`] names them.
static READ: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Lets no output of this program take the place of a file that it was told to read.
pub fn keep_input(path: &Path) {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    read.push(real(path));
}

/// A file that is read and lies in `folder` under a name that begins with `stem`, where a run would write its own.
#[must_use]
pub fn input_in(folder: &Path, stem: &str) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let is_there = |path: &&PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let rest = name.and_then(|name| name.strip_prefix(stem));
        path.parent() == Some(&folder) && rest.is_some_and(|rest| rest.starts_with(['.', '_']))
    };
    read.iter().find(is_there).cloned()
}

/// Why a file that is there is not replaced, if so.
fn refusal(path: &Path, metadata: &fs::Metadata) -> Option<&'static str> {
    if metadata.permissions().readonly() {
        return Some("read-only, and so not replaced");
    }
    is_read(path)
}

/// Why a file is not written that is read, if so.
fn is_read(path: &Path) -> Option<&'static str> {
    let read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let is_read = !read.is_empty() && read.contains(&real(path));
    is_read.then_some("it is read here, and so not replaced, expected another file")
}

/// The one name of a file that has many, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let whole = path.canonicalize();
    whole.unwrap_or_else(
        |_| match (folder_of(path).canonicalize(), path.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            _ => path.to_owned(),
        },
    )
}

/// Temporary files and folders that are there.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all files that are being written and have no name of their own as yet, and all of [`Scratch`], and lets none be begun
/// or finished any more: for a program that ends in the middle of its work.
pub fn abandon() {
    let files = unfinished();
    for file in files.iter() {
        // Gone already, or removed by another: there is nothing to be done.
        let _ = match file.is_dir() {
            // Where another thread is making a file in it, once more.
            true => fs::remove_dir_all(file).or_else(|_| fs::remove_dir_all(file)),
            false => fs::remove_file(file),
        };
    }
    // Whoever would write waits for the program's end.
    std::mem::forget(files);
}

/// The operating system's error without the name of a temporary file, which nobody knows; who reports it names the file that was
/// to be written.
pub(crate) fn plain(error: io::Error) -> io::Error {
    // What the crate has wrapped it does not give; its text is the error's own, and the path.
    let text = error.to_string();
    let Some((own, _)) = text.rsplit_once(" at path \"") else {
        return error;
    };
    let code = own.rsplit_once("(os error ");
    match code.and_then(|(_, code)| code.strip_suffix(')')?.parse().ok()) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), own),
    }
}

/// A file that is being written, until it is dropped or has its name.
struct Temporary(NamedTempFile);

impl Temporary {
    /// In a folder, with a mode of which the operating system takes the umask off.
    fn of(folder: &Path, mode: u32) -> io::Result<Self> {
        // Opened here, since tempfile's own errors have a path of no use to anybody, and lack the operating system's number.
        let open = |path: &Path| {
            let mut options = File::options();
            options.read(true).write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
            #[cfg(not(unix))]
            let _ = mode;
            options.open(path)
        };
        let mut files = unfinished();
        let file = tempfile::Builder::new()
            .prefix(PREFIX)
            .make_in(folder, open)?;
        files.push(file.path().to_owned());
        Ok(Self(file))
    }

    fn persist(&mut self, target: &Path) -> io::Result<()> {
        let _files = unfinished();
        fs::rename(self.0.path(), target)?;
        self.0.disable_cleanup(true);
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        unfinished().retain(|file| file != self.0.path());
    }
}

/// A folder of the system's for temporary files, removed with what is in it when it is dropped, and by [`abandon`].
#[derive(Debug)]
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// Makes a folder whose name begins so.
    ///
    /// # Errors
    /// [`FileError::Io`] with the folder that it was to be made in.
    pub fn new(prefix: &str) -> Result<Self, FileError> {
        let mut folders = unfinished();
        let folder = tempfile::TempDir::with_prefix(prefix)
            .map_err(|error| FileError::io(std::env::temp_dir(), plain(error)))?;
        folders.push(folder.path().to_owned());
        Ok(Self(folder))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        unfinished().retain(|folder| folder != self.0.path());
    }
}

/// A file beside the one that it is to replace, with the mode of a new file.
fn temporary(target: &Path) -> io::Result<Temporary> {
    Temporary::of(folder_of(target), 0o666)
}

/// Whether files can be made in a folder.
pub(crate) fn can_write(folder: &Path) -> io::Result<()> {
    Temporary::of(folder, 0o600).map(drop)
}

/// Gives a file the mode of the one that it replaces, and its owner and group where that is allowed.
#[cfg(unix)]
fn keep(file: &File, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (old.uid(), old.gid()) {
        // Before the mode, of which a change of owner takes something off.
        if fchown(file, Some(old.uid()), Some(old.gid())).is_err() {
            // Of a group that shares the file, another's file at least stays the group's.
            let _ = fchown(file, None, Some(old.gid()));
        }
    }
    // A file system without modes of its own refuses to set any, and gives all files one.
    if file.metadata()?.permissions() == old.permissions() {
        return Ok(());
    }
    file.set_permissions(old.permissions())
}

/// Gives a new file the mode of another, and its owner and group where that is allowed: before something that was in the other is
/// written to it. Where there is no other, nothing.
///
/// # Errors
/// Those of the operating system.
pub fn take_after(file: &File, other: &Path) -> io::Result<()> {
    match fs::metadata(other) {
        Ok(other) => keep(file, &other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn keep(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// The folder that a file lies in.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn find(path: &Path) -> io::Result<Place> {
    if path == Path::new("-") {
        return Ok(Place::Standard);
    }
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        if is_standard(&path) {
            return Ok(Place::Standard);
        }
        let ended = path.as_os_str().as_encoded_bytes().last() == Some(&b'/');
        if ended || path.file_name().is_none() {
            return Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "a folder, expected a file",
            ));
        }
        let metadata = match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Place::New(path)),
            metadata => metadata?,
        };
        let kind = metadata.file_type();
        if kind.is_symlink() {
            if is_open(&path) {
                return Ok(Place::Special(path));
            }
            path = folder_of(&path).join(fs::read_link(&path)?);
        } else if kind.is_file() {
            return Ok(Place::File(path, metadata));
        } else if kind.is_dir() {
            let why = "a folder, expected a file";
            return Err(io::Error::new(io::ErrorKind::IsADirectory, why));
        } else {
            return Ok(Place::Special(path));
        }
    }
    Err(io::Error::other(format!(
        "more than {LINKS} links, one to the other"
    )))
}

/// Whether a path is a name of the program's own standard output.
fn is_standard(path: &Path) -> bool {
    ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path == Path::new(name))
}

/// Whether a link stands for a file that is open, and does not name it: those of /proc.
fn is_open(path: &Path) -> bool {
    folder_of(path)
        .canonicalize()
        .is_ok_and(|folder| folder.starts_with("/proc"))
}
