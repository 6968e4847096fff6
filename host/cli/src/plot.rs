//! `slotless plot`: redraws from the raw data that a run left.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::choice::choice;
use clap::{Args, ValueEnum};

use super::execute::{conditions_of, results_of};
use super::{Failure, say};
use slotless::figures::FigureError;
use slotless::figures::output::{write_pictures, write_table};
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
  slotless plot slotless-out/fig4 --quantity rd --log-y --fit-ages 200 --theory --max-age 350
  slotless plot slotless-out/fig4 --theory
  slotless plot slotless-out/s7 --baseline unstructured
  slotless plot slotless-out/sweep --network \"k = 10\" --network \"k = 50\" --quantity auc --ylim 0.4,1

Writes DIR/plot_QUANTITY.svg, .png and .csv (or --name NAME); nothing else in DIR changes.";

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
    /// What is drawn over age
    #[arg(long, value_parser = choice::<Quantity>(), default_value_t)]
    quantity: Quantity,
    /// Last age drawn
    #[arg(long, value_name = "AGE")]
    max_age: Option<usize>,
    /// Logarithmic y axis; values of 0 and below are left out
    #[arg(long)]
    log_y: bool,
    /// Range of the y axis
    #[arg(
        long,
        value_name = "LOW,HIGH",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    ylim: Vec<f64>,
    /// Fit an exponential to ages 1 to this (raw difference only)
    #[arg(long, value_name = "AGE")]
    fit_ages: Option<usize>,
    /// Draw what theory says of each memory (accuracy and raw difference): Theorem 1 of 1-winner networks, docs/theory.md of
    /// K-winner networks and packed recency levels
    #[arg(long)]
    theory: bool,
    /// Leave the bars of significant advantage out
    #[arg(long)]
    no_advantage: bool,
    /// What learned patterns are compared with
    #[arg(long, value_enum, default_value_t)]
    baseline: BaselineArg,
    /// Where the legend stands
    #[arg(long, value_enum, default_value_t)]
    legend: LegendArg,
    /// Draw only networks whose name contains this; may be given several times
    #[arg(long, value_name = "TEXT")]
    network: Vec<String>,
    /// Name of the files written
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

impl PlotArgs {
    /// Name of the files written, without extension; it overwrites none of the run's.
    fn file_name(&self, manifest: &Manifest) -> Result<String, Failure> {
        let Some(name) = &self.name else {
            let quantity = self.quantity;
            return Ok(format!("plot_{quantity}"));
        };
        if Path::new(name).file_name() != Some(OsStr::new(name)) {
            let line = format!("--name is {name:?}, allowed a file name without a folder");
            return Err(Failure::Input(line));
        }
        let written = ["svg", "png", "csv"].map(|extension| format!("{name}.{extension}"));
        if let Some(file) = manifest
            .files
            .iter()
            .find(|file| written.contains(&file.name))
        {
            let line = format!(
                "--name is {name}, allowed names that overwrite no file of the run ({})",
                file.name
            );
            return Err(Failure::Input(line));
        }
        Ok(name.clone())
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
        if self.quantity != Quantity::RawDifference && self.fit_ages.is_some() {
            return input("--fit-ages is for the raw difference: add --quantity rd".to_owned());
        }
        if self.theory && !matches!(self.quantity, Quantity::Accuracy | Quantity::RawDifference) {
            return input(format!(
                "--theory is for accuracy and the raw difference: --quantity is {}, allowed accuracy or rd",
                self.quantity
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
        let bars = match self.quantity {
            Quantity::Accuracy => Bars::Hidden,
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
            ..View::new(self.quantity, max_age)
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

pub(super) fn plot(args: &PlotArgs) -> Result<(), Failure> {
    let manifest = Manifest::load(&args.dir)?;
    let transformers: Vec<transformer::Condition> = conditions_of(&args.dir, &manifest)?;
    if !transformers.is_empty() {
        let line = format!(
            "{} is a run of transformers ({}), which `plot` does not redraw; its curves are in {}.csv and {}.npz",
            args.dir.display(),
            manifest.figure,
            manifest.figure,
            manifest.figure
        );
        return Err(Failure::Input(line));
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
    let baselines = match args.baseline {
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
    let ages = measured.iter().map(Measured::ages).max().unwrap_or(1);
    let legend = match args.legend {
        LegendArg::Below => LegendPlace::Below,
        LegendArg::Right => LegendPlace::Right,
        LegendArg::None => LegendPlace::Nowhere,
    };
    let overview = Overview {
        views: vec![args.view(ages)?],
        baselines,
        ..Overview::new(&name, legend)
    };
    let drawn = overview::retention(&measured, &overview).map_err(|error| match error {
        FigureError::Draw(DrawError::Range { .. }) if !args.ylim.is_empty() => {
            let limits = args.ylim.iter().map(|&limit| number(limit));
            let limits = limits.collect::<Vec<_>>().join(",");
            Failure::Input(format!(
                "--ylim is {limits}, allowed LOW,HIGH so far from each other that there are numbers between them"
            ))
        }
        other => other.into(),
    })?;
    if drawn.pictures.is_empty() {
        return Err(Failure::Input(drawn.report.join("; ")));
    }
    let mut folder = Folder::create(&args.dir)?;
    let written = write_pictures(&mut folder, &drawn).and_then(|()| {
        write_table(
            &mut folder,
            &curves_table(&format!("{name}.csv"), &measured),
        )
    });
    // The input was good.
    written.map_err(FigureError::from)?;
    for (_, picture) in &drawn.pictures {
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
