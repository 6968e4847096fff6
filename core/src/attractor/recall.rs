//! How codes are recalled: the architectures, and what a recall finds.

use fixed::types::I16F16;

use super::params::AttractorError;

/// How a memory recalls.
///
/// Made by [`flat`](Recall::flat) and the like. All of them find the codes that are stored, cue `c` with target `t`, in
/// weights `W = sum of t c^T`; `wta_k` takes the k largest, of these what is above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recall {
    pub(super) architecture: Architecture,
    pub(super) at_least: u32,
    pub(super) full: u32,
}

/// An architecture and its settings, as [`Recall`] checks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// [`Recall::flat`].
    Flat,
    /// [`Recall::attractor`].
    Attractor {
        /// The most steps.
        steps: u32,
    },
    /// [`Recall::hopfield`].
    Hopfield {
        /// Inverse temperature.
        beta: I16F16,
        /// The most steps.
        steps: u32,
    },
    /// [`Recall::recurrent`].
    Recurrent {
        /// The most steps.
        steps: u32,
        /// A share of the mean potential.
        inhibition: I16F16,
    },
    /// [`Recall::two_stage`].
    TwoStage {
        /// Pairs that take part.
        nearest: u32,
        /// Inverse temperature.
        beta: I16F16,
        /// The most steps.
        steps: u32,
    },
}

#[cfg(feature = "defmt")]
impl defmt::Format for Architecture {
    fn format(&self, to: defmt::Formatter<'_>) {
        match self {
            Self::Flat => defmt::write!(to, "Flat"),
            Self::Attractor { steps } => defmt::write!(to, "Attractor({})", steps),
            Self::Hopfield { beta, steps } => {
                defmt::write!(to, "Hopfield({}, {})", beta.to_bits(), steps);
            }
            Self::Recurrent { steps, inhibition } => {
                defmt::write!(to, "Recurrent({}, {})", steps, inhibition.to_bits());
            }
            Self::TwoStage {
                nearest,
                beta,
                steps,
            } => {
                defmt::write!(to, "TwoStage({}, {}, {})", nearest, beta.to_bits(), steps);
            }
        }
    }
}

impl Recall {
    const fn of(architecture: Architecture) -> Self {
        Self {
            architecture,
            at_least: 1,
            full: u32::MAX,
        }
    }

    /// Flat Hebbian: `wta_k(W c)`.
    #[must_use]
    pub const fn flat() -> Self {
        Self::of(Architecture::Flat)
    }

    /// Attractor: the cue settles in `A = sum of c c^T`, by `c <- wta_k(A c)` until it stays or the steps are done; then
    /// `wta_k(W c)`.
    ///
    /// # Errors
    /// [`AttractorError::Zero`] for no steps.
    pub const fn attractor(steps: u32) -> Result<Self, AttractorError> {
        match steps {
            0 => Err(AttractorError::Zero),
            _ => Ok(Self::of(Architecture::Attractor { steps })),
        }
    }

    /// Hopfield over codes, C the stored cues and T their targets, a row each: the cue settles by
    /// `c <- wta_k(C^T softmax(beta C c))` until it stays or the steps are done; then `wta_k(T^T softmax(beta C c))`.
    ///
    /// Overlaps are whole numbers, so that beta is a number for a shared unit.
    ///
    /// # Errors
    /// [`AttractorError::Zero`] for no steps, [`AttractorError::Beta`] unless beta is above 0.
    pub const fn hopfield(beta: I16F16, steps: u32) -> Result<Self, AttractorError> {
        match (steps, beta.to_bits() > 0) {
            (0, _) => Err(AttractorError::Zero),
            (_, false) => Err(AttractorError::Beta),
            _ => Ok(Self::of(Architecture::Hopfield { beta, steps })),
        }
    }

    /// Recurrent with inhibition: `c <- wta_k(W c - inhibition mean(W c))` with `W = sum of t c^T + c c^T / 2`, until it
    /// stays or the steps are done.
    ///
    /// What is subtracted is the same for all units, so that it cannot change which are the largest; it silences those that
    /// it leaves nothing.
    ///
    /// # Errors
    /// [`AttractorError::Zero`] for no steps, [`AttractorError::Inhibition`] for inhibition below 0.
    pub const fn recurrent(steps: u32, inhibition: I16F16) -> Result<Self, AttractorError> {
        match (steps, inhibition.to_bits() >= 0) {
            (0, _) => Err(AttractorError::Zero),
            (_, false) => Err(AttractorError::Inhibition),
            _ => Ok(Self::of(Architecture::Recurrent { steps, inhibition })),
        }
    }

    /// Two stages: of the cues only the `nearest` to the one given take part, those that share most units with it; then
    /// [`Recall::hopfield`] among these.
    ///
    /// # Errors
    /// As there, and [`AttractorError::Zero`] for none.
    pub const fn two_stage(nearest: u32, beta: I16F16, steps: u32) -> Result<Self, AttractorError> {
        match (nearest, Self::hopfield(beta, steps)) {
            (0, _) => Err(AttractorError::Zero),
            (_, Err(error)) => Err(error),
            _ => Ok(Self::of(Architecture::TwoStage {
                nearest,
                beta,
                steps,
            })),
        }
    }

    /// Nothing matches unless a stored cue shares this many units with the one given; 1 unless it is set, and 0 is 1.
    #[must_use]
    pub const fn at_least(mut self, overlap: u32) -> Self {
        self.at_least = if overlap == 0 { 1 } else { overlap };
        self
    }

    /// Weights that count no further than `full`, as those of a [`Matrix`](super::Matrix) of b bits with `2^b - 1`; 0 is 1.
    /// In a recurrent memory a unit of a target adds 2 to a weight, one of a cue 1. Hopfield and two stages have no weights.
    #[must_use]
    pub const fn clipped(mut self, full: u32) -> Self {
        self.full = if full == 0 { 1 } else { full };
        self
    }
}

impl Recall {
    /// The architecture: for those who recall elsewhere.
    #[must_use]
    pub const fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// What [`Recall::at_least`] has set.
    #[must_use]
    pub const fn least_overlap(&self) -> u32 {
        self.at_least
    }

    /// What [`Recall::clipped`] has set; `u32::MAX` where weights count all.
    #[must_use]
    pub const fn full(&self) -> u32 {
        self.full
    }
}

/// A pair, and how many units its cue shares with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Match {
    /// Number of the pair.
    pub pair: u32,
    /// Units shared, up to k.
    pub overlap: u32,
}

/// What a recall finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recalled<'a> {
    /// The code recalled; empty where nothing matches.
    pub code: &'a [u32],
    /// The cue's code when it had settled; of a flat or a recurrent memory, which have no such phase, empty.
    pub settled: &'a [u32],
    /// Steps of settling; of a recurrent memory all steps.
    pub steps: u32,
    /// The stored cue that shares most units with the one given, of equal ones by the tie rule; none where none shares any.
    pub best: Option<Match>,
    /// The next one.
    pub next: Option<Match>,
    pub(super) active: u32,
}

impl Recalled<'_> {
    /// Whether a stored cue was near enough.
    #[must_use]
    pub const fn matches(&self) -> bool {
        !self.code.is_empty()
    }

    /// The confidence: units that the nearest stored cue shares with the one given, as a share of k, 0 to 65,536.
    #[must_use]
    pub fn share(&self) -> u32 {
        let overlap = self.best.map_or(0, |best| best.overlap);
        let share = (u64::from(overlap) << 16).checked_div(self.active.into());
        share.unwrap_or(0) as u32
    }
}
