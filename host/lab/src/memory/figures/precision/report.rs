//! The report's lines and the tables.

use super::super::paper::cue_title;
use super::compare::{Compared, Comparison};
use super::{Variant, rounding_name, weights_name};
use crate::figures::{Drawn, FigureError, Table};
use crate::memory::Measured;

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
    let rows = comparisons.iter().map(summary_row).collect();
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

/// Every difference, a row per age.
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

/// A comparison as a row of [`COLUMNS`].
fn summary_row(one: &Comparison) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let (difference, error) = one.mean_difference();
    let stretch = one.worst_stretch();
    vec![
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
