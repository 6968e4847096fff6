//! Single-head attention: a step of the [modern Hopfield network](crate::hopfield::modern), with values to read.
//!
//! Queries are states, keys are memories: `p = softmax(beta K q)`, output `sum_k p_k v_k`. A transformer of width d takes beta
//! `1 / sqrt(d)`. With the keys for values the output is [`Modern::step`]'s, bit for bit.
//!
//! [`Attention::recall`] goes on from there: several steps over the keys, until a rule of the network ends them, and then
//! the values under the last step's shares. With one step it is attention.
//!
//! ```
//! use slotless_core::attention::{Attention, Mask};
//! use slotless_core::hopfield::modern::Memories;
//!
//! let keys = [1.0, 0.0, /**/ 0.0, 1.0, /**/ -1.0, 0.0f32];
//! let values = [10.0, 20.0, 30.0];
//! let head = Attention::new(Memories::rows(&keys, 2)?, Memories::rows(&values, 1)?, 4.0)?;
//! let (mut shares, mut out) = ([0.0; 6], [0.0; 2]);
//! head.attend(&[1.0, 0.0, /**/ 0.0, 2.0], Mask::None, &mut shares, &mut out)?;
//! assert!((out[0] - 10.2).abs() < 0.1 && (out[1] - 20.0).abs() < 0.1);
//!
//! // The first query sees the first key alone.
//! head.attend(&[0.0, 1.0, /**/ 0.0, 2.0], Mask::Causal, &mut shares, &mut out)?;
//! assert_eq!((out[0], &shares[..3]), (10.0, &[1.0, 0.0, 0.0][..]));
//!
//! // These queries are those of the last two tokens: the first of them sees two keys.
//! head.attend(&[0.0, 1.0, /**/ 0.0, 2.0], Mask::CausalAtEnd, &mut shares, &mut out)?;
//! assert!(shares[1] > 0.9 && shares[2] == 0.0 && shares[5] > 0.0);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Cost
//! `N + d` multiplications for each query and key, values having d numbers, and an exponential and a division for each
//! that is not masked. Shares take Q x K numbers of the caller's; a query at a time takes K.

use core::fmt;

use crate::bits::{self, BitsError};
use crate::hopfield::modern::{
    Exact, Exponential, Memories, Modern, ModernError, Recall, Recalled,
};
use crate::real::Real;

/// Which keys a query sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask<'m> {
    /// All.
    None,
    /// Query q sees keys 0 to q: both begin at the same token.
    Causal,
    /// Query q of Q sees keys 0 to q + K - Q: both end at the same token, as where the keys of earlier ones were kept. Of
    /// more queries than keys the first Q - K see none.
    CausalAtEnd,
    /// Q rows of K packed [bits]: a query sees the keys whose bit is 1.
    Allowed(&'m [u32]),
}

/// What becomes of a query that sees no key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Unseeing {
    /// The call is refused: [`AttentionError::Masked`].
    #[default]
    Refused,
    /// Its shares and its output are 0.
    Zeros,
}

/// How many queries there are, and keys.
#[derive(Clone, Copy)]
struct Counts {
    queries: u32,
    keys: u32,
}

impl Mask<'_> {
    /// Whether query q sees key k.
    fn shows(self, query: u32, key: u32, of: Counts) -> bool {
        let Counts { queries, keys } = of;
        match self {
            Self::None => true,
            Self::Causal => key <= query,
            // Counted from the end, where both have their last.
            Self::CausalAtEnd => queries.saturating_sub(query) <= keys.saturating_sub(key),
            Self::Allowed(words) => {
                let row = (query as usize).saturating_mul(bits::words_for(keys));
                bits::get(words.get(row..).unwrap_or(&[]), key)
            }
        }
    }

    fn check(self, of: Counts, unseeing: Unseeing) -> Result<(), AttentionError> {
        let Counts { queries, keys } = of;
        let refused = |query| match unseeing {
            Unseeing::Refused => Err(AttentionError::Masked { query }),
            Unseeing::Zeros => Ok(()),
        };
        let words = match self {
            Self::None | Self::Causal => return Ok(()),
            Self::CausalAtEnd if queries > keys => return refused(0),
            Self::CausalAtEnd => return Ok(()),
            Self::Allowed(words) => words,
        };
        let per_row = bits::words_for(keys);
        let (got, expected) = (words.len(), per_row.saturating_mul(queries as usize));
        if got != expected {
            return Err(AttentionError::Mask { got, expected });
        }
        for (row, query) in words.chunks_exact(per_row.max(1)).zip(0..) {
            bits::check(row, keys).map_err(|error| AttentionError::MaskRow { query, error })?;
            if row.iter().all(|&word| word == 0) {
                refused(query)?;
            }
        }
        Ok(())
    }
}

