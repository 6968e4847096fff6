//! Tables as columns of numpy, and what their columns are.

use numpy::{Element, PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use slotless::figures::Table;
use slotless_files::dictionary::{FileKind, Kind};

/// The columns of a table by their names: text as lists, whole numbers as int64 and others as float64, with NaN where a cell is
/// empty.
pub(crate) fn columns<'py>(py: Python<'py>, table: &Table) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    for (number, header) in table.header.iter().enumerate() {
        let cells = || table.rows.iter().map(|row| row[number].as_str());
        let reals = || cells().map(|cell| cell.parse().unwrap_or(f64::NAN));
        let wholes = || {
            cells()
                .map(|cell| cell.parse().ok())
                .collect::<Option<Vec<i64>>>()
        };
        let column = match header.variable().kind {
            Kind::Text => PyList::new(py, cells())?.into_any(),
            Kind::Integer => match wholes() {
                Some(wholes) => PyArray1::from_vec(py, wholes).into_any(),
                None => PyArray1::from_iter(py, reals()).into_any(),
            },
            Kind::Number => PyArray1::from_iter(py, reals()).into_any(),
        };
        columns.set_item(header.name(), column)?;
    }
    Ok(columns)
}

/// Name, unit and definition of what files of some kinds have.
pub(crate) fn dictionary(kinds: &[FileKind]) -> Vec<(&'static str, &'static str, &'static str)> {
    let all = kinds.iter().flat_map(|kind| kind.variables);
    all.map(|one| (one.name, one.unit, one.definition))
        .collect()
}

/// A table of numbers as an array of two axes.
pub(crate) fn array<'py, T: Element + Copy>(
    py: Python<'py>,
    cells: &ndarray::Array2<T>,
) -> PyResult<Bound<'py, PyAny>> {
    let flat = PyArray1::from_iter(py, cells.iter().copied());
    Ok(flat.reshape(cells.dim())?.into_any())
}
