//! A condition that can be run, trial by trial.

use super::condition::Condition;
use super::record::TrialRecord;
use super::{classical, equal_bits, modern};
use crate::SpecError;
use crate::run::work::Watch;

/// A condition that can be run.
#[derive(Clone, Debug)]
pub struct Setup {
    condition: Condition,
    seed: u64,
}

impl Setup {
    /// Checks a condition.
    ///
    /// # Errors
    /// [`SpecError`] for the first value that is out of its range.
    pub fn new(condition: Condition, seed: u64) -> Result<Self, SpecError> {
        condition.check()?;
        Ok(Self { condition, seed })
    }

    /// The condition.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Runs a trial; `None` if it was told to stop.
    #[must_use]
    pub fn run<'w>(&self, trial: u32, watch: impl Into<Watch<'w>>) -> Option<TrialRecord> {
        let place = Place {
            seed: self.seed,
            trial,
            watch: watch.into(),
        };
        match &self.condition {
            Condition::Classical(of) => classical::runs(of, &place).map(TrialRecord::Classical),
            Condition::ClassicalEnergy(of) => {
                classical::energies(of, &place).map(TrialRecord::ClassicalEnergy)
            }
            Condition::Modern(of) => modern::runs(of, &place).map(TrialRecord::Modern),
            Condition::ModernEnergy(of) => {
                modern::energies(of, &place).map(TrialRecord::ModernEnergy)
            }
            Condition::EqualBits(of) => equal_bits::runs(of, &place).map(TrialRecord::EqualBits),
        }
    }
}

/// Which trial it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Seed of the whole run.
    pub seed: u64,
    /// Number of the trial.
    pub trial: u32,
    watch: Watch<'a>,
}

impl Place<'_> {
    /// `None` once it should stop.
    pub fn go_on(&self) -> Option<()> {
        self.watch.go_on()
    }

    /// This many steps more are done; `None` once it should stop.
    pub fn after(&self, steps: f64) -> Option<()> {
        self.watch.after(steps)
    }
}
