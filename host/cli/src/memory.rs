//! `slotless memory`: retention experiments with anybody's parameters.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::drawing::DrawingArgs;
use super::execute::{Job, write};
use super::spec::SpecFlags;
use super::{CommonArgs, Failure, say_lines};
use slotless::memory::Measured;
use slotless::memory::curves::Plan;
use slotless::memory::figures::overview::{Asked, made};
use slotless::memory::spec::Spec;
use slotless::memory::{Counted, Cueing, Intrusions, Setup};
use slotless::patterns::PatternFiles;
use slotless::run::family::AnySetup;
use slotless::run::records::Others;

/// Flags that go with a file of networks and data.
const TAKEN: &str = "--trials, --seed, --burn-in, --learned, --cue, --added, --flipped, --jitter, --content, \
                     --recall-steps, --chain, --intrusions, --threads and --out";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct MemoryArgs {
    #[command(subcommand)]
    command: MemoryCommand,
}

#[derive(Debug, Subcommand)]
enum MemoryCommand {
    /// One experiment: accuracy and sensitivity by age
    #[command(after_help = RUN_EXAMPLES, allow_negative_numbers = true)]
    Run(SpecArgs),
    /// A grid: flags take several values, every combination is a condition
    #[command(after_help = SWEEP_EXAMPLES, allow_negative_numbers = true)]
    Sweep(SpecArgs),
}

const EXAMPLES: &str = "\
Examples:
  slotless memory run --matched
  slotless memory sweep --k 10,20,50,100

More with `slotless memory run --help` and `slotless memory sweep --help`.";

const RUN_EXAMPLES: &str = "\
Examples:
  slotless memory run --matched         beside the 1-winner network of as many weights
  slotless memory run --n-h 4000 --f 0.025 --k 100 --trials 40
  slotless memory run --weights float   what fixed-point weights are measured against
  slotless memory run --memory recency --n-h 200 --content --trials 20
  slotless memory run --rates 0.03..1:log --winners-code graded   a rate for each hidden unit, graded winners
  slotless memory run --cue 0.4 --added 0.1 --flipped 0.01   wrong cues, damaged storage
  slotless memory run --data tree --b 10 --preprocess 4000,0.05,200
  slotless memory run --data file --patterns rows.npy --burn-in 500 --learned 200
  slotless memory run --patterns rows.npy --cues cues.npy --cue 1 --intrusions --burn-in 500 --learned 200
  slotless memory run --data pairs --lists 2 --context 0.5 --learned 200   A-B, A-C
  slotless memory run --data sequence --length 10 --chain   recalled from the first element
  slotless memory run --print-spec > spec.toml
  slotless memory run --spec spec.toml
  slotless memory run --width 180mm --bare --format pdf   for a page of a journal; run.txt has the caption

Unless told otherwise: the paper's K-winner network (n_i 1000, n_h 2000, s 100,
f 0.05, k 50, eps 0.3), random patterns, 3,000 burn-in, 1,000 learned, cues 1 and
0.5, 100 trials, seed 1, 16-bit weights with nearest rounding.";

const SWEEP_EXAMPLES: &str = "\
Examples:
  slotless memory sweep --k 10,20,50,100
  slotless memory sweep --f 0.05,0.1 --eps 0.1,0.3 --trials 40 --out grid
  slotless memory sweep --weights u4,u8,u16 --rounding nearest,stochastic
  slotless memory sweep --wiring random,structured
  slotless memory sweep --memory recency,ring,coded-ring --n-h 200,400 --content --trials 20
  slotless memory sweep --data tree --b 5,10,15,20,30
  slotless memory sweep --k 10,20,50 --out grid --shard 3/7   a share; then slotless merge grid
  slotless memory sweep --k 10,20,50 --out grid --shards 7 --slurm grid.sh   all for a cluster

Leaves sweep_summary.csv with one row per condition and cue level, beside the curves of all in sweep.csv, and pictures over
what is swept: sweep_cue100.svg and so on, curves over one parameter, heat maps over two.";

