//! Other memories in trials: against the core called by hand, and networks of synapses written a second time.

mod damaged;

use slotless_core::bits;
use slotless_core::ring::{
    Coded, CodedParams, Polar, PolarParams, Replacement, Slots, SlotsParams,
};
use slotless_core::rng::{Purpose, below, stream};

use super::{Design, Other, Sizes, longest_code, ranks};
use crate::memory::{
    Condition, Counted, Data, FileData, MemoryKind, Network, Protocol, Setup, TrialRecord,
    WeightWidth,
};
use crate::purpose::memory as purpose;

fn small(memory: MemoryKind) -> Network {
    Network {
        name: String::new(),
        n_i: 60,
        n_h: if memory.has_hidden() { 20 } else { 2000 },
        s: 6,
        k: if memory.is_kwinner() { 3 } else { 50 },
        f: if memory.is_kwinner() { 0.25 } else { 0.05 },
        memory,
        eps: if memory == MemoryKind::Willshaw {
            0.02
        } else {
            0.3
        },
        weights: match memory {
            MemoryKind::Hopfield => WeightWidth::U4,
            _ => WeightWidth::default(),
        },
        ..Network::default()
    }
}

const OTHERS: [MemoryKind; 10] = [
    MemoryKind::Recency,
    MemoryKind::RecencyPlain,
    MemoryKind::RecencyPairs,
    MemoryKind::Ring,
    MemoryKind::RandomSlots,
    MemoryKind::ReservoirSlots,
    MemoryKind::CodedRing,
    MemoryKind::PolarRing,
    MemoryKind::Willshaw,
    MemoryKind::Hopfield,
];

fn setup(memory: MemoryKind, counted: Counted) -> Setup {
    protocol(small(memory), |protocol| protocol.counted = counted)
}

fn protocol(network: Network, change: impl FnOnce(&mut Protocol)) -> Setup {
    let mut protocol = Protocol {
        burn_in: 30,
        learned: 12,
        cues: vec![1.0, 0.5],
        ..Protocol::default()
    };
    change(&mut protocol);
    let condition = Condition {
        network,
        data: Data::Random,
        protocol,
    };
    Setup::new(condition, 7).expect("sizes in range")
}

fn run(setup: &Setup, trial: u32) -> TrialRecord {
    let stop = std::sync::atomic::AtomicBool::new(false);
    setup.run(trial, &stop).expect("not stopped")
}

#[test]
fn a_ring_in_a_trial_is_the_core_by_hand() {
    let setup = setup(MemoryKind::Ring, Counted::Content);
    let record = setup
        .run(3, &std::sync::atomic::AtomicBool::new(false))
        .expect("not stopped");
    let data = setup.data(3);
    let params = SlotsParams::new(60, 20, Replacement::Fifo).unwrap();
    let mut slots = Slots::new(params, vec![0; params.words()]).unwrap();
    for pattern in data.learned.iter() {
        slots.learn(pattern).unwrap();
    }
    let tested = setup.newest_first(&data.learned);
    for (level, outcome) in [1.0, 0.5].into_iter().zip(&record.cues) {
        let cues = setup.cues(0, (3, level, purpose::CUE_LEARNED), &tested);
        for (age, (cue, pattern)) in cues.iter().zip(tested.iter()).enumerate() {
            let recalled = slots.recall(cue).unwrap();
            let overlap = bits::overlap(recalled.pattern, pattern);
            assert_eq!(outcome.real.overlaps[age], overlap, "age {age}");
            let best = recalled.found.best.unwrap();
            assert_eq!(outcome.real.scores[age], u64::from(best.overlap()));
            // Members and the rest, of the units that the cue left out.
            let left_out = |set: &[u32]| {
                (0..60)
                    .filter(|&unit| bits::get(set, unit) && !bits::get(cue, unit))
                    .count() as u32
            };
            let both = (0..60).filter(|&unit| {
                bits::get(recalled.pattern, unit)
                    && bits::get(pattern, unit)
                    && !bits::get(cue, unit)
            });
            let (members, ones) = (left_out(recalled.pattern), both.count() as u32);
            let rest = [60 - bits::count(cue) - members, left_out(pattern) - ones];
            assert_eq!(
                outcome.real.counts[4 * age..4 * age + 4],
                [members, ones, rest[0], rest[1]]
            );
        }
    }
}

