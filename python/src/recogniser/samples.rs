//! `SampleRing`: a ring of samples.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use slotless_core::recogniser as core;
use slotless_core::recogniser::{Code, Replacement, RingParams};

use super::{Held, Model, Wanted, empty, features};
use crate::arguments::{self, Setting};
use crate::{errors, storage};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Replaced {
    Fifo,
    Reservoir,
    Balanced,
}

const REPLACEMENTS: [(&str, Replaced); 3] = [
    ("fifo", Replaced::Fifo),
    ("reservoir", Replaced::Reservoir),
    ("balanced", Replaced::Balanced),
];

/// A ring of samples with their labels, whose nearest one says what a sample is.
///
/// What an engineer would write first, better than :class:`Grow` where classes move into each other's place.
/// Labels are below 16. The threshold between known and unknown is set on what is learned, so that one sample
/// in twenty would have been unknown. Integers alone, with the bits of the library on a microcontroller,
/// where it is ``recogniser::Ring`` and ``slotless_samples``.
///
/// Parameters
/// ----------
/// n_features : int
///     Features of a sample, 1 to 1024.
/// n_items : int, optional
///     Samples that are kept, 1 to 65535.
/// replacement : {"fifo", "reservoir", "balanced"}, default "fifo"
///     Which sample gives its place to a new one once all are taken: the oldest; one drawn at random or
///     none, so that what is kept is a fair sample of all there were (Vitter's algorithm R); the oldest of
///     the class that has most.
/// bits : int, optional
///     Thermometer codes of so many bits a feature, 1 to 16, whose distance is the number of bits that differ;
///     unless told the high four bits of each feature, whose distance is a sum of squared differences.
/// size : int, optional
///     Bytes of the state, in place of ``n_items``: as many samples as fit.
/// seed : int, default 0
///     Draws of "reservoir"; 0 to 2**64 - 1.
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
/// Samples are as those of :class:`Grow`. Ctrl-C ends a long call; what was learned until then stays.
///
/// Examples
/// --------
/// >>> from slotless import SampleRing
/// >>> ring = SampleRing(2, 3, "balanced")
/// >>> ring.learn([[10, 200], [12, 190], [200, 10], [14, 180]], [0, 0, 1, 0])
/// array(['new', 'right', 'new', 'right'], dtype='<U5')
/// >>> found = ring.recognise([190, 20])
/// >>> found.label, found.distance, found.runner_up
/// (1, 2, 0)
/// >>> ring.n_learned, ring.n_kept, ring.items_of(1)
/// (4, 3, 1)
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct SampleRing(Held<core::Ring<Vec<u32>>>);

recogniser! { SampleRing:
    #[new]
    #[pyo3(
        signature = (n_features, n_items=None, replacement=Setting::Default, *, bits=None, size=None, seed=Setting::Default),
        text_signature = "(n_features, n_items=None, replacement='fifo', *, bits=None, size=None, seed=0)"
    )]
    fn new<'py>(
        n_features: &Bound<'py, PyAny>,
        n_items: Option<&Bound<'py, PyAny>>,
        replacement: Setting<'py>,
        bits: Option<&Bound<'py, PyAny>>,
        size: Option<&Bound<'py, PyAny>>,
        seed: Setting<'py>,
    ) -> PyResult<Self> {
        let features = features(n_features)?;
        let wanted = Wanted::of(n_items, size)?;
        let replaced = replacement.or(Replaced::Fifo, |value| {
            arguments::choice("replacement", value, &REPLACEMENTS)
        })?;
        let bits = bits.map(|bits| arguments::whole("bits", bits, 1..=16));
        let code = match bits.transpose()? {
            Some(bits) => Code::Thermometer { bits: bits as u32 },
            None => Code::Nibbles,
        };
        let seed = seed.or(0, arguments::seed)?;
        let replacement = match replaced {
            Replaced::Fifo => Replacement::Fifo,
            Replaced::Reservoir => Replacement::Reservoir { seed },
            Replaced::Balanced => Replacement::Balanced,
        };
        let params = match wanted {
            Wanted::Items(items) => RingParams::new(features, items, code, replacement),
            Wanted::Within(words, _) => RingParams::within(features, words, code, replacement),
        };
        let params = params.map_err(|error| wanted.said(error))?;
        let model = core::Ring::new(params, empty(params.words())?);
        Ok(Self(Held::of(model.map_err(errors::value)?)))
    }

    /// Samples that are kept at most.
    #[getter]
    fn n_items(&self) -> u32 {
        self.0.params.items()
    }

    /// Samples that are there.
    #[getter]
    fn n_kept(&self, py: Python<'_>) -> PyResult<u32> {
        self.0.with(py, |memory| Ok(memory.items()))
    }

    /// Samples learned so far, with those that are no longer there.
    #[getter]
    fn n_learned(&self, py: Python<'_>) -> PyResult<u64> {
        self.0.with(py, |memory| Ok(memory.learned()))
    }

    /// Which sample gives its place, "fifo", "reservoir" or "balanced".
    #[getter]
    fn replacement(&self) -> &'static str {
        let replaced = match self.0.params.replacement() {
            Replacement::Fifo => Replaced::Fifo,
            Replacement::Reservoir { .. } => Replaced::Reservoir,
            Replacement::Balanced => Replaced::Balanced,
        };
        arguments::name_of(replaced, &REPLACEMENTS)
    }

    /// Bits of a feature's thermometer code; None where its high four bits are kept.
    #[getter]
    fn bits(&self) -> Option<u32> {
        match self.0.params.code() {
            Code::Nibbles => None,
            Code::Thermometer { bits } => Some(bits),
        }
    }

    /// The seed; 0 unless replacement is "reservoir".
    #[getter]
    fn seed(&self) -> u64 {
        match self.0.params.replacement() {
            Replacement::Reservoir { seed } => seed,
            Replacement::Fifo | Replacement::Balanced => 0,
        }
    }

    /// Samples of a class that are there.
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
        let bits = self.bits().map_or(String::new(), |bits| format!(", bits={bits}"));
        Ok(format!(
            "SampleRing({}, {}, replacement={:?}{bits}, seed={}): {} learned",
            self.n_features(),
            self.n_items(),
            self.replacement(),
            self.seed(),
            self.n_learned(py)?,
        ))
    }
}
