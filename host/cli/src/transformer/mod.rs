//! `slotless transformer`: training with anybody's parameters, and what trained weights can do.

mod eval;
mod flags;

use std::borrow::Cow;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::drawing::DrawingArgs;
use super::execute::{Job, write};
use super::{CommonArgs, Failure, say_lines};
use flags::Flags;
use slotless::figures::Made;
use slotless::run::family::AnySetup;
use slotless::run::records::Others;
use slotless::transformer::figures::training::{add_swept, learning};
use slotless::transformer::output::{Files, WEIGHTS, WeightFiles};
use slotless::transformer::spec::Spec;
use slotless::transformer::tables::summary_table;
use slotless::transformer::{Results, Setup};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TransformerArgs {
    #[command(subcommand)]
    command: TransformerCommand,
}

#[derive(Debug, Subcommand)]
enum TransformerCommand {
    /// Train models: accuracy and loss by iteration, and the weights
    #[command(after_help = TRAIN_EXAMPLES, allow_negative_numbers = true)]
    Train(TrainArgs),
    /// A grid: flags take several values, every combination is a condition
    #[command(after_help = SWEEP_EXAMPLES, allow_negative_numbers = true)]
    Sweep(TrainArgs),
    /// Evaluate weights that a training left
    #[command(after_help = eval::EXAMPLES, allow_negative_numbers = true)]
    Eval(eval::EvalArgs),
}

const EXAMPLES: &str = "\
Examples:
  slotless transformer train --model qk --winner-by projections
  slotless transformer sweep --model mhn,qk --n-h 8,16,32
  slotless transformer eval --weights out/weights/qk_projections_trial0.npz

The Case Sequence Task: a context of C different letters, each in lower or upper
case; a query names one of them, and the answer is its case. More with
`slotless transformer train --help`, `sweep --help` and `eval --help`.";

const TRAIN_EXAMPLES: &str = "\
Examples:
  slotless transformer train --model mhn --n-h 32
  slotless transformer train --published --trials 30       the seven models of the paper
  slotless transformer train -L 6 -C 3 --winner-by projections --batches 10000
  slotless transformer train --model fixed --freeze q --rate 0.01
  slotless transformer train --model baseline --form published-2025
  slotless transformer train -L 2 --data toy --batches 500 --checkpoints 0,100,200
  slotless transformer train --print-spec > spec.toml
  slotless transformer train --spec spec.toml --seed 7

Leaves train.csv (median, mean and quartiles of accuracy and loss by iteration),
train.npz (the raw curves, trials x iterations), train_statistics.csv (a row per trial:
how it ended, tables S1 to S3, the contrast of W_V), a picture, and the weights of
every trial in weights/, as .npz and .safetensors. What is left out has the model's
published value: L = C = 4, 5,000 batches of 64 random sequences, 10 trials, seed 1.";

const SWEEP_EXAMPLES: &str = "\
Examples:
  slotless transformer sweep --n-h 8,16,32,64
  slotless transformer sweep --model mhn,qk,hebbian --winner-by key,projections,item
  slotless transformer sweep --beta 0.5,1,2 --rate 0.001,0.005 --trials 5 --out grid
  slotless transformer sweep --published -L 2,3,4
  slotless transformer sweep --n-h 8,16,32,64 --shards 20 --slurm widths.sh   for a cluster

Leaves sweep_summary.csv with one row per condition: its parameters, how it ended, tables
S1 to S3, and when it reached an accuracy of .99; a picture of how training ended over what is swept, sweep_ending.svg; beside
the files of `transformer train`.";

#[derive(Debug, Args)]
struct TrainArgs {
    #[command(flatten)]
    flags: Flags,
    /// Print the spec that would be run, as TOML, and stop
    #[arg(long)]
    print_spec: bool,
    #[command(flatten, next_help_heading = "Run")]
    common: CommonArgs,
    #[command(flatten)]
    drawing: DrawingArgs,
}

impl TransformerArgs {
    /// Flags of the run, if it is one of trials.
    pub(super) fn common(&mut self) -> Option<&mut CommonArgs> {
        match &mut self.command {
            TransformerCommand::Train(args) | TransformerCommand::Sweep(args) => {
                Some(&mut args.common)
            }
            TransformerCommand::Eval(_) => None,
        }
    }
}

pub(super) fn transformer(args: &TransformerArgs) -> Result<(), Failure> {
    match &args.command {
        TransformerCommand::Train(args) => train("train", args),
        TransformerCommand::Sweep(args) => train("sweep", args),
        TransformerCommand::Eval(args) => eval::eval(args),
    }
}

fn train(name: &str, args: &TrainArgs) -> Result<(), Failure> {
    let mut spec = args.flags.spec()?;
    spec.trials = args.common.trials.unwrap_or(spec.trials);
    spec.seed = args.common.seed.unwrap_or(spec.seed);
    if name == "train" && !spec.sweep.is_empty() {
        let line = format!(
            "`transformer train` takes one value per parameter, not {}; `transformer sweep` makes a grid of several",
            spec.sweep
        );
        return Err(Failure::Input(line));
    }
    let conditions = spec.conditions()?;
    if args.print_spec {
        let mut spec = spec;
        if spec.sweep.is_empty() {
            // Every value, where the grid would not change what others are left out for.
            let models = conditions.into_iter().map(|condition| condition.model);
            spec.model = models.map(Into::into).collect();
        }
        say_lines(spec.to_toml().trim_end());
        return Ok(());
    }
    let part = args.common.part()?;
    let out = args.common.out.clone();
    let out =
        out.unwrap_or_else(|| PathBuf::from("slotless-out").join(format!("transformer-{name}")));
    let setups = AnySetup::all::<Setup>(conditions, spec.seed)?;
    // Where it could not be made, that would be known hours later.
    slotless_files::check_folder(&out.join(WEIGHTS))?;
    let job = Job {
        name,
        label: format!("transformer {name}"),
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
    let results: Vec<&Results> = done.computed.all::<Setup>().collect();
    let mut drawn = learning(name, &results)?;
    if name == "sweep" {
        add_swept(&mut drawn, name, &results, spec.window() as usize);
        let table = summary_table("sweep_summary.csv", &results, spec.window());
        drawn.tables.push(table);
    }
    drawn.mark_small(spec.trials, u32::MAX);
    drawn.look = args.drawing.look();
    let files = Box::new(Files {
        results: results.iter().map(|&one| Cow::Borrowed(one)).collect(),
        window: spec.window(),
        weights: WeightFiles::Written,
    });
    let manifest = crate::manifest(name, spec.seed, spec.trials);
    write(Made { drawn, files }, manifest, &out, &done.ran)?;
    diverged(&results, &spec, &out)
}

/// Training that came to numbers that are none ends with an error, after everything has been written.
fn diverged(results: &[&Results], spec: &Spec, out: &std::path::Path) -> Result<(), Failure> {
    let diverged = results.iter().flat_map(|one| {
        let trials = one.diverged.iter().enumerate();
        trials.filter_map(|(trial, at)| Some((&one.condition, trial, (*at)?)))
    });
    let diverged: Vec<_> = diverged.collect();
    let Some((condition, trial, at)) = diverged.first() else {
        return Ok(());
    };
    let total = results.len() * spec.trials as usize;
    let more = match diverged.len() {
        1 => String::new(),
        several => format!(" ({several} of {total} trials diverged)"),
    };
    Err(Failure::Failed(format!(
        "{}, trial {trial} diverged at iteration {at}: its loss is no finite number{more}; what was measured before, and all other trials, are kept in {}; a smaller --rate helps",
        condition.model.name,
        out.display()
    )))
}
