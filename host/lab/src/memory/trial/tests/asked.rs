//! How patterns are asked for: cues of their own, parts, steps, chains; and what wrong answers are.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use slotless_core::bits;
use slotless_core::memory::{Capacity, Memory as Remembers, Recollection};

use super::*;
use crate::memory::{Cueing, Intrusions, Results, Rule};
use slotless_core::kwinner::KWinner;
use slotless_kernels::cpu;

/// Nothing is learned: the answer to a cue is the cue with every unit `by` further on, around, or always one answer.
#[derive(Clone, Debug)]
struct Turning {
    units: u32,
    by: u32,
    always: Option<Vec<u32>>,
}

#[derive(Debug, thiserror::Error)]
#[error("never")]
struct Never;

impl Remembers for Turning {
    type Error = Never;

    fn units(&self) -> u32 {
        self.units
    }

    fn stored(&self) -> u64 {
        0
    }

    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: None,
            limit: None,
        }
    }

    fn state_words(&self) -> usize {
        1
    }

    fn scratch_words(&self) -> usize {
        bits::words_for(self.units)
    }

    fn store(&mut self, pattern: &[u32], _: &mut [u32]) -> Result<(), Never> {
        // The first pattern is remembered, if that is what it does.
        if self.always.as_ref().is_some_and(Vec::is_empty) {
            self.always = Some(pattern.to_vec());
        }
        Ok(())
    }

    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, Never> {
        scratch.fill(0);
        match &self.always {
            Some(answer) => scratch.copy_from_slice(answer),
            None => {
                bits::ones(cue).for_each(|unit| bits::set(scratch, (unit + self.by) % self.units))
            }
        }
        Ok(Recollection {
            pattern: scratch,
            share: bits::count(cue),
        })
    }
}

fn turning([units, active, by]: [u32; 3], always: bool) -> Rule {
    Rule::new("turning", active, move |_| Turning {
        units,
        by,
        always: always.then(Vec::new),
    })
    .unwrap()
}

fn turned(pattern: &[u32], by: u32, units: u32) -> Vec<u32> {
    let mut turned = vec![0; pattern.len()];
    bits::ones(pattern).for_each(|unit| bits::set(&mut turned, (unit + by) % units));
    turned
}

pub(super) fn protocol(burn_in: u32, learned: u32, cues: &[f64]) -> Protocol {
    Protocol {
        burn_in,
        learned,
        cues: cues.to_vec(),
        ..Protocol::default()
    }
}

pub(super) fn record(setup: &Setup, trial: u32) -> TrialRecord {
    let stop = std::sync::atomic::AtomicBool::new(false);
    setup.run(trial, &stop).unwrap()
}

/// In several steps an answer is the next cue: three turns by 7 are one by 21, and the score is that of the cue that was given.
#[test]
fn what_is_answered_is_the_cue_of_the_next_step() {
    let rule = turning([50, 6, 7], false);
    let steps = |recall_steps| Protocol {
        recall_steps,
        ..protocol(4, 9, &[1.0, 0.5])
    };
    let setup = Setup::of_rule(&rule, Data::Random, steps(3), 5).unwrap();
    let told = record(&setup, 2);
    let data = setup.data(2);
    for age in 0..9 {
        let pattern = data.learned.get(12 - age);
        let expected = bits::overlap(&turned(pattern, 21, 50), pattern);
        assert_eq!(told.cues[0].real.overlaps[age], expected);
        assert_eq!(
            (told.cues[0].real.scores[age], told.cues[1].real.scores[age]),
            (6, 3)
        );
        let pseudo = data.pseudo.get(age);
        let expected = bits::overlap(&turned(pseudo, 21, 50), pseudo);
        assert_eq!(told.cues[0].pseudo.overlaps[age], expected);
    }
    // The streams are the same whatever is asked.
    let once = Setup::of_rule(&rule, Data::Random, steps(1), 5).unwrap();
    assert_eq!(once.data(2).learned, data.learned);
    assert_ne!(record(&once, 2).cues, told.cues);
    for wrong in [0, 1_001] {
        let line = Setup::of_rule(&rule, Data::Random, steps(wrong), 5).unwrap_err();
        assert_eq!(
            line.to_string(),
            format!("recall_steps is {wrong}, allowed 1 to 1000")
        );
    }
}

