//! Searches among packed rows by overlap, over their columns.
//!
//! Row by row a search reads every bit of every row. Turned, bit `i` of 512 rows lies in one line of 64 bytes, and a query
//! reads the lines of its ones alone: their sum, row by row and all 512 at once, is the overlap. Sums are kept as bit planes and
//! added by full adders, eight lines at a time (carry-save addition; Harley and Seal's population count is the same tree),
//! and only a block of rows with something larger than the best so far is looked at any closer.

use slotless_core::bits;

use super::simd::{BYTES, Block, GROUPS, Isa, Kernel, Line, prefetch};

/// Rows whose bits stand in a line.
const TOGETHER: usize = 8 * BYTES;
/// Lines that are added at a time.
const EIGHT: usize = 8;
/// Planes of a sum that stay in registers: ones, twos and fours.
const LOW: usize = 3;
/// Planes above, for the overlap of any two packed vectors.
const HIGH: usize = 32 - LOW;

/// Packed rows, all of one length, kept so that the row with the largest overlap is found fast.
///
/// Takes the bytes of the rows, rounded up to whole 512 rows. Turning 12.8 MB of them takes 0.03 s. A query with an eighth of its bits
/// set is answered 12 to 17 times as fast as by [`nearest`](super::nearest) with AVX2 and 6 to 12 times with AVX-512, one with half
/// of them 2 to 6 and 1.6 to 4.4 times (100,000 rows of 1,024 bits, 1,000,000 of 256). Fewer than 512 rows are kept as they are.
///
/// ```
/// use slotless_kernels::cpu::{Isa, Search};
/// let rows = [0b0111, 0b1110, 0b1111];
/// let search = Search::new(Isa::best(), 1, &rows);
/// assert_eq!(search.nearest(&[0b1010, 0b0001]), [(1, 2), (0, 1)]);
/// ```
#[derive(Clone)]
pub struct Search {
    isa: Isa,
    /// Words of a row.
    words: usize,
    count: usize,
    kept: Kept,
}

#[derive(Clone)]
enum Kept {
    Rows(Vec<u32>),
    /// A line per bit of a row, for each 512 rows; rows that are not there are zeros.
    Columns(Vec<Line>),
}

impl Search {
    /// Keeps rows of `words` words, one after the other. They are copied.
    ///
    /// # Panics
    /// If `words` is 0, or there is a part of a row.
    #[must_use]
    pub fn new(isa: Isa, words: usize, rows: &[u32]) -> Self {
        assert!(
            words > 0 && rows.len().is_multiple_of(words),
            "whole rows of {words} words"
        );
        // 512 rows of 1,024 bits cost a query with half of its bits set as much by columns as by rows with AVX-512, and less
        // with all else.
        let kept = match rows.len() / words {
            ..TOGETHER => Kept::Rows(rows.to_vec()),
            _ => Kept::Columns(columns(words, rows)),
        };
        Self {
            isa,
            words,
            count: rows.len() / words,
            kept,
        }
    }

    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Bytes of what is kept.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.kept {
            Kept::Rows(rows) => size_of_val(&rows[..]),
            Kept::Columns(lines) => size_of_val(&lines[..]),
        }
    }

    /// As [`nearest`](super::nearest): for each of some packed queries, one after the other, the row with the largest overlap, the
    /// first among equals, as (row, overlap); (0, 0) where there are no rows.
    ///
    /// What is kept is read once for all queries.
    ///
    /// # Panics
    /// If there is a part of a query.
    #[must_use]
    pub fn nearest(&self, queries: &[u32]) -> Vec<(u32, u32)> {
        let words = self.words;
        assert!(
            queries.len().is_multiple_of(words),
            "whole queries of {words} words"
        );
        let lines = match &self.kept {
            Kept::Rows(rows) => return super::nearest(self.isa, words, queries, rows),
            Kept::Columns(lines) => lines,
        };
        let mut ones = Vec::new();
        let mut asked = Vec::with_capacity(queries.len() / words);
        for query in queries.chunks_exact(words) {
            let first = ones.len();
            ones.extend(bits::ones(query));
            asked.push(Asked {
                first,
                end: ones.len(),
                best: (0, 0),
            });
        }
        self.isa.run(Nearest {
            lines,
            width: 32 * words,
            ones: &ones,
            asked: &mut asked,
        });
        asked.into_iter().map(|query| query.best).collect()
    }
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the lines, of which there are millions.
        f.debug_struct("Search")
            .field("isa", &self.isa)
            .field("words", &self.words)
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

