//! How far a measured curve lies from a reference curve.

use super::stats::{check_list, mean, mean_and_variance, negligible};
use super::{Deviation, MeasureError, Trials};

/// A curve of means with the variance of each mean, entry 0 = age 1.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveEstimate {
    mean: Vec<f64>,
    variance_of_mean: Vec<f64>,
}

impl CurveEstimate {
    /// Means and the variances of those means (squared standard errors), per age.
    ///
    /// # Errors
    /// [`MeasureError::Empty`] without ages, [`MeasureError::LengthMismatch`], [`MeasureError::BadCell`] for NaN, infinite or
    /// huge numbers, [`MeasureError::OutOfRange`] for a negative variance.
    pub fn new(mean: Vec<f64>, variance_of_mean: Vec<f64>) -> Result<Self, MeasureError> {
        if mean.is_empty() {
            return Err(MeasureError::Empty { rows: 1, ages: 0 });
        }
        if mean.len() != variance_of_mean.len() {
            return Err(MeasureError::LengthMismatch {
                what: "variances of a curve",
                expected: mean.len(),
                got: variance_of_mean.len(),
            });
        }
        check_list(&mean)?;
        check_list(&variance_of_mean)?;
        if let Some(&value) = variance_of_mean.iter().find(|&&variance| variance < 0.0) {
            return Err(MeasureError::OutOfRange {
                what: "variance",
                range: "at least 0",
                value,
            });
        }
        Ok(Self {
            mean,
            variance_of_mean,
        })
    }

    /// Means over trials and their variances, sample variance / trials.
    ///
    /// # Errors
    /// [`MeasureError::TooFew`] with a single trial.
    pub fn from_trials(trials: &Trials<'_>) -> Result<Self, MeasureError> {
        let n = trials.trials();
        if n < 2 {
            return Err(MeasureError::TooFew {
                what: "trials for a variance",
                needed: 2,
                got: n,
            });
        }
        let columns = trials.values();
        let columns = columns.columns().into_iter();
        let points = columns.map(|column| mean_and_variance(&column.to_vec(), Deviation::Sample));
        let (mean, variance_of_mean) = points
            .map(|(mean, variance)| (mean, variance / n as f64))
            .unzip();
        Ok(Self {
            mean,
            variance_of_mean,
        })
    }

    /// A published curve without errors: means over `trials` runs, each run as variable as one of ours.
    ///
    /// `ours` is our estimate from `our_trials` trials. Compared with it, the variance of a difference is v (1/n_ours +
    /// 1/n_reference), v being our variance of one trial.
    ///
    /// Where recall is all or none and failures (or survivors) are rare, our trials may hold none of them at some age, and v
    /// is then far too small for the reference: for the 1-winner network at 200 trials, one age (381) alone raised the mean
    /// squared z of 400 ages from 1.1 to 1.7. [`CurveParity::pooled_squared_z`] does not suffer from this.
    ///
    /// # Errors
    /// As [`CurveEstimate::new`]; [`MeasureError::TooFew`] for zero trials.
    pub fn published(
        mean: Vec<f64>,
        trials: usize,
        ours: &Self,
        our_trials: usize,
    ) -> Result<Self, MeasureError> {
        for got in [trials, our_trials] {
            if got == 0 {
                return Err(MeasureError::TooFew {
                    what: "trials of a curve",
                    needed: 1,
                    got,
                });
            }
        }
        let ratio = our_trials as f64 / trials as f64;
        let variances = ours
            .variance_of_mean
            .iter()
            .map(|variance| variance * ratio);
        Self::new(mean, variances.collect())
    }

    /// The means.
    #[must_use]
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The variances of the means.
    #[must_use]
    pub fn variance_of_mean(&self) -> &[f64] {
        &self.variance_of_mean
    }

    /// Number of ages.
    #[must_use]
    pub fn ages(&self) -> usize {
        self.mean.len()
    }
}

/// The distance of two curves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurveParity {
    /// Mean over the ages used of (ours - reference)^2 / (sum of both variances): 1 is expected of equal networks.
    /// `None` if no age could be used.
    pub mean_squared_z: Option<f64>,
    /// Sum of squared differences / sum of variances, over the ages used: 1 is expected here too. Use it with
    /// [`CurveEstimate::published`], where one age with an accidentally tiny variance can ruin the mean of z squared.
    pub pooled_squared_z: Option<f64>,
    /// Mean over all ages of ours - reference, in units of the curve.
    pub mean_difference: f64,
    /// Largest |ours - reference| over all ages.
    pub largest_difference: f64,
    /// Ages that entered `mean_squared_z`.
    pub ages_used: usize,
    /// Ages left out because both variances are zero.
    pub ages_left_out: usize,
    /// Of those left out, the ages at which the means differ all the same: 0 is expected, more is a real discrepancy.
    pub left_out_but_different: usize,
}

