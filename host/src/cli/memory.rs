//! `slotless memory`: retention experiments with anybody's parameters.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use slotless_core::kwinner::{Assignment, WiringKind};
use slotless_core::weight::Rounding;

use super::execute::{Job, Output};
use super::{CommonArgs, Failure, say};
use crate::figures::catalogue::{Measured, k_winner};
use crate::figures::draw::LegendPlace;
use crate::figures::overview::{self, Overview};
use crate::memory::curves::Plan;
use crate::memory::{Data, Network, Preprocess, SpecError, WeightWidth};
use crate::patterns::{FreshPrototypes, OrderMatch, read_patterns};
use crate::run::manifest::Manifest;
use crate::run::spec::{Spec, Sweep};

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
  slotless memory run --data tree --b 10 --preprocess 4000,0.05,200
  slotless memory run --data file --patterns rows.npy --burn-in 500 --learned 200
  slotless memory run --print-spec > spec.toml
  slotless memory run --spec spec.toml

Unless told otherwise: the paper's K-winner network (n_i 1000, n_h 2000, s 100,
f 0.05, k 50, eps 0.3), random patterns, 3,000 burn-in, 1,000 learned, cues 1 and
0.5, 100 trials, seed 1, 16-bit weights with nearest rounding.";

const SWEEP_EXAMPLES: &str = "\
Examples:
  slotless memory sweep --k 10,20,50,100
  slotless memory sweep --f 0.05,0.1 --eps 0.1,0.3 --trials 40 --out grid
  slotless memory sweep --weights u4,u8,u16 --rounding nearest,stochastic
  slotless memory sweep --wiring random,structured
  slotless memory sweep --data tree --b 5,10,15,20,30

Leaves sweep_summary.csv with one row a condition and cue level, beside the curves of all in sweep.csv.";

fn rounding(text: &str) -> Result<Rounding, String> {
    match text {
        "nearest" => Ok(Rounding::Nearest),
        "stochastic" => Ok(Rounding::Stochastic),
        _ => Err("allowed nearest, stochastic".to_owned()),
    }
}

fn assignment(text: &str) -> Result<Assignment, String> {
    match text {
        "competitive" => Ok(Assignment::Competitive),
        "random-k" => Ok(Assignment::RandomK),
        _ => Err("allowed competitive, random-k".to_owned()),
    }
}

fn wiring(text: &str) -> Result<WiringKind, String> {
    match text {
        "random" => Ok(WiringKind::Random),
        "structured" => Ok(WiringKind::Structured),
        _ => Err("allowed random, structured".to_owned()),
    }
}

fn preprocess(text: &str) -> Result<Preprocess, String> {
    let wrong = || {
        "expected n,f,k: units, share of inputs wired to each, active units of a code".to_owned()
    };
    let [n, f, k] = text
        .split(',')
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| wrong())?;
    Ok(Preprocess {
        n: n.trim().parse().map_err(|_| wrong())?,
        f: f.trim().parse().map_err(|_| wrong())?,
        k: k.trim().parse().map_err(|_| wrong())?,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum DataKind {
    /// Unstructured
    Random,
    /// Leaves of a tree-generating Chinese restaurant process; needs --b
    Tree,
    /// Examples scattered around prototypes; needs --b
    Correlated,
    /// Rows of a file; needs --patterns
    File,
}

#[derive(Debug, Args)]
struct SpecArgs {
    /// Read the spec from a TOML file (see --print-spec); flags of networks and data are then not taken
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Print the spec that would be run, as TOML, and stop
    #[arg(long)]
    print_spec: bool,
    /// Name of the network in figures and files
    #[arg(long, help_heading = "Network")]
    name: Option<String>,
    /// Visible units n_i
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    n_i: Vec<u32>,
    /// Hidden units n_h
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    n_h: Vec<u32>,
    /// Ones of a pattern
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    s: Vec<u32>,
    /// Share of the visible units wired to each hidden unit, above 0 to 1
    #[arg(
        long,
        value_name = "SHARE",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Network"
    )]
    f: Vec<f64>,
    /// Winners
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    k: Vec<u32>,
    /// Learning rate, above 0 to 1
    #[arg(
        long,
        value_name = "RATE",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Network"
    )]
    eps: Vec<f64>,
    /// Width of the weights in bits, or float: the oracle, 64-bit floating point without rounding
    #[arg(long, value_enum, value_delimiter = ',', help_heading = "Network")]
    weights: Vec<WeightWidth>,
    /// Rounding of the learning step: nearest or stochastic
    #[arg(long, value_name = "RULE", value_parser = rounding, value_delimiter = ',', help_heading = "Network")]
    rounding: Vec<Rounding>,
    /// Winners of a learning step: competitive, or random-k (the control)
    #[arg(long, value_name = "RULE", value_parser = assignment, value_delimiter = ',', help_heading = "Network")]
    assignment: Vec<Assignment>,
    /// Fan-in: random masks (the paper's), or structured, which is computed and takes no memory
    #[arg(long, value_name = "RULE", value_parser = wiring, value_delimiter = ',', help_heading = "Network")]
    wiring: Vec<WiringKind>,
    /// A fixed binary layer in front: its units, the share of inputs wired to each, the active units of a code
    #[arg(long, value_name = "n,f,k", value_parser = preprocess, help_heading = "Network")]
    preprocess: Option<Preprocess>,
    /// Also run the 1-winner network with as many weights (n_h f hidden units)
    #[arg(long, help_heading = "Network")]
    matched: bool,
    /// Where patterns come from
    #[arg(long, value_enum, help_heading = "Data")]
    data: Option<DataKind>,
    /// Bits flipped each way from parent to child, or from prototype to example
    #[arg(long, value_name = "N", value_delimiter = ',', help_heading = "Data")]
    b: Vec<u32>,
    /// Prototypes a trial (correlated)
    #[arg(long, value_name = "N", help_heading = "Data")]
    categories: Option<u32>,
    /// Whose prototypes the pseudo-patterns have (correlated)
    #[arg(long, value_enum, help_heading = "Data")]
    prototypes: Option<FreshPrototypes>,
    /// How pseudo-patterns are lined up with ages (correlated)
    #[arg(long, value_enum, help_heading = "Data")]
    order: Option<OrderMatch>,
    /// File of patterns: .npy (rows x bits) or CSV of 0/1 rows; n_i is then that of its rows
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    patterns: Option<PathBuf>,
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
    #[command(flatten, next_help_heading = "Run")]
    common: CommonArgs,
}

