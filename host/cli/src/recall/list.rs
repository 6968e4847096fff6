//! `slotless recall list` and `export`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::super::{Failure, Target, name, say, signals, writing};
use super::which::WhichArgs;
use super::{Format, MemoryArgs, show};
use crate::print::warn;
use slotless_files::keep_input;
use slotless_recall::vectors::Vectors;
use slotless_recall::{Item, Store};

pub(super) const LIST_EXAMPLES: &str = "\
Examples:
  slotless recall list
  slotless recall list --first 100 --limit 20
  slotless recall list --where speaker=Ann --after 2026-03
  slotless recall list --format json

Items by their numbers, with the time at which each was added (UTC; - where a memory of an older version did not keep it),
its cues, its target, and in brackets what else is known. In --format tsv the cues are in the columns from the fifth on, and
what else is known is left out.";

pub(super) const EXPORT_EXAMPLES: &str = "\
Examples:
  slotless recall export > pairs.jsonl             the memory has an encoder, which makes the same vectors again
  slotless recall export --out pairs.jsonl --vectors pairs.npy
  slotless recall export --format tsv --out pairs.tsv
  slotless recall add --jsonl pairs.jsonl --vectors pairs.npy --unit-vectors -m copy

What is written `slotless recall add` takes back, with --jsonl or --tsv. Vectors are rows in the order cue, target, paraphrases, without
the targets where not all have one; without an encoder they are written beside --out unless --vectors says where. With --unit-vectors `add` stores them bit for bit
as they were. Texts with tabs, line ends or invisible controls need JSON, and so do times and tags of items.";

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    /// The number from which on items are listed
    #[arg(long, value_name = "ID", default_value_t = 1)]
    first: u64,
    /// How many are listed at most [default: all]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    which: WhichArgs,
}

/// How pairs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Lines {
    /// An object a line
    #[default]
    Jsonl,
    /// Columns
    Tsv,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    /// The file for the texts; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// The file for the vectors [default: none with an encoder, else OUT with .npy]
    #[arg(long, value_name = "FILE.npy")]
    vectors: Option<PathBuf>,
    /// How pairs are written
    #[arg(long, value_enum, default_value_t)]
    format: Lines,
    #[command(flatten)]
    which: WhichArgs,
}

/// An item, as it is printed.
#[derive(Debug, Serialize)]
pub(super) struct Listed<'a> {
    id: u64,
    added: Option<String>,
    updated: Option<String>,
    target: &'a str,
    cues: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<&'a str, &'a str>,
}

impl<'a> Listed<'a> {
    pub fn of(item: &'a Item) -> Self {
        let [added, updated] = [item.added, item.updated].map(|time| time.map(show::time));
        Self {
            id: item.id,
            added,
            updated,
            target: &item.target,
            cues: &item.cues,
            time: item.metadata.time().map(show::exact_time),
            tags: item.metadata.tags().collect(),
        }
    }
}

/// A pair, as `add --jsonl` reads it.
#[derive(Serialize)]
struct Pair<'a> {
    cue: &'a str,
    target: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    paraphrases: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<&'a str, &'a str>,
}

pub(super) fn list(args: &ListArgs) -> Result<(), Failure> {
    let store = args.memory.open()?;
    if args.format == Format::Tsv {
        say("id\tadded\tupdated\ttarget\tcues");
    }
    let items = store.items_of(&args.which.filter()?, args.first);
    for full in items.take(args.limit.unwrap_or(usize::MAX)) {
        let item = full?.item;
        say(&listed(&item, args.format));
    }
    Ok(())
}

fn listed(item: &Item, format: Format) -> String {
    let [added, updated] = [item.added, item.updated].map(|time| time.map(show::time));
    let each = |of: fn(&str) -> String| item.cues.iter().map(|cue| of(cue)).collect::<Vec<_>>();
    let or_none = |time: Option<String>| time.unwrap_or_else(|| "-".to_owned());
    match format {
        Format::Json => show::json(&Listed::of(item)),
        Format::Tsv => format!(
            "{}\t{}\t{}\t{}\t{}",
            item.id,
            or_none(added),
            or_none(updated),
            show::column(&item.target),
            each(show::column).join("\t")
        ),
        Format::Text => format!(
            "{}  {}  {} -> {}{}",
            item.id,
            or_none(added),
            each(show::line).join(" / "),
            show::line(&item.target),
            show::known(&item.metadata)
        ),
    }
}

