//! Means of differences of shares, exact: integers are summed first, and divided last.

use std::collections::BTreeMap;

use ndarray::Array2;

use super::{MeasureError, SamplePlan, SampleValues, Share};

/// A count of what was right, of how many: their share is `of[0] / of[1]`.
pub type Count = [u32; 2];

/// The mean of `first - second` over pairs of shares; 0 for none. A share of nothing is that of 1, as for accuracies.
#[must_use]
pub fn mean_difference(pairs: impl Iterator<Item = (Count, Count)>) -> f64 {
    let mut count = 0_u32;
    let wide = |count: Count| count.map(u64::from);
    let sums = sums(pairs.map(|(first, second)| {
        count += 1;
        (wide(first), wide(second))
    }));
    if sums.is_empty() {
        return 0.0;
    }
    let count = f64::from(count);
    match whole(&sums) {
        Some((sum, of)) => sum as f64 / (of as f64 * count),
        // Too many different denominators for one of 128 bits.
        None => {
            sums.iter()
                .map(|(&of, &sum)| sum as f64 / of as f64)
                .sum::<f64>()
                / count
        }
    }
}

/// Whether the shares of the first have the sum of those of the second; not where 128 bits are too few to tell.
pub(super) fn have_one_sum(pairs: &[(Share, Share)]) -> bool {
    let sums = sums(pairs.iter().copied());
    sums.is_empty() || whole(&sums).is_some_and(|(sum, _)| sum == 0)
}

/// First less second, by what they are shares of; without those that are zero.
fn sums(pairs: impl Iterator<Item = (Share, Share)>) -> BTreeMap<u64, i128> {
    let mut sums: BTreeMap<u64, i128> = BTreeMap::new();
    for (first, second) in pairs {
        *sums.entry(first[1].max(1)).or_default() += i128::from(first[0]);
        *sums.entry(second[1].max(1)).or_default() -= i128::from(second[0]);
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

/// The sum of all fractions as one.
fn whole(sums: &BTreeMap<u64, i128>) -> Option<(i128, i128)> {
    sums.iter()
        .try_fold((0_i128, 1_i128), |(sum, of), (&other, &more)| {
            let other = i128::from(other);
            let shared = greatest(of, other);
            let common = of.checked_mul(other / shared)?;
            let sum = sum.checked_mul(common / of)?;
            let more = more.checked_mul(common / other)?;
            Some((sum.checked_add(more)?, common))
        })
}

/// The greatest common divisor of two positive numbers.
fn greatest(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Raw differences of samples and their means, of counts by (trial, age): `ages` of them.
///
/// # Errors
/// [`MeasureError`] if there is no age.
pub fn raw_differences(
    plan: SamplePlan,
    ages: usize,
    counts: impl Fn((usize, usize)) -> (Count, Count),
) -> Result<SampleValues, MeasureError> {
    let each = plan.trials_each();
    let of = |trials: std::ops::Range<usize>, age| {
        mean_difference(trials.map(|trial| counts((trial, age))))
    };
    let shape = (plan.samples(), ages);
    let values = Array2::from_shape_fn(shape, |(sample, age)| {
        Some(of(sample * each..(sample + 1) * each, age))
    });
    let means = (0..ages).map(|age| of(0..plan.trials(), age));
    Ok(SampleValues::new(values)?.with_means(means.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cancels_is_zero() {
        // In floating point such sums leave residues of 1e-17.
        let pairs = [(3, 2), (1, 7), (9, 4), (2, 2)].map(|(a, b)| ([a, 10], [b, 10]));
        assert_eq!(mean_difference(pairs.into_iter()), 0.0);
        assert_ne!(0.1 + 0.2 - 0.3, 0.0);
        let three = [([1, 10], [0, 10]), ([2, 10], [0, 10]), ([0, 10], [3, 10])];
        assert_eq!(mean_difference(three.into_iter()), 0.0);
        // 1/2 + 1/3 - 5/6, and thirds of different wholes.
        let mixed = [([1, 2], [5, 6]), ([1, 3], [0, 7]), ([2, 6], [7, 21])];
        assert_eq!(mean_difference(mixed.into_iter()), 0.0);
        assert_eq!(mean_difference(std::iter::empty()), 0.0);
    }

    #[test]
    fn what_does_not_is_divided_once() {
        let pairs = [([7, 100], [4, 100]), ([9, 100], [5, 100])];
        assert_eq!(mean_difference(pairs.into_iter()), 7.0 / 200.0);
        assert_eq!(mean_difference([([1, 0], [0, 0])].into_iter()), 1.0);
        // Denominators whose product has more than 128 bits.
        let primes = [
            4_294_967_291_u32,
            4_294_967_279,
            4_294_967_231,
            4_294_967_197,
            4_294_967_189,
        ];
        let many = primes.map(|of| ([of / 2, of], [0, 1]));
        assert!((mean_difference(many.into_iter()) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn samples_and_their_means() -> Result<(), MeasureError> {
        let overlaps = [
            [(3, 2), (1, 1)],
            [(2, 3), (5, 1)],
            [(8, 1), (0, 0)],
            [(1, 8), (0, 4)],
        ];
        let plan = SamplePlan::new(2, 2)?;
        let found = raw_differences(plan, 2, |(trial, age)| {
            let (a, b) = overlaps[trial][age];
            ([a, 10], [b, 10])
        })?;
        assert_eq!(found.values().row(0).to_vec(), [Some(0.0), Some(0.2)]);
        assert_eq!(found.values().row(1).to_vec(), [Some(0.0), Some(-0.2)]);
        let summary = found.summary();
        assert_eq!([summary[0].mean, summary[1].mean], [Some(0.0); 2]);
        assert_eq!(found.means()?, [0.0, 0.0]);
        Ok(())
    }
}
