//! Attention laid out for speed, equal to [`slotless_core::attention`] bit for bit.
//!
//! Keys lie turned, 16 of them together: a number of each in a vector, so that 16 products are made side by side and none is
//! summed across lanes. Queries go in pairs, which read keys and values once for both,
//! and some pairs together while those are near. Keys behind the last one that a query sees
//! cost nothing.
//!
//! ```
//! use slotless_kernels::attention::{Head, Keys, Scratch, Seen, Values};
//!
//! let keys = Keys::new(2, &[1.0, 0.0, /**/ 0.0, 1.0, /**/ -1.0, 0.0])?;
//! let values = Values::new(1, &[10.0, 20.0, 30.0])?;
//! let head = Head::new(&keys, &values, 4.0)?;
//! let mut out = [0.0; 2];
//! let seen = [Seen::First(1), Seen::First(3)];
//! head.attend(&[0.0, 1.0, /**/ 0.0, 2.0], &seen, &mut Scratch::default(), None, &mut out)?;
//! assert!(out[0] == 10.0 && (out[1] - 20.0).abs() < 0.1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod kernel;

use slotless_core::attention::AttentionError;
use slotless_core::bits;
use slotless_core::hopfield::modern::{Memories, MemoriesError, ModernError};
use slotless_core::real;

use super::rows::Rows;
use super::simd::{Chunk, Isa, LANES};
use kernel::{Attend, TILE};

/// The squared norm of a query is below this, as in the core.
const SQUARE: f32 = f32::MAX / 4.0;

/// K keys of N numbers.
#[derive(Clone, Debug)]
pub struct Keys {
    units: usize,
    count: usize,
    /// For each 16 keys N vectors: number i of each of them. Behind the last key there are zeros.
    turned: Vec<Chunk>,
    isa: Isa,
}

impl Keys {
    /// Copies keys that lie one after the other, `units` numbers each; with the best instructions there are.
    ///
    /// # Errors
    /// What [`Memories::rows`] refuses: no number, no key, a part of one, one that is not finite or too long.
    pub fn new(units: u32, numbers: &[f32]) -> Result<Self, MemoriesError> {
        Self::with(units, numbers, Isa::best())
    }

    /// [`Keys::new`] with these instructions.
    ///
    /// # Errors
    /// As there.
    pub fn with(units: u32, numbers: &[f32], isa: Isa) -> Result<Self, MemoriesError> {
        let count = Memories::rows(numbers, units)?.count() as usize;
        let units = units as usize;
        let mut turned = vec![Chunk::ZERO; count.div_ceil(LANES) * units];
        let blocks = numbers.chunks(LANES * units);
        for (keys, block) in blocks.zip(turned.chunks_exact_mut(units)) {
            for (lane, key) in keys.chunks_exact(units).enumerate() {
                for (chunk, &number) in block.iter_mut().zip(key) {
                    chunk.0[lane] = number;
                }
            }
        }
        Ok(Self {
            units,
            count,
            turned,
            isa,
        })
    }

    /// Numbers of a key, N.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units
    }

    /// How many there are, K.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}

/// K values of d numbers.
#[derive(Clone, Debug)]
pub struct Values {
    pub(super) rows: Rows,
}

impl Values {
    /// Copies values that lie one after the other, `units` numbers each.
    ///
    /// # Errors
    /// As [`Keys::new`].
    pub fn new(units: u32, numbers: &[f32]) -> Result<Self, MemoriesError> {
        Memories::rows(numbers, units)?;
        let rows = Rows::with(units, numbers, Isa::best());
        Ok(Self { rows })
    }

    /// Numbers of a value, d.
    #[must_use]
    pub fn units(&self) -> usize {
        self.rows.width()
    }

    /// How many there are, K.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.count()
    }
}

/// The keys that a query sees. One that sees none has shares and an output of 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<'a> {
    /// The first so many of them; all, if there are not more.
    First(u32),
    /// Those whose bit is set, of K packed [bits].
    Allowed(&'a [u32]),
}

