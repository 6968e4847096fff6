//! Measures of memory on arrays: those of the experiments.

use ndarray::Array2;
use numpy::PyUntypedArrayMethods;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use slotless::memory::measure::{
    self, AdvantageAge, AdvantageTest, Better, ClassCounts, Content, DPrimeForm, Deviation,
    MAX_MAGNITUDE, Measure, MeasureError, Paired, SamplePlan, SampleValues,
};

use crate::arguments::Setting;
use crate::calls::{self, room};
use crate::results::named;
use crate::{arguments, arrays, errors};

const FORMS: [(&str, DPrimeForm); 2] = [
    ("paired", DPrimeForm::Paired),
    ("classical", DPrimeForm::Classical),
];

/// Units of a class at most: content has a table of logarithms up to their number.
const MOST_UNITS: u32 = 1 << 22;

/// Scores of trials x ages; one axis is of one age.
#[derive(Debug)]
pub(crate) struct Scores {
    pub table: Array2<f64>,
    pub single: bool,
}

/// Reads scores; refuses what is no finite number by its place.
pub(crate) fn scores(name: &str, input: &Bound<'_, PyAny>) -> PyResult<Scores> {
    let array = arrays::numbers(name, input)?;
    let (shape, cells) = (array.shape().to_vec(), array.as_slice()?);
    let (single, rows, columns) = match shape[..] {
        [rows] => (true, rows, 1),
        [rows, columns] => (false, rows, columns),
        _ => {
            let line = format!(
                "{name} has {} axes, allowed 1 (trials) or 2 (trials, ages)",
                shape.len()
            );
            return Err(errors::refuse(line));
        }
    };
    let bad = |cell: &f64| !(cell.is_finite() && cell.abs() <= MAX_MAGNITUDE);
    if let Some(at) = cells.iter().position(bad) {
        let place = match single {
            true => format!("{name}[{at}]"),
            false => format!("{name}[{}, {}]", at / columns, at % columns),
        };
        return Err(errors::refuse(format!(
            "{place} is {}, allowed finite numbers up to {MAX_MAGNITUDE:e}",
            cells[at]
        )));
    }
    // Measures take copies, sorted and ranked.
    room("the measure", 64.0 * cells.len() as f64)?;
    if cells.is_empty() {
        let line = format!("{name} has {rows} trials of {columns} ages, allowed from 1 of each");
        return Err(errors::refuse(line));
    }
    let table = Array2::from_shape_vec((rows, columns), cells.to_vec()).map_err(errors::value)?;
    Ok(Scores { table, single })
}

/// Scores of learned patterns and of never-learned ones.
fn both(learned: &Bound<'_, PyAny>, baseline: &Bound<'_, PyAny>) -> PyResult<[Scores; 2]> {
    Ok([scores("learned", learned)?, scores("baseline", baseline)?])
}

fn paired(both: &[Scores; 2]) -> PyResult<Paired<'_>> {
    let [learned, baseline] = both;
    let (first, second) = (learned.table.dim(), baseline.table.dim());
    if first != second || learned.single != baseline.single {
        let line = format!(
            "baseline is of {} x {} (trials, ages), allowed {} x {} as of learned",
            second.0, second.1, first.0, first.1
        );
        return Err(errors::refuse(line));
    }
    Paired::new(learned.table.view(), baseline.table.view()).map_err(errors::value)
}

/// Bytes whose copying takes as long as a measure of these scores: they are sorted and ranked.
fn work(both: &[Scores; 2]) -> f64 {
    let cells = both.iter().map(|scores| scores.table.len());
    200.0 * cells.sum::<usize>() as f64
}

fn numbers<'py>(
    py: Python<'py>,
    numbers: Vec<Option<f64>>,
    single: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let numbers = numbers.into_iter().map(|one| one.unwrap_or(f64::NAN));
    arrays::scalars(py, numbers.collect(), single)
}

