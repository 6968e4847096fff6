//! Snapshots in files.

use std::path::Path;

use pyo3::prelude::*;
use slotless_core::snapshot::Snapshot;
use slotless_files::{Output, input};

use crate::errors;

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

/// What a snapshot's bytes are the snapshot of.
pub(crate) fn open<T>(bytes: &[u8], of: impl FnOnce(&Snapshot<'_>) -> PyResult<T>) -> PyResult<T> {
    let mut words = vec![0; bytes.len() / 4];
    let snapshot = Snapshot::copy(bytes, &mut words).map_err(errors::value)?;
    snapshot.verify().map_err(errors::value)?;
    of(&snapshot)
}

/// Reads a file; what is wrong with it is said with its name.
pub(crate) fn load<T>(path: &Path, of: impl FnOnce(&Snapshot<'_>) -> PyResult<T>) -> PyResult<T> {
    let bytes = input::read(path, LARGEST).map_err(|error| errors::file(&error))?;
    open(&bytes, of).map_err(|error| {
        let text = Python::attach(|py| error.value(py).to_string());
        errors::refuse(format!("{}: {text}", path.display()))
    })
}
