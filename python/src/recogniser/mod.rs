//! Recognisers of samples of 8-bit features: what `Grow`, `SampleRing` and `Means` have in common.

use std::fmt::Debug;

use pyo3::prelude::*;
use slotless_core::recogniser as core;
use slotless_core::recogniser::{
    GrowParams, MAX_FEATURES, MAX_ITEMS, MeansParams, Outcome, Recogniser, RecogniserError,
    RingParams, Verdict,
};
use slotless_core::snapshot::{self, Snapshot};

use crate::arrays::{self, Samples};
use crate::calls::{Shared, Signals, room};
use crate::results::RECOGNISED;
use crate::{arguments, errors, keywords, storage};

/// A recogniser of the library with the words of its state.
trait Model: Recogniser<Error = RecogniserError> + Clone + Debug + Send + 'static {
    type Params: Copy + Debug + PartialEq + Send + Sync + 'static;

    fn sizes(&self) -> &Self::Params;
    fn state(&self) -> &[u32];
    fn bytes(&self) -> PyResult<Vec<u8>>;
    fn of(snapshot: &Snapshot<'_>) -> PyResult<Self>;
}

macro_rules! models {
    ($($model:ident, $params:ident, $kind:ident, $of:ident;)*) => {$(
        impl Model for core::$model<Vec<u32>> {
            type Params = $params;

            fn sizes(&self) -> &$params {
                self.params()
            }

            fn state(&self) -> &[u32] {
                self.words()
            }

            fn bytes(&self) -> PyResult<Vec<u8>> {
                let parts = snapshot::$kind::parts(self).map_err(errors::value)?;
                Ok(storage::bytes(parts.words()))
            }

            fn of(snapshot: &Snapshot<'_>) -> PyResult<Self> {
                let params = snapshot.$of().map_err(errors::value)?;
                let words = snapshot.state();
                room("the memory", 4.0 * words.len() as f64)?;
                Self::open(params, words.to_vec()).map_err(errors::value)
            }
        }
    )*};
}

models! {
    Grow, GrowParams, grow, grow_params;
    Ring, RingParams, samples, samples_params;
    Means, MeansParams, means, means_params;
}

/// What the three classes hold, and what they have in common.
#[derive(Debug)]
struct Held<M: Model> {
    params: M::Params,
    features: u32,
    labels: u32,
    bytes: usize,
    memory: Shared<M>,
}

impl<M: Model> Held<M> {
    fn of(model: M) -> Self {
        Self {
            params: *model.sizes(),
            features: model.features(),
            labels: model.labels(),
            bytes: 4 * model.state_words(),
            memory: Shared::new(model),
        }
    }

