//! Sizes of codes, and what can be wrong with a call.

use core::fmt;

use super::code::CodeError;
use crate::bits::BitsError;
use crate::rng::{Key, Purpose};

/// The most units of a code.
pub const MAX_UNITS: u32 = 1 << 16;

/// The sizes of a code: `n` units, of which `k` are active; and the seed of projections and ties.
///
/// Made by [`Params::builder`], in a `const` where a buffer is to be static.
///
/// ```
/// use slotless_core::attractor::Params;
///
/// let params = Params::builder(16_384, 50).seed(7).build()?;
/// assert_eq!((params.units(), params.active(), params.seed()), (16_384, 50, 7));
/// # Ok::<(), slotless_core::attractor::AttractorError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Params {
    units: u32,
    active: u32,
    seed: u64,
}

/// Settings on their way to [`Params`]; made by [`Params::builder`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ParamsBuilder {
    settings: Params,
}

impl Params {
    /// Starts from the sizes: `units` n, 1 to [`MAX_UNITS`], of which `active` k are active, 1 to n. Seed 0.
    pub const fn builder(units: u32, active: u32) -> ParamsBuilder {
        ParamsBuilder {
            settings: Self {
                units,
                active,
                seed: 0,
            },
        }
    }

    /// Units of a code, n.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.units
    }

    /// Active units of a code, k.
    #[must_use]
    pub const fn active(&self) -> u32 {
        self.active
    }

    /// Seed of projections and ties.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The key of ties for what is described by `words`.
    pub(super) fn ties(&self, purpose: Purpose, words: impl Iterator<Item = u32>) -> Key {
        let key = Key::new(self.seed, purpose);
        key.derive(words.fold(0, |state, word| key.at(state ^ word)))
    }
}

impl ParamsBuilder {
    /// Seed of projections and ties.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Checks the sizes.
    ///
    /// # Errors
    /// [`AttractorError::Units`] and [`AttractorError::Active`].
    pub const fn build(self) -> Result<Params, AttractorError> {
        let Params { units, active, .. } = self.settings;
        if units == 0 || units > MAX_UNITS {
            return Err(AttractorError::Units { units });
        }
        if active == 0 || active > units {
            return Err(AttractorError::Active { active, units });
        }
        Ok(self.settings)
    }
}

/// What is wrong with sizes, or with what was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AttractorError {
    /// Units of a code out of range.
    Units {
        /// What was asked for.
        units: u32,
    },
    /// Active units out of range.
    Active {
        /// What was asked for.
        active: u32,
        /// Units of a code.
        units: u32,
    },
    /// Numbers of an input out of range.
    Inputs {
        /// What was asked for.
        inputs: u32,
    },
    /// Inputs that a unit of a sparse projection sums, out of range.
    Taps {
        /// What was asked for.
        taps: u32,
        /// Numbers of an input.
        inputs: u32,
    },
    /// The rows of a projection are not `units` times `inputs` numbers.
    Rows {
        /// Numbers given.
        got: usize,
        /// Numbers needed.
        expected: usize,
    },
    /// Room for a row, an input or what drives the units of the wrong length.
    Numbers {
        /// Numbers given.
        got: usize,
        /// Numbers needed.
        expected: usize,
    },
    /// A number is infinite or NaN.
    NotFinite {
        /// Its place.
        place: u32,
    },
    /// The scratch buffer is too short.
    Scratch {
        /// Words given.
        got: usize,
        /// The fewest that do.
        expected: usize,
    },
    /// Room for a code of the wrong length.
    Room {
        /// Words given.
        got: usize,
        /// The words of a code.
        expected: usize,
    },
    /// The buffer of a memory has the wrong length.
    Buffer {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// No pairs, or so many that sums could overflow.
    Pairs {
        /// What was asked for.
        pairs: u32,
        /// The most for these sizes.
        most: u32,
    },
    /// The buffer does not hold a memory of these sizes.
    Damaged {
        /// The word that cannot be.
        word: usize,
    },
    /// A pattern is not one of the memory's units.
    Pattern(BitsError),
    /// A code is not one.
    Code(CodeError),
    /// A stored code, or a pattern to store, has not k active units.
    NotActive {
        /// Active units given.
        got: usize,
        /// k.
        expected: u32,
    },
    /// All places for pairs are taken.
    Full {
        /// How many there are.
        pairs: u32,
    },
    /// No such pair, or it was forgotten.
    NoPair {
        /// The number asked for.
        pair: u32,
    },
    /// A count of 0 where something is counted: steps, nearest, hops or amount.
    Zero,
    /// Beta is 0 or below.
    Beta,
    /// Inhibition is below 0.
    Inhibition,
}

impl From<CodeError> for AttractorError {
    fn from(error: CodeError) -> Self {
        Self::Code(error)
    }
}

impl fmt::Display for AttractorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Units { units } => write!(f, "{units} units, allowed 1 to {MAX_UNITS}"),
            Self::Active { active, units } => {
                write!(f, "{active} active units, allowed 1 to {units}")
            }
            Self::Inputs { inputs } => write!(f, "{inputs} inputs, allowed 1 to {MAX_UNITS}"),
            Self::Taps { taps, inputs } => {
                write!(f, "{taps} inputs summed by a unit, allowed 1 to {inputs}")
            }
            Self::Rows { got, expected } => {
                write!(f, "projection of {got} numbers, expected {expected}")
            }
            Self::Numbers { got, expected } => write!(f, "{got} numbers, expected {expected}"),
            Self::NotFinite { place } => write!(f, "number {place} is not finite"),
            Self::Scratch { got, expected } => {
                write!(
                    f,
                    "scratch buffer of {got} words, needed at least {expected}"
                )
            }
            Self::Room { got, expected } => {
                write!(f, "room for a code of {got} words, expected {expected}")
            }
            Self::Buffer { got, expected } => {
                write!(f, "memory buffer of {got} words, expected {expected}")
            }
            Self::Pairs { pairs, most } => write!(f, "{pairs} pairs, allowed 1 to {most}"),
            Self::Damaged { word } => {
                write!(f, "the buffer is not a memory of these sizes: word {word}")
            }
            Self::Pattern(error) => write!(f, "{error}"),
            Self::Code(error) => write!(f, "{error}"),
            Self::NotActive { got, expected } => {
                write!(f, "code of {got} active units, expected {expected}")
            }
            Self::Full { pairs } => write!(f, "the memory is full ({pairs} pairs)"),
            Self::NoPair { pair } => write!(f, "no pair {pair}"),
            Self::Zero => f.write_str("a count is 0, allowed from 1"),
            Self::Beta => f.write_str("beta must be above 0"),
            Self::Inhibition => f.write_str("inhibition must be 0 or above"),
        }
    }
}

impl core::error::Error for AttractorError {}
