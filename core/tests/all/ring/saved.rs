//! Snapshots of slots and rings against the bytes that the format's text asks for, and what no snapshot is.

use proptest::prelude::*;
use slotless_core::recency::{self, Recency};
use slotless_core::ring::{
    Coded, CodedParams, ParamsError, Replacement, Sketches, SketchesParams, Slots, SlotsParams,
};
use slotless_core::snapshot::{self, Kind, Section, SectionKind, Snapshot, SnapshotError};

use crate::naive::snapshot::{sealed, written};
use crate::naive::{self, Pcg};

const WORDS_BEFORE: usize = 24;

fn patterns(n: u32, seed: u64, count: u64) -> Vec<Vec<u32>> {
    let mut draws = Pcg::new(seed, 5);
    let ones = u64::from(n.div_ceil(5));
    (0..count)
        .map(|_| naive::words(&draws.sample(n.into(), ones)))
        .collect()
}

fn slots(n: u32, slots: u32, replacement: Replacement, seed: u64, count: u64) -> Slots<Vec<u32>> {
    let params = SlotsParams::new(n, slots, replacement).unwrap();
    let mut memory = Slots::new(params, vec![0; params.words()]).unwrap();
    for (number, pattern) in (0..).zip(patterns(n, seed, count)) {
        memory
            .learn_as(&pattern, number % params.classes())
            .unwrap();
    }
    memory
}

fn coded(n: u32, active: u32, words: u32, seed: u64, count: u64) -> Coded<Vec<u32>> {
    let params = CodedParams::new(n, active, words).unwrap();
    let mut memory = Coded::new(params, vec![0; params.words()]).unwrap();
    for pattern in patterns(n, seed, count) {
        // A short ring refuses what it has no room for.
        let _ = memory.learn(&pattern);
    }
    memory
}

fn sketches(n: u32, active: u32, slots: u32, seed: u64, count: u64) -> Sketches<Vec<u32>> {
    let params = SketchesParams::new(n, active, slots, seed).unwrap();
    let mut memory = Sketches::new(params, vec![0; params.words()]).unwrap();
    for pattern in patterns(n, seed, count) {
        memory.learn(&pattern).unwrap();
    }
    memory
}

fn of_slots(memory: &Slots<Vec<u32>>) -> Vec<u32> {
    let params = memory.params();
    let (code, classes, seed) = match params.replacement() {
        Replacement::Fifo => (0, 0, 0),
        Replacement::Random { seed } => (1, 0, seed),
        Replacement::Reservoir { seed } => (2, 0, seed),
        Replacement::Balanced { classes, seed } => (3, classes, seed),
    };
    let block = [
        params.visible(),
        params.slots(),
        code,
        classes,
        seed as u32,
        (seed >> 32) as u32,
    ];
    let patterns = params.slots() as usize * params.pattern_words();
    let mut sections = vec![(1, 2), (5, patterns)];
    if code == 3 {
        sections.push((6, params.slots().div_ceil(4) as usize));
    }
    written(3, &block, &sections, memory.words())
}

fn of_coded(memory: &Coded<Vec<u32>>) -> Vec<u32> {
    let params = memory.params();
    let block = [params.visible(), params.active(), params.code_words()];
    let codes = params.code_words() as usize + 3;
    written(4, &block, &[(1, 2), (7, codes)], memory.words())
}

fn of_sketches(memory: &Sketches<Vec<u32>>) -> Vec<u32> {
    let params = memory.params();
    let seed = params.seed();
    let block = [
        params.visible(),
        params.active(),
        params.slots(),
        seed as u32,
        (seed >> 32) as u32,
    ];
    let slots = 2 * params.slots() as usize;
    written(5, &block, &[(1, 2), (8, slots)], memory.words())
}

/// 40 units: five slots of three classes, a ring of 9 words of codes, seven sketches.
fn small() -> [Vec<u32>; 3] {
    let (classes, seed) = (3, 1 << 32 | 7);
    [
        of_slots(&slots(40, 5, Replacement::Balanced { classes, seed }, 1, 9)),
        of_coded(&coded(40, 8, 9, 2, 9)),
        of_sketches(&sketches(40, 8, 7, 3 << 32 | 1, 9)),
    ]
}

