//! `slotless snapshot`: trained networks as files, for devices and other machines.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::signals::{self, STOPPED};
use super::spec::{self, SpecFlags};
use super::{Failure, Target, say, say_lines, weigh};
use crate::choice::choice;
use crate::print::warn;
use crate::progress::{Counted, Meter, Size, Stop};
use slotless::memory::answers::{self, Answers, Potentials};
use slotless::memory::snapshot::{self, SnapshotFile, is_constant};
use slotless::memory::spec::Spec;
use slotless::memory::{Network, Training};
use slotless::patterns::{Levels, PatternFiles};
use slotless_files::keep_input;
use slotless_kernels::cpu;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SnapshotArgs {
    #[command(subcommand)]
    command: SnapshotCommand,
}

#[derive(Debug, Subcommand)]
enum SnapshotCommand {
    /// Train one network and write its snapshot
    #[command(after_help = SAVE_EXAMPLES, allow_negative_numbers = true)]
    Save(Box<SaveArgs>),
    /// Print what a snapshot holds, even if its CRC is wrong
    #[command(after_help = INFO_EXAMPLES)]
    Info(InfoArgs),
    /// Check every byte of a snapshot: exit code 0, or one line and 2
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(VerifyArgs),
    /// Write a snapshot in the form that a device's build takes, or its wiring and weights as arrays
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArgs),
    /// Recall from cues of a file: patterns, scores and hidden codes as arrays
    #[command(after_help = RECALL_EXAMPLES, allow_negative_numbers = true)]
    Recall(RecallArgs),
}

const EXAMPLES: &str = "\
Examples:
  slotless snapshot save net.slot --n-i 256 --n-h 256 --f .125 --k 8 --s 32 --weights u8 --learned 100
  slotless snapshot info net.slot
  slotless snapshot verify net.slot
  slotless snapshot export net.slot --format rust --out net.rs
  slotless snapshot recall net.slot --cues cues.npy --out recalled.npz";

const SAVE_EXAMPLES: &str = "\
Examples:
  slotless snapshot save net.slot --learned 500
  slotless snapshot save glyphs.slot --patterns glyphs.csv --n-h 256 --k 8 --weights u8
  slotless snapshot save tree.slot --data tree --b 10 --seed 7
  slotless snapshot save net.slot --spec spec.toml

The networks and data of `slotless memory run`, with one value per parameter. The network has the seed
given; random pattern n is drawn from the stream (seed, 256, 0, n), rows of a file are learned in order.";

const INFO_EXAMPLES: &str = "\
Examples:
  slotless snapshot info net.slot
  slotless snapshot info net.slot --json";

const VERIFY_EXAMPLES: &str = "\
Examples:
  slotless snapshot verify net.slot";

const EXPORT_EXAMPLES: &str = "\
Examples:
  slotless snapshot export net.slot --format bin --out net.bin
  slotless snapshot export net.slot --format rust --name GLYPHS --out glyphs.rs
  slotless snapshot export net.slot --format c --name GLYPHS --out glyphs.h
  slotless snapshot export net.slot --format npz --out weights.npz

Of npz: inputs (n_h x m, the visible units wired to each hidden unit), weights (n_h x m, raw), full
(what stands for a weight of 1) and learned.";

const RECALL_EXAMPLES: &str = "\
Examples:
  slotless snapshot recall net.slot --cues cues.npy --out recalled.npz
  slotless snapshot recall net.slot --cues half.csv --ones 50 --potentials --out answers.npz
  slotless snapshot recall spec.toml --cues cues.npy --out recalled.npz   of a spec, as `snapshot save --spec` trains it

Arrays: recalled (cues x n_i, 0 and 1), scores and max_scores (cues), hidden (cues x k, the winners), and
potentials (cues x n_h) where asked for.";

