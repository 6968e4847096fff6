//! Successive cancellation with a list of paths (Tal and Vardy 2015), in integers.

use super::code::{recent_bits, transform};
use super::params::{MAX_LIST, PolarParams};
use crate::bits::WORD_BITS;

/// Which bit of a word is which.
const PLACES: [u32; 32] = {
    let mut places = [0; 32];
    let mut place = 0;
    while place < 32 {
        places[place] = 1 << place;
        place += 1;
    }
    places
};

/// Bits of a buffer's number.
const NUMBER_BITS: u32 = MAX_LIST.ilog2();
const NUMBERS: u64 = MAX_LIST as u64 - 1;

/// Which buffer a path has at each depth from 1 on: each depth's is the number of a path.
#[derive(Clone, Copy, Default)]
struct Numbers(u64);

impl Numbers {
    /// That of a depth; 0 of depth 0, which has one buffer.
    fn at(self, depth: u32) -> usize {
        match depth {
            0 => 0,
            _ => (self.0 >> Self::shift(depth) & NUMBERS) as usize,
        }
    }

    fn set(&mut self, depth: u32, number: usize) {
        let shift = Self::shift(depth);
        self.0 = self.0 & !(NUMBERS << shift) | (number as u64 & NUMBERS) << shift;
    }

    /// Depths are 1 to 12, so that all numbers have room.
    fn shift(depth: u32) -> u32 {
        NUMBER_BITS.wrapping_mul(depth.wrapping_sub(1)) % u64::BITS
    }
}

/// A way to choose the bits so far.
#[derive(Clone, Copy, Default)]
struct Path {
    /// What has been chosen against ratios.
    metric: u32,
    /// The last bits of the code, the newest lowest.
    recent: u32,
    /// Where its ratios are.
    ratios: Numbers,
    /// Where the bits of its left halves are.
    left: Numbers,
}

/// The tree of halves, and where each depth's buffers are.
#[derive(Clone, Copy)]
struct Tree {
    log: u32,
    list: usize,
}

impl Tree {
    /// Positions under a node.
    fn size(self, depth: u32) -> u32 {
        1 << (self.log.saturating_sub(depth) % WORD_BITS)
    }

    /// Words of the bits of a node.
    fn words(self, depth: u32) -> usize {
        (self.size(depth) / WORD_BITS).max(1) as usize
    }

    /// Those bits of a word that a node fills.
    fn mask(self, depth: u32) -> u32 {
        match self.size(depth) {
            size if size < WORD_BITS => (1u32 << size).wrapping_sub(1),
            _ => u32::MAX,
        }
    }

    /// Whether a node that starts at a position is the right half of one.
    fn is_right(self, depth: u32, first: u32) -> bool {
        depth > 0 && first & self.size(depth) != 0
    }

    /// Where the ratios of a depth start: one buffer of depth 0, L of each other.
    fn ratios_from(self, depth: u32) -> usize {
        let all = self.size(0);
        match depth {
            0 => 0,
            _ => {
                let before = all.wrapping_sub(self.size(depth.wrapping_sub(1))) as usize;
                self.list.wrapping_mul(before).wrapping_add(all as usize)
            }
        }
    }

    /// Where the bits of a depth start.
    fn bits_from(self, depth: u32) -> usize {
        let before = (0..depth).fold(0usize, |sum, depth| sum.wrapping_add(self.words(depth)));
        self.list.wrapping_mul(before)
    }

    /// The words with the bits of a node, and where in the first they start.
    fn part(self, whole: &[u32], depth: u32, first: u32) -> (&[u32], u32) {
        let words = whole
            .get((first / WORD_BITS) as usize..)
            .unwrap_or_default();
        let words = words.get(..self.words(depth)).unwrap_or(words);
        (words, first % WORD_BITS)
    }
}

/// Paths of a code, and what they know.
///
/// All go through the tree at once, so that what one writes at a depth all write, each to the buffer of its own number; when a
/// path is split in two, its numbers of buffers are copied and not the buffers.
pub(super) struct Decoder<'a> {
    tree: Tree,
    /// Which positions are stored, and their values.
    stored: &'a [u32],
    values: &'a [u32],
    /// Log likelihood ratios, positive where a zero is likelier: N of the whole, then by depth and path.
    ratios: &'a mut [i32],
    /// Chosen bits, by depth and path, of left halves and of right ones; those of the whole count as left.
    left: &'a mut [u32],
    right: &'a mut [u32],
    paths: [Path; MAX_LIST as usize],
    count: usize,
}

