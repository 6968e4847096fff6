//! `slotless recogniser`: recognisers for microcontrollers on data of one's own.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Failure, Target, say};
use crate::progress::{Meter, Size};
use slotless::figures::Table;
use slotless::recogniser::{COMPARISON, DataError, Design, Plan, Protocol, Row, Samples};

const EXAMPLES: &str = "\
Examples:
  slotless recogniser compare gestures.csv";

const COMPARE_EXAMPLES: &str = "\
Examples:
  slotless recogniser compare gestures.csv                   at 1,024 to 16,384 bytes, with 6 in 10 samples learned
  slotless recogniser compare digits.csv --bytes 4096 --learn 1000
  slotless recogniser compare gestures.csv --recognisers grow,ring-balanced --divisions 50
  slotless recogniser compare gestures.csv --csv compared.csv   with standard errors

A table has a sample a line: features of 0 to 255, in the last column a label of 0 to 15, and no head. All
recognisers are in slotless-core; docs/embedded.md says which is for what. Shares of test samples that are
recognised rightly, means over divisions:
  1 shot, 5 shots   after so many samples of each class
  stream, sorted    after all, in random order and class by class
  drift             while every feature drifts by up to an eighth of the range
  exchange          while samples of each class turn into those of the next
  damaged           as stream, each bit of the state then flipped with a chance of 1 %
Each class left out in turn: 'auc' is how often a sample of it has a higher score than one of another class,
'rejected' how many samples of the others are called unknown, 'caught' how many of its own.";

/// The sizes unless others are asked for.
const BYTES: [u32; 5] = [1024, 2048, 4096, 8192, 16_384];

/// The shares, as they are headed.
const HEADS: [&str; 10] = [
    "1 shot", "5 shots", "stream", "sorted", "drift", "exchange", "damaged", "auc", "rejected",
    "caught",
];

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RecogniserArgs {
    #[command(subcommand)]
    command: RecogniserCommand,
}

#[derive(Debug, Subcommand)]
enum RecogniserCommand {
    /// Hold recognisers against each other on a table of samples, at equal bytes
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(CompareArgs),
}

#[derive(Debug, Args)]
struct CompareArgs {
    /// Table to read: CSV
    table: PathBuf,
    /// Bytes of state that each may have, 16 to 1048576 [default: 1024,2048,4096,8192,16384]
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(16..=1 << 20))]
    bytes: Vec<u32>,
    /// Only these [default: all]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    recognisers: Vec<String>,
    /// Samples that are learned of each division [default: 6 in 10]
    #[arg(long, value_name = "N")]
    learn: Option<usize>,
    /// Random divisions into samples learned and tested, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    divisions: u32,
    /// Seed of divisions, streams and damage
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Write the table to this file as well, with standard errors; - is standard output, what is printed then goes to standard error
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::Input(error.to_string())
    }
}

pub(super) fn recogniser(args: &RecogniserArgs) -> Result<(), Failure> {
    match &args.command {
        RecogniserCommand::Compare(args) => compare(args),
    }
}

fn compare(args: &CompareArgs) -> Result<(), Failure> {
    let designs = designs(&args.recognisers)?;
    let samples = Samples::read(&args.table)?;
    let all = samples.all.len();
    let train = args
        .learn
        .unwrap_or(all * 6 / 10)
        .max(usize::from(args.learn.is_none()));
    if train == 0 || train >= all {
        return Err(Failure::Input(format!(
            "--learn is {train}, allowed for {all} samples: 1 to {}",
            all - 1
        )));
    }
    let csv = args.csv.as_deref().map(Target::with_folder).transpose()?;
    let plan = Plan {
        train,
        divisions: args.divisions,
        seed: args.seed,
    };
    let sizes = if args.bytes.is_empty() {
        &BYTES[..]
    } else {
        &args.bytes
    };
    say(&format!(
        "{all} samples of {} features and {} labels; of each of {} divisions {train} learned, {} tested",
        samples.features,
        samples.labels,
        plan.divisions,
        all - train
    ));
    let heads: String = HEADS.iter().map(|head| format!(" {head:>8}")).collect();
    say(&format!("{:>7} {:<20}{heads}", "bytes", "recogniser"));
    let pieces = sizes.len() * designs.len() * Protocol::ALL.len();
    let meter = Meter::new(
        "comparing",
        "streams",
        Size {
            pieces: pieces as u64,
            ..Size::default()
        },
    );
    let mut table = Table::new("", &COMPARISON, Vec::new());
    let mut left_out = Vec::new();
    for &bytes in sizes {
        for &design in &designs {
            let row = Row::measure(&samples, design, bytes as usize, plan, || meter.step(1));
            match row {
                Some(row) => {
                    say(&line(&row));
                    table.rows.push(row.cells());
                }
                None => left_out.push(format!("{} in {bytes}", design.name())),
            }
        }
    }
    meter.finish();
    if !left_out.is_empty() {
        say(&format!("does not fit, in bytes: {}", left_out.join(", ")));
    }
    csv.map_or(Ok(()), |target| target.write_with(|file| table.write(file)))
}

/// Those of these names, in the order of the names; all of none.
fn designs(names: &[String]) -> Result<Vec<Design>, Failure> {
    if names.is_empty() {
        return Ok(Design::ALL.to_vec());
    }
    let of = |name: &String| {
        let design = Design::ALL.iter().find(|design| design.name() == name);
        design.copied().ok_or_else(|| {
            let allowed: Vec<&str> = Design::ALL.iter().map(|design| design.name()).collect();
            let allowed = allowed.join(", ");
            Failure::Input(format!(
                "no recogniser is named '{name}', allowed: {allowed}"
            ))
        })
    };
    names.iter().map(of).collect()
}

fn line(row: &Row) -> String {
    let cells = row.shares().map(|share| match share {
        Some(share) => format!(" {:>8.3}", share.mean),
        None => format!(" {:>8}", "-"),
    });
    format!(
        "{:>7} {:<20}{}",
        row.bytes,
        row.design.name(),
        cells.concat()
    )
}
