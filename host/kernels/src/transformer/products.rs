//! Sums of products that both kinds of attention and the update take, and what a batch comes to.

use super::super::simd::{Chunk, Floats, LANES};
use super::scratch::Scratch;
use super::weights::Weights;
use super::{Outcome, Settings};

/// Sum of the products of two vectors.
#[inline(always)]
pub(super) fn dot<F: Floats>(a: &[Chunk], b: &[Chunk]) -> f32 {
    let mut sum = F::splat(0.0);
    for (a, b) in a.iter().zip(b) {
        sum = sum.add(F::load(a).mul(F::load(b)));
    }
    sum.sum()
}

/// Sum of vectors, each times its number; as many of both, in whole chunks. The shape is that of `sum16!`.
#[inline(always)]
pub(super) fn weighted<F: Floats>(vectors: &[Chunk], numbers: &[f32]) -> F {
    let (vectors, numbers) = (
        vectors.as_chunks::<LANES>().0,
        numbers.as_chunks::<LANES>().0,
    );
    // Four partial sums at a time: few enough for the registers, and without a dependence between them.
    macro_rules! quarter {
        ($r:expr) => {{
            let mut sums = [F::splat(0.0); 4];
            for (vectors, numbers) in vectors.iter().zip(numbers) {
                sums[0] = sums[0].add(F::load(&vectors[$r]).mul(F::splat(numbers[$r])));
                sums[1] = sums[1].add(F::load(&vectors[$r + 8]).mul(F::splat(numbers[$r + 8])));
                sums[2] = sums[2].add(F::load(&vectors[$r + 4]).mul(F::splat(numbers[$r + 4])));
                sums[3] = sums[3].add(F::load(&vectors[$r + 12]).mul(F::splat(numbers[$r + 12])));
            }
            (sums[0].add(sums[1])).add(sums[2].add(sums[3]))
        }};
    }
    if F::LOOPS {
        let mut quarters = [F::splat(0.0); 4];
        for (r, quarter) in quarters.iter_mut().enumerate() {
            *quarter = quarter!(r);
        }
        let [first, second, third, fourth] = quarters;
        return first.add(third).add(second.add(fourth));
    }
    let even = quarter!(0).add(quarter!(2));
    let odd = quarter!(1).add(quarter!(3));
    even.add(odd)
}

/// Products of all queries and all keys.
#[inline(always)]
pub(super) fn matches<F: Floats>(settings: &Settings, weights: &Weights, scratch: &mut Scratch) {
    let (letters, key) = (settings.sizes.letters as usize, scratch.key);
    let [queries, keys] = &weights.columns;
    for (letter, query) in queries.chunks_exact(key).skip(2 * letters).enumerate() {
        let row = &mut scratch.matches[letter * 2 * letters..][..2 * letters];
        for (out, column) in row.iter_mut().zip(keys.chunks_exact(key)) {
            *out = dot::<F>(query, column);
        }
    }
}

/// The loss of a batch whose squared errors are there, and how many were right.
#[inline(always)]
pub(super) fn outcome<F: Floats>(correct: u32, batch: u32, losses: &[Chunk]) -> Outcome {
    let mut sum = F::splat(0.0);
    for chunk in losses {
        sum = sum.add(F::load(chunk));
    }
    Outcome {
        correct,
        loss: sum.sum() / batch as f32,
    }
}
