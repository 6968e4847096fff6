//! `slotless recall stats`, `forget` and `compact`.

use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::super::{Failure, say};
use super::{Format, MemoryArgs, one_line, size, warn_of_torn};
use slotless_recall::{Search, Settings, Stats, Writer};

pub(super) const FORGET_EXAMPLES: &str = "\
Examples:
  slotless recall forget --id 7
  slotless recall forget --id 7 --id 8
  slotless recall forget --cue \"Let's deploy the new version\"

What is forgotten is not recalled any more. Its text is in the log until `slotless recall compact`.";

pub(super) const STATS_EXAMPLES: &str = "\
Examples:
  slotless recall stats
  slotless recall stats --memory notes --format json";

pub(super) const COMPACT_EXAMPLES: &str = "\
Examples:
  slotless recall compact
  slotless recall compact --memory notes

The log is written anew without what was forgotten, beside the old one, and takes its place when it is whole.";

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
    /// The item of this number; may be given again
    #[arg(long, value_name = "N", required_unless_present = "cue")]
    id: Vec<u64>,
    /// Every item that has just this cue
    #[arg(long, value_name = "TEXT", conflicts_with = "id")]
    cue: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct CompactArgs {
    #[command(flatten)]
    memory: MemoryArgs,
}

#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    settings: &'a Settings,
    #[serde(flatten)]
    stats: Stats,
    load_ms: f64,
    projection_ms: f64,
}

pub(super) fn stats(args: &StatsArgs) -> Result<(), Failure> {
    let start = Instant::now();
    let store = args.memory.open()?;
    let loaded = start.elapsed();
    let stats = store.stats()?;
    let printed = Printed {
        settings: store.settings(),
        stats,
        load_ms: (loaded.as_secs_f64() * 1e5).round() / 100.0,
        projection_ms: ((start.elapsed() - loaded).as_secs_f64() * 1e5).round() / 100.0,
    };
    if args.format == Format::Json {
        say(&serde_json::to_string(&printed).expect("only strings, numbers and lists"));
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
        ("vectors of", format!("{} numbers", settings.inputs)),
        (
            "codes of",
            format!("{} of {} units", settings.active, settings.units),
        ),
        (
            "projection",
            format!("{}, seed {}", settings.projection, settings.seed),
        ),
        ("encoder", model.to_owned()),
        (
            "searched by",
            format!(
                "{}, two cues have a cosine of {:.2} on average",
                searched_by(stats.search),
                stats.mean_cosine
            ),
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
        ("index in RAM", size(stats.index_bytes as u64)),
        ("projection in RAM", size(stats.projection_bytes as u64)),
        ("opened in", format!("{:.1} ms", printed.load_ms)),
        (
            "projection made in",
            format!("{:.1} ms", printed.projection_ms),
        ),
    ];
    for (what, value) in rows {
        match args.format {
            Format::Tsv => say(&format!("{what}\t{}", one_line(&value, Format::Tsv))),
            _ => say(&format!("{what:<20}{value}")),
        }
    }
    Ok(())
}

fn searched_by(search: Search) -> &'static str {
    match search {
        Search::Codes => "units that codes share",
        Search::Drives => "drives without the mean of the cues",
        Search::Vectors => "all vectors",
        _ => "other means",
    }
}

pub(super) fn forget(args: &ForgetArgs) -> Result<(), Failure> {
    let mut writer = Writer::open(&args.memory.memory)?;
    warn_of_torn(writer.store());
    let ids = match &args.cue {
        None => args.id.clone(),
        Some(cue) => {
            let ids = writer.store().with_cue(cue)?;
            if ids.is_empty() {
                return Err(Failure::Input(format!("no item has just the cue {cue:?}")));
            }
            ids
        }
    };
    let items = ids.iter().map(|&id| writer.store().item(id));
    let items = items.collect::<Result<Vec<_>, _>>()?;
    writer.forget(&ids)?;
    for item in items {
        let cues: Vec<String> = item
            .cues
            .iter()
            .map(|cue| one_line(cue, Format::Text))
            .collect();
        let target = one_line(&item.target, Format::Text);
        say(&format!(
            "forgot {}: {} -> {target}",
            item.id,
            cues.join(" / ")
        ));
    }
    Ok(())
}

pub(super) fn compact(args: &CompactArgs) -> Result<(), Failure> {
    let mut writer = Writer::open(&args.memory.memory)?;
    warn_of_torn(writer.store());
    let freed = writer.compact()?;
    let stats = writer.store().stats()?;
    say(&format!(
        "{}: {} items, the log has {}, {} fewer",
        args.memory.memory.display(),
        stats.items,
        size(stats.log_bytes),
        size(freed)
    ));
    Ok(())
}
