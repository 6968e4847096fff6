//! The networks of [`slotless_core`] laid out for speed, equal to it bit for bit.
//!
//! For whoever simulates: the laboratory, benchmarks, bindings of other languages, a program of yours. It imports the core and
//! nothing above it: no trials, no files, no command line.
//!
//! * [`cpu`]: the K-winner network, on AVX2, AVX-512, NEON and portable code; [`cpu::Network`] chooses at run time.
//! * [`hopfield`]: classical and modern Hopfield networks. [`attention`]: many queries of a head.
//! * [`planes`]: which rows of a matrix have the largest products.
//! * [`recency`]: memories of recency levels, searched in columns.
//! * [`transformer`]: training of transformers whose attention lives in fast weights.
//! * [`cuda`]: many networks at a time on NVIDIA GPUs. Without the feature of that name, no device and a line that says so.
//! * [`normal`]: quantiles of the normal distribution, which start weights are drawn with.
//! * [`float`]: a network of floating-point weights, the oracle of what fixed-point weights lose.
//!
//! ```
//! use slotless_core::kwinner::Params;
//! use slotless_core::weight::U8;
//! use slotless_kernels::cpu::{AnyParams, Network};
//!
//! // 256 inputs, 200 hidden units that see 48 of them each, 24 winners, 24 ones per pattern, learning rate 1.
//! let params = Params::<U8>::builder(256, 200).fan_in(48).winners(24).active(24).rate(65_536).build()?;
//! let mut network = Network::new(AnyParams::U8(params));
//! let pattern = [0x0111_0000; 8];
//! network.learn(&pattern)?;
//! let (cue, mut recalled) = ([0x0011_0000; 8], [0; 8]); // two thirds of it
//! network.recall(&cue, 24, &mut recalled);
//! assert_eq!(recalled, pattern);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod attention;
pub mod cpu;
#[cfg_attr(not(feature = "cuda"), path = "cuda/absent.rs")]
pub mod cuda;
pub mod float;
pub mod hopfield;
pub mod normal;
pub mod planes;
pub mod recency;
mod rows;
mod simd;
mod state;
pub mod transformer;

pub use state::{Empty, StateBytes};

use slotless_core::bits;
use slotless_core::kwinner::Readout;
use slotless_core::weight::Rate;

/// Parameters of a network of either arithmetic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AnyParams {
    /// Fixed-point weights: the library's networks.
    Fixed(cpu::AnyParams),
    /// The same, with structured wiring.
    Structured(cpu::StructuredParams),
    /// Floating-point weights: the oracle.
    Float(float::Params),
}

impl AnyParams {
    /// About the bytes that [`AnyNetwork::new`] takes, counted before it is made.
    #[must_use]
    pub fn layout_bytes(&self) -> f64 {
        match self {
            Self::Fixed(params) => params.layout_bytes(),
            Self::Structured(params) => params.params().layout_bytes(),
            // Unit, weight, visible unit and place of each weight, and the potentials.
            Self::Float(params) => {
                let state = params.state_bytes();
                state.weights as f64 / 8.0 * 20.0 + 8.0 * f64::from(params.visible())
            }
        }
    }

    /// Whether [`AnyNetwork::new`] can name the places of all weights, in 32 bits.
    #[must_use]
    pub fn is_addressable(&self) -> bool {
        match self {
            Self::Fixed(params) => params.is_addressable(),
            Self::Structured(params) => params.params().is_addressable(),
            Self::Float(params) => params.state_bytes().weights / 8 < 1 << 32,
        }
    }

    /// Bytes of the state of such a network.
    #[must_use]
    pub fn state_bytes(&self) -> StateBytes {
        match self {
            Self::Fixed(params) => params.state_bytes(),
            Self::Structured(params) => params.state_bytes(),
            Self::Float(params) => params.state_bytes(),
        }
    }
}

/// Raw weight that stands for 1 in the match scores of a float network: that of 16-bit weights, so that the integers kept
/// of trials compare.
pub const FLOAT_FULL: u32 = 65_535;