impl<'a> Decoder<'a> {
    /// Lays out its buffers: N and L (N - 1) ratios, and the bits of 2 L paths.
    pub fn new(
        params: &PolarParams,
        [stored, values]: [&'a [u32]; 2],
        ratios: &'a mut [i32],
        bits: &'a mut [u32],
    ) -> Self {
        let list = params.list() as usize;
        let of_one = list.wrapping_mul(params.path_words());
        let (left, right) = bits.split_at_mut_checked(of_one).unwrap_or_default();
        Self {
            tree: Tree {
                log: params.length().trailing_zeros(),
                list,
            },
            stored,
            values,
            ratios,
            left,
            right,
            paths: [Path::default(); MAX_LIST as usize],
            count: 1,
        }
    }

    /// The ratios of the whole, to be written before the decoder runs.
    pub fn whole(&mut self) -> &mut [i32] {
        let length = self.tree.size(0) as usize;
        self.ratios.get_mut(..length).unwrap_or_default()
    }

    /// Goes through all positions; out come the vectors of the paths, the likeliest first.
    #[inline(never)]
    pub fn run(&mut self) -> impl Iterator<Item = &[u32]> {
        let tree = self.tree;
        self.paths = [Path::default(); MAX_LIST as usize];
        self.count = 1;
        let (mut depth, mut first) = (0u32, 0u32);
        loop {
            if self.all_stored(depth, first) {
                self.take_stored(depth, first);
            } else if depth >= tree.log {
                self.choose(first);
            } else {
                depth = depth.wrapping_add(1);
                self.enter_left(depth);
                continue;
            }
            while tree.is_right(depth, first) {
                first &= !tree.size(depth);
                depth = depth.wrapping_sub(1);
                self.unite(depth, first);
            }
            if depth == 0 {
                break;
            }
            first |= tree.size(depth);
            self.enter_right(depth);
        }
        // The last position has the largest weight: unless all are stored, for one path, its choice has put them in order.
        self.left.chunks_exact(tree.words(0)).take(self.count)
    }

    fn all_stored(&self, depth: u32, first: u32) -> bool {
        let (words, shift) = self.tree.part(self.stored, depth, first);
        let mask = self.tree.mask(depth);
        words.iter().all(|&word| word >> shift & mask == mask)
    }

    /// Of each path the ratios of the node above in halves, and those of this depth's node to be written.
    fn halves(
        &mut self,
        depth: u32,
    ) -> impl Iterator<Item = (usize, &mut Path, [&[i32]; 2], &mut [i32])> {
        let size = self.tree.size(depth) as usize;
        let above = depth.wrapping_sub(1);
        let from = self.tree.ratios_from(above);
        let own = self.tree.ratios_from(depth);
        let (before, own) = self.ratios.split_at_mut_checked(own).unwrap_or_default();
        let before = before.get(from..).unwrap_or_default();
        let paths = self.paths.iter_mut().take(self.count).enumerate();
        let both = paths.zip(own.chunks_exact_mut(size));
        both.map(move |((place, path), own)| {
            let from = path.ratios.at(above).wrapping_mul(size).wrapping_mul(2);
            let node = before.get(from..).unwrap_or_default();
            let (low, rest) = node.split_at_checked(size).unwrap_or_default();
            let high = rest.get(..size).unwrap_or_default();
            (place, path, [low, high], own)
        })
    }

    /// Ratios of a left half, the sums of both halves' bits: the lesser of the two, negative if one of them is.
    fn enter_left(&mut self, depth: u32) {
        for (place, path, [low, high], own) in self.halves(depth) {
            path.ratios.set(depth, place);
            for ((own, &low), &high) in own.iter_mut().zip(low).zip(high) {
                let least = low.unsigned_abs().min(high.unsigned_abs()) as i32;
                let sign = (low ^ high) >> 31;
                *own = (least ^ sign).wrapping_sub(sign);
            }
        }
    }

    /// Ratios of a right half, the left one's bits being known: both say something of it.
    fn enter_right(&mut self, depth: u32) {
        let words = self.tree.words(depth);
        let from = self.tree.bits_from(depth);
        let left = core::mem::take(&mut self.left);
        let bits = left.get(from..).unwrap_or_default();
        for (place, path, [low, high], own) in self.halves(depth) {
            path.ratios.set(depth, place);
            let from = path.left.at(depth).wrapping_mul(words);
            let bits = bits.get(from..).unwrap_or_default();
            let each = own.chunks_mut(WORD_BITS as usize);
            let each = each.zip(low.chunks(WORD_BITS as usize));
            let each = each.zip(high.chunks(WORD_BITS as usize));
            for (((own, low), high), &word) in each.zip(bits) {
                let each = own.iter_mut().zip(low).zip(high).zip(PLACES);
                for (((own, &low), &high), place) in each {
                    let sign = -i32::from(word & place != 0);
                    *own = high.wrapping_add((low ^ sign).wrapping_sub(sign));
                }
            }
        }
        self.left = left;
    }

    /// Takes the bits of a node whose positions all are stored. What the choices below it would add to a metric is what its
    /// ratios have against its bits: `min(|a|, |b|)` for the sum of two bits, and then `|a| + |b|` or their difference for the
    /// second, come to |a| and |b| where these bits are wrong.
    fn take_stored(&mut self, depth: u32, first: u32) {
        let tree = self.tree;
        let size = tree.size(depth);
        let (values, shift) = tree.part(self.values, depth, first);
        let ratios = self
            .ratios
            .get(tree.ratios_from(depth)..)
            .unwrap_or_default();
        let side = match tree.is_right(depth, first) {
            true => &mut self.right,
            false => &mut self.left,
        };
        let own = side.get_mut(tree.bits_from(depth)..).unwrap_or_default();
        let own = own.chunks_exact_mut(tree.words(depth));
        for (path, own) in self.paths.iter_mut().take(self.count).zip(own) {
            for (own, &word) in own.iter_mut().zip(values) {
                *own = recent_bits(word >> shift, size.min(WORD_BITS), &mut path.recent);
            }
            transform(own, size);
            let from = path.ratios.at(depth).wrapping_mul(size as usize);
            let ratios = ratios.get(from..).unwrap_or_default();
            let ratios = ratios.get(..size as usize).unwrap_or_default();
            for (ratios, &word) in ratios.chunks(WORD_BITS as usize).zip(&*own) {
                for (&ratio, place) in ratios.iter().zip(PLACES) {
                    let against = (ratio < 0) != (word & place != 0);
                    let added = if against { ratio.unsigned_abs() } else { 0 };
                    path.metric = path.metric.wrapping_add(added);
                }
            }
        }
        self.have_bits(depth, first);
    }

    /// Splits each path in two by the bit of a position, and keeps the L of least metrics, the least first.
    fn choose(&mut self, first: u32) {
        let tree = self.tree;
        let (depth, list) = (tree.log, tree.list);
        let ratios = self
            .ratios
            .get(tree.ratios_from(depth)..)
            .unwrap_or_default();
        // Metric, path, and whether the bit goes against its ratio, from the highest bit down: a metric is at most the sum of N
        // ratios, 2^24.
        let mut kept = [u32::MAX; MAX_LIST as usize];
        let kept = kept.get_mut(..list).unwrap_or_default();
        let paths = self.paths.iter().take(self.count);
        for ((path, &ratio), place) in paths.zip(ratios).zip(0u32..) {
            for against in [0, 1] {
                let metric = path
                    .metric
                    .wrapping_add(ratio.unsigned_abs().wrapping_mul(against));
                let mut one = metric << (NUMBER_BITS + 1) | place << 1 | against;
                if kept.last().is_some_and(|&last| one < last) {
                    for kept in kept.iter_mut() {
                        (*kept, one) = ((*kept).min(one), (*kept).max(one));
                    }
                }
            }
        }
        let before = self.paths;
        self.count = self.count.wrapping_mul(2).min(list);
        let side = match tree.is_right(depth, first) {
            true => &mut self.right,
            false => &mut self.left,
        };
        let own = side.get_mut(tree.bits_from(depth)..).unwrap_or_default();
        let paths = self.paths.iter_mut().zip(own).take(self.count);
        for ((path, own), &mut kept) in paths.zip(kept) {
            let from = (kept >> 1 & (MAX_LIST - 1)) as usize;
            *path = before.get(from).copied().unwrap_or_default();
            path.metric = kept >> (NUMBER_BITS + 1);
            let ratio = ratios.get(from).copied().unwrap_or(0);
            *own = u32::from(ratio < 0) ^ kept & 1;
            path.recent = path.recent << 1 | *own;
        }
        self.have_bits(depth, first);
    }

    /// The bits of a node from those of its halves: their sums, and those of the right one.
    fn unite(&mut self, depth: u32, first: u32) {
        let tree = self.tree;
        let below = depth.wrapping_add(1);
        let (size, words) = (tree.size(below), tree.words(below));
        let cut = tree.bits_from(below);
        let (left, of_left) = self.left.split_at_mut_checked(cut).unwrap_or_default();
        let (right, of_right) = self.right.split_at_mut_checked(cut).unwrap_or_default();
        let own = match tree.is_right(depth, first) {
            true => right,
            false => left,
        };
        let own = own.get_mut(tree.bits_from(depth)..).unwrap_or_default();
        let own = own.chunks_exact_mut(tree.words(depth));
        let each = self.paths.iter().take(self.count).zip(own);
        for ((path, own), right) in each.zip(of_right.chunks_exact(words)) {
            let from = path.left.at(below).wrapping_mul(words);
            let left = of_left.get(from..).unwrap_or_default();
            if let ([own], Some(left), Some(right)) = (&mut *own, left.first(), right.first())
                && size < WORD_BITS
            {
                *own = left ^ right | right << size;
            } else if let Some((low, high)) = own.split_at_mut_checked(words) {
                let each = low.iter_mut().zip(high).zip(left.iter().zip(right));
                for ((low, high), (&left, &right)) in each {
                    (*low, *high) = (left ^ right, right);
                }
            }
        }
        self.have_bits(depth, first);
    }

    /// Each path has written the bits of a node to the buffer of its own number. Those of a right half are used at once, before
    /// paths are chosen again.
    fn have_bits(&mut self, depth: u32, first: u32) {
        if depth > 0 && !self.tree.is_right(depth, first) {
            for (place, path) in self.paths.iter_mut().take(self.count).enumerate() {
                path.left.set(depth, place);
            }
        }
    }
}
