//! Tables of trained transformers, and how they ended in a line.

use super::parameters::Sweep;
use super::summary::{STATISTICS, mean_deviation, quartiles, reaches, trained};
use super::{Condition, Results};
use crate::figures::Table;

/// A number as a cell: none for what is no number.
fn cell(value: f64) -> String {
    if value.is_nan() {
        String::new()
    } else {
        value.to_string()
    }
}

/// Accuracy and loss at every iteration: median, mean and quartiles over the trials that had not diverged.
#[must_use]
pub fn curves_table(name: &str, results: &[&Results]) -> Table {
    let mut header = ["condition", "model", "iteration", "trials"]
        .map(str::to_owned)
        .to_vec();
    for curve in ["accuracy", "loss"] {
        let columns = ["median", "mean", "quartile_25", "quartile_75"];
        header.extend(columns.map(|column| format!("{curve}_{column}")));
    }
    let mut rows = Vec::new();
    for one in results {
        let curves = [&one.accuracy, &one.loss];
        let spread = curves.map(quartiles);
        for iteration in 0..one.accuracy.ncols() {
            let present = one.loss.column(iteration);
            let mut row = vec![
                one.condition.slug(),
                one.condition.model.name.clone(),
                (iteration + 1).to_string(),
                present
                    .iter()
                    .filter(|loss| !loss.is_nan())
                    .count()
                    .to_string(),
            ];
            for (curve, spread) in curves.iter().zip(&spread) {
                let [low, median, high] = spread[iteration];
                let values = curve.column(iteration);
                let [mean, _] = mean_deviation(values.iter().map(|&value| f64::from(value)));
                row.extend([median, mean, low, high].map(cell));
            }
            rows.push(row);
        }
    }
    Table {
        name: name.to_owned(),
        header,
        rows,
    }
}

/// How every trial ended: accuracy and loss over the last `window` iterations (all, where there are fewer), and the
/// statistics of its final weights.
#[must_use]
pub fn statistics_table(name: &str, results: &[&Results], window: u32) -> Table {
    let first = [
        "condition",
        "model",
        "trial",
        "accuracy",
        "loss",
        "diverged_at",
    ];
    let header = first
        .iter()
        .chain(&STATISTICS)
        .map(|&column| column.to_owned());
    let mut rows = Vec::new();
    for one in results {
        for (trial, ended) in trained(one, window as usize).into_iter().enumerate() {
            let mut row = vec![
                one.condition.slug(),
                one.condition.model.name.clone(),
                trial.to_string(),
                cell(ended.accuracy),
                cell(ended.loss),
                ended.diverged.map_or_else(String::new, |at| at.to_string()),
            ];
            row.extend(ended.statistics.unwrap_or([f64::NAN; 13]).map(cell));
            rows.push(row);
        }
    }
    Table {
        name: name.to_owned(),
        header: header.collect(),
        rows,
    }
}

/// Columns of a condition's parameters, and what they hold.
fn parameters(condition: &Condition) -> Vec<(&'static str, String)> {
    let values = Sweep::values(condition).into_iter();
    let mut columns: Vec<_> = values
        .map(|(parameter, value)| (parameter.column(), value.to_string()))
        .collect();
    let frozen: Vec<String> = condition
        .model
        .freeze
        .iter()
        .map(ToString::to_string)
        .collect();
    columns.push(("freeze", frozen.join(" ")));
    columns
}

/// Accuracy that a model which knows the task has, and iterations over which it is averaged.
const KNOWN: (f64, usize) = (0.99, 50);

/// One row per condition: its parameters; means and standard deviations, over the trials that did not diverge, of how they
/// ended; and the first iteration at whose end the median accuracy, averaged over 50 iterations, was at least .99.
#[must_use]
pub fn summary_table(name: &str, results: &[&Results], window: u32) -> Table {
    let mut header = ["condition", "model"].map(str::to_owned).to_vec();
    if let Some(first) = results.first() {
        header.extend(
            parameters(&first.condition)
                .into_iter()
                .map(|(name, _)| name.to_owned()),
        );
    }
    header.extend(["trials", "diverged"].map(str::to_owned));
    for column in ["accuracy", "loss"].iter().chain(&STATISTICS) {
        header.extend([(*column).to_owned(), format!("{column}_sd")]);
    }
    header.push("reached_99_at".to_owned());
    let row = |one: &&Results| {
        let ended = trained(one, window as usize);
        let mut row = vec![one.condition.slug(), one.condition.model.name.clone()];
        row.extend(
            parameters(&one.condition)
                .into_iter()
                .map(|(_, value)| value),
        );
        let diverged = ended.iter().filter(|trial| trial.diverged.is_some());
        row.extend([ended.len(), diverged.count()].map(|count| count.to_string()));
        row.extend(mean_deviation(ended.iter().map(|trial| trial.accuracy)).map(cell));
        row.extend(mean_deviation(ended.iter().map(|trial| trial.loss)).map(cell));
        for number in 0..STATISTICS.len() {
            let values = ended
                .iter()
                .filter_map(|trial| Some(trial.statistics?[number]));
            row.extend(mean_deviation(values).map(cell));
        }
        let (level, over) = KNOWN;
        row.push(reaches(one, level, over).map_or_else(String::new, |at| at.to_string()));
        row
    };
    Table {
        name: name.to_owned(),
        header,
        rows: results.iter().map(row).collect(),
    }
}

/// How a condition ended, in a line.
#[must_use]
pub fn ending_line(results: &Results, window: u32) -> String {
    let window = window.min(results.condition.training.batches);
    let ended = trained(results, window as usize);
    let numbers = |values: [f64; 2], digits| {
        let [mean, deviation] = values;
        if deviation.is_nan() {
            format!("{mean:.digits$}")
        } else {
            format!("{mean:.digits$} (sd {deviation:.digits$})")
        }
    };
    let accuracy = mean_deviation(ended.iter().map(|trial| trial.accuracy));
    let loss = mean_deviation(ended.iter().map(|trial| trial.loss));
    let name = &results.condition.model.name;
    let diverged = ended
        .iter()
        .filter(|trial| trial.diverged.is_some())
        .count();
    if diverged == ended.len() {
        return format!("{name}: all {diverged} trials diverged");
    }
    let mut line = format!(
        "{name}: accuracy {} and loss {} over the last {window} iterations",
        numbers(accuracy, 3),
        numbers(loss, 4)
    );
    if diverged > 0 {
        line += &format!(
            ", without {diverged} of {} trials that diverged",
            ended.len()
        );
    }
    line
}
