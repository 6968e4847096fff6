//! Typed errors, a line each, and nothing changed.

use proptest::prelude::*;
use slotless_core::bits::BitsError;
use slotless_core::hopfield::classical::{Classical, NetworkError, Params, ParamsError, Width};
use slotless_core::hopfield::{Descend, Recall, RecallError, identify};

use super::common::network;

#[test]
fn sizes_have_limits() {
    assert_eq!(
        Params::builder(0, 1).build(),
        Err(ParamsError::Units { units: 0 })
    );
    let units = 32_769;
    assert_eq!(
        Params::builder(units, 1).build(),
        Err(ParamsError::Units { units })
    );
    let (memories, most) = (0, 1 << 20);
    assert_eq!(
        Params::builder(1024, 0).build(),
        Err(ParamsError::Memories { memories, most })
    );
    let memories = most + 1;
    assert_eq!(
        Params::builder(1024, memories).build(),
        Err(ParamsError::Memories { memories, most })
    );
    assert_eq!(
        Params::builder(0, 1).build().unwrap_err().to_string(),
        "N is 0, allowed 1..=32768"
    );
    assert_eq!(
        Params::builder(1024, 0).build().unwrap_err().to_string(),
        "memories are 0, allowed 1..=1048576"
    );
}

#[test]
fn the_number_of_memories_chooses_the_width() {
    let width = |memories| Params::builder(100, memories).build().unwrap().width();
    assert_eq!(
        [127, 128, 32_767, 32_768].map(width),
        [Width::I8, Width::I16, Width::I16, Width::I32]
    );
    assert_eq!(
        [127, 128, 32_767, 32_768].map(Width::for_memories),
        [127, 128, 32_767, 32_768].map(width)
    );
    // N times the weight stays at 2^30.
    assert_eq!(
        Params::builder(100, 40_000)
            .build()
            .unwrap()
            .largest_weight(),
        10_737_418
    );
    assert_eq!(
        Params::builder(32_768, 1)
            .width(Width::I16)
            .build()
            .unwrap()
            .largest_weight(),
        32_767
    );
    assert_eq!(
        Params::builder(32_768, 1)
            .width(Width::I32)
            .build()
            .unwrap()
            .largest_weight(),
        32_768
    );
    assert_eq!(Width::I32.largest(), 2_147_483_647);
    assert_eq!(Params::largest_threshold(), 1 << 30);
}

#[test]
fn buffers_and_states_are_checked() {
    let params = Params::builder(40, 3).build().unwrap();
    let expected = params.words();
    assert_eq!(
        Classical::new(params, vec![0; 3]).unwrap_err(),
        NetworkError::Buffer { got: 3, expected }
    );
    assert!(Classical::open(params, vec![0; expected + 1]).is_err());
    let (mut network, _) = network(params, 3);
    let before = network.words().to_vec();
    let (got, expected) = (1, 2);
    let length = BitsError::Length { got, expected };
    let beyond = BitsError::Beyond { bits: 40 };
    for (state, error) in [(vec![1], length), (vec![0, 0x100], beyond)] {
        let error = NetworkError::State(error);
        assert_eq!(network.store(&state), Err(error));
        assert_eq!(network.energy(&state), Err(error));
        let mut scratch = vec![0; params.scratch_words()];
        assert_eq!(network.start(&state, &mut scratch).unwrap_err(), error);
    }
    let expected = params.scratch_words();
    let mut short = vec![0; expected - 1];
    let error = NetworkError::Scratch {
        got: expected - 1,
        expected,
    };
    assert_eq!(network.start(&[0, 0], &mut short).unwrap_err(), error);
    assert_eq!(
        error.to_string(),
        "scratch buffer of 81 words, needed at least 82"
    );
    assert_eq!(network.set_threshold(0, 1), Err(NetworkError::NoThresholds));
    assert_eq!(network.words(), before);
    assert_eq!(
        (
            network.weight(0, 40),
            network.weight(7, 7),
            network.threshold(99)
        ),
        (0, 0, 0)
    );
}

#[test]
fn thresholds_are_checked() {
    let params = Params::builder(40, 3).thresholds().build().unwrap();
    let (mut network, _) = network(params, 3);
    let before = network.words().to_vec();
    let (unit, units) = (40, 40);
    assert_eq!(
        network.set_threshold(40, 1),
        Err(NetworkError::Unit { unit, units })
    );
    for threshold in [(1 << 30) + 1, -(1 << 30) - 1, i32::MIN] {
        let error = NetworkError::Threshold { threshold };
        assert_eq!(network.set_threshold(3, threshold), Err(error));
        assert_eq!(
            error.to_string(),
            format!("threshold {threshold}, allowed -1073741824..=1073741824")
        );
    }
    assert_eq!(network.words(), before);
    network.set_threshold(39, -(1 << 30)).unwrap();
    assert_eq!(network.threshold(39), -(1 << 30));
}

