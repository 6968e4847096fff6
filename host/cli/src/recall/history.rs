//! `slotless recall history`.

use clap::Args;
use serde::Serialize;

use super::super::{Failure, say};
use super::{Format, MemoryArgs, show};
use slotless_recall::Version;

pub(super) const EXAMPLES: &str = "\
Examples:
  slotless recall history 7
  slotless recall history --key deploy
  slotless recall history --key deploy --namespace work --format json

What an item was before `slotless recall update`, and before another pair of its key took its place, is in the log until
`slotless recall compact` without --keep-history. The oldest comes first; the last is what the item is.";

#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    /// Number of the item
    #[arg(
        value_name = "ID",
        required_unless_present = "key",
        conflicts_with = "key"
    )]
    id: Option<u64>,
    /// The item of this key
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Of the key in this namespace [default: of the one in none]
    #[arg(long, value_name = "NAME", requires = "key", conflicts_with = "id")]
    namespace: Option<String>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A version, as an object.
#[derive(Serialize)]
struct Shown<'a> {
    id: u64,
    since: Option<String>,
    target: &'a str,
    cues: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    tags: std::collections::BTreeMap<&'a str, &'a str>,
}

pub(super) fn history(args: &HistoryArgs) -> Result<(), Failure> {
    let store = args.memory.open()?;
    let id = match (args.id, &args.key) {
        (Some(id), _) => id,
        (None, key) => {
            let key = key.as_deref().unwrap_or_default();
            let namespace = args.namespace.as_deref();
            store.with_key(namespace, key).ok_or_else(|| {
                let of =
                    namespace.map(|name| format!(" in the namespace \"{}\"", show::line(name)));
                let of = of.unwrap_or_else(|| " without a namespace".to_owned());
                Failure::Input(format!("no item{of} has the key \"{}\"", show::line(key)))
            })?
        }
    };
    let versions = store.history(id)?;
    if args.format == Format::Tsv {
        say("id\tsince\ttarget\tcues");
    }
    for version in &versions {
        print(args.format, id, version);
    }
    Ok(())
}

fn print(format: Format, id: u64, version: &Version) {
    let since = version.since.map(show::exact_time);
    match format {
        Format::Json => say(&show::json(&Shown {
            id,
            since,
            target: &version.target,
            cues: &version.cues,
            time: version.metadata.time().map(show::exact_time),
            tags: version.metadata.tags().collect(),
        })),
        Format::Tsv => {
            let cues: Vec<String> = version.cues.iter().map(|cue| show::column(cue)).collect();
            say(&format!(
                "{id}\t{}\t{}\t{}",
                since.unwrap_or_default(),
                show::column(&version.target),
                cues.join("\t")
            ));
        }
        Format::Text => {
            let cues: Vec<String> = version.cues.iter().map(|cue| show::line(cue)).collect();
            say(&format!(
                "{}  {}  ({}){}",
                version.since.map_or("unknown".to_owned(), show::time),
                show::line(&version.target),
                cues.join("; "),
                show::known(&version.metadata)
            ));
        }
    }
}
