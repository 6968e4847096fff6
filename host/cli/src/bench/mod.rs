//! `slotless bench`.

mod device;
mod layouts;
mod retrieval;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::{Failure, Target, say, weigh};
use slotless::bench::hopfield::{self, SIZES as HOPFIELD};
use slotless::bench::recall::{SIZES as RECALL, Size};
use slotless::bench::search::{SEARCHES, Search};
use slotless::bench::training::{MODELS, time_training};
use slotless::bench::{Row, STEPS, Sizes, limits, rows, sizes};
use slotless::figures::Table;
use slotless::memory::WeightWidth;
use slotless::run::device::DeviceChoice;
use slotless_kernels::cpu::Isa;

const EXAMPLES: &str = "\
Examples:
  slotless bench                      the paper's networks, best instructions, half a minute
  slotless bench kw_f005              one network
  slotless bench tf                   training of the transformers: an iteration of 64 sequences
  slotless bench hop_                 passes over the weights of classical Hopfield networks, and whole recalls
  slotless bench recall               memories of sentences in a folder: add, open, code, recall, ask
  slotless bench --isa portable,avx2  other instructions; the results are the same, only the time differs
  slotless bench --layouts            whether the layouts that are chosen are the fastest ones here
  slotless bench --large              ten and a hundred times the paper's sizes, up to 2 GB
  slotless bench --device cuda        the same trials and queries on the CPU and on each GPU
  slotless bench --csv bench.csv      the table as a file too
  slotless bench retrieval --locomo locomo10.json   which turns of conversations questions find

