use std::sync::atomic::AtomicBool;

use slotless_core::bits;

use super::equal_bits::{Kind, Patterns};
use super::streams::Streams;
use super::{Classical, Condition, EqualBits, Modern, Order, Setup, Start, TrialRecord};
use crate::run::family::Family;

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

fn modern(memories: u32, beta: f64) -> Modern {
    Modern {
        units: 64,
        memories,
        beta,
        start: Start::Noise { share: 0.25 },
        steps: 1000,
        networks: 2,
        runs: memories.min(4),
    }
}

fn modern_runs(memories: u32, beta: f64) -> Vec<super::ModernRun> {
    match run(Condition::Modern(modern(memories, beta)), 0) {
        TrialRecord::Modern(runs) => runs,
        other => panic!("runs of the modern network, not {other:?}"),
    }
}

#[test]
fn a_large_beta_takes_the_nearest_memory_and_a_small_one_the_mean() {
    for run in modern_runs(20, 2.0) {
        assert!((run.overlap - 1.0).abs() < 1e-6 && run.to_nearest < 1e-6);
        assert!((run.effective - 1.0).abs() < 1e-6 && run.to_mean > 0.9);
        assert!((1..=5).contains(&run.steps) && run.rested == 1);
    }
    for run in modern_runs(20, 1e-5) {
        assert!(run.to_mean < 1e-3 && run.to_nearest > 0.8);
        assert!((run.effective - 20.0).abs() < 1e-3);
        assert!(run.overlap < 0.5);
    }
    for run in modern_runs(1, 0.1) {
        assert_eq!((run.overlap, run.effective), (1.0, 1.0));
        assert_eq!((run.to_mean, run.to_nearest), (0.0, 0.0));
    }
}

/// Another program of the same network: double precision, all steps, the definition.
#[test]
fn runs_of_the_modern_network_are_those_of_the_definition() {
    let (memories, beta) = (12, 0.09);
    for (at, run) in modern_runs(memories, beta).into_iter().take(4).enumerate() {
        let streams = Streams::new(5, 0, 0, 64, memories);
        let packed = streams.memories();
        let real = |state: &[u32]| -> Vec<f64> {
            signs(state, 64)
                .into_iter()
                .map(|sign| sign as f64)
                .collect()
        };
        let rows: Vec<Vec<f64>> = packed.chunks_exact(2).map(real).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let start = streams.start(
            Start::Noise { share: 0.25 },
            at as u32,
            &packed[2 * at..][..2],
        );
        let mut s = real(&start);
        let mut shares = Vec::new();
        for _ in 0..2000 {
            shares = rows.iter().map(|row| (beta * dot(row, &s)).exp()).collect();
            let sum: f64 = shares.iter().sum();
            shares.iter_mut().for_each(|share: &mut f64| *share /= sum);
            s = (0..64)
                .map(|unit| rows.iter().zip(&shares).map(|(row, p)| row[unit] * p).sum())
                .collect();
        }
        let near = |found: f64, expected: f64| {
            assert!(
                (found - expected).abs() < 2e-3 * expected.abs().max(1.0),
                "{found} {expected}"
            );
        };
        near(run.overlap, dot(&s, &rows[at]) / 64.0);
        near(
            run.effective,
            (-shares.iter().map(|p| p * p.ln()).sum::<f64>()).exp(),
        );
        let distance = |other: &[f64]| {
            let squares: f64 = s.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum();
            (squares / 64.0).sqrt()
        };
        let nearest = rows
            .iter()
            .map(|row| distance(row))
            .fold(f64::INFINITY, f64::min);
        near(run.to_nearest, nearest);
        let mean: Vec<f64> = (0..64)
            .map(|unit| rows.iter().map(|row| row[unit]).sum::<f64>() / f64::from(memories))
            .collect();
        near(run.to_mean, distance(&mean));
    }
}

