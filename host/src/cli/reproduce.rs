//! `slotless reproduce`.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::execute::{Job, Output};
use super::{CommonArgs, Failure};
use crate::figures::catalogue::{FIGURES, Group, Measured, NamedFigure, Size};
use crate::memory::{Condition, Results, SpecError};
use crate::run::manifest::Manifest;

const EXAMPLES: &str = "\
Examples:
  slotless reproduce fig4
  slotless reproduce s6 --trials 40 --seed 7 --out trees
  slotless reproduce memory --quick

Leaves per figure: SVG and PNG, CSV (curves), NPZ (raw integer overlaps and match
scores, trials x ages), and manifest.json with the comparison against reference
curves; several figures a folder each. Figure 4A averages the first 100 trials.
Figure numbers are the paper's.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, allow_negative_numbers = true)]
pub(super) struct ReproduceArgs {
    /// Which figures
    #[arg(value_name = "FIGURE", required = true)]
    figures: Vec<Target>,
    /// A picture in seconds: 1,000 burn-in, 500 learned and 40 trials in place of 3,000, 1,000 and 200
    #[arg(long)]
    quick: bool,
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
            let groups = Group::value_variants().iter().copied();
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
            Self::Group(group) => group.to_possible_value(),
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

fn same(a: &Condition, b: &Condition) -> bool {
    let unnamed = |condition: &Condition| {
        let mut condition = condition.clone();
        condition.network.name.clear();
        condition
    };
    unnamed(a) == unnamed(b)
}

pub(super) fn reproduce(args: &ReproduceArgs) -> Result<(), Failure> {
    let mut figures: Vec<&NamedFigure> = Vec::new();
    for figure in args.figures.iter().flat_map(|target| target.figures()) {
        if !figures.iter().any(|other| other.name == figure.name) {
            figures.push(figure);
        }
    }
    let size = if args.quick { Size::Quick } else { Size::Paper };
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
    let trials = args.common.trials.unwrap_or_else(|| size.trials());
    let seed = args.common.seed.unwrap_or(1);
    if trials == 0 {
        return Err(SpecError::range("trials", trials, "from 1").into());
    }

    // Figures share conditions: each is computed once.
    let mut conditions: Vec<Condition> = Vec::new();
    for condition in figures.iter().flat_map(|figure| figure.conditions(size)) {
        if !conditions.iter().any(|other| same(other, &condition)) {
            conditions.push(condition);
        }
    }
    let job = Job {
        label: format!("reproduce {label}"),
        conditions: conditions.clone(),
        seed,
        trials,
        threads: args.common.threads,
        out: out.clone(),
    };
    let done = job.run()?;

    for &figure in &figures {
        let plan = figure.plan(trials as usize);
        // Under this figure's own names: the figure that asked first may have others for the same networks.
        let named = |condition: &Condition| -> Option<Cow<'_, Results>> {
            let mut results = done.results.iter();
            let mut found = Cow::Borrowed(results.find(|one| same(&one.condition, condition))?);
            if found.condition != *condition {
                found.to_mut().condition = condition.clone();
            }
            Some(found)
        };
        let conditions = figure.conditions(size);
        let results: Vec<Cow<'_, Results>> = conditions.iter().filter_map(named).collect();
        let measured = results
            .iter()
            .map(|one| Measured::new(one, plan))
            .collect::<Result<Vec<_>, _>>()?;
        let drawn = figure.draw(&measured, size, seed)?;
        let samples = [
            plan.samples.samples() as u32,
            plan.samples.trials_each() as u32,
        ];
        let manifest = Manifest::new(figure.name, seed, trials, samples);
        let folder = if figures.len() == 1 {
            out.clone()
        } else {
            out.join(figure.name)
        };
        Output {
            name: figure.name,
            measured: &measured,
            drawn,
            manifest,
            plan,
        }
        .write(&folder, &done)?;
    }
    Ok(())
}
