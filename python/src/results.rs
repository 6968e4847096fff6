//! What calls give: named tuples of the package.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};

/// A class of `slotless._results`.
pub(crate) struct Class {
    name: &'static str,
    found: PyOnceLock<Py<PyType>>,
}

impl Class {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            found: PyOnceLock::new(),
        }
    }

    /// One of it, with these fields.
    pub(crate) fn of<'py>(
        &self,
        py: Python<'py>,
        fields: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>, Error = PyErr>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let class = self.found.import(py, "slotless._results", self.name)?;
        made(class, fields.into_pyobject(py)?)
    }
}

pub(crate) static DESCENDED: Class = Class::new("Descended");
pub(crate) static IDENTITY: Class = Class::new("Identity");
pub(crate) static RETRIEVED: Class = Class::new("Retrieved");
pub(crate) static REMEMBERED: Class = Class::new("Remembered");
pub(crate) static EVENT: Class = Class::new("Event");
pub(crate) static FROM_SLOT: Class = Class::new("FromSlot");
pub(crate) static SLOT_FOUND: Class = Class::new("SlotFound");
pub(crate) static RECOGNISED: Class = Class::new("Recognised");
pub(crate) static TRIPLE: Class = Class::new("Triple");

static RECALLED: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// `slotless.Recalled(pattern, score)`.
pub(crate) fn recalled<'py>(
    py: Python<'py>,
    pattern: Bound<'py, PyAny>,
    score: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let class = RECALLED.import(py, "slotless._results", "Recalled")?;
    made(class, (pattern, score).into_pyobject(py)?)
}

static NEW: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// A named tuple of this class, by `tuple.__new__`: the class's own is a function of Python's, which calls that.
fn made<'py>(
    class: &Bound<'py, PyType>,
    fields: Bound<'py, PyTuple>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = class.py();
    let new = NEW.get_or_try_init(py, || {
        let new = py.get_type::<PyTuple>().getattr("__new__")?;
        PyResult::Ok(new.unbind())
    })?;
    new.bind(py).call1((class, fields))
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