#[test]
fn energies_of_the_modern_network_fall_to_those_of_its_memories() {
    let TrialRecord::ModernEnergy(runs) = run(Condition::ModernEnergy(modern(20, 1.0)), 0) else {
        panic!("energies of the modern network");
    };
    assert_eq!(runs.len(), 8);
    for energies in runs {
        assert!(energies.len() > 2);
        assert!(
            energies
                .windows(2)
                .all(|pair| pair[1] - pair[0] <= 1e-6 * 64.0)
        );
        // At a memory that stands alone the energy is ln K / beta: -N + N/2 + N/2 and that.
        let last = energies[energies.len() - 1];
        assert!((last - 20f64.ln()).abs() < 1e-3, "{last}");
    }
}

fn equal_bits(kind: Kind) -> EqualBits {
    EqualBits {
        kind,
        units: 64,
        ones: 32,
        bits: 32 * 64 * 20,
        stored: vec![1, 3],
        tested: 3,
    }
}

#[test]
fn every_memory_recalls_what_it_alone_holds() {
    for kind in Kind::ALL {
        let of = equal_bits(kind);
        let TrialRecord::EqualBits(runs) = run(Condition::EqualBits(of), 0) else {
            panic!("memories at equal bits");
        };
        let stored: Vec<u32> = runs.iter().map(|run| run.stored).collect();
        assert_eq!(stored, [1, 3, 3, 3], "{kind:?}");
        // A K-winner network with more winners than half of its hidden units recalls little.
        if !matches!(kind, Kind::KWinner | Kind::KWinnerOneShot) {
            assert_eq!(runs[0].wrong, 0, "{kind:?}");
        }
    }
}

#[test]
fn a_full_memory_is_tested_no_more() {
    // Nineteen slots of 64 words and the count.
    let of = EqualBits {
        stored: vec![19, 20, 21],
        ..equal_bits(Kind::Modern)
    };
    let TrialRecord::EqualBits(runs) = run(Condition::EqualBits(of), 0) else {
        panic!("memories at equal bits");
    };
    assert!(runs.iter().all(|run| run.stored == 19) && runs.len() == 3);
}

#[test]
fn all_kinds_meet_the_same_patterns_and_cues() {
    let [one, other] =
        [Kind::Classical, Kind::Dense].map(|kind| Patterns::new(&equal_bits(kind), 5, 1));
    for number in 0..4 {
        let pattern = one.pattern(number);
        assert_eq!(
            (bits::count(&pattern), &pattern),
            (32, &other.pattern(number))
        );
        let cue = one.cue(number, &pattern);
        assert_eq!(cue, other.cue(number, &pattern));
        assert_eq!((bits::count(&cue), bits::overlap(&cue, &pattern)), (16, 16));
    }
    assert_ne!(one.pattern(0), one.pattern(1));
}

#[test]
fn other_networks_that_cannot_be_run_are_refused() {
    let refused = |condition: Condition, what: &str| {
        let line = Setup::new(condition, 1).unwrap_err().to_string();
        assert!(line.starts_with(what) && !line.contains('\n'), "{line}");
    };
    for beta in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 1e-300] {
        let of = modern(4, beta);
        refused(Condition::Modern(of.clone()), "beta is ");
        refused(Condition::ModernEnergy(of), "beta is ");
    }
    let steps = Modern {
        steps: 0,
        ..modern(4, 1.0)
    };
    refused(Condition::Modern(steps), "steps is 0");
    let with = |change: fn(&mut EqualBits)| {
        let mut of = equal_bits(Kind::Classical);
        change(&mut of);
        Condition::EqualBits(of)
    };
    refused(with(|of| of.units = 8), "units is 8");
    refused(with(|of| of.ones = 64), "ones is 64");
    refused(with(|of| of.tested = 0), "tested is 0");
    refused(with(|of| of.stored = vec![]), "stored is []");
    refused(with(|of| of.stored = vec![3, 3]), "stored is [3, 3]");
    refused(with(|of| of.bits = 100), "bits is 100");
    refused(with(|of| of.bits = 1 << 40), "bits is ");
}