#[test]
fn saturation_names_the_limit() {
    let params = Params::builder(2, 1).build().unwrap();
    let mut network = Classical::new(params, vec![0; params.words()]).unwrap();
    for _ in 0..127 {
        network.store(&[0b11]).unwrap();
    }
    let error = network.store(&[0b11]).unwrap_err();
    let (stored, largest) = (127, 127);
    assert_eq!(error, NetworkError::Saturated { stored, largest });
    assert_eq!(
        error.to_string(),
        "a weight would exceed 127, the largest of its width, with 127 patterns stored: take wider weights"
    );
    // A pattern that brings the weight back is taken.
    network.store(&[0b10]).unwrap();
    assert_eq!(network.stored(), 128);
}

#[test]
fn runs_that_cannot_be_are_refused() {
    let params = Params::builder(40, 3).build().unwrap();
    let (network, _) = network(params, 3);
    let mut scratch = vec![0; params.scratch_words()];
    let mut refused = |recall: Recall<'_>| match network.recall(&[1, 2], &recall, &mut scratch) {
        Err(NetworkError::Recall(error)) => error,
        other => panic!("{other:?}"),
    };
    let endless = Recall::new().patience(None).max_updates(None);
    assert_eq!(refused(endless), RecallError::Endless);
    assert_eq!(
        refused(Recall::new().patience(Some(0))),
        RecallError::NoUpdates
    );
    assert_eq!(
        refused(Recall::sweeps().max_updates(Some(0))),
        RecallError::NoUpdates
    );
    let (got, words) = (3, 2);
    assert_eq!(
        refused(Recall::new().memories(&[0; 3])),
        RecallError::Memories { got, words }
    );
    let error = BitsError::Beyond { bits: 40 };
    let memory = 1;
    assert_eq!(
        refused(Recall::new().memories(&[0, 0, 0, 0x100])),
        RecallError::Memory { memory, error }
    );
    assert_eq!(
        RecallError::Memory { memory, error }.to_string(),
        "memory 1: a bit at or beyond 40, the length, is set"
    );
    assert_eq!(
        RecallError::Endless.to_string(),
        "units drawn at random need an end: set patience or the most updates"
    );
}

#[test]
fn states_are_told_by_memories_that_are_there() {
    assert_eq!(identify(&[0], &[], 20, 1), Err(RecallError::NoMemories));
    assert_eq!(
        identify(&[0], &[0, 1 << 20], 20, 1),
        Err(RecallError::Memory {
            memory: 1,
            error: BitsError::Beyond { bits: 20 }
        })
    );
    let error = BitsError::Length {
        got: 2,
        expected: 1,
    };
    assert_eq!(
        identify(&[0, 0], &[0], 20, 1),
        Err(RecallError::State(error))
    );
    assert_eq!(
        RecallError::State(error).to_string(),
        "state: bit vector of 2 words, expected 1"
    );
    assert_eq!(identify(&[], &[], 0, 0), Err(RecallError::NoMemories));
}

proptest! {
    /// Whatever a buffer holds: no call panics, and updates of any unit end.
    #[test]
    fn any_buffer_is_safe(
        units in 1u32..50,
        width in prop::sample::select(vec![Width::I8, Width::I16, Width::I32]),
        fill in prop::collection::vec(any::<u32>(), 16),
        updates in prop::collection::vec(any::<u32>(), 40),
    ) {
        let params = Params::builder(units, 1).width(width).thresholds().build().unwrap();
        let words: Vec<u32> = fill.iter().copied().cycle().take(params.words()).collect();
        let mut network = Classical::open(params, words).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let state = vec![0; params.pattern_words()];
        let mut descent = network.start(&state, &mut scratch).unwrap();
        for unit in updates {
            descent.update(unit % (units + 2));
        }
        let _ = descent.is_fixed_point();
        let most = Recall::sweeps().max_updates(Some(200));
        network.recall(&state, &most, &mut scratch).unwrap();
        let _ = network.store(&state);
        let _ = network.energy(&state).unwrap();
    }
}
