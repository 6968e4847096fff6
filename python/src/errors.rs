//! Errors of the library as Python's: the library's own text, and the exception that says what kind it is.

use std::error::Error;
use std::io;
use std::path::Path;

use pyo3::exceptions::{PyMemoryError, PyOSError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use slotless_files::FileError;

/// A value that is not allowed.
pub(crate) fn value(error: impl Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// A text about a value that is not allowed.
pub(crate) fn refuse(text: impl Into<String>) -> PyErr {
    PyValueError::new_err(text.into())
}

/// Something of a type that is not taken.
pub(crate) fn of_type(text: impl Into<String>) -> PyErr {
    PyTypeError::new_err(text.into())
}

/// More memory than there is.
pub(crate) fn memory(text: impl Into<String>) -> PyErr {
    PyMemoryError::new_err(text.into())
}

/// A file that the system does not give.
pub(crate) fn io(path: &Path, error: &io::Error) -> PyErr {
    // With its number Python makes of it what it makes of its own: FileNotFoundError, PermissionError.
    match error.raw_os_error() {
        Some(number) => {
            let text = error.to_string();
            let said = text.split(" (os error").next().unwrap_or_default();
            PyOSError::new_err((number, said.to_owned(), path.as_os_str().to_owned()))
        }
        None => {
            let text = format!("{}: {error}", path.display());
            PyErr::from(io::Error::new(error.kind(), text))
        }
    }
}

/// A file that cannot be read or written, or is not what it should be.
pub(crate) fn file(error: &FileError) -> PyErr {
    match error {
        FileError::Io { path, error } => io(path, error),
        _ => PyValueError::new_err(error.to_string()),
    }
}

/// What is wrong with what a file holds, with its name; other errors, such as of memory, are as they are.
pub(crate) fn of_file(path: &Path, error: PyErr) -> PyErr {
    let text = Python::attach(|py| {
        let is_of_value = error.is_instance_of::<PyValueError>(py);
        is_of_value.then(|| error.value(py).to_string())
    });
    match text {
        Some(text) => refuse(format!("{}: {text}", path.display())),
        None => error,
    }
}
