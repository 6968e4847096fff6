//! What a recogniser says.

use super::threshold::Threshold;

/// What a sample was recognised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recognition {
    label: u8,
    distance: u32,
    runner_up: Option<RunnerUp>,
    score: u32,
    /// 0 for none yet.
    threshold: u32,
}

/// The nearest class but one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RunnerUp {
    /// Its label.
    pub label: u8,
    /// Its distance, in the units of [`Recognition::distance`].
    pub distance: u32,
}

/// Whether a sample is like those that were learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Verdict {
    /// Its score is not above the threshold.
    Known,
    /// Its score is above it, as it was for one in twenty of the samples learned.
    Unknown,
    /// There is no threshold yet: since the second class came no class has been learned twice, or all that were had a score of 0,
    /// as repetitions have.
    Uncalibrated,
}

/// What a recogniser would have said of a sample just learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Outcome {
    /// Nothing of its class was in memory.
    New = 0,
    /// Its own class was the nearest.
    Right = 1,
    /// Another class was as near or nearer.
    Wrong = 2,
}

impl Recognition {
    /// Of what is nearest.
    pub(super) fn of(nearest: &Nearest, unit: Unit, threshold: Threshold) -> Option<Self> {
        let best = nearest.best.some()?;
        let runner_up = nearest.next.some();
        let other = runner_up.map(|other| other.distance);
        Some(Self {
            label: best.label,
            distance: best.distance,
            runner_up,
            score: score(best.distance, other, unit),
            threshold: threshold.level(),
        })
    }

    /// With a score of its own.
    pub(super) const fn scored(self, score: u32) -> Self {
        Self { score, ..self }
    }

    /// The label of the nearest class.
    #[must_use]
    pub const fn label(self) -> u8 {
        self.label
    }

    /// How far it is; each recogniser says in what units.
    #[must_use]
    pub const fn distance(self) -> u32 {
        self.distance
    }

    /// The nearest of all other classes; none if there is one class only.
    #[must_use]
    pub const fn runner_up(self) -> Option<RunnerUp> {
        self.runner_up
    }

    /// How much farther the next class is than the nearest; none if there is one class only.
    #[must_use]
    pub const fn margin(self) -> Option<u32> {
        match self.runner_up {
            Some(other) => Some(other.distance.saturating_sub(self.distance)),
            None => None,
        }
    }

    /// How strange the sample is: large if nothing is near, and if two classes are equally so. In 1/256 of
    /// `distance^2 / (runner-up's distance + 1)`; of one class alone in 1/256 of the distance.
    #[must_use]
    pub const fn score(self) -> u32 {
        self.score
    }

    /// The score above which a sample is unknown; none before there is one.
    #[must_use]
    pub const fn threshold(self) -> Option<u32> {
        match self.threshold {
            0 => None,
            threshold => Some(threshold),
        }
    }

    /// Whether the sample is known, by the threshold that the recogniser has set on its own stream.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        match self.threshold {
            0 => Verdict::Uncalibrated,
            threshold if self.score > threshold => Verdict::Unknown,
            _ => Verdict::Known,
        }
    }
}

/// What distances count in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unit {
    /// Wholes.
    One,
    /// 1/256.
    Part,
}

/// 256 times `near^2 / (far + 1)` in units of 1, rounded down, for `near <= far`, and 256 times `near` where there is no
/// other class. Both are below 2^27, and in units of 1 below 2^18.
pub(super) fn score(near: u32, far: Option<u32>, unit: Unit) -> u32 {
    let scale = match unit {
        Unit::One => 8,
        Unit::Part => 0,
    };
    let Some(far) = far else {
        return near << scale;
    };
    // Long division, bit by bit: no division of 64 bits, which a Cortex-M0 has none of. near * (the bits of near so far)
    // is quotient * divisor + rest.
    let divisor = far.wrapping_add(1);
    let (mut quotient, mut rest) = (0u32, 0u32);
    let mut step = |part: u32| {
        rest = (rest << 1).wrapping_add(part);
        quotient <<= 1;
        // At most twice.
        while rest >= divisor {
            rest -= divisor;
            quotient = quotient.wrapping_add(1);
        }
    };
    let bits = u32::BITS - near.leading_zeros();
    for bit in (0..bits).rev() {
        step(if near >> bit & 1 == 1 { near } else { 0 });
    }
    for _ in 0..scale {
        step(0);
    }
    quotient
}

/// What is said of a sample before it is learned, from the distances of the nearest of its class and of all others, where
/// there are so many classes; and the threshold then.
pub(super) fn judged(
    own: Option<u32>,
    other: Option<u32>,
    classes: usize,
    unit: Unit,
    threshold: Threshold,
) -> (Outcome, Threshold) {
    match (own, other) {
        (Some(own), None) => {
            let seen = score(own, None, unit);
            (Outcome::Right, threshold.after(seen))
        }
        (Some(own), Some(other)) => {
            let seen = score(own.min(other), Some(own.max(other)), unit);
            let outcome = if own < other {
                Outcome::Right
            } else {
                Outcome::Wrong
            };
            (outcome, threshold.after(seen))
        }
        // With the second class scores become another thing.
        (None, _) if classes == 1 => (Outcome::New, Threshold::NONE),
        (None, _) => (Outcome::New, threshold),
    }
}

/// The nearest class, and the nearest of all others; distances of `u32::MAX` are none, which no item is at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nearest {
    best: RunnerUp,
    next: RunnerUp,
}

impl Nearest {
    /// Of nothing yet.
    pub(super) const NONE: Self = Self {
        best: RunnerUp::NONE,
        next: RunnerUp::NONE,
    };

    /// Takes in one, which of equal ones is the last to be taken.
    #[inline]
    pub(super) fn take(&mut self, label: u8, distance: u32) {
        if distance >= self.next.distance {
            return;
        }
        let one = RunnerUp { label, distance };
        if distance < self.best.distance {
            if label != self.best.label {
                self.next = self.best;
            }
            self.best = one;
        } else if label != self.best.label {
            self.next = one;
        }
    }
}

impl RunnerUp {
    const NONE: Self = Self {
        label: u8::MAX,
        distance: u32::MAX,
    };

    fn some(self) -> Option<Self> {
        (self.distance < u32::MAX).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Unit, score};

    #[test]
    fn the_long_division_is_the_division() {
        let sizes = [
            0, 1, 2, 3, 5, 14, 15, 16, 225, 226, 14_400, 65_474, 65_475, 65_476, 230_399, 230_400,
        ];
        for far in sizes {
            for near in sizes.into_iter().filter(|&near| near <= far) {
                let wide = u128::from(near) * u128::from(near) * 256 / (u128::from(far) + 1);
                assert_eq!(
                    u128::from(score(near, Some(far), Unit::One)),
                    wide,
                    "{near} {far}"
                );
            }
        }
        for (near, far) in [(66_585_600, 66_585_600), (66_585_599, 66_585_600), (1, 2)] {
            let wide = u128::from(near) * u128::from(near) / (u128::from(far) + 1);
            assert_eq!(
                u128::from(score(near, Some(far), Unit::Part)),
                wide,
                "{near} {far}"
            );
        }
        assert_eq!(score(7, None, Unit::One), 1792);
        assert_eq!(score(7, None, Unit::Part), 7);
    }
}