#[derive(Debug, Args)]
struct SpecArgs {
    #[command(flatten)]
    flags: SpecFlags,
    /// Print the spec that would be run, as TOML, and stop
    #[arg(long)]
    print_spec: bool,
    /// Name of the network in figures and files
    #[arg(long, help_heading = "Network")]
    name: Option<String>,
    /// Also run the 1-winner network with as many weights (n_h f hidden units)
    #[arg(long, help_heading = "Network")]
    matched: bool,
    /// Patterns learned before those that are tested
    #[arg(long, value_name = "N", help_heading = "Protocol")]
    burn_in: Option<u32>,
    /// Patterns learned and tested
    #[arg(long, value_name = "N", help_heading = "Protocol")]
    learned: Option<u32>,
    /// Cue levels: shares of a pattern's ones kept, 0 to 1
    #[arg(
        long,
        value_name = "SHARE",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Protocol"
    )]
    cue: Vec<f64>,
    /// Wrong units in every cue, as a share of a pattern's ones: so many that are none of them are switched on
    #[arg(
        long,
        value_name = "SHARE",
        allow_hyphen_values = true,
        help_heading = "Protocol"
    )]
    added: Option<f64>,
    /// Damage after learning: each bit of what is stored is flipped with this probability
    #[arg(
        long,
        value_name = "P",
        allow_hyphen_values = true,
        help_heading = "Protocol"
    )]
    flipped: Option<f64>,
    /// Damage after learning: each graded cell (a weight, the level of a set cell) moves by one with this probability
    #[arg(
        long,
        value_name = "P",
        allow_hyphen_values = true,
        help_heading = "Protocol"
    )]
    jitter: Option<f64>,
    /// Steps of a recall, 1 to 1000: what is answered is the next cue
    #[arg(long, value_name = "N", help_heading = "Protocol")]
    recall_steps: Option<u32>,
    /// Recall sequences as chains (--data sequence): what is answered is the cue of the next step; only the first element is given
    #[arg(long, help_heading = "Protocol")]
    chain: bool,
    /// Count what wrong answers are, too: another pattern that was learned (an intrusion), or none (spurious)
    #[arg(long, help_heading = "Protocol")]
    intrusions: bool,
    /// Count content too: how many bits answers say about the units that are not in the cue
    #[arg(long, help_heading = "Protocol")]
    content: bool,
    #[command(flatten, next_help_heading = "Run")]
    common: CommonArgs,
    #[command(flatten)]
    drawing: DrawingArgs,
}

impl MemoryArgs {
    /// Flags of the run.
    pub(super) fn common(&mut self) -> &mut CommonArgs {
        let (MemoryCommand::Run(args) | MemoryCommand::Sweep(args)) = &mut self.command;
        &mut args.common
    }
}

impl SpecArgs {
    fn spec(&self, files: &mut PatternFiles) -> Result<Spec, Failure> {
        let more = self.name.is_some() || self.matched;
        let mut spec = match self.flags.file(more, TAKEN)? {
            Some(spec) => spec,
            None => self.spec_of_flags(files)?,
        };
        spec.trials = self.common.trials.unwrap_or(spec.trials);
        spec.seed = self.common.seed.unwrap_or(spec.seed);
        spec.protocol.burn_in = self.burn_in.unwrap_or(spec.protocol.burn_in);
        spec.protocol.learned = self.learned.unwrap_or(spec.protocol.learned);
        if !self.cue.is_empty() {
            spec.protocol.cues = self.cue.clone();
        }
        spec.protocol.added = self.added.unwrap_or(spec.protocol.added);
        spec.protocol.flipped = self.flipped.unwrap_or(spec.protocol.flipped);
        spec.protocol.jitter = self.jitter.unwrap_or(spec.protocol.jitter);
        spec.protocol.recall_steps = self.recall_steps.unwrap_or(spec.protocol.recall_steps);
        if self.chain {
            spec.protocol.cueing = Cueing::Chain;
        }
        if self.intrusions {
            spec.protocol.intrusions = Intrusions::Counted;
        }
        if self.content {
            spec.protocol.counted = Counted::Content;
        }
        Ok(spec)
    }

    fn spec_of_flags(&self, files: &mut PatternFiles) -> Result<Spec, Failure> {
        let mut spec = self.flags.spec_of_flags(files)?;
        if let (Some(name), [network]) = (&self.name, spec.network.as_mut_slice()) {
            network.name.clone_from(name);
        }
        if self.matched {
            let other = spec.network[0].matched()?;
            spec.network.push(other);
        }
        Ok(spec)
    }
}

pub(super) fn memory(args: &MemoryArgs) -> Result<(), Failure> {
    let (asked, args) = match &args.command {
        MemoryCommand::Run(args) => (Asked::Run, args),
        MemoryCommand::Sweep(args) => (Asked::Sweep, args),
    };
    let name = asked.name();
    let mut pattern_files = PatternFiles::default();
    let spec = args.spec(&mut pattern_files)?;
    if asked == Asked::Run && !spec.sweep.is_empty() {
        let line = format!(
            "`memory run` takes one value per parameter, not {}; `memory sweep` makes a grid of several",
            spec.sweep
        );
        return Err(Failure::Input(line));
    }
    let conditions = spec.conditions()?;
    if args.print_spec {
        say_lines(spec.to_toml().trim_end());
        return Ok(());
    }
    let part = args.common.part()?;
    let out = args
        .common
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from("slotless-out").join(name));
    let setups = Setup::all(conditions, spec.seed, &mut pattern_files)?;
    let setups: Vec<AnySetup> = setups.into_iter().map(AnySetup::new).collect();
    let job = Job {
        name,
        label: format!("memory {name}"),
        trials: vec![spec.trials; setups.len()],
        setups,
        seed: spec.seed,
        threads: args.common.threads,
        device: args.common.device,
        out: out.clone(),
        others: Others::Refused,
        part,
    };
    let Some(done) = job.run()? else {
        return Ok(());
    };
    let plan = Plan::new(spec.trials as usize, spec.trials as usize);
    let measured = done
        .computed
        .all::<Setup>()
        .map(|one| Measured::new(one, plan))
        .collect::<Result<Vec<_>, _>>()?;
    let mut made = made(asked, measured, plan, spec.trials)?;
    made.drawn.look = args.drawing.look();
    let manifest = crate::manifest(name, spec.seed, spec.trials);
    write(made, manifest, &out, &done.ran)
}
