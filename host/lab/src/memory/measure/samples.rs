//! Measures inside samples of trials, then their mean, standard error and median over samples.

use ndarray::{Array2, ArrayView2, s};

use super::auc::{auc_of, auc_to_sensitivity};
use super::exact::have_one_sum;
use super::roots::Exact;
use super::sensitivity::{d_prime_of, raw_difference_of};
use super::stats::{is_usable, mean_and_deviation};
use super::{DPrimeForm, Deviation, MeasureError, Paired, Share};

/// How trials are cut into samples: `samples` blocks of `trials_each` consecutive trials, from trial 0 on.
///
/// Trials beyond the last block are not used. The default is the paper's 10 x 20.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SamplePlan {
    samples: usize,
    trials_each: usize,
}

impl SamplePlan {
    /// A plan of `samples` x `trials_each`.
    ///
    /// # Errors
    /// [`MeasureError::TooFew`] if either number is 0.
    pub fn new(samples: usize, trials_each: usize) -> Result<Self, MeasureError> {
        for (what, got) in [("samples", samples), ("trials in a sample", trials_each)] {
            if got == 0 {
                return Err(MeasureError::TooFew {
                    what,
                    needed: 1,
                    got,
                });
            }
        }
        Ok(Self {
            samples,
            trials_each,
        })
    }

    /// Number of samples.
    #[must_use]
    pub const fn samples(self) -> usize {
        self.samples
    }

    /// Trials in each sample.
    #[must_use]
    pub const fn trials_each(self) -> usize {
        self.trials_each
    }

    /// Trials the plan uses (saturating).
    #[must_use]
    pub const fn trials(self) -> usize {
        self.samples.saturating_mul(self.trials_each)
    }
}

impl Default for SamplePlan {
    fn default() -> Self {
        Self {
            samples: 10,
            trials_each: 20,
        }
    }
}

/// What to compute inside each sample, per age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Raw difference, in the units of the scores; always defined.
    RawDifference,
    /// d'; undefined where its standard deviation is zero and the difference is not.
    DPrime(DPrimeForm),
    /// Area under the ROC curve, 0..=1; always defined.
    Auc,
    /// sqrt(2) Phi^-1 of the clipped AUC, -5.26..=5.26; always defined. Its figures show the median.
    AucSensitivity,
}

/// One number per sample and age, or `None` where the measure is undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleValues {
    values: Array2<Option<f64>>,
    /// Means over samples, where they are known better than from the values.
    means: Option<Vec<f64>>,
    /// What the values are exactly, where that is known.
    exact: Option<Array2<Option<Exact>>>,
}

/// One age of a measure over samples; undefined samples are left out of all but `undefined`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AgeSummary {
    /// Mean over the defined samples; `None` if there is none.
    pub mean: Option<f64>,
    /// Population standard deviation / sqrt(defined), as the authors'; `None` if fewer than two are defined.
    pub standard_error: Option<f64>,
    /// Median over the defined samples (mean of the middle two for an even number); `None` if there is none.
    pub median: Option<f64>,
    /// Samples with a value.
    pub defined: usize,
    /// Samples without one.
    pub undefined: usize,
}

/// Computes a measure inside every sample; cost O(trials x ages), times log(trials in a sample) for the AUC.
///
/// # Errors
/// [`MeasureError::TooFewTrials`] if the plan needs more trials than there are.
pub fn over_samples(
    paired: &Paired<'_>,
    plan: SamplePlan,
    measure: Measure,
) -> Result<SampleValues, MeasureError> {
    if plan.trials() > paired.trials() {
        return Err(MeasureError::TooFewTrials {
            samples: plan.samples,
            trials_each: plan.trials_each,
            trials: paired.trials(),
        });
    }
    let mut values = Array2::from_elem((plan.samples, paired.ages()), None);
    for sample in 0..plan.samples {
        let start = sample * plan.trials_each;
        let rows = s![start..start + plan.trials_each, ..];
        let (real, pseudo) = (paired.real().values(), paired.pseudo().values());
        let (real, pseudo) = (real.slice(rows), pseudo.slice(rows));
        for age in 0..paired.ages() {
            let (r, p) = (real.column(age).to_vec(), pseudo.column(age).to_vec());
            values[[sample, age]] = match measure {
                Measure::RawDifference => Some(raw_difference_of(&r, &p)),
                Measure::DPrime(form) => d_prime_of(&r, &p, form),
                Measure::Auc => Some(auc_of(&r, &p)),
                Measure::AucSensitivity => Some(auc_to_sensitivity(auc_of(&r, &p))?),
            };
        }
    }
    SampleValues::new(values)
}

