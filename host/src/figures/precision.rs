//! Retention by width and rounding of the weights, beside a network of floating-point weights.
//!
//! Every width is compared with the float network age by age, by tests that could fail: see [`equality`]. Each condition
//! has streams of its own, the float network's too, so trials of two conditions are independent.

use slotless_core::weight::Rounding;

use super::catalogue::{Drawn, FigureError, Measured, Table};
use super::draw::{CurvePanel, Figure, LineStyle, Role, Series};
use super::paper::cue_title;
use crate::memory::measure::{Equality, MeasureError, SampleValues, equality};
use crate::memory::{Kind, Network, WeightWidth};
use crate::run::manifest::Check;

/// Probability that a comparison finds two equal networks apart at any age.
const LEVEL: f64 = 0.001;

/// Mean squared t of two equal networks: the band that the other comparisons of curves allow.
const SQUARES: [f64; 2] = [0.7, 1.4];

/// Stretches of ages that are compared as a whole.
const STRETCHES: usize = 20;

/// Largest difference shown by the panels that magnify it.
const MAGNIFIED: f64 = 0.012;

/// What the figure expects of a width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// The float curve at every age.
    Equal,
    /// Another curve.
    Different,
}

/// A width and rounding, and how it is drawn.
#[derive(Clone, Copy, Debug)]
struct Variant {
    weights: WeightWidth,
    rounding: Rounding,
    role: Role,
    expected: Expected,
}

const fn variant(
    weights: WeightWidth,
    rounding: Rounding,
    role: Role,
    expected: Expected,
) -> Variant {
    Variant {
        weights,
        rounding,
        role,
        expected,
    }
}

/// Every width and rounding of the figure; one hue a width. 4 bits with nearest rounding stop decaying at .067 of full
/// scale for the paper's rate, which is more than the program lets pass without a warning.
const VARIANTS: [Variant; 7] = {
    use Expected::{Different, Equal};
    use Rounding::{Nearest, Stochastic};
    [
        variant(WeightWidth::U16, Nearest, Role::OneWinner, Equal),
        variant(WeightWidth::U8, Nearest, Role::Other(0), Equal),
        variant(WeightWidth::U8, Stochastic, Role::Other(0), Equal),
        variant(WeightWidth::U4, Nearest, Role::Graded, Different),
        variant(WeightWidth::U4, Stochastic, Role::Graded, Equal),
        variant(WeightWidth::U2, Stochastic, Role::Other(1), Different),
        variant(WeightWidth::U1, Stochastic, Role::Other(3), Different),
    ]
};

/// The networks of the figure: `network` at every width and rounding, then with float weights.
#[must_use]
pub fn networks(network: &Network) -> Vec<Network> {
    let with = |weights, rounding, name: String| {
        let mut network = network.clone();
        (network.weights, network.rounding, network.name) = (weights, rounding, name);
        network
    };
    let mut networks: Vec<Network> = VARIANTS
        .iter()
        .map(|variant| with(variant.weights, variant.rounding, variant.name()))
        .collect();
    let float = "64-bit float".to_owned();
    networks.push(with(WeightWidth::Float, Rounding::Nearest, float));
    networks
}

impl Variant {
    fn name(self) -> String {
        let bits = self.weights.bits();
        let plural = if bits == 1 { "" } else { "s" };
        format!("{bits} bit{plural}, {}", rounding_name(self.rounding))
    }

    /// Why the width may be told from float although it is expected to equal it.
    fn note(self) -> String {
        match (self.rounding, self.weights.full()) {
            (Rounding::Stochastic, full) if full < 255 => {
                format!(
                    "rounding at random to multiples of 1/{full} adds noise to every weight learned"
                )
            }
            _ => String::new(),
        }
    }

    fn style(self) -> LineStyle {
        match self.rounding {
            Rounding::Nearest => LineStyle::Solid,
            Rounding::Stochastic => LineStyle::Dotted,
        }
    }
}

fn rounding_name(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::Nearest => "nearest",
        Rounding::Stochastic => "stochastic",
    }
}

