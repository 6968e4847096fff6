//! What every computing command does: check, keep trials, simulate, write files.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::{Failure, say};
use crate::figures::catalogue::{Drawn, Measured, Table};
use crate::memory::curves::{self, Plan};
use crate::memory::simulate::simulate;
use crate::memory::spec::floor_share;
use crate::memory::{Condition, Data, Results, Setup, SpecError, WeightWidth};
use crate::reference;
use crate::run::RunError;
use crate::run::files::Folder;
use crate::run::manifest::Manifest;
use crate::run::progress::{Shown, Stop};
use crate::run::raw;
use crate::run::records::Records;

/// Conditions to be computed, and where their trials are kept.
pub(super) struct Job {
    pub label: String,
    pub conditions: Vec<Condition>,
    pub seed: u64,
    pub trials: u32,
    pub threads: usize,
    pub out: PathBuf,
}

/// What a job gave.
pub(super) struct Done {
    pub results: Vec<Results>,
    pub threads: usize,
    pub started: Instant,
}

impl Job {
    /// Runs the trials that are not kept yet.
    pub(super) fn run(self) -> Result<Done, Failure> {
        let started = Instant::now();
        if self.trials == 0 {
            return Err(SpecError::range("trials", self.trials, "from 1").into());
        }
        let setups = self
            .conditions
            .iter()
            .map(|condition| Setup::new(condition.clone(), self.seed))
            .collect::<Result<Vec<_>, _>>()?;
        Folder::create(&self.out)?;
        let total = setups.len() as u64 * u64::from(self.trials);
        let threads = match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            // A thread computes a trial at a time.
            threads => threads
                .min(usize::try_from(total).unwrap_or(threads))
                .max(1),
        };
        if setups.is_empty() {
            return Ok(Done {
                results: Vec::new(),
                threads,
                started,
            });
        }
        let stop = Stop::on_interrupt();
        let records = Records::open(&self.out, &setups.iter().collect::<Vec<_>>(), self.seed)?;
        for condition in &self.conditions {
            if let Some(warning) = condition.network.warning() {
                eprintln!("slotless: warning: {warning}");
            }
        }
        let kept = |records: &Records| {
            (0..setups.len())
                .map(|condition| records.count(condition, self.trials) as u64)
                .sum::<u64>()
        };
        let shown = Shown::new(&records, &self.label, total, kept(&records));
        let results = simulate(
            &setups,
            &vec![self.trials; setups.len()],
            threads,
            &shown,
            stop.flag(),
        );
        shown.finish();
        let results = results.map_err(|error| match Failure::from(error) {
            Failure::Interrupted(_) => Failure::Interrupted(format!(
                "stopped; finished trials are kept in {}, run the same command again to continue",
                self.out.display()
            )),
            other => other,
        })?;
        Ok(Done {
            results,
            threads,
            started,
        })
    }
}

/// Everything that is written of one figure.
pub(super) struct Output<'a> {
    pub name: &'a str,
    pub measured: &'a [Measured<'a>],
    pub drawn: Drawn,
    pub manifest: Manifest,
    pub plan: Plan,
}

impl Output<'_> {
    /// Writes pictures, curves, raw data and, last, the manifest; then prints the report.
    pub(super) fn write(self, folder: &Path, done: &Done) -> Result<(), Failure> {
        self.write_files(folder, done).map_err(|error| match error {
            // The input was good, and some files may be there.
            Failure::Input(line) => Failure::Failed(line),
            other => other,
        })
    }

    fn write_files(mut self, folder: &Path, done: &Done) -> Result<(), Failure> {
        let mut folder = Folder::create(folder)?;
        for (name, picture) in &self.drawn.pictures {
            folder.write(&format!("{name}.svg"), picture.svg.as_bytes())?;
            folder.write(&format!("{name}.png"), &picture.png)?;
        }
        if !self.measured.is_empty() {
            let table = curves_table(&format!("{}.csv", self.name), self.measured);
            write_table(&mut folder, &table)?;
            let results: Vec<&Results> = self.measured.iter().map(|one| one.results).collect();
            raw::save(&mut folder, &format!("{}.npz", self.name), &results)?;
        }
        for table in &self.drawn.tables {
            write_table(&mut folder, table)?;
        }
        let manifest = &mut self.manifest;
        for (number, one) in self.measured.iter().enumerate() {
            manifest.report.extend(similarity(one.results));
            let referenced = &self.drawn.referenced;
            if referenced.as_ref().is_none_or(|of| of.contains(&number)) {
                manifest.checks.extend(reference::checks(one)?);
            }
            manifest.resolved.extend(resolved(&one.results.condition));
            manifest.conditions.push(one.results.condition.clone());
        }
        manifest.checks.append(&mut self.drawn.checks);
        manifest.report.append(&mut self.drawn.report);
        manifest.threads = done.threads;
        manifest.wall_seconds = done.started.elapsed().as_secs_f64();
        manifest.save(&mut folder)?;
        report(manifest, folder.path(), self.plan);
        Ok(())
    }
}

