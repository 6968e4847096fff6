//! What is said of the trials of a condition in a few numbers.

use ndarray::Array2;

use super::statistics::{Block, Similarity, value_contrast};
use super::{Results, Weights};
use crate::figures::numbers::{mean, squares_about};
use slotless_files::dictionary::Variable;

/// Columns of the numbers of [`statistics`], in their order: those of tables S1 to S3, and the contrast of `W_V`.
pub const STATISTICS: [Variable; 13] = [
    Variable::number(
        "s1_diagonal_mean",
        "",
        "Table S1, keys of uppercase and of lowercase letters: mean of the products' diagonal",
    ),
    Variable::number(
        "s1_diagonal_range",
        "",
        "Table S1: largest less smallest of the diagonal",
    ),
    Variable::number("s1_off_mean", "", "Table S1: mean off the diagonal"),
    Variable::number(
        "s1_off_range",
        "",
        "Table S1: largest less smallest off the diagonal",
    ),
    Variable::number(
        "s2_diagonal_mean",
        "",
        "Table S2, queries and keys of lowercase letters: mean of the products' diagonal",
    ),
    Variable::number(
        "s2_diagonal_range",
        "",
        "Table S2: largest less smallest of the diagonal",
    ),
    Variable::number("s2_off_mean", "", "Table S2: mean off the diagonal"),
    Variable::number(
        "s2_off_range",
        "",
        "Table S2: largest less smallest off the diagonal",
    ),
    Variable::number(
        "s3_diagonal_mean",
        "",
        "Table S3, queries and keys of uppercase letters: mean of the products' diagonal",
    ),
    Variable::number(
        "s3_diagonal_range",
        "",
        "Table S3: largest less smallest of the diagonal",
    ),
    Variable::number("s3_off_mean", "", "Table S3: mean off the diagonal"),
    Variable::number(
        "s3_off_range",
        "",
        "Table S3: largest less smallest off the diagonal",
    ),
    Variable::number(
        "value_contrast",
        "",
        "Mean of the entries of W_V that should be 1 less mean of those that should be 0",
    ),
];

/// The twelve statistics of tables S1 to S3 and the contrast of `W_V`, in the order of [`STATISTICS`].
#[must_use]
pub fn statistics(weights: &Weights) -> [f64; 13] {
    let letters = weights.tokens() / 3;
    let blocks = Similarity::ALL.map(|which| Block::of(&which.matrix(weights), letters).numbers());
    let mut numbers = [value_contrast(weights); 13];
    for (target, value) in numbers.iter_mut().zip(blocks.into_iter().flatten()) {
        *target = value;
    }
    numbers
}

/// How a trial ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// Mean accuracy over the last iterations; NaN after divergence.
    pub accuracy: f64,
    /// Mean loss over them; NaN after divergence.
    pub loss: f64,
    /// The iteration (from 1) at which it diverged.
    pub diverged: Option<u32>,
    /// Of the final weights, in the order of [`STATISTICS`]; none after divergence.
    pub statistics: Option<[f64; 13]>,
}

/// How every trial of a condition ended, over the last `window` iterations.
#[must_use]
pub fn trained(results: &Results, window: usize) -> Vec<Trained> {
    let accuracy = Results::ending(&results.accuracy, window);
    let loss = Results::ending(&results.loss, window);
    let mut trained: Vec<Trained> = accuracy
        .into_iter()
        .zip(loss)
        .zip(&results.diverged)
        .map(|((accuracy, loss), &diverged)| Trained {
            accuracy,
            loss,
            diverged,
            statistics: None,
        })
        .collect();
    for (trial, weights) in results.final_weights() {
        trained[trial].statistics = Some(statistics(weights));
    }
    trained
}

/// Mean and standard deviation (over n - 1) of the values that are numbers; NaN where there are too few.
#[must_use]
pub fn mean_deviation(values: impl IntoIterator<Item = f64>) -> [f64; 2] {
    let values: Vec<f64> = values.into_iter().filter(|value| !value.is_nan()).collect();
    let n = values.len() as f64;
    let mean = mean(&values);
    let squares = squares_about(mean, &values);
    let deviation = if values.len() < 2 {
        f64::NAN
    } else {
        (squares / (n - 1.0)).sqrt()
    };
    [mean, deviation]
}