impl SpecArgs {
    fn describes_networks(&self) -> bool {
        self.name.is_some()
            || !self.sweep_of_flags().is_empty()
            || self.preprocess.is_some()
            || self.matched
            || self.data.is_some()
            || self.categories.is_some()
            || self.prototypes.is_some()
            || self.order.is_some()
            || self.patterns.is_some()
    }

    /// Every list of values, as given.
    fn sweep_of_flags(&self) -> Sweep {
        Sweep {
            n_i: self.n_i.clone(),
            n_h: self.n_h.clone(),
            s: self.s.clone(),
            f: self.f.clone(),
            k: self.k.clone(),
            eps: self.eps.clone(),
            weights: self.weights.clone(),
            rounding: self.rounding.clone(),
            assignment: self.assignment.clone(),
            wiring: self.wiring.clone(),
            b: self.b.clone(),
        }
    }

    fn spec(&self) -> Result<Spec, Failure> {
        let mut spec = match &self.spec {
            Some(_) if self.describes_networks() => {
                let line = "--spec already describes networks and data; of the other flags it takes --trials, --seed, \
                            --burn-in, --learned, --cue, --threads and --out";
                return Err(Failure::Input(line.to_owned()));
            }
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
                Spec::from_toml(&text)
                    .map_err(|error| Failure::Input(format!("{}, {error}", path.display())))?
            }
            None => self.spec_of_flags()?,
        };
        spec.trials = self.common.trials.unwrap_or(spec.trials);
        spec.seed = self.common.seed.unwrap_or(spec.seed);
        spec.protocol.burn_in = self.burn_in.unwrap_or(spec.protocol.burn_in);
        spec.protocol.learned = self.learned.unwrap_or(spec.protocol.learned);
        if !self.cue.is_empty() {
            spec.protocol.cues = self.cue.clone();
        }
        Ok(spec)
    }

    fn spec_of_flags(&self) -> Result<Spec, Failure> {
        let mut network = k_winner();
        let data = self.data_of_flags()?;
        if let Data::File { path, .. } = &data {
            let patterns =
                read_patterns(path).map_err(|error| Failure::Input(error.to_string()))?;
            network.n_i = patterns.visible();
            network.s = patterns.ones().iter().copied().max().unwrap_or(1);
        }
        network.preprocess = self.preprocess;
        // A flag with one value sets it; with several it makes a grid.
        let mut sweep = self.sweep_of_flags();
        fn single<T: Clone>(values: &mut Vec<T>, target: &mut T) {
            if let [value] = values.as_slice() {
                *target = value.clone();
                values.clear();
            }
        }
        single(&mut sweep.n_i, &mut network.n_i);
        single(&mut sweep.n_h, &mut network.n_h);
        single(&mut sweep.s, &mut network.s);
        single(&mut sweep.f, &mut network.f);
        single(&mut sweep.k, &mut network.k);
        single(&mut sweep.eps, &mut network.eps);
        single(&mut sweep.weights, &mut network.weights);
        single(&mut sweep.rounding, &mut network.rounding);
        single(&mut sweep.assignment, &mut network.assignment);
        single(&mut sweep.wiring, &mut network.wiring);
        if sweep.b.len() == 1 {
            sweep.b.clear();
        }
        if let Some(name) = &self.name {
            network.name.clone_from(name);
        } else if network.k == 1 {
            network.name = "1-winner MHN".to_owned();
        }
        let mut networks = vec![network];
        if self.matched {
            networks.push(matched(&networks[0])?);
        }
        Ok(Spec {
            seed: 1,
            trials: 100,
            protocol: Default::default(),
            data,
            network: networks,
            sweep,
        })
    }

    fn data_of_flags(&self) -> Result<Data, Failure> {
        let kind = self.data.unwrap_or(if self.patterns.is_some() {
            DataKind::File
        } else {
            DataKind::Random
        });
        let name = |what: &str| Failure::Input(what.to_owned());
        let flips = self.b.first().copied();
        let structured = matches!(kind, DataKind::Tree | DataKind::Correlated);
        if !structured && flips.is_some() {
            return Err(name("--b is for --data tree or correlated"));
        }
        if kind != DataKind::Correlated
            && (self.categories.is_some() || self.prototypes.is_some() || self.order.is_some())
        {
            return Err(name(
                "--categories, --prototypes and --order are for --data correlated",
            ));
        }
        if kind != DataKind::File && self.patterns.is_some() {
            return Err(name("--patterns is for --data file"));
        }
        Ok(match kind {
            DataKind::Random => Data::Random,
            DataKind::Tree => {
                let b = flips.ok_or_else(|| {
                    name("--data tree needs --b, the bits flipped from parent to child")
                })?;
                Data::Tree { b, steps: None }
            }
            DataKind::Correlated => Data::Correlated {
                b: flips.ok_or_else(|| {
                    name("--data correlated needs --b, the bits flipped from prototype to example")
                })?,
                categories: self.categories.unwrap_or(10),
                prototypes: self.prototypes.unwrap_or_default(),
                order: self.order.unwrap_or_default(),
            },
            DataKind::File => Data::File {
                path: self
                    .patterns
                    .clone()
                    .ok_or_else(|| name("--data file needs --patterns FILE"))?,
                sha256: None,
            },
        })
    }
}

