//! Networks, patterns and runs.

use slotless_core::bits;
use slotless_core::hopfield::classical::{Classical, Params};
use slotless_core::rng::{self, Purpose};

/// A pattern of half +1, its number in its stream.
pub fn pattern(units: u32, number: u32) -> Vec<u32> {
    let mut words = vec![0; bits::words_for(units)];
    let mut draws = rng::stream(5, Purpose(300), 0, number);
    bits::sample(units, units / 2, &mut draws, &mut words).unwrap();
    words
}

/// A pattern with this many units inverted.
pub fn noisy(pattern: &[u32], units: u32, flips: u32, number: u32) -> Vec<u32> {
    let mut noise = vec![0; pattern.len()];
    let mut draws = rng::stream(5, Purpose(301), 0, number);
    bits::sample(units, flips, &mut draws, &mut noise).unwrap();
    pattern.iter().zip(&noise).map(|(a, b)| a ^ b).collect()
}

/// A network of this many random patterns, and these end to end.
pub fn network(params: Params, memories: u32) -> (Classical<Vec<u32>>, Vec<u32>) {
    let mut network = Classical::new(params, vec![0; params.words()]).unwrap();
    let mut all = Vec::new();
    for number in 0..memories {
        let pattern = pattern(params.units(), number);
        network.store(&pattern).unwrap();
        all.extend(pattern);
    }
    (network, all)
}