pub(super) fn export(args: &ExportArgs) -> Result<(), Failure> {
    let store = args.memory.open()?;
    let has_encoder = store.settings().model.is_some();
    let inputs = store.settings().inputs;
    if inputs == 0
        && let Some(path) = &args.vectors
    {
        let why = format!(
            "{}: this memory compares words alone and has no vectors",
            path.display()
        );
        return Err(Failure::Input(why));
    }
    let vectors = match &args.vectors {
        Some(path) => Some(path.clone()),
        None if has_encoder || inputs == 0 => None,
        None if args.out == Path::new("-") => {
            let why = "the memory has no encoder, and so its vectors belong to the texts: expected --vectors FILE.npy, or --out FILE";
            return Err(Failure::Input(why.to_owned()));
        }
        None => Some(args.out.with_extension("npy")),
    };
    for file in Store::FILES {
        keep_input(&args.memory.memory.join(file));
    }
    let out = Target::new(&args.out)?.0;
    if args.vectors.is_none() && vectors.is_some() && !out.is_file() {
        let why = format!(
            "{} is no file that vectors could lie beside, expected --vectors FILE.npy",
            args.out.display()
        );
        return Err(Failure::Input(why));
    }
    let mut outputs = vec![&out];
    let beside = vectors.as_deref().map(Target::new).transpose()?;
    let beside = beside.map(|target| target.0);
    if let Some(beside) = &beside {
        if out.is_same(beside) {
            let why = format!("{}: for texts and vectors alike", beside.path().display());
            return Err(Failure::Input(why));
        }
        outputs.push(beside);
    }
    signals::when_stopped(signals::STOPPED);
    let filter = args.which.filter()?;
    // Rows of targets are there where every target has a vector.
    let mut with_targets = vectors.is_some();
    if with_targets {
        for full in store.items_of(&filter, 0) {
            with_targets &= full?.target.is_some();
        }
    }
    let (mut lines, mut numbers, mut count) = (String::new(), Vec::new(), 0);
    for full in store.items_of(&filter, 0) {
        let full = full?;
        lines += &exported(&full.item, args.format)?;
        lines.push('\n');
        count += 1;
        if vectors.is_some() {
            let (first, further) = full.cues.split_at(1);
            let target = full.target.iter().filter(|_| with_targets);
            numbers.extend(first.iter().chain(target).chain(further).flatten());
        }
    }
    if count == 0 {
        let what = if args.which.is_all() {
            "nothing is stored"
        } else {
            "no item is one of these"
        };
        let why = format!("{}: {what}", args.memory.memory.display());
        return Err(Failure::Input(why));
    }
    writing(&outputs);
    if let Some(path) = &vectors {
        let written = Vectors::new(numbers, inputs as usize)
            .map_err(|error| error.to_string())
            .and_then(|vectors| vectors.write(path).map_err(|error| error.to_string()));
        written.map_err(Failure::Failed)?;
    }
    let written = out.write_with(|file| file.write_all(lines.as_bytes()));
    written.map_err(|error| Failure::Failed(error.to_string()))?;
    if !out.is_standard() {
        let files = outputs.into_iter().map(name);
        say(&format!(
            "{count} items: {}",
            files.collect::<Vec<_>>().join(", ")
        ));
    }
    Ok(())
}

/// A time as `add` reads it; none, with a warning, where it would not: a clock was wrong.
fn kept(id: u64, time: Option<u64>) -> Option<String> {
    let kept = time.filter(|&time| time < show::YEAR_10000);
    if let Some(time) = time.filter(|_| kept.is_none()) {
        let time = show::time(time);
        warn(format_args!(
            "item {id}: its time {time} is left out, which no time is that `add` takes"
        ));
    }
    kept.map(show::exact_time)
}

/// An item as a line that `add` reads.
fn exported(item: &Item, lines: Lines) -> Result<String, Failure> {
    let (first, further) = item.cues.split_at(1);
    if lines == Lines::Jsonl {
        return Ok(show::json(&Pair {
            cue: &first[0],
            target: &item.target,
            paraphrases: further,
            added: kept(item.id, item.added),
            updated: kept(item.id, item.updated),
            time: kept(item.id, item.metadata.time()),
            tags: item.metadata.tags().collect(),
        }));
    }
    let texts = first.iter().chain([&item.target]).chain(further);
    let texts: Vec<&str> = texts.map(String::as_str).collect();
    if let Some(text) = texts.iter().find(|text| !show::is_plain(text)) {
        return Err(Failure::Input(format!(
            "item {}: a text has a character that no column can have, \"{}\"; expected --format jsonl",
            item.id,
            show::column(text)
        )));
    }
    Ok(texts.join("\t"))
}
