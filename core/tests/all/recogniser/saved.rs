//! Snapshots of recognisers against the bytes that the format's text asks for, and what no snapshot is.

use proptest::prelude::*;
use slotless_core::recogniser::{
    Code, Grow, GrowParams, Means, MeansParams, ParamsError, Replacement, Ring, RingParams,
};
use slotless_core::snapshot::{self, Kind, Section, SectionKind, Snapshot, SnapshotError};

use super::sample;
use crate::naive::Pcg;
use crate::naive::snapshot::{sealed, written};

const WORDS_BEFORE: usize = 24;

fn grow(params: GrowParams, learned: u32, seed: u64) -> Grow<Vec<u32>> {
    let mut grow = Grow::new(params, vec![0; params.words()]).unwrap();
    let mut draws = Pcg::new(seed, 5);
    for _ in 0..learned {
        let (x, y) = sample(&mut draws, params.features().into(), 4);
        grow.learn(&x, y).unwrap();
    }
    grow
}

fn ring(params: RingParams, learned: u32, seed: u64) -> Ring<Vec<u32>> {
    let mut ring = Ring::new(params, vec![0; params.words()]).unwrap();
    let mut draws = Pcg::new(seed, 5);
    for _ in 0..learned {
        let (x, y) = sample(&mut draws, params.features().into(), 4);
        ring.learn(&x, y).unwrap();
    }
    ring
}

fn means(params: MeansParams, learned: u32, seed: u64) -> Means<Vec<u32>> {
    let mut means = Means::new(params, vec![0; params.words()]).unwrap();
    let mut draws = Pcg::new(seed, 5);
    for _ in 0..learned {
        let labels = params.labels().into();
        let (x, y) = sample(&mut draws, params.features().into(), labels);
        means.learn(&x, y).unwrap();
    }
    means
}

fn of_grow(grow: &Grow<Vec<u32>>, seed: u64) -> Vec<u32> {
    let params = grow.params();
    let (d, n) = (params.features() as usize, params.items() as usize);
    let block = [
        d as u32,
        n as u32,
        params.fades(),
        seed as u32,
        (seed >> 32) as u32,
    ];
    let sections = [(9, 3), (10, n * d.div_ceil(8)), (11, 2 * n.div_ceil(4))];
    written(6, &block, &sections, grow.words())
}

fn of_ring(ring: &Ring<Vec<u32>>) -> Vec<u32> {
    let params = ring.params();
    let (d, n) = (params.features() as usize, params.items() as usize);
    let (bits, row) = match params.code() {
        Code::Nibbles => (0, d.div_ceil(8)),
        Code::Thermometer { bits } => (bits, (d * bits as usize).div_ceil(32)),
    };
    let (replacement, seed) = match params.replacement() {
        Replacement::Fifo => (0, 0),
        Replacement::Reservoir { seed } => (1, seed),
        Replacement::Balanced => (2, 0),
    };
    let (low, high) = (seed as u32, (seed >> 32) as u32);
    let block = [d as u32, n as u32, bits, replacement, low, high];
    let sections = [(9, 4), (10, n * row), (11, n.div_ceil(4))];
    written(7, &block, &sections, ring.words())
}

fn of_means(means: &Means<Vec<u32>>) -> Vec<u32> {
    let params = means.params();
    let (d, c) = (params.features() as usize, params.labels() as usize);
    let block = [d as u32, c as u32, params.window()];
    let sections = [(9, 1 + c.div_ceil(2)), (10, c * d.div_ceil(2))];
    written(8, &block, &sections, means.words())
}

/// Nine features: five items that grow, five in a reservoir of a thermometer code of four bits, means of three classes.
fn small() -> [Vec<u32>; 3] {
    let (code, seed) = (Code::Thermometer { bits: 4 }, 1 << 32 | 7);
    let params = GrowParams::new(9, 5).unwrap().seed(seed).fading(2).unwrap();
    let reservoir = RingParams::new(9, 5, code, Replacement::Reservoir { seed }).unwrap();
    [
        of_grow(&grow(params, 20, 1), seed),
        of_ring(&ring(reservoir, 20, 2)),
        of_means(&means(MeansParams::new(9, 3, 40).unwrap(), 20, 3)),
    ]
}

