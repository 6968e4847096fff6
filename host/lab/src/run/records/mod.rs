//! Finished trials, appended to a file each condition as they come, so that an interrupted run continues.
//!
//! A file is one line of JSON (what it holds, and of which family that is), then records: trial number, length, payload,
//! CRC-32 of all three, all little-endian. A record that is damaged is taken out, a tail that is cut off is dropped, and those trials are
//! computed again; so is everything where the first line is damaged. [`Records::damage`] says so. Lengths are held against the bytes that are there, and what a record has against its condition. Whose file it is, its name says too: it ends with a hash of the first line.

pub(crate) mod bytes;
mod finished;
mod kept;
mod walk;

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use slotless_core::RESULTS_VERSION;

use super::RunError;
use super::family::{AnyRecord, AnySetup};
use super::manifest::{self, Manifest};
use super::simulate::Keeper;
pub use finished::{kept, lists};
pub use kept::Kept;
use slotless_files::{Folder, hex, input, replace};
use walk::walk;

/// Version of the layout of a record.
const LAYOUT: u32 = 1;

/// Bytes of a first line at most.
const MAX_LINE: u64 = 1 << 20;

/// Name of the folder, inside the output folder, that holds the trials.
pub const FOLDER: &str = ".trials";

/// What a file of records holds: its first line, as it was read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    slotless_trials: u32,
    results_version: u32,
    seed: u64,
    /// Files from before families were named have none; whose they are, their condition says.
    #[serde(default)]
    family: Option<String>,
    condition: Value,
}

/// Everything that trials depend on, as the text whose hash names their file.
fn identity(layout: u32, results_version: u32, seed: u64, condition: &str) -> String {
    format!(
        "{{\"slotless_trials\":{layout},\"results_version\":{results_version},\"seed\":{seed},\"condition\":{condition}}}"
    )
}

fn hash(identity: &str) -> String {
    hex(&Sha256::digest(identity))
}

fn description(seed: u64, results_version: u32, spec: &str) -> String {
    format!("seed {seed}, results version {results_version}, {spec}")
}

/// What is to be held: trials of a condition under a seed.
struct Wanted<'a> {
    setup: &'a AnySetup,
    seed: u64,
    hash: String,
}

impl<'a> Wanted<'a> {
    fn new(setup: &'a AnySetup, seed: u64) -> Self {
        let identity = identity(LAYOUT, RESULTS_VERSION, seed, &setup.identity());
        let hash = hash(&identity);
        Self { setup, seed, hash }
    }

    /// The first line of its file.
    fn line(&self) -> String {
        format!(
            "{{\"slotless_trials\":{LAYOUT},\"results_version\":{RESULTS_VERSION},\"seed\":{},\"family\":\"{}\",\"condition\":{}}}\n",
            self.seed,
            self.setup.family(),
            self.setup.condition()
        )
    }

    /// The hash of what a file holds, if that is a condition of this family.
    fn hash_of(&self, found: &Header) -> Option<String> {
        let family = found.family.as_deref();
        if family.is_some_and(|family| family != self.setup.family()) {
            return None;
        }
        let condition = self.setup.identity_of(&found.condition)?;
        let Header {
            slotless_trials,
            results_version,
            seed,
            ..
        } = *found;
        Some(hash(&identity(
            slotless_trials,
            results_version,
            seed,
            &condition,
        )))
    }

    /// Whether a file holds what is wanted. Numbers are read with another last bit than was written at times: a first line that is
    /// its own, once read, is its own.
    fn is(&self, found: &Header) -> bool {
        let Some(hash) = self.hash_of(found) else {
            return false;
        };
        let own = serde_json::from_str::<Header>(&self.line());
        hash == self.hash || own.is_ok_and(|own| self.hash_of(&own) == Some(hash))
    }

    /// Whether a first line is that of what is wanted.
    fn is_line(&self, line: &[u8]) -> bool {
        serde_json::from_slice(line).is_ok_and(|found| self.is(&found))
    }

    fn path(&self, folder: &Path) -> PathBuf {
        let (slug, hash) = (self.setup.slug(), &self.hash[..12]);
        folder.join(format!("{slug}-{hash}.rec"))
    }

    fn describe(&self) -> String {
        let spec = format!("spec {}", &self.hash[..12]);
        description(self.seed, RESULTS_VERSION, &spec)
    }
}

/// What is thought of files of records that belong to another run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// The folder is another run's, whose results it would mix with.
    Refused,
    /// Several runs share the folder; each keeps its trials apart.
    Shared,
}

/// Trials kept in files; one file per condition.
#[derive(Debug)]
pub struct Records<'a> {
    files: Vec<RecordFile<'a>>,
}

#[derive(Debug)]
struct RecordFile<'a> {
    setup: &'a AnySetup,
    known: HashMap<u32, AnyRecord>,
    damage: Option<String>,
    path: PathBuf,
    file: Mutex<File>,
}

