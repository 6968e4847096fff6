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

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use slotless_core::RESULTS_VERSION;

use super::record::{self, Kind, Record, Shape, word};
use super::settings::{self, Projection, Settings};
use super::{StoreError, durable};
use slotless_files::{FileError, input, replace};

/// Name of the file.
pub(super) const NAME: &str = "log";

/// Bytes of the header.
pub(super) const HEADER: usize = 72;

/// Bytes of a record before its payload.
const HEAD: usize = 20;

/// Bytes of a record behind its payload.
const TAIL: usize = 4;

/// The first byte of the first record's payload.
pub(super) const PAYLOAD_FIRST: u64 = (HEADER + HEAD) as u64;

const FILE_MAGIC: [u8; 8] = *b"SLRLOG\r\n";
const RECORD_MAGIC: [u8; 4] = *b"rec1";

/// Of the kind of a record: the next one belongs to the same batch.
const GOES_ON: u32 = 1 << 31;

/// More zeros than this at the end of a file are no write that was cut off, and are not looked through.
const MOST_ZEROS: u64 = 1 << 27;

/// Which log it is: two logs differ, even of the same folder before and after compaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// Nanoseconds since 1970 at which the memory was made.
    pub created: u64,
    /// How often it was compacted.
    pub generation: u32,
    /// A number of its own, of a log that was begun in format 2.
    pub random: u64,
}

