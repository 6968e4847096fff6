//! What every computing command does: check, keep trials, simulate, write files.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::machine::Machine;
use super::shard::Part;
use super::slurm::quoted;
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
use slotless::run::shard::{Run, Shard, ShardError, ShardFile};
use slotless::run::simulate::{Experiment, SimulateError};
use slotless::run::work::{Held, Work};
use slotless_files::{FileEntry, Folder, input_in};

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
    /// Which of the trials are computed.
    pub part: Part,
}

/// What a job gave.
pub(super) struct Done {
    pub computed: Computed,
    pub ran: Ran,
}

/// What trials take, and on how many threads they run.
struct Weighed {
    machine: Machine,
    work: Vec<(Work, u32)>,
    threads: usize,
}

impl Job<'_> {
    /// Runs the trials that are not kept yet; gives nothing where only a part was asked for.
    pub(super) fn run(self) -> Result<Option<Done>, Failure> {
        if self.trials.contains(&0) {
            return Err(SpecError::range("trials", 0, "from 1").into());
        }
        if self.setups.is_empty() && !matches!(self.part, Part::Whole) {
            let what = self.label;
            return Err(RunError::from(ShardError::NoTrials { what }).into());
        }
        match &self.part {
            Part::Whole | Part::Merged(_) => self.whole().map(Some),
            Part::Shard(shard, command) => self.shard(*shard, command).map(|()| None),
            Part::Script(script) => {
                self.check_folders()?;
                script.write(&self.label, &self.trials, &self.out)?;
                Ok(None)
            }
        }
    }

    fn as_run(&self) -> Run<'_> {
        Run {
            label: &self.label,
            setups: &self.setups,
            trials: &self.trials,
            seed: self.seed,
        }
    }

    /// Opens the device, and weighs so many trials of each condition.
    fn weighed(&self, trials: &[u32]) -> Result<Weighed, Failure> {
        let machine = Machine::open(self.device)?;
        machine.check(&self.setups)?;
        let work = self.setups.iter().map(|setup| {
            let mut work = setup.work();
            // A trial on a GPU takes that one's memory.
            let kept = |held| held != Held::OnTheWay || !machine.has_gpus();
            work.parts.retain(|part| kept(part.held));
            work
        });
        let work: Vec<_> = work.zip(trials.iter().copied()).collect();
        let threads = weigh::trials(&work, self.threads)?;
        Ok(Weighed {
            machine,
            work,
            threads,
        })
    }

    /// Refuses a folder that is another run's, or has a file that is read where the run would write its own.
    fn check_folders(&self) -> Result<(), Failure> {
        if let Some(path) = input_in(&self.out, self.name) {
            return Err(Failure::Input(format!(
                "{}: it is read here, and so not replaced, expected another --out than its folder, or another name of it than {}.*",
                path.display(),
                self.name
            )));
        }
        if self.others == Others::Refused {
            check_others(&self.out, &self.setups, self.seed)?;
            check_folder(&self.out, self.name, &self.setups, self.seed)?;
        }
        Ok(())
    }

    /// Says what is damaged, and what a user should know before it runs.
    fn warn(&self, records: &Records<'_>) {
        for line in records.damage() {
            warn(line);
        }
        for warning in self.setups.iter().filter_map(AnySetup::warning) {
            warn(warning);
        }
    }

    /// Runs all trials that are kept neither here nor by shards.
    fn whole(self) -> Result<Done, Failure> {
        let started = Instant::now();
        let (setups, trials) = (&self.setups, &self.trials);
        let weighed = self.weighed(trials)?;
        let (machine, threads) = (&weighed.machine, weighed.threads);
        self.check_folders()?;
        let gathered = match &self.part {
            Part::Merged(shards) => Some(shards.gather(&self.as_run())?),
            _ => None,
        };
        Folder::create(&self.out)?;
        let ran = |device, kernels| Ran {
            threads,
            device,
            kernels,
            started,
        };
        if setups.is_empty() {
            return Ok(Done {
                computed: Computed::default(),
                ran: ran("cpu".to_owned(), Vec::new()),
            });
        }
        let stop = Stop::on_interrupt();
        let mut records = Records::open(&self.out, setups, self.seed, self.others)?;
        self.warn(&records);
        let stopped = kept_in(&self.out);
        signals::when_stopped(&stopped);
        if let Some(gathered) = gathered {
            let put = gathered.put(&mut records);
            put.map_err(SimulateError::from)?;
        }
        let known = |condition, trials| records.count(condition, trials) as u64;
        let counts = trials.iter().enumerate();
        let counts = counts.map(|(condition, &all)| (u64::from(all), known(condition, all)));
        let size = size(&weighed, counts);
        let shown = Shown::new(&records, &self.label, size);
        let watch = shown.watch(stop.flag());
        let results = machine.simulate(setups, trials, threads, &shown, watch);
        shown.finish();
        let results = results.map_err(|error| interrupted(error, stopped))?;
        drop(records);
        Ok(Done {
            ran: ran(machine.name(), machine.kernels()),
            computed: Computed::new(self.setups, results),
        })
    }

    /// Runs those trials of a shard that are not kept yet, and says how they are put to the others.
    fn shard(&self, shard: Shard, command: &[String]) -> Result<(), Failure> {
        let setups = &self.setups;
        let counts = shard.counts(&self.trials);
        let weighed = self.weighed(&counts)?;
        self.check_folders()?;
        let folder = self.out.join(shard.folder_name());
        if self.others == Others::Refused {
            check_others(&folder, setups, self.seed)?;
        }
        let file = ShardFile::new(shard, &self.as_run(), command.to_vec());
        file.save(&folder)?;
        let stop = Stop::on_interrupt();
        let records = Records::open(&folder, setups, self.seed, self.others)?;
        self.warn(&records);
        let jobs: Vec<(usize, u32)> = shard.share(&self.trials).collect();
        let mut known = vec![0; setups.len()];
        for &(condition, trial) in &jobs {
            known[condition] += u64::from(records.has(condition, trial));
        }
        let size = size(&weighed, counts.into_iter().map(u64::from).zip(known));
        let stopped = kept_in(&folder);
        signals::when_stopped(&stopped);
        let label = format!("{}, shard {shard}", self.label);
        let shown = Shown::new(&records, &label, size);
        let watch = shown.watch(stop.flag());
        let (machine, threads) = (&weighed.machine, weighed.threads);
        let computed = machine.compute(setups, &jobs, threads, &shown, watch);
        shown.finish();
        computed.map_err(|error| interrupted(error, stopped))?;
        let (own, all) = (jobs.len(), file.trials());
        say(&format!(
            "{label}: {own} of {all} trials, seed {}, kept in {}; once all shards are there: slotless merge {}",
            self.seed,
            folder.display(),
            quoted(&self.out.to_string_lossy())
        ));
        Ok(())
    }
}

fn kept_in(folder: &Path) -> String {
    format!(
        "stopped; finished trials are kept in {}, run the same command again to continue",
        folder.display()
    )
}

/// A run that did not come to its end, with what is said where it was told to stop.
fn interrupted(error: SimulateError, stopped: String) -> Failure {
    match Failure::from(error) {
        Failure::Interrupted(_) => Failure::Interrupted(stopped),
        other => other,
    }
}

/// How much there is to do: of each condition how many trials are wanted, and how many of these are there.
fn size(weighed: &Weighed, counts: impl Iterator<Item = (u64, u64)>) -> Size {
    let mut size = Size {
        threads: weighed.threads,
        ..Size::default()
    };
    for ((work, _), (wanted, known)) in weighed.work.iter().zip(counts) {
        size.pieces += wanted;
        size.known += known;
        size.steps += work.steps * (wanted - known) as f64;
    }
    size
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
