//! `slotless recall add`.

use std::path::PathBuf;

use clap::Args;

use super::super::{Failure, say, signals};
use super::pairs::{self, Cues, Input, Lines, Pair, Unknown};
use super::vectors::{Source, VectorArgs};
use super::which::AboutArgs;
use super::{MemoryArgs, WriteArgs, show, size, tell, warn_of_damage};
use slotless_core::words::Units;
use slotless_recall::{
    Entry, Flush, Lengths, Metadata, NewItem, Put, Settings, Store, StoreError, Times, Writer,
};

pub(super) const EXAMPLES: &str = "\
Examples:
  slotless recall add --cue \"the API returns 500\" --target \"out of memory in the worker\" --model DIR
  slotless recall add --cue \"tests fail\" --target \"CI needs postgres\" --paraphrase \"the build is red\"
  slotless recall add --tsv pairs.tsv
  slotless recall add --jsonl - < pairs.jsonl
  slotless recall add --tsv pairs.tsv --vectors pairs.npy
  slotless recall add --cue \"I moved to Oslo\" --target \"Ann lives in Oslo\" --tag speaker=Ann --time 2026-03-05
  slotless recall add --jsonl turns.jsonl --unknown tags --tag namespace=work
  slotless recall add --key deploy --cue \"how do we deploy\" --target \"by hand\"
  slotless recall add --id 7 --cue \"another way to say it\"

--tsv takes a line per pair: cue, tab, target, and further cues behind further tabs. --jsonl takes a line per pair:
{\"cue\": \"...\", \"target\": \"...\", \"paraphrases\": [\"...\"]}. Rows of --vectors belong to the texts in the order cue,
target, paraphrases, pair after pair. A line of JSON may say, too, \"time\", \"speaker\", \"session\", \"namespace\" and
\"tags\": {\"key\": \"value\"}, by which ask, list and forget choose with --where, --after and --before; --tag and --time say
it of all pairs that are added. \"added\" and \"updated\", as export writes them, are kept. A pair with a \"key\" (the tag
key) takes the place of the item of that key in its namespace, if there is one: `slotless recall history` shows what that
was. A line {\"id\": 7, \"cues\": [\"...\"]} adds cues to an item that is there, such as what a language model says of it.
All input is checked before anything is written.

What is printed as stored is on disk. An interrupted add keeps the batches it has printed, and
of the one after them all or nothing.";

#[derive(Debug, Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    memory: MemoryArgs,
    #[command(flatten)]
    vectors: VectorArgs,
    #[command(flatten)]
    write: WriteArgs,
    /// The vectors have length 1 and are stored as they are, bit for bit, as `export` wrote them
    #[arg(long, requires = "vectors")]
    unit_vectors: bool,
    /// Pairs in columns, one per line; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["jsonl", "cue", "target", "paraphrase", "id"])]
    tsv: Option<PathBuf>,
    /// Pairs as JSON, one per line; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cue", "target", "paraphrase", "id"])]
    jsonl: Option<PathBuf>,
    /// One pair: what it is recalled by
    #[arg(long, value_name = "TEXT")]
    cue: Option<String>,
    /// One pair: what is recalled
    #[arg(long, value_name = "TEXT", requires = "cue", conflicts_with = "id")]
    target: Option<String>,
    /// One pair: a further cue; may be given again
    #[arg(long, value_name = "TEXT", requires = "cue")]
    paraphrase: Vec<String>,
    /// Add the cue to this item, in place of a new pair
    #[arg(long, value_name = "N", requires = "cue")]
    id: Option<u64>,
    #[command(flatten)]
    about: AboutArgs,
    /// What the pair is about: it takes the place of the item of this key, if there is one; the tag key
    #[arg(long, value_name = "KEY", requires = "cue", conflicts_with = "id")]
    key: Option<String>,
    /// What becomes of fields of --jsonl that are not known
    #[arg(long, value_enum, default_value_t, requires = "jsonl")]
    unknown: Unknown,
    /// The day of a pair's time in front of its cues, as [8 May 2023], so that questions with a date find it
    #[arg(long, conflicts_with = "id")]
    date_in_cues: bool,
    /// Pairs that are written to disk together
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    batch: u32,
    /// Do not wait for the disk: safe against a kill, not against a failure of power
    #[arg(long)]
    no_sync: bool,
    /// Give targets vectors, too, with which `chain` asks on: twice the work, and no encoder is needed for that later
    #[arg(long, conflicts_with_all = ["vectors", "words_only", "id"])]
    encode_targets: bool,
    /// Bits of a word's unit, 8 to 32, when the memory is made; 0 where words are not compared [default: 32]
    #[arg(long, value_name = "N", value_parser = word_bits, help_heading = "A new memory")]
    words: Option<u32>,
}