/// What the core says of each cue, in score and sets; verified patterns above all others.
#[test]
fn a_polar_ring_is_the_core_by_hand() {
    let params = PolarParams::builder(60, 20).active(6).build().unwrap();
    let mut fast = Design::Polar(params).make().unwrap();
    let mut core = Polar::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut draws = stream(4, Purpose(932), 0, 0);
    let (mut verified, mut others) = (0, 0);
    for _ in 0..60 {
        let mut drawn = |ones: u32| {
            let mut packed = vec![0; 2];
            bits::sample(60, ones, &mut draws, &mut packed).unwrap();
            packed
        };
        let (pattern, new) = (drawn(6), drawn(3));
        // Before the first pattern nothing is found.
        for cue in [&new, &core_half(&pattern)] {
            let slow = core.recall(cue, &mut scratch).unwrap();
            let score = match slow.matched {
                _ if slow.verified => 16,
                Some(one) => u64::from(8 * one.overlap() / one.most().max(1)),
                None => 0,
            };
            let answer = fast.recall(cue);
            assert_eq!((answer.pattern, answer.score), (slow.pattern, score));
            let sets: Vec<&[u32]> = answer.sets.iter().collect();
            assert_eq!(sets, [slow.members, slow.unknown]);
            *if slow.verified {
                &mut verified
            } else {
                &mut others
            } += 1;
        }
        fast.learn(&pattern);
        core.learn(&pattern).unwrap();
        let cue = core_half(&pattern);
        verified += u32::from(core.recall(&cue, &mut scratch).unwrap().verified);
        assert_eq!(
            fast.recall(&cue).pattern,
            core.recall(&cue, &mut scratch).unwrap().pattern
        );
    }
    assert_eq!(params.sketch(), 8);
    assert!(verified > 20 && others > 20, "{verified} {others}");
    assert_eq!(Design::Polar(params).max_score(3), 16);
}

/// The first three ones of a pattern.
fn core_half(pattern: &[u32]) -> Vec<u32> {
    let mut cue = vec![0; pattern.len()];
    bits::ones(pattern)
        .take(3)
        .for_each(|unit| bits::set(&mut cue, unit));
    cue
}

#[test]
fn a_file_of_other_ones_is_refused_by_a_polar_ring() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let row = |ones: usize| {
        let bits: Vec<&str> = (0..60)
            .map(|unit| if unit < ones { "1" } else { "0" })
            .collect();
        bits.join(",") + "\n"
    };
    for (ones, allowed) in [(5, "from 6"), (7, "up to 6")] {
        let text = row(6).repeat(53) + &row(ones);
        std::fs::write(&path, text).unwrap();
        let mut condition = setup(MemoryKind::PolarRing, Counted::Overlap)
            .condition()
            .clone();
        condition.data = Data::File(FileData::new(&path));
        let refused = Setup::new(condition, 1).unwrap_err().to_string();
        let said = format!("has a row of {ones} ones, allowed {allowed} (memory polar-ring)");
        assert!(refused.ends_with(&said), "{refused}");
    }
}

/// Decoded patterns beside the codes: what the core finds, over a stream with ties and codes of very different lengths.
#[test]
fn a_coded_ring_is_the_core_decoding() {
    let params = CodedParams::new(60, 6, 20).unwrap();
    let mut fast = Design::Coded(params).make().unwrap();
    let mut core = Coded::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut draws = stream(3, Purpose(932), 0, 0);
    let mut kept = Vec::new();
    for event in 0..400 {
        let mut drawn = |most: u32| {
            let mut packed = [0; 2];
            let ones = 1 + below(&mut draws, most);
            bits::sample(60, ones, &mut draws, &mut packed).unwrap();
            packed
        };
        // Before the first pattern nothing is found.
        for cue in [drawn(3), drawn(40), [0; 2]] {
            let slow = core.recall(&cue, &mut scratch).unwrap();
            let best = slow.found.best.map_or(0, |best| u64::from(best.overlap()));
            let answer = fast.recall(&cue);
            assert_eq!(
                (answer.pattern, answer.score),
                (slow.pattern, best),
                "event {event}"
            );
        }
        let pattern = drawn(if event % 3 == 0 { 50 } else { 8 });
        fast.learn(&pattern);
        core.learn(&pattern).unwrap();
        kept.push(core.kept());
    }
    let (least, most) = (kept[20..].iter().min(), kept.iter().max());
    assert!(least.unwrap() * 2 < *most.unwrap(), "{least:?} {most:?}");
}

