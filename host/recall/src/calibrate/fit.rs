//! A logistic regression, by Newton's method, and what it errs, by parts that it was not fitted to.

use super::signs::{NAMES, Signs};
use super::{CalibrationError, LEAST, Model, Sign};

/// Parts of the questions, each judged by what the others say.
const PARTS: usize = 5;
/// How much the squares of the weights count against the likelihood, halved: of numbers whose deviation is 1.
const PENALTY: f64 = 3.0;
const STEPS: usize = 50;

/// A question that was asked: what its answer looks like, and whether it is one.
type Asked<'a> = (&'a [f64], bool);

/// A sum that weighs numbers, and is above 0 where an answer is as likely as not.
#[derive(Clone, Debug)]
pub(super) struct Logistic {
    /// Mean, deviation and weight of each number.
    of: Vec<[f64; 3]>,
    bias: f64,
}

impl Logistic {
    fn fit(asked: &[Asked<'_>]) -> Self {
        let count = asked.len() as f64;
        let width = asked.first().map_or(0, |one| one.0.len());
        let mut of = vec![[0.0, 1.0, 0.0]; width];
        for (at, one) in of.iter_mut().enumerate() {
            let mean = asked.iter().map(|asked| asked.0[at]).sum::<f64>() / count;
            let squares = asked.iter().map(|asked| (asked.0[at] - mean).powi(2));
            let deviation = libm::sqrt(squares.sum::<f64>() / count);
            // What is the same for all says nothing.
            *one = [
                mean,
                if deviation > 1e-6 {
                    deviation
                } else {
                    f64::INFINITY
                },
                0.0,
            ];
        }
        let mut fitted = Self { of, bias: 0.0 };
        for _ in 0..STEPS {
            // The last row is the bias, which is not held back.
            let size = width + 1;
            let mut slope = vec![0.0; size];
            let mut bend = vec![vec![0.0; size]; size];
            for (at, one) in fitted.of.iter().enumerate() {
                slope[at] = PENALTY * one[2];
                bend[at][at] = PENALTY;
            }
            for &(numbers, is_answer) in asked {
                let known = fitted.known(numbers);
                let mut terms: Vec<f64> = fitted.scaled(numbers).collect();
                terms.push(1.0);
                let missed = known - f64::from(u8::from(is_answer));
                let weight = known * (1.0 - known);
                for (a, &term) in terms.iter().enumerate() {
                    slope[a] += missed * term;
                    for (b, &other) in terms.iter().enumerate().take(a + 1) {
                        bend[a][b] += weight * term * other;
                    }
                }
            }
            let Some(step) = solve(bend, slope) else {
                break;
            };
            for (one, step) in fitted.of.iter_mut().zip(&step) {
                one[2] -= step;
            }
            fitted.bias -= step[width];
            if step.iter().all(|one| one.abs() < 1e-9) {
                break;
            }
        }
        fitted
    }

    fn scaled<'a>(&'a self, numbers: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        let each = self.of.iter().zip(numbers);
        each.map(|([mean, deviation, _], number)| (number - mean) / deviation)
    }

    /// How likely an answer is.
    fn known(&self, numbers: &[f64]) -> f64 {
        let each = self.scaled(numbers).zip(&self.of);
        let sum = each.map(|(scaled, of)| scaled * of[2]).sum::<f64>();
        1.0 / (1.0 + libm::exp(-(sum + self.bias)))
    }
}

/// Solves a symmetric positive system, of which the lower half is given, by Cholesky's decomposition; none where it is none.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for a in 0..size {
        for b in 0..=a {
            let sum: f64 = (0..b).map(|k| matrix[a][k] * matrix[b][k]).sum();
            let rest = matrix[a][b] - sum;
            matrix[a][b] = match a == b {
                true if rest > 1e-12 => libm::sqrt(rest),
                true => return None,
                false => rest / matrix[b][b],
            };
        }
    }
    for a in 0..size {
        let sum: f64 = (0..a).map(|k| matrix[a][k] * right[k]).sum();
        right[a] = (right[a] - sum) / matrix[a][a];
    }
    for a in (0..size).rev() {
        let sum: f64 = (a + 1..size).map(|k| matrix[k][a] * right[k]).sum();
        right[a] = (right[a] - sum) / matrix[a][a];
    }
    Some(right)
}

