//! Patterns as arrays of numpy: rows of units in, rows of units out.
//!
//! Taken are arrays of 0 and 1 (bool, integers, float32, float64), a unit each; packed rows, 32 units a `uint32` (the words of
//! the library and of devices) or 8 a `uint8` (`numpy.packbits(X, axis=1, bitorder="little")`); and sparse rows of scipy. Where
//! asked for, -1 and 1 in place of 0 and 1. What is packed as words and lies in one piece is read where it lies.

use std::ops::RangeInclusive;

use numpy::{
    Element, PyArrayDescrMethods, PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArray,
    PyUntypedArrayMethods, dtype,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use slotless_core::bits;

use crate::calls::Signals;
use crate::{arguments, errors};

mod answers;
mod samples;

pub(crate) use answers::{bools, names, one_or_all, patterns, room_for, scalars, shaped};
pub(crate) use samples::{Samples, samples};

/// How a pattern's units stand in an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One a unit; answers are bool.
    Units,
    /// One a unit, -1 and 1; answers are int8.
    Signs,
    /// 32 units a `uint32`.
    Words,
    /// 8 units a `uint8`.
    Bytes,
}

/// Which numbers stand for a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Levels {
    /// 0 and 1.
    Binary,
    /// 0 and 1, or -1 and 1.
    BinaryOrSigns,
}

/// Patterns of some units, packed into words; one pattern is as many rows as it says.
#[derive(Debug)]
pub(crate) struct Rows<'py> {
    words: Words<'py>,
    width: usize,
    count: usize,
    /// Of one pattern, which came as an array of one axis.
    pub(crate) single: bool,
    pub(crate) format: Format,
}

#[derive(Debug)]
enum Words<'py> {
    Borrowed(PyReadonlyArrayDyn<'py, u32>),
    Owned(Vec<u32>),
}

impl Rows<'_> {
    /// All rows, one after the other.
    pub(crate) fn words(&self) -> &[u32] {
        match &self.words {
            // It was asked before it was kept.
            Words::Borrowed(array) => array.as_slice().unwrap_or(&[]),
            Words::Owned(words) => words,
        }
    }

    /// Words of a row.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// How many patterns there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Where a row is named in an error: `X[3]`, and `X` if it is the only one and came as such.
    pub(crate) fn name(&self, name: &str, row: usize) -> String {
        if self.single {
            name.to_owned()
        } else {
            format!("{name}[{row}]")
        }
    }
}

const TAKEN: &str = "bool, integers, float32 or float64 of 0 and 1, packed uint32 or uint8, and sparse rows of scipy";

