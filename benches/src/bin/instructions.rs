//! Instructions that each case takes, counted by valgrind's callgrind, against the recorded ones.
//!
//! AVX-512, which valgrind does not know, is not counted.
//!
//! The program runs itself under callgrind, once for N repetitions of a case and once for 2N; the difference over N is
//! the count of one repetition, with all set-up cancelled. A count is the same on a busy machine as on an idle one, so a
//! change of a few per cent is one of the code. It says nothing of caches and branches; the criterion benchmarks time
//! those.
//!
//! Why not gungraun, which counts by callgrind too: it needs a second program of exactly its own version, installed by
//! hand on every machine that counts, and its own macros beside criterion's. Two runs and a subtraction need neither,
//! count the very code that is timed, and leave one CSV file that a person and a diff can read.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Parser;
use serde::{Deserialize, Serialize};
use slotless_benches::{Backend, Case, Paper, Trained, Training, Weights, Work};

/// Repetitions of the shorter of the two runs.
const REPETITIONS: u32 = 100;
/// How far above the record a count may lie, in per cent.
const TOLERANCE: f64 = 3.0;
const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.csv");
const RUSTC: &str = env!("BENCH_RUSTC");
const TARGET: &str = env!("BENCH_TARGET");
/// First argument of the runs under callgrind; then the case's name, repetitions, and the file of its network.
const COUNTED: &str = "--counted-run";

/// The C library is to fill and copy memory alike on every machine. Above all, `rep stosb` would count each byte.
const TUNABLES: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.cpu.hwcaps=-ERMS,-FSRM,-AVX2,-AVX512F,-AVX512VL",
);

const FAILED: u8 = 1;
const USAGE: u8 = 2;
const SKIPPED: u8 = 3;

/// Counts instructions per repetition of every benchmark case under callgrind.
///
/// Exits with 0, with 1 where --check fails or a run does, with 2 for a build that cannot be compared, and with 3 where
/// nothing was counted for want of valgrind.
#[derive(Debug, Parser)]
#[command(name = "instructions")]
struct Arguments {
    /// Count only the cases whose name has this in it, such as `kw_f005/u8` or `learn`.
    filter: Option<String>,
    /// Fail where a count is more than 3 % above the record, or is not in it.
    #[arg(long, conflicts_with = "record")]
    check: bool,
    /// Write the record, benches/instructions.csv.
    #[arg(long, conflicts_with = "filter")]
    record: bool,
    /// Also write the counts here, in the record's format.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// A row of the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    network: String,
    weights: String,
    operation: String,
    backend: String,
    /// Weights touched, sums looked at, or sequences of a batch.
    elements: u32,
    /// Per repetition.
    instructions: f64,
}

/// What can be counted.
#[derive(Clone, Copy, Debug)]
enum Countable {
    Step(Case),
    Training(Training),
}

impl Countable {
    fn all() -> impl Iterator<Item = Self> {
        let steps = Case::all().map(Self::Step);
        steps.chain(Training::all().map(Self::Training))
    }

    fn isa(self) -> Option<&'static str> {
        match self {
            Self::Step(case) => match case.backend {
                Backend::Core => None,
                Backend::Cpu(isa) => Some(isa.name()),
            },
            Self::Training(row) => Some(row.isa.name()),
        }
    }

    /// Weights touched, sums looked at, or sequences of a batch.
    fn elements(self) -> u32 {
        match self {
            Self::Step(case) => case.elements(),
            Self::Training(_) => 64,
        }
    }
}

impl fmt::Display for Countable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step(case) => case.fmt(f),
            Self::Training(row) => row.fmt(f),
        }
    }
}

