//! Studies of retention: what `slotless memory` runs, with arrays in and out.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;

use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyType};
use serde_json::{Map, Value, json};
use slotless::choice::Choice;
use slotless::figures::Table;
use slotless::memory::columns::CURVES;
use slotless::memory::curves::Plan;
use slotless::memory::figures::overview::{Asked, made, summary_table};
use slotless::memory::output::curves_table;
use slotless::memory::raw::{self, Cells, cue_name};
use slotless::memory::spec::{Rows, Spec};
use slotless::memory::trial::network_seed;
use slotless::memory::{Condition, Data, FileData, Measured, OtherRows, Results, Setup};
use slotless::patterns::file::FileErrorKind;
use slotless::patterns::{self, Levels, PatternFiles};
use slotless::run::manifest::Manifest;
use slotless_files::{FileError, input};

use crate::calls::stoppable;
use crate::experiments::{self, How, Job, Made};
use crate::keys::{self, Given, Source};
use crate::tables;
use crate::{arguments, arrays, errors};

/// Keywords that take rows.
const ROWS: [&str; 5] = ["patterns", "lures", "cues", "lure_cues", "similarity"];

/// A study that was run. The class ``slotless.Retention`` is what a user sees of it.
#[pyclass(module = "slotless._slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct RetentionRun {
    spec: Spec,
    results: Arc<Vec<Results>>,
    /// Of the streams of each condition.
    seeds: Vec<u64>,
    how: How,
}

impl RetentionRun {
    fn asked(&self) -> Asked {
        match self.spec.sweep.is_empty() {
            true => Asked::Run,
            false => Asked::Sweep,
        }
    }

    /// Does something with all curves, on a thread that Ctrl-C leaves behind.
    fn measured<T: Send + 'static>(
        &self,
        py: Python<'_>,
        use_them: impl FnOnce(Vec<Measured<'_>>, Plan) -> PyResult<T> + Send + 'static,
    ) -> PyResult<T> {
        let results = Arc::clone(&self.results);
        let trials = self.spec.trials as usize;
        let work = move || {
            let plan = Plan::new(trials, trials);
            let measured = results.iter().map(|one| Measured::new(one, plan));
            let measured = measured.collect::<Result<Vec<_>, _>>();
            use_them(measured.map_err(errors::value)?, plan)
        };
        stoppable(py, work)
    }

    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.results.iter().map(|one| &one.condition)
    }
}

#[pymethods]
impl RetentionRun {
    /// The spec in TOML, with the hashes of own rows.
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

    #[getter]
    fn n_ages(&self) -> u32 {
        self.spec.protocol.learned
    }

    #[getter]
    fn cues(&self) -> Vec<f64> {
        self.spec.protocol.cues.clone()
    }

    /// Names of the cue levels in those of arrays.
    #[getter]
    fn cue_names(&self) -> Vec<String> {
        let cues = self.spec.protocol.cues.iter();
        cues.map(|&cue| cue_name(cue)).collect()
    }