#[test]
fn kinds_and_sections_are_named() {
    let section = |kind, offset, words| Section {
        kind,
        offset,
        words,
    };
    let position = section(SectionKind::Position, 24, 2);
    let files = small();
    for (file, kind, name, rest) in [
        (
            &files[0],
            Kind::Slots,
            "memory of plain slots",
            &[
                section(SectionKind::Patterns, 26, 10),
                section(SectionKind::Classes, 36, 2),
            ][..],
        ),
        (
            &files[1],
            Kind::Coded,
            "ring of codes",
            &[section(SectionKind::Codes, 26, 12)],
        ),
        (
            &files[2],
            Kind::Sketches,
            "ring of sketches",
            &[section(SectionKind::Sketches, 26, 14)],
        ),
    ] {
        let snapshot = Snapshot::from_words(file).unwrap();
        assert_eq!((snapshot.kind(), snapshot.learned()), (kind, 9));
        assert_eq!((kind.code(), kind.to_string()), (file[4], name.to_owned()));
        let expected = [&[position], rest].concat();
        assert!(snapshot.sections().eq(expected));
        // None is taken for another.
        let other = |expected| SnapshotError::OtherKind {
            got: kind,
            expected,
        };
        let refused = snapshot.recency().map(drop);
        assert_eq!(refused, Err(other(Kind::Recency)));
        let as_slots = snapshot.slots().map(drop);
        let as_coded = snapshot.coded().map(drop);
        let as_sketches = snapshot.sketches().map(drop);
        let mut ram = [0; 60];
        assert_eq!(snapshot.thaw_slots(&mut ram).map(drop), as_slots);
        assert_eq!(snapshot.thaw_coded(&mut ram).map(drop), as_coded);
        assert_eq!(snapshot.thaw_sketches(&mut ram).map(drop), as_sketches);
        for (found, own) in [
            (as_slots, Kind::Slots),
            (as_coded, Kind::Coded),
            (as_sketches, Kind::Sketches),
        ] {
            let expected = if own == kind { Ok(()) } else { Err(other(own)) };
            assert_eq!(found, expected);
        }
    }
    // What was a snapshot before is one still, and is none of these.
    let params = recency::Params::builder(40, 3).build().unwrap();
    let memory = Recency::new(params, vec![0; params.words()]).unwrap();
    let mut file = vec![0; snapshot::recency::words_for(&params)];
    let snapshot = snapshot::recency::encode(&memory, &mut file).unwrap();
    assert_eq!((snapshot.kind(), snapshot.version()), (Kind::Recency, 1));
    let other = SnapshotError::OtherKind {
        got: Kind::Recency,
        expected: Kind::Slots,
    };
    assert_eq!(snapshot.slots_params(), Err(other));
}