/// The patterns of `units` units in what was passed as the argument `name`.
pub(crate) fn rows<'py>(
    input: &Bound<'py, PyAny>,
    units: u32,
    levels: Levels,
    name: &str,
) -> PyResult<Rows<'py>> {
    let py = input.py();
    // The usual case first: an array as it comes.
    let array = match input.cast::<PyUntypedArray>() {
        Ok(array) => {
            refuse_masked(array, name)?;
            array.clone()
        }
        Err(_) if input.hasattr("tocsr")? => return sparse(input, units, name),
        Err(_) => as_array(input, name, TAKEN)?,
    };
    let array = in_one_piece(array)?;
    let shape = array.shape();
    let (single, count, columns) = match *shape {
        [columns] => (true, 1, columns),
        [count, columns] => (false, count, columns),
        _ => {
            let line = format!(
                "{name} has {} axes, allowed 1 (a pattern) or 2 (a row a pattern)",
                shape.len()
            );
            return Err(errors::refuse(line));
        }
    };
    let width = bits::words_for(units);
    let all = units as usize;
    let kind = array.dtype();
    let is = |other: &Bound<'py, numpy::PyArrayDescr>| kind.is_equiv_to(other);
    let packed = |format, words| Rows {
        words,
        width,
        count,
        single,
        format,
    };
    let rows = if columns == all {
        let mut words = vec![0; width.saturating_mul(count)];
        let at = Place {
            name,
            single,
            columns,
        };
        let format = if is(&dtype::<bool>(py)) {
            pack_bools(py, bytes_of_bools(&slice::<bool>(&array)?), &mut words, at)?;
            Format::Units
        } else {
            pack_any(&array, &mut words, levels, at)?
        };
        packed(format, Words::Owned(words))
    } else if columns == width && is(&dtype::<u32>(py)) {
        packed(Format::Words, Words::Borrowed(slice::<u32>(&array)?))
    } else if columns == all.div_ceil(8) && is(&dtype::<u8>(py)) {
        let mut words = vec![0; width.saturating_mul(count)];
        let bytes = slice::<u8>(&array)?;
        let from = bytes.as_slice()?.chunks_exact(columns.max(1));
        for (row, bytes) in words.chunks_exact_mut(width.max(1)).zip(from) {
            for (word, bytes) in row.iter_mut().zip(bytes.chunks(4)) {
                let mut four = [0; 4];
                four[..bytes.len()].copy_from_slice(bytes);
                *word = u32::from_le_bytes(four);
            }
        }
        packed(Format::Bytes, Words::Owned(words))
    } else {
        let bytes = all.div_ceil(8);
        let line = format!(
            "{name} has {columns} columns of {kind}, allowed {units} (units), or packed {width} of uint32 or {bytes} of uint8"
        );
        return Err(errors::refuse(line));
    };
    if matches!(rows.format, Format::Words | Format::Bytes) {
        for (number, row) in rows.words().chunks_exact(width.max(1)).enumerate() {
            bits::check(row, units)
                .map_err(|error| errors::refuse(format!("{}: {error}", rows.name(name, number))))?;
        }
    }
    Ok(rows)
}

/// What is no array as one; of bytes the bytes, where numpy would take `bytes` for a text.
pub(crate) fn as_array<'py>(
    input: &Bound<'py, PyAny>,
    name: &str,
    allowed: &str,
) -> PyResult<Bound<'py, PyUntypedArray>> {
    let py = input.py();
    let numpy = py.import("numpy")?;
    let made = match input.is_instance_of::<PyBytes>() {
        true => numpy.call_method1("frombuffer", (input, "uint8")),
        false => numpy.call_method1("asarray", (input,)),
    };
    match made {
        Ok(array) => {
            let array = array.cast_into::<PyUntypedArray>();
            let array = array.map_err(|_| arguments::other_type(name, input, allowed))?;
            // Anything is an object.
            if array.ndim() == 0 && array.dtype().kind() == b'O' {
                return Err(arguments::other_type(name, input, allowed));
            }
            Ok(array)
        }
        // Such as of rows that differ in their lengths.
        Err(error) if error.is_instance_of::<PyValueError>(py) => {
            let text = error.value(py);
            Err(errors::refuse(format!("{name} is no array: {text}")))
        }
        Err(error) if error.is_instance_of::<PyTypeError>(py) => {
            Err(arguments::other_type(name, input, allowed))
        }
        Err(error) => Err(error),
    }
}

/// Refuses a masked array of numpy, whose masked cells would count like others.
pub(crate) fn refuse_masked(array: &Bound<'_, PyUntypedArray>, name: &str) -> PyResult<()> {
    if array.is_exact_instance_of::<PyUntypedArray>() || !array.hasattr("mask")? {
        return Ok(());
    }
    let line = format!("{name} is a masked array, allowed: arrays without a mask");
    Err(errors::of_type(line))
}

