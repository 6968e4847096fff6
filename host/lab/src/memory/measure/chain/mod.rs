//! How K-winner networks forget, with whole distributions in place of means: from the sizes alone to the accuracy at any age.
//!
//! [`KWinnerDecay`](super::KWinnerDecay) has the constant of decay by two moments of the weights. Here the weights' distribution
//! is followed, on a lattice of L steps from 0 to 1 (a weight is `i / L`), and recall with it. No number is fitted. Every unit is
//! taken to be like any other (a mean field); `docs/theory.md` says where each equation comes from.
//!
//! With `p = s / n_i`, `q = k / n_h`, a unit's number n of ones among its m inputs (hypergeometric, `P(n)`), D the distribution of
//! a weight at any time, and E that of a weight of a unit that wins, before it learns:
//!
//! * the sum of all weights of a unit varies less than that of independent ones, since each win draws it to n: the sum S of n weights
//!   has the probability of independent ones times `exp(-(S - n mean)^2 / (2 V_n))` (C1);
//! * the threshold of winning, ties shared: `sum of P(n) P(S_n >= theta) = q` (C2);
//! * the probability that an input of weight w is active in a win: `pi(w) = p A(w) / rho(w)`, `A(w)` the probability of winning with the
//!   input active, `B(w)` without, and `rho(w) = p A(w) + (1 - p) B(w)` (C3);
//! * stationarity: E is left as it is by `w' = (1 - eps) w + eps x`, x = 1 with probability `pi(w)`, rounded at random to the lattice;
//!   a weight waits the longer for a win the smaller its rho, so that D is E / rho, to a total of 1 (C4);
//! * the trace: the weights of a stored pattern's ones are E pi (to a total of 1) after a step with x = 1; every further win of the
//!   unit takes them through C4's step, which leaves the share g_N of their mean excess after N wins. Over the first three wins it
//!   shrinks by `c = (1 - g_3) / (1 + g_1 + g_2)` a win: `beta = 1 - c / eps`, `tau = n_h / (k c)` (C5);
//! * units that stored the pattern with n of its ones have, N wins later, a potential of mean `n (mu + g_N (w_n - mu))`, w_n from the
//!   winners' potentials in C2, N Poisson of mean `q (t - 1)` (C6); of a cue's c s ones they have a hypergeometric number;
//! * the other units had less than theta when the pattern was stored, and still have it until they win again; in the end they have fewer
//!   of its ones among their inputs (C7);
//! * both kinds are held against one threshold at recall, with k units above it in sum (C8);
//! * this gives how many winners each visible unit meets, and with weights from which distribution (C9): those in the cue weigh more,
//!   since their unit won by them (the distribution is tilted to that mean), the others less;
//! * weights to one visible unit have been moved by the same patterns: their mean varies from unit to unit by
//!   `tau / 2 (p d_1^2 + (1 - p) d_0^2)`, d_1 and d_0 what a pattern with and without the unit moves it by (C10);
//! * a unit's output is the sum over k winners; the s largest are taken; accuracy is the share of the pattern's ones among them (C11).

mod hidden;
mod lattice;
mod output;
mod stationary;
#[cfg(test)]
mod tests;
mod total;
mod trace;

use self::hidden::{Cue, Recalled};
use self::stationary::Stationary;
use self::trace::Traces;
use super::MeasureError;
use crate::patterns::floor_share;

/// Steps of the lattice for weights finer than that.
const FINE: u32 = 40;
/// Inputs times levels of a unit's potential that are reckoned with at most.
const LARGEST: f64 = 2e4;

/// What a chain is made for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sizes {
    /// n_i, n_h, s.
    units: [u32; 3],
    fan_in: u32,
    winners: u32,
    eps: f64,
    /// Steps of the lattice.
    levels: usize,
    totals: Totals,
}

/// Whether the weights of a unit know of each other by their sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Totals {
    /// Every win draws it to the number of the winner's ones.
    Held,
    /// They are independent: the limit that tests hold to the numbers of another program.
    #[cfg_attr(not(test), expect(dead_code))]
    Free,
}

