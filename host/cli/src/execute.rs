//! What every computing command does: check, keep trials, simulate, write files.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::machine::Machine;
use super::{Failure, say};
use crate::print::warn;
use crate::progress::{Shown, Size, Stop};
use crate::{signals, weigh};
use slotless::SpecError;
use slotless::figures::Made;
use slotless::memory::{Condition, Results, raw};
use slotless::run::RunError;
use slotless::run::device::DeviceChoice;
use slotless::run::family::{AnySetup, Computed};
use slotless::run::manifest::{self, Listed, Manifest, Ran};
use slotless::run::records::{Others, Records, check_folder, check_others};
use slotless::run::simulate::Experiment;
use slotless::run::work::Held;
use slotless_files::{FileEntry, Folder};

/// Conditions to be computed, each with its number of trials, and where their trials are kept.
pub(super) struct Job<'a> {
    /// What the manifest in `out` is to be of, where the folder has one run alone; of [`Others::Shared`] each figure has a folder.
    pub name: &'a str,
    pub label: String,
    pub setups: Vec<AnySetup>,
    pub trials: Vec<u32>,
    pub seed: u64,
    pub threads: usize,
    pub device: DeviceChoice,
    pub out: PathBuf,
    /// Whether others may keep their trials there.
    pub others: Others,
}

/// What a job gave.
pub(super) struct Done {
    pub computed: Computed,
    pub ran: Ran,
}

impl Job<'_> {
    /// Runs the trials that are not kept yet.
    pub(super) fn run(self) -> Result<Done, Failure> {
        let started = Instant::now();
        let Self { setups, trials, .. } = self;
        if trials.contains(&0) {
            return Err(SpecError::range("trials", 0, "from 1").into());
        }
        let machine = Machine::open(self.device)?;
        machine.check(&setups)?;
        let work = setups.iter().map(|setup| {
            let mut work = setup.work();
            // A trial on a GPU takes that one's memory.
            let kept = |held| held != Held::OnTheWay || !machine.has_gpus();
            work.parts.retain(|part| kept(part.held));
            work
        });
        let work: Vec<_> = work.zip(trials.iter().copied()).collect();
        let threads = weigh::trials(&work, self.threads)?;
        if self.others == Others::Refused {
            check_others(&self.out, &setups, self.seed)?;
            check_folder(&self.out, self.name, &setups, self.seed)?;
        }
        Folder::create(&self.out)?;
        if setups.is_empty() {
            return Ok(Done {
                computed: Computed::default(),
                ran: Ran {
                    threads,
                    device: "cpu".to_owned(),
                    kernels: Vec::new(),
                    started,
                },
            });
        }
        let stop = Stop::on_interrupt();
        let records = Records::open(&self.out, &setups, self.seed, self.others)?;
        for line in records.damage() {
            warn(line);
        }
        for warning in setups.iter().filter_map(AnySetup::warning) {
            warn(warning);
        }
        let mut size = Size {
            threads,
            ..Size::default()
        };
        for (condition, (work, trials)) in work.iter().enumerate() {
            let known = records.count(condition, *trials) as u64;
            size.pieces += u64::from(*trials);
            size.known += known;
            size.steps += work.steps * (u64::from(*trials) - known) as f64;
        }
        let stopped = format!(
            "stopped; finished trials are kept in {}, run the same command again to continue",
            self.out.display()
        );
        signals::when_stopped(&stopped);
        let shown = Shown::new(&records, &self.label, size);
        let watch = shown.watch(stop.flag());
        let results = machine.simulate(&setups, &trials, threads, &shown, watch);
        shown.finish();
        let results = results.map_err(|error| match Failure::from(error) {
            Failure::Interrupted(_) => Failure::Interrupted(stopped),
            other => other,
        })?;
        drop(records);
        Ok(Done {
            computed: Computed::new(setups, results),
            ran: Ran {
                threads,
                device: machine.name(),
                kernels: machine.kernels(),
                started,
            },
        })
    }
}

/// Writes everything of a figure, and prints the report.
pub(super) fn write(
    made: Made<'_>,
    manifest: Manifest,
    folder: &Path,
    ran: &Ran,
) -> Result<(), Failure> {
    let usage = made.files.usage(manifest.trials);
    let (manifest, warnings) = made.write(folder, manifest, ran)?;
    for warning in warnings {
        warn(warning);
    }
    report(&manifest, folder, usage);
    Ok(())
}

/// What a run was of, by its manifest.
pub(super) fn conditions_of<T: Listed>(
    folder: &Path,
    manifest: &Manifest,
) -> Result<Vec<T>, RunError> {
    let damaged = |error| RunError::damaged(folder.join(manifest::NAME), error);
    manifest.listed().map_err(damaged)
}

/// Reads the raw data that a run of memories left, which its manifest must be of.
pub(super) fn results_of(
    folder: &Path,
    manifest: &Manifest,
    conditions: &[Condition],
) -> Result<Vec<Results>, RunError> {
    let raw = format!("{}.npz", manifest.figure);
    let results = raw::load(&folder.join(&raw), conditions)?;
    let rows = results.iter().map(Results::trials);
    if let Some(trials) = rows
        .into_iter()
        .find(|&rows| rows != manifest.trials as usize)
    {
        let why = format!(
            "trials is {}, expected {trials}, which are in {raw}",
            manifest.trials
        );
        return Err(RunError::damaged(folder.join(manifest::NAME), why));
    }
    Ok(results)
}

fn report(manifest: &Manifest, folder: &Path, usage: Option<String>) {
    let mut line = manifest.figure.clone();
    if let Some(usage) = usage {
        let machine = match manifest.device.as_str() {
            "cpu" => format!("{} threads", manifest.threads),
            gpus => gpus.to_owned(),
        };
        line += &format!(
            ": {usage}, seed {}, {:.1} s on {machine}",
            manifest.seed, manifest.wall_seconds
        );
    }
    say(&line);
    for line in manifest.resolved.iter().chain(&manifest.report) {
        say(&format!("  {line}"));
    }
    for check in &manifest.checks {
        say(&format!("  {}", check.line()));
    }
    // Of a folder in the folder, how many there are.
    let parent = |file: &FileEntry| {
        let parent = Path::new(&file.name).parent();
        parent
            .filter(|parent| !parent.as_os_str().is_empty())
            .map(Path::to_owned)
    };
    let mut folders: Vec<(PathBuf, usize)> = Vec::new();
    for file in &manifest.files {
        match parent(file) {
            None => say(&format!("  {}", folder.join(&file.name).display())),
            Some(parent) => match folders.iter_mut().find(|one| one.0 == parent) {
                Some((_, count)) => *count += 1,
                None => folders.push((parent, 1)),
            },
        }
    }
    for (parent, count) in folders {
        let path = folder.join(parent);
        say(&format!("  {}: {count} files", path.display()));
    }
}
