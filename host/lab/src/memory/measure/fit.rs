//! The exponential law of forgetting.

use super::MeasureError;
use super::stats::{check_list, largest, mean, negligible};

/// The paper fits ages 1 to 200.
pub const FIT_MAX_AGE: usize = 200;

/// RD(t) = C exp(-a t), fitted as a straight line to ln RD.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExponentialFit {
    /// C, in the units of RD: the line's value at age 0.
    pub amplitude: f64,
    /// a, per pattern learned; negative if RD grows.
    pub rate: f64,
    /// Share of the variance of ln RD that the line explains, 0..=1; `None` if ln RD does not vary.
    pub r_squared: Option<f64>,
    /// Ages that entered the fit.
    pub ages_used: usize,
    /// Ages left out because RD <= 0 there.
    pub ages_dropped: usize,
}

/// A line that explains less of the variance than this is no law.
const LEAST_R_SQUARED: f64 = 0.5;

impl ExponentialFit {
    /// What is to be known of a fit that says little, in a few words; none of one that fits.
    #[must_use]
    pub fn caution(&self) -> Option<String> {
        match self.r_squared {
            Some(share) if share >= LEAST_R_SQUARED && self.ages_used >= 10 => None,
            Some(share) if share >= LEAST_R_SQUARED => {
                Some(format!("of {} ages alone", self.ages_used))
            }
            Some(share) => Some(format!("no exponential, r^2 = {share:.2}")),
            None => Some("no exponential, nothing varies".to_owned()),
        }
    }

    /// The fitted RD at an age (age 1 = newest).
    #[must_use]
    pub fn at(&self, age: f64) -> f64 {
        self.amplitude * libm::exp(-self.rate * age)
    }
}