/// An attention head: K keys of N numbers, K values of d, and an inverse temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attention<'a, R, E = Exact> {
    network: Modern<'a, R, E>,
    values: Memories<'a, R>,
    unseeing: Unseeing,
}

impl<'a, R: Real> Attention<'a, R> {
    /// A head of keys and as many values, at an inverse temperature that is finite and above 0.
    ///
    /// # Errors
    /// [`AttentionError::Values`], and [`AttentionError::Keys`] for beta.
    pub fn new(
        keys: Memories<'a, R>,
        values: Memories<'a, R>,
        beta: R,
    ) -> Result<Self, AttentionError> {
        let (got, expected) = (values.count(), keys.count());
        if got != expected {
            return Err(AttentionError::Values { got, expected });
        }
        let network = Modern::new(keys, beta).map_err(AttentionError::Keys)?;
        Ok(Self {
            network,
            values,
            unseeing: Unseeing::Refused,
        })
    }

    /// The same head with another exponential.
    #[must_use]
    pub const fn with_exponential<E: Exponential<R>>(self) -> Attention<'a, R, E> {
        Attention {
            network: self.network.with_exponential(),
            values: self.values,
            unseeing: self.unseeing,
        }
    }
}

impl<'a, R: Real, E: Exponential<R>> Attention<'a, R, E> {
    /// The network of the keys.
    #[must_use]
    pub const fn network(&self) -> &Modern<'a, R, E> {
        &self.network
    }

    /// The same head with another answer to a query that sees no key; [`Unseeing::Refused`] unless told.
    #[must_use]
    pub const fn with_unseeing(mut self, unseeing: Unseeing) -> Self {
        self.unseeing = unseeing;
        self
    }

    /// What becomes of a query that sees no key.
    #[must_use]
    pub const fn unseeing(&self) -> Unseeing {
        self.unseeing
    }

    /// The values.
    #[must_use]
    pub const fn values(&self) -> &Memories<'a, R> {
        &self.values
    }

    /// Attends: for each of Q queries of N numbers, one after the other, its shares of the K keys and the d numbers of
    /// its output. The share of a key that the mask hides is 0; the others are as if it were not there.
    ///
    /// # Errors
    /// [`AttentionError`] for lengths that do not fit, queries that are not finite or too long, and a query that sees no
    /// key, unless its answer is to be [zeros](Unseeing::Zeros). Nothing has been written then.
    pub fn attend(
        &self,
        queries: &[R],
        mask: Mask<'_>,
        shares: &mut [R],
        out: &mut [R],
    ) -> Result<(), AttentionError> {
        let keys = self.network.memories();
        let units = (keys.units() as usize).max(1);
        let count = (keys.count() as usize).max(1);
        let width = (self.values.units() as usize).max(1);
        let number = u32::try_from(queries.len() / units).ok();
        let whole = queries.len().is_multiple_of(units) && !queries.is_empty();
        let Some(number) = number.filter(|_| whole) else {
            return Err(AttentionError::Queries {
                got: queries.len(),
                units: keys.units(),
            });
        };
        let (got, expected) = (shares.len(), count.saturating_mul(number as usize));
        if got != expected {
            return Err(AttentionError::Shares { got, expected });
        }
        let (got, expected) = (out.len(), width.saturating_mul(number as usize));
        if got != expected {
            return Err(AttentionError::Output { got, expected });
        }
        let of = Counts {
            queries: number,
            keys: keys.count(),
        };
        mask.check(of, self.unseeing)?;
        for (state, query) in queries.chunks_exact(units).zip(0..) {
            self.network
                .check_state(state)
                .map_err(|error| AttentionError::Query { query, error })?;
        }
        let rows = shares
            .chunks_exact_mut(count)
            .zip(out.chunks_exact_mut(width));
        for ((state, (shares, out)), query) in queries.chunks_exact(units).zip(rows).zip(0..) {
            keys.similarities(state, shares);
            self.masked_softmax(|key| mask.shows(query, key, of), shares);
            self.values.mean(shares, out);
        }
        Ok(())
    }

    /// Recalls from one query: steps over the keys as [`Modern::recall`] makes them, and then the values under the last
    /// step's shares. With one step it is [`Attention::attend`] without a mask.
    ///
    /// # Errors
    /// [`AttentionError::Output`] unless there is room for d numbers, [`AttentionError::Keys`] for what
    /// [`Modern::recall`] refuses.
    pub fn recall<'s>(
        &self,
        query: &[R],
        recall: &Recall<R>,
        scratch: &'s mut [u32],
        out: &mut [R],
    ) -> Result<Recalled<'s, R>, AttentionError> {
        let (got, expected) = (out.len(), self.values.units() as usize);
        if got != expected {
            return Err(AttentionError::Output { got, expected });
        }
        let recalled = self.network.recall(query, recall, scratch);
        let recalled = recalled.map_err(AttentionError::Keys)?;
        self.values.mean(recalled.shares, out);
        Ok(recalled)
    }

    /// Shares of the keys that are seen, as if the others were not there; 0 of those.
    fn masked_softmax(&self, shows: impl Fn(u32) -> bool, z: &mut [R]) {
        // Those seen close up at the front, and go back from the last on.
        let mut seen = 0usize;
        for key in 0..z.len() as u32 {
            if shows(key) {
                let number = z.get(key as usize).copied().unwrap_or(R::ZERO);
                if let Some(slot) = z.get_mut(seen) {
                    *slot = number;
                }
                seen = seen.saturating_add(1);
            }
        }
        if seen == 0 {
            return z.fill(R::ZERO);
        }
        let _ = E::softmax(self.network.beta(), z.get_mut(..seen).unwrap_or(&mut []));
        if seen == z.len() {
            return;
        }
        for key in (0..z.len() as u32).rev() {
            let mut share = R::ZERO;
            if shows(key) {
                seen = seen.saturating_sub(1);
                share = z.get(seen).copied().unwrap_or(R::ZERO);
            }
            if let Some(slot) = z.get_mut(key as usize) {
                *slot = share;
            }
        }
    }
}

