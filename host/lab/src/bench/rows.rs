//! The table of whole steps.

use std::time::Duration;

use super::limits::copy_bandwidth;
use super::{Sizes, Step, Timing, prepare, time};
use crate::figures::declared::file_kind;
use crate::memory::WeightWidth;
use slotless_files::dictionary::Variable;
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

/// Kind of numbers.
pub(super) const WEIGHTS: Variable =
    Variable::text("weights", "Width of a weight, or kind of the numbers");
/// Instructions.
pub(super) const BACKEND: Variable = Variable::text("backend", "Instructions that computed it");
/// Layout.
pub(super) const LAYOUT: Variable = Variable::text("layout", "Layout of the weights");
/// Size.
pub(super) const BYTES: Variable = Variable::integer(
    "network_bytes",
    "bytes",
    "Bytes of the network as it is laid out, or of what is searched",
);

// The first six columns are what a comparison with other programs needs.
file_kind! {
    /// A row per network, weights, operation and instructions; empty where a number does not apply
    pub STEPS: "{file}.csv" by "bench --csv" {
        Variable::text("network", "What is timed, by the name that bench takes"),
        WEIGHTS,
        Variable::text("operation", "Step that is timed"),
        BACKEND,
        Variable::number("min_us", "us", "Least time of a step over many rounds"),
        Variable::number("median_us", "us", "Median time of a step"),
        LAYOUT,
        Variable::number("weights_touched", "weights", "Weights that a step touches"),
        Variable::number("weights_per_second", "weights/s", "weights_touched over the least time"),
        BYTES,
        Variable::number("bytes_moved", "bytes", "Bytes that a step moves"),
        Variable::number("copy_bytes_per_second", "bytes/s", "What a plain copy moves in a working set as large"),
        Variable::number("share_of_copy", "share", "Time in which such a copy moves as many bytes, over the least time"),
    }
}

file_kind! {
    /// A row per device and work: trials and queries on all cores and on the device, side by side
    pub DEVICES: "{file}.csv" by "bench --device DEVICE --csv" {
        Variable::text("work", "What is timed"),
        Variable::text("device", "The device: cuda:N"),
        Variable::text("of", "What the times are of: a trial, a query"),
        Variable::number("cpu_us", "us", "Time on the CPU"),
        Variable::integer("on_cpu", "", "How many the CPU computed"),
        Variable::number("gpu_us", "us", "Time on the device"),
        Variable::integer("on_gpu", "", "How many the device computed side by side"),
        Variable::number("ratio", "", "cpu_us over gpu_us"),
    }
}

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

    /// The cells of [`STEPS`].
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
