//! The command line: flags in, files and a report out. All it knows of the science it asks the library.
//!
//! For whoever runs `slotless` in a shell; nothing imports it. It may import every crate of slotless, and of the host's
//! crates it alone parses flags, shows progress and catches an interrupt: what a program of one's own could want as well belongs
//! into a library.

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod bench;
mod choice;
mod devices;
#[cfg(test)]
mod documented;
mod drawing;
mod embed;
mod encoder;
mod execute;
mod hopfield;
mod machine;
mod manual;
mod memory;
mod merge;
mod parameters;
mod plot;
mod print;
mod progress;
mod recall;
mod recogniser;
mod redraw;
mod reproduce;
mod sentences;
mod shard;
mod signals;
mod slurm;
mod snapshot;
mod spec;
mod transformer;
mod weigh;

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand};

use print::{note, say, say_lines, seen};
use slotless::figures::FigureError;
use slotless::images::ImageError;
use slotless::images::recall::RecallError;
use slotless::memory::SpecError;
use slotless::memory::measure::MeasureError;
use slotless::run::RunError;
use slotless::run::device::DeviceChoice;
use slotless::run::manifest::Manifest;
use slotless::run::simulate::SimulateError;
use slotless_draw::DrawError;
use slotless_files::{FileError, Output};
use slotless_recall::StoreError;

const EXAMPLES: &str = "\
Examples:
  slotless reproduce fig4                 figure 4 at paper scale, into slotless-out/fig4
  slotless reproduce fig4 --quick         the same in seconds, smaller
  slotless reproduce memory --out runs    figure 4 and S1 to S7, a folder each
  slotless memory run --k 20 --eps 0.1    the K-winner network with other parameters
  slotless memory sweep --k 10,20,50      one condition per value
  slotless reproduce transformer          figure 7 and the others of transformers
  slotless transformer train --model qk --winner-by projections
  slotless transformer sweep --n-h 8,16,32
  slotless reproduce hopfield             capacity, energy, time of Hopfield networks
  slotless hopfield recall                handwritten digits from their upper half
  slotless memory sweep --k 10,20,50 --slurm job.sh   a script for a cluster, a job array
  slotless merge slotless-out/sweep       the files of a run of its shards
  slotless plot slotless-out/fig4 --quantity rd --log-y
  slotless embed notes.txt --model DIR --out notes.npy   lines of text to vectors
  slotless recall add --tsv pairs.tsv --model DIR         a memory of sentences in a folder
  slotless recall ask how do I release it
  slotless snapshot save net.slot --learned 500   a trained network as a file, for a device
  slotless recogniser compare gestures.csv   which recogniser a device takes, on your own samples
  slotless bench                          how fast this machine is
  slotless completions bash               what a shell completes; slotless man: the manual

Exit codes: 0 done, 1 failed on the way, 2 bad input (nothing was written), 3 nothing close (recall ask --fail-if-none);
stopped by Ctrl-C 130, by SIGTERM 143, by SIGHUP 129 (run again to continue;
a second signal ends at once).";

/// Associative memory in connection weights instead of slots.
///
/// K-winner modern Hopfield networks, and transformers whose attention lives in fast weights: reproduces the figures of
/// "Neural Computation Without Slots" and runs the same experiments with any parameters. Classical, dense and modern
/// Hopfield networks beside them.
#[derive(Debug, Parser)]
#[command(name = "slotless", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reproduce figures of the paper
    Reproduce(reproduce::ReproduceArgs),
    /// Retention experiments with your own parameters
    Memory(Box<memory::MemoryArgs>),
    /// Train transformers with your own parameters, and evaluate their weights
    Transformer(Box<transformer::TransformerArgs>),
    /// Hopfield networks: recall corrupted pictures
    Hopfield(hopfield::HopfieldArgs),
    /// Put the shards of a run together: the files of the run in one
    Merge(merge::MergeArgs),
    /// Redraw what a run left
    Plot(plot::PlotArgs),
    /// Trained networks as files, for devices
    Snapshot(snapshot::SnapshotArgs),
    /// Lines of text to vectors, by a sentence encoder in a local folder
    Embed(embed::EmbedArgs),
    /// A memory in a folder: store pairs of sentences, recall them by something similar
    Recall(Box<recall::RecallArgs>),
    /// Recognisers for microcontrollers, on samples of your own
    Recogniser(recogniser::RecogniserArgs),
    /// List the GPUs, and what is missing to use them
    #[command(after_help = devices::EXAMPLES)]
    Devices,
    /// Time the steps of the networks on this machine
    Bench(bench::BenchArgs),
    /// Print what a shell needs to complete commands and flags
    Completions(manual::CompletionsArgs),
    /// Print the manual page, or write one for each command
    Man(manual::ManArgs),
}

