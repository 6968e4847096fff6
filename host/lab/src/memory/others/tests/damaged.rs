//! Trials with wrong cues and damaged storage: by hand where each kind of storage is damaged, and nothing where nothing is.

use slotless_core::bits;
use slotless_core::ring::{Coded, CodedParams};
use slotless_core::rng::{Purpose, below, stream};
use slotless_kernels::AnyNetwork;

use super::{OTHERS, protocol, run, small};
use crate::memory::damage::{Damage, flip};
use crate::memory::kept::encode;
use crate::memory::others::{Design, Hopfield, Other, Willshaw};
use crate::memory::{Counted, MemoryKind, Network, WeightWidth};
use crate::purpose::memory as purpose;

fn damage(flipped: f64, jitter: f64) -> Damage {
    Damage {
        flipped,
        jitter,
        seed: 21,
        trial: 4,
    }
}

/// Patterns of 8 ones of 60.
fn patterns(count: u32) -> Vec<Vec<u32>> {
    let sample = |number| {
        let mut pattern = vec![0; 2];
        bits::sample(60, 8, &mut stream(9, Purpose(934), 0, number), &mut pattern).unwrap();
        pattern
    };
    (0..count).map(sample).collect()
}

/// CRC-32 of a trial's record by each memory, in the order of the list, and of a network of K winners.
const DIGESTS: [u32; 11] = [
    1_847_190_826,
    2_060_819_546,
    1_453_690_656,
    1_420_410_168,
    3_152_252_189,
    1_025_858_643,
    3_668_923_284,
    2_208_805_156,
    4_032_487_992,
    2_406_040_208,
    1_647_170_415,
];

/// Specs, streams and records are what they were before there were wrong units and damage.
#[test]
fn without_them_nothing_is_another() {
    let digest = |memory| {
        let setup = protocol(small(memory), |protocol| {
            protocol.counted = Counted::Content
        });
        let written = serde_json::to_string(setup.condition()).unwrap();
        for word in ["added", "flipped", "jitter"] {
            assert!(!written.contains(word), "{written}");
        }
        crc32fast::hash(&encode(&run(&setup, 1)))
    };
    let all = OTHERS.into_iter().chain([MemoryKind::KWinner]);
    assert_eq!(all.map(digest).collect::<Vec<_>>(), DIGESTS);
}

/// Networks, patterns and the right units of cues are those of a trial without: only what is asked for differs.
#[test]
fn wrong_units_are_added_and_nothing_else() {
    let network = small(MemoryKind::Ring);
    let plain = protocol(network.clone(), |_| ());
    let wrong = protocol(network.clone(), |protocol| protocol.added = 0.5);
    let damaged = protocol(network, |protocol| protocol.flipped = 0.1);
    assert_eq!([wrong.seed(), damaged.seed()], [plain.seed(); 2]);
    let mut uses = [0u32; 60];
    let mut places = 0;
    for trial in 0..60 {
        let data = plain.data(trial);
        let tested = plain.newest_first(&data.learned);
        let place = (trial, 0.5, purpose::CUE_LEARNED);
        let cues = [&plain, &wrong].map(|setup| setup.cues(0, place, &tested));
        for ((right, with), pattern) in cues[0].iter().zip(cues[1].iter()).zip(tested.iter()) {
            let added: Vec<u32> = with
                .iter()
                .zip(right)
                .map(|(with, right)| with ^ right)
                .collect();
            assert_eq!((bits::count(right), bits::count(&added)), (3, 3));
            assert_eq!(bits::overlap(&added, pattern), 0);
            bits::ones(&added).for_each(|unit| uses[unit as usize] += 1);
            places += 1;
        }
    }
    // Uniform: 3 of 60 units each time, within 5 sigma of each unit.
    let mean = f64::from(places) * 3.0 / 60.0;
    let sigma = libm::sqrt(mean * (1.0 - 3.0 / 60.0));
    for (unit, used) in uses.into_iter().enumerate() {
        assert!(
            (f64::from(used) - mean).abs() <= 5.0 * sigma,
            "{unit}: {used} of {mean}"
        );
    }
    // Of later cues, too, and of other levels each its own.
    let data = wrong.data(0);
    let all = wrong.cues(0, (0, 0.5, purpose::CUE_PSEUDO), &data.pseudo);
    let last = wrong.cues(
        11,
        (0, 0.5, purpose::CUE_PSEUDO),
        &data.pseudo.select(&[11]),
    );
    assert_eq!(all.get(11), last.get(0));
}

