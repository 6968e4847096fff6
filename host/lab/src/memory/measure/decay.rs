//! How K-winner networks and recency levels forget, in closed form.
//!
//! # K-winner networks
//! A unit that holds a trace of a pattern wins more often for patterns that share its strong inputs, and strengthens them again.
//! To first order in the excess of a weight, with the sparsity `p = s / n_i`, the share of winners `q = k / n_h`, the threshold z
//! above which a standard normal number lies with probability q, and `lambda = phi(z) / q`:
//!
//! * an input of weight w is active in a win with probability `p + beta w`, `beta = lambda sqrt(p (1 - p) / (m M2))` (1): the sum of
//!   a unit's m inputs has the variance `p (1 - p) m M2`, M2 the mean square of its weights, and wins are its upper tail q, whose
//!   mean input is shifted by lambda times the input's covariance with the sum over the sum's deviation;
//! * stationary weights then have the mean `mu = p / (1 - beta)` (2) and the mean square `M2 = mu (2 (1 - eps) p + eps) / (2 - eps -
//!   2 (1 - eps) beta)` (3), of `w' = (1 - eps) w + eps x` squared, with x of 0 or 1;
//! * an excess over mu shrinks by `1 - eps (1 - beta)` a win, and wins come at the rate k / n_h, so that it decays as `exp(-(t - 1) /
//!   tau)` with `tau = n_h / (k eps (1 - beta))` (4): longer than without competition, `n_h / (k eps)`, by `1 / (1 - beta)`.
//!
//! (1) to (3) are iterated until they agree. The normal tail in place of the sum's own distribution, wins that are independent of
//! what a unit stores but for the tail, and small excesses are what is left out.
//!
//! # Recency levels
//! An event of age t has been followed by `n = floor((t - 1) / R)` events of its row, each of which takes each cell with probability
//! p; a cell is left with probability `(1 - p)^n` (5). Of units that are not, one in `1 / p` is guessed.
//!
//! A pattern never learned has the share `f = 1 - (1 - p)^L` of its cue's c s units in set cells of a row, give or take, and recall
//! finds the row with the most of R: to first order `sqrt(2 f (1 - f) ln R / (c s))` more. The set cells of that row are what is
//! recalled from, so that the accuracy is `p (1 + sqrt(2 c ln R (1 - f) / (f s)))` (6).

use super::MeasureError;
use crate::normal;

/// Decay of the traces of a K-winner network, equations 1 to 4.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KWinnerDecay {
    beta: f64,
    mean_weight: f64,
    mean_square: f64,
    tau: f64,
}

impl KWinnerDecay {
    /// For n_i `visible` and n_h `hidden` units, s `active` ones, fan-in m, k winners and the learning rate eps.
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] unless 1 <= s < n_i, 1 <= m, 1 <= k < n_h and 0 < eps <= 1, or where (1) to (3) have no
    /// solution: with few inputs to a unit and few winners a trace would not decay at all.
    pub fn new(
        [visible, hidden, active]: [u32; 3],
        fan_in: u32,
        winners: u32,
        eps: f64,
    ) -> Result<Self, MeasureError> {
        let refuse = |what, range, value: f64| Err(MeasureError::OutOfRange { what, range, value });
        if active == 0 || active >= visible {
            return refuse("active bits s", "in 1..n_i", active.into());
        }
        if fan_in == 0 {
            return refuse("fan-in m", "at least 1", 0.0);
        }
        if winners == 0 || winners >= hidden {
            return refuse("winners k", "in 1..n_h", winners.into());
        }
        if !(eps > 0.0 && eps <= 1.0) {
            return refuse("learning rate eps", "above 0 and at most 1", eps);
        }
        let p = f64::from(active) / f64::from(visible);
        let share = f64::from(winners) / f64::from(hidden);
        let z = normal::quantile(1.0 - share).unwrap_or(0.0);
        let density = libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI);
        let lambda = density / share;
        let (mut beta, mut mean, mut square) = (0.0, p, p);
        for _ in 0..200 {
            beta = lambda * libm::sqrt(p * (1.0 - p) / (f64::from(fan_in) * square));
            if beta.is_nan() || beta >= 1.0 {
                return refuse("beta of equation 1", "below 1", beta);
            }
            mean = p / (1.0 - beta);
            let kept = 2.0 * (1.0 - eps);
            square = mean * (kept * p + eps) / (2.0 - eps - kept * beta);
        }
        Ok(Self {
            beta,
            mean_weight: mean,
            mean_square: square,
            tau: 1.0 / (share * eps * (1.0 - beta)),
        })
    }

    /// How much a weight of 1 adds to the probability that its input is active in a win.
    #[must_use]
    pub const fn beta(&self) -> f64 {
        self.beta
    }

    /// Mean weight, of full scale.
    #[must_use]
    pub const fn mean_weight(&self) -> f64 {
        self.mean_weight
    }

    /// Mean square of the weights.
    #[must_use]
    pub const fn mean_square(&self) -> f64 {
        self.mean_square
    }

    /// The constant of decay, in patterns.
    #[must_use]
    pub const fn tau(&self) -> f64 {
        self.tau
    }

    /// What is left at an age, from 1, of an excess of 1 at age 1.
    #[must_use]
    pub fn left(&self, age: u32) -> f64 {
        libm::exp(-f64::from(age.saturating_sub(1)) / self.tau)
    }
}