fn weights_name(weights: WeightWidth) -> String {
    format!("{weights:?}").to_lowercase()
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compared {
    Accuracy,
    DPrime,
}

impl Compared {
    fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::DPrime => "d'",
        }
    }

    /// Independent rows of one value an age: trials, or samples of trials.
    fn rows(self, measured: &Measured<'_>, cue: usize) -> Result<SampleValues, MeasureError> {
        match self {
            Self::Accuracy => {
                SampleValues::new(measured.results.accuracy(cue, Kind::Real).mapv(Some))
            }
            Self::DPrime => Ok(measured.curves[cue][0].d_prime.clone()),
        }
    }
}

/// A width compared with the float network at one cue level.
#[derive(Debug)]
struct Comparison {
    variant: Variant,
    level: f64,
    compared: Compared,
    rows: usize,
    /// At every age, over stretches of ages, and over all ages at once.
    ages: Equality,
    stretches: Equality,
    all: Equality,
    /// Ages in a stretch.
    width: usize,
}

impl Comparison {
    /// `None` where there are too few rows to compare.
    fn new(
        variant: Variant,
        level: f64,
        compared: Compared,
        ours: &SampleValues,
        float: &SampleValues,
    ) -> Result<Option<Self>, MeasureError> {
        if ours.samples() < 3 {
            return Ok(None);
        }
        let by = |width: usize| equality(&ours.binned(width)?, &float.binned(width)?, LEVEL);
        let width = ours.ages().div_ceil(STRETCHES);
        Ok(Some(Self {
            variant,
            level,
            compared,
            rows: ours.samples(),
            ages: by(1)?,
            stretches: by(width)?,
            all: by(ours.ages())?,
            width,
        }))
    }

    fn name(&self) -> String {
        let (name, cue) = (self.variant.name(), cue_title(self.level));
        format!("{name}, {cue}: {}", self.compared.name())
    }

    fn beyond(&self) -> usize {
        self.ages.beyond + self.stretches.beyond
    }

    /// Whether no test tells the width from the float network.
    fn equal(&self) -> bool {
        let squares = self.ages.mean_squared_t.unwrap_or(1.0);
        let [low, high] = SQUARES;
        self.beyond() == 0 && self.all.beyond == 0 && (low..=high).contains(&squares)
    }

    /// Difference over all ages, and its standard error.
    fn mean_difference(&self) -> (f64, f64) {
        let all = self.all.ages[0];
        (
            all.difference.unwrap_or(f64::NAN),
            all.error.unwrap_or(f64::NAN),
        )
    }

    /// First and last age, difference and t of the stretch that lies farthest apart.
    fn worst_stretch(&self) -> Option<(usize, usize, f64, f64)> {
        let (index, t) = self.stretches.worst?;
        let first = index * self.width + 1;
        let last = self.ages.ages.len().min((index + 1) * self.width);
        Some((first, last, self.stretches.ages[index].difference?, t))
    }

    fn line(&self) -> String {
        let (difference, error) = self.mean_difference();
        let mut line = format!(
            "{}: mean squared t {:.3}, {} of {} ages differ (|t| > {:.2})",
            self.name(),
            self.ages.mean_squared_t.unwrap_or(f64::NAN),
            self.ages.beyond,
            self.ages.ages.len(),
            self.ages.critical,
        );
        if let Some((age, t)) = self.ages.worst {
            line += &format!(", largest t {t:+.2} at age {}", age + 1);
        }
        line += &format!("; mean difference {difference:+.5} +- {error:.5}");
        if let Some((first, last, difference, t)) = self.worst_stretch() {
            line += &format!("; worst ages {first} to {last}: {difference:+.4} (t {t:+.2})");
        }
        line
    }

