use slotless::transformer::*;
use std::sync::atomic::AtomicBool;
fn main() {
    let stop = AtomicBool::new(false);
    let model = Model::of(Rule::Qk, WinnerBy::Projections);
    let condition = Condition { model, training: Training{batches: 5000, ..Training::default()}, checkpoints: vec![] };
    for seed in [1u64, 2, 3, 4] {
    let setup = Setup::new(condition.clone(), seed).unwrap();
    let records: Vec<_> = (0..40).map(|t| setup.run(t, &stop).unwrap()).collect();
    let results = Results::from_trials(setup.condition().clone(), records);
    let acc = Results::ending(&results.accuracy, 1000);
    println!("{seed}: {:?}", acc.iter().enumerate().filter(|(_, a)| **a < 0.999).collect::<Vec<_>>());
    }
}
