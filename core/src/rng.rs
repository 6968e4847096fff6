//! Random numbers that belong to a place or to a sequence.
//!
//! * [`Key`]: a keyed counter hash, for draws that belong to a *place* (a slot of a weight row, a unit in a tie). The
//!   draw of place `i` is [`Key::at`]`(i)`: rows, lanes, blocks and threads may come in any order. It is made of
//!   32-bit multiplies, so that a Cortex-M0 and a vector lane compute it alike.
//! * [`stream`]: a PCG generator, for what is *sequential* (k of n, permutations, a growing tree). There is one for
//!   each (seed, purpose, trial, number), so any pattern can be made without its predecessors.
//!
//! Both are part of the results contract (see [`contract`](crate::contract)).

use rand_core::Rng;
pub use rand_pcg::Pcg32;

/// What a stream or a key is for; two purposes never share their numbers.
///
/// The number is its code: those below 256 belong to this crate, the rest to its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Purpose(pub u32);

impl Purpose {
    /// Fan-in of a hidden unit: one stream per unit.
    pub const WIRING: Self = Self(1);
    /// Start weights: one key a row.
    pub const START: Self = Self(2);
    /// Dither of stochastic rounding: one key for each (step, row).
    pub const DITHER: Self = Self(3);
    /// Ties among hidden units.
    pub const HIDDEN_TIE: Self = Self(4);
    /// Ties among visible units.
    pub const OUTPUT_TIE: Self = Self(5);
    /// Winners of the random-k control: one stream per step.
    pub const RANDOM_WINNERS: Self = Self(6);
    /// Order in which the units of a Hopfield network are updated: one stream for each (cue, run).
    pub const UPDATE_ORDER: Self = Self(7);
    /// Random projections to codes: one key a unit.
    pub const PROJECTION: Self = Self(8);
    /// Ties among the units of a code.
    pub const CODE_TIE: Self = Self(9);
    /// Ties among pairs of codes that match a cue alike.
    pub const PAIR_TIE: Self = Self(10);
    /// Slots that patterns take at random: one stream for each pattern.
    pub const SLOT: Self = Self(11);
    /// Bits that units set in sketches: one key.
    pub const SKETCH: Self = Self(12);
    /// Rows among those that have rested: one stream per event.
    pub const RESTED: Self = Self(13);
    /// Checks of patterns in a ring of polar codes.
    pub const CHECK: Self = Self(14);
    /// Units of sparse random codes of values: one key an encoder.
    pub const ENCODER: Self = Self(15);
    /// Random rounding of items that move: one key.
    pub const MOVE: Self = Self(20);
    /// Samples that a reservoir keeps: one stream for each.
    pub const SAMPLE: Self = Self(21);
    /// Hashes of words: two keys.
    pub const WORD: Self = Self(22);
}

/// A key of the counter hash: two words, so that a derived key seldom meets another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Key {
    a: u32,
    b: u32,
}

impl Key {
    /// The key of one purpose under `seed`; places below it are reached by [`Key::derive`].
    #[must_use]
    pub const fn new(seed: u64, purpose: Purpose) -> Self {
        Self {
            a: seed as u32,
            b: (seed >> 32) as u32,
        }
        .derive(purpose.0)
    }

    /// Its two words, for those who draw many places at once.
    #[inline]
    #[must_use]
    pub const fn words(self) -> [u32; 2] {
        [self.a, self.b]
    }

    /// The key of place `index` below this one.
    #[inline]
    #[must_use]
    pub const fn derive(self, index: u32) -> Self {
        let a = self.at(index);
        Self {
            a,
            b: Self {
                a: a ^ self.b,
                b: self.a,
            }
            .at(!index),
        }
    }

    /// The key of a 64-bit place, such as a step.
    #[inline]
    #[must_use]
    pub const fn derive_u64(self, index: u64) -> Self {
        self.derive(index as u32).derive((index >> 32) as u32)
    }

    /// The 32 random bits of place `index`.
    ///
    /// A two-round multiply-xorshift permutation of `index`; its constants are those Chris Wellons found by search
    /// ("lowbias32"), to which the key is added before and between the rounds.
    #[inline]
    #[must_use]
    pub const fn at(self, index: u32) -> u32 {
        let mut x = index ^ self.a;
        x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
        x = (x ^ (x >> 15))
            .wrapping_add(self.b)
            .wrapping_mul(0x846c_a68b);
        x ^ (x >> 16)
    }