/// The median of the values that are numbers; NaN if there are none.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    let mut values: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    values.sort_by(f64::total_cmp);
    match (values.len(), values.len() / 2) {
        (0, _) => f64::NAN,
        (n, middle) if n % 2 == 1 => values[middle],
        (_, middle) => (values[middle - 1] + values[middle]) / 2.0,
    }
}

/// The first iteration (from 1) at whose end the median accuracy of the trials, averaged over the last `window`
/// iterations, is at least `level`.
#[must_use]
pub fn reaches(results: &Results, level: f64, window: usize) -> Option<usize> {
    let median = Results::median(&results.accuracy);
    let window = window.max(1);
    let at = median
        .windows(window)
        .position(|part| mean(part) >= level)?;
    Some(at + window)
}

/// The quartiles of a curve's trials at every iteration, interpolated between trials as numpy does: a quarter, half, three
/// quarters; trials that diverged before are left out, and without any of them it is NaN.
#[must_use]
pub fn quartiles(curve: &Array2<f32>) -> Vec<[f64; 3]> {
    curve
        .columns()
        .into_iter()
        .map(|column| {
            let mut values: Vec<f64> = column
                .iter()
                .filter(|value| !value.is_nan())
                .map(|&value| f64::from(value))
                .collect();
            values.sort_by(f64::total_cmp);
            [0.25, 0.5, 0.75].map(|share| {
                let Some(last) = values.len().checked_sub(1) else {
                    return f64::NAN;
                };
                let place = share * last as f64;
                let (low, high) = (place.floor() as usize, place.ceil() as usize);
                values[low] + (values[high] - values[low]) * (place - place.floor())
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transformer::{Condition, Model, Rule, Training, TrialRecord, WinnerBy};

    fn results(trials: &[&[u32]]) -> Results {
        let condition = Condition {
            model: Model::of(Rule::Baseline, WinnerBy::Key),
            training: Training {
                batch: 10,
                batches: 4,
                ..Training::default()
            },
            checkpoints: Vec::new(),
        };
        let record = |correct: &&[u32]| TrialRecord {
            correct: correct.to_vec(),
            losses: correct.iter().map(|&correct| correct as f32).collect(),
            checkpoints: Vec::new(),
        };
        Results::from_trials(condition, trials.iter().map(record).collect())
    }

    #[test]
    fn endings_are_of_the_last_iterations() {
        let results = results(&[&[0, 0, 4, 8], &[1, 2, 3]]);
        let trained = trained(&results, 2);
        assert!((trained[0].accuracy - 0.6).abs() < 1e-7);
        assert_eq!((trained[0].loss, trained[0].diverged), (6.0, None));
        assert!(trained[1].accuracy.is_nan() && trained[1].loss.is_nan());
        assert_eq!(trained[1].diverged, Some(4));
    }

    #[test]
    fn means_leave_out_what_is_no_number() {
        assert_eq!(mean_deviation([1.0, f64::NAN, 3.0]), [2.0, 2.0_f64.sqrt()]);
        let [mean, deviation] = mean_deviation([5.0]);
        assert!(mean == 5.0 && deviation.is_nan());
        assert!(mean_deviation([f64::NAN])[0].is_nan());
    }

    #[test]
    fn medians_leave_out_what_is_no_number() {
        assert_eq!(median(&[3.0, f64::NAN, 1.0]), 2.0);
        assert_eq!(median(&[5.0, 1.0, 2.0]), 2.0);
        assert!(median(&[f64::NAN]).is_nan());
    }

    /// Quartiles of four numbers by hand: numpy.percentile([1, 2, 4, 9], [25, 50, 75]) is [1.75, 3, 5.25].
    #[test]
    fn quartiles_are_interpolated() {
        let results = results(&[&[9, 9, 9, 9], &[1, 1, 1], &[4, 4, 4, 4], &[2, 2, 2, 2]]);
        let quartiles = quartiles(&results.loss);
        assert_eq!(quartiles[0], [1.75, 3.0, 5.25]);
        assert_eq!(quartiles[3], [3.0, 4.0, 6.5]);
    }

    #[test]
    fn a_level_is_reached_at_the_end_of_a_window() {
        let results = results(&[&[10, 0, 10, 10]]);
        assert_eq!(reaches(&results, 0.99, 1), Some(1));
        assert_eq!(reaches(&results, 0.99, 2), Some(4));
        assert_eq!(reaches(&results, 0.5, 2), Some(2));
        assert_eq!(reaches(&results, 0.99, 3), None);
        assert_eq!(reaches(&results, 0.1, 5), None);
    }
}