impl Identity {
    /// A number that no other log has.
    pub fn draw() -> u64 {
        use std::hash::{BuildHasher, RandomState};
        RandomState::new().hash_one(std::process::id())
    }
}

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Version of the format.
    pub format: u32,
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
        bytes.extend(self.format.to_le_bytes());
        bytes.extend(RESULTS_VERSION.to_le_bytes());
        bytes.extend(self.identity.created.to_le_bytes());
        bytes.extend(self.identity.generation.to_le_bytes());
        for number in [settings.inputs, settings.units, settings.active, taps] {
            bytes.extend(number.to_le_bytes());
        }
        let random = self.identity.random.to_le_bytes();
        bytes.extend(&random[..4]);
        bytes.extend(settings.seed.to_le_bytes());
        bytes.extend(self.next_id.to_le_bytes());
        bytes.extend(&random[4..]);
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
        settings::check_versions(path, at(8), at(12))?;
        let projection = match at(40) {
            0 => Projection::Gaussian,
            taps => Projection::Sparse { taps },
        };
        let header = Self {
            format: at(8),
            identity: Identity {
                created: wide(16),
                generation: at(24),
                random: u64::from(at(44)) | u64::from(at(64)) << 32,
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
        replace(&path, |file| file.write_all(&header.bytes()))
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
            FileError::Io { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                StoreError::not_a_memory(folder, format!("no file {NAME} in it"))
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
            active: self.header.settings.active as usize,
        }
    }

    /// Bytes of the file.
    pub fn length(&self) -> Result<u64, StoreError> {
        let metadata = self.file.metadata();
        Ok(metadata.map_err(|error| self.io(error))?.len())
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

    /// Goes through the records from a place on, as far as they and their batches are whole, and gives the place behind the last
    /// one and the length that the file had. `each` gets a record and the place of its payload, and says what is wrong with it.
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
        let io = |error| self.io(error);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(from.at)).map_err(io)?;
        let mut reader = BufReader::with_capacity(1 << 18, file);
        let mut mark = from;
        let mut payload = Vec::new();
        // The batches before this place are whole.
        let mut sure = from.at;
        while mark.at < length {
            let Some((head, behind)) = self.next(&mut reader, mark, length, &mut payload)? else {
                break;
            };
            if head.goes_on && mark.at >= sure {
                let Some(end) = self.end_of_batch(&mut reader, behind, length, &mut payload)?
                else {
                    break;
                };
                sure = end;
                reader.seek(SeekFrom::Start(mark.at)).map_err(io)?;
                continue;
            }
            let wrong = |why: String| StoreError::damaged(&self.path, mark.at, why);
            let record = Record::parse(head.kind, &payload, self.shape())
                .ok_or_else(|| wrong("its checksum is right, but it is no record".to_owned()))?;
            each(mark.at + HEAD as u64, head.kind, &payload, record).map_err(wrong)?;
            mark = behind;
        }
        Ok((mark, length))
    }

    /// Where the batch ends whose next record begins at a place; none where the file ends before.
    fn end_of_batch(
        &self,
        reader: &mut impl Read,
        mut mark: Mark,
        length: u64,
        payload: &mut Vec<u8>,
    ) -> Result<Option<u64>, StoreError> {
        while mark.at < length {
            match self.next(reader, mark, length, payload)? {
                Some((head, behind)) if !head.goes_on => return Ok(Some(behind.at)),
                Some((_, behind)) => mark = behind,
                None => break,
            }
        }
        Ok(None)
    }

    /// The next record and the place behind it; none where the file ends within it.
    fn next(
        &self,
        reader: &mut impl Read,
        mark: Mark,
        length: u64,
        payload: &mut Vec<u8>,
    ) -> Result<Option<(Head, Mark)>, StoreError> {
        let next = next(reader, length - mark.at, mark.chain, payload);
        match next.map_err(|error| self.io(error))? {
            Next::Whole(head, chain) => Ok(Some((head, mark.behind(payload.len(), chain)))),
            Next::Bad { within, why } => {
                let content = self.content_end(length)?;
                if content <= mark.at.saturating_add(within) {
                    return Ok(None);
                }
                let why = match self.is_zeros(mark.at, length)? {
                    true => format!(
                        "more than {MOST_ZEROS} zeros, which no write leaves that was cut off; if all behind this byte are, the \
                         file can be cut here"
                    ),
                    false => why,
                };
                Err(StoreError::damaged(&self.path, mark.at, why))
            }
        }
    }

    /// Goes through all of the log, over what is damaged, and gives the place behind its last whole batch, and the length that the
    /// file had.
    pub fn scan(&self, mut each: impl FnMut(Scanned)) -> Result<(u64, u64), StoreError> {
        let length = self.length()?;
        let content = self.content_end(length)?;
        let (mut mark, mut batch) = (self.start, self.start.at);
        // What is behind damage follows something that is not known.
        let mut is_known = true;
        let mut room = Vec::new();
        while mark.at < length {
            let at = mark.at;
            let why = match self.record(at + HEAD as u64, 0, length, &mut room) {
                Ok(WholeRecord { head, chain, .. }) => {
                    let follows = !is_known || head.before == mark.chain;
                    let is_record = Record::parse(head.kind, &room, self.shape()).is_some();
                    mark = mark.behind(room.len(), chain);
                    is_known = true;
                    if !head.goes_on {
                        batch = mark.at;
                    }
                    if follows && is_record {
                        each(Scanned::Whole);
                        continue;
                    }
                    match follows {
                        false => "a record does not follow the one before it".to_owned(),
                        true => "its checksum is right, but it is no record".to_owned(),
                    }
                }
                Err(StoreError::Damaged { why, .. }) => {
                    let within = self.head(at).map_or(HEAD, |head| HEAD + head.length + TAIL);
                    let end = at.saturating_add(within as u64);
                    if content <= end {
                        break;
                    }
                    let goes_on = end == length || self.head(end).is_some();
                    mark.at = match goes_on && within > HEAD {
                        true => end,
                        false => self.next_head(at + 1, content)?,
                    };
                    (is_known, batch) = (false, mark.at);
                    why
                }
                Err(error) => return Err(error),
            };
            let places = at..mark.at;
            each(Scanned::Damaged { places, why });
        }
        Ok((batch, length))
    }

    /// The head of a record at a place, if there is one.
    fn head(&self, at: u64) -> Option<Head> {
        let mut bytes = [0; HEAD];
        self.read_at(&mut bytes, at).ok()?;
        Head::parse(bytes).ok()
    }

    /// The next place from one on at which a record may begin, or the end.
    fn next_head(&self, from: u64, end: u64) -> Result<u64, StoreError> {
        let mut block = vec![0; 1 << 16];
        let mut at = from;
        while at < end {
            let size = (block.len() as u64).min(end - at) as usize;
            self.read_at(&mut block[..size], at)?;
            let places = block[..size].windows(RECORD_MAGIC.len());
            let begins = places
                .enumerate()
                .filter(|(_, bytes)| *bytes == RECORD_MAGIC);
            let mut begins = begins.map(|(place, _)| at + place as u64);
            if let Some(place) = begins.find(|&place| self.head(place).is_some()) {
                return Ok(place);
            }
            at += (size.saturating_sub(RECORD_MAGIC.len() - 1)).max(1) as u64;
        }
        Ok(end)
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

    /// Behind the last byte that is not 0; the whole length where there are more zeros than a write leaves that was cut off.
    pub fn content_end(&self, length: u64) -> Result<u64, StoreError> {
        match self.content.get() {
            Some(&(of, end)) if of == length => Ok(end),
            _ => {
                let end = self.look_for_content_end(length)?;
                self.content.get_or_init(|| (length, end));
                Ok(end)
            }
        }
    }

    /// Whether more zeros follow a place than are looked through.
    fn is_zeros(&self, at: u64, length: u64) -> Result<bool, StoreError> {
        let mut block = [0; 1 << 12];
        let is_long = length - at > MOST_ZEROS;
        if is_long {
            self.read_at(&mut block, at)?;
        }
        Ok(is_long && block == [0; 1 << 12])
    }

    fn look_for_content_end(&self, length: u64) -> Result<u64, StoreError> {
        let mut block = vec![0; 1 << 12];
        let zeros = vec![0; 1 << 20];
        let mut end = length;
        while end > 0 {
            if length - end > MOST_ZEROS {
                return Ok(length);
            }
            let size = (block.len() as u64).min(end) as usize;
            let block_end = end - size as u64;
            self.read_at(&mut block[..size], block_end)?;
            // All at once where there is nothing but zeros.
            if block[..size] != zeros[..size]
                && let Some(last) = block[..size].iter().rposition(|&byte| byte != 0)
            {
                return Ok(block_end + last as u64 + 1);
            }
            end = block_end;
            block.resize(1 << 20, 0);
        }
        Ok(0)
    }

    fn io(&self, error: io::Error) -> StoreError {
        StoreError::io(&self.path, error)
    }
}