fn word_bits(text: &str) -> Result<u32, String> {
    let bits = text.parse().ok();
    let bits = bits.filter(|&bits| bits == 0 || Units::new(bits).is_ok());
    bits.ok_or_else(|| "allowed: 0, and 8 to 32".to_owned())
}

pub(super) fn add(args: &AddArgs) -> Result<(), Failure> {
    let folder = &args.memory.memory;
    if let Some(id) = args.id {
        return add_cues(args, id);
    }
    let inputs = inputs(args)?;
    // A memory that cannot be read is refused before an encoder is loaded.
    let is_new = !Store::is_at(folder)?;
    let stored = match is_new {
        true => None,
        false => Some(Store::open(folder)?.settings().clone()),
    };
    let source = args.vectors.open_with(stored.as_ref(), args.lengths())?;
    let settings = settings(args, stored.as_ref(), &source)?;
    let targets = targets(args, &inputs, &source)?;
    let mut writer = match is_new {
        true => match Writer::create_with(folder, &settings, args.write.locking()) {
            // Another process was faster.
            Err(StoreError::NotAMemory { .. }) if Store::is_at(folder)? => {
                let writer = Writer::open_with(folder, args.write.locking())?;
                settings.same_as(writer.store().settings())?;
                writer
            }
            made => made?,
        },
        false => Writer::open_with(folder, args.write.locking())?,
    };
    warn_of_damage(writer.store());
    writer.set_lengths(args.lengths());
    if args.no_sync {
        writer.set_flush(Flush::System);
    }
    // Before anything is written: what further cues are of, and what is said of all.
    for input in &inputs {
        match input {
            Input::Cues(cues) => drop(writer.store().item(cues.id)?),
            Input::Pair(pair) => drop(args.about.over(pair.metadata().map_err(Failure::Input)?)?),
        }
    }
    signals::when_stopped("stopped; what was printed as stored is kept");
    let mut row = 0;
    let is_pair = |one: &Input| matches!(one, Input::Pair(_));
    let alike = inputs.chunk_by(|a, b| is_pair(a) == is_pair(b));
    for batch in alike.flat_map(|alike| alike.chunks(args.batch as usize)) {
        row = add_batch(&mut writer, &source, &args.about, (batch, targets), row).map_err(
            |failure| {
                match failure {
                    // Of what was refused nothing was written.
                    Failure::Input(line) if row > 0 => Failure::Failed(line),
                    failure => failure,
                }
            },
        )?;
    }
    let stats = writer.store().stats()?;
    say(&format!(
        "{}: {} items, {} cues, {} on disk",
        folder.display(),
        stats.items,
        stats.cues,
        size(stats.log_bytes + stats.snapshot_bytes)
    ));
    tell(&writer);
    Ok(())
}

impl AddArgs {
    fn lengths(&self) -> Lengths {
        match self.unit_vectors {
            true => Lengths::Kept,
            false => Lengths::Scaled,
        }
    }
}

/// Whether targets have vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Targets {
    /// A row each, behind the first cue.
    WithVectors,
    /// Their text alone.
    TextAlone,
}

