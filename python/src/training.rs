//! Training of transformers: what `slotless transformer train` runs, with arrays out.

use std::borrow::Cow;
use std::sync::Arc;

use ndarray::{Array1, Array2};
use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyType};
use slotless::figures::{Made as Drawn, Table};
use slotless::run::family::Family;
use slotless::run::manifest::Manifest;
use slotless::run::simulate::Experiment;
use slotless::transformer::figures::training::{add_swept, learning};
use slotless::transformer::output::{Files, WeightFiles};
use slotless::transformer::spec::Spec;
use slotless::transformer::tables::{CURVES, curves_table, statistics_table, summary_table};
use slotless::transformer::{Results, Setup, Slow, raw, weights};

use crate::calls::stoppable;
use crate::experiments::{self, How, Job, Made};
use crate::keys::{self, Given};
use crate::tables;
use crate::{arguments, arrays, errors};

/// A training that was run. The class ``slotless.Training`` is what a user sees of it.
#[pyclass(module = "slotless._slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct TrainingRun {
    spec: Spec,
    results: Arc<Vec<Results>>,
    how: How,
}

impl TrainingRun {
    fn condition(&self, condition: &Bound<'_, PyAny>) -> PyResult<&Results> {
        let most = self.results.len() as u64 - 1;
        let number = arguments::whole("condition", condition, 0..=most)?;
        Ok(&self.results[number as usize])
    }

    /// Does something with all results, on a thread that Ctrl-C leaves behind.
    fn with<T: Send + 'static>(
        &self,
        py: Python<'_>,
        use_them: impl FnOnce(&[&Results]) -> PyResult<T> + Send + 'static,
    ) -> PyResult<T> {
        let results = Arc::clone(&self.results);
        let work = move || use_them(&results.iter().collect::<Vec<_>>());
        stoppable(py, work)
    }
}

#[pymethods]
impl TrainingRun {
    /// The spec in TOML.
    #[getter]
    fn spec(&self) -> String {
        self.spec.to_toml()
    }

    #[getter]
    fn seed(&self) -> u64 {
        self.spec.seed
    }

    #[getter]
    fn n_trials(&self) -> u32 {
        self.spec.trials
    }

    /// Names of the conditions in files and of their models, and their numbers of batches.
    #[getter]
    fn names(&self) -> Vec<(String, String, u32)> {
        let conditions = self.results.iter().map(|one| &one.condition);
        conditions
            .map(|one| (one.slug(), one.model.name.clone(), one.training.batches))
            .collect()
    }

    #[getter]
    fn threads(&self) -> usize {
        self.how.threads
    }

    #[getter]
    fn seconds(&self) -> f64 {
        self.how.seconds
    }

