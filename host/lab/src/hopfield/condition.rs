//! What is run, checked.

use serde::{Deserialize, Serialize};

use super::equal_bits::EqualBits;
use crate::SpecError;
use crate::run::slug;

/// A setting of a network, and what is measured of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Runs of the classical network.
    Classical(Classical),
    /// The energy along runs of the classical network.
    ClassicalEnergy(Classical),
    /// Runs of the modern network.
    Modern(Modern),
    /// The energy along runs of the modern network.
    ModernEnergy(Modern),
    /// Any memory at a number of bits.
    EqualBits(EqualBits),
}

/// Runs of a classical network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classical {
    /// Units, N.
    pub units: u32,
    /// Memories, K.
    pub memories: u32,
    /// Where runs start.
    pub start: Start,
    /// How units are updated.
    pub order: Order,
    /// Networks a trial, each with memories of its own.
    pub networks: u32,
    /// Runs per network: the first from its first memory, and so on.
    pub runs: u32,
}

/// Runs of a modern network, whose memories are vectors of -1 and +1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Modern {
    /// Units, N.
    pub units: u32,
    /// Memories, K.
    pub memories: u32,
    /// Inverse temperature.
    pub beta: f64,
    /// Where runs start.
    pub start: Start,
    /// The most steps of a run.
    pub steps: u32,
    /// Networks a trial, each with memories of its own.
    pub networks: u32,
    /// Runs per network: the first from its first memory, and so on.
    pub runs: u32,
}

/// Where a run starts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// From a memory.
    Memory,
    /// From a memory with `floor(share N)` of its units flipped.
    Noise {
        /// Share of the units, 0 to 1.
        share: f64,
    },
    /// Anywhere: each unit at random.
    Random,
}

/// In which order units are updated, and what ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Sweeps over all units, each in a random order, until one changes nothing.
    Sweeps,
    /// Units at random with replacement, until N in a row change nothing, at most 10 N: as in lecture L15c.
    Random,
}

impl Start {
    /// In words.
    #[must_use]
    pub fn caption(self) -> String {
        match self {
            Self::Memory => "from the memory".to_owned(),
            Self::Noise { share } => format!("{}% of units flipped", share * 100.0),
            Self::Random => "from a random state".to_owned(),
        }
    }

    fn name(self) -> String {
        match self {
            Self::Memory => "memory".to_owned(),
            Self::Noise { share } => format!("noise {}", share * 100.0),
            Self::Random => "random".to_owned(),
        }
    }

    fn check(self) -> Result<(), SpecError> {
        match self {
            Self::Noise { share } if !(0.0..=1.0).contains(&share) => {
                Err(SpecError::range("noise", share, "from 0 to 1"))
            }
            _ => Ok(()),
        }
    }
}

impl Order {
    fn name(self) -> &'static str {
        match self {
            Self::Sweeps => "sweeps",
            Self::Random => "random order",
        }
    }
}

impl Classical {
    /// K / N.
    #[must_use]
    pub fn load(&self) -> f64 {
        f64::from(self.memories) / f64::from(self.units)
    }

    fn name(&self) -> String {
        format!(
            "N {} K {} {} {}",
            self.units,
            self.memories,
            self.start.name(),
            self.order.name()
        )
    }

    fn check(&self) -> Result<(), SpecError> {
        check_sizes(self.units, self.memories)?;
        self.start.check()?;
        check_runs(self.networks, self.runs, self.memories)
    }
}

impl Modern {
    fn name(&self) -> String {
        format!(
            "N {} K {} beta {} {} steps {}",
            self.units,
            self.memories,
            self.beta,
            self.start.name(),
            self.steps
        )
    }

    fn check(&self) -> Result<(), SpecError> {
        check_sizes(self.units, self.memories)?;
        if !(f32::MIN_POSITIVE..f32::INFINITY).contains(&(self.beta as f32)) {
            let allowed = "above 0 and finite, in single precision";
            return Err(SpecError::range("beta", self.beta, allowed));
        }
        self.start.check()?;
        if self.steps == 0 {
            return Err(SpecError::range("steps", 0, "from 1"));
        }
        check_runs(self.networks, self.runs, self.memories)
    }
}

fn check_sizes(units: u32, memories: u32) -> Result<(), SpecError> {
    if !(1..=1 << 16).contains(&units) {
        return Err(SpecError::range("units", units, "1 to 65536"));
    }
    let most = (1 << 31) / units - 1;
    if !(1..=most).contains(&memories) {
        let allowed = format!("1 to {most} for {units} units");
        return Err(SpecError::range("memories", memories, allowed));
    }
    Ok(())
}

fn check_runs(networks: u32, runs: u32, memories: u32) -> Result<(), SpecError> {
    if networks == 0 {
        return Err(SpecError::range("networks", 0, "from 1"));
    }
    if (1..=memories).contains(&runs) {
        return Ok(());
    }
    Err(SpecError::range(
        "runs",
        runs,
        format!("1 to {memories}, the memories"),
    ))
}

impl Condition {
    /// Checks every value.
    ///
    /// # Errors
    /// [`SpecError`] for the first that is out of its range.
    pub fn check(&self) -> Result<(), SpecError> {
        match self {
            Self::Classical(of) | Self::ClassicalEnergy(of) => of.check(),
            Self::Modern(of) | Self::ModernEnergy(of) => of.check(),
            Self::EqualBits(of) => of.check(),
        }
    }

    /// Name in files: letters, digits and underscores.
    #[must_use]
    pub fn slug(&self) -> String {
        slug(&match self {
            Self::Classical(of) => format!("classical {}", of.name()),
            Self::ClassicalEnergy(of) => format!("classical energy {}", of.name()),
            Self::Modern(of) => format!("modern {}", of.name()),
            Self::ModernEnergy(of) => format!("modern energy {}", of.name()),
            Self::EqualBits(of) => format!("equal bits {}", of.name()),
        })
    }

    /// Runs of a trial, where that does not depend on what comes of it.
    #[must_use]
    pub fn runs(&self) -> Option<usize> {
        let (networks, runs) = match self {
            Self::Classical(of) | Self::ClassicalEnergy(of) => (of.networks, of.runs),
            Self::Modern(of) | Self::ModernEnergy(of) => (of.networks, of.runs),
            Self::EqualBits(_) => return None,
        };
        Some(networks as usize * runs as usize)
    }
}