/// Units and ones that are counted are those that the cue leaves out, whatever is wrong in it.
#[test]
fn what_is_counted_leaves_out_wrong_units() {
    for memory in OTHERS.into_iter().chain([MemoryKind::KWinner]) {
        let setup = protocol(small(memory), |protocol| {
            (protocol.counted, protocol.added) = (Counted::Content, 0.34);
        });
        let classes = setup.condition().classes();
        let record = run(&setup, 2);
        for (level, cue) in [6, 3].into_iter().zip(&record.cues) {
            let most = setup.condition().max_score(f64::from(level) / 6.0, 6);
            for age in cue.real.counts.chunks_exact(2 * classes) {
                let sum = |which: usize| age.iter().skip(which).step_by(2).sum::<u32>();
                assert_eq!((sum(0), sum(1)), (60 - level - 2, 6 - level), "{memory}");
            }
            assert!(
                cue.real.scores.iter().all(|&score| score <= most),
                "{memory}"
            );
        }
    }
}

/// Damage of all kinds to all memories, with whatever of a record has to hold.
#[test]
fn no_damage_is_too_much() {
    for memory in OTHERS.into_iter().chain([MemoryKind::KWinner]) {
        for (flipped, jitter) in [(0.5, 0.0), (1.0, 0.0), (0.02, 0.0), (0.0, 1.0), (0.5, 0.5)] {
            let network = small(memory);
            if jitter > 0.0 && !network.is_graded() {
                continue;
            }
            let setup = protocol(network, |protocol| {
                (protocol.flipped, protocol.jitter) = (flipped, jitter);
                (protocol.counted, protocol.added) = (Counted::Content, 0.2);
            });
            let record = run(&setup, 3);
            for (level, cue) in [1.0, 0.5].into_iter().zip(&record.cues) {
                let most = setup.condition().max_score(level, 6);
                for outcome in [&cue.real, &cue.pseudo] {
                    assert!(
                        outcome.overlaps.iter().all(|&overlap| overlap <= 6),
                        "{memory}"
                    );
                    assert!(
                        outcome.scores.iter().all(|&score| score <= most),
                        "{memory}"
                    );
                }
            }
            assert_ne!(
                record,
                run(
                    &protocol(small(memory), |protocol| {
                        (protocol.counted, protocol.added) = (Counted::Content, 0.2);
                    }),
                    3
                ),
                "{memory} {flipped} {jitter}"
            );
        }
    }
}

/// Slots with the bits inverted that the stream says, and none beyond the last unit.
#[test]
fn slots_are_flipped_bit_by_bit() {
    let design = small(MemoryKind::Ring).design(0).unwrap();
    let mut memory = design.make().unwrap();
    let patterns = patterns(33);
    for pattern in &patterns {
        memory.learn(pattern);
    }
    // A ring of 20: pattern 13 is in slot 13, pattern 20 in slot 0.
    let mut slots = vec![0u32; 40];
    for (number, pattern) in patterns.iter().enumerate() {
        slots[number % 20 * 2..][..2].copy_from_slice(pattern);
    }
    let damage = damage(0.1, 0.0);
    damage.flips(20 * 64).for_each(|bit| flip(&mut slots, bit));
    slots
        .chunks_exact_mut(2)
        .for_each(|slot| slot[1] &= (1 << 28) - 1);
    memory.damage(&damage);
    let mut changed = 0;
    for number in 13..33 {
        let slot = &slots[number % 20 * 2..][..2];
        changed += u32::from(slot != patterns[number]);
        // A pattern as it is now has no larger overlap with any but itself or one with more.
        let answer = memory.recall(slot);
        assert!(slots.chunks_exact(2).any(|slot| slot == answer.pattern));
        let overlaps = slots
            .chunks_exact(2)
            .map(|other| bits::overlap(other, slot));
        assert_eq!(Some(answer.score), overlaps.max().map(u64::from));
    }
    assert!(changed > 10, "{changed}");
}

