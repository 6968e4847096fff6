//! The start of the slow weights.

use slotless_core::rng::Key;

use super::model::Model;
use super::{Weights, purpose};

/// `W_Q` and `W_K` are normal with standard deviation `init_scale / sqrt(N)`, `W_V` is uniform over 0 to 0.1: those of
/// [`Weights::random`] under the key of a trial.
#[must_use]
pub fn weights(model: &Model, seed: u64, trial: u32) -> Weights {
    let key = Key::new(seed, purpose::START).derive(trial);
    Weights::random(&model.settings(1).sizes, model.start_deviation(), key)
}
