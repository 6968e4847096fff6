//! Samples with labels, and their division into those to learn and those to test.

use std::path::Path;

use slotless_core::recogniser::MAX_FEATURES;
use slotless_core::rng::{self, Pcg32};
use thiserror::Error;

/// Samples of 8-bit features, a label each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Samples {
    /// Sample and label.
    pub all: Vec<(Vec<u8>, u8)>,
    /// Features of each.
    pub features: usize,
    /// Labels: all are below this.
    pub labels: u8,
}

/// A table that is none of samples.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// It cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// Which file.
        path: String,
        /// Why.
        source: csv::Error,
    },
    /// A cell is no number from 0 to 255.
    #[error("{path}: line {line}: {cell:?} is no integer of 0..=255")]
    Cell {
        /// Which file.
        path: String,
        /// Which line, from 1.
        line: usize,
        /// What is there.
        cell: String,
    },
    /// Nothing to learn.
    #[error("{path}: {got} columns of {rows} rows, needed a feature and a label at least")]
    Empty {
        /// Which file.
        path: String,
        /// Its columns.
        got: usize,
        /// Its rows.
        rows: usize,
    },
    /// Nothing to tell apart.
    #[error("{path}: all {rows} samples have label {label}, needed two labels at least")]
    One {
        /// Which file.
        path: String,
        /// Its rows.
        rows: usize,
        /// The label.
        label: u8,
    },
    /// More features than a recogniser takes.
    #[error("{path}: {features} features, allowed 1 to {MAX_FEATURES}")]
    Features {
        /// Which file.
        path: String,
        /// How many.
        features: usize,
    },
    /// More labels than a recogniser takes.
    #[error("{path}: label {label}, allowed 0..=15")]
    Label {
        /// Which file.
        path: String,
        /// The label.
        label: u8,
    },
}

impl Samples {
    /// Reads a table without a head: features, and in the last column the label.
    ///
    /// # Errors
    /// [`DataError`].
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let name = path.display().to_string();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_path(path)
            .map_err(|source| DataError::Read {
                path: name.clone(),
                source,
            })?;
        let mut all = Vec::new();
        let (mut columns, mut labels) = (0, 0);
        for (line, record) in reader.records().enumerate() {
            let record = record.map_err(|source| DataError::Read {
                path: name.clone(),
                source,
            })?;
            let cells = record.iter().map(|cell| {
                cell.trim().parse::<u8>().map_err(|_| DataError::Cell {
                    path: name.clone(),
                    line: line + 1,
                    cell: cell.to_owned(),
                })
            });
            let mut sample = cells.collect::<Result<Vec<u8>, _>>()?;
            columns = sample.len();
            let Some(label) = sample.pop().filter(|_| !sample.is_empty()) else {
                break;
            };
            if label > 15 {
                return Err(DataError::Label { path: name, label });
            }
            labels = labels.max(label + 1);
            all.push((sample, label));
        }
        let Some((first, label)) = all.first().filter(|_| columns > 1) else {
            return Err(DataError::Empty {
                path: name,
                got: columns,
                rows: all.len(),
            });
        };
        let (features, label) = (first.len(), *label);
        if features > MAX_FEATURES as usize {
            return Err(DataError::Features {
                path: name,
                features,
            });
        }
        if all.iter().all(|one| one.1 == label) {
            return Err(DataError::One {
                path: name,
                rows: all.len(),
                label,
            });
        }
        Ok(Self {
            features,
            labels,
            all,
        })
    }

    /// Divides them at random, `train` to learn and the rest to test, each class by the same share, and shuffles both.
    #[must_use]
    pub fn divide(
        &self,
        train: usize,
        draws: &mut Pcg32,
    ) -> (Vec<Labelled<'_>>, Vec<Labelled<'_>>) {
        let mut order: Vec<Labelled<'_>> = self.all.iter().map(|(s, l)| (&s[..], *l)).collect();
        rng::shuffle(draws, &mut order);
        // The sample at share (i + 1/2) / n of its class, all in order of these: the first `train` are of each class alike.
        let count = |label| order.iter().filter(|one| one.1 == label).count();
        let counts: Vec<usize> = (0..self.labels).map(count).collect();
        let mut seen = vec![0usize; counts.len()];
        let mut ranked: Vec<(f64, Labelled<'_>)> = order
            .iter()
            .map(|&(sample, label)| {
                let place = usize::from(label);
                seen[place] += 1;
                let share = (seen[place] as f64 - 0.5) / counts[place] as f64;
                (share, (sample, label))
            })
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut all: Vec<Labelled<'_>> = ranked.into_iter().map(|(_, one)| one).collect();
        let mut test = all.split_off(train.min(all.len()));
        rng::shuffle(draws, &mut all);
        rng::shuffle(draws, &mut test);
        (all, test)
    }
}

/// A sample and its label.
pub type Labelled<'a> = (&'a [u8], u8);
