//! Sizes and rules of a hetero-associative MHN, checked once.

use core::fmt;

use fixed::types::I16F16;

use crate::real::Real;

/// Rows are counted in fewer words, so that a place among them fits the 30 bits that a draw leaves it.
const ROWS: u64 = 1 << 30;

/// The words of a draw's place in a row are at least this many.
const PLACES: u32 = 16;

/// How the hidden units that take a triple are found, and so where the key weights `W_KH` start.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Allocation<R> {
    /// By the key: `p_h = W_KH[h] . k`. `W_KH` starts uniform in [0, 1/2).
    #[default]
    Key,
    /// By the key and input projections that stay as they are: `p_h = W_KH[h] . k + strength x[h % units]` for the
    /// first `units` times K hidden units, `W_KH[h] . k` for the others. `W_KH` starts at 0.
    ///
    /// `W_IH` is `strength` times the identity, for K winners one below the other K times: as long as the keys' products
    /// stay below the strength, one-hot items of different number below `units` never take each other's hidden units.
    Projected {
        /// Entries of an item that are projected, 1..=n_x; times K at most n_h.
        units: u32,
        /// Weight of a projection; 1 in the paper. Any finite number.
        strength: R,
    },
    /// By input projections that are learned, "item in MHN": `p_h = W_IH[h] . x`, and the winners' `W_IH[h]` become the
    /// item. `W_IH` starts uniform in [0, 1), `W_KH` at 0.
    Item,
}

/// Checked parameters of a hetero-associative MHN over `R`, `f32` or [`I16F16`].
///
/// Made by [`Params::builder`], in a `const` where the buffer is to be static.
///
/// ```
/// use slotless_core::hetero::{Allocation, Params};
/// const PARAMS: Params<f32> = match Params::<f32>::builder(64, 2, 12, 8).allocation(Allocation::Item).build() {
///     Ok(params) => params,
///     Err(_) => panic!("parameters out of range"),
/// };
/// static MEMORY: [u32; PARAMS.words()] = [0; PARAMS.words()];
/// assert_eq!(MEMORY.len(), 8 * (64 + (12 + 2) + 12));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Params<R> {
    keys: u32,
    values: u32,
    items: u32,
    hidden: u32,
    winners: u32,
    allocation: Allocation<R>,
}

/// Settings on their way to [`Params`]; made by [`Params::builder`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ParamsBuilder<R> {
    settings: Params<R>,
}

impl<R: Real> Params<R> {
    /// Starts from the sizes: `keys` numbers of a key n_k, `values` of a value n_v, `items` of an item n_x, and `hidden`
    /// units n_h, each at least 1.
    ///
    /// The other settings start as 1 winner that is found by the key.
    pub const fn builder(keys: u32, values: u32, items: u32, hidden: u32) -> ParamsBuilder<R> {
        ParamsBuilder {
            settings: Self {
                keys,
                values,
                items,
                hidden,
                winners: 1,
                allocation: Allocation::Key,
            },
        }
    }

    /// Numbers of a key, n_k.
    #[must_use]
    pub const fn keys(&self) -> u32 {
        self.keys
    }

    /// Numbers of a value, n_v.
    #[must_use]
    pub const fn values(&self) -> u32 {
        self.values
    }

    /// Numbers of an item, n_x.
    #[must_use]
    pub const fn items(&self) -> u32 {
        self.items
    }

    /// Hidden units, n_h.
    #[must_use]
    pub const fn hidden(&self) -> u32 {
        self.hidden
    }

    /// Winners, K: hidden units that take a triple.
    #[must_use]
    pub const fn winners(&self) -> u32 {
        self.winners
    }

    /// How the winners are found.
    #[must_use]
    pub const fn allocation(&self) -> Allocation<R> {
        self.allocation
    }

    /// Words of the network's one buffer: n_h key rows of n_k, n_h return rows of `n_x + n_v`, and with
    /// [`Allocation::Item`] n_h input rows of n_x.
    #[must_use]
    pub const fn words(&self) -> usize {
        let row = self.keys as usize + self.return_words() + self.input_words();
        self.hidden as usize * row
    }

    /// Words that the scratch buffer needs: n_h potentials or activities, and K winners or an item and a value. It may be
    /// longer, and it may hold anything: nothing is kept in it from call to call.
    #[must_use]
    pub const fn scratch_words(&self) -> usize {
        let (winners, recalled) = (self.winners as usize, self.return_words());
        self.hidden as usize
            + if winners > recalled {
                winners
            } else {
                recalled
            }
    }

    /// Words of a return row, an item and a value.
    pub(super) const fn return_words(&self) -> usize {
        self.items as usize + self.values as usize
    }

    /// Words of an input row.
    pub(super) const fn input_words(&self) -> usize {
        match self.allocation {
            Allocation::Item => self.items as usize,
            Allocation::Key | Allocation::Projected { .. } => 0,
        }
    }
}

impl<R: Real> ParamsBuilder<R> {
    /// Winners, K: 1..=n_h.
    pub const fn winners(mut self, winners: u32) -> Self {
        self.settings.winners = winners;
        self
    }