/// A ring of codes is what the core reads in the codes with the bits inverted that the stream says.
#[test]
fn codes_are_read_as_the_core_reads_them() {
    let params = CodedParams::new(60, 6, 20).unwrap();
    let mut lost = 0;
    for trial in 0..40 {
        let mut fast = Design::Coded(params).make().unwrap();
        let mut core = Coded::new(params, vec![0; params.words()]).unwrap();
        for pattern in patterns(50) {
            fast.learn(&pattern);
            core.learn(&pattern).unwrap();
        }
        let kept = core.kept();
        let damage = Damage {
            trial,
            ..damage(0.01, 0.0)
        };
        let mut words = core.into_words();
        damage
            .flips(20 * 32)
            .for_each(|bit| flip(&mut words[5..], bit));
        let core = Coded::open(params, words).unwrap();
        fast.damage(&damage);
        let mut scratch = vec![0; params.scratch_words()];
        let mut read = 0;
        core.decode(&mut scratch, |_| read += 1).unwrap();
        lost += kept - read;
        let mut draws = stream(3, Purpose(935), trial, 0);
        for _ in 0..40 {
            let mut cue = [0; 2];
            let ones = below(&mut draws, 30);
            bits::sample(60, ones, &mut draws, &mut cue).unwrap();
            let slow = core.recall(&cue, &mut scratch).unwrap();
            let best = slow.found.best.map_or(0, |best| u64::from(best.overlap()));
            let answer = fast.recall(&cue);
            assert_eq!((answer.pattern, answer.score), (slow.pattern, best));
        }
    }
    assert!(lost > 0);
}

/// Synapses and weights between all units: those of the pairs that the stream says, both ways.
#[test]
fn pairs_of_units_are_damaged_once() {
    let pairs: Vec<(u32, u32)> = (1..60)
        .flat_map(|one| (0..one).map(move |two| (one, two)))
        .collect();
    let Design::Willshaw(params) = small(MemoryKind::Willshaw).design(3).unwrap() else {
        panic!("another design");
    };
    let mut memory = Willshaw::new(params);
    patterns(20)
        .iter()
        .for_each(|pattern| memory.learn(pattern));
    let rows = |memory: &mut Willshaw| -> Vec<Vec<u32>> {
        (0..60).map(|unit| memory.row(unit).to_vec()).collect()
    };
    let mut expected = rows(&mut memory);
    for pair in damage(0.1, 0.0).flips(60 * 59 / 2) {
        let (one, two) = pairs[pair as usize];
        flip(&mut expected[one as usize], two.into());
        flip(&mut expected[two as usize], one.into());
    }
    memory.damage(&damage(0.1, 0.0));
    assert_eq!(rows(&mut memory), expected);

    let Design::Hopfield(params) = small(MemoryKind::Hopfield).design(3).unwrap() else {
        panic!("another design");
    };
    let mut memory = Hopfield::new(params);
    patterns(20)
        .iter()
        .for_each(|pattern| memory.learn(pattern));
    let damage = damage(0.05, 0.3);
    let mut weights = damage.weights(60 * 59 / 2, 4);
    let expected: Vec<i16> = pairs
        .iter()
        .map(|&(one, two)| {
            let old = i32::from(memory.weight(one as usize, two as usize)) + 8;
            weights.change(old as u32) as i16 - 8
        })
        .collect();
    memory.damage(&damage);
    for (&(one, two), expected) in pairs.iter().zip(expected) {
        let (one, two) = (one as usize, two as usize);
        assert_eq!(
            [memory.weight(one, two), memory.weight(two, one)],
            [expected; 2]
        );
    }
}

