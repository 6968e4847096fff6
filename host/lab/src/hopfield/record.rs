//! What a trial measured.

use slotless_files::dictionary::Variable;

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
    /// The columns, as arrays of trials x runs.
    const COLUMNS: &'static [Variable];

    /// The numbers; of reals their bits.
    fn numbers(&self) -> Vec<u64>;

    /// The run of these numbers, if they are of one.
    fn of(numbers: &[u64]) -> Option<Self>;
}

const OVER: &[&str] = &["trials", "runs"];

const WRONG: Variable = Variable::integer(
    "{condition}_wrong",
    "bits",
    "Bits in which the last state, or what is recalled, differs from the memory",
)
.over(OVER);

impl Row for ClassicalRun {
    const COLUMNS: &'static [Variable] = &[
        WRONG,
        Variable::integer("{condition}_updates", "updates", "Updates made").over(OVER),
        Variable::integer(
            "{condition}_last_flip",
            "updates",
            "Number of the last update that changed anything, 0 if none did",
        )
        .over(OVER),
        Variable::integer(
            "{condition}_flips",
            "updates",
            "Updates that flipped their unit",
        )
        .over(OVER),
        Variable::integer(
            "{condition}_fixed",
            "",
            "1 if no update would change the last state, else 0",
        )
        .over(OVER),
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
    const COLUMNS: &'static [Variable] = &[
        Variable::integer("{condition}_steps", "steps", "Steps made").over(OVER),
        Variable::integer(
            "{condition}_rested",
            "",
            "1 if the state or the shares came to rest, 0 if the most steps were made",
        )
        .over(OVER),
        Variable::number(
            "{condition}_overlap",
            "",
            "Overlap s^T x / N of the last state with the memory that it started from",
        )
        .over(OVER),
        Variable::number(
            "{condition}_effective",
            "memories",
            "Memories that take part in the last state: exp of the entropy of their shares",
        )
        .over(OVER),
        Variable::number(
            "{condition}_to_mean",
            "norms",
            "Distance of the last state from the mean of all memories, over the norm of a memory",
        )
        .over(OVER),
        Variable::number(
            "{condition}_to_nearest",
            "norms",
            "Distance of the last state from the nearest memory, over the norm of a memory",
        )
        .over(OVER),
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
    const COLUMNS: &'static [Variable] = &[
        Variable::integer("{condition}_stored", "patterns", "Patterns stored").over(OVER),
        WRONG,
    ];

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