    fn checks(&self) -> Vec<Check> {
        let (count, total) = (self.beyond() as f64, self.ages.ages.len() + STRETCHES);
        let differ = format!(
            "{}, ages and stretches of {} that differ from float (p < {LEVEL} over all)",
            self.name(),
            self.width
        );
        match (self.variant.expected, self.compared) {
            (Expected::Different, Compared::DPrime) => Vec::new(),
            (Expected::Different, Compared::Accuracy) => {
                vec![Check::within(differ, count, 1.0, total as f64)]
            }
            (Expected::Equal, _) => {
                let name = |what: &str| format!("{}, {what}", self.name());
                let squares = self.ages.mean_squared_t.unwrap_or(f64::NAN);
                let [low, high] = SQUARES;
                // Without scatter there is no t: the counts then say whether there is a difference.
                let t = self.all.ages[0].t().unwrap_or(0.0);
                let most = self.all.critical;
                let squared = name("mean squared difference from float in standard errors");
                let all = name("mean difference over all ages in standard errors");
                let mut checks = vec![
                    Check::within(squared, squares, low, high),
                    Check::within(differ, count, 0.0, 0.0),
                    Check::within(all, t, -most, most),
                ];
                for check in &mut checks {
                    check.note = self.variant.note();
                }
                checks
            }
        }
    }

    fn row(&self) -> Vec<String> {
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let (difference, error) = self.mean_difference();
        let stretch = self.worst_stretch();
        vec![
            weights_name(self.variant.weights),
            rounding_name(self.variant.rounding).to_owned(),
            self.level.to_string(),
            self.compared.name().to_owned(),
            self.rows.to_string(),
            number(self.ages.mean_squared_t),
            self.ages.critical.to_string(),
            self.ages.beyond.to_string(),
            number(self.ages.worst.map(|(_, t)| t)),
            number(self.ages.worst.map(|(age, _)| (age + 1) as f64)),
            self.stretches.beyond.to_string(),
            number(stretch.map(|(first, ..)| first as f64)),
            number(stretch.map(|(_, last, ..)| last as f64)),
            number(stretch.map(|(_, _, difference, _)| difference)),
            number(stretch.map(|(.., t)| t)),
            difference.to_string(),
            error.to_string(),
            number(self.all.ages[0].t()),
            self.all.critical.to_string(),
            self.equal().to_string(),
        ]
    }
}

const COLUMNS: [&str; 20] = [
    "weights",
    "rounding",
    "cue",
    "quantity",
    "trials_or_samples",
    "mean_squared_t",
    "critical_t",
    "ages_beyond",
    "largest_t",
    "largest_t_age",
    "stretches_beyond",
    "worst_stretch_first_age",
    "worst_stretch_last_age",
    "worst_stretch_difference",
    "worst_stretch_t",
    "mean_difference",
    "mean_difference_se",
    "mean_difference_t",
    "mean_difference_critical_t",
    "equal",
];

fn table(name: &str, header: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table {
        name: name.to_owned(),
        header: header.iter().map(|&name| name.to_owned()).collect(),
        rows,
    }
}

/// Centres of bins of `width` ages.
fn centres(ages: usize, width: usize) -> Vec<f64> {
    let bins = 0..ages.div_ceil(width);
    bins.map(|bin| {
        let last = ages.min((bin + 1) * width);
        (bin * width + 1 + last) as f64 / 2.0
    })
    .collect()
}

const X: &str = "age (patterns learned since, 1 = newest)";

/// A curve of the panels that show all widths: mean and standard error over rows, by bins of ages.
fn curve(values: &SampleValues, width: usize) -> Result<(Vec<f64>, Vec<f64>), MeasureError> {
    let points = values.binned(width)?.summary();
    let mean = points.iter().map(|point| point.mean.unwrap_or(f64::NAN));
    let error = points
        .iter()
        .map(|point| point.standard_error.unwrap_or(f64::NAN));
    Ok((mean.collect(), error.collect()))
}