/// Room for attending; it serves any head.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// Shares of a tile's queries, for whole vectors of keys.
    shares: Vec<Chunk>,
    /// Those of the keys that a query sees.
    packed: Vec<f32>,
}

/// A head: keys and as many values, at an inverse temperature.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    keys: &'a Keys,
    values: &'a Values,
    beta: f32,
}

impl<'a> Head<'a> {
    /// A head of these, at an inverse temperature that is finite and above 0.
    ///
    /// # Errors
    /// [`AttentionError::Values`], and [`AttentionError::Keys`] for beta.
    pub fn new(keys: &'a Keys, values: &'a Values, beta: f32) -> Result<Self, AttentionError> {
        if values.count() != keys.count {
            return Err(AttentionError::Values {
                got: values.count() as u32,
                expected: keys.count as u32,
            });
        }
        if !(beta.is_finite() && beta > 0.0) {
            return Err(AttentionError::Keys(ModernError::Beta));
        }
        Ok(Self { keys, values, beta })
    }

    /// Attends, as [`Attention::attend`](slotless_core::attention::Attention::attend) does: for each of Q queries of N numbers, one after the other, the d numbers of its
    /// output; and its shares of the K keys, if there is room for them.
    ///
    /// # Errors
    /// [`AttentionError`] for lengths that do not fit, and for queries that are not finite or too long. Nothing has been
    /// written then.
    ///
    /// # Panics
    /// If there are not as many [`Seen`] as queries.
    pub fn attend(
        &self,
        queries: &[f32],
        seen: &[Seen<'_>],
        scratch: &mut Scratch,
        shares: Option<&mut [f32]>,
        out: &mut [f32],
    ) -> Result<(), AttentionError> {
        let Keys { units, count, .. } = *self.keys;
        let got = queries.len();
        if !got.is_multiple_of(units) {
            let units = units as u32;
            return Err(AttentionError::Queries { got, units });
        }
        let number = got / units;
        assert_eq!(seen.len(), number, "what each query sees");
        let (got, expected) = (out.len(), number * self.values.units());
        if got != expected {
            return Err(AttentionError::Output { got, expected });
        }
        if let Some(shares) = &shares {
            let (got, expected) = (shares.len(), number * count);
            if got != expected {
                return Err(AttentionError::Shares { got, expected });
            }
        }
        for (query, seen) in (0..).zip(seen) {
            if let Seen::Allowed(words) = *seen {
                bits::check(words, count as u32)
                    .map_err(|error| AttentionError::MaskRow { query, error })?;
            }
        }
        for (query, numbers) in (0..).zip(queries.chunks_exact(units)) {
            check(numbers).map_err(|error| AttentionError::Query { query, error })?;
        }
        self.attend_checked(queries, seen, scratch, shares, out);
        Ok(())
    }

    /// The same of what is known to be all right.
    pub(super) fn attend_checked(
        &self,
        queries: &[f32],
        seen: &[Seen<'_>],
        scratch: &mut Scratch,
        shares: Option<&mut [f32]>,
        out: &mut [f32],
    ) {
        let count = self.keys.count;
        let room = TILE * count.div_ceil(LANES);
        scratch.shares.resize(room, Chunk::ZERO);
        scratch.packed.resize(count, 0.0);
        self.keys.isa.run(Attend {
            head: self,
            queries,
            seen,
            scratch,
            shares,
            out,
        });
    }
}

/// Refuses a query that the core refuses.
fn check(query: &[f32]) -> Result<(), ModernError> {
    if let Some((_, unit)) = query
        .iter()
        .zip(0..)
        .find(|(number, _)| !number.is_finite())
    {
        return Err(ModernError::NotFinite { unit });
    }
    if real::dot(query, query) < SQUARE {
        Ok(())
    } else {
        Err(ModernError::TooLong)
    }
}

#[cfg(test)]
mod tests;
