//! Snapshots against a reader and a writer made from the format's text, and on everything that is no snapshot.

mod naive;

use naive::{Sizes, snapshot as oracle, words};
use proptest::prelude::*;
use slotless_core::kwinner::{
    Assignment, KWinner, Params, ParamsError, Random, Seeded, Structured, WiringKind,
};
use slotless_core::snapshot::{
    self, Kind, Section, SectionKind, Snapshot, SnapshotError, kwinner::Settings,
};
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};

fn params<W: Width>(sizes: &Sizes, stochastic: bool, random_k: bool, seed: u64) -> Params<W> {
    wired(sizes, stochastic, random_k, seed).unwrap()
}

fn wired<W: Width, G: Seeded>(
    sizes: &Sizes,
    stochastic: bool,
    random_k: bool,
    seed: u64,
) -> Result<Params<W, G>, ParamsError> {
    let builder = Params::builder(sizes.n_i as u32, sizes.n_h as u32)
        .fan_in(sizes.m as u32)
        .winners(sizes.k as u32)
        .active(sizes.s as u32)
        .rate(sizes.eps as u32)
        .rounding(if stochastic {
            Rounding::Stochastic
        } else {
            Rounding::Nearest
        })
        .assignment(if random_k {
            Assignment::RandomK
        } else {
            Assignment::Competitive
        })
        .seed(seed);
    G::build(builder)
}

/// A network that has learned a few patterns.
fn trained<W: Width, G: Seeded>(params: Params<W, G>, patterns: u64) -> KWinner<W, Vec<u32>, G> {
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut data = naive::Pcg::new(params.seed(), 7);
    for _ in 0..patterns {
        let x = data.sample(params.visible().into(), params.active().into());
        network.learn(&words(&x), &mut scratch).unwrap();
    }
    network
}

fn encoded<W: Width, G: Seeded>(network: &KWinner<W, Vec<u32>, G>) -> Vec<u32> {
    let mut file = vec![0; snapshot::kwinner::words_for(network.params())];
    snapshot::kwinner::encode(network, &mut file).unwrap();
    file
}

/// 4-bit weights, 3 patterns learned: 65 words.
fn small() -> Vec<u32> {
    let sizes = Sizes {
        n_i: 40,
        n_h: 10,
        m: 7,
        k: 3,
        s: 5,
        eps: 20_000,
        bits: 4,
    };
    encoded(&trained(params::<U4>(&sizes, true, false, 9), 3))
}

fn bytes_of(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The bytes at an address that is a multiple of 4, whatever their number.
struct Aligned(Vec<u32>, usize);

impl Aligned {
    fn new(bytes: &[u8]) -> Self {
        let mut words = vec![0; bytes.len().div_ceil(4)];
        bytemuck::cast_slice_mut::<u32, u8>(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self(words, bytes.len())
    }

    fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.0)[..self.1]
    }
}

/// What opening bytes in place gives on this machine, where on a little-endian one it gives `little`.
fn in_place(little: SnapshotError) -> SnapshotError {
    if cfg!(target_endian = "big") {
        SnapshotError::BigEndian
    } else {
        little
    }
}

/// Recalls, learns and writes whatever network opened.
fn exercise(snapshot: &Snapshot<'_>) {
    fn with<W: Width, G: Seeded>(snapshot: &Snapshot<'_>) {
        let flash = snapshot.kwinner::<W, G>().unwrap();
        let params = *flash.params();
        if params.scratch_words() > 1 << 20 {
            // Structured wiring keeps nothing for a visible unit, so a few words can stand for billions of them.
            return;
        }
        let mut scratch = vec![!0; params.scratch_words()];
        let mut cue = vec![0x5a5a_5a5a; params.pattern_words()];
        let used = params.visible() % 32;
        if used != 0 {
            *cue.last_mut().unwrap() &= (1 << used) - 1;
        }
        let recalled = flash.recall(&cue, &mut scratch).unwrap();
        assert_eq!(
            slotless_core::bits::count(recalled.pattern),
            params.active()
        );
        let mut ram = vec![0; params.words() + 1];
        let mut network = snapshot.thaw_kwinner::<W, G>(&mut ram).unwrap();
        assert_eq!(network.words(), flash.words());
        network.learn(&cue, &mut scratch).unwrap();
        assert_eq!(network.learned(), snapshot.learned().wrapping_add(1));
        let mut file = vec![0; snapshot::kwinner::words_for(&params)];
        let written = snapshot::kwinner::encode(&network, &mut file).unwrap();
        written.verify().unwrap();
        assert_eq!(written.state(), network.words());
    }
    fn wired<G: Seeded>(snapshot: &Snapshot<'_>, bits: u32) {
        match bits {
            1 => with::<U1, G>(snapshot),
            2 => with::<U2, G>(snapshot),
            4 => with::<U4, G>(snapshot),
            8 => with::<U8, G>(snapshot),
            16 => with::<U16, G>(snapshot),
            bits => panic!("{bits} bits should not open"),
        }
    }
    let settings = snapshot.kwinner_settings().unwrap();
    match settings.wiring {
        WiringKind::Random => wired::<Random>(snapshot, settings.bits),
        WiringKind::Structured => wired::<Structured>(snapshot, settings.bits),
    }
}