/// [`over_samples`] of scores that are shares of whole numbers: `shares` gives them by (trial, age), and `paired` holds their
/// quotients.
///
/// Of such values [`SampleValues::summary`] decides by integers what is 0: the mean and the median of values that are 0 or cancel,
/// the standard error of equal ones. Everything else has the bits of [`over_samples`].
///
/// # Errors
/// As [`over_samples`].
pub fn over_shares(
    paired: &Paired<'_>,
    plan: SamplePlan,
    measure: Measure,
    shares: impl Fn((usize, usize)) -> (Share, Share),
) -> Result<SampleValues, MeasureError> {
    let found = over_samples(paired, plan, measure)?;
    let differs = matches!(measure, Measure::RawDifference | Measure::DPrime(_));
    let exact = Array2::from_shape_fn(found.values.dim(), |(sample, age)| {
        let trials = sample * plan.trials_each..(sample + 1) * plan.trials_each;
        let pairs: Vec<_> = trials.map(|trial| shares((trial, age))).collect();
        found.values[[sample, age]]?;
        if differs && have_one_sum(&pairs) {
            return Some(Exact::ZERO);
        }
        Exact::of(measure, &pairs)
    });
    Ok(found.with_exact(|at| exact[at]))
}

impl SampleValues {
    /// Takes a table of values made elsewhere, samples x ages.
    ///
    /// # Errors
    /// [`MeasureError::Empty`] without rows or columns; [`MeasureError::BadCell`] for NaN, infinite or huge values.
    pub fn new(values: Array2<Option<f64>>) -> Result<Self, MeasureError> {
        let (rows, ages) = values.dim();
        if rows == 0 || ages == 0 {
            return Err(MeasureError::Empty { rows, ages });
        }
        for ((row, column), cell) in values.indexed_iter() {
            if let Some(value) = *cell
                && !is_usable(value)
            {
                let age = column + 1;
                return Err(MeasureError::BadCell { row, age, value });
            }
        }
        Ok(Self {
            values,
            means: None,
            exact: None,
        })
    }

    /// A table of shares of whole numbers, samples x ages.
    ///
    /// # Errors
    /// [`MeasureError::Empty`] without rows or columns.
    pub fn of_shares(shares: &Array2<Share>) -> Result<Self, MeasureError> {
        let value = |share: &Share| Some(share[0] as f64 / share[1].max(1) as f64);
        Ok(Self {
            exact: Some(shares.map(|&share| Exact::share(share))),
            ..Self::new(shares.map(value))?
        })
    }

    /// What a cell is exactly, where that is known.
    pub(super) fn exact(&self, at: (usize, usize)) -> Option<Exact> {
        *self.exact.as_ref()?.get(at)?
    }

    /// With what the cells are exactly, where that is known.
    #[must_use]
    pub(super) fn with_exact(mut self, exact: impl Fn((usize, usize)) -> Option<Exact>) -> Self {
        self.exact = Some(Array2::from_shape_fn(self.values.dim(), exact));
        self
    }

    /// With means over samples that are known better than from the values, which are all defined: one an age.
    #[must_use]
    pub(super) fn with_means(mut self, means: Vec<f64>) -> Self {
        self.means = Some(means);
        self
    }

    /// Number of samples.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.values.nrows()
    }

    /// Number of ages.
    #[must_use]
    pub fn ages(&self) -> usize {
        self.values.ncols()
    }

    /// The table, samples x ages.
    #[must_use]
    pub fn values(&self) -> ArrayView2<'_, Option<f64>> {
        self.values.view()
    }

    /// How many cells are undefined, over all samples and ages.
    #[must_use]
    pub fn undefined(&self) -> usize {
        self.values.iter().filter(|cell| cell.is_none()).count()
    }

    /// Mean, standard error, median and counts, one entry per age (entry 0 = age 1).
    #[must_use]
    pub fn summary(&self) -> Vec<AgeSummary> {
        let columns = self.values.columns().into_iter().enumerate();
        let mut all: Vec<AgeSummary> = columns
            .map(|(age, column)| {
                let cells = column.iter().enumerate();
                let cells =
                    cells.filter_map(|(row, cell)| Some(((*cell)?, self.exact((row, age)))));
                summarise(cells.collect(), column.len())
            })
            .collect();
        for (one, mean) in all.iter_mut().zip(self.means.iter().flatten()) {
            one.mean = Some(*mean);
        }
        all
    }

    /// The means over samples as a plain curve, for fits.
    ///
    /// # Errors
    /// [`MeasureError::NoDefinedValue`] at the first age without any defined sample (never for the raw difference or AUC).
    pub fn means(&self) -> Result<Vec<f64>, MeasureError> {
        let summary = self.summary();
        let ages = (1..).zip(summary);
        ages.map(|(age, point)| point.mean.ok_or(MeasureError::NoDefinedValue { age }))
            .collect()
    }
}

