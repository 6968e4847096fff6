//! Each rule ends a run for itself, and says so.

use slotless_core::hopfield::classical::{Classical, Params};
use slotless_core::hopfield::{Ended, Recall};

use super::common::{network, noisy, pattern};

const UNITS: u32 = 120;

fn case() -> (Classical<Vec<u32>>, Vec<u32>, Vec<u32>, Vec<u32>) {
    let params = Params::builder(UNITS, 5).seed(3).build().unwrap();
    let (network, all) = network(params, 5);
    let cue = noisy(&pattern(UNITS, 2), UNITS, 25, 1);
    (network, all, cue, vec![0; params.scratch_words()])
}

#[test]
fn patience_defaults_to_the_units_and_most_updates_to_ten_times_them() {
    let (network, all, cue, mut scratch) = case();
    let recall = Recall::new();
    let mut idle = 0;
    let recalled = network
        .recall_with(&cue, &recall, &mut scratch, |update| {
            idle = if update.flipped { 0 } else { idle + 1 };
        })
        .unwrap();
    assert_eq!((recalled.run.ended, idle), (Ended::Patience, UNITS));
    let endless = recall.patience(Some(1_000_000));
    let recalled = network.recall(&cue, &endless, &mut scratch).unwrap();
    assert_eq!(recalled.run.ended, Ended::MostUpdates);
    assert_eq!(recalled.run.updates, 10 * u64::from(UNITS));
    assert_eq!(recalled.state, &all[8..12]);
}

#[test]
fn a_memory_ends_it_at_the_flip_that_completes_it() {
    let (network, all, cue, mut scratch) = case();
    let recall = Recall::new().memories(&all).patience(None);
    let mut last = false;
    let recalled = network
        .recall_with(&cue, &recall, &mut scratch, |update| last = update.flipped)
        .unwrap();
    assert_eq!(recalled.run.ended, Ended::Stored { memory: 2 });
    assert_eq!(recalled.state, &all[8..12]);
    assert!(last && recalled.run.flips == 25);
    // From a memory no update is made.
    let recalled = network.recall(&all[..4], &recall, &mut scratch).unwrap();
    assert_eq!(recalled.run.ended, Ended::Stored { memory: 0 });
    assert_eq!(recalled.run.updates, 0);
}

#[test]
fn the_energy_floor_ends_it_before_the_minimum() {
    let (network, all, cue, mut scratch) = case();
    let floor = network.energy(&all[8..12]).unwrap();
    for (floor, at_memory) in [(floor, true), (floor / 2, false)] {
        let recall = Recall::new().energy_floor(Some(floor)).patience(None);
        let recalled = network.recall(&cue, &recall, &mut scratch).unwrap();
        assert_eq!(recalled.run.ended, Ended::EnergyFloor);
        assert!(recalled.energy <= floor);
        assert_eq!(recalled.state == &all[8..12], at_memory);
    }
}

#[test]
fn a_sweep_that_changes_nothing_proves_a_fixed_point() {
    let (network, all, cue, mut scratch) = case();
    let recalled = network
        .recall(&cue, &Recall::sweeps(), &mut scratch)
        .unwrap();
    assert_eq!(recalled.run.ended, Ended::FixedPoint);
    assert_eq!(recalled.run.updates % u64::from(UNITS), 0);
    assert_eq!(recalled.state, &all[8..12]);
    let state = recalled.state.to_vec();
    assert!(
        network
            .start(&state, &mut scratch)
            .unwrap()
            .is_fixed_point()
    );
}

#[test]
fn another_run_or_seed_takes_another_order_and_the_same_the_same() {
    let (network, _, cue, mut scratch) = case();
    let mut units = |run: u32, seed: u64| {
        let params = Params::builder(UNITS, 5).seed(seed).build().unwrap();
        let network = Classical::open(params, network.words()).unwrap();
        let mut units = Vec::new();
        let recall = Recall::new().run(run);
        network
            .recall_with(&cue, &recall, &mut scratch, |update| {
                units.push(update.unit);
            })
            .unwrap();
        units
    };
    let first = units(0, 3);
    assert_eq!(first, units(0, 3));
    assert_ne!(first, units(1, 3));
    assert_ne!(first, units(0, 4));
}
