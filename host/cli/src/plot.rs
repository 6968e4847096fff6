//! `slotless plot`: redraws from the raw data that a run left.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::choice::choice;
use clap::{Args, ValueEnum};

use super::drawing::DrawingArgs;
use super::execute::{conditions_of, results_of};
use super::redraw::{Redrawn, check_name};
use super::{Failure, say};
use slotless::figures::output::{write_pictures, write_table};
use slotless::figures::{FigureError, Named};
use slotless::memory::curves::Plan;
use slotless::memory::figures::overview::{self, Overview};
use slotless::memory::figures::paper::Baselines;
use slotless::memory::figures::retention::{Bars, Quantity, Theory, View};
use slotless::memory::measure::SamplePlan;
use slotless::memory::output::curves_table;
use slotless::memory::theory::Forgetting;
use slotless::memory::{Condition, Measured};
use slotless::run::manifest::{self, Manifest};
use slotless::transformer;
use slotless_draw::{DrawError, LegendPlace, Scale};
use slotless_files::Folder;

const EXAMPLES: &str = "\
Examples:
  slotless plot slotless-out/fig4 --width 85mm --bare --format pdf   the figure itself, for a journal
  slotless plot slotless-out/fig4 --quantity rd --log-y --fit-ages 200 --theory --max-age 350
  slotless plot slotless-out/fig4 --theory
  slotless plot slotless-out/s7 --baseline unstructured
  slotless plot slotless-out/sweep --network \"k = 10\" --network \"k = 50\" --quantity auc --ylim 0.4,1

Without one of the flags for memories a figure of `reproduce`, a training or recalled pictures are drawn as they were, of the
trials that are kept in DIR or beside it. Those flags draw one quantity over age, as do runs of `memory run` and `memory sweep`.

Writes DIR/plot_QUANTITY.svg, .png and .csv, or DIR/plot_FIGURE.svg and .png (or --name NAME); nothing else in DIR changes.";

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum BaselineArg {
    /// Pseudo-patterns from the learned patterns' source
    #[default]
    Pseudo,
    /// Unstructured pseudo-patterns (structured data only)
    Unstructured,
    /// Both
    Both,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LegendArg {
    /// Under the panels
    #[default]
    Below,
    /// Beside the panels
    Right,
    /// No legend
    None,
}

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, allow_negative_numbers = true)]
pub(super) struct PlotArgs {
    /// Folder of a run: it holds manifest.json and the raw data
    dir: PathBuf,
    /// What is drawn over age [default: accuracy]
    #[arg(long, value_parser = choice::<Quantity>(), help_heading = OF_MEMORIES)]
    quantity: Option<Quantity>,
    /// Last age drawn
    #[arg(long, value_name = "AGE", help_heading = OF_MEMORIES)]
    max_age: Option<usize>,
    /// Logarithmic y axis; values of 0 and below have a mark at its end
    #[arg(long, help_heading = OF_MEMORIES)]
    log_y: bool,
    /// Range of the y axis
    #[arg(
        long,
        value_name = "LOW,HIGH",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = OF_MEMORIES
    )]
    ylim: Vec<f64>,
    /// Fit an exponential to ages 1 to this (raw difference only)
    #[arg(long, value_name = "AGE", help_heading = OF_MEMORIES)]
    fit_ages: Option<usize>,
    /// Draw what theory says of each memory (accuracy and raw difference): Theorem 1 of 1-winner networks, docs/theory.md of
    /// K-winner networks and packed recency levels
    #[arg(long, help_heading = OF_MEMORIES)]
    theory: bool,
    /// Leave the bars of significant advantage out
    #[arg(long, help_heading = OF_MEMORIES)]
    no_advantage: bool,
    /// What learned patterns are compared with [default: pseudo]
    #[arg(long, value_enum, help_heading = OF_MEMORIES)]
    baseline: Option<BaselineArg>,
    /// Where the legend stands [default: below]
    #[arg(long, value_enum, help_heading = OF_MEMORIES)]
    legend: Option<LegendArg>,
    /// Draw only networks whose name contains this; may be given several times
    #[arg(long, value_name = "TEXT", help_heading = OF_MEMORIES)]
    network: Vec<String>,
    /// Name of the files written
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    drawing: DrawingArgs,
}