    /// How the winners are found.
    pub const fn allocation(mut self, allocation: Allocation<R>) -> Self {
        self.settings.allocation = allocation;
        self
    }

    /// Checks all but the strength, of which nothing can be asked here in a `const`.
    const fn check(self) -> Result<Params<R>, ParamsError> {
        use ParamsError as E;
        let Params {
            keys,
            values,
            items,
            hidden,
            winners,
            allocation,
        } = self.settings;
        if keys == 0 {
            return Err(E::NoKeys);
        }
        if values == 0 {
            return Err(E::NoValues);
        }
        if items == 0 {
            return Err(E::NoItems);
        }
        if hidden == 0 {
            return Err(E::NoHidden);
        }
        if winners == 0 || winners > hidden {
            return Err(E::Winners { winners, hidden });
        }
        if let Allocation::Projected { units, .. } = allocation {
            if units == 0 || units > items {
                return Err(E::Units { units, items });
            }
            if units as u64 * winners as u64 > hidden as u64 {
                return Err(E::Projections {
                    units,
                    winners,
                    hidden,
                });
            }
        }
        // In u64: each factor is below 2^33, and each product below 2^65 is checked one factor at a time.
        let returned = items as u64 + values as u64;
        let longest = if keys as u64 > returned {
            keys as u64
        } else {
            returned
        };
        let longest = if longest < PLACES as u64 {
            PLACES as u64
        } else {
            longest
        };
        if longest >= ROWS.div_ceil(hidden as u64) {
            return Err(E::Rows { longest, hidden });
        }
        // Below 2^32 words each, which a u64 holds where a usize of 32 bits does not.
        let row = keys as u64 + returned + self.settings.input_words() as u64;
        let limit = (isize::MAX as u64) / 4;
        if hidden as u64 * row > limit || hidden as u64 + winners as u64 + returned > limit {
            return Err(E::TooLarge);
        }
        Ok(self.settings)
    }
}

impl ParamsBuilder<f32> {
    /// Checks the settings.
    ///
    /// # Errors
    /// The first setting out of range, with its value and what is allowed; rows of one kind that take 2^30 words
    /// together, or buffers that do not fit the address space, which happens on 32-bit devices only.
    pub const fn build(self) -> Result<Params<f32>, ParamsError> {
        match self.settings.allocation {
            Allocation::Projected { strength, .. } if !strength.is_finite() => {
                Err(ParamsError::Strength)
            }
            _ => self.check(),
        }
    }
}

impl ParamsBuilder<I16F16> {
    /// Checks the settings.
    ///
    /// # Errors
    /// Those of `f32`; but every strength is finite.
    pub const fn build(self) -> Result<Params<I16F16>, ParamsError> {
        self.check()
    }
}

/// Which setting of a hetero-associative MHN is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParamsError {
    /// Keys of no number.
    NoKeys,
    /// Values of no number.
    NoValues,
    /// Items of no number.
    NoItems,
    /// No hidden unit.
    NoHidden,
    /// K is 0 or above n_h.
    Winners {
        /// Winners given.
        winners: u32,
        /// Hidden units.
        hidden: u32,
    },
    /// No entry of an item is projected, or more than it has.
    Units {
        /// Projected entries given.
        units: u32,
        /// Numbers of an item.
        items: u32,
    },
    /// Each projected entry has K hidden units, which are more than there are.
    Projections {
        /// Projected entries.
        units: u32,
        /// Winners.
        winners: u32,
        /// Hidden units.
        hidden: u32,
    },
    /// The strength of projections is infinite or NaN.
    Strength,
    /// The rows of one kind take 2^30 words or more. Rows of less than 16 words count as such of 16.
    Rows {
        /// Words of the longest row: n_k, or `n_x + n_v`.
        longest: u64,
        /// Hidden units.
        hidden: u32,
    },
    /// The buffers would exceed the address space: a slice is at most `isize::MAX` bytes, on a 32-bit device just below
    /// 2 GiB, 2^29 - 1 words. How much memory there is, nothing here knows.
    TooLarge,
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoKeys => f.write_str("n_k is 0, allowed from 1"),
            Self::NoValues => f.write_str("n_v is 0, allowed from 1"),
            Self::NoItems => f.write_str("n_x is 0, allowed from 1"),
            Self::NoHidden => f.write_str("n_h is 0, allowed from 1"),
            Self::Winners { winners, hidden } => {
                write!(f, "K is {winners}, allowed 1..={hidden} (n_h)")
            }
            Self::Units { units, items } => {
                write!(f, "projected units are {units}, allowed 1..={items} (n_x)")
            }
            Self::Projections {
                units,
                winners,
                hidden,
            } => write!(
                f,
                "projections of {units} units to K = {winners} hidden units each, with n_h {hidden}: n_h must be at least {}",
                u64::from(units) * u64::from(winners)
            ),
            Self::Strength => f.write_str("the strength of projections must be a finite number"),
            Self::Rows { longest, hidden } => write!(
                f,
                "n_h {hidden} rows of {longest} words, allowed are less than {ROWS} words together"
            ),
            Self::TooLarge => f.write_str("sizes exceed the address space"),
        }
    }
}

impl core::error::Error for ParamsError {}
