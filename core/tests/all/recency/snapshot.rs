//! Snapshots of recency levels against the bytes that the format's text asks for, and what no snapshot is.

use proptest::prelude::*;
use slotless_core::kwinner::Random;
use slotless_core::recency::{Params, ParamsError, Recency};
use slotless_core::snapshot::{self, Kind, Section, SectionKind, Snapshot, SnapshotError};
use slotless_core::weight::U8;

use crate::naive::snapshot::crc;
use crate::naive::{self, Pcg};

fn trained(params: Params, events: u64, seed: u64) -> Recency<Vec<u32>> {
    let mut memory = Recency::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut draws = Pcg::new(seed, 5);
    for _ in 0..events {
        let pattern = draws.sample(params.visible().into(), params.active().into());
        memory.learn(&naive::words(&pattern), &mut scratch).unwrap();
    }
    memory
}

fn encoded(memory: &Recency<Vec<u32>>) -> Vec<u32> {
    let mut file = vec![7; snapshot::recency::words_for(memory.params())];
    snapshot::recency::encode(memory, &mut file).unwrap();
    file
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// 40 units, 3 rows of 3 words, 7 events.
fn small() -> Vec<u32> {
    let params = Params::builder(40, 3).levels(4).active(5).cap(25).miss(90);
    encoded(&trained(params.build().unwrap(), 7, 1))
}

/// Puts the right CRC behind words.
fn sealed(mut file: Vec<u32>) -> Vec<u32> {
    let last = file.len() - 1;
    file[last] = crc(&bytes(&file[..last]));
    file
}

#[test]
fn the_format_of_a_known_memory_does_not_change() {
    let file = small();
    // 40 bits and 25 levels of 2 bits: 3 words per row.
    #[rustfmt::skip]
    assert_eq!(file[2..24], [
        1, 1, 2, 24 + 2 + 9 + 1, 6, 2,
        40, 3, 4, 5, 25, 90,
        1, 24, 2, 4, 26, 9,
        0, 0, 0, 0,
    ]);
    assert_eq!(&bytes(&file)[..8], b"slotless");
    assert_eq!(file[24..26], [7, 0]);
    assert_eq!(sealed(file.clone()), file);
    let snapshot = Snapshot::from_words(&file).unwrap();
    let section = |kind, offset, words| Section {
        kind,
        offset,
        words,
    };
    assert!(snapshot.sections().eq([
        section(SectionKind::Position, 24, 2),
        section(SectionKind::Rows, 26, 9),
    ]));
    assert_eq!((snapshot.kind(), snapshot.learned()), (Kind::Recency, 7));
    assert_eq!(Kind::Recency.to_string(), "memory of recency levels");
}

#[test]
fn another_model_is_named() {
    let file = small();
    let snapshot = Snapshot::from_words(&file).unwrap();
    let other = SnapshotError::OtherKind {
        got: Kind::Recency,
        expected: Kind::KWinner,
    };
    assert_eq!(snapshot.kwinner_settings().unwrap_err(), other);
    assert_eq!(snapshot.kwinner::<U8, Random>().unwrap_err(), other);
    let mut ram = [0; 90];
    assert_eq!(
        snapshot.thaw_kwinner::<U8, Random>(&mut ram).unwrap_err(),
        other
    );
    let params = slotless_core::kwinner::Params::<U8>::builder(40, 3)
        .build()
        .unwrap();
    let network = slotless_core::kwinner::KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut file = vec![0; snapshot::kwinner::words_for(&params)];
    let snapshot = snapshot::kwinner::encode(&network, &mut file).unwrap();
    let other = SnapshotError::OtherKind {
        got: Kind::KWinner,
        expected: Kind::Recency,
    };
    assert_eq!(snapshot.recency_params().unwrap_err(), other);
    assert_eq!(snapshot.recency().unwrap_err(), other);
    assert_eq!(snapshot.thaw_recency(&mut ram).unwrap_err(), other);
}

#[test]
fn each_wrong_word_is_named_with_its_value() {
    use ParamsError as P;
    use SnapshotError as E;
    for (place, word, expected) in [
        (4, 9, E::Kind { got: 9 }),
        // Slots have as many parameters, and other ones: 4 levels are no replacement.
        (4, 3, E::Replacement { got: 4 }),
        // A K-winner network has other parameters.
        (
            4,
            1,
            E::ParameterWords {
                got: 6,
                expected: 12,
            },
        ),
        (8, 0, E::Recency(P::Visible { visible: 0 })),
        (
            8,
            24,
            E::Recency(P::Cap {
                cap: 25,
                active: 5,
                visible: 24,
            }),
        ),
        (9, 0, E::Recency(P::NoRows)),
        (
            9,
            u32::MAX,
            E::Recency(P::TooLarge {
                rows: u32::MAX,
                row_words: 3,
            }),
        ),
        (
            9,
            4,
            E::Section {
                section: 1,
                got: (4, 9),
                expected: (4, 12),
            },
        ),
        (10, 0, E::Recency(P::Levels { levels: 0 })),
        (
            10,
            9,
            E::Section {
                section: 1,
                got: (4, 9),
                expected: (4, 12),
            },
        ),
        (
            11,
            26,
            E::Recency(P::Cap {
                cap: 25,
                active: 26,
                visible: 40,
            }),
        ),
        (
            12,
            41,
            E::Recency(P::Cap {
                cap: 41,
                active: 5,
                visible: 40,
            }),
        ),
        (13, 0, E::Recency(P::Miss { miss: 0 })),
        (
            14,
            2,
            E::Section {
                section: 0,
                got: (2, 2),
                expected: (1, 2),
            },
        ),
        (
            17,
            3,
            E::Section {
                section: 1,
                got: (3, 9),
                expected: (4, 9),
            },
        ),
    ] {
        let mut file = small();
        file[place] = word;
        let error = Snapshot::from_words_unverified(&file).map(drop);
        assert_eq!(error, Err(expected), "word {place}");
        assert_eq!(Snapshot::from_words(&sealed(file)).map(drop), Err(expected));
    }
    let text = E::Recency(P::NoRows).to_string();
    assert_eq!(text, "rows are 0, allowed from 1");
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let whole = small();
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 100 }))]

    #[test]
    fn a_memory_of_recency_levels_comes_back(
        n in 1u32..90, rows in 1u32..6, levels in 1u32..13, s in any::<u32>(), events in 0u64..40, seed in any::<u64>(),
    ) {
        let params = Params::builder(n, rows).levels(levels).active(1 + s % n).build().unwrap();
        let mut memory = trained(params, events, seed);
        let file = encoded(&memory);
        let parts = snapshot::recency::parts(&memory).unwrap();
        prop_assert_eq!(parts.pieces().concat(), &file[..]);
        let mut expected = vec![0; 24];
        expected[..8].copy_from_slice(&[0x746f_6c73, 0x7373_656c, 1, 1, 2, file.len() as u32, 6, 2]);
        expected[8..14].copy_from_slice(&[n, rows, levels, params.active(), params.cap(), params.miss()]);
        expected[14..20].copy_from_slice(&[1, 24, 2, 4, 26, params.words() as u32 - 2]);
        expected.extend(memory.words());
        expected.push(0);
        prop_assert_eq!(sealed(expected), &file[..]);

        let snapshot = Snapshot::from_words(&file).unwrap();
        prop_assert_eq!(snapshot.learned(), events);
        let flash = snapshot.recency().unwrap();
        prop_assert_eq!(flash.params(), &params);
        prop_assert_eq!(flash.words().as_ptr(), file[24..].as_ptr(), "borrowed, not copied");
        let (mut scratch, mut other) = (vec![0; params.scratch_words()], vec![0; params.scratch_words()]);
        let x = naive::words(&Pcg::new(seed, 8).sample(n.into(), params.active().into()));
        prop_assert_eq!(flash.recall(&x, &mut scratch).unwrap(), memory.recall(&x, &mut other).unwrap());
        let needed = params.words();
        let mut ram = vec![7; needed + 1];
        let got = needed - 1;
        let short = snapshot.thaw_recency(&mut ram[..got]).map(drop);
        prop_assert_eq!(short, Err(SnapshotError::Buffer { got, needed }));
        let mut thawed = snapshot.thaw_recency(&mut ram).unwrap();
        prop_assert_eq!(thawed.learn(&x, &mut scratch), memory.learn(&x, &mut other));
        prop_assert_eq!(thawed.words(), memory.words());
        let mut into = vec![0; file.len() - 1];
        let error = snapshot::recency::encode(&memory, &mut into).map(drop);
        let (got, needed) = (into.len(), file.len());
        prop_assert_eq!(error, Err(SnapshotError::Buffer { got, needed }));
    }
}