/// Sensitivity d': how far learned patterns stand out from a baseline, in standard deviations.
///
/// Paired, the form of the paper's section 2: ``mean(d) / std(d)`` of the differences
/// ``d = learned - baseline``, paired by trial. Classical:
/// ``(mean(learned) - mean(baseline)) / sqrt((var(learned) + var(baseline)) / 2)``. Deviations are over
/// n.
///
/// Parameters
/// ----------
/// learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
///     Scores of learned patterns and of never-learned ones; a row of both is of one trial.
/// form : {"paired", "classical"}, default "paired"
///     Which standard deviation it is measured in.
///
/// Returns
/// -------
/// ndarray of float64, shape (n_ages,), or float
///     d' of each age; 0 where neither mean nor deviation is more than rounding, NaN where the
///     deviation alone is not.
///
/// Raises
/// ------
/// ValueError
///     For tables of two shapes, and for NaN and infinities.
///
/// Examples
/// --------
/// >>> from slotless.measures import dprime
/// >>> dprime([1.0, 0.5], [0.5, 0.5])
/// 1.0
#[pyfunction]
#[pyo3(
    signature = (learned, baseline, *, form=Setting::Default),
    text_signature = "(learned, baseline, *, form='paired')"
)]
pub(crate) fn dprime<'py>(
    py: Python<'py>,
    learned: &Bound<'py, PyAny>,
    baseline: &Bound<'py, PyAny>,
    form: Setting<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let form = form.or(DPrimeForm::Paired, |form| {
        arguments::choice("form", form, &FORMS)
    })?;
    let both = both(learned, baseline)?;
    let single = both[0].single;
    let values = calls::apart(py, work(&both), move || {
        Ok(measure::d_prime(&paired(&both)?, form))
    })?;
    numbers(py, values, single)
}

/// Raw difference: the mean over trials of ``learned - baseline`` (paper, section 2).
///
/// Parameters
/// ----------
/// learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
///     Scores of learned patterns and of never-learned ones; a row of both is of one trial.
///
/// Returns
/// -------
/// ndarray of float64, shape (n_ages,), or float
///     The difference at each age, in the scores' unit.
///
/// Raises
/// ------
/// ValueError
///     For tables of two shapes, and for NaN and infinities.
///
/// Examples
/// --------
/// >>> from slotless.measures import raw_difference
/// >>> raw_difference([1.0, 0.5], [0.5, 0.5])
/// 0.25
#[pyfunction]
pub(crate) fn raw_difference<'py>(
    py: Python<'py>,
    learned: &Bound<'py, PyAny>,
    baseline: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let both = both(learned, baseline)?;
    let single = both[0].single;
    let values = calls::apart(py, work(&both), move || Ok(paired(&both)?.raw_difference()))?;
    arrays::scalars(py, values, single)
}

/// Area under the ROC curve: how often a learned pattern's score is above a baseline one's, ties
/// counting half.
///
/// ``U / (n1 n2)`` with the U of Mann and Whitney, counted in whole numbers.
///
/// Parameters
/// ----------
/// learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
///     Scores of learned patterns and of never-learned ones; they may differ in their numbers of
///     trials.
///
/// Returns
/// -------
/// ndarray of float64, shape (n_ages,), or float
///     The area at each age, 0 to 1; 0.5 is chance.
///
/// Raises
/// ------
/// ValueError
///     For no trial, other numbers of ages, NaN and infinities.
///
/// Examples
/// --------
/// >>> from slotless.measures import auc
/// >>> auc([1.0, 2.0], [1.0, 0.0])
/// 0.875
#[pyfunction]
pub(crate) fn auc<'py>(
    py: Python<'py>,
    learned: &Bound<'py, PyAny>,
    baseline: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let both = both(learned, baseline)?;
    let [learned, baseline] = &both;
    if learned.table.ncols() != baseline.table.ncols() || learned.single != baseline.single {
        let line = format!(
            "baseline has {} ages, allowed {} as learned",
            baseline.table.ncols(),
            learned.table.ncols()
        );
        return Err(errors::refuse(line));
    }
    let single = learned.single;
    let values = calls::apart(py, work(&both), move || {
        let [learned, baseline] = &both;
        let ages = learned.table.columns().into_iter();
        let ages = ages.zip(baseline.table.columns());
        ages.map(|(one, other)| measure::auc(&one.to_vec(), &other.to_vec()))
            .collect::<Result<Vec<_>, MeasureError>>()
            .map_err(errors::value)
    })?;
    arrays::scalars(py, values, single)
}

