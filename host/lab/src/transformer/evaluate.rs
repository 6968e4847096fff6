//! How well given weights answer.

use std::sync::atomic::AtomicBool;

use slotless_core::rng::Key;

use super::model::Condition;
use super::task::{self, Order};
use super::{Weights, purpose};
use crate::run::work::{Held, Watch, Work};
use slotless_kernels::transformer::{Batch, Trainer};

/// Most sequences that are answered one and all.
pub const ALL: u64 = 1 << 16;

/// Random batches, for tasks of more than [`ALL`] sequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Batches, from 1.
    pub batches: u32,
    /// Sequences of each, 1 to 65,536.
    pub batch: u32,
}

/// How weights answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// Sequences they were asked.
    pub sequences: u64,
    /// Whether those were all there are.
    pub all: bool,
    /// Share answered correctly.
    pub accuracy: f64,
    /// Sum of squared errors over the sequences.
    pub loss: f64,
}

/// Asks all sequences, contexts in every order, where there are at most [`ALL`]; else those of `sample`.
///
/// Batch `i` is drawn from the key `(seed, 313, 0, i)`, and the modules of its sequences start from `(seed, 313, 1, i)`; all
/// sequences are batch 0. Nothing is learned.
///
/// # Panics
/// If the condition has not been checked, or the weights are of other sizes.
#[must_use]
pub fn evaluate(condition: &Condition, weights: &Weights, sample: Sample, seed: u64) -> Evaluation {
    let never = AtomicBool::new(false);
    evaluate_watched(condition, weights, sample, seed, &never).expect("nobody told it to stop")
}

/// Batches that [`evaluate`] asks, and sequences of each.
fn asked(condition: &Condition, sample: Sample) -> Sample {
    let (letters, context) = (condition.model.letters, condition.model.context);
    match task::count(letters, context, Order::Any) {
        all @ ..=ALL => Sample {
            batches: 1,
            batch: all as u32,
        },
        _ => sample,
    }
}

/// What [`evaluate`] takes: a step per batch.
#[must_use]
pub fn work(condition: &Condition, sample: Sample) -> Work {
    let asked = asked(condition, sample);
    let bytes = condition.model.settings(asked.batch).scratch_bytes();
    let sequences = f64::from(asked.batch);
    let tokens = 4.0 * sequences * (f64::from(condition.model.context) + 2.0);
    Work::new(f64::from(asked.batches)).with(
        Held::OnTheWay,
        &[("batch", sequences, 64.0)],
        bytes + tokens,
    )
}

/// As [`evaluate`], a step per batch; `None` if it was told to stop.
///
/// # Panics
/// As [`evaluate`].
#[must_use]
pub fn evaluate_watched<'w>(
    condition: &Condition,
    weights: &Weights,
    sample: Sample,
    seed: u64,
    watch: impl Into<Watch<'w>>,
) -> Option<Evaluation> {
    let watch = watch.into();
    let (letters, context) = (condition.model.letters, condition.model.context);
    let all = task::count(letters, context, Order::Any) <= ALL;
    let mut batch = if all {
        task::enumerate(letters, context, Order::Any)
    } else {
        Batch::empty(context, sample.batch)
    };
    let each = batch.queries.len() as u32;
    let mut trainer = Trainer::new(condition.model.settings(each));
    let key = Key::new(seed, purpose::EVALUATION);
    let batches = asked(condition, sample).batches;
    let (mut correct, mut loss) = (0, 0.0);
    for number in 0..batches {
        if !all {
            batch.draw(letters, key.derive(0).derive(number));
        }
        let outcome = trainer.gradients(weights, &batch, key.derive(1).derive(number));
        correct += u64::from(outcome.correct);
        loss += f64::from(outcome.loss);
        watch.after(1.0)?;
    }
    let sequences = u64::from(each) * u64::from(batches);
    Some(Evaluation {
        sequences,
        all,
        accuracy: correct as f64 / sequences as f64,
        loss: loss / f64::from(batches),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transformer::{Model, Rule, Slow, Training, WinnerBy};

    const FEW: Sample = Sample {
        batches: 3,
        batch: 50,
    };

    /// Weights whose answers are known: uppercase and lowercase keys are the letter's own axis, long enough for attention to
    /// be the letter's alone.
    fn perfect(letters: u32) -> (Condition, Weights) {
        let mut model = Model::of(Rule::Baseline, WinnerBy::Key);
        (model.letters, model.context, model.n) = (letters, letters, letters);
        let sizes = model.settings(1).sizes;
        let mut weights = Weights::new(&sizes);
        let letters = letters as usize;
        for letter in 0..letters {
            for token in [letter, letter + letters] {
                weights.set(Slow::Keys, letter, token, 20.0);
                weights.set(Slow::Values, token / letters, token, 1.0);
            }
            weights.set(Slow::Queries, letter, letter + 2 * letters, 5.0);
        }
        let condition = Condition {
            model,
            training: Training::default(),
            checkpoints: Vec::new(),
        };
        (condition, weights)
    }

    #[test]
    fn all_sequences_of_few_letters_and_samples_of_many() {
        for (letters, sequences, all) in [(2, 16, true), (3, 144, true), (8, 150, false)] {
            let (condition, weights) = perfect(letters);
            let found = evaluate(&condition, &weights, FEW, 1);
            assert_eq!((found.sequences, found.all), (sequences, all));
            assert_eq!(found.accuracy, 1.0, "{letters} letters");
            assert!(found.loss < 1e-12, "{found:?}");
        }
    }

    /// Turned round, the values are wrong everywhere: the output is the other unit vector, at a squared distance of 2.
    #[test]
    fn wrong_values_are_wrong_everywhere() {
        for letters in [3, 8] {
            let (condition, mut weights) = perfect(letters);
            let values = weights.matrix(Slow::Values);
            let (lower, upper) = values.split_at(values.len() / 2);
            weights.set_matrix(Slow::Values, &[upper, lower].concat());
            let found = evaluate(&condition, &weights, FEW, 1);
            assert_eq!(found.accuracy, 0.0);
            assert!((found.loss - 2.0).abs() < 1e-6, "{found:?}");
        }
    }
}