impl Row {
    fn new(case: Countable, instructions: f64) -> Self {
        // The name is made of these four.
        let name = case.to_string();
        let mut parts = name.split('/').map(str::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        Self {
            network: part(),
            weights: part(),
            operation: part(),
            backend: part(),
            elements: case.elements(),
            instructions,
        }
    }

    fn same_case(&self, other: &Self) -> bool {
        let names = |row: &Self| {
            [
                row.network.clone(),
                row.weights.clone(),
                row.operation.clone(),
                row.backend.clone(),
            ]
        };
        names(self) == names(other)
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(COUNTED) {
        counted_run(&arguments.collect::<Vec<_>>());
        return ExitCode::SUCCESS;
    }
    match count(&Arguments::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("instructions: {error}");
            ExitCode::from(FAILED)
        }
    }
}

/// What callgrind sees: no argument parser, no checks.
fn counted_run(arguments: &[String]) {
    let [name, repetitions, words] = arguments else {
        panic!("case, repetitions and words");
    };
    // By name: under valgrind the machine has fewer instructions, and so fewer cases.
    let case = Countable::all()
        .find(|case| case.to_string() == *name)
        .expect("a case");
    let mut work = match case {
        Countable::Step(case) => network_work(case, words),
        Countable::Training(row) => row.work(),
    };
    for _ in 0..repetitions.parse::<u32>().expect("a number") {
        work.run();
    }
}

/// The work of a network whose words are in a file.
fn network_work(case: Case, words: &str) -> Box<dyn Work> {
    let words = fs::read(words).expect("the network's words");
    let (words, []) = words.as_chunks::<4>() else {
        panic!("whole words");
    };
    let words = words.iter().map(|word| u32::from_le_bytes(*word));
    let trained = Trained::from_words(case.network, case.weights, words.collect());
    case.work(&trained)
}

fn count(arguments: &Arguments) -> io::Result<u8> {
    if cfg!(debug_assertions) {
        eprintln!("instructions: a build with debug assertions; run it with --profile dist");
        return Ok(USAGE);
    }
    if cfg!(target_feature = "sse3") {
        eprintln!(
            "instructions: built for more than the portable x86-64; unset target-cpu and target-feature"
        );
        return Ok(USAGE);
    }
    let Some(valgrind) = valgrind_version() else {
        eprintln!("instructions: SKIPPED, no valgrind on this machine");
        return Ok(SKIPPED);
    };
    let recorded = read_record()?;
    if arguments.check {
        let built = format!("for {TARGET}");
        match &recorded {
            None => eprintln!("instructions: nothing recorded yet, see --record"),
            Some((heading, _)) if !heading.contains(&built) => {
                eprintln!("instructions: SKIPPED, the record is not {built}: {heading}");
                return Ok(SKIPPED);
            }
            Some((heading, _)) if !heading.contains(RUSTC) => {
                eprintln!(
                    "instructions: this is {RUSTC}, the record is of another compiler: {heading}"
                );
            }
            Some(_) => {}
        }
    }
    let rows = count_cases(arguments.filter.as_deref().unwrap_or(""))?;
    if rows.is_empty() {
        return Err(io::Error::other("no case has that in its name"));
    }
    let recorded = recorded.map_or(Vec::new(), |(_, rows)| rows);
    print_table(&rows, &recorded)?;
    if let Some(file) = &arguments.out {
        write(file, &rows, &valgrind)?;
    }
    if arguments.record {
        write(Path::new(RECORD), &rows, &valgrind)?;
        println!("recorded in {RECORD}");
    }
    if arguments.check {
        return Ok(check(&rows, &recorded));
    }
    Ok(0)
}

fn valgrind_version() -> Option<String> {
    let out = Command::new("valgrind").arg("--version").output().ok()?;
    let version = String::from_utf8(out.stdout).ok()?;
    out.status.success().then(|| version.trim().to_owned())
}

/// Whether valgrind can run a case: it knows no AVX-512.
fn counted(case: Countable) -> bool {
    case.isa() != Some("avx512")
}

/// Counts the cases whose names contain `filter`, as many at once as there are processors.
fn count_cases(filter: &str) -> io::Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let mut cases = Vec::new();
    let mut trained: Option<(Paper, Weights, Trained, PathBuf)> = None;
    for (number, countable) in Countable::all().enumerate() {
        if !countable.to_string().contains(filter) || !counted(countable) {
            continue;
        }
        let case = match countable {
            Countable::Step(case) => case,
            Countable::Training(row) => {
                row.check();
                // It needs no file.
                cases.push((number, countable, PathBuf::new()));
                continue;
            }
        };
        let (network, weights) = (case.network, case.weights);
        let at = match trained.take() {
            Some(at) if (at.0, at.1) == (network, weights) => at,
            _ => {
                let trained = Trained::new(network, weights);
                let file = folder.path().join(format!("{network}-{weights}"));
                let bytes: Vec<u8> = trained
                    .words()
                    .iter()
                    .flat_map(|word| word.to_le_bytes())
                    .collect();
                fs::write(&file, bytes)?;
                (network, weights, trained, file)
            }
        };
        case.check(&at.2);
        cases.push((number, countable, at.3.clone()));
        trained = Some(at);
    }
    let next = AtomicUsize::new(0);
    let counted = Mutex::new(Vec::new());
    let worker = || -> io::Result<()> {
        while let Some((number, case, words)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let run = |repetitions| instructions_of(*case, repetitions, words);
            let difference = run(2 * REPETITIONS)? - run(REPETITIONS)?;
            let row = Row::new(*case, difference as f64 / f64::from(REPETITIONS));
            eprintln!("{case}: {:.0}", row.instructions);
            counted.lock().expect("no panic").push((*number, row));
        }
        Ok(())
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().expect("no panic"))
    })?;
    let mut counted = counted.into_inner().expect("no panic");
    counted.sort_by_key(|(number, _)| *number);
    Ok(counted.into_iter().map(|(_, row)| row).collect())
}

