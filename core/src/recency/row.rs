//! One row: which cells are set, and the levels of these, packed in groups.

use crate::bits::{self, WORD_BITS};

/// The widest group, in bits.
const MAX_GROUP_BITS: u32 = 16;

/// How levels are packed: `cells` digits to the base L in a number of `bits` bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Coding {
    pub(super) levels: u32,
    pub(super) cells: u32,
    pub(super) bits: u32,
    /// A number below L^cells over L is `number reciprocal >> shift`, for cores without a division.
    reciprocal: u32,
    shift: u32,
}

impl Coding {
    /// The way for levels 0 to L - 1: the fewest bits a cell, and of equal ones the smallest group.
    pub(super) const fn new(levels: u32) -> Self {
        let (mut cells, mut bits) = (1, 0);
        if levels > 1 {
            bits = u32::BITS - (levels - 1).leading_zeros();
            let (mut more, mut power) = (2, levels as u64 * levels as u64);
            while power <= 1 << MAX_GROUP_BITS {
                let width = u64::BITS - (power - 1).leading_zeros();
                if width * cells < bits * more {
                    (cells, bits) = (more, width);
                }
                more += 1;
                power *= levels as u64;
            }
        }
        let (reciprocal, shift) = reciprocal(levels, (levels as u64).pow(cells) - 1);
        Self {
            levels,
            cells,
            bits,
            reciprocal,
            shift,
        }
    }

    /// Words of a row of `visible` cells of which up to `cap` are set.
    pub(super) const fn row_words(self, visible: u32, cap: u32) -> u32 {
        // There is a cell in a group, but the compiler has to be told.
        let groups = match cap.checked_next_multiple_of(self.cells) {
            Some(cells) => match cells.checked_div(self.cells) {
                Some(groups) => groups,
                None => 0,
            },
            None => 0,
        };
        (visible + groups * self.bits).div_ceil(WORD_BITS)
    }

    /// Where a digit is among numbers that stand one behind the other: the first bit of its number, and its place there.
    fn place(self, digit: u32) -> (u32, u32) {
        let group = digit.checked_div(self.cells).unwrap_or(0);
        let place = digit.wrapping_sub(group.wrapping_mul(self.cells));
        (group.wrapping_mul(self.bits), place)
    }

    /// The digit of this number in words of nothing but numbers.
    pub(super) fn get(self, words: &[u32], digit: u32) -> u32 {
        let (at, place) = self.place(digit);
        let mut group = group(words, at, self);
        for _ in 0..place {
            (group, _) = self.cut(group);
        }
        self.cut(group).1
    }

    /// Sets the digit of this number.
    pub(super) fn set(self, words: &mut [u32], digit: u32, value: u32) {
        let (at, place) = self.place(digit);
        let group = group(words, at, self);
        let (mut rest, mut weight) = (group, 1u32);
        for _ in 0..place {
            (rest, _) = self.cut(rest);
            weight = weight.wrapping_mul(self.levels);
        }
        let old = self.cut(rest).1;
        let new = group.wrapping_add(value.wrapping_sub(old).wrapping_mul(weight));
        let shift = at % WORD_BITS;
        let mask = ((1u64 << self.bits) - 1) << shift;
        let new = (u64::from(new) << shift) & mask;
        let parts = [(mask, new), (mask >> 32, new >> 32)];
        let words = words.iter_mut().skip((at / WORD_BITS) as usize);
        for (word, (mask, new)) in words.zip(parts) {
            *word = *word & !(mask as u32) | new as u32;
        }
    }

    /// A group less its first digit, and that digit.
    #[inline(always)]
    const fn cut(self, group: u32) -> (u32, u32) {
        let rest = group.wrapping_mul(self.reciprocal) >> self.shift;
        (rest, group.wrapping_sub(rest.wrapping_mul(self.levels)))
    }
}

/// A factor and a shift that divide numbers up to `most` by `by`, in 32 bits.
const fn reciprocal(by: u32, most: u64) -> (u32, u32) {
    let mut shift = 0;
    while shift < WORD_BITS {
        let reciprocal = match ((1u64 << shift) - 1).checked_div(by as u64) {
            Some(less) => less + 1,
            None => 1,
        };
        // The product is too large by `most` times this at most, in 1 / (by 2^shift): less than 1 / by does no harm.
        let over = reciprocal * by as u64 - (1 << shift);
        if over * most < 1 << shift && reciprocal * most < 1 << WORD_BITS {
            return (reciprocal as u32, shift);
        }
        shift += 1;
    }
    // There is one for each L up to 255: a test goes through them.
    (0, 0)
}

/// The set cells of a word of a row's map; behind the last cell there are levels.
#[inline(always)]
fn map_word(row: &[u32], visible: u32, at: usize) -> u32 {
    let word = row.get(at).copied().unwrap_or(0);
    let used = visible % WORD_BITS;
    if used != 0 && at == (visible / WORD_BITS) as usize {
        word & ((1 << used) - 1)
    } else {
        word
    }
}

/// Iterator over the set cells of a row and their levels, in the order of cells.
pub(super) struct Cells<'a> {
    row: &'a [u32],
    visible: u32,
    coding: Coding,
    /// The word of the map after that in hand, and the words there are.
    at: usize,
    words: usize,
    /// What is left of the word in hand.
    word: u32,
    /// Where the next group starts.
    place: u32,
    group: u32,
    /// Digits left in the group.
    left: u32,
}

impl<'a> Cells<'a> {
    pub(super) fn new(row: &'a [u32], visible: u32, coding: Coding) -> Self {
        Self {
            row,
            visible,
            coding,
            at: 0,
            words: bits::words_for(visible),
            word: 0,
            place: visible,
            group: 0,
            left: 0,
        }
    }
}

