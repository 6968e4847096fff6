//! The table of whole steps.

use std::time::Duration;

use super::limits::copy_bandwidth;
use super::{Sizes, Step, Timing, prepare, time};
use crate::memory::WeightWidth;
use slotless_kernels::cpu::{Isa, Network};

/// A line of the table: a step of a network with some instructions.
#[derive(Clone, Debug)]
pub struct Row {
    /// Network.
    pub sizes: Sizes,
    /// Width of its weights.
    pub weights: WeightWidth,
    /// What is timed.
    pub step: Step,
    /// Instructions.
    pub isa: Isa,
    /// Layout that the library chose.
    pub layout: &'static str,
    /// Seconds of a step.
    pub timing: Timing,
    /// Weights that a step touches.
    pub touched: f64,
    /// Bytes of the layout.
    pub bytes: usize,
    /// Bytes of it that a step moves.
    pub moved: f64,
    /// Bytes per second that a copy moves in a working set as large.
    pub copy: f64,
}

/// Columns of the CSV file; the first six are what a comparison with other programs needs.
pub const COLUMNS: [&str; 13] = [
    "network",
    "weights",
    "operation",
    "backend",
    "min_us",
    "median_us",
    "layout",
    "weights_touched",
    "weights_per_second",
    "network_bytes",
    "bytes_moved",
    "copy_bytes_per_second",
    "share_of_copy",
];

impl Row {
    /// Weights touched per second, at the least time.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.touched / self.timing.min
    }

    /// The time that a copy would take to move as many bytes, over the least time: 1 is the speed of memory.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.moved / self.copy / self.timing.min
    }

    /// The cells of [`COLUMNS`].
    #[must_use]
    pub fn cells(&self) -> [String; 13] {
        [
            self.sizes.name.to_owned(),
            format!("u{}", self.weights.bits()),
            self.step.name().to_owned(),
            self.isa.to_string(),
            format!("{:.4}", self.timing.min * 1e6),
            format!("{:.4}", self.timing.median * 1e6),
            self.layout.to_owned(),
            format!("{:.0}", self.touched),
            format!("{:.4e}", self.rate()),
            self.bytes.to_string(),
            format!("{:.0}", self.moved),
            format!("{:.4e}", self.copy),
            format!("{:.4}", self.share()),
        ]
    }
}

/// Times every step of one network; `patterns` are learned before.
#[must_use]
pub fn rows(
    sizes: &Sizes,
    weights: WeightWidth,
    isa: Isa,
    patterns: usize,
    budget: Duration,
) -> Vec<Row> {
    let network = Network::with(sizes.params(weights), isa, None);
    let (mut network, data) = prepare(network, sizes, patterns);
    let work = network.work(sizes.s);
    let (bytes, layout) = (network.bytes(), network.layout().name());
    let copy = copy_bandwidth(bytes);
    Step::ALL
        .into_iter()
        .map(|step| Row {
            sizes: *sizes,
            weights,
            step,
            isa,
            layout,
            timing: time(&mut network, &data, step, budget),
            touched: work.weights,
            bytes,
            moved: match step {
                Step::Learn => work.learn_bytes,
                Step::Recall | Step::RecallMany => work.recall_bytes,
            },
            copy,
        })
        .collect()
}
