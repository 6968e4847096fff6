//! Content: how many bits an answer says about the units of a pattern that were not in its cue.
//!
//! A pattern has R ones among the U units that its cue left out, all sets of R alike before the answer: `log2 binom(U, R)` bits
//! say which. The answer puts each of these units into one of a few classes b, `n_b` of them, `q_b` of which are ones. Who
//! knows the answer can then say the pattern in fewer bits, and what is saved is content:
//!
//! * **unit by unit**, `C = log2 binom(U, R) + sum_b [q_b log2 p_b + (n_b - q_b) log2(1 - p_b)]` (1), a code that takes each unit
//!   of class b for a one with probability p_b;
//! * **by counts**, the same with the number of ones known, which (1) pays for: `C = (1) - log2 P(R)` (2), P being the
//!   probability of R ones in all under these p_b. It is `log2 binom(U, R)` less what the counts `q_b` cost and `sum_b log2
//!   binom(n_b, q_b)` for the ones within the classes.
//!
//! Both are bits of a code that could be written, so that each is a lower bound of the mutual information between answer and
//! pattern (in the mean; Cover and Thomas, Elements of Information Theory, section 5.3) as long as p_b does not come from the
//! pattern itself: it is `(Q + 1/2) / (N + 1)` with the ones Q and the units N of the class in all *other* trials at that age.
//! So nothing need be charged for p_b, and pseudo-patterns give 0 or a little less. One p_b for all trials says less than there is
//! where some trials have the pattern whole and others have lost it, as slots that are replaced at random.

use ndarray::ArrayView2;

use super::MeasureError;

/// Counts by class of some trials: trials x (ages x classes x 2).
#[derive(Clone, Copy, Debug)]
pub struct ClassCounts<'a> {
    counts: ArrayView2<'a, u32>,
    classes: usize,
}

/// Content at one age, in bits, mean over trials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Content {
    /// Unit by unit, equation 1.
    pub by_units: f64,
    /// By counts, equation 2.
    pub by_counts: f64,
    /// Standard error over trials of the larger of the two.
    pub standard_error: f64,
}

impl Content {
    /// The better bound.
    #[must_use]
    pub fn bits(&self) -> f64 {
        self.by_units.max(self.by_counts)
    }
}

impl<'a> ClassCounts<'a> {
    /// Checks the shape: for each age and class units, then ones among them.
    ///
    /// # Errors
    /// [`MeasureError::Empty`] without trials, ages or classes, [`MeasureError::Classes`] for a number of columns that is not
    /// of whole ages, or more ones than units.
    pub fn new(counts: ArrayView2<'a, u32>, classes: usize) -> Result<Self, MeasureError> {
        let (rows, columns) = counts.dim();
        let ages = columns.checked_div(2 * classes).unwrap_or(0);
        if rows == 0 || ages == 0 {
            return Err(MeasureError::Empty { rows, ages });
        }
        let wrong = MeasureError::Classes { columns, classes };
        if columns != ages * 2 * classes {
            return Err(wrong);
        }
        let good = counts
            .rows()
            .into_iter()
            .all(|row| (0..ages * classes).all(|class| row[2 * class + 1] <= row[2 * class]));
        if good {
            Ok(Self { counts, classes })
        } else {
            Err(wrong)
        }
    }

    /// Number of ages.
    #[must_use]
    pub fn ages(&self) -> usize {
        self.counts.ncols() / (2 * self.classes)
    }

