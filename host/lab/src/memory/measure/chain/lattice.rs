//! Distributions on whole numbers from 0: weights on their lattice, and sums of them.

/// Probability below which the upper end of a sum's distribution is cut.
const NEGLIGIBLE: f64 = 1e-18;

/// Probabilities of 0, 1, 2, ...; they need not add to 1 (a part of a distribution has its share).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Law(pub Vec<f64>);

impl Law {
    /// All of it at one number, among so many.
    pub fn at(number: usize, count: usize) -> Self {
        let mut law = vec![0.0; count];
        law[number] = 1.0;
        Self(law)
    }

    pub fn total(&self) -> f64 {
        self.0.iter().sum()
    }

    /// Multiplied so that it adds to 1; as it is if there is nothing of it.
    pub fn normal(mut self) -> Self {
        let total = self.total();
        if total > 0.0 {
            self.0.iter_mut().for_each(|value| *value /= total);
        }
        self
    }

    /// Sum of the numbers by their probability.
    pub fn mean(&self) -> f64 {
        let terms = self.0.iter().enumerate();
        terms.map(|(number, share)| number as f64 * share).sum()
    }

    /// Sum of their squares.
    pub fn square(&self) -> f64 {
        let terms = self.0.iter().enumerate();
        terms
            .map(|(number, share)| (number * number) as f64 * share)
            .sum()
    }

    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        (self.square() - mean * mean).max(0.0)
    }

    /// The law of the sum of two independent numbers.
    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = vec![0.0; self.0.len() + other.0.len() - 1];
        for (number, &share) in self.0.iter().enumerate() {
            if share > 0.0 {
                let to = &mut sum[number..number + other.0.len()];
                for (to, other) in to.iter_mut().zip(&other.0) {
                    *to += share * other;
                }
            }
        }
        while sum.len() > 1 && sum[sum.len() - 1] < NEGLIGIBLE {
            sum.pop();
        }
        Self(sum)
    }

    /// The law of the sum of `count` such numbers, by squaring.
    pub fn times(&self, count: u32) -> Self {
        let mut sum = Self(vec![1.0]);
        for bit in (0..u32::BITS - count.leading_zeros()).rev() {
            sum = sum.plus(&sum);
            if count >> bit & 1 == 1 {
                sum = sum.plus(self);
            }
        }
        sum
    }

    /// The laws of the sums of 0, 1, ..., `most` such numbers.
    pub fn sums(&self, most: usize) -> Vec<Self> {
        let mut sums = vec![Self(vec![1.0])];
        for _ in 0..most {
            let next = sums[sums.len() - 1].plus(self);
            sums.push(next);
        }
        sums
    }

    /// `sum of weights[n] laws[n]`.
    pub fn mixture(weights: &[f64], laws: &[Self]) -> Self {
        let count = laws.iter().map(|law| law.0.len()).max().unwrap_or(1);
        let mut mixture = vec![0.0; count];
        for (weight, law) in weights.iter().zip(laws) {
            for (to, share) in mixture.iter_mut().zip(&law.0) {
                *to += weight * share;
            }
        }
        Self(mixture)
    }

    /// The law with this mean that is nearest to this one (in relative entropy): probabilities times `exp(b number)`, added to
    /// 1. A mean at or beyond the ends of what there is becomes one a little inside.
    pub fn tilted(&self, mean: f64) -> Self {
        let present = || self.0.iter().enumerate().filter(|(_, share)| **share > 0.0);
        let (Some((low, _)), Some((high, _))) = (present().next(), present().next_back()) else {
            return self.clone();
        };
        if low == high {
            return self.clone().normal();
        }
        let (low, high) = (low as f64, high as f64);
        let margin = 0.004 * (high - low);
        let mean = mean.clamp(low + margin, high - margin);
        // Exponents about the mean, so that none overflows.
        let of = |b: f64| {
            let terms = self.0.iter().enumerate();
            let tilted = terms.map(|(number, share)| share * libm::exp(b * (number as f64 - mean)));
            Self(tilted.collect()).normal()
        };
        let (mut below, mut above) = (-100.0 / (high - low), 100.0 / (high - low));
        for _ in 0..60 {
            let middle = f64::midpoint(below, above);
            if of(middle).mean() < mean {
                below = middle;
            } else {
                above = middle;
            }
        }
        of(f64::midpoint(below, above))
    }
}

