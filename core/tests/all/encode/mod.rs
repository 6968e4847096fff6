//! Encoders against their second writing, all values of small sensors, damaged patterns, bad input, calibration on streams.

mod bad_input;
mod calibration;
mod equality;
mod order;
mod properties;

use slotless_core::bits;
use slotless_core::encode::{Encode, Range};

/// The pattern of a value.
fn coded<E: Encode>(encoder: &E, value: E::Value) -> Vec<u32> {
    let mut out = vec![u32::MAX; bits::words_for(encoder.units())];
    encoder.encode(value, &mut out).unwrap();
    bits::check(&out, encoder.units()).unwrap();
    out
}

fn unpacked(words: &[u32], n: u32) -> Vec<bool> {
    (0..n).map(|j| bits::get(words, j)).collect()
}

fn packed(pattern: &[bool]) -> Vec<u32> {
    let mut words = vec![0; bits::words_for(pattern.len() as u32)];
    for (j, _) in pattern.iter().enumerate().filter(|(_, one)| **one) {
        words[j / 32] |= 1 << (j % 32);
    }
    words
}

fn range(low: i32, high: i32) -> Range {
    Range::new(low, high).unwrap()
}
