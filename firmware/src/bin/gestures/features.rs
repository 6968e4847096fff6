//! From samples to a binary pattern, as a device would do it: find the motion, take gravity off, forget speed and
//! strength, set bits.

use heapless::Vec;
use slotless_core::bits;

use crate::Pattern;
use crate::sensor::{AXES, Sample};

/// The motion of a recording, gravity taken off; longer ones are cut.
pub type Window = Vec<[i16; AXES], 128>;

const SEGMENTS: usize = 12;
const LEVELS: u32 = 5;
const SHARES: u32 = 6;

/// Units of the pattern that [`binarise`] may set.
pub const UNITS: u32 = (SEGMENTS * AXES) as u32 * LEVELS + AXES as u32 * SHARES;

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

/// The pattern of a motion, of about 50 ones. [`SEGMENTS`] means an axis, whatever the motion's length, each as a share
/// of the largest, set one of [`LEVELS`] units, or two neighbours where it lies between them: near levels share a unit.
/// Then each axis sets one of [`SHARES`] units: its share of all that moved.
pub fn binarise(window: &Window) -> Pattern {
    let mut pattern = Pattern::default();
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
    for (place, mean) in (0..).zip(segments.as_flattened()) {
        // Twice the level: odd between two.
        let level = (mean + peak) as u32 * (2 * LEVELS - 1) / (2 * peak as u32 + 1);
        bits::set(&mut pattern, place * LEVELS + level / 2);
        bits::set(&mut pattern, place * LEVELS + level.div_ceil(2));
    }

    let mut moved = [0; AXES];
    for sample in window {
        for (moved, axis) in moved.iter_mut().zip(sample) {
            *moved += u32::from(axis.unsigned_abs());
        }
    }
    let all = moved.iter().sum::<u32>() + 1;
    let first = (SEGMENTS * AXES) as u32 * LEVELS;
    for (axis, moved) in (0..).zip(moved) {
        bits::set(&mut pattern, first + axis * SHARES + moved * SHARES / all);
    }
    pattern
}