/// The 1-winner network with as many weights as `network`.
fn matched(network: &Network) -> Result<Network, Failure> {
    let hidden = (f64::from(network.n_h) * network.f).round() as u32;
    if hidden == 0 {
        return Err(SpecError::range(
            "n_h f",
            f64::from(network.n_h) * network.f,
            "from 1, for --matched",
        )
        .into());
    }
    let (n_i, s) = (network.n_i, network.s);
    let mut other = Network::new("matched 1-winner MHN", n_i, hidden, s, 1.0, 1, 1.0);
    other.weights = network.weights;
    Ok(other)
}

pub(super) fn memory(args: &MemoryArgs) -> Result<(), Failure> {
    let (name, args) = match &args.command {
        MemoryCommand::Run(args) => ("run", args),
        MemoryCommand::Sweep(args) => ("sweep", args),
    };
    let spec = args.spec()?;
    if name == "run" && !spec.sweep.is_empty() {
        let line = format!(
            "`memory run` takes one value a parameter, not {}; `memory sweep` makes a grid of several",
            spec.sweep
        );
        return Err(Failure::Input(line));
    }
    let conditions = spec.conditions()?;
    if args.print_spec {
        say(spec.to_toml().trim_end());
        return Ok(());
    }
    let out = args
        .common
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from("slotless-out").join(name));
    let job = Job {
        label: format!("memory {name}"),
        conditions,
        seed: spec.seed,
        trials: spec.trials,
        threads: args.common.threads,
        out: out.clone(),
    };
    let done = job.run()?;
    let plan = Plan::new(spec.trials as usize, spec.trials as usize);
    let measured = done
        .results
        .iter()
        .map(|one| Measured::new(one, plan))
        .collect::<Result<Vec<_>, _>>()?;
    let mut drawn = overview::retention(&measured, &Overview::new(name, LegendPlace::Below))?;
    if name == "sweep" {
        drawn
            .tables
            .push(overview::summary_table(&measured, "sweep_summary.csv"));
    }
    let samples = [
        plan.samples.samples() as u32,
        plan.samples.trials_each() as u32,
    ];
    let manifest = Manifest::new(name, spec.seed, spec.trials, samples);
    Output {
        name,
        measured: &measured,
        drawn,
        manifest,
        plan,
    }
    .write(&out, &done)
}