/// Of pairs the first half is the cue, and the answer is compared in the second alone. Turned by half of the units, a cue is
/// answered by itself in the other half.
#[test]
fn a_part_is_asked_for() {
    let rule = turning([40, 8, 20], false);
    let data = Data::Pairs {
        lists: 2,
        context: 0.25,
    };
    let setup = Setup::of_rule(&rule, data.clone(), protocol(5, 12, &[1.0, 0.5]), 5).unwrap();
    let told = record(&setup, 1);
    let learned = setup.data(1).learned;
    assert_eq!(told.ones_real, [4; 12]);
    assert_eq!(told.ones_cued, None);
    for age in 0..12 {
        let pattern = learned.get(16 - age);
        let half = |from: u32| -> BTreeSet<u32> {
            bits::ones(pattern)
                .filter(|unit| (from..from + 20).contains(unit))
                .map(|unit| unit - from)
                .collect()
        };
        let expected = half(0).intersection(&half(20)).count() as u32;
        assert_eq!(told.cues[0].real.overlaps[age], expected);
        assert_eq!(
            (told.cues[0].real.scores[age], told.cues[1].real.scores[age]),
            (4, 2)
        );
    }
    // In two steps what was given stays beside the answer, which is turned back into the first half; the score stays.
    let two = Protocol {
        recall_steps: 2,
        ..protocol(5, 12, &[1.0])
    };
    let setup = Setup::of_rule(&rule, data, two, 5).unwrap();
    let twice = record(&setup, 1);
    assert_eq!(twice.cues[0].real.scores, [4; 12]);
    assert_eq!(twice.cues[0].real.overlaps, told.cues[0].real.overlaps);
}

/// A memory of K winners answers with the largest sums of the part, as many as are asked for: by an independent recall of the
/// core's network, unit by unit.
#[test]
fn a_part_has_the_largest_sums_of_its_units() {
    let condition = Condition {
        network: Network {
            n_i: 60,
            n_h: 80,
            s: 12,
            f: 0.3,
            k: 6,
            ..Network::default()
        },
        data: Data::Pairs {
            lists: 1,
            context: 0.0,
        },
        protocol: protocol(20, 10, &[1.0, 0.5]),
    };
    let setup = Setup::new(condition, 3).unwrap();
    let told = record(&setup, 4);
    let data = setup.data(4);
    let AnyParams::Fixed(cpu::AnyParams::U16(params)) = setup.params(4) else {
        panic!("weights of 16 bits")
    };
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    for pattern in data.learned.iter() {
        network.learn(pattern, &mut scratch).unwrap();
    }
    for (number, &level) in [1.0, 0.5].iter().enumerate() {
        let tested = setup.newest_first(&data.learned);
        let probe = setup.probe(tested.clone(), None, (purpose::CUE_LEARNED, None));
        let cues = setup.cues(0, (4, level, purpose::CUE_LEARNED), &probe.cued);
        for (age, (cue, pattern)) in cues.iter().zip(tested.iter()).enumerate() {
            assert_eq!(bits::ones(cue).filter(|&unit| unit >= 30).count(), 0);
            assert_eq!(bits::count(cue), (6.0 * level) as u32);
            // Patterns with more and more ones, until six are in the part: the one that comes first is the largest.
            let mut whole = vec![0; 2];
            let mut answer = BTreeSet::new();
            for active in 1..=60 {
                network
                    .recall_into(cue, active, &mut scratch, &mut whole)
                    .unwrap();
                answer = bits::ones(&whole).filter(|&unit| unit >= 30).collect();
                if answer.len() == 6 {
                    break;
                }
            }
            let shared = answer
                .iter()
                .filter(|&&unit| bits::get(pattern, unit))
                .count();
            assert_eq!(told.cues[number].real.overlaps[age], shared as u32);
        }
    }
}

