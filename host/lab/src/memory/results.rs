//! The trials of one condition, as arrays of trials x ages.

use std::borrow::Cow;

use ndarray::Array2;

use super::condition::{Condition, Counted, Intrusions};
use super::measure::ClassCounts;
use super::trial::TrialRecord;

/// Which set of patterns was tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Learned patterns.
    Real,
    /// Never-learned patterns from the same source.
    Pseudo,
    /// Never-learned uniform patterns (structured data only).
    Unstructured,
}

impl Kind {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Real, Self::Pseudo, Self::Unstructured];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Pseudo => "pseudo",
            Self::Unstructured => "unstructured",
        }
    }
}

/// One set of patterns at one cue level: trials x ages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// |x AND x_hat|.
    pub overlaps: Array2<u32>,
    /// Match scores, in raw weights.
    pub scores: Array2<u64>,
    /// Where content is counted, for each age and each class of the answer ([`Condition::classes`]): units that are not in
    /// the cue, and ones of the pattern among them. Trials x (ages x classes x 2); without columns where it is not.
    pub counts: Array2<u32>,
    /// Where intrusions are counted, the most ones that an answer shares with another pattern of those that were learned than
    /// its own; without columns where they are not.
    pub others: Array2<u32>,
}

/// The share of a pattern's ones that an answer which is counted as that pattern has at least.
pub const RECALLED: f64 = 0.5;

/// What answers at an age are, as shares of the trials; they sum to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// The pattern itself: at least [`RECALLED`] of its ones, and no other pattern that was learned shares more.
    pub recalled: f64,
    /// Another pattern that was learned, which shares more, and at least as many ones: an intrusion.
    pub intrusions: f64,
    /// Neither: no pattern that was ever learned shares as many.
    pub spurious: f64,
}

/// All trials of a condition, in the order of their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// What was run.
    pub condition: Condition,
    /// For each cue level, the sets in the order of [`Kind::ALL`]; without the unstructured one where the data is not
    /// structured.
    pub cues: Vec<Vec<Tested>>,
    /// Ones of the learned patterns, by age.
    pub ones_real: Array2<u32>,
    /// Ones of the pseudo-patterns.
    pub ones_pseudo: Array2<u32>,
    /// Ones of what the cues of learned patterns and of pseudo-patterns are drawn from, where that is something else and
    /// differs from pattern to pattern.
    pub ones_cued: Option<[Array2<u32>; 2]>,
    /// Mean pairwise similarity of each trial's tested patterns, and of what the network stored of them: trials x 2.
    pub similarity: Array2<f64>,
}

impl<'a> From<&'a Results> for Cow<'a, Results> {
    fn from(results: &'a Results) -> Self {
        Cow::Borrowed(results)
    }
}

impl Results {
    /// Puts the trials of a condition together.
    ///
    /// # Panics
    /// If a record is not of this condition.
    #[must_use]
    pub fn from_trials(condition: Condition, trials: &[TrialRecord]) -> Self {
        let shape = (trials.len(), condition.protocol.learned as usize);
        let kinds = if condition.data.structured() { 3 } else { 2 };
        let cues = (0..condition.protocol.cues.len())
            .map(|cue| {
                let set = |trial: usize, kind: usize| {
                    let outcome = &trials[trial].cues[cue];
                    [&outcome.real, &outcome.pseudo, &outcome.unstructured][kind]
                };
                let counts = match condition.protocol.counted {
                    Counted::Overlap => 0,
                    Counted::Content => 2 * condition.classes() * shape.1,
                };
                let others = match condition.protocol.intrusions {
                    Intrusions::Uncounted => 0,
                    Intrusions::Counted => shape.1,
                };
                let tested = |kind| Tested {
                    counts: Array2::from_shape_fn((shape.0, counts), |(trial, place)| {
                        set(trial, kind).counts[place]
                    }),
                    others: Array2::from_shape_fn((shape.0, others), |(trial, age)| {
                        set(trial, kind).others[age]
                    }),
                    overlaps: Array2::from_shape_fn(shape, |(trial, age)| {
                        set(trial, kind).overlaps[age]
                    }),
                    scores: Array2::from_shape_fn(shape, |(trial, age)| {
                        set(trial, kind).scores[age]
                    }),
                };
                (0..kinds).map(tested).collect()
            })
            .collect();
        let ones_cued = condition.data.has_own_cues().then(|| {
            [0, 1].map(|which| {
                Array2::from_shape_fn(shape, |(trial, age)| {
                    let cued = trials[trial].ones_cued.as_ref();
                    cued.map_or(0, |cued| cued[which][age])
                })
            })
        });
        Self {
            cues,
            ones_cued,
            ones_real: Array2::from_shape_fn(shape, |(trial, age)| trials[trial].ones_real[age]),
            ones_pseudo: Array2::from_shape_fn(shape, |(trial, age)| {
                trials[trial].ones_pseudo[age]
            }),
            similarity: Array2::from_shape_fn((trials.len(), 2), |(trial, which)| {
                trials[trial].similarity[which]
            }),
            condition,
        }
    }

    /// Number of trials.
    #[must_use]
    pub fn trials(&self) -> usize {
        self.ones_real.nrows()
    }

