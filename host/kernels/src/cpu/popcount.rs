//! Overlaps of packed bit vectors: AND and popcount.

use super::simd::{BYTES, Block, GROUPS, Isa, Kernel};

/// Words in a block.
const WORDS: usize = BYTES / 4;
/// Rows counted together.
const TOGETHER: usize = GROUPS;

/// Overlaps `|query AND row|` of a packed query with packed rows as long as the query, one after the other; row i's goes to
/// `out[i]`. Equal to [`slotless_core::bits::overlap`] row by row.
///
/// Costs one pass over the rows, at about the speed of memory: a search among stored binary patterns is this and a
/// maximum.
///
/// ```
/// use slotless_kernels::cpu::{Isa, overlaps};
/// let mut out = [0; 2];
/// overlaps(Isa::best(), &[0b1011, 1], &[0b0110, 1, 0, 0], &mut out);
/// assert_eq!(out, [2, 0]);
/// ```
///
/// # Panics
/// If the rows are not as many as `out` has places.
pub fn overlaps(isa: Isa, query: &[u32], rows: &[u32], out: &mut [u32]) {
    assert_eq!(
        rows.len(),
        query.len() * out.len(),
        "as many rows as places for their overlaps"
    );
    isa.run(Overlaps { query, rows, out });
}

/// For each of some packed queries of `words` words, one after the other, the row with the largest overlap, the first among
/// equals, as (row, overlap); (0, 0) where there are no rows.
///
/// Rows are read once for all queries, a piece that fits the first-level cache at a time.
///
/// ```
/// use slotless_kernels::cpu::{Isa, nearest};
/// let rows = [0b0111, 0b1110, 0b1111];
/// assert_eq!(nearest(Isa::best(), 1, &[0b1010, 0b0001], &rows), [(1, 2), (0, 1)]);
/// ```
///
/// # Panics
/// If `words` is 0, or queries and rows are not whole rows.
#[must_use]
pub fn nearest(isa: Isa, words: usize, queries: &[u32], rows: &[u32]) -> Vec<(u32, u32)> {
    assert!(
        words > 0 && queries.len().is_multiple_of(words) && rows.len().is_multiple_of(words),
        "whole rows of {words} words"
    );
    nearest_of(isa, words, queries, rows, Equals::First)
}

/// Which of rows with equal overlaps counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Equals {
    First,
    Last,
}

/// [`nearest`] with this one of equals.
pub(super) fn nearest_of(
    isa: Isa,
    words: usize,
    queries: &[u32],
    rows: &[u32],
    equals: Equals,
) -> Vec<(u32, u32)> {
    let mut best = vec![(0, 0); queries.len() / words];
    let together = (PIECE / words).max(1);
    let mut found = vec![0; together];
    for (piece, rows) in (0..).zip(rows.chunks(together * words)) {
        let found = &mut found[..rows.len() / words];
        for (query, best) in queries.chunks_exact(words).zip(&mut best) {
            overlaps(isa, query, rows, found);
            // Only a piece with something larger is looked at row by row.
            let largest = found.iter().copied().max().unwrap_or(0);
            let at = |&overlap: &u32| overlap == largest;
            let place = match equals {
                Equals::First if largest > best.1 => found.iter().position(at),
                Equals::Last if largest >= best.1 => found.iter().rposition(at),
                _ => None,
            };
            if let Some(place) = place {
                *best = ((piece * together + place) as u32, largest);
            }
        }
    }
    best
}

/// Words of rows that are searched before the next query takes its turn: 16 kB.
const PIECE: usize = 4096;

struct Overlaps<'a> {
    query: &'a [u32],
    rows: &'a [u32],
    out: &'a mut [u32],
}

impl Kernel for Overlaps<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self { query, rows, out } = self;
        match query.len() {
            0 => out.fill(0),
            // Rows that fill a block without a rest: several to a block, the query repeated.
            // A call for each width, so that what is divided by is known to the compiler.
            8 => several::<B>(query, rows, 2, out),
            4 => several::<B>(query, rows, 4, out),
            2 => several::<B>(query, rows, 8, out),
            words if words % WORDS == 0 => whole::<B>(query, rows, out),
            words => {
                for (row, out) in rows.chunks_exact(words).zip(out) {
                    *out = overlap::<B>(query, row);
                }
            }
        }
    }
}

/// The block of some words, the first lowest, filled up with zeros.
#[inline(always)]
fn block<B: Block>(words: &[u32]) -> B {
    let mut bytes = [0; BYTES];
    let room = bytes.as_chunks_mut::<4>().0.iter_mut();
    // Two loops, since the one of known length becomes a load.
    match words.first_chunk::<WORDS>() {
        Some(words) => room
            .zip(words)
            .for_each(|(to, word)| *to = word.to_le_bytes()),
        None => room
            .zip(words)
            .for_each(|(to, word)| *to = word.to_le_bytes()),
    }
    B::load(&bytes)
}