/// An array with its elements one after the other, in this machine's order of bytes: the same, or a copy.
pub(crate) fn in_one_piece<'py>(
    array: Bound<'py, PyUntypedArray>,
) -> PyResult<Bound<'py, PyUntypedArray>> {
    let kind = array.dtype();
    let native = kind.is_native_byteorder() != Some(false);
    if native && array.is_c_contiguous() && array.is_aligned() {
        return Ok(array);
    }
    let py = array.py();
    let options = PyDict::new(py);
    options.set_item("order", "C")?;
    options.set_item("copy", true)?;
    if !native {
        options.set_item("dtype", kind.call_method1("newbyteorder", ("=",))?)?;
    }
    let copy = py
        .import("numpy")?
        .call_method("array", (array,), Some(&options))?;
    Ok(copy.cast_into::<PyUntypedArray>()?)
}

/// The elements of an array of this type that [`in_one_piece`] gave.
pub(crate) fn slice<'py, T: Element>(
    array: &Bound<'py, PyUntypedArray>,
) -> PyResult<PyReadonlyArrayDyn<'py, T>> {
    let array = array.cast::<PyArrayDyn<T>>()?;
    Ok(array.try_readonly()?)
}

/// Where a unit stands, for errors.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    name: &'a str,
    single: bool,
    columns: usize,
}

impl Place<'_> {
    fn refuse(self, index: usize, value: impl std::fmt::Display, allowed: &str) -> PyErr {
        let Self { name, columns, .. } = self;
        let (row, unit) = (index / columns, index % columns);
        let at = if self.single {
            format!("{name}[{unit}]")
        } else {
            format!("{name}[{row}, {unit}]")
        };
        errors::refuse(format!("{at} is {value}, allowed {allowed}"))
    }
}

/// The bytes of an array of bools in one piece: 0 and 1, but for those of an array that was viewed as bool and is not.
fn bytes_of_bools<'a>(array: &'a PyReadonlyArrayDyn<'_, bool>) -> &'a [u8] {
    let length = array.len();
    if length == 0 {
        return &[];
    }
    // SAFETY: `in_one_piece` gave it, so its `length` elements of one byte lie one after the other from there; the array is
    // borrowed for as long as the slice. As bytes, since a `bool` of Rust with another value than 0 and 1 is undefined.
    unsafe { std::slice::from_raw_parts(array.data().cast_const().cast::<u8>(), length) }
}