    #[getter]
    fn sets(&self) -> Vec<&'static str> {
        let kinds = self.results.first().map_or(&[][..], Results::kinds);
        kinds.iter().map(|kind| kind.name()).collect()
    }

    /// Names of the conditions in files, of their networks, and of their data.
    #[getter]
    fn names(&self) -> Vec<(String, String, String)> {
        self.conditions()
            .map(|one| (one.slug(), one.network.name.clone(), one.data.caption()))
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

    /// Seeds of the networks: conditions x trials.
    fn network_seeds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let shape = [self.results.len(), self.spec.trials as usize];
        let seeds = self.seeds.iter();
        let trials = 0..self.spec.trials;
        let all =
            seeds.flat_map(|&seed| trials.clone().map(move |trial| network_seed(seed, trial)));
        let flat = PyArray1::from_iter(py, all);
        Ok(flat.reshape(shape)?.into_any())
    }

    /// The arrays of the command's ``.npz`` by their names.
    fn arrays<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = PyDict::new(py);
        for (name, cells) in self.results.iter().flat_map(raw::arrays) {
            let array = match cells {
                Cells::Shares(cells) => tables::array(py, cells)?,
                Cells::Units(cells) => tables::array(py, cells)?,
                Cells::Scores(cells) => tables::array(py, cells)?,
            };
            all.set_item(name.name(), array)?;
        }
        Ok(all)
    }

    /// Shares of every trial: conditions x cues x sets x trials x ages.
    fn shares<'py>(&self, py: Python<'py>, what: &str) -> PyResult<Bound<'py, PyAny>> {
        let of = arguments::named(
            "what",
            what,
            &[
                ("accuracy", Results::accuracy as fn(&Results, _, _) -> _),
                ("familiarity", Results::familiarity),
            ],
        )?;
        let Some(first) = self.results.first() else {
            return Err(errors::refuse("a study without conditions"));
        };
        let (kinds, cues) = (first.kinds(), first.cues.len());
        let shape = [
            self.results.len(),
            cues,
            kinds.len(),
            first.trials(),
            self.n_ages() as usize,
        ];
        arrays::room_for::<f64>("the array", &shape)?;
        let mut shares: Vec<f64> = Vec::with_capacity(shape.iter().product());
        for results in &*self.results {
            for cue in 0..cues {
                for &kind in kinds {
                    shares.extend(of(results, cue, kind).iter());
                }
            }
        }
        Ok(PyArray1::from_vec(py, shares).reshape(shape)?.into_any())
    }

    /// The columns of a table of the command: "curves" or "summary".
    fn columns<'py>(&self, py: Python<'py>, table: &str) -> PyResult<Bound<'py, PyDict>> {
        type Make = fn(&[Measured<'_>]) -> Table;
        let make = arguments::named::<Make>(
            "table",
            table,
            &[
                ("curves", |measured| curves_table("curves", measured)),
                ("summary", |measured| summary_table(measured, "summary")),
            ],
        )?;
        let table = self.measured(py, move |measured, _| Ok(make(&measured)))?;
        tables::columns(py, &table)
    }

    /// Name, unit and definition of columns and arrays.
    #[staticmethod]
    fn dictionary() -> Vec<(&'static str, &'static str, &'static str)> {
        tables::dictionary(&[CURVES, raw::ARRAYS])
    }

    /// Writes the files of the command into a folder.
    fn save(&self, py: Python<'_>, folder: &Bound<'_, PyAny>) -> PyResult<()> {
        let folder = arguments::path("folder", folder)?;
        let (asked, how) = (self.asked(), self.how);
        let (seed, trials) = (self.spec.seed, self.spec.trials);
        self.measured(py, move |measured, plan| {
            let made = made(asked, measured, plan, trials).map_err(experiments::figure)?;
            let manifest = Manifest::new(asked.name(), seed, trials);
            let written = made.write(&folder, manifest, &how.ran());
            written.map(drop).map_err(experiments::figure)
        })
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        match other.cast::<Self>() {
            Ok(other) => {
                let other = other.get();
                self.spec == other.spec && self.results == other.results
            }
            Err(_) => false,
        }
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Reduced<'py>> {
        let own = slf.get();
        let results = Arc::clone(&own.results);
        let bytes = stoppable(slf.py(), move || {
            let mut bytes = Cursor::new(Vec::new());
            let results: Vec<&Results> = results.iter().collect();
            raw::write(&results, &mut bytes).map_err(errors::value)?;
            Ok(bytes.into_inner())
        })?;
        let bytes = PyBytes::new(slf.py(), &bytes);
        let (threads, seconds) = (own.how.threads, own.how.seconds);
        let from = slf.get_type().getattr("restored")?;
        Ok((
            from,
            (
                own.spec.to_toml(),
                bytes,
                own.seeds.clone(),
                threads,
                seconds,
            ),
        ))
    }

    /// What was pickled.
    #[classmethod]
    fn restored(
        _cls: &Bound<'_, PyType>,
        spec: &str,
        bytes: &[u8],
        seeds: Vec<u64>,
        threads: usize,
        seconds: f64,
    ) -> PyResult<Self> {
        let spec = Spec::from_toml(spec).map_err(errors::value)?;
        let conditions = spec.conditions().map_err(errors::value)?;
        let results = raw::of_bytes(bytes, "the study", &conditions).map_err(errors::value)?;
        let mut trials = results.iter().map(Results::trials);
        if trials.len() != seeds.len() || trials.any(|trials| trials != spec.trials as usize) {
            return Err(errors::refuse("the bytes are of no such study"));
        }
        Ok(Self {
            spec,
            results: Arc::new(results),
            seeds,
            how: How { threads, seconds },
        })
    }
}

