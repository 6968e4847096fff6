//! What every computing command does: check, keep trials, simulate, write files.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::machine::Machine;
use super::{Failure, say};
use crate::progress::{Shown, Stop};
use slotless::families::{AnyCondition, AnyResults, AnySetup};
use slotless::figures::{Drawn, Table};
use slotless::hopfield;
use slotless::memory::Measured;
use slotless::memory::curves::{self, Plan};
use slotless::memory::raw;
use slotless::memory::reference;
use slotless::memory::{Condition, Data, Results, SpecError, WeightWidth};
use slotless::paraphrase as exp07;
use slotless::patterns::floor_share;
use slotless::run::RunError;
use slotless::run::device::DeviceChoice;
use slotless::run::manifest::{self, KernelReport, Listed, Manifest};
use slotless::run::records::{Kept, Records};
use slotless::transformer::figures::training;
use slotless::transformer::weights;
use slotless::transformer::{self, Slow};
use slotless_files::{FileEntry, Folder};

/// Conditions to be computed, each with its number of trials, and where their trials are kept.
pub(super) struct Job {
    pub label: String,
    pub conditions: Vec<(AnyCondition, u32)>,
    pub seed: u64,
    pub threads: usize,
    pub device: DeviceChoice,
    pub out: PathBuf,
}

/// What a job gave.
pub(super) struct Done {
    pub results: Vec<AnyResults>,
    pub threads: usize,
    pub device: String,
    pub kernels: Vec<KernelReport>,
    pub started: Instant,
}

impl Done {
    /// The results of memories.
    pub(super) fn memories(&self) -> impl Iterator<Item = &Results> {
        self.results.iter().filter_map(|results| match results {
            AnyResults::Memory(results) => Some(results),
            _ => None,
        })
    }

    /// The results of transformers.
    pub(super) fn transformers(&self) -> impl Iterator<Item = &transformer::Results> {
        self.results.iter().filter_map(|results| match results {
            AnyResults::Transformer(results) => Some(results),
            _ => None,
        })
    }

    /// The results of Hopfield networks.
    pub(super) fn hopfield(&self) -> impl Iterator<Item = &hopfield::Results> {
        self.results.iter().filter_map(|results| match results {
            AnyResults::Hopfield(results) => Some(results),
            _ => None,
        })
    }

    /// The results of exp07.
    pub(super) fn exp07(&self) -> impl Iterator<Item = &exp07::Results> {
        self.results.iter().filter_map(|results| match results {
            AnyResults::Exp07(results) => Some(results),
            _ => None,
        })
    }
}

impl Job {
    /// Runs the trials that are not kept yet.
    pub(super) fn run(self) -> Result<Done, Failure> {
        let started = Instant::now();
        let (conditions, trials): (Vec<AnyCondition>, Vec<u32>) =
            self.conditions.into_iter().unzip();
        if trials.contains(&0) {
            return Err(SpecError::range("trials", 0, "from 1").into());
        }
        let setups = conditions
            .into_iter()
            .map(|condition| AnySetup::new(condition, self.seed))
            .collect::<Result<Vec<_>, _>>()?;
        let machine = Machine::open(self.device)?;
        machine.check(&setups)?;
        Folder::create(&self.out)?;
        let total = trials.iter().copied().map(u64::from).sum();
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
                device: "cpu".to_owned(),
                kernels: Vec::new(),
                started,
            });
        }
        let stop = Stop::on_interrupt();
        let records = Records::open(&self.out, &setups, self.seed)?;
        for setup in &setups {
            if let AnyCondition::Memory(condition) = setup.condition()
                && let Some(warning) = condition.network.warning()
            {
                eprintln!("slotless: warning: {warning}");
            }
        }
        let counts = trials.iter().enumerate();
        let kept = counts.map(|(condition, &trials)| records.count(condition, trials) as u64);
        let shown = Shown::new(&records, &self.label, total, kept.sum());
        let results = machine.simulate(&setups, &trials, threads, &shown, stop.flag());
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
            device: machine.name(),
            kernels: machine.kernels(),
            started,
        })
    }
}