    fn with<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&mut M) -> PyResult<T>,
    ) -> PyResult<T> {
        self.memory.with(py, use_it)
    }

    /// The same with work on all of it that cannot be told to stop.
    fn apart<T: Send + 'static>(
        &self,
        py: Python<'_>,
        use_it: impl FnOnce(&mut M) -> PyResult<T> + Send + 'static,
    ) -> PyResult<T> {
        self.memory.apart(py, self.bytes as f64, use_it)
    }

    fn samples<'py>(&self, input: &Bound<'py, PyAny>) -> PyResult<Samples<'py>> {
        arrays::samples("X", input, self.features)
    }

    fn label(&self, label: &Bound<'_, PyAny>) -> PyResult<u8> {
        let last = u64::from(self.labels) - 1;
        arguments::whole("label", label, 0..=last).map(|label| label as u8)
    }

    /// A label a sample; one for all of them.
    fn labels(&self, y: &Bound<'_, PyAny>, count: usize) -> PyResult<Vec<u8>> {
        let last = self.labels - 1;
        if !y.hasattr("__len__")? {
            let label = arguments::whole("y", y, 0..=last.into())?;
            return Ok(vec![label as u8; count]);
        }
        let labels = arrays::whole_numbers("y", y, 0..=last.into())?;
        if labels.len() != count {
            let line = format!("y are {} labels, allowed {count} as samples", labels.len());
            return Err(errors::refuse(line));
        }
        Ok(labels.into_iter().map(|label| label as u8).collect())
    }

    fn learn<'py>(
        &self,
        py: Python<'py>,
        samples: &Bound<'py, PyAny>,
        y: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let samples = self.samples(samples)?;
        let (count, single) = (samples.count, samples.single);
        arrays::room_for::<[u8; 64]>("the answer", &[count])?;
        let labels = self.labels(y, count)?;
        let rows = samples.bytes().chunks_exact(self.features as usize);
        let outcomes = self.with(py, |memory| {
            let mut signals = Signals::new();
            let mut outcomes = Vec::with_capacity(count);
            for (sample, label) in rows.zip(labels) {
                let outcome = memory.learn(sample, label).map_err(errors::value)?;
                outcomes.push(match outcome {
                    Outcome::New => "new",
                    Outcome::Right => "right",
                    Outcome::Wrong => "wrong",
                });
                signals.check()?;
            }
            PyResult::Ok(outcomes)
        })?;
        arrays::names(py, outcomes, 5, single)
    }

    fn recognise<'py>(
        &self,
        py: Python<'py>,
        samples: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let samples = self.samples(samples)?;
        let (count, single) = (samples.count, samples.single);
        arrays::room_for::<[u64; 12]>("the answer", &[count])?;
        let rows = samples.bytes().chunks_exact(self.features as usize);
        let found = self.with(py, |memory| {
            let mut signals = Signals::new();
            let mut all = Vec::with_capacity(count);
            for sample in rows {
                all.push(memory.recognise(sample).map_err(errors::value)?);
                signals.check()?;
            }
            PyResult::Ok(all)
        })?;
        let numbers = |of: fn(core::Recognition) -> Option<u32>| {
            let each = found
                .iter()
                .map(|found| found.and_then(of).map_or(-1, i64::from));
            arrays::one_or_all(py, each.collect(), single)
        };
        let unknown = |found: &Option<core::Recognition>| {
            found.is_none_or(|found| found.verdict() == Verdict::Unknown)
        };
        let fields = (
            numbers(|found| Some(found.label().into()))?,
            arrays::one_or_all(py, found.iter().map(unknown).collect(), single)?,
            numbers(|found| Some(found.distance()))?,
            numbers(|found| found.runner_up().map(|other| other.label.into()))?,
            numbers(|found| found.margin())?,
            numbers(|found| Some(found.score()))?,
        );
        RECOGNISED.of(py, fields)
    }

    fn equals(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        if self.params != other.params {
            return Ok(false);
        }
        let own = self.apart(py, |memory| Ok(memory.state().to_vec()))?;
        other.apart(py, move |memory| Ok(memory.state() == own))
    }
}

fn features(value: &Bound<'_, PyAny>) -> PyResult<u32> {
    let features = arguments::whole("n_features", value, 1..=MAX_FEATURES.into())?;
    Ok(features as u32)
}

/// How large a recogniser is to be.
enum Wanted {
    Items(u32),
    /// Words, and the bytes as they were given.
    Within(usize, String),
}

impl Wanted {
    fn of(items: Option<&Bound<'_, PyAny>>, size: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        match (items, size) {
            (Some(items), None) => {
                let items = arguments::whole("n_items", items, 1..=MAX_ITEMS.into())?;
                Ok(Self::Items(items as u32))
            }
            (None, Some(size)) => {
                let words = arguments::nearest("size", size)? / 4;
                let words = usize::try_from(words).unwrap_or(usize::MAX);
                Ok(Self::Within(words, arguments::shown(size)))
            }
            (items, _) => {
                let which = items.map_or("neither is", |_| "both are");
                let line = format!("one of n_items and size must be given, {which}");
                Err(errors::refuse(line))
            }
        }
    }

    fn said(&self, error: core::ParamsError) -> PyErr {
        let size = match self {
            Self::Items(_) => None,
            Self::Within(_, size) => Some(size.as_str()),
        };
        keywords::recogniser(error, size)
    }
}

/// Room for a state, zeros.
fn empty(words: usize) -> PyResult<Vec<u32>> {
    room("the memory", 4.0 * words as f64)?;
    Ok(vec![0; words])
}