type Pickled<'py> = (String, Bound<'py, PyBytes>, Vec<u64>, usize, f64);
type Reduced<'py> = (Bound<'py, PyAny>, Pickled<'py>);

/// Runs a study; ``slotless.retention`` is what a user calls.
#[pyfunction]
pub(crate) fn run_retention(
    py: Python<'_>,
    spec: Option<&Bound<'_, PyAny>>,
    keywords: &Bound<'_, PyDict>,
    threads: &Bound<'_, PyAny>,
) -> PyResult<Job> {
    let threads = arguments::count("threads", threads)? as usize;
    let given = spec.map(Given::new).transpose()?;
    let others = PyDict::new(py);
    for (name, value) in keywords.iter() {
        let text: String = name.extract()?;
        if !ROWS.contains(&text.as_str()) {
            others.set_item(name, value)?;
        }
    }
    let mut table = keys::table(&others)?;
    keys::check("retention", &table, Spec::keys())?;
    let spec = match given {
        Some(given) => {
            if let Some(key) = table.keys().find(|key| !Spec::is_of_protocol(key)) {
                return Err(errors::refuse(format!(
                    "{key} is described by the spec already, allowed beside one: rows, and keys of protocol and run"
                )));
            }
            Some(given.spec(Spec::from_toml, Spec::from_tables)?)
        }
        None => None,
    };
    let units = match (&spec, table.get("n_i")) {
        (Some(spec), _) => spec.network.first().map(|network| network.n_i),
        (None, n_i) => n_i.and_then(Value::as_u64).map(|n_i| n_i as u32),
    };
    let mut rows = Vec::new();
    let mut units = units;
    for name in ROWS {
        let Some(value) = keywords.get_item(name)?.filter(|value| !value.is_none()) else {
            continue;
        };
        let source = match name {
            "similarity" => keys::matrix(name, &value)?,
            _ => keys::source(name, &value, units)?,
        };
        if let Source::Held(patterns) = &source {
            units.get_or_insert(patterns.visible());
        }
        rows.push((name, source));
    }
    let in_memory = rows
        .iter()
        .filter(|(_, rows)| !matches!(rows, Source::File(_)));
    let held: Vec<&str> = in_memory.map(|(name, _)| *name).collect();
    let make = move || {
        let mut files = PatternFiles::default();
        let mut spec = match spec {
            Some(spec) => with_rows(spec, rows, &mut files)?,
            None => of_keywords(&mut table, rows, &mut files)?,
        };
        spec.set_keys(&table).map_err(errors::value)?;
        let conditions = spec.conditions().map_err(errors::value)?;
        let on_disk = spec.data.files().filter(|(name, _)| !held.contains(name));
        for (_, path) in on_disk {
            // What the system does not give is an error of its own.
            if let Err(FileError::Io { path, error }) = input::open(path) {
                return Err(errors::io(&path, &error));
            }
        }
        let setups = Setup::all(conditions, spec.seed, &mut files).map_err(errors::value)?;
        // What was read is named by its hash.
        if let (Data::File(_) | Data::Similarity { .. }, Some(first)) = (&spec.data, setups.first())
        {
            spec.data = first.condition().data.clone();
        }
        let trials = spec.trials;
        let seeds: Vec<u64> = setups.iter().map(Setup::seed).collect();
        Ok(Made {
            spec: (spec, seeds),
            setups,
            trials,
        })
    };
    experiments::start(threads, make, |run| {
        let (spec, seeds) = run.spec;
        RetentionRun {
            spec,
            seeds,
            results: Arc::new(run.results),
            how: run.ran,
        }
    })
}