/// Flags that only runs of memories have a use for.
const OF_MEMORIES: &str = "Runs of memories";

impl PlotArgs {
    /// Name of the files written, without extension; it overwrites none of the run's.
    fn file_name(&self, manifest: &Manifest) -> Result<String, Failure> {
        let Some(name) = self.own_name()? else {
            return Ok(format!("plot_{}", self.quantity()));
        };
        check_name(manifest, &self.drawing.look(), name)?;
        Ok(name.to_owned())
    }

    fn quantity(&self) -> Quantity {
        self.quantity.unwrap_or_default()
    }

    /// The first flag given that only runs of memories have a use for.
    fn of_memories(&self) -> Option<&'static str> {
        let given = [
            ("--quantity", self.quantity.is_some()),
            ("--max-age", self.max_age.is_some()),
            ("--log-y", self.log_y),
            ("--ylim", !self.ylim.is_empty()),
            ("--fit-ages", self.fit_ages.is_some()),
            ("--theory", self.theory),
            ("--no-advantage", self.no_advantage),
            ("--baseline", self.baseline.is_some()),
            ("--legend", self.legend.is_some()),
            ("--network", !self.network.is_empty()),
        ];
        let first = given.iter().find(|(_, given)| *given);
        first.map(|(flag, _)| *flag)
    }

    /// The name given for the files, if one is.
    fn own_name(&self) -> Result<Option<&str>, Failure> {
        let Some(name) = &self.name else {
            return Ok(None);
        };
        if Path::new(name).file_name() != Some(OsStr::new(name)) {
            let line = format!("--name is {name:?}, allowed a file name without a folder");
            return Err(Failure::Input(line));
        }
        Ok(Some(name))
    }

    /// Whether there is a theory of a condition at all its cue levels.
    fn check_theory(&self, condition: &Condition) -> Result<(), Failure> {
        let refuse = |error: &dyn std::fmt::Display| Failure::Input(format!("--theory: {error}"));
        let theory = Forgetting::of(condition).map_err(|error| refuse(&error))?;
        for &cue in &condition.protocol.cues {
            theory.forecast(cue, &[]).map_err(|error| refuse(&error))?;
        }
        Ok(())
    }

    fn view(&self, ages: usize) -> Result<View, Failure> {
        let input = |line: String| Err(Failure::Input(line));
        let max_age = self.max_age.unwrap_or(ages);
        if max_age == 0 || max_age > ages {
            return input(format!(
                "--max-age is {max_age}, allowed 1..={ages} (the ages in DIR)"
            ));
        }
        let y_range = match *self.ylim.as_slice() {
            [] => None,
            // Beyond, differences of the ends are no numbers any more.
            [low, high] if low < high && low.abs() <= 1e300 && high.abs() <= 1e300 => {
                Some((low, high))
            }
            ref values => {
                let values: Vec<String> = values.iter().map(|&value| number(value)).collect();
                return input(format!(
                    "--ylim is {}, allowed LOW,HIGH with LOW below HIGH, both from -1e300 to 1e300",
                    values.join(",")
                ));
            }
        };
        if let Some((low, _)) = y_range.filter(|&(low, _)| self.log_y && low <= 0.0) {
            return input(format!(
                "--ylim begins at {}, allowed above 0 with --log-y",
                number(low)
            ));
        }
        if self.quantity() != Quantity::RawDifference && self.fit_ages.is_some() {
            return input("--fit-ages is for the raw difference: add --quantity rd".to_owned());
        }
        if self.theory
            && !matches!(
                self.quantity(),
                Quantity::Accuracy | Quantity::RawDifference
            )
        {
            return input(format!(
                "--theory is for accuracy and the raw difference: --quantity is {}, allowed accuracy or rd",
                self.quantity()
            ));
        }
        if let Some(fit_ages) = self
            .fit_ages
            .filter(|&fit_ages| fit_ages < 3 || fit_ages > ages)
        {
            return input(format!(
                "--fit-ages is {fit_ages}, allowed 3..={ages} (the ages in DIR)"
            ));
        }
        let bars = match self.quantity() {
            Quantity::Accuracy | Quantity::Outcomes => Bars::Hidden,
            _ if self.no_advantage => Bars::Hidden,
            _ => Bars::Drawn,
        };
        Ok(View {
            max_age,
            y_scale: if self.log_y {
                Scale::Log10
            } else {
                Scale::Linear
            },
            y_range,
            fit_ages: self.fit_ages,
            theory: if self.theory {
                Theory::Each
            } else {
                Theory::Hidden
            },
            bars,
            ..View::new(self.quantity(), max_age)
        })
    }
}

