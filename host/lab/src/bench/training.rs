//! Timing of training: one iteration of gradient descent.

use std::time::{Duration, Instant};

use super::Timing;
use crate::transformer::trial::Run;
use crate::transformer::{Condition, Model, Training};
use slotless_kernels::cpu::Isa;

/// Names of the paper's seven models in the tables, in the order of [`Model::published`].
pub const MODELS: [&str; 7] = [
    "tf_baseline",
    "tf_fixed",
    "tf_mhn",
    "tf_qk",
    "tf_fixed_proj",
    "tf_mhn_proj",
    "tf_qk_proj",
];

/// A model of [`MODELS`] in training: batches of 64 sequences of four letters, which are made in the iteration.
///
/// # Panics
/// For another name.
#[must_use]
pub fn run(name: &str, isa: Isa) -> Run {
    let models = MODELS.into_iter().zip(Model::published());
    let model = models.into_iter().find(|(known, _)| *known == name);
    let (_, model) = model.expect("a name of the list");
    let condition = Condition {
        model,
        training: Training::default(),
        checkpoints: Vec::new(),
    };
    Run::new(&condition, 20_260, 0, isa)
}

/// Times an iteration over rounds of 50, for about `budget` and at least three rounds, from the start of training on.
#[must_use]
pub fn time_training(name: &str, isa: Isa, budget: Duration) -> Timing {
    const ITERATIONS: u32 = 50;
    let mut run = run(name, isa);
    let mut rounds = Vec::new();
    let start = Instant::now();
    while rounds.len() < 3 || start.elapsed() < budget {
        let one = Instant::now();
        for _ in 0..ITERATIONS {
            run.step();
        }
        rounds.push(one.elapsed().as_secs_f64() / f64::from(ITERATIONS));
    }
    Timing::of(rounds)
}
