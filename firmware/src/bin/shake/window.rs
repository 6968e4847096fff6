//! From a window of samples to the features that are learned.

use slotless_core::encode::Range;

use crate::stream::{AXES, RATE, Sample};

/// Samples in a window: 1.28 s.
pub const SAMPLES: usize = (RATE as usize) * 32 / 25;

/// Of each axis the mean, the mean distance from it, and the mean step from one sample to the next.
pub const FEATURES: usize = 3 * AXES;

// What a sensor of +-2 g gives, and of the others what motions of a hand come to. Known beforehand and kept: with other ranges the
// same window would have other features, and what was learned would match no more.
const MEAN: Range = range(-2000, 2000);
const SPREAD: Range = range(0, 1000);
const STEP: Range = range(0, 800);

const fn range(low: i32, high: i32) -> Range {
    match Range::new(low, high) {
        Ok(range) => range,
        Err(_) => panic!("a range from low to high"),
    }
}

/// The features of a window, as steps of 8 bits.
pub fn features(window: &[Sample; SAMPLES]) -> [u8; FEATURES] {
    let mut features = [0; FEATURES];
    for (axis, features) in features.chunks_exact_mut(3).enumerate() {
        let values = window.iter().map(|sample| sample[axis]);
        let mean = values.clone().sum::<i32>() / SAMPLES as i32;
        let spread = values.map(|value| (value - mean).abs()).sum::<i32>() / SAMPLES as i32;
        let steps = window
            .windows(2)
            .map(|pair| (pair[1][axis] - pair[0][axis]).abs());
        let step = steps.sum::<i32>() / (SAMPLES - 1) as i32;
        for (feature, (range, value)) in
            features
                .iter_mut()
                .zip([(MEAN, mean), (SPREAD, spread), (STEP, step)])
        {
            *feature = range.step(value, 256) as u8;
        }
    }
    features
}
