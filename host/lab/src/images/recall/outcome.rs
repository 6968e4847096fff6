//! What came of it.

use std::fmt;

use slotless_core::hopfield::{Ended, Sign};

use crate::images::Shape;

/// All pictures of one run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Size of each picture.
    pub shape: Shape,
    /// What each is called.
    pub names: Vec<String>,
    /// The network with its sizes as they came out, on one line.
    pub resolved: String,
    /// Mean overlap of two stored pictures, if there are two, and not too many.
    pub likeness: Option<f64>,
    /// What became of each.
    pub retrievals: Vec<Retrieval>,
}

impl Outcome {
    /// How many came back.
    #[must_use]
    pub fn right(&self) -> usize {
        let right = |one: &&Retrieval| matches!(one.verdict, Verdict::Right { .. });
        self.retrievals.iter().filter(right).count()
    }

    /// How many came back, and how near the others are, on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        format!(
            "{} of {} came back; mean overlap with the original {:.3} before, {:.3} after",
            self.right(),
            self.retrievals.len(),
            self.mean(|one| one.before),
            self.mean(|one| one.after)
        )
    }

    /// The mean over all pictures.
    #[must_use]
    pub fn mean(&self, of: impl Fn(&Retrieval) -> f64) -> f64 {
        let sum: f64 = self.retrievals.iter().map(of).sum();
        sum / self.retrievals.len().max(1) as f64
    }
}

/// One picture: stored, corrupted, recalled. Pictures are values from -1 (black) to +1, as the network has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Retrieval {
    /// As it was stored.
    pub original: Vec<f32>,
    /// What the network was shown.
    pub cue: Vec<f32>,
    /// What it came to.
    pub recalled: Vec<f32>,
    /// Overlap of the cue with the original: the mean product of their units for states of -1 and +1, the cosine of the angle
    /// between them for real ones.
    pub before: f64,
    /// Overlap of what was recalled with the original.
    pub after: f64,
    /// The stored picture that is nearest to what was recalled.
    pub nearest: usize,
    /// What was recalled.
    pub verdict: Verdict,
    /// Steps made: updates of one unit, or of the whole state, as the network makes them.
    pub steps: u64,
    /// What ended them.
    pub ending: Ending,
    /// Energy of the cue and of what was recalled, where the network has one.
    pub energies: Option<[f64; 2]>,
    /// The way between them, for the pictures that are shown.
    pub path: Option<Path>,
}

/// The way from a cue to what was recalled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// Steps made, and the energy then: the cue's, each new one, and the last.
    pub energies: Vec<(u64, f64)>,
    /// At most three states on the way.
    pub moments: Vec<Moment>,
}

/// A state on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Steps made so far.
    pub step: u64,
    /// The picture.
    pub picture: Vec<f32>,
}

/// Places of at most three states between the first and the last of `count` changes: a quarter, half and three quarters of the
/// way, none of them the end.
pub(super) fn on_the_way(count: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (1..4)
        .map(|quarter| (count * quarter).div_ceil(4))
        .collect();
    places.retain(|&place| (1..count).contains(&place));
    places.dedup();
    places
}

/// What was recalled.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The original, but for this many pixels.
    Right {
        /// Pixels that differ.
        off: u32,
    },
    /// Another stored picture.
    Wrong {
        /// Which one.
        memory: usize,
        /// Pixels that differ from it.
        off: u32,
    },
    /// A stored picture with black and white changed round.
    Inverted {
        /// Which one.
        memory: usize,
    },
    /// The majority of these stored pictures, some of them inverted.
    Mixture(Vec<(usize, Sign)>),
    /// A weighted mean of stored pictures.
    Blend {
        /// How many it is of, in effect: 1 over the sum of the squares of their shares.
        memories: f64,
    },
    /// None of these.
    Spurious {
        /// Pixels that differ from the nearest stored picture or its inverse.
        off: u32,
    },
}

impl Verdict {
    /// One word, for tables.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Right { .. } => "right",
            Self::Wrong { .. } => "wrong",
            Self::Inverted { .. } => "inverted",
            Self::Mixture(_) | Self::Blend { .. } => "mixture",
            Self::Spurious { .. } => "spurious",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let off = |off: u32| match off {
            0 => String::new(),
            off => format!(", {off} px off"),
        };
        match self {
            Self::Right { off: pixels } => write!(f, "right{}", off(*pixels)),
            Self::Wrong {
                memory,
                off: pixels,
            } => {
                write!(f, "wrong: memory {memory}{}", off(*pixels))
            }
            Self::Inverted { memory } => write!(f, "inverted memory {memory}"),
            Self::Mixture(parts) => {
                let name = |(memory, sign): &(usize, Sign)| match sign {
                    Sign::Plus => memory.to_string(),
                    Sign::Minus => format!("\u{2212}{memory}"),
                };
                let names: Vec<String> = parts.iter().map(name).collect();
                write!(f, "mixture of {}", names.join(", "))
            }
            Self::Blend { memories } => write!(f, "mean of about {memories:.1} memories"),
            Self::Spurious { off } => write!(f, "spurious, {off} px from any"),
        }
    }
}

/// What ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nothing changes any more.
    FixedPoint,
    /// The last updates changed nothing.
    Patience,
    /// The most steps were made.
    MostSteps,
}

impl Ending {
    /// In a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::FixedPoint => "fixed point",
            Self::Patience => "patience",
            Self::MostSteps => "most steps",
        }
    }
}

impl From<Ended> for Ending {
    fn from(ended: Ended) -> Self {
        match ended {
            // Neither a memory nor a floor of the energy ends a run here.
            Ended::FixedPoint | Ended::Stored { .. } | Ended::EnergyFloor => Self::FixedPoint,
            Ended::Patience => Self::Patience,
            Ended::MostUpdates => Self::MostSteps,
        }
    }
}