/// A number in a message, never hundreds of digits.
fn number(value: f64) -> String {
    match value.to_string() {
        long if long.len() > 20 => format!("{value:e}"),
        short => short,
    }
}

/// Draws the pictures of a run again, where it is not one of memories or is asked for nothing of its own; none otherwise.
fn redrawn(args: &PlotArgs, manifest: &Manifest) -> Option<Result<(), Failure>> {
    let name = match args.own_name() {
        Ok(name) => name,
        Err(failure) => return Some(Err(failure)),
    };
    let run = Redrawn {
        folder: &args.dir,
        manifest,
        look: args.drawing.look(),
        name,
    };
    let named = Named::of(&manifest.figure);
    let transformers = match conditions_of::<transformer::Condition>(&args.dir, manifest) {
        Ok(conditions) => conditions,
        Err(error) => return Some(Err(error.into())),
    };
    let is_strip = manifest.figure == super::hopfield::RECALL;
    // What is wrong with those is said where they are looked at.
    let memories = conditions_of::<Condition>(&args.dir, manifest).ok()?;
    match args.of_memories() {
        Some(_) if !memories.is_empty() => return None,
        Some(flag) => {
            let line = format!(
                "{flag} is for runs of memories, and {} is one of {}",
                args.dir.display(),
                manifest.figure
            );
            return Some(Err(Failure::Input(line)));
        }
        None => {}
    }
    match named {
        Some(named) => Some(run.figure(named)),
        None if is_strip => Some(run.strip()),
        None if !transformers.is_empty() => Some(run.transformers(transformers)),
        None => None,
    }
}

