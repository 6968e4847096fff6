//! Truncations, flipped bits, orders of bytes, addresses and short buffers.

use super::common::*;
use crate::naive::snapshot as oracle;
use slotless_core::kwinner::Random;
use slotless_core::snapshot::{self, Section, SectionKind, Snapshot, SnapshotError};
use slotless_core::weight::{U4, U8};

#[test]
fn the_format_of_a_known_network_does_not_change() {
    let file = small();
    assert_eq!(file.len(), 65);
    assert_eq!(&bytes_of(&file)[..8], b"slotless");
    #[rustfmt::skip]
    assert_eq!(file[2..32], [
        1, 1, 1, 65, 12, 3,
        4, 40, 10, 7, 3, 5, 20_000, 1, 0, 0, 9, 0,
        1, 32, 2, 2, 34, 20, 3, 54, 10,
        0, 0, 0,
    ]);
    let snapshot = Snapshot::from_words(&file).unwrap();
    assert_eq!(snapshot.learned(), 3);
    let section = |kind, offset, words| Section {
        kind,
        offset,
        words,
    };
    assert!(snapshot.sections().eq([
        section(SectionKind::Position, 32, 2),
        section(SectionKind::Masks, 34, 20),
        section(SectionKind::Weights, 54, 10),
    ]));
    assert_eq!(snapshot.crc(), 0x08a0efa8);
    assert_eq!(oracle::crc(b"123456789"), 0xcbf4_3926);
}

#[test]
fn every_truncation_is_named() {
    let whole = bytes_of(&small());
    for length in 0..whole.len() {
        let cut = Aligned::new(&whole[..length]);
        let words = length / 4;
        let expected = match length {
            0..8 => SnapshotError::Short { bytes: length },
            _ if length % 4 != 0 => SnapshotError::Ragged { bytes: length },
            8..32 => SnapshotError::Short { bytes: length },
            _ => SnapshotError::Length {
                got: words,
                expected: 65,
            },
        };
        let mut room = [0; 65];
        assert_eq!(
            Snapshot::copy(cut.bytes(), &mut room).unwrap_err(),
            expected
        );
        let found = if length < 8 {
            expected
        } else {
            in_place(expected)
        };
        assert_eq!(Snapshot::open(cut.bytes()).unwrap_err(), found);
        assert_eq!(Snapshot::open_unverified(cut.bytes()).unwrap_err(), found);
    }
    let mut long = small();
    long.push(0);
    assert_eq!(
        Snapshot::from_words(&long).unwrap_err(),
        SnapshotError::Length {
            got: 66,
            expected: 65
        }
    );
    // In a place with room for more.
    assert_eq!(Snapshot::length(&long), Ok(65));
    assert_eq!(
        Snapshot::length(&long[..7]),
        Err(SnapshotError::Short { bytes: 28 })
    );
}

/// What may lie behind a snapshot: erased flash, nothing, and anything.
fn tails() -> [Vec<u32>; 5] {
    let mut draws = crate::naive::Pcg::new(3, 5);
    let random = (0..20).map(|_| draws.below(1 << 32) as u32).collect();
    [vec![], vec![!0; 20], vec![0; 20], random, small()]
}

#[test]
fn a_snapshot_opens_from_a_longer_buffer_whatever_is_behind_it() {
    let file = small();
    for tail in tails() {
        let words = [file.clone(), tail].concat();
        let (snapshot, length) = Snapshot::from_words_prefix(&words).unwrap();
        assert_eq!((snapshot.words(), length), (&file[..], 65));
        exercise(&snapshot);
        // Any number of bytes more.
        for more in 0..4 {
            let bytes = Aligned::new(&[bytes_of(&words), vec![0xff; more]].concat());
            let found = Snapshot::open_prefix(bytes.bytes());
            if cfg!(target_endian = "big") {
                assert_eq!(found.map(drop), Err(SnapshotError::BigEndian));
                continue;
            }
            let (snapshot, length) = found.unwrap();
            assert_eq!((snapshot.words(), length), (&file[..], 260));
            assert_eq!(snapshot.words().as_ptr().cast(), bytes.bytes().as_ptr());
        }
        // What is wrong inside is found, and nothing that is outside.
        for place in 2..65 {
            let mut wrong = words.clone();
            wrong[place] ^= 1 << 7;
            assert!(Snapshot::from_words_prefix(&wrong).is_err(), "word {place}");
        }
    }
}

