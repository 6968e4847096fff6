//! Shares of a run's trials: computed apart, by number and never by time, and put together again.
//!
//! A run is cut into `n` shards ([`Shard`]). Each keeps its trials in a folder of its own, beside a file that says of which run it is
//! ([`ShardFile`]); [`Gathered`] takes the trials of all, if they are of one run and none is missing.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use slotless_core::RESULTS_VERSION;
use thiserror::Error;

use super::RunError;
use super::family::{AnyRecord, AnySetup};
use super::records::{Kept, Records};
use super::simulate::{Job, jobs};
use slotless_files::{Folder, hex, input};

/// Shards of a run at most.
pub const MAX: u32 = 100_000;

/// Name of the file that says what a folder is a shard of.
pub const NAME: &str = "shard.json";

/// Bytes of it at most.
const MAX_FILE: u64 = 1 << 24;

/// One of the shares that the trials of a run are cut into, written `I/N` with `I` from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shard {
    of: u32,
    number: u32,
}

impl Shard {
    /// Shard `number` of `of`; none unless `1 <= number <= of <= MAX`.
    #[must_use]
    pub fn new(number: u32, of: u32) -> Option<Self> {
        let is_one = (1..=of).contains(&number) && of <= MAX;
        is_one.then_some(Self { of, number })
    }

    /// Which it is, from 1.
    #[must_use]
    pub fn number(self) -> u32 {
        self.number
    }

    /// How many there are.
    #[must_use]
    pub fn of(self) -> u32 {
        self.of
    }

    /// Its trials, of conditions that have so many each: every `of`-th of all in their order ([`jobs`]), so that shards differ by one
    /// trial at most and each has its part of every condition.
    pub fn share(self, trials: &[u32]) -> impl Iterator<Item = Job> + '_ {
        jobs(trials)
            .skip(self.number as usize - 1)
            .step_by(self.of as usize)
    }

    /// How many trials of each condition are its own.
    #[must_use]
    pub fn counts(self, trials: &[u32]) -> Vec<u32> {
        let mut counts = vec![0; trials.len()];
        for (condition, _) in self.share(trials) {
            counts[condition] += 1;
        }
        counts
    }

    /// Name of its folder, in the folder that the run would be written to.
    #[must_use]
    pub fn folder_name(self) -> String {
        format!("shard-{}-of-{}", self.number, self.of)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(number, of)| {
            // Not "+1".
            let is_plain = |one: &str| one.bytes().all(|byte| byte.is_ascii_digit());
            let both = is_plain(number) && is_plain(of);
            both.then(|| Some((number.parse().ok()?, of.parse().ok()?)))?
        });
        let shard = numbers.and_then(|(number, of)| Self::new(number, of));
        shard.ok_or_else(|| format!("allowed I/N, shard I of N, I from 1 to N and N up to {MAX}"))
    }
}

/// Shards that cannot be put together.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShardError {
    /// A run without trials.
    #[error("{what} has no trials that shards could share")]
    NoTrials {
        /// What was to be run.
        what: String,
    },
    /// Some are not there.
    #[error("{} missing; expected all {of} of the run", listed(numbers))]
    Missing {
        /// Which.
        numbers: Vec<u32>,
        /// Of how many.
        of: u32,
    },
    /// One is there twice.
    #[error("shard {shard} is there twice, in {} and in {}; expected one of them", one.display(), other.display())]
    Twice {
        /// Which.
        shard: Shard,
        /// Where.
        one: PathBuf,
        /// Where else.
        other: PathBuf,
    },
    /// Two are of different runs.
    #[error("{} is of {found}, {} of {expected}; expected shards of one run", one.display(), other.display())]
    Other {
        /// A folder.
        one: PathBuf,
        /// What it is of.
        found: String,
        /// The first folder.
        other: PathBuf,
        /// What that is of.
        expected: String,
    },
    /// A folder is of a run that its command does not name any more.
    #[error(
        "{} holds trials of another run than `{command}` is now; expected the program and the files that it read as they were", folder.display()
    )]
    Changed {
        /// The folder.
        folder: PathBuf,
        /// The command.
        command: String,
    },
    /// Trials of one are not there.
    #[error(
        "{} lacks {missing} of the {of} trials of shard {shard}{}; run that shard again, and they are computed", folder.display(), in_brackets(damage)
    )]
    Unfinished {
        /// The folder.
        folder: PathBuf,
        /// Which shard.
        shard: Shard,
        /// Trials that are missing.
        missing: usize,
        /// Trials that it has to have.
        of: usize,
        /// What is damaged there.
        damage: String,
    },
}

