//! Whether a question is answered at all, learned from questions of which that is known.
//!
//! How close the first item is says little: a question about what was never said finds something close, too. A [`Calibration`] is a
//! logistic regression on what answers look like ([`Signs`]), fitted to questions of the user's own, or to parts of what is stored; what
//! it errs is measured on questions that it was not fitted to, and kept with it, in the file `calibration` of the memory's folder.

mod fit;
mod signs;

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use slotless_files::{FileError, input};
use thiserror::Error;

use super::{StoreError, durable};
pub use signs::Signs;

/// Name of the file.
pub(super) const NAME: &str = "calibration";
/// The longest file that is read.
const LONGEST: u64 = 1 << 16;
const FORMAT: u32 = 2;
/// Questions of either kind that are needed.
pub(super) const LEAST: usize = 10;

/// Why a calibration cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CalibrationError {
    /// Too few questions.
    #[error(
        "{answered} questions with an answer and {unanswered} without one, needed are {LEAST} of each"
    )]
    Few {
        /// Those with an answer.
        answered: usize,
        /// Those without.
        unanswered: usize,
    },
    /// A share out of range.
    #[error("the share of answered questions to be refused is {0}, allowed 0 to 0.5")]
    Share(f64),
}

/// What questions a calibration was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Somebody's.
    Questions,
    /// Parts of what is stored: as if somebody asked in a cue's own words, so that what it errs is less than on real questions.
    Memory,
}

/// What was learned of answers; see the module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    format: u32,
    /// What it was made of.
    source: Source,
    /// For questions by words alone, and for those with a vector.
    words: Model,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vectors: Option<Model>,
}

/// A logistic regression, and what it errs. Errors are of questions that were judged by a fit to the others, in five parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Model {
    /// What it weighs.
    signs: Vec<Sign>,
    bias: f64,
    /// The probability from which on a question counts as answered.
    pub threshold: f64,
    /// Questions with an answer that it was fitted to.
    pub answered: usize,
    /// Questions without one.
    pub unanswered: usize,
    /// Area under the ROC curve, 0 to 1: how often a question with an answer is judged more likely than one without.
    pub auc: f64,
    /// Share of the questions with an answer that are refused.
    pub answered_refused: f64,
    /// Share of the questions without one that are refused.
    pub unanswered_refused: f64,
}

/// A number of [`Signs`], and what it weighs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sign {
    name: String,
    mean: f64,
    deviation: f64,
    weight: f64,
}

/// What is thought of an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Judged {
    pub known: f32,
    pub is_answered: bool,
}

impl Model {
    /// Fitted to what the answers to questions look like, and whether each is one: of questions that all have a vector, or none. `refuse` as
    /// in [`Calibration::fit`].
    ///
    /// # Errors
    /// As [`Calibration::fit`].
    pub fn fit(asked: &[(Signs, bool)], refuse: f64) -> Result<Self, CalibrationError> {
        if !(0.0..=0.5).contains(&refuse) {
            return Err(CalibrationError::Share(refuse));
        }
        let has_vector = asked.first().is_some_and(|one| one.0.has_vector());
        let alike = asked.iter().filter(|one| one.0.has_vector() == has_vector);
        let asked: Vec<(&Signs, bool)> = alike.map(|one| (&one.0, one.1)).collect();
        fit::model(&asked, refuse)
    }

    /// How likely it is that a question is answered, 0 to 1.
    #[must_use]
    pub fn known(&self, signs: &Signs) -> f64 {
        let each = self.signs.iter().zip(signs.numbers());
        let sum = each.map(|(one, number)| one.weight * (number - one.mean) / one.deviation);
        1.0 / (1.0 + libm::exp(-(sum.sum::<f64>() + self.bias)))
    }

    pub(super) fn judge(&self, signs: &Signs) -> Judged {
        let known = self.known(signs);
        Judged {
            known: known as f32,
            is_answered: known >= self.threshold,
        }
    }

