//! What a stored pattern leaves in the weights of a unit that won for it: C5.

use super::lattice::{Law, events};
use super::stationary::{Input, Stationary};

/// Wins of a unit after which nothing is left of a trace, at most.
const MOST_WINS: usize = 600;
/// What is nothing, of the excess at first.
const NOTHING: f64 = 1e-7;
/// Wins over which the shrinkage is taken.
const FIRST: usize = 3;

/// The trace by the number of wins since.
#[derive(Clone, Debug)]
pub(super) struct Traces {
    /// Weights of the pattern's ones, and of its zeros.
    pub ones: Vec<Law>,
    pub zeros: Vec<Law>,
    /// What is left of the mean excess of the ones; 1 at first.
    pub left: Vec<f64>,
    /// Mean weight in wins, and of the ones and zeros just stored.
    pub mean: f64,
    pub stored: [f64; 2],
    /// The same before it was stored.
    pub before: [f64; 2],
    /// The share of an excess that a win takes.
    pub shrinkage: f64,
}

impl Traces {
    pub fn new(state: &Stationary) -> Self {
        let mean = state.at_wins.mean();
        let after = |input, is_one: f64| state.step.apply(&state.before(input), |_| is_one);
        let mut ones = vec![after(Input::One, 1.0)];
        let mut zeros = vec![after(Input::Zero, 0.0)];
        let stored = [ones[0].mean(), zeros[0].mean()];
        let mut left = vec![1.0];
        while left.len() < MOST_WINS && left[left.len() - 1] > NOTHING {
            for laws in [&mut ones, &mut zeros] {
                let next = state
                    .step
                    .apply(&laws[laws.len() - 1], |number| state.active[number]);
                laws.push(next);
            }
            left.push((ones[ones.len() - 1].mean() - mean) / (stored[0] - mean));
        }
        // Of a rate of 1 nothing may be left at once.
        let first = FIRST.min(left.len() - 1);
        let shrinkage = (left[0] - left[first]) / left[..first].iter().sum::<f64>();
        Self {
            ones,
            zeros,
            left,
            mean,
            stored,
            before: [
                state.before(Input::One).mean(),
                state.before(Input::Zero).mean(),
            ],
            shrinkage,
        }
    }

    /// Probabilities of numbers of wins that are followed, `mean` of them expected.
    pub fn chances(&self, mean: f64) -> Vec<f64> {
        let last = self.left.len() - 1;
        let mut chances = events(mean, last);
        let rest = 1.0 - chances.iter().sum::<f64>();
        chances[last] += rest.max(0.0);
        chances
    }

    /// Mean excess of the stored ones after a time in which so many wins are expected.
    pub fn excess(&self, mean: f64) -> f64 {
        let chances = self.chances(mean);
        let left: f64 = chances
            .iter()
            .zip(&self.left)
            .map(|(p, left)| p * left)
            .sum();
        left * (self.stored[0] - self.mean)
    }
}