#[test]
fn a_prefix_that_was_cut_is_named_wherever() {
    let whole = bytes_of(&small());
    for length in 0..whole.len() {
        let words = length / 4;
        let expected = match words {
            0..8 => SnapshotError::Short { bytes: 4 * words },
            got => SnapshotError::Length { got, expected: 65 },
        };
        let cut = Aligned::new(&whole[..length]);
        let found = if words < 2 {
            expected
        } else {
            in_place(expected)
        };
        assert_eq!(Snapshot::open_prefix(cut.bytes()).unwrap_err(), found);
        if length % 4 == 0 {
            let found = Snapshot::from_words_prefix(&small()[..words]).map(drop);
            assert_eq!(found.unwrap_err(), expected);
        }
        // Cut in a partition: what is behind it counts as its content.
        for tail in tails().into_iter().skip(1).take(3) {
            let tail = tail.into_iter().cycle().take(100).collect::<Vec<_>>();
            let cut = Aligned::new(&[&whole[..length], &bytes_of(&tail)].concat());
            assert!(Snapshot::open_prefix(cut.bytes()).is_err(), "{length}");
        }
    }
    // An erased partition, and addresses that are none.
    let erased = Aligned::new(&[0xff; 64]);
    let got = [0xff; 8];
    let found = Snapshot::open_prefix(erased.bytes()).map(drop);
    assert_eq!(found, Err(SnapshotError::Magic { got }));
    for past in 1..4 {
        let bytes = Aligned::new(&[vec![0; past], whole.clone()].concat());
        let found = Snapshot::open_prefix(&bytes.bytes()[past..]).map(drop);
        assert_eq!(found, Err(in_place(SnapshotError::Misaligned { past })));
    }
    // A header whose length the address space does not hold.
    let mut long = small();
    long[5] = u32::MAX;
    let (got, expected) = (65, u32::MAX);
    let found = Snapshot::from_words_prefix(&long).map(drop);
    assert_eq!(found, Err(SnapshotError::Length { got, expected }));
    // A length of nothing.
    long[5] = 0;
    assert!(Snapshot::from_words_prefix(&long).is_err());
}

#[test]
fn every_flipped_bit_is_found() {
    use SnapshotError as E;
    let good = small();
    let mut opened = 0;
    for place in 0..good.len() {
        for bit in 0..32 {
            let mut file = good.clone();
            file[place] ^= 1 << bit;
            let error = Snapshot::from_words(&file).unwrap_err();
            let named = match place {
                0 | 1 => matches!(error, E::Magic { .. }),
                2 => matches!(error, E::Version { .. }),
                3 => matches!(error, E::Results { .. }),
                // A bit from one kind to another, whose blocks are of other sizes.
                4 => !matches!(error, E::Crc { .. }),
                5 => matches!(error, E::Length { got: 65, .. }),
                // Few sizes less or more leave room for other blocks that are wrong themselves.
                6 | 7 => !matches!(error, E::Crc { .. }),
                8 => matches!(error, E::Bits { .. } | E::Section { .. }),
                9..=28 => true,
                29..=31 => error == E::Padding { got: 1 << bit },
                _ => matches!(error, E::Crc { .. }),
            };
            assert!(named, "bit {bit} of word {place}: {error}");
            if place == 64 {
                let (got, expected) = (good[64], file[64]);
                assert_eq!(error, E::Crc { got, expected });
            }
            let mut room = [0; 65];
            assert_eq!(
                Snapshot::copy(&bytes_of(&file), &mut room).unwrap_err(),
                error
            );
            let bytes = Aligned::new(&bytes_of(&file));
            if place > 1 {
                assert_eq!(Snapshot::open(bytes.bytes()).unwrap_err(), in_place(error));
            } else {
                assert_eq!(Snapshot::open(bytes.bytes()).unwrap_err(), error);
            }
            if let Ok(snapshot) = Snapshot::from_words_unverified(&file) {
                exercise(&snapshot);
                opened += 1;
            }
        }
    }
    // State, CRC and seed at the least.
    assert!(opened >= 32 * (32 + 1 + 2), "{opened}");
}

