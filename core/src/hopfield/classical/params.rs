//! Sizes of a classical Hopfield network, checked once.

use core::fmt;

use crate::bits;

/// The most units.
const MAX_UNITS: u32 = 1 << 15;
/// N times the largest weight stays at this: with a threshold as large, a field fits 32 bits.
const FIELD: u32 = 1 << 30;

/// Bits of a weight, signed; symmetric, so that the least integer of each is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Width {
    /// -127 to 127.
    I8,
    /// -32,767 to 32,767.
    I16,
    /// -(2^31 - 1) to 2^31 - 1; but the field of N weights has to fit, so that it is 2^30 / N.
    I32,
}

impl Width {
    /// The narrowest width that this many memories cannot saturate, whatever they are.
    #[must_use]
    pub const fn for_memories(memories: u32) -> Self {
        if memories <= Self::I8.largest() {
            Self::I8
        } else if memories <= Self::I16.largest() {
            Self::I16
        } else {
            Self::I32
        }
    }

    /// Bits: 8, 16 or 32.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::I8 => 8,
            Self::I16 => 16,
            Self::I32 => 32,
        }
    }

    /// The largest weight.
    #[must_use]
    pub const fn largest(self) -> u32 {
        (1 << (self.bits() - 1)) - 1
    }

    /// Weights to a word.
    pub(super) const fn per_word(self) -> u32 {
        bits::WORD_BITS / self.bits()
    }
}

/// Checked parameters of a classical Hopfield network.
///
/// Made by [`Params::builder`], in a `const` where the buffer is to be static.
///
/// ```
/// use slotless_core::hopfield::classical::{Params, Width};
/// const PARAMS: Params = match Params::builder(64, 300).thresholds().seed(7).build() {
///     Ok(params) => params,
///     Err(_) => panic!("parameters out of range"),
/// };
/// static MEMORY: [u32; PARAMS.words()] = [0; PARAMS.words()];
/// assert_eq!((PARAMS.width(), MEMORY.len()), (Width::I16, 1 + 64 + 1024));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Params {
    units: u32,
    width: Width,
    thresholds: bool,
    seed: u64,
}

/// Settings on their way to [`Params`]; made by [`Params::builder`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ParamsBuilder {
    memories: u32,
    settings: Params,
}

impl Params {
    /// Starts from the sizes: `units` N, 1 to 32,768, and how many `memories` are to be stored, 1 to `2^30 / N`, which
    /// chooses the width of the weights.
    ///
    /// The other settings start as no thresholds, and seed 0.
    pub const fn builder(units: u32, memories: u32) -> ParamsBuilder {
        ParamsBuilder {
            memories,
            settings: Self {
                units,
                width: Width::for_memories(memories),
                thresholds: false,
                seed: 0,
            },
        }
    }

    /// Number of units, N.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.units
    }

    /// Width of a weight.
    #[must_use]
    pub const fn width(&self) -> Width {
        self.width
    }

    /// Whether units have thresholds.
    #[must_use]
    pub const fn has_thresholds(&self) -> bool {
        self.thresholds
    }

    /// Seed of the updates' order.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The largest weight in magnitude: that of the width, and at most `2^30 / N`.
    #[must_use]
    pub const fn largest_weight(&self) -> u32 {
        let width = self.width.largest();
        // There is a unit, but the compiler has to be told.
        match FIELD.checked_div(self.units) {
            Some(field) if field < width => field,
            _ => width,
        }
    }

    /// The largest threshold in magnitude, 2^30.
    #[must_use]
    pub const fn largest_threshold() -> u32 {
        FIELD
    }

    /// Words of a state.
    #[must_use]
    pub const fn pattern_words(&self) -> usize {
        bits::words_for(self.units)
    }

    /// Words of the network's buffer.
    #[must_use]
    pub const fn words(&self) -> usize {
        1 + self.threshold_words() + self.row_start(self.units)
    }

    /// Words of scratch that storing, starting and recalling take: N fields, a state, and an order of N units.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        2 * self.units as usize + self.pattern_words()
    }

    pub(super) const fn threshold_words(&self) -> usize {
        if self.thresholds {
            self.units as usize
        } else {
            0
        }
    }

    /// Where the row of a unit starts among the weights: the rows before it have 0, 1, 2, ... weights, in whole words.
    pub(super) const fn row_start(&self, unit: u32) -> usize {
        let per_word = self.width.per_word();
        let (whole, rest) = match unit.checked_sub(1) {
            Some(rows) => (rows / per_word, rows % per_word),
            None => (0, 0),
        };
        // Below 2^29 for 2^15 units of 32 bits.
        (per_word * (whole * (whole + 1) / 2) + rest * (whole + 1)) as usize
    }
}

impl ParamsBuilder {
    /// Weights of another width. Where they are narrow for the memories that come, one that would saturate a weight is
    /// refused: of random ones 637 to 743 fitted 8 bits at N = 1,000.
    pub const fn width(mut self, width: Width) -> Self {
        self.settings.width = width;
        self
    }

    /// Each unit has a threshold, 0 at first: N words more.
    pub const fn thresholds(mut self) -> Self {
        self.settings.thresholds = true;
        self
    }

    /// Seed of the order in which units are updated.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Checks the sizes.
    ///
    /// # Errors
    /// [`ParamsError`].
    pub const fn build(self) -> Result<Params, ParamsError> {
        let (units, memories) = (self.settings.units, self.memories);
        if units == 0 || units > MAX_UNITS {
            return Err(ParamsError::Units { units });
        }
        let most = FIELD / units;
        if memories == 0 || memories > most {
            return Err(ParamsError::Memories { memories, most });
        }
        Ok(self.settings)
    }
}

/// Which size of a classical network is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParamsError {
    /// No units or too many.
    Units {
        /// Units given.
        units: u32,
    },
    /// No memories or too many.
    Memories {
        /// Memories given.
        memories: u32,
        /// The most, for this many units.
        most: u32,
    },
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Units { units } => write!(f, "N is {units}, allowed 1..={MAX_UNITS}"),
            Self::Memories { memories, most } => {
                write!(f, "memories are {memories}, allowed 1..={most}")
            }
        }
    }
}

impl core::error::Error for ParamsError {}
