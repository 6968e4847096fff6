//! Tables S1 to S3 beside the published ones and those of an independent program (`data/README.md`).

use serde::Deserialize;

use crate::transformer::statistics::{Block, Similarity};
use crate::transformer::summary::mean_deviation;
use crate::transformer::{Results, Training, Weights};

const TABLES: &str = include_str!("../../../data/transformer/tables.csv");
const ACCURACY: &str = include_str!("../../../data/transformer/accuracy.csv");

/// Trials behind a published figure.
pub const PUBLISHED_TRIALS: f64 = 10.0;

/// The four statistics of a table, in its order.
pub const STATISTICS: [&str; 4] = [
    "diagonal_mean",
    "diagonal_range",
    "off_diagonal_mean",
    "off_diagonal_range",
];

/// A row of the reference data.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    table: String,
    model: String,
    statistic: String,
    published: f64,
    reference: f64,
    reference_sd: f64,
    reference_trials: f64,
}

#[derive(Clone, Debug, Deserialize)]
struct AccuracyRow {
    model: String,
    reference_accuracy: f64,
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the reference files are part of the program, and a test reads each")
}

/// Ending accuracy of the independent program.
#[must_use]
pub fn reference_accuracy(model: &str) -> Option<f64> {
    let rows: Vec<AccuracyRow> = read(ACCURACY);
    let row = rows.into_iter().find(|row| row.model == model)?;
    Some(row.reference_accuracy)
}

/// How far a mean over `trials` trials with standard deviation `sd` lies from the mean over `others` trials of the same
/// spread, in standard errors of the difference; NaN of fewer than two trials.
#[must_use]
pub fn z(mean: f64, sd: f64, trials: f64, other: f64, others: f64) -> f64 {
    (mean - other) / (sd * (1.0 / trials + 1.0 / others).sqrt())
}

/// One cell of a table: a statistic of a model.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The model's name.
    pub model: String,
    /// Which table.
    pub table: Similarity,
    /// Which statistic, a place in [`STATISTICS`].
    pub statistic: usize,
    /// Trials.
    pub trials: usize,
    /// Mean over trials.
    pub mean: f64,
    /// Standard deviation over trials, with n - 1.
    pub sd: f64,
    /// The published figure, of 10 trials.
    pub published: Option<f64>,
    /// Mean, standard deviation and trials of the independent program.
    pub reference: Option<[f64; 3]>,
}

impl Cell {
    /// Distance from the published figure.
    #[must_use]
    pub fn published_z(&self) -> Option<f64> {
        let other = self.published?;
        let z = z(
            self.mean,
            self.sd,
            self.trials as f64,
            other,
            PUBLISHED_TRIALS,
        );
        self.told(other, z)
    }

    /// A distance in standard errors, where they are known: of three trials and more, whose spread is more than rounding.
    fn told(&self, other: f64, z: f64) -> Option<f64> {
        let rounding = 1e-6 * self.mean.abs().max(other.abs());
        (self.trials >= 3 && self.sd > rounding && z.is_finite()).then_some(z)
    }

    /// Distance from the independent program.
    #[must_use]
    pub fn reference_z(&self) -> Option<f64> {
        let [other, _, others] = self.reference?;
        let z = z(self.mean, self.sd, self.trials as f64, other, others);
        self.told(other, z)
    }
}

/// Whether a training is that behind the published tables and the independent program's: 5,000 batches of 64 random sequences.
#[must_use]
pub fn is_theirs(training: &Training) -> bool {
    *training == Training::default()
}

/// All cells of all models, table by table; a model that was trained otherwise is compared with nothing.
#[must_use]
pub fn cells(results: &[&Results]) -> Vec<Cell> {
    let rows: Vec<Row> = read(TABLES);
    let mut cells = Vec::new();
    for table in Similarity::ALL {
        for one in results {
            let model = &one.condition.model.name;
            let numbers = |weights: &Weights| {
                Block::of(&table.matrix(weights), weights.tokens() / 3).numbers()
            };
            let trials: Vec<[f64; 4]> = one
                .final_weights()
                .map(|(_, weights)| numbers(weights))
                .collect();
            for (statistic, name) in STATISTICS.into_iter().enumerate() {
                let values: Vec<f64> = trials.iter().map(|of| of[statistic]).collect();
                let row = rows.iter().filter(|_| is_theirs(&one.condition.training));
                let mut rows = row;
                let row = rows.find(|row| {
                    (
                        row.table.as_str(),
                        row.model.as_str(),
                        row.statistic.as_str(),
                    ) == (table.table(), model.as_str(), name)
                });
                let [mean, sd] = mean_deviation(values.iter().copied());
                cells.push(Cell {
                    model: model.clone(),
                    table,
                    statistic,
                    trials: values.len(),
                    mean,
                    sd,
                    published: row.map(|row| row.published),
                    reference: row
                        .map(|row| [row.reference, row.reference_sd, row.reference_trials]),
                });
            }
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transformer::Model;

    #[test]
    fn z_by_hand() {
        // Difference 1, standard error 2 sqrt(1/4 + 1/12) = 2 / sqrt(3).
        assert!((z(3.0, 2.0, 4.0, 2.0, 12.0) - 3_f64.sqrt() / 2.0).abs() < 1e-12);
        assert!(z(2.0, 2.0, 4.0, 3.0, 12.0) < 0.0);
        assert!(z(2.0, f64::NAN, 1.0, 3.0, 12.0).is_nan());
    }

    #[test]
    fn every_cell_of_every_model_has_its_reference() {
        let rows: Vec<Row> = read(TABLES);
        assert_eq!(rows.len(), 3 * 7 * 4);
        for model in Model::published() {
            assert!(reference_accuracy(&model.name).is_some(), "{}", model.name);
            for table in Similarity::ALL {
                for statistic in STATISTICS {
                    let of = rows.iter().filter(|row| {
                        (row.table.as_str(), &row.model, row.statistic.as_str())
                            == (table.table(), &model.name, statistic)
                    });
                    assert_eq!(
                        of.count(),
                        1,
                        "{} {} {statistic}",
                        table.table(),
                        model.name
                    );
                }
            }
        }
        // The two sources agree about as well as their scatter says: a figure in the wrong row would not.
        for row in &rows {
            let z = z(
                row.reference,
                row.reference_sd,
                row.reference_trials,
                row.published,
                PUBLISHED_TRIALS,
            );
            assert!(z.abs() < 5.0, "{row:?}: {z}");
            assert!(
                !row.statistic.ends_with("range") || row.published > 0.0 && row.reference > 0.0
            );
        }
    }
}