#[test]
fn each_wrong_word_is_named_with_its_value() {
    use ParamsError as P;
    use SnapshotError as E;
    let section = |section, got, expected| E::Section {
        section,
        got,
        expected,
    };
    let visible = |visible| E::Ring(P::Visible { visible });
    let active = E::Ring(P::Active {
        active: 0,
        visible: 40,
    });
    let words = |got, expected| E::ParameterWords { got, expected };
    for (file, place, word, expected) in [
        (0, 8, 0, visible(0)),
        (
            0,
            9,
            0,
            E::Ring(P::Slots {
                slots: 0,
                most: 238_609_293,
            }),
        ),
        (0, 9, 4, section(1, (5, 10), (5, 8))),
        (0, 10, 4, E::Replacement { got: 4 }),
        // A ring has neither classes nor a seed, nor have others classes.
        (0, 10, 0, E::Unused { got: 3 }),
        (0, 10, 1, E::Unused { got: 3 }),
        (0, 11, 0, E::Ring(P::Classes { classes: 0 })),
        (0, 11, 257, E::Ring(P::Classes { classes: 257 })),
        (0, 14, 2, section(0, (2, 2), (1, 2))),
        (0, 20, 7, section(2, (7, 2), (6, 2))),
        (0, 4, 4, words(6, 3)),
        (0, 4, 5, words(6, 5)),
        (0, 4, 9, E::Kind { got: 9 }),
        (1, 8, 0, visible(0)),
        (1, 9, 0, active),
        (
            1,
            10,
            0,
            E::Ring(P::Words {
                words: 0,
                most: 1 << 26,
            }),
        ),
        (1, 10, 8, section(1, (7, 12), (7, 11))),
        (1, 4, 3, words(3, 6)),
        (2, 8, 0, visible(0)),
        (2, 9, 0, active),
        (
            2,
            10,
            0,
            E::Ring(P::Slots {
                slots: 0,
                most: (1 << 28) - 1,
            }),
        ),
        (2, 10, 9, section(1, (8, 14), (8, 18))),
        (2, 16, 5, section(1, (5, 14), (8, 14))),
    ] {
        let mut changed = small()[file].clone();
        changed[place] = word;
        let error = Snapshot::from_words_unverified(&changed).map(drop);
        assert_eq!(error, Err(expected), "file {file}, word {place}");
        assert_eq!(
            Snapshot::from_words(&sealed(changed)).map(drop),
            Err(expected)
        );
    }
    let mut ring = small()[0].clone();
    (ring[10], ring[11], ring[12]) = (0, 0, 7);
    let refused = Snapshot::from_words_unverified(&ring).map(drop);
    assert_eq!(refused, Err(E::Unused { got: 7 }));
    for (error, text) in [
        (
            E::Unused { got: 7 },
            "7 for classes or seed of a replacement that has none, expected 0",
        ),
        (
            E::Replacement { got: 4 },
            "replacement 4, allowed 0 (ring), 1 (random), 2 (reservoir) and 3 (balanced)",
        ),
        (visible(0), "n is 0, allowed 1..=1048576"),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    for whole in small() {
        for place in 0..32 * whole.len() {
            let mut file = whole.clone();
            file[place / 32] ^= 1 << (place % 32);
            assert!(Snapshot::from_words(&file).is_err(), "bit {place}");
        }
        for length in 0..whole.len() {
            assert!(Snapshot::from_words(&whole[..length]).is_err());
            assert!(Snapshot::from_words_unverified(&whole[..length]).is_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 60 }))]

    #[test]
    fn slots_come_back(n in 1u32..90, count in 1u32..9, rule in 0usize..4, learned in 0u64..20, seed in any::<u64>()) {
        let rules = [
            Replacement::Fifo,
            Replacement::Random { seed },
            Replacement::Reservoir { seed },
            Replacement::Balanced { classes: 3, seed },
        ];
        let mut memory = slots(n, count, rules[rule], seed, learned);
        let params = *memory.params();
        let mut file = vec![7; snapshot::slots::words_for(&params)];
        snapshot::slots::encode(&memory, &mut file).unwrap();
        prop_assert_eq!(&file, &of_slots(&memory));
        prop_assert_eq!(snapshot::slots::parts(&memory).unwrap().pieces().concat(), &file[..]);
        let snapshot = Snapshot::from_words(&file).unwrap();
        prop_assert_eq!(snapshot.slots_params(), Ok(params));
        let flash = snapshot.slots().unwrap();
        prop_assert_eq!(flash.words().as_ptr(), file[WORDS_BEFORE..].as_ptr(), "borrowed, not copied");
        let x = patterns(n, seed ^ 1, 1).remove(0);
        prop_assert_eq!(flash.recall(&x), memory.recall(&x));
        let needed = params.words();
        let mut ram = vec![7; needed + 1];
        let got = needed - 1;
        let short = snapshot.thaw_slots(&mut ram[..got]).map(drop);
        prop_assert_eq!(short, Err(SnapshotError::Buffer { got, needed }));
        let mut thawed = snapshot.thaw_slots(&mut ram).unwrap();
        prop_assert_eq!(thawed.learn(&x), memory.learn(&x));
        prop_assert_eq!(thawed.words(), memory.words());
        let (got, needed) = (file.len() - 1, file.len());
        let error = snapshot::slots::encode(&memory, &mut file[..got]).map(drop);
        prop_assert_eq!(error, Err(SnapshotError::Buffer { got, needed }));
    }

    #[test]
    fn rings_of_codes_come_back(n in 1u32..90, s in any::<u32>(), words in 1u32..12, learned in 0u64..20, seed in any::<u64>()) {
        let mut memory = coded(n, 1 + s % n, words, seed, learned);
        let params = *memory.params();
        let mut file = vec![7; snapshot::coded::words_for(&params)];
        snapshot::coded::encode(&memory, &mut file).unwrap();
        prop_assert_eq!(&file, &of_coded(&memory));
        let snapshot = Snapshot::from_words(&file).unwrap();
        prop_assert_eq!(snapshot.coded_params(), Ok(params));
        let flash = snapshot.coded().unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let mut other = scratch.clone();
        let x = patterns(n, seed ^ 1, 1).remove(0);
        prop_assert_eq!(flash.recall(&x, &mut scratch), memory.recall(&x, &mut other));
        prop_assert_eq!(flash.kept(), memory.kept());
        let mut ram = vec![7; params.words()];
        let mut thawed = snapshot.thaw_coded(&mut ram).unwrap();
        prop_assert_eq!(thawed.learn(&x), memory.learn(&x));
        prop_assert_eq!(thawed.words(), memory.words());
    }

    #[test]
    fn rings_of_sketches_come_back(n in 1u32..90, s in any::<u32>(), count in 1u32..12, learned in 0u64..20, seed in any::<u64>()) {
        let mut memory = sketches(n, 1 + s % n, count, seed, learned);
        let params = *memory.params();
        let mut file = vec![7; snapshot::sketches::words_for(&params)];
        snapshot::sketches::encode(&memory, &mut file).unwrap();
        prop_assert_eq!(&file, &of_sketches(&memory));
        let snapshot = Snapshot::from_words(&file).unwrap();
        prop_assert_eq!(snapshot.sketches_params(), Ok(params));
        let x = patterns(n, seed ^ 1, 1).remove(0);
        prop_assert_eq!(snapshot.sketches().unwrap().find(&x), memory.find(&x));
        let mut ram = vec![7; params.words()];
        let mut thawed = snapshot.thaw_sketches(&mut ram).unwrap();
        prop_assert_eq!(thawed.learn(&x), memory.learn(&x));
        prop_assert_eq!(thawed.words(), memory.words());
    }
}
