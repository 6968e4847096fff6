//! Gradients as sums over a batch, and the step they make.

use super::scratch::Scratch;
use super::weights::Weights;
use super::{Attention, Batch, KeyRule, Settings};
use crate::backend::simd::{Block, Chunk, Floats, Kernel, sum16};

/// Sum of vectors, each times its number.
#[inline(always)]
pub(super) fn weighted<F: Floats>(vectors: &[Chunk], numbers: &[f32]) -> F {
    let numbers = &numbers[..vectors.len()];
    sum16!(F, vectors.len(), |at| F::load(&vectors[at]).mul(F::splat(numbers[at])))
}

/// Sums over the batch of the products that its sequences left.
#[inline(always)]
pub(super) fn sum_batch<F: Floats>(settings: &Settings, batch: &Batch, scratch: &mut Scratch) {
    let (letters, sequences) = (settings.sizes.letters as usize, settings.sizes.batch as usize);
    let [queries, keys, values] = settings.rates.map(|rate| rate.is_some());
    let key = scratch.key;
    let left = &scratch.left;
    if queries {
        scratch.asked.fill(0.0);
        for (number, &letter) in batch.queries.iter().enumerate() {
            scratch.asked[letter as usize * sequences + number] = 1.0;
        }
        let columns = scratch.sums.columns[0][2 * letters * key..].chunks_exact_mut(key);
        for (column, asked) in columns.zip(scratch.asked.chunks_exact(sequences)) {
            for (part, out) in column.iter_mut().enumerate() {
                let vectors = &left.query[part * sequences..][..sequences];
                weighted::<F>(vectors, asked).store(out);
            }
        }
    }
    // Queries are never an item, so in the baseline their keys have no gradient.
    let tokens = match settings.attention {
        Attention::Slots | Attention::SlotsPublished => 2 * letters,
        Attention::Memory(module) if module.keys == KeyRule::Fixed => 0,
        Attention::Memory(_) => 3 * letters,
    };
    if keys {
        let columns = scratch.sums.columns[1].chunks_exact_mut(key).take(tokens);
        for (token, column) in columns.enumerate() {
            for (part, out) in column.iter_mut().enumerate() {
                let vectors = &left.key[part * sequences..][..sequences];
                weighted::<F>(vectors, &left.key_share[token * sequences..]).store(out);
            }
        }
    }
    if values {
        for (row, errors) in scratch.sums.values.iter_mut().zip(&left.errors) {
            for (part, out) in row.iter_mut().enumerate() {
                let vectors = &left.item[part * sequences..][..sequences];
                weighted::<F>(vectors, errors).store(out);
            }
        }
    }
}

/// A step of gradient descent.
pub(super) struct Apply<'a> {
    pub weights: &'a mut Weights,
    pub scratch: &'a Scratch,
    pub rates: [Option<f32>; 3],
    pub factors: [f32; 3],
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self {
            weights,
            scratch,
            rates,
            factors,
        } = self;
        let sums = &scratch.sums;
        let [queries, keys] = &mut weights.columns;
        let [lower, upper] = &mut weights.values;
        let all = [
            (queries, &sums.columns[0], 0),
            (keys, &sums.columns[1], 1),
            (lower, &sums.values[0], 2),
            (upper, &sums.values[1], 2),
        ];
        for (weights, sums, of) in all {
            let Some(rate) = rates[of] else { continue };
            let (rate, factor) = (B::Floats::splat(rate), B::Floats::splat(factors[of]));
            for (weight, sum) in weights.iter_mut().zip(sums) {
                let step = B::Floats::load(sum).mul(factor).mul(rate);
                B::Floats::load(weight).sub(step).store(weight);
            }
        }
    }
}
