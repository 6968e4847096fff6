//! The polar code: its transform, and which bits of it are stored.

use crate::bits::{self, WORD_BITS};
use crate::rng::{Key, Purpose};

/// The longest code, as a power of two.
pub(super) const MAX_LOG: u32 = 12;
/// Words of the longest code.
pub(super) const MAX_WORDS: usize = 1 << (MAX_LOG - 5);

/// `1.175^b` in 1/4096, to the nearest: what bit b of a position adds to its polarization weight.
const WEIGHTS: [u32; MAX_LOG as usize] = [
    4096, 4813, 5655, 6645, 7807, 9174, 10_779, 12_666, 14_882, 17_486, 20_547, 24_142,
];

/// Of the bits before one those that are added to it before it is stored, the last before it lowest: the second, third, fifth
/// and sixth. Codes whose stored bits are sums of others have fewer words close to each other (Arikan 2019).
const BEFORE: u32 = 0b11_0110;
/// Bits of a check.
pub(super) const CHECK_BITS: u32 = 6;

/// Which bits of a word [`transform`] adds to those half a span below, for spans within a word.
const UPPER_HALVES: [(u32, u32); 5] = [
    (1, 0xaaaa_aaaa),
    (2, 0xcccc_cccc),
    (4, 0xf0f0_f0f0),
    (8, 0xff00_ff00),
    (16, 0xffff_0000),
];

/// Arikan's transform of a packed vector, in natural order: `u = x G`, G being the power of `[1 0; 1 1]` by the Kronecker product.
/// It is its own inverse. The words are a power of two; of a single one, 32 bits or the lowest `bits` of them.
pub(super) fn transform(words: &mut [u32], bits: u32) {
    for (half, upper) in UPPER_HALVES {
        if half < bits {
            words
                .iter_mut()
                .for_each(|word| *word ^= (*word & upper) >> half);
        }
    }
    let mut half = 1;
    while half < words.len() {
        for both in words.chunks_exact_mut(half.wrapping_mul(2)) {
            if let Some((low, high)) = both.split_at_mut_checked(half) {
                low.iter_mut()
                    .zip(high)
                    .for_each(|(low, high)| *low ^= *high);
            }
        }
        half = half.wrapping_mul(2);
    }
}

/// Sums of weights over the lower six bits of a position, and over the upper six.
struct Sums {
    low: [u32; 64],
    high: [u32; 64],
}

const SUMS: Sums = {
    let mut sums = Sums {
        low: [0; 64],
        high: [0; 64],
    };
    let mut position = 0;
    while position < 64 {
        let mut bit = 0;
        while bit < 6 {
            if position >> bit & 1 == 1 {
                sums.low[position] += WEIGHTS[bit];
                sums.high[position] += WEIGHTS[bit + 6];
            }
            bit += 1;
        }
        position += 1;
    }
    sums
};

/// By what positions are ordered: their polarization weight (He et al. 2017), of equal ones the position.
const fn order(position: u32) -> u32 {
    let weight = SUMS.low[(position & 63) as usize] + SUMS.high[(position >> 6 & 63) as usize];
    weight << MAX_LOG | position
}

/// The order of the last of the `stored` first positions of a code of `length`.
pub(super) const fn last_stored(length: u32, stored: u32) -> u32 {
    let (mut least, mut most) = (0u32, u32::MAX >> 1);
    while least < most {
        let middle = least + (most - least) / 2;
        let (mut position, mut count) = (0, 0);
        while position < length {
            if order(position) <= middle {
                count += 1;
            }
            position += 1;
        }
        if count >= stored {
            most = middle;
        } else {
            least = middle + 1;
        }
    }
    least
}

/// Marks the positions that are stored.
pub(super) fn mark_stored(last: u32, words: &mut [u32]) {
    for (place, word) in (0u32..).zip(words) {
        let first = place.wrapping_mul(WORD_BITS);
        *word = (0..WORD_BITS).fold(0, |word, bit| {
            word | u32::from(order(first.wrapping_add(bit)) <= last) << bit
        });
    }
}

/// The `count` lowest bits of a word of values with the sum of those before added to each, the newest of these lowest in
/// `recent`.
pub(super) fn recent_bits(values: u32, count: u32, recent: &mut u32) -> u32 {
    let mut bits = 0;
    for place in 0..count % (WORD_BITS + 1) {
        let bit = (values >> (place % WORD_BITS) ^ (*recent & BEFORE).count_ones()) & 1;
        bits |= bit << (place % WORD_BITS);
        *recent = *recent << 1 | bit;
    }
    bits
}

/// Puts in the place of all bits what is stored of them: each with the sum of those before added.
pub(super) fn to_stored(words: &mut [u32]) {
    let mut recent = 0u32;
    for word in words {
        let bits = *word;
        for place in 0..WORD_BITS {
            *word ^= ((recent & BEFORE).count_ones() & 1) << place;
            recent = recent << 1 | bits >> place & 1;
        }
    }
}

/// The check of a pattern: the sum of a draw for each of its ones.
pub(super) fn check(pattern: &[u32]) -> u32 {
    let key = Key::new(0, Purpose::CHECK);
    bits::ones(pattern).fold(0, |sum, unit| {
        sum ^ key.at(unit) >> (WORD_BITS - CHECK_BITS)
    })
}
