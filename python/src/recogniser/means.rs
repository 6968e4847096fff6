//! `Means`: a mean a class.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use slotless_core::recogniser as core;
use slotless_core::recogniser::{MAX_LABELS, MeansParams, Recogniser};

use super::{Held, Model, empty, features};
use crate::arguments::{self, Setting};
use crate::{errors, keywords, storage};

/// A mean a class: for little memory, few samples, and classes that are one cluster.
///
/// Means have 16 bits a feature. The first ``window`` samples of a class weigh alike, from then on each new
/// one weighs as much as that share. The threshold between known and unknown is set on what is learned, so
/// that one sample in twenty would have been unknown. Integers alone, with the bits of the library on a
/// microcontroller.
///
/// Parameters
/// ----------
/// n_features : int
///     Features of a sample, 1 to 1024.
/// n_labels : int
///     Labels, 1 to 16.
/// window : int, default 256
///     Samples that a mean reaches back, 1 to 256.
///
/// Raises
/// ------
/// ValueError
///     For sizes out of range; its text says which and what is allowed.
///
/// Notes
/// -----
/// Samples are as those of :class:`Grow`, but compared with all of their bits: distances are 256 times those
/// of :class:`Grow`, and scores in the same units. Ctrl-C ends a long call; what was learned until then stays.
///
/// Examples
/// --------
/// >>> from slotless import Means
/// >>> means = Means(2, 2)
/// >>> means.learn([[10, 200], [30, 180], [200, 10]], [0, 0, 1])
/// array(['new', 'right', 'new'], dtype='<U5')
/// >>> found = means.recognise([20, 191])
/// >>> found.label, found.distance, means.samples_of(0), means.nbytes
/// (0, 1, 2, 16)
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct Means(Held<core::Means<Vec<u32>>>);

recogniser! { Means:
    #[new]
    #[pyo3(
        signature = (n_features, n_labels, *, window=Setting::Default),
        text_signature = "(n_features, n_labels, *, window=256)"
    )]
    fn new<'py>(
        n_features: &Bound<'py, PyAny>,
        n_labels: &Bound<'py, PyAny>,
        window: Setting<'py>,
    ) -> PyResult<Self> {
        let features = features(n_features)?;
        let labels = arguments::whole("n_labels", n_labels, 1..=MAX_LABELS.into())?;
        let window = window.or(256, |value| arguments::whole("window", value, 1..=256))?;
        let params = MeansParams::new(features, labels as u32, window as u32);
        let params = params.map_err(|error| keywords::recogniser(error, None))?;
        let model = core::Means::new(params, empty(params.words())?);
        Ok(Self(Held::of(model.map_err(errors::value)?)))
    }

    /// Samples that a mean reaches back.
    #[getter]
    fn window(&self) -> u32 {
        self.0.params.window()
    }

    /// Samples of a class that its mean is of, up to ``window``.
    ///
    /// Parameters
    /// ----------
    /// label : int
    ///     Its label, 0 to ``n_labels - 1``.
    ///
    /// Returns
    /// -------
    /// int
    fn samples_of(&self, py: Python<'_>, label: &Bound<'_, PyAny>) -> PyResult<u32> {
        let label = self.0.label(label)?;
        self.0.with(py, |memory| Ok(memory.samples_of(label)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let known = self.0.with(py, |memory| {
            let labels = 0..memory.labels() as u8;
            Ok(labels.filter(|&label| memory.samples_of(label) > 0).count())
        })?;
        Ok(format!(
            "Means({}, {}, window={}): {known} classes known",
            self.n_features(),
            self.n_labels(),
            self.window(),
        ))
    }
}
