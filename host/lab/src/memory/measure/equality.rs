//! Whether two networks have the same curve: a test at every age, and two that look at all ages together.

use super::roots::Exact;
use super::stats::{mean, mean_and_variance, negligible};
use super::{Deviation, MeasureError, SampleValues, t_quantile};

/// One age, or bin of ages, of two curves compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EqualityAge {
    /// Mean of the first less mean of the second; `None` if a row of either is undefined here.
    pub difference: Option<f64>,
    /// Its standard error (Welch); `None` where there is no difference.
    pub error: Option<f64>,
}

impl EqualityAge {
    /// Difference in standard errors; `None` where it is undefined or its error is 0.
    #[must_use]
    pub fn t(&self) -> Option<f64> {
        let (difference, error) = (self.difference?, self.error?);
        (error > 0.0).then(|| difference / error)
    }
}

/// How far two curves lie apart, age by age.
#[derive(Debug, Clone, PartialEq)]
pub struct Equality {
    /// Entry 0 is age 1, or the first bin.
    pub ages: Vec<EqualityAge>,
    /// |t| that any of the ages of two equal networks exceeds with a probability of at most the level asked for: the
    /// quantile of Student's t at level / ages, two-sided (Bonferroni).
    pub critical: f64,
    /// Ages with |t| above `critical`, or with a difference where neither curve scatters: 0 is expected.
    pub beyond: usize,
    /// Mean over ages of t squared, divided by what is expected of equal networks: df / (df - 2) for Student's t with
    /// 2 (rows - 1) degrees of freedom. 1 is expected. `None` without an age that has a t.
    pub mean_squared_t: Option<f64>,
    /// The entry with the largest |t|, from 0, and that t.
    pub worst: Option<(usize, f64)>,
}

impl SampleValues {
    /// Means over every `width` neighbouring ages (the last bin may hold fewer), row by row; a bin with an undefined age
    /// is undefined.
    ///
    /// # Errors
    /// [`MeasureError::TooFew`] for a width of 0.
    pub fn binned(&self, width: usize) -> Result<Self, MeasureError> {
        if width == 0 {
            return Err(MeasureError::TooFew {
                what: "ages in a bin",
                needed: 1,
                got: 0,
            });
        }
        let values = self.values();
        let bins = self.ages().div_ceil(width);
        let bin = |(row, bin): (usize, usize)| {
            let last = self.ages().min((bin + 1) * width);
            let cells = (bin * width..last).map(|age| values[[row, age]]);
            Some(mean(&cells.collect::<Option<Vec<f64>>>()?))
        };
        let exact = |(row, bin): (usize, usize)| {
            let last = self.ages().min((bin + 1) * width);
            let cells = (bin * width..last).map(|age| self.exact((row, age)));
            Exact::mean(&cells.collect::<Option<Vec<Exact>>>()?)
        };
        let binned = ndarray::Array2::from_shape_fn((self.samples(), bins), bin);
        Ok(Self::new(binned)?.with_exact(exact))
    }
}

