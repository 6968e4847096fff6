//! The start of the slow weights.

use slotless_core::rng::Key;

use super::model::Model;
use super::{Slow, Weights, purpose};
use crate::normal;

/// `W_Q` and `W_K` are normal with standard deviation `init_scale / sqrt(N)`, `W_V` is uniform over 0 to 0.1.
///
/// Entry (row, token) of a matrix is draw `3 L row + token` of its key, as a share of 2^32: `(draw + 1/2) / 2^32`. A normal
/// entry is the standard deviation times the quantile of that share, computed in double precision and rounded.
#[must_use]
pub fn weights(model: &Model, seed: u64, trial: u32) -> Weights {
    let settings = model.settings(1);
    let mut weights = Weights::new(&settings.sizes);
    let deviation = model.start_deviation();
    for matrix in Slow::ALL {
        let key = Key::new(seed, purpose::START)
            .derive(trial)
            .derive(matrix as u32);
        let mut place = 0;
        for row in 0..weights.rows(matrix) {
            for token in 0..weights.tokens() {
                let share = (f64::from(key.at(place)) + 0.5) / 4_294_967_296.0;
                let value = match matrix {
                    // The share is between 0 and 1, so there is a quantile.
                    Slow::Queries | Slow::Keys => {
                        deviation * normal::quantile(share).unwrap_or(0.0)
                    }
                    Slow::Values => 0.1 * share,
                };
                weights.set(matrix, row, token, value as f32);
                place += 1;
            }
        }
    }
    weights
}
