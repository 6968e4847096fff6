//! Rows of packed signed weights: slot t of a row is the two's complement number in bits `t % p * b` of word `t / p`, with
//! `p` weights of `b` bits a word.

use super::params::Width;
use crate::bits;

/// A weight's type, and the weights of a word as numbers.
trait Slots {
    /// The numbers of a word, slot 0 first.
    type Of: AsRef<[i32]> + Copy;
    fn unpack(word: u32) -> Self::Of;
    fn pack(slots: Self::Of) -> u32;
    fn each(slots: Self::Of, change: impl FnMut(i32) -> i32) -> Self::Of;
}

struct I8;
struct I16;
struct I32;

impl Slots for I8 {
    type Of = [i32; 4];

    #[inline(always)]
    fn unpack(word: u32) -> Self::Of {
        word.to_le_bytes().map(|byte| i32::from(byte as i8))
    }

    #[inline(always)]
    fn pack(slots: Self::Of) -> u32 {
        u32::from_le_bytes(slots.map(|slot| slot as u8))
    }

    #[inline(always)]
    fn each(slots: Self::Of, change: impl FnMut(i32) -> i32) -> Self::Of {
        slots.map(change)
    }
}

impl Slots for I16 {
    type Of = [i32; 2];

    #[inline(always)]
    fn unpack(word: u32) -> Self::Of {
        [word as i16, (word >> 16) as i16].map(i32::from)
    }

    #[inline(always)]
    fn pack([low, high]: Self::Of) -> u32 {
        (low as u32 & 0xffff) | (high as u32) << 16
    }

    #[inline(always)]
    fn each(slots: Self::Of, change: impl FnMut(i32) -> i32) -> Self::Of {
        slots.map(change)
    }
}

impl Slots for I32 {
    type Of = [i32; 1];

    #[inline(always)]
    fn unpack(word: u32) -> Self::Of {
        [word as i32]
    }

    #[inline(always)]
    fn pack([slot]: Self::Of) -> u32 {
        slot as u32
    }

    #[inline(always)]
    fn each(slots: Self::Of, change: impl FnMut(i32) -> i32) -> Self::Of {
        slots.map(change)
    }
}

/// Calls a function of the slots for the width at hand.
macro_rules! by_width {
    ($width:expr, $function:ident($($argument:expr),*)) => {
        match $width {
            Width::I8 => $function::<I8>($($argument),*),
            Width::I16 => $function::<I16>($($argument),*),
            Width::I32 => $function::<I32>($($argument),*),
        }
    };
}

/// The signs of the units from bit `first` on, as 1 and -1.
#[inline(always)]
fn sign(state: u32, place: u32) -> i32 {
    ((state >> place & 1) as i32)
        .wrapping_mul(2)
        .wrapping_sub(1)
}

/// The weight in a slot; 0 where there is none.
#[inline(always)]
pub(super) fn get(width: Width, row: &[u32], slot: u32) -> i32 {
    by_width!(width, get_of(row, slot))
}

#[inline(always)]
fn get_of<T: Slots>(row: &[u32], slot: u32) -> i32 {
    let slots = T::unpack(0).as_ref().len() as u32;
    let word = row.get((slot / slots) as usize).copied().unwrap_or(0);
    let within = (slot % slots) as usize;
    T::unpack(word).as_ref().get(within).copied().unwrap_or(0)
}

/// The sum of weight times sign over the units of a state, modulo 2^32. Unused slots hold 0.
pub(super) fn field(width: Width, row: &[u32], state: &[u32]) -> i32 {
    by_width!(width, field_of(row, state))
}

fn field_of<T: Slots>(row: &[u32], state: &[u32]) -> i32 {
    let slots = T::unpack(0).as_ref().len();
    let mut sum = 0i32;
    for (words, &signs) in row.chunks(bits::WORD_BITS as usize / slots).zip(state) {
        let mut signs = signs;
        for &word in words {
            for (&weight, place) in T::unpack(word).as_ref().iter().zip(0..) {
                sum = sum.wrapping_add(weight.wrapping_mul(sign(signs, place)));
            }
            // 32 slots of a word at most, of which the last shift would take all.
            signs = signs.checked_shr(slots as u32).unwrap_or(0);
        }
    }
    sum
}

/// Adds factor times weight to each number, modulo 2^32.
pub(super) fn add(width: Width, row: &[u32], factor: i32, sums: &mut [i32]) {
    by_width!(width, add_of(row, factor, sums));
}

fn add_of<T: Slots>(row: &[u32], factor: i32, sums: &mut [i32]) {
    let slots = T::unpack(0).as_ref().len();
    for (sums, &word) in sums.chunks_mut(slots).zip(row) {
        for (sum, &weight) in sums.iter_mut().zip(T::unpack(word).as_ref()) {
            *sum = sum.wrapping_add(weight.wrapping_mul(factor));
        }
    }
}

/// Adds the signs of units 0 to `length - 1` of a state, times a sign, to the weights of a row.
pub(super) fn learn(width: Width, row: &mut [u32], length: u32, state: &[u32], factor: i32) {
    by_width!(width, learn_of(row, length, state, factor));
}

fn learn_of<T: Slots>(row: &mut [u32], length: u32, state: &[u32], factor: i32) {
    let slots = T::unpack(0).as_ref().len() as u32;
    let mut first = 0u32;
    for word in row {
        let signs = bits::window(state, first);
        let mut place = 0;
        *word = T::pack(T::each(T::unpack(*word), |weight| {
            let change = if first.wrapping_add(place) < length {
                factor.wrapping_mul(sign(signs, place))
            } else {
                0
            };
            place = place.wrapping_add(1);
            weight.wrapping_add(change)
        }));
        first = first.wrapping_add(slots);
    }
}

/// Whether learning would take a weight beyond a magnitude.
pub(super) fn saturates(
    width: Width,
    row: &[u32],
    state: &[u32],
    factor: i32,
    largest: u32,
) -> bool {
    by_width!(width, saturates_of(row, state, factor, largest))
}

fn saturates_of<T: Slots>(row: &[u32], state: &[u32], factor: i32, largest: u32) -> bool {
    let slots = T::unpack(0).as_ref().len() as u32;
    let mut first = 0u32;
    for &word in row {
        let signs = bits::window(state, first);
        // Unused slots are 0, and the largest weight is 1 at least.
        for (&weight, place) in T::unpack(word).as_ref().iter().zip(0..) {
            let next = weight.wrapping_add(factor.wrapping_mul(sign(signs, place)));
            if next.unsigned_abs() > largest {
                return true;
            }
        }
        first = first.wrapping_add(slots);
    }
    false
}