#[test]
fn content_changes_no_trial() {
    let stop = std::sync::atomic::AtomicBool::new(false);
    for memory in [&OTHERS[..], &[MemoryKind::KWinner]].concat() {
        let mut with = setup(memory, Counted::Content).run(1, &stop).unwrap();
        let without = setup(memory, Counted::Overlap).run(1, &stop).unwrap();
        let classes = setup(memory, Counted::Content).condition().classes();
        for cue in &mut with.cues {
            for outcome in [&mut cue.real, &mut cue.pseudo] {
                assert_eq!(outcome.counts.len(), 12 * 2 * classes, "{memory}");
                outcome.counts.clear();
            }
        }
        assert_eq!(with, without, "{memory}");
    }
}

#[test]
fn every_class_count_adds_up() {
    let stop = std::sync::atomic::AtomicBool::new(false);
    for memory in [&OTHERS[..], &[MemoryKind::KWinner]].concat() {
        let setup = setup(memory, Counted::Content);
        let record = setup.run(0, &stop).unwrap();
        let classes = setup.condition().classes();
        for (level, cue) in [1.0, 0.5].into_iter().zip(&record.cues) {
            let kept = (level * 6.0) as u32;
            for age in cue.real.counts.chunks_exact(2 * classes) {
                let sum = |which: usize| age.iter().skip(which).step_by(2).sum::<u32>();
                assert_eq!((sum(0), sum(1)), (60 - kept, 6 - kept), "{memory}");
            }
        }
    }
}

/// Recalled from all of it, the newest pattern is whole in every memory that stores it as it is.
#[test]
fn the_newest_is_whole() {
    let stop = std::sync::atomic::AtomicBool::new(false);
    for memory in [
        MemoryKind::Recency,
        MemoryKind::RecencyPlain,
        MemoryKind::Ring,
        MemoryKind::RandomSlots,
        MemoryKind::CodedRing,
        MemoryKind::PolarRing,
        MemoryKind::Willshaw,
    ] {
        let record = setup(memory, Counted::Overlap).run(2, &stop).unwrap();
        assert_eq!(record.cues[0].real.overlaps[0], 6, "{memory}");
    }
}

