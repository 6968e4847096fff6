//! Figures S9 and S10: what a single run of the baseline, and of the aligned memory model, has learned.

use super::{Map, condition, curve, diverged, look, scale, window};
use crate::figures::declared::file_kind;
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::transformer::statistics::{Block, Similarity, value_contrast};
use crate::transformer::{Condition, Model, Results, Rule, Weights, WinnerBy};
use slotless_draw::{CurvePanel, Figure};
use slotless_files::dictionary::Variable;

/// Iterations that a point of a curve averages.
const SMOOTH: usize = 10;

/// The published model of this rule, with input projections if it has a module.
pub(super) fn shown(rule: Rule) -> Model {
    let of = |model: &Model| {
        model.model == rule && (rule == Rule::Baseline || model.winner_by == WinnerBy::Projections)
    };
    let mut models = Model::published().into_iter();
    models
        .find(of)
        .unwrap_or_else(|| Model::of(rule, WinnerBy::Projections))
}

/// The baseline.
#[must_use]
pub fn s9_conditions(size: Size) -> Vec<Condition> {
    vec![condition(shown(Rule::Baseline), size, [])]
}

/// Alignment with input projections.
#[must_use]
pub fn s10_conditions(size: Size) -> Vec<Condition> {
    vec![condition(shown(Rule::Qk), size, [])]
}

/// S9: the first run of the baseline.
///
/// # Errors
/// [`FigureError`].
pub fn s9(results: &[&Results]) -> Result<Drawn, FigureError> {
    draw("s9", "A single run of the baseline transformer", results)
}

/// S10: the first run of the memory model with alignment and input projections.
///
/// # Errors
/// [`FigureError`].
pub fn s10(results: &[&Results]) -> Result<Drawn, FigureError> {
    draw(
        "s10",
        "A single run of the transformer with a memory, W_K by alignment",
        results,
    )
}

/// The two curves of the first trial.
pub(super) fn curves(one: &Results, smooth: usize) -> [CurvePanel; 2] {
    let model = &one.condition.model;
    let (role, style) = look(model);
    [("accuracy", &one.accuracy), ("loss", &one.loss)].map(|(name, values)| {
        let first: Vec<f64> = values
            .row(0)
            .iter()
            .map(|&value| f64::from(value))
            .collect();
        let panel =
            CurvePanel::new("iteration", name).series(curve("", (role, style), &first, smooth));
        match name {
            "accuracy" => panel.y_range(0.4, 1.01),
            _ => panel,
        }
    })
}

fn draw(name: &str, title: &str, results: &[&Results]) -> Result<Drawn, FigureError> {
    let mut drawn = Drawn {
        report: diverged(results),
        ..Drawn::default()
    };
    let Some(one) = results.first() else {
        return Ok(drawn);
    };
    let [accuracy, loss] = curves(one, SMOOTH);
    let mut figure = Figure::new(title, 2, 6)
        .subtitle(&one.condition.caption())
        .note(&format!(
            "Trial 0. A, B: averaged over {SMOOTH} iterations. C to E: after the last iteration; columns are tokens, a lowercase and A \
             uppercase letters, A/a queries."
        ))
        .width(900.0)
        .wide_panel(accuracy, 3)
        .wide_panel(loss, 3);
    if let Some((0, weights)) = one.final_weights().next() {
        let maps = [
            Map::values(weights),
            Map::query_key(weights),
            Map::key_key(weights),
        ];
        drawn
            .tables
            .push(matrix_table(&format!("{name}_matrices.csv"), &maps));
        let ranges = [scale([&maps[0]]), scale(&maps[1..])];
        let titles = ["W_V", "W_Q\u{1d40} W_K", "W_K\u{1d40} W_K"];
        let rows = ["case", "query", "key"];
        for ((at, map), (title, row)) in maps
            .into_iter()
            .enumerate()
            .zip(titles.into_iter().zip(rows))
        {
            let panel = map
                .panel(&ranges[at.min(1)])
                .title(title)
                .labels("letter", row);
            figure = figure.wide_panel(panel, 2);
        }
        drawn.report.extend(lines(one, weights));
    }
    drawn.pictures.push((name.to_owned(), figure));
    Ok(drawn)
}

/// The numbers of the tables, of this run.
fn lines(one: &Results, weights: &Weights) -> Vec<String> {
    let letters = weights.tokens() / 3;
    let ending = Results::ending(&one.accuracy, window(one))[0];
    let mut lines = vec![format!(
        "ending accuracy {ending:.4}; W_V: entries of the right case above those of the wrong one by {:.3}",
        value_contrast(weights)
    )];
    lines.extend(Similarity::ALL.map(|which| {
        let [on, on_range, off, off_range] = Block::of(&which.matrix(weights), letters).numbers();
        format!(
            "{}: diagonal {on:.2} (range {on_range:.2}), off it {off:.2} (range {off_range:.2})",
            which.name()
        )
    }));
    lines
}

file_kind! {
    /// A row per entry of the matrices of the first trial
    pub(crate) ENTRIES: "{name}_matrices.csv" by "reproduce s9, s10" {
        Variable::text("matrix", "W_V, W_Q^T W_K or W_K^T W_K"),
        Variable::text("row", "Row of the entry: a case, or a token"),
        Variable::text("column", "Column of the entry: a token"),
        Variable::number("value", "", "The entry after training"),
    }
}

/// Every entry shown, a row each.
fn matrix_table(name: &str, maps: &[Map; 3]) -> Table {
    let names = ["W_V", "W_Q^T W_K", "W_K^T W_K"];
    let rows = maps.iter().zip(names).flat_map(|(map, name)| {
        let cells = map
            .rows
            .iter()
            .flat_map(|row| map.columns.iter().map(move |column| (row, column)));
        cells.zip(&map.values).map(move |((row, column), value)| {
            vec![
                name.to_owned(),
                row.clone(),
                column.clone(),
                value.to_string(),
            ]
        })
    });
    Table::new(name, &ENTRIES, rows.collect())
}
