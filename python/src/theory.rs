//! Fits and theory on arrays.

use numpy::PyUntypedArrayMethods;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use slotless::memory::measure::{self, MeasureError, OneWinnerTheory};

use crate::measures::scores;
use crate::results::named;
use crate::{arguments, arrays, errors};

/// Exponential forgetting: ``C * exp(-a * age)`` fitted as a line to the logarithm of the raw
/// difference (paper, section 2).
///
/// Parameters
/// ----------
/// raw_difference : array_like of float, shape (n_ages,)
///     Raw differences at ages 1, 2, ...; ages without one above 0 are left out.
/// max_age : int, optional
///     Ages that are fitted, up to n_ages; all of them unless told otherwise.
///
/// Returns
/// -------
/// ExponentialFit
///     ``amplitude`` C and ``rate`` a per pattern; ``r_squared``, the share of the variance that the
///     line explains, NaN where nothing varies; ``ages_used`` and ``ages_dropped``.
///
/// Raises
/// ------
/// ValueError
///     For fewer than 3 ages with a difference above 0, NaN and infinities.
#[pyfunction]
#[pyo3(signature = (raw_difference, max_age=None))]
pub(crate) fn fit_exponential<'py>(
    py: Python<'py>,
    raw_difference: &Bound<'py, PyAny>,
    max_age: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let scores = scores("raw_difference", raw_difference)?;
    if !scores.single {
        return Err(errors::refuse(
            "raw_difference has 2 axes, allowed 1 (ages)",
        ));
    }
    let curve: Vec<f64> = scores.table.into_iter().collect();
    let most = curve.len() as u64;
    let max_age = max_age.map(|max_age| arguments::whole("max_age", max_age, 1..=most));
    let max_age = max_age.transpose()?.unwrap_or(most) as usize;
    let fit = measure::fit_exponential(&curve, max_age).map_err(|error| match error {
        MeasureError::TooFew { needed, got, .. } => errors::refuse(format!(
            "raw_difference has {got} ages above 0, allowed from {needed}"
        )),
        error => errors::value(error),
    })?;
    let fields = (
        fit.amplitude,
        fit.rate,
        fit.r_squared.unwrap_or(f64::NAN),
        fit.ages_used,
        fit.ages_dropped,
    );
    named(py, "ExponentialFit", fields.into_pyobject(py)?)
}

/// Ages of an argument: whole numbers from 1, an array or one.
fn ages(input: &Bound<'_, PyAny>) -> PyResult<(Vec<usize>, bool)> {
    let array = arrays::numbers("ages", input)?;
    let single = match array.shape().len() {
        0 => true,
        1 => false,
        axes => {
            return Err(errors::refuse(format!(
                "ages has {axes} axes, allowed 0 or 1"
            )));
        }
    };
    let each = array.as_slice()?.iter().enumerate().map(|(at, &age)| {
        if age >= 1.0 && age.fract() == 0.0 && age <= 1e15 {
            return Ok(age as usize);
        }
        let place = if single {
            "ages".to_owned()
        } else {
            format!("ages[{at}]")
        };
        Err(errors::refuse(format!(
            "{place} is {age}, allowed whole numbers from 1"
        )))
    });
    Ok((each.collect::<PyResult<_>>()?, single))
}

/// How likely a pattern of some age is still there in a network with one winner:
/// ``(1 - 1/n_hidden)**(age - 1)`` (Theorem 1).
///
/// Parameters
/// ----------
/// n_hidden : int
///     Hidden units; from 1.
/// ages : array_like of int, shape (n,) or ()
///     Ages, from 1: that of the pattern learned last.
///
/// Returns
/// -------
/// ndarray of float64, shape (n,), or float
///
/// Raises
/// ------
/// ValueError
///     For no hidden unit, and ages below 1.
///
/// Examples
/// --------
/// >>> from slotless.measures import survival
/// >>> survival(2, [1, 2, 3])
/// array([1.  , 0.5 , 0.25])
#[pyfunction]
pub(crate) fn survival<'py>(
    py: Python<'py>,
    n_hidden: &Bound<'py, PyAny>,
    ages: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let hidden = arguments::size("n_hidden", n_hidden)?;
    let (ages, single) = self::ages(ages)?;
    let each = ages.into_iter().map(|age| measure::survival(hidden, age));
    let values = each.collect::<Result<Vec<_>, _>>().map_err(errors::value)?;
    arrays::scalars(py, values, single)
}

/// Accuracy of the network with one winner by Theorem 1: ``p + survival * (1 - p)`` with the baseline
/// ``p = s/n + sqrt(2 (c/n) (1 - s/n) ln n_hidden)``, 1 at the most, of s ones in n units.
///
/// Parameters
/// ----------
/// n_visible, n_hidden, n_active : int
///     Visible units, hidden units, ones of a pattern.
/// cue : float
///     Share of a pattern's ones in its cue, above 0 to 1.
/// ages : array_like of int, shape (n,) or ()
///     Ages, from 1: that of the pattern learned last.
///
/// Returns
/// -------
/// OneWinner
///     ``accuracy`` at each age, shape of ``ages``, and ``baseline``, a float: that of patterns never
///     learned. Asymptotic: at 1000 visible, 100 hidden units and 100 ones the baseline is .191, and
///     .176 is measured.
///
/// Raises
/// ------
/// ValueError
///     For sizes, cues and ages out of their ranges.
#[pyfunction]
pub(crate) fn one_winner_accuracy<'py>(
    py: Python<'py>,
    n_visible: &Bound<'py, PyAny>,
    n_hidden: &Bound<'py, PyAny>,
    n_active: &Bound<'py, PyAny>,
    cue: &Bound<'py, PyAny>,
    ages: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let visible = arguments::size("n_visible", n_visible)?;
    let hidden = arguments::size("n_hidden", n_hidden)?;
    let active = arguments::part("n_active", n_active, visible, "n_visible")?;
    let cue = arguments::number("cue", cue)?;
    if !(cue > 0.0 && cue <= 1.0) {
        let line = format!("cue is {cue:?}, allowed above 0 to 1");
        return Err(errors::refuse(line));
    }
    let theory = OneWinnerTheory::new(visible, hidden, active, cue).map_err(errors::value)?;
    let (ages, single) = self::ages(ages)?;
    let each = ages.into_iter().map(|age| theory.accuracy(age));
    let values = each.collect::<Result<Vec<_>, _>>().map_err(errors::value)?;
    let accuracy = arrays::scalars(py, values, single)?;
    let baseline = theory.baseline().into_pyobject(py)?.into_any();
    named(py, "OneWinner", PyTuple::new(py, [accuracy, baseline])?)
}
