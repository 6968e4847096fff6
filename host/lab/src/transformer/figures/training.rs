//! Pictures and tables of any set of trained transformers.

use crate::figures::numbers::mean;
use crate::figures::{Drawn, FigureError, Table};
use crate::transformer::spec::Sweep;
use crate::transformer::summary::{STATISTICS, mean_deviation, quartiles, reaches, trained};
use crate::transformer::{Condition, Results};
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Series};

/// Points of a curve that a picture has room for.
const POINTS: usize = 250;

/// A number as a cell: none for what is no number.
fn cell(value: f64) -> String {
    if value.is_nan() {
        String::new()
    } else {
        value.to_string()
    }
}

/// The colour and line of model number `index`.
fn look(index: usize) -> (Role, LineStyle) {
    let roles = [
        Role::OneWinner,
        Role::KWinner,
        Role::Graded,
        Role::Slow,
        Role::Other(0),
        Role::Other(1),
        Role::Other(2),
        Role::Other(3),
    ];
    let styles = [LineStyle::Solid, LineStyle::Dashed, LineStyle::Dotted];
    let style = styles[index / roles.len() % styles.len()];
    (roles[index % roles.len()], style)
}

/// The medians of a curve over trials, averaged over stretches of iterations: x is the last iteration of each.
fn thinned(curve: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let each = curve.len().div_ceil(POINTS).max(1);
    let parts = curve.chunks(each).enumerate();
    parts
        .map(|(number, part)| {
            let last = number * each + part.len();
            (last as f64, mean(part))
        })
        .unzip()
}

/// Accuracy and loss by iteration: the median over trials of every condition.
///
/// # Errors
/// [`FigureError`].
pub fn learning(name: &str, results: &[&Results]) -> Result<Drawn, FigureError> {
    let mut accuracy = CurvePanel::new("iteration", "accuracy")
        .y_range(0.0, 1.0)
        .reference(0.5);
    let mut loss = CurvePanel::new("iteration", "loss");
    let mut each = 1;
    for (index, one) in results.iter().enumerate() {
        let (role, style) = look(index);
        let label = &one.condition.model.name;
        let series = |curve| {
            let (x, y) = thinned(&Results::median(curve));
            Series::new(label, role, x, y).style(style)
        };
        accuracy = accuracy.series(series(&one.accuracy));
        loss = loss.series(series(&one.loss));
        each = each.max(one.accuracy.ncols().div_ceil(POINTS));
    }
    // Losses on their way to divergence would leave no room for the others.
    let whole = results
        .iter()
        .filter(|one| one.diverged.iter().all(Option::is_none));
    let most = whole.flat_map(|one| Results::median(&one.loss));
    let most = most.fold(0.0, f64::max);
    if most > 0.0
        && results
            .iter()
            .any(|one| one.diverged.iter().any(Option::is_some))
    {
        loss = loss.y_range(0.0, 1.05 * most);
    }
    // More lines would push the panels off the page.
    let captions: Vec<String> = match results.len() {
        0..=4 => results.iter().map(|one| one.condition.caption()).collect(),
        _ => Vec::new(),
    };
    let trials = results.iter().map(|one| one.trials()).max().unwrap_or(0);
    let mut note = format!("Medians of {trials} trials");
    if each > 1 {
        note += &format!(", averaged over {each} iterations");
    }
    let picture = Figure::new("Accuracy and loss by iteration", 1, 2)
        .subtitle(&captions.join("\n"))
        .panel(accuracy)
        .panel(loss)
        .note(&format!("{note}."))
        .draw()?;
    Ok(Drawn {
        pictures: vec![(name.to_owned(), picture)],
        ..Drawn::default()
    })
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
