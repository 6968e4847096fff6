use std::sync::atomic::AtomicBool;

use slotless_core::bits;

use super::streams::Streams;
use super::{Classical, Condition, Order, Setup, Start, TrialRecord};
use crate::run::records::Kept;

fn condition(units: u32, memories: u32, start: Start, order: Order) -> Classical {
    Classical {
        units,
        memories,
        start,
        order,
        networks: 2,
        runs: memories.min(4),
    }
}

fn run(condition: Condition, trial: u32) -> TrialRecord {
    let setup = Setup::new(condition, 5).unwrap();
    let record = setup.run(trial, &AtomicBool::new(false)).unwrap();
    // What is kept of it is all of it.
    let kept = setup.decode(&Setup::encode(&record));
    assert_eq!(kept.as_ref(), Some(&record));
    record
}

fn signs(state: &[u32], units: u32) -> Vec<i64> {
    let sign = |unit| if bits::get(state, unit) { 1 } else { -1 };
    (0..units).map(sign).collect()
}

#[test]
fn few_memories_are_fixed_points_and_attract() {
    for start in [Start::Memory, Start::Noise { share: 0.1 }] {
        let of = condition(300, 5, start, Order::Sweeps);
        let TrialRecord::Classical(runs) = run(Condition::Classical(of), 0) else {
            panic!("runs of the classical network");
        };
        assert_eq!(runs.len(), 8);
        for run in runs {
            assert_eq!((run.wrong, run.fixed), (0, 1));
            match start {
                Start::Memory => assert_eq!((run.flips, run.updates, run.last_flip), (0, 300, 0)),
                _ => assert!(run.flips >= 30 && run.last_flip >= 30 && run.updates >= 600),
            }
            assert_eq!(run.updates % 300, 0);
        }
    }
}

#[test]
fn the_lectures_rule_ends_at_ten_sweeps_at_most() {
    let of = condition(200, 40, Start::Random, Order::Random);
    let TrialRecord::Classical(runs) = run(Condition::Classical(of), 1) else {
        panic!("runs of the classical network");
    };
    for run in runs {
        assert!((200..=2000).contains(&run.updates));
        assert!(run.last_flip <= run.updates && run.flips <= run.last_flip);
        // It ended after 200 idle updates, or after all.
        assert!(run.updates == 2000 || run.updates == run.last_flip + 200);
    }
}

#[test]
fn energies_are_those_of_the_definition_and_never_rise() {
    let of = condition(60, 12, Start::Noise { share: 0.3 }, Order::Sweeps);
    let streams = Streams::new(5, 2, 0, 60, 12);
    let memories = streams.memories();
    let rows: Vec<Vec<i64>> = memories.chunks_exact(2).map(|row| signs(row, 60)).collect();
    let energy = |state: &[u32]| {
        let s = signs(state, 60);
        let overlap = |row: &Vec<i64>| row.iter().zip(&s).map(|(a, b)| a * b).sum::<i64>();
        // -1/2 sum_ij W_ij s_i s_j without the diagonal: K N of the squared overlaps.
        -(rows.iter().map(|row| overlap(row).pow(2)).sum::<i64>() - 12 * 60) / 2
    };
    let TrialRecord::ClassicalEnergy(runs) = run(Condition::ClassicalEnergy(of.clone()), 2) else {
        panic!("energies of the classical network");
    };
    let TrialRecord::Classical(ends) = run(Condition::Classical(of.clone()), 2) else {
        panic!("runs of the classical network");
    };
    for (at, (energies, end)) in runs.iter().zip(&ends).enumerate() {
        assert!(energies.is_sorted_by(|a, b| a >= b));
        assert_eq!(energies.len() as u64, end.updates + 1);
        let changes = energies.windows(2).filter(|pair| pair[0] != pair[1]);
        // A flip against a field that is not 0 lowers it.
        assert_eq!(changes.count() as u64, end.flips);
        if at < 4 {
            let start = streams.start(of.start, at as u32, &memories[2 * at..2 * at + 2]);
            assert_eq!(energies[0], energy(&start));
        }
    }
}

#[test]
fn starts_are_what_they_say() {
    let streams = Streams::new(1, 0, 0, 100, 3);
    let memories = streams.memories();
    assert_eq!(memories.len(), 12);
    for memory in memories.chunks_exact(4) {
        bits::check(memory, 100).unwrap();
        assert!((25..75).contains(&bits::count(memory)));
        assert_eq!(streams.start(Start::Memory, 0, memory), memory);
        for (share, flipped) in [(0.0, 0), (0.29, 28), (1.0, 100)] {
            let start = streams.start(Start::Noise { share }, 7, memory);
            let differ = start.iter().zip(memory).map(|(a, b)| (a ^ b).count_ones());
            assert_eq!(differ.sum::<u32>(), flipped);
        }
        let random = streams.start(Start::Random, 0, memory);
        bits::check(&random, 100).unwrap();
        assert_ne!(random, streams.start(Start::Random, 1, memory));
    }
    // Networks, trials and sizes have memories of their own.
    for other in [
        Streams::new(1, 1, 0, 100, 3),
        Streams::new(1, 0, 1, 100, 3),
        Streams::new(2, 0, 0, 100, 3),
        Streams::new(1, 0, 0, 100, 4),
    ] {
        assert_ne!(other.memories()[..12], memories);
    }
}

#[test]
fn what_cannot_be_run_is_refused() {
    let good = || condition(100, 10, Start::Memory, Order::Sweeps);
    let refused = |change: fn(&mut Classical), what: &str| {
        let mut of = good();
        change(&mut of);
        let error = Setup::new(Condition::Classical(of), 1).unwrap_err();
        let line = error.to_string();
        assert!(line.starts_with(what) && !line.contains('\n'), "{line}");
    };
    refused(|of| of.units = 0, "units is 0");
    refused(|of| of.units = 70_000, "units is 70000");
    refused(|of| of.memories = 0, "memories is 0");
    refused(|of| of.memories = 1 << 25, "memories is 33554432");
    refused(|of| of.networks = 0, "networks is 0");
    refused(|of| of.runs = 0, "runs is 0");
    refused(|of| of.runs = 11, "runs is 11");
    refused(|of| of.start = Start::Noise { share: 1.5 }, "noise is 1.5");
    refused(
        |of| of.start = Start::Noise { share: f64::NAN },
        "noise is NaN",
    );
}

#[test]
fn a_trial_stops_when_told() {
    let of = condition(100, 10, Start::Memory, Order::Sweeps);
    for condition in [
        Condition::Classical(of.clone()),
        Condition::ClassicalEnergy(of),
    ] {
        let setup = Setup::new(condition, 1).unwrap();
        assert!(setup.run(0, &AtomicBool::new(true)).is_none());
    }
}

#[test]
fn damaged_records_are_no_trials() {
    let of = condition(50, 3, Start::Memory, Order::Sweeps);
    for condition in [
        Condition::Classical(of.clone()),
        Condition::ClassicalEnergy(of),
    ] {
        let setup = Setup::new(condition, 5).unwrap();
        let record = setup.run(0, &AtomicBool::new(false)).unwrap();
        let bytes = Setup::encode(&record);
        for length in 0..bytes.len() {
            assert!(setup.decode(&bytes[..length]).is_none(), "{length}");
        }
        assert!(setup.decode(&[&bytes[..], &[0]].concat()).is_none());
    }
}