/// ln of the number of ways to take `of` out of `n`.
fn log_ways(n: u32, of: u32) -> f64 {
    let log_factorial = |n: u32| libm::lgamma(f64::from(n) + 1.0);
    log_factorial(n) - log_factorial(of) - log_factorial(n - of)
}

/// Probability of 0, 1, ..., `most` marked ones among `drawn` of `all` of which `marked` are marked (hypergeometric).
pub(super) fn marked_among([all, marked, drawn]: [u32; 3], most: usize) -> Vec<f64> {
    let least = (marked + drawn).saturating_sub(all);
    let largest = marked.min(drawn);
    (0..=most as u32)
        .map(|count| {
            if count < least || count > largest {
                return 0.0;
            }
            let ways = log_ways(marked, count) + log_ways(all - marked, drawn - count);
            libm::exp(ways - log_ways(all, drawn))
        })
        .collect()
}

/// Probability of 0, 1, ..., `most` events of which `mean` are expected (Poisson).
pub(super) fn events(mean: f64, most: usize) -> Vec<f64> {
    let log = libm::log(mean);
    (0..=most)
        .map(|count| match count {
            0 => libm::exp(-mean),
            _ if mean == 0.0 => 0.0,
            count => {
                let count = count as f64;
                libm::exp(count * log - mean - libm::lgamma(count + 1.0))
            }
        })
        .collect()
}

/// Probability that a standard normal number is above z.
pub(super) fn above(z: f64) -> f64 {
    0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// Density of the standard normal distribution.
pub(super) fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * std::f64::consts::PI)
}

/// The last number that counts among the largest, and the share of it that does: ties are broken at random.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cut {
    /// Numbers above this count.
    pub tied: usize,
    /// Of this number, so much.
    pub share: f64,
}

impl Cut {
    /// The cut with `amount` of a law at or above it.
    pub fn leaving(law: &Law, amount: f64) -> Self {
        let mut found = 0.0;
        for (number, &share) in law.0.iter().enumerate().rev() {
            if share > 0.0 && found + share >= amount {
                let share = ((amount - found) / share).clamp(0.0, 1.0);
                return Self {
                    tied: number,
                    share,
                };
            }
            found += share;
        }
        Self {
            tied: 0,
            share: 1.0,
        }
    }

