//! The network itself: a checked view of one buffer.

use core::fmt;

use crate::hetero::{Allocation, Params};
use crate::memory::Writable;
use crate::real::Real;
use crate::rng::Key;
use crate::weight::{view, view_mut};

/// A hetero-associative MHN in the caller's buffer.
///
/// `S` is anything that lends words: `[u32; N]`, `&mut [u32]`, `Vec<u32>`, or `&[u32]`, from which the network can be
/// recalled but not loaded. The buffer is the whole state, real numbers of 32 bits: n_h key rows of n_k (`W_KH`); n_h
/// return rows of `n_x + n_v`, an item and a value each (`W_HI`, `W_HV` by hidden unit); and with [`Allocation::Item`]
/// n_h input rows of n_x (`W_IH`).
#[derive(Clone, Debug)]
pub struct Hetero<R, S> {
    params: Params<R>,
    words: S,
}

/// What [`Hetero::recall`] found, in the scratch buffer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Recalled<'a, R> {
    /// Activities of the n_h hidden units, softmax(beta W_KH q).
    pub hidden: &'a [R],
    /// The reinstated item, n_x numbers.
    pub item: &'a [R],
    /// The value, n_v numbers.
    pub value: &'a [R],
}

/// The rows of a buffer, by kind.
struct Rows<'a, R> {
    keys: &'a [R],
    returns: &'a [R],
    inputs: &'a [R],
}

/// The kinds of rows, as their draws have them for tags.
#[derive(Clone, Copy)]
enum Kind {
    Key = 0,
    Return = 1,
    Input = 2,
}

/// A row of some; empty if there is no such row.
fn row<R>(rows: &[R], index: u32, length: usize) -> &[R] {
    let start = (index as usize).saturating_mul(length);
    let row = rows.get(start..).unwrap_or(&[]);
    row.get(..length).unwrap_or(&[])
}

/// Puts a vector in a row's place; nothing where there is no such row.
fn put<R: Copy>(rows: &mut [R], index: u32, parts: &[&[R]]) {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let start = (index as usize).saturating_mul(length);
    let row = rows.get_mut(start..).unwrap_or(&mut []);
    for (slot, &number) in row.iter_mut().zip(parts.iter().copied().flatten()) {
        *slot = number;
    }
}

/// Whether a potential is above another: the larger number, and any number above NaN.
fn above<R: Real>(potential: R, other: R) -> bool {
    let number = |potential: R| potential.partial_cmp(&potential).is_some();
    potential > other || number(potential) && !number(other)
}

/// Writes the indices of the largest potentials, ascending; of equal ones the lower index is taken.
fn largest<R: Real>(potentials: &[R], winners: &mut [u32]) {
    let (first, rest) = potentials
        .split_at_checked(winners.len())
        .unwrap_or((potentials, &[]));
    let of = |unit: u32| potentials.get(unit as usize).copied().unwrap_or(R::ZERO);
    for (winner, unit) in winners.iter_mut().zip(0..) {
        *winner = unit;
    }
    // Of equal ones the last is the first to go.
    let least = |winners: &[u32]| {
        let mut least = (0, R::ZERO);
        for (place, &unit) in winners.iter().enumerate() {
            if place == 0 || !above(of(unit), least.1) {
                least = (place, of(unit));
            }
        }
        least
    };
    let (mut place, mut bar) = least(winners);
    for (&potential, unit) in rest.iter().zip(first.len() as u32..) {
        if above(potential, bar) {
            // The others close up, so that the newest, which has the highest index, is the last.
            let mut moved = unit;
            for winner in winners.iter_mut().skip(place).rev() {
                moved = core::mem::replace(winner, moved);
            }
            (place, bar) = least(winners);
        }
    }
}

