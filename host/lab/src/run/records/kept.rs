//! Kept trials, read and left as they are.

use std::collections::HashMap;
use std::fs;
use std::io::BufReader;
use std::path::Path;

use super::walk::{Walked, walk};
use super::{FOLDER, Wanted, first_line, take_renamed};
use crate::run::RunError;
use crate::run::family::{AnyRecord, AnySetup};
use slotless_files::input;

/// Trials that lie in a folder: nothing is written there, and what is damaged stays.
#[derive(Debug, Default)]
pub struct Kept {
    files: Vec<HashMap<u32, AnyRecord>>,
    damage: Vec<String>,
}

impl Kept {
    /// Reads what [`Records`](super::Records) of these conditions left below `folder`; where there is nothing, nothing is known.
    ///
    /// # Errors
    /// [`RunError::File`] where a file cannot be read.
    pub fn read(folder: &Path, setups: &[AnySetup], seed: u64) -> Result<Self, RunError> {
        let folder = folder.join(FOLDER);
        let wanted: Vec<Wanted<'_>> = setups.iter().map(|one| Wanted::new(one, seed)).collect();
        let mut paths: Vec<_> = wanted.iter().map(|one| one.path(&folder)).collect();
        take_renamed(&folder, &wanted, &mut paths);
        let mut kept = Self::default();
        for (one, path) in wanted.iter().zip(paths) {
            let known = kept.read_file(one, &path)?;
            kept.files.push(known);
        }
        Ok(kept)
    }

    fn read_file(
        &mut self,
        wanted: &Wanted<'_>,
        path: &Path,
    ) -> Result<HashMap<u32, AnyRecord>, RunError> {
        if fs::symlink_metadata(path).is_err() {
            return Ok(HashMap::new());
        }
        let Some((found, length)) = walked(wanted, path)? else {
            let line = format!("{}: its first line is damaged", path.display());
            self.damage.push(line);
            return Ok(HashMap::new());
        };
        let damage = found.damage(length);
        let damage = damage.map(|line| format!("{}: {line}", path.display()));
        self.damage.extend(damage);
        Ok(found.records)
    }

    /// A trial, if it is there.
    #[must_use]
    pub fn trial(&self, condition: usize, trial: u32) -> Option<&AnyRecord> {
        self.files.get(condition)?.get(&trial)
    }

    /// What is damaged in the files, a line each.
    pub fn damage(&self) -> impl Iterator<Item = &str> {
        self.damage.iter().map(String::as_str)
    }
}

/// What is in a file, and its length in bytes; none where its first line is not that of what is wanted.
pub(super) fn walked(
    wanted: &Wanted<'_>,
    path: &Path,
) -> Result<Option<(Walked<AnyRecord>, u64)>, RunError> {
    let io = |error| RunError::io(path, error);
    let file = input::open(path)?;
    let length = file.metadata().map_err(io)?.len();
    let mut reader = BufReader::new(&file);
    let line = first_line(&mut reader).map_err(io)?;
    let Some(line) = line.filter(|line| wanted.is_line(line)) else {
        return Ok(None);
    };
    let decode = |payload: &[u8]| wanted.setup.decode(payload);
    let found = walk(&mut reader, line.len() as u64, length, decode).map_err(io)?;
    Ok(Some((found, length)))
}