/// An area under the ROC curve on the scale of d': ``sqrt(2) * ppf(auc)``, with the quantiles ``ppf``
/// of the normal distribution and areas clipped to 0.0001 and 0.9999.
///
/// Parameters
/// ----------
/// auc : array_like of float, shape (n,) or ()
///     Areas, 0 to 1.
///
/// Returns
/// -------
/// ndarray of float64, shape (n,), or float
///     -5.26 to 5.26. For two normal distributions of one variance it is the classical d'.
///
/// Raises
/// ------
/// ValueError
///     For areas out of 0 to 1, and NaN.
///
/// Examples
/// --------
/// >>> from slotless.measures import auc_to_dprime
/// >>> auc_to_dprime(0.5)
/// 0.0
#[pyfunction]
pub(crate) fn auc_to_dprime<'py>(
    py: Python<'py>,
    auc: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let areas = arrays::numbers("auc", auc)?;
    let single = match areas.shape().len() {
        0 => true,
        1 => false,
        axes => {
            return Err(errors::refuse(format!(
                "auc has {axes} axes, allowed 0 or 1"
            )));
        }
    };
    let each = areas.as_slice()?.iter().enumerate();
    let values = each.map(|(at, &area)| {
        measure::auc_to_sensitivity(area).map_err(|_| {
            let place = if single {
                "auc".to_owned()
            } else {
                format!("auc[{at}]")
            };
            errors::refuse(format!("{place} is {area}, allowed 0 to 1"))
        })
    });
    arrays::scalars(py, values.collect::<PyResult<Vec<_>>>()?, single)
}

/// A measure inside each of several samples of trials, as the paper has it.
///
/// Parameters
/// ----------
/// learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
///     Scores of learned patterns and of never-learned ones; a row of both is of one trial.
/// measure : {"dprime", "dprime-classical", "raw-difference", "auc", "auc-dprime"}, default "dprime"
///     What is measured in each sample.
/// samples : int, default 10
///     Samples, from 1: the first ``trials_each`` trials, as many after them, and so on.
/// trials_each : int, default 20
///     Trials of a sample, from 1.
///
/// Returns
/// -------
/// ndarray of float64, shape (samples, n_ages) or (samples,)
///     The measure in each sample at each age; NaN where it is not defined.
///
/// Raises
/// ------
/// ValueError
///     For tables of two shapes, fewer trials than the samples take, NaN and infinities.
#[pyfunction]
#[pyo3(
    signature = (learned, baseline, measure=Setting::Default, *, samples=Setting::Default, trials_each=Setting::Default),
    text_signature = "(learned, baseline, measure='dprime', *, samples=10, trials_each=20)"
)]
pub(crate) fn over_samples<'py>(
    py: Python<'py>,
    learned: &Bound<'py, PyAny>,
    baseline: &Bound<'py, PyAny>,
    measure: Setting<'py>,
    samples: Setting<'py>,
    trials_each: Setting<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let measures = [
        ("dprime", Measure::DPrime(DPrimeForm::Paired)),
        ("dprime-classical", Measure::DPrime(DPrimeForm::Classical)),
        ("raw-difference", Measure::RawDifference),
        ("auc", Measure::Auc),
        ("auc-dprime", Measure::AucSensitivity),
    ];
    let measure = measure.or(measures[0].1, |value| {
        arguments::choice("measure", value, &measures)
    })?;
    let samples = samples.or(10, |value| arguments::size("samples", value))? as usize;
    let trials_each = trials_each.or(20, |value| arguments::size("trials_each", value))? as usize;
    let both = both(learned, baseline)?;
    paired(&both)?;
    let trials = both[0].table.nrows();
    if samples.saturating_mul(trials_each) > trials {
        return Err(errors::refuse(format!(
            "samples is {samples}, allowed up to {} (of {trials_each} trials_each in {trials} trials)",
            trials / trials_each
        )));
    }
    let plan = SamplePlan::new(samples, trials_each).map_err(errors::value)?;
    let single = both[0].single;
    let values = calls::apart(py, work(&both), move || {
        measure::over_samples(&paired(&both)?, plan, measure).map_err(errors::value)
    })?;
    let (cells, ages) = (values.values(), values.ages());
    let cells = cells.iter().map(|one| one.unwrap_or(f64::NAN)).collect();
    // Without the axis of ages where there was none.
    let shape = if single {
        vec![samples]
    } else {
        vec![samples, ages]
    };
    arrays::shaped(py, cells, &shape, false)
}

