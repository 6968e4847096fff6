//! What is asked, and how.

use super::StoreError;

/// A question: its text, by whose words cues are found, the vector of that, or both.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Question<'a> {
    pub(super) text: Option<&'a str>,
    pub(super) vector: Option<&'a [f32]>,
}

impl<'a> Question<'a> {
    /// Asked by its words alone.
    pub const fn text(text: &'a str) -> Self {
        Self {
            text: Some(text),
            vector: None,
        }
    }

    /// Asked by its vector alone, of any length but 0.
    pub const fn vector(vector: &'a [f32]) -> Self {
        Self {
            text: None,
            vector: Some(vector),
        }
    }

    /// Asked by its words and its vector.
    pub const fn both(text: &'a str, vector: &'a [f32]) -> Self {
        Self {
            text: Some(text),
            vector: Some(vector),
        }
    }
}

/// How a memory is asked.
///
/// A cue's score is the cosine of its vector and the question's, and [`Ask::words`] times the score of the words that its item and the question
/// share, over what a cue of all the question's words would have, or over the largest of any item where that is more. An item's words are
/// those of its best cue, or, where that scores more, of all its cues that share one, as if they were one cue. Words count the less the more
/// the nearest item stands out: by one less the lead of its cosine before that of the fifth nearest over [`Ask::LEAD`], and not at all from
/// there on. So another wording is found by its vector, though other cues share words with it. Without vectors scores of words are over the
/// largest of any item. Where items have sessions and speakers ([`Metadata`](super::Metadata)), an item gets a share of the scores of its
/// neighbours in the session ([`Ask::neighbours`]), and more where the question names its speaker ([`Ask::speaker`]).
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Ask {
    pub(super) top: usize,
    pub(super) threshold: Option<f32>,
    pub(super) nearest: usize,
    pub(super) beta: f32,
    /// None: [`Ask::WORDS`] or [`Ask::WORDS_ALONE`].
    pub(super) words: Option<f32>,
    pub(super) speaker: f32,
    pub(super) neighbours: f32,
}

impl Default for Ask {
    fn default() -> Self {
        Self::new()
    }
}

impl Ask {
    /// [`Ask::top`] unless set: the answer and no runner-up.
    pub const TOP: usize = 1;
    /// [`Ask::threshold`] unless set, and unless the memory is calibrated.
    pub const THRESHOLD: f32 = 0.45;
    /// [`Ask::nearest`] unless set, in items.
    pub const NEAREST: usize = 32;
    /// [`Ask::beta`] unless set.
    pub const BETA: f32 = 32.0;
    /// [`Ask::words`] unless set, beside cosines.
    pub const WORDS: f32 = 1.9;
    /// [`Ask::words`] unless set, where words alone are compared.
    pub const WORDS_ALONE: f32 = 0.8;
    /// From which lead on of the nearest item's cosine before the fifth nearest's words do not count.
    pub const LEAD: f32 = 0.25;
    /// [`Ask::speaker`] unless set.
    pub const SPEAKER: f32 = 0.5;
    /// [`Ask::neighbours`] unless set.
    pub const NEIGHBOURS: f32 = 0.25;

    /// A question with the settings above, chosen on five conversations of LoCoMo and the paraphrases of exp07 (`docs/retrieval.md`).
    pub const fn new() -> Self {
        Self {
            top: Self::TOP,
            threshold: None,
            nearest: Self::NEAREST,
            beta: Self::BETA,
            words: None,
            speaker: Self::SPEAKER,
            neighbours: Self::NEIGHBOURS,
        }
    }

    /// How many items are wanted, with the answer, 1 to 1,000.
    pub const fn top(mut self, top: usize) -> Self {
        self.top = top;
        self
    }

    /// The least closeness that is an answer, -1 to 1. Unless set, a memory that is calibrated ([`Calibration`](super::Calibration)) goes
    /// by what it has learned of answers, and any other by [`Ask::THRESHOLD`].
    pub const fn threshold(mut self, threshold: f32) -> Self {
        self.threshold = Some(threshold);
        self
    }

    /// How many items' vectors are read from the disk and compared in full, 1 to 10,000; never fewer than [`Ask::top`].
    pub const fn nearest(mut self, nearest: usize) -> Self {
        self.nearest = nearest;
        self
    }

    /// Inverse temperature of the shares, above 0: a small one lets many cues of an item outweigh a single one that
    /// is nearer.
    pub const fn beta(mut self, beta: f32) -> Self {
        self.beta = beta;
        self
    }

    /// How much words count beside a cosine, and beside what a speaker gains, 0 to 100.
    pub const fn words(mut self, weight: f32) -> Self {
        self.words = Some(weight);
        self
    }

    /// What an item's score gains where the question names its speaker, 0 to 100.
    pub const fn speaker(mut self, gain: f32) -> Self {
        self.speaker = gain;
        self
    }

    /// The share of the scores of the items before and behind it in its session that an item gets, 0 to 1, and half of it of those two
    /// places away.
    pub const fn neighbours(mut self, share: f32) -> Self {
        self.neighbours = share;
        self
    }

    /// Refuses settings out of range, as [`Store::ask`](super::Store::ask) does.
    ///
    /// # Errors
    /// [`StoreError::Ask`].
    pub fn check(&self) -> Result<(), StoreError> {
        let refused = |what, value: String, allowed: &'static str| {
            Err(StoreError::Ask {
                what,
                value,
                allowed: allowed.into(),
            })
        };
        if !(1..=1000).contains(&self.top) {
            return refused("top", self.top.to_string(), "1 to 1000");
        }
        if let Some(threshold) = self.threshold.filter(|one| !(-1.0..=1.0).contains(one)) {
            return refused("threshold", threshold.to_string(), "-1 to 1");
        }
        if !(1..=10_000).contains(&self.nearest) {
            return refused("nearest", self.nearest.to_string(), "1 to 10000");
        }
        if !(self.beta > 0.0 && self.beta <= 1e6) {
            return refused("beta", self.beta.to_string(), "above 0, up to 1000000");
        }
        let words = self.words.unwrap_or(Self::WORDS);
        for (what, value) in [("words", words), ("speaker", self.speaker)] {
            if !(0.0..=100.0).contains(&value) {
                return refused(what, value.to_string(), "0 to 100");
            }
        }
        if !(0.0..=1.0).contains(&self.neighbours) {
            return refused("neighbours", self.neighbours.to_string(), "0 to 1");
        }
        Ok(())
    }
}