    /// Units and ones of each class of one trial at an age.
    fn at(&self, trial: usize, age: usize) -> impl Iterator<Item = [u32; 2]> + '_ {
        let first = age * self.classes;
        (first..first + self.classes)
            .map(move |class| [0, 1].map(|which| self.counts[(trial, 2 * class + which)]))
    }

    /// Content at age number `age` (0 for age 1), in bits.
    ///
    /// With one trial there are no others to have probabilities from; each unit then counts as a one or not with 1/2. Cost:
    /// trials x classes x R^2.
    ///
    /// # Panics
    /// If there is no such age.
    #[must_use]
    pub fn content(&self, age: usize) -> Content {
        let trials = self.counts.nrows();
        let mut all = vec![[0u64; 2]; self.classes];
        for trial in 0..trials {
            for (all, own) in all.iter_mut().zip(self.at(trial, age)) {
                *all = [0, 1].map(|which| all[which] + u64::from(own[which]));
            }
        }
        let mut by_units = Vec::with_capacity(trials);
        let mut by_counts = Vec::with_capacity(trials);
        for trial in 0..trials {
            let own: Vec<[u32; 2]> = self.at(trial, age).collect();
            let sum = |which: usize| own.iter().map(|own| own[which]).sum::<u32>();
            let (units, ones) = (sum(0), sum(1));
            let chances: Vec<f64> = all
                .iter()
                .zip(&own)
                .map(|(all, own)| {
                    let others = [0, 1].map(|which| all[which] - u64::from(own[which]));
                    (others[1] as f64 + 0.5) / (others[0] as f64 + 1.0)
                })
                .collect();
            let said: f64 = own
                .iter()
                .zip(&chances)
                .map(|(&[units, ones], &chance)| {
                    f64::from(ones) * libm::log2(chance)
                        + f64::from(units - ones) * libm::log2(1.0 - chance)
                })
                .sum();
            let first = log2_binomial(units, ones) + said;
            by_units.push(first);
            let chance = chance_of_total(&own, &chances, ones);
            by_counts.push(if chance > 0.0 {
                first - libm::log2(chance)
            } else {
                first
            });
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let means = [mean(&by_units), mean(&by_counts)];
        let better = if means[0] > means[1] {
            &by_units
        } else {
            &by_counts
        };
        let centre = means[0].max(means[1]);
        let squares: f64 = better
            .iter()
            .map(|value| (value - centre) * (value - centre))
            .sum();
        let standard_error = if trials > 1 {
            libm::sqrt(squares / ((trials - 1) as f64 * trials as f64))
        } else {
            0.0
        };
        Content {
            by_units: means[0],
            by_counts: means[1],
            standard_error,
        }
    }
}

/// The probability of so many ones in all, each unit a one with the chance of its class.
fn chance_of_total(classes: &[[u32; 2]], chances: &[f64], total: u32) -> f64 {
    let most = total as usize;
    let mut sums = vec![0.0; most + 1];
    sums[0] = 1.0;
    let mut next = vec![0.0; most + 1];
    for (&[units, _], &chance) in classes.iter().zip(chances) {
        if units == 0 {
            continue;
        }
        let own: Vec<f64> = (0..=total.min(units))
            .map(|ones| {
                let bits = log2_binomial(units, ones)
                    + f64::from(ones) * libm::log2(chance)
                    + f64::from(units - ones) * libm::log2(1.0 - chance);
                libm::exp2(bits)
            })
            .collect();
        next.fill(0.0);
        for (first, &sum) in sums.iter().enumerate() {
            if sum == 0.0 {
                continue;
            }
            for (next, &own) in next[first..].iter_mut().zip(&own) {
                *next += sum * own;
            }
        }
        std::mem::swap(&mut sums, &mut next);
    }
    sums[most]
}

