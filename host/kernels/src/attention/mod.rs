//! Attention laid out for speed, equal to [`slotless_core::attention`] bit for bit.
//!
//! Keys lie turned, 16 of them together: a number of each in a vector, so that 16 products are made side by side and none is
//! summed across lanes. Up to four queries go with up to four vectors of keys or of values at a time, which are loaded once for
//! all of these queries, and 16 to 64 queries together while what they read is near. Keys behind the last one that any of four
//! queries sees cost nothing, nor do long stretches of values whose shares are 0.
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

mod grid;
mod kernel;

use slotless_core::attention::AttentionError;
use slotless_core::bits;
use slotless_core::hopfield::modern::{Memories, MemoriesError, ModernError};
use slotless_core::real;

use super::rows::{Below, Rows};
use super::simd::{Chunk, Isa, LANES};
use kernel::{Attend, turned};

/// The squared norm of a query is below this, as in the core.
const SQUARE: f32 = f32::MAX / 4.0;

/// K keys of N numbers.
#[derive(Clone, Debug)]
pub struct Keys {
    units: usize,
    count: usize,
    /// For each 16 keys N vectors: number i of each of them, those with `i % 16` 0 first. Behind the last key there are zeros.
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
        check_rows(numbers, units, isa)?;
        let units = units as usize;
        let count = numbers.len() / units;
        let mut all = vec![Chunk::ZERO; count.div_ceil(LANES) * units];
        let begin = turned(units);
        let blocks = numbers.chunks(LANES * units);
        for (keys, block) in blocks.zip(all.chunks_exact_mut(units)) {
            for from in (0..units).step_by(LANES) {
                // A square at a time, which is written a vector at a time.
                let mut square = [[0.0; LANES]; LANES];
                for (row, key) in square.iter_mut().zip(keys.chunks_exact(units)) {
                    let part = &key[from..];
                    match part.first_chunk::<LANES>() {
                        Some(part) => *row = *part,
                        None => row[..part.len()].copy_from_slice(part),
                    }
                }
                for (unit, begin) in begin.iter().enumerate().take(units - from) {
                    let chunk = &mut block[begin + from / LANES];
                    for (number, row) in chunk.0.iter_mut().zip(&square) {
                        *number = row[unit];
                    }
                }
            }
        }
        let turned = all;
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
        let isa = Isa::best();
        check_rows(numbers, units, isa)?;
        let rows = Rows::with(units, numbers, isa);
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
    /// Partial sums.
    sums: Vec<Chunk>,
    /// Some columns of some values.
    near: Vec<Chunk>,
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
        if !short(queries, units, self.keys.isa) {
            for (query, numbers) in (0..).zip(queries.chunks_exact(units)) {
                check(numbers).map_err(|error| AttentionError::Query { query, error })?;
            }
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

/// Refuses rows that the core refuses.
fn check_rows(numbers: &[f32], units: u32, isa: Isa) -> Result<(), MemoriesError> {
    let width = units as usize;
    let rows = numbers.len() / width.max(1);
    let whole = rows > 0 && u32::try_from(rows).is_ok() && rows * width == numbers.len();
    if whole && short(numbers, width, isa) {
        return Ok(());
    }
    // The core says what is wrong.
    Memories::rows(numbers, units).map(|_| ())
}

/// Whether the squared norms of all rows are small enough; their numbers are finite then.
fn short(numbers: &[f32], width: usize, isa: Isa) -> bool {
    isa.run(Below {
        numbers,
        width,
        bound: SQUARE,
    })
}

/// Refuses a query that the core refuses.
fn check(query: &[f32]) -> Result<(), ModernError> {
    let mut units = query.iter().zip(0..);
    match units.find(|(number, _)| !number.is_finite()) {
        Some((_, unit)) => Err(ModernError::NotFinite { unit }),
        None if real::dot(query, query) < SQUARE => Ok(()),
        None => Err(ModernError::TooLong),
    }
}