/// Eight bytes that are 0 or 1 as eight bits, the first the lowest.
fn eight(bytes: u64) -> u32 {
    // Byte i is moved to bit 56 + i: no two of the products' ones meet below there.
    (bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

/// Packs rows of bytes; what is not 0 is a one.
fn pack_bools(py: Python<'_>, units: &[u8], words: &mut [u32], at: Place<'_>) -> PyResult<()> {
    let width = at.columns.div_ceil(32).max(1);
    let rows = units.chunks_exact(at.columns.max(1));
    let mut clock = Clock::of(at.columns);
    for (row, packed) in rows.zip(words.chunks_exact_mut(width)) {
        clock.look(py)?;
        for (word, units) in packed.iter_mut().zip(row.chunks(32)) {
            let (eights, rest) = units.as_chunks::<8>();
            let mut shift = 0;
            for units in eights {
                let bytes = units.map(|unit| u8::from(unit != 0));
                *word |= eight(u64::from_le_bytes(bytes)) << shift;
                shift += 8;
            }
            for &unit in rest {
                *word |= u32::from(unit != 0) << shift;
                shift += 1;
            }
        }
    }
    Ok(())
}

/// Asks for signals each few milliseconds of units.
struct Clock {
    signals: Signals,
    rows: usize,
    left: usize,
}

impl Clock {
    /// Of rows of so many units.
    fn of(columns: usize) -> Self {
        let rows = ((1 << 22) / columns.max(1)).max(1);
        Self {
            signals: Signals::new(),
            rows,
            left: rows,
        }
    }

    /// Before each row.
    fn look(&mut self, py: Python<'_>) -> PyResult<()> {
        self.left -= 1;
        if self.left > 0 {
            return Ok(());
        }
        self.left = self.rows;
        self.signals.look(py)
    }
}

/// A number that may stand for a unit.
trait Unit: Element + Copy + PartialEq + std::fmt::Display {
    const OFF: Self;
    const ON: Self;
    /// -1, where there is one.
    const MINUS: Option<Self>;
}

macro_rules! units {
    ($($type:ty: $off:expr, $on:expr, $minus:expr;)*) => {$(
        impl Unit for $type {
            const OFF: Self = $off;
            const ON: Self = $on;
            const MINUS: Option<Self> = $minus;
        }
    )*};
}

units! {
    u8: 0, 1, None;
    u16: 0, 1, None;
    u32: 0, 1, None;
    u64: 0, 1, None;
    i8: 0, 1, Some(-1);
    i16: 0, 1, Some(-1);
    i32: 0, 1, Some(-1);
    i64: 0, 1, Some(-1);
    f32: 0.0, 1.0, Some(-1.0);
    f64: 0.0, 1.0, Some(-1.0);
}

fn pack_any(
    array: &Bound<'_, PyUntypedArray>,
    words: &mut [u32],
    levels: Levels,
    at: Place<'_>,
) -> PyResult<Format> {
    let kind = array.dtype();
    macro_rules! of {
        ($($type:ty),*) => {$(
            if kind.is_equiv_to(&dtype::<$type>(array.py())) {
                return pack(array.py(), slice::<$type>(array)?.as_slice()?, words, levels, at);
            }
        )*};
    }
    of!(f64, f32, u8, i64, i32, i8, u32, u16, i16, u64);
    let line = format!("{} is of dtype {kind}, allowed: {TAKEN}", at.name);
    Err(errors::of_type(line))
}

fn pack<T: Unit>(
    py: Python<'_>,
    units: &[T],
    words: &mut [u32],
    levels: Levels,
    at: Place<'_>,
) -> PyResult<Format> {
    let signs = match (levels, T::MINUS) {
        (Levels::BinaryOrSigns, Some(minus)) => units.contains(&minus),
        _ => false,
    };
    let (off, allowed) = match (signs, levels, T::MINUS) {
        (true, _, Some(minus)) => (minus, "-1 and 1, as others of them are"),
        (_, Levels::BinaryOrSigns, Some(_)) => (T::OFF, "0 and 1, or -1 and 1"),
        _ => (T::OFF, "0 and 1"),
    };
    let width = at.columns.div_ceil(32).max(1);
    let rows = units.chunks_exact(at.columns.max(1));
    let mut clock = Clock::of(at.columns);
    for ((number, row), packed) in rows.enumerate().zip(words.chunks_exact_mut(width)) {
        clock.look(py)?;
        for (place, (word, units)) in packed.iter_mut().zip(row.chunks(32)).enumerate() {
            for (bit, &unit) in units.iter().enumerate() {
                if unit == T::ON {
                    *word |= 1 << bit;
                } else if unit != off {
                    let index = number * at.columns + place * 32 + bit;
                    return Err(at.refuse(index, unit, allowed));
                }
            }
        }
    }
    Ok(if signs { Format::Signs } else { Format::Units })
}

/// Sparse rows of scipy, in any of its formats.
fn sparse<'py>(input: &Bound<'py, PyAny>, units: u32, name: &str) -> PyResult<Rows<'py>> {
    let csr = input.call_method0("tocsr")?;
    let shape: Vec<usize> = csr.getattr("shape")?.extract()?;
    let (single, count, columns) = match *shape {
        [columns] => (true, 1, columns),
        [count, columns] => (false, count, columns),
        _ => {
            return Err(errors::refuse(format!(
                "{name} has {} axes, allowed 1 or 2",
                shape.len()
            )));
        }
    };
    if columns != units as usize {
        let line = format!("{name} has {columns} columns, allowed {units} (units)");
        return Err(errors::refuse(line));
    }
    let numbers = |what: &str| -> PyResult<Vec<i64>> {
        let array = csr.getattr(what)?.call_method1("astype", ("int64",))?;
        let array = array.cast_into::<PyArrayDyn<i64>>()?;
        Ok(array.try_readonly()?.as_slice()?.to_vec())
    };
    let (starts, indices) = (numbers("indptr")?, numbers("indices")?);
    let data = csr.getattr("data")?.call_method1("astype", ("float64",))?;
    let data = data.cast_into::<PyArrayDyn<f64>>()?.try_readonly()?;
    let data = data.as_slice()?;
    let width = bits::words_for(units);
    let mut words = vec![0; width.saturating_mul(count)];
    let broken = || errors::refuse(format!("{name} is no valid sparse array"));
    for (row, packed) in words.chunks_exact_mut(width.max(1)).enumerate() {
        let bound = |at: usize| starts.get(at).and_then(|&at| usize::try_from(at).ok());
        let range = bound(row).zip(bound(row + 1)).ok_or_else(broken)?;
        let cells = indices
            .get(range.0..range.1)
            .zip(data.get(range.0..range.1));
        let (indices, values) = cells.ok_or_else(broken)?;
        for (&unit, &value) in indices.iter().zip(values) {
            let unit = u32::try_from(unit).ok().filter(|&unit| unit < units);
            let unit = unit.ok_or_else(broken)?;
            let place = Place {
                name,
                single,
                columns,
            };
            let index = row * columns + unit as usize;
            if value == 1.0 && !bits::get(packed, unit) {
                bits::set(packed, unit);
            } else if value != 0.0 {
                // Stored twice they are added up.
                let value = value + f64::from(u8::from(bits::get(packed, unit)));
                return Err(place.refuse(index, value, "0 and 1"));
            }
        }
    }
    Ok(Rows {
        words: Words::Owned(words),
        width,
        count,
        single,
        format: Format::Units,
    })
}