fn summarise(mut cells: Vec<(f64, Option<Exact>)>, samples: usize) -> AgeSummary {
    let defined = cells.len();
    let undefined = samples - defined;
    if defined == 0 {
        return AgeSummary {
            mean: None,
            standard_error: None,
            median: None,
            defined,
            undefined,
        };
    }
    let values: Vec<f64> = cells.iter().map(|cell| cell.0).collect();
    let (mut mean, mut deviation) = mean_and_deviation(&values, Deviation::Population);
    let known: Option<Vec<Exact>> = cells.iter().map(|cell| cell.1).collect();
    if let Some(known) = known {
        if Exact::cancel(&known) {
            mean = 0.0;
        }
        if Exact::all_equal(&known) {
            deviation = 0.0;
        }
    }
    cells.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let (low, high) = (cells[(defined - 1) / 2], cells[defined / 2]);
    let is_between = |(low, high): (Exact, Exact)| Exact::cancel(&[low, high]);
    let median = match low.1.zip(high.1).is_some_and(is_between) {
        true => 0.0,
        false => low.0 + (high.0 - low.0) / 2.0,
    };
    AgeSummary {
        mean: Some(mean),
        standard_error: (defined > 1).then(|| deviation / libm::sqrt(defined as f64)),
        median: Some(median),
        defined,
        undefined,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{auc, d_prime};
    use super::*;
    use ndarray::array;
    use proptest::prelude::*;

    #[test]
    fn summaries() -> Result<(), MeasureError> {
        let values = SampleValues::new(array![
            [Some(1.0), None, Some(5.0), None],
            [Some(3.0), Some(2.0), None, None],
            [Some(8.0), Some(4.0), None, None],
        ])?;
        let found = values.summary();
        assert_eq!((found[0].mean, found[0].median), (Some(4.0), Some(3.0)));
        // Deviations -3, -1, 4: variance 26/3, standard error sqrt(26)/3.
        assert!((found[0].standard_error.unwrap() - 26.0_f64.sqrt() / 3.0).abs() < 1e-15);
        assert_eq!((found[1].mean, found[1].median), (Some(3.0), Some(3.0)));
        assert_eq!((found[1].defined, found[1].undefined), (2, 1));
        assert_eq!((found[2].mean, found[2].standard_error), (Some(5.0), None));
        assert_eq!(
            (found[3].mean, found[3].median, found[3].undefined),
            (None, None, 3)
        );
        assert_eq!(values.undefined(), 6);
        assert_eq!(values.means(), Err(MeasureError::NoDefinedValue { age: 4 }));
        Ok(())
    }

    #[test]
    fn plans() -> Result<(), MeasureError> {
        assert_eq!(SamplePlan::default(), SamplePlan::new(10, 20)?);
        assert!(matches!(
            SamplePlan::new(0, 20),
            Err(MeasureError::TooFew { .. })
        ));
        assert!(matches!(
            SamplePlan::new(10, 0),
            Err(MeasureError::TooFew { .. })
        ));
        let table = Array2::zeros((5, 2));
        let paired = Paired::new(table.view(), table.view())?;
        for plan in [SamplePlan::new(2, 3)?, SamplePlan::new(usize::MAX, 2)?] {
            let refused = over_samples(&paired, plan, Measure::Auc);
            assert!(matches!(
                refused,
                Err(MeasureError::TooFewTrials { trials: 5, .. })
            ));
        }
        // Everything equal: no difference, no sensitivity, chance.
        let plan = SamplePlan::new(2, 2)?;
        for (measure, wanted) in [
            (Measure::RawDifference, 0.0),
            (Measure::DPrime(DPrimeForm::Paired), 0.0),
            (Measure::DPrime(DPrimeForm::Classical), 0.0),
            (Measure::Auc, 0.5),
            (Measure::AucSensitivity, 0.0),
        ] {
            let found = over_samples(&paired, plan, measure)?;
            assert!(found.values().iter().all(|&cell| cell == Some(wanted)));
        }
        Ok(())
    }

    #[test]
    fn bad_values_are_refused() {
        let refused = SampleValues::new(array![[Some(1.0), Some(f64::NAN)]]);
        assert!(matches!(
            refused,
            Err(MeasureError::BadCell { row: 0, age: 2, .. })
        ));
        let empty = SampleValues::new(Array2::from_elem((0, 1), None));
        assert!(matches!(empty, Err(MeasureError::Empty { .. })));
    }

    proptest! {
        /// Of counts, what is residue is 0, and all else has the bits of floating point: of numbers so small residues are below
        /// 1e-12, and what is none far above.
        #[test]
        fn residues_are_zero_and_all_else_as_before(
            cells in prop::collection::vec((0..=3_u64, 0..=3_u64), 12),
            of in prop::sample::select(vec![[7, 7], [10, 10], [7, 5]]),
        ) {
            let shares = |(trial, _): (usize, usize)| {
                let (real, pseudo) = cells[trial];
                ([real, of[0]], [pseudo, of[1]])
            };
            let value = |share: [u64; 2]| share[0] as f64 / share[1] as f64;
            let real = Array2::from_shape_fn((12, 1), |at| value(shares(at).0));
            let pseudo = Array2::from_shape_fn((12, 1), |at| value(shares(at).1));
            let paired = Paired::new(real.view(), pseudo.view()).unwrap();
            for (samples, each) in [(1, 12), (2, 6), (3, 4), (4, 3), (6, 2)] {
                let plan = SamplePlan::new(samples, each).unwrap();
                for measure in [
                    Measure::RawDifference,
                    Measure::DPrime(DPrimeForm::Paired),
                    Measure::DPrime(DPrimeForm::Classical),
                    Measure::AucSensitivity,
                ] {
                    let numbers = |values: SampleValues| {
                        let at = values.summary()[0];
                        [at.mean, at.standard_error, at.median]
                    };
                    let plain = numbers(over_samples(&paired, plan, measure).unwrap());
                    let found = numbers(over_shares(&paired, plan, measure, shares).unwrap());
                    for (plain, found) in plain.into_iter().zip(found) {
                        let expected = plain.map(|value| if value.abs() < 1e-12 { 0.0 } else { value });
                        prop_assert_eq!(found, expected, "{:?} of {:?}", measure, &cells);
                    }
                }
            }
        }

        /// Every sample equals the whole-table measure of its own trials, and surplus trials change nothing.
        #[test]
        fn samples_are_blocks(cells in prop::collection::vec((0..=20_u8, 0..=20_u8), 14)) {
            let real = Array2::from_shape_fn((7, 2), |(i, j)| f64::from(cells[2 * i + j].0) / 20.0);
            let pseudo = Array2::from_shape_fn((7, 2), |(i, j)| f64::from(cells[2 * i + j].1) / 20.0);
            let paired = Paired::new(real.view(), pseudo.view()).unwrap();
            let plan = SamplePlan::new(2, 3).unwrap();
            for (sample, rows) in [0..3, 3..6].into_iter().enumerate() {
                let r = real.slice(s![rows.clone(), ..]);
                let p = pseudo.slice(s![rows, ..]);
                let block = Paired::new(r, p).unwrap();
                for form in [DPrimeForm::Paired, DPrimeForm::Classical] {
                    let found = over_samples(&paired, plan, Measure::DPrime(form)).unwrap();
                    prop_assert_eq!(found.values().row(sample).to_vec(), d_prime(&block, form));
                }
                let rd = over_samples(&paired, plan, Measure::RawDifference).unwrap();
                let area = over_samples(&paired, plan, Measure::Auc).unwrap();
                for age in 0..2 {
                    prop_assert_eq!(rd.values()[[sample, age]], Some(block.raw_difference()[age]));
                    let wanted = auc(&r.column(age).to_vec(), &p.column(age).to_vec()).unwrap();
                    prop_assert_eq!(area.values()[[sample, age]], Some(wanted));
                }
            }
        }
    }
}