/// A model of what answers look like. Cost: a pass over the questions for each step of each part.
pub(super) fn model(asked: &[(&Signs, bool)], refuse: f64) -> Result<Model, CalibrationError> {
    let all: Vec<Asked<'_>> = asked.iter().map(|one| (one.0.numbers(), one.1)).collect();
    let count = |of: bool| all.iter().filter(|one| one.1 == of).count();
    let [answered, unanswered] = [count(true), count(false)];
    if answered < LEAST || unanswered < LEAST {
        return Err(CalibrationError::Few {
            answered,
            unanswered,
        });
    }
    // Each fifth of either kind goes to a part of its own.
    let mut seen = [0; 2];
    let part_of = all.iter().map(|one| {
        let seen = &mut seen[usize::from(one.1)];
        *seen += 1;
        *seen % PARTS
    });
    let part_of: Vec<usize> = part_of.collect();
    let (mut high, mut low) = (Vec::new(), Vec::new());
    for part in 0..PARTS {
        let others = all.iter().zip(&part_of).filter(|one| *one.1 != part);
        let fitted = Logistic::fit(&others.map(|one| *one.0).collect::<Vec<_>>());
        for (one, _) in all.iter().zip(&part_of).filter(|one| *one.1 == part) {
            let judged = if one.1 { &mut high } else { &mut low };
            judged.push(fitted.known(one.0));
        }
    }
    high.sort_by(f64::total_cmp);
    let below = (refuse * high.len() as f64).floor() as usize;
    let threshold = high[below.min(high.len() - 1)];
    let refused = |of: &[f64]| {
        let below = of.iter().filter(|&&one| one < threshold).count();
        below as f64 / of.len() as f64
    };
    let fitted = Logistic::fit(&all);
    let signs = fitted.of.iter().zip(NAMES);
    let signs = signs.map(|(one, name)| Sign {
        name: name.to_owned(),
        mean: rounded(one[0]),
        // As what is the same for all has it: no weight.
        deviation: if one[1].is_finite() {
            rounded(one[1])
        } else {
            1.0
        },
        weight: if one[1].is_finite() {
            rounded(one[2])
        } else {
            0.0
        },
    });
    Ok(Model {
        signs: signs.collect(),
        bias: rounded(fitted.bias),
        threshold: rounded(threshold),
        answered,
        unanswered,
        auc: rounded(auc(&high, &low)),
        answered_refused: rounded(refused(&high)),
        unanswered_refused: rounded(refused(&low)),
    })
}

/// To nine places behind the point: few enough digits to be read again as they were.
fn rounded(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

/// How often one of `high`, ascending, is above one of `low`, ties half.
fn auc(high: &[f64], low: &[f64]) -> f64 {
    let above = low.iter().map(|&one| {
        let from = high.partition_point(|&other| other <= one);
        let same = from - high.partition_point(|&other| other < one);
        (high.len() - from) as f64 + same as f64 / 2.0
    });
    above.sum::<f64>() / (high.len() * low.len()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At the minimum the slope is zero: what is missed, by each number, is what the penalty holds back.
    #[test]
    fn a_fit_is_where_the_slope_is_zero() {
        let numbers: Vec<[f64; 3]> = (0..200u32)
            .map(|at| {
                let [a, b] = [
                    at.wrapping_mul(2_654_435_761) >> 20,
                    at.wrapping_mul(40_503) >> 8,
                ];
                [f64::from(a % 97) / 9.0, f64::from(b % 31), 4.0]
            })
            .collect();
        let asked: Vec<Asked<'_>> = numbers
            .iter()
            .map(|one| {
                (
                    &one[..],
                    one[0] + 0.3 * one[1] > 9.0 + f64::from(one[1] as u32 % 3),
                )
            })
            .collect();
        let fitted = Logistic::fit(&asked);
        for at in 0..3 {
            let missed = asked.iter().map(|&(numbers, is_answer)| {
                let term = fitted.scaled(numbers).nth(at).unwrap();
                (fitted.known(numbers) - f64::from(u8::from(is_answer))) * term
            });
            let slope = missed.sum::<f64>() + PENALTY * fitted.of[at][2];
            assert!(slope.abs() < 1e-6, "{at}: {slope}");
        }
        let missed = asked
            .iter()
            .map(|one| fitted.known(one.0) - f64::from(u8::from(one.1)));
        assert!(missed.sum::<f64>().abs() < 1e-6);
        assert_eq!(fitted.of[2][2], 0.0);
        let right = asked
            .iter()
            .filter(|one| (fitted.known(one.0) > 0.5) == one.1);
        assert!(right.count() > 180);
    }

    #[test]
    fn the_area_counts_pairs() {
        let (high, low) = ([0.1, 0.4, 0.4, 0.9], [0.4, 0.0, 0.95]);
        let mut sum = 0.0;
        for a in high {
            for b in low {
                sum += if a > b {
                    1.0
                } else if a == b {
                    0.5
                } else {
                    0.0
                };
            }
        }
        assert_eq!(auc(&high, &low), sum / 12.0);
    }

    #[test]
    fn a_system_is_solved() {
        let matrix = vec![
            vec![4.0, 0.0, 0.0],
            vec![2.0, 5.0, 0.0],
            vec![1.0, -1.0, 3.0],
        ];
        let found = solve(matrix, vec![9.0, 10.0, 7.0]).unwrap();
        let whole = [[4.0, 2.0, 1.0], [2.0, 5.0, -1.0], [1.0, -1.0, 3.0]];
        for (row, right) in whole.iter().zip([9.0, 10.0, 7.0]) {
            let sum: f64 = row.iter().zip(&found).map(|(a, b)| a * b).sum();
            assert!((sum - right).abs() < 1e-12);
        }
        assert!(solve(vec![vec![1.0, 0.0], vec![1.0, 1.0]], vec![1.0; 2]).is_none());
    }
}
