//! Figure 7: accuracy and loss of the seven models by iteration.

use super::super::catalogue::{Drawn, FigureError, Size, Table};
use super::super::training::learning;
use crate::run::train::FINAL_WINDOW;
use crate::transformer::summary::{mean_deviation, trained};
use crate::transformer::{Condition, Model, Results, Training};

/// The seven models of the paper, with its training or a shorter one.
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let training = match size {
        Size::Paper => Training::default(),
        Size::Quick => Training {
            batches: 1000,
            ..Training::default()
        },
    };
    let condition = |model| Condition {
        model,
        training,
        checkpoints: Vec::new(),
    };
    Model::published().map(condition).into()
}

/// Draws the curves, and puts the ending accuracies in a table.
///
/// # Errors
/// [`FigureError`].
pub fn draw(results: &[&Results]) -> Result<Drawn, FigureError> {
    let mut drawn = learning("fig7", results)?;
    let rows = results.iter().map(|one| {
        let ended = trained(one, FINAL_WINDOW as usize);
        let [mean, deviation] = mean_deviation(ended.iter().map(|trial| trial.accuracy));
        let name = one.condition.model.name.clone();
        vec![name, format!("{mean:.4}"), format!("{deviation:.4}")]
    });
    drawn.tables.push(Table {
        name: "fig7_accuracy.csv".to_owned(),
        header: ["model", "accuracy", "accuracy_sd"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
    });
    Ok(drawn)
}
