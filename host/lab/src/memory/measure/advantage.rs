//! At which ages one network is significantly better than another.

use super::stats::{largest, mean_and_deviation, negligible, standardised};
use super::{Deviation, MeasureError, SampleValues, t_quantile};

/// How the two networks are compared. The default is the authors': level 0.99, population deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdvantageTest {
    level: f64,
    deviation: Deviation,
}

impl AdvantageTest {
    /// A one-tailed test at `level` (0.5 < level < 1, e.g. 0.99), with the given deviation of the differences.
    ///
    /// The population deviation makes t larger than Student's by sqrt(n / (n - 1)), so that at n = 10 and level 0.99 a
    /// true null is rejected in 1.27 % of cases on each side, not 1 %; [`Deviation::Sample`] gives the exact test.
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] for another level.
    pub fn new(level: f64, deviation: Deviation) -> Result<Self, MeasureError> {
        if level > 0.5 && level < 1.0 {
            return Ok(Self { level, deviation });
        }
        Err(MeasureError::OutOfRange {
            what: "level of the advantage test",
            range: "between 0.5 and 1, both excluded",
            value: level,
        })
    }

    /// The level, 0.99 by default.
    #[must_use]
    pub const fn level(self) -> f64 {
        self.level
    }

    /// The deviation of the differences.
    #[must_use]
    pub const fn deviation(self) -> Deviation {
        self.deviation
    }
}

impl Default for AdvantageTest {
    fn default() -> Self {
        Self {
            level: 0.99,
            deviation: Deviation::Population,
        }
    }
}

/// The verdict at one age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Better {
    /// The first network is significantly better.
    First,
    /// The second network is significantly better.
    Second,
    /// Neither is.
    Neither,
    /// Fewer than two pairs of defined values: nothing can be said.
    Untested,
}

/// The test at one age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdvantageAge {
    /// The verdict.
    pub better: Better,
    /// Mean difference first - second over the pairs; `None` without pairs.
    pub difference: Option<f64>,
    /// The t statistic; `None` if untested, or infinite (equal non-zero differences).
    pub t: Option<f64>,
    /// The critical value for this number of pairs; `None` if untested.
    pub critical: Option<f64>,
    /// Pairs of samples in which both values are defined.
    pub pairs: usize,
    /// Pairs left out because one value is undefined.
    pub left_out: usize,
}

/// The tests of all ages; entry 0 is age 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Advantage {
    /// One entry per age.
    pub ages: Vec<AdvantageAge>,
}

impl Advantage {
    /// The ages (from 1, rising) with this verdict.
    #[must_use]
    pub fn ages_of(&self, better: Better) -> Vec<usize> {
        let ages = (1..).zip(&self.ages);
        ages.filter(|(_, age)| age.better == better)
            .map(|(number, _)| number)
            .collect()
    }

    /// At how many ages this is the verdict.
    #[must_use]
    pub fn count(&self, better: Better) -> usize {
        self.ages.iter().filter(|age| age.better == better).count()
    }

    /// Pairs left out as undefined, over all ages.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.ages.iter().map(|age| age.left_out).sum()
    }
}

/// One-tailed t tests over samples, in both directions, per age: t = mean(diff) / (std(diff) / sqrt(n)) against
/// t.ppf(level, n - 1), where diff = first - second, samples paired by index (the networks are independent).
///
/// * A pair with an undefined value (d' of zero spread) is left out, n and the critical value follow, and `left_out`
///   counts it. With fewer than two pairs the age is [`Better::Untested`].
/// * Zero spread of the differences: a non-zero mean is significant (t = None, it is infinite), a zero mean is not (t = 0).
///
/// Source: paper section 2, the bars of the sensitivity figures. The two directions are two tests: their joint level is
/// 2 (1 - level) per age, and ages are not corrected for their number.
///
/// # Errors
/// [`MeasureError::ShapeMismatch`] if samples or ages differ; [`MeasureError::TooFew`] for a single sample.
pub fn advantage(
    first: &SampleValues,
    second: &SampleValues,
    test: AdvantageTest,
) -> Result<Advantage, MeasureError> {
    let (a, b) = (first.values(), second.values());
    if a.dim() != b.dim() {
        return Err(MeasureError::ShapeMismatch {
            first: a.dim(),
            second: b.dim(),
        });
    }
    let samples = first.samples();
    if samples < 2 {
        return Err(MeasureError::TooFew {
            what: "samples for an advantage test",
            needed: 2,
            got: samples,
        });
    }
    // Critical values by number of pairs, from 2 up.
    let critical = (2..=samples)
        .map(|pairs| t_quantile(test.level, (pairs - 1) as f64))
        .collect::<Result<Vec<f64>, MeasureError>>()?;
    let columns = a.columns().into_iter().zip(b.columns());
    let ages = columns.map(|(x, y)| {
        let pairs: Vec<(f64, f64)> = x.iter().zip(y).filter_map(|(x, y)| (*x).zip(*y)).collect();
        let critical = pairs.len().checked_sub(2).map(|index| critical[index]);
        one_age(&pairs, samples - pairs.len(), critical, test.deviation)
    });
    Ok(Advantage {
        ages: ages.collect(),
    })
}

