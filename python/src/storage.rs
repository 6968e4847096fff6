//! Snapshots, as bytes and in files.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use slotless_core::snapshot::Snapshot;
use slotless_files::{Output, input};

use crate::{calls, errors};

/// Bytes of a snapshot at most: its format has no more.
const LARGEST: u64 = 1 << 34;

/// Words as the bytes of a snapshot.
pub(crate) fn bytes(words: impl Iterator<Item = u32>) -> Vec<u8> {
    words.flat_map(u32::to_le_bytes).collect()
}

/// Writes a file, whole or not at all.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> PyResult<()> {
    let written = Output::at(path).and_then(|output| output.write(bytes));
    written.map_err(|error| errors::file(&error))
}

/// What a snapshot's bytes are the snapshot of, in a call that Ctrl-C ends.
pub(crate) fn from_bytes<T: Send + 'static>(
    py: Python<'_>,
    bytes: &Bound<'_, PyBytes>,
    of: impl FnOnce(&Snapshot<'_>) -> PyResult<T> + Send + 'static,
) -> PyResult<T> {
    let size = bytes.as_bytes().len() as f64;
    let words = words(bytes.as_bytes())?;
    calls::apart(py, size, move || open(&words, of))
}

/// Reads a file, in such a call; what is wrong with it is said with its name.
pub(crate) fn load<T: Send + 'static>(
    py: Python<'_>,
    path: PathBuf,
    of: impl FnOnce(&Snapshot<'_>) -> PyResult<T> + Send + 'static,
) -> PyResult<T> {
    // What is not there, or is no file, is found out below.
    let size = path.metadata().map_or(0, |found| found.len());
    calls::apart(py, size as f64, move || {
        let bytes = input::read(&path, LARGEST).map_err(|error| errors::file(&error))?;
        let opened = words(&bytes).and_then(|words| open(&words, of));
        opened.map_err(|error| errors::of_file(&path, error))
    })
}

/// The words of a snapshot's bytes, checked for their form.
fn words(bytes: &[u8]) -> PyResult<Vec<u32>> {
    let mut words = vec![0; bytes.len() / 4];
    let copied = Snapshot::copy(bytes, &mut words).map(drop);
    copied.map_err(errors::value)?;
    Ok(words)
}

fn open<T>(words: &[u32], of: impl FnOnce(&Snapshot<'_>) -> PyResult<T>) -> PyResult<T> {
    of(&Snapshot::from_words(words).map_err(errors::value)?)
}
