//! Checked tables of scores, their curves, and the raw difference.

use ndarray::{Array2, ArrayView2};

use super::stats::{is_usable, mean, mean_and_deviation};
use super::{Deviation, MeasureError};

/// A checked table of scores, trials x ages; column 0 is age 1, the pattern learned last.
///
/// Accuracies (overlap / s) lie in 0..=1; other scores may be any number of size at most
/// [`MAX_MAGNITUDE`](super::MAX_MAGNITUDE).
#[derive(Debug, Clone, Copy)]
pub struct Trials<'a> {
    values: ArrayView2<'a, f64>,
}

/// Mean, deviation and standard error over trials, one entry per age (entry 0 = age 1), in the units of the scores.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Mean over trials.
    pub mean: Vec<f64>,
    /// Standard deviation over trials.
    pub deviation: Vec<f64>,
    /// Standard error of the mean: deviation / sqrt(trials).
    pub standard_error: Vec<f64>,
}

impl<'a> Trials<'a> {
    /// Checks a table; cost O(trials x ages).
    ///
    /// # Errors
    /// [`MeasureError::Empty`] without rows or columns; [`MeasureError::BadCell`] for NaN, infinite or huge cells.
    pub fn new(values: ArrayView2<'a, f64>) -> Result<Self, MeasureError> {
        let (rows, ages) = values.dim();
        if rows == 0 || ages == 0 {
            return Err(MeasureError::Empty { rows, ages });
        }
        for ((row, column), &value) in values.indexed_iter() {
            if !is_usable(value) {
                let age = column + 1;
                return Err(MeasureError::BadCell { row, age, value });
            }
        }
        Ok(Self { values })
    }

    /// Number of trials, at least 1.
    #[must_use]
    pub fn trials(&self) -> usize {
        self.values.nrows()
    }

    /// Number of ages, at least 1.
    #[must_use]
    pub fn ages(&self) -> usize {
        self.values.ncols()
    }

    /// The table itself.
    #[must_use]
    pub fn values(&self) -> ArrayView2<'a, f64> {
        self.values
    }

    /// Mean, deviation and standard error over trials, per age. With one trial the population deviation is 0.
    ///
    /// # Errors
    /// [`MeasureError::TooFew`] if [`Deviation::Sample`] meets a single trial.
    pub fn curve(&self, kind: Deviation) -> Result<Curve, MeasureError> {
        let trials = self.trials();
        if trials < kind.fewest() {
            return Err(MeasureError::TooFew {
                what: "trials for a sample deviation",
                needed: kind.fewest(),
                got: trials,
            });
        }
        let mut curve = Curve {
            mean: Vec::with_capacity(self.ages()),
            deviation: Vec::with_capacity(self.ages()),
            standard_error: Vec::with_capacity(self.ages()),
        };
        for column in self.values.columns() {
            let (centre, deviation) = mean_and_deviation(&column.to_vec(), kind);
            curve.mean.push(centre);
            curve.deviation.push(deviation);
            curve
                .standard_error
                .push(deviation / libm::sqrt(trials as f64));
        }
        Ok(curve)
    }

    /// Mean over all trials and ages: of pseudo-patterns, the measured baseline.
    #[must_use]
    pub fn grand_mean(&self) -> f64 {
        let rows: Vec<f64> = self
            .values
            .rows()
            .into_iter()
            .map(|row| mean(&row.to_vec()))
            .collect();
        mean(&rows)
    }
}

/// Scores of real and of pseudo-patterns, two tables of one shape, paired cell by cell (same trial, same network).
#[derive(Debug, Clone, Copy)]
pub struct Paired<'a> {
    real: Trials<'a>,
    pseudo: Trials<'a>,
}

impl<'a> Paired<'a> {
    /// Checks and pairs two tables, trials x ages.
    ///
    /// # Errors
    /// [`MeasureError::ShapeMismatch`], and what [`Trials::new`] refuses.
    pub fn new(
        real: ArrayView2<'a, f64>,
        pseudo: ArrayView2<'a, f64>,
    ) -> Result<Self, MeasureError> {
        if real.dim() != pseudo.dim() {
            return Err(MeasureError::ShapeMismatch {
                first: real.dim(),
                second: pseudo.dim(),
            });
        }
        Ok(Self {
            real: Trials::new(real)?,
            pseudo: Trials::new(pseudo)?,
        })
    }