    /// Says what is wrong with one that was read.
    fn check(&self, width: usize) -> Result<(), &'static str> {
        if self.signs.len() != width
            || self
                .signs
                .iter()
                .zip(signs::NAMES)
                .any(|(a, b)| a.name != b)
        {
            return Err("it weighs other numbers than this program does");
        }
        let of = |one: &Sign| [one.mean, one.deviation, one.weight];
        let finite = self.signs.iter().flat_map(of).all(f64::is_finite);
        let positive = self.signs.iter().all(|one| one.deviation > 0.0);
        let shares = [
            self.threshold,
            self.auc,
            self.answered_refused,
            self.unanswered_refused,
        ];
        let in_range = shares.iter().all(|share| (0.0..=1.0).contains(share));
        if finite && positive && self.bias.is_finite() && in_range {
            Ok(())
        } else {
            Err("a number of it is out of range")
        }
    }
}

impl Calibration {
    /// The share of answered questions that is refused unless told otherwise.
    pub const REFUSE: f64 = 0.1;

    /// Made of what the answers to questions look like, and whether each is one. `refuse` is the share of the questions with an answer
    /// that may be refused, 0 to .5: the more, the more of those without one are. Questions with vectors have a model of their own;
    /// `by_words` are asked without.
    ///
    /// # Errors
    /// [`CalibrationError`] for fewer than ten questions with an answer, or without one, and for a share out of range.
    pub fn fit(
        source: Source,
        by_words: &[(Signs, bool)],
        with_vectors: &[(Signs, bool)],
        refuse: f64,
    ) -> Result<Self, CalibrationError> {
        Ok(Self {
            format: FORMAT,
            source,
            words: Model::fit(by_words, refuse)?,
            vectors: match with_vectors {
                [] => None,
                some => Some(Model::fit(some, refuse)?),
            },
        })
    }

    /// What it was made of.
    #[must_use]
    pub const fn source(&self) -> Source {
        self.source
    }

    /// The model of questions by words alone.
    #[must_use]
    pub const fn words(&self) -> &Model {
        &self.words
    }

    /// The model of questions with words and a vector, where there is one.
    #[must_use]
    pub const fn vectors(&self) -> Option<&Model> {
        self.vectors.as_ref()
    }

    /// The one that a question by words is judged by.
    pub(super) fn model(&self, has_vector: bool) -> Option<&Model> {
        match has_vector {
            true => self.vectors.as_ref(),
            false => Some(&self.words),
        }
    }

    /// What a folder holds; none where there is no such file.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, String> {
        let path = folder.join(NAME);
        let bytes = match input::read(&path, LONGEST) {
            Ok(bytes) => bytes,
            Err(FileError::Io { error, .. }) if durable::is_missing(&error) => return Ok(None),
            Err(FileError::Io { error, .. }) => return Err(error.to_string()),
            Err(FileError::Damaged { why, .. }) => return Err(why),
            Err(other) => return Err(other.to_string()),
        };
        let read: Self = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        if read.format != FORMAT {
            return Err(format!(
                "its format is {}, this program reads {FORMAT}",
                read.format
            ));
        }
        read.words.check(signs::WORDS)?;
        if let Some(vectors) = &read.vectors {
            vectors.check(signs::NAMES.len())?;
        }
        Ok(Some(read))
    }

    /// Puts it into a folder, in the place of another.
    pub(super) fn write(&self, folder: &Path) -> Result<(), StoreError> {
        let path = folder.join(NAME);
        let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::other);
        let kept = text.and_then(|text| durable::replace(&path, |file| file.write_all(&text)));
        kept.map_err(|error| StoreError::io(&path, error))
    }

    /// Removes a folder's, if there is one; says whether.
    pub(super) fn remove(folder: &Path) -> Result<bool, StoreError> {
        let path = folder.join(NAME);
        match std::fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if durable::is_missing(&error) => Ok(false),
            Err(error) => Err(StoreError::io(&path, error)),
        }
    }
}
