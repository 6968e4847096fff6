//! Files that are read: regular ones alone, so that a fifo or an endless device stops nobody; and the lines of texts.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::FileError;

/// Opens a regular file, or what a link to one names.
///
/// # Errors
/// [`FileError::Io`]; [`FileError::Damaged`] for a folder, fifo, device or socket, which is not opened.
pub fn open(path: &Path) -> Result<File, FileError> {
    let io = |error| FileError::io(path, error);
    // Before it is opened: opening a fifo waits for somebody who writes.
    let kind = path.metadata().map_err(io)?.file_type();
    if !kind.is_file() {
        let why = format!("{}, expected a regular file", crate::kind_of(kind));
        return Err(FileError::damaged(path, why));
    }
    #[allow(clippy::disallowed_methods, reason = "a regular file")]
    File::open(path).map_err(io)
}

/// The first bytes of a regular file, `most` of them or all, and its length: what a header says is to be held against it before
/// the rest is read.
///
/// # Errors
/// As [`open`].
pub fn start(path: &Path, most: u64) -> Result<(Vec<u8>, u64), FileError> {
    let file = open(path)?;
    let io = |error| FileError::io(path, error);
    let length = file.metadata().map_err(io)?.len();
    let mut start = Vec::new();
    file.take(most).read_to_end(&mut start).map_err(io)?;
    Ok((start, length))
}

/// All of a regular file.
///
/// # Errors
/// As [`open`]; [`FileError::Damaged`] for one of more than `most` bytes, before memory is asked for.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, FileError> {
    let file = open(path)?;
    let io = |error| FileError::io(path, error);
    let too_long = |length: u64| {
        let why = format!("{length} bytes or more, allowed {most} at most");
        FileError::damaged(path, why)
    };
    let length = file.metadata().map_err(io)?.len();
    if length > most {
        return Err(too_long(length));
    }
    let mut bytes = Vec::new();
    let room = usize::try_from(length).unwrap_or(usize::MAX);
    bytes
        .try_reserve_exact(room)
        .map_err(|_| io(io::ErrorKind::OutOfMemory.into()))?;
    // A file that grows meanwhile, or one of /proc, which gives no length.
    (&file)
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(io)?;
    if bytes.len() as u64 > most {
        return Err(too_long(bytes.len() as u64));
    }
    Ok(bytes)
}

/// All of a regular file, as text in UTF-8.
///
/// # Errors
/// As [`read`]; [`FileError::Damaged`] for other text.
pub fn read_text(path: &Path, most: u64) -> Result<String, FileError> {
    String::from_utf8(read(path, most)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        FileError::damaged(path, format!("no text in UTF-8, from byte {at} on"))
    })
}

/// The lines of a text without their ends, which are CR, LF or both; behind the last end comes no line. A mark of UTF-8 before
/// the first is left out.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let some = |rest: &'_ [u8]| !rest.is_empty();
    let mut rest =
        Some(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)).filter(|rest| some(rest));
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
            return rest.take();
        };
        let width = if text[end..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
        rest = Some(&text[end + width..]).filter(|rest| some(rest));
        Some(&text[..end])
    })
}

/// What a parser says of a value, on one line and without its language's names of types.
#[must_use]
pub fn in_words(message: &str) -> String {
    const WORDS: [(&str, &str); 9] = [
        (" as i128", ""),
        (" as u128", ""),
        ("expected u64", "expected a whole number from 0"),
        (
            "expected u32",
            "expected a whole number from 0 to 4294967295",
        ),
        ("expected usize", "expected a whole number from 0"),
        ("expected i64", "expected a whole number"),
        ("expected f64", "expected a number"),
        ("expected f32", "expected a number"),
        ("invalid type", "wrong kind of value"),
    ];
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = WORDS
        .into_iter()
        .fold(line, |line, (from, to)| line.replace(from, to));
    // Numbers of hundreds of digits.
    let words = line.split(' ').map(|word| {
        let number = word.trim_matches(|c: char| !c.is_ascii_digit());
        match number.parse::<f64>() {
            Ok(value) if number.len() > 25 => word.replace(number, &format!("{value:e}")),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
