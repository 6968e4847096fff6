//! What an answer looks like, in numbers: what tells whether it is one.

/// Numbers of every question, then those of one with a vector.
pub(super) const NAMES: [&str; WORDS + COSINES] = [
    "coverage",
    "coverage of the first",
    "coverage, five best",
    "lead of the first",
    "coverage, lead of the named speaker",
    "score, lead of the named speaker",
    "cosine",
    "cosine of the first",
    "cosine, five best",
    "cosine, lead of the named speaker",
];
pub(super) const WORDS: usize = 6;
pub(super) const COSINES: usize = 4;

/// What the answer to a question looks like ([`Store::signs`](crate::Store::signs)): what a [`Calibration`](super::Calibration) is made of.
///
/// The largest coverage of the question's words by an item, that of the first item, the mean of the five largest; by how much the first
/// item's rank is above the second's; where the question names some speaker and not all, by how much the largest coverage of what they
/// said is above that of what others said, and the same of the scores. Then the same of cosines, where it has a vector. Not that a
/// speaker is named, nor how long the question is: in the conversations of LoCoMo that tells something (an AUC of .76 in place of .74, by
/// words), since its questions without an answer all name one; who asks about something of which nothing was said names nobody.
#[derive(Clone, Debug, PartialEq)]
pub struct Signs {
    pub(in super::super) numbers: [f64; WORDS + COSINES],
    pub(in super::super) has_vector: bool,
}

impl Signs {
    /// The numbers that there are.
    pub(in super::super) fn numbers(&self) -> &[f64] {
        &self.numbers[..if self.has_vector { NAMES.len() } else { WORDS }]
    }

    /// Whether the question had a vector.
    #[must_use]
    pub const fn has_vector(&self) -> bool {
        self.has_vector
    }
}
