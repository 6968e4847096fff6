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

/// One run of the modern network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ModernRun {
    /// Steps made.
    pub steps: u32,
    /// 1 if the state or the shares came to rest, 0 if the most steps were made.
    pub rested: u32,
    /// Overlap of the last state with the memory it started from, `s^T x / N`.
    pub overlap: f64,
    /// Memories that take part in the last state: `exp` of the entropy of their shares, 1 to K.
    pub effective: f64,
    /// Distance of the last state from the mean of all memories, over the norm of a memory.
    pub to_mean: f64,
    /// The same from the nearest memory.
    pub to_nearest: f64,
}

/// One recall of a memory with this many patterns stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredRun {
    /// Patterns stored.
    pub stored: u32,
    /// Bits in which what is recalled differs from the pattern.
    pub wrong: u32,
}

/// What a trial measured.
#[derive(Clone, Debug, PartialEq)]
pub enum TrialRecord {
    /// Of [`Condition::Classical`](super::Condition::Classical): network by network, run by run.
    Classical(Vec<ClassicalRun>),
    /// Of [`Condition::ClassicalEnergy`](super::Condition::ClassicalEnergy): for each run the energy at its start and after
    /// every update.
    ClassicalEnergy(Vec<Vec<i64>>),
    /// Of [`Condition::Modern`](super::Condition::Modern): network by network, run by run.
    Modern(Vec<ModernRun>),
    /// Of [`Condition::ModernEnergy`](super::Condition::ModernEnergy): for each run the energy at its start and after every
    /// step, in double precision.
    ModernEnergy(Vec<Vec<f64>>),
    /// Of [`Condition::EqualBits`](super::Condition::EqualBits): recalls with ever more patterns stored.
    EqualBits(Vec<StoredRun>),
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
    /// Bits of real numbers.
    Real,
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

impl Row for ModernRun {
    const COLUMNS: &'static [(&'static str, Kind)] = &[
        ("steps", Kind::Count),
        ("rested", Kind::Count),
        ("overlap", Kind::Real),
        ("effective", Kind::Real),
        ("to_mean", Kind::Real),
        ("to_nearest", Kind::Real),
    ];

    fn numbers(&self) -> Vec<u64> {
        vec![
            self.steps.into(),
            self.rested.into(),
            self.overlap.to_bits(),
            self.effective.to_bits(),
            self.to_mean.to_bits(),
            self.to_nearest.to_bits(),
        ]
    }

    fn of(numbers: &[u64]) -> Option<Self> {
        let &[steps, rested, overlap, effective, to_mean, to_nearest] = numbers else {
            return None;
        };
        Some(Self {
            steps: u32::try_from(steps).ok()?,
            rested: u32::try_from(rested).ok()?,
            overlap: f64::from_bits(overlap),
            effective: f64::from_bits(effective),
            to_mean: f64::from_bits(to_mean),
            to_nearest: f64::from_bits(to_nearest),
        })
    }
}

impl Row for StoredRun {
    const COLUMNS: &'static [(&'static str, Kind)] =
        &[("stored", Kind::Count), ("wrong", Kind::Count)];

    fn numbers(&self) -> Vec<u64> {
        vec![self.stored.into(), self.wrong.into()]
    }

    fn of(numbers: &[u64]) -> Option<Self> {
        let &[stored, wrong] = numbers else {
            return None;
        };
        Some(Self {
            stored: u32::try_from(stored).ok()?,
            wrong: u32::try_from(wrong).ok()?,
        })
    }
}