/// Fills rows with uniform numbers. Slot `t` of row `h` has 16 bits of draw `h W + t % W` of its kind, `W = 16
/// ceil(length / 32)`: the low ones where `t < W`, else the high ones.
fn draw<R: Real>(rows: &mut [R], length: usize, key: Key, kind: Kind, number: fn(u32) -> R) {
    let places = 16 * length.div_ceil(32);
    let mut first = (kind as u32) << 30;
    for row in rows.chunks_exact_mut(length.max(1)) {
        let (low, high) = row.split_at_mut(places.min(length));
        let mut high = high.iter_mut();
        for (slot, place) in low.iter_mut().zip(first..) {
            let word = key.at(place);
            *slot = number(word);
            if let Some(slot) = high.next() {
                *slot = number(word >> 16);
            }
        }
        first = first.wrapping_add(places as u32);
    }
}

impl<R: Real, S: AsRef<[u32]>> Hetero<R, S> {
    /// Opens a network whose state is already there. Any content is safe.
    ///
    /// # Errors
    /// [`NetworkError::Buffer`] unless there are exactly [`Params::words`] words.
    pub fn open(params: Params<R>, words: S) -> Result<Self, NetworkError> {
        let (got, expected) = (words.as_ref().len(), params.words());
        if got != expected {
            return Err(NetworkError::Buffer { got, expected });
        }
        Ok(Self { params, words })
    }

    /// The parameters.
    #[must_use]
    pub fn params(&self) -> &Params<R> {
        &self.params
    }

    /// The whole state.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        self.words.as_ref()
    }

    /// Gives the buffer back.
    #[must_use]
    pub fn into_words(self) -> S {
        self.words
    }

    /// The key of a hidden unit, `W_KH[h]`, n_k numbers; empty if there is no such unit, as with the other rows.
    #[must_use]
    pub fn key_row(&self, unit: u32) -> &[R] {
        row(self.rows().keys, unit, self.params.keys() as usize)
    }

    /// The item of a hidden unit, column h of `W_HI`: n_x numbers.
    #[must_use]
    pub fn item(&self, unit: u32) -> &[R] {
        self.return_row(unit)
            .get(..self.params.items() as usize)
            .unwrap_or(&[])
    }

    /// The value of a hidden unit, column h of `W_HV`: n_v numbers.
    #[must_use]
    pub fn value(&self, unit: u32) -> &[R] {
        self.return_row(unit)
            .get(self.params.items() as usize..)
            .unwrap_or(&[])
    }

    /// The input projections of a hidden unit, `W_IH[h]`, n_x numbers; empty unless they are learned
    /// ([`Allocation::Item`]).
    #[must_use]
    pub fn input_row(&self, unit: u32) -> &[R] {
        row(self.rows().inputs, unit, self.params.input_words())
    }

    /// Recalls from a query: hidden activities `a = softmax(beta W_KH q)`, the item `W_HI a` and the value `W_HV a`, into
    /// the scratch buffer. `beta` is the inverse temperature, finite and above 0.
    ///
    /// # Errors
    /// [`NetworkError::Query`] unless the query has n_k numbers, [`NetworkError::Beta`], and [`NetworkError::Scratch`]
    /// for fewer than [`Params::scratch_words`] words.
    pub fn recall<'a>(
        &self,
        query: &[R],
        beta: R,
        scratch: &'a mut [u32],
    ) -> Result<Recalled<'a, R>, NetworkError> {
        let (got, expected) = (query.len(), self.params.keys() as usize);
        if got != expected {
            return Err(NetworkError::Query { got, expected });
        }
        if !(beta.finite() && beta > R::ZERO) {
            return Err(NetworkError::Beta);
        }
        let (hidden, recalled) = self.scratch(scratch)?;
        let (hidden, recalled) = (view_mut::<R>(hidden), view_mut::<R>(recalled));
        let rows = self.rows();
        for (potential, key) in hidden
            .iter_mut()
            .zip(rows.keys.chunks_exact(expected.max(1)))
        {
            *potential = beta.times(R::dot(key, query));
        }
        R::softmax_in_place(hidden);
        let width = self.params.return_words();
        let (recalled, _) = recalled.split_at_mut_checked(width).unwrap_or_default();
        for (column, number) in recalled.iter_mut().enumerate() {
            let weights = rows.returns.chunks_exact(width.max(1));
            *number = R::sum_of_products(hidden.iter().zip(weights).map(|(&activity, weights)| {
                (activity, weights.get(column).copied().unwrap_or(R::ZERO))
            }));
        }
        let (item, value) = recalled
            .split_at_checked(self.params.items() as usize)
            .unwrap_or_default();
        Ok(Recalled {
            hidden,
            item,
            value,
        })
    }

    fn return_row(&self, unit: u32) -> &[R] {
        row(self.rows().returns, unit, self.params.return_words())
    }

    fn rows(&self) -> Rows<'_, R> {
        let hidden = self.params.hidden() as usize;
        let numbers = view(self.words.as_ref());
        let (keys, rest) = numbers
            .split_at_checked(hidden * self.params.keys() as usize)
            .unwrap_or_default();
        let (returns, inputs) = rest
            .split_at_checked(hidden * self.params.return_words())
            .unwrap_or_default();
        Rows {
            keys,
            returns,
            inputs,
        }
    }

    /// Room for a number of each hidden unit, and what is behind it. Longer is welcome: what is left over is not touched.
    fn scratch<'a>(
        &self,
        scratch: &'a mut [u32],
    ) -> Result<(&'a mut [u32], &'a mut [u32]), NetworkError> {
        let (got, expected) = (scratch.len(), self.params.scratch_words());
        let short = NetworkError::Scratch { got, expected };
        let scratch = scratch.get_mut(..expected).ok_or(short)?;
        scratch
            .split_at_mut_checked(self.params.hidden() as usize)
            .ok_or(short)
    }
}

