//! The extension module `slotless._slotless`: what the package `slotless` has of Rust.
//!
//! A thin layer over the fast crates: arrays in and out ([`arrays`]), errors as Python's ([`errors`]), long calls that let other
//! threads run and that Ctrl-C ends ([`calls`]), and a file a subject. Results are those of the crates, which are the core's,
//! bit for bit; nothing is computed here.

use pyo3::prelude::*;

mod archive;
mod arguments;
mod arrays;
mod attention;
mod calls;
mod dense;
mod descent;
mod errors;
mod experiments;
mod hetero;
mod hopfield;
mod keys;
mod keywords;
mod kwinner;
mod measures;
mod modern;
mod pool;
mod reals;
mod recency;
mod recogniser;
mod results;
mod retention;
mod ring;
mod sentences;
mod storage;
mod tables;
mod theory;
mod training;

/// What the package has of Rust; see `slotless`.
#[pymodule(gil_used = false)]
mod _slotless {
    #[pymodule_export]
    use super::attention::attention;
    #[pymodule_export]
    use super::dense::DenseHopfield;
    #[pymodule_export]
    use super::experiments::Job;
    #[pymodule_export]
    use super::hetero::HeteroMHN;
    #[pymodule_export]
    use super::hopfield::Hopfield;
    #[pymodule_export]
    use super::keys::parameters;
    #[pymodule_export]
    use super::kwinner::KWinner;
    #[pymodule_export]
    use super::measures::{
        advantage, auc, auc_to_dprime, content_bits, dprime, over_samples, raw_difference,
        recognition_bits,
    };
    #[pymodule_export]
    use super::modern::ModernHopfield;
    #[pymodule_export]
    use super::recency::Recency;
    #[pymodule_export]
    use super::recogniser::{Grow, Means, SampleRing};
    #[pymodule_export]
    use super::retention::{RetentionRun, run_retention};
    #[pymodule_export]
    use super::ring::Ring;
    #[pymodule_export]
    use super::sentences::SentenceStore;
    #[pymodule_export]
    use super::theory::{fit_exponential, one_winner_accuracy, survival};
    #[pymodule_export]
    use super::training::{TrainingRun, run_training};

    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let ends = wrap_pyfunction!(calls::interpreter_ends, module)?;
        module
            .py()
            .import("atexit")?
            .call_method1("register", (ends,))?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("RESULTS_VERSION", slotless_core::RESULTS_VERSION)
    }
}
