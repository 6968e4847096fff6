//! Finished trials, appended to a file each condition as they come, so that an interrupted run continues.
//!
//! A file is one line of JSON (what it holds), then records: trial number, length, payload, CRC-32 of all three, all
//! little-endian. A tail that is cut off or damaged is dropped, and those trials are computed again; so is everything
//! where the first line is damaged. Whose file it is, its name says too: it ends with a hash of the first line.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use slotless_core::RESULTS_VERSION;

use super::RunError;
use super::files::hex;
use crate::memory::simulate::Keeper;
use crate::memory::{Condition, CueOutcome, Outcome, Setup, TrialRecord};

/// Version of the layout of a record.
const LAYOUT: u32 = 1;

/// Name of the folder, inside the output folder, that holds the trials.
pub const FOLDER: &str = ".trials";

/// What a file of records holds: its first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Header {
    slotless_trials: u32,
    results_version: u32,
    seed: u64,
    condition: Condition,
}

impl Header {
    fn new(condition: &Condition, seed: u64) -> Self {
        Self {
            slotless_trials: LAYOUT,
            results_version: RESULTS_VERSION,
            seed,
            condition: condition.clone(),
        }
    }

    /// Identity of what is held: everything but the network's name.
    fn hash(&self) -> String {
        let mut unnamed = self.clone();
        unnamed.condition.network.name.clear();
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
pub struct Records {
    files: Vec<RecordFile>,
}

#[derive(Debug)]
struct RecordFile {
    known: HashMap<u32, TrialRecord>,
    file: Mutex<File>,
}

impl Records {
    /// Opens, or makes, the records of these conditions below `folder`.
    ///
    /// # Errors
    /// [`RunError::OtherRun`] if the folder holds trials of another spec, seed or results version; [`RunError::Io`].
    pub fn open(folder: &Path, setups: &[&Setup], seed: u64) -> Result<Self, RunError> {
        let folder = folder.join(FOLDER);
        let headers: Vec<Header> = setups
            .iter()
            .map(|setup| Header::new(setup.condition(), seed))
            .collect();
        let paths: Vec<PathBuf> = headers
            .iter()
            .map(|header| path_of(&folder, header))
            .collect();
        refuse_others(&folder, &headers, &paths)?;
        fs::create_dir_all(&folder).map_err(|error| RunError::io(&folder, error))?;
        let files = headers
            .iter()
            .zip(paths)
            .map(|(header, path)| {
                RecordFile::open(&path, header).map_err(|error| RunError::io(&path, error))
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

fn path_of(folder: &Path, header: &Header) -> PathBuf {
    folder.join(format!(
        "{}-{}.rec",
        header.condition.slug(),
        &header.hash()[..12]
    ))
}

/// Refuses a folder that holds another file of records than those of `own` names, or of the same trials.
fn refuse_others(folder: &Path, expected: &[Header], own: &[PathBuf]) -> Result<(), RunError> {
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
        let found = serde_json::from_slice::<Header>(line);
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

impl RecordFile {
    fn open(path: &Path, header: &Header) -> std::io::Result<Self> {
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
            serde_json::from_slice::<Header>(&bytes[..*end])
                .is_ok_and(|found| found.hash() == header.hash())
        };
        if let Some(end) = first_line.filter(is_ours) {
            good = end + 1;
            while let Some((trial, record, used)) = read_record(&bytes[good..]) {
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

impl Keeper for Records {
    fn known(&self, condition: usize, trial: u32) -> Option<TrialRecord> {
        self.files[condition].known.get(&trial).cloned()
    }

    fn finished(&self, condition: usize, trial: u32, record: &TrialRecord) -> std::io::Result<()> {
        let payload = encode(record);
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

fn read_record(bytes: &[u8]) -> Option<(u32, TrialRecord, usize)> {
    let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (trial, length) = (word(0)?, word(4)? as usize);
    let end = length.checked_add(8)?;
    if crc32fast::hash(bytes.get(..end)?) != word(end)? {
        return None;
    }
    let record = decode(&mut Reader(&bytes[8..end]))?;
    Some((trial, record, end + 4))
}

fn encode(record: &TrialRecord) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut numbers = |values: &mut dyn ExactSizeIterator<Item = u64>| {
        bytes.extend((values.len() as u32).to_le_bytes());
        let values: Vec<u64> = values.collect();
        let most = values.iter().copied().max().unwrap_or(0);
        // As few bytes as the largest number needs: 2, 4 or 8.
        let width: u8 = if most < 1 << 16 {
            2
        } else if most < 1 << 32 {
            4
        } else {
            8
        };
        bytes.push(width);
        for value in values {
            bytes.extend(&value.to_le_bytes()[..usize::from(width)]);
        }
    };
    numbers(&mut record.ones_real.iter().map(|&ones| u64::from(ones)));
    numbers(&mut record.ones_pseudo.iter().map(|&ones| u64::from(ones)));
    numbers(
        &mut record
            .similarity
            .iter()
            .map(|similarity| similarity.to_bits()),
    );
    for cue in &record.cues {
        for outcome in [&cue.real, &cue.pseudo, &cue.unstructured] {
            numbers(&mut outcome.overlaps.iter().map(|&overlap| u64::from(overlap)));
            numbers(&mut outcome.scores.iter().copied());
        }
    }
    bytes
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Option<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn numbers(&mut self) -> Option<Vec<u64>> {
        let count = u32::from_le_bytes(self.take(4)?.try_into().ok()?) as usize;
        let width = usize::from(*self.take(1)?.first()?);
        if ![2, 4, 8].contains(&width) {
            return None;
        }
        let bytes = self.take(count.checked_mul(width)?)?;
        Some(
            bytes
                .chunks_exact(width)
                .map(|chunk| {
                    chunk
                        .iter()
                        .rev()
                        .fold(0, |value, &byte| value << 8 | u64::from(byte))
                })
                .collect(),
        )
    }

    fn small(&mut self) -> Option<Vec<u32>> {
        self.numbers()?
            .into_iter()
            .map(|value| u32::try_from(value).ok())
            .collect()
    }
}

fn decode(reader: &mut Reader<'_>) -> Option<TrialRecord> {
    let ones_real = reader.small()?;
    let ones_pseudo = reader.small()?;
    let [input, code] = reader.numbers()?.try_into().ok()?;
    let mut cues = Vec::new();
    while !reader.0.is_empty() {
        let mut outcome = || {
            Some(Outcome {
                overlaps: reader.small()?,
                scores: reader.numbers()?,
            })
        };
        cues.push(CueOutcome {
            real: outcome()?,
            pseudo: outcome()?,
            unstructured: outcome()?,
        });
    }
    Some(TrialRecord {
        ones_real,
        ones_pseudo,
        cues,
        similarity: [f64::from_bits(input), f64::from_bits(code)],
    })
}

#[cfg(test)]
mod tests;