/// Numbers of shards in words, up to a dozen of them.
fn listed(numbers: &[u32]) -> String {
    let words: Vec<String> = numbers.iter().take(12).map(u32::to_string).collect();
    let more = numbers.len() - words.len();
    match (&words[..], more) {
        ([one], _) => format!("shard {one} is"),
        (_, 0) => format!("shards {} are", words.join(", ")),
        _ => format!("shards {} and {more} more are", words.join(", ")),
    }
}

fn in_brackets(damage: &str) -> String {
    match damage {
        "" => String::new(),
        _ => format!(" ({damage})"),
    }
}

/// A run that is cut into shards.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// What is run, in a few words.
    pub label: &'a str,
    /// Its conditions.
    pub setups: &'a [AnySetup],
    /// Trials of each.
    pub trials: &'a [u32],
    /// Seed of every stream.
    pub seed: u64,
}

impl Run<'_> {
    /// SHA-256 of all that trials depend on, and of the names of conditions: not of how many trials there are, so that a shard can
    /// go on with more.
    fn identity(&self) -> String {
        let mut hasher = Sha256::new();
        let mut add = |text: &str| {
            hasher.update((text.len() as u64).to_le_bytes());
            hasher.update(text);
        };
        add(self.label);
        add(&format!("{RESULTS_VERSION} {}", self.seed));
        for setup in self.setups {
            add(setup.family());
            add(&setup.slug());
            add(&setup.identity());
        }
        hex(&hasher.finalize())
    }

    /// Trials of all conditions.
    fn count(&self) -> u64 {
        self.trials.iter().map(|&trials| u64::from(trials)).sum()
    }
}

/// What a shard's folder is of, as [`NAME`] says it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardFile {
    /// "slotless".
    program: String,
    /// Version of the program that ran it last.
    version: String,
    /// Version of the results contract.
    results_version: u32,
    /// Which shard, from 1.
    shard: u32,
    /// Of how many.
    of: u32,
    /// The arguments of the run, without those that say where it is computed and where it is written.
    command: Vec<String>,
    /// Seed of every stream.
    seed: u64,
    /// Trials of the whole run.
    trials: u64,
    /// SHA-256 of what is run.
    run_sha256: String,
}

impl ShardFile {
    /// What is to be said of a shard of a run, whose command has these arguments.
    #[must_use]
    pub fn new(shard: Shard, run: &Run<'_>, command: Vec<String>) -> Self {
        Self {
            program: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            results_version: RESULTS_VERSION,
            shard: shard.number(),
            of: shard.of(),
            command,
            seed: run.seed,
            trials: run.count(),
            run_sha256: run.identity(),
        }
    }

    /// Reads that of a folder; none where there is no such file.
    ///
    /// # Errors
    /// [`RunError`] if it is damaged.
    pub fn load(folder: &Path) -> Result<Option<Self>, RunError> {
        let path = folder.join(NAME);
        if fs::symlink_metadata(&path).is_err() {
            return Ok(None);
        }
        let text = input::read_text(&path, MAX_FILE)?;
        let read: Result<Self, _> = serde_json::from_str(&text);
        let read =
            read.map_err(|error| RunError::damaged(&path, input::in_words(&error.to_string())))?;
        if Shard::new(read.shard, read.of).is_none() {
            let why = format!(
                "shard is {}, of is {}, allowed 1 to of",
                read.shard, read.of
            );
            return Err(RunError::damaged(&path, why));
        }
        Ok(Some(read))
    }