    /// The sets of patterns that were tested.
    #[must_use]
    pub fn kinds(&self) -> &'static [Kind] {
        if self.condition.data.structured() {
            &Kind::ALL
        } else {
            &Kind::ALL[..2]
        }
    }

    /// Place of a cue level, if it was tested.
    #[must_use]
    pub fn cue(&self, level: f64) -> Option<usize> {
        self.condition
            .protocol
            .cues
            .iter()
            .position(|&cue| cue == level)
    }

    fn ones(&self, kind: Kind, at: (usize, usize)) -> u32 {
        match kind {
            Kind::Real => self.ones_real[at],
            Kind::Pseudo => self.ones_pseudo[at],
            Kind::Unstructured => self.condition.network.s,
        }
    }

    /// Ones of what a pattern's cue is drawn from.
    fn cued(&self, kind: Kind, at: (usize, usize)) -> u32 {
        let Condition { network, data, .. } = &self.condition;
        match (kind, &self.ones_cued, data.ones(network.n_i, network.s)) {
            (Kind::Real, Some(cued), _) => cued[0][at],
            (Kind::Pseudo, Some(cued), _) => cued[1][at],
            (_, _, Some([cued, _])) => cued,
            _ => self.ones(kind, at),
        }
    }

    /// The fewest and the most ones of what cues of learned patterns are drawn from.
    #[must_use]
    pub fn cued_range(&self) -> [u32; 2] {
        let ones = self.ones_real.indexed_iter();
        let ones = ones.map(|(at, _)| self.cued(Kind::Real, at));
        ones.fold(None, |range: Option<[u32; 2]>, ones| {
            let [low, high] = range.unwrap_or([ones; 2]);
            Some([low.min(ones), high.max(ones)])
        })
        .unwrap_or_default()
    }

    fn tested(&self, cue: usize, kind: Kind) -> &Tested {
        &self.cues[cue][kind as usize]
    }

    /// The overlap and the ones of a pattern, by (trial, age): the accuracy is their share.
    ///
    /// # Panics
    /// As [`Results::accuracy`].
    #[must_use]
    pub fn count(&self, cue: usize, kind: Kind, at: (usize, usize)) -> [u32; 2] {
        [self.tested(cue, kind).overlaps[at], self.ones(kind, at)]
    }

    /// The match score and the largest possible for that cue, by (trial, age): the familiarity is their share.
    ///
    /// # Panics
    /// As [`Results::accuracy`].
    #[must_use]
    pub fn score(&self, cue: usize, kind: Kind, at: (usize, usize)) -> [u64; 2] {
        // What is answered in a chain is the whole cue of the next step.
        let level = match self.condition.begins(at.1 as u32) {
            true => self.condition.protocol.cues[cue],
            false => 1.0,
        };
        match self.condition.max_score(level, self.cued(kind, at)) {
            0 => [0, 1],
            most => [self.tested(cue, kind).scores[at], most],
        }
    }

    /// Accuracy at cue level number `cue`: overlap divided by the ones of that pattern.
    ///
    /// # Panics
    /// If there is no such cue level, or the set was not tested.
    #[must_use]
    pub fn accuracy(&self, cue: usize, kind: Kind) -> Array2<f64> {
        let overlaps = &self.tested(cue, kind).overlaps;
        Array2::from_shape_fn(overlaps.dim(), |at| {
            f64::from(overlaps[at]) / f64::from(self.ones(kind, at).max(1))
        })
    }

    /// What answers to learned patterns at cue level number `cue` are, by age, where that was counted.
    ///
    /// # Panics
    /// As [`Results::accuracy`].
    #[must_use]
    pub fn outcomes(&self, cue: usize) -> Option<Vec<Outcomes>> {
        let tested = self.tested(cue, Kind::Real);
        let trials = self.trials();
        if tested.others.is_empty() {
            return None;
        }
        let of_age = |age: usize| {
            let mut counts = [0u32; 3];
            for trial in 0..trials {
                let at = (trial, age);
                let is =
                    |shared: u32| f64::from(shared) >= RECALLED * f64::from(self.ones_real[at]);
                let [own, other] = [tested.overlaps[at], tested.others[at]];
                if is(own) && own >= other {
                    counts[0] += 1;
                } else if is(other) {
                    counts[1] += 1;
                } else {
                    counts[2] += 1;
                }
            }
            let [recalled, intrusions, spurious] =
                counts.map(|count| f64::from(count) / trials as f64);
            Outcomes {
                recalled,
                intrusions,
                spurious,
            }
        };
        Some((0..tested.overlaps.ncols()).map(of_age).collect())
    }

    /// What answers said of units that are not in the cue, where that was counted.
    ///
    /// # Panics
    /// As [`Results::accuracy`].
    #[must_use]
    pub fn class_counts(&self, cue: usize, kind: Kind) -> Option<ClassCounts<'_>> {
        let counts = &self.tested(cue, kind).counts;
        ClassCounts::new(counts.view(), self.condition.classes()).ok()
    }

    /// Match scores as shares of the largest possible for that cue.
    ///
    /// # Panics
    /// As [`Results::accuracy`].
    #[must_use]
    pub fn familiarity(&self, cue: usize, kind: Kind) -> Array2<f64> {
        Array2::from_shape_fn(self.ones_real.dim(), |at| {
            let [score, most] = self.score(cue, kind, at);
            score as f64 / most as f64
        })
    }
}