    /// Iterations at which trials diverged, 0 where they did not: conditions x trials.
    fn diverged<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let all = self.results.iter().flat_map(|one| &one.diverged);
        let flat = PyArray1::from_iter(py, all.map(|at| at.unwrap_or(0)));
        let shape = [self.results.len(), self.spec.trials as usize];
        Ok(flat.reshape(shape)?.into_any())
    }

    /// Accuracy or loss: conditions x trials x iterations, NaN after divergence and beyond a condition's
    /// last iteration.
    fn curves<'py>(&self, py: Python<'py>, what: &str) -> PyResult<Bound<'py, PyAny>> {
        let of = arguments::named::<fn(&Results) -> &Array2<f32>>(
            "what",
            what,
            &[("accuracy", |one| &one.accuracy), ("loss", |one| &one.loss)],
        )?;
        let longest = self.results.iter().map(|one| of(one).ncols()).max();
        let shape = [
            self.results.len(),
            self.spec.trials as usize,
            longest.unwrap_or(0),
        ];
        arrays::room_for::<f32>("the array", &shape)?;
        let mut all: Vec<f32> = Vec::with_capacity(shape.iter().product());
        for row in self.results.iter().flat_map(|one| of(one).rows()) {
            all.extend(row);
            all.resize(all.len() + shape[2] - row.len(), f32::NAN);
        }
        Ok(PyArray1::from_vec(py, all).reshape(shape)?.into_any())
    }

    /// Letters of the models' tokens: of each condition.
    #[getter]
    fn letters(&self) -> Vec<u32> {
        let models = self.results.iter().map(|one| &one.condition.model);
        models
            .map(|model| model.settings(1).sizes.letters)
            .collect()
    }

    /// The arrays of the command's ``.npz`` by their names.
    fn arrays<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (name, cells) in self.results.iter().flat_map(raw::arrays) {
            all.set_item(name.name(), tables::array(py, cells)?)?;
        }
        Ok(all)
    }

    /// Iterations before which the weights of a condition were kept: checkpoints, and the last.
    fn kept(&self, condition: &Bound<'_, PyAny>) -> PyResult<Vec<u32>> {
        let condition = &self.condition(condition)?.condition;
        let mut kept = condition.checkpoints.clone();
        kept.push(condition.training.batches);
        Ok(kept)
    }

    /// Weights after so many iterations by their names: trials x rows x tokens, NaN for trials that
    /// diverged before.
    fn weights<'py>(
        &self,
        py: Python<'py>,
        condition: &Bound<'py, PyAny>,
        iteration: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let results = self.condition(condition)?;
        let kept = self.kept(condition)?;
        let iteration = arguments::near("iteration", iteration)?;
        if !kept.contains(&iteration) {
            let line =
                format!("iteration is {iteration}, allowed {kept:?} (checkpoints, and the last)");
            return Err(errors::refuse(line));
        }
        let sizes = results.condition.model.settings(1).sizes;
        let all = PyDict::new(py);
        for matrix in Slow::ALL {
            let rows = match matrix {
                Slow::Queries | Slow::Keys => sizes.keys as usize,
                Slow::Values => 2,
            };
            let shape = [results.trials(), rows, sizes.tokens() as usize];
            let mut numbers: Vec<f32> = Vec::with_capacity(shape.iter().product());
            for trial in &results.checkpoints {
                match trial.iter().find(|one| one.iteration == iteration) {
                    Some(one) => numbers.extend(one.weights.matrix(matrix)),
                    None => numbers.extend(Array1::from_elem(shape[1] * shape[2], f32::NAN)),
                }
            }
            let array = PyArray1::from_vec(py, numbers).reshape(shape)?;
            all.set_item(matrix.name(), array)?;
        }
        Ok(all)
    }

    /// The columns of a table of the command: "curves", "statistics" or "summary".
    fn columns<'py>(&self, py: Python<'py>, table: &str) -> PyResult<Bound<'py, PyDict>> {
        type Make = fn(&[&Results], u32) -> Table;
        let make = arguments::named::<Make>(
            "table",
            table,
            &[
                ("curves", |results, _| curves_table("curves", results)),
                ("statistics", |results, window| {
                    statistics_table("statistics", results, window)
                }),
                ("summary", |results, window| {
                    summary_table("summary", results, window)
                }),
            ],
        )?;
        let window = self.spec.window();
        let table = self.with(py, move |results| Ok(make(results, window)))?;
        tables::columns(py, &table)
    }

    /// Name, unit and definition of columns and arrays.
    #[staticmethod]
    fn dictionary() -> Vec<(&'static str, &'static str, &'static str)> {
        tables::dictionary(&[CURVES, raw::ARRAYS, weights::ARRAYS])
    }

    /// Writes the files of the command into a folder; gives its warnings.
    fn save(&self, py: Python<'_>, folder: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
        let folder = arguments::path("folder", folder)?;
        let (spec, how) = (self.spec.clone(), self.how);
        self.with(py, move |results| {
            let is_sweep = !spec.sweep.is_empty();
            let name = if is_sweep { "sweep" } else { "train" };
            let mut drawn = learning(name, results).map_err(experiments::figure)?;
            if is_sweep {
                add_swept(&mut drawn, name, results, spec.window() as usize);
                let table = summary_table("sweep_summary.csv", results, spec.window());
                drawn.tables.push(table);
            }
            drawn.mark_small(spec.trials, u32::MAX);
            let files = Box::new(Files {
                results: results.iter().map(|&one| Cow::Borrowed(one)).collect(),
                window: spec.window(),
                weights: WeightFiles::Written,
            });
            let manifest = Manifest::new(name, spec.seed, spec.trials);
            let written = Drawn { drawn, files }.write(&folder, manifest, &how.ran());
            written.map(|one| one.1).map_err(experiments::figure)
        })
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        // Bits, of which those of NaN are equal, too.
        let bytes = |run: &Self| {
            let records = run.results.iter().flat_map(Results::records);
            let records = records.map(|one| Setup::encode(&one));
            records.collect::<Vec<_>>()
        };
        let other = other.cast::<Self>();
        other.is_ok_and(|other| {
            let other = other.get();
            self.spec == other.spec && bytes(self) == bytes(other)
        })
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let (own, py) = (slf.get(), slf.py());
        let records = own.results.iter().map(Results::records);
        let records = records.map(|records| {
            let each = records.iter();
            each.map(|one| PyBytes::new(py, &Setup::encode(one)))
                .collect()
        });
        let records = records.collect();
        let (threads, seconds) = (own.how.threads, own.how.seconds);
        let from = slf.get_type().getattr("restored")?;
        Ok((from, (own.spec.to_toml(), records, threads, seconds)))
    }

    /// What was pickled.
    #[classmethod]
    fn restored(
        _cls: &Bound<'_, PyType>,
        spec: &str,
        records: Vec<Vec<Bound<'_, PyBytes>>>,
        threads: usize,
        seconds: f64,
    ) -> PyResult<Self> {
        let spec = Spec::from_toml(spec).map_err(errors::value)?;
        let conditions = spec.conditions().map_err(errors::value)?;
        let broken = || errors::refuse("the bytes are of no such training");
        if conditions.len() != records.len() {
            return Err(broken());
        }
        let mut results = Vec::new();
        for (condition, records) in conditions.into_iter().zip(records) {
            let setup = Setup::new(condition, spec.seed).map_err(errors::value)?;
            let records = records.iter().map(|one| setup.decode(one.as_bytes()));
            let records: Option<Vec<_>> = records.collect();
            let records = records.filter(|records| records.len() == spec.trials as usize);
            results.push(setup.results(records.ok_or_else(broken)?));
        }
        Ok(Self {
            spec,
            results: Arc::new(results),
            how: How { threads, seconds },
        })
    }
}

