//! Measures as integers, by which it is decided exactly whether one is zero and whether two are equal.
//!
//! Scores that are shares of whole numbers make d' a sum over the square root of another, `sum / sqrt(of)`. Computed in floating
//! point, equal counts leave 1e-17 where nothing is meant; here they are told by their integers, and no threshold decides.

use super::auc::{AUC_CLIP, twice_wins};
use super::{DPrimeForm, Measure};

/// A score as a share of whole numbers: `of[0] / of[1]`; of nothing it is that of 1.
pub type Share = [u64; 2];

/// What a number is exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exact {
    /// `sum / sqrt(of)`, of one or more.
    Root { sum: i128, of: u128 },
    /// A strictly rising odd function of this, of which nothing else is known.
    Odd(i128),
}

impl Exact {
    pub(super) const ZERO: Self = Self::Root { sum: 0, of: 1 };

    /// A measure of shares of real and pseudo-patterns, equally many; `None` where it has no value, or where 128 bits are too few.
    pub(super) fn of(measure: Measure, pairs: &[(Share, Share)]) -> Option<Self> {
        match measure {
            Measure::RawDifference => {
                let (numbers, whole) = integers(pairs)?;
                let of = whole.checked_mul(pairs.len() as i128)?;
                let of = u128::try_from(of).ok()?.checked_pow(2)?;
                Some(Self::Root {
                    sum: total(numbers.iter().map(|(real, pseudo)| real - pseudo))?,
                    of,
                })
            }
            Measure::DPrime(form) => {
                let (numbers, _) = integers(pairs)?;
                let of = match form {
                    DPrimeForm::Paired => scatter(numbers.iter().map(|(r, p)| r - p)),
                    // Without the root of two, which all of them have.
                    DPrimeForm::Classical => scatter(numbers.iter().map(|pair| pair.0))?
                        .checked_add(scatter(numbers.iter().map(|pair| pair.1))?),
                }?;
                let sum = total(numbers.iter().map(|(real, pseudo)| real - pseudo))?;
                (of > 0).then_some(Self::Root { sum, of })
            }
            Measure::Auc => None,
            Measure::AucSensitivity => {
                let (real, pseudo): (Vec<Share>, Vec<Share>) = pairs.iter().copied().unzip();
                let [real, pseudo] =
                    [real, pseudo].map(|list| list.into_iter().map(value).collect::<Vec<f64>>());
                let most = (real.len() as i128).checked_mul(pseudo.len() as i128)?;
                let wins = i128::from(twice_wins(&real, &pseudo));
                let area = wins as f64 / (2.0 * most as f64);
                Some(Self::Odd(if area < AUC_CLIP {
                    -most
                } else if area > 1.0 - AUC_CLIP {
                    most
                } else {
                    wins - most
                }))
            }
        }
    }

    /// A share of a whole number, or a sum of shares of it.
    pub(super) fn share([sum, of]: Share) -> Option<Self> {
        Some(Self::Root {
            sum: sum.into(),
            of: u128::from(of.max(1)).checked_pow(2)?,
        })
    }

    /// The mean of numbers that are shares of one whole.
    pub(super) fn mean(numbers: &[Self]) -> Option<Self> {
        let &Self::Root { of, .. } = numbers.first()? else {
            return None;
        };
        let sums = numbers.iter().map(|one| match *one {
            Self::Root { sum, of: other } if other == of => Some(sum),
            _ => None,
        });
        let sums: Vec<i128> = sums.collect::<Option<_>>()?;
        let count = (numbers.len() as u128).checked_pow(2)?;
        Some(Self::Root {
            sum: total(sums.into_iter())?,
            of: of.checked_mul(count)?,
        })
    }

    pub(super) const fn negated(self) -> Self {
        match self {
            Self::Root { sum, of } => Self::Root { sum: -sum, of },
            Self::Odd(number) => Self::Odd(-number),
        }
    }

    /// Whether all of them are one number.
    pub(super) fn all_equal(numbers: &[Self]) -> bool {
        numbers
            .windows(2)
            .all(|pair| Self::cancel(&[pair[0], pair[1].negated()]))
    }

    /// Whether the sum of all is exactly zero; not where that cannot be told.
    pub(super) fn cancel(numbers: &[Self]) -> bool {
        sum_is_zero(numbers) == Some(true)
    }
}

/// Roots of whole numbers without a common square are independent of each other: their multiples have a sum of zero only if those
/// of each have.
fn sum_is_zero(numbers: &[Exact]) -> Option<bool> {
    let mut roots: Vec<Multiple> = Vec::new();
    let mut odd: Vec<i128> = Vec::new();
    for number in numbers {
        match *number {
            Exact::Root { sum: 0, .. } | Exact::Odd(0) => {}
            Exact::Root { sum, of } => {
                let found = roots
                    .iter_mut()
                    .find_map(|root| Some((ratio(root.of, of)?, root)));
                match found {
                    Some((ratio, root)) => root.add(sum, ratio)?,
                    None => roots.push(Multiple {
                        of,
                        times: (sum, 1),
                    }),
                }
            }
            Exact::Odd(number) => match odd.iter().position(|&other| other == -number) {
                Some(place) => {
                    odd.swap_remove(place);
                }
                None => odd.push(number),
            },
        }
    }
    Some(odd.is_empty() && roots.iter().all(|root| root.times.0 == 0))
}

/// `times / sqrt(of)`.
struct Multiple {
    of: u128,
    times: (i128, i128),
}

