//! What a trial measured.

/// One run of the classical network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassicalRun {
    /// Bits in which the last state differs from the memory.
    pub wrong: u32,
    /// Updates made.
    pub updates: u64,
    /// Number of the last update that changed anything, 0 if none did.
    pub last_flip: u64,
    /// Updates that flipped their unit.
    pub flips: u64,
    /// 1 if the last state is a fixed point: no update changes it; else 0.
    pub fixed: u32,
}

/// What a trial measured.
#[derive(Clone, Debug, PartialEq)]
pub enum TrialRecord {
    /// Of [`Condition::Classical`](super::Condition::Classical): network by network, run by run.
    Classical(Vec<ClassicalRun>),
    /// Of [`Condition::ClassicalEnergy`](super::Condition::ClassicalEnergy): for each run the energy at its start and after
    /// every update.
    ClassicalEnergy(Vec<Vec<i64>>),
}

/// A run as a row of numbers.
pub(crate) trait Row: Sized {
    /// Names of the columns, and what their numbers are.
    const COLUMNS: &'static [(&'static str, Kind)];

    /// The numbers; of reals their bits.
    fn numbers(&self) -> Vec<u64>;

    /// The run of these numbers, if they are of one.
    fn of(numbers: &[u64]) -> Option<Self>;
}

/// What the numbers of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Counts.
    Count,
}

impl Row for ClassicalRun {
    const COLUMNS: &'static [(&'static str, Kind)] = &[
        ("wrong", Kind::Count),
        ("updates", Kind::Count),
        ("last_flip", Kind::Count),
        ("flips", Kind::Count),
        ("fixed", Kind::Count),
    ];

    fn numbers(&self) -> Vec<u64> {
        vec![
            self.wrong.into(),
            self.updates,
            self.last_flip,
            self.flips,
            self.fixed.into(),
        ]
    }

    fn of(numbers: &[u64]) -> Option<Self> {
        let &[wrong, updates, last_flip, flips, fixed] = numbers else {
            return None;
        };
        Some(Self {
            wrong: u32::try_from(wrong).ok()?,
            updates,
            last_flip,
            flips,
            fixed: u32::try_from(fixed).ok()?,
        })
    }
}