/// The columns of rows.
fn columns(words: usize, rows: &[u32]) -> Vec<Line> {
    let width = 32 * words;
    let mut lines = vec![Line([0; BYTES]); (rows.len() / words).div_ceil(TOGETHER) * width];
    let blocks = lines.chunks_exact_mut(width);
    for (rows, lines) in rows.chunks(TOGETHER * words).zip(blocks) {
        for (part, rows) in rows.chunks(32 * words).enumerate() {
            for (word, lines) in lines.as_chunks_mut::<32>().0.iter_mut().enumerate() {
                let mut square = [0; 32];
                for (to, row) in square.iter_mut().zip(rows.chunks_exact(words)) {
                    *to = row[word];
                }
                turn(&mut square);
                for (line, column) in lines.iter_mut().zip(square) {
                    line.0.as_chunks_mut::<4>().0[part] = column.to_le_bytes();
                }
            }
        }
    }
    lines
}

/// Turns a square of bits: bit `j` of word `i` and bit `i` of word `j` change places. Squares in it change places, then squares
/// in these (Knuth, volume 4A, 7.1.3).
fn turn(square: &mut [u32; 32]) {
    let (mut side, mut mask) = (16, 0x0000_ffff_u32);
    while side > 0 {
        for row in (0..32).filter(|row| row & side == 0) {
            let (upper, lower) = (square[row], square[row + side]);
            let differ = ((upper >> side) ^ lower) & mask;
            square[row] = upper ^ (differ << side);
            square[row + side] = lower ^ differ;
        }
        side /= 2;
        mask ^= mask << side;
    }
}

/// A query, by the places of its ones, and what it has found.
struct Asked {
    first: usize,
    end: usize,
    best: (u32, u32),
}

struct Nearest<'a> {
    lines: &'a [Line],
    width: usize,
    ones: &'a [u32],
    asked: &'a mut [Asked],
}

impl Kernel for Nearest<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let mut rest = self.lines;
        let mut row = 0;
        while let Some((block, behind)) = rest.split_at_checked(self.width)
            && !block.is_empty()
        {
            // The last block has none behind it, and looks at itself once more.
            let ahead = behind.get(..self.width).unwrap_or(block);
            for query in self.asked.iter_mut() {
                let ones = &self.ones[query.first..query.end];
                search_block::<B>(block, ahead, ones, row, &mut query.best);
            }
            row += TOGETHER as u32;
            rest = behind;
        }
    }
}

/// A sum of lines, row by row, as bit planes, the lowest first.
struct Sum<B> {
    low: [B; LOW],
    high: [B; HIGH],
    /// Planes of `high` that are in use.
    used: usize,
}

impl<B: Block> Sum<B> {
    /// Adds eight lines, which with those before are `number` times eight.
    #[inline(always)]
    fn add(&mut self, lines: [B; EIGHT], number: u32) {
        let [a, b, c, d, e, f, g, h] = lines;
        let [ones, twos, fours] = self.low;
        let (ones, two_a) = ones.full_add(a, b);
        let (ones, two_b) = ones.full_add(c, d);
        let (twos, four_a) = twos.full_add(two_a, two_b);
        let (ones, two_a) = ones.full_add(e, f);
        let (ones, two_b) = ones.full_add(g, h);
        let (twos, four_b) = twos.full_add(two_a, two_b);
        let (fours, mut carry) = fours.full_add(four_a, four_b);
        self.low = [ones, twos, fours];
        // As many as the number of eights has bits.
        self.used = (u32::BITS - number.leading_zeros()) as usize;
        for plane in &mut self.high[..self.used] {
            let both = plane.and(carry);
            *plane = plane.xor(carry);
            carry = both;
        }
    }

    #[inline(always)]
    fn plane(&self, at: usize) -> B {
        if at < LOW {
            self.low[at]
        } else {
            self.high[at - LOW]
        }
    }
}

