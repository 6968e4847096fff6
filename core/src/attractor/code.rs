//! Sparse codes: sorted lists of the numbers of active units, or the same as packed bits.

use core::cmp::Ordering;
use core::fmt;

use crate::bits;

/// What is wrong with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum CodeError {
    /// A number is not above the one before it.
    NotAscending {
        /// Its place in the list.
        place: usize,
    },
    /// A unit that does not exist.
    NoUnit {
        /// Its number.
        unit: u32,
        /// Units of a code.
        units: u32,
    },
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NotAscending { place } => {
                write!(f, "code: entry {place} is not above the one before it")
            }
            Self::NoUnit { unit, units } => {
                write!(
                    f,
                    "code: unit {unit}, allowed 0 to {}",
                    units.saturating_sub(1)
                )
            }
        }
    }
}

impl core::error::Error for CodeError {}

/// Checks that a list ascends and has only units below `units`.
///
/// # Errors
/// [`CodeError`], for the first entry that is wrong.
pub fn check(code: &[u32], units: u32) -> Result<(), CodeError> {
    let mut least = 0u32;
    for (place, &unit) in code.iter().enumerate() {
        if unit >= units {
            return Err(CodeError::NoUnit { unit, units });
        }
        if unit < least {
            return Err(CodeError::NotAscending { place });
        }
        least = unit.saturating_add(1);
    }
    Ok(())
}

/// How many units two codes share; both lists ascend. Cost: the sum of their lengths.
#[must_use]
pub fn overlap(a: &[u32], b: &[u32]) -> u32 {
    let (mut a, mut b) = (a.iter(), b.iter());
    let (mut left, mut right) = (a.next(), b.next());
    let mut shared = 0u32;
    while let (Some(one), Some(other)) = (left, right) {
        match one.cmp(other) {
            Ordering::Less => left = a.next(),
            Ordering::Greater => right = b.next(),
            Ordering::Equal => {
                shared = shared.saturating_add(1);
                (left, right) = (a.next(), b.next());
            }
        }
    }
    shared
}

/// Writes a code as packed bits, bit j for unit j; units beyond the words are left out.
pub fn to_bits(code: &[u32], words: &mut [u32]) {
    words.fill(0);
    for &unit in code {
        bits::set(words, unit);
    }
}

/// Writes the set bits as a code, as many as there is room for, and returns how many are set.
pub fn from_bits(words: &[u32], code: &mut [u32]) -> usize {
    let mut set = 0usize;
    let mut room = code.iter_mut();
    for unit in bits::ones(words) {
        if let Some(slot) = room.next() {
            *slot = unit;
        }
        set = set.saturating_add(1);
    }
    set
}
