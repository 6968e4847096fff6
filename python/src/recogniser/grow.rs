//! `Grow`: the recogniser that grows.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use slotless_core::recogniser as core;
use slotless_core::recogniser::GrowParams;

use super::{Held, Model, Wanted, empty, features};
use crate::arguments::{self, Setting};
use crate::{errors, storage};

/// A recogniser that grows: labels for samples of 8-bit features in fixed bytes, the one to begin with.
///
/// Every sample is an item of four bits a feature until all ``n_items`` are taken. Then the nearest item
/// of the sample's class moves towards it, a nearest item of another class that is too near moves away, and
/// items that bring errors give way (learning vector quantisation: Kohonen 1990, "Improved versions of
/// learning vector quantization", LVQ2.1). New labels may come at any time, up to 16. The threshold
/// between known and unknown is set on what is learned, so that one sample in twenty would have been
/// unknown. Integers alone, with the bits of the library on a microcontroller.
///
/// Parameters
/// ----------
/// n_features : int
///     Features of a sample, 1 to 1024.
/// n_items : int, optional
///     Items, 1 to 65535.
/// size : int, optional
///     Bytes of the state, in place of ``n_items``: as many items as fit.
/// fading : int, default 0
///     How fast what has proved useful is no longer taken as such, 0 (never) to 15, for streams in which
///     classes move into each other's place.
/// seed : int, default 0
///     Of the random rounding of items that move; 0 to 2**64 - 1.
///
/// Raises
/// ------
/// ValueError
///     For sizes out of range; its text says which and what is allowed.
/// MemoryError
///     For a memory that does not fit.
///
/// Notes
/// -----
/// Bring each feature's range to 0 to 255, the same way for learning and recognition: floats are refused.
/// Distances weigh all features alike, and what differs by less than 16 may not differ at all. The order of
/// samples matters. Ctrl-C ends a long call; what was learned until then stays.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from slotless import Grow
/// >>> rng = np.random.default_rng(1)
/// >>> centres = np.array([[40, 200, 40, 200], [120, 120, 200, 250]])
/// >>> y = np.arange(200) % 2
/// >>> X = (centres[y] + rng.integers(-30, 31, (200, 4))).clip(0, 255).astype(np.uint8)
/// >>> gestures = Grow(4, size=256)
/// >>> outcomes = gestures.learn(X, y)
/// >>> found = gestures.recognise([[50, 190, 45, 210], [250, 10, 250, 10]])
/// >>> found.label.tolist(), found.unknown.tolist()
/// ([0, 1], [False, True])
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct Grow(Held<core::Grow<Vec<u32>>>);

recogniser! { Grow:
    #[new]
    #[pyo3(
        signature = (n_features, n_items=None, *, size=None, fading=Setting::Default, seed=Setting::Default),
        text_signature = "(n_features, n_items=None, *, size=None, fading=0, seed=0)"
    )]
    fn new<'py>(
        n_features: &Bound<'py, PyAny>,
        n_items: Option<&Bound<'py, PyAny>>,
        size: Option<&Bound<'py, PyAny>>,
        fading: Setting<'py>,
        seed: Setting<'py>,
    ) -> PyResult<Self> {
        let features = features(n_features)?;
        let wanted = Wanted::of(n_items, size)?;
        let fading = fading.or(0, |value| arguments::whole("fading", value, 0..=15))?;
        let seed = seed.or(0, arguments::seed)?;
        let params = match wanted {
            Wanted::Items(items) => GrowParams::new(features, items),
            Wanted::Within(words, _) => GrowParams::within(features, words),
        };
        let params = params.and_then(|params| params.seed(seed).fading(fading as u32));
        let params = params.map_err(|error| wanted.said(error))?;
        let model = core::Grow::new(params, empty(params.words())?);
        Ok(Self(Held::of(model.map_err(errors::value)?)))
    }

    /// Items.
    #[getter]
    fn n_items(&self) -> u32 {
        self.0.params.items()
    }

    /// Items in use.
    #[getter]
    fn n_kept(&self, py: Python<'_>) -> PyResult<u32> {
        self.0.with(py, |memory| Ok(memory.items()))
    }

    /// How fast usefulness fades.
    #[getter]
    fn fading(&self) -> u32 {
        self.0.params.fades()
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.0.params.rounding_seed()
    }

    /// Items of a class.
    ///
    /// Parameters
    /// ----------
    /// label : int
    ///     Its label, 0 to 15.
    ///
    /// Returns
    /// -------
    /// int
    fn items_of(&self, py: Python<'_>, label: &Bound<'_, PyAny>) -> PyResult<u32> {
        let label = self.0.label(label)?;
        self.0.with(py, |memory| Ok(memory.items_of(label)))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!(
            "Grow({}, {}, fading={}, seed={}): {} items in use",
            self.n_features(),
            self.n_items(),
            self.fading(),
            self.seed(),
            self.n_kept(py)?,
        ))
    }
}
