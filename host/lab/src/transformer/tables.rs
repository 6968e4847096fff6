//! Tables of trained transformers, and how they ended in a line.

use super::parameters::Sweep;
use super::summary::{STATISTICS, mean_deviation, quartiles, reaches, trained};
use super::{Condition, Results};
use crate::figures::Table;
use crate::figures::declared::file_kind;
use slotless_files::dictionary::{Named, Variable};

/// Name of a condition in files.
pub const CONDITION: Variable = Variable::text(
    "condition",
    "Name of the condition in files: model and training, in small letters",
);

/// Name of a model.
pub const MODEL: Variable = Variable::text(
    "model",
    "Name of the model, as in specs, pictures and all tables",
);

/// Number of a trial.
pub const TRIAL: Variable = Variable::integer("trial", "", "Number of the trial, from 0");

/// Number of an iteration.
pub const ITERATION: Variable = Variable::integer(
    "iteration",
    "iterations",
    "Iteration of gradient descent, a batch each: from 1, or 0 before the first",
);

file_kind! {
    /// A row per condition and iteration, over the trials that had not diverged by then
    pub CURVES: "{name}.csv" by "transformer train, transformer sweep; reproduce fig7, s9 to s13, tables, theorem7, kwinner-attention" {
        CONDITION,
        MODEL,
        ITERATION,
        Variable::integer("trials", "trials", "Trials that had not diverged"),
        Variable::number("accuracy_median", "share", "Share of a batch answered correctly: median over trials"),
        Variable::number("accuracy_mean", "share", "Share of a batch answered correctly: mean over trials"),
        Variable::number("accuracy_quartile_25", "share", "Share of a batch answered correctly: lower quartile, interpolated between trials"),
        Variable::number("accuracy_quartile_75", "share", "Share of a batch answered correctly: upper quartile"),
        Variable::number("loss_median", "", "Squared error of an answer, summed over both cases, mean over the sequences of a batch: median over trials"),
        Variable::number("loss_mean", "", "Squared error of an answer, mean over the sequences of a batch: mean over trials"),
        Variable::number("loss_quartile_25", "", "Squared error of an answer, mean over the sequences of a batch: lower quartile, interpolated between trials"),
        Variable::number("loss_quartile_75", "", "Squared error of an answer, mean over the sequences of a batch: upper quartile"),
    }
}

const ACCURACY: Variable = Variable::number(
    "accuracy",
    "share",
    "Share answered correctly over the last iterations; empty after divergence",
);
const LOSS: Variable = Variable::number(
    "loss",
    "",
    "Squared error of an answer over the last iterations; empty after divergence",
);

file_kind! {
    /// A row per condition and trial: how it ended, and the statistics of its final weights
    pub STATISTICS_OF_TRIALS: "{name}_statistics.csv" by "transformer train, transformer sweep; reproduce fig7, s9 to s13, tables, theorem7, kwinner-attention" {
        CONDITION,
        MODEL,
        TRIAL,
        ACCURACY,
        LOSS,
        Variable::integer("diverged_at", "iterations", "Iteration at which it diverged; empty where it did not"),
        STATISTICS[0],
        STATISTICS[1],
        STATISTICS[2],
        STATISTICS[3],
        STATISTICS[4],
        STATISTICS[5],
        STATISTICS[6],
        STATISTICS[7],
        STATISTICS[8],
        STATISTICS[9],
        STATISTICS[10],
        STATISTICS[11],
        STATISTICS[12],
    }
}

const FREEZE: Variable = Variable::text(
    "freeze",
    "Matrices that stay as they start, with spaces between",
);
const TRIALS: Variable = Variable::integer("trials", "trials", "Trials");
const DIVERGED: Variable = Variable::integer(
    "diverged",
    "trials",
    "Trials that diverged; the numbers that follow are without them",
);
const DEVIATION: Variable = Variable::number(
    "{statistic}_sd",
    "as the column",
    "Standard deviation over trials (over n - 1) of the column before it",
);
const REACHED: Variable = Variable::integer(
    "reached_99_at",
    "iterations",
    "First iteration at whose end the median accuracy, averaged over 50 iterations, is at least .99; empty if none is",
);

file_kind! {
    /// A row per condition: parameters, and how its trials ended, each number with its standard deviation
    pub SUMMARY: "sweep_summary.csv" by "transformer sweep" {
        CONDITION,
        MODEL,
        Variable::text("{parameter}", "A parameter of transformers"),
        FREEZE,
        TRIALS,
        DIVERGED,
        ACCURACY,
        LOSS,
        STATISTICS[0],
        STATISTICS[1],
        STATISTICS[2],
        STATISTICS[3],
        STATISTICS[4],
        STATISTICS[5],
        STATISTICS[6],
        STATISTICS[7],
        STATISTICS[8],
        STATISTICS[9],
        STATISTICS[10],
        STATISTICS[11],
        STATISTICS[12],
        DEVIATION,
        REACHED,
    }
}

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
    Table::new(name, &CURVES, rows)
}

/// How every trial ended: accuracy and loss over the last `window` iterations (all, where there are fewer), and the
/// statistics of its final weights.
#[must_use]
pub fn statistics_table(name: &str, results: &[&Results], window: u32) -> Table {
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
    Table::new(name, &STATISTICS_OF_TRIALS, rows)
}

/// Columns of a condition's parameters, and what they hold.
fn parameters(condition: &Condition) -> Vec<(Variable, String)> {
    let values = Sweep::values(condition).into_iter();
    let mut columns: Vec<_> = values
        .map(|(parameter, value)| (parameter.variable(), value.to_string()))
        .collect();
    let frozen: Vec<String> = condition
        .model
        .freeze
        .iter()
        .map(ToString::to_string)
        .collect();
    columns.push((FREEZE, frozen.join(" ")));
    columns
}

/// Accuracy that a model which knows the task has, and iterations over which it is averaged.
const KNOWN: (f64, usize) = (0.99, 50);

/// One row per condition: its parameters; means and standard deviations, over the trials that did not diverge, of how they
/// ended; and the first iteration at whose end the median accuracy, averaged over 50 iterations, was at least .99.
#[must_use]
pub fn summary_table(name: &str, results: &[&Results], window: u32) -> Table {
    let mut header = [CONDITION, MODEL].map(Named::from).to_vec();
    if let Some(first) = results.first() {
        let columns = parameters(&first.condition).into_iter();
        header.extend(columns.map(|(column, _)| Named::from(column)));
    }
    header.extend([TRIALS, DIVERGED].map(Named::from));
    for &column in [ACCURACY, LOSS].iter().chain(&STATISTICS) {
        header.extend([column.into(), DEVIATION.of(&[&column.name])]);
    }
    header.push(REACHED.into());
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
