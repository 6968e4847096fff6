//! The threshold between known and unknown, which a recogniser sets on its own stream.

/// Bits of the threshold; those above are how far it is from settled.
const BITS: u32 = 28;
/// The highest: twice any score that recognisers give.
const MOST: u32 = (1 << BITS) - 1;
/// Steps down to settled when the first score was seen. Down to `STEPS` the largest score is taken.
const START: u32 = 14;
/// From here on it moves in steps, which are shorter with every second one up.
const STEPS: u32 = 5;
/// What a step is shifted by in the end: it moves by 1/256 then.
const SETTLED: u32 = 8;

/// A threshold as it lies in a word of the state: the score above which a sample is unknown, so that one in twenty of the samples
/// learned would have been.
///
/// The multiplicative step of a running quantile, up by 19 where it is down by 1, whose length shrinks at first as the number of
/// steps up grows (Kesten 1958, "Accelerated stochastic approximation"), so that it does not settle before it is near. Before that
/// it is the largest of ten scores: of so few no higher quantile is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Threshold(u32);

impl Threshold {
    /// None yet.
    pub(super) const NONE: Self = Self(0);

    /// Any word is one.
    pub(super) const fn of(word: u32) -> Self {
        Self(word)
    }

    pub(super) const fn word(self) -> u32 {
        self.0
    }

    /// The score above which a sample is unknown; 0 for none yet.
    pub(super) const fn level(self) -> u32 {
        self.0 & MOST
    }

    /// The same, for the caller.
    pub(super) const fn shown(self) -> Option<u32> {
        match self.level() {
            0 => None,
            level => Some(level),
        }
    }

    /// That after a sample of this score, whose own class was known.
    pub(super) const fn after(self, score: u32) -> Self {
        let (left, level) = (self.0 >> BITS, self.level());
        let (left, level) = match (left, level) {
            (_, 0) if score == 0 => return Self::NONE,
            (_, 0) => (START, score.saturating_mul(2)),
            (left, _) if left > STEPS => (left - 1, if score > level { score } else { level }),
            (left, _) => {
                let part = level >> (SETTLED - left.div_ceil(2));
                if score > level {
                    (left.saturating_sub(1), level + 19 * part + 1)
                } else {
                    (left, level - part)
                }
            }
        };
        let level = if level < MOST { level } else { MOST };
        Self(left << BITS | level)
    }
}

#[cfg(test)]
mod tests {
    use super::Threshold;

    /// The largest threshold and the largest step are below 2^32.
    #[test]
    fn no_word_and_no_score_are_too_large() {
        for left in 0..16 {
            for level in [0, 1, 2, 255, 256, (1 << 28) - 1] {
                for score in [0, 1, level, level + 1, 1 << 27, u32::MAX] {
                    let after = Threshold::of(left << 28 | level).after(score);
                    assert!(after.level() > 0 || level == 0 && score == 0);
                    assert!(after.word() >> 28 <= left.max(14));
                }
            }
        }
    }

    #[test]
    fn it_is_the_largest_of_ten_scores_before_it_moves_in_steps() {
        let mut threshold = Threshold::NONE.after(0);
        assert_eq!((threshold, threshold.shown()), (Threshold::NONE, None));
        threshold = threshold.after(1000);
        assert_eq!(threshold.shown(), Some(2000));
        for score in [0, 3000, 2500, 4000, 1, 2, 3, 4, 5] {
            threshold = threshold.after(score);
        }
        assert_eq!(threshold.shown(), Some(4000));
        assert_eq!(threshold.after(4000).shown(), Some(4000 - 125));
        // Steps up, each of which ends a length: 1/32, 1/64 twice, 1/128 twice, and then 1/256.
        for part in [32, 64, 64, 128, 128, 256, 256] {
            let level = threshold.level();
            assert_eq!(threshold.after(level).level(), level - level / part);
            threshold = threshold.after(level + 1);
            assert_eq!(threshold.level(), level + level / part * 19 + 1);
        }
        assert_eq!(threshold.word(), threshold.level());
    }
}
