//! What a state is, seen from the memories: one of them, its inverse, a mixture, or none of these.

use crate::bits;
use crate::hopfield::RecallError;
use crate::hopfield::descent::check_memories;

/// The most memories that a mixture is looked for of.
pub const MAX_MIXTURE: usize = 7;

/// The sign with which a memory takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Sign {
    /// As it is.
    Plus,
    /// Every unit inverted.
    Minus,
}

/// A memory that takes part in a mixture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Part {
    /// Number of the memory.
    pub memory: u32,
    /// Its sign.
    pub sign: Sign,
}

/// The majority state of 3, 5 or 7 memories: `s_i = sgn(sum of +-xi_i)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Mixture {
    parts: [Part; MAX_MIXTURE],
    count: usize,
}

impl Mixture {
    /// The memories it is of, those with the largest overlaps first.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        self.parts.get(..self.count).unwrap_or(&[])
    }
}

/// What a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Kind {
    /// A memory.
    Stored {
        /// Its number.
        memory: u32,
    },
    /// The inverse of a memory, which a Hebbian network without thresholds stores with it.
    Inverted {
        /// Its number.
        memory: u32,
    },
    /// A mixture of memories.
    Mixture(Mixture),
    /// None of these: where the state is a fixed point, a spurious attractor.
    Spurious,
}

/// What a state is, and how nearly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Identity {
    /// What it is.
    pub kind: Kind,
    /// Units in which the state differs from that; for a spurious one, from the memory, or its inverse, that is nearest.
    pub distance: u32,
}

/// Number of the nearest memory and the units in which it differs; of equally near ones the first. None without memories,
/// or where their words are not whole memories.
///
/// Cost: the words of the memories.
#[must_use]
pub fn nearest(state: &[u32], memories: &[u32]) -> Option<(u32, u32)> {
    let rows = memories.chunks_exact(state.len().max(1));
    (0..)
        .zip(rows)
        .map(|(memory, row)| (memory, distance(state, row)))
        .min_by_key(|&(_, distance)| distance)
}

/// Names a state of N units: the first of these that differs from it in at most `tolerance` units. The memory with the
/// largest overlap in magnitude, as it is or inverted; the mixtures of the 3, 5 and 7 memories with the largest, in that
/// order, with the signs of the overlaps. Equal magnitudes: the lower number first.
///
/// Mixtures of an odd number of memories are attractors of the Hebbian network at low load (Amit, Gutfreund and Sompolinsky
/// 1985). Above it the network's state is near one rather than the same: a tolerance of N/20 tells them from others.
/// Cost: the words of the memories, and for mixtures up to 15 N bits.
///
/// # Errors
/// [`RecallError::State`] unless the state has N bits, [`RecallError::Memories`] and [`RecallError::Memory`] unless the
/// memories are whole, [`RecallError::NoMemories`] without any.
pub fn identify(
    state: &[u32],
    memories: &[u32],
    units: u32,
    tolerance: u32,
) -> Result<Identity, RecallError> {
    bits::check(state, units).map_err(RecallError::State)?;
    check_memories(memories, units)?;
    let (parts, distances, count) = ranked(state, memories, units);
    let (Some(&first), Some(&distance)) = (parts.first(), distances.first()) else {
        return Err(RecallError::NoMemories);
    };
    if count == 0 {
        return Err(RecallError::NoMemories);
    }
    let memory = first.memory;
    if distance <= tolerance {
        let kind = match first.sign {
            Sign::Plus => Kind::Stored { memory },
            Sign::Minus => Kind::Inverted { memory },
        };
        return Ok(Identity { kind, distance });
    }
    for count in (3..=count).step_by(2) {
        let mixture = Mixture { parts, count };
        let distance = from_mixture(state, memories, units, &mixture);
        if distance <= tolerance {
            let kind = Kind::Mixture(mixture);
            return Ok(Identity { kind, distance });
        }
    }
    let kind = Kind::Spurious;
    Ok(Identity { kind, distance })
}

fn distance(a: &[u32], b: &[u32]) -> u32 {
    a.iter()
        .zip(b)
        .fold(0, |sum, (a, b)| sum.wrapping_add((a ^ b).count_ones()))
}

/// The memories with the largest overlaps in magnitude, with their signs; the units in which each differs from the state
/// when its sign is taken; and how many there are.
fn ranked(
    state: &[u32],
    memories: &[u32],
    units: u32,
) -> ([Part; MAX_MIXTURE], [u32; MAX_MIXTURE], usize) {
    let none = Part {
        memory: 0,
        sign: Sign::Plus,
    };
    let mut parts = [none; MAX_MIXTURE];
    // No memory differs in this many.
    let mut distances = [u32::MAX; MAX_MIXTURE];
    let mut count = 0usize;
    for (memory, row) in (0..).zip(memories.chunks_exact(state.len().max(1))) {
        let plus = distance(state, row);
        let minus = units.saturating_sub(plus);
        let (sign, away) = if plus <= minus {
            (Sign::Plus, plus)
        } else {
            (Sign::Minus, minus)
        };
        // From the first that is farther on, all move down one place: of equal ones the first stays before the others.
        let mut moved = (Part { memory, sign }, away);
        let mut placed = false;
        for (part, distance) in parts.iter_mut().zip(&mut distances) {
            placed |= moved.1 < *distance;
            if placed {
                moved = (
                    core::mem::replace(part, moved.0),
                    core::mem::replace(distance, moved.1),
                );
            }
        }
        count = count.saturating_add(1).min(MAX_MIXTURE);
    }
    (parts, distances, count)
}

/// Units in which a state differs from a mixture.
fn from_mixture(state: &[u32], memories: &[u32], units: u32, mixture: &Mixture) -> u32 {
    let words = state.len().max(1);
    let mut differing = 0u32;
    for (place, &word) in state.iter().enumerate() {
        // The unused bits of the last word are no units, though an inverted part sets them.
        let used = units.saturating_sub((place as u32).saturating_mul(bits::WORD_BITS));
        let used = u32::MAX
            .checked_shr(bits::WORD_BITS.saturating_sub(used))
            .unwrap_or(0);
        // Of each of the 32 units, how many parts have +1: a number of three bits, a plane each.
        let [mut ones, mut twos, mut fours] = [0u32; 3];
        for part in mixture.parts() {
            let start = (part.memory as usize).saturating_mul(words);
            let row = memories.get(start.saturating_add(place)).copied();
            let row = match part.sign {
                Sign::Plus => row.unwrap_or(0),
                Sign::Minus => !row.unwrap_or(0),
            };
            let carry = ones & row;
            ones ^= row;
            let more = twos & carry;
            twos ^= carry;
            fours |= more;
        }
        // More than half of 3 is 2 or 3, of 5 is 3 to 5, of 7 is 4 to 7.
        let majority = match mixture.count {
            3 => twos,
            5 => fours | twos & ones,
            _ => fours,
        };
        differing = differing.wrapping_add(((majority ^ word) & used).count_ones());
    }
    differing
}
