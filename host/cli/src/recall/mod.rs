//! `slotless recall`: a memory of sentences in a folder.

mod add;
mod ask;
mod calibrate;
mod history;
mod list;
mod manage;
mod pairs;
mod serve;
mod show;
mod update;
mod vectors;
mod which;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::{Failure, weigh};
use crate::print::warn;
use slotless_files::{FileError, input};
use slotless_recall::{Locking, Store, Writer};

const EXAMPLES: &str = "\
Examples:
  slotless recall add --cue \"Let's deploy the new version\" --target \"GitHub Actions, then k3s\" --model DIR
  slotless recall add --tsv pairs.tsv
  slotless recall ask \"we should push the release\" --top 3
  slotless recall chain \"let's deploy\" --hops 6
  slotless recall stats
  slotless recall list --limit 20
  slotless recall update 7 --target \"GitHub Actions\"
  slotless recall history 7
  slotless recall export --out pairs.jsonl
  slotless recall verify
  slotless recall forget --cue \"Let's deploy the new version\"
  slotless recall compact
  slotless recall serve --memory notes --model DIR     for assistants (Model Context Protocol) and other programs

The memory is the folder slotless-memory, unless --memory or SLOTLESS_MEMORY names another. Sentences become
vectors by an encoder in a local folder (`slotless embed --help` says where to get one; the memory remembers
which it was), or are taken from a .npy with --vectors. More with `slotless recall add --help` and so on.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RecallArgs {
    #[command(subcommand)]
    command: RecallCommand,
}

#[derive(Debug, Subcommand)]
enum RecallCommand {
    /// Store pairs of a cue and a target; makes the memory if there is none
    #[command(after_help = add::EXAMPLES)]
    Add(Box<add::AddArgs>),
    /// Ask for the target whose cue is most like a text
    #[command(after_help = ask::EXAMPLES, allow_negative_numbers = true)]
    Ask(ask::AskArgs),
    /// Ask on with each answer as the next question
    #[command(after_help = ask::CHAIN_EXAMPLES, allow_negative_numbers = true)]
    Chain(ask::ChainArgs),
    /// Learn from questions which ones the memory does not answer
    #[command(after_help = calibrate::EXAMPLES, allow_negative_numbers = true)]
    Calibrate(calibrate::CalibrateArgs),
    /// Print how much is stored, and how large it is
    #[command(after_help = manage::STATS_EXAMPLES)]
    Stats(manage::StatsArgs),
    /// List what is stored
    #[command(after_help = list::LIST_EXAMPLES)]
    List(list::ListArgs),
    /// Write what is stored to files that `add` reads
    #[command(after_help = list::EXPORT_EXAMPLES)]
    Export(list::ExportArgs),
    /// Give an item another target or other cues
    #[command(after_help = update::EXAMPLES)]
    Update(update::UpdateArgs),
    /// Print what an item was before it was updated
    #[command(after_help = history::EXAMPLES)]
    History(history::HistoryArgs),
    /// Read all of it, and name what is damaged
    #[command(after_help = manage::VERIFY_EXAMPLES)]
    Verify(manage::VerifyArgs),
    /// Forget pairs: they are not recalled any more
    #[command(after_help = manage::FORGET_EXAMPLES)]
    Forget(manage::ForgetArgs),
    /// Write the log anew without what was forgotten, so that its text is gone
    #[command(after_help = manage::COMPACT_EXAMPLES)]
    Compact(manage::CompactArgs),
    /// Serve a memory to an assistant or another program, over standard input and output
    #[command(after_help = serve::EXAMPLES)]
    Serve(serve::ServeArgs),
}

/// Which memory.
#[derive(Clone, Debug, Args)]
struct MemoryArgs {
    /// Folder of the memory
    #[arg(
        long,
        short,
        value_name = "DIR",
        env = "SLOTLESS_MEMORY",
        hide_env_values = true,
        default_value = "slotless-memory"
    )]
    memory: PathBuf,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// An object a line
    Json,
    /// Columns with a header
    Tsv,
}

