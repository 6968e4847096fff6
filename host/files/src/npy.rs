//! Files in numpy's format, looked at before they are read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use thiserror::Error;

/// What a header says that cannot be.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SizeError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It says that there is nothing.
    #[error("it is empty")]
    Empty,
    /// It says that there is more than the file has bytes.
    #[error("{0}")]
    TooLarge(String),
}

/// Bytes from the start in which a header's shape is looked for.
const HEAD: u64 = 1024;

/// Refuses a header that promises more cells than the file has bytes: a reader makes room for all of them first.
///
/// # Errors
/// [`SizeError`]; none where there is no shape, for the reader says so.
pub fn check_size(path: &Path) -> Result<(), SizeError> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    check(&head, length)
}

/// [`check_size`] of a file whose bytes are at hand.
///
/// # Errors
/// As [`check_size`], but for [`SizeError::Io`].
pub fn check_bytes(bytes: &[u8]) -> Result<(), SizeError> {
    let head = &bytes[..bytes.len().min(HEAD as usize)];
    check(head, bytes.len() as u64)
}

fn check(head: &[u8], length: u64) -> Result<(), SizeError> {
    let head = String::from_utf8_lossy(head);
    let shape = head
        .split_once("'shape':")
        .and_then(|(_, rest)| rest.split_once('('))
        .and_then(|(_, rest)| rest.split_once(')'));
    let Some((shape, _)) = shape else {
        return Ok(());
    };
    let sides = shape
        .split(',')
        .map(str::trim)
        .filter(|side| !side.is_empty());
    let cells = sides
        .map(|side| side.parse::<u64>().ok())
        .try_fold(1u64, |cells, side| cells.checked_mul(side?));
    match cells {
        Some(0) => Err(SizeError::Empty),
        Some(cells) if cells <= length => Ok(()),
        _ => Err(SizeError::TooLarge(format!(
            "its header promises ({shape}) cells, more than its {length} bytes hold"
        ))),
    }
}
