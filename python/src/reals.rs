//! Arrays of real numbers of single precision, which is what the networks compute with.

use numpy::{
    PyArrayDescrMethods, PyReadonlyArrayDyn, PyUntypedArray, PyUntypedArrayMethods, dtype,
};
use pyo3::prelude::*;

use crate::arrays::{as_array, in_one_piece, refuse_masked, room_for, slice};
use crate::errors;

/// Numbers of an array, float32 as they lie or copied, all finite.
#[derive(Debug)]
pub(crate) struct Reals<'py> {
    numbers: Numbers<'py>,
    pub(crate) shape: Vec<usize>,
}

#[derive(Debug)]
enum Numbers<'py> {
    Borrowed(PyReadonlyArrayDyn<'py, f32>),
    Owned(Vec<f32>),
}

impl Reals<'_> {
    /// All numbers, the last axis first.
    pub(crate) fn numbers(&self) -> &[f32] {
        match &self.numbers {
            // It was asked before it was kept.
            Numbers::Borrowed(array) => array.as_slice().unwrap_or(&[]),
            Numbers::Owned(numbers) => numbers,
        }
    }
}

impl Reals<'_> {
    /// All numbers, for whoever keeps them.
    pub(crate) fn into_numbers(self) -> Vec<f32> {
        match self.numbers {
            Numbers::Borrowed(array) => array.as_slice().unwrap_or(&[]).to_vec(),
            Numbers::Owned(numbers) => numbers,
        }
    }
}

/// Where a number stands in an array of this shape: `name[1, 2]`.
pub(crate) fn place(name: &str, shape: &[usize], index: usize) -> String {
    let (mut left, mut at) = (index, Vec::with_capacity(shape.len()));
    for &axis in shape.iter().rev() {
        at.push((left % axis.max(1)).to_string());
        left /= axis.max(1);
    }
    at.reverse();
    if at.is_empty() {
        return name.to_owned();
    }
    format!("{name}[{}]", at.join(", "))
}

/// The first number that is not finite.
fn not_finite(numbers: &[f32]) -> Option<usize> {
    // Some at a time, without asking after each.
    let all = |some: &[f32]| some.iter().fold(true, |all, x| all & x.is_finite());
    let (place, some) = (0..)
        .zip(numbers.chunks(256))
        .find(|(_, some)| !all(some))?;
    let within = some.iter().position(|x| !x.is_finite())?;
    Some(256 * place + within)
}

/// Finite numbers of float32 or float64; the latter are rounded to float32.
pub(crate) fn reals<'py>(name: &str, input: &Bound<'py, PyAny>) -> PyResult<Reals<'py>> {
    const TAKEN: &str = "float32 or float64";
    let py = input.py();
    let array = match input.cast::<PyUntypedArray>() {
        Ok(array) => {
            refuse_masked(array, name)?;
            array.clone()
        }
        Err(_) => as_array(input, name, TAKEN)?,
    };
    let array = in_one_piece(array)?;
    let (shape, kind) = (array.shape().to_vec(), array.dtype());
    let refuse = |index: usize, value: f64| {
        let at = place(name, &shape, index);
        let largest = f32::MAX;
        errors::refuse(format!(
            "{at} is {value:?}, allowed finite numbers up to {largest:e} (float32)"
        ))
    };
    let numbers = if kind.is_equiv_to(&dtype::<f32>(py)) {
        let array = slice::<f32>(&array)?;
        let bad = not_finite(array.as_slice()?);
        if let Some(index) = bad {
            return Err(refuse(index, array.as_slice()?[index].into()));
        }
        Numbers::Borrowed(array)
    } else if kind.is_equiv_to(&dtype::<f64>(py)) {
        room_for::<f32>(name, &shape)?;
        let array = slice::<f64>(&array)?;
        let numbers = array.as_slice()?;
        let single: Vec<f32> = numbers.iter().map(|&x| x as f32).collect();
        if let Some(index) = not_finite(&single) {
            return Err(refuse(index, numbers[index]));
        }
        Numbers::Owned(single)
    } else {
        let line = format!("{name} is of dtype {kind}, allowed: {TAKEN}");
        return Err(errors::of_type(line));
    };
    Ok(Reals { numbers, shape })
}

/// Vectors, a row each, or one of them as an array of one axis.
#[derive(Debug)]
pub(crate) struct Vectors<'py> {
    reals: Reals<'py>,
    pub(crate) count: usize,
    pub(crate) single: bool,
}

impl Vectors<'_> {
    pub(crate) fn numbers(&self) -> &[f32] {
        self.reals.numbers()
    }

    /// Where a row is named in an error.
    pub(crate) fn name(&self, name: &str, row: usize) -> String {
        if self.single {
            name.to_owned()
        } else {
            format!("{name}[{row}]")
        }
    }
}

/// Vectors of so many numbers.
pub(crate) fn vectors<'py>(
    name: &str,
    input: &Bound<'py, PyAny>,
    width: usize,
) -> PyResult<Vectors<'py>> {
    let reals = reals(name, input)?;
    let (single, count, columns) = match *reals.shape {
        [columns] => (true, 1, columns),
        [count, columns] => (false, count, columns),
        _ => {
            let axes = reals.shape.len();
            let line =
                format!("{name} has {axes} axes, allowed 1 (a vector) or 2 (a row a vector)");
            return Err(errors::refuse(line));
        }
    };
    if columns != width {
        let line = format!("{name} has vectors of {columns} numbers, allowed {width}");
        return Err(errors::refuse(line));
    }
    Ok(Vectors {
        reals,
        count,
        single,
    })
}

/// An inverse temperature, as the library has it.
pub(crate) fn beta_of(beta: f64) -> PyResult<f32> {
    let single = beta as f32;
    if single.is_finite() && single > 0.0 {
        return Ok(single);
    }
    Err(errors::refuse(format!(
        "beta is {beta:?}, allowed finite numbers above 0 (float32)"
    )))
}
