//! The task, the start, the statistics and whole trials.

#[cfg(feature = "cuda")]
mod gpu;
mod model;
mod start;
mod statistics;
mod task;
mod trial;

use super::*;

/// A small condition that learns in little time.
fn small(rule: Rule, winner_by: WinnerBy) -> Condition {
    let mut model = Model::of(rule, winner_by);
    model.letters = 2;
    model.context = 2;
    model.n = 12;
    Condition {
        model,
        training: Training {
            batch: 16,
            batches: 60,
            data: Data::Random,
        },
        checkpoints: Vec::new(),
    }
}