impl Multiple {
    /// Adds `sum / sqrt(other)`, where `sqrt(of / other)` is this ratio.
    fn add(&mut self, sum: i128, ratio: (i128, i128)) -> Option<()> {
        let (above, below) = self.times;
        let (more, of) = (sum.checked_mul(ratio.0)?, ratio.1);
        let shared = greatest(below.unsigned_abs(), of.unsigned_abs());
        let shared = i128::try_from(shared).ok()?;
        let above = above.checked_mul(of / shared)?;
        let more = more.checked_mul(below / shared)?;
        self.times = (above.checked_add(more)?, below.checked_mul(of / shared)?);
        Some(())
    }
}

/// `sqrt(one / other)` where it is a ratio of whole numbers.
fn ratio(one: u128, other: u128) -> Option<(i128, i128)> {
    let shared = greatest(one, other);
    let root = |number: u128| {
        let root = number.isqrt();
        (root * root == number).then(|| i128::try_from(root).ok())?
    };
    Some((root(one / shared)?, root(other / shared)?))
}

/// Shares as numbers of one whole, and that.
fn integers(pairs: &[(Share, Share)]) -> Option<(Vec<(i128, i128)>, i128)> {
    let mut whole = 1_u128;
    for (real, pseudo) in pairs {
        for of in [real[1], pseudo[1]] {
            let of = u128::from(of.max(1));
            whole = whole.checked_mul(of / greatest(whole, of))?;
        }
    }
    let number = |share: Share| {
        let times = whole / u128::from(share[1].max(1));
        i128::try_from(u128::from(share[0]).checked_mul(times)?).ok()
    };
    let numbers = pairs
        .iter()
        .map(|&(real, pseudo)| Some((number(real)?, number(pseudo)?)));
    Some((numbers.collect::<Option<_>>()?, i128::try_from(whole).ok()?))
}

fn total(mut numbers: impl Iterator<Item = i128>) -> Option<i128> {
    numbers.try_fold(0_i128, |sum, number| sum.checked_add(number))
}

/// The variance of n numbers, times n squared.
fn scatter(numbers: impl ExactSizeIterator<Item = i128> + Clone) -> Option<u128> {
    let count = numbers.len() as i128;
    let sum = total(numbers.clone())?;
    let mut squares = 0_i128;
    for number in numbers {
        squares = squares.checked_add(number.checked_mul(number)?)?;
    }
    let scatter = count
        .checked_mul(squares)?
        .checked_sub(sum.checked_mul(sum)?)?;
    u128::try_from(scatter).ok()
}

/// A share as the nearest number.
fn value(share: Share) -> f64 {
    share[0] as f64 / share[1].max(1) as f64
}

/// The greatest common divisor of two numbers, of which one is not zero.
fn greatest(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn root(sum: i128, of: u128) -> Exact {
        Exact::Root { sum, of }
    }

    #[test]
    fn sums_of_roots() {
        // 1/sqrt 2 + 1/sqrt 8 = 3/sqrt 8; and with 3 and 27 beside them.
        let sums = [root(1, 2), root(1, 8), root(-3, 8)];
        assert!(Exact::cancel(&sums));
        assert!(Exact::cancel(&[
            sums[0],
            root(2, 12),
            sums[1],
            root(-3, 27),
            sums[2]
        ]));
        // 1/sqrt 2 + 1/sqrt 3 - 1.2845...: another field's number never cancels them.
        assert!(!Exact::cancel(&[
            root(1, 2),
            root(1, 3),
            root(-128_457, 10_000_000_000)
        ]));
        assert!(!Exact::cancel(&[root(1, 4), root(-1, 9)]));
        assert!(Exact::cancel(&[root(0, 5), Exact::Odd(0)]));
        assert!(Exact::cancel(&[]));
        // sqrt(1/4) = 1/2.
        assert!(Exact::all_equal(&[root(1, 4), root(2, 16), root(7, 196)]));
        assert!(!Exact::all_equal(&[root(1, 4), root(2, 16), root(-7, 196)]));
    }

    #[test]
    fn odd_numbers_cancel_in_pairs_only() {
        let odd = Exact::Odd;
        assert!(Exact::cancel(&[odd(3), odd(-1), odd(-3), odd(1)]));
        assert!(!Exact::cancel(&[odd(1), odd(2), odd(-3)]));
        assert!(!Exact::cancel(&[odd(3), odd(-3), odd(3)]));
        assert!(!Exact::cancel(&[odd(3), root(-3, 1)]));
    }

    #[test]
    fn too_large_is_unknown() {
        let huge = u64::MAX;
        let pairs = [([1, huge], [2, huge - 2]), ([3, huge - 58], [4, huge - 82])];
        assert_eq!(Exact::of(Measure::DPrime(DPrimeForm::Paired), &pairs), None);
        assert!(!Exact::cancel(&[root(i128::MAX, 1), root(i128::MAX, 1)]));
    }

    #[test]
    fn measures_of_shares() {
        let pairs = [([1, 2], [1, 2]), ([1, 1], [1, 2])];
        // Differences 0 and 1/2: mean 1/4, deviation 1/4.
        let found = Exact::of(Measure::DPrime(DPrimeForm::Paired), &pairs).unwrap();
        assert!(Exact::all_equal(&[found, root(1, 1)]), "{found:?}");
        let found = Exact::of(Measure::RawDifference, &pairs).unwrap();
        assert!(Exact::all_equal(&[found, root(1, 16)]), "{found:?}");
        // Of the four pairs one is a win and two are ties, and one is a win again: 6 of 8 half wins.
        let found = Exact::of(Measure::AucSensitivity, &pairs);
        assert_eq!(found, Some(Exact::Odd(2)));
        let equal = [([1, 2], [2, 4]); 3];
        assert_eq!(
            Exact::of(Measure::DPrime(DPrimeForm::Classical), &equal),
            None
        );
    }
}
