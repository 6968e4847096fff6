//! `slotless recall update`.

use clap::Args;

use super::super::{Failure, say};
use super::vectors::VectorArgs;
use super::which::AboutArgs;
use super::{MemoryArgs, WriteArgs, tell};
use slotless_recall::{Entry, Store};

pub(super) const EXAMPLES: &str = "\
Examples:
  slotless recall update 7 --target \"CI needs postgres 18\"
  slotless recall update 7 --cue \"tests fail\" --cue \"the build is red\"
  slotless recall update 7 --target \"new\" --vectors new.npy
  slotless recall update 7 --tag namespace=home --time 2026-03-05

What is not given stays: the target, all cues, other tags. Cues that are given take the place of all that the item had
(`slotless recall add --id` adds some). Rows of --vectors belong to the texts that are given, in the order first cue,
target, further cues. The old text is in the log until `slotless recall compact`.";

#[derive(Debug, Args)]
pub(super) struct UpdateArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    #[command(flatten)]
    vectors: VectorArgs,
    #[command(flatten)]
    write: WriteArgs,
    /// Number of the item
    #[arg(value_name = "ID")]
    id: u64,
    /// The new target
    #[arg(long, value_name = "TEXT")]
    target: Option<String>,
    /// A new cue, in place of those that it had; may be given again
    #[arg(long, value_name = "TEXT")]
    cue: Vec<String>,
    #[command(flatten)]
    about: AboutArgs,
}

pub(super) fn update(args: &UpdateArgs) -> Result<(), Failure> {
    let has_texts = args.target.is_some() || !args.cue.is_empty();
    if !has_texts && args.about.is_empty() {
        let why =
            "nothing to update, expected --target TEXT, --cue TEXT, --tag KEY=VALUE or --time TIME";
        return Err(Failure::Input(why.to_owned()));
    }
    let store = Store::open(&args.memory.memory)?;
    let full = store.full(args.id)?;
    // A new target has a vector where the old one had.
    let encodes_target = full.target.is_some();
    let metadata = args.about.over(full.item.metadata)?;
    if !has_texts {
        drop(store);
        let mut writer = args.memory.open_to_write(&args.write)?;
        writer.describe(&[(args.id, &metadata)])?;
        say(&format!("updated {}", args.id));
        tell(&writer);
        return Ok(());
    }
    let source = args.vectors.open(Some(store.settings()))?;
    drop(store);
    let mut texts: Vec<&str> = args.cue.iter().map(String::as_str).collect();
    let all = texts.len() + usize::from(args.target.is_some());
    let is_blank = |text: &str| text.trim().is_empty();
    if texts.iter().any(|text| is_blank(text)) || args.target.as_deref().is_some_and(is_blank) {
        return Err(Failure::Input("a text is empty".to_owned()));
    }
    // As in `add`: behind the first cue.
    let at = texts.len().min(1);
    let with_target = match source.rows() {
        Some(rows) => rows == all || encodes_target,
        None => encodes_target,
    };
    if with_target || texts.is_empty() && source.is_file() {
        texts.splice(at..at, args.target.as_deref());
    }
    source.check_rows(texts.len(), "one for each text that is given")?;
    let vectors = source.vectors(&texts, 0)?;
    let mut entries: Vec<Entry<'_>> = texts
        .iter()
        .enumerate()
        .map(|(row, &text)| Entry {
            text,
            vector: vectors.get(row),
        })
        .collect();
    let target = args.target.as_deref().map(|text| match texts.len() == all {
        true => entries.remove(at),
        false => Entry { text, vector: None },
    });
    let mut writer = args.memory.open_to_write(&args.write)?;
    let metadata = (!args.about.is_empty()).then_some(&metadata);
    writer.update_described(args.id, target, &entries, metadata)?;
    say(&format!("updated {}", args.id));
    tell(&writer);
    Ok(())
}
