//! Labels as bytes that survive a flipped bit.

use super::MAX_LABELS;

/// In place of the label of a byte that has none: two bits at least lie between it and every code word.
const NONE: u8 = 0xff;

/// The byte of a label below 16: its four bits a, b, c, e, the lowest first, then a + b + e, a + c + e, b + c + e and
/// a + b + c modulo 2, an extended Hamming (8, 4) code (Hamming 1950, "Error detecting and error correcting codes").
pub(super) const fn encode(label: u8) -> u8 {
    let (a, b, c, e) = (label & 1, label >> 1 & 1, label >> 2 & 1, label >> 3 & 1);
    label & 0xf | (a ^ b ^ e) << 4 | (a ^ c ^ e) << 5 | (b ^ c ^ e) << 6 | (a ^ b ^ c) << 7
}

/// The label of each byte.
const LABELS: [u8; 256] = {
    let mut labels = [NONE; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut label = 0;
        while label < MAX_LABELS as u8 {
            if (encode(label) ^ byte as u8).count_ones() <= 1 {
                labels[byte] = label;
            }
            label += 1;
        }
        byte += 1;
    }
    labels
};

/// The label of a byte: the nearest code word's, where one is within a bit.
#[inline]
pub(super) fn decode(byte: u8) -> Option<u8> {
    let label = LABELS[usize::from(byte)];
    (label != NONE).then_some(label)
}

/// Byte `index` of packed words, four to a word, the lowest first.
#[inline]
pub(super) fn byte(words: &[u32], index: usize) -> u8 {
    let word = words.get(index / 4).copied().unwrap_or(0);
    (word >> (8 * (index % 4))) as u8
}

/// Writes it.
pub(super) fn set_byte(words: &mut [u32], index: usize, byte: u8) {
    if let Some(word) = words.get_mut(index / 4) {
        let shift = 8 * (index % 4);
        *word = *word & !(0xff << shift) | u32::from(byte) << shift;
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn a_flipped_bit_is_corrected_and_two_silence() {
        for label in 0..16 {
            let byte = encode(label);
            assert_eq!(decode(byte), Some(label));
            for first in 0..8 {
                assert_eq!(decode(byte ^ 1 << first), Some(label));
                for second in 0..first {
                    assert_eq!(decode(byte ^ 1 << first ^ 1 << second), None);
                }
            }
        }
    }
}
