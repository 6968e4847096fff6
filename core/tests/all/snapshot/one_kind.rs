//! Snapshots opened as one kind alone: what is of it, and what is not.

use slotless_core::kwinner::{Params, Random, Settings, Structured, WiringKind};
use slotless_core::recency::{self, Recency};
use slotless_core::recogniser::{
    self, Code, Grow, GrowParams, Means, MeansParams, Ring, RingParams,
};
use slotless_core::ring::{
    Coded, CodedParams, Replacement, Sketches, SketchesParams, Slots, SlotsParams,
};
use slotless_core::snapshot::{self, Kind, Model, Snapshot, SnapshotError, SnapshotOf};
use slotless_core::weight::{U4, U8};

use super::common::{Aligned, bytes_of, small};

/// The words of a snapshot.
macro_rules! file {
    ($module:ident, $memory:ty, $params:expr) => {{
        let params = $params.unwrap();
        let memory = <$memory>::new(params, vec![0; params.words()]).unwrap();
        let mut file = vec![0; snapshot::$module::words_for(&params)];
        snapshot::$module::encode(&memory, &mut file).unwrap();
        file
    }};
}

/// One of each kind, in the order of the kinds.
fn files() -> Vec<Vec<u32>> {
    vec![
        small(),
        file!(recency, Recency<_>, recency::Params::builder(40, 3).build()),
        file!(slots, Slots<_>, SlotsParams::new(40, 5, Replacement::Fifo)),
        file!(coded, Coded<_>, CodedParams::new(40, 8, 9)),
        file!(sketches, Sketches<_>, SketchesParams::new(40, 8, 7, 1)),
        file!(grow, Grow<_>, GrowParams::new(9, 5)),
        file!(
            samples,
            Ring<_>,
            RingParams::new(9, 5, Code::Nibbles, recogniser::Replacement::Balanced)
        ),
        file!(means, Means<_>, MeansParams::new(9, 3, 40)),
    ]
}

const KINDS: [Kind; 8] = [
    Kind::KWinner,
    Kind::Recency,
    Kind::Slots,
    Kind::Coded,
    Kind::Sketches,
    Kind::Grow,
    Kind::Samples,
    Kind::Means,
];

/// Opens files as one kind in all the ways that there are.
fn as_one<M: Model>(own: Kind) {
    for (file, kind) in files().iter().zip(KINDS) {
        let bytes = bytes_of(file);
        let aligned = Aligned::new(&bytes);
        let mut room = vec![0; file.len()];
        let longer = [&file[..], &[!0, 0]].concat();
        let long = Aligned::new(&bytes_of(&longer));
        let state = SnapshotOf::<M>::from_words(file).map(|one| one.state().to_vec());
        let mut opened = vec![
            SnapshotOf::<M>::from_words_unverified(file).map(|one| one.state().to_vec()),
            SnapshotOf::<M>::from_words_prefix(&longer).map(|one| one.0.state().to_vec()),
            SnapshotOf::<M>::copy(&bytes, &mut room).map(|one| one.state().to_vec()),
        ];
        if cfg!(target_endian = "little") {
            opened.extend([
                SnapshotOf::<M>::open(aligned.bytes()).map(|one| one.state().to_vec()),
                SnapshotOf::<M>::open_unverified(aligned.bytes()).map(|one| one.state().to_vec()),
                SnapshotOf::<M>::open_prefix(long.bytes()).map(|one| one.0.state().to_vec()),
            ]);
        }
        assert!(opened.iter().all(|one| *one == state));
        let other = SnapshotError::OtherKind {
            got: kind,
            expected: own,
        };
        let whole = Snapshot::from_words(file).unwrap();
        let expected = if kind == own {
            Ok(whole.state().to_vec())
        } else {
            Err(other)
        };
        assert_eq!(state, expected);
        // Damage is found as it is in any kind: here by the CRC.
        if kind == own {
            let mut flipped = file.clone();
            let last = file.len() - 2;
            flipped[last] ^= 1 << 31;
            let error = SnapshotOf::<M>::from_words(&flipped).map(drop);
            assert_eq!(error, Snapshot::from_words(&flipped).map(drop));
            assert!(matches!(error, Err(SnapshotError::Crc { .. })));
            assert!(SnapshotOf::<M>::from_words_unverified(&flipped).is_ok());
        }
    }
}

#[test]
fn each_kind_is_taken_for_itself_alone() {
    as_one::<Settings>(Kind::KWinner);
    as_one::<Params<U4>>(Kind::KWinner);
    as_one::<recency::Params>(Kind::Recency);
    as_one::<SlotsParams>(Kind::Slots);
    as_one::<CodedParams>(Kind::Coded);
    as_one::<SketchesParams>(Kind::Sketches);
    as_one::<GrowParams>(Kind::Grow);
    as_one::<RingParams>(Kind::Samples);
    as_one::<MeansParams>(Kind::Means);
    let as_grow = SnapshotOf::<GrowParams>::from_words(&files()[6]).map(drop);
    assert_eq!(
        as_grow.unwrap_err().to_string(),
        "snapshot of a ring of samples, expected a recogniser that grows"
    );
}

#[test]
fn another_width_and_another_wiring_are_named() {
    let file = small();
    let wide = SnapshotOf::<Params<U8>>::from_words(&file).map(drop);
    let expected = SnapshotError::Width {
        got: 4,
        expected: 8,
    };
    assert_eq!(wide, Err(expected));
    let structured = SnapshotOf::<Params<U4, Structured>>::from_words(&file).map(drop);
    let expected = SnapshotError::OtherWiring {
        got: WiringKind::Random,
        expected: WiringKind::Structured,
    };
    assert_eq!(structured, Err(expected));
    let opened = SnapshotOf::<Params<U4>>::from_words(&file).unwrap();
    assert_eq!(opened.kwinner::<U4, Random>().unwrap().learned(), 3);
    // A section of another length is found where only this kind is checked, too.
    let mut wrong = file;
    wrong[22] ^= 1;
    wrong[24] ^= 1;
    let error = SnapshotOf::<Params<U4>>::from_words_unverified(&wrong).map(drop);
    assert!(error.is_err());
    assert_eq!(error, Snapshot::from_words_unverified(&wrong).map(drop));
}
