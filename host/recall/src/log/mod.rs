//! The log: an append-only file of records, each of which checks itself and its place behind its predecessor.
//!
//! A header of [`HEADER`] bytes, then records one behind the other. Little-endian words:
//!
//! ```text
//! record:  magic "rec1", kind, length of the payload, checksum of the record before (of the header for the first),
//!          CRC-32 of these four words; the payload; CRC-32 of that CRC and the payload
//! ```
//!
//! Where reading stops before the end of the file, `end` being behind the last byte that is not 0: a record that `end`
//! lies within was cut off as it was written, or its file was made longer before its bytes were on disk; it is *torn*, and
//! what was before it is the log. A bad record with anything behind it is damage.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use slotless_core::RESULTS_VERSION;

use super::record::{self, Kind, Record, Shape, word};
use super::settings::{FORMAT, Projection, Settings};
use super::{StoreError, durable};

/// Name of the file.
pub(super) const NAME: &str = "log";

/// Bytes of the header.
pub(super) const HEADER: usize = 72;

/// Bytes of a record before its payload.
const HEAD: usize = 20;

/// Bytes of a record behind its payload.
const TAIL: usize = 4;

const FILE_MAGIC: [u8; 8] = *b"SLRLOG\r\n";
const RECORD_MAGIC: [u8; 4] = *b"rec1";

/// Which log it is: two logs differ, even of the same folder before and after compaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// Nanoseconds since 1970 at which the memory was made.
    pub created: u64,
    /// How often it was compacted.
    pub generation: u32,
}

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub identity: Identity,
    /// Numbers below were given to items before this log was begun.
    pub next_id: u64,
    /// Settings, without the model.
    pub settings: Settings,
}

impl Header {
    fn bytes(&self) -> [u8; HEADER] {
        let settings = &self.settings;
        let taps = match settings.projection {
            Projection::Gaussian => 0,
            Projection::Sparse { taps } => taps,
        };
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend(FILE_MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(RESULTS_VERSION.to_le_bytes());
        bytes.extend(self.identity.created.to_le_bytes());
        bytes.extend(self.identity.generation.to_le_bytes());
        for number in [settings.inputs, settings.units, settings.active, taps] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(0u32.to_le_bytes());
        bytes.extend(settings.seed.to_le_bytes());
        bytes.extend(self.next_id.to_le_bytes());
        bytes.extend(0u32.to_le_bytes());
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes.try_into().expect("as many bytes as were counted")
    }

    /// Reads the header; its checksum is the chain's beginning.
    fn read(path: &Path, bytes: &[u8]) -> Result<(Self, u32), StoreError> {
        let damaged = |at, why: &str| StoreError::damaged(path, at, why);
        if bytes.len() < HEADER {
            let why = format!("it ends within its header of {HEADER} bytes");
            return Err(damaged(bytes.len() as u64, &why));
        }
        if bytes[..8] != FILE_MAGIC {
            return Err(damaged(0, "it does not begin as a log does"));
        }
        let at = |place: usize| word(&bytes[place..]);
        let wide = |place: usize| u64::from(at(place)) | u64::from(at(place + 4)) << 32;
        let crc = crc32fast::hash(&bytes[..HEADER - 4]);
        if crc != at(HEADER - 4) {
            return Err(damaged(0, "its header's checksum is wrong"));
        }
        for (what, found, expected) in [
            ("the format", at(8), FORMAT),
            ("results_version", at(12), RESULTS_VERSION),
        ] {
            if found != expected {
                return Err(StoreError::Version {
                    path: path.to_owned(),
                    what,
                    found,
                    expected,
                });
            }
        }
        let projection = match at(40) {
            0 => Projection::Gaussian,
            taps => Projection::Sparse { taps },
        };
        let header = Self {
            identity: Identity {
                created: wide(16),
                generation: at(24),
            },
            next_id: wide(56),
            settings: Settings {
                inputs: at(28),
                units: at(32),
                active: at(36),
                seed: wide(48),
                projection,
                model: None,
            },
        };
        Ok((header, crc))
    }
}

/// A place between two records, and the checksum of all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub at: u64,
    pub chain: u32,
}