/// A sequence is recalled from its first element. Turned by more than half of the units, what is asked for moves on at each step.
#[test]
fn a_chain_starts_from_the_first_element() {
    let rule = turning([40, 8, 23], false);
    let data = Data::Sequence { length: 4 };
    let chain = Protocol {
        cueing: Cueing::Chain,
        ..protocol(8, 12, &[1.0])
    };
    let setup = Setup::of_rule(&rule, data.clone(), chain.clone(), 5).unwrap();
    let told = record(&setup, 3);
    let all = setup.data(3);
    let check = |patterns: &[&[u32]], outcome: &Outcome| {
        // Oldest first: three sequences of four steps.
        for sequence in 0..3 {
            let mut cue: Vec<u32> = bits::ones(patterns[4 * sequence])
                .filter(|&unit| unit < 20)
                .collect();
            for step in 0..4 {
                let at = 4 * sequence + step;
                let answer: Vec<u32> = cue
                    .iter()
                    .map(|unit| (unit + 23) % 40)
                    .filter(|&unit| unit >= 20)
                    .collect();
                let shared = answer
                    .iter()
                    .filter(|&&unit| bits::get(patterns[at], unit))
                    .count();
                assert_eq!(outcome.overlaps[11 - at], shared as u32, "step {at}");
                assert_eq!(outcome.scores[11 - at], cue.len() as u64, "step {at}");
                cue = answer.iter().map(|unit| unit - 20).collect();
            }
        }
    };
    let learned: Vec<&[u32]> = (8..20).map(|at| all.learned.get(at)).collect();
    check(&learned, &told.cues[0].real);
    let pseudo: Vec<&[u32]> = (0..12).rev().map(|age| all.pseudo.get(age)).collect();
    check(&pseudo, &told.cues[0].pseudo);
    let line = Setup::of_rule(&rule, Data::Random, chain, 5)
        .unwrap_err()
        .to_string();
    assert_eq!(
        line,
        "cueing is chain, allowed own unless the data is of sequences"
    );
}

/// Slots that hold every sequence give all of it from its first element; without a chain, too.
#[test]
fn slots_recall_whole_sequences() {
    let condition = |cueing| Condition {
        network: Network {
            n_i: 200,
            n_h: 60,
            s: 20,
            memory: MemoryKind::Ring,
            ..Network::default()
        },
        data: Data::Sequence { length: 10 },
        protocol: Protocol {
            cueing,
            ..protocol(20, 40, &[1.0, 0.5])
        },
    };
    for cueing in [Cueing::Own, Cueing::Chain] {
        let setup = Setup::new(condition(cueing), 3).unwrap();
        let told = record(&setup, 0);
        assert!(told.cues.iter().all(|cue| cue.real.overlaps == [10; 40]));
        assert!(
            told.cues[0]
                .pseudo
                .overlaps
                .iter()
                .all(|&shared| shared < 8)
        );
    }
}

/// An answer that is the first pattern learned, to every cue: right for it alone, another's for all others.
#[test]
fn wrong_answers_are_other_patterns_or_none() {
    let counted = Protocol {
        intrusions: Intrusions::Counted,
        ..protocol(2, 6, &[1.0])
    };
    let rule = turning([300, 30, 0], true);
    let setup = Setup::of_rule(&rule, Data::Random, counted.clone(), 5).unwrap();
    let told = record(&setup, 0);
    // The first pattern is of the burn-in: 30 ones shared with it, whichever was asked for.
    assert_eq!(told.cues[0].real.others, [30; 6]);
    assert_eq!(told.cues[0].pseudo.others, [30; 6]);
    let results = Results::from_trials(setup.condition().clone(), std::slice::from_ref(&told));
    let outcomes = results.outcomes(0).unwrap();
    assert!(
        outcomes
            .iter()
            .all(|one| (one.recalled, one.intrusions, one.spurious) == (0.0, 1.0, 0.0))
    );
    // Without burn-in it is the oldest one tested, for which only what others share by chance is left.
    let alone = Protocol {
        burn_in: 0,
        ..counted.clone()
    };
    let setup = Setup::of_rule(&rule, Data::Random, alone, 5).unwrap();
    let told = record(&setup, 0);
    assert_eq!(told.cues[0].real.others[..5], [30; 5]);
    let learned = setup.data(0).learned;
    let chance = (1..6)
        .map(|at| bits::overlap(learned.get(0), learned.get(at)))
        .max();
    assert_eq!(Some(told.cues[0].real.others[5]), chance);
    assert_eq!(told.cues[0].real.overlaps[5], 30);
    let results = Results::from_trials(setup.condition().clone(), std::slice::from_ref(&told));
    assert_eq!(results.outcomes(0).unwrap()[5].recalled, 1.0);
    // Cues turned by one unit are no pattern's.
    let rule = turning([300, 30, 1], false);
    let setup = Setup::of_rule(&rule, Data::Random, counted, 5).unwrap();
    let told = record(&setup, 0);
    let data = setup.data(0);
    for age in 0..6 {
        let answer = turned(data.learned.get(7 - age), 1, 300);
        let others = (0..8).filter(|at| *at != 7 - age);
        let most = others
            .map(|at| bits::overlap(&answer, data.learned.get(at)))
            .max();
        assert_eq!(Some(told.cues[0].real.others[age]), most);
    }
    let results = Results::from_trials(setup.condition().clone(), std::slice::from_ref(&told));
    assert!(
        results
            .outcomes(0)
            .unwrap()
            .iter()
            .all(|one| one.spurious == 1.0)
    );
}