/// Whether targets have vectors: where a file has so many rows, or it is asked for.
fn targets(args: &AddArgs, inputs: &[Input], source: &Source) -> Result<Targets, Failure> {
    let texts = || inputs.iter().flat_map(Input::texts);
    let without = texts().filter(|(_, is_target)| !is_target).count();
    let texts = texts().count();
    if source.rows() == Some(without) {
        return Ok(Targets::TextAlone);
    }
    source.check_rows(
        texts,
        &format!("one for each cue, target and paraphrase, or {without} without the targets"),
    )?;
    Ok(match source.is_file() || args.encode_targets {
        true => Targets::WithVectors,
        false => Targets::TextAlone,
    })
}

/// What a file or flags say, all of it sound.
fn inputs(args: &AddArgs) -> Result<Vec<Input>, Failure> {
    let mut inputs = as_given(args)?;
    if args.date_in_cues {
        for input in &mut inputs {
            let Input::Pair(pair) = input else { continue };
            let known = args.about.over(pair.metadata().map_err(Failure::Input)?)?;
            let time = known.time().ok_or_else(|| {
                let cue = show::line(&pair.cue);
                Failure::Input(format!(
                    "--date-in-cues, but \"{cue}\" has no time; expected --time or \"time\""
                ))
            })?;
            pair.date(&show::day(time));
            pair.check().map_err(Failure::Input)?;
        }
    }
    Ok(inputs)
}

/// As they are given.
fn as_given(args: &AddArgs) -> Result<Vec<Input>, Failure> {
    match (&args.tsv, &args.jsonl, &args.cue, &args.target) {
        (Some(path), ..) => pairs::read(path, Lines::Tsv, args.unknown),
        (_, Some(path), ..) => pairs::read(path, Lines::Jsonl, args.unknown),
        (_, _, Some(cue), Some(target)) => {
            let pair = Pair {
                cue: cue.clone(),
                target: target.clone(),
                paraphrases: args.paraphrase.clone(),
                key: args.key.clone(),
                ..Pair::default()
            };
            pair.check().map_err(Failure::Input)?;
            Ok(vec![Input::Pair(Box::new(pair))])
        }
        (_, _, Some(_), None) => Err(Failure::Input("no --target for this --cue".to_owned())),
        _ => Err(Failure::Input(
            "no pairs, expected --tsv FILE, --jsonl FILE, or --cue TEXT --target TEXT".to_owned(),
        )),
    }
}

/// Settings of a new memory, or those of the one that is there, where no flag says otherwise.
fn settings(
    args: &AddArgs,
    stored: Option<&Settings>,
    source: &Source,
) -> Result<Settings, Failure> {
    let base = match stored {
        Some(stored) => stored.clone(),
        None => Settings {
            model: source.model().cloned(),
            ..Settings::new(source.dim() as u32)
        },
    };
    let words = match args.words {
        Some(bits) => Units::new(bits).ok(),
        None => base.words,
    };
    let settings = Settings { words, ..base };
    settings.check()?;
    if let Some(stored) = stored {
        if stored.inputs > 0 && source.dim() == 0 {
            let why = format!(
                "--words-only, but this memory has vectors of {} numbers, and every cue needs one",
                stored.inputs
            );
            return Err(Failure::Input(why));
        }
        settings.same_as(stored)?;
    }
    Ok(settings)
}