/// `log2 binom(n, k)`; 0 for k above n.
#[must_use]
pub fn log2_binomial(n: u32, k: u32) -> f64 {
    if k > n {
        return 0.0;
    }
    let log_factorial = |of: u32| libm::lgamma(f64::from(of) + 1.0);
    (log_factorial(n) - log_factorial(k) - log_factorial(n - k)) / std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    /// Counts of trials that are all alike.
    fn alike(trials: usize, classes: &[[u32; 2]]) -> Array2<u32> {
        let row: Vec<u32> = classes.iter().flatten().copied().collect();
        Array2::from_shape_fn((trials, row.len()), |(_, column)| row[column])
    }

    fn bits(counts: &Array2<u32>, classes: usize) -> Content {
        ClassCounts::new(counts.view(), classes).unwrap().content(0)
    }

    #[test]
    fn binomials() {
        assert_eq!(log2_binomial(5, 0), 0.0);
        assert!((log2_binomial(10, 3) - 120f64.log2()).abs() < 1e-12);
        assert!((log2_binomial(50, 50)).abs() < 1e-12);
        // A cue of 50 of 100 ones leaves 50 of 950 units.
        assert!((log2_binomial(950, 50) - 278.0).abs() < 0.5);
        assert!((log2_binomial(1000, 100) - 464.4).abs() < 0.5);
    }

    /// Perfect slots say all there is, but for what 19 other trials leave in doubt.
    #[test]
    fn perfect_recall() {
        let content = bits(&alike(20, &[[50, 50], [900, 0]]), 2);
        let all = log2_binomial(950, 50);
        // Each one costs -log2(1 - 1/(2 x 951)), each other unit -log2(1 - 1/(2 x 17101)).
        let doubt =
            -50.0 * (1.0 - 0.5 / 951.0f64).log2() - 900.0 * (1.0 - 0.5 / 17_101.0f64).log2();
        assert!(
            (content.by_units - (all - doubt)).abs() < 1e-6,
            "{content:?}"
        );
        assert!(content.by_counts > content.by_units && content.by_counts <= all);
        assert_eq!(content.standard_error, 0.0);
    }

    /// Classes that say nothing: as many ones in each as there are in all.
    #[test]
    fn nothing_said() {
        let content = bits(&alike(20, &[[190, 10], [760, 40]]), 2);
        // Unit by unit the number of ones has to be said, too: some 4 bits.
        assert!((-5.0..0.0).contains(&content.by_units), "{content:?}");
        assert!(content.bits().abs() < 0.1, "{content:?}");
    }

    /// Ones drawn at random within classes: no more than nothing, in the mean, however few trials there are.
    #[test]
    fn random_answers_say_nothing() {
        let mut draws = slotless_core::rng::stream(1, slotless_core::rng::Purpose(930), 0, 0);
        let mut sum = 0.0;
        for _ in 0..200 {
            let counts = Array2::from_shape_fn((5, 1), |_| {
                // Of 40 units 8 ones, 10 of the units in the first class.
                let mut units: Vec<u32> = (0..40).collect();
                slotless_core::rng::shuffle(&mut draws, &mut units);
                units[..8].iter().filter(|&&unit| unit < 10).count() as u32
            });
            let counts = Array2::from_shape_fn((5, 4), |(trial, column)| {
                let first = counts[(trial, 0)];
                [10, first, 30, 8 - first][column]
            });
            let content = bits(&counts, 2);
            assert!(content.by_units <= content.by_counts);
            sum += content.by_counts;
        }
        assert!((-1.0..0.1).contains(&(sum / 200.0)), "{}", sum / 200.0);
    }

    /// By counts, against the sum over all ways to have the ones, small enough to be written out.
    #[test]
    fn by_counts_against_all_ways() {
        let mut counts = alike(4, &[[3, 2], [2, 1], [4, 1]]);
        counts.row_mut(1).assign(&ndarray::array![3, 3, 2, 0, 4, 1]);
        let content = bits(&counts, 3);
        let classes = [[0, 1, 2].as_slice(), &[3, 4], &[5, 6, 7, 8]];
        let mut mean = 0.0;
        for trial in 0..4 {
            let chance = |class: usize| {
                let others = (0..4).filter(|&other| other != trial);
                let sum = |which: usize| {
                    others
                        .clone()
                        .map(|other| f64::from(counts[(other, 2 * class + which)]))
                        .sum::<f64>()
                };
                (sum(1) + 0.5) / (sum(0) + 1.0)
            };
            let of_unit = |unit: usize| {
                chance(
                    classes
                        .iter()
                        .position(|class| class.contains(&unit))
                        .unwrap(),
                )
            };
            let weight = |ones: u32| -> f64 {
                (0..9)
                    .map(|unit| {
                        if ones >> unit & 1 == 1 {
                            of_unit(unit)
                        } else {
                            1.0 - of_unit(unit)
                        }
                    })
                    .product()
            };
            let all: f64 = (0u32..512)
                .filter(|ones| ones.count_ones() == 4)
                .map(weight)
                .sum();
            // One set of ones with this trial's counts.
            let own: u32 = classes
                .iter()
                .enumerate()
                .flat_map(|(class, units)| units[..counts[(trial, 2 * class + 1)] as usize].iter())
                .map(|&unit| 1 << unit)
                .sum();
            mean += (126.0 * weight(own) / all).log2() / 4.0;
        }
        assert!(
            (content.by_counts - mean).abs() < 1e-9,
            "{} {mean}",
            content.by_counts
        );
    }

    #[test]
    fn one_trial_says_nothing() {
        let content = bits(&alike(1, &[[50, 50], [900, 0]]), 2);
        assert!(content.bits().abs() < 1e-6, "{content:?}");
    }

    #[test]
    fn shapes_are_checked() {
        let counts = alike(2, &[[3, 2], [4, 5]]);
        let refused = ClassCounts::new(counts.view(), 2).unwrap_err();
        assert_eq!(
            refused,
            MeasureError::Classes {
                columns: 4,
                classes: 2
            }
        );
        assert!(ClassCounts::new(counts.view(), 3).is_err());
        assert!(ClassCounts::new(Array2::zeros((0, 4)).view(), 2).is_err());
    }
}