/// A log that is open.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
    header: Header,
    start: Mark,
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
        let mut file = options.open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                StoreError::not_a_memory(folder, format!("no file {NAME} in it"))
            }
            _ => StoreError::io(&path, error),
        })?;
        let mut bytes = Vec::with_capacity(HEADER);
        let read = (&mut file).take(HEADER as u64).read_to_end(&mut bytes);
        read.map_err(|error| StoreError::io(&path, error))?;
        let (header, chain) = Header::read(&path, &bytes)?;
        let start = Mark {
            at: HEADER as u64,
            chain,
        };
        Ok(Self {
            path,
            file,
            header,
            start,
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
            active: self.header.settings.active as usize,
        }
    }

    /// Bytes of the file.
    pub fn length(&self) -> Result<u64, StoreError> {
        let metadata = self.file.metadata();
        Ok(metadata.map_err(|error| self.io(error))?.len())
    }

    /// Reads bytes that are known to be there.
    pub fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<(), StoreError> {
        durable::read_at(&self.file, bytes, at).map_err(|error| self.io(error))
    }

    /// Goes through the records from a place on, as far as they are whole, and gives the place behind the last one and the
    /// length that the file had. `each` gets a record and the place of its payload, and says what is wrong with it.
    pub fn replay(
        &self,
        from: Mark,
        mut each: impl FnMut(u64, Kind, &[u8], Record<'_>) -> Result<(), String>,
    ) -> Result<(Mark, u64), StoreError> {
        let length = self.length()?;
        if length < from.at {
            // Before anything else: no crash cuts off what a snapshot was made of.
            let why = format!(
                "it ends here, the snapshot was made of its first {} bytes; without the file snapshot, what is left can be read",
                from.at
            );
            return Err(StoreError::damaged(&self.path, length, why));
        }
        let mut file = &self.file;
        let mut reader = (|| {
            file.seek(SeekFrom::Start(from.at))?;
            Ok(BufReader::with_capacity(
                1 << 18,
                file.take(length - from.at),
            ))
        })()
        .map_err(|error| self.io(error))?;
        let mut mark = from;
        let mut payload = Vec::new();
        while mark.at < length {
            let left = length - mark.at;
            let next = next(&mut reader, left, mark.chain, &mut payload);
            let (kind, chain) = match next.map_err(|error| self.io(error))? {
                Next::Whole(kind, chain) => (kind, chain),
                Next::Bad { within, why } => {
                    if self.content_end(length)? <= mark.at.saturating_add(within) {
                        break;
                    }
                    return Err(StoreError::damaged(&self.path, mark.at, why));
                }
            };
            let wrong = |why: String| StoreError::damaged(&self.path, mark.at, why);
            let record = Record::parse(kind, &payload, self.shape())
                .ok_or_else(|| wrong("its checksum is right, but it is no record".to_owned()))?;
            each(mark.at + HEAD as u64, kind, &payload, record).map_err(wrong)?;
            mark = Mark {
                at: mark.at + (HEAD + payload.len() + TAIL) as u64,
                chain,
            };
        }
        Ok((mark, length))
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

    /// Behind the last byte that is not 0.
    fn content_end(&self, length: u64) -> Result<u64, StoreError> {
        let mut block = vec![0; 1 << 16];
        let mut end = length;
        while end > 0 {
            let size = (block.len() as u64).min(end) as usize;
            self.read_at(&mut block[..size], end - size as u64)?;
            if let Some(last) = block[..size].iter().rposition(|&byte| byte != 0) {
                return Ok(end - (size - last - 1) as u64);
            }
            end -= size as u64;
        }
        Ok(0)
    }

    fn io(&self, error: io::Error) -> StoreError {
        StoreError::io(&self.path, error)
    }
}

/// What comes next in a log.
enum Next {
    /// A record whose payload was read, and its checksum.
    Whole(Kind, u32),
    /// No whole record; torn if the file's content ends within this many bytes.
    Bad { within: u64, why: String },
}

fn next(reader: &mut impl Read, left: u64, chain: u32, payload: &mut Vec<u8>) -> io::Result<Next> {
    let bad = |within: usize, why: &str| {
        Ok(Next::Bad {
            within: within as u64,
            why: format!("{why}, and there is more behind it"),
        })
    };
    if left < HEAD as u64 {
        return bad(HEAD, "a record is cut off");
    }
    let mut head = [0; HEAD];
    reader.read_exact(&mut head)?;
    let crc = crc32fast::hash(&head[..HEAD - 4]);
    if head[..4] != RECORD_MAGIC || crc != word(&head[HEAD - 4..]) {
        return bad(HEAD, "the head of a record is wrong");
    }
    let (kind, length) = (Kind::of(word(&head[4..])), word(&head[8..]) as usize);
    let Some(kind) = kind.filter(|_| length <= record::LONGEST) else {
        return bad(HEAD, "a record is of no known kind");
    };
    if word(&head[12..]) != chain {
        return bad(HEAD, "a record does not follow the one before it");
    }
    let whole = HEAD + length + TAIL;
    if left < whole as u64 {
        return bad(whole, "a record is cut off");
    }
    payload.resize(length, 0);
    reader.read_exact(payload)?;
    let mut tail = [0; TAIL];
    reader.read_exact(&mut tail)?;
    let crc = chained(&head, payload);
    if crc != word(&tail) {
        return bad(whole, "a record's checksum is wrong");
    }
    Ok(Next::Whole(kind, crc))
}

/// Checksum of a record: of its head's checksum and its payload.
fn chained(head: &[u8; HEAD], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&head[HEAD - 4..]);
    hasher.update(payload);
    hasher.finalize()
}

