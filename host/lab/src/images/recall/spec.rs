//! What is to be done, and what may be wrong with it.

use crate::choice::choices;
use crate::run::manifest::Listed;
use serde::{Deserialize, Serialize};
use slotless_core::hopfield::{classical, dense};
use slotless_core::kwinner::{self, Assignment};
use thiserror::Error;

use crate::images::{Corruption, CorruptionError, Erased, Pictures, Threshold, ThresholdError};

/// Which network recalls pictures, and how they are corrupted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Where the pictures are from, for the record.
    pub images: String,
    /// How many there are, for the record.
    pub memories: usize,
    /// How they are corrupted.
    pub corrupt: Corruption,
    /// The network.
    pub network: Network,
    /// Seed of the noise, the order of updates, and the K-winner network.
    pub seed: u64,
}

impl Listed for Spec {
    const KEY: &'static str = "recall";
}

/// A network and its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Network {
    /// The classical Hopfield network, on bits.
    Classical {
        /// From grey to bits.
        threshold: Threshold,
        /// In which order units are updated.
        order: Order,
        /// The most updates, in N.
        steps: Option<u32>,
        /// Pixels in which a state may differ from a memory and still be called by its name.
        tolerance: u32,
    },
    /// The dense associative memory, on bits, with a power for its separation function.
    Dense {
        /// From grey to bits.
        threshold: Threshold,
        /// The power.
        degree: u32,
        /// In which order units are updated.
        order: Order,
        /// The most updates, in N.
        steps: Option<u32>,
        /// Pixels in which a state may differ from a memory and still be called by its name.
        tolerance: u32,
    },
    /// The modern Hopfield network, on grey pictures.
    Modern {
        /// Inverse temperature.
        beta: f32,
        /// How pictures are scaled.
        scale: Scale,
        /// What stands in erased pixels.
        erased: Erased,
        /// The most steps.
        steps: u32,
    },
    /// The K-winner network, on bits, with 16-bit weights and nearest rounding.
    KWinner {
        /// From grey to bits: a number of ones.
        threshold: Threshold,
        /// Hidden units.
        n_h: u32,
        /// Share of the pixels wired to each.
        f: f64,
        /// Winners.
        k: u32,
        /// Learning rate.
        eps: f64,
        /// How learning chooses its winners.
        assignment: Assignment,
        /// How often what was recalled is the next cue, at most, counting the first time.
        steps: u32,
        /// Pixels in which a state may differ from a memory and still be called by its name.
        tolerance: u32,
    },
}

choices! {
    /// In which order the units of a network are updated, one at a time.
    pub enum Order = Sweeps {
        /// All units in a random order, then in another, until nothing changes: a fixed point
        Sweeps = "sweeps",
        /// A unit drawn at random at a time, until N in a row changed nothing, at most 10 N
        Random = "random",
    }
}

choices! {
    /// How grey pictures, -1 to +1, become states of the modern network.
    pub enum Scale = Unit {
        /// Each divided by its norm, cues too: similarities are cosines
        Unit = "unit",
        /// As they are: bright or dark pictures are longer than grey ones, and attract more
        Pixels = "pixels",
    }
}

impl Network {
    /// Its name on the command line.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Classical { .. } => "classical",
            Self::Dense { .. } => "dense",
            Self::Modern { .. } => "modern",
            Self::KWinner { .. } => "kwinner",
        }
    }

    /// Its name in a title.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Classical { .. } => "A classical Hopfield network",
            Self::Dense { .. } => "A dense associative memory",
            Self::Modern { .. } => "A modern Hopfield network",
            Self::KWinner { .. } => "A K-winner network",
        }
    }

    /// Whether its states are bits.
    #[must_use]
    pub const fn is_of_bits(&self) -> bool {
        !matches!(self, Self::Modern { .. })
    }

    /// What a step of it is, in the plural.
    #[must_use]
    pub const fn step_name(&self) -> &'static str {
        match self {
            Self::Classical { .. } | Self::Dense { .. } => "updates",
            Self::Modern { .. } => "steps",
            Self::KWinner { .. } => "recalls",
        }
    }

    /// The same, of this many.
    #[must_use]
    pub const fn steps_name(&self, steps: u64) -> &'static str {
        match (self, steps) {
            (Self::Classical { .. } | Self::Dense { .. }, 1) => "update",
            (Self::Modern { .. }, 1) => "step",
            (Self::KWinner { .. }, 1) => "recall",
            _ => self.step_name(),
        }
    }

    /// What it calls the overlap of two states.
    #[must_use]
    pub const fn overlap_name(&self) -> &'static str {
        match self {
            Self::Modern { .. } => "cosine",
            Self::Classical { .. } | Self::Dense { .. } | Self::KWinner { .. } => "overlap",
        }
    }
}

impl Spec {
    /// Makes sure that the spec fits pictures, as far as it does not show when the network is made.
    pub(super) fn check(&self, pictures: &Pictures) -> Result<(), RecallError> {
        self.corrupt.check(pictures.shape())?;
        let tolerance = match self.network {
            Network::Classical { tolerance, .. }
            | Network::Dense { tolerance, .. }
            | Network::KWinner { tolerance, .. } => tolerance,
            Network::Modern { .. } => return Ok(()),
        };
        let most = pictures.shape().pixels() / 2;
        if tolerance >= most.max(1) {
            let allowed = format!(
                "up to {} of {} pixels",
                most.saturating_sub(1),
                pictures.shape()
            );
            return Err(RecallError::range("tolerance", tolerance, allowed));
        }
        Ok(())
    }
}

/// A spec that cannot be run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RecallError {
    /// The corruption does not fit the pictures.
    #[error(transparent)]
    Corruption(#[from] CorruptionError),
    /// The threshold leaves nothing of a picture.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// Sizes that the classical network refuses.
    #[error("classical network: {0}")]
    Classical(#[from] classical::ParamsError),
    /// Sizes that the dense associative memory refuses.
    #[error("dense associative memory: {0}")]
    Dense(#[from] dense::DenseError),
    /// A picture that is grey all over: it cannot be divided by its norm.
    #[error(
        "{name} is half-way between darkest and brightest all over, which has no direction; scale it as pixels"
    )]
    NoDirection {
        /// The picture.
        name: String,
    },
    /// Sizes that the K-winner network refuses.
    #[error("K-winner network: {0}")]
    KWinner(#[from] kwinner::ParamsError),
    /// A value out of range.
    #[error("{name} is {value}, allowed {allowed}")]
    Range {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// It was told to stop.
    #[error("stopped")]
    Stopped,
    /// The threads could not be started.
    #[error("no threads can be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl RecallError {
    pub(super) fn range(
        name: &'static str,
        value: impl ToString,
        allowed: impl Into<String>,
    ) -> Self {
        Self::Range {
            name,
            value: value.to_string(),
            allowed: allowed.into(),
        }
    }
}
