//! What recognisers say, whichever they are.

use slotless_core::recogniser::{Outcome, Recognition, Verdict};

/// slotless_recognised.verdict: like what was learned.
pub const SLOTLESS_KNOWN: u32 = 0;
/// slotless_recognised.verdict: stranger than 19 of 20 samples were when they were learned.
pub const SLOTLESS_UNKNOWN: u32 = 1;
/// slotless_recognised.verdict: there is no threshold yet.
pub const SLOTLESS_UNCALIBRATED: u32 = 2;

/// The outcome of learning: nothing of its class was in memory.
pub const SLOTLESS_NEW: u32 = 0;
/// The outcome of learning: its own class was the nearest.
pub const SLOTLESS_RIGHT: u32 = 1;
/// The outcome of learning: another class was as near or nearer.
pub const SLOTLESS_WRONG: u32 = 2;

/// What a sample was recognised as.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Recognised {
    /// The label of the nearest class.
    pub label: u32,
    /// SLOTLESS_KNOWN, _UNKNOWN or _UNCALIBRATED.
    pub verdict: u32,
    /// How far it is: the sum of squared differences of the features' high four bits; of thermometer codes the number of bits that
    /// differ, of means the sum of squared differences of all eight.
    pub distance: u32,
    /// The label of the nearest of all other classes; 0xffffffff where there is one class only.
    pub other_label: u32,
    /// How far that is; 0xffffffff where there is one class only.
    pub other_distance: u32,
    /// How strange the sample is.
    pub score: u32,
    /// The score above which a sample is unknown; 0 where there is none yet.
    pub threshold: u32,
}

impl From<Recognition> for Recognised {
    fn from(found: Recognition) -> Self {
        let other = found.runner_up();
        Self {
            label: found.label().into(),
            verdict: match found.verdict() {
                Verdict::Known => SLOTLESS_KNOWN,
                Verdict::Unknown => SLOTLESS_UNKNOWN,
                Verdict::Uncalibrated => SLOTLESS_UNCALIBRATED,
            },
            distance: found.distance(),
            other_label: other.map_or(u32::MAX, |other| other.label.into()),
            other_distance: other.map_or(u32::MAX, |other| other.distance),
            score: found.score(),
            threshold: found.threshold().unwrap_or(0),
        }
    }
}

/// The number of an outcome.
pub(crate) fn number(outcome: Outcome) -> u32 {
    match outcome {
        Outcome::New => SLOTLESS_NEW,
        Outcome::Right => SLOTLESS_RIGHT,
        Outcome::Wrong => SLOTLESS_WRONG,
    }
}