#[test]
fn kinds_and_sections_are_named() {
    let files = small();
    let sections = |sections: &[(SectionKind, u32)]| -> Vec<Section> {
        let mut offset = WORDS_BEFORE as u32;
        let place = |&(kind, words): &(SectionKind, u32)| {
            let section = Section {
                kind,
                offset,
                words,
            };
            offset += words;
            section
        };
        sections.iter().map(place).collect()
    };
    let (counters, items, labels) = (
        SectionKind::Counters,
        SectionKind::Items,
        SectionKind::Labels,
    );
    for (file, kind, name, learned, parts) in [
        (
            &files[0],
            Kind::Grow,
            "recogniser that grows",
            0,
            &[(counters, 3), (items, 10), (labels, 4)][..],
        ),
        (
            &files[1],
            Kind::Samples,
            "ring of samples",
            20,
            &[(counters, 4), (items, 10), (labels, 2)],
        ),
        (
            &files[2],
            Kind::Means,
            "recogniser by class means",
            0,
            &[(counters, 3), (items, 15)],
        ),
    ] {
        let snapshot = Snapshot::from_words(file).unwrap();
        assert_eq!((snapshot.kind(), snapshot.learned()), (kind, learned));
        assert_eq!((kind.code(), kind.to_string()), (file[4], name.to_owned()));
        assert!(snapshot.sections().eq(sections(parts)));
        // None is taken for another.
        let mut ram = [0; 40];
        let as_grow = snapshot.grow().map(drop);
        let as_samples = snapshot.samples().map(drop);
        let as_means = snapshot.means().map(drop);
        assert_eq!(snapshot.thaw_grow(&mut ram).map(drop), as_grow);
        assert_eq!(snapshot.thaw_samples(&mut ram).map(drop), as_samples);
        assert_eq!(snapshot.thaw_means(&mut ram).map(drop), as_means);
        for (found, own) in [
            (as_grow, Kind::Grow),
            (as_samples, Kind::Samples),
            (as_means, Kind::Means),
            (snapshot.slots().map(drop), Kind::Slots),
        ] {
            let other = SnapshotError::OtherKind {
                got: kind,
                expected: own,
            };
            assert_eq!(found, if own == kind { Ok(()) } else { Err(other) });
        }
    }
}