/// How others are kept from writing meanwhile.
#[derive(Clone, Debug, Args)]
struct WriteArgs {
    /// Wait as long as this for another process that writes [default: not at all]
    #[arg(long, value_name = "SECONDS", conflicts_with = "no_lock")]
    wait: Option<u32>,
    /// Take no lock, on a file system that has none: two that write at once destroy the memory
    #[arg(long)]
    no_lock: bool,
}

impl WriteArgs {
    fn locking(&self) -> Locking {
        match self.wait {
            _ if self.no_lock => Locking::Caller,
            Some(seconds) => Locking::Wait(Duration::from_secs(seconds.into())),
            None => Locking::Now,
        }
    }
}

impl MemoryArgs {
    /// Opens the memory to be asked.
    fn open(&self) -> Result<Store, Failure> {
        let store = Store::open(&self.memory)?;
        warn_of_damage(&store);
        Ok(store)
    }

    /// Opens the memory to be written.
    fn open_to_write(&self, write: &WriteArgs) -> Result<Writer, Failure> {
        let writer = Writer::open_with(&self.memory, write.locking())?;
        warn_of_damage(writer.store());
        Ok(writer)
    }
}

/// Says what was left out at the end of a log, and whether the snapshot was of no use.
fn warn_of_damage(store: &Store) {
    if let Some(torn) = store.torn() {
        warn(format_args!(
            "the last {} bytes of the log, from byte {} on, are no whole record: a write that was cut off, or that still goes \
             on, or damage; they are left out",
            torn.bytes, torn.at
        ));
    }
    if let Some(why) = store.snapshot_left_aside() {
        warn(format_args!(
            "the file snapshot is left aside, and the log read from its start: {why}"
        ));
    }
    if let Some(why) = store.calibration_left_aside() {
        warn(format_args!(
            "the file calibration is left aside, and a threshold decides what is close: {why}; `slotless recall calibrate` makes another"
        ));
    }
}

/// Says what a writer did beside what it was asked to.
fn tell(writer: &Writer) {
    if let Some(path) = writer.set_aside() {
        warn(format_args!(
            "what was no whole record at the end of the log is kept in {}",
            path.display()
        ));
    }
    if let Some(error) = writer.snapshot_failure() {
        warn(format_args!(
            "no snapshot was written, so that opening takes longer; nothing is lost: {error}"
        ));
    }
}

pub(super) fn recall(args: &RecallArgs) -> Result<(), Failure> {
    weigh::start_threads();
    match &args.command {
        RecallCommand::Add(args) => add::add(args),
        RecallCommand::Ask(args) => ask::ask(args),
        RecallCommand::Chain(args) => ask::chain(args),
        RecallCommand::Calibrate(args) => calibrate::calibrate(args),
        RecallCommand::Stats(args) => manage::stats(args),
        RecallCommand::List(args) => list::list(args),
        RecallCommand::Export(args) => list::export(args),
        RecallCommand::Update(args) => update::update(args),
        RecallCommand::History(args) => history::history(args),
        RecallCommand::Verify(args) => manage::verify(args),
        RecallCommand::Forget(args) => manage::forget(args),
        RecallCommand::Compact(args) => manage::compact(args),
        RecallCommand::Serve(args) => serve::serve(args),
    }
}

/// A number of bytes, for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Bytes of a text at most.
const MAX_TEXT: u64 = 1 << 32;

/// A whole text: a file, or standard input for `-`.
pub(super) fn read_input(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    if path != Path::new("-") {
        let bytes = input::read(path, MAX_TEXT).map_err(|error| match &error {
            FileError::Damaged { .. } if !path.is_file() => {
                Failure::Input(format!("{error}; - reads standard input"))
            }
            _ => error.into(),
        })?;
        return Ok((path.display().to_string(), bytes));
    }
    let name = "standard input".to_owned();
    let mut bytes = Vec::new();
    let stdin = std::io::stdin().lock();
    stdin
        .take(MAX_TEXT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| FileError::io(&name, error))?;
    if bytes.len() as u64 > MAX_TEXT {
        let line = format!("{name}: more than {MAX_TEXT} bytes, which is what is allowed");
        return Err(Failure::Input(line));
    }
    Ok((name, bytes))
}