type Pickled<'py> = (String, Vec<Vec<Bound<'py, PyBytes>>>, usize, f64);
type Reduced<'py> = (Bound<'py, PyAny>, Pickled<'py>);

/// Trains models; ``slotless.train`` is what a user calls.
#[pyfunction]
pub(crate) fn run_training(
    spec: Option<&Bound<'_, PyAny>>,
    keywords: &Bound<'_, PyDict>,
    threads: &Bound<'_, PyAny>,
) -> PyResult<Job> {
    let threads = arguments::count("threads", threads)? as usize;
    let table = keys::table(keywords)?;
    keys::check("train", &table, Spec::keys())?;
    let spec = match spec {
        Some(given) => {
            if let Some(key) = table.keys().find(|key| !Spec::is_of_training(key)) {
                return Err(errors::refuse(format!(
                    "{key} is described by the spec already, allowed beside one: keys of training and run"
                )));
            }
            let mut spec = Given::new(given)?.spec(Spec::from_toml, Spec::from_tables)?;
            spec.set_keys(&table).map_err(errors::value)?;
            spec
        }
        None => Spec::from_keys(&table).map_err(errors::value)?,
    };
    let make = move || {
        let conditions = spec.conditions().map_err(errors::value)?;
        let setups = conditions.into_iter();
        let setups = setups.map(|condition| Setup::new(condition, spec.seed));
        let setups = setups.collect::<Result<Vec<_>, _>>();
        let (setups, trials) = (setups.map_err(errors::value)?, spec.trials);
        Ok(Made {
            spec,
            setups,
            trials,
        })
    };
    experiments::start(threads, make, |run| TrainingRun {
        spec: run.spec,
        results: Arc::new(run.results),
        how: run.ran,
    })
}
