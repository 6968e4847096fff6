//! From record to record through a file, past those that are damaged.

use std::collections::HashMap;
use std::io::{self, Read};
use std::ops::Range;

/// Damaged records after each other, behind which a whole one is still looked for: their lengths may be damaged as well.
const MAX_DAMAGED: usize = 16;

/// A record, or what is in its place.
pub(super) enum Found<R> {
    /// A whole one: the trial, the record, and its bytes.
    Whole(u32, R, u64),
    /// One with a wrong checksum, or of nothing that is wanted: its bytes, if its length is right.
    Damaged(u64),
    /// One that ends beyond the file.
    CutOff,
}

/// What there is in a file.
pub(super) struct Walked<R> {
    /// The trials.
    pub records: HashMap<u32, R>,
    /// Records that are damaged, with a whole one or the end behind them: their numbers, from 1, and places.
    pub lost: Vec<(usize, Range<u64>)>,
    /// The number of the record from which on nothing can be read, and its place.
    rest: Option<(usize, u64)>,
    /// Records that were seen.
    count: usize,
    /// Bytes of a record, where all that are whole have as many.
    each: Option<u64>,
}

/// Reads the records from byte `start` of a file of `length` bytes, where `reader` stands.
pub(super) fn walk<R>(
    reader: &mut impl Read,
    start: u64,
    length: u64,
    decode: impl Fn(&[u8]) -> Option<R>,
) -> io::Result<Walked<R>> {
    let mut walked = Walked {
        records: HashMap::new(),
        lost: Vec::new(),
        rest: None,
        count: 0,
        each: None,
    };
    let (mut at, mut widths) = (start, Vec::new());
    // Not known to be records as yet.
    let mut damaged: Vec<(usize, Range<u64>)> = Vec::new();
    while at < length {
        walked.count += 1;
        match read_record(reader, length - at, &decode)? {
            Found::Whole(trial, record, used) => {
                walked.records.insert(trial, record);
                walked.lost.append(&mut damaged);
                if !widths.contains(&used) && widths.len() < 2 {
                    widths.push(used);
                }
                at += used;
            }
            Found::Damaged(used) if damaged.len() < MAX_DAMAGED => {
                damaged.push((walked.count, at..at + used));
                at += used;
            }
            Found::Damaged(_) | Found::CutOff => {
                let first = damaged.first();
                let first =
                    first.map_or((walked.count, at), |(number, place)| (*number, place.start));
                walked.rest = Some(first);
                damaged.clear();
                break;
            }
        }
    }
    walked.lost.append(&mut damaged);
    walked.each = match widths[..] {
        [one] => Some(one),
        _ => None,
    };
    Ok(walked)
}

impl<R> Walked<R> {
    /// Where what can be read ends, in a file of `length` bytes.
    pub(super) fn end(&self, length: u64) -> u64 {
        self.rest.map_or(length, |(_, at)| at)
    }

    /// What is to stay of a file of `length` bytes whose records begin at `start`: all but what is damaged.
    pub(super) fn parts(&self, start: u64, length: u64) -> Vec<Range<u64>> {
        debug_assert!(start <= length);
        let mut parts = Vec::new();
        let mut from = 0;
        for (_, place) in &self.lost {
            parts.push(from..place.start);
            from = place.end;
        }
        parts.push(from..self.end(length));
        parts
    }

    /// What is damaged, in a line.
    pub(super) fn damage(&self, length: u64) -> Option<String> {
        let mut parts = Vec::new();
        let numbers: Vec<String> = self
            .lost
            .iter()
            .map(|(number, place)| format!("{number} (byte {})", place.start))
            .collect();
        match &numbers[..] {
            [] => {}
            [one] => parts.push(format!(
                "record {one} of {} is damaged, its trial is computed again",
                self.count
            )),
            several => parts.push(format!(
                "records {} of {} are damaged, their {} trials are computed again",
                several.join(", "),
                self.count,
                several.len()
            )),
        }
        if let Some((number, at)) = self.rest {
            let bytes = length - at;
            let what = match self.each {
                Some(each) if bytes < each => "its trial is".to_owned(),
                Some(each) if bytes.is_multiple_of(each) => {
                    format!("its trial and all behind it, {} in all, are", bytes / each)
                }
                _ => format!("its trial and those behind it ({bytes} bytes) are"),
            };
            parts.push(format!(
                "record {number} (byte {at}) is damaged or cut off, {what} computed again"
            ));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// The next record of a file with `left` bytes to its end, and what `decode` makes of it.
pub(super) fn read_record<R>(
    reader: &mut impl Read,
    left: u64,
    decode: impl Fn(&[u8]) -> Option<R>,
) -> io::Result<Found<R>> {
    const HEAD: usize = 8;
    const CRC: usize = 4;
    let mut head = [0; HEAD];
    if left < (HEAD + CRC) as u64 {
        return Ok(Found::CutOff);
    }
    reader.read_exact(&mut head)?;
    let word = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u32::from(byte))
    };
    let (trial, length) = (word(&head[..4]), word(&head[4..]));
    let used = (HEAD + CRC) as u64 + u64::from(length);
    // Before memory is asked for.
    if left < used {
        return Ok(Found::CutOff);
    }
    let mut bytes = head.to_vec();
    let rest = used - HEAD as u64;
    reader.take(rest).read_to_end(&mut bytes)?;
    let Some((bytes, crc)) = bytes.split_last_chunk::<CRC>() else {
        return Ok(Found::CutOff);
    };
    if bytes.len() + CRC != used as usize {
        return Ok(Found::CutOff);
    }
    if crc32fast::hash(bytes) != word(crc) {
        return Ok(Found::Damaged(used));
    }
    Ok(match decode(&bytes[HEAD..]) {
        Some(record) => Found::Whole(trial, record, used),
        None => Found::Damaged(used),
    })
}
