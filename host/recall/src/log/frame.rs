//! Records as they lie in a log: head, payload, checksum.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use super::super::record::{self, Kind, word};
use super::{HEAD, HEADER, Header, Mark, TAIL};

pub(super) const RECORD_MAGIC: [u8; 4] = *b"rec1";

/// Of the kind of a record: the next one belongs to the same batch.
const GOES_ON: u32 = 1 << 31;

/// A record that was read, and its checksum.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct WholeRecord {
    pub head: Head,
    pub chain: u32,
    /// Behind its last byte.
    pub end: u64,
}

/// What the first bytes of a record say.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Head {
    pub kind: Kind,
    /// The next record belongs to the same batch.
    pub goes_on: bool,
    /// Bytes of the payload.
    pub length: usize,
    /// Checksum of the record before.
    pub before: u32,
}

impl Head {
    pub fn parse(bytes: [u8; HEAD]) -> Result<Self, String> {
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

/// What comes next in a log.
pub(super) enum Next {
    /// A record whose payload was read, and its checksum.
    Whole(Head, u32),
    /// No whole record; torn if the file's content ends within this many bytes.
    Bad { within: u64, why: String },
}

pub(super) fn next(
    reader: &mut impl Read,
    left: u64,
    chain: u32,
    payload: &mut Vec<u8>,
) -> io::Result<Next> {
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
pub(super) fn chained(head: &[u8; HEAD], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&head[HEAD - 4..]);
    hasher.update(payload);
    hasher.finalize()
}

/// Records to be written at once, of which all are there afterwards or none.
#[derive(Debug)]
pub(in super::super) struct Records {
    pub(super) bytes: Vec<u8>,
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
pub(in super::super) struct NewLog<'a, 'f> {
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