/// Writer and reader against the naive ones, and the network that comes back against the one that was saved.
fn round_trip<W: Width>(sizes: &Sizes, stochastic: bool, random_k: bool, seed: u64) {
    round_trip_wired::<W, Random>(sizes, stochastic, random_k, seed);
    round_trip_wired::<W, Structured>(sizes, stochastic, random_k, seed);
    masks_stay(params::<W>(sizes, stochastic, random_k, seed));
}

/// A network whose weights are taken to memory while its masks stay in the snapshot, written again.
fn masks_stay<W: Width>(params: Params<W>) {
    let mut network = trained(params, 2);
    let file = encoded(&network);
    let snapshot = Snapshot::from_words(&file).unwrap();
    let needed = params.words() - params.hidden() as usize * params.pattern_words();
    let mut ram = vec![7; needed + 1];
    let short = snapshot.thaw_kwinner_weights::<W>(&mut ram[..needed - 1]);
    let got = needed - 1;
    assert_eq!(short.map(drop), Err(SnapshotError::Buffer { got, needed }));
    let mut thawed = snapshot.thaw_kwinner_weights::<W>(&mut ram).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let x = words(&naive::Pcg::new(1, 8).sample(params.visible().into(), params.active().into()));
    assert_eq!(
        thawed.learn(&x, &mut scratch).unwrap(),
        network.learn(&x, &mut scratch).unwrap()
    );
    let mut again = vec![0; snapshot::kwinner::words_for(thawed.params())];
    snapshot::kwinner::encode(&thawed, &mut again).unwrap();
    assert_eq!(again, encoded(&network));
    assert_eq!(ram[needed], 7);
}

fn round_trip_wired<W: Width, G: Seeded>(
    sizes: &Sizes,
    stochastic: bool,
    random_k: bool,
    seed: u64,
) {
    let params = match wired::<W, G>(sizes, stochastic, random_k, seed) {
        Ok(params) => params,
        Err(ParamsError::Structured { .. }) => return,
        Err(error) => panic!("{error}"),
    };
    let structured = G::KIND == WiringKind::Structured;
    let mut network = trained(params, seed % 5);
    let rounding = if stochastic {
        naive::Rounding::Stochastic
    } else {
        naive::Rounding::Nearest
    };
    let expected = oracle::write(sizes, rounding, random_k, structured, seed, network.words());
    let file = encoded(&network);
    assert_eq!(bytes_of(&file), expected);
    let parts = snapshot::kwinner::parts(&network).unwrap();
    assert_eq!(parts.count(), file.len());
    assert!(parts.words().eq(file.iter().copied()));
    assert_eq!(parts.pieces().concat(), file);

    let snapshot = Snapshot::from_words(&file).unwrap();
    assert_eq!(
        (snapshot.kind(), snapshot.learned(), snapshot.state()),
        (Kind::KWinner, network.learned(), network.words())
    );
    let Settings {
        bits,
        visible,
        hidden,
        fan_in,
        winners,
        active,
        rate,
        seed: saved,
        ..
    } = snapshot.kwinner_settings().unwrap();
    let found = oracle::read(&expected).expect("a snapshot for the naive reader");
    assert!(found.crc_is_right);
    assert_eq!(
        found.block[..7],
        [bits, visible, hidden, fan_in, winners, active, rate].map(u64::from)
    );
    assert_eq!(saved, seed);
    assert_eq!(
        (found.learned, &found.state[..]),
        (snapshot.learned(), snapshot.state())
    );

    let flash = snapshot.kwinner::<W, G>().unwrap();
    assert_eq!(flash.params(), &params);
    assert_eq!(
        flash.words().as_ptr(),
        file[32..].as_ptr(),
        "borrowed, not copied"
    );
    let mut ram = vec![7; params.words()];
    let mut thawed = snapshot.thaw_kwinner::<W, G>(&mut ram).unwrap();
    let (mut scratch, mut other) = (
        vec![0; params.scratch_words()],
        vec![0; params.scratch_words()],
    );
    let mut data = naive::Pcg::new(seed, 8);
    let x = words(&data.sample(sizes.n_i as u64, sizes.s as u64));
    assert_eq!(
        flash.recall(&x, &mut scratch).unwrap(),
        network.recall(&x, &mut other).unwrap()
    );
    // The next step is that of a network which never was a file.
    assert_eq!(
        thawed.learn(&x, &mut scratch).unwrap(),
        network.learn(&x, &mut other).unwrap()
    );
    assert_eq!(thawed.words(), network.words());
}