impl<R: Real, S: AsRef<[u32]>> Hetero<R, S> {
    /// Makes a fresh network in the buffer, as [`Hetero::reset`] does. What the buffer held is lost; [`Hetero::open`]
    /// keeps it.
    ///
    /// # Errors
    /// [`NetworkError::Buffer`] unless there are exactly [`Params::words`] words.
    pub fn new(params: Params<R>, words: S, key: Key) -> Result<Self, NetworkError>
    where
        S: Writable,
    {
        let mut network = Self::open(params, words)?;
        network.reset(key);
        Ok(network)
    }

    /// Forgets everything: start weights from the draws of a key, as the [contract](crate) has them.
    pub fn reset(&mut self, key: Key)
    where
        S: Writable,
    {
        let params = self.params;
        let (keys, returns, inputs) = self.rows_mut();
        match params.allocation() {
            Allocation::Key => draw(keys, params.keys() as usize, key, Kind::Key, R::half),
            Allocation::Projected { .. } | Allocation::Item => keys.fill(R::ZERO),
        }
        draw(returns, params.return_words(), key, Kind::Return, R::unit);
        draw(inputs, params.input_words(), key, Kind::Input, R::unit);
    }

    /// Loads a triple into the K hidden units with the largest potentials and returns them, ascending, in the scratch
    /// buffer.
    ///
    /// # Errors
    /// [`NetworkError::Key`], [`NetworkError::Value`] and [`NetworkError::Item`] for a vector that has not n_k, n_v or n_x
    /// numbers, [`NetworkError::Scratch`] for fewer than [`Params::scratch_words`] words, [`NetworkError::Empty`] where all
    /// that chooses the units is 0: the key, with allocation by item the item, with projections the key and the entries
    /// projected. Nothing is then loaded.
    pub fn load<'a>(
        &mut self,
        key: &[R],
        value: &[R],
        item: &[R],
        scratch: &'a mut [u32],
    ) -> Result<&'a [u32], NetworkError>
    where
        S: Writable,
    {
        let (got, expected) = (key.len(), self.params.keys() as usize);
        if got != expected {
            return Err(NetworkError::Key { got, expected });
        }
        let (got, expected) = (value.len(), self.params.values() as usize);
        if got != expected {
            return Err(NetworkError::Value { got, expected });
        }
        let (got, expected) = (item.len(), self.params.items() as usize);
        if got != expected {
            return Err(NetworkError::Item { got, expected });
        }
        let (potentials, rest) = self.scratch(scratch)?;
        let (choosing, projected) = match self.params.allocation() {
            Allocation::Key => (key, &[][..]),
            Allocation::Projected { units, .. } => (key, item.get(..units as usize).unwrap_or(&[])),
            Allocation::Item => (item, &[][..]),
        };
        let mut numbers = choosing.iter().chain(projected);
        if numbers.all(|&number| number == R::ZERO) {
            return Err(NetworkError::Empty);
        }
        let (winners, _) = rest
            .split_at_mut_checked(self.params.winners() as usize)
            .unwrap_or_default();
        let potentials = view_mut(potentials);
        self.potentials(key, item, potentials);
        largest(potentials, winners);
        let (keys, returns, inputs) = self.rows_mut();
        for &unit in &*winners {
            put(keys, unit, &[key]);
            put(returns, unit, &[item, value]);
            put(inputs, unit, &[item]);
        }
        Ok(winners)
    }

    fn potentials(&self, key: &[R], item: &[R], potentials: &mut [R])
    where
        S: Writable,
    {
        let rows = self.rows();
        let (weights, input) = match self.params.allocation() {
            Allocation::Key | Allocation::Projected { .. } => (rows.keys, key),
            Allocation::Item => (rows.inputs, item),
        };
        for (potential, weights) in potentials
            .iter_mut()
            .zip(weights.chunks_exact(input.len().max(1)))
        {
            *potential = R::dot(weights, input);
        }
        if let Allocation::Projected { units, strength } = self.params.allocation() {
            let projected = item.get(..units as usize).unwrap_or(&[]);
            for potentials in potentials
                .chunks_exact_mut(projected.len().max(1))
                .take(self.params.winners() as usize)
            {
                for (potential, &number) in potentials.iter_mut().zip(projected) {
                    *potential = potential.plus(strength.times(number));
                }
            }
        }
    }

    fn rows_mut(&mut self) -> (&mut [R], &mut [R], &mut [R])
    where
        S: Writable,
    {
        let hidden = self.params.hidden() as usize;
        let numbers = view_mut(self.words.as_mut());
        let (keys, rest) = numbers
            .split_at_mut_checked(hidden * self.params.keys() as usize)
            .unwrap_or_default();
        let (returns, inputs) = rest
            .split_at_mut_checked(hidden * self.params.return_words())
            .unwrap_or_default();
        (keys, returns, inputs)
    }
}