/// A file of patterns that cannot be used.
fn pattern_file(error: patterns::FileError) -> PyErr {
    match &error.kind {
        FileErrorKind::Io(why) => errors::io(&error.path, why),
        _ => errors::value(error),
    }
}

/// The spec of keywords; rows in memory get a name.
fn of_keywords(
    table: &mut Map<String, Value>,
    rows: Vec<(&'static str, Source)>,
    files: &mut PatternFiles,
) -> PyResult<Spec> {
    for (name, source) in rows {
        let path = match source {
            Source::File(path) => path,
            Source::Held(patterns) => {
                let path = PathBuf::from(format!("{name}.npy"));
                files.hold(&path, patterns).map_err(errors::value)?;
                path
            }
            Source::Matrix(cells) => {
                let path = PathBuf::from(format!("{name}.npy"));
                files.hold_matrix(&path, cells);
                path
            }
        };
        let text = path.to_str().ok_or_else(|| {
            let line = format!("{name} is {}, allowed a path in UTF-8", path.display());
            errors::refuse(line)
        })?;
        table.insert(name.to_owned(), json!(text));
    }
    let mut own = None;
    if let Some(Value::String(path)) = table.get("patterns") {
        let levels = match table.get("levels") {
            Some(Value::String(levels)) => {
                let all = Levels::ALL.iter().map(|one| (one.1, one.0));
                arguments::named("levels", levels, &all.collect::<Vec<_>>())?
            }
            // What is no name at all, the spec refuses.
            _ => Levels::default(),
        };
        let rows = files.rows(path.as_ref(), levels).map_err(pattern_file)?;
        let patterns = rows.patterns();
        own = Some(Rows {
            units: patterns.visible(),
            ones: patterns.ones().iter().copied().max().unwrap_or(1),
        });
    }
    Spec::from_keys(table, own).map_err(errors::value)
}

fn path_of(rows: &mut OtherRows) -> &mut PathBuf {
    &mut rows.path
}

/// A spec with rows in place of those of its files.
fn with_rows(
    mut spec: Spec,
    rows: Vec<(&'static str, Source)>,
    files: &mut PatternFiles,
) -> PyResult<Spec> {
    for (name, source) in rows {
        let no_file = || {
            errors::refuse(format!(
                "{name} is data, and the spec has no file of that name, allowed those that its data has"
            ))
        };
        let named = match (&mut spec.data, name) {
            (Data::Similarity { path, .. }, "similarity") => Some(path),
            (Data::File(FileData { path, .. }), "patterns") => Some(path),
            (Data::File(FileData { lures, .. }), "lures") => lures.as_mut().map(path_of),
            (Data::File(FileData { cues, .. }), "cues") => cues.as_mut().map(path_of),
            (Data::File(FileData { lure_cues, .. }), "lure_cues") => {
                lure_cues.as_mut().map(path_of)
            }
            _ => None,
        };
        let named = named.ok_or_else(no_file)?;
        match source {
            Source::File(path) => *named = path,
            Source::Held(patterns) => files.hold(named, patterns).map_err(errors::value)?,
            Source::Matrix(cells) => files.hold_matrix(named, cells),
        }
    }
    Ok(spec)
}
