//! What is done to a picture before a network is shown it: half of it or a rectangle erased, or noise.

use crate::choice::choices;
use std::fmt;
use std::str::FromStr;

use rand_core::Rng;
use slotless_core::bits;
use slotless_core::rng::stream;
use thiserror::Error;

use super::Shape;
use crate::purpose::images::{NOISE, NOISY};

/// A side of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The rows from the top.
    Upper,
    /// The rows to the bottom.
    Lower,
    /// The columns from the left.
    Left,
    /// The columns to the right.
    Right,
}

impl Side {
    const ALL: [(&'static str, Self); 4] = [
        ("lower", Self::Lower),
        ("upper", Self::Upper),
        ("left", Self::Left),
        ("right", Self::Right),
    ];
}

/// How a picture is corrupted.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Corruption {
    /// A half is erased; of an odd number of rows or columns, the smaller half.
    Half(Side),
    /// Each pixel is corrupted with this probability, independent of the others: a bit is flipped, a grey value replaced by one
    /// drawn uniformly from -1 to +1.
    Noise(f64),
    /// A rectangle is erased: `width` x `height` pixels, the first `x` columns from the left and `y` rows from the top.
    Mask {
        /// Columns to the left of it.
        x: u32,
        /// Rows above it.
        y: u32,
        /// Its columns.
        width: u32,
        /// Its rows.
        height: u32,
    },
}

choices! {
    /// What stands in erased pixels.
    pub enum Erased {
        /// Value 0, which says nothing for or against any memory
        Grey = "grey",
        /// Value -1, which a network takes for what the picture looks like there
        Black = "black",
    }
}

impl Corruption {
    /// Makes sure that it fits pictures of this size.
    ///
    /// # Errors
    /// [`CorruptionError::Outside`] for a mask that reaches beyond the picture, [`CorruptionError::NoHalf`] for half of a
    /// picture of one row or column.
    pub fn check(self, shape: Shape) -> Result<Self, CorruptionError> {
        match self {
            Self::Mask {
                x,
                y,
                width,
                height,
            } => {
                let ends = |from: u32, length: u32, side: u32| {
                    from.checked_add(length).is_some_and(|end| end <= side)
                };
                if !(ends(x, width, shape.width) && ends(y, height, shape.height)) {
                    return Err(CorruptionError::Outside { mask: self, shape });
                }
            }
            Self::Half(_) if self.rectangle(shape).is_some_and(|[.., w, h]| w * h == 0) => {
                return Err(CorruptionError::NoHalf { half: self, shape });
            }
            Self::Half(_) | Self::Noise(_) => {}
        }
        Ok(self)
    }

    /// What is left of a picture, in words: "their upper half".
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Half(Side::Lower) => "their upper half".to_owned(),
            Self::Half(Side::Upper) => "their lower half".to_owned(),
            Self::Half(Side::Left) => "their right half".to_owned(),
            Self::Half(Side::Right) => "their left half".to_owned(),
            Self::Noise(share) => format!("copies with {} % noise", share * 100.0),
            Self::Mask { width, height, .. } => {
                format!("copies without a rectangle of {width} x {height} pixels")
            }
        }
    }

    /// What is erased: columns to the left of it, rows above it, its width and height.
    #[must_use]
    pub fn rectangle(self, shape: Shape) -> Option<[u32; 4]> {
        let Shape {
            width: w,
            height: h,
        } = shape;
        match self {
            Self::Half(Side::Upper) => Some([0, 0, w, h / 2]),
            Self::Half(Side::Lower) => Some([0, h - h / 2, w, h / 2]),
            Self::Half(Side::Left) => Some([0, 0, w / 2, h]),
            Self::Half(Side::Right) => Some([w - w / 2, 0, w / 2, h]),
            Self::Mask {
                x,
                y,
                width,
                height,
            } => Some([x, y, width, height]),
            Self::Noise(_) => None,
        }
    }

    /// Places of the erased pixels, row after row.
    fn erased(self, shape: Shape) -> impl Iterator<Item = u32> {
        let [x, y, w, h] = self.rectangle(shape).unwrap_or([0; 4]);
        (y..y + h).flat_map(move |row| (x..x + w).map(move |column| row * shape.width + column))
    }

    /// Places of the noisy pixels of a picture, ascending.
    fn noisy(self, shape: Shape, seed: u64, number: u32) -> impl Iterator<Item = u32> {
        let share = match self {
            Self::Noise(share) => share,
            Self::Half(_) | Self::Mask { .. } => 0.0,
        };
        // How many of 2^32 numbers make a pixel noisy: none at 0, all at 1.
        let below = (share * 4_294_967_296.0).round() as u64;
        let mut draws = stream(seed, NOISY, 0, number);
        (0..shape.pixels()).filter(move |_| u64::from(draws.next_u32()) < below)
    }

    /// A corrupted copy of a picture of bits; erased ones are 0. `number` is the picture's, so that each has noise of its own.
    #[must_use]
    pub fn bits(self, picture: &[u32], shape: Shape, seed: u64, number: u32) -> Vec<u32> {
        let mut words = picture.to_vec();
        for at in self.erased(shape) {
            words[at as usize / 32] &= !(1 << (at % 32));
        }
        for at in self.noisy(shape, seed, number) {
            words[at as usize / 32] ^= 1 << (at % 32);
        }
        debug_assert!(bits::check(&words, shape.pixels()).is_ok());
        words
    }

    /// A corrupted copy of a grey picture, values from -1 to +1. The noise falls on the same pixels as in bits.
    #[must_use]
    pub fn grey(
        self,
        picture: &[f32],
        shape: Shape,
        erased: Erased,
        seed: u64,
        number: u32,
    ) -> Vec<f32> {
        let mut values = picture.to_vec();
        let fill = match erased {
            Erased::Black => -1.0,
            Erased::Grey => 0.0,
        };
        for at in self.erased(shape) {
            values[at as usize] = fill;
        }
        let mut draws = stream(seed, NOISE, 0, number);
        let noise: Vec<u32> = values.iter().map(|_| draws.next_u32()).collect();
        for at in self.noisy(shape, seed, number) {
            // The upper 24 bits: exact in 32-bit floating point.
            values[at as usize] = (noise[at as usize] >> 8) as f32 / 8_388_608.0 - 1.0;
        }
        values
    }
}