    /// Scores of the learned patterns.
    #[must_use]
    pub fn real(&self) -> Trials<'a> {
        self.real
    }

    /// Scores of the never-learned patterns.
    #[must_use]
    pub fn pseudo(&self) -> Trials<'a> {
        self.pseudo
    }

    /// Number of trials, at least 1.
    #[must_use]
    pub fn trials(&self) -> usize {
        self.real.trials()
    }

    /// Number of ages, at least 1.
    #[must_use]
    pub fn ages(&self) -> usize {
        self.real.ages()
    }

    /// real - pseudo, trials x ages.
    #[must_use]
    pub fn differences(&self) -> Array2<f64> {
        &self.real.values - &self.pseudo.values
    }

    /// Raw difference RD(t) = mean over trials of real(t) - pseudo(t) (paper section 2); entry 0 is age 1.
    #[must_use]
    pub fn raw_difference(&self) -> Vec<f64> {
        let differences = self.differences();
        differences
            .columns()
            .into_iter()
            .map(|column| mean(&column.to_vec()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    #[test]
    fn curve_closed_form() -> Result<(), MeasureError> {
        let table = array![[1.0, 0.5], [0.0, 0.5], [1.0, 0.5], [0.0, 0.5]];
        let trials = Trials::new(table.view())?;
        let population = trials.curve(Deviation::Population)?;
        assert_eq!(population.mean, [0.5, 0.5]);
        assert_eq!(population.deviation, [0.5, 0.0]);
        assert_eq!(population.standard_error, [0.25, 0.0]);
        let sample = trials.curve(Deviation::Sample)?;
        assert!((sample.deviation[0] - (1.0 / 3.0_f64).sqrt()).abs() < 1e-15);
        assert_eq!(trials.grand_mean(), 0.5);
        Ok(())
    }

    #[test]
    fn one_trial() -> Result<(), MeasureError> {
        let table = array![[0.25, 0.5]];
        let trials = Trials::new(table.view())?;
        assert_eq!(
            trials.curve(Deviation::Population)?.standard_error,
            [0.0, 0.0]
        );
        let refused = trials.curve(Deviation::Sample);
        assert!(matches!(
            refused,
            Err(MeasureError::TooFew {
                needed: 2,
                got: 1,
                ..
            })
        ));
        Ok(())
    }

    #[test]
    fn bad_tables_are_refused() {
        let empty = Array2::<f64>::zeros((0, 3));
        assert_eq!(
            Trials::new(empty.view()).unwrap_err(),
            MeasureError::Empty { rows: 0, ages: 3 }
        );
        let good = array![[0.0, 1.0], [0.5, 0.5]];
        let narrow = array![[0.0], [0.5]];
        let mismatch = Paired::new(good.view(), narrow.view());
        assert!(matches!(mismatch, Err(MeasureError::ShapeMismatch { .. })));
        for bad in [f64::NAN, f64::INFINITY, -1e101] {
            let table = array![[0.0, 1.0], [0.5, bad]];
            for refused in [
                Paired::new(good.view(), table.view()),
                Paired::new(table.view(), good.view()),
            ] {
                assert!(matches!(
                    refused,
                    Err(MeasureError::BadCell { row: 1, age: 2, .. })
                ));
            }
        }
    }

    proptest! {
        #[test]
        fn raw_difference_is_difference_of_means(
            cells in prop::collection::vec((0..=100_u32, 0..=100_u32), 12)
        ) {
            let real = Array2::from_shape_fn((4, 3), |(i, j)| f64::from(cells[3 * i + j].0) / 100.0);
            let pseudo = Array2::from_shape_fn((4, 3), |(i, j)| f64::from(cells[3 * i + j].1) / 100.0);
            let paired = Paired::new(real.view(), pseudo.view()).unwrap();
            let means = paired.real().curve(Deviation::Population).unwrap().mean;
            let baseline = paired.pseudo().curve(Deviation::Population).unwrap().mean;
            for (age, rd) in paired.raw_difference().into_iter().enumerate() {
                prop_assert!((rd - (means[age] - baseline[age])).abs() < 1e-14);
            }
        }
    }
}
