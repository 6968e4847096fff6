//! Trials of Hopfield networks as bytes.

use crate::SpecError;
use crate::hopfield::{Condition, Results, Row, Setup, TrialRecord};
use crate::run::family::{Described, Family};
use crate::run::manifest::Listed;
use crate::run::records::bytes::{self, Reader};
use crate::run::simulate::Experiment;
use crate::run::work::{Watch, Work};

impl Experiment for Setup {
    type Record = TrialRecord;
    type Results = Results;

    fn work(&self) -> Work {
        self.condition().work()
    }

    fn run(&self, trial: u32, watch: Watch<'_>) -> Option<TrialRecord> {
        self.run(trial, watch)
    }

    fn results(&self, trials: Vec<TrialRecord>) -> Results {
        Results {
            condition: self.condition().clone(),
            trials,
        }
    }
}

impl Listed for Condition {
    const KEY: &'static str = "hopfield";
}

impl Described for Condition {
    fn slug(&self) -> String {
        self.slug()
    }

    /// Conditions have no names but their values.
    fn unnamed(&self) -> Self {
        self.clone()
    }
}

impl Family for Setup {
    type Condition = Condition;

    const NAME: &'static str = "hopfield";

    fn checked(condition: Condition, seed: u64) -> Result<Self, SpecError> {
        Self::new(condition, seed)
    }

    fn condition(&self) -> &Condition {
        self.condition()
    }

    /// Column by column, or list by list; of other numbers than counts the bits.
    fn encode(record: &TrialRecord) -> Vec<u8> {
        match record {
            TrialRecord::Classical(runs) => columns(runs),
            TrialRecord::ClassicalEnergy(runs) => lists(runs, i64::cast_unsigned),
            TrialRecord::Modern(runs) => columns(runs),
            TrialRecord::ModernEnergy(runs) => lists(runs, f64::to_bits),
            TrialRecord::EqualBits(runs) => columns(runs),
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<TrialRecord> {
        let (reader, runs) = (Reader(bytes), self.condition().runs());
        Some(match self.condition() {
            Condition::Classical(_) => TrialRecord::Classical(read_columns(reader, runs)?),
            Condition::ClassicalEnergy(_) => {
                TrialRecord::ClassicalEnergy(read_lists(reader, runs, u64::cast_signed)?)
            }
            Condition::Modern(_) => TrialRecord::Modern(read_columns(reader, runs)?),
            Condition::ModernEnergy(_) => {
                TrialRecord::ModernEnergy(read_lists(reader, runs, f64::from_bits)?)
            }
            Condition::EqualBits(_) => TrialRecord::EqualBits(read_columns(reader, runs)?),
        })
    }
}

fn columns<R: Row>(runs: &[R]) -> Vec<u8> {
    let rows: Vec<Vec<u64>> = runs.iter().map(Row::numbers).collect();
    let mut bytes = Vec::new();
    for column in 0..R::COLUMNS.len() {
        bytes::put(&mut bytes, &mut rows.iter().map(|row| row[column]));
    }
    bytes
}

fn read_columns<R: Row>(mut reader: Reader<'_>, runs: Option<usize>) -> Option<Vec<R>> {
    let mut columns = Vec::new();
    for _ in R::COLUMNS {
        columns.push(reader.numbers()?);
    }
    let runs = runs.unwrap_or(columns.first()?.len());
    if !reader.0.is_empty() || columns.iter().any(|column| column.len() != runs) {
        return None;
    }
    let row = |at: usize| columns.iter().map(|column| column[at]).collect::<Vec<_>>();
    (0..runs).map(|at| R::of(&row(at))).collect()
}

fn lists<T: Copy>(runs: &[Vec<T>], bits: impl Fn(T) -> u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for run in runs {
        bytes::put(&mut bytes, &mut run.iter().map(|&value| bits(value)));
    }
    bytes
}

fn read_lists<T>(
    mut reader: Reader<'_>,
    runs: Option<usize>,
    value: impl Fn(u64) -> T,
) -> Option<Vec<Vec<T>>> {
    let mut lists = Vec::new();
    for _ in 0..runs? {
        let list = reader.numbers()?;
        // There is always the start.
        list.first()?;
        lists.push(list.into_iter().map(&value).collect());
    }
    reader.0.is_empty().then_some(lists)
}