/// Records to be written at once.
#[derive(Debug)]
pub(super) struct Records {
    bytes: Vec<u8>,
    from: u64,
    chain: u32,
}

impl Records {
    /// Records behind a place.
    pub fn behind(mark: Mark) -> Self {
        Self {
            bytes: Vec::new(),
            from: mark.at,
            chain: mark.chain,
        }
    }

    /// The place behind them.
    pub fn end(&self) -> Mark {
        Mark {
            at: self.from + self.bytes.len() as u64,
            chain: self.chain,
        }
    }

    /// Adds a record, and gives the place that its payload will have.
    pub fn push(&mut self, kind: Kind, payload: &[u8]) -> u64 {
        let payload_at = self.end().at + HEAD as u64;
        let mut head = [0; HEAD];
        head[..4].copy_from_slice(&RECORD_MAGIC);
        head[4..8].copy_from_slice(&kind.code().to_le_bytes());
        head[8..12].copy_from_slice(&(payload.len() as u32).to_le_bytes());
        head[12..16].copy_from_slice(&self.chain.to_le_bytes());
        let crc = crc32fast::hash(&head[..HEAD - 4]);
        head[HEAD - 4..].copy_from_slice(&crc.to_le_bytes());
        self.chain = chained(&head, payload);
        self.bytes.extend(head);
        self.bytes.extend(payload);
        self.bytes.extend(self.chain.to_le_bytes());
        payload_at
    }
}

/// A new log in place of the old one, written record by record.
#[derive(Debug)]
pub(super) struct NewLog<'a, 'f> {
    file: &'a mut BufWriter<&'f File>,
    mark: Mark,
}

impl<'a, 'f> NewLog<'a, 'f> {
    /// Writes the header.
    pub fn begin(file: &'a mut BufWriter<&'f File>, header: &Header) -> io::Result<Self> {
        let bytes = header.bytes();
        file.write_all(&bytes)?;
        let mark = Mark {
            at: HEADER as u64,
            chain: word(&bytes[HEADER - 4..]),
        };
        Ok(Self { file, mark })
    }

    /// Writes a record.
    pub fn push(&mut self, kind: Kind, payload: &[u8]) -> io::Result<()> {
        let mut one = Records::behind(self.mark);
        one.push(kind, payload);
        self.file.write_all(&one.bytes)?;
        self.mark = one.end();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