/// A record that was read, and its checksum.
#[derive(Clone, Copy, Debug)]
pub(super) struct WholeRecord {
    pub head: Head,
    pub chain: u32,
    /// Behind its last byte.
    pub end: u64,
}

/// What the first bytes of a record say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub kind: Kind,
    /// The next record belongs to the same batch.
    pub goes_on: bool,
    /// Bytes of the payload.
    length: usize,
    /// Checksum of the record before.
    before: u32,
}

impl Head {
    fn parse(bytes: [u8; HEAD]) -> Result<Self, String> {
        let crc = crc32fast::hash(&bytes[..HEAD - 4]);
        if bytes[..4] != RECORD_MAGIC || crc != word(&bytes[HEAD - 4..]) {
            return Err("the head of a record is wrong".to_owned());
        }
        let (code, length) = (word(&bytes[4..]), word(&bytes[8..]) as usize);
        match Kind::of(code & !GOES_ON) {
            Some(kind) if length <= record::LONGEST => Ok(Self {
                kind,
                goes_on: code & GOES_ON != 0,
                length,
                before: word(&bytes[12..]),
            }),
            _ => Err("a record is of no known kind".to_owned()),
        }
    }
}

/// What a log is made of.
#[derive(Clone, Debug)]
pub(super) enum Scanned {
    /// A record that is as it was written.
    Whole,
    /// Bytes that are none.
    Damaged {
        /// Where.
        places: std::ops::Range<u64>,
        /// What is wrong.
        why: String,
    },
}

/// What comes next in a log.
enum Next {
    /// A record whose payload was read, and its checksum.
    Whole(Head, u32),
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
    let mut bytes = [0; HEAD];
    reader.read_exact(&mut bytes)?;
    let head = match Head::parse(bytes) {
        Ok(head) => head,
        Err(why) => return bad(HEAD, &why),
    };
    if head.before != chain {
        return bad(HEAD, "a record does not follow the one before it");
    }
    let whole = HEAD + head.length + TAIL;
    if left < whole as u64 {
        return bad(whole, "a record is cut off");
    }
    payload.resize(head.length, 0);
    reader.read_exact(payload)?;
    let mut tail = [0; TAIL];
    reader.read_exact(&mut tail)?;
    let crc = chained(&bytes, payload);
    if crc != word(&tail) {
        return bad(whole, "a record's checksum is wrong");
    }
    Ok(Next::Whole(head, crc))
}

/// Checksum of a record: of its head's checksum and its payload.
fn chained(head: &[u8; HEAD], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&head[HEAD - 4..]);
    hasher.update(payload);
    hasher.finalize()
}

/// Records to be written at once, of which all are there afterwards or none.
#[derive(Debug)]
pub(super) struct Records {
    bytes: Vec<u8>,
    mark: Mark,
}

impl Records {
    /// Records behind a place.
    pub fn behind(mark: Mark) -> Self {
        Self {
            bytes: Vec::new(),
            mark,
        }
    }

    /// The place behind them.
    pub fn end(&self) -> Mark {
        self.mark
    }

    /// Adds records, and gives the places that their payloads will have.
    pub fn push_all(&mut self, records: &[(Kind, Vec<u8>)]) -> Vec<u64> {
        let last = records.len().saturating_sub(1);
        let records = records.iter().enumerate();
        let places =
            records.map(|(at, (kind, payload))| self.push(kind.code(), payload, at < last));
        places.collect()
    }

    fn push(&mut self, kind: u32, payload: &[u8], goes_on: bool) -> u64 {
        let payload_at = self.mark.at + HEAD as u64;
        let mut head = [0; HEAD];
        head[..4].copy_from_slice(&RECORD_MAGIC);
        let kind = if goes_on { kind | GOES_ON } else { kind };
        head[4..8].copy_from_slice(&kind.to_le_bytes());
        head[8..12].copy_from_slice(&(payload.len() as u32).to_le_bytes());
        head[12..16].copy_from_slice(&self.mark.chain.to_le_bytes());
        let crc = crc32fast::hash(&head[..HEAD - 4]);
        head[HEAD - 4..].copy_from_slice(&crc.to_le_bytes());
        let chain = chained(&head, payload);
        self.bytes.extend(head);
        self.bytes.extend(payload);
        self.bytes.extend(chain.to_le_bytes());
        self.mark = self.mark.behind(payload.len(), chain);
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
            last: 0,
        };
        Ok(Self { file, mark })
    }

    /// Writes a record.
    pub fn push(&mut self, kind: Kind, payload: &[u8]) -> io::Result<()> {
        let mut one = Records::behind(self.mark);
        one.push(kind.code(), payload, false);
        self.file.write_all(&one.bytes)?;
        self.mark = one.end();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