/// What is wrong with an attention head, or with what was handed to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AttentionError {
    /// Not as many values as keys.
    Values {
        /// Values given.
        got: u32,
        /// Keys.
        expected: u32,
    },
    /// What the network of the keys refuses.
    Keys(ModernError),
    /// No queries, or numbers that are not whole ones.
    Queries {
        /// Numbers given.
        got: usize,
        /// Numbers of a query, N.
        units: u32,
    },
    /// A query is not finite, or too long.
    Query {
        /// Its number.
        query: u32,
        /// What is wrong.
        error: ModernError,
    },
    /// Room for shares of the wrong length.
    Shares {
        /// Numbers given.
        got: usize,
        /// Q K.
        expected: usize,
    },
    /// Room for the output of the wrong length.
    Output {
        /// Numbers given.
        got: usize,
        /// Q d.
        expected: usize,
    },
    /// The mask has the wrong length.
    Mask {
        /// Words given.
        got: usize,
        /// Q rows of the words of K bits.
        expected: usize,
    },
    /// A row of the mask has bits beyond the last key.
    MaskRow {
        /// The query.
        query: u32,
        /// What is wrong.
        error: BitsError,
    },
    /// A query sees no key.
    Masked {
        /// Its number.
        query: u32,
    },
}

impl fmt::Display for AttentionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Values { got, expected } => {
                write!(f, "{got} values for {expected} keys, expected as many")
            }
            Self::Keys(error) => error.fmt(f),
            Self::Queries { got, units } => write!(
                f,
                "queries of {got} numbers, expected a multiple of {units} (N), at least that"
            ),
            Self::Query { query, error } => write!(f, "query {query}: {error}"),
            Self::Shares { got, expected } => {
                write!(f, "room for shares of {got} numbers, expected {expected}")
            }
            Self::Output { got, expected } => write!(
                f,
                "room for the output of {got} numbers, expected {expected}"
            ),
            Self::Mask { got, expected } => {
                write!(f, "mask of {got} words, expected {expected}")
            }
            Self::MaskRow { query, error } => write!(f, "mask of query {query}: {error}"),
            Self::Masked { query } => write!(f, "query {query} sees no key: all are masked"),
        }
    }
}

impl core::error::Error for AttentionError {}
