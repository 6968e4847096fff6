//! Means, deviations and the rule for a vanishing denominator.

use super::MeasureError;

/// Largest size of a value that the measures accept; its square and sums of squares stay finite.
pub const MAX_MAGNITUDE: f64 = 1e100;

/// A mean or spread of at most this times the largest value that went into it is rounding, and counts as zero.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

/// Which divisor a standard deviation uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Deviation {
    /// Divide by n (ddof 0), as the paper's authors do everywhere.
    #[default]
    Population,
    /// Divide by n - 1 (ddof 1), the unbiased estimate; needs two values.
    Sample,
}

impl Deviation {
    /// Fewest values for which the deviation exists.
    #[must_use]
    pub const fn fewest(self) -> usize {
        match self {
            Self::Population => 1,
            Self::Sample => 2,
        }
    }
}

/// Mean of a non-empty list, as x0 + sum(x - x0)/n: exact when all values are equal.
pub(super) fn mean(values: &[f64]) -> f64 {
    let origin = values[0];
    let mut sum = 0.0;
    for value in values {
        sum += value - origin;
    }
    origin + sum / values.len() as f64
}

/// Mean and variance (two passes) of at least `kind.fewest()` values.
pub(super) fn mean_and_variance(values: &[f64], kind: Deviation) -> (f64, f64) {
    let centre = mean(values);
    let mut sum = 0.0;
    for value in values {
        let deviation = value - centre;
        sum += deviation * deviation;
    }
    let divisor = match kind {
        Deviation::Population => values.len(),
        Deviation::Sample => values.len() - 1,
    };
    (centre, sum / divisor as f64)
}

/// Mean and standard deviation of at least `kind.fewest()` values.
pub(super) fn mean_and_deviation(values: &[f64], kind: Deviation) -> (f64, f64) {
    let (centre, variance) = mean_and_variance(values, kind);
    (centre, libm::sqrt(variance))
}

/// Largest absolute value; 0 for an empty list.
pub(super) fn largest(values: &[f64]) -> f64 {
    values
        .iter()
        .fold(0.0, |most: f64, value| most.max(value.abs()))
}

/// Whether `value`, computed from numbers as large as `scale`, is zero up to rounding.
pub(super) fn negligible(value: f64, scale: f64) -> bool {
    value.abs() <= ROUNDING * scale
}

/// `centre / spread`; where the spread vanishes, 0 if the centre vanishes too and otherwise undefined.
pub(super) fn standardised(centre: f64, spread: f64, scale: f64) -> Option<f64> {
    if !negligible(spread, scale) {
        Some(centre / spread)
    } else if negligible(centre, scale) {
        Some(0.0)
    } else {
        None
    }
}

/// The value itself if it is finite and at most [`MAX_MAGNITUDE`] in size.
pub(super) fn is_usable(value: f64) -> bool {
    value.abs() <= MAX_MAGNITUDE
}

/// Refuses an unusable value in a list indexed by age.
pub(super) fn check_list(values: &[f64]) -> Result<(), MeasureError> {
    match values.iter().position(|&value| !is_usable(value)) {
        None => Ok(()),
        Some(index) => Err(MeasureError::BadCell {
            row: 0,
            age: index + 1,
            value: values[index],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn closed_forms() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(
            mean_and_deviation(&values, Deviation::Population),
            (5.0, 2.0)
        );
        assert_eq!(
            mean_and_variance(&values, Deviation::Sample),
            (5.0, 32.0 / 7.0)
        );
        assert_eq!(mean_and_variance(&[3.0], Deviation::Population), (3.0, 0.0));
    }

    #[test]
    fn equal_values_have_no_spread() {
        for n in 1..50 {
            let values = vec![0.1; n];
            assert_eq!(
                mean_and_deviation(&values, Deviation::Population),
                (0.1, 0.0)
            );
        }
    }

    #[test]
    fn vanishing_spread() {
        assert_eq!(standardised(0.0, 0.0, 0.0), Some(0.0));
        assert_eq!(standardised(1e-17, 1e-17, 1.0), Some(0.0));
        assert_eq!(standardised(0.5, 1e-17, 1.0), None);
        assert_eq!(standardised(0.5, 0.25, 1.0), Some(2.0));
    }

    #[test]
    fn unusable_values() {
        for value in [f64::NAN, f64::INFINITY, -f64::INFINITY, 1.1e100] {
            assert!(!is_usable(value));
            let refused = check_list(&[0.0, value]);
            assert!(matches!(
                refused,
                Err(MeasureError::BadCell { row: 0, age: 2, .. })
            ));
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_textbook(values in prop::collection::vec(-1e3..1e3_f64, 2..60)) {
            let n = values.len() as f64;
            let plain = values.iter().sum::<f64>() / n;
            let pairs: f64 = values.iter().flat_map(|a| values.iter().map(move |b| (a - b) * (a - b))).sum();
            let (centre, population) = mean_and_variance(&values, Deviation::Population);
            let (_, sample) = mean_and_variance(&values, Deviation::Sample);
            prop_assert!((centre - plain).abs() < 1e-9);
            // The variance is half the mean squared difference of all pairs.
            prop_assert!((population - pairs / (2.0 * n * n)).abs() < 1e-6);
            prop_assert!((sample - population * n / (n - 1.0)).abs() < 1e-6);
        }
    }
}