/// The same network with a matrix of booleans, and clearing decided pair by pair from the same draws.
#[test]
fn willshaw_against_a_matrix() {
    let Design::Willshaw(params) = small(MemoryKind::Willshaw).design(11).unwrap() else {
        panic!("another design");
    };
    let mut memory = super::Willshaw::new(params);
    let mut matrix = vec![[false; 60]; 60];
    let pattern_of = |number: u32| -> Vec<u32> {
        let mut units: Vec<u32> = (0..60).collect();
        let purpose = slotless_core::rng::Purpose(932);
        slotless_core::rng::shuffle(
            &mut slotless_core::rng::stream(1, purpose, number, 0),
            &mut units,
        );
        let mut pattern = vec![0; 2];
        units[..6]
            .iter()
            .for_each(|&unit| bits::set(&mut pattern, unit));
        pattern
    };
    for learned in 0..40u32 {
        // Which pairs are cleared: gaps of floor(ln u / ln(1 - eps)) in the order (1,0), (2,0), (2,1), ...
        let pairs: Vec<(usize, usize)> = (1..60)
            .flat_map(|first| (0..first).map(move |second| (first, second)))
            .collect();
        let mut draws = slotless_core::rng::stream(11, purpose::FORGET, learned, 0);
        let mut at = 0usize;
        loop {
            let drawn = (f64::from(rand_core::Rng::next_u32(&mut draws)) + 1.0)
                / f64::from(1u32 << 31)
                / 2.0;
            at += (drawn.ln() / 0.98f64.ln()).floor() as usize;
            let Some(&(first, second)) = pairs.get(at) else {
                break;
            };
            matrix[first][second] = false;
            matrix[second][first] = false;
            at += 1;
        }
        let pattern = pattern_of(learned + 1);
        memory.learn(&pattern);
        let ones: Vec<usize> = bits::ones(&pattern).map(|unit| unit as usize).collect();
        for &first in &ones {
            for &second in &ones {
                matrix[first][second] |= first != second;
            }
        }
        for (unit, row) in matrix.iter().enumerate() {
            for (other, &synapse) in row.iter().enumerate() {
                assert_eq!(
                    bits::get(memory.row(unit as u32), other as u32),
                    synapse,
                    "{unit} {other}"
                );
            }
        }
        // What is recalled: no unit with a smaller sum than one that is not.
        let cue = {
            let mut cue = vec![0; 2];
            ones.iter()
                .take(3)
                .for_each(|&unit| bits::set(&mut cue, unit as u32));
            cue
        };
        let sum = |unit: usize| {
            let own = usize::from(bits::get(&cue, unit as u32));
            own + (0..60)
                .filter(|&other| matrix[unit][other] && bits::get(&cue, other as u32))
                .count()
        };
        let answer = memory.recall(&cue);
        assert_eq!(bits::count(answer.pattern), 6);
        let least = bits::ones(answer.pattern)
            .map(|unit| sum(unit as usize))
            .min();
        let most = (0..60)
            .filter(|&unit| !bits::get(answer.pattern, unit))
            .map(|unit| sum(unit as usize))
            .max();
        assert!(least >= most, "{least:?} {most:?}");
        let score: usize = bits::ones(answer.pattern)
            .map(|unit| sum(unit as usize))
            .sum();
        assert_eq!(answer.score, score as u64);
        let sizes: Vec<u32> = answer.sets.iter().map(bits::count).collect();
        let mut ends = 0;
        for (size, rank) in sizes.iter().zip(ranks(60, 6)) {
            ends += size;
            assert_eq!(ends, rank);
        }
    }
}

/// The rule pair by pair, of real fractions, with what is recalled by a matrix.
#[test]
fn hopfield_against_a_matrix() {
    let network = Network {
        s: 7,
        weights: WeightWidth::U2,
        ..small(MemoryKind::Hopfield)
    };
    for (weights, [least, most]) in [
        (WeightWidth::U2, [-2, 1]),
        (WeightWidth::U4, [-8, 7]),
        (WeightWidth::U16, [-32_768, 32_767]),
    ] {
        let network = Network {
            weights,
            ..network.clone()
        };
        let Design::Hopfield(params) = network.design(11).unwrap() else {
            panic!("another design");
        };
        let mut memory = super::Hopfield::new(params);
        let mut matrix = vec![vec![0i64; 60]; 60];
        for learned in 0..90u32 {
            let mut pattern = vec![0; 2];
            let mut draws = stream(1, Purpose(933), learned, 0);
            bits::sample(60, 7, &mut draws, &mut pattern).unwrap();
            for (unit, row) in matrix.iter_mut().enumerate() {
                for (other, weight) in row.iter_mut().enumerate() {
                    let active = [unit, other].map(|unit| bits::get(&pattern, unit as u32));
                    let time = i64::from(learned) + unit as i64 + other as i64;
                    let whole = |up: i64, down: i64| (time + 1) * up / down - time * up / down;
                    let step = match active {
                        [true, true] => whole(53, 7),
                        [false, false] => whole(7, 53),
                        _ => -1,
                    };
                    if unit != other {
                        *weight = (*weight + step).clamp(least, most);
                    }
                }
            }
            memory.learn(&pattern);
            for (unit, row) in matrix.iter().enumerate() {
                for (other, &weight) in row.iter().enumerate() {
                    assert_eq!(i64::from(memory.weight(unit, other)), weight);
                }
            }
            let mut cue = vec![0; 2];
            bits::cue(&pattern, 3, &mut draws, &mut cue).unwrap();
            let field = |unit: u32| {
                let of = |other: u32| match other == unit {
                    true => most,
                    false => matrix[unit as usize][other as usize],
                };
                bits::ones(&cue).map(of).sum::<i64>()
            };
            let answer = memory.recall(&cue);
            assert_eq!(bits::count(answer.pattern), 7);
            let is_in = |unit: &u32| bits::get(answer.pattern, *unit);
            let within = (0..60).filter(is_in).map(field).min();
            let without = (0..60).filter(|unit| !is_in(unit)).map(field).max();
            assert!(within >= without, "{within:?} {without:?}");
            let sum: i64 = (0..60)
                .filter(is_in)
                .map(|unit| field(unit) - 3 * least)
                .sum();
            assert_eq!(answer.score, sum as u64);
            assert!(answer.score <= network.design(11).unwrap().max_score(3));
            let mut ends = 0;
            for (set, rank) in answer.sets.iter().zip(ranks(60, 7)) {
                ends += bits::count(set);
                assert_eq!(ends, rank);
            }
        }
    }
}

