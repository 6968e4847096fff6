//! The value that a pattern most likely stands for.

/// A value read from a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Estimate {
    /// The value: the middle of a step.
    pub value: i32,
    /// How much the pattern agrees with that of this value: ones in common, of [`Thermometer`](super::Thermometer) bits that are
    /// equal.
    pub agreement: u32,
    /// The most that could be: the ones of a pattern, or all bits.
    pub most: u32,
}

impl Estimate {
    /// The agreement as a share of the most, in 1/65536, rounded down.
    #[must_use]
    pub const fn share(&self) -> u32 {
        match ((self.agreement as u64) << 16).checked_div(self.most as u64) {
            Some(share) => share as u32,
            None => 0,
        }
    }
}

/// Neighbours with the same score.
#[derive(Clone, Copy, Default)]
struct Run {
    score: u32,
    length: u32,
    start: u32,
}

/// The best of what is taken in order: of those with the largest score the middle of the longest run of neighbours, of several
/// runs the first. A damaged run of ones fits several steps alike; their middle errs least.
#[derive(Default)]
pub(super) struct Best {
    best: Run,
    now: Run,
}

impl Best {
    /// Takes the next in, of whose scores a run is no longer than `most`.
    pub(super) fn take(&mut self, number: u32, score: u32, most: u32) {
        if self.now.length > 0 && self.now.score == score {
            self.now.length = self.now.length.saturating_add(1).min(most);
        } else {
            self.now = Run {
                score,
                length: 1,
                start: number,
            };
        }
        if (self.now.score, self.now.length) > (self.best.score, self.best.length) {
            self.best = self.now;
        }
    }

    /// Its number, of two in the middle the lower, and its score.
    pub(super) fn middle(&self) -> (u32, u32) {
        let half = self.best.length.saturating_sub(1) / 2;
        (self.best.start.wrapping_add(half), self.best.score)
    }
}
