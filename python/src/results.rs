//! What calls give: named tuples of the package.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};

static RECALLED: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// `slotless.Recalled(pattern, score)`.
pub(crate) fn recalled<'py>(
    py: Python<'py>,
    pattern: Bound<'py, PyAny>,
    score: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let class = RECALLED.import(py, "slotless._results", "Recalled")?;
    class.call1((pattern, score))
}

/// One of the package's other named tuples.
pub(crate) fn named<'py>(
    py: Python<'py>,
    class: &str,
    fields: Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("slotless._results")?.getattr(class)?;
    class.call1(fields)
}