/// Compares two curves, each given by independent rows (trials, or samples of trials) of one value per age.
///
/// Every age is tested by Welch's t, which is the pooled t where both have as many rows; `level`, such as .001, is the
/// probability that two equal networks are found apart at any age. Neighbouring ages share networks: their t are
/// correlated, which leaves the level an upper bound and the mean squared t with an expectation of 1, but lets that scatter
/// more than that of independent ages would. A difference that is spread over all ages and small at each is seen by the same
/// test on [`SampleValues::binned`] curves, down to a single bin.
///
/// # Errors
/// [`MeasureError::ShapeMismatch`] unless both tables have one shape; [`MeasureError::TooFew`] with fewer than 3 rows, of
/// which no t has a variance; [`MeasureError::OutOfRange`] unless `level` is above 0 and below 1.
pub fn equality(
    first: &SampleValues,
    second: &SampleValues,
    level: f64,
) -> Result<Equality, MeasureError> {
    let shape = |values: &SampleValues| (values.samples(), values.ages());
    if shape(first) != shape(second) {
        return Err(MeasureError::ShapeMismatch {
            first: shape(first),
            second: shape(second),
        });
    }
    let rows = first.samples();
    if rows < 3 {
        return Err(MeasureError::TooFew {
            what: "trials or samples for a comparison",
            needed: 3,
            got: rows,
        });
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(MeasureError::OutOfRange {
            what: "level",
            range: "above 0 and below 1",
            value: level,
        });
    }
    let freedom = 2.0 * (rows as f64 - 1.0);
    let critical = -t_quantile(level / (2.0 * first.ages() as f64), freedom)?;
    let (mut beyond, mut worst, mut squares) = (0, None::<(usize, f64)>, Vec::new());
    let (one, other) = (first.values(), second.values());
    let columns = one.columns().into_iter().zip(other.columns());
    let mut ages = Vec::with_capacity(first.ages());
    let is_equal = |age: usize| {
        let exact = |values: &SampleValues, row| values.exact((row, age));
        let firsts = (0..rows).map(|row| exact(first, row));
        let seconds = (0..rows).map(|row| Some(exact(second, row)?.negated()));
        let both: Option<Vec<Exact>> = firsts.chain(seconds).collect();
        both.is_some_and(|both| Exact::cancel(&both))
    };
    for (index, (one, other)) in columns.enumerate() {
        let whole = |column: ndarray::ArrayView1<'_, Option<f64>>| {
            column.iter().copied().collect::<Option<Vec<f64>>>()
        };
        let (Some(one), Some(other)) = (whole(one), whole(other)) else {
            ages.push(EqualityAge {
                difference: None,
                error: None,
            });
            continue;
        };
        let (a, a_variance) = mean_and_variance(&one, Deviation::Sample);
        let (b, b_variance) = mean_and_variance(&other, Deviation::Sample);
        let difference = if is_equal(index) { 0.0 } else { a - b };
        let scale = a.abs().max(b.abs());
        let mut error = libm::sqrt((a_variance + b_variance) / rows as f64);
        if negligible(error, scale) {
            error = 0.0;
            beyond += usize::from(!negligible(difference, scale));
        }
        let age = EqualityAge {
            difference: Some(difference),
            error: Some(error),
        };
        if let Some(t) = age.t() {
            squares.push(t * t);
            beyond += usize::from(t.abs() > critical);
            if worst.is_none_or(|(_, most)| t.abs() > most.abs()) {
                worst = Some((index, t));
            }
        }
        ages.push(age);
    }
    let expected = freedom / (freedom - 2.0);
    Ok(Equality {
        ages,
        critical,
        beyond,
        mean_squared_t: (!squares.is_empty()).then(|| mean(&squares) / expected),
        worst,
    })
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use slotless_core::rng::{self, Purpose};

    use super::*;

    fn values(table: Array2<f64>) -> SampleValues {
        SampleValues::new(table.mapv(Some)).unwrap()
    }

    /// Rows of normal numbers (sums of 12 uniform ones), `shift` above 0.
    fn normal(rows: usize, ages: usize, number: u32, shift: f64) -> SampleValues {
        let mut rng = rng::stream(4, Purpose(950), 0, number);
        let mut uniform = || f64::from(rng::below(&mut rng, 1 << 24)) / f64::from(1 << 24);
        values(Array2::from_shape_fn((rows, ages), |_| {
            (0..12).map(|_| uniform()).sum::<f64>() - 6.0 + shift
        }))
    }

    #[test]
    fn by_hand() {
        let first = values(array![[1.0, 5.0, 2.0], [2.0, 5.0, 2.0], [3.0, 5.0, 2.0]]);
        let second = values(array![[2.0, 5.0, 3.0], [3.0, 5.0, 3.0], [7.0, 5.0, 3.0]]);
        let found = equality(&first, &second, 0.05).unwrap();
        // Variances 1 and 7 of three rows each: error sqrt(8/3), difference -2. Degrees of freedom 4.
        let t = -2.0 / (8.0f64 / 3.0).sqrt();
        assert!((found.ages[0].t().unwrap() - t).abs() < 1e-15);
        assert!((found.mean_squared_t.unwrap() - t * t / 2.0).abs() < 1e-15);
        assert_eq!(found.worst.map(|(index, _)| index), Some(0));
        // Equal without scatter is equal; different without scatter is different.
        assert_eq!(
            (found.ages[1].difference, found.ages[1].t()),
            (Some(0.0), None)
        );
        assert_eq!(
            (found.ages[2].difference, found.ages[2].t()),
            (Some(-1.0), None)
        );
        assert_eq!(found.beyond, 1);
        // .05 / 3 two-sided of Student's t with 4 degrees: 3.961 (tables of Bonferroni's t).
        assert!((found.critical - 3.961).abs() < 5e-4, "{}", found.critical);
    }

    #[test]
    fn equal_networks_are_equal_and_others_are_not() {
        let mut squares = Vec::new();
        for number in 0..20 {
            let (first, second) = (
                normal(20, 200, 2 * number, 0.0),
                normal(20, 200, 2 * number + 1, 0.0),
            );
            let found = equality(&first, &second, 0.001).unwrap();
            assert_eq!(found.beyond, 0);
            squares.push(found.mean_squared_t.unwrap());
            // A shift that no age shows by itself is seen over all ages, and one of an error an age in the square.
            let shifted = normal(20, 200, 100 + number, 0.12);
            let all = |values: &SampleValues| values.binned(200).unwrap();
            assert_eq!(equality(&first, &shifted, 0.001).unwrap().beyond, 0);
            assert_eq!(
                equality(&all(&first), &all(&shifted), 0.001)
                    .unwrap()
                    .beyond,
                1
            );
            let shifted = equality(&first, &normal(20, 200, 200 + number, 0.4), 0.001).unwrap();
            assert!(shifted.mean_squared_t.unwrap() > 1.4);
            let far = equality(&first, &normal(20, 200, 300 + number, 2.5), 0.001).unwrap();
            assert!(far.beyond > 150, "{}", far.beyond);
        }
        // 4,000 squares of t with 38 degrees, each with a variance of about 2.4.
        assert!(
            (mean(&squares) - 1.0).abs() < 4.0 * (2.4f64 / 4000.0).sqrt(),
            "{squares:?}"
        );
    }

    #[test]
    fn undefined_ages_are_left_out() {
        let first = SampleValues::new(array![
            [Some(1.0), None, Some(1.0), Some(2.0)],
            [Some(2.0), Some(1.0), Some(2.0), Some(4.0)],
            [Some(3.0), Some(1.0), Some(6.0), Some(5.0)],
        ])
        .unwrap();
        let found = equality(&first, &first, 0.01).unwrap();
        assert_eq!(
            found.ages[1],
            EqualityAge {
                difference: None,
                error: None
            }
        );
        assert_eq!((found.beyond, found.mean_squared_t), (0, Some(0.0)));
        let binned = first.binned(3).unwrap();
        assert_eq!(
            binned.values(),
            array![
                [None, Some(2.0)],
                [Some(5.0 / 3.0), Some(4.0)],
                [Some(10.0 / 3.0), Some(5.0)]
            ]
        );
        assert!(matches!(first.binned(0), Err(MeasureError::TooFew { .. })));
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let table = |rows, ages| values(Array2::zeros((rows, ages)));
        assert!(matches!(
            equality(&table(3, 2), &table(3, 1), 0.1),
            Err(MeasureError::ShapeMismatch { .. })
        ));
        assert!(matches!(
            equality(&table(2, 2), &table(2, 2), 0.1),
            Err(MeasureError::TooFew { got: 2, .. })
        ));
        for level in [0.0, 1.0, -1.0, f64::NAN] {
            assert!(matches!(
                equality(&table(3, 2), &table(3, 2), level),
                Err(MeasureError::OutOfRange { .. })
            ));
        }
    }
}
