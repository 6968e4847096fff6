//! `slotless merge`: the files of a run, of its shards.

use std::path::PathBuf;

use clap::{Args, Parser};

use super::{Cli, Command, CommonArgs, Failure};
use slotless::run::RunError;
use slotless::run::shard::{NAME, ShardFile, Shards};

const EXAMPLES: &str = "\
Examples:
  slotless merge slotless-out/sweep   shards that lie in it; the files go beside them
  slotless merge here there/shard-3-of-3 --out all   shards of several folders

The shards are those of one run (`--shard 1/N` to `--shard N/N`), each finished. Their command is
gone through once more with their trials, and computes none: the files are those of the run in one,
byte for byte, but for seconds and threads in manifest.json. Run it where that command was run, with
the files that it reads. Shards stay as they are, and can be deleted afterwards.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct MergeArgs {
    /// Folders of shards, or folders that they lie in
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// Folder to write to [default: DIR, where the shards lie in one]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Threads; 0 for one per core. Results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
}

impl Command {
    /// Flags of a run of trials, if it is one.
    fn common(&mut self) -> Option<&mut CommonArgs> {
        match self {
            Self::Reproduce(args) => Some(args.common()),
            Self::Memory(args) => Some(args.common()),
            Self::Transformer(args) => args.common(),
            _ => None,
        }
    }
}

pub(super) fn merge(args: &MergeArgs) -> Result<(), Failure> {
    let shards = Shards::find(&args.folders)?;
    let out = match (&args.out, &args.folders[..]) {
        (Some(out), _) => out.clone(),
        (None, [one]) if ShardFile::load(one)?.is_none() => one.clone(),
        _ => {
            let line = "--out is missing: a folder to write to, where not all shards lie in one";
            return Err(Failure::Input(line.to_owned()));
        }
    };
    if ShardFile::load(&out)?.is_some() {
        let why = "a shard lies here, expected a folder for the whole run";
        return Err(RunError::damaged(&out, why).into());
    }
    let mut command = command_of(&shards)?;
    if let Some(common) = command.common() {
        common.merge(shards, out, args.threads);
    }
    super::run(command)
}

/// What the shards are shards of.
fn command_of(shards: &Shards) -> Result<Command, Failure> {
    let (folder, first) = shards.first().ok_or_else(|| {
        // `find` has found one.
        Failure::Failed("no shards".to_owned())
    })?;
    let words = std::iter::once("slotless").chain(first.command().iter().map(String::as_str));
    let mut parsed = Cli::try_parse_from(words).ok().map(|cli| cli.command);
    let is_run = parsed.as_mut().is_some_and(|one| one.common().is_some());
    parsed.filter(|_| is_run).ok_or_else(|| {
        let why = format!(
            "command is `{}`, allowed a run that this program takes",
            first.command_line()
        );
        RunError::damaged(folder.join(NAME), why).into()
    })
}
