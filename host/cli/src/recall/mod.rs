//! `slotless recall`: a memory of sentences in a folder.

mod add;
mod ask;
mod manage;
mod pairs;
mod vectors;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::Failure;
use slotless_files::{FileError, input};
use slotless_recall::Store;

const EXAMPLES: &str = "\
Examples:
  slotless recall add --cue \"Let's deploy the new version\" --target \"GitHub Actions, then k3s\" --model DIR
  slotless recall add --tsv pairs.tsv
  slotless recall ask \"we should push the release\" --top 3
  slotless recall chain \"let's deploy\" --hops 6
  slotless recall stats
  slotless recall forget --cue \"Let's deploy the new version\"
  slotless recall compact

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
    /// Print how much is stored, and how large it is
    #[command(after_help = manage::STATS_EXAMPLES)]
    Stats(manage::StatsArgs),
    /// Forget pairs: they are not recalled any more
    #[command(after_help = manage::FORGET_EXAMPLES)]
    Forget(manage::ForgetArgs),
    /// Write the log anew without what was forgotten, so that its text is gone
    #[command(after_help = manage::COMPACT_EXAMPLES)]
    Compact(manage::CompactArgs),
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

impl MemoryArgs {
    /// Opens the memory to be asked.
    fn open(&self) -> Result<Store, Failure> {
        let store = Store::open(&self.memory)?;
        warn_of_torn(&store);
        Ok(store)
    }
}

/// Says what was left out at the end of a log.
fn warn_of_torn(store: &Store) {
    if let Some(torn) = store.torn() {
        eprintln!(
            "slotless: warning: the last {} bytes of the log, from byte {} on, are no whole record: a write that was cut \
             off, or that still goes on; they are left out",
            torn.bytes, torn.at
        );
    }
}

pub(super) fn recall(args: &RecallArgs) -> Result<(), Failure> {
    match &args.command {
        RecallCommand::Add(args) => add::add(args),
        RecallCommand::Ask(args) => ask::ask(args),
        RecallCommand::Chain(args) => ask::chain(args),
        RecallCommand::Stats(args) => manage::stats(args),
        RecallCommand::Forget(args) => manage::forget(args),
        RecallCommand::Compact(args) => manage::compact(args),
    }
}

/// A text on one line: for people with blanks, in columns with what stands for a tab or a line's end.
fn one_line(text: &str, format: Format) -> String {
    match format {
        Format::Tsv => text
            .replace('\\', "\\\\")
            .replace('\t', "\\t")
            .replace('\n', "\\n")
            .replace('\r', "\\r"),
        _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
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
const MOST_TEXT: u64 = 1 << 32;

/// A whole text: a file, or standard input for `-`.
pub(super) fn read_input(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    if path != Path::new("-") {
        let bytes = input::read(path, MOST_TEXT).map_err(|error| {
            let hint = match &error {
                FileError::Damaged { .. } if !path.is_file() => "; - reads standard input",
                _ => "",
            };
            Failure::Input(format!("{error}{hint}"))
        })?;
        return Ok((path.display().to_string(), bytes));
    }
    let name = "standard input".to_owned();
    let mut bytes = Vec::new();
    let stdin = std::io::stdin().lock();
    stdin
        .take(MOST_TEXT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::Input(format!("{name}: {error}")))?;
    if bytes.len() as u64 > MOST_TEXT {
        let line = format!("{name}: more than {MOST_TEXT} bytes, which is what is allowed");
        return Err(Failure::Input(line));
    }
    Ok((name, bytes))
}