/// Flags of every command that computes.
#[derive(Clone, Debug, Args)]
struct CommonArgs {
    /// Trials of each condition [default: reproduce 200, with --quick 40, of transformers 10 or 30 and fewer; memory 100; transformer 10]
    #[arg(long, value_name = "N")]
    trials: Option<u32>,
    /// Seed of every random stream [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Threads; 0 for one per core. Results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
    /// Where trials are computed: cpu; cuda (all GPUs) or cuda:N (one); auto (GPUs if there are any, else the CPU).
    /// Results do not depend on it
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    device: DeviceChoice,
    /// Folder to write to [default: slotless-out/NAME]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    sharding: shard::ShardArgs,
}

/// Why a command ended without its result.
#[derive(Debug)]
enum Failure {
    /// The input is bad; nothing was written.
    Input(String),
    /// Something failed on the way.
    Failed(String),
    /// What was asked for is not there, and that was to be told apart.
    Nothing(String),
    /// Ctrl-C or another signal, with what was kept.
    Interrupted(String),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Input(_) => 2,
            Self::Nothing(_) => 3,
            Self::Interrupted(_) => signals::code(),
        }
    }

    fn line(&self) -> &str {
        match self {
            Self::Input(line)
            | Self::Failed(line)
            | Self::Nothing(line)
            | Self::Interrupted(line) => line,
        }
    }
}

impl From<SpecError> for Failure {
    fn from(error: SpecError) -> Self {
        Self::Input(error.to_string())
    }
}

/// Of a folder or file that was named; what fails while results are written is a [`FigureError`].
impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::File(error) => error.into(),
            other => Self::Input(other.to_string()),
        }
    }
}

/// As [`RunError`], but where the machine has too little of something, which no other path would help against.
impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match &error {
            FileError::Io { error: cause, .. } if is_lacking(cause) => {
                Self::Failed(error.to_string())
            }
            _ => Self::Input(error.to_string()),
        }
    }
}

/// Whether an operating system ran out of something: room on a disk, files, memory; or a device failed.
fn is_lacking(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    // EIO, ENFILE and EMFILE have no kind of their own.
    matches!(
        error.kind(),
        ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge
            | ErrorKind::OutOfMemory
    ) || cfg!(unix) && matches!(error.raw_os_error(), Some(5 | 23 | 24))
}

/// Whether an operating system says that a path is not to be used so, and not that it failed.
fn is_refused(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            | ErrorKind::InvalidFilename
    ) || slotless_files::is_circle(error)
}

