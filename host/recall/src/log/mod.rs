//! The log: an append-only file of records, each of which checks itself and its place behind its predecessor.
//!
//! A header of [`HEADER`] bytes, then records one behind the other. Little-endian words:
//!
//! ```text
//! record:  magic "rec1", kind, length of the payload, checksum of the record before (of the header for the first),
//!          CRC-32 of these four words; the payload; CRC-32 of that CRC and the payload
//! ```
//!
//! The highest bit of the kind says that the next record belongs to the same batch: a batch is there as a whole or not at all.
//!
//! Where reading stops before the end of the file, `end` being behind the last byte that is not 0: a record that `end`
//! lies within was cut off as it was written, or its file was made longer before its bytes were on disk; it is *torn*, with the
//! batch that it belongs to, and what was before it is the log. A bad record with anything behind it is damage.

mod frame;
mod header;
mod replay;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::record::{self, Shape, word};
use super::{StoreError, durable, settings};
use frame::{Head, chained};
pub(super) use frame::{NewLog, Records, WholeRecord};
pub(super) use header::{Header, Identity};
pub(super) use replay::Scanned;
use slotless_files::{FileError, input};

/// Name of the file.
pub(super) const NAME: &str = durable::LOG;

/// Bytes of the header.
pub(super) const HEADER: usize = 72;

/// Bytes of a record before its payload.
const HEAD: usize = 20;

/// Bytes of a record behind its payload.
const TAIL: usize = 4;

/// The first byte of the first record's payload.
pub(super) const PAYLOAD_FIRST: u64 = (HEADER + HEAD) as u64;

/// A place between two records, and the checksum of all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub at: u64,
    pub chain: u32,
    /// Where the record before it begins; 0 behind the header.
    pub last: u64,
}

impl Mark {
    /// The place behind a record that begins here.
    fn behind(self, payload: usize, chain: u32) -> Self {
        Self {
            at: self.at + (HEAD + payload + TAIL) as u64,
            chain,
            last: self.at,
        }
    }
}

/// A log that is open.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    header: Header,
    start: Mark,
    /// A length that the file had, and the end of its content then.
    content: OnceLock<(u64, u64)>,
}

impl Log {
    /// Writes an empty log, on disk when this returns.
    pub fn create(folder: &Path, header: &Header) -> Result<(), StoreError> {
        let path = folder.join(NAME);
        durable::replace(&path, |file| file.write_all(&header.bytes()))
            .map_err(|error| StoreError::io(&path, error))
    }