/// Every curve of some conditions, a row an age.
pub(super) fn curves_table(name: &str, measured: &[Measured<'_>]) -> Table {
    let rows = measured.iter().flat_map(|one| {
        let curves = one.curves.iter().flatten();
        curves
            .flat_map(|curves| curves::rows(one.results, curves))
            .map(Vec::from)
    });
    Table {
        name: name.to_owned(),
        header: curves::COLUMNS.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

/// Reads the raw data that a run left.
pub(super) fn results_of(folder: &Path, manifest: &Manifest) -> Result<Vec<Results>, RunError> {
    let path = folder.join(format!("{}.npz", manifest.figure));
    raw::load(&path, &manifest.conditions)
}

pub(super) fn write_table(folder: &mut Folder, table: &Table) -> Result<(), Failure> {
    folder.write_with(&table.name, |file| {
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(&table.header)?;
        for row in &table.rows {
            writer.write_record(row)?;
        }
        writer.flush()
    })?;
    Ok(())
}

/// How similar the patterns of a condition are, and the codes stored of them, where there is something to say.
fn similarity(results: &Results) -> Option<String> {
    let Condition { network, data, .. } = &results.condition;
    if *data == Data::Random && network.preprocess.is_none() {
        return None;
    }
    let mean = |which| results.similarity.column(which).mean().unwrap_or(0.0);
    let mut line = format!(
        "{}, {}: mean similarity of patterns {:.4}",
        network.name,
        data.caption(),
        mean(0)
    );
    if network.preprocess.is_some() {
        line += &format!(", of the codes stored of them {:.4}", mean(1));
    }
    Some(line)
}

/// The integers that a condition's shares came to.
fn resolved(condition: &Condition) -> Vec<String> {
    let network = &condition.network;
    let cues = condition.protocol.cues.iter();
    let cues: Vec<String> = cues
        .map(|&cue| {
            format!(
                "cue {cue} keeps {} of {}",
                floor_share(cue, network.s),
                network.s
            )
        })
        .collect();
    let rate = match network.weights {
        WeightWidth::Float => format!("{}", network.eps),
        _ => format!("{}/65536", network.rate()),
    };
    let mut lines = vec![format!(
        "{}: fan-in m = {}, rate = {rate}, {}",
        network.name,
        network.fan_in(),
        cues.join(", ")
    )];
    lines.extend(network.warning());
    lines
}

fn report(manifest: &Manifest, folder: &Path, plan: Plan) {
    let samples = plan.samples;
    if manifest.conditions.is_empty() {
        say(&manifest.figure);
    } else {
        say(&format!(
            "{}: {} trials, accuracy over {}, d' over {} samples of {}, seed {}, {:.1} s on {} threads",
            manifest.figure,
            manifest.trials,
            plan.accuracy,
            samples.samples(),
            samples.trials_each(),
            manifest.seed,
            manifest.wall_seconds,
            manifest.threads
        ));
    }
    for line in manifest.resolved.iter().chain(&manifest.report) {
        say(&format!("  {line}"));
    }
    for check in &manifest.checks {
        say(&format!("  {}", check.line()));
    }
    for file in &manifest.files {
        say(&format!("  {}", folder.join(&file.name).display()));
    }
}
