//! Runs of Hopfield networks: trials x runs, and energies: runs x updates.

use ndarray::Array2;
use slotless_files::dictionary::{Kind, Variable};
use slotless_files::npy::Cell;
use slotless_files::npy::npz::NpzWriter;

use crate::figures::declared::file_kind;
use crate::figures::output::{Sink, trials_of};
use crate::figures::{Drawn, FigureError, RunFiles};
use crate::hopfield::{ClassicalRun, ModernRun, Results, Row, StoredRun, TrialRecord};
use slotless_files::{FileError, Folder};

const ENERGY: Variable = Variable::integer("{condition}_energy", "", "Energy of the classical network at the start and after every update; the last one in the place of updates that a run did not make").over(&["runs", "updates + 1"]);
const REAL_ENERGY: Variable = Variable::number("{condition}_energy", "", "Energy of the modern network at the start and after every step; the last one in the place of steps that a run did not make").over(&["runs", "steps + 1"]);
const MADE: Variable = Variable::integer(
    "{condition}_updates",
    "updates",
    "Beside energies: updates or steps that a run made",
)
.over(&["runs", "one"]);

file_kind! {
    /// Every run; 0 for runs that a trial has not, since a memory was full
    pub ARRAYS: "{name}.npz" by "reproduce hopfield-capacity, hopfield-modern, hopfield-beta, hopfield-energy, hopfield-time, hopfield-equal-bits" {
        ClassicalRun::COLUMNS[0],
        ClassicalRun::COLUMNS[1],
        ClassicalRun::COLUMNS[2],
        ClassicalRun::COLUMNS[3],
        ClassicalRun::COLUMNS[4],
        ModernRun::COLUMNS[0],
        ModernRun::COLUMNS[1],
        ModernRun::COLUMNS[2],
        ModernRun::COLUMNS[3],
        ModernRun::COLUMNS[4],
        ModernRun::COLUMNS[5],
        StoredRun::COLUMNS[0],
        ENERGY,
        REAL_ENERGY,
        MADE,
    }
}

/// Writes the arrays of all conditions to one `.npz`, as [`ARRAYS`] has them.
///
/// # Errors
/// [`FileError::Io`].
pub fn save(folder: &mut Folder, name: &str, results: &[&Results]) -> Result<(), FileError> {
    folder.write_described(name, |file| {
        let mut npz = NpzWriter::new(file);
        for results in results {
            let slug = results.condition.slug();
            let mut tables = Tables {
                slug: &slug,
                npz: &mut npz,
            };
            match results.trials.first() {
                Some(TrialRecord::Classical(_)) => tables.rows(results.classical())?,
                Some(TrialRecord::ClassicalEnergy(_)) => {
                    tables.energies(ENERGY, results.classical_energies())?;
                }
                Some(TrialRecord::Modern(_)) => tables.rows(results.modern())?,
                Some(TrialRecord::EqualBits(_)) => tables.rows(results.equal_bits())?,
                Some(TrialRecord::ModernEnergy(_)) => {
                    tables.energies(REAL_ENERGY, results.modern_energies())?;
                }
                None => {}
            }
        }
        npz.finish()
    })
}

struct Tables<'a, W: std::io::Write + std::io::Seek> {
    slug: &'a str,
    npz: &'a mut NpzWriter<W>,
}

impl<W: std::io::Write + std::io::Seek> Tables<'_, W> {
    fn put<T: Cell>(&mut self, name: Variable, array: &Array2<T>) -> std::io::Result<()> {
        let name = name.of(&[&self.slug]);
        self.npz.add(name, array.shape(), array.iter().copied())
    }

    fn rows<'r, R: Row + 'r>(
        &mut self,
        trials: impl Iterator<Item = &'r [R]>,
    ) -> std::io::Result<()> {
        let trials: Vec<Vec<Vec<u64>>> = trials
            .map(|runs| runs.iter().map(Row::numbers).collect())
            .collect();
        let longest = trials.iter().map(Vec::len).max().unwrap_or(0);
        let shape = (trials.len(), longest);
        for (column, &name) in R::COLUMNS.iter().enumerate() {
            let number = |(trial, run): (usize, usize)| {
                let row: Option<&Vec<u64>> = trials[trial].get(run);
                row.map_or(0, |row| row[column])
            };
            match name.kind {
                Kind::Integer | Kind::Text => {
                    self.put(name, &Array2::from_shape_fn(shape, number))?;
                }
                Kind::Number => {
                    let real = |at| f64::from_bits(number(at));
                    self.put(name, &Array2::from_shape_fn(shape, real))?;
                }
            }
        }
        Ok(())
    }

    fn energies<'r, T: Cell + Default + 'r>(
        &mut self,
        declared: Variable,
        runs: impl Iterator<Item = &'r [T]>,
    ) -> std::io::Result<()> {
        let runs: Vec<&[T]> = runs.collect();
        let longest = runs.iter().map(|run| run.len()).max().unwrap_or(0);
        let energy = |(run, at): (usize, usize)| {
            let run = runs[run];
            run.get(at).or(run.last()).copied().unwrap_or_default()
        };
        self.put(
            declared,
            &Array2::from_shape_fn((runs.len(), longest), energy),
        )?;
        let updates = |(run, _): (usize, usize)| runs[run].len().saturating_sub(1) as u64;
        self.put(MADE, &Array2::from_shape_fn((runs.len(), 1), updates))
    }
}

/// Results, to be written with a figure.
#[derive(Debug)]
pub(super) struct Files(pub(super) Vec<Results>);

impl RunFiles for Files {
    fn write(&self, _: &Drawn, sink: &mut Sink<'_>) -> Result<(), FigureError> {
        let results: Vec<&Results> = self.0.iter().collect();
        save(sink.folder, &format!("{}.npz", sink.name), &results)?;
        for one in results {
            sink.manifest.list(&one.condition);
        }
        Ok(())
    }

    fn usage(&self, trials: u32) -> Option<String> {
        Some(trials_of(trials))
    }
}