pub(super) fn write(folder: &Path, name: &str, rows: &[Vec<u32>], units: u32) -> PathBuf {
    let row = |row: &Vec<u32>| -> String {
        let cells = (0..units).map(|unit| u8::from(row.contains(&unit)).to_string());
        cells.collect::<Vec<_>>().join(",")
    };
    let text: Vec<String> = rows.iter().map(row).collect();
    let path = folder.join(name);
    std::fs::write(&path, text.join("\n")).unwrap();
    path
}

/// Cues of a file are those of their rows, however these are ordered; and what a cue keeps is of its own ones.
#[test]
fn rows_have_cues_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Row i has units 4 i to 4 i + 3; its cue, of one unit or two, is the first of them and unit 99.
    let row = |i: u32| (4 * i..4 * i + 4).collect::<Vec<u32>>();
    let cue = |i: u32| {
        if i.is_multiple_of(2) {
            vec![4 * i, 99]
        } else {
            vec![4 * i]
        }
    };
    let of = |name: &str, which: std::ops::Range<u32>, make: &dyn Fn(u32) -> Vec<u32>| {
        write(folder, name, &which.map(make).collect::<Vec<_>>(), 100)
    };
    let rows = of("rows.csv", 0..12, &row);
    let cues = of("cues.csv", 0..12, &cue);
    let lures = of("lures.csv", 12..20, &row);
    let lure_cues = of("lure_cues.csv", 12..20, &cue);
    let condition = |data: FileData, protocol| Condition {
        network: Network {
            n_i: 100,
            n_h: 12,
            s: 4,
            memory: MemoryKind::Ring,
            ..Network::default()
        },
        data: Data::File(data),
        protocol,
    };
    let plain = FileData::new(&rows);
    for order in [RowOrder::Shuffled, RowOrder::File] {
        let data = plain.clone().order(order).cues(&cues);
        let setup = Setup::new(condition(data.clone(), protocol(2, 4, &[1.0, 0.5])), 3).unwrap();
        let told = record(&setup, 7);
        // Every row that is learned is found by its own cue.
        assert_eq!(told.cues[0].real.overlaps, [4; 4], "{order}");
        let all = setup.data(7);
        let expected = |patterns: &Patterns, at: usize| {
            let first = bits::ones(patterns.get(at)).next().unwrap();
            if (first / 4).is_multiple_of(2) { 2 } else { 1 }
        };
        let [real, pseudo] = told.ones_cued.unwrap();
        for age in 0..4 {
            assert_eq!(real[age], expected(&all.learned, 5 - age));
            assert_eq!(pseudo[age], expected(&all.pseudo, age));
            // Half of two ones is one, and half of one is none.
            let asked = told.cues[1].real.scores[age] as u32;
            assert!(asked <= real[age] / 2, "{asked} of {}", real[age]);
        }
        // Lures with files of their own.
        let data = data.lures(&lures).lure_cues(&lure_cues);
        let setup = Setup::new(condition(data, protocol(2, 4, &[1.0])), 3).unwrap();
        let told = record(&setup, 7);
        assert_eq!(told.cues[0].real.overlaps, [4; 4]);
        assert_eq!(told.cues[0].pseudo.overlaps, [0; 4]);
        let all = setup.data(7);
        for age in 0..4 {
            assert_eq!(
                told.ones_cued.as_ref().unwrap()[1][age],
                expected(&all.pseudo, age)
            );
        }
    }
    // With cues that are the patterns, all is as without, and so are the streams.
    let network = Network {
        n_i: 100,
        n_h: 30,
        s: 4,
        f: 0.5,
        k: 3,
        ..Network::default()
    };
    let run = |data: FileData| {
        let condition = Condition {
            network: network.clone(),
            data: Data::File(data),
            protocol: protocol(2, 4, &[1.0, 0.5]),
        };
        let setup = Setup::new(condition, 3).unwrap();
        (setup.seed(), record(&setup, 1).cues)
    };
    assert_eq!(run(plain.clone()), run(plain.clone().cues(&rows)));
    assert_ne!(run(plain.clone()).1, run(plain.clone().cues(&cues)).1);
    let refused = |data: FileData| {
        Setup::new(condition(data, protocol(2, 4, &[1.0])), 3)
            .unwrap_err()
            .to_string()
    };
    let line = refused(plain.clone().cues(&lures));
    assert!(
        line.ends_with("lures.csv has 8 rows, expected 12: a cue for each pattern"),
        "{line}"
    );
    let line = refused(plain.clone().cues(&cues).lures(&lures));
    assert!(line.contains("lure_cues: cues of the lures"), "{line}");
    let line = refused(plain.clone().lure_cues(&lure_cues));
    assert!(
        line.contains("allowed none without lures and cues of their own files"),
        "{line}"
    );
}