fn one_age(
    pairs: &[(f64, f64)],
    left_out: usize,
    critical: Option<f64>,
    kind: Deviation,
) -> AdvantageAge {
    let differences: Vec<f64> = pairs.iter().map(|(x, y)| x - y).collect();
    let mut age = AdvantageAge {
        better: Better::Untested,
        difference: differences.first().copied(),
        t: None,
        critical,
        pairs: pairs.len(),
        left_out,
    };
    let Some(critical) = critical else {
        return age;
    };
    let scale = pairs
        .iter()
        .map(|(x, y)| largest(&[*x, *y]))
        .fold(0.0, f64::max);
    let (difference, deviation) = mean_and_deviation(&differences, kind);
    let root_n = libm::sqrt(pairs.len() as f64);
    age.difference = Some(difference);
    // Standardised by the deviation first, so that the rule of vanishing spread sees the spread itself.
    age.t = standardised(difference, deviation, scale).map(|ratio| ratio * root_n);
    age.better = match age.t {
        Some(t) if t > critical => Better::First,
        Some(t) if t < -critical => Better::Second,
        Some(_) => Better::Neither,
        None if negligible(difference, scale) => Better::Neither,
        None if difference > 0.0 => Better::First,
        None => Better::Second,
    };
    age
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};
    use proptest::prelude::*;

    fn table(values: Array2<Option<f64>>) -> SampleValues {
        SampleValues::new(values).unwrap()
    }

    #[test]
    fn verdicts() -> Result<(), MeasureError> {
        // Columns: clear win; clear loss; noise; constant win; constant loss; equal; one pair undefined; all undefined.
        let first = table(array![
            [
                Some(9.0),
                Some(1.0),
                Some(1.0),
                Some(0.3),
                Some(0.1),
                Some(2.0),
                None,
                None
            ],
            [
                Some(9.1),
                Some(1.1),
                Some(2.0),
                Some(0.4),
                Some(0.2),
                Some(3.0),
                Some(9.0),
                None
            ],
            [
                Some(9.2),
                Some(1.2),
                Some(3.0),
                Some(0.5),
                Some(0.3),
                Some(4.0),
                Some(9.1),
                Some(1.0)
            ],
        ]);
        let second = table(array![
            [
                Some(1.0),
                Some(9.0),
                Some(2.0),
                Some(0.1),
                Some(0.3),
                Some(2.0),
                Some(1.0),
                Some(1.0)
            ],
            [
                Some(1.0),
                Some(9.0),
                Some(2.0),
                Some(0.2),
                Some(0.4),
                Some(3.0),
                Some(1.0),
                Some(1.0)
            ],
            [
                Some(1.0),
                Some(9.0),
                Some(2.0),
                Some(0.3),
                Some(0.5),
                Some(4.0),
                Some(1.0),
                Some(1.0)
            ],
        ]);
        let found = advantage(&first, &second, AdvantageTest::default())?;
        assert_eq!(found.ages_of(Better::First), [1, 4, 7]);
        assert_eq!(found.ages_of(Better::Second), [2, 5]);
        assert_eq!(found.ages_of(Better::Neither), [3, 6]);
        assert_eq!(found.ages_of(Better::Untested), [8]);
        assert_eq!((found.count(Better::First), found.left_out()), (3, 3));
        assert_eq!(found.ages[3].t, None);
        assert_eq!(found.ages[5].t, Some(0.0));
        assert_eq!((found.ages[6].pairs, found.ages[6].left_out), (2, 1));
        assert_eq!(found.ages[6].critical, Some(t_quantile(0.99, 1.0)?));
        assert_eq!(
            (found.ages[7].pairs, found.ages[7].difference),
            (1, Some(0.0))
        );
        Ok(())
    }

    #[test]
    fn statistic_closed_form() -> Result<(), MeasureError> {
        // Differences 1, 3: mean 2, population std 1, t = 2 sqrt 2; sample std sqrt 2, t = 2.
        let first = table(array![[Some(1.0)], [Some(3.0)]]);
        let second = table(array![[Some(0.0)], [Some(0.0)]]);
        let population = advantage(&first, &second, AdvantageTest::default())?;
        assert!((population.ages[0].t.unwrap() - 8.0_f64.sqrt()).abs() < 1e-15);
        let sample = advantage(
            &first,
            &second,
            AdvantageTest::new(0.95, Deviation::Sample)?,
        )?;
        assert!((sample.ages[0].t.unwrap() - 2.0).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn bad_input() {
        let two = table(Array2::from_elem((2, 1), Some(0.0)));
        let wide = table(Array2::from_elem((2, 2), Some(0.0)));
        let one = table(Array2::from_elem((1, 1), Some(0.0)));
        let test = AdvantageTest::default();
        assert!(matches!(
            advantage(&two, &wide, test),
            Err(MeasureError::ShapeMismatch { .. })
        ));
        assert!(matches!(
            advantage(&one, &one, test),
            Err(MeasureError::TooFew { .. })
        ));
        for level in [0.5, 1.0, 0.0, f64::NAN] {
            assert!(AdvantageTest::new(level, Deviation::Population).is_err());
        }
    }

    proptest! {
        #[test]
        fn swapping_swaps_the_verdict(cells in prop::collection::vec((0..6_u8, 0..6_u8), 10)) {
            let value = |n: u8| (n > 0).then(|| f64::from(n) / 10.0);
            let first = table(Array2::from_shape_fn((5, 2), |(i, j)| value(cells[2 * i + j].0)));
            let second = table(Array2::from_shape_fn((5, 2), |(i, j)| value(cells[2 * i + j].1)));
            let forth = advantage(&first, &second, AdvantageTest::default()).unwrap();
            let back = advantage(&second, &first, AdvantageTest::default()).unwrap();
            prop_assert_eq!(forth.ages_of(Better::First), back.ages_of(Better::Second));
            prop_assert_eq!(forth.ages_of(Better::Second), back.ages_of(Better::First));
            prop_assert_eq!(forth.ages_of(Better::Untested), back.ages_of(Better::Untested));
            for age in &forth.ages {
                prop_assert_eq!(age.pairs + age.left_out, 5);
                prop_assert!(age.t.is_none_or(f64::is_finite));
            }
        }
    }
}
