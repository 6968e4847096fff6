//! Trials that a run left, read and not written.

use std::fs;
use std::io::BufReader;
use std::path::Path;

use super::{FOLDER, Wanted, first_line, take_renamed, walk};
use crate::run::RunError;
use crate::run::family::{AnyRecord, AnySetup, Computed};
use crate::run::simulate::Experiment;
use slotless_files::input;

/// The results of the first `trials` trials of each condition, from what is kept below `folder`; nothing is written there.
///
/// # Errors
/// [`RunError`] if a file is not there or cannot be read, and if a trial is missing in it.
pub fn kept(
    folder: &Path,
    setups: Vec<AnySetup>,
    trials: u32,
    seed: u64,
) -> Result<Computed, RunError> {
    let folder = folder.join(FOLDER);
    let wanted: Vec<Wanted<'_>> = setups
        .iter()
        .map(|setup| Wanted::new(setup, seed))
        .collect();
    let mut paths: Vec<_> = wanted.iter().map(|one| one.path(&folder)).collect();
    take_renamed(&folder, &wanted, &mut paths);
    let mut results = Vec::with_capacity(wanted.len());
    for (one, path) in wanted.iter().zip(&paths) {
        let records = read(one, path, trials)?;
        results.push(one.setup.results(records));
    }
    drop(wanted);
    Ok(Computed::new(setups, results))
}

fn read(wanted: &Wanted<'_>, path: &Path, trials: u32) -> Result<Vec<AnyRecord>, RunError> {
    let io = |error| RunError::io(path, error);
    let length = fs::metadata(path).map_err(io)?.len();
    let mut reader = BufReader::new(input::open(path)?);
    let line = first_line(&mut reader).map_err(io)?.unwrap_or_default();
    if !serde_json::from_slice(&line).is_ok_and(|found| wanted.is(&found)) {
        let why = "its first line is not that of this run's trials";
        return Err(RunError::damaged(path, why));
    }
    let decode = |payload: &[u8]| wanted.setup.decode(payload);
    let mut found = walk(&mut reader, line.len() as u64, length, decode).map_err(io)?;
    let records = (0..trials).map(|trial| {
        let record = found.records.remove(&trial);
        record.ok_or_else(|| RunError::damaged(path, format!("trial {trial} is not in it")))
    });
    records.collect()
}