/// What a figure was drawn from.
pub(super) enum Source<'a> {
    /// Memories, and how their trials were used.
    Memory(&'a [Measured<'a>], Plan),
    /// Transformers, and the number of last iterations that endings are averaged over.
    Transformer(&'a [&'a transformer::Results], u32, WeightFiles),
    /// Hopfield networks.
    Hopfield(&'a [&'a hopfield::Results]),
    /// Pairs of sentences.
    Exp07(&'a [&'a exp07::Results]),
}

/// Whether the weights of every trial are written, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WeightFiles {
    /// Each in two formats.
    Written,
    /// None.
    LeftOut,
}

/// Folder of the weights.
const WEIGHTS: &str = "weights";

/// Everything that is written of one figure.
pub(super) struct Output<'a> {
    pub name: &'a str,
    pub source: Source<'a>,
    pub drawn: Drawn,
    pub manifest: Manifest,
}

impl Output<'_> {
    /// Writes pictures, curves, raw data and, last, the manifest; then prints the report.
    pub(super) fn write(self, folder: &Path, done: &Done) -> Result<(), Failure> {
        let folder = Folder::create(folder).map_err(Failure::from);
        folder
            .and_then(|folder| self.write_files(folder, done))
            .map_err(|error| match error {
                // The input was good, and some files may be there.
                Failure::Input(line) => Failure::Failed(line),
                other => other,
            })
    }

    fn write_files(mut self, mut folder: Folder, done: &Done) -> Result<(), Failure> {
        for (name, picture) in &self.drawn.pictures {
            folder.write(&format!("{name}.svg"), picture.svg.as_bytes())?;
            folder.write(&format!("{name}.png"), &picture.png)?;
        }
        match self.source {
            Source::Memory(measured, _) => self.write_memories(&mut folder, measured)?,
            Source::Transformer(results, window, weights) => {
                self.write_transformers(&mut folder, results, window)?;
                if weights == WeightFiles::Written {
                    for one in results {
                        write_weights(&mut folder, one)?;
                    }
                }
            }
            Source::Hopfield(results) => {
                if !results.is_empty() {
                    hopfield::raw::save(&mut folder, &format!("{}.npz", self.name), results)?;
                }
                for one in results {
                    self.manifest.list(&one.condition);
                }
            }
            Source::Exp07(results) => {
                exp07::raw::save(&mut folder, &format!("{}.npz", self.name), results)?;
                for one in results {
                    self.manifest.list(&one.condition);
                }
            }
        }
        for table in &self.drawn.tables {
            write_table(&mut folder, table)?;
        }
        for (name, text) in &self.drawn.texts {
            folder.write(name, text.as_bytes())?;
        }
        let manifest = &mut self.manifest;
        manifest.checks.append(&mut self.drawn.checks);
        manifest.report.append(&mut self.drawn.report);
        manifest.threads = done.threads;
        manifest.device.clone_from(&done.device);
        manifest.kernels.clone_from(&done.kernels);
        manifest.wall_seconds = done.started.elapsed().as_secs_f64();
        manifest.save(&mut folder)?;
        report(manifest, folder.path(), &self.source);
        Ok(())
    }

    fn write_memories(
        &mut self,
        folder: &mut Folder,
        measured: &[Measured<'_>],
    ) -> Result<(), Failure> {
        if !measured.is_empty() {
            let table = curves_table(&format!("{}.csv", self.name), measured);
            write_table(folder, &table)?;
            let results: Vec<&Results> = measured.iter().map(|one| one.results).collect();
            raw::save(folder, &format!("{}.npz", self.name), &results)?;
        }
        let manifest = &mut self.manifest;
        for (number, one) in measured.iter().enumerate() {
            manifest.report.extend(similarity(one.results));
            let referenced = &self.drawn.referenced;
            if referenced.as_ref().is_none_or(|of| of.contains(&number)) {
                manifest.checks.extend(reference::checks(one)?);
            }
            manifest.resolved.extend(resolved(&one.results.condition));
            manifest.list(&one.results.condition);
        }
        Ok(())
    }

    fn write_transformers(
        &mut self,
        folder: &mut Folder,
        results: &[&transformer::Results],
        window: u32,
    ) -> Result<(), Failure> {
        let name = self.name;
        if !results.is_empty() {
            write_table(
                folder,
                &training::curves_table(&format!("{name}.csv"), results),
            )?;
            let table = format!("{name}_statistics.csv");
            write_table(folder, &training::statistics_table(&table, results, window))?;
            transformer::raw::save(folder, &format!("{name}.npz"), results)?;
        }
        for one in results {
            self.manifest.resolved.push(one.condition.caption());
            let line = training::ending_line(one, window);
            self.manifest.report.push(line);
            self.manifest.list(&one.condition);
        }
        Ok(())
    }
}

