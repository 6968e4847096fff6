//! The trials of one condition, as arrays of trials x ages.

use std::borrow::Cow;

use ndarray::Array2;

use super::condition::{Condition, Counted};
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
                let tested = |kind| Tested {
                    counts: Array2::from_shape_fn((shape.0, counts), |(trial, place)| {
                        set(trial, kind).counts[place]
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
        Self {
            cues,
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
        let level = self.condition.protocol.cues[cue];
        match self.condition.max_score(level, self.ones(kind, at)) {
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
