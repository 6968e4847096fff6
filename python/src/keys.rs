//! Keywords as keys of a spec: values of Python in the form of JSON, own rows, and what a spec may be given as.

use std::path::PathBuf;

use numpy::{PyUntypedArray, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde_json::{Map, Number, Value};
use slotless::families::PARAMETERS;
use slotless::patterns::{Patterns, SimilarityMatrix};
use slotless::run::parameter::Kind;
use slotless_files::input;

use crate::arrays::{self, Levels};
use crate::{arguments, errors, results};

/// Bytes of a spec at most, as of the command's.
const MAX_SPEC: u64 = 1 << 24;

/// Values of keywords in the form of JSON; those that are None are left out.
pub(crate) fn table(keywords: &Bound<'_, PyDict>) -> PyResult<Map<String, Value>> {
    let mut keys = Map::new();
    for (name, value) in keywords.iter() {
        let name: String = name.extract()?;
        if !value.is_none() {
            let value = json(&name, &value)?;
            keys.insert(name, value);
        }
    }
    Ok(keys)
}

fn json(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Value> {
    // Of numpy, too.
    if let Ok(flag) = value.extract::<bool>() {
        return Ok(Value::Bool(flag));
    }
    if value.is_instance_of::<PyString>() {
        return Ok(Value::String(value.extract()?));
    }
    if arguments::is_path(value)? {
        let path = arguments::path(name, value)?;
        let text = path.to_str().map(str::to_owned);
        return text.map(Value::String).ok_or_else(|| {
            errors::refuse(format!(
                "{name} is {}, allowed a path in UTF-8",
                path.display()
            ))
        });
    }
    if let Ok(table) = value.cast::<PyDict>() {
        return Ok(Value::Object(self::table(table)?));
    }
    let is_list = value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>();
    let is_array = match value.cast::<PyUntypedArray>() {
        Ok(array) => array.ndim() > 0,
        Err(_) => false,
    };
    if is_list || is_array {
        let each = value.try_iter()?;
        let list = each.map(|one| json(name, &one?));
        return list.collect::<PyResult<Vec<_>>>().map(Value::Array);
    }
    // Numbers of Python and of numpy, and arrays of one without an axis.
    if !value.is_instance_of::<PyFloat>() && value.hasattr("__index__")? {
        if let Ok(whole) = value.extract::<u64>() {
            return Ok(Value::Number(whole.into()));
        }
        if let Ok(whole) = value.extract::<i64>() {
            return Ok(Value::Number(whole.into()));
        }
        if value.is_instance_of::<PyInt>() {
            let line = format!(
                "{name} is {}, allowed up to {}",
                arguments::shown(value),
                u64::MAX
            );
            return Err(errors::refuse(line));
        }
    }
    if let Ok(real) = value.extract::<f64>() {
        return Number::from_f64(real)
            .map(Value::Number)
            .ok_or_else(|| errors::refuse(format!("{name} is {real}, allowed finite numbers")));
    }
    let allowed = "a number, a text, a bool, or a list of them";
    Err(arguments::other_type(name, value, allowed))
}

/// Refuses keywords that are none of these keys.
pub(crate) fn check(
    function: &str,
    keys: &Map<String, Value>,
    known: impl Iterator<Item = &'static str>,
) -> PyResult<()> {
    let known: Vec<&str> = known.collect();
    match keys.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(errors::of_type(format!(
            "{function}() got an unexpected keyword argument {key:?}, allowed: {}",
            known.join(", ")
        ))),
        None => Ok(()),
    }
}

/// A spec as it was given.
#[derive(Debug)]
pub(crate) enum Given {
    /// A file of TOML.
    File(PathBuf),
    /// A text of TOML: of several lines, as no name of a file is.
    Text(String),
    /// Tables.
    Table(Map<String, Value>),
}

impl Given {
    /// What an argument is.
    pub(crate) fn new(spec: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(table) = spec.cast::<PyDict>() {
            return self::table(table).map(Self::Table);
        }
        if spec.is_instance_of::<PyString>() {
            let text: String = spec.extract()?;
            if text.contains('\n') {
                return Ok(Self::Text(text));
            }
        }
        if arguments::is_path(spec)? {
            return arguments::path("spec", spec).map(Self::File);
        }
        let allowed = "a path, a text of TOML or a dict";
        Err(arguments::other_type("spec", spec, allowed))
    }

    /// The spec, by what reads one of TOML and one of JSON.
    pub(crate) fn spec<S, E: std::error::Error>(
        self,
        read: impl Fn(&str) -> Result<S, E>,
        read_table: impl Fn(Map<String, Value>) -> Result<S, E>,
    ) -> PyResult<S> {
        match self {
            Self::File(path) => {
                let text = input::read_text(&path, MAX_SPEC);
                let text = text.map_err(|error| errors::file(&error))?;
                read(&text).map_err(|error| errors::refuse(format!("{}, {error}", path.display())))
            }
            Self::Text(text) => {
                read(&text).map_err(|error| errors::refuse(format!("spec, {error}")))
            }
            Self::Table(table) => read_table(table).map_err(errors::value),
        }
    }
}

/// Rows that somebody has: in memory, or in a file.
#[derive(Debug)]
pub(crate) enum Source {
    /// In memory.
    Held(Patterns),
    /// Similarities in memory.
    Matrix(Vec<f64>),
    /// In a file.
    File(PathBuf),
}

/// Similarities of an argument: a path, or a square array.
pub(crate) fn matrix(name: &str, cells: &Bound<'_, PyAny>) -> PyResult<Source> {
    if arguments::is_path(cells)? {
        return arguments::path(name, cells).map(Source::File);
    }
    let array = arrays::numbers(name, cells)?;
    let &[rows, columns] = array.shape() else {
        let axes = array.shape().len();
        let line = format!("{name} has {axes} axes, allowed 2 (a row and a column a pattern)");
        return Err(errors::refuse(line));
    };
    if rows != columns {
        let line = format!("{name} has {rows} rows and {columns} columns, allowed as many");
        return Err(errors::refuse(line));
    }
    let cells = array.as_slice()?.to_vec();
    SimilarityMatrix::new(cells.clone()).map_err(|why| errors::refuse(format!("{name}: {why}")))?;
    Ok(Source::Matrix(cells))
}

/// Rows of an argument: a path, or an array whose columns are `units`, or as many as it has.
pub(crate) fn source(name: &str, rows: &Bound<'_, PyAny>, units: Option<u32>) -> PyResult<Source> {
    if arguments::is_path(rows)? {
        return arguments::path(name, rows).map(Source::File);
    }
    let py = rows.py();
    let rows = match rows.hasattr("shape")? {
        true => rows.clone(),
        false => py.import("numpy")?.call_method1("asarray", (rows,))?,
    };
    let shape: Vec<usize> = rows.getattr("shape")?.extract()?;
    let &[_, columns] = &shape[..] else {
        let line = format!(
            "{name} has {} axes, allowed 2 (a row a pattern)",
            shape.len()
        );
        return Err(errors::refuse(line));
    };
    let units = match (units, u32::try_from(columns)) {
        (Some(units), _) | (None, Ok(units)) => units,
        (None, Err(_)) => {
            let line = format!("{name} has {columns} columns, allowed up to {}", u32::MAX);
            return Err(errors::refuse(line));
        }
    };
    let rows = arrays::rows(&rows, units, Levels::BinaryOrSigns, name)?;
    let mut patterns = Patterns::with_capacity(units, rows.count());
    for (number, row) in rows.words().chunks_exact(rows.width().max(1)).enumerate() {
        if row.iter().all(|&word| word == 0) {
            return Err(errors::refuse(format!(
                "{} is a pattern without a one, expected at least one",
                rows.name(name, number)
            )));
        }
        patterns.push(row);
    }
    Ok(Source::Held(patterns))
}

/// The declared parameters of a study's networks, or of a training's models.
///
/// Parameters
/// ----------
/// of : {"retention", "train"}
///     The function that takes them as keywords.
///
/// Returns
/// -------
/// list of Parameter
///     Each with its name, symbol in the paper, meaning, unit, allowed values and default; a text that
///     it has not is empty.
///
/// Examples
/// --------
/// >>> from slotless import parameters
/// >>> [one.name for one in parameters("retention")][:4]
/// ['memory', 'n_i', 'n_h', 's']
/// >>> parameters("train")[4].allowed
/// '1 to 65536'
#[pyfunction]
pub(crate) fn parameters<'py>(
    py: Python<'py>,
    of: &Bound<'py, PyAny>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let families = [("retention", "Memories"), ("train", "Transformers")];
    let family = arguments::choice("of", of, &families)?;
    let found = PARAMETERS.iter().find(|one| one.0 == family);
    let all = found.map_or(&[][..], |one| one.1).iter();
    all.map(|one| {
        let allowed = match one.kind {
            Kind::Name(names) => {
                let names = names();
                let names: Vec<&str> = names.iter().map(|one| one.0).collect();
                names.join(", ")
            }
            _ => one.range.to_string(),
        };
        let texts = [
            one.name,
            one.symbol,
            one.help,
            one.unit,
            &allowed,
            one.default,
        ];
        results::named(py, "Parameter", PyTuple::new(py, texts)?)
    })
    .collect()
}
