//! Unstructured patterns: s of n_i bits, every such pattern equally likely.

use slotless_core::bits;
use slotless_core::rng::{self, Purpose};

use super::Patterns;

/// `count` random patterns of `active` of `visible` bits. Pattern number n of a trial comes from its own stream, so it is
/// the same however many are asked for.
#[must_use]
pub fn random(
    seed: u64,
    purpose: Purpose,
    trial: u32,
    visible: u32,
    active: u32,
    count: usize,
) -> Patterns {
    let mut patterns = Patterns::with_capacity(visible, count);
    let mut pattern = vec![0; bits::words_for(visible)];
    for number in (0..).take(count) {
        let mut rng = rng::stream(seed, purpose, trial, number);
        bits::sample(visible, active.min(visible), &mut rng, &mut pattern)
            .expect("the length is that of the pattern, and active is at most visible");
        patterns.push(&pattern);
    }
    patterns
}
