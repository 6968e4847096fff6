//! Finished trials, appended to a file each condition as they come, so that an interrupted run continues.
//!
//! A file is one line of JSON (what it holds), then records: trial number, length, payload, CRC-32 of all three, all
//! little-endian. A tail that is cut off or damaged is dropped, and those trials are computed again; so is everything
//! where the first line is damaged. Whose file it is, its name says too: it ends with a hash of the first line.

pub(crate) mod bytes;

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use slotless_core::RESULTS_VERSION;

use super::RunError;
use super::simulate::{Experiment, Keeper};
use slotless_files::hex;

/// Version of the layout of a record.
const LAYOUT: u32 = 1;

/// Name of the folder, inside the output folder, that holds the trials.
pub const FOLDER: &str = ".trials";

/// What trials are about.
pub trait Described: Clone + Serialize + DeserializeOwned {
    /// Name in files: letters, digits and underscores.
    fn slug(&self) -> String;

    /// The same without its name, which changes no result: equal for those whose trials are the same.
    #[must_use]
    fn unnamed(&self) -> Self;
}

/// An experiment whose trials can be kept in files.
pub trait Kept: Experiment {
    /// What it runs.
    type Condition: Described;

    /// What is run.
    fn condition(&self) -> &Self::Condition;

    /// A trial as bytes, exact to the last bit.
    fn encode(record: &Self::Record) -> Vec<u8>;

    /// A trial of this experiment, if those are the bytes of one.
    fn decode(&self, bytes: &[u8]) -> Option<Self::Record>;
}

/// What a file of records holds: its first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Header<C> {
    slotless_trials: u32,
    results_version: u32,
    seed: u64,
    condition: C,
}

impl<C: Described> Header<C> {
    fn new(condition: &C, seed: u64) -> Self {
        Self {
            slotless_trials: LAYOUT,
            results_version: RESULTS_VERSION,
            seed,
            condition: condition.clone(),
        }
    }

    /// Identity of what is held: everything but the condition's name.
    fn hash(&self) -> String {
        let unnamed = Self {
            condition: self.condition.unnamed(),
            ..self.clone()
        };
        let text = serde_json::to_string(&unnamed).expect("plain data");
        hex(&Sha256::digest(text))
    }

    fn describe(&self) -> String {
        format!(
            "seed {}, results version {}, spec {}",
            self.seed,
            self.results_version,
            &self.hash()[..12]
        )
    }
}

/// Trials kept in files; one file a condition.
#[derive(Debug)]
pub struct Records<E: Kept> {
    files: Vec<RecordFile<E>>,
}

#[derive(Debug)]
struct RecordFile<E: Kept> {
    known: HashMap<u32, E::Record>,
    file: Mutex<File>,
}

impl<E: Kept> Records<E> {
    /// Opens, or makes, the records of these conditions below `folder`.
    ///
    /// # Errors
    /// [`RunError::OtherRun`] if the folder holds trials of another spec, seed or results version; [`RunError::File`].
    pub fn open(folder: &Path, setups: &[E], seed: u64) -> Result<Self, RunError> {
        let folder = folder.join(FOLDER);
        let headers: Vec<Header<E::Condition>> = setups
            .iter()
            .map(|setup| Header::new(setup.condition(), seed))
            .collect();
        let paths: Vec<PathBuf> = headers
            .iter()
            .map(|header| path_of(&folder, header))
            .collect();
        refuse_others(&folder, &headers, &paths)?;
        fs::create_dir_all(&folder).map_err(|error| RunError::io(&folder, error))?;
        let files = setups
            .iter()
            .zip(headers.iter().zip(paths))
            .map(|(setup, (header, path))| {
                RecordFile::open(&path, setup, header).map_err(|error| RunError::io(&path, error))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { files })
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
}

fn path_of<C: Described>(folder: &Path, header: &Header<C>) -> PathBuf {
    folder.join(format!(
        "{}-{}.rec",
        header.condition.slug(),
        &header.hash()[..12]
    ))
}

/// Refuses a folder that holds another file of records than those of `own` names, or of the same trials.
fn refuse_others<C: Described>(
    folder: &Path,
    expected: &[Header<C>],
    own: &[PathBuf],
) -> Result<(), RunError> {
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
        let bytes = fs::read(&path).map_err(|error| RunError::io(&path, error))?;
        let line = bytes
            .split(|&byte| byte == b'\n')
            .next()
            .unwrap_or_default();
        let found = serde_json::from_slice::<Header<C>>(line);
        let wanted = match expected {
            [one] => one.describe(),
            several => format!(
                "{} and {} more",
                several.first().map_or_else(String::new, Header::describe),
                several.len().saturating_sub(1)
            ),
        };
        match found {
            Ok(found) if expected.iter().any(|header| header.hash() == found.hash()) => {}
            Ok(found) => {
                return Err(RunError::OtherRun {
                    path,
                    found: found.describe(),
                    expected: wanted,
                });
            }
            Err(_) => {
                let found = "an unknown format".to_owned();
                return Err(RunError::OtherRun {
                    path,
                    found,
                    expected: wanted,
                });
            }
        }
    }
    Ok(())
}

impl<E: Kept> RecordFile<E> {
    fn open(path: &Path, setup: &E, header: &Header<E::Condition>) -> std::io::Result<Self> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut known = HashMap::new();
        let mut good = 0;
        let first_line = bytes.iter().position(|&byte| byte == b'\n');
        let is_ours = |end: &usize| {
            serde_json::from_slice::<Header<E::Condition>>(&bytes[..*end])
                .is_ok_and(|found| found.hash() == header.hash())
        };
        if let Some(end) = first_line.filter(is_ours) {
            good = end + 1;
            while let Some((trial, record, used)) =
                read_record(&bytes[good..], |payload| setup.decode(payload))
            {
                known.insert(trial, record);
                good += used;
            }
        }
        file.set_len(good as u64)?;
        file.seek(SeekFrom::End(0))?;
        if good == 0 {
            let mut line = serde_json::to_vec(header)?;
            line.push(b'\n');
            file.write_all(&line)?;
        }
        Ok(Self {
            known,
            file: Mutex::new(file),
        })
    }
}

impl<E: Kept> Keeper<E::Record> for Records<E> {
    fn known(&self, condition: usize, trial: u32) -> Option<E::Record> {
        self.files[condition].known.get(&trial).cloned()
    }

    fn finished(&self, condition: usize, trial: u32, record: &E::Record) -> std::io::Result<()> {
        let payload = E::encode(record);
        let mut bytes = Vec::with_capacity(payload.len() + 12);
        bytes.extend(trial.to_le_bytes());
        bytes.extend((payload.len() as u32).to_le_bytes());
        bytes.extend(payload);
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        let mut file = self.files[condition]
            .file
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        // One write a record: a kill leaves at most one damaged tail.
        file.write_all(&bytes)
    }
}

fn read_record<R>(bytes: &[u8], decode: impl Fn(&[u8]) -> Option<R>) -> Option<(u32, R, usize)> {
    let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (trial, length) = (word(0)?, word(4)? as usize);
    let end = length.checked_add(8)?;
    if crc32fast::hash(bytes.get(..end)?) != word(end)? {
        return None;
    }
    let record = decode(&bytes[8..end])?;
    Some((trial, record, end + 4))
}

#[cfg(test)]
mod tests;