/// A trial of a network of K winners, done by hand.
#[test]
fn packed_weights_are_damaged_where_they_are() {
    let network = Network {
        weights: WeightWidth::U4,
        ..small(MemoryKind::KWinner)
    };
    let setup = protocol(network, |protocol| {
        (protocol.flipped, protocol.jitter) = (0.05, 0.2);
    });
    let record = run(&setup, 5);
    let AnyNetwork::Fixed(mut network) = AnyNetwork::new(setup.params(5)) else {
        panic!("weights of a width");
    };
    let data = setup.data(5);
    for pattern in data.learned.iter() {
        network.learn(pattern).unwrap();
    }
    let damage = Damage {
        flipped: 0.05,
        jitter: 0.2,
        seed: setup.seed(),
        trial: 5,
    };
    let mut weights = damage.weights(20 * 15, 4);
    let before = network.export();
    network.map_weights(|weight| weights.change(weight));
    assert_ne!(before, network.export());
    let tested = setup.newest_first(&data.learned);
    for (level, cue) in [1.0, 0.5].into_iter().zip(&record.cues) {
        let cues = setup.cues(0, (5, level, purpose::CUE_LEARNED), &tested);
        for (age, (cue_row, pattern)) in cues.iter().zip(tested.iter()).enumerate() {
            let mut recalled = vec![0; 2];
            let score = network.recall(cue_row, 6, &mut recalled);
            assert_eq!(cue.real.overlaps[age], bits::overlap(&recalled, pattern));
            assert_eq!(cue.real.scores[age], score);
        }
    }
}

#[test]
fn what_cannot_be_damaged_is_refused() {
    use crate::memory::{Condition, Data, Protocol};
    let refused = |network: Network, change: fn(&mut Protocol)| {
        let mut condition = Condition {
            network,
            data: Data::Random,
            protocol: Protocol::default(),
        };
        change(&mut condition.protocol);
        condition.check().unwrap_err().to_string()
    };
    let kwinner = |weights| Network {
        weights,
        ..small(MemoryKind::KWinner)
    };
    for (network, change, line) in [
        (
            small(MemoryKind::Ring),
            (|protocol| protocol.jitter = 0.1) as fn(&mut Protocol),
            "jitter is 0.1, allowed 0 with memory ring (no graded cells)",
        ),
        (
            small(MemoryKind::Willshaw),
            |protocol| protocol.jitter = 0.1,
            "jitter is 0.1, allowed 0 with memory willshaw (no graded cells)",
        ),
        (
            kwinner(WeightWidth::U1),
            |protocol| protocol.jitter = 0.1,
            "jitter is 0.1, allowed 0 with weights u1 (no graded cells)",
        ),
        (
            Network {
                recency_levels: Some(1),
                ..small(MemoryKind::Recency)
            },
            |protocol| protocol.jitter = 0.1,
            "jitter is 0.1, allowed 0 with one level (no graded cells)",
        ),
        (
            kwinner(WeightWidth::Float),
            |protocol| protocol.flipped = 0.1,
            "flipped is 0.1, allowed 0 with weights float (no bits of a width)",
        ),
        (
            small(MemoryKind::Ring),
            |protocol| protocol.flipped = 1.5,
            "flipped is 1.5, allowed 0 to 1",
        ),
        (
            small(MemoryKind::Ring),
            |protocol| protocol.added = 9.2,
            "added is 9.2, allowed from 0, and so much that floor(added 6) is up to 54 (units of cues that are none of the pattern's)",
        ),
        (
            small(MemoryKind::Ring),
            |protocol| protocol.added = -0.1,
            "added is -0.1, allowed from 0, and so much that floor(added 6) is up to 54 (units of cues that are none of the pattern's)",
        ),
        (
            Network {
                weights: WeightWidth::U1,
                ..small(MemoryKind::Hopfield)
            },
            |_| (),
            "weights is u1, allowed u2, u4, u8, u16 with memory hopfield",
        ),
    ] {
        assert_eq!(refused(network, change), line);
    }
    let gpu = protocol(small(MemoryKind::KWinner), |protocol| protocol.added = 0.1).bytes_on_gpu();
    assert!(gpu.is_err());
}
