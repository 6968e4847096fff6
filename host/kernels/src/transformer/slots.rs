//! The baseline: attention to the items of the context.

use super::super::simd::{Block, Chunk, Floats, Kernel, LANES, exp, flat, sum16};
use super::scratch::{Items, Scratch};
use super::weights::Weights;
use super::{Batch, Settings};

/// The batch's outputs and what its gradients are made of; gives the number of right answers.
pub(super) struct Attend<'a> {
    pub settings: &'a Settings,
    /// The inverse temperature of the gradients.
    pub back: f32,
    pub weights: &'a Weights,
    pub batch: &'a Batch,
    pub scratch: &'a mut Scratch,
}

impl Kernel for Attend<'_> {
    type Output = u32;

    #[inline(always)]
    fn run<B: Block>(self) -> u32 {
        let Self {
            settings,
            back,
            weights,
            batch,
            scratch,
        } = self;
        attend_batch::<B::Floats>(settings, back, weights, batch, scratch)
    }
}

/// 16 sequences at a time.
#[inline(always)]
fn attend_batch<F: Floats>(
    settings: &Settings,
    back: f32,
    weights: &Weights,
    batch: &Batch,
    scratch: &mut Scratch,
) -> u32 {
    let sizes = &settings.sizes;
    let (letters, context) = (sizes.letters as usize, sizes.context as usize);
    scratch.left.pulls.fill(Chunk::ZERO);
    scratch.left.item.fill(Chunk::ZERO);
    let [lower, upper] = &weights.values;
    let mut correct = 0;
    for group in 0..scratch.sequences / LANES {
        let first = group * LANES;
        let lanes = LANES.min(batch.queries.len() - first);
        let mut targets = [Chunk::ZERO; 2];
        for lane in 0..lanes {
            let number = first + lane;
            let row = batch.queries[number] as usize * 2 * letters;
            let matches = &scratch.matches[row..][..2 * letters];
            for (at, &token) in batch.context[number * context..][..context]
                .iter()
                .enumerate()
            {
                let token = token as usize;
                scratch.items.logits[at].0[lane] = matches[token];
                scratch.items.values[0][at].0[lane] = flat(lower)[token];
                scratch.items.values[1][at].0[lane] = flat(upper)[token];
            }
            targets[batch.targets[number] as usize].0[lane] = 1.0;
        }
        if lanes < LANES {
            // Sequences that there are not have no error.
            let Items { logits, values, .. } = &mut scratch.items;
            for chunk in logits.iter_mut().chain(values.iter_mut().flatten()) {
                chunk.0[lanes..].fill(0.0);
            }
        }
        let Items {
            logits,
            values,
            activity,
        } = &mut scratch.items;
        attend::<F>(settings.beta, logits, activity);
        let outputs = [
            sum16!(F, context, |at| F::load(&activity[at])
                .mul(F::load(&values[0][at]))),
            sum16!(F, context, |at| F::load(&activity[at])
                .mul(F::load(&values[1][at]))),
        ];
        let mut answers = [Chunk::ZERO; 2];
        let errors = [
            outputs[0].sub(F::load(&targets[0])),
            outputs[1].sub(F::load(&targets[1])),
        ];
        for of in 0..2 {
            outputs[of].store(&mut answers[of]);
            errors[of].store(&mut scratch.left.errors[of][group]);
        }
        let loss = errors[0].mul(errors[0]).add(errors[1].mul(errors[1]));
        loss.store(&mut scratch.left.losses[group]);
        for lane in 0..lanes {
            let is_upper = u32::from(answers[1].0[lane] > answers[0].0[lane]);
            correct += u32::from(is_upper == batch.targets[first + lane]);
        }

        if back != settings.beta {
            attend::<F>(back, logits, activity);
        }
        // The signals take the place of the logits.
        for (at, signal) in logits.iter_mut().enumerate() {
            let lower = F::load(&values[0][at]).mul(errors[0]);
            lower
                .add(F::load(&values[1][at]).mul(errors[1]))
                .store(signal);
        }
        let mean = sum16!(F, context, |at| F::load(&activity[at])
            .mul(F::load(&logits[at])));
        for (signal, activity) in logits.iter_mut().zip(activity.iter()) {
            F::load(activity)
                .mul(F::load(signal).sub(mean))
                .store(signal);
        }
        for lane in 0..lanes {
            let number = first + lane;
            for (at, &token) in batch.context[number * context..][..context]
                .iter()
                .enumerate()
            {
                let (part, within) = (token as usize / LANES, token as usize % LANES);
                let place = part * scratch.sequences + number;
                scratch.left.item[place].0[within] = activity[at].0[lane];
                scratch.left.pulls[place].0[within] = logits[at].0[lane];
            }
        }
    }
    correct
}

/// Softmax over the items, lane by lane.
#[inline(always)]
fn attend<F: Floats>(beta: f32, logits: &[Chunk], activity: &mut [Chunk]) {
    let beta = F::splat(beta);
    let mut most = F::splat(f32::NEG_INFINITY);
    for (logit, activity) in logits.iter().zip(activity.iter_mut()) {
        let logit = beta.mul(F::load(logit));
        most = most.larger(logit);
        logit.store(activity);
    }
    for activity in activity.iter_mut() {
        exp(F::load(activity).sub(most)).store(activity);
    }
    let sum = sum16!(F, activity.len(), |at| F::load(&activity[at]));
    for activity in activity.iter_mut() {
        F::load(activity).div(sum).store(activity);
    }
}