/// Stores pairs, or further cues of items, says so, and gives the row of the next vector.
fn add_batch(
    writer: &mut Writer,
    source: &Source,
    about: &AboutArgs,
    (batch, targets): (&[Input], Targets),
    row: usize,
) -> Result<usize, Failure> {
    // What has a vector, in the order of rows.
    let with_vectors = batch.iter().flat_map(Input::texts);
    let with_vectors =
        with_vectors.filter(|(_, is_target)| !is_target || targets == Targets::WithVectors);
    let texts: Vec<&str> = with_vectors.map(|(text, _)| text).collect();
    let vectors = source.vectors(&texts, row)?;
    let mut row_of_batch = 0;
    let mut entry = |text| {
        row_of_batch += 1;
        let vector = vectors.get(row_of_batch - 1);
        Entry { text, vector }
    };
    let (mut cues, mut known, mut further) = (Vec::new(), Vec::new(), Vec::new());
    for input in batch {
        let first = cues.len();
        match input {
            Input::Cues(Cues { id, cues: own }) => {
                cues.extend(own.iter().map(|text| entry(text)));
                further.push((*id, first..cues.len()));
            }
            Input::Pair(pair) => {
                cues.push(entry(&pair.cue));
                let target = match targets {
                    Targets::WithVectors => entry(&pair.target),
                    Targets::TextAlone => Entry {
                        text: &pair.target,
                        vector: None,
                    },
                };
                cues.extend(pair.paraphrases.iter().map(|text| entry(text)));
                known.push((
                    target,
                    first..cues.len(),
                    pair.times().map_err(Failure::Input)?,
                    about.over(pair.metadata().map_err(Failure::Input)?)?,
                ));
            }
        }
    }
    if !further.is_empty() {
        let items: Vec<(u64, &[Entry<'_>])> = further
            .iter()
            .map(|(id, own)| (*id, &cues[own.clone()]))
            .collect();
        writer.add_cues_of(&items)?;
        say(&match (&further[..], cues.len()) {
            ([(id, _)], 1) => format!("stored a cue of {id}"),
            ([(id, _)], count) => format!("stored {count} cues of {id}"),
            (items, count) => format!("stored {count} cues of {} items", items.len()),
        });
        return Ok(row + texts.len());
    }
    let items: Vec<(NewItem<'_>, Times)> = known
        .iter()
        .map(|(target, own, times, metadata)| {
            let item = NewItem {
                target: *target,
                cues: &cues[own.clone()],
                metadata: Some(metadata),
            };
            (item, *times)
        })
        .collect();
    let put = writer.put(&items)?;
    let new: Vec<u64> = put
        .iter()
        .filter(|one| !one.replaced)
        .map(|one| one.id)
        .collect();
    match new[..] {
        [] => {}
        [id] => say(&format!("stored {id}")),
        [first, .., last] => say(&format!("stored {first} to {last}")),
    }
    for (Put { id, .. }, (.., metadata)) in put.iter().zip(&known).filter(|(one, _)| one.replaced) {
        let key = metadata.tag(Metadata::KEY).unwrap_or_default();
        say(&format!("stored {id} anew, of the key {}", show::line(key)));
    }
    Ok(row + texts.len())
}

/// Further cues of an item.
fn add_cues(args: &AddArgs, id: u64) -> Result<(), Failure> {
    if !args.about.is_empty() {
        let why = format!(
            "--id {id} adds cues to an item that is there; `slotless recall update {id}` takes --tag and --time"
        );
        return Err(Failure::Input(why));
    }
    let store = Store::open(&args.memory.memory)?;
    store.item(id)?;
    let source = args
        .vectors
        .open_with(Some(store.settings()), args.lengths())?;
    settings(args, Some(store.settings()), &source)?;
    drop(store);
    let texts: Vec<&str> = args
        .cue
        .iter()
        .chain(&args.paraphrase)
        .map(String::as_str)
        .collect();
    if texts.iter().any(|text| text.trim().is_empty()) {
        return Err(Failure::Input("the cue is empty".to_owned()));
    }
    source.check_rows(texts.len(), "one for each cue")?;
    let vectors = source.vectors(&texts, 0)?;
    let entries = texts.iter().enumerate().map(|(row, &text)| Entry {
        text,
        vector: vectors.get(row),
    });
    let mut writer = args.memory.open_to_write(&args.write)?;
    writer.set_lengths(args.lengths());
    if args.no_sync {
        writer.set_flush(Flush::System);
    }
    writer.add_cues(id, &entries.collect::<Vec<_>>())?;
    say(&format!(
        "stored {} of {id}",
        match texts.len() {
            1 => "a cue".to_owned(),
            several => format!("{several} cues"),
        }
    ));
    tell(&writer);
    Ok(())
}