    /// The share of a number that counts.
    pub fn keeps(self, number: usize) -> f64 {
        match number.cmp(&self.tied) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => self.share,
            std::cmp::Ordering::Greater => 1.0,
        }
    }

    /// How much of a law counts if `shift` is added to its number; for shifts of 0 to `most`.
    pub fn kept(self, law: &Law, most: usize) -> Vec<f64> {
        // Above each number, summed from the small probabilities on.
        let mut beyond = vec![0.0; law.0.len() + 1];
        for number in (0..law.0.len()).rev() {
            beyond[number] = beyond[number + 1] + law.0[number];
        }
        let from = |number: usize| beyond.get(number).copied().unwrap_or(0.0);
        (0..=most)
            .map(|shift| match self.tied.checked_sub(shift) {
                None => from(0),
                Some(tied) => from(tied + 1) + self.share * law.0.get(tied).copied().unwrap_or(0.0),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIE: [f64; 4] = [0.5, 0.2, 0.0, 0.3];

    /// Every way that three numbers can fall.
    fn enumerated() -> Vec<f64> {
        let mut sum = vec![0.0; 10];
        for (a, p) in DIE.iter().enumerate() {
            for (b, q) in DIE.iter().enumerate() {
                for (c, r) in DIE.iter().enumerate() {
                    sum[a + b + c] += p * q * r;
                }
            }
        }
        sum
    }

    fn near(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-14, "{found} {wanted}");
        }
    }

    #[test]
    fn sums_are_those_of_every_way_to_fall() {
        let law = Law(DIE.to_vec());
        near(&law.times(3).0, &enumerated());
        near(&law.sums(3)[3].0, &enumerated());
        near(&law.times(0).0, &[1.0]);
        near(&law.times(1).0, &DIE);
        let [mean, square] = [law.mean(), law.square()];
        near(&[mean, square], &[1.1, 2.9]);
        assert!((law.times(7).mean() - 7.0 * mean).abs() < 1e-12);
        assert!((law.times(7).variance() - 7.0 * law.variance()).abs() < 1e-12);
        near(
            &Law::mixture(&[0.25, 0.75], &law.sums(1)).0,
            &[0.625, 0.15, 0.0, 0.225],
        );
    }

    #[test]
    fn marked_ones_are_counted_over_all_draws() {
        // All 20 ways to draw 3 of 6, of which 0, 1, 2 and 3 are marked.
        let mut counts = [0.0; 5];
        for set in 0..64_u32 {
            if set.count_ones() == 3 {
                counts[(set & 0b1111).count_ones() as usize] += 1.0 / 20.0;
            }
        }
        near(&marked_among([6, 4, 3], 4), &counts);
        assert_eq!(marked_among([6, 4, 3], 4)[0], 0.0);
    }

    #[test]
    fn events_come_at_their_rate() {
        near(&events(0.0, 3), &[1.0, 0.0, 0.0, 0.0]);
        let law = Law(events(2.5, 60));
        near(&[law.total(), law.mean(), law.variance()], &[1.0, 2.5, 2.5]);
    }

    /// Of the law above, at or above each cut; and by every way to fall, if a number is added.
    #[test]
    fn cuts_leave_what_was_asked_for() {
        let law = Law(DIE.to_vec()).times(3);
        for amount in [1e-3, 0.1, 0.35, 0.999] {
            let cut = Cut::leaving(&law, amount);
            let kept = |shift: usize| -> f64 {
                let numbers = law.0.iter().enumerate();
                numbers.map(|(n, p)| p * cut.keeps(n + shift)).sum()
            };
            assert!((kept(0) - amount).abs() < 1e-14);
            let found = cut.kept(&law, 12);
            near(&found, &(0..=12).map(kept).collect::<Vec<_>>());
        }
        assert_eq!(Cut::leaving(&law, 2.0).kept(&law, 0), [law.total()]);
    }

    #[test]
    fn tilted_laws_have_their_mean_and_their_ends() {
        let law = Law(DIE.to_vec());
        for mean in [0.05, 0.9, 1.1, 2.9] {
            let tilted = law.tilted(mean);
            assert!((tilted.mean() - mean).abs() < 1e-9, "{mean}: {tilted:?}");
            assert!((tilted.total() - 1.0).abs() < 1e-12 && tilted.0[2] == 0.0);
            // The ratios of an exponential tilt: three numbers, one unknown.
            let ratio = |n: usize| libm::log(tilted.0[n] / law.0[n]);
            assert!((ratio(3) - ratio(0) - 3.0 * (ratio(1) - ratio(0))).abs() < 1e-9);
        }
        // Beyond the ends: as near as may be.
        assert!(law.tilted(9.0).mean() > 2.95 && law.tilted(-1.0).mean() < 0.05);
        assert_eq!(Law::at(2, 4).tilted(0.5), Law::at(2, 4));
    }

    #[test]
    fn the_normal_tail() {
        near(
            &[above(0.0), above(-1.0) + above(1.0), density(0.0)],
            &[0.5, 1.0, 0.398_942_280_401_432_7],
        );
        assert!((above(1.959_963_984_540_054) - 0.025).abs() < 1e-15);
    }
}