/// Least squares of ln RD on age over ages 1 to `max_age` (the paper: [`FIT_MAX_AGE`]); entry 0 of `raw_difference` is
/// age 1. Ages with RD <= 0 have no logarithm: they are dropped and counted, which flatters the tail of a noisy curve.
///
/// Pass the RD averaged over samples. Cost O(max_age). Source: paper section 2 and figure S1.
///
/// # Errors
/// [`MeasureError::LengthMismatch`] if there are fewer than `max_age` ages, [`MeasureError::TooFew`] with fewer than 3
/// usable ones, [`MeasureError::BadCell`] for NaN, infinite or huge values, [`MeasureError::OutOfRange`] if the amplitude
/// is too large or too small for a double.
pub fn fit_exponential(
    raw_difference: &[f64],
    max_age: usize,
) -> Result<ExponentialFit, MeasureError> {
    if raw_difference.len() < max_age {
        return Err(MeasureError::LengthMismatch {
            what: "raw difference to fit",
            expected: max_age,
            got: raw_difference.len(),
        });
    }
    let fitted = &raw_difference[..max_age];
    check_list(fitted)?;
    let (mut ages, mut logs) = (Vec::with_capacity(max_age), Vec::with_capacity(max_age));
    for (index, &value) in fitted.iter().enumerate() {
        if value > 0.0 {
            ages.push((index + 1) as f64);
            logs.push(libm::log(value));
        }
    }
    if ages.len() < 3 {
        return Err(MeasureError::TooFew {
            what: "ages with RD > 0",
            needed: 3,
            got: ages.len(),
        });
    }
    let (age_mean, log_mean) = (mean(&ages), mean(&logs));
    let (mut age_square, mut product, mut log_square) = (0.0, 0.0, 0.0);
    for (age, log) in ages.iter().zip(&logs) {
        let (x, y) = (age - age_mean, log - log_mean);
        age_square += x * x;
        product += x * y;
        log_square += y * y;
    }
    let slope = product / age_square;
    let amplitude = libm::exp(log_mean - slope * age_mean);
    if !(amplitude > 0.0 && amplitude.is_finite()) {
        return Err(MeasureError::OutOfRange {
            what: "fitted amplitude",
            range: "positive and finite",
            value: amplitude,
        });
    }
    let spread = libm::sqrt(log_square / ages.len() as f64);
    let varies = !negligible(spread, largest(&logs));
    Ok(ExponentialFit {
        amplitude,
        rate: -slope,
        r_squared: varies.then(|| (product * product / (age_square * log_square)).min(1.0)),
        ages_used: ages.len(),
        ages_dropped: max_age - ages.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn drops_and_counts() -> Result<(), MeasureError> {
        // 2^-t with two ages corrupted; the rest lies on the line.
        let mut curve: Vec<f64> = (1..=20).map(|age| 0.5_f64.powi(age)).collect();
        curve[4] = 0.0;
        curve[9] = -0.1;
        let fit = fit_exponential(&curve, 20)?;
        assert!((fit.rate - core::f64::consts::LN_2).abs() < 1e-14);
        assert!((fit.amplitude - 1.0).abs() < 1e-13);
        assert!((fit.r_squared.unwrap() - 1.0).abs() < 1e-14);
        assert_eq!((fit.ages_used, fit.ages_dropped), (18, 2));
        assert!((fit.at(3.0) - 0.125).abs() < 1e-14);
        Ok(())
    }

    #[test]
    fn flat_and_rising() -> Result<(), MeasureError> {
        let flat = fit_exponential(&[0.3; 10], 10)?;
        assert_eq!((flat.rate.abs(), flat.r_squared), (0.0, None));
        let rising = fit_exponential(&[0.1, 0.2, 0.4], 3)?;
        assert!(rising.rate < 0.0);
        Ok(())
    }

    #[test]
    fn r_squared_by_residuals() -> Result<(), MeasureError> {
        let curve = [0.9, 0.5, 0.6, 0.2, 0.3, 0.1];
        let fit = fit_exponential(&curve, 6)?;
        let logs: Vec<f64> = curve.iter().map(|rd: &f64| rd.ln()).collect();
        let centre = logs.iter().sum::<f64>() / 6.0;
        let total: f64 = logs.iter().map(|log| (log - centre).powi(2)).sum();
        let left: f64 = (1..)
            .zip(&logs)
            .map(|(age, log)| (log - fit.at(f64::from(age)).ln()).powi(2))
            .sum();
        assert!((fit.r_squared.unwrap() - (1.0 - left / total)).abs() < 1e-14);
        Ok(())
    }

    #[test]
    fn bad_input() {
        assert!(matches!(
            fit_exponential(&[0.1; 9], 10),
            Err(MeasureError::LengthMismatch { .. })
        ));
        let sparse = fit_exponential(&[0.1, 0.0, 0.2, -0.3], 4);
        assert!(matches!(
            sparse,
            Err(MeasureError::TooFew {
                needed: 3,
                got: 2,
                ..
            })
        ));
        assert!(fit_exponential(&[], 0).is_err());
        assert!(matches!(
            fit_exponential(&[0.1, f64::NAN, 0.2], 3),
            Err(MeasureError::BadCell { age: 2, .. })
        ));
        let steep: Vec<f64> = (0..10)
            .map(|n| {
                if n < 7 {
                    0.0
                } else {
                    [1e100, 1.0, 1e-100][n - 7]
                }
            })
            .collect();
        assert!(matches!(
            fit_exponential(&steep, 10),
            Err(MeasureError::OutOfRange { .. })
        ));
    }

    proptest! {
        #[test]
        fn recovers_exact_laws(amplitude in 1e-3..1e3_f64, rate in -0.05..0.05_f64, ages in 3..300_usize) {
            let curve: Vec<f64> = (1..=ages).map(|age| amplitude * (-rate * age as f64).exp()).collect();
            let fit = fit_exponential(&curve, ages).unwrap();
            prop_assert!((fit.rate - rate).abs() < 1e-11);
            prop_assert!((fit.amplitude / amplitude - 1.0).abs() < 1e-9);
        }

        #[test]
        fn least_squares_cannot_be_beaten(
            curve in prop::collection::vec(0.01..1.0_f64, 3..30),
            nudge in prop_oneof![Just((1e-3, 0.0)), Just((-1e-3, 0.0)), Just((0.0, 1e-3)), Just((0.0, -1e-3))],
        ) {
            let fit = fit_exponential(&curve, curve.len()).unwrap();
            let loss = |log_amplitude: f64, rate: f64| -> f64 {
                (1..).zip(&curve).map(|(age, rd)| (rd.ln() - log_amplitude + rate * f64::from(age)).powi(2)).sum()
            };
            let best = fit.amplitude.ln();
            prop_assert!(loss(best, fit.rate) <= loss(best + nudge.0, fit.rate + nudge.1));
        }
    }
}