/// What is wrong with what was handed to a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum NetworkError {
    /// The network's buffer has the wrong length.
    Buffer {
        /// Words given.
        got: usize,
        /// [`Params::words`].
        expected: usize,
    },
    /// The scratch buffer is too short.
    Scratch {
        /// Words given.
        got: usize,
        /// The fewest that do: [`Params::scratch_words`].
        expected: usize,
    },
    /// The key has the wrong length.
    Key {
        /// Numbers given.
        got: usize,
        /// n_k.
        expected: usize,
    },
    /// The value has the wrong length.
    Value {
        /// Numbers given.
        got: usize,
        /// n_v.
        expected: usize,
    },
    /// The item has the wrong length.
    Item {
        /// Numbers given.
        got: usize,
        /// n_x.
        expected: usize,
    },
    /// The query has the wrong length.
    Query {
        /// Numbers given.
        got: usize,
        /// n_k.
        expected: usize,
    },
    /// The inverse temperature is 0 or below, infinite or NaN.
    Beta,
    /// All numbers that choose the units of a triple are 0: it would drive none, and take the place of what the first K
    /// units hold.
    Empty,
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, got, expected) = match *self {
            Self::Buffer { got, expected } => {
                return write!(f, "network buffer of {got} words, expected {expected}");
            }
            Self::Scratch { got, expected } => {
                return write!(
                    f,
                    "scratch buffer of {got} words, needed at least {expected}"
                );
            }
            Self::Beta => return f.write_str("beta must be a finite number above 0"),
            Self::Empty => {
                return f.write_str(
                    "all numbers that choose the hidden units are 0, expected one at least that is not",
                );
            }
            Self::Key { got, expected } => ("key", got, expected),
            Self::Value { got, expected } => ("value", got, expected),
            Self::Item { got, expected } => ("item", got, expected),
            Self::Query { got, expected } => ("query", got, expected),
        };
        write!(f, "{what} of {got} numbers, expected {expected}")
    }
}

impl core::error::Error for NetworkError {}