/// A network of either arithmetic, as a trial runs it.
#[derive(Debug)]
pub enum AnyNetwork {
    /// Fixed-point weights.
    Fixed(Box<cpu::Network>),
    /// Floating-point weights.
    Float(Box<float::Network>),
}

impl AnyNetwork {
    /// A fresh network.
    #[must_use]
    pub fn new(params: AnyParams) -> Self {
        match params {
            AnyParams::Fixed(params) => Self::Fixed(Box::new(cpu::Network::new(params))),
            AnyParams::Structured(params) => {
                Self::Fixed(Box::new(cpu::Network::structured(params)))
            }
            AnyParams::Float(params) => Self::Float(Box::new(float::Network::new(params))),
        }
    }

    /// Learns one pattern (packed, n_i bits).
    ///
    /// # Errors
    /// [`Empty`] for a pattern without a one; nothing is then learned.
    pub fn learn(&mut self, pattern: &[u32]) -> Result<(), Empty> {
        match self {
            Self::Fixed(network) => network.learn(pattern).map(drop),
            Self::Float(network) => network.learn(pattern).map(drop),
        }
    }

    /// Recalls from many cues, as [`cpu::Network::recall_many`] does; match scores of floats are rounded to 1 /
    /// [`FLOAT_FULL`].
    ///
    /// # Panics
    /// If the numbers of rows differ.
    pub fn recall_many(
        &mut self,
        cues: &[u32],
        active: &[u32],
        patterns: &mut [u32],
        scores: &mut [u64],
    ) {
        match self {
            Self::Fixed(network) => network.recall_many(cues, active, patterns, scores),
            Self::Float(network) => {
                let visible = network.params().visible();
                let readouts = active.iter().map(|&active| Readout::among(visible, active));
                recall_floats(network, cues, readouts, patterns, scores);
            }
        }
    }

    /// [`AnyNetwork::recall_many`] as readouts say, one for each cue.
    ///
    /// # Panics
    /// If the numbers of rows differ.
    pub fn recall_many_as(
        &mut self,
        cues: &[u32],
        readouts: &[Readout],
        patterns: &mut [u32],
        scores: &mut [u64],
    ) {
        match self {
            Self::Fixed(network) => network.recall_many_as(cues, readouts, patterns, scores),
            Self::Float(network) => {
                recall_floats(network, cues, readouts.iter().copied(), patterns, scores);
            }
        }
    }

    /// A learning rate for each hidden unit, n_h of them, which learning uses from now on in place of that of the parameters.
    /// Those of fixed-point weights are rounded to the nearest of 1/65536 to 1.
    ///
    /// # Panics
    /// If they are not n_h, or one is not above 0 to 1.
    pub fn set_rates(&mut self, rates: &[f64]) {
        match self {
            Self::Fixed(network) => {
                let rate = |&rate: &f64| {
                    assert!(rate > 0.0 && rate <= 1.0, "rates above 0 to 1");
                    Rate::new((rate * 65_536.0).round() as u32).unwrap_or(LEAST_RATE)
                };
                network.set_rates(&rates.iter().map(rate).collect::<Vec<_>>());
            }
            Self::Float(network) => network.set_rates(rates),
        }
    }
}

/// The least rate there is of fixed-point weights.
const LEAST_RATE: Rate = match Rate::new(1) {
    Some(rate) => rate,
    None => Rate::ONE,
};

fn recall_floats(
    network: &mut float::Network,
    cues: &[u32],
    readouts: impl ExactSizeIterator<Item = Readout>,
    patterns: &mut [u32],
    scores: &mut [u64],
) {
    let words = bits::words_for(network.params().visible());
    assert!(
        [cues.len(), patterns.len(), words * scores.len()] == [words * readouts.len(); 3],
        "as many cues as readouts or numbers of ones, patterns and scores"
    );
    let rows = cues.chunks_exact(words).zip(readouts);
    let out = patterns.chunks_exact_mut(words).zip(scores);
    for ((cue, readout), (pattern, score)) in rows.zip(out) {
        let found = network.recall_as(cue, &readout, pattern);
        *score = (found * f64::from(FLOAT_FULL)).round() as u64;
    }
}