impl Iterator for Cells<'_> {
    type Item = (u32, u32);

    #[inline]
    fn next(&mut self) -> Option<(u32, u32)> {
        while self.word == 0 {
            if self.at == self.words {
                return None;
            }
            self.word = map_word(self.row, self.visible, self.at);
            self.at = self.at.wrapping_add(1);
        }
        let bit = self.word.trailing_zeros();
        self.word &= self.word - 1;
        let cell = (self.at as u32)
            .wrapping_mul(WORD_BITS)
            .wrapping_sub(WORD_BITS)
            .wrapping_add(bit);
        if self.left == 0 {
            self.group = group(self.row, self.place, self.coding);
            self.place = self.place.wrapping_add(self.coding.bits);
            self.left = self.coding.cells;
        }
        self.left = self.left.wrapping_sub(1);
        let (rest, level) = self.coding.cut(self.group);
        self.group = rest;
        Some((cell, level))
    }
}

/// The group that starts at a bit of a row.
#[inline(always)]
fn group(row: &[u32], place: u32, coding: Coding) -> u32 {
    bits::window(row, place) & ((1 << coding.bits) - 1)
}

/// Levels of set cells by their rank, in the order of cells: what a look-up of a few costs less than unpacking all.
pub(super) struct Ranks<'a> {
    row: &'a [u32],
    visible: u32,
    coding: Coding,
    /// The word of the map in hand, and set cells before it.
    at: usize,
    before: u32,
}

impl<'a> Ranks<'a> {
    pub(super) const fn new(row: &'a [u32], visible: u32, coding: Coding) -> Self {
        Self {
            row,
            visible,
            coding,
            at: 0,
            before: 0,
        }
    }

    /// The level of a set cell; cells come in ascending order.
    pub(super) fn level(&mut self, cell: u32) -> u32 {
        let word = (cell / WORD_BITS) as usize;
        while self.at < word {
            let passed = self.row.get(self.at).copied().unwrap_or(0).count_ones();
            self.before = self.before.wrapping_add(passed);
            self.at = self.at.wrapping_add(1);
        }
        let below = (1 << (cell % WORD_BITS)) - 1;
        let set = self.row.get(word).copied().unwrap_or(0) & below;
        let rank = self.before.wrapping_add(set.count_ones());
        let groups = rank.checked_div(self.coding.cells).unwrap_or(0);
        let digits = rank.wrapping_sub(groups.wrapping_mul(self.coding.cells));
        let place = groups
            .wrapping_mul(self.coding.bits)
            .wrapping_add(self.visible);
        let mut group = group(self.row, place, self.coding);
        for _ in 0..digits {
            (group, _) = self.coding.cut(group);
        }
        self.coding.cut(group).1
    }
}

/// Writes a row, of which all bits are zero at first, in the order of cells.
pub(super) struct Writer<'a> {
    row: &'a mut [u32],
    coding: Coding,
    place: u32,
    group: u32,
    /// What the next digit counts.
    weight: u32,
    /// Digits that the group has.
    digits: u32,
}

impl<'a> Writer<'a> {
    pub(super) fn new(row: &'a mut [u32], visible: u32, coding: Coding) -> Self {
        Self {
            row,
            coding,
            place: visible,
            group: 0,
            weight: 1,
            digits: 0,
        }
    }

    pub(super) fn push(&mut self, cell: u32, level: u32) {
        bits::set(self.row, cell);
        self.group = self.group.wrapping_add(level.wrapping_mul(self.weight));
        self.weight = self.weight.wrapping_mul(self.coding.levels);
        self.digits = self.digits.wrapping_add(1);
        if self.digits == self.coding.cells {
            self.flush();
        }
    }

    /// Writes the last group, which may have fewer digits.
    pub(super) fn flush(&mut self) {
        let at = (self.place / WORD_BITS) as usize;
        let wide = u64::from(self.group) << (self.place % WORD_BITS);
        for (word, part) in self
            .row
            .iter_mut()
            .skip(at)
            .zip([wide as u32, (wide >> 32) as u32])
        {
            *word |= part;
        }
        self.place = self.place.wrapping_add(self.coding.bits);
        (self.group, self.weight, self.digits) = (0, 1, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of all groups of up to 16 bits none has fewer bits a level; and every group is cut exactly.
    #[test]
    fn groups_are_the_narrowest_and_their_digits_exact() {
        for levels in 1..=255u32 {
            let coding = Coding::new(levels);
            let power = u64::from(levels).pow(coding.cells);
            assert!(power <= 1 << coding.bits && coding.bits <= 16);
            for cells in 1..=16u32 {
                let power = u64::from(levels).saturating_pow(cells);
                let Some(bits) = (0..=16).find(|&bits| power <= 1 << bits) else {
                    break;
                };
                let (own, other) = (coding.bits * cells, bits * coding.cells);
                assert!(own < other || own == other && coding.cells <= cells);
            }
            for group in 0..power as u32 {
                assert_eq!(coding.cut(group), (group / levels, group % levels));
            }
        }
        let group = |levels| {
            let coding = Coding::new(levels);
            (coding.cells, coding.bits)
        };
        let known = [1, 2, 3, 5, 8, 9, 11, 255].map(group);
        assert_eq!(
            known,
            [
                (1, 0),
                (1, 1),
                (5, 8),
                (3, 7),
                (1, 3),
                (5, 16),
                (2, 7),
                (1, 8)
            ]
        );
    }
}