#[derive(Debug, Args)]
struct SaveArgs {
    /// File to write; - is standard output
    file: PathBuf,
    #[command(flatten)]
    flags: SpecFlags,
    /// Patterns to learn [default: all rows of a file, else 4000; of a spec burn_in + learned]
    #[arg(long, value_name = "N", help_heading = "Data")]
    learned: Option<u32>,
    /// Seed of the network and of its patterns [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

#[derive(Debug, Args)]
struct InfoArgs {
    /// Snapshot to read
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// Snapshot to read
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The snapshot's bytes, to be flashed at an address that is a multiple of 4
    Bin,
    /// A static array of words, aligned as it has to be
    Rust,
    /// A C header: the same array, and its sizes as macros
    C,
    /// Wiring and weights as arrays
    Npz,
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// Snapshot to read
    file: PathBuf,
    /// What to write
    #[arg(long, value_enum)]
    format: Format,
    /// File to write; - is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Name of the array (rust, c), which macros begin with [default: SNAPSHOT]
    #[arg(long)]
    name: Option<String>,
}

#[derive(Debug, Args)]
struct RecallArgs {
    /// Snapshot to read; or a spec, NAME.toml, whose network learns its patterns first
    file: PathBuf,
    /// Cues, a row each: .npy, .npz of one array, or CSV
    #[arg(long, value_name = "FILE")]
    cues: PathBuf,
    /// Numbers in --cues for a unit that is off and one that is on
    #[arg(long, value_parser = choice::<Levels>(), allow_hyphen_values = true)]
    levels: Option<Levels>,
    /// Ones of each recalled pattern [default: s of the network]
    #[arg(long, value_name = "N")]
    ones: Option<u32>,
    /// Write the potentials of all hidden units too
    #[arg(long)]
    potentials: bool,
    /// File to write, .npz; - is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn snapshot(args: &SnapshotArgs) -> Result<(), Failure> {
    match &args.command {
        SnapshotCommand::Save(args) => save(args),
        SnapshotCommand::Info(args) => info(args),
        SnapshotCommand::Verify(args) => verify(args),
        SnapshotCommand::Export(args) => export(args),
        SnapshotCommand::Recall(args) => recall(args),
    }
}

fn save(args: &SaveArgs) -> Result<(), Failure> {
    args.flags.refuse_tests("a snapshot")?;
    let mut files = PatternFiles::default();
    let (mut spec, mut learned) = match args.flags.file(false, "--learned and --seed")? {
        Some(spec) => {
            let protocol = &spec.protocol;
            let learned = protocol.burn_in.saturating_add(protocol.learned);
            (spec, Some(learned))
        }
        None => (args.flags.spec_of_flags(&mut files)?, None),
    };
    learned = args.learned.or(learned);
    spec.seed = args.seed.unwrap_or(spec.seed);
    let network = network_of(&spec, "`snapshot save`")?;
    let target = || Target::with_folder(&args.file);
    let (trained, target) = train(network, &spec, learned, (files, "snapshot save"), target)?;
    let bytes = snapshot::bytes(&trained).map_err(|error| Failure::Failed(error.to_string()))?;
    write(&target, &bytes)
}

/// Trains a network of a spec, and gives it and what `target` opens before the work begins.
fn train<T>(
    network: &Network,
    spec: &Spec,
    learned: Option<u32>,
    (mut files, label): (PatternFiles, &str),
    target: impl FnOnce() -> Result<T, Failure>,
) -> Result<(cpu::Network, T), Failure> {
    weigh::once(&Training::work(network, &spec.data, learned))?;
    let data = spec.data.clone();
    let training = Training::with_files(network.clone(), data, learned, spec.seed, &mut files)?;
    drop(files);
    let target = target()?;
    signals::when_stopped(STOPPED);
    if let Some(warning) = network.warning() {
        warn(warning);
    }
    let patterns = training.patterns().len();
    let meter = Meter::new(
        label,
        "patterns",
        Size {
            pieces: patterns as u64,
            steps: patterns as f64,
            counted: Counted::Steps,
            ..Size::default()
        },
    );
    let trained = training.run(meter.watch(Stop::on_interrupt().flag()));
    meter.finish();
    let stopped = || Failure::Interrupted(STOPPED.to_owned());
    let trained = trained.ok_or_else(stopped)?;
    Ok((trained, target))
}

/// The network of a spec, alone and with one value per parameter, and the patterns that it learns in all.
fn network_of<'s>(spec: &'s Spec, command: &str) -> Result<&'s Network, Failure> {
    if !spec.sweep.is_empty() {
        let line = format!(
            "{command} takes one value per parameter, not {}",
            spec.sweep
        );
        return Err(Failure::Input(line));
    }
    match spec.network.as_slice() {
        [network] => Ok(network),
        networks => {
            let line = format!("{command} takes one network, not {}", networks.len());
            Err(Failure::Input(line))
        }
    }
}

