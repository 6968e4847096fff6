//! Measured survival of the 1-winner network against theory, by bins of age.

use ndarray::s;

use super::stats::{mean, mean_and_deviation, negligible, standardised};
use super::{Deviation, MeasureError, Paired, survival};

/// A range of ages, both ends included, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AgeBin {
    /// First age.
    pub first: usize,
    /// Last age.
    pub last: usize,
}

/// The usual bins, fine where survival changes fast: 1, 2-5, 6-15, 16-30, 31-70, 71-130, 131-230, 231-300.
pub const SURVIVAL_BINS: [AgeBin; 8] = [
    AgeBin { first: 1, last: 1 },
    AgeBin { first: 2, last: 5 },
    AgeBin { first: 6, last: 15 },
    AgeBin {
        first: 16,
        last: 30,
    },
    AgeBin {
        first: 31,
        last: 70,
    },
    AgeBin {
        first: 71,
        last: 130,
    },
    AgeBin {
        first: 131,
        last: 230,
    },
    AgeBin {
        first: 231,
        last: 300,
    },
];

/// One bin of a survival check. Survival is a share, 1 = all intact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalBin {
    /// The ages.
    pub bin: AgeBin,
    /// Mean over trials of the bin's mean RD / (1 - baseline).
    pub measured: f64,
    /// Its standard error over trials (sample deviation of the trials' bin means / sqrt(trials)).
    pub standard_error: f64,
    /// (1 - 1/n_h)^(t-1) averaged over the bin.
    pub expected: f64,
    /// (measured - expected) / standard error; 0 if both vanish, `None` if only the error does.
    pub z: Option<f64>,
}

/// Measured against theoretical survival.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalCheck {
    /// The measured baseline: mean pseudo accuracy over all trials and ages.
    pub baseline: f64,
    /// One entry per bin.
    pub bins: Vec<SurvivalBin>,
}

impl SurvivalCheck {
    /// The largest |z|; `None` if some bin has no z (its error vanishes and its difference does not) or there is no bin.
    #[must_use]
    pub fn worst(&self) -> Option<f64> {
        let sizes = self.bins.iter().map(|bin| bin.z.map(f64::abs));
        sizes.reduce(|a, b| Some(a?.max(b?))).flatten()
    }
}

