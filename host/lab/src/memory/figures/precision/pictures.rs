//! The pictures: all widths together, and the difference from float age by age.

use super::super::paper::cue_title;
use super::compare::{Compared, Comparison, LEVEL, SQUARES, STRETCHES, find};
use super::{VARIANTS, Variant};
use crate::figures::FigureError;
use crate::memory::Measured;
use crate::memory::measure::{EqualityAge, MeasureError, SampleValues};
use crate::memory::{Kind, WeightWidth};
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Series};

/// Largest difference shown by the panels that magnify it.
const MAGNIFIED: f64 = 0.012;

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

/// Accuracy, d' and the difference from float of every width.
pub(super) fn all_widths(
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
        "𝑑\u{2032}: {} samples of {} trials, means of {bin} ages. Differences: means of {stretch} ages, \
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
        (Compared::Accuracy, "retrieval accuracy (overlap / 𝑠)", 1),
        (Compared::DPrime, "sensitivity 𝑑\u{2032}", bin),
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
pub(super) fn age_by_age(
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
        "\"equal\": no age and no stretch of ages differs (𝑝 < {LEVEL}, Bonferroni), nor does the mean over all ages, \
         and the mean squared t lies within {} to {} (1 expected).",
        SQUARES[0], SQUARES[1]
    ))
    .width(1100.0);
    let x = centres(ages, 1);
    for &level in levels {
        for variant in VARIANTS {
            let Some(found) = find(comparisons, variant, level, Compared::Accuracy) else {
                continue;
            };
            let values = |value: fn(&EqualityAge) -> Option<f64>| {
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