/// The methods of a class: its own, and those that all have.
macro_rules! recogniser {
    ($class:ident: $($own:tt)*) => {
        #[pymethods]
        impl $class {
            $($own)*

            /// Learn samples of classes, new or known, a row each, in order.
            ///
            /// Parameters
            /// ----------
            /// X : array_like, shape (n_samples, n_features) or (n_features,)
            ///     Samples: uint8, or other integers from 0 to 255.
            /// y : array_like of int, shape (n_samples,), or int
            ///     The label of each sample, or of all: 0 to ``n_labels - 1``.
            ///
            /// Returns
            /// -------
            /// ndarray of str, shape (n_samples,), or str
            ///     What each would have been recognised as before it was learned: "right", its own class was
            ///     the nearest; "wrong", another one was as near or nearer; "new", nothing of its class was in
            ///     memory.
            ///
            /// Raises
            /// ------
            /// TypeError
            ///     For samples or labels that are no integers.
            /// ValueError
            ///     For arrays of other shapes or values. Nothing is learned then.
            #[expect(non_snake_case, reason = "the names that Python's users know")]
            fn learn<'py>(
                &self,
                py: Python<'py>,
                X: &Bound<'py, PyAny>,
                y: &Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, PyAny>> {
                self.0.learn(py, X, y)
            }

            /// Recognise samples. The recogniser does not change.
            ///
            /// Parameters
            /// ----------
            /// X : array_like, shape (n_samples, n_features) or (n_features,)
            ///     Samples: uint8, or other integers from 0 to 255.
            ///
            /// Returns
            /// -------
            /// Recognised
            ///     ``label``, int64, ``unknown``, bool, ``distance``, ``runner_up``, ``margin`` and ``score``,
            ///     int64; -1 for what there is not.
            ///
            /// Raises
            /// ------
            /// TypeError
            ///     For samples that are no integers.
            /// ValueError
            ///     For arrays of other shapes or values.
            #[expect(non_snake_case, reason = "the name that Python's users know")]
            fn recognise<'py>(
                &self,
                py: Python<'py>,
                X: &Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, PyAny>> {
                self.0.recognise(py, X)
            }

            /// The snapshot of the recogniser: the file that :meth:`save` writes and that a device opens in
            /// place.
            ///
            /// Returns
            /// -------
            /// bytes
            fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
                let bytes = self.0.apart(py, |memory| memory.bytes())?;
                Ok(PyBytes::new(py, &bytes))
            }

            /// The recogniser of a snapshot.
            ///
            /// Parameters
            /// ----------
            /// snapshot : bytes, bytearray or memoryview
            ///     What :meth:`to_bytes` gave, or the content of a file of :meth:`save` or of a device.
            ///
            /// Raises
            /// ------
            /// ValueError
            ///     For bytes that are no snapshot of such a recogniser, or that were changed.
            #[classmethod]
            fn from_bytes(
                _cls: &Bound<'_, PyType>,
                py: Python<'_>,
                snapshot: &Bound<'_, PyAny>,
            ) -> PyResult<Self> {
                let snapshot = arguments::bytes("snapshot", snapshot)?;
                let model = storage::from_bytes(py, &snapshot, Model::of)?;
                Ok(Self(Held::of(model)))
            }

            /// Write the recogniser to a file: the snapshot that devices open in place. It is whole or not
            /// there.
            ///
            /// Parameters
            /// ----------
            /// path : str, bytes or os.PathLike
            ///     File to write; one that is there is replaced.
            fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
                let path = arguments::path("path", path)?;
                self.0
                    .apart(py, move |memory| storage::save(&path, &memory.bytes()?))
            }

            /// The recogniser of a file.
            ///
            /// Parameters
            /// ----------
            /// path : str, bytes or os.PathLike
            ///     File of :meth:`save` or of a device.
            ///
            /// Raises
            /// ------
            /// OSError
            ///     For a file that cannot be read.
            /// ValueError
            ///     For one that is no snapshot of such a recogniser, or that was changed.
            #[classmethod]
            fn load(
                _cls: &Bound<'_, PyType>,
                py: Python<'_>,
                path: &Bound<'_, PyAny>,
            ) -> PyResult<Self> {
                let path = arguments::path("path", path)?;
                Ok(Self(Held::of(storage::load(py, path, Model::of)?)))
            }

            /// Features of a sample.
            #[getter]
            fn n_features(&self) -> u32 {
                self.0.features
            }

            /// Labels: they are below this.
            #[getter]
            fn n_labels(&self) -> u32 {
                self.0.labels
            }

            /// The score above which a sample is unknown, set on what was learned; None before there is one.
            #[getter]
            fn threshold(&self, py: Python<'_>) -> PyResult<Option<u32>> {
                self.0.with(py, |memory| Ok(memory.threshold()))
            }

            /// Bytes of the state, here as on a device.
            #[getter]
            fn nbytes(&self) -> usize {
                self.0.bytes
            }

            fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
                match other.cast::<Self>() {
                    Ok(other) => self.0.equals(py, &other.get().0),
                    Err(_) => Ok(false),
                }
            }

            fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
                let model = self.0.apart(py, |memory| Ok(memory.clone()))?;
                Ok(Self(Held::of(model)))
            }

            fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Self> {
                self.__copy__(py)
            }

            fn __reduce__<'py>(
                slf: &Bound<'py, Self>,
            ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
                let from = slf.get_type().getattr("from_bytes")?;
                Ok((from, (slf.get().to_bytes(slf.py())?,)))
            }
        }
    };
}

mod grow;
mod means;
mod samples;

pub(crate) use grow::Grow;
pub(crate) use means::Means;
pub(crate) use samples::SampleRing;
