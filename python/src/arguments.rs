//! Arguments: what a value must be, and one line that names it where it is not.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use pyo3::Borrowed;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PySlice, PyString};

use crate::errors;

/// An argument that has a default.
#[derive(Debug)]
pub(crate) enum Setting<'py> {
    /// It was not given.
    Default,
    /// It was.
    Given(Bound<'py, PyAny>),
}

impl<'py> Setting<'py> {
    /// The default, or what was given, read.
    pub(crate) fn or<T>(
        self,
        default: T,
        read: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<T>,
    ) -> PyResult<T> {
        match self {
            Self::Default => Ok(default),
            Self::Given(value) => read(&value),
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Setting<'py> {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self::Given(value.to_owned()))
    }
}

/// A value as an error shows it: numbers of more digits than Python prints have none here, either.
pub(crate) fn shown(value: &Bound<'_, PyAny>) -> String {
    let text = value.str().map(|text| text.to_string());
    text.unwrap_or_else(|_| "a number of very many digits".to_owned())
}

/// What is of a type that is not taken.
pub(crate) fn other_type(name: &str, value: &Bound<'_, PyAny>, allowed: &str) -> PyErr {
    let what = value.get_type().name();
    let what = what.map_or_else(|_| "object".to_owned(), |what| what.to_string());
    errors::of_type(format!("{name} is a {what}, allowed: {allowed}"))
}

/// A size: a whole number from 1 to 4294967295.
pub(crate) fn size(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u32> {
    whole(name, value, 1..=u64::from(u32::MAX)).map(|value| value as u32)
}

/// A number that may be 0, up to 4294967295.
pub(crate) fn count(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u32> {
    whole(name, value, 0..=u64::from(u32::MAX)).map(|value| value as u32)
}

/// A size from 1 to another argument of this value and name.
pub(crate) fn part(name: &str, value: &Bound<'_, PyAny>, all: u32, of: &str) -> PyResult<u32> {
    within(name, value, 1..=u64::from(all), &format!(" ({of})")).map(|value| value as u32)
}

/// A whole number of which the library knows what it may be, and says so: the nearest one that it can be asked of.
pub(crate) fn nearest(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u64> {
    match value.extract::<u64>() {
        Ok(value) => Ok(value),
        Err(_) if !value.hasattr("__index__")? => Err(other_type(name, value, "a whole number")),
        Err(_) => Ok(if value.lt(0)? { 0 } else { u64::MAX }),
    }
}

/// The same of 32 bits.
pub(crate) fn near(name: &str, value: &Bound<'_, PyAny>) -> PyResult<u32> {
    nearest(name, value).map(|value| u32::try_from(value).unwrap_or(u32::MAX))
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
    within(name, value, allowed, "")
}

fn within(
    name: &str,
    value: &Bound<'_, PyAny>,
    allowed: RangeInclusive<u64>,
    note: &str,
) -> PyResult<u64> {
    if let Ok(number) = value.extract::<u64>() {
        if allowed.contains(&number) {
            return Ok(number);
        }
    } else if value.hasattr("__index__")? {
        // Negative, or too large.
    } else {
        return Err(other_type(name, value, "a whole number"));
    }
    let (low, high) = (allowed.start(), allowed.end());
    let value = shown(value);
    Err(errors::refuse(format!(
        "{name} is {value}, allowed {low} to {high}{note}"
    )))
}

/// A whole number that a type of integers has.
pub(crate) fn integer<'py, T>(name: &str, value: &Bound<'py, PyAny>, allowed: [T; 2]) -> PyResult<T>
where
    T: for<'a> FromPyObject<'a, 'py> + Display,
{
    if !value.hasattr("__index__")? {
        return Err(other_type(name, value, "a whole number"));
    }
    value.extract::<T>().map_err(|_| {
        let (value, [low, high]) = (shown(value), allowed);
        errors::refuse(format!("{name} is {value}, allowed {low} to {high}"))
    })
}

/// A number.
pub(crate) fn number(name: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if let Ok(number) = value.extract::<f64>() {
        return Ok(number);
    }
    if value.hasattr("__index__")? {
        let line = format!(
            "{name} is {}, allowed up to {:e} (float)",
            shown(value),
            f64::MAX
        );
        return Err(errors::refuse(line));
    }
    Err(other_type(name, value, "a number"))
}

/// Yes or no: a `bool` of Python or of numpy.
pub(crate) fn flag(name: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    value
        .extract::<bool>()
        .map_err(|_| other_type(name, value, "True or False"))
}

/// A text.
pub(crate) fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = value
        .cast::<PyString>()
        .map_err(|_| other_type(name, value, "str"))?;
    // Halves of characters are in no text of the library.
    let text = text.to_str().map(str::to_owned);
    text.map_err(|_| errors::refuse(format!("{name} is no text in UTF-8")))
}

/// One of some names.
pub(crate) fn choice<T: Copy>(
    name: &str,
    value: &Bound<'_, PyAny>,
    allowed: &[(&str, T)],
) -> PyResult<T> {
    if !value.is_instance_of::<PyString>() {
        return Err(other_type(name, value, &names(allowed)));
    }
    named(name, &text(name, value)?, allowed)
}

/// What a name stands for.
pub(crate) fn named<T: Copy>(name: &str, value: &str, allowed: &[(&str, T)]) -> PyResult<T> {
    if let Some((_, chosen)) = allowed.iter().find(|(name, _)| *name == value) {
        return Ok(*chosen);
    }
    let names = names(allowed);
    Err(errors::refuse(format!(
        "{name} is {value:?}, allowed {names}"
    )))
}

fn names<T>(of: &[(&str, T)]) -> String {
    let names: Vec<String> = of.iter().map(|(name, _)| format!("{name:?}")).collect();
    names.join(", ")
}

/// The name that [`choice`] gives a value by.
pub(crate) fn name_of<T: PartialEq>(value: T, names: &[(&'static str, T)]) -> &'static str {
    let found = names.iter().find(|(_, one)| *one == value);
    found.map_or("", |(name, _)| name)
}

/// The first of some units and the one after the last: of a `slice` or a `range` that leaves none out.
pub(crate) fn units(name: &str, value: &Bound<'_, PyAny>, all: u32) -> PyResult<(u32, u32)> {
    let allowed = format!("a slice or range of units 0 to {all} in steps of 1");
    let refuse = || {
        let value = value.repr()?;
        PyResult::Err(errors::refuse(format!(
            "{name} is {value}, allowed {allowed}"
        )))
    };
    if let Ok(slice) = value.cast::<PySlice>() {
        let Ok(found) = slice.indices(all as isize) else {
            return refuse();
        };
        if found.step != 1 {
            return refuse();
        }
        return Ok((found.start as u32, found.stop.max(found.start) as u32));
    }
    if !value.hasattr("start")? {
        return Err(other_type(name, value, &allowed));
    }
    let part = |part: &str| -> PyResult<i64> { value.getattr(part)?.extract() };
    match (part("start"), part("stop"), part("step")) {
        (Ok(start), Ok(stop), Ok(1)) if 0 <= start && start <= stop && stop <= i64::from(all) => {
            Ok((start as u32, stop as u32))
        }
        _ => refuse(),
    }
}

/// Whether something names a file: `str`, `bytes` as `os.fsencode` gives them, or `os.PathLike`.
pub(crate) fn is_path(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let named = value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>();
    Ok(named || value.hasattr("__fspath__")?)
}

/// A file or folder.
pub(crate) fn path(name: &str, value: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    if !is_path(value)? {
        return Err(other_type(name, value, "str, bytes or os.PathLike"));
    }
    let path = value
        .py()
        .import("os")?
        .call_method1("fsdecode", (value,))?;
    let path: PathBuf = path.extract()?;
    let bytes = path.as_os_str().as_encoded_bytes();
    if bytes.is_empty() || bytes.contains(&0) {
        let line = format!("{name} is {}, which names no file", value.repr()?);
        return Err(errors::refuse(line));
    }
    Ok(path)
}

/// Bytes: `bytes`, or what has a buffer of them, such as a `bytearray` or a `memoryview`, as a copy.
pub(crate) fn bytes<'py>(name: &str, value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(bytes.clone());
    }
    let view = PyMemoryView::from(value)
        .map_err(|_| other_type(name, value, "bytes, bytearray or memoryview"))?;
    Ok(view.call_method0("tobytes")?.cast_into::<PyBytes>()?)
}