fn instructions_of(case: Countable, repetitions: u32, words: &Path) -> io::Result<i64> {
    let out = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .arg(COUNTED)
        .args([case.to_string(), repetitions.to_string()])
        .arg(words)
        .env(TUNABLES.0, TUNABLES.1)
        .output()?;
    let said = String::from_utf8_lossy(&out.stderr);
    let collected = said
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, count)| count.trim().parse().ok());
    match collected {
        Some(count) if out.status.success() => Ok(count),
        _ => Err(io::Error::other(format!(
            "valgrind gave {} and no count:\n{said}",
            out.status
        ))),
    }
}

/// The record's comment lines and rows; `None` where there is no record.
fn read_record() -> io::Result<Option<(String, Vec<Row>)>> {
    let text = match fs::read_to_string(RECORD) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let heading: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .collect();
    let rows = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()?;
    Ok(Some((heading.join("; "), rows)))
}

fn write(file: &Path, rows: &[Row], valgrind: &str) -> io::Result<()> {
    let mut out = Vec::new();
    writeln!(
        out,
        "# instructions per repetition, mean of {REPETITIONS}, by {valgrind}"
    )?;
    writeln!(out, "# {RUSTC} for {TARGET}, profile dist")?;
    let mut csv = csv::Writer::from_writer(out);
    rows.iter().try_for_each(|row| csv.serialize(row))?;
    fs::write(file, csv.into_inner().map_err(|error| error.into_error())?)
}

fn print_table(rows: &[Row], recorded: &[Row]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:<13} {:<7} {:<10} {:<8} {:>8} {:>12} {:>8} {:>12} {:>7}",
        "network",
        "weights",
        "operation",
        "backend",
        "elements",
        "instructions",
        "each",
        "recorded",
        "change"
    )?;
    for row in rows {
        write!(
            out,
            "{:<13} {:<7} {:<10} {:<8} {:>8} {:>12.0} {:>8.2}",
            row.network,
            row.weights,
            row.operation,
            row.backend,
            row.elements,
            row.instructions,
            row.instructions / f64::from(row.elements)
        )?;
        match recorded.iter().find(|old| old.same_case(row)) {
            Some(old) => writeln!(
                out,
                " {:>12.0} {:>+6.1}%",
                old.instructions,
                above(row, old)
            )?,
            None => writeln!(out, " {:>12} {:>7}", "-", "-")?,
        }
    }
    Ok(())
}

/// How far a count lies above the recorded one, in per cent.
fn above(row: &Row, old: &Row) -> f64 {
    100.0 * (row.instructions / old.instructions - 1.0)
}

fn check(rows: &[Row], recorded: &[Row]) -> u8 {
    let mut failed = 0;
    for row in rows {
        let Row {
            network,
            weights,
            operation,
            backend,
            instructions,
            ..
        } = row;
        let problem = match recorded.iter().find(|old| old.same_case(row)) {
            None => "is not recorded".to_owned(),
            Some(old) if above(row, old) > TOLERANCE => format!(
                "takes {instructions:.0} instructions, {:.1} % above the {:.0} recorded",
                above(row, old),
                old.instructions
            ),
            Some(_) => continue,
        };
        failed += 1;
        println!("FAILED {network}/{weights}/{operation}/{backend} {problem}");
    }
    println!(
        "{} cases counted, {failed} more than {TOLERANCE} % above the record or not in it",
        rows.len()
    );
    if failed == 0 { 0 } else { FAILED }
}
