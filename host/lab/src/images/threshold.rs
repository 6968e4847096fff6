//! From grey to bits.

use std::fmt;
use std::str::FromStr;

use slotless_core::bits;
use thiserror::Error;

use super::Pictures;
use crate::patterns::Patterns;

/// Which pixels of a picture are 1: those that are brighter than something.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Threshold {
    /// Brighter than the mean of their picture, so that pictures may be darker or lighter as a whole.
    Mean,
    /// Above a level between the smallest value of all pictures (0) and the largest (1).
    Level(f64),
    /// The brightest this many of each picture; of equally bright ones those that come first, row after row from the top.
    Ones(u32),
}

impl Threshold {
    /// The number of ones that suits these pictures where all must have the same: the mean number of pixels above the mean of
    /// their picture, or the fewest pixels that a picture has above its darkest value, if that is less.
    #[must_use]
    pub fn ones_for(pictures: &Pictures) -> Self {
        let count = pictures.len() as u64;
        let above: u64 = pictures
            .values()
            .map(|of| above_mean(of).count() as u64)
            .sum();
        let bright = pictures
            .values()
            .map(brighter_than_darkest)
            .min()
            .unwrap_or(0);
        let mean = u32::try_from((above + count / 2) / count.max(1)).unwrap_or(u32::MAX);
        Self::Ones(mean.min(bright).max(1))
    }

    /// The pictures as packed patterns, a bit per pixel, row after row.
    ///
    /// # Errors
    /// [`ThresholdError`] if a picture would be all ones or have none, or has fewer pixels above its darkest value than it
    /// must have ones.
    pub fn bits(self, pictures: &Pictures) -> Result<Patterns, ThresholdError> {
        let pixels = pictures.shape().pixels();
        let mut patterns = Patterns::with_capacity(pixels, pictures.len());
        let mut words = vec![0; bits::words_for(pixels)];
        for (values, name) in pictures.values().zip(pictures.names()) {
            words.fill(0);
            match self {
                Self::Mean => set(&mut words, above_mean(values)),
                Self::Level(level) => {
                    let (lo, hi) = pictures.range();
                    set(&mut words, above(values, lo + level * (hi - lo)));
                }
                Self::Ones(ones) => {
                    let most = brighter_than_darkest(values);
                    if ones == 0 || ones > most {
                        let name = name.clone();
                        return Err(ThresholdError::Ones { name, ones, most });
                    }
                    let mut order: Vec<u32> = (0..pixels).collect();
                    order.sort_by(|&a, &b| values[b as usize].total_cmp(&values[a as usize]));
                    set(&mut words, order.into_iter().take(ones as usize));
                }
            }
            let ones = bits::count(&words);
            if ones == 0 || ones == pixels {
                let (name, which) = (name.clone(), if ones == 0 { "no" } else { "every" });
                return Err(ThresholdError::Flat {
                    name,
                    which,
                    threshold: self,
                });
            }
            patterns.push(&words);
        }
        Ok(patterns)
    }
}

fn set(words: &mut [u32], ones: impl Iterator<Item = u32>) {
    for bit in ones {
        bits::set(words, bit);
    }
}

fn above(values: &[f64], level: f64) -> impl Iterator<Item = u32> {
    let pixels = (0u32..).zip(values);
    pixels.filter_map(move |(at, &value)| (value > level).then_some(at))
}

/// Pixels above the mean of their picture; whole numbers are compared exactly.
fn above_mean(values: &[f64]) -> impl Iterator<Item = u32> {
    let (sum, count) = (values.iter().sum::<f64>(), values.len() as f64);
    let pixels = (0u32..).zip(values);
    pixels.filter_map(move |(at, &value)| (value * count > sum).then_some(at))
}

fn brighter_than_darkest(values: &[f64]) -> u32 {
    let darkest = values.iter().copied().fold(f64::INFINITY, f64::min);
    above(values, darkest).count() as u32
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mean => f.write_str("mean"),
            Self::Level(level) => write!(f, "{level}"),
            Self::Ones(ones) => write!(f, "ones:{ones}"),
        }
    }
}

impl From<Threshold> for String {
    fn from(value: Threshold) -> Self {
        value.to_string()
    }
}

impl TryFrom<String> for Threshold {
    type Error = ThresholdError;

    fn try_from(text: String) -> Result<Self, ThresholdError> {
        text.parse()
    }
}

impl FromStr for Threshold {
    type Err = ThresholdError;

    fn from_str(text: &str) -> Result<Self, ThresholdError> {
        let wrong = || ThresholdError::Unknown(text.to_owned());
        if text == "mean" {
            return Ok(Self::Mean);
        }
        if let Some(ones) = text.strip_prefix("ones:") {
            let ones = ones.parse().ok().filter(|&ones| ones > 0);
            return ones.map(Self::Ones).ok_or_else(wrong);
        }
        let level = text
            .parse()
            .ok()
            .filter(|level: &f64| (0.0..1.0).contains(level) && level.is_sign_positive());
        level.map(Self::Level).ok_or_else(wrong)
    }
}

/// A threshold that there is not, or that leaves nothing of a picture.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ThresholdError {
    /// It is not one of those there are.
    #[error("threshold is {0:?}, allowed mean, a level from 0 to below 1, or ones:N from ones:1")]
    Unknown(String),
    /// A picture has too few bright pixels.
    #[error(
        "threshold is ones:{ones}, but {name} has only {most} pixels brighter than its darkest; allowed up to that"
    )]
    Ones {
        /// The picture.
        name: String,
        /// Ones wanted.
        ones: u32,
        /// Pixels that may be ones.
        most: u32,
    },
    /// A picture has become all black or all white.
    #[error(
        "threshold is {threshold}, but {which} pixel of {name} lies above it; expected some and not all"
    )]
    Flat {
        /// The picture.
        name: String,
        /// "no" or "every".
        which: &'static str,
        /// The threshold.
        threshold: Threshold,
    },
}
