//! `slotless recall stats`, `forget` and `compact`.

use std::collections::HashSet;
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::super::{Failure, say};
use super::which::WhichArgs;
use super::{Format, MemoryArgs, WriteArgs, show, size, tell, warn};
use slotless_core::words::Units;
use slotless_recall::{History, Problem, Settings, Source, Stats, Store, Verified};

pub(super) const FORGET_EXAMPLES: &str = "\
Examples:
  slotless recall forget --id 7
  slotless recall forget --id 7 --id 8
  slotless recall forget --cue \"Let's deploy the new version\"
  slotless recall forget --where namespace=work --before 2026-01
  slotless recall forget --older-than 90d          expiry by age; --before 2026-01 by a date

What is forgotten is not recalled any more. Its text is in the log until `slotless recall compact`.";

pub(super) const STATS_EXAMPLES: &str = "\
Examples:
  slotless recall stats
  slotless recall stats --memory notes --format json";

pub(super) const COMPACT_EXAMPLES: &str = "\
Examples:
  slotless recall compact
  slotless recall compact --memory notes --keep-history

The log is written anew without what was forgotten, beside the old one, and takes its place when it is whole.";

pub(super) const VERIFY_EXAMPLES: &str = "\
Examples:
  slotless recall verify
  slotless recall verify --memory notes --json

Every record of the log is read and its checksums are looked at, and the snapshot is held against the log. Exit code 0 if all of
it is sound, 2 if something is damaged, which is named; nothing is changed.";

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    /// Print what was found as an object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct StatsArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct ForgetArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    #[command(flatten)]
    write: WriteArgs,
    /// The item of this number; may be given again
    #[arg(long, value_name = "N")]
    id: Vec<u64>,
    /// Every item that has just this cue
    #[arg(long, value_name = "TEXT", conflicts_with = "id")]
    cue: Option<String>,
    #[command(flatten)]
    which: WhichArgs,
}

#[derive(Debug, Args)]
pub(super) struct CompactArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    #[command(flatten)]
    write: WriteArgs,
    /// Keep what items were before they were updated, for `slotless recall history`; what was forgotten goes
    #[arg(long)]
    keep_history: bool,
}

#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    settings: &'a Settings,
    #[serde(flatten)]
    stats: Stats,
    calibrated: bool,
    load_ms: f64,
}

pub(super) fn stats(args: &StatsArgs) -> Result<(), Failure> {
    let start = Instant::now();
    let store = args.memory.open()?;
    let loaded = start.elapsed();
    let stats = store.stats()?;
    let printed = Printed {
        settings: store.settings(),
        stats,
        calibrated: store.calibration().is_some(),
        load_ms: (loaded.as_secs_f64() * 1e5).round() / 100.0,
    };
    if args.format == Format::Json {
        say(&show::json(&printed));
        return Ok(());
    }
    let settings = store.settings();
    let model = settings
        .model
        .as_ref()
        .map_or("none", |model| &model.folder);
    let rows = [
        ("items", stats.items.to_string()),
        ("cues", stats.cues.to_string()),
        ("next number", stats.next_id.to_string()),
        (
            "vectors",
            match settings.inputs {
                0 => "none".to_owned(),
                inputs => format!("of {inputs} numbers"),
            },
        ),
        (
            "words",
            match settings.words.as_ref().map(Units::bits) {
                None => "none".to_owned(),
                Some(bits) => format!("units of {bits} bits"),
            },
        ),
        ("encoder", model.to_owned()),
        (
            "calibrated by",
            match store.calibration() {
                None => "nothing".to_owned(),
                Some(made) => {
                    let of = match made.source() {
                        Source::Questions => "questions",
                        Source::Memory => "parts of its own",
                    };
                    let model = made.words();
                    format!("{} {of}", model.answered + model.unanswered)
                }
            },
        ),
        ("log", size(stats.log_bytes)),
        (
            "snapshot",
            format!(
                "{}, spares {} of the log",
                size(stats.snapshot_bytes),
                size(stats.snapshot_reaches)
            ),
        ),
        ("vectors in RAM", size(stats.vector_bytes as u64)),
        ("words in RAM", size(stats.word_bytes as u64)),
        ("lists in RAM", size(stats.list_bytes as u64)),
        ("opened in", format!("{:.1} ms", printed.load_ms)),
    ];
    for (what, value) in rows {
        match args.format {
            Format::Tsv => say(&format!("{what}\t{}", show::column(&value))),
            _ => say(&format!("{what:<20}{}", show::line(&value))),
        }
    }
    Ok(())
}