/// At which ages one network is better than another: one-tailed t tests over samples in both directions
/// (paper, section 2).
///
/// ``t = mean(d) / (std(d) / sqrt(n))`` of the differences ``d = first - second``, samples paired by
/// number, against Student's quantile of ``level`` with ``n - 1`` degrees of freedom. Samples where
/// either is NaN are left out.
///
/// Parameters
/// ----------
/// first, second : array_like of float, shape (n_samples, n_ages)
///     A measure of both networks in each sample, such as of :func:`over_samples`; from 2 samples, NaN
///     where it is not defined.
/// level : float, default 0.99
///     Level of each test, above 0.5 and below 1.
/// deviation : {"population", "sample"}, default "population"
///     Deviation over n, the authors', which rejects a little too often (1.27 % of 10 equal samples,
///     not 1 %); or over n - 1, the exact test.
///
/// Returns
/// -------
/// Advantage
///     Arrays of shape (n_ages,): ``better``, int8: 1 where the first is significantly better, -1 where
///     the second is, else 0; ``difference``, the mean of d; ``t``, infinite where d has no spread but
///     a mean; ``critical``; and ``pairs``, the samples that were compared. NaN where there are fewer
///     than two.
///
/// Raises
/// ------
/// ValueError
///     For tables of two shapes, fewer than 2 samples, infinities, and levels out of their range.
#[pyfunction]
#[pyo3(
    signature = (first, second, *, level=Setting::Default, deviation=Setting::Default),
    text_signature = "(first, second, *, level=0.99, deviation='population')"
)]
pub(crate) fn advantage<'py>(
    py: Python<'py>,
    first: &Bound<'py, PyAny>,
    second: &Bound<'py, PyAny>,
    level: Setting<'py>,
    deviation: Setting<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let deviations = [
        ("population", Deviation::Population),
        ("sample", Deviation::Sample),
    ];
    let deviation = deviation.or(Deviation::Population, |value| {
        arguments::choice("deviation", value, &deviations)
    })?;
    let level = level.or(0.99, |level| arguments::number("level", level))?;
    if !(level > 0.5 && level < 1.0) {
        let line = format!("level is {level:?}, allowed above 0.5 and below 1");
        return Err(errors::refuse(line));
    }
    let test = AdvantageTest::new(level, deviation).map_err(errors::value)?;
    let values = |name: &str, input| -> PyResult<SampleValues> {
        let array = arrays::numbers(name, input)?;
        let &[rows, columns] = array.shape() else {
            let axes = array.shape().len();
            let line = format!("{name} has {axes} axes, allowed 2 (samples, ages)");
            return Err(errors::refuse(line));
        };
        let cells = array.as_slice()?;
        if rows < 2 || columns == 0 {
            let line = format!(
                "{name} has {rows} samples of {columns} ages, allowed from 2 samples, 1 age"
            );
            return Err(errors::refuse(line));
        }
        let bad = |cell: &f64| !cell.is_nan() && cell.abs() > MAX_MAGNITUDE;
        if let Some(at) = cells.iter().position(bad) {
            let (row, column, cell) = (at / columns, at % columns, cells[at]);
            return Err(errors::refuse(format!(
                "{name}[{row}, {column}] is {cell}, allowed finite numbers up to {MAX_MAGNITUDE:e}, and NaN"
            )));
        }
        let cells = cells
            .iter()
            .map(|&cell| Some(cell).filter(|cell| !cell.is_nan()));
        let table = Array2::from_shape_vec((rows, columns), cells.collect());
        let values = SampleValues::new(table.map_err(errors::value)?);
        values.map_err(errors::value)
    };
    let (one, other) = (values("first", first)?, values("second", second)?);
    let shapes = [&one, &other].map(|values| values.values().dim());
    if shapes[0] != shapes[1] {
        let [(rows, ages), (others, of_others)] = shapes;
        return Err(errors::refuse(format!(
            "second has {others} samples of {of_others} ages, allowed {rows} of {ages} as first"
        )));
    }
    let bytes = 200.0 * (one.values().len() + other.values().len()) as f64;
    let found = calls::apart(py, bytes, move || {
        measure::advantage(&one, &other, test).map_err(errors::value)
    })?;
    let ages = found.ages;
    let count = ages.len();
    let better = ages.iter().map(|age| match age.better {
        Better::First => 1_i8,
        Better::Second => -1,
        Better::Neither | Better::Untested => 0,
    });
    let t = |age: &AdvantageAge| match (age.t, age.critical, age.difference) {
        // Equal differences: it is infinite.
        (None, Some(_), Some(difference)) => Some(f64::INFINITY.copysign(difference)),
        (t, ..) => t,
    };
    let column = |of: &dyn Fn(&AdvantageAge) -> Option<f64>| {
        numbers(py, ages.iter().map(of).collect(), false)
    };
    let columns = [
        arrays::shaped(py, better.collect::<Vec<_>>(), &[count], false)?,
        column(&|age| age.difference)?,
        column(&t)?,
        column(&|age| age.critical)?,
        arrays::shaped(
            py,
            ages.iter().map(|age| age.pairs as u32).collect(),
            &[count],
            false,
        )?,
    ];
    named(py, "Advantage", PyTuple::new(py, columns)?)
}

