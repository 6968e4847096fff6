//! Samples as items of four bits a feature: eight to a word, the lowest bits first.

/// Features in a word.
pub(super) const IN_WORD: usize = 8;
/// Lanes of a query to a word of an item.
const LANES: usize = 4;
/// Words of an item whose sums fit a half word: 128 features.
const BLOCK: usize = 16;
/// Two features of a word.
const PAIR: u32 = 0x000f_000f;

/// Words of an item of so many features.
pub(super) const fn words_for(features: u32) -> usize {
    features.div_ceil(IN_WORD as u32) as usize
}

/// Words of a query for items of so many words.
pub(super) const fn lanes_for(words: usize) -> usize {
    LANES * words
}

/// A sample as distances take it: of each word of an item four words that hold two features each, twice their four high
/// bits. Features 0 and 4 of the word come first, 4 in the low half, then 1 and 5 and so on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query<'a> {
    lanes: &'a [[u32; LANES]],
    /// The sum of squares.
    square: u32,
}

impl<'a> Query<'a> {
    /// Makes it in the buffer, of [`lanes_for`] words or more.
    pub(super) fn new(sample: &[u8], buffer: &'a mut [u32]) -> Self {
        buffer.fill(0);
        let mut square = 0u32;
        for (part, lanes) in sample.chunks(IN_WORD).zip(buffer.chunks_mut(LANES)) {
            let (low, high) = part.split_at_checked(LANES).unwrap_or((part, &[]));
            for (features, shift) in [(low, 17), (high, 1)] {
                for (&feature, lane) in features.iter().zip(lanes.iter_mut()) {
                    let nibble = u32::from(feature >> 4);
                    square = square.wrapping_add(nibble * nibble);
                    *lane |= nibble << shift;
                }
            }
        }
        Self {
            lanes: buffer.as_chunks().0,
            square,
        }
    }

    /// The sum over the features of the squared difference to the item's. What an item has beyond the sample's features
    /// is compared with 0.
    #[inline]
    pub(super) fn distance(self, item: &[u32]) -> u32 {
        if item.len() <= BLOCK {
            return self.square.wrapping_add_signed(block(item, self.lanes));
        }
        let mut total = self.square;
        for (words, lanes) in item.chunks(BLOCK).zip(self.lanes.chunks(BLOCK)) {
            total = total.wrapping_add_signed(block(words, lanes));
        }
        total
    }
}

/// The sum of `w (w - 2 x)` over the features of up to 16 words.
///
/// Two features at once, w and x with the halves of a word: the high half of `(w + w' 2^16) (w' - 2 x' + (w - 2 x) 2^16)` is
/// `w (w - 2 x) + w' (w' - 2 x')`, and what the low half lends or borrows, `w (w' - 2 x')`, is summed beside it and rounded
/// away. A function of its own: its loop takes all registers that a Cortex-M0 has.
#[inline(never)]
fn block(words: &[u32], lanes: &[[u32; LANES]]) -> i32 {
    let mut sum = 0x8000u32;
    for (&word, lanes) in words.iter().zip(lanes) {
        for (step, &lane) in (0u32..).zip(lanes) {
            let pair = word >> (4 * step) & PAIR;
            let turned = pair.rotate_right(16).wrapping_sub(lane);
            sum = sum.wrapping_add(pair.wrapping_mul(turned));
        }
    }
    sum as i32 >> 16
}

/// Writes a sample's high bits.
pub(super) fn write(item: &mut [u32], sample: &[u8]) {
    for (word, part) in item.iter_mut().zip(sample.chunks(IN_WORD)) {
        let pack = |word, &feature: &u8| word << 4 | u32::from(feature >> 4);
        *word = part.iter().rev().fold(0, pack);
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, lanes_for, words_for, write};

    #[test]
    fn the_farthest_of_any_length_are_as_far_as_they_are() {
        for features in (1..=300).chain([511, 1023, 1024]) {
            let words = words_for(features);
            let (mut buffer, mut item) = ([0; 512], [0; 128]);
            let buffer = &mut buffer[..lanes_for(words)];
            let item = &mut item[..words];
            for (a, b) in [(255u8, 0u8), (0, 255), (255, 255), (112, 241)] {
                let (sample, other) = ([a; 1024], [b; 1024]);
                write(item, &other[..features as usize]);
                let difference = u32::from((a >> 4).abs_diff(b >> 4));
                let query = Query::new(&sample[..features as usize], buffer);
                let distance = query.distance(item);
                assert_eq!(distance, features * difference * difference);
            }
        }
    }
}