fn info(args: &InfoArgs) -> Result<(), Failure> {
    let info = SnapshotFile::read(&args.file)?.info();
    if args.json {
        let json = serde_json::to_string_pretty(&info);
        say_lines(&json.expect("only strings, numbers and lists"));
    } else {
        say_lines(&info.to_string());
    }
    Ok(())
}

fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let file = SnapshotFile::verified(&args.file)?;
    let snapshot = file.snapshot();
    say(&format!(
        "{}: {} bytes, {} patterns learned, CRC {:#010x} is right",
        args.file.display(),
        4 * snapshot.words().len(),
        snapshot.learned(),
        snapshot.crc()
    ));
    Ok(())
}

fn export(args: &ExportArgs) -> Result<(), Failure> {
    if args.name.is_some() && matches!(args.format, Format::Bin | Format::Npz) {
        return Err(Failure::Input(
            "--name is for --format rust and c".to_owned(),
        ));
    }
    let name = args.name.as_deref().unwrap_or("SNAPSHOT");
    if !is_constant(name) {
        let line = format!(
            "name is {name:?}, allowed names of Rust constants: capitals, digits and underscores, no digit first"
        );
        return Err(Failure::Input(line));
    }
    if args.format == Format::C && name.starts_with('_') {
        let line =
            format!("name is {name:?}, allowed in C: a capital first (C reserves the others)");
        return Err(Failure::Input(line));
    }
    let file = SnapshotFile::verified(&args.file)?;
    keep_input(&args.file);
    let target = Target::with_folder(&args.out)?;
    match args.format {
        Format::Bin => write(&target, &file.bytes()),
        Format::Rust => write(&target, file.rust_source(name).as_bytes()),
        Format::C => write(&target, file.c_source(name).as_bytes()),
        Format::Npz => {
            let mut bytes = Cursor::new(Vec::new());
            answers::write_connections(&file, &mut bytes).map_err(failed)?;
            write(&target, bytes.get_ref())
        }
    }
}

fn failed(error: std::io::Error) -> Failure {
    Failure::Failed(error.to_string())
}

/// The network of a snapshot, or that of a spec once it has learned its patterns.
fn network_in(path: &Path) -> Result<SnapshotFile, Failure> {
    keep_input(path);
    if path.extension().is_none_or(|end| end != "toml") {
        return Ok(SnapshotFile::verified(path)?);
    }
    let spec = spec::read(path)?;
    let network = network_of(&spec, "`snapshot recall`")?;
    let learned = spec.protocol.burn_in.saturating_add(spec.protocol.learned);
    let files = (PatternFiles::default(), "snapshot recall");
    let (trained, ()) = train(network, &spec, Some(learned), files, || Ok(()))?;
    SnapshotFile::of(&trained).map_err(|error| Failure::Failed(error.to_string()))
}

fn recall(args: &RecallArgs) -> Result<(), Failure> {
    keep_input(&args.cues);
    let file = network_in(&args.file)?;
    let mut files = PatternFiles::default();
    let rows = files
        .rows(&args.cues, args.levels.unwrap_or_default())
        .map_err(|error| Failure::Input(error.to_string()))?;
    let potentials = match args.potentials {
        true => Potentials::Written,
        false => Potentials::LeftOut,
    };
    let answers = Answers::new(&file, rows.patterns(), args.ones, potentials)
        .map_err(|error| Failure::Input(format!("{}: {error}", args.cues.display())))?;
    weigh::bytes("cues", rows.patterns().len() as f64, answers.bytes())?;
    let target = Target::with_folder(&args.out)?;
    signals::when_stopped(STOPPED);
    let mut bytes = Cursor::new(Vec::new());
    answers.write(&mut bytes).map_err(failed)?;
    write(&target, bytes.get_ref())
}

fn write(target: &Target, bytes: &[u8]) -> Result<(), Failure> {
    target.write(bytes)?;
    say(&format!("{}: {} bytes", target.name(), bytes.len()));
    Ok(())
}