/// The whole rule adds up to nothing: over many patterns the weights of an unbounded network have no drift.
#[test]
fn covariance_has_no_drift() {
    let network = Network {
        s: 7,
        weights: WeightWidth::U16,
        ..small(MemoryKind::Hopfield)
    };
    let Design::Hopfield(params) = network.design(1).unwrap() else {
        panic!("another design");
    };
    let mut memory = super::Hopfield::new(params);
    let mut draws = stream(2, Purpose(933), 0, 0);
    let mut pattern = vec![0; 2];
    let patterns = 3000;
    for _ in 0..patterns {
        bits::sample(60, 7, &mut draws, &mut pattern).unwrap();
        memory.learn(&pattern);
    }
    // Of a pattern the covariance of two units is -1 / (n - 1) of the variance, in units of p (1 - p).
    let drift = -f64::from(patterns) / 59.0;
    let weights = (0..60).flat_map(|unit| (0..unit).map(move |other| (unit, other)));
    let sum: i32 = weights
        .map(|(unit, other)| i32::from(memory.weight(unit, other)))
        .sum();
    let mean = f64::from(sum) / (60.0 * 59.0 / 2.0);
    assert!((mean - drift).abs() < 1.0, "{mean} {drift}");
}

#[test]
fn storage_is_counted_to_the_last_word() {
    let bits = |network: &Network| network.storage_bits().unwrap();
    // 2 words of a counter, 20 slots of two words.
    assert_eq!(bits(&small(MemoryKind::Ring)), 32 * (2 + 20 * 2));
    // 8 bits of a sketch, 18 parities and a check of 6.
    assert_eq!(bits(&small(MemoryKind::PolarRing)), 32 * (2 + 20));
    assert_eq!(bits(&small(MemoryKind::Willshaw)), 60 * 59 / 2);
    assert_eq!(bits(&small(MemoryKind::Hopfield)), 60 * 59 / 2 * 4);
    let kwinner = Network {
        f: 0.25,
        k: 3,
        ..small(MemoryKind::KWinner)
    };
    // 20 units with 15 weights of 16 bits, and a mask of 60.
    assert_eq!(bits(&kwinner), 20 * (15 * 16 + 60));
    let masks = Network {
        n_i: 256,
        n_h: 256,
        s: 16,
        f: 0.125,
        ..kwinner.clone()
    };
    assert_eq!(bits(&masks), 256 * (32 * 16 + 256));
    let computed = Network {
        wiring: slotless_core::kwinner::WiringKind::Structured,
        ..masks
    };
    assert_eq!(bits(&computed), 256 * 32 * 16);
    assert_eq!(bits(&Network { f: 1.0, ..kwinner }), 20 * 60 * 16);
}

#[test]
fn parameters_of_other_memories_are_refused() {
    let refused = |network: Network| network.check().unwrap_err().to_string();
    assert_eq!(
        refused(Network {
            k: 3,
            ..small(MemoryKind::Ring)
        }),
        "k is no parameter of memory ring"
    );
    assert_eq!(
        refused(Network {
            recency_levels: Some(5),
            ..small(MemoryKind::CodedRing)
        }),
        "recency_levels is no parameter of memory coded-ring"
    );
    assert_eq!(
        refused(Network {
            parts: Some(3),
            ..small(MemoryKind::RecencyPlain)
        }),
        "parts are 3, allowed 1..=60 (n) that 20 (rows) is a multiple of"
    );
    assert_eq!(
        refused(Network {
            n_h: 0,
            ..small(MemoryKind::Recency)
        }),
        "rows are 0, allowed from 1"
    );
    assert_eq!(
        refused(Network {
            n_h: 0,
            ..small(MemoryKind::CodedRing)
        }),
        "n_h is 0, allowed from 1"
    );
    assert_eq!(
        refused(Network {
            s: 61,
            ..small(MemoryKind::Willshaw)
        }),
        "s is 61, allowed 1..=60 (n_i)"
    );
}

