use std::sync::atomic::AtomicBool;

use super::small;
use crate::transformer::{Condition, Data, Rule, Setup, WinnerBy};
use slotless_kernels::cuda::Device;

const TRIALS: [u32; 3] = [4, 0, 9];

fn device() -> Device {
    Device::open(0).unwrap_or_else(|error| panic!("{error}"))
}

fn equal_to_cpu(device: &Device, condition: Condition) {
    let setup = Setup::new(condition, 1).expect("a condition that is allowed");
    let never = AtomicBool::new(false);
    let found = setup.run_on_gpu(device, &TRIALS, &never).expect("trials");
    let expected = TRIALS.map(|trial| setup.run(trial, &never).expect("a record"));
    assert!(
        found.as_deref() == Some(&expected),
        "{:?}",
        setup.condition()
    );
}

#[test]
#[ignore = "needs a CUDA driver"]
fn records_are_those_of_the_cpu() {
    let device = device();
    for (rule, winner_by) in [
        (Rule::Baseline, WinnerBy::Key),
        (Rule::Mhn, WinnerBy::Key),
        (Rule::Qk, WinnerBy::Projections),
    ] {
        equal_to_cpu(&device, small(rule, winner_by));
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn checkpoints_are_those_of_the_cpu() {
    let device = device();
    for checkpoints in [vec![0, 7, 59], vec![50, 51]] {
        let mut condition = small(Rule::Hebbian, WinnerBy::Item);
        condition.checkpoints = checkpoints;
        equal_to_cpu(&device, condition);
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn data_that_are_the_same_in_every_batch() {
    let device = device();
    for data in [Data::Toy, Data::PermutationReduced] {
        let mut condition = small(Rule::Qk, WinnerBy::Key);
        condition.training.data = data;
        equal_to_cpu(&device, condition);
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn divergence_ends_a_trial() {
    let mut condition = small(Rule::Baseline, WinnerBy::Key);
    (condition.model.rate_v, condition.model.rate_q) = (10.0, 10.0);
    condition.checkpoints = vec![1, 55];
    equal_to_cpu(&device(), condition);
}

#[test]
#[ignore = "needs a CUDA driver"]
fn stopped_trials_give_nothing() {
    let setup = Setup::new(small(Rule::Fixed, WinnerBy::Item), 1).expect("allowed");
    let stopped = setup.run_on_gpu(&device(), &TRIALS, &AtomicBool::new(true));
    assert_eq!(stopped, Ok(None));
}