/// Compares RD(t) / (1 - measured baseline) of accuracies (0..=1) with (1 - 1/n_h)^(t-1), per bin of ages.
///
/// Ages of one trial share their network, so the error of a bin is taken over trials' bin means. The baseline's own error
/// is neglected: it is an average over every trial and age. Cost O(trials x ages). Source: paper section 2, Theorem 1.
///
/// # Errors
/// [`MeasureError::TooFew`] with one trial; [`MeasureError::BadBin`] for a bin that is empty or reaches beyond the data;
/// [`MeasureError::OutOfRange`] for n_h = 0 or a baseline of 1 or more.
pub fn survival_check(
    paired: &Paired<'_>,
    hidden: u32,
    bins: &[AgeBin],
) -> Result<SurvivalCheck, MeasureError> {
    if paired.trials() < 2 {
        return Err(MeasureError::TooFew {
            what: "trials for a standard error",
            needed: 2,
            got: paired.trials(),
        });
    }
    let baseline = paired.pseudo().grand_mean();
    if baseline >= 1.0 || negligible(1.0 - baseline, 1.0) {
        return Err(MeasureError::OutOfRange {
            what: "measured baseline",
            range: "below 1",
            value: baseline,
        });
    }
    let differences = paired.differences();
    let root_n = libm::sqrt(paired.trials() as f64);
    let mut checked = Vec::with_capacity(bins.len());
    for &bin in bins {
        let AgeBin { first, last } = bin;
        let ages = paired.ages();
        if first == 0 || first > last || last > ages {
            return Err(MeasureError::BadBin { first, last, ages });
        }
        let block = differences.slice(s![.., first - 1..last]);
        let rows = block.rows().into_iter();
        let shares: Vec<f64> = rows
            .map(|row| mean(&row.to_vec()) / (1.0 - baseline))
            .collect();
        let theory = (first..=last).map(|age| survival(hidden, age));
        let expected = mean(&theory.collect::<Result<Vec<f64>, MeasureError>>()?);
        let (measured, deviation) = mean_and_deviation(&shares, Deviation::Sample);
        checked.push(SurvivalBin {
            bin,
            measured,
            standard_error: deviation / root_n,
            expected,
            z: standardised(measured - expected, deviation, 1.0).map(|ratio| ratio * root_n),
        });
    }
    Ok(SurvivalCheck {
        baseline,
        bins: checked,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};
    use proptest::prelude::*;

    #[test]
    fn closed_form() -> Result<(), MeasureError> {
        // Two hidden units, baseline 0: expected 1, then (1/2 + 1/4) / 2.
        let real = array![
            [1.0, 1.0, 0.0],
            [1.0, 0.0, 0.0],
            [1.0, 1.0, 1.0],
            [1.0, 0.0, 1.0]
        ];
        let pseudo = Array2::zeros((4, 3));
        let paired = Paired::new(real.view(), pseudo.view())?;
        let bins = [AgeBin { first: 1, last: 1 }, AgeBin { first: 2, last: 3 }];
        let found = survival_check(&paired, 2, &bins)?;
        assert_eq!(found.baseline, 0.0);
        assert_eq!(
            (
                found.bins[0].measured,
                found.bins[0].expected,
                found.bins[0].z
            ),
            (1.0, 1.0, Some(0.0))
        );
        let second = found.bins[1];
        assert_eq!((second.measured, second.expected), (0.5, 0.375));
        // Trial means .5, 0, 1, .5: sample variance 1/6, over four trials.
        assert!((second.standard_error - (1.0 / 24.0_f64).sqrt()).abs() < 1e-15);
        assert!((second.z.unwrap() - 0.125 * 24.0_f64.sqrt()).abs() < 1e-14);
        assert_eq!(found.worst(), second.z);
        Ok(())
    }

    #[test]
    fn no_error_but_a_difference() -> Result<(), MeasureError> {
        let real = Array2::ones((3, 2));
        let pseudo = Array2::from_elem((3, 2), 0.5);
        let paired = Paired::new(real.view(), pseudo.view())?;
        let found = survival_check(
            &paired,
            4,
            &[AgeBin { first: 1, last: 1 }, AgeBin { first: 2, last: 2 }],
        )?;
        assert_eq!(
            (found.bins[0].z, found.bins[1].z, found.worst()),
            (Some(0.0), None, None)
        );
        Ok(())
    }

    #[test]
    fn bad_input() -> Result<(), MeasureError> {
        let ones = Array2::ones((2, 3));
        let zeros = Array2::zeros((2, 3));
        let paired = Paired::new(ones.view(), zeros.view())?;
        for (first, last) in [(0, 1), (2, 1), (1, 4)] {
            let refused = survival_check(&paired, 2, &[AgeBin { first, last }]);
            assert_eq!(
                refused,
                Err(MeasureError::BadBin {
                    first,
                    last,
                    ages: 3
                })
            );
        }
        assert!(survival_check(&paired, 0, &[AgeBin { first: 1, last: 1 }]).is_err());
        let full = Paired::new(ones.view(), ones.view())?;
        assert!(matches!(
            survival_check(&full, 2, &[]),
            Err(MeasureError::OutOfRange { .. })
        ));
        let one = Array2::zeros((1, 3));
        let single = Paired::new(one.view(), one.view())?;
        assert!(matches!(
            survival_check(&single, 2, &[]),
            Err(MeasureError::TooFew { .. })
        ));
        assert_eq!(survival_check(&paired, 2, &[])?.worst(), None);
        Ok(())
    }

    #[test]
    fn usual_bins_touch() {
        for pair in SURVIVAL_BINS.windows(2) {
            assert_eq!(pair[0].last + 1, pair[1].first);
        }
    }

    proptest! {
        /// Units overwritten at random: the check must accept its own theory.
        #[test]
        fn accepts_the_process_it_describes(seed in any::<u64>()) {
            let (hidden, trials, ages) = (20_u64, 60, 40);
            let mut state = seed;
            let mut draw = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % hidden
            };
            let mut real = Array2::zeros((trials, ages));
            for mut row in real.rows_mut() {
                let mut taken = [false; 20];
                for cell in &mut row {
                    let unit = draw() as usize;
                    *cell = if taken[unit] { 0.25 } else { 1.0 };
                    taken[unit] = true;
                }
            }
            let pseudo = Array2::from_elem((trials, ages), 0.25);
            let paired = Paired::new(real.view(), pseudo.view()).unwrap();
            let bins = [AgeBin { first: 1, last: 1 }, AgeBin { first: 2, last: 15 }, AgeBin { first: 16, last: 40 }];
            let found = survival_check(&paired, 20, &bins).unwrap();
            prop_assert!(found.worst().unwrap() < 6.0, "{:?}", found);
        }
    }
}