    /// Writes it to a folder, unless it is there: the folder's trials are of that run then, or there are none.
    ///
    /// # Errors
    /// [`RunError::OtherRun`] where the folder is of another run or another shard; [`RunError::File`].
    pub fn save(&self, folder: &Path) -> Result<(), RunError> {
        let there = Self::load(folder)?;
        if let Some(other) = &there
            && (self.run_sha256 != other.run_sha256 || self.shard() != other.shard())
        {
            return Err(RunError::OtherRun {
                path: folder.join(NAME),
                found: other.description(),
                expected: self.description(),
            });
        }
        if there.as_ref() != Some(self) {
            let mut text = serde_json::to_string_pretty(self).expect("plain data");
            text.push('\n');
            Folder::create(folder)?.write(NAME, text.as_bytes())?;
        }
        Ok(())
    }

    fn description(&self) -> String {
        let (shard, seed, command) = (self.shard(), self.seed, self.command_line());
        format!("shard {shard} of `{command}`, seed {seed}")
    }

    /// Which shard it is.
    #[must_use]
    pub fn shard(&self) -> Shard {
        Shard {
            of: self.of,
            number: self.shard,
        }
    }

    /// Trials of the whole run.
    #[must_use]
    pub fn trials(&self) -> u64 {
        self.trials
    }

    /// The arguments of the run.
    #[must_use]
    pub fn command(&self) -> &[String] {
        &self.command
    }

    /// The run as a line.
    #[must_use]
    pub fn command_line(&self) -> String {
        format!("slotless {}", self.command.join(" "))
    }

    /// In what it differs from another shard of what should be the same run: this, that.
    fn difference(&self, other: &Self) -> Option<(String, String)> {
        let seeds = [self, other].map(|one| format!("seed {}", one.seed));
        let versions = [self, other].map(|one| format!("results version {}", one.results_version));
        let counts = [self, other].map(|one| format!("{} shards", one.of));
        let trials = [self, other].map(|one| format!("{} trials", one.trials));
        let commands = [self, other].map(|one| format!("`{}`", one.command_line()));
        let runs = [self, other].map(|one| format!("run {}", one.run_sha256));
        let all = [counts, versions, seeds, commands, trials, runs];
        let differs = all.into_iter().find(|[one, other]| one != other);
        differs.map(|[one, other]| (one, other))
    }
}

/// Folders of shards of one run.
#[derive(Clone, Debug)]
pub struct Shards {
    found: Vec<(PathBuf, ShardFile)>,
}

impl Shards {
    /// Finds the shards in folders: each a shard's own, or one that shards' folders lie in. Shards without a trial need not be there.
    ///
    /// # Errors
    /// [`RunError`] for a folder without any; [`ShardError`] in [`RunError::Shards`] for shards that are not of one run, there twice or
    /// missing.
    pub fn find(folders: &[PathBuf]) -> Result<Self, RunError> {
        let mut all = Self { found: Vec::new() };
        let mut places = HashMap::new();
        for folder in folders {
            for (folder, file) in shards_of(folder)? {
                all.check(&folder, &file)?;
                if let Some(place) = places.insert(file.shard, all.found.len()) {
                    return Err(RunError::Shards(ShardError::Twice {
                        shard: file.shard(),
                        one: all.found[place].0.clone(),
                        other: folder,
                    }));
                }
                all.found.push((folder, file));
            }
        }
        let (of, trials) = all
            .first()
            .map_or((0, 0), |(_, first)| (first.of, first.trials));
        let has_trials = |&number: &u32| u64::from(number) <= trials;
        let wanted = (1..=of).filter(has_trials);
        let numbers: Vec<u32> = wanted
            .filter(|number| !places.contains_key(number))
            .collect();
        if !numbers.is_empty() {
            return Err(RunError::Shards(ShardError::Missing { numbers, of }));
        }
        Ok(all)
    }