#[test]
fn other_orders_of_bytes_are_told() {
    let file = small();
    let swapped: Vec<u32> = file.iter().map(|word| word.swap_bytes()).collect();
    assert_eq!(
        Snapshot::from_words(&swapped).unwrap_err(),
        SnapshotError::Swapped
    );
    let bytes = Aligned::new(&bytes_of(&swapped));
    assert_eq!(
        Snapshot::open(bytes.bytes()).unwrap_err(),
        SnapshotError::Swapped
    );
    assert_eq!(
        Snapshot::copy(bytes.bytes(), &mut [0; 65]).unwrap_err(),
        SnapshotError::Swapped
    );

    let right = Aligned::new(&bytes_of(&file));
    if cfg!(target_endian = "big") {
        assert_eq!(
            Snapshot::open(right.bytes()).unwrap_err(),
            SnapshotError::BigEndian
        );
        assert_eq!(
            Snapshot::open_unverified(right.bytes()).unwrap_err(),
            SnapshotError::BigEndian
        );
    } else {
        for snapshot in [
            Snapshot::open(right.bytes()).unwrap(),
            Snapshot::open_unverified(right.bytes()).unwrap(),
        ] {
            assert_eq!(
                snapshot.words().as_ptr().cast(),
                right.bytes().as_ptr(),
                "in place"
            );
            assert_eq!(snapshot.words(), file);
            exercise(&snapshot);
        }
    }
    // Everywhere: a copy, from any address, and words.
    for shift in 0..4 {
        let mut shifted = vec![0; shift];
        shifted.extend(right.bytes());
        let shifted = Aligned::new(&shifted);
        let bytes = &shifted.bytes()[shift..];
        let mut room = [7; 70];
        let snapshot = Snapshot::copy(bytes, &mut room).unwrap();
        assert_eq!(snapshot.words(), file);
        exercise(&snapshot);
        if shift > 0 {
            let error = in_place(SnapshotError::Misaligned { past: shift });
            assert_eq!(Snapshot::open(bytes).unwrap_err(), error);
            assert_eq!(Snapshot::open_unverified(bytes).unwrap_err(), error);
        }
    }
    assert_eq!(Snapshot::from_words(&file).unwrap().words(), file);
}

#[test]
fn short_buffers_are_left_alone() {
    let file = small();
    let snapshot = Snapshot::from_words(&file).unwrap();
    let mut room = [7; 31];
    let error = SnapshotError::Buffer {
        got: 31,
        needed: 32,
    };
    assert_eq!(
        snapshot.thaw_kwinner::<U4, Random>(&mut room).map(drop),
        Err(error)
    );
    let other = SnapshotError::Width {
        got: 4,
        expected: 8,
    };
    let mut wide = [7; 40];
    assert_eq!(
        snapshot.thaw_kwinner::<U8, Random>(&mut wide).map(drop),
        Err(other)
    );
    assert_eq!(snapshot.kwinner::<U8, Random>().map(drop), Err(other));
    let network = snapshot.thaw_kwinner::<U4, Random>(&mut wide).unwrap();
    let mut short = [7; 64];
    let error = SnapshotError::Buffer {
        got: 64,
        needed: 65,
    };
    assert_eq!(
        snapshot::kwinner::encode(&network, &mut short).map(drop),
        Err(error)
    );
    assert_eq!(
        Snapshot::copy(&bytes_of(&file), &mut short).map(drop),
        Err(error)
    );
    assert!(room.iter().chain(&short).all(|&word| word == 7));
    // More room than needed is welcome, and left alone.
    assert!(wide[32..].iter().all(|&word| word == 7));
}

#[test]
fn an_included_file_lies_as_it_must() {
    // Any file will do: what counts is the address.
    static SOURCE: &[u8] = slotless_core::include_snapshot!("opening.rs");
    assert_eq!(SOURCE, include_bytes!("opening.rs"));
    assert_eq!(SOURCE.as_ptr().addr() % 4, 0);
    assert_eq!(
        Snapshot::open(SOURCE).unwrap_err(),
        SnapshotError::Magic { got: *b"//! Trun" }
    );
}
