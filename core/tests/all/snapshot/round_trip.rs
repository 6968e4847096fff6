//! What is written and read, by the core and by the naive code; and any words at all.

use super::common::*;
use crate::naive::{self, Sizes, snapshot as oracle, words};
use proptest::prelude::*;
use slotless_core::kwinner::{Params, ParamsError, Random, Seeded, Structured, WiringKind};
use slotless_core::snapshot::{self, Kind, Snapshot, SnapshotError, kwinner::Settings};
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};

/// Writer and reader against the naive ones, and the network that comes back against the one that was saved.
fn round_trip<W: Width>(sizes: &Sizes, stochastic: bool, random_k: bool, seed: u64) {
    round_trip_wired::<W, Random>(sizes, stochastic, random_k, seed);
    round_trip_wired::<W, Structured>(sizes, stochastic, random_k, seed);
    masks_stay(params::<W>(sizes, stochastic, random_k, seed));
    masks_of_ones_are_passed_over::<W>(sizes, stochastic, random_k, seed);
}

/// What version 1 has of a network whose units see all: read in place, taken to memory, and written again as version 2.
fn masks_of_ones_are_passed_over<W: Width>(
    sizes: &Sizes,
    stochastic: bool,
    random_k: bool,
    seed: u64,
) {
    let sizes = Sizes {
        m: sizes.n_i,
        ..*sizes
    };
    let params = params::<W>(&sizes, stochastic, random_k, seed);
    let mut network = trained(params, 3);
    let mask = words(&vec![true; sizes.n_i]);
    let (position, weights) = network.words().split_at(2);
    let state = [position, &mask.repeat(sizes.n_h), weights].concat();
    let rounding = if stochastic {
        naive::Rounding::Stochastic
    } else {
        naive::Rounding::Nearest
    };
    let bytes = oracle::write_as(1, &sizes, rounding, random_k, false, seed, &state);
    let old: Vec<u32> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|&word| u32::from_le_bytes(word))
        .collect();
    let snapshot = Snapshot::from_words(&old).unwrap();
    assert_eq!(snapshot.learned(), network.learned());
    let flash = snapshot.kwinner::<W, Random>().unwrap();
    let mut again = vec![0; snapshot::kwinner::words_for(flash.params())];
    snapshot::kwinner::encode(&flash, &mut again).unwrap();
    assert_eq!(again, encoded(&network));
    assert_eq!(again.len() + mask.len() * sizes.n_h, old.len());
    let mut ram = vec![7; params.words()];
    let mut other = ram.clone();
    let mut scratch = vec![0; params.scratch_words()];
    let mut spare = scratch.clone();
    let x = words(&naive::Pcg::new(seed, 8).sample(sizes.n_i as u64, sizes.s as u64));
    let expected = network.recall(&x, &mut spare).unwrap();
    assert_eq!(flash.recall(&x, &mut scratch).unwrap(), expected);
    for (hidden, visible) in [
        (0, 0),
        (sizes.n_h as u32 - 1, sizes.n_i as u32 - 1),
        (0, sizes.n_i as u32),
    ] {
        assert_eq!(
            flash.weight(hidden, visible),
            network.weight(hidden, visible)
        );
    }
    let expected = network.learn(&x, &mut spare);
    let mut thawed = snapshot.thaw_kwinner::<W, Random>(&mut ram).unwrap();
    assert_eq!(thawed.learn(&x, &mut scratch), expected);
    let mut lent = snapshot.thaw_kwinner_weights::<W>(&mut other).unwrap();
    assert_eq!(lent.learn(&x, &mut scratch), expected);
    assert_eq!(
        (thawed.words(), lent.words()),
        (network.words(), network.words())
    );
}

/// A network whose weights are taken to memory while its masks stay in the snapshot, written again.
fn masks_stay<W: Width>(params: Params<W>) {
    let mut network = trained(params, 2);
    let file = encoded(&network);
    let snapshot = Snapshot::from_words(&file).unwrap();
    let needed = 2 + params.hidden() as usize * params.row_words();
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