    /// Refuses a shard of another run than that of those that were found.
    fn check(&self, folder: &Path, file: &ShardFile) -> Result<(), RunError> {
        if file.results_version != RESULTS_VERSION {
            let why = format!(
                "results_version is {}, allowed {RESULTS_VERSION}, which this program has",
                file.results_version
            );
            return Err(RunError::damaged(folder.join(NAME), why));
        }
        let difference = self.first().and_then(|(other, first)| {
            let (found, expected) = file.difference(first)?;
            Some(ShardError::Other {
                one: folder.to_owned(),
                found,
                other: other.to_owned(),
                expected,
            })
        });
        difference.map_or(Ok(()), |error| Err(error.into()))
    }

    /// The first shard, whose run is that of all, and where it lies; none where no folder was looked at.
    #[must_use]
    pub fn first(&self) -> Option<(&Path, &ShardFile)> {
        self.found
            .first()
            .map(|(folder, file)| (folder.as_path(), file))
    }

    /// Reads the trials of all shards of a run. Their folders stay as they are.
    ///
    /// # Errors
    /// [`ShardError`] in [`RunError::Shards`] for shards of another run, and for those that lack trials.
    pub fn gather(&self, run: &Run<'_>) -> Result<Gathered, RunError> {
        let (identity, count) = (run.identity(), run.count());
        for (folder, file) in &self.found {
            if file.run_sha256 != identity || file.trials != count {
                return Err(RunError::Shards(ShardError::Changed {
                    folder: folder.clone(),
                    command: file.command_line(),
                }));
            }
        }
        let mut trials = HashMap::new();
        for (folder, file) in &self.found {
            let kept = Kept::read(folder, run.setups, run.seed)?;
            let (mut missing, mut of) = (0, 0);
            for (condition, trial) in file.shard().share(run.trials) {
                of += 1;
                match kept.trial(condition, trial) {
                    Some(record) => drop(trials.insert((condition, trial), record.clone())),
                    None => missing += 1,
                }
            }
            if missing > 0 {
                return Err(RunError::Shards(ShardError::Unfinished {
                    folder: folder.clone(),
                    shard: file.shard(),
                    missing,
                    of,
                    damage: kept.damage().collect::<Vec<_>>().join("; "),
                }));
            }
        }
        Ok(Gathered { trials })
    }
}

/// The shards that a folder is or holds, in order.
fn shards_of(folder: &Path) -> Result<Vec<(PathBuf, ShardFile)>, RunError> {
    if let Some(file) = ShardFile::load(folder)? {
        return Ok(vec![(folder.to_owned(), file)]);
    }
    let entries = fs::read_dir(folder).map_err(|error| RunError::io(folder, error))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| RunError::io(folder, error))?.path();
        if let Some(file) = ShardFile::load(&path)? {
            found.push((path, file));
        }
    }
    if found.is_empty() {
        let why = format!("no {NAME} in it or in a folder of it, expected what --shard left");
        return Err(RunError::damaged(folder, why));
    }
    found.sort_by_key(|(path, file)| (file.shard(), path.clone()));
    Ok(found)
}

/// The trials of all shards of a run.
#[derive(Debug)]
pub struct Gathered {
    trials: HashMap<Job, AnyRecord>,
}

impl Gathered {
    /// Puts them to what is kept of the run, condition by condition.
    ///
    /// # Errors
    /// As the operating system's.
    pub fn put(self, records: &mut Records<'_>) -> io::Result<()> {
        let mut trials: Vec<(Job, AnyRecord)> = self.trials.into_iter().collect();
        trials.sort_unstable_by_key(|one| one.0);
        for ((condition, trial), record) in trials {
            records.take(condition, trial, record)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
