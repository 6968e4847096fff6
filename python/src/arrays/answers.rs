//! Answers as arrays: in the format of the cues, and without the first axis where one pattern was asked with.

use numpy::{Element, PyArrayMethods};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use slotless_core::bits;

use super::{Format, Rows};
use crate::calls::room;

/// Packed rows as an array like the one that was asked with: its format, and one axis if it had one.
pub(crate) fn patterns<'py>(
    py: Python<'py>,
    words: Vec<u32>,
    units: u32,
    like: &Rows<'_>,
) -> PyResult<Bound<'py, PyAny>> {
    let (width, count) = (bits::words_for(units), like.count);
    let columns = units as usize;
    match like.format {
        Format::Words => shaped(py, words, &[count, width], like.single),
        Format::Bytes => {
            let bytes = columns.div_ceil(8);
            let rows = words.chunks_exact(width.max(1));
            let out =
                rows.flat_map(|row| row.iter().flat_map(|word| word.to_le_bytes()).take(bytes));
            shaped(py, out.collect::<Vec<u8>>(), &[count, bytes], like.single)
        }
        Format::Units => shaped(
            py,
            unpacked(&words, units, false, true),
            &[count, columns],
            like.single,
        ),
        Format::Signs => shaped(
            py,
            unpacked(&words, units, -1_i8, 1),
            &[count, columns],
            like.single,
        ),
    }
}

/// A number a unit.
fn unpacked<T: Copy>(words: &[u32], units: u32, off: T, on: T) -> Vec<T> {
    let width = bits::words_for(units).max(1);
    let mut out = vec![off; words.len() / width * units as usize];
    let rows = out.chunks_exact_mut((units as usize).max(1));
    for (row, words) in rows.zip(words.chunks_exact(width)) {
        for (units, &word) in row.chunks_mut(32).zip(words) {
            for (bit, unit) in units.iter_mut().enumerate() {
                *unit = if word >> bit & 1 == 1 { on } else { off };
            }
        }
    }
    out
}

/// Bytes that are copied into an array.
const FEW: usize = 4096;

/// Numbers as an array of this shape; without its first axis if `single`.
pub(crate) fn shaped<'py, T: Element>(
    py: Python<'py>,
    numbers: Vec<T>,
    shape: &[usize],
    single: bool,
) -> PyResult<Bound<'py, PyAny>> {
    // Few are copied faster than an owner is made for them.
    let flat = if size_of_val(numbers.as_slice()) <= FEW {
        numpy::PyArray1::from_slice(py, &numbers)
    } else {
        numpy::PyArray1::from_vec(py, numbers)
    };
    let shape = if single { &shape[1..] } else { shape };
    if shape.len() == 1 {
        return Ok(flat.into_any());
    }
    Ok(flat.reshape(shape)?.into_any())
}

/// Room for a result of so many numbers of a type, asked for before anything is computed.
pub(crate) fn room_for<T>(what: &str, numbers: &[usize]) -> PyResult<()> {
    let bytes = numbers
        .iter()
        .fold(size_of::<T>() as f64, |all, &axis| all * axis as f64);
    room(what, bytes)
}

/// A number a row: an array of one axis, or the number where the rows were one pattern.
pub(crate) fn scalars<'py>(
    py: Python<'py>,
    numbers: Vec<f64>,
    single: bool,
) -> PyResult<Bound<'py, PyAny>> {
    match numbers[..] {
        [number] if single => Ok(number.into_pyobject(py)?.into_any()),
        _ => Ok(numpy::PyArray1::from_vec(py, numbers).into_any()),
    }
}

/// A number a row of any type, as [`scalars`].
pub(crate) fn one_or_all<'py, T>(
    py: Python<'py>,
    numbers: Vec<T>,
    single: bool,
) -> PyResult<Bound<'py, PyAny>>
where
    T: Element + Copy + IntoPyObject<'py>,
    PyErr: From<T::Error>,
{
    match numbers[..] {
        [number] if single => Ok(number.into_bound_py_any(py)?),
        _ => Ok(numpy::PyArray1::from_vec(py, numbers).into_any()),
    }
}

/// A name a row: an array of text, or the text where the rows were one pattern.
pub(crate) fn names<'py>(
    py: Python<'py>,
    names: Vec<&'static str>,
    longest: usize,
    single: bool,
) -> PyResult<Bound<'py, PyAny>> {
    match names[..] {
        [name] if single => name.into_bound_py_any(py),
        _ => py
            .import("numpy")?
            .call_method1("array", (names, format!("U{longest}"))),
    }
}

/// Packed rows as bools, a row each.
pub(crate) fn bools(py: Python<'_>, words: Vec<u32>, units: u32) -> PyResult<Bound<'_, PyAny>> {
    let count = words.len() / bits::words_for(units).max(1);
    let shape = [count, units as usize];
    room_for::<u8>("the answer", &shape)?;
    shaped(py, unpacked(&words, units, false, true), &shape, false)
}
