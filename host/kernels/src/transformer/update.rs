//! Gradients as sums over a batch, and the step they make.

use super::super::simd::{Block, Chunk, Floats, Kernel, flat, sum16};
use super::products::weighted;
use super::scratch::Scratch;
use super::weights::Weights;
use super::{Attention, Batch, KeyRule, Settings};

/// The gradients of a batch whose sequences have left what they are made of; gives the sum of its squared errors.
pub(super) struct SumBatch<'a> {
    pub settings: &'a Settings,
    pub weights: &'a Weights,
    pub batch: &'a Batch,
    pub scratch: &'a mut Scratch,
}

impl Kernel for SumBatch<'_> {
    type Output = f32;

    #[inline(always)]
    fn run<B: Block>(self) -> f32 {
        let mut loss = B::Floats::splat(0.0);
        for chunk in &self.scratch.left.losses {
            loss = loss.add(B::Floats::load(chunk));
        }
        sum_batch::<B::Floats>(self.settings, self.weights, self.batch, self.scratch);
        loss.sum()
    }
}

/// Sums over the batch of what its sequences left, and the gradients made of them.
///
/// Keys and queries are columns of `W_K` and `W_Q` that many sequences share, so their shares are summed first, token by
/// token and letter by letter, and then the columns are multiplied once a batch. What a module drew for itself has no column,
/// and is summed as it is.
#[inline(always)]
fn sum_batch<F: Floats>(
    settings: &Settings,
    weights: &Weights,
    batch: &Batch,
    scratch: &mut Scratch,
) {
    let (letters, sequences) = (settings.sizes.letters as usize, scratch.sequences);
    let [queries, keys, values] = settings.rates.map(|rate| rate.is_some());
    let key = scratch.key;
    let left = &scratch.left;
    let [query_columns, key_columns] = &weights.columns;
    let asking = &query_columns[2 * letters * key..];
    scratch.asked.fill(0.0);
    for (number, &letter) in batch.queries.iter().enumerate() {
        scratch.asked[letter as usize * sequences + number] = 1.0;
    }
    let asked = |letter: usize| &scratch.asked[letter * sequences..][..sequences];
    let items = |token: usize| &flat(&left.item_numbers)[token * sequences..][..sequences];
    let [query_sums, key_sums] = &mut scratch.sums.columns;

    // What each letter's queries pull of each letter's keys.
    let pulls = left.pulls.len() / sequences;
    let of_letters = &mut scratch.of_letters;
    for letter in 0..letters {
        let out = &mut of_letters[letter * pulls..][..pulls];
        share::<F>(&left.pulls, asked(letter), out);
    }
    if queries {
        for letter in 0..letters {
            let shares = flat(&of_letters[letter * pulls..][..pulls]);
            let column = &mut query_sums[(2 * letters + letter) * key..][..key];
            for (part, out) in column.iter_mut().enumerate() {
                let mut sum = mixed::<F>(key_columns, (key, part), &shares[..2 * letters]);
                if !left.query.is_empty() {
                    let drawn = &left.query[part * sequences..][..sequences];
                    sum = sum.add(weighted::<F>(drawn, asked(letter)));
                }
                sum.store(out);
            }
        }
    }
    match settings.attention {
        _ if !keys => {}
        // A query is never an item, so its key has no gradient.
        Attention::Slots | Attention::SlotsPublished => {
            for token in 0..2 * letters {
                for part in 0..key {
                    let sum = sum16!(F, letters, |letter| {
                        let share = flat(&of_letters[letter * pulls..][..pulls])[token];
                        F::load(&asking[letter * key + part]).mul(F::splat(share))
                    });
                    sum.store(&mut key_sums[token * key + part]);
                }
            }
        }
        Attention::Memory(module) => {
            let width = left.item.len() / sequences;
            // What each letter's queries reinstate, and what the items that are reinstated have in common.
            let of_items = &mut scratch.of_items;
            if matches!(module.keys, KeyRule::Align | KeyRule::Hebbian) {
                for letter in 0..letters {
                    let out = &mut scratch.asked_items[letter * width..][..width];
                    share::<F>(&left.item, asked(letter), out);
                }
            }
            for token in 0..3 * letters {
                let column = &mut key_sums[token * key..][..key];
                match module.keys {
                    KeyRule::Fixed => {}
                    KeyRule::Hebbian => {
                        for (part, out) in column.iter_mut().enumerate() {
                            let items = &scratch.asked_items;
                            asked_sum::<F>(asking, (key, part), items, (width, token)).store(out);
                        }
                    }
                    KeyRule::Align => {
                        share::<F>(&left.item, items(token), &mut of_items[..width]);
                        let shares = &flat(&of_items[..width])[..3 * letters];
                        for (part, out) in column.iter_mut().enumerate() {
                            let items = &scratch.asked_items;
                            let wanted = asked_sum::<F>(asking, (key, part), items, (width, token));
                            mixed::<F>(key_columns, (key, part), shares)
                                .sub(wanted)
                                .store(out);
                        }
                    }
                    KeyRule::Through => {
                        share::<F>(&left.key_pulls, items(token), &mut of_items[..pulls]);
                        let shares = &flat(&of_items[..pulls])[..2 * letters];
                        for (part, out) in column.iter_mut().enumerate() {
                            let mut sum = mixed::<F>(key_columns, (key, part), shares);
                            if !left.key.is_empty() {
                                let drawn = &left.key[part * sequences..][..sequences];
                                sum = sum.add(weighted::<F>(drawn, items(token)));
                            }
                            sum.store(out);
                        }
                    }
                }
            }
        }
    }
    if values {
        for (row, errors) in scratch.sums.values.iter_mut().zip(&left.errors) {
            share::<F>(&left.item, flat(errors), row);
        }
    }
}

/// Sum over the sequences of what each left, times its number.
#[inline(always)]
fn share<F: Floats>(left: &[Chunk], numbers: &[f32], out: &mut [Chunk]) {
    for (part, out) in out.iter_mut().enumerate() {
        let left = &left[part * numbers.len()..][..numbers.len()];
        weighted::<F>(left, numbers).store(out);
    }
}

/// Sum of columns, each times its share: chunk `part` of the `key` of each.
#[inline(always)]
fn mixed<F: Floats>(columns: &[Chunk], (key, part): (usize, usize), shares: &[f32]) -> F {
    sum16!(F, shares.len(), |token| {
        F::load(&columns[token * key + part]).mul(F::splat(shares[token]))
    })
}

/// Sum of the queries, each times its letter's share in a token.
#[inline(always)]
fn asked_sum<F: Floats>(
    asking: &[Chunk],
    (key, part): (usize, usize),
    items: &[Chunk],
    (width, token): (usize, usize),
) -> F {
    sum16!(F, asking.len() / key, |letter| {
        let share = flat(&items[letter * width..][..width])[token];
        F::load(&asking[letter * key + part]).mul(F::splat(share))
    })
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