/// The figure: accuracy, d' and the difference from float for every width, and that difference age by age.
///
/// Takes the results of [`networks`], in that order.
///
/// # Errors
/// [`FigureError`].
pub fn precision(measured: &[Measured<'_>]) -> Result<Drawn, FigureError> {
    let mut drawn = Drawn::default();
    let Some((float, variants)) = measured.split_last() else {
        return Ok(drawn);
    };
    let variants: Vec<(Variant, &Measured<'_>)> = VARIANTS.into_iter().zip(variants).collect();
    let levels = float.results.condition.protocol.cues.clone();
    let mut comparisons: Vec<Comparison> = Vec::new();
    for (cue, &level) in levels.iter().enumerate() {
        for compared in [Compared::Accuracy, Compared::DPrime] {
            let oracle = compared.rows(float, cue)?;
            for &(variant, one) in &variants {
                let ours = compared.rows(one, cue)?;
                comparisons.extend(Comparison::new(variant, level, compared, &ours, &oracle)?);
            }
        }
    }
    let curves = all_widths(&variants, float, &levels, &comparisons)?.draw()?;
    drawn.pictures.push(("precision".to_owned(), curves));
    if !comparisons.is_empty() {
        let picture = age_by_age(float, &levels, &comparisons)?.draw()?;
        drawn
            .pictures
            .push(("precision_difference".to_owned(), picture));
    }
    report(&mut drawn, float, &variants, &comparisons)?;
    // The widths are compared with the float network, and that one with the reference curves.
    drawn.referenced = Some(vec![variants.len()]);
    Ok(drawn)
}

/// The parameters that all networks of the figure share.
fn shared_caption(float: &Measured<'_>) -> String {
    let mut network = float.results.condition.network.clone();
    network.weights = WeightWidth::U16;
    network.name = "K-winner MHN".to_owned();
    let protocol = &float.results.condition.protocol;
    format!(
        "{}; {} burn-in and {} learned patterns, {} trials of every width, each on streams of its own",
        network.caption(),
        protocol.burn_in,
        protocol.learned,
        float.results.trials()
    )
}

fn find(
    comparisons: &[Comparison],
    variant: Variant,
    level: f64,
    compared: Compared,
) -> Option<&Comparison> {
    let key = |variant: Variant| (variant.weights, variant.rounding);
    comparisons.iter().find(|one| {
        key(one.variant) == key(variant) && one.level == level && one.compared == compared
    })
}

fn all_widths(
    variants: &[(Variant, &Measured<'_>)],
    float: &Measured<'_>,
    levels: &[f64],
    comparisons: &[Comparison],
) -> Result<Figure, FigureError> {
    let ages = float.ages();
    let stretch = ages.div_ceil(STRETCHES);
    // d' of 20 trials at one age is noise to the eye.
    let bin = ages.div_ceil(100);
    let samples = float.curves[0][0].plan.samples;
    let note = format!(
        "d\u{2032}: {} samples of {} trials, means of {bin} ages. Differences: means of {stretch} ages, \
         band: \u{b1} two standard errors. Dotted: stochastic rounding.",
        samples.samples(),
        samples.trials_each(),
    );
    let mut figure = Figure::new(
        "Retention by width and rounding of the weights",
        4,
        levels.len(),
    )
    .subtitle(&shared_caption(float))
    .note(&note);
    let float_line =
        |label: &str, x: Vec<f64>, y: Vec<f64>| Series::new(label, Role::Theory, x, y).width(1.6);
    for (compared, label, width) in [
        (Compared::Accuracy, "retrieval accuracy (overlap / s)", 1),
        (Compared::DPrime, "sensitivity d\u{2032}", bin),
    ] {
        for (cue, &level) in levels.iter().enumerate() {
            let mut panel = CurvePanel::new(X, label)
                .title(&cue_title(level))
                .x_range(0.0, ages as f64);
            if compared == Compared::Accuracy {
                panel = panel.y_range(0.0, 1.0);
                let base = SampleValues::new(float.results.accuracy(cue, Kind::Pseudo).mapv(Some))?;
                let (mean, _) = curve(&base, width)?;
                let label = "64-bit float, pseudo-patterns";
                panel = panel.series(Series::new(
                    label,
                    Role::Neutral,
                    centres(ages, width),
                    mean,
                ));
            } else {
                panel = panel.reference(0.0);
            }
            for &(variant, one) in variants {
                let (mean, _) = curve(&compared.rows(one, cue)?, width)?;
                let x = centres(ages, width);
                let series = Series::new(&variant.name(), variant.role, x, mean);
                panel = panel.series(series.style(variant.style()).width(1.4));
            }
            let (mean, _) = curve(&compared.rows(float, cue)?, width)?;
            panel = panel.series(float_line("64-bit float", centres(ages, width), mean));
            figure = figure.panel(panel);
        }
    }
    for within in [f64::INFINITY, MAGNIFIED] {
        for &level in levels {
            figure = figure.panel(differences(variants, ages, level, comparisons, within));
        }
    }
    Ok(figure)
}

/// The differences from float at one cue level, by stretches of ages, of the widths that stay within `within`.
fn differences(
    variants: &[(Variant, &Measured<'_>)],
    ages: usize,
    level: f64,
    comparisons: &[Comparison],
    within: f64,
) -> CurvePanel {
    let mut panel = CurvePanel::new(X, "accuracy less that of float")
        .x_range(0.0, ages as f64)
        .reference(0.0);
    let x = centres(ages, ages.div_ceil(STRETCHES));
    panel = if within.is_finite() {
        let title = format!("{}, widths within \u{b1} {within}", cue_title(level));
        panel.title(&title).y_range(-within, within)
    } else {
        panel.title(&cue_title(level))
    };
    // A panel needs a curve, if only one without values: it then says so.
    let empty = vec![f64::NAN; x.len()];
    panel = panel.series(Series::new("", Role::Neutral, x.clone(), empty));
    for &(variant, _) in variants {
        let Some(found) = find(comparisons, variant, level, Compared::Accuracy) else {
            continue;
        };
        let stretches = found.stretches.ages.iter();
        let (difference, error): (Vec<f64>, Vec<f64>) = stretches
            .map(|at| {
                let error = at.error.map_or(f64::NAN, |error| 2.0 * error);
                (at.difference.unwrap_or(f64::NAN), error)
            })
            .unzip();
        if difference
            .iter()
            .any(|difference| difference.abs() > within)
        {
            continue;
        }
        let series = Series::new(&variant.name(), variant.role, x.clone(), difference);
        panel = panel.series(series.style(variant.style()).width(1.4).band(error));
    }
    panel
}

/// The difference from float at every age, a panel a width and cue level.
fn age_by_age(
    float: &Measured<'_>,
    levels: &[f64],
    comparisons: &[Comparison],
) -> Result<Figure, FigureError> {
    const ACROSS: usize = 4;
    let ages = float.ages();
    let down = VARIANTS.len().div_ceil(ACROSS);
    let mut figure = Figure::new(
        "Accuracy less that of float weights, age by age",
        levels.len() * down,
        ACROSS,
    )
    .subtitle(&shared_caption(float))
    .note(&format!(
        "\"equal\": no age and no stretch of ages differs (p < {LEVEL}, Bonferroni), nor does the mean over all ages, \
         and the mean squared t lies within {} to {} (1 expected).",
        SQUARES[0], SQUARES[1]
    ))
    .width(1100.0)
    .letters(false);
    let x = centres(ages, 1);
    for &level in levels {
        for variant in VARIANTS {
            let Some(found) = find(comparisons, variant, level, Compared::Accuracy) else {
                continue;
            };
            let values = |value: fn(&crate::memory::measure::EqualityAge) -> Option<f64>| {
                let values = found.ages.ages.iter();
                values
                    .map(|age| value(age).unwrap_or(f64::NAN))
                    .collect::<Vec<_>>()
            };
            let difference = values(|age| age.difference);
            let error = values(|age| Some(2.0 * age.error?));
            let most = difference.iter().chain(&error).filter(|v| v.is_finite());
            let most = most.fold(0.0, |most: f64, value| most.max(value.abs()));
            // Few ranges, so that panels compare.
            let range = [0.03, 0.12, 0.3].into_iter().find(|&range| most <= range);
            let range = range.unwrap_or(1.05 * most);
            let verdict = if found.equal() { "equal" } else { "differs" };
            let mut panel = CurvePanel::new("age", &format!("difference, {}", cue_title(level)))
                .title(&format!("{}: {verdict}", variant.name()))
                .x_range(0.0, ages as f64)
                .y_range(-range, range)
                .reference(0.0);
            let label = "difference at each age";
            let series = Series::new(label, Role::Other(0), x.clone(), difference);
            panel = panel.series(series.width(0.7));
            // Lines, not a band: over the curve they are seen.
            for sign in [-1.0, 1.0] {
                let edge = error.iter().map(|error| sign * error).collect();
                let label = "\u{b1} two standard errors of the difference";
                let series = Series::new(label, Role::Fit, x.clone(), edge);
                panel = panel.series(series.style(LineStyle::Solid).width(0.8));
            }
            figure = figure.panel(panel);
        }
        for _ in VARIANTS.len()..down * ACROSS {
            figure = figure.skip();
        }
    }
    Ok(figure)
}

/// Lines, tables and checks.
fn report(
    drawn: &mut Drawn,
    float: &Measured<'_>,
    variants: &[(Variant, &Measured<'_>)],
    comparisons: &[Comparison],
) -> Result<(), FigureError> {
    let mut bytes: Vec<Vec<String>> = Vec::new();
    let networks = variants.iter().map(|(_, one)| one).chain([&float]);
    for network in networks.map(|one| &one.results.condition.network) {
        let Ok(state) = network.state_bytes() else {
            continue;
        };
        let row = [state.masks, state.weights, state.counter, state.total()];
        let mut cells = vec![
            weights_name(network.weights),
            network.weights.bits().to_string(),
        ];
        cells.extend(row.map(|count| count.to_string()));
        if bytes.contains(&cells) {
            continue;
        }
        drawn.report.push(format!(
            "{} weights: {} bytes a network (masks {}, weights {})",
            weights_name(network.weights),
            state.total(),
            state.masks,
            state.weights
        ));
        bytes.push(cells);
    }
    for comparison in comparisons {
        drawn.report.push(comparison.line());
        drawn.checks.extend(comparison.checks());
    }
    if float.results.trials() < 3 {
        let line = "fewer than 3 trials: no width is compared with float";
        drawn.report.push(line.to_owned());
    } else if !comparisons
        .iter()
        .any(|one| one.compared == Compared::DPrime)
    {
        let line = "fewer than 3 samples of trials: d' is not compared with float";
        drawn.report.push(line.to_owned());
    }
    for &(variant, _) in variants {
        let key = |variant: Variant| (variant.weights, variant.rounding);
        let of = comparisons
            .iter()
            .filter(|one| key(one.variant) == key(variant));
        let (equal, not): (Vec<_>, Vec<_>) = of.partition(|one| one.equal());
        let verdict = match (equal.len(), not.as_slice()) {
            (0, []) => continue,
            (_, []) => "equal to float at every age".to_owned(),
            (_, not) => {
                let apart: Vec<String> = not
                    .iter()
                    .map(|one| format!("{} at {}", one.compared.name(), cue_title(one.level)))
                    .collect();
                format!("not equal to float: {}", apart.join(", "))
            }
        };
        drawn.report.push(format!("{}: {verdict}", variant.name()));
    }
    let rows = comparisons.iter().map(Comparison::row).collect();
    drawn
        .tables
        .push(table("precision_summary.csv", &COLUMNS, rows));
    drawn.tables.push(age_table(comparisons));
    let header = [
        "weights",
        "bits",
        "mask_bytes",
        "weight_bytes",
        "counter_bytes",
        "bytes",
    ];
    drawn
        .tables
        .push(table("precision_bytes.csv", &header, bytes));
    Ok(())
}

/// Every difference, a row an age.
fn age_table(comparisons: &[Comparison]) -> Table {
    let cell = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let rows = comparisons.iter().flat_map(|one| {
        (1..).zip(&one.ages.ages).map(move |(age, at): (u32, _)| {
            vec![
                weights_name(one.variant.weights),
                rounding_name(one.variant.rounding).to_owned(),
                one.level.to_string(),
                one.compared.name().to_owned(),
                age.to_string(),
                cell(at.difference),
                cell(at.error),
                cell(at.t()),
            ]
        })
    });
    let header = [
        "weights",
        "rounding",
        "cue",
        "quantity",
        "age",
        "difference",
        "difference_se",
        "t",
    ];
    table("precision_difference.csv", &header, rows.collect())
}