impl Sizes {
    fn sparsity(&self) -> f64 {
        f64::from(self.units[2]) / f64::from(self.units[0])
    }

    /// Share of the units that win.
    fn share(&self) -> f64 {
        f64::from(self.winners) / f64::from(self.units[1])
    }
}

/// Sizes of a [`KWinnerChain`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ChainBuilder(Sizes);

impl ChainBuilder {
    /// Fan-in m, 1..=n_i; n_i unless told otherwise.
    pub fn fan_in(mut self, fan_in: u32) -> Self {
        self.0.fan_in = fan_in;
        self
    }

    /// Winners k, 1..n_h; 1 unless told otherwise.
    pub fn winners(mut self, winners: u32) -> Self {
        self.0.winners = winners;
        self
    }

    /// Learning rate eps, above 0 to 1; 1 unless told otherwise.
    pub fn rate(mut self, eps: f64) -> Self {
        self.0.eps = eps;
        self
    }

    /// Steps of the weights from 0 to 1, rounded at random, 1..=40: 1, 3 or 15 for weights of 1, 2 or 4 bits. 40 unless
    /// told otherwise, for finer weights: rounding to it adds at most `1 / (4 40^2)` to the variance of a weight at a win.
    pub fn levels(mut self, levels: u32) -> Self {
        self.0.levels = levels as usize;
        self
    }

    /// Solves C1 to C5: about 50 rounds, each of some `(m p)^2 L^2` products.
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] for a size outside its range, [`MeasureError::NoTheory`] for k = 1 with eps = 1, which is Theorem
    /// 1's network ([`OneWinnerTheory`](super::OneWinnerTheory)), [`MeasureError::NoSolution`] where no stationary weights are
    /// found.
    pub fn build(self) -> Result<KWinnerChain, MeasureError> {
        let sizes = self.0;
        let [visible, hidden, active] = sizes.units;
        let refuse = |what, range, value: f64| Err(MeasureError::OutOfRange { what, range, value });
        if active == 0 || active >= visible {
            return refuse("active bits s", "in 1..n_i", active.into());
        }
        if sizes.fan_in == 0 || sizes.fan_in > visible {
            return refuse("fan-in m", "in 1..=n_i", sizes.fan_in.into());
        }
        if sizes.winners == 0 || sizes.winners >= hidden {
            return refuse("winners k", "in 1..n_h", sizes.winners.into());
        }
        if !(sizes.eps > 0.0 && sizes.eps <= 1.0) {
            return refuse("learning rate eps", "above 0 and at most 1", sizes.eps);
        }
        if sizes.levels == 0 || sizes.levels > FINE as usize {
            return refuse("levels of weights", "in 1..=40", sizes.levels as f64);
        }
        if sizes.winners == 1 && sizes.eps == 1.0 {
            return Err(MeasureError::NoTheory(
                "k = 1 with eps = 1 is the network of Theorem 1",
            ));
        }
        let potentials = f64::from(sizes.fan_in) * sizes.sparsity() * sizes.levels as f64;
        if potentials > LARGEST {
            let range = "at most 20000";
            return refuse("ones of a unit's inputs times levels", range, potentials);
        }
        let state = Stationary::new(&sizes)?;
        let traces = Traces::new(&state);
        Ok(KWinnerChain {
            sizes,
            state,
            traces,
        })
    }
}

/// The theory of one K-winner network, C1 to C11.
///
/// ```
/// use slotless::memory::measure::KWinnerChain;
/// # fn main() -> Result<(), slotless::memory::measure::MeasureError> {
/// // 200 units that see 500 of 1,000 inputs each, five winners, 4-bit weights.
/// let sizes = KWinnerChain::builder([1000, 200, 100]).fan_in(500).winners(5).rate(0.3).levels(15);
/// let chain = sizes.build()?;
/// assert!((chain.tau() - 167.0).abs() < 1.0);
/// let recall = chain.recall(0.5)?;
/// let point = recall.at(50);
/// assert!(point.accuracy > recall.pseudo_accuracy());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct KWinnerChain {
    sizes: Sizes,
    state: Stationary,
    traces: Traces,
}