impl<'a> Records<'a> {
    /// Opens, or makes, the records of these conditions below `folder`, beside those of others where they are
    /// [`Others::Shared`].
    ///
    /// # Errors
    /// [`RunError::OtherRun`] if the folder holds trials of another spec, seed or results version; [`RunError::File`].
    pub fn open(
        folder: &Path,
        setups: &'a [AnySetup],
        seed: u64,
        others: Others,
    ) -> Result<Self, RunError> {
        let folder = folder.join(FOLDER);
        let wanted: Vec<Wanted<'_>> = setups
            .iter()
            .map(|setup| Wanted::new(setup, seed))
            .collect();
        let mut paths: Vec<PathBuf> = wanted.iter().map(|one| one.path(&folder)).collect();
        take_renamed(&folder, &wanted, &mut paths);
        if others == Others::Refused {
            refuse_others(&folder, &wanted, &paths)?;
        }
        Folder::create(&folder)?;
        let files = wanted
            .iter()
            .zip(paths)
            .map(|(one, path)| RecordFile::open(&path, one))
            .collect::<Result<_, _>>()?;
        Ok(Self { files })
    }

    /// What is damaged in the files and is computed again, a line each.
    pub fn damage(&self) -> impl Iterator<Item = &str> {
        self.files.iter().filter_map(|one| one.damage.as_deref())
    }

    /// How many of the first `trials` trials of a condition are there already.
    #[must_use]
    pub fn count(&self, condition: usize, trials: u32) -> usize {
        self.files[condition]
            .known
            .keys()
            .filter(|&&trial| trial < trials)
            .count()
    }

    /// Whether a trial is there already.
    #[must_use]
    pub fn has(&self, condition: usize, trial: u32) -> bool {
        self.files[condition].known.contains_key(&trial)
    }

    /// Takes a trial that was kept elsewhere, unless it is there already.
    ///
    /// # Errors
    /// As [`Keeper::finished`].
    pub fn take(&mut self, condition: usize, trial: u32, record: AnyRecord) -> io::Result<()> {
        if !self.has(condition, trial) {
            self.finished(condition, trial, &record)?;
            self.files[condition].known.insert(trial, record);
        }
        Ok(())
    }
}

/// Whether a manifest is of these conditions under this seed, or of none: results of others are not to be overwritten.
///
/// # Errors
/// [`RunError::OtherRun`], which names `path`.
fn check_manifest(
    manifest: &Manifest,
    path: &Path,
    setups: &[AnySetup],
    seed: u64,
) -> Result<(), RunError> {
    let is_ours = |found: &Value| {
        let same = |setup: &AnySetup| setup.identity_of(found) == Some(setup.identity());
        setups.iter().any(same)
    };
    let same = manifest.seed == seed && manifest.results_version == RESULTS_VERSION;
    if setups.is_empty() || same && manifest.conditions().any(is_ours) {
        return Ok(());
    }
    let spec = if same {
        "other sizes or settings"
    } else {
        "the same figure"
    };
    Err(RunError::OtherRun {
        path: path.to_owned(),
        found: description(manifest.seed, manifest.results_version, spec),
        expected: description(seed, RESULTS_VERSION, &manifest.figure),
    })
}

/// Refuses a folder that holds trials of others than these conditions under this seed: before anything is written there.
///
/// # Errors
/// As [`Records::open`].
pub fn check_others(folder: &Path, setups: &[AnySetup], seed: u64) -> Result<(), RunError> {
    let folder = folder.join(FOLDER);
    let wanted: Vec<Wanted<'_>> = setups
        .iter()
        .map(|setup| Wanted::new(setup, seed))
        .collect();
    let paths: Vec<PathBuf> = wanted.iter().map(|one| one.path(&folder)).collect();
    refuse_others(&folder, &wanted, &paths)
}

/// Refuses a folder whose manifest is of something else than `figure`, or of other conditions or another seed: it is not to be
/// replaced, nor mixed with what is written here.
///
/// # Errors
/// [`RunError::OtherRun`]; what [`Manifest::load`] says of one that cannot be read.
pub fn check_folder(
    folder: &Path,
    figure: &str,
    setups: &[AnySetup],
    seed: u64,
) -> Result<(), RunError> {
    slotless_files::check_folder(folder)?;
    let path = folder.join(manifest::NAME);
    if fs::symlink_metadata(&path).is_err() {
        return Ok(());
    }
    let manifest = Manifest::load(folder)?;
    if manifest.figure != figure {
        return Err(RunError::OtherRun {
            path,
            found: description(manifest.seed, manifest.results_version, &manifest.figure),
            expected: description(seed, RESULTS_VERSION, figure),
        });
    }
    check_manifest(&manifest, &path, setups, seed)
}