/// The known words of a known recogniser.
#[test]
fn the_format_does_not_change() {
    let params = GrowParams::new(9, 2).unwrap().seed(5);
    let mut grow = Grow::new(params, vec![0; params.words()]).unwrap();
    grow.learn(&[0, 16, 32, 48, 64, 80, 96, 112, 128], 3)
        .unwrap();
    grow.learn(&[255; 9], 3).unwrap();
    let mut file = vec![0; snapshot::grow::words_for(&params)];
    snapshot::grow::encode(&grow, &mut file).unwrap();
    // Squares of 15 to 8, and of 7.
    let distance = (7..=15)
        .map(|difference| difference * difference)
        .sum::<u32>();
    #[rustfmt::skip]
    assert_eq!(file[..33], [
        0x746f_6c73, 0x7373_656c, 1, 1, 6, 34, 5, 3,
        9, 2, 0, 5, 0,
        9, 24, 3, 10, 27, 4, 11, 31, 2,
        0, 0,
        2, 0, (14 << 28) + 512 * distance,
        0x7654_3210, 8, 0xffff_ffff, 0xf,
        // The label 3 is 0011, and then 1 ^ 1, 1 ^ 0, 1 ^ 0, 1 ^ 1 ^ 0 of its bits 1, 1, 0, 0.
        0x6363, 0,
    ]);
    assert_eq!(sealed(file.clone()), file);
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
    let recogniser = E::Recogniser;
    let features = |features| recogniser(P::Features { features });
    let items = |items| recogniser(P::Items { items });
    let words = |got, expected| E::ParameterWords { got, expected };
    for (file, place, word, expected) in [
        (0, 4, 7, words(5, 6)),
        (0, 4, 8, words(5, 3)),
        (0, 4, 9, E::Kind { got: 9 }),
        (0, 8, 0, features(0)),
        (0, 8, 1025, features(1025)),
        (0, 8, 17, section(1, (10, 10), (10, 15))),
        (0, 9, 0, items(0)),
        (0, 9, 65_536, items(65_536)),
        (0, 9, 6, section(1, (10, 10), (10, 12))),
        (0, 10, 16, recogniser(P::Fading { points: 16 })),
        (0, 13, 1, section(0, (1, 3), (9, 3))),
        (0, 22, 1, E::Padding { got: 1 }),
        (1, 4, 6, words(6, 5)),
        (1, 8, 0, features(0)),
        (1, 9, 0, items(0)),
        (1, 10, 17, recogniser(P::Bits { bits: 17, most: 16 })),
        (1, 10, 8, section(1, (10, 10), (10, 15))),
        (1, 11, 3, E::SampleReplacement { got: 3 }),
        // Neither a ring nor a balanced one has a seed.
        (1, 11, 0, E::Unused { got: 7 }),
        (1, 11, 2, E::Unused { got: 7 }),
        (1, 20, 10, section(2, (10, 2), (11, 2))),
        (2, 8, 0, features(0)),
        (2, 9, 0, recogniser(P::Labels { labels: 0 })),
        (2, 9, 17, recogniser(P::Labels { labels: 17 })),
        (2, 9, 4, section(1, (10, 15), (10, 20))),
        (
            2,
            10,
            257,
            recogniser(P::Window {
                window: 257,
                most: 256,
            }),
        ),
        (2, 11, 11, section(0, (11, 3), (9, 3))),
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
    for (error, text) in [
        (features(0), "d is 0, allowed 1..=1024"),
        (
            E::SampleReplacement { got: 3 },
            "replacement 3, allowed 0 (ring), 1 (reservoir) and 2 (balanced)",
        ),
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

/// Checks a round trip of a recogniser, at any state: `$of` is the second writing, `$module` the first.
macro_rules! comes_back {
    ($recogniser:ident, $params:expr, $expected:expr, $module:ident, $thaw:ident, $ask:expr) => {{
        let (params, expected, (x, y)) = ($params, $expected, $ask);
        let mut recogniser = $recogniser;
        let mut file = vec![7; snapshot::$module::words_for(&params)];
        snapshot::$module::encode(&recogniser, &mut file).unwrap();
        prop_assert_eq!(&file, &expected);
        let parts = snapshot::$module::parts(&recogniser).unwrap();
        prop_assert_eq!(parts.pieces().concat(), &file[..]);
        let snapshot = Snapshot::from_words(&file).unwrap();
        let flash = snapshot.$module().unwrap();
        prop_assert_eq!(flash.params(), &params);
        let borrowed = file[WORDS_BEFORE..].as_ptr();
        prop_assert_eq!(flash.words().as_ptr(), borrowed, "borrowed, not copied");
        prop_assert_eq!(flash.recognise(&x), recogniser.recognise(&x));
        let needed = params.words();
        let mut ram = vec![7; needed + 1];
        let got = needed - 1;
        let short = snapshot.$thaw(&mut ram[..got]).map(drop);
        prop_assert_eq!(short, Err(SnapshotError::Buffer { got, needed }));
        let mut thawed = snapshot.$thaw(&mut ram).unwrap();
        prop_assert_eq!(thawed.learn(&x, y), recogniser.learn(&x, y));
        prop_assert_eq!(thawed.words(), recogniser.words());
        let (got, needed) = (file.len() - 1, file.len());
        let error = snapshot::$module::encode(&recogniser, &mut file[..got]).map(drop);
        prop_assert_eq!(error, Err(SnapshotError::Buffer { got, needed }));
    }};
}

/// The state of a recogniser that learned, or any words.
fn state(words: &[u32], seed: u64, damaged: bool) -> Vec<u32> {
    let mut draws = Pcg::new(seed, 9);
    let any = |_: &u32| draws.below(1 << 32) as u32;
    if damaged {
        words.iter().map(any).collect()
    } else {
        words.to_vec()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 60 }))]

    #[test]
    fn what_grows_comes_back(
        d in 1u32..40, n in 1u32..12, fading in 0u32..16, learned in 0u32..30, seed: u64, damaged: bool,
    ) {
        let params = GrowParams::new(d, n).unwrap().seed(seed).fading(fading).unwrap();
        let words = state(grow(params, learned, seed).words(), seed, damaged);
        let grow = Grow::open(params, words).unwrap();
        let expected = of_grow(&grow, seed);
        comes_back!(grow, params, expected, grow, thaw_grow, sample(&mut Pcg::new(seed, 6), d.into(), 4));
    }

    #[test]
    fn rings_of_samples_come_back(
        sizes in (1u32..40, 1u32..12), bits in 0u32..17, rule in 0usize..3, learned in 0u32..30, seed: u64, damaged: bool,
    ) {
        let rule = [Replacement::Fifo, Replacement::Reservoir { seed }, Replacement::Balanced][rule];
        let code = if bits == 0 { Code::Nibbles } else { Code::Thermometer { bits } };
        let params = RingParams::new(sizes.0, sizes.1, code, rule).unwrap();
        let words = state(ring(params, learned, seed).words(), seed, damaged);
        let ring = Ring::open(params, words).unwrap();
        let expected = of_ring(&ring);
        let asked = sample(&mut Pcg::new(seed, 6), sizes.0.into(), 4);
        comes_back!(ring, params, expected, samples, thaw_samples, asked);
    }

    #[test]
    fn means_come_back(
        d in 1u32..40, labels in 1u32..17, window in 1u32..257, learned in 0u32..30, seed: u64, damaged: bool,
    ) {
        let params = MeansParams::new(d, labels, window).unwrap();
        let words = state(means(params, learned, seed).words(), seed, damaged);
        let means = Means::open(params, words).unwrap();
        let expected = of_means(&means);
        let asked = sample(&mut Pcg::new(seed, 6), d.into(), labels.into());
        comes_back!(means, params, expected, means, thaw_means, asked);
    }
}
