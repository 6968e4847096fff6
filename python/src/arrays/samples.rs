//! Samples for recognisers: rows of features from 0 to 255, a byte each.

use std::fmt::Display;

use numpy::{
    PyArrayDescrMethods, PyReadonlyArrayDyn, PyUntypedArray, PyUntypedArrayMethods, dtype,
};
use pyo3::prelude::*;

use super::{Place, as_array, in_one_piece, refuse_masked, room_for, slice};
use crate::errors;

/// Samples of some features, bytes as they lie or copied.
#[derive(Debug)]
pub(crate) struct Samples<'py> {
    bytes: Bytes<'py>,
    pub(crate) count: usize,
    /// Of one sample, which came as an array of one axis.
    pub(crate) single: bool,
}

#[derive(Debug)]
enum Bytes<'py> {
    Borrowed(PyReadonlyArrayDyn<'py, u8>),
    Owned(Vec<u8>),
}

impl Samples<'_> {
    /// All samples, one after the other.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.bytes {
            // It was asked before it was kept.
            Bytes::Borrowed(array) => array.as_slice().unwrap_or(&[]),
            Bytes::Owned(bytes) => bytes,
        }
    }
}

const TAKEN: &str = "uint8, or other integers from 0 to 255";

/// The samples of `features` features in what was passed as the argument `name`.
pub(crate) fn samples<'py>(
    name: &str,
    input: &Bound<'py, PyAny>,
    features: u32,
) -> PyResult<Samples<'py>> {
    let array = match input.cast::<PyUntypedArray>() {
        Ok(array) => {
            refuse_masked(array, name)?;
            array.clone()
        }
        Err(_) => as_array(input, name, TAKEN)?,
    };
    let kind = array.dtype();
    if !matches!(kind.kind(), b'u' | b'i') {
        // How floats become bytes, only who knows the sensor's range can say.
        let hint = match kind.kind() {
            b'f' => "; bring each feature's range to 0 to 255, the same way for all calls",
            _ => "",
        };
        let line = format!("{name} is of dtype {kind}, allowed: {TAKEN}{hint}");
        return Err(errors::of_type(line));
    }
    let (single, count, columns) = match *array.shape() {
        [columns] => (true, 1, columns),
        [count, columns] => (false, count, columns),
        _ => {
            let axes = array.ndim();
            let line =
                format!("{name} has {axes} axes, allowed 1 (a sample) or 2 (a row a sample)");
            return Err(errors::refuse(line));
        }
    };
    if columns != features as usize {
        let line = format!("{name} has {columns} features, allowed {features} (n_features)");
        return Err(errors::refuse(line));
    }
    let at = Place {
        name,
        single,
        columns,
    };
    Ok(Samples {
        bytes: bytes(&in_one_piece(array)?, at)?,
        count,
        single,
    })
}

fn bytes<'py>(array: &Bound<'py, PyUntypedArray>, at: Place<'_>) -> PyResult<Bytes<'py>> {
    let (py, kind) = (array.py(), array.dtype());
    if kind.is_equiv_to(&dtype::<u8>(py)) {
        let array = slice::<u8>(array)?;
        array.as_slice()?;
        return Ok(Bytes::Borrowed(array));
    }
    room_for::<u8>(at.name, array.shape())?;
    macro_rules! of {
        ($($type:ty),*) => {$(
            if kind.is_equiv_to(&dtype::<$type>(py)) {
                return narrowed(slice::<$type>(array)?.as_slice()?, at).map(Bytes::Owned);
            }
        )*};
    }
    of!(i64, i32, i16, i8, u64, u32, u16);
    let line = format!("{} is of dtype {kind}, allowed: {TAKEN}", at.name);
    Err(errors::of_type(line))
}

fn narrowed<T: Copy + Display + TryInto<u8>>(numbers: &[T], at: Place<'_>) -> PyResult<Vec<u8>> {
    let one = |(index, &number): (usize, &T)| {
        let byte = number.try_into();
        byte.map_err(|_| at.refuse(index, number, "0 to 255"))
    };
    numbers.iter().enumerate().map(one).collect()
}
