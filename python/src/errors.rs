//! Errors of the library as Python's: the library's own text, and the exception that says what kind it is.

use std::error::Error;
use std::io;

use pyo3::PyErr;
use pyo3::exceptions::{PyMemoryError, PyOSError, PyTypeError, PyValueError};
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

/// A file that cannot be read or written, or is not what it should be.
pub(crate) fn file(error: &FileError) -> PyErr {
    match error {
        FileError::Io { path, error } => {
            // With its number Python makes of it what it makes of its own: FileNotFoundError, PermissionError.
            match error.raw_os_error() {
                Some(number) => {
                    let text = error.to_string();
                    let said = text.split(" (os error").next().unwrap_or_default();
                    PyOSError::new_err((number, said.to_owned(), path.display().to_string()))
                }
                None => {
                    let text = format!("{}: {error}", path.display());
                    PyErr::from(io::Error::new(error.kind(), text))
                }
            }
        }
        _ => PyValueError::new_err(error.to_string()),
    }
}