/// The final weights of every trial, and those at the checkpoints.
fn write_weights(folder: &mut Folder, results: &transformer::Results) -> Result<(), Failure> {
    let condition = &results.condition;
    let slug = condition.slug();
    let finite = |weights: &transformer::Weights| {
        let mut values = Slow::ALL.into_iter().flat_map(|of| weights.matrix(of));
        values.all(f32::is_finite)
    };
    for (trial, kept) in results.checkpoints.iter().enumerate() {
        for one in kept {
            // A step from a finite loss may lead anywhere; only the next loss would have told.
            if !finite(&one.weights) {
                eprintln!(
                    "slotless: warning: {}, trial {trial}: weights after {} iterations are no finite numbers, and have no file",
                    condition.model.name, one.iteration
                );
                continue;
            }
            let mut name = format!("{WEIGHTS}/{slug}_trial{trial}");
            if one.iteration < condition.training.batches {
                name += &format!("_iteration{}", one.iteration);
            }
            let path = folder.path().join(&name);
            let error = |error| RunError::io(&path, error);
            let npz = weights::npz(condition, &one.weights).map_err(error)?;
            folder.write(&format!("{name}.npz"), &npz)?;
            let safetensors = weights::safetensors(condition, &one.weights).map_err(error)?;
            folder.write(&format!("{name}.safetensors"), &safetensors)?;
        }
    }
    Ok(())
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

/// What a run was of, by its manifest.
pub(super) fn conditions_of<T: Listed>(
    folder: &Path,
    manifest: &Manifest,
) -> Result<Vec<T>, RunError> {
    let damaged = |error| RunError::damaged(folder.join(manifest::NAME), error);
    manifest.listed().map_err(damaged)
}

/// Reads the raw data that a run of memories left.
pub(super) fn results_of(
    folder: &Path,
    figure: &str,
    conditions: &[Condition],
) -> Result<Vec<Results>, RunError> {
    raw::load(&folder.join(format!("{figure}.npz")), conditions)
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

fn report(manifest: &Manifest, folder: &Path, source: &Source<'_>) {
    let trials = match source {
        Source::Memory([], _) | Source::Transformer([], ..) | Source::Hopfield([]) => String::new(),
        Source::Memory(_, plan) => format!(
            ": {} trials, accuracy over {}, d' over {} samples of {}, ",
            manifest.trials,
            plan.accuracy,
            plan.samples.samples(),
            plan.samples.trials_each()
        ),
        Source::Transformer(..) | Source::Hopfield(_) | Source::Exp07(_) => {
            format!(": {} trials, ", manifest.trials)
        }
    };
    let mut line = manifest.figure.clone();
    if !trials.is_empty() {
        line += &trials;
        let machine = match manifest.device.as_str() {
            "cpu" => format!("{} threads", manifest.threads),
            gpus => gpus.to_owned(),
        };
        line += &format!(
            "seed {}, {:.1} s on {machine}",
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
    let weights = |file: &&FileEntry| Path::new(&file.name).starts_with(WEIGHTS);
    for file in manifest.files.iter().filter(|file| !weights(file)) {
        say(&format!("  {}", folder.join(&file.name).display()));
    }
    let count = manifest.files.iter().filter(weights).count();
    if count > 0 {
        let path = folder.join(WEIGHTS);
        say(&format!("  {}: {count} files", path.display()));
    }
}
