//! Area under the ROC curve of real against pseudo scores.

use super::MeasureError;
use super::stats::{check_list, is_usable};
use crate::normal;

/// The AUC is clipped to `[AUC_CLIP, 1 - AUC_CLIP]` before it is turned into a sensitivity (the authors' 1e-4, .9999).
pub const AUC_CLIP: f64 = 1e-4;

/// AUC = Mann-Whitney U / (n1 n2): the probability that a random real score exceeds a random pseudo score, ties counting
/// half. In 0..=1, 0.5 = chance. Ties are exact equalities (0.0 and -0.0 are equal). The count is an exact integer, so the
/// result is correctly rounded. Cost O(n log n). The lists need not be equally long.
///
/// # Errors
/// [`MeasureError::TooFew`] for an empty list, [`MeasureError::BadCell`] for NaN, infinite or huge scores.
pub fn auc(real: &[f64], pseudo: &[f64]) -> Result<f64, MeasureError> {
    for list in [real, pseudo] {
        check_list(list)?;
        if list.is_empty() {
            return Err(MeasureError::TooFew {
                what: "scores for an AUC",
                needed: 1,
                got: 0,
            });
        }
    }
    Ok(auc_of(real, pseudo))
}

/// AUC of two checked, non-empty lists.
pub(super) fn auc_of(real: &[f64], pseudo: &[f64]) -> f64 {
    debug_assert!(real.iter().chain(pseudo).all(|&value| is_usable(value)));
    twice_wins(real, pseudo) as f64 / (2.0 * real.len() as f64 * pseudo.len() as f64)
}

/// Twice Mann-Whitney's U, so that half a tie is a whole number.
pub(super) fn twice_wins(real: &[f64], pseudo: &[f64]) -> u64 {
    let (mut real, mut pseudo) = (real.to_vec(), pseudo.to_vec());
    real.sort_unstable_by(f64::total_cmp);
    pseudo.sort_unstable_by(f64::total_cmp);
    let mut twice_wins: u64 = 0;
    let (mut below, mut up_to) = (0, 0);
    for score in &real {
        while below < pseudo.len() && pseudo[below] < *score {
            below += 1;
        }
        while up_to < pseudo.len() && pseudo[up_to] <= *score {
            up_to += 1;
        }
        twice_wins += (below + up_to) as u64;
    }
    twice_wins
}

/// The AUC on the scale of d': sqrt(2) Phi^-1(AUC), the AUC clipped by [`AUC_CLIP`]; in -5.26..=5.26.
///
/// For two normal distributions of one variance this is the classical d'. The paper's figures show its median over samples.
///
/// # Errors
/// [`MeasureError::OutOfRange`] unless `auc` is in 0..=1.
pub fn auc_to_sensitivity(auc: f64) -> Result<f64, MeasureError> {
    if !(0.0..=1.0).contains(&auc) {
        return Err(MeasureError::OutOfRange {
            what: "AUC",
            range: "in 0..=1",
            value: auc,
        });
    }
    let clipped = auc.clamp(AUC_CLIP, 1.0 - AUC_CLIP);
    let quantile = normal::quantile(clipped).ok_or(MeasureError::OutOfRange {
        what: "probability",
        range: "between 0 and 1, both excluded",
        value: clipped,
    })?;
    Ok(core::f64::consts::SQRT_2 * quantile)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition: every pair, one by one.
    fn naive(real: &[f64], pseudo: &[f64]) -> f64 {
        let mut wins = 0.0;
        for r in real {
            for p in pseudo {
                wins += if r > p {
                    1.0
                } else if r == p {
                    0.5
                } else {
                    0.0
                };
            }
        }
        wins / (real.len() as f64 * pseudo.len() as f64)
    }

    #[test]
    fn closed_forms() -> Result<(), MeasureError> {
        assert_eq!(auc(&[1.0], &[0.0])?, 1.0);
        assert_eq!(auc(&[0.0], &[1.0])?, 0.0);
        assert_eq!(auc(&[0.3; 5], &[0.3; 9])?, 0.5);
        assert_eq!(auc(&[0.0, -0.0], &[-0.0, 0.0, 0.0])?, 0.5);
        assert_eq!(auc(&[1.0, 2.0], &[1.0, 0.0])?, 3.5 / 4.0);
        Ok(())
    }

    #[test]
    fn on_the_scale_of_d_prime() -> Result<(), MeasureError> {
        assert_eq!(auc_to_sensitivity(0.5)?, 0.0);
        // mpmath: sqrt(2) Phi^-1(.9999)
        assert!((auc_to_sensitivity(1.0)? - 5.259_483_552_420_586).abs() < 1e-12);
        // The tail 1 - .9999 is not exactly 1e-4 in doubles: the ends agree to its rounding.
        assert!((auc_to_sensitivity(0.0)? + auc_to_sensitivity(1.0)?).abs() < 1e-11);
        for bad in [-0.1, 1.1, f64::NAN] {
            assert!(auc_to_sensitivity(bad).is_err());
        }
        Ok(())
    }

    #[test]
    fn bad_scores_are_refused() {
        assert!(matches!(auc(&[], &[1.0]), Err(MeasureError::TooFew { .. })));
        assert!(matches!(auc(&[1.0], &[]), Err(MeasureError::TooFew { .. })));
        assert!(matches!(
            auc(&[1.0, f64::NAN], &[1.0]),
            Err(MeasureError::BadCell { age: 2, .. })
        ));
        assert!(auc(&[1.0], &[f64::INFINITY]).is_err());
    }

    proptest! {
        #[test]
        fn equals_the_double_loop_on_overlaps(
            real in prop::collection::vec(0..12_u8, 1..40),
            pseudo in prop::collection::vec(0..12_u8, 1..40),
        ) {
            let real: Vec<f64> = real.into_iter().map(|n| f64::from(n) / 12.0).collect();
            let pseudo: Vec<f64> = pseudo.into_iter().map(|n| f64::from(n) / 12.0).collect();
            prop_assert_eq!(auc(&real, &pseudo).unwrap(), naive(&real, &pseudo));
        }

        #[test]
        fn equals_the_double_loop_on_reals(
            real in prop::collection::vec(-1.0..1.0_f64, 1..40),
            pseudo in prop::collection::vec(-1.0..1.0_f64, 1..40),
        ) {
            let found = auc(&real, &pseudo).unwrap();
            prop_assert_eq!(found, naive(&real, &pseudo));
            // Only ranks count: a rising function changes nothing; swapping the lists mirrors the area.
            let cubed = |list: &[f64]| list.iter().map(|x| 8.0 * x).collect::<Vec<_>>();
            prop_assert_eq!(auc(&cubed(&real), &cubed(&pseudo)).unwrap(), found);
            prop_assert!((auc(&pseudo, &real).unwrap() + found - 1.0).abs() < 1e-15);
        }
    }
}
