//! `slotless transformer eval`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::super::{Failure, say, say_lines, weigh};
use crate::progress::{Counted, Meter, Size, Stop};
use slotless::memory::SpecError;
use slotless::run::RunError;
use slotless::transformer::evaluate::{self, Evaluation, Sample, evaluate_watched};
use slotless::transformer::statistics::{Block, Similarity, value_contrast};
use slotless::transformer::weights;
use slotless::transformer::{Condition, Slow, Weights};

pub(super) const EXAMPLES: &str = "\
Examples:
  slotless transformer eval --weights out/weights/qk_trial0.npz
  slotless transformer eval --weights a.safetensors b.safetensors --json
  slotless transformer eval --weights large.npz --batches 500 --batch 256 --seed 3

Asks all sequences where there are at most 65,536 (L = C = 4 has 1,536, L = C = 5
has 19,200), else random ones. Nothing is learned. The seed is that of the modules'
start weights, and of random sequences.";

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Weights, .npz or .safetensors, with the condition that they were trained under
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    weights: Vec<PathBuf>,
    /// Random batches, where there are more than 65,536 sequences
    #[arg(long, value_name = "N", default_value_t = 100)]
    batches: u32,
    /// Sequences of each
    #[arg(long, value_name = "N", default_value_t = 64)]
    batch: u32,
    /// Seed of the modules' start weights and of random sequences
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Print JSON: a list with an object a file
    #[arg(long)]
    json: bool,
}

/// What is said of a file.
#[derive(Serialize)]
struct Report<'a> {
    /// As it is shown: JSON has no other bytes than those of UTF-8.
    file: String,
    name: &'a str,
    sequences: u64,
    all_sequences: bool,
    accuracy: f64,
    loss: f64,
    /// By name of the table: diagonal mean and range, mean and range off it.
    statistics: serde_json::Map<String, serde_json::Value>,
    value_contrast: f64,
    condition: &'a Condition,
}

fn blocks(weights: &Weights) -> impl Iterator<Item = (Similarity, Block)> {
    let letters = weights.tokens() / 3;
    Similarity::ALL
        .into_iter()
        .map(move |which| (which, Block::of(&which.matrix(weights), letters)))
}

pub(super) fn eval(args: &EvalArgs) -> Result<(), Failure> {
    for (name, value, most) in [
        ("batches", args.batches, u32::MAX),
        ("batch", args.batch, 1 << 16),
    ] {
        if value == 0 || value > most {
            return Err(SpecError::range(name, value, format!("1 to {most}")).into());
        }
    }
    let sample = Sample {
        batches: args.batches,
        batch: args.batch,
    };
    // All of them first: a bad file leaves nothing half said.
    let loaded = args
        .weights
        .iter()
        .map(|path| weights::load(path))
        .collect::<Result<Vec<_>, _>>()?;
    let mut steps = 0.0;
    for (condition, _) in &loaded {
        let work = evaluate::work(condition, sample);
        weigh::once(&work)?;
        steps += work.steps;
    }
    let size = Size {
        pieces: steps as u64,
        steps,
        counted: Counted::Steps,
        ..Size::default()
    };
    let meter = Meter::new("transformer eval", "batches", size);
    let stop = Stop::on_interrupt();
    let mut evaluated = Vec::new();
    for (path, (condition, weights)) in args.weights.iter().zip(&loaded) {
        let watch = meter.watch(stop.flag());
        let found = evaluate_watched(condition, weights, sample, args.seed, watch);
        let stopped = || Failure::Interrupted("stopped".to_owned());
        let found = found.ok_or_else(stopped)?;
        if !found.loss.is_finite() {
            meter.finish();
            return Err(RunError::damaged(path, overflow(weights)).into());
        }
        evaluated.push(found);
    }
    meter.finish();
    let all = args.weights.iter().zip(&loaded).zip(&evaluated);
    let mut reports = Vec::new();
    for ((path, (condition, weights)), found) in all {
        if args.json {
            reports.push(report(path, condition, weights, found));
        } else {
            print(path, condition, weights, found);
        }
    }
    if args.json {
        let text = serde_json::to_string_pretty(&reports).expect("plain data");
        say_lines(&text);
    }
    Ok(())
}

/// Why weights have a loss that is no finite number.
fn overflow(weights: &Weights) -> String {
    let cells = Slow::ALL.into_iter().flat_map(|matrix| {
        let rows = 0..weights.rows(matrix);
        rows.flat_map(move |row| {
            (0..weights.tokens()).map(move |token| (matrix.name(), weights.get(matrix, row, token)))
        })
    });
    let largest = cells.reduce(|most, one| {
        if one.1.abs() > most.1.abs() {
            one
        } else {
            most
        }
    });
    let (name, value) = largest.unwrap_or(("weights", 0.0));
    format!(
        "its loss is no finite number: numbers up to {value:e} ({name}) overflow in single precision, expected smaller ones"
    )
}

fn print(path: &Path, condition: &Condition, weights: &Weights, found: &Evaluation) {
    say(&path.display().to_string());
    say(&format!("  {}", condition.caption()));
    let which = if found.all { "all" } else { "random" };
    say(&format!(
        "  accuracy {:.4} and loss {:.4} over {which} {} sequences",
        found.accuracy, found.loss, found.sequences
    ));
    for (which, block) in blocks(weights) {
        let [mean, range, off_mean, off_range] = block.numbers();
        let mut line = format!(
            "  {} ({}): diagonal {mean:.3}, range {range:.3}",
            which.name(),
            which.table()
        );
        // One letter has nothing off the diagonal.
        if !off_mean.is_nan() {
            line += &format!("; off it {off_mean:.3}, range {off_range:.3}");
        }
        say(&line);
    }
    say(&format!(
        "  contrast of W_V: {:.4}",
        value_contrast(weights)
    ));
}

fn report<'a>(
    file: &Path,
    condition: &'a Condition,
    weights: &Weights,
    found: &Evaluation,
) -> Report<'a> {
    let statistics = blocks(weights).map(|(which, block)| {
        let names = ["diagonal_mean", "diagonal_range", "off_mean", "off_range"];
        let numbers = names.into_iter().zip(block.numbers());
        let numbers = numbers.map(|(name, number)| (name.to_owned(), number.into()));
        (
            which.table().to_lowercase(),
            serde_json::Value::Object(numbers.collect()),
        )
    });
    Report {
        file: file.display().to_string(),
        name: &condition.model.name,
        sequences: found.sequences,
        all_sequences: found.all,
        accuracy: found.accuracy,
        loss: found.loss,
        statistics: statistics.collect(),
        value_contrast: value_contrast(weights),
        condition,
    }
}