fn settings() -> impl Strategy<Value = (Sizes, bool, bool, u64)> {
    let sizes = (
        1usize..100,
        1usize..40,
        1usize..100,
        1usize..40,
        1usize..100,
        0u32..5,
    );
    let rate = prop_oneof![Just(1u64), Just(65_536), 1u64..65_536];
    (sizes, rate, any::<bool>(), any::<bool>(), any::<u64>()).prop_map(
        |((n_i, n_h, m, k, s, width), eps, stochastic, random_k, seed)| {
            let sizes = Sizes {
                n_i,
                n_h,
                m: m.min(n_i),
                k: k.min(n_h),
                s: s.min(n_i),
                eps,
                bits: 1 << width,
            };
            (sizes, stochastic, random_k, seed)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_network_comes_back_as_it_was((sizes, stochastic, random_k, seed) in settings()) {
        match sizes.bits {
            1 => round_trip::<U1>(&sizes, stochastic, random_k, seed),
            2 => round_trip::<U2>(&sizes, stochastic, random_k, seed),
            4 => round_trip::<U4>(&sizes, stochastic, random_k, seed),
            8 => round_trip::<U8>(&sizes, stochastic, random_k, seed),
            _ => round_trip::<U16>(&sizes, stochastic, random_k, seed),
        }
    }

    /// Some words of a good snapshot are replaced, mostly of the header; it opens exactly where the naive reader finds
    /// nothing wrong.
    #[test]
    fn hostile_headers_open_only_where_the_text_allows_it(
        changes in prop::collection::vec(
            (
                prop_oneof![4 => 2usize..32, 1 => 0usize..65],
                prop_oneof![0u32..70, Just(u32::MAX), Just(u32::MAX - 7), Just(1 << 31), Just(1 << 30), any::<u32>()],
            ),
            0..4,
        ),
        right_crc in any::<bool>(),
    ) {
        let mut file = small();
        for (place, word) in changes {
            file[place] = word;
        }
        if right_crc {
            let last = file.len() - 1;
            file[last] = oracle::crc(&bytes_of(&file[..last]));
        }
        let opened = Snapshot::from_words_unverified(&file);
        let found = oracle::read(&bytes_of(&file));
        // What numbers of hidden units structured wiring takes is not in the text of the format.
        let taken = !matches!(opened, Err(SnapshotError::Params(ParamsError::Structured { .. })));
        prop_assert_eq!(opened.is_ok(), found.is_some() && taken, "{:?}", opened.err());
        if let (Ok(opened), Some(found)) = (opened, found) {
            prop_assert_eq!(opened.verify().is_ok(), found.crc_is_right);
            prop_assert_eq!(Snapshot::from_words(&file).is_ok(), found.crc_is_right);
            prop_assert_eq!((opened.learned(), opened.state()), (found.learned, &found.state[..]));
            exercise(&opened);
        }
    }

    /// Sizes that agree with each other, or nearly so, and content that does not: masks with any number of ones.
    #[test]
    fn any_content_is_safe_unverified(
        (sizes, stochastic, random_k, seed) in settings(), garbage in any::<[u32; 5]>(),
    ) {
        let params = params::<U8>(&Sizes { bits: 8, ..sizes }, stochastic, random_k, seed);
        let mut file = encoded(&trained(params, 0));
        for (word, &garbage) in file[32..].iter_mut().zip(garbage.iter().cycle()) {
            *word = garbage;
        }
        // All garbage alike by chance is not worth a thought: a CRC of 32 bits.
        let error = Snapshot::from_words(&file).map(drop);
        prop_assert!(matches!(error, Err(SnapshotError::Crc { .. })), "{:?}", error);
        exercise(&Snapshot::from_words_unverified(&file).unwrap());
    }

    #[test]
    fn random_bytes_are_no_snapshot(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let aligned = Aligned::new(&bytes);
        prop_assert!(Snapshot::open_unverified(aligned.bytes()).is_err());
        prop_assert!(Snapshot::copy(&bytes, &mut [0; 50]).is_err());
    }
}

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
                4 => matches!(error, E::Kind { .. }),
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
fn each_wrong_word_is_named_with_its_value() {
    use SnapshotError as E;
    let n_i = |visible| E::Params(ParamsError::FanIn { fan_in: 7, visible });
    for (place, word, expected) in [
        (2, 2, E::Version { got: 2 }),
        (3, 7, E::Results { got: 7 }),
        (4, 0, E::Kind { got: 0 }),
        (
            5,
            u32::MAX,
            E::Length {
                got: 65,
                expected: u32::MAX,
            },
        ),
        (
            6,
            u32::MAX,
            E::Table {
                parameters: u32::MAX,
                sections: 3,
                words: 65,
            },
        ),
        (
            7,
            u32::MAX,
            E::Table {
                parameters: 12,
                sections: u32::MAX,
                words: 65,
            },
        ),
        // 8 + 39 + 9 is 56, 8 + 48 + 9 is 65: all the words there are, and none for the CRC.
        (
            6,
            48,
            E::Table {
                parameters: 48,
                sections: 3,
                words: 65,
            },
        ),
        (8, 3, E::Bits { got: 3 }),
        (8, 0, E::Bits { got: 0 }),
        (8, 32, E::Bits { got: 32 }),
        (9, 6, n_i(6)),
        (9, 0, E::Params(ParamsError::NoVisible)),
        (10, 0, E::Params(ParamsError::NoHidden)),
        (
            12,
            11,
            E::Params(ParamsError::Winners {
                winners: 11,
                hidden: 10,
            }),
        ),
        (
            13,
            41,
            E::Params(ParamsError::Active {
                active: 41,
                visible: 40,
            }),
        ),
        (14, 65_537, E::Params(ParamsError::Rate { rate: 65_537 })),
        (15, 2, E::Rounding { got: 2 }),
        (16, 2, E::Assignment { got: 2 }),
        (17, 2, E::Wiring { got: 2 }),
        // The masks are one section too many.
        (
            17,
            1,
            E::Section {
                section: 1,
                got: (2, 20),
                expected: (3, 14),
            },
        ),
        // Two mask words a row become three.
        (
            9,
            65,
            E::Section {
                section: 1,
                got: (2, 20),
                expected: (2, 30),
            },
        ),
        // 9 weights of 4 bits are two words.
        (
            11,
            9,
            E::Section {
                section: 2,
                got: (3, 10),
                expected: (3, 20),
            },
        ),
        (
            20,
            9,
            E::Section {
                section: 0,
                got: (9, 2),
                expected: (1, 2),
            },
        ),
        (
            24,
            33,
            E::Offset {
                section: 1,
                got: 33,
                expected: 34,
            },
        ),
        (
            25,
            31,
            E::Extent {
                section: 1,
                got: 65,
                end: 64,
            },
        ),
        (
            25,
            u32::MAX,
            E::Extent {
                section: 1,
                got: (1 << 32) + 33,
                end: 64,
            },
        ),
        (
            28,
            9,
            E::Extent {
                section: 2,
                got: 63,
                end: 64,
            },
        ),
        (29, 5, E::Padding { got: 5 }),
    ] {
        let mut file = small();
        file[place] = word;
        // The header is checked before the CRC, so that is what is named; a right CRC changes nothing.
        assert_eq!(
            Snapshot::from_words(&file).unwrap_err(),
            expected,
            "{place}"
        );
        assert_eq!(
            Snapshot::from_words_unverified(&file).unwrap_err(),
            expected
        );
    }
    // A block of other length, with the same sections after it: 13 words leave the table one word later.
    let mut file = small();
    file.copy_within(20..29, 21);
    (file[6], file[20]) = (13, 0);
    assert_eq!(
        Snapshot::from_words(&file).unwrap_err(),
        E::ParameterWords {
            got: 13,
            expected: 12
        }
    );
    // Two sections of the three, the second as long as both.
    let mut file = small();
    (file[7], file[25]) = (2, 30);
    file[26..29].fill(0);
    file.drain(24..26); // 8 + 12 + 6 is 26, as before a multiple of 8 is 32
    file.splice(24..24, [34, 30]);
    assert_eq!(
        Snapshot::from_words(&file).unwrap_err(),
        E::Section {
            section: 1,
            got: (2, 30),
            expected: (2, 20)
        }
    );
    // No section at all.
    let mut file = small();
    file[7] = 0;
    file[20..32].fill(0);
    assert_eq!(
        Snapshot::from_words(&file).unwrap_err(),
        E::Extent {
            section: 0,
            got: 24,
            end: 64
        }
    );
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
    static SOURCE: &[u8] = slotless_core::include_snapshot!("snapshot.rs");
    assert_eq!(SOURCE, include_bytes!("snapshot.rs"));
    assert_eq!(SOURCE.as_ptr().addr() % 4, 0);
    assert_eq!(
        Snapshot::open(SOURCE).unwrap_err(),
        SnapshotError::Magic { got: *b"//! Snap" }
    );
}

#[test]
fn errors_say_what_was_found_and_what_is_allowed() {
    use SnapshotError as E;
    for (error, text) in [
        (
            E::Short { bytes: 3 },
            "snapshot of 3 bytes, the header alone takes 32",
        ),
        (
            E::Magic {
                got: [0x89, b'P', b'N', b'G', 13, 10, 26, 10],
            },
            "no snapshot: it starts with the bytes 89 50 4e 47 0d 0a 1a 0a, expected 73 6c 6f 74 6c 65 73 73",
        ),
        (
            E::Swapped,
            "snapshot with the bytes of its words reversed, expected the low byte first",
        ),
        (
            E::Ragged { bytes: 5 },
            "snapshot of 5 bytes, expected a multiple of 4",
        ),
        (
            E::Misaligned { past: 3 },
            "snapshot at an address 3 past a multiple of 4, expected a multiple of 4",
        ),
        (
            E::BigEndian,
            "snapshots are little-endian and this machine is not: it has to copy them",
        ),
        (
            E::Version { got: 2 },
            "snapshot format 2, this program reads 1",
        ),
        (
            E::Results { got: 2 },
            "snapshot of results version 2, this program computes version 1",
        ),
        (
            E::Kind { got: 9 },
            "snapshot of a model of kind 9, expected 1 (K-winner network)",
        ),
        (
            E::Length {
                got: 5,
                expected: 6,
            },
            "snapshot of 5 words, its header says 6",
        ),
        (
            E::Table {
                parameters: 90,
                sections: 3,
                words: 65,
            },
            "90 words of parameters and 3 sections do not fit a snapshot of 65 words",
        ),
        (
            E::Padding { got: 5 },
            "word 0x00000005 between the section table and the first section, expected 0",
        ),
        (
            E::Offset {
                section: 1,
                got: 33,
                expected: 34,
            },
            "section 1 starts at word 33, expected 34",
        ),
        (
            E::Extent {
                section: 2,
                got: 65,
                end: 64,
            },
            "section 2 ends at word 65, the sections at 64",
        ),
        (
            E::Section {
                section: 1,
                got: (2, 20),
                expected: (2, 30),
            },
            "section 1 is of kind 2 and 20 words, the parameters ask for kind 2 and 30 words",
        ),
        (
            E::Crc {
                got: 16,
                expected: 17,
            },
            "CRC 0x00000010, the snapshot carries 0x00000011",
        ),
        (
            E::ParameterWords {
                got: 13,
                expected: 12,
            },
            "13 words of parameters, expected 12",
        ),
        (
            E::Bits { got: 3 },
            "weights of 3 bits, allowed 1, 2, 4, 8 and 16",
        ),
        (
            E::Width {
                got: 4,
                expected: 8,
            },
            "weights of 4 bits, expected 8",
        ),
        (
            E::Rounding { got: 2 },
            "rounding 2, allowed 0 (nearest) and 1 (stochastic)",
        ),
        (
            E::Assignment { got: 2 },
            "assignment 2, allowed 0 (competitive) and 1 (random-k)",
        ),
        (
            E::Wiring { got: 2 },
            "wiring 2, allowed 0 (random) and 1 (structured)",
        ),
        (
            E::OtherWiring {
                got: WiringKind::Structured,
                expected: WiringKind::Random,
            },
            "structured wiring, expected random",
        ),
        (E::Params(ParamsError::NoHidden), "n_h is 0, allowed from 1"),
        (
            E::Buffer { got: 1, needed: 2 },
            "buffer of 1 words, needed at least 2",
        ),
        (
            E::TooLarge { words: 1 << 31 },
            "snapshot of 2147483648 words, allowed up to 4294967295",
        ),
    ] {
        assert_eq!(error.to_string(), text);
        let source = std::error::Error::source(&error);
        assert_eq!(source.is_some(), matches!(error, E::Params(_)));
    }
}
