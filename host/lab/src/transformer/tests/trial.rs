use std::sync::atomic::AtomicBool;

use super::small;
use crate::transformer::{Data, Model, Results, Rule, Setup, Slow, Training, WinnerBy};

fn never() -> AtomicBool {
    AtomicBool::new(false)
}

#[test]
fn trials_are_functions_of_seed_and_number() {
    let setup = |seed| Setup::new(small(Rule::Mhn, WinnerBy::Key), seed).unwrap();
    let record = setup(1).run(4, &never()).unwrap();
    assert_eq!(setup(1).run(4, &never()).unwrap(), record);
    assert_ne!(setup(1).run(5, &never()).unwrap().losses, record.losses);
    assert_ne!(setup(2).run(4, &never()).unwrap().losses, record.losses);
    assert_eq!(record.losses.len(), 60);
    assert_eq!(record.diverged(60), None);
}

#[test]
fn checkpoints_are_the_weights_on_the_way() {
    let mut condition = small(Rule::Qk, WinnerBy::Projections);
    condition.checkpoints = vec![0, 7, 59];
    let record = Setup::new(condition.clone(), 1)
        .unwrap()
        .run(0, &never())
        .unwrap();
    let at: Vec<u32> = record
        .checkpoints
        .iter()
        .map(|kept| kept.iteration)
        .collect();
    assert_eq!(at, [0, 7, 59, 60]);
    // A shorter training ends where the longer one was then.
    condition.checkpoints.clear();
    condition.training.batches = 7;
    let short = Setup::new(condition.clone(), 1)
        .unwrap()
        .run(0, &never())
        .unwrap();
    assert_eq!(short.checkpoints[0].weights, record.checkpoints[1].weights);
    let start = crate::transformer::start::weights(&condition.model, 1, 0);
    assert_eq!(record.checkpoints[0].weights, start);
}

#[test]
fn divergence_ends_a_trial_and_keeps_what_was_measured() {
    let mut condition = small(Rule::Baseline, WinnerBy::Key);
    (condition.model.rate_v, condition.model.rate_q) = (10.0, 10.0);
    let record = Setup::new(condition.clone(), 1)
        .unwrap()
        .run(0, &never())
        .unwrap();
    let done = record.losses.len();
    assert!((1..60).contains(&done), "{done} iterations");
    assert!(record.losses.iter().all(|loss| loss.is_finite()));
    assert_eq!(record.diverged(60), Some(done as u32 + 1));
    let results = Results::from_trials(condition, vec![record.clone()]);
    assert_eq!(results.records(), [record]);
    assert!(results.loss[(0, done - 1)].is_finite() && results.loss[(0, done)].is_nan());
    assert_eq!(results.final_weights().count(), 0);
    assert!(Results::ending(&results.accuracy, 10)[0].is_nan());
}

#[test]
fn results_give_their_records_back() {
    let mut condition = small(Rule::Qk, WinnerBy::Projections);
    condition.checkpoints = vec![0, 7];
    let setup = Setup::new(condition.clone(), 3).unwrap();
    let records: Vec<_> = (0..3)
        .map(|trial| setup.run(trial, &never()).unwrap())
        .collect();
    let results = Results::from_trials(condition, records.clone());
    assert_eq!(results.records(), records);
}

#[test]
fn a_stopped_trial_gives_nothing() {
    let setup = Setup::new(small(Rule::Fixed, WinnerBy::Item), 1).unwrap();
    assert_eq!(setup.run(0, &AtomicBool::new(true)), None);
}

/// Full batches: the loss of gradient descent with a small rate never rises.
#[test]
fn full_batches_descend() {
    let mut condition = small(Rule::Baseline, WinnerBy::Key);
    condition.training = Training {
        data: Data::Toy,
        batches: 2000,
        ..condition.training
    };
    condition.model.rate_q = 1e-2;
    condition.model.rate_k = 1e-2;
    condition.model.rate_v = 1e-2;
    let record = Setup::new(condition, 1).unwrap().run(0, &never()).unwrap();
    assert!(
        record
            .losses
            .windows(2)
            .all(|pair| pair[1] <= pair[0] + 1e-5)
    );
    assert!(
        record.losses[1999] < 0.1 * record.losses[0],
        "{}",
        record.losses[1999]
    );
    assert_eq!(record.correct[1999], 8);
}

/// What the paper says of its best model: all sequences right within 1,000 iterations.
#[test]
fn aligned_keys_with_projections_learn_the_task() {
    let condition = crate::transformer::Condition {
        model: Model::of(Rule::Qk, WinnerBy::Projections),
        training: Training {
            batches: 1200,
            ..Training::default()
        },
        checkpoints: Vec::new(),
    };
    let setup = Setup::new(condition.clone(), 1).unwrap();
    let records = (0..9).map(|trial| setup.run(trial, &never()).unwrap());
    let results = Results::from_trials(condition, records.collect());
    let median = Results::median(&results.accuracy);
    assert!(median[1000..].iter().all(|&accuracy| accuracy == 1.0));
    assert!(median[..100].iter().sum::<f64>() / 100.0 < 0.75);
    let contrast = |(_, weights)| crate::transformer::statistics::value_contrast(weights);
    let contrasts: Vec<f64> = results.final_weights().map(contrast).collect();
    assert!(
        contrasts
            .iter()
            .all(|contrast| (0.5..1.5).contains(contrast)),
        "{contrasts:?}"
    );
    assert_eq!(
        results.final_weights().next().unwrap().1.rows(Slow::Keys),
        50
    );
}

#[test]
fn medians_leave_out_what_is_missing() {
    let curve = ndarray::array![
        [1.0_f32, f32::NAN, 5.0],
        [3.0, 2.0, f32::NAN],
        [7.0, 4.0, f32::NAN]
    ];
    assert_eq!(Results::median(&curve), [3.0, 3.0, 5.0]);
    assert_eq!(Results::ending(&curve, 1)[0], 5.0);
    assert!(Results::ending(&curve, 2)[0].is_nan());
}