One core. 'least' is the best of many rounds, 'median' the middle one. 'of copy' is the time in
which a plain copy would move as many bytes in a working set as large, over the least time.
On a shared machine only ratios within one run mean much.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(super) struct BenchArgs {
    #[command(subcommand)]
    command: Option<BenchCommand>,
    /// Only what has this name, or all that have it in their names, such as kw_f005, tf, hop_, modern, recall or search
    #[arg(value_name = "NAME")]
    filter: Option<String>,
    /// Instructions: all that are named, of those this machine has [default: the best]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    isa: Vec<String>,
    /// The large networks in place of the paper's
    #[arg(long)]
    large: bool,
    /// Networks of many sizes in each layout of their weights, and which choices are more than 10% slower than the fastest; NAME is part
    /// of sizes such as 1000x2000x50 (n_i, n_h, m)
    #[arg(long, conflicts_with = "large")]
    layouts: bool,
    /// A tenth of the time, with more noise
    #[arg(long)]
    quick: bool,
    /// Compare with GPUs: whole trials and queries on all cores and on each device, side by side (auto, cuda, cuda:N)
    #[arg(long, value_name = "DEVICE", default_value = "cpu", conflicts_with_all = ["isa", "large", "layouts"])]
    device: DeviceChoice,
    /// Write the table to this file as well; - is standard output, what is printed then goes to standard error
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum BenchCommand {
    /// Measure which turns of long conversations questions find: by words, by vectors, by both
    Retrieval(retrieval::RetrievalArgs),
}

pub(super) fn bench(args: &BenchArgs) -> Result<(), Failure> {
    if let Some(BenchCommand::Retrieval(args)) = &args.command {
        return retrieval::bench(args);
    }
    if args.device != DeviceChoice::Cpu {
        return device::bench(args);
    }
    let sets = sets(&args.isa)?;
    if args.layouts {
        return layouts::bench(args, &sets);
    }
    let (sizes, patterns): (&[_], _) = if args.large {
        (&sizes::LARGE, 24)
    } else {
        (&sizes::PAPER, 3_000)
    };
    let budget = Duration::from_millis(if args.quick { 60 } else { 600 });
    let filter = args.filter.as_deref().unwrap_or("");
    // A whole name is that one alone: `mhn` has transformers' names around it.
    let is_whole = names(args.large).contains(&filter);
    let asked = |name: &str| {
        if is_whole {
            name == filter
        } else {
            name.contains(filter)
        }
    };
    let sizes = sizes.iter().filter(|one| asked(one.name));
    let sizes: Vec<Sizes> = sizes.copied().collect();
    let searches: Vec<Search> = SEARCHES
        .into_iter()
        .filter(|one| !args.large && asked(one.name))
        .collect();
    let models: Vec<&str> = MODELS
        .into_iter()
        .filter(|name| !args.large && asked(name))
        .collect();
    let hopfield: Vec<hopfield::Sizes> = HOPFIELD
        .into_iter()
        .filter(|one| !args.large && asked(one.name))
        .collect();
    let memories: Vec<Size> = RECALL
        .into_iter()
        .filter(|one| !args.large && asked(one.name))
        .collect();
    let is_empty = sizes.is_empty() && searches.is_empty() && models.is_empty();
    if is_empty && hopfield.is_empty() && memories.is_empty() {
        return Err(Failure::Input(format!(
            "no network, transformer or search has '{filter}' in its name, allowed: {}",
            names(args.large).join(", ")
        )));
    }
    for sizes in &sizes {
        let widest = [WeightWidth::U8, WeightWidth::U16][usize::from(!args.large)];
        // The network, and what a copy moves in a working set as large.
        let bytes = 3.0 * sizes.params(widest).layout_bytes();
        weigh::bytes("hidden units", sizes.n_h.into(), bytes)?;
    }
    // First: a file that cannot be written is bad input, and nothing has been timed yet.
    let csv = args.csv.as_deref().map(Target::with_folder).transpose()?;
    for &isa in &sets {
        let peak = limits::popcount_peak(isa);
        let share = |words, rows| 100.0 * limits::search_rate(isa, words, rows) / peak;
        say(&format!(
            "{isa}: AND and popcount take {:.0} GB/s from the first-level cache; a search by overlap, {:.0}% of that over \
             rows of 1,024 bits, {:.0}% over rows of 16,384",
            peak / 1e9,
            share(32, 128),
            share(512, 8)
        ));
    }
    say(&format!(
        "{:<10} {:>3} {:<11} {:<8} {:<6} {:>10} {:>10} {:>9} {:>8} {:>8} {:>7}",
        "network",
        "",
        "step",
        "isa",
        "layout",
        "least us",
        "median us",
        "weights/s",
        "MB",
        "GB/s",
        "of copy"
    ));
    let mut table = Table::new("", &STEPS, Vec::new());
    for sizes in &sizes {
        for weights in [WeightWidth::U8, WeightWidth::U16] {
            // At a hundred times the size wider weights take the same room here, and no other path.
            if args.large && weights == WeightWidth::U16 {
                continue;
            }
            for &isa in &sets {
                for row in rows(sizes, weights, isa, patterns, budget) {
                    say(&line(&row));
                    table.rows.push(row.cells().to_vec());
                }
            }
        }
    }
    time_models(&models, &sets, budget, &mut table);
    time_hopfield(&hopfield, &sets, budget, &mut table);
    time_searches(&searches, &sets, budget, &mut table);
    time_memories(&memories, &sets, budget, &mut table)?;
    csv.map_or(Ok(()), |target| target.write_with(|file| table.write(file)))
}

/// Iterations of training.
fn time_models(models: &[&str], sets: &[Isa], budget: Duration, table: &mut Table) {
    for name in models {
        for &isa in sets {
            let timing = time_training(name, isa, budget);
            let [least, median] = [timing.min, timing.median].map(|seconds| seconds * 1e6);
            say(&format!(
                "{name:<14} {:<11} {isa:<8} {:<6} {least:>10.2} {median:>10.2}",
                "iteration", ""
            ));
            let mut cells = vec![
                (*name).to_owned(),
                "f32".to_owned(),
                "iteration".to_owned(),
                isa.to_string(),
                format!("{least:.4}"),
                format!("{median:.4}"),
            ];
            cells.resize(STEPS.variables.len(), String::new());
            table.rows.push(cells);
        }
    }
}

/// Steps of Hopfield networks.
fn time_hopfield(networks: &[hopfield::Sizes], sets: &[Isa], budget: Duration, table: &mut Table) {
    for sizes in networks {
        for &isa in sets {
            for row in hopfield::rows(sizes, isa, budget) {
                let [least, median] = [row.timing.min, row.timing.median].map(|one| one * 1e6);
                let rate = row.moved.map(|moved| moved / row.timing.min);
                let of_memory = rate.map_or_else(String::new, |rate| {
                    format!("{:>8.1} {:>6.0}%", rate / 1e9, 100.0 * rate / row.copy)
                });
                say(&format!(
                    "{:<14} {:<12} {isa:<8} {:<5} {least:>10.2} {median:>10.2} {:>9} {:>8.2} {of_memory}",
                    sizes.name,
                    row.step,
                    row.numbers,
                    "",
                    row.bytes as f64 / 1e6,
                ));
                let mut cells = vec![
                    sizes.name.to_owned(),
                    row.numbers.to_owned(),
                    row.step.to_owned(),
                    isa.to_string(),
                    format!("{least:.4}"),
                    format!("{median:.4}"),
                ];
                cells.resize(STEPS.variables.len(), String::new());
                cells[9] = row.bytes.to_string();
                cells[11] = format!("{:.4e}", row.copy);
                if let (Some(moved), Some(rate)) = (row.moved, rate) {
                    cells[10] = format!("{moved:.0}");
                    cells[12] = format!("{:.4}", rate / row.copy);
                }
                table.rows.push(cells);
            }
        }
    }
}

/// Searches by overlap, a query at a time and in batches.
fn time_searches(searches: &[Search], sets: &[Isa], budget: Duration, table: &mut Table) {
    for search in searches {
        for &isa in sets {
            let (timings, keeping) = search.time(isa, budget);
            for (what, timing) in Search::TIMED.into_iter().zip(timings) {
                let rate = search.bytes() as f64 / timing.min;
                say(&format!(
                    "{:<14} {:<11} {:<8} {:<6} {:>10.2} {:>10.2} {:>9} {:>8.2} {:>8.1}",
                    search.name,
                    what,
                    isa,
                    "",
                    timing.min * 1e6,
                    timing.median * 1e6,
                    "",
                    search.bytes() as f64 / 1e6,
                    rate / 1e9
                ));
                let mut cells = vec![
                    search.name.to_owned(),
                    "bits".to_owned(),
                    what.to_owned(),
                    isa.to_string(),
                    format!("{:.4}", timing.min * 1e6),
                    format!("{:.4}", timing.median * 1e6),
                ];
                cells.resize(STEPS.variables.len(), String::new());
                cells[9] = search.bytes().to_string();
                table.rows.push(cells);
            }
            say(&format!(
                "{:<14} {:<11} {isa:<8} {:<6} {:>10.0}",
                search.name,
                "keeping",
                "",
                keeping.seconds * 1e6
            ));
            let microseconds = format!("{:.4}", keeping.seconds * 1e6);
            let mut cells = vec![
                search.name.to_owned(),
                "bits".to_owned(),
                "keeping".to_owned(),
                isa.to_string(),
                microseconds.clone(),
                microseconds,
            ];
            cells.resize(STEPS.variables.len(), String::new());
            cells[9] = keeping.bytes.to_string();
            table.rows.push(cells);
        }
    }
}

/// Memories in a folder.
fn time_memories(
    sizes: &[Size],
    sets: &[Isa],
    budget: Duration,
    table: &mut Table,
) -> Result<(), Failure> {
    let asked = sizes
        .iter()
        .flat_map(|size| sets.iter().map(move |&isa| (size, isa)));
    for (size, isa) in asked {
        for row in size.rows(isa, budget)? {
            let [least, median] = [row.timing.min, row.timing.median].map(|one| one * 1e6);
            say(&format!(
                "{:<14} {:<11} {isa:<8} {:<6} {least:>10.2} {median:>10.2} {:>9} {:>8.2}",
                size.name,
                row.step,
                "",
                "",
                row.bytes as f64 / 1e6
            ));
            let mut cells = vec![
                size.name.to_owned(),
                "f32".to_owned(),
                row.step.to_owned(),
                isa.to_string(),
                format!("{least:.4}"),
                format!("{median:.4}"),
            ];
            cells.resize(STEPS.variables.len(), String::new());
            cells[9] = row.bytes.to_string();
            table.rows.push(cells);
        }
    }
    Ok(())
}

fn line(row: &Row) -> String {
    format!(
        "{:<10} {:>3} {:<11} {:<8} {:<6} {:>10.2} {:>10.2} {:>9.2e} {:>8.2} {:>8.1} {:>6.0}%",
        row.sizes.name,
        format!("u{}", row.weights.bits()),
        row.step.name(),
        row.isa,
        row.layout,
        row.timing.min * 1e6,
        row.timing.median * 1e6,
        row.rate(),
        row.bytes as f64 / 1e6,
        row.moved / row.timing.min / 1e9,
        100.0 * row.share(),
    )
}

/// What can be timed.
fn names(large: bool) -> Vec<&'static str> {
    if large {
        return sizes::LARGE.map(|one| one.name).to_vec();
    }
    let paper = sizes::PAPER.map(|one| one.name).into_iter();
    paper
        .chain(MODELS)
        .chain(HOPFIELD.map(|one| one.name))
        .chain(SEARCHES.map(|one| one.name))
        .chain(RECALL.map(|one| one.name))
        .collect()
}

fn sets(names: &[String]) -> Result<Vec<Isa>, Failure> {
    if names.is_empty() {
        return Ok(vec![Isa::best()]);
    }
    let allowed: Vec<&str> = Isa::available().map(Isa::name).collect();
    let set = |name: &String| {
        Isa::named(name).ok_or_else(|| {
            Failure::Input(format!(
                "instructions '{name}', allowed on this machine: {}",
                allowed.join(", ")
            ))
        })
    };
    names.iter().map(set).collect()
}