    /// Opens the log of a folder to be read.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, OpenOptions::new().read(true))
    }

    /// Opens the log of a folder to be read and written.
    pub fn open_to_write(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, OpenOptions::new().read(true).write(true))
    }

    fn open_with(folder: &Path, options: &OpenOptions) -> Result<Self, StoreError> {
        let path = folder.join(NAME);
        // A fifo would wait for somebody, and a device has no end.
        let none = |error: FileError| match error {
            FileError::Io { error, .. } if durable::is_missing(&error) => {
                settings::missing(folder, NAME)
            }
            error => error.into(),
        };
        input::open(&path).map_err(none)?;
        let mut file = options
            .open(&path)
            .map_err(|error| StoreError::io(&path, error))?;
        let mut bytes = Vec::with_capacity(HEADER);
        let read = (&mut file).take(HEADER as u64).read_to_end(&mut bytes);
        read.map_err(|error| StoreError::io(&path, error))?;
        let (header, chain) = Header::read(&path, &bytes)?;
        let start = Mark {
            at: HEADER as u64,
            chain,
            last: 0,
        };
        Ok(Self {
            path,
            file,
            header,
            start,
            content: OnceLock::new(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Before the first record.
    pub fn start(&self) -> Mark {
        self.start
    }

    /// Sizes of its records.
    pub fn shape(&self) -> Shape {
        Shape {
            inputs: self.header.settings.inputs as usize,
            codes: self.header.codes.map(|active| active as usize),
        }
    }

    /// Bytes of the file.
    pub fn length(&self) -> Result<u64, StoreError> {
        let metadata = self.file.metadata();
        Ok(metadata.map_err(|error| self.io(error))?.len())
    }

    /// The length of the file of this name, if it still is this one: a log that is written anew takes its place.
    pub fn length_if_in_place(&self) -> Result<Option<u64>, StoreError> {
        let there = std::fs::metadata(&self.path).map_err(|error| {
            match (durable::is_missing(&error), self.path.parent()) {
                (true, Some(folder)) => settings::missing(folder, NAME),
                _ => self.io(error),
            }
        })?;
        #[cfg(unix)]
        let is_this = {
            use std::os::unix::fs::MetadataExt;
            let own = self.file.metadata().map_err(|error| self.io(error))?;
            (own.dev(), own.ino()) == (there.dev(), there.ino())
        };
        // Files have no names of their own here; a log has.
        #[cfg(not(unix))]
        let is_this = {
            let folder = self.path.parent().unwrap_or(Path::new("."));
            Self::open(folder)?.header().identity == self.header.identity
        };
        Ok(is_this.then_some(there.len()))
    }

    /// Forgets what was seen of the end of the file, which others write.
    pub fn look_anew(&mut self) {
        self.content = OnceLock::new();
    }

    /// Reads bytes that are known to be there.
    fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<(), StoreError> {
        durable::read_at(&self.file, bytes, at).map_err(|error| self.io(error))
    }

    /// Whether the record before a place ends there with the checksum that is said to be there.
    pub fn holds(&self, mark: Mark) -> Result<bool, StoreError> {
        if mark.last == 0 {
            return Ok(mark == self.start);
        }
        let mut found = Vec::new();
        let payload = mark.last.saturating_add(HEAD as u64);
        match self.record(payload, 0, mark.at, &mut found) {
            Ok(whole) => Ok(whole.end == mark.at && whole.chain == mark.chain),
            Err(StoreError::Damaged { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads the record whose payload begins at a place and that ends at `end` or before, and checks its checksums; `likely` is
    /// how long its payload may be, so that one read serves. The payload is then the beginning of `room`.
    pub fn record(
        &self,
        at: u64,
        likely: usize,
        end: u64,
        room: &mut Vec<u8>,
    ) -> Result<WholeRecord, StoreError> {
        let start = at.saturating_sub(HEAD as u64);
        let wrong = |why: &str| StoreError::damaged(&self.path, start, why);
        let left = end.saturating_sub(start);
        if start < HEADER as u64 || left < (HEAD + TAIL) as u64 {
            return Err(wrong("no record can be here"));
        }
        let first = (HEAD + TAIL + likely.min(record::LONGEST)) as u64;
        // A file that is shorter than it was.
        let short = |error: StoreError| match error {
            StoreError::Io { error, .. } if error.kind() == io::ErrorKind::UnexpectedEof => {
                wrong("the file ends before it")
            }
            other => other,
        };
        room.resize(first.min(left) as usize, 0);
        self.read_at(room, start).map_err(short)?;
        let (head, _) = room.split_first_chunk::<HEAD>().expect("as long as this");
        let parsed = Head::parse(*head).map_err(|why| wrong(&why))?;
        let length = parsed.length;
        let whole = HEAD + length + TAIL;
        if whole as u64 > left {
            return Err(wrong("a record is cut off"));
        }
        let read = room.len().min(whole);
        let head = *head;
        room.resize(whole, 0);
        let rest = self.read_at(&mut room[read..], start + read as u64);
        rest.map_err(short)?;
        let chain = chained(&head, &room[HEAD..HEAD + length]);
        if chain != word(&room[HEAD + length..]) {
            return Err(wrong("a record's checksum is wrong"));
        }
        room.drain(..HEAD);
        room.truncate(length);
        Ok(WholeRecord {
            head: parsed,
            chain,
            end: start + whole as u64,
        })
    }

    /// Copies bytes of the file.
    pub fn copy(&self, bytes: std::ops::Range<u64>, to: &mut impl Write) -> io::Result<()> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(bytes.start))?;
        io::copy(&mut file.take(bytes.end - bytes.start), to)?;
        Ok(())
    }

    /// Cuts off what is behind a place.
    pub fn cut(&self, mark: Mark) -> Result<(), StoreError> {
        let cut = self
            .file
            .set_len(mark.at)
            .and_then(|()| self.file.sync_all());
        cut.map_err(|error| self.io(error))
    }

    /// Waits until all that was written is on disk.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(|error| self.io(error))
    }

    /// Writes records behind a place, which is the end of the file, and waits for the disk if that is wanted. What could not
    /// be written whole is cut off again.
    pub fn append(&self, mark: Mark, records: &Records, sync: bool) -> Result<(), StoreError> {
        let write = || {
            let mut file = &self.file;
            file.seek(SeekFrom::Start(mark.at))?;
            file.write_all(&records.bytes)?;
            if sync {
                file.sync_data()?;
            }
            Ok(())
        };
        write().map_err(|error| {
            // If this fails as well, the next writer does it.
            let _ = self.cut(mark);
            self.io(error)
        })
    }

    fn io(&self, error: io::Error) -> StoreError {
        StoreError::io(&self.path, error)
    }
}

#[cfg(test)]
mod tests;
