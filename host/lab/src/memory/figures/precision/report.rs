//! The report's lines and the tables.

use super::super::paper::cue_title;
use super::compare::{Compared, Comparison};
use super::{Variant, rounding_name, weights_name};
use crate::figures::declared::file_kind;
use crate::figures::{Drawn, FigureError, Table};
use crate::memory::Measured;
use crate::memory::columns::{AGE, CUE, DATA, NETWORK};
use slotless_files::dictionary::Variable;

const WEIGHTS: Variable =
    Variable::text("weights", "Width of a weight: the parameter of this name");
const ROUNDING: Variable = Variable::text(
    "rounding",
    "Rounding of the learning step: the parameter of this name",
);
const QUANTITY: Variable = Variable::text(
    "quantity",
    "What is compared with the float network: accuracy or d'",
);

file_kind! {
    /// A row per network, quantity and cue level: all ages
    pub(crate) SUMMARY: "precision_summary.csv" by "reproduce precision" {
        NETWORK,
        DATA,
        WEIGHTS,
        ROUNDING,
        CUE,
        QUANTITY,
        Variable::integer("trials_or_samples", "", "Trials of accuracy, samples of d'"),
        Variable::number("mean_squared_t", "", "Mean over ages of t squared, over what is expected of equal networks: 1"),
        Variable::number("critical_t", "", "t that any age of two equal networks exceeds with probability .001 at the most (Student's t, Bonferroni)"),
        Variable::integer("ages_beyond", "ages", "Ages whose t is beyond critical_t"),
        Variable::number("largest_t", "", "t of the age that lies farthest apart, with its sign"),
        Variable::integer("largest_t_age", "patterns", "Age of largest_t"),
        Variable::integer("stretches_beyond", "stretches", "Stretches, a twentieth of the ages each, whose means differ by more than their own critical t"),
        Variable::integer("worst_stretch_first_age", "patterns", "First age of the stretch that lies farthest apart"),
        Variable::integer("worst_stretch_last_age", "patterns", "Last age of the stretch that lies farthest apart"),
        Variable::number("worst_stretch_difference", "as quantity", "Difference from float over the stretch that lies farthest apart"),
        Variable::number("worst_stretch_t", "", "worst_stretch_difference in standard errors"),
        Variable::number("mean_difference", "as quantity", "Difference from float over all ages"),
        Variable::number("mean_difference_se", "as quantity", "Standard error of mean_difference (Welch)"),
        Variable::number("mean_difference_t", "", "mean_difference in standard errors; empty where there is no error"),
        Variable::number("mean_difference_critical_t", "", "t that mean_difference of equal networks exceeds with probability .001"),
        Variable::text("equal", "true where no test tells the network from float"),
    }
}

file_kind! {
    /// A row per network, quantity, cue level and age
    pub(crate) DIFFERENCE: "precision_difference.csv" by "reproduce precision" {
        NETWORK,
        DATA,
        WEIGHTS,
        ROUNDING,
        CUE,
        QUANTITY,
        AGE,
        Variable::number("difference", "as quantity", "Mean of the network less mean of the float network; empty where one is not defined"),
        Variable::number("difference_se", "as quantity", "Standard error of difference (Welch)"),
        Variable::number("t", "", "difference in standard errors; empty where there is no error"),
    }
}

file_kind! {
    /// A row per width
    pub(crate) BYTES: "precision_bytes.csv" by "reproduce precision" {
        WEIGHTS,
        Variable::integer("bits_per_weight", "bits", "Bits of a weight"),
        Variable::integer("mask_bytes", "bytes", "Fan-in masks"),
        Variable::integer("weight_bytes", "bytes", "Weights"),
        Variable::integer("counter_bytes", "bytes", "Counters"),
        Variable::integer("bytes", "bytes", "All of a network"),
    }
}

/// Lines, tables and checks.
pub(super) fn report(
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
            "{} weights: {} bytes per network (masks {}, weights {})",
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
    // The same of all networks.
    let data = float.results.condition.data.caption();
    let rows = comparisons.iter().map(|one| summary_row(one, &data));
    let rows = rows.collect();
    drawn
        .tables
        .push(Table::new("precision_summary.csv", &SUMMARY, rows));
    drawn.tables.push(age_table(comparisons, &data));
    drawn
        .tables
        .push(Table::new("precision_bytes.csv", &BYTES, bytes));
    Ok(())
}

/// Every difference, a row per age.
fn age_table(comparisons: &[Comparison], data: &str) -> Table {
    let cell = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let rows = comparisons.iter().flat_map(|one| {
        (1..).zip(&one.ages.ages).map(move |(age, at): (u32, _)| {
            vec![
                one.variant.name(),
                data.to_owned(),
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
    Table::new("precision_difference.csv", &DIFFERENCE, rows.collect())
}

/// A comparison as a row of [`SUMMARY`].
fn summary_row(one: &Comparison, data: &str) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let (difference, error) = one.mean_difference();
    let stretch = one.worst_stretch();
    vec![
        one.variant.name(),
        data.to_owned(),
        weights_name(one.variant.weights),
        rounding_name(one.variant.rounding).to_owned(),
        one.level.to_string(),
        one.compared.name().to_owned(),
        one.rows.to_string(),
        number(one.ages.mean_squared_t),
        one.ages.critical.to_string(),
        one.ages.beyond.to_string(),
        number(one.ages.worst.map(|(_, t)| t)),
        number(one.ages.worst.map(|(age, _)| (age + 1) as f64)),
        one.stretches.beyond.to_string(),
        number(stretch.map(|(first, ..)| first as f64)),
        number(stretch.map(|(_, last, ..)| last as f64)),
        number(stretch.map(|(_, _, difference, _)| difference)),
        number(stretch.map(|(.., t)| t)),
        difference.to_string(),
        error.to_string(),
        number(one.all.ages[0].t()),
        one.all.critical.to_string(),
        one.equal().to_string(),
    ]
}