impl fmt::Display for Corruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Half(side) => {
                let name = Side::ALL.iter().find(|(_, other)| other == side);
                write!(f, "half:{}", name.map_or("", |(name, _)| name))
            }
            Self::Noise(share) => write!(f, "noise:{share}"),
            Self::Mask {
                x,
                y,
                width,
                height,
            } => write!(f, "mask:{x},{y},{width},{height}"),
        }
    }
}

impl From<Corruption> for String {
    fn from(value: Corruption) -> Self {
        value.to_string()
    }
}

impl TryFrom<String> for Corruption {
    type Error = CorruptionError;

    fn try_from(text: String) -> Result<Self, CorruptionError> {
        text.parse()
    }
}

impl FromStr for Corruption {
    type Err = CorruptionError;

    fn from_str(text: &str) -> Result<Self, CorruptionError> {
        let (kind, rest) = text
            .split_once(':')
            .map_or((text, None), |(kind, rest)| (kind, Some(rest)));
        match (kind, rest) {
            ("half", None) => Ok(Self::Half(Side::Lower)),
            ("half", Some(side)) => {
                let found = Side::ALL.iter().find(|(name, _)| *name == side);
                let side = found.ok_or_else(|| CorruptionError::Side(side.to_owned()))?;
                Ok(Self::Half(side.1))
            }
            ("noise", Some(share)) => {
                let found = share
                    .parse()
                    .ok()
                    .filter(|share: &f64| (0.0..=1.0).contains(share) && share.is_sign_positive());
                let share = found.ok_or_else(|| CorruptionError::Noise(share.to_owned()))?;
                Ok(Self::Noise(share))
            }
            ("mask", Some(numbers)) => {
                let wrong = || CorruptionError::Mask(numbers.to_owned());
                let read = |number: &str| number.trim().parse::<u32>();
                let parts = numbers.split(',').map(read).collect::<Result<Vec<_>, _>>();
                let parts: Result<[u32; 4], _> = parts.map_err(|_| wrong())?.try_into();
                match parts.map_err(|_| wrong())? {
                    [_, _, 0, _] | [_, _, _, 0] => Err(wrong()),
                    [x, y, width, height] => Ok(Self::Mask {
                        x,
                        y,
                        width,
                        height,
                    }),
                }
            }
            _ => Err(CorruptionError::Unknown(text.to_owned())),
        }
    }
}

/// A corruption that there is not, or that does not fit the pictures.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CorruptionError {
    /// None of the three kinds.
    #[error("corruption is {0:?}, allowed half, half:SIDE, noise:P and mask:X,Y,WIDTH,HEIGHT")]
    Unknown(String),
    /// No side of a picture.
    #[error("half is {0:?}, allowed lower, upper, left and right")]
    Side(String),
    /// No probability.
    #[error("noise is {0:?}, allowed a probability from 0 to 1")]
    Noise(String),
    /// No rectangle.
    #[error("mask is {0:?}, allowed X,Y,WIDTH,HEIGHT in pixels, width and height from 1")]
    Mask(String),
    /// A rectangle that reaches beyond the picture.
    #[error(
        "{mask} reaches beyond pictures of {shape} pixels (X,Y,WIDTH,HEIGHT from the top left)"
    )]
    Outside {
        /// The mask.
        mask: Corruption,
        /// The pictures' size.
        shape: Shape,
    },
    /// Half of one row or column.
    #[error(
        "{half} erases nothing of pictures of {shape} pixels, expected 2 rows or columns at least"
    )]
    NoHalf {
        /// The half.
        half: Corruption,
        /// The pictures' size.
        shape: Shape,
    },
}
