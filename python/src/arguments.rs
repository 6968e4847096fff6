//! Arguments: what a value must be, and one line that names it where it is not.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use pyo3::Borrowed;
use pyo3::prelude::*;
use pyo3::types::{PySlice, PyString};

use crate::errors;

/// A whole number from 0 to 4294967295, as sizes are.
pub(crate) fn size(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u32> {
    whole(name, value, 0..=u64::from(u32::MAX)).map(|value| value as u32)
}

/// A seed: a whole number from 0 to 2^64 - 1.
pub(crate) fn seed(value: &Bound<'_, PyAny>) -> PyResult<u64> {
    whole("seed", value, 0..=u64::MAX)
}

/// A whole number in this range: an `int` of Python or of numpy.
pub(crate) fn whole(
    name: &str,
    value: &Bound<'_, PyAny>,
    allowed: RangeInclusive<u64>,
) -> PyResult<u64> {
    if let Ok(number) = value.extract::<u64>() {
        if allowed.contains(&number) {
            return Ok(number);
        }
    } else if value.hasattr("__index__")? {
        // Negative, or too large.
    } else {
        let what = value.get_type().name()?;
        return Err(errors::of_type(format!(
            "{name} is a {what}, allowed: a whole number"
        )));
    }
    let (low, high) = (allowed.start(), allowed.end());
    let value = value.str()?;
    Err(errors::refuse(format!(
        "{name} is {value}, allowed {low} to {high}"
    )))
}

/// A whole number that a type of integers has.
pub(crate) fn integer<'py, T>(name: &str, value: &Bound<'py, PyAny>, allowed: [T; 2]) -> PyResult<T>
where
    T: for<'a> FromPyObject<'a, 'py> + Display,
{
    if !value.hasattr("__index__")? {
        let what = value.get_type().name()?;
        return Err(errors::of_type(format!(
            "{name} is a {what}, allowed: a whole number"
        )));
    }
    value.extract::<T>().or_else(|_| {
        let (value, [low, high]) = (value.str()?, allowed);
        Err(errors::refuse(format!(
            "{name} is {value}, allowed {low} to {high}"
        )))
    })
}

/// An argument with a default other than `None`, which means something else.
#[derive(Debug)]
pub(crate) enum Setting<'py> {
    /// It was not given.
    Default,
    /// It was, or none is wanted.
    Given(Option<Bound<'py, PyAny>>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Setting<'py> {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let given = !value.is_none();
        Ok(Self::Given(given.then(|| value.to_owned())))
    }
}

/// A number.
pub(crate) fn number(name: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    value.extract::<f64>().or_else(|_| {
        let what = value.get_type().name()?;
        Err(errors::of_type(format!(
            "{name} is a {what}, allowed: a number"
        )))
    })
}

/// One of some names.
pub(crate) fn choice<T: Copy>(name: &str, value: &str, allowed: &[(&str, T)]) -> PyResult<T> {
    if let Some((_, chosen)) = allowed.iter().find(|(name, _)| *name == value) {
        return Ok(*chosen);
    }
    let names: Vec<String> = allowed
        .iter()
        .map(|(name, _)| format!("{name:?}"))
        .collect();
    let names = names.join(", ");
    Err(errors::refuse(format!(
        "{name} is {value:?}, allowed {names}"
    )))
}

/// The name that [`choice`] gives a value by.
pub(crate) fn name_of<T: PartialEq>(value: T, names: &[(&'static str, T)]) -> &'static str {
    let found = names.iter().find(|(_, one)| *one == value);
    found.map_or("", |(name, _)| name)
}

/// The first of some units and the one after the last: of a `slice` or a `range` that leaves none out.
pub(crate) fn units(name: &str, value: &Bound<'_, PyAny>, all: u32) -> PyResult<(u32, u32)> {
    let refuse = |what: &dyn Display| {
        errors::refuse(format!(
            "{name} is {what}, allowed a slice or range of units 0 to {all} in steps of 1"
        ))
    };
    if let Ok(slice) = value.cast::<PySlice>() {
        let found = slice.indices(all as isize)?;
        if found.step != 1 {
            return Err(refuse(&value.repr()?));
        }
        return Ok((found.start as u32, found.stop.max(found.start) as u32));
    }
    let part = |part: &str| -> PyResult<i64> { value.getattr(part)?.extract() };
    match (part("start"), part("stop"), part("step")) {
        (Ok(start), Ok(stop), Ok(1)) if 0 <= start && start <= stop && stop <= i64::from(all) => {
            Ok((start as u32, stop as u32))
        }
        _ => Err(refuse(&value.repr()?)),
    }
}

/// A file or folder: `str` or `os.PathLike`.
pub(crate) fn path(name: &str, value: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    if value.is_instance_of::<PyString>() || value.hasattr("__fspath__")? {
        return value.extract();
    }
    let what = value.get_type().name()?;
    Err(errors::of_type(format!(
        "{name} is a {what}, allowed: str or os.PathLike"
    )))
}