/// Looks for rows of a block whose overlap is larger than the best so far; `row` is the number of its first.
#[inline(always)]
fn search_block<B: Block>(
    block: &[Line],
    ahead: &[Line],
    ones: &[u32],
    row: u32,
    best: &mut (u32, u32),
) {
    let mut sum = Sum {
        low: [B::zero(); LOW],
        high: [B::zero(); HIGH],
        used: 0,
    };
    let (eights, rest) = ones.as_chunks::<EIGHT>();
    for (number, columns) in (1..).zip(eights) {
        let mut lines = [B::zero(); EIGHT];
        for (line, &column) in lines.iter_mut().zip(columns) {
            *line = B::load(&block[column as usize].0);
            prefetch(&ahead[column as usize]);
        }
        sum.add(lines, number);
    }
    if !rest.is_empty() {
        let mut lines = [B::zero(); EIGHT];
        for (line, &column) in lines.iter_mut().zip(rest) {
            *line = B::load(&block[column as usize].0);
            prefetch(&ahead[column as usize]);
        }
        sum.add(lines, eights.len() as u32 + 1);
    }
    let planes = LOW + sum.used;
    if best.1.checked_shr(planes as u32).unwrap_or(0) != 0 {
        return;
    }
    // Larger, from the highest plane on: a one where the best has a zero, and equal above.
    let (mut larger, mut equal) = (B::zero(), B::ones());
    for at in (0..planes).rev() {
        let plane = sum.plane(at);
        let both = equal.and(plane);
        if best.1 >> at & 1 == 0 {
            larger = larger.or(both);
            equal = equal.xor(both);
        } else {
            equal = both;
        }
    }
    if !larger.any() {
        return;
    }
    let (mut largest, mut overlap) = (larger, 0);
    for at in (0..planes).rev() {
        let plane = sum.plane(at);
        let with = largest.and(plane);
        if with.any() {
            largest = with;
            overlap |= 1 << at;
        }
    }
    let groups: [u64; GROUPS] = largest.to_groups();
    for (group, bits) in (0..).zip(groups) {
        if bits != 0 {
            *best = (row + 64 * group + bits.trailing_zeros(), overlap);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use slotless_core::bits;

    use super::super::nearest;
    use super::{Asked, Isa, Nearest, Search, columns, turn};

    #[test]
    fn turning_is_by_definition() {
        let mut draw = 1u32;
        let mut square = [0; 32];
        for word in &mut square {
            draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *word = draw;
        }
        let before = square;
        turn(&mut square);
        for (i, word) in before.into_iter().enumerate() {
            for (j, turned) in square.into_iter().enumerate() {
                assert_eq!(word >> j & 1, turned >> i & 1, "{i} {j}");
            }
        }
    }

    /// The first row with the largest overlap, one by one.
    fn naive(words: usize, query: &[u32], rows: &[u32]) -> (u32, u32) {
        let mut best = (0, 0);
        for (row, stored) in (0..).zip(rows.chunks_exact(words)) {
            let overlap = bits::overlap(query, stored);
            if overlap > best.1 {
                best = (row, overlap);
            }
        }
        best
    }

    fn agree(words: usize, queries: &[u32], rows: &[u32]) {
        let expected: Vec<(u32, u32)> = queries
            .chunks_exact(words)
            .map(|query| naive(words, query, rows))
            .collect();
        for isa in Isa::available() {
            let search = Search::new(isa, words, rows);
            assert_eq!(search.count(), rows.len() / words);
            assert!(search.bytes() >= size_of_val(rows) && search.bytes().is_multiple_of(4));
            assert_eq!(search.nearest(queries), expected, "{isa}");
            // Which has its own test, and takes a minute of Miri.
            if !cfg!(miri) {
                assert_eq!(nearest(isa, words, queries, rows), expected, "{isa}");
            }
            // Few rows, too, by their columns.
            let mut ones = Vec::new();
            let asked = queries.chunks_exact(words).map(|query| {
                let first = ones.len();
                ones.extend(bits::ones(query));
                Asked {
                    first,
                    end: ones.len(),
                    best: (0, 0),
                }
            });
            let mut asked: Vec<Asked> = asked.collect();
            let lines = columns(words, rows);
            assert_eq!(lines.len() % (32 * words), 0);
            isa.run(Nearest {
                lines: &lines,
                width: 32 * words,
                ones: &ones,
                asked: &mut asked,
            });
            let found: Vec<(u32, u32)> = asked.iter().map(|query| query.best).collect();
            assert_eq!(found, expected, "{isa}, by columns");
        }
    }

    #[test]
    fn edges() {
        // No rows, no queries, a query without ones, rows without ones.
        agree(2, &[3, 0], &[]);
        agree(2, &[], &[1, 2]);
        agree(1, &[0], &[1, 2, 3]);
        agree(1, &[7], &[0, 0, 0]);
        // The first of equals, also across blocks, and the last row of all.
        let count = if cfg!(miri) { 514 } else { 1_030 };
        let mut rows = vec![5; count];
        agree(1, &[5, 4], &rows);
        rows[count - 1] = 7;
        agree(1, &[7, 5], &rows);
        // As many ones as there are bits: the sum fills every plane.
        let widths = [1, 2, 8, 33];
        for &words in &widths[..if cfg!(miri) { 2 } else { 4 }] {
            let rows = vec![u32::MAX; 3 * words];
            agree(words, &rows[..words], &rows);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else if cfg!(target_endian = "big") { 40 } else { 200 }))]

        #[test]
        fn equals_a_search_row_by_row(
            words in prop_oneof![1usize..5, Just(8), Just(if cfg!(miri) { 3 } else { 32 })],
            rows in prop_oneof![0usize..40, 510usize..515, Just(if cfg!(miri) { 3 } else { 1_700 })],
            queries in 0usize..4, rare in 0u32..4, seed in any::<u64>(),
        ) {
            let mut draw = seed | 1;
            let mut word = |rare: u32| {
                (0..rare).fold(u32::MAX, |bits, _| {
                    draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    bits & (draw >> 32) as u32
                })
            };
            let stored: Vec<u32> = (0..words * rows).map(|_| word(1)).collect();
            let asked: Vec<u32> = (0..words * queries).map(|_| word(rare)).collect();
            agree(words, &asked, &stored);
        }
    }
}
