//! What a shared word counts, in integers.

use super::WordsError;

/// `k1` of BM25, 1.2, in 1/256.
pub(super) const K1: u64 = 307;

/// How much the length of an item takes from its score: `b` of BM25, in 1/256, with `k1` 1.2.
///
/// Where items are single remarks, as in a conversation, none of it or a little, which decides ties, is best; of documents of
/// all lengths 3/4 is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Length(u32);

impl Length {
    /// All lengths count alike.
    pub const NONE: Self = Self(0);

    /// A share in 1/256, 0 to 256.
    ///
    /// # Errors
    /// [`WordsError::Length`].
    pub const fn new(share: u32) -> Result<Self, WordsError> {
        if share > 256 {
            return Err(WordsError::Length { share });
        }
        Ok(Self(share))
    }

    /// The share, in 1/256.
    #[must_use]
    pub const fn share(self) -> u32 {
        self.0
    }
}

/// An item that shares a word with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Found {
    /// Its number.
    pub item: u32,
    /// Inverse document frequencies of the shared units, summed, in 1/65536 of a bit: a unit that half of many items have counts
    /// 65,536.
    pub score: u32,
    /// Units that it shares with the question.
    pub shared: u32,
}

impl Found {
    /// What room for those found is filled with.
    pub const NONE: Self = Self {
        item: 0,
        score: 0,
        shared: 0,
    };
}

/// The binary logarithm of a number above 0, in 1/65536, rounded down but for an error of one of these.
pub(super) fn log2(x: u32) -> u32 {
    let shift = x.leading_zeros().min(31);
    // 1 up to 2, of 31 bits behind the point; a square has the next bit of the logarithm before its own.
    let mut rest = x << shift;
    let mut log = 31u32.wrapping_sub(shift);
    for _ in 0..16 {
        let square = (u64::from(rest) * u64::from(rest)) >> 31;
        let bit = (square >> 32) as u32;
        rest = (square >> bit) as u32;
        log = log << 1 | bit;
    }
    log
}

/// What a unit counts that `with` of `items` items have: `log2((N + 1) / (n + 1/2))`, the inverse document frequency of BM25, in 1/65536.
///
/// For lists kept elsewhere than in [`Lists`](super::Lists), such as by unit, that are to score as these do.
#[must_use]
pub fn inverse_document_frequency(items: u32, with: u32) -> u32 {
    let all = items.saturating_add(1).saturating_mul(2);
    log2(all).saturating_sub(log2(with.saturating_mul(2) | 1))
}

/// How the score of an item depends on its length, as [`Lists::best`](super::Lists::best) has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Scale {
    share: u64,
    /// Items for one unit of an item, in 2^-32: the reciprocal of the mean length.
    reciprocal: u64,
}

impl Scale {
    /// For so many items that have so many units together.
    #[must_use]
    pub fn new(length: Length, items: u32, entries: u32) -> Self {
        let items = u64::from(items) << 32;
        Self {
            share: length.share().into(),
            reciprocal: items.checked_div(entries.into()).unwrap_or(0),
        }
    }

    /// The score of an item of so many units, from the sum of what those count that it shares with a question.
    #[must_use]
    pub fn score(&self, sum: u32, length: u32) -> u32 {
        if self.share == 0 {
            return sum;
        }
        // 1 + k1 (1 - b + b L / mean), in 1/65536, against the same for an item of no length at all.
        let relative = u64::from(length).wrapping_mul(self.reciprocal) >> 16;
        let parts = (256u64.wrapping_sub(self.share) << 16).wrapping_add(self.share * relative);
        let divisor = (K1.wrapping_mul(parts) >> 16).wrapping_add(1 << 16);
        let whole = u64::from(sum) * ((1 << 16) + (K1 << 8));
        let score = whole.checked_div(divisor).unwrap_or(0);
        u32::try_from(score).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::log2;

    #[test]
    fn logarithms_are_right_to_a_unit() {
        let all = (1..5_000).chain((0..27).flat_map(|bit| [(1 << 31) >> bit, u32::MAX >> bit]));
        for x in all {
            // 24 bits behind the point are exact in double precision.
            let error = f64::from(x).log2() * 65_536.0 - f64::from(log2(x));
            assert!((-1e-6..2.0).contains(&error), "{x}: {error}");
        }
        assert_eq!([1, 2, 1 << 31].map(log2), [0, 1 << 16, 31 << 16]);
        assert_eq!(log2(0), 0);
    }
}
