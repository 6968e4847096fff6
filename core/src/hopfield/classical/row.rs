//! Rows of packed signed weights: slot t of a row is the two's complement number in bits `t % p * b` of word `t / p`, with
//! `p` weights of `b` bits per word.

use super::params::Width;
use crate::bits;

/// A weight's type, and the weights of a word as numbers.
trait Slots {
    /// The numbers of a word, slot 0 first.
    type Of: AsRef<[i32]> + Copy;
    fn unpack(word: u32) -> Self::Of;
    fn pack(slots: Self::Of) -> u32;
    fn each(slots: Self::Of, change: impl FnMut(i32) -> i32) -> Self::Of;

    /// The number of a slot of a word that has it.
    fn slot(word: u32, slot: u32) -> i32;

    /// A word with the signs of units, bits from 0 on, times a sign, added to its slots.
    #[inline(always)]
    fn learn(word: u32, signs: u32, factor: i32) -> u32 {
        let mut place = 0u32;
        Self::pack(Self::each(Self::unpack(word), |weight| {
            let change = factor.wrapping_mul(sign(signs, place));
            place = place.wrapping_add(1);
            weight.wrapping_add(change)
        }))
    }
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

    #[inline(always)]
    fn slot(word: u32, slot: u32) -> i32 {
        i32::from(word.wrapping_shr(slot.wrapping_mul(8)) as i8)
    }

    /// All four slots at a time, without carries from one to the next.
    #[inline(always)]
    fn learn(word: u32, signs: u32, factor: i32) -> u32 {
        /// A 1 in each slot, and the bit of its sign.
        const ONE: u32 = 0x0101_0101;
        const TOP: u32 = 0x8080_8080;
        // Bit t of the four to bit 8 t.
        let plus = (signs & 0xf).wrapping_mul(0x0020_4081) & ONE;
        let plus = if factor < 0 { plus ^ ONE } else { plus };
        // 1 or -1 in each.
        let change = plus | (plus ^ ONE).wrapping_mul(0xff);
        (word & !TOP).wrapping_add(change & !TOP) ^ (word ^ change) & TOP
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

    #[inline(always)]
    fn slot(word: u32, slot: u32) -> i32 {
        i32::from(word.wrapping_shr(slot.wrapping_mul(16)) as i16)
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

    #[inline(always)]
    fn slot(word: u32, _slot: u32) -> i32 {
        word as i32
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
    T::slot(word, slot % slots)
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
    let mut words = row.iter();
    let mut chunks = sums.chunks_exact_mut(slots);
    // Whole words in a loop of their own, whose inner one has no ends to watch.
    for (sums, &word) in chunks.by_ref().zip(words.by_ref()) {
        add_word::<T>(word, factor, sums);
    }
    // The chunks have run out first, so that the next word is that of the rest.
    let next = words.next().copied().unwrap_or(0);
    add_word::<T>(next, factor, chunks.into_remainder());
}

#[inline(always)]
fn add_word<T: Slots>(word: u32, factor: i32, sums: &mut [i32]) {
    for (sum, &weight) in sums.iter_mut().zip(T::unpack(word).as_ref()) {
        *sum = sum.wrapping_add(weight.wrapping_mul(factor));
    }
}

/// Adds factor times the weight to a unit, modulo 2^32, to the numbers of the units after it: a slot of each of their rows,
/// which begin with that of the next unit.
pub(super) fn add_column(width: Width, rows: &[u32], unit: u32, factor: i32, sums: &mut [i32]) {
    by_width!(width, add_column_of(rows, unit, factor, sums));
}

fn add_column_of<T: Slots>(mut rows: &[u32], unit: u32, factor: i32, sums: &mut [i32]) {
    let slots = T::unpack(0).as_ref().len() as u32;
    let (place, slot) = ((unit / slots) as usize, unit % slots);
    for (sum, other) in sums.iter_mut().zip(unit.saturating_add(1)..) {
        let word = rows.get(place).copied().unwrap_or(0);
        *sum = sum.wrapping_add(factor.wrapping_mul(T::slot(word, slot)));
        let next = rows.get(other.div_ceil(slots) as usize..);
        rows = next.unwrap_or(&[]);
    }
}

/// Adds the signs of units 0 to `length - 1` of a state, times a sign, to the weights of a row.
pub(super) fn learn(width: Width, row: &mut [u32], length: u32, state: &[u32], factor: i32) {
    by_width!(width, learn_of(row, length, state, factor));
}

fn learn_of<T: Slots>(row: &mut [u32], length: u32, state: &[u32], factor: i32) {
    let slots = T::unpack(0).as_ref().len() as u32;
    let words_of_signs = (bits::WORD_BITS / slots) as usize;
    for (words, &signs) in row.chunks_mut(words_of_signs).zip(state) {
        let mut signs = signs;
        for word in words {
            *word = T::learn(*word, signs, factor);
            // 32 slots of a word at most, of which the last shift would take all.
            signs = signs.checked_shr(slots).unwrap_or(0);
        }
    }
    // Slots beyond the last unit stay 0.
    let unused = (bits::WORD_BITS / slots).wrapping_mul(length.wrapping_neg() % slots);
    if let Some(last) = row.last_mut() {
        *last &= u32::MAX.checked_shr(unused).unwrap_or(0);
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