/// Bits that match scores say about whether a pattern was learned, 1 at the most.
///
/// ``1/2 E_old[log2(2 P(c|old) / S)] + 1/2 E_new[log2(2 P(c|new) / S)]``, ``S = P(c|old) + P(c|new)``,
/// over classes c of scores by their rank among those of never-learned patterns. The probabilities come
/// from the other trials, of learned patterns from those of about the same age: a lower bound in the
/// mean.
///
/// Parameters
/// ----------
/// learned, baseline : array_like of float, shape (n_trials, n_ages)
///     Match scores of learned patterns and of never-learned ones.
///
/// Returns
/// -------
/// ndarray of float64, shape (n_ages,)
///     Bits at each age; 0 or a little less where nothing is known, and 0 for one trial.
///
/// Raises
/// ------
/// ValueError
///     For tables of two shapes, and for NaN and infinities.
#[pyfunction]
pub(crate) fn recognition_bits<'py>(
    py: Python<'py>,
    learned: &Bound<'py, PyAny>,
    baseline: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let both = both(learned, baseline)?;
    paired(&both)?;
    let single = both[0].single;
    // Each trial's classes are those of all others.
    let bits = calls::apart(py, 10.0 * work(&both), move || {
        let [learned, baseline] = &both;
        let bits = measure::recognition(learned.table.view(), baseline.table.view());
        bits.map_err(errors::value)
    })?;
    arrays::scalars(py, bits, single)
}

