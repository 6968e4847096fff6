//! Trials that a run left, read and not written.

use std::collections::HashSet;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::kept::walked;
use super::{FOLDER, Header, Wanted, first_line};
use crate::run::RunError;
use crate::run::family::{AnyRecord, AnySetup, Computed};
use crate::run::manifest::Manifest;
use crate::run::simulate::Experiment;
use slotless_core::RESULTS_VERSION;
use slotless_files::input;

/// Whether a manifest lists these conditions, and no others.
#[must_use]
pub fn lists(manifest: &Manifest, setups: &[AnySetup]) -> bool {
    // Both as they are read: of some numbers the last bit is another one then.
    let read = |setup: &AnySetup| {
        let condition = serde_json::from_str(&setup.condition()).ok()?;
        setup.identity_of(&condition)
    };
    let wanted: Option<HashSet<String>> = setups.iter().map(read).collect();
    let found = manifest.conditions().map(|condition| {
        let mut identities = setups.iter().map(|setup| setup.identity_of(condition));
        identities.find_map(|identity| identity)
    });
    let found: Option<HashSet<String>> = found.collect();
    found.is_some() && found == wanted
}

/// The results of the first `trials` trials of each condition, from what is kept below `folder`; nothing is written there. Of
/// trials that were kept for several figures there may be more than each of them wants.
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
    let mut there = None;
    let (mut found, mut results) = (Vec::new(), Vec::new());
    for setup in setups {
        let path = Wanted::new(&setup, seed).path(&folder);
        let (setup, path) = if path.exists() {
            (setup, path)
        } else {
            let there = match &there {
                Some(there) => there,
                None => there.insert(headers(&folder)?),
            };
            let same = there.iter().find_map(|(path, header)| {
                let is_its = header.seed == seed && header.results_version == RESULTS_VERSION;
                let own = setup.with_same_trials(&header.condition, seed);
                Some((own.filter(|_| is_its)?, path.clone()))
            });
            same.unwrap_or((setup, path))
        };
        let records = read(&Wanted::new(&setup, seed), &path, trials)?;
        results.push(setup.results(records));
        found.push(setup);
    }
    Ok(Computed::new(found, results))
}

/// What each file of records holds, by its first line.
fn headers(folder: &Path) -> Result<Vec<(PathBuf, Header)>, RunError> {
    let io = |error| RunError::io(folder, error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        paths.push(entry.map_err(io)?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rec"));
    paths.sort();
    let mut headers = Vec::new();
    for path in paths {
        let mut reader = BufReader::new(input::open(&path)?);
        let line = first_line(&mut reader).map_err(|error| RunError::io(&path, error))?;
        if let Ok(header) = serde_json::from_slice(&line.unwrap_or_default()) {
            headers.push((path, header));
        }
    }
    Ok(headers)
}

fn read(wanted: &Wanted<'_>, path: &Path, trials: u32) -> Result<Vec<AnyRecord>, RunError> {
    let Some((mut found, _)) = walked(wanted, path)? else {
        let why = "its first line is not that of this run's trials";
        return Err(RunError::damaged(path, why));
    };
    let records = (0..trials).map(|trial| {
        let record = found.records.remove(&trial);
        record.ok_or_else(|| RunError::damaged(path, format!("trial {trial} is not in it")))
    });
    records.collect()
}
