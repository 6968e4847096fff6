//! The sum of all weights of a unit, which every win draws to the number of its ones: C1.

use super::lattice::Law;

/// What is known of the sum of the m weights of a unit, in lattice steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Total {
    /// Weights of a unit.
    pub inputs: f64,
    /// Mean and variance of a weight.
    pub mean: f64,
    pub variance: f64,
    /// Variance of the total, of that of independent weights; 1 where nothing holds it.
    pub spread: f64,
}

impl Total {
    /// The mean and the variance of the weights by their law, with a spread in 0.001..=1: a total without any is one that does
    /// not let single weights differ where a unit has few.
    pub fn of(law: &Law, inputs: f64, spread: f64) -> Self {
        Self {
            inputs,
            mean: law.mean(),
            variance: law.variance(),
            spread: spread.clamp(0.001, 1.0),
        }
    }

    /// Variance of how far a sum of `count` weights may be from its mean, as far as the total tells: what the other weights make
    /// up for, and the total's own.
    fn leeway(&self, count: usize) -> f64 {
        let others = (self.inputs - count as f64).max(0.0) * self.variance;
        others + self.inputs * self.variance * self.spread / (1.0 - self.spread)
    }

    /// By what the total multiplies the probability that `count` weights have this sum.
    pub fn weigh(&self, count: usize, sum: usize) -> f64 {
        if self.spread >= 1.0 {
            return 1.0;
        }
        let off = sum as f64 - count as f64 * self.mean;
        libm::exp(-off * off / (2.0 * self.leeway(count)))
    }

    /// The law of the sum of `count` weights of a unit, from that of independent ones.
    pub fn held(&self, count: usize, independent: &Law) -> Law {
        let sums = independent.0.iter().enumerate();
        let weighed = sums.map(|(sum, share)| share * self.weigh(count, sum));
        Law(weighed.collect()).normal()
    }

    /// Mean of the sum of the other weights, where `count` of them have this one.
    pub fn others(&self, count: usize, sum: f64) -> f64 {
        let others = self.inputs - count as f64;
        let given_back = if self.spread < 1.0 {
            others * self.variance / self.leeway(count)
        } else {
            0.0
        };
        others * self.mean - given_back * (sum - count as f64 * self.mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six weights, 0 to 3, whose total is held by a factor `exp(-(T - 6 mean)^2 / (2 width))`: all 4,096 cases, against the
    /// normal law that is taken of the weights which are not summed.
    #[test]
    fn sums_of_weights_with_a_total() {
        let law = Law(vec![0.4, 0.3, 0.2, 0.1]);
        let independent = law.sums(6);
        let spread = 0.3;
        let total = Total::of(&law, 6.0, spread);
        assert_eq!((total.mean, total.variance), (1.0, 1.0));
        let width = 6.0 * spread / (1.0 - spread);
        let (mut sums, mut others, mut totals) = ([0.0; 10], [0.0; 10], [0.0; 3]);
        for case in 0..4096_usize {
            let weights: [usize; 6] = std::array::from_fn(|place| case >> (2 * place) & 3);
            let all: usize = weights.iter().sum();
            let off = all as f64 - 6.0;
            let chance: f64 = weights.iter().map(|&weight| law.0[weight]).product();
            let chance = chance * libm::exp(-off * off / (2.0 * width));
            let three: usize = weights[..3].iter().sum();
            sums[three] += chance;
            others[three] += chance * (all - three) as f64;
            for (power, to) in totals.iter_mut().enumerate() {
                *to += chance * off.powi(power as i32);
            }
        }
        let norm = totals[0];
        let found = total.held(3, &independent[3]);
        for (sum, (found, wanted)) in found.0.iter().zip(&sums).enumerate() {
            assert!((found - wanted / norm).abs() < 0.012, "{sum}: {found}");
        }
        // In the middle, where a sum is likely.
        for sum in 1..6 {
            let (found, wanted) = (total.others(3, sum as f64), others[sum] / sums[sum]);
            assert!((found - wanted).abs() < 0.12, "{sum}: {found} {wanted}");
        }
        // The total's own spread is what was asked for, as nearly as these are normal.
        let variance = totals[2] / norm - (totals[1] / norm).powi(2);
        assert!((variance / 6.0 - spread).abs() < 0.02, "{variance}");
        let free = Total::of(&law, 6.0, 1.0);
        assert_eq!(
            free.held(3, &independent[3]),
            independent[3].clone().normal()
        );
        assert_eq!(free.others(2, 6.0), 4.0);
    }
}