/// Content: how many bits answers say about the units of a pattern that were not in its cue.
///
/// A pattern has R ones among the U units outside its cue; an answer puts these units into classes b,
/// ``n_b`` of them, ``q_b`` of which are ones. Unit by unit content is
/// ``log2 binom(U, R) + sum_b (q_b log2 p_b + (n_b - q_b) log2(1 - p_b))``, by counts that less
/// ``log2 P(R)``; ``p_b = (Q + 1/2) / (N + 1)`` comes from the other trials, three quarters of it from
/// all of them and one quarter from single ones. Both are lower bounds.
///
/// Parameters
/// ----------
/// counts : array_like of int, shape (n_trials, n_ages * n_classes * 2)
///     For each age and class units outside the cue, and ones among them: an array ``..._classes`` of a
///     study.
/// n_classes : int
///     Classes, from 1.
///
/// Returns
/// -------
/// Content
///     Arrays of shape (n_ages,) of float64, in bits, mean over trials: ``bits``, the larger bound;
///     ``by_units``; ``by_counts``; and ``standard_error`` over trials.
///
/// Raises
/// ------
/// ValueError
///     For counts of another shape, negative ones, and more ones than units.
#[pyfunction]
pub(crate) fn content_bits<'py>(
    py: Python<'py>,
    counts: &Bound<'py, PyAny>,
    n_classes: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let classes = arguments::whole("n_classes", n_classes, 1..=1 << 32)? as usize;
    let array = arrays::numbers("counts", counts)?;
    let &[rows, columns] = array.shape() else {
        let line = format!(
            "counts has {} axes, allowed 2 (trials, ages x classes x 2)",
            array.shape().len()
        );
        return Err(errors::refuse(line));
    };
    if rows == 0 || columns == 0 || !columns.is_multiple_of(2 * classes) {
        let each = 2 * classes;
        let line = format!(
            "counts has {rows} trials of {columns} columns, allowed from 1 trial of multiples of {each} columns (2 n_classes)"
        );
        return Err(errors::refuse(line));
    }
    room("the measure", 32.0 * rows as f64 * columns as f64)?;
    let mut table = Vec::with_capacity(rows * columns);
    for (at, &cell) in array.as_slice()?.iter().enumerate() {
        let whole = cell as u32;
        if f64::from(whole) != cell || whole > MOST_UNITS {
            return Err(errors::refuse(format!(
                "counts[{}, {}] is {cell}, allowed whole numbers from 0 to {MOST_UNITS}",
                at / columns,
                at % columns
            )));
        }
        // Units of a class, and then how many of them are ones.
        if let (1, Some(&units)) = (at % 2, table.last())
            && whole > units
        {
            return Err(errors::refuse(format!(
                "counts[{}, {}] is {cell}, allowed 0 to {units} (the units before it)",
                at / columns,
                at % columns
            )));
        }
        table.push(whole);
    }
    let table = Array2::from_shape_vec((rows, columns), table).map_err(errors::value)?;
    let content: Vec<Content> = calls::apart(py, 200.0 * table.len() as f64, move || {
        let counts = ClassCounts::new(table.view(), classes).map_err(errors::value)?;
        Ok((0..counts.ages()).map(|age| counts.content(age)).collect())
    })?;
    let column =
        |of: fn(&Content) -> f64| arrays::scalars(py, content.iter().map(of).collect(), false);
    let columns = [
        column(Content::bits)?,
        column(|one| one.by_units)?,
        column(|one| one.by_counts)?,
        column(|one| one.standard_error)?,
    ];
    named(py, "Content", PyTuple::new(py, columns)?)
}