impl From<FigureError> for Failure {
    fn from(error: FigureError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<MeasureError> for Failure {
    fn from(error: MeasureError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<RecallError> for Failure {
    fn from(error: RecallError) -> Self {
        match error {
            RecallError::Threads(_) => Self::Failed(error.to_string()),
            RecallError::Stopped => Self::Interrupted(signals::STOPPED.to_owned()),
            other => Self::Input(other.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Io { error: cause, .. } if !is_refused(cause) => {
                Self::Failed(error.to_string())
            }
            _ => Self::Input(error.to_string()),
        }
    }
}

impl From<DrawError> for Failure {
    fn from(error: DrawError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<SimulateError> for Failure {
    fn from(error: SimulateError) -> Self {
        match error {
            SimulateError::Stopped => Self::Interrupted("stopped".to_owned()),
            SimulateError::NotForGpu { .. } => Self::Input(error.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}

/// A manifest of this program.
fn manifest(figure: &str, seed: u64, trials: u32) -> Manifest {
    let mut manifest = Manifest::new(figure, seed, trials);
    // From build.rs: of the program, so that a commit leaves the library as it is built.
    let revision = option_env!("SLOTLESS_REVISION").unwrap_or("unknown");
    revision.clone_into(&mut manifest.revision);
    manifest
}

/// A file that a command makes, at a place where it can be written.
#[derive(Debug)]
struct Target(Output);

impl Target {
    /// Looks at the place before anything is computed; `-` is standard output.
    fn new(path: &Path) -> Result<Self, Failure> {
        Ok(Self::of(Output::at(path)?))
    }

    /// The same, its folder made where there is none.
    fn with_folder(path: &Path) -> Result<Self, Failure> {
        Ok(Self::of(Output::with_folder(path)?))
    }

    fn of(output: Output) -> Self {
        if output.is_standard() {
            print::leave();
        }
        Self(output)
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.write_with(|file| file.write_all(bytes))
    }

    fn write_with(
        &self,
        fill: impl FnOnce(&mut BufWriter<&File>) -> std::io::Result<()>,
    ) -> Result<(), Failure> {
        writing(&[&self.0]);
        // The input was good.
        let written = self.0.write_with(fill);
        written.map_err(|error| Failure::Failed(error.to_string()))?;
        signals::when_stopped(&format!("stopped; {} is written", self.name()));
        Ok(())
    }

    /// As it is said.
    fn name(&self) -> String {
        name(&self.0)
    }
}

/// An output, as it is said.
fn name(output: &Output) -> String {
    if output.is_standard() {
        return "standard output".to_owned();
    }
    output.path().display().to_string()
}

/// Lets a signal say that of outputs that are written from now on a part may be there: of a file there is all or nothing, unless it
/// is one of several.
fn writing(outputs: &[&Output]) {
    let is_whole = matches!(outputs, [one] if one.is_file());
    if !is_whole {
        let names: Vec<String> = outputs.iter().map(|output| name(output)).collect();
        let names = names.join(" and ");
        signals::when_stopped(&format!("stopped; a part may have been written to {names}"));
    }
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&legible(error)),
    };
    // Before there is a thread.
    slotless_files::machine::spare_addresses();
    signals::listen();
    let done = weigh::environment().and_then(|()| run(cli.command));
    signals::end();
    match done {
        Ok(()) => ended(0),
        Err(failure) => {
            note(&failure.line().replace('\n', " "));
            ended(failure.code())
        }
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Reproduce(args) => reproduce::reproduce(&args),
        Command::Memory(args) => memory::memory(&args),
        Command::Transformer(args) => transformer::transformer(&args),
        Command::Hopfield(args) => hopfield::hopfield(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Plot(args) => plot::plot(&args),
        Command::Snapshot(args) => snapshot::snapshot(&args),
        Command::Embed(args) => embed::embed(&args),
        Command::Recall(args) => recall::recall(&args),
        Command::Devices => {
            devices::devices();
            Ok(())
        }
        Command::Recogniser(args) => recogniser::recogniser(&args),
        Command::Bench(args) => bench::bench(&args),
        Command::Completions(args) => {
            manual::completions(&args);
            Ok(())
        }
        Command::Man(args) => manual::man(&args),
    }
}

/// The exit code of a command that ends with `code`, where its output was not refused.
fn ended(code: u8) -> ExitCode {
    match print::finish() {
        Err(error) if code == 0 => {
            note(&format!("standard output: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::from(code),
    }
}

/// An error of arguments, in whose quotations what acts on a terminal is written out: clap leaves it out.
fn legible(error: clap::Error) -> clap::Error {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let shown = arguments.iter().map(|one| match one.to_str() {
        Some(text) => seen(text).into(),
        None => one.clone(),
    });
    let shown: Vec<OsString> = shown.collect();
    if shown == arguments {
        return error;
    }
    match Cli::try_parse_from(shown) {
        Err(again) if again.kind() == error.kind() => again,
        _ => error,
    }
}

/// Which argument is no text where one has to be: clap does not say.
fn no_text() -> String {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let lossy = |one: &OsString| OsString::from(one.to_string_lossy().into_owned());
    // With all others made to text, it is that one.
    let is_it = |place: usize| {
        let all = arguments.iter().enumerate();
        let all = all.map(|(at, one)| if at == place { one.clone() } else { lossy(one) });
        let parsed = Cli::try_parse_from(all);
        parsed.is_err_and(|error| error.kind() == ErrorKind::InvalidUtf8)
    };
    let Some(place) = (1..arguments.len()).find(|&place| is_it(place)) else {
        return "an argument is no text in UTF-8".to_owned();
    };
    let text = arguments[place].to_string_lossy();
    let (what, value) = match (text.split_once('='), arguments[place - 1].to_str()) {
        (Some((flag, value)), _) if flag.starts_with("--") => (flag, value),
        (_, Some(flag)) if flag.starts_with('-') => (flag, &*text),
        _ => ("an argument", &*text),
    };
    format!("{what} is {value:?}, allowed text in UTF-8")
}

/// Help and version as clap prints them; an error as its first line.
fn usage(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            print::keep(error.print());
            ended(0)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ended(2)
        }
        ErrorKind::InvalidUtf8 => {
            note(&no_text());
            ended(2)
        }
        _ => {
            note(&(usage_line(&error.to_string()) + &empty_variable(error)));
            ended(2)
        }
    }
}

/// Where a value that is missing would have been a variable's, which is there without one: clap names the flag alone.
fn empty_variable(error: &clap::Error) -> String {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else {
        return String::new();
    };
    let variable = match flag.as_str() {
        "--memory <DIR>" => "SLOTLESS_MEMORY",
        "--model <DIR>" => "SLOTLESS_MODEL",
        _ => return String::new(),
    };
    match std::env::var_os(variable) {
        Some(value) if value.is_empty() => {
            format!(
                "; the environment's {variable} is empty, expected a folder, or no such variable"
            )
        }
        _ => String::new(),
    }
}

/// What clap says of a wrong argument, on one line.
fn usage_line(text: &str) -> String {
    // The first paragraph says what is wrong, and which values are possible; a tip may follow; the rest is usage.
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let mut line = paragraphs.next().unwrap_or_default().to_owned();
    if let Some(tip) = paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: ")) {
        line = format!("{line}; {tip}");
    }
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    // These are std's words, for programmers.
    line.trim_start_matches("error: ")
        .replace("invalid digit found in string", "expected a whole number")
        .replace(
            "cannot parse integer from empty string",
            "expected a whole number",
        )
        .replace("number too large to fit in target type", "too large")
        .replace("number too small to fit in target type", "too small")
        .replace("invalid float literal", "expected a number")
        .replace("cannot parse float from empty string", "expected a number")
        .replace("..=", " to ")
}