#[test]
fn a_coded_ring_has_the_fewest_words_that_hold_n_h() {
    for n_h in [1, 7, 20, 333] {
        let network = Network {
            n_h,
            ..small(MemoryKind::CodedRing)
        };
        let Design::Coded(params) = network.design(0).unwrap() else {
            panic!("another design");
        };
        assert!(params.typical() >= u64::from(n_h));
        let fewer = slotless_core::ring::CodedParams::new(60, 6, params.code_words() - 1);
        assert!(
            fewer.is_err() || fewer.unwrap().typical() < u64::from(n_h),
            "{n_h}"
        );
    }
}

/// Sizes of patterns: units, ones.
const PATTERNS: [(u32, u32); 7] = [
    (1, 1),
    (2, 1),
    (16, 1),
    (60, 6),
    (100, 97),
    (1000, 100),
    (4096, 3),
];

/// The core's own count of the bits of a pattern's code.
fn code_bits(visible: u32, active: u32, ones: &[u32]) -> u64 {
    let params = CodedParams::new(visible, active, 1 << 12).unwrap();
    let mut memory = Coded::new(params, vec![0; params.words()]).unwrap();
    let mut pattern = vec![0; bits::words_for(visible)];
    for &unit in ones {
        bits::set(&mut pattern, unit);
    }
    memory.learn(&pattern).unwrap();
    // The number learned, where the oldest code starts, the bits of all codes.
    u64::from(memory.words()[3])
}

/// Of as many ones no code is longer than that of the pattern whose units that are off come first, and that one is as long.
#[test]
fn no_code_is_longer_than_the_longest() {
    let mut draws = stream(5, Purpose(930), 0, 0);
    for (visible, active) in PATTERNS {
        let params = CodedParams::new(visible, active, 1 << 12).unwrap();
        for ones in [1, active, active / 2 + 1, visible / 2 + 1, visible] {
            let longest = longest_code(&params, ones);
            let last: Vec<u32> = (visible - ones..visible).collect();
            assert_eq!(
                code_bits(visible, active, &last),
                longest,
                "{ones} of {visible}, s {active}"
            );
            for _ in 0..20 {
                let mut units: Vec<u32> = (0..visible).collect();
                slotless_core::rng::shuffle(&mut draws, &mut units);
                assert!(code_bits(visible, active, &units[..ones as usize]) <= longest);
            }
        }
    }
}

/// A ring whose patterns are few is refused where one of them may have no room, and takes every row that has.
#[test]
fn a_coded_ring_has_room_for_each_of_its_patterns() {
    let design = |n_h, (n_i, s)| {
        let sizes = Sizes {
            n_i,
            n_h,
            s,
            eps: 0.3,
            levels: 1,
            cap: None,
            parts: 1,
            weight_bits: 4,
        };
        Design::new(MemoryKind::CodedRing, sizes, 1)
    };
    assert_eq!(
        design(1, (1000, 100)).unwrap_err().to_string(),
        "n_h is 1, allowed from 2 (a code of 100 ones takes up to 513 bits)"
    );
    for of in PATTERNS {
        let mut least = 1;
        while design(least, of).is_err() {
            least += 1;
        }
        assert!(least <= 3, "{of:?}: {least}");
        let design = design(least, of).unwrap();
        let most = design.most_ones();
        assert!((of.1..=of.0).contains(&most), "{of:?}: {most}");
        let mut memory = design.make().unwrap();
        for ones in 1..=most {
            let mut pattern = vec![0; bits::words_for(of.0)];
            for unit in of.0 - ones..of.0 {
                bits::set(&mut pattern, unit);
            }
            memory.learn(&pattern);
        }
    }
}