/// Whole numbers in a range: an array of integers of one axis.
pub(crate) fn whole_numbers(
    name: &str,
    input: &Bound<'_, PyAny>,
    allowed: RangeInclusive<i64>,
) -> PyResult<Vec<i64>> {
    let array = as_array(input, name, "integers")?.into_any();
    let kind: String = array.getattr("dtype")?.getattr("kind")?.extract()?;
    let axes: usize = array.getattr("ndim")?.extract()?;
    if axes != 1 {
        let line = format!("{name} has {axes} axes, allowed 1");
        return Err(errors::refuse(line));
    }
    if !matches!(kind.as_str(), "i" | "u") && array.len()? > 0 {
        let kind = array.getattr("dtype")?;
        let line = format!("{name} is of dtype {kind}, allowed: integers");
        return Err(errors::of_type(line));
    }
    let numbers: Vec<i128> = array.call_method0("tolist")?.extract()?;
    let allowed = i128::from(*allowed.start())..=i128::from(*allowed.end());
    if let Some(at) = numbers.iter().position(|number| !allowed.contains(number)) {
        let (value, low, high) = (numbers[at], allowed.start(), allowed.end());
        let line = format!("{name}[{at}] is {value}, allowed {low} to {high}");
        return Err(errors::refuse(line));
    }
    Ok(numbers.into_iter().map(|number| number as i64).collect())
}

/// Real numbers, as float64.
pub(crate) fn numbers<'py>(
    name: &str,
    input: &Bound<'py, PyAny>,
) -> PyResult<PyReadonlyArrayDyn<'py, f64>> {
    let py = input.py();
    if let Ok(array) = input.cast::<PyUntypedArray>() {
        refuse_masked(array, name)?;
    }
    let options = PyDict::new(py);
    options.set_item("dtype", "float64")?;
    options.set_item("order", "C")?;
    let array = py
        .import("numpy")?
        .call_method("asarray", (input,), Some(&options));
    let array = array.map_err(|error| errors::of_type(format!("{name}: {}", error.value(py))))?;
    slice::<f64>(&in_one_piece(array.cast_into::<PyUntypedArray>()?)?)
}
