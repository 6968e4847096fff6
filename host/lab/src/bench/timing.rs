//! Timing of one step of one network.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::Sizes;
use crate::patterns::{Patterns, random};
use crate::purpose::bench as purpose;
use slotless_kernels::cpu::Network;

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Learning one pattern.
    Learn,
    /// Recall from one whole pattern.
    Recall,
    /// Recall from many whole patterns at a time; the time is that of one.
    RecallMany,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Learn, Self::Recall, Self::RecallMany];

    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Learn => "learn",
            Self::Recall => "recall",
            Self::RecallMany => "recall_many",
        }
    }
}

/// Seconds of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// Mean of the fastest round.
    pub min: f64,
    /// Median over rounds.
    pub median: f64,
    /// Rounds.
    pub rounds: usize,
}

impl Timing {
    /// Least and median of at least one round.
    pub(super) fn of(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        Self {
            min: rounds[0],
            median: rounds[rounds.len() / 2],
            rounds: rounds.len(),
        }
    }
}

/// Patterns for a network, and the network after it has learned them: a fresh network has other ties and other winners
/// than one in use. `patterns` is their number.
#[must_use]
pub fn prepare(mut network: Network, sizes: &Sizes, patterns: usize) -> (Network, Patterns) {
    let data = random(20_260, purpose::PATTERNS, 0, sizes.n_i, sizes.s, patterns);
    data.iter().for_each(|pattern| {
        network.learn(pattern).expect("patterns have ones");
    });
    (network, data)
}

/// Times a step over rounds through the patterns, for about `budget` and at least three rounds.
///
/// # Panics
/// If there are no patterns, or one without ones is to be learned.
#[must_use]
pub fn time(network: &mut Network, patterns: &Patterns, step: Step, budget: Duration) -> Timing {
    assert!(!patterns.is_empty(), "patterns to be timed with");
    // A round is long enough for the clock and short enough for a quiet moment.
    const STEPS: usize = 250;
    let words = patterns.words().len() / patterns.len();
    let mut recalled = vec![0; words * STEPS];
    let mut scores = vec![0; STEPS];
    let mut rounds = Vec::new();
    let start = Instant::now();
    let mut next = 0;
    while rounds.len() < 3 || start.elapsed() < budget {
        let steps = STEPS.min(patterns.len() - next);
        let one = Instant::now();
        match step {
            Step::Learn => (next..next + steps).for_each(|index| {
                black_box(
                    network
                        .learn(patterns.get(index))
                        .expect("patterns have ones"),
                );
            }),
            Step::Recall => (next..next + steps).for_each(|index| {
                let ones = patterns.ones()[index];
                black_box(network.recall(patterns.get(index), ones, &mut recalled[..words]));
            }),
            Step::RecallMany => network.recall_many(
                &patterns.words()[next * words..][..steps * words],
                &patterns.ones()[next..][..steps],
                &mut recalled[..steps * words],
                &mut scores[..steps],
            ),
        }
        rounds.push(one.elapsed().as_secs_f64() / steps as f64);
        next = (next + steps) % patterns.len();
    }
    Timing::of(rounds)
}
