//! `slotless recall add`.

use std::path::PathBuf;

use clap::Args;

use super::super::{Failure, say, signals, weigh};
use super::pairs::{self, Lines, Pair, Unknown};
use super::vectors::{Source, VectorArgs};
use super::which::AboutArgs;
use super::{MemoryArgs, WriteArgs, size, tell, warn_of_damage};
use slotless_recall::{
    Entry, Flush, Lengths, NewItem, Projection, Settings, Store, StoreError, Times, Writer,
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
  slotless recall add --id 7 --cue \"another way to say it\"

--tsv takes a line per pair: cue, tab, target, and further cues behind further tabs. --jsonl takes a line per pair:
{\"cue\": \"...\", \"target\": \"...\", \"paraphrases\": [\"...\"]}. Rows of --vectors belong to the texts in the order cue,
target, paraphrases, pair after pair. A line of JSON may say, too, \"time\", \"speaker\", \"session\", \"namespace\" and
\"tags\": {\"key\": \"value\"}, by which ask, list and forget choose with --where, --after and --before; --tag and --time say
it of all pairs that are added. \"added\" and \"updated\", as export writes them, are kept.
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
    /// What becomes of fields of --jsonl that are not known
    #[arg(long, value_enum, default_value_t, requires = "jsonl")]
    unknown: Unknown,
    /// Pairs that are written to disk together
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    batch: u32,
    /// Do not wait for the disk: safe against a kill, not against a failure of power
    #[arg(long)]
    no_sync: bool,
    /// Units of a code, when the memory is made [default: 16384]
    #[arg(long, value_name = "N", help_heading = "A new memory")]
    units: Option<u32>,
    /// Active units of a code, when the memory is made [default: 50]
    #[arg(long, value_name = "N", help_heading = "A new memory")]
    active: Option<u32>,
    /// Projection that makes codes, when the memory is made: gaussian or sparse:TAPS [default: gaussian]
    #[arg(long, value_name = "KIND", value_parser = projection, help_heading = "A new memory")]
    projection: Option<Projection>,
    /// Seed of the projection, when the memory is made [default: 1]
    #[arg(long, value_name = "N", help_heading = "A new memory")]
    seed: Option<u64>,
}

fn projection(text: &str) -> Result<Projection, String> {
    if text == "gaussian" {
        return Ok(Projection::Gaussian);
    }
    let taps = text
        .strip_prefix("sparse:")
        .and_then(|taps| taps.parse().ok());
    let taps = taps.ok_or_else(|| "allowed: gaussian, sparse:TAPS".to_owned())?;
    Ok(Projection::Sparse { taps })
}

pub(super) fn add(args: &AddArgs) -> Result<(), Failure> {
    let folder = &args.memory.memory;
    if let Some(id) = args.id {
        return add_cues(args, id);
    }
    let pairs = pairs(args)?;
    // A memory that cannot be read is refused before an encoder is loaded.
    let is_new = !Store::is_at(folder)?;
    let stored = match is_new {
        true => None,
        false => Some(Store::open(folder)?.settings().clone()),
    };
    let source = args.vectors.open_with(stored.as_ref(), args.lengths())?;
    let settings = settings(args, stored.as_ref(), &source)?;
    // The table of the projection.
    let of_unit = match settings.projection {
        Projection::Gaussian => settings.inputs,
        Projection::Sparse { taps } => taps,
    };
    let table = 4.0 * f64::from(settings.units) * f64::from(of_unit);
    weigh::bytes("units", settings.units.into(), table)?;
    let texts = pairs.iter().map(|pair| pair.texts().count()).sum();
    source.check_rows(texts, "one for each cue, target and paraphrase")?;
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
    signals::when_stopped("stopped; what was printed as stored is kept");
    let mut row = 0;
    for batch in pairs.chunks(args.batch as usize) {
        row = add_batch(&mut writer, &source, &args.about, batch, row).map_err(|failure| {
            match failure {
                // Of what was refused nothing was written.
                Failure::Input(line) if row > 0 => Failure::Failed(line),
                failure => failure,
            }
        })?;
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

/// The pairs of a file or of flags, all of them sound.
fn pairs(args: &AddArgs) -> Result<Vec<Pair>, Failure> {
    match (&args.tsv, &args.jsonl, &args.cue, &args.target) {
        (Some(path), ..) => pairs::read(path, Lines::Tsv, args.unknown),
        (_, Some(path), ..) => pairs::read(path, Lines::Jsonl, args.unknown),
        (_, _, Some(cue), Some(target)) => {
            let pair = Pair {
                cue: cue.clone(),
                target: target.clone(),
                paraphrases: args.paraphrase.clone(),
                ..Pair::default()
            };
            pair.check().map_err(Failure::Input)?;
            Ok(vec![pair])
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
    let settings = Settings {
        units: args.units.unwrap_or(base.units),
        active: args.active.unwrap_or(base.active),
        projection: args.projection.unwrap_or(base.projection),
        seed: args.seed.unwrap_or(base.seed),
        ..base
    };
    if let Some(stored) = stored {
        settings.same_as(stored)?;
    }
    Ok(settings)
}

/// Stores pairs, says so, and gives the row of the next pair's first vector.
fn add_batch(
    writer: &mut Writer,
    source: &Source,
    about: &AboutArgs,
    batch: &[Pair],
    row: usize,
) -> Result<usize, Failure> {
    let texts: Vec<&str> = batch.iter().flat_map(Pair::texts).collect();
    let vectors = source.vectors(&texts, row)?;
    let mut entries = texts
        .iter()
        .zip(vectors.chunks_exact(source.dim()))
        .map(|(&text, vector)| Entry { text, vector });
    let mut cues = Vec::with_capacity(texts.len());
    let mut targets = Vec::with_capacity(batch.len());
    for pair in batch {
        let first = cues.len();
        cues.extend(entries.next());
        let target = entries.next();
        cues.extend(entries.by_ref().take(pair.paraphrases.len()));
        targets.push((
            target,
            first..cues.len(),
            pair.times().map_err(Failure::Input)?,
            about.over(pair.metadata().map_err(Failure::Input)?)?,
        ));
    }
    let items: Vec<(NewItem<'_>, Times)> = targets
        .iter()
        .filter_map(|(target, own, times, metadata)| {
            let item = NewItem {
                target: (*target)?,
                cues: &cues[own.clone()],
                metadata: Some(metadata),
            };
            Some((item, *times))
        })
        .collect();
    let ids = writer.restore(&items)?;
    match batch {
        [_] => say(&format!("stored {}", ids.start)),
        _ => say(&format!("stored {} to {}", ids.start, ids.end - 1)),
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
    let vectors = vectors.chunks_exact(source.dim());
    let entries = texts
        .iter()
        .zip(vectors)
        .map(|(&text, vector)| Entry { text, vector });
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
