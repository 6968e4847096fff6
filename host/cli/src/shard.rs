//! `--shard` and `--slurm`: flags of a run whose trials are shared out, and what a shard says of its command.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use super::slurm::{Script, Settings};
use super::{CommonArgs, Failure};
use slotless::run::shard::{MAX, Shard, Shards};

/// Flags of a run whose trials are shared out.
#[derive(Clone, Debug, Args)]
pub(super) struct ShardArgs {
    /// Compute the I-th of N shares of the trials alone, and keep them in DIR/shard-I-of-N; `slotless merge DIR` makes the files of
    /// the whole run of all shares
    #[arg(
        long,
        value_name = "I/N",
        conflicts_with = "slurm",
        allow_hyphen_values = true
    )]
    shard: Option<Shard>,
    /// Compute nothing, and write a script for Slurm: a job array, a shard a task; - prints it
    #[arg(long, value_name = "FILE")]
    slurm: Option<PathBuf>,
    /// Shards of --slurm [default: 10, or one per trial if there are fewer]
    #[arg(long, value_name = "N", requires = "slurm")]
    shards: Option<u32>,
    /// What `slotless merge` found.
    #[arg(skip)]
    found: Option<Shards>,
}

/// Which trials of a run are computed.
#[derive(Debug)]
pub(super) enum Part {
    /// All.
    Whole,
    /// Those of a shard of the run with these arguments.
    Shard(Shard, Vec<String>),
    /// None: all are in shards.
    Merged(Shards),
    /// None: a script is written whose tasks compute them.
    Script(Box<Script>),
}

/// Flags, each with a value, that say where a run is computed and written, and nothing of what is run.
const ELSEWHERE: [&str; 6] = [
    "--shard",
    "--slurm",
    "--shards",
    "--out",
    "--threads",
    "--device",
];

impl CommonArgs {
    /// Which trials are to be computed.
    pub(super) fn part(&self) -> Result<Part, Failure> {
        let ShardArgs {
            shard,
            slurm,
            shards,
            found,
        } = &self.sharding;
        if let Some(found) = found {
            return Ok(Part::Merged(found.clone()));
        }
        if let Some(shard) = shard {
            return Ok(Part::Shard(*shard, command("--shard")?));
        }
        let Some(path) = slurm else {
            return Ok(Part::Whole);
        };
        if let Some(shards) = shards
            && !(1..=MAX).contains(shards)
        {
            let line = format!("shards is {shards}, allowed 1 to {MAX}");
            return Err(Failure::Input(line));
        }
        let settings = Settings {
            shards: *shards,
            command: command("--slurm")?,
            threads: self.threads,
            device: self.device,
        };
        Script::new(path, settings).map(|script| Part::Script(Box::new(script)))
    }

    /// Makes it a run of what shards have computed, written elsewhere.
    pub(super) fn merge(&mut self, found: Shards, out: PathBuf, threads: usize) {
        self.sharding = ShardArgs {
            shard: None,
            slurm: None,
            shards: None,
            found: Some(found),
        };
        self.out = Some(out);
        self.threads = threads;
        self.device = Default::default();
    }
}

/// The arguments of this program but for those of [`ELSEWHERE`]; `flag` is why they are asked for.
fn command(flag: &str) -> Result<Vec<String>, Failure> {
    plain(std::env::args_os().skip(1)).map_err(|argument| {
        let text = argument.to_string_lossy();
        Failure::Input(format!(
            "an argument is {text:?}, allowed text in UTF-8 beside {flag}"
        ))
    })
}

/// Arguments without those of [`ELSEWHERE`]; one that is no text.
fn plain(arguments: impl Iterator<Item = OsString>) -> Result<Vec<String>, OsString> {
    let mut plain = Vec::new();
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let lossy = argument.to_string_lossy();
        let (flag, value) = match lossy.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (&*lossy, None),
        };
        if !ELSEWHERE.contains(&flag) {
            plain.push(argument.into_string()?);
        } else if value.is_none() {
            arguments.next();
        }
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> String {
        plain(line.split(' ').map(OsString::from))
            .unwrap()
            .join(" ")
    }

    #[test]
    fn what_says_where_is_left_out() {
        for (line, left) in [
            ("memory run", "memory run"),
            ("memory run --out o --shard 1/2 --k 5", "memory run --k 5"),
            (
                "reproduce --shard=1/2 fig4 --out=o --quick",
                "reproduce fig4 --quick",
            ),
            ("a --slurm f --shards 3 --threads 2 --device cuda:0", "a"),
            // Of another flag, whose name or value only looks like one.
            (
                "a --shards-not 1 --name=--out",
                "a --shards-not 1 --name=--out",
            ),
        ] {
            assert_eq!(of(line), left);
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_text_is_given_back() {
        use std::os::unix::ffi::OsStringExt;
        let bytes = OsString::from_vec(vec![b'a', 0xff]);
        let arguments = ["--out".into(), bytes.clone(), "b".into()];
        assert_eq!(plain(arguments.into_iter()), Ok(vec!["b".to_owned()]));
        assert_eq!(plain([bytes.clone()].into_iter()), Err(bytes));
    }
}
