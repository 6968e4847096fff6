//! From samples to features, as a device would do it: find the motion, take gravity off, forget speed and strength.

use heapless::Vec;

use crate::sensor::{AXES, Sample};

/// The motion of a recording, gravity taken off; longer ones are cut.
pub type Window = Vec<[i16; AXES], 128>;

const SEGMENTS: usize = 12;

/// Features of a motion: means of parts of it, then the axes' shares.
pub const FEATURES: usize = SEGMENTS * AXES + AXES;

/// Cuts the motion out of a stream: from the first sample that is far from gravity until half a second of rest. Gravity
/// is a running mean over the rest before.
pub fn capture(samples: impl Iterator<Item = Sample>, window: &mut Window) {
    /// Far from gravity, summed over the axes, in 1/1000 g.
    const FAR: i32 = 350;
    const REST: usize = 26;
    /// Samples that the mean reaches back.
    const REACH: i32 = 16;

    window.clear();
    let mut gravity = None;
    let mut still = 0;
    for sample in samples {
        let gravity = gravity.get_or_insert(sample.map(|axis| axis * REACH));
        let mut moved = sample;
        for (axis, gravity) in moved.iter_mut().zip(gravity.iter()) {
            *axis -= gravity / REACH;
        }
        let far = moved.iter().map(|axis| axis.abs()).sum::<i32>() > FAR;
        if window.is_empty() && !far {
            for (gravity, moved) in gravity.iter_mut().zip(moved) {
                *gravity += moved;
            }
            continue;
        }
        still = if far { 0 } else { still + 1 };
        let moved = moved.map(|axis| axis.clamp(i16::MIN.into(), i16::MAX.into()) as i16);
        if window.push(moved).is_err() || still == REST {
            break;
        }
    }
    window.truncate(window.len() - still);
}

/// The features of a motion. [`SEGMENTS`] means an axis, whatever the motion's length: 128 is rest, and 1 and 255 the
/// largest of them all. Then of each axis its share of all that moved, 255 being all.
pub fn features(window: &Window) -> [u8; FEATURES] {
    let mut segments = [[0; AXES]; SEGMENTS];
    for (number, segment) in segments.iter_mut().enumerate() {
        let from = number * window.len() / SEGMENTS;
        let to = ((number + 1) * window.len()).div_ceil(SEGMENTS);
        let samples = &window[from..to];
        for (axis, mean) in segment.iter_mut().enumerate() {
            let sum: i32 = samples.iter().map(|sample| i32::from(sample[axis])).sum();
            *mean = sum / samples.len().max(1) as i32;
        }
    }
    let peak = segments.as_flattened().iter().map(|mean| mean.abs());
    let peak = peak.max().unwrap_or(0).max(1);
    let mut moved = [0; AXES];
    for sample in window {
        for (moved, axis) in moved.iter_mut().zip(sample) {
            *moved += u32::from(axis.unsigned_abs());
        }
    }
    let all = moved.iter().sum::<u32>().max(1);

    let means = segments.as_flattened().iter();
    let means = means.map(|mean| (128 + mean * 127 / peak) as u8);
    let shares = moved.iter().map(|moved| (moved * 255 / all) as u8);
    let mut features = [0; FEATURES];
    for (feature, value) in features.iter_mut().zip(means.chain(shares)) {
        *feature = value;
    }
    features
}
