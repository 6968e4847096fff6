//! An exponential from a table, and shares without products or quotients of 64 bits but one.

use fixed::types::I16F16;

/// `2^63 2^(-1/256)`.
const RATIO: u128 = 9_198_432_556_164_277_331;
/// `2^16 / ln 2`.
const LOG2_E: u32 = 94_548;

/// Entry i is the integer nearest to `2^31 2^(-i/256)`; the last is 2^30.
pub(crate) static TABLE: [u32; 257] = {
    let mut table = [0; 257];
    // In 2^-63, of which the rounding errors of 256 products are far below one of the table's steps.
    let mut power = 1u128 << 63;
    let mut place = 0;
    while place < table.len() {
        table[place] = ((power + (1 << 31)) >> 32) as u32;
        power = (power * RATIO + (1 << 62)) >> 63;
        place += 1;
    }
    table
};

/// The high and the low half of a word.
const fn halves(word: u32) -> (u32, u32) {
    (word >> 16, word & 0xffff)
}

/// `(a b + 2^15) >> 16`, saturated, with products of 32 bits.
fn times(a: u32, b: u32) -> u32 {
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let high = a_high * b_high;
    if high >> 16 != 0 {
        return u32::MAX;
    }
    // (2^16 - 1)^2 + 2^15 is below 2^32.
    let low = (a_low * b_low + (1 << 15)) >> 16;
    (high << 16)
        .saturating_add(a_high * b_low)
        .saturating_add(a_low * b_high)
        .saturating_add(low)
}

/// `a b >> 32`, with products of 32 bits.
fn high_word(a: u32, b: u32) -> u32 {
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    // (2^16 - 1)^2 + 2^16 - 1 is below 2^32.
    let one = a_high * b_low + ((a_low * b_low) >> 16);
    let other = a_low * b_high + (one & 0xffff);
    a_high * b_high + (one >> 16) + (other >> 16)
}

/// `2^31 2^-(octaves / 65536)`, with a line between the entries of the table.
fn power_of_minus(octaves: u32) -> u32 {
    let place = (octaves >> 8 & 0xff) as usize;
    let of = |place: usize| TABLE.get(place).copied().unwrap_or(0);
    let (from, to) = (of(place), of(place.saturating_add(1)));
    // Entries differ by less than 2^23.
    let step = (from.saturating_sub(to) * (octaves & 0xff) + 128) >> 8;
    let power = from.saturating_sub(step);
    power.checked_shr(octaves >> 16).unwrap_or(0)
}

/// [`super::Steps::softmax`] of `I16F16`, by the table.
pub(crate) fn softmax(beta: I16F16, z: &mut [I16F16]) -> (I16F16, u64) {
    let beta = beta.to_bits().max(0) as u32;
    let largest = z.iter().copied().max().unwrap_or(I16F16::ZERO);
    let mut total = 0u64;
    for z in z.iter_mut() {
        let distance = largest.to_bits().abs_diff(z.to_bits());
        let power = power_of_minus(times(times(distance, beta), LOG2_E));
        total = total.saturating_add(power.into());
        *z = I16F16::from_bits(power as i32);
    }
    // The largest number counts 2^31, so that this is no more.
    let inverse = (1u64 << 62).checked_div(total).unwrap_or(0) as u32;
    for z in z.iter_mut() {
        let share = high_word(z.to_bits() as u32, inverse);
        *z = I16F16::from_bits(((share + (1 << 13)) >> 14) as i32);
    }
    (largest, total)
}