/// Compares two curves age by age. Ages are treated as equals; correlation between ages (they share networks) makes the
/// mean squared z vary more than that of independent ages would, but leaves its expectation at 1.
///
/// # Errors
/// [`MeasureError::LengthMismatch`] unless both have the same ages.
pub fn compare_curves(
    ours: &CurveEstimate,
    reference: &CurveEstimate,
) -> Result<CurveParity, MeasureError> {
    if ours.ages() != reference.ages() {
        return Err(MeasureError::LengthMismatch {
            what: "reference curve",
            expected: ours.ages(),
            got: reference.ages(),
        });
    }
    let differences: Vec<f64> = ours
        .mean
        .iter()
        .zip(&reference.mean)
        .map(|(a, b)| a - b)
        .collect();
    let mut squares = Vec::with_capacity(ours.ages());
    let (mut difference_square, mut variance_sum) = (0.0, 0.0);
    let mut left_out_but_different = 0;
    for (age, difference) in differences.iter().enumerate() {
        let variance = ours.variance_of_mean[age] + reference.variance_of_mean[age];
        let scale = ours.mean[age].abs().max(reference.mean[age].abs());
        let deviation = libm::sqrt(variance);
        if !negligible(deviation, scale) {
            let z = difference / deviation;
            squares.push(z * z);
            difference_square += difference * difference;
            variance_sum += variance;
        } else if !negligible(*difference, scale) {
            left_out_but_different += 1;
        }
    }
    Ok(CurveParity {
        mean_squared_z: (!squares.is_empty()).then(|| mean(&squares)),
        pooled_squared_z: (!squares.is_empty()).then(|| difference_square / variance_sum),
        mean_difference: mean(&differences),
        largest_difference: differences
            .iter()
            .fold(0.0, |most, difference| difference.abs().max(most)),
        ages_used: squares.len(),
        ages_left_out: ours.ages() - squares.len(),
        left_out_but_different,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    #[test]
    fn closed_form() -> Result<(), MeasureError> {
        let ours = CurveEstimate::new(vec![1.0, 0.5, 0.4, 0.3], vec![0.0, 0.03, 0.0, 0.0])?;
        let reference = CurveEstimate::new(vec![1.0, 0.3, 0.3, 0.2], vec![0.0, 0.01, 0.01, 0.0])?;
        let found = compare_curves(&ours, &reference)?;
        // z^2: left out; .04 / .04; .01 / .01; left out although different.
        assert!((found.mean_squared_z.unwrap() - 1.0).abs() < 1e-14);
        assert!((found.pooled_squared_z.unwrap() - 1.0).abs() < 1e-14);
        assert!((found.mean_difference - 0.1).abs() < 1e-15);
        assert_eq!(found.largest_difference, 0.2);
        assert_eq!(
            (
                found.ages_used,
                found.ages_left_out,
                found.left_out_but_different
            ),
            (2, 2, 1)
        );
        Ok(())
    }

    #[test]
    fn published_means() -> Result<(), MeasureError> {
        // Per-trial variances 1/12 (four trials of 0.25 steps): v (1/4 + 1/2).
        let table = array![[0.25], [0.5], [0.75], [0.5]];
        let ours = CurveEstimate::from_trials(&Trials::new(table.view())?)?;
        let v = (0.0625 + 0.0625) / 3.0;
        assert!((ours.variance_of_mean()[0] - v / 4.0).abs() < 1e-16);
        let reference = CurveEstimate::published(vec![0.25], 2, &ours, 4)?;
        let found = compare_curves(&ours, &reference)?.mean_squared_z.unwrap();
        assert!((found - 0.0625 / (v * 0.75)).abs() < 1e-14);
        Ok(())
    }

    #[test]
    fn bad_input() -> Result<(), MeasureError> {
        let good = CurveEstimate::new(vec![1.0], vec![0.0])?;
        assert!(matches!(
            CurveEstimate::new(vec![], vec![]),
            Err(MeasureError::Empty { .. })
        ));
        assert!(matches!(
            CurveEstimate::new(vec![1.0], vec![]),
            Err(MeasureError::LengthMismatch { .. })
        ));
        assert!(matches!(
            CurveEstimate::new(vec![f64::NAN], vec![0.0]),
            Err(MeasureError::BadCell { .. })
        ));
        assert!(matches!(
            CurveEstimate::new(vec![0.0], vec![f64::NAN]),
            Err(MeasureError::BadCell { .. })
        ));
        assert!(matches!(
            CurveEstimate::new(vec![0.0], vec![-1.0]),
            Err(MeasureError::OutOfRange { .. })
        ));
        assert!(CurveEstimate::published(vec![1.0], 0, &good, 4).is_err());
        assert!(CurveEstimate::published(vec![1.0, 2.0], 2, &good, 4).is_err());
        let longer = CurveEstimate::new(vec![1.0; 2], vec![0.0; 2])?;
        assert!(matches!(
            compare_curves(&good, &longer),
            Err(MeasureError::LengthMismatch { .. })
        ));
        assert_eq!(compare_curves(&good, &good)?.mean_squared_z, None);
        let single = array![[0.5]];
        assert!(CurveEstimate::from_trials(&Trials::new(single.view())?).is_err());
        Ok(())
    }

    proptest! {
        #[test]
        fn agrees_with_the_plain_loop(
            points in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64, 1e-6..1e-2_f64, 1e-6..1e-2_f64), 1..50)
        ) {
            let ours = CurveEstimate::new(
                points.iter().map(|p| p.0).collect(), points.iter().map(|p| p.2).collect()).unwrap();
            let reference = CurveEstimate::new(
                points.iter().map(|p| p.1).collect(), points.iter().map(|p| p.3).collect()).unwrap();
            let n = points.len() as f64;
            let wanted = points.iter().map(|p| (p.0 - p.1).powi(2) / (p.2 + p.3)).sum::<f64>() / n;
            let found = compare_curves(&ours, &reference).unwrap();
            prop_assert!((found.mean_squared_z.unwrap() - wanted).abs() < 1e-9 * (1.0 + wanted));
            prop_assert_eq!(found.ages_left_out, 0);
            let squares: f64 = points.iter().map(|p| (p.0 - p.1).powi(2)).sum();
            let variances: f64 = points.iter().map(|p| p.2 + p.3).sum();
            let pooled = found.pooled_squared_z.unwrap() * variances;
            prop_assert!((pooled - squares).abs() < 1e-9 * (1.0 + squares));
        }
    }
}