/// Several rows to a block: the query stands in each of their places by turns, with zeros beside it.
#[inline(always)]
fn several<B: Block>(query: &[u32], rows: &[u32], together: usize, out: &mut [u32]) {
    let mut queries = [B::zero(); GROUPS];
    for (place, to) in queries[..together].iter_mut().enumerate() {
        let mut words = [0; WORDS];
        words[place * query.len()..][..query.len()].copy_from_slice(query);
        *to = block(&words);
    }
    // Eight rows at a time; the last few are filled up with zeros.
    let eight = GROUPS * query.len();
    for (rows, out) in rows.chunks(eight).zip(out.chunks_mut(GROUPS)) {
        let mut blocks = [B::zero(); GROUPS];
        for (to, words) in blocks.iter_mut().zip(rows.chunks(WORDS)) {
            *to = block(words);
        }
        let mut counts = [B::zero(); GROUPS];
        for (row, counts) in counts.iter_mut().enumerate() {
            *counts = blocks[row / together]
                .and(queries[row % together])
                .count_groups();
        }
        let sums = B::sums(counts);
        match out.first_chunk_mut() {
            Some(out) => *out = sums,
            None => out.copy_from_slice(&sums[..out.len()]),
        }
    }
}

/// Rows of whole blocks, eight at a time: a block of the query is loaded once for all eight, and their sums are taken
/// together.
#[inline(always)]
fn whole<B: Block>(query: &[u32], rows: &[u32], out: &mut [u32]) {
    let query = query.as_chunks::<WORDS>().0;
    let rows = rows.as_chunks::<WORDS>().0;
    let (eights, last) = out.as_chunks_mut::<TOGETHER>();
    let (first, rest) = rows.split_at(eights.len() * TOGETHER * query.len());
    for (rows, out) in first.chunks_exact(TOGETHER * query.len()).zip(eights) {
        let mut counts = [B::zero(); TOGETHER];
        for (at, query) in query.iter().enumerate() {
            let query = block::<B>(query);
            for (row, counts) in counts.iter_mut().enumerate() {
                let both = block::<B>(&rows[row * (rows.len() / TOGETHER) + at]).and(query);
                *counts = counts.add_groups(both.count_groups());
            }
        }
        *out = B::sums(counts);
    }
    for (row, out) in rest.chunks_exact(query.len()).zip(last) {
        *out = overlap::<B>(query.as_flattened(), row.as_flattened());
    }
}

/// The ones that 64 bytes have in common with each of many such blocks, all together, modulo 2^32; blocks beyond the last whole
/// eight are left out.
///
/// What AND and popcount cost when nothing else is to be done: the limit that benchmarks hold [`overlaps`] against.
#[must_use]
pub fn peak(isa: Isa, mask: &[u8; BYTES], blocks: &[[u8; BYTES]]) -> u32 {
    isa.run(Peak { mask, blocks })
}

struct Peak<'a> {
    mask: &'a [u8; BYTES],
    blocks: &'a [[u8; BYTES]],
}

impl Kernel for Peak<'_> {
    type Output = u32;

    #[inline(always)]
    fn run<B: Block>(self) -> u32 {
        let mask = B::load(self.mask);
        let mut counts = [B::zero(); TOGETHER];
        for blocks in self.blocks.as_chunks::<TOGETHER>().0 {
            for (counts, bytes) in counts.iter_mut().zip(blocks) {
                *counts = counts.add_groups(B::load(bytes).and(mask).count_groups());
            }
        }
        B::sums(counts).into_iter().sum()
    }
}

/// The overlap of two packed vectors of one length.
#[inline(always)]
fn overlap<B: Block>(a: &[u32], b: &[u32]) -> u32 {
    // Four sums, so that one addition need not wait for another.
    const APART: usize = 4;
    let mut counts = [B::zero(); APART];
    let (a, b) = (a.chunks(APART * WORDS), b.chunks(APART * WORDS));
    for (a, b) in a.zip(b) {
        for ((counts, a), b) in counts.iter_mut().zip(a.chunks(WORDS)).zip(b.chunks(WORDS)) {
            let both = block::<B>(a).and(block(b));
            *counts = counts.add_groups(both.count_groups());
        }
    }
    let [a, b, c, d] = counts;
    a.add_groups(b)
        .add_groups(c.add_groups(d))
        .groups()
        .into_iter()
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use slotless_core::bits;

    use super::{Isa, nearest, overlaps};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 200 }))]

        #[test]
        fn equals_the_core_row_by_row(
            words in prop_oneof![0usize..40, Just(64), Just(if cfg!(miri) { 48 } else { 200 })], rows in prop_oneof![0usize..9, Just(if cfg!(miri) { 17 } else { 700 })], seed in any::<u64>(),
        ) {
            let mut draw = seed | 1;
            let mut word = || {
                draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                if draw >> 61 == 0 { u32::MAX } else { (draw >> 32) as u32 }
            };
            let query: Vec<u32> = (0..words).map(|_| word()).collect();
            let stored: Vec<u32> = (0..words * rows).map(|_| word()).collect();
            let expected: Vec<u32> = (0..rows)
                .map(|row| bits::overlap(&query, &stored[row * words..(row + 1) * words]))
                .collect();
            for isa in Isa::available() {
                let mut out = vec![7; rows];
                overlaps(isa, &query, &stored, &mut out);
                prop_assert_eq!(&out, &expected, "{}", isa);
                if words > 0 {
                    let largest = expected.iter().copied().max().unwrap_or(0);
                    let first = expected.iter().position(|&overlap| overlap == largest).unwrap_or(0);
                    let both = [&query[..], &query[..]].concat();
                    prop_assert_eq!(nearest(isa, words, &both, &stored), [(first as u32, largest); 2]);
                }
            }
        }
    }
}