pub(super) fn plot(args: &PlotArgs) -> Result<(), Failure> {
    let manifest = Manifest::load(&args.dir)?;
    if let Some(done) = redrawn(args, &manifest) {
        return done;
    }
    let conditions: Vec<Condition> = conditions_of(&args.dir, &manifest)?;
    if conditions.is_empty() {
        let line = format!(
            "{} is a figure without raw data ({})",
            args.dir.display(),
            manifest.figure
        );
        return Err(Failure::Input(line));
    }
    for condition in &conditions {
        condition.check().map_err(|error| {
            let path = args.dir.join(manifest::NAME);
            Failure::Input(format!("{}: {error}", path.display()))
        })?;
    }
    let name = args.file_name(&manifest)?;
    let wanted =
        |name: &str| args.network.is_empty() || args.network.iter().any(|text| name.contains(text));
    let names: Vec<&str> = conditions
        .iter()
        .map(|condition| condition.network.name.as_str())
        .collect();
    if !names.iter().any(|name| wanted(name)) {
        let line = format!(
            "no network's name contains {:?}, there are {}",
            args.network.join(", "),
            names.join("; ")
        );
        return Err(Failure::Input(line));
    }
    if args.theory {
        let drawn = conditions.iter();
        for condition in drawn.filter(|condition| wanted(&condition.network.name)) {
            args.check_theory(condition)?;
        }
    }
    let mut results = results_of(&args.dir, &manifest, &conditions)?;
    results.retain(|one| wanted(&one.condition.network.name));
    let baselines = match args.baseline.unwrap_or_default() {
        BaselineArg::Pseudo => Baselines::Pseudo,
        BaselineArg::Unstructured => Baselines::Unstructured,
        BaselineArg::Both => Baselines::Both,
    };
    if baselines == Baselines::Unstructured && results.iter().any(|one| one.kinds().len() < 3) {
        let line =
            "--baseline unstructured needs structured data (tree or correlated) in every condition";
        return Err(Failure::Input(line.to_owned()));
    }
    let trials = results.first().map_or(0, |one| one.trials());
    let [samples, each] = manifest.samples;
    if u64::from(samples) * u64::from(each) > trials as u64 || samples == 0 || each == 0 {
        let line = format!(
            "{}: samples is [{samples}, {each}], expected samples and the trials of each, which make {trials} trials at most",
            args.dir.join(manifest::NAME).display()
        );
        return Err(Failure::Input(line));
    }
    manifest.verify(&args.dir, &format!("{}.npz", manifest.figure))?;
    let plan = Plan {
        samples: SamplePlan::new(samples as usize, each as usize)?,
        ..slotless::memory::figures::plan_of(&manifest.figure, trials)
    };
    let measured = results
        .iter()
        .map(|one| Measured::new(one, plan))
        .collect::<Result<Vec<_>, _>>()?;
    let counted = |one: &Measured<'_>| {
        let mut curves = one.curves.iter().flatten();
        curves.any(|of| of.outcomes.is_some())
    };
    if args.quantity() == Quantity::Outcomes && !measured.iter().any(counted) {
        return Err(Failure::Input(format!(
            "--quantity is {}, allowed where intrusions were counted (`memory run --intrusions`)",
            Quantity::Outcomes
        )));
    }
    let ages = measured.iter().map(Measured::ages).max().unwrap_or(1);
    let legend = match args.legend.unwrap_or_default() {
        LegendArg::Below => LegendPlace::Below,
        LegendArg::Right => LegendPlace::Right,
        LegendArg::None => LegendPlace::Nowhere,
    };
    let overview = Overview {
        views: vec![args.view(ages)?],
        baselines,
        ..Overview::new(&name, legend)
    };
    let mut drawn = overview::retention(&measured, &overview).map_err(|error| match error {
        FigureError::Draw(DrawError::Range { .. }) if !args.ylim.is_empty() => {
            let limits = args.ylim.iter().map(|&limit| number(limit));
            let limits = limits.collect::<Vec<_>>().join(",");
            Failure::Input(format!(
                "--ylim is {limits}, allowed LOW,HIGH so far from each other that there are numbers between them"
            ))
        }
        other => other.into(),
    })?;
    if manifest.figure == "sweep" && args.of_memories().is_none() {
        overview::add_swept(&mut drawn, &measured, "plot_sweep");
    }
    drawn.mark_small(manifest.trials, u32::MAX);
    drawn.look = args.drawing.look();
    if drawn.pictures.is_empty() {
        return Err(Failure::Input(drawn.report.join("; ")));
    }
    let pictures = drawn.render()?;
    if let Some(none) = pictures.iter().find(|picture| picture.files.is_empty()) {
        return Err(Failure::Input(none.left_out.join("; ")));
    }
    let mut folder = Folder::create(&args.dir)?;
    let written = write_pictures(&mut folder, &pictures).and_then(|()| {
        write_table(
            &mut folder,
            &curves_table(&format!("{name}.csv"), &measured),
        )
    });
    // The input was good.
    written.map_err(FigureError::from)?;
    for picture in &pictures {
        for line in &picture.left_out {
            say(line);
        }
        if picture.is_empty && !args.ylim.is_empty() {
            let limits = args.ylim.iter().map(|&limit| number(limit));
            let limits = limits.collect::<Vec<_>>().join(",");
            crate::print::warn(format_args!(
                "--ylim {limits} leaves all points of a panel out"
            ));
        }
    }
    for file in folder.entries() {
        say(&format!("{}", folder.path().join(&file.name).display()));
    }
    Ok(())
}