/// Takes, where a file is not there, one of the same trials under another name: conditions are renamed, their trials stay.
fn take_renamed(folder: &Path, wanted: &[Wanted<'_>], paths: &mut [PathBuf]) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut there: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| !paths.contains(path))
        .collect();
    there.sort();
    for (one, path) in wanted.iter().zip(paths) {
        let end = format!("-{}.rec", &one.hash[..12]);
        let is_same = |path: &PathBuf| {
            let name = path.file_name();
            name.is_some_and(|name| name.to_string_lossy().ends_with(&end))
        };
        if !path.exists()
            && let Some(place) = there.iter().position(is_same)
        {
            *path = there.remove(place);
        }
    }
}

/// Refuses a folder that holds another file of records than those of `own` names, or of the same trials.
fn refuse_others(folder: &Path, wanted: &[Wanted<'_>], own: &[PathBuf]) -> Result<(), RunError> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rec"))
        .filter(|path| !own.contains(path))
        .collect();
    paths.sort();
    for path in paths {
        let mut reader = BufReader::new(input::open(&path)?);
        let line = first_line(&mut reader).map_err(|error| RunError::io(&path, error))?;
        let found = match serde_json::from_slice::<Header>(&line.unwrap_or_default()) {
            Ok(found) if wanted.iter().any(|one| one.is(&found)) => continue,
            Ok(found) => {
                let hash = wanted.iter().find_map(|one| one.hash_of(&found));
                let spec = match (hash, &found.family) {
                    (Some(hash), _) => format!("spec {}", &hash[..12]),
                    (None, Some(family)) => format!("of the family {family}"),
                    (None, None) => "of another family".to_owned(),
                };
                description(found.seed, found.results_version, &spec)
            }
            Err(_) => "an unknown format".to_owned(),
        };
        let expected = match wanted {
            [] => "one without trials".to_owned(),
            [one] => one.describe(),
            several => format!(
                "{} and {} more",
                several.first().map_or_else(String::new, Wanted::describe),
                several.len().saturating_sub(1)
            ),
        };
        return Err(RunError::OtherRun {
            path,
            found,
            expected,
        });
    }
    Ok(())
}

impl<'a> RecordFile<'a> {
    fn open(path: &Path, wanted: &Wanted<'a>) -> Result<Self, RunError> {
        let io = |error| RunError::io(path, error);
        if path.exists() {
            // A fifo would wait for somebody who writes.
            input::open(path)?;
        }
        let mut file = append_to(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        let mut reader = BufReader::new(&file);
        let line = first_line(&mut reader).map_err(io)?;
        let mut known = HashMap::new();
        let (mut good, mut damage) = (0, None);
        match line.filter(|line| wanted.is_line(line)) {
            Some(line) => {
                let setup = wanted.setup;
                let found = walk(&mut reader, line.len() as u64, length, |payload| {
                    setup.decode(payload)
                })
                .map_err(io)?;
                damage = found
                    .damage(length)
                    .map(|line| format!("{}: {line}", path.display()));
                if found.lost.is_empty() {
                    good = found.end(length);
                } else {
                    // What lies between is taken out, so that those behind it stay.
                    let parts = found.parts(line.len() as u64, length);
                    good = parts.iter().map(|part| part.end - part.start).sum();
                    replace(path, |copy| {
                        for part in parts {
                            (&file).seek(SeekFrom::Start(part.start))?;
                            io::copy(&mut (&file).take(part.end - part.start), copy)?;
                        }
                        Ok(())
                    })
                    .map_err(io)?;
                    file = append_to(path).map_err(io)?;
                }
                known = found.records;
            }
            None if length > 0 => {
                damage = Some(format!(
                    "{}: its first line is damaged: all its trials ({length} bytes) are computed again",
                    path.display()
                ));
            }
            None => {}
        }
        file.set_len(good).map_err(io)?;
        file.seek(SeekFrom::End(0)).map_err(io)?;
        if good == 0 {
            file.write_all(wanted.line().as_bytes()).map_err(|error| {
                // Not even a first line: the file says nothing to anybody.
                let _ = fs::remove_file(path);
                io(error)
            })?;
        }
        Ok(Self {
            setup: wanted.setup,
            known,
            damage,
            path: path.to_owned(),
            file: Mutex::new(file),
        })
    }
}

/// A file to read from and to write to, made where there is none.
fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

impl Keeper<AnyRecord> for Records<'_> {
    fn known(&self, condition: usize, trial: u32) -> Option<AnyRecord> {
        self.files[condition].known.get(&trial).cloned()
    }

    fn finished(&self, condition: usize, trial: u32, record: &AnyRecord) -> std::io::Result<()> {
        let one = &self.files[condition];
        let payload = one
            .setup
            .encode(record)
            .ok_or(std::io::ErrorKind::InvalidInput)?;
        let mut bytes = Vec::with_capacity(payload.len() + 12);
        bytes.extend(trial.to_le_bytes());
        bytes.extend((payload.len() as u32).to_le_bytes());
        bytes.extend(payload);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        let mut file = one
            .file
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        // One write a record: a kill leaves at most one damaged tail.
        file.write_all(&bytes).map_err(|error| {
            let line = format!("{}: {error}", one.path.display());
            std::io::Error::new(error.kind(), line)
        })
    }
}

/// The first line with its end; none where it is longer than any.
fn first_line(reader: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    reader.take(MAX_LINE).read_until(b'\n', &mut line)?;
    Ok(line.ends_with(b"\n").then_some(line))
}

#[cfg(test)]
mod tests;
