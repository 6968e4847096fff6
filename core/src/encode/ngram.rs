//! Several patterns and their order in the units of one.

use super::{EncodeError, ParamsError, check_units};
use crate::bits;

/// N-gram: N patterns of n units in one of n, each rotated by its position.
///
/// One j of the pattern at position i goes to unit `(j + i r) mod n`, or, where that is taken already, to the next free one up,
/// around the end; r is the rotation. To rotate by position and combine is the encoding of sequences of hyperdimensional
/// computing (Kanerva 2009, "Hyperdimensional computing"; Joshi, Halseth and Kanerva 2016, "Language geometry using random
/// indexing").
///
/// *The rule of combination* there is a product, which of dense binary patterns is XOR: change one of N and all is another.
/// Here it is a sum of ones: sparse patterns stay sparse, n-grams with i patterns in common at the same positions share their
/// ones, about `i / N` of all, and from a damaged or incomplete one a memory completes the rest. A plain OR would lose ones
/// where two fall on the same unit; the next free unit keeps their number, that of all patterns together: exactly `N k` for
/// encoders of k ones.
///
/// Runs of ones ([`Bucket`](super::Bucket), [`Circular`](super::Circular)) need a rotation by more than they are long; `n / N`
/// sets positions as far apart as can be. For random codes 1 is enough.
///
/// 12 bytes of parameters, no state: a [`Window`](super::Window) has the patterns. To add one takes a division, and a look at
/// each one's unit and the taken ones up from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NGram {
    units: u32,
    length: u32,
    rotation: u32,
}

impl NGram {
    /// n `units`, 1 to 2^20; N patterns, the `length`; r, the `rotation` from one position to the next, whose multiples `0, r,
    /// ..., (N - 1) r` must differ modulo n.
    ///
    /// # Errors
    /// [`ParamsError::Units`], [`ParamsError::Length`], [`ParamsError::Rotation`].
    pub const fn new(units: u32, length: u32, rotation: u32) -> Result<Self, ParamsError> {
        if let Err(error) = check_units(units, 1) {
            return Err(error);
        }
        if length == 0 || length > units {
            return Err(ParamsError::Length { length, units });
        }
        // The multiples come round after n over the greatest common divisor.
        let (mut divisor, mut rest) = (units, rotation);
        while let Some(next) = divisor.checked_rem(rest) {
            (divisor, rest) = (rest, next);
        }
        match units.checked_div(divisor) {
            Some(places) if places >= length => Ok(Self {
                units,
                length,
                rotation,
            }),
            _ => Err(ParamsError::Rotation {
                rotation,
                length,
                units,
            }),
        }
    }

    /// Units, n.
    #[must_use]
    pub const fn units(&self) -> u32 {
        self.units
    }

    /// Patterns, N.
    #[must_use]
    pub const fn length(&self) -> u32 {
        self.length
    }

    /// Units from one position to the next, r.
    #[must_use]
    pub const fn rotation(&self) -> u32 {
        self.rotation
    }

    /// Writes the n-gram of patterns, the first at position 0; those beyond N are left out. Of a window's
    /// [`frames`](super::Window::frames) position 0 is the newest.
    ///
    /// # Errors
    /// [`EncodeError::Pattern`] for an `out` or a pattern that is no vector of n bits, [`EncodeError::Full`] for more than n ones
    /// together. Of `out` only the patterns before that are written then.
    pub fn encode<'a>(
        &self,
        patterns: impl IntoIterator<Item = &'a [u32]>,
        out: &mut [u32],
    ) -> Result<(), EncodeError> {
        bits::check_length(out.len(), self.units)?;
        out.fill(0);
        for (position, pattern) in (0..self.length).zip(patterns) {
            self.add(position, pattern, out)?;
        }
        Ok(())
    }

    /// Adds the pattern of one position, 0 to N - 1, to those that `out` has.
    ///
    /// # Errors
    /// [`EncodeError::Position`], and those of [`NGram::encode`]; nothing changes then.
    pub fn add(&self, position: u32, pattern: &[u32], out: &mut [u32]) -> Result<(), EncodeError> {
        let turn = self.turn(position)?;
        bits::check(pattern, self.units)?;
        bits::check(out, self.units)?;
        let ones = bits::count(out).saturating_add(bits::count(pattern));
        if ones > self.units {
            let units = self.units;
            return Err(EncodeError::Full { ones, units });
        }
        for one in bits::ones(pattern) {
            let mut unit = self.wrapped(one.saturating_add(turn));
            // There is a free one.
            for _ in 0..self.units {
                if !bits::get(out, unit) {
                    break;
                }
                unit = self.wrapped(unit.saturating_add(1));
            }
            bits::set(out, unit);
        }
        Ok(())
    }

    /// Rotates an n-gram back, so that the pattern of a position is where it was: an encoder's inverse then finds its value, and
    /// takes the ones of other positions for noise.
    ///
    /// # Errors
    /// [`EncodeError::Position`], [`EncodeError::Pattern`] for a `gram` or an `out` that is no vector of n bits; `out` is
    /// untouched then.
    pub fn position(
        &self,
        gram: &[u32],
        position: u32,
        out: &mut [u32],
    ) -> Result<(), EncodeError> {
        let back = self.units.saturating_sub(self.turn(position)?);
        bits::check(gram, self.units)?;
        bits::check_length(out.len(), self.units)?;
        out.fill(0);
        for one in bits::ones(gram) {
            bits::set(out, self.wrapped(one.saturating_add(back)));
        }
        Ok(())
    }

    /// By how much a position is rotated, below n.
    fn turn(&self, position: u32) -> Result<u32, EncodeError> {
        let length = self.length;
        if position >= length {
            return Err(EncodeError::Position { position, length });
        }
        let turn = u64::from(position) * u64::from(self.rotation);
        Ok(turn.checked_rem(u64::from(self.units)).unwrap_or(0) as u32)
    }

    /// A unit below 2 n, modulo n.
    fn wrapped(&self, unit: u32) -> u32 {
        if unit < self.units {
            unit
        } else {
            unit - self.units
        }
    }
}
