//! Sensitivity d': how far real patterns stand out from pseudo-patterns, in standard deviations.

use super::exact::have_one_sum;
use super::stats::{largest, mean, mean_and_deviation, mean_and_variance, standardised};
use super::{Deviation, Paired, Share};

/// Which standard deviation d' is measured in. Both use population variances (ddof 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DPrimeForm {
    /// The authors' form: RD / std(real - pseudo), the differences being paired by run.
    #[default]
    Paired,
    /// The textbook form: (mean real - mean pseudo) / sqrt((var real + var pseudo) / 2).
    Classical,
}

/// d' per age (entry 0 = age 1) with all trials as one sample; dimensionless, any sign.
///
/// Where the standard deviation is zero, d' is `Some(0.0)` if the mean difference is zero as well (nothing tells the two
/// apart) and `None` if it is not: the true value would be infinite, so no finite number may stand for it, and an average
/// leaves it out and counts it. d' of few runs is biased upward: compare only samples of equally many trials.
/// Cost O(trials x ages). Source: paper section 2.
#[must_use]
pub fn d_prime(paired: &Paired<'_>, form: DPrimeForm) -> Vec<Option<f64>> {
    let (real, pseudo) = (paired.real().values(), paired.pseudo().values());
    let ages = real.columns().into_iter().zip(pseudo.columns());
    ages.map(|(r, p)| d_prime_of(&r.to_vec(), &p.to_vec(), form))
        .collect()
}

/// [`d_prime`] of scores that are shares of whole numbers: `shares` gives them by (trial, age), and `paired` holds their quotients.
/// Where the shares of both have one sum, d' is 0 and no residue of rounding; elsewhere it has the same bits.
#[must_use]
pub fn d_prime_of_shares(
    paired: &Paired<'_>,
    form: DPrimeForm,
    shares: impl Fn((usize, usize)) -> (Share, Share),
) -> Vec<Option<f64>> {
    let mut values = d_prime(paired, form);
    for (age, value) in values.iter_mut().enumerate() {
        let pairs: Vec<_> = (0..paired.trials())
            .map(|trial| shares((trial, age)))
            .collect();
        if have_one_sum(&pairs) {
            *value = Some(0.0);
        }
    }
    values
}

/// d' of two non-empty, equally long lists.
pub(super) fn d_prime_of(real: &[f64], pseudo: &[f64], form: DPrimeForm) -> Option<f64> {
    let scale = largest(real).max(largest(pseudo));
    let (difference, deviation) = match form {
        DPrimeForm::Paired => {
            let differences: Vec<f64> = real.iter().zip(pseudo).map(|(r, p)| r - p).collect();
            mean_and_deviation(&differences, Deviation::Population)
        }
        DPrimeForm::Classical => {
            let (mean_real, var_real) = mean_and_variance(real, Deviation::Population);
            let (mean_pseudo, var_pseudo) = mean_and_variance(pseudo, Deviation::Population);
            (
                mean_real - mean_pseudo,
                libm::sqrt((var_real + var_pseudo) / 2.0),
            )
        }
    };
    standardised(difference, deviation, scale)
}

/// Raw difference of two non-empty, equally long lists.
pub(super) fn raw_difference_of(real: &[f64], pseudo: &[f64]) -> f64 {
    let differences: Vec<f64> = real.iter().zip(pseudo).map(|(r, p)| r - p).collect();
    mean(&differences)
}

#[cfg(test)]
mod tests {
    use super::super::MeasureError;
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    #[test]
    fn closed_forms() -> Result<(), MeasureError> {
        // Differences .5 and 0: mean .25, std .25. Variances .0625 and 0, pooled std .25/sqrt 2.
        let real = array![[1.0], [0.5]];
        let pseudo = array![[0.5], [0.5]];
        let paired = Paired::new(real.view(), pseudo.view())?;
        assert_eq!(d_prime(&paired, DPrimeForm::Paired), [Some(1.0)]);
        let classical = d_prime(&paired, DPrimeForm::Classical)[0].unwrap();
        assert!((classical - 2.0_f64.sqrt()).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn zero_deviation_is_defined() {
        for form in [DPrimeForm::Paired, DPrimeForm::Classical] {
            assert_eq!(d_prime_of(&[0.3; 7], &[0.3; 7], form), Some(0.0));
            assert_eq!(d_prime_of(&[0.3; 7], &[0.2; 7], form), None);
            assert_eq!(d_prime_of(&[0.3], &[0.2], form), None);
            assert_eq!(d_prime_of(&[0.0], &[0.0], form), Some(0.0));
        }
        // One integer difference, written with different last bits.
        let real: Vec<f64> = (60..=100).map(|n| f64::from(n) / 100.0).collect();
        let pseudo: Vec<f64> = (60..=100).map(|n| f64::from(n - 60) / 100.0).collect();
        assert_eq!(d_prime_of(&real, &pseudo, DPrimeForm::Paired), None);
        // Differences that cancel: +.1 and -.1.
        assert_eq!(
            d_prime_of(&[0.3, 0.2], &[0.2, 0.3], DPrimeForm::Paired),
            Some(0.0)
        );
    }

    proptest! {
        #[test]
        fn agrees_with_integer_arithmetic(pairs in prop::collection::vec((0..=100_i64, 0..=100_i64), 1..40)) {
            let real: Vec<f64> = pairs.iter().map(|p| p.0 as f64 / 100.0).collect();
            let pseudo: Vec<f64> = pairs.iter().map(|p| p.1 as f64 / 100.0).collect();
            let n = pairs.len() as i64;
            let sum: i64 = pairs.iter().map(|p| p.0 - p.1).sum();
            let squares: i64 = pairs.iter().map(|p| (p.0 - p.1) * (p.0 - p.1)).sum();
            let n_squared_variance = n * squares - sum * sum;
            let found = d_prime_of(&real, &pseudo, DPrimeForm::Paired);
            if n_squared_variance != 0 {
                let wanted = sum as f64 / (n_squared_variance as f64).sqrt();
                prop_assert!((found.unwrap() - wanted).abs() <= 1e-10 * (1.0 + wanted.abs()));
            } else if sum == 0 {
                prop_assert_eq!(found, Some(0.0));
            } else {
                prop_assert_eq!(found, None);
            }
        }

        #[test]
        fn swapping_changes_the_sign(pairs in prop::collection::vec((0..9_u8, 0..9_u8), 2..20)) {
            let real: Vec<f64> = pairs.iter().map(|p| f64::from(p.0)).collect();
            let pseudo: Vec<f64> = pairs.iter().map(|p| f64::from(p.1)).collect();
            for form in [DPrimeForm::Paired, DPrimeForm::Classical] {
                let forth = d_prime_of(&real, &pseudo, form);
                let back = d_prime_of(&pseudo, &real, form);
                prop_assert_eq!(forth.is_some(), back.is_some());
                if let (Some(a), Some(b)) = (forth, back) {
                    prop_assert!((a + b).abs() < 1e-12 * (1.0 + a.abs()));
                }
            }
        }
    }
}
