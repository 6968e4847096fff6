//! The baseline: attention to the items of the context.

use super::scratch::Scratch;
use super::weights::{Weights, get, set};
use super::{Batch, Outcome, Settings};
use crate::backend::simd::{Chunk, Floats, LANES, flat, flat_mut};

/// Sum of the products of two vectors.
#[inline(always)]
pub(super) fn dot<F: Floats>(a: &[Chunk], b: &[Chunk]) -> f32 {
    let mut sum = F::splat(0.0);
    for (a, b) in a.iter().zip(b) {
        sum = sum.add(F::load(a).mul(F::load(b)));
    }
    sum.sum()
}

/// Softmax of `values`; lanes of minus infinity come out as zero.
#[inline(always)]
pub(super) fn softmax<F: Floats>(values: &mut [Chunk]) {
    let mut most = F::splat(f32::NEG_INFINITY);
    for chunk in values.iter() {
        most = most.larger(F::load(chunk));
    }
    let most = F::splat(most.largest());
    let mut sum = F::splat(0.0);
    for chunk in values.iter_mut() {
        let power = crate::backend::simd::exp(F::load(chunk).sub(most));
        sum = sum.add(power);
        power.store(chunk);
    }
    let sum = F::splat(sum.sum());
    for chunk in values.iter_mut() {
        F::load(chunk).div(sum).store(chunk);
    }
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

/// What the gradient of the softmax makes of `signal`, in place: `a (signal - sum of a signal)`.
#[inline(always)]
pub(super) fn through_softmax<F: Floats>(activity: &[Chunk], signal: &mut [Chunk]) {
    let mean = F::splat(dot::<F>(activity, signal));
    for (signal, activity) in signal.iter_mut().zip(activity) {
        F::load(activity).mul(F::load(signal).sub(mean)).store(signal);
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

/// The batch's outputs, and what its gradients are made of. The gradients are those at inverse temperature `back`.
#[inline(always)]
pub(super) fn batch<F: Floats>(
    settings: &Settings,
    back: f32,
    weights: &Weights,
    batch: &Batch,
    scratch: &mut Scratch,
) -> Outcome {
    let sizes = &settings.sizes;
    let (letters, context) = (sizes.letters as usize, sizes.context as usize);
    matches::<F>(settings, weights, scratch);
    let mut correct = 0;
    let sequences = scratch.sequences;
    let contexts = batch.context.chunks_exact(context);
    let asked = batch.queries.iter().zip(&batch.targets);
    for (number, (tokens, (&letter, &target))) in contexts.zip(asked).enumerate() {
        let matches = &scratch.matches[letter as usize * 2 * letters..][..2 * letters];
        let attend = |beta: f32, out: &mut [Chunk]| {
            out.fill(Chunk([f32::NEG_INFINITY; LANES]));
            for (at, &token) in tokens.iter().enumerate() {
                set(out, at, beta * matches[token as usize]);
            }
        };
        let activity = &mut scratch.activity;
        attend(settings.beta, activity);
        softmax::<F>(activity);
        let output = |of: usize, values: &mut [Chunk]| {
            values.fill(Chunk::ZERO);
            for (at, &token) in tokens.iter().enumerate() {
                set(values, at, get(&weights.values[of], token as usize));
            }
        };
        let mut errors = [0.0; 2];
        for of in 0..2 {
            output(of, &mut scratch.values[of]);
            let is = if target as usize == of { 1.0 } else { 0.0 };
            errors[of] = dot::<F>(activity, &scratch.values[of]);
            if of == 1 {
                let upper = errors[1] > errors[0];
                correct += u32::from(u32::from(upper) == target);
            }
            scratch.left.errors[of][number] = errors[of] - is;
        }
        let errors = [0, 1].map(|of: usize| scratch.left.errors[of][number]);
        let loss = errors[0] * errors[0] + errors[1] * errors[1];
        set(&mut scratch.left.losses, number, loss);

        if back != settings.beta {
            attend(back, activity);
            softmax::<F>(activity);
        }
        let [first, second] = errors.map(F::splat);
        let values = scratch.values[0].iter().zip(&scratch.values[1]);
        for (signal, (lower, upper)) in scratch.signal.iter_mut().zip(values) {
            let lower = F::load(lower).mul(first);
            lower.add(F::load(upper).mul(second)).store(signal);
        }
        through_softmax::<F>(activity, &mut scratch.signal);

        let left = &mut scratch.left;
        scratch.reinstated.fill(Chunk::ZERO);
        let items = flat_mut(&mut scratch.reinstated);
        let pulls = left.pulls.len() / sequences;
        for part in 0..pulls {
            left.pulls[part * sequences + number] = Chunk::ZERO;
        }
        for (at, &token) in tokens.iter().enumerate() {
            let token = token as usize;
            items[token] = flat(activity)[at];
            let pull = &mut left.pulls[token / LANES * sequences + number];
            pull.0[token % LANES] = flat(&scratch.signal)[at];
        }
        for (part, item) in scratch.reinstated.iter().enumerate() {
            left.item[part * sequences + number] = *item;
        }
    }
    outcome::<F>(correct, sizes.batch, &scratch.left.losses)
}