/// What recency levels keep, equations 5 and 6.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecencyDecay {
    sparsity: f64,
    active: u32,
    rows: u32,
    levels: u32,
}

impl RecencyDecay {
    /// For n_i `visible` units, s `active` ones, R rows and L levels.
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] unless 1 <= s <= n_i, 1 <= R and 1 <= L.
    pub fn new(visible: u32, active: u32, rows: u32, levels: u32) -> Result<Self, MeasureError> {
        let refuse = |what, range, value: u32| {
            let value = f64::from(value);
            Err(MeasureError::OutOfRange { what, range, value })
        };
        if active == 0 || active > visible {
            return refuse("active bits s", "in 1..=n_i", active);
        }
        if rows == 0 {
            return refuse("rows R", "at least 1", rows);
        }
        if levels == 0 {
            return refuse("levels L", "at least 1", levels);
        }
        Ok(Self {
            sparsity: f64::from(active) / f64::from(visible),
            active,
            rows,
            levels,
        })
    }

    /// The share of a pattern's ones that are left at an age, from 1; 0 beyond the window of R L.
    #[must_use]
    pub fn left(&self, age: u32) -> f64 {
        let newer = age.saturating_sub(1) / self.rows;
        if newer >= self.levels {
            return 0.0;
        }
        libm::pow(1.0 - self.sparsity, f64::from(newer))
    }

    /// Accuracy at an age: what is left, and of the rest what is guessed right.
    #[must_use]
    pub fn accuracy(&self, age: u32) -> f64 {
        let left = self.left(age);
        left + (1.0 - left) * self.sparsity
    }

    /// Accuracy for pseudo-patterns at a cue level c, equation 6; at most 1.
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] unless 0 < c <= 1.
    pub fn pseudo_accuracy(&self, cue_level: f64) -> Result<f64, MeasureError> {
        if !(cue_level > 0.0 && cue_level <= 1.0) {
            return Err(MeasureError::OutOfRange {
                what: "cue level",
                range: "above 0 and at most 1",
                value: cue_level,
            });
        }
        let set = 1.0 - libm::pow(1.0 - self.sparsity, f64::from(self.levels));
        let best = 2.0 * cue_level * libm::log(f64::from(self.rows)) * (1.0 - set);
        let gain = libm::sqrt(best / (set * f64::from(self.active)));
        Ok((self.sparsity * (1.0 + gain)).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use slotless_core::bits;
    use slotless_core::recency::{Params, Recency, Unit};
    use slotless_core::rng::{Purpose, stream};

    /// Constants of a program of its own, in whole patterns.
    #[test]
    fn five_networks() {
        for (sizes, fan_in, winners, eps, tau) in [
            ([1000, 2000, 100], 50, 50, 0.3, 220.0),
            ([1000, 2000, 100], 50, 50, 0.1, 734.0),
            ([1000, 2000, 100], 50, 20, 0.5, 324.0),
            ([1000, 1000, 100], 100, 20, 0.3, 245.0),
            ([1000, 200, 100], 500, 5, 0.3, 160.0),
        ] {
            let decay = KWinnerDecay::new(sizes, fan_in, winners, eps).unwrap();
            assert!((decay.tau() - tau).abs() < 0.5, "{decay:?}");
            // What is iterated agrees with itself.
            let p = 0.1;
            assert!((decay.mean_weight() * (1.0 - decay.beta()) - p).abs() < 1e-12);
            assert_eq!(decay.left(1), 1.0);
            assert!((decay.left(221) - libm::exp(-220.0 / decay.tau())).abs() < 1e-15);
        }
    }

    /// With a fan-in without end there is no competition by a single weight: the plain constant.
    #[test]
    fn without_competition() {
        let decay = KWinnerDecay::new([1_000_000, 2000, 100_000], 1_000_000, 50, 0.3).unwrap();
        let plain = 2000.0 / (50.0 * 0.3);
        assert!((decay.tau() / plain - 1.0).abs() < 0.01, "{}", decay.tau());
        assert!((decay.mean_weight() - 0.1).abs() < 0.001);
    }

    #[test]
    fn what_has_no_decay_is_refused() {
        let refused = |sizes, fan_in, winners, eps| {
            KWinnerDecay::new(sizes, fan_in, winners, eps)
                .unwrap_err()
                .to_string()
        };
        let sizes = [1000, 2000, 100];
        assert_eq!(
            refused([100, 20, 100], 5, 3, 0.3),
            "active bits s must be in 1..n_i, got 100"
        );
        assert_eq!(
            refused(sizes, 0, 50, 0.3),
            "fan-in m must be at least 1, got 0"
        );
        assert_eq!(
            refused(sizes, 50, 2000, 0.3),
            "winners k must be in 1..n_h, got 2000"
        );
        assert!(refused(sizes, 50, 50, f64::NAN).starts_with("learning rate eps must be"));
        assert!(refused(sizes, 1, 1, 0.3).starts_with("beta of equation 1 must be below 1"));
        assert!(RecencyDecay::new(10, 11, 1, 1).is_err());
        assert!(RecencyDecay::new(10, 1, 0, 1).is_err());
        assert!(RecencyDecay::new(10, 1, 1, 0).is_err());
    }

    /// By hand: 41 % of the cells of a row are set, and of 200 rows the best has 57 % of a whole cue in them, 62 % of a half one.
    #[test]
    fn pseudo_patterns_are_recalled_from_the_best_row() {
        let decay = RecencyDecay::new(1000, 100, 200, 5).unwrap();
        for (cue, wanted) in [(1.0, 0.1391), (0.5, 0.1276)] {
            let found = decay.pseudo_accuracy(cue).unwrap();
            assert!((found - wanted).abs() < 5e-4, "{found}");
        }
        // One row is no choice; a row of set cells alone is none either.
        let one = RecencyDecay::new(1000, 100, 1, 5).unwrap();
        assert_eq!(one.pseudo_accuracy(1.0), Ok(0.1));
        let full = RecencyDecay::new(10, 10, 200, 5).unwrap();
        assert_eq!(full.pseudo_accuracy(1.0), Ok(1.0));
        for cue in [0.0, 1.01, f64::NAN] {
            assert!(decay.pseudo_accuracy(cue).is_err());
        }
    }

    /// Against the memory itself: members that are left at each level.
    #[test]
    fn recency_levels_keep_what_is_said() {
        let params = Params::builder(400, 10)
            .active(40)
            .levels(4)
            .cap(400)
            .build()
            .unwrap();
        let decay = RecencyDecay::new(400, 40, 10, 4).unwrap();
        let mut left = [0u32; 41];
        for trial in 0..60 {
            let mut memory = Recency::new(params, vec![0; params.words()]).unwrap();
            let mut scratch = vec![0; params.scratch_words()];
            let mut patterns = Vec::new();
            for number in 0..60 {
                let mut pattern = vec![0; 13];
                let mut draws = stream(1, Purpose(933), trial, number);
                bits::sample(400, 40, &mut draws, &mut pattern).unwrap();
                memory.learn(&pattern, &mut scratch).unwrap();
                patterns.push(pattern);
            }
            for age in 1..=40usize {
                let pattern = &patterns[60 - age];
                let recalled = memory.recall(pattern, &mut scratch).unwrap();
                assert_eq!(
                    recalled.matched.map(|matched| matched.age()),
                    Some(age as u64)
                );
                let members =
                    bits::ones(pattern).filter(|&unit| recalled.unit(unit) == Unit::Member);
                left[age] += members.count() as u32;
            }
        }
        for level in 0..4 {
            let ages = 10 * level + 1..=10 * level + 10;
            let sum: u32 = ages.clone().map(|age| left[age]).sum();
            let share = f64::from(sum) / (10.0 * 60.0 * 40.0);
            for age in ages {
                assert!(
                    (decay.left(age as u32) - share).abs() < 0.01,
                    "{age}: {share}"
                );
            }
        }
        assert_eq!((decay.left(40), decay.left(41)), (0.9f64.powi(3), 0.0));
        assert_eq!(decay.accuracy(41), 0.1);
    }
}