    /// The place whose bits these are: [`Key::at`] is a permutation.
    #[inline]
    pub(crate) const fn index_of(self, bits: u32) -> u32 {
        const FIRST: u32 = inverse(0x7feb_352d);
        const SECOND: u32 = inverse(0x846c_a68b);
        let x = (bits ^ (bits >> 16)).wrapping_mul(SECOND);
        let x = x.wrapping_sub(self.b);
        let x = (x ^ (x >> 15) ^ (x >> 30)).wrapping_mul(FIRST);
        x ^ (x >> 16) ^ self.a
    }

    /// A word that depends on every word of `words`, in order.
    #[inline]
    #[must_use]
    pub fn digest(self, words: &[u32]) -> u32 {
        words.iter().fold(0, |state, &word| self.at(state ^ word))
    }
}

/// The number whose product with an odd one is 1, modulo 2^32.
const fn inverse(odd: u32) -> u32 {
    // Newton's method: right to 3 bits at first, then to twice as many each time.
    let mut inverse = odd;
    let mut bits = 3;
    while bits < u32::BITS {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(odd.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse
}

/// State and stream number from which [`stream`] makes the generator of one (seed, purpose, trial, number).
#[must_use]
pub const fn stream_parts(seed: u64, purpose: Purpose, trial: u32, number: u32) -> (u64, u64) {
    let key = Key::new(seed, purpose).derive(trial).derive(number);
    let low = key.derive(0);
    let high = key.derive(1);
    (
        (low.a as u64) << 32 | low.b as u64,
        (high.a as u64) << 32 | high.b as u64,
    )
}

/// The generator of one (seed, purpose, trial, number): PCG XSH RR 64/32 (`rand_pcg`), its state and stream taken
/// from the keyed hash.
#[must_use]
pub fn stream(seed: u64, purpose: Purpose, trial: u32, number: u32) -> Pcg32 {
    let (state, sequence) = stream_parts(seed, purpose, trial, number);
    Pcg32::new(state, sequence)
}

/// A seed for another part of a run, such as one network of one trial: the state of [`stream_parts`].
#[must_use]
pub const fn derive_seed(seed: u64, purpose: Purpose, trial: u32, number: u32) -> u64 {
    stream_parts(seed, purpose, trial, number).0
}

/// Uniform over `0..n`, without bias (Lemire's multiply and reject). `n = 0` gives 0. Draws one word, and again with
/// probability `2^32 % n / 2^32`, which is below 1/2.
#[inline]
#[must_use]
pub fn below(rng: &mut impl Rng, n: u32) -> u32 {
    let mut wide = u64::from(rng.next_u32()) * u64::from(n);
    if (wide as u32) < n {
        // 2^32 mod n; n is not 0 here, since no u32 is below 0.
        let reject = n.wrapping_neg().checked_rem(n).unwrap_or(0);
        while (wide as u32) < reject {
            wide = u64::from(rng.next_u32()) * u64::from(n);
        }
    }
    (wide >> 32) as u32
}

/// Uniform over `0..n` for 64-bit `n`, without bias; `n = 0` gives 0. Draws two words a try, fewer than two tries on
/// average; none for `n` of 0 or 1.
#[must_use]
pub fn below_u64(rng: &mut impl Rng, n: u64) -> u64 {
    if n <= 1 {
        return 0;
    }
    // Reject above the bits that n - 1 needs: fewer than two tries on average.
    let mask = u64::MAX >> (n - 1).leading_zeros();
    loop {
        let drawn = rng.next_u64() & mask;
        if drawn < n {
            return drawn;
        }
    }
}

/// Puts `items` into a uniformly random order (Fisher and Yates), at the cost of a draw of [`below`] for each but one.
/// More than 2^32 - 1 items are left as they are.
pub fn shuffle<T>(rng: &mut impl Rng, items: &mut [T]) {
    let mut rest = items;
    while let Ok(left) = u32::try_from(rest.len()) {
        if left < 2 {
            return;
        }
        let drawn = below(rng, left) as usize;
        let last = rest.len() - 1;
        if drawn < last {
            rest.swap(drawn, last);
        }
        let (shorter, _) = core::mem::take(&mut rest).split_at_mut(last);
        rest = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Purpose};

    #[test]
    fn a_place_is_found_again_by_its_bits() {
        for seed in 0..64 {
            let key = Key::new(seed, Purpose(256));
            for index in [
                0,
                1,
                2,
                255,
                1 << 16,
                1 << 31,
                u32::MAX - 1,
                u32::MAX,
                0x5a5a_1234,
            ] {
                assert_eq!(key.index_of(key.at(index)), index);
            }
        }
    }
}