/// The last units of rows are asked for.
#[test]
fn rows_are_asked_for_their_last_units() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<Vec<u32>> = (0..12)
        .map(|i: u32| {
            // Two or three ones before unit 30, one or two from there on.
            let mut row = vec![2 * i, 2 * i + 1, 30 + i];
            if i.is_multiple_of(3) {
                row.push(44);
                row.push(29);
            }
            row
        })
        .collect();
    let path = write(folder.path(), "rows.csv", &rows, 45);
    let network = |memory| match memory {
        MemoryKind::KWinner => Network {
            f: 0.5,
            k: 2,
            ..Network::default()
        },
        memory => Network {
            memory,
            ..Network::default()
        },
    };
    let condition = |target, memory| Condition {
        network: Network {
            n_i: 45,
            n_h: 12,
            s: 5,
            ..network(memory)
        },
        data: Data::File(FileData::new(&path).target(target)),
        protocol: protocol(2, 4, &[1.0]),
    };
    for memory in [MemoryKind::Ring, MemoryKind::KWinner] {
        let setup = Setup::new(condition(15, memory), 3).unwrap();
        let told = record(&setup, 7);
        let all = setup.data(7);
        let [cued, _] = told.ones_cued.clone().unwrap();
        for (age, &cued) in cued.iter().enumerate() {
            let ones: Vec<u32> = bits::ones(all.learned.get(5 - age)).collect();
            let [before, last] = [true, false]
                .map(|is| ones.iter().filter(|&&unit| (unit < 30) == is).count() as u32);
            assert_eq!([cued, told.ones_real[age]], [before, last]);
            if memory == MemoryKind::Ring {
                assert_eq!(told.cues[0].real.overlaps[age], last);
                assert_eq!(told.cues[0].real.scores[age], u64::from(before));
            }
        }
    }
    let refused = |target| {
        Setup::new(condition(target, MemoryKind::Ring), 3)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(refused(0), "target is 0, allowed 1..=44 (n_i - 1)");
    assert_eq!(refused(45), "target is 45, allowed 1..=44 (n_i - 1)");
    assert!(
        refused(2).contains("row 2 has no one in its last 2 units"),
        "{}",
        refused(2)
    );
    assert!(
        refused(44).contains("row 2 has no one before its last 44 units"),
        "{}",
        refused(44)
    );
}