impl KWinnerChain {
    /// A chain for n_i visible units, n_h hidden ones and s ones of a pattern.
    pub fn builder(units: [u32; 3]) -> ChainBuilder {
        ChainBuilder(Sizes {
            units,
            fan_in: units[0],
            winners: 1,
            eps: 1.0,
            levels: FINE as usize,
            totals: Totals::Held,
        })
    }

    fn scale(&self) -> f64 {
        self.sizes.levels as f64
    }

    /// Mean weight, of full scale: over a network at any time.
    #[must_use]
    pub fn mean_weight(&self) -> f64 {
        self.state.at_random.mean() / self.scale()
    }

    /// Mean weight of the units that win, of full scale: what traces decay to, mu.
    #[must_use]
    pub fn winners_mean_weight(&self) -> f64 {
        self.traces.mean / self.scale()
    }

    /// How much a weight of 1 adds to the probability that its input is active in a win, as far as traces tell (C5).
    #[must_use]
    pub fn beta(&self) -> f64 {
        1.0 - self.traces.shrinkage / self.sizes.eps
    }

    /// The constant of decay of traces, in patterns (C5).
    #[must_use]
    pub fn tau(&self) -> f64 {
        1.0 / (self.sizes.share() * self.traces.shrinkage)
    }

    /// Mean excess over mu of the weights of a pattern's ones in units that won for it, of full scale, at an age from 1.
    #[must_use]
    pub fn excess(&self, age: u32) -> f64 {
        self.traces.excess(self.wins(age)) / self.scale()
    }

    /// Wins of a unit that are expected after a pattern of this age.
    fn wins(&self, age: u32) -> f64 {
        self.sizes.share() * f64::from(age.saturating_sub(1))
    }

    /// Recall from cues that keep the share `cue` of a pattern's ones, floor(c s) of them.
    ///
    /// # Errors
    /// [`MeasureError::OutOfRange`] unless the cue level is at most 1 and keeps at least one unit.
    pub fn recall(&self, cue: f64) -> Result<ChainRecall<'_>, MeasureError> {
        let active = self.sizes.units[2];
        let kept = if cue > 0.0 && cue <= 1.0 {
            floor_share(cue, active)
        } else {
            0
        };
        if kept == 0 {
            return Err(MeasureError::OutOfRange {
                what: "cue level",
                range: "above 0 and at most 1, and at least one unit of a pattern",
                value: cue,
            });
        }
        let cue = Cue::new(self, kept);
        let mut recall = ChainRecall {
            chain: self,
            cue,
            deviation: libm::sqrt(output::column_variance(self)),
            pseudo: 0.0,
        };
        recall.pseudo = recall.accuracy_of(&Recalled::new(self, &recall.cue, None));
        Ok(recall)
    }
}

/// Recall of a [`KWinnerChain`] at one cue level.
#[derive(Clone, Debug)]
pub struct ChainRecall<'c> {
    chain: &'c KWinnerChain,
    cue: Cue,
    deviation: f64,
    pseudo: f64,
}

/// What the theory says of patterns of one age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainPoint {
    /// Accuracy, 0..=1.
    pub accuracy: f64,
    /// Accuracy less that of patterns never learned.
    pub raw_difference: f64,
    /// Share of the units that won for the pattern which win for its cue now.
    pub surviving: f64,
}

impl ChainRecall<'_> {
    fn accuracy_of(&self, recalled: &Recalled) -> f64 {
        output::accuracy(self.chain, self.cue.kept, recalled, self.deviation)
    }

    /// Accuracy of patterns never learned, 0..=1.
    #[must_use]
    pub fn pseudo_accuracy(&self) -> f64 {
        self.pseudo
    }

    /// What becomes of patterns of an age, from 1 (the newest). Some ms.
    #[must_use]
    pub fn at(&self, age: u32) -> ChainPoint {
        let chain = self.chain;
        let recalled = Recalled::new(chain, &self.cue, Some(chain.wins(age)));
        let accuracy = self.accuracy_of(&recalled);
        ChainPoint {
            accuracy,
            raw_difference: accuracy - self.pseudo,
            surviving: recalled.surviving,
        }
    }
}
