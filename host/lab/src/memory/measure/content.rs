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
//! pattern itself. It comes from the *other* trials at that age: `p_b = (Q + 1/2) / (N + 1)` with the ones Q and the units N of
//! the class. Nothing need be charged for it, and pseudo-patterns give 0 or a little less. Some memories have the pattern whole
//! in some trials and have lost it in others, as slots that are replaced at random; one p_b for both would say less than there
//! is. So the probability of a pattern is a mixture (Cover and Thomas, section 13.2),
//!
//! `P = 3/4 P_all + 1/4 mean_j P_j` (3), of the code with Q and N of all other trials and of those with Q and N of one other
//! trial j, and (1) and (2) are `log2 binom(U, R) + log2 P`, (2) with P_all divided by its own P(R); P_j is left as it is, since
//! it matters where P(R) is near 1. It costs at most log2(4/3) = .42 bits where one code fits all trials.

use ndarray::ArrayView2;

use super::MeasureError;

/// Share of the code of all other trials together.
const POOLED: f64 = 0.75;

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
    /// trials x classes x (trials + R^2).
    ///
    /// # Panics
    /// If there is no such age.
    #[must_use]
    pub fn content(&self, age: usize) -> Content {
        let counts: Vec<Vec<[u32; 2]>> = (0..self.counts.nrows())
            .map(|trial| self.at(trial, age).collect())
            .collect();
        let units = |trial: &[[u32; 2]]| trial.iter().map(|own| own[0]).sum::<u32>();
        let factorials =
            Factorials::new(counts.iter().map(|trial| units(trial)).max().unwrap_or(0));
        let mut all = vec![[0u64; 2]; self.classes];
        for trial in &counts {
            for (all, own) in all.iter_mut().zip(trial) {
                *all = [0, 1].map(|which| all[which] + u64::from(own[which]));
            }
        }
        let alone: Vec<Code> = counts
            .iter()
            .map(|trial| Code::new(trial.iter().map(|own| own.map(u64::from))))
            .collect();
        let trials = counts.len();
        let mut by_units = Vec::with_capacity(trials);
        let mut by_counts = Vec::with_capacity(trials);
        for (trial, own) in counts.iter().enumerate() {
            let others = all
                .iter()
                .zip(own)
                .map(|(all, own)| [0, 1].map(|which| all[which] - u64::from(own[which])));
            let pooled = Code::new(others);
            let mut said = [Mixture::default(); 2];
            let singles = trials - 1;
            let weight = if singles == 0 { 1.0 } else { POOLED };
            let bits = libm::log2(weight) + pooled.bits(own);
            said[0].add(bits);
            said[1].add(bits - pooled.total(own, &factorials));
            for (other, code) in alone.iter().enumerate() {
                if other != trial {
                    let bits = libm::log2((1.0 - POOLED) / singles as f64) + code.bits(own);
                    said.iter_mut().for_each(|said| said.add(bits));
                }
            }
            let ones = own.iter().map(|own| own[1]).sum();
            let first = factorials.binomial(units(own), ones);
            by_units.push(first + said[0].bits());
            // Where all units are on or none is, how many ones there are says it all: nothing is left, without a residue.
            by_counts.push(if ones == 0 || ones == units(own) {
                0.0
            } else {
                first + said[1].bits()
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

/// The sum of probabilities that are given in bits.
#[derive(Clone, Copy, Debug)]
struct Mixture {
    largest: f64,
    sum: f64,
}

impl Default for Mixture {
    fn default() -> Self {
        Self {
            largest: f64::NEG_INFINITY,
            sum: 0.0,
        }
    }
}

impl Mixture {
    fn add(&mut self, bits: f64) {
        if bits > self.largest {
            self.sum = self.sum * libm::exp2(self.largest - bits) + 1.0;
            self.largest = bits;
        } else {
            self.sum += libm::exp2(bits - self.largest);
        }
    }

    fn bits(self) -> f64 {
        self.largest + libm::log2(self.sum)
    }
}

/// Probabilities of ones by class, as logarithms to base 2 of them and of what is left to 1.
#[derive(Clone, Debug)]
struct Code(Vec<[f64; 2]>);

impl Code {
    /// From units and ones by class.
    fn new(counts: impl Iterator<Item = [u64; 2]>) -> Self {
        let logarithms = counts.map(|[units, ones]| {
            let chance = (ones as f64 + 0.5) / (units as f64 + 1.0);
            [libm::log2(chance), libm::log2(1.0 - chance)]
        });
        Self(logarithms.collect())
    }

    /// Logarithm of the probability of these ones.
    fn bits(&self, counts: &[[u32; 2]]) -> f64 {
        let classes = self.0.iter().zip(counts);
        classes
            .map(|(&[one, none], &[units, ones])| {
                f64::from(ones) * one + f64::from(units - ones) * none
            })
            .sum()
    }

    /// Logarithm of the probability of as many ones in all.
    fn total(&self, counts: &[[u32; 2]], factorials: &Factorials) -> f64 {
        let total = counts.iter().map(|own| own[1]).sum::<u32>() as usize;
        let classes: Vec<([f64; 2], u32)> = self
            .0
            .iter()
            .zip(counts)
            .filter(|&(_, &[units, _])| units > 0)
            .map(|(&code, &[units, _])| (code, units))
            .collect();
        let Some((&last, first)) = classes.split_last() else {
            return 0.0;
        };
        let chance = |([one, none], units): ([f64; 2], u32), ones: u32| {
            let bits = factorials.binomial(units, ones);
            libm::exp2(bits + f64::from(ones) * one + f64::from(units - ones) * none)
        };
        let mut sums = vec![0.0; total + 1];
        sums[0] = 1.0;
        let mut next = vec![0.0; total + 1];
        for &class in first {
            let own: Vec<f64> = (0..=class.1.min(total as u32))
                .map(|ones| chance(class, ones))
                .collect();
            next.fill(0.0);
            for (start, &sum) in sums.iter().enumerate() {
                if sum == 0.0 {
                    continue;
                }
                for (next, &own) in next[start..].iter_mut().zip(&own) {
                    *next += sum * own;
                }
            }
            std::mem::swap(&mut sums, &mut next);
        }
        let fits = total.saturating_sub(last.1 as usize)..=total;
        let all: f64 = fits
            .map(|before| sums[before] * chance(last, (total - before) as u32))
            .sum();
        // A number that may lack what no f64 can hold would promise too much; that it is 1 promises nothing.
        if all < 1e-280 { 0.0 } else { libm::log2(all) }
    }
}

/// Logarithms of factorials to base 2.
#[derive(Debug)]
struct Factorials(Vec<f64>);

impl Factorials {
    fn new(most: u32) -> Self {
        Self((0..=most).map(log2_factorial).collect())
    }

    /// `log2 binom(n, k)`, k at most n.
    fn binomial(&self, n: u32, k: u32) -> f64 {
        self.0[n as usize] - self.0[k as usize] - self.0[(n - k) as usize]
    }
}

fn log2_factorial(of: u32) -> f64 {
    libm::lgamma(f64::from(of) + 1.0) / std::f64::consts::LN_2
}

/// `log2 binom(n, k)`; 0 for k above n.
#[must_use]
pub fn log2_binomial(n: u32, k: u32) -> f64 {
    if k > n {
        return 0.0;
    }
    log2_factorial(n) - log2_factorial(k) - log2_factorial(n - k)
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
        // A one is missed with 1 of twice as many units and 2, another unit is with as much a one.
        let left = |trials: f64| {
            let miss = |units: f64| 1.0 - 0.5 / (units * trials + 1.0);
            miss(50.0).powi(50) * miss(900.0).powi(900)
        };
        let doubt = (0.75 * left(19.0) + 0.25 * left(1.0)).log2();
        assert!(
            (content.by_units - (all + doubt)).abs() < 1e-6,
            "{content:?}"
        );
        assert!(content.by_counts > content.by_units && content.by_counts <= all);
        assert!(content.standard_error < 1e-9, "{content:?}");
    }

    /// Whole in half of the trials, lost in the others: half of all there is, less what it costs to say which, and the units that
    /// are wrong for certain.
    #[test]
    fn whole_or_lost() {
        let mut counts = alike(20, &[[50, 50], [900, 0]]);
        for trial in 0..10 {
            counts
                .row_mut(2 * trial)
                .assign(&ndarray::array![50, 3, 900, 47]);
        }
        let content = bits(&counts, 2);
        let all = log2_binomial(950, 50);
        // Each kind has at most 1 in 8 of the mixture.
        assert!(content.bits() < 0.5 * all, "{content:?} {all}");
        assert!(
            content.bits() > 0.5 * (all - 5.0) - 5.0,
            "{content:?} {all}"
        );
    }

    /// Classes that say nothing: as many ones in each as there are in all.
    #[test]
    fn nothing_said() {
        let content = bits(&alike(20, &[[190, 10], [760, 40]]), 2);
        // Unit by unit the number of ones has to be said, too: some 4 bits.
        assert!((-5.0..0.0).contains(&content.by_units), "{content:?}");
        // A quarter of the code says how many ones there are: log2(4/3) bits at most.
        assert!((-0.42..0.0).contains(&content.bits()), "{content:?}");
    }

    /// A cue that keeps all ones leaves nothing to be said, and 0 is 0: no residue of logarithms, of either sign.
    #[test]
    fn nothing_is_left_of_units_that_are_all_off() {
        let mut draws = slotless_core::rng::stream(1, slotless_core::rng::Purpose(931), 0, 0);
        for ones_of_all in [0, 1] {
            let counts = Array2::from_shape_fn((7, 4), |(_, column)| match column {
                0 | 2 => 20 + slotless_core::rng::below(&mut draws, 30),
                _ => 0,
            });
            let counts = Array2::from_shape_fn((7, 4), |(trial, column)| match column {
                1 | 3 => ones_of_all * counts[(trial, column - 1)],
                _ => counts[(trial, column)],
            });
            let content = bits(&counts, 2);
            assert_eq!(
                [content.by_counts, content.bits(), content.standard_error].map(f64::to_bits),
                [0; 3],
                "{content:?}"
            );
        }
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
            // One set of ones with this trial's counts.
            let own: u32 = classes
                .iter()
                .enumerate()
                .flat_map(|(class, units)| units[..counts[(trial, 2 * class + 1)] as usize].iter())
                .map(|&unit| 1 << unit)
                .sum();
            let others: Vec<usize> = (0..4).filter(|&other| other != trial).collect();
            let share = |of: &[usize]| {
                let chance = |class: usize| {
                    let sum = |which: usize| {
                        of.iter()
                            .map(|&other| f64::from(counts[(other, 2 * class + which)]))
                            .sum::<f64>()
                    };
                    (sum(1) + 0.5) / (sum(0) + 1.0)
                };
                let class_of = |unit: usize| classes.iter().position(|class| class.contains(&unit));
                let weight = |ones: u32| -> f64 {
                    let of_unit = |unit: usize| {
                        let chance = chance(class_of(unit).unwrap());
                        if ones >> unit & 1 == 1 {
                            chance
                        } else {
                            1.0 - chance
                        }
                    };
                    (0..9).map(of_unit).product()
                };
                let all: f64 = (0u32..512)
                    .filter(|ones| ones.count_ones() == 4)
                    .map(weight)
                    .sum();
                [weight(own), weight(own) / all]
            };
            let singles: f64 = others.iter().map(|&other| share(&[other])[0]).sum();
            let mixture = 0.75 * share(&others)[1] + 0.25 / 3.0 * singles;
            mean += (126.0 * mixture).log2() / 4.0;
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