pub(super) fn forget(args: &ForgetArgs) -> Result<(), Failure> {
    let by_which = !args.which.is_all();
    if args.cue.is_none() && args.id.is_empty() && !by_which {
        let why = "nothing to forget, expected --id N, --cue TEXT, or --where KEY=VALUE, --after TIME, --before TIME";
        return Err(Failure::Input(why.to_owned()));
    }
    if by_which && (args.cue.is_some() || !args.id.is_empty()) {
        let why = "--id and --cue name items by themselves, expected none of --where, --after and --before beside them";
        return Err(Failure::Input(why.to_owned()));
    }
    let filter = args.which.filter()?;
    let mut writer = args.memory.open_to_write(&args.write)?;
    let ids = match &args.cue {
        None if by_which => {
            let ids: Vec<u64> = writer.store().ids_of(&filter).collect();
            if ids.is_empty() {
                let folder = args.memory.memory.display();
                return Err(Failure::Input(format!("{folder}: no item is one of these")));
            }
            ids
        }
        None => {
            // In the order in which they are given, each once.
            let mut ids: Vec<u64> = Vec::new();
            let mut seen = HashSet::new();
            ids.extend(args.id.iter().filter(|&&id| seen.insert(id)));
            ids
        }
        Some(cue) => {
            let ids = writer.store().with_cue(cue)?;
            if ids.is_empty() {
                let cue = show::line(cue);
                return Err(Failure::Input(format!(
                    "no item has just the cue \"{cue}\""
                )));
            }
            ids
        }
    };
    let items = ids.iter().map(|&id| writer.store().item(id));
    let items = items.collect::<Result<Vec<_>, _>>()?;
    writer.forget(&ids)?;
    for item in items {
        let cues: Vec<String> = item.cues.iter().map(|cue| show::line(cue)).collect();
        let target = show::line(&item.target);
        say(&format!(
            "forgot {}: {} -> {target}",
            item.id,
            cues.join(" / ")
        ));
    }
    tell(&writer);
    Ok(())
}

pub(super) fn compact(args: &CompactArgs) -> Result<(), Failure> {
    let mut writer = args.memory.open_to_write(&args.write)?;
    let freed = writer.compact_with(match args.keep_history {
        true => History::Kept,
        false => History::Dropped,
    })?;
    let stats = writer.store().stats()?;
    say(&format!(
        "{}: {} items, the log has {}, {} fewer",
        args.memory.memory.display(),
        stats.items,
        size(stats.log_bytes),
        size(freed)
    ));
    tell(&writer);
    for name in writer.store().aside()? {
        warn(format_args!(
            "{name} still holds what was once cut off the log; it can go when nobody misses anything"
        ));
    }
    Ok(())
}

#[derive(Serialize)]
struct Report<'a> {
    sound: bool,
    #[serde(flatten)]
    verified: &'a Verified,
}

pub(super) fn verify(args: &VerifyArgs) -> Result<(), Failure> {
    let verified = Store::verify(&args.memory.memory)?;
    let folder = args.memory.memory.display();
    if args.json {
        say(&show::json(&Report {
            sound: verified.is_sound(),
            verified: &verified,
        }));
    } else {
        verified
            .problems
            .iter()
            .for_each(|problem| say(&format!("{folder}/{}", place(problem))));
    }
    let read = format!(
        "{} records in {}",
        verified.records,
        size(verified.log_bytes)
    );
    match verified.problems.len() {
        0 if args.json => Ok(()),
        0 => {
            say(&format!("{folder}: sound, {read}"));
            Ok(())
        }
        1 => Err(Failure::Input(format!(
            "{folder}: damaged in one place; {read} are sound"
        ))),
        places => Err(Failure::Input(format!(
            "{folder}: damaged in {places} places; {read} are sound"
        ))),
    }
}

/// What is damaged, on a line.
fn place(problem: &Problem) -> String {
    let bytes = problem
        .bytes
        .as_ref()
        .map_or(String::new(), |bytes| match bytes.is_empty() {
            true => format!(" at byte {}", bytes.start),
            false => format!(" from byte {} to {}", bytes.start, bytes.end - 1),
        });
    let items = match &problem.items[..] {
        [] => String::new(),
        [one] => format!(" (item {one})"),
        several => {
            let several: Vec<String> = several.iter().map(u64::to_string).collect();
            format!(" (items {})", several.join(", "))
        }
    };
    format!("{}: damaged{bytes}: {}{items}", problem.file, problem.why)
}
