//! Whatever a caller can form gives a typed error or an answer, never a panic (the tests run with overflow checks).

mod damaged;
mod numbers;

use proptest::prelude::*;
use slotless_core::attractor::code::{self, CodeError};
use slotless_core::attractor::{
    AttractorError as E, CodeMemory, Gaussian, Index, MAX_UNITS, Matrix, Params, Recall, Rows,
    Sparse, integer_winners, winners,
};
use slotless_core::bits::BitsError;
use slotless_core::fixed::types::I16F16;
use slotless_core::memory::Memory;
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};

/// Codes of 3 of 40 units: sizes that fill no word.
fn small() -> Params {
    Params::builder(40, 3).build().unwrap()
}

const PAIRS: u32 = 5;

fn empty(params: Params, pairs: u32) -> Index<Vec<u32>> {
    Index::new(params, pairs, vec![7; Index::<()>::words(params, pairs)]).unwrap()
}

fn stored() -> Index<Vec<u32>> {
    let mut index = empty(small(), PAIRS);
    index.store(&[0, 1, 39], &[3, 4, 5]).unwrap();
    index.store(&[1, 2, 30], &[0, 1, 39]).unwrap();
    index.store(&[1, 20, 39], &[6, 7, 8]).unwrap();
    index.store(&[0, 1, 39], &[9, 20, 21]).unwrap();
    index.forget(2).unwrap();
    index
}

/// One of each architecture, with the extremes of its settings.
fn recalls() -> Vec<Recall> {
    let mut recalls = vec![Recall::flat()];
    for steps in [1, 20] {
        recalls.push(Recall::attractor(steps).unwrap());
        for number in [I16F16::DELTA, I16F16::MAX] {
            recalls.push(Recall::hopfield(number, steps).unwrap());
            recalls.push(Recall::recurrent(steps, number).unwrap());
            for nearest in [1, u32::MAX] {
                recalls.push(Recall::two_stage(nearest, number, steps).unwrap());
            }
        }
        recalls.push(Recall::recurrent(steps, I16F16::ZERO).unwrap());
    }
    let clipped = |recall: &Recall| [0, 3, u32::MAX].map(|full| recall.clipped(full));
    let mut all: Vec<Recall> = recalls.iter().flat_map(clipped).collect();
    all.extend(
        recalls
            .iter()
            .flat_map(|recall| [0, 2, u32::MAX].map(|overlap| recall.at_least(overlap))),
    );
    all
}

#[test]
fn every_error_is_a_line_with_the_value_and_what_is_allowed() {
    for (error, text) in [
        (E::Units { units: 0 }, "0 units, allowed 1 to 65536"),
        (
            E::Active {
                active: 9,
                units: 8,
            },
            "9 active units, allowed 1 to 8",
        ),
        (E::Inputs { inputs: 0 }, "0 inputs, allowed 1 to 65536"),
        (
            E::Taps { taps: 9, inputs: 8 },
            "9 inputs summed by a unit, allowed 1 to 8",
        ),
        (
            E::Rows {
                got: 7,
                expected: 8,
            },
            "projection of 7 numbers, expected 8",
        ),
        (
            E::Numbers {
                got: 7,
                expected: 8,
            },
            "7 numbers, expected 8",
        ),
        (E::NotFinite { place: 3 }, "number 3 is not finite"),
        (
            E::Scratch {
                got: 7,
                expected: 8,
            },
            "scratch buffer of 7 words, needed at least 8",
        ),
        (
            E::Room {
                got: 7,
                expected: 8,
            },
            "room for a code of 7 words, expected 8",
        ),
        (
            E::Buffer {
                got: 7,
                expected: 8,
            },
            "memory buffer of 7 words, expected 8",
        ),
        (E::Pairs { pairs: 0, most: 8 }, "0 pairs, allowed 1 to 8"),
        (
            E::Damaged { word: 7 },
            "the buffer is not a memory of these sizes: word 7",
        ),
        (
            E::Pattern(BitsError::Beyond { bits: 40 }),
            "a bit at or beyond 40, the length, is set",
        ),
        (
            E::Code(CodeError::NotAscending { place: 2 }),
            "code: entry 2 is not above the one before it",
        ),
        (
            E::Code(CodeError::NoUnit {
                unit: 40,
                units: 40,
            }),
            "code: unit 40, allowed 0 to 39",
        ),
        (
            E::NotActive {
                got: 2,
                expected: 3,
            },
            "code of 2 active units, expected 3",
        ),
        (E::Full { pairs: 5 }, "the memory is full (5 pairs)"),
        (E::NoPair { pair: 5 }, "no pair 5"),
        (E::Zero, "a count is 0, allowed from 1"),
        (E::Beta, "beta must be above 0"),
        (E::Inhibition, "inhibition must be 0 or above"),
    ] {
        assert_eq!(error.to_string(), text);
        assert_eq!(text.lines().count(), 1);
    }
}

#[test]
fn sizes_and_settings_out_of_range_are_named() {
    for units in [0, MAX_UNITS + 1, u32::MAX] {
        assert_eq!(Params::builder(units, 1).build(), Err(E::Units { units }));
    }
    for active in [0, 41, u32::MAX] {
        let error = E::Active { active, units: 40 };
        assert_eq!(Params::builder(40, active).build(), Err(error));
    }
    assert!(
        Params::builder(1, 1).build().is_ok()
            && Params::builder(MAX_UNITS, MAX_UNITS).build().is_ok()
    );
    for inputs in [0, MAX_UNITS + 1, u32::MAX] {
        let error = E::Inputs { inputs };
        assert_eq!(Gaussian::new(inputs, small()), Err(error));
        assert_eq!(Rows::new(inputs, small(), &[]), Err(error));
        assert_eq!(Sparse::new(inputs, 1, small()), Err(error));
    }
    for taps in [0, 9, u32::MAX] {
        let error = E::Taps { taps, inputs: 8 };
        assert_eq!(Sparse::new(8, taps, small()), Err(error));
    }
    assert!(Sparse::new(8, 8, small()).is_ok());
    assert!(Sparse::new(MAX_UNITS, MAX_UNITS, small()).is_ok());

    let below = -I16F16::DELTA;
    assert_eq!(Recall::attractor(0), Err(E::Zero));
    assert_eq!(Recall::hopfield(I16F16::ONE, 0), Err(E::Zero));
    assert_eq!(Recall::recurrent(0, I16F16::ONE), Err(E::Zero));
    assert_eq!(Recall::two_stage(0, I16F16::ONE, 1), Err(E::Zero));
    assert_eq!(Recall::two_stage(1, I16F16::ONE, 0), Err(E::Zero));
    for beta in [I16F16::ZERO, below, I16F16::MIN] {
        assert_eq!(Recall::hopfield(beta, 1), Err(E::Beta));
        assert_eq!(Recall::two_stage(1, beta, 1), Err(E::Beta));
    }
    for inhibition in [below, I16F16::MIN] {
        assert_eq!(Recall::recurrent(1, inhibition), Err(E::Inhibition));
    }
    assert_eq!(Recall::flat().at_least(0), Recall::flat().at_least(1));
    assert_eq!(Recall::flat().clipped(0), Recall::flat().clipped(1));
}

#[test]
fn buffers_of_every_wrong_length_are_named() {
    // A third of 2^32 over k.
    let most = u32::MAX / 3 / 3;
    for pairs in [0, most + 1, u32::MAX] {
        let error = E::Pairs { pairs, most };
        assert_eq!(Index::new(small(), pairs, vec![]).unwrap_err(), error);
        assert_eq!(Index::open(small(), pairs, vec![]).unwrap_err(), error);
    }
    // Sizes that could not be: an error, not an overflow.
    let all = Params::builder(MAX_UNITS, MAX_UNITS).build().unwrap();
    for (params, pairs) in [(small(), most), (all, u32::MAX / 3 / MAX_UNITS)] {
        let expected = Index::<()>::words(params, pairs);
        let error = E::Buffer { got: 0, expected };
        assert_eq!(Index::new(params, pairs, vec![]).unwrap_err(), error);
        assert_eq!(Index::open(params, pairs, vec![]).unwrap_err(), error);
        assert!(Index::<()>::words(params, u32::MAX) >= expected);
    }
    let expected = Index::<()>::words(small(), PAIRS);
    for got in (0..expected + 20).filter(|&got| got != expected) {
        let error = E::Buffer { got, expected };
        assert_eq!(Index::new(small(), PAIRS, vec![0; got]).unwrap_err(), error);
        assert_eq!(
            Index::open(small(), PAIRS, vec![0; got]).unwrap_err(),
            error
        );
    }
    fn matrix<W: Width>() {
        let expected = Matrix::<W, ()>::words(small());
        for got in (0..expected + 20).filter(|&got| got != expected) {
            let error = E::Buffer { got, expected };
            let made = Matrix::<W, _>::new(small(), vec![0; got]);
            assert_eq!(made.unwrap_err(), error);
            let opened = Matrix::<W, _>::open(small(), vec![0; got]);
            assert_eq!(opened.unwrap_err(), error);
        }
        let all = Params::builder(MAX_UNITS, 1).build().unwrap();
        assert!(Matrix::<W, _>::new(all, vec![]).is_err());
    }
    matrix::<U1>();
    matrix::<U2>();
    matrix::<U4>();
    matrix::<U8>();
    matrix::<U16>();
}

/// Lists that are no codes of 40 units.
fn no_codes() -> [(Vec<u32>, CodeError); 7] {
    let unit = |unit| CodeError::NoUnit { unit, units: 40 };
    [
        (vec![40], unit(40)),
        (vec![1, 2, u32::MAX], unit(u32::MAX)),
        (vec![u32::MAX, 0, 1], unit(u32::MAX)),
        (vec![1, 1, 2], CodeError::NotAscending { place: 1 }),
        (vec![1, 3, 2], CodeError::NotAscending { place: 2 }),
        (vec![39, 0, 40], CodeError::NotAscending { place: 1 }),
        (vec![0; 1000], CodeError::NotAscending { place: 1 }),
    ]
}

#[test]
fn lists_that_are_no_codes_are_refused_and_change_nothing() {
    let mut index = stored();
    let mut matrix = Matrix::<U4, _>::new(small(), vec![0; Matrix::<U4, ()>::words(small())]);
    let matrix = matrix.as_mut().unwrap();
    let kept = index.buffer().to_vec();
    let mut scratch = vec![7; index.scratch_words()];
    let mut room = [0; 3];
    let sound = [1, 2, 3];
    let mut refused = |list: &[u32], error: E| {
        assert_eq!(index.store(list, &sound), Err(error));
        assert_eq!(index.store(&sound, list), Err(error));
        assert_eq!(matrix.learn(list, &sound), Err(error));
        assert_eq!(matrix.learn_by(&sound, list, 3), Err(error));
    };
    for (list, error) in no_codes() {
        assert_eq!(code::check(&list, 40), Err(error));
        refused(&list, E::Code(error));
    }
    for got in [0, 1, 2, 4, 40] {
        let list: Vec<u32> = (0..got).collect();
        let got = got as usize;
        refused(&list, E::NotActive { got, expected: 3 });
    }
    assert_eq!(matrix.learn_by(&sound, &sound, 0), Err(E::Zero));
    assert!(matrix.buffer().iter().all(|&word| word == 0));
    assert_eq!(index.buffer(), kept);
    for (list, error) in no_codes() {
        let error = E::Code(error);
        let pairs = index.pairs() as usize;
        assert_eq!(index.overlaps(&list, &mut vec![0; pairs]), Err(error));
        let told = index.nearest(&list, 3, &mut scratch, |_| panic!("told"));
        assert_eq!(told, Err(error));
        let recall = Recall::flat();
        assert_eq!(index.recall(&list, &recall, &mut scratch), Err(error));
        let told = index.chain(&list, 3, &recall, &mut scratch, &mut room, |_, _| {
            panic!("told");
        });
        assert_eq!(told, Err(error));
        assert_eq!(matrix.associate(&list, &mut scratch), Err(error));
        let settled = matrix.settle(&list, 3, I16F16::ZERO, &mut scratch);
        assert_eq!(settled, Err(error));
    }
    for pair in [2, 4, 5, u32::MAX] {
        assert_eq!(index.forget(pair), Err(E::NoPair { pair }));
        assert_eq!((index.cue(pair), index.target(pair)), (None, None));
    }
    assert_eq!(index.store(&sound, &sound), Ok(4));
    let full = Err(E::Full { pairs: PAIRS });
    assert_eq!(index.store(&sound, &sound), full);
    // A pair that is forgotten leaves its place taken.
    index.forget(4).unwrap();
    assert_eq!(index.store(&sound, &sound), full);
    assert_eq!(index.forget(4), Err(E::NoPair { pair: 4 }));
}

#[test]
fn every_short_scratch_and_wrong_room_is_named() {
    let index = stored();
    let expected = index.scratch_words();
    let (cue, recall) = ([1, 2, 30], Recall::flat());
    let mut scratch = vec![7; expected + 9];
    for got in 0..expected {
        let error = E::Scratch { got, expected };
        let scratch = &mut scratch[..got];
        assert_eq!(index.recall(&cue, &recall, scratch), Err(error));
        let told = index.nearest(&cue, 3, scratch, |_| panic!("told"));
        assert_eq!(told, Err(error));
        let told = index.chain(&cue, 3, &recall, scratch, &mut [0; 3], |_, _| {
            panic!("told");
        });
        assert_eq!(told, Err(error));
    }
    // A longer one, of any words, gives the same.
    for recall in recalls() {
        let mut exact = vec![u32::MAX; expected];
        scratch.fill(3);
        let found = index.recall(&cue, &recall, &mut scratch);
        assert_eq!(found, index.recall(&cue, &recall, &mut exact));
        assert!(scratch[expected..].iter().all(|&word| word == 3));
    }
    for got in [0, 1, 2, 4, 5] {
        let error = E::Room { got, expected: 3 };
        let mut room = vec![0; got];
        let told = index.chain(&cue, 3, &recall, &mut scratch, &mut room, |_, _| {
            panic!("told");
        });
        assert_eq!(told, Err(error));
        let drives = ([0.0; 40], [0; 40]);
        let params = small();
        let found = winners(&params, &[], &drives.0, &mut scratch, &mut room);
        assert_eq!(found, Err(error));
        let found = integer_winners(&params, &[], &drives.1, &mut scratch, &mut room);
        assert_eq!(found, Err(error));
    }
    for got in [0, 3, 5] {
        let error = E::Numbers { got, expected: 4 };
        assert_eq!(index.overlaps(&cue, &mut vec![0; got]), Err(error));
    }
    // No hops are none, and tell nothing.
    let hops = index.chain(&cue, 0, &recall, &mut scratch, &mut [0; 3], |_, _| {
        panic!("told");
    });
    assert_eq!(hops, Ok(0));

    let matrix = Matrix::<U2, _>::new(small(), vec![0; Matrix::<U2, ()>::words(small())]).unwrap();
    let expected = matrix.scratch_words();
    for got in 0..expected {
        let error = E::Scratch { got, expected };
        assert_eq!(matrix.associate(&cue, &mut scratch[..got]), Err(error));
    }
    let settled = matrix.settle(&cue, 0, I16F16::ZERO, &mut scratch);
    assert_eq!(settled, Err(E::Zero));
    let settled = matrix.settle(&cue, 1, -I16F16::DELTA, &mut scratch);
    assert_eq!(settled, Err(E::Inhibition));
    let settled = matrix.settle(&cue, u32::MAX, I16F16::MAX, &mut scratch);
    assert!(settled.unwrap().code.is_empty());
}

#[test]
fn patterns_that_are_not_of_the_units_are_refused() {
    fn refused<M: Memory<Error = E>>(memory: &mut M) {
        let mut scratch = vec![7; memory.scratch_words()];
        let expected = 2;
        for got in [0, 1, 3] {
            let error = E::Pattern(BitsError::Length { got, expected });
            let pattern = vec![0; got];
            assert_eq!(memory.store(&pattern, &mut scratch), Err(error));
            assert_eq!(memory.recall(&pattern, &mut scratch), Err(error));
        }
        let error = E::Pattern(BitsError::Beyond { bits: 40 });
        assert_eq!(memory.store(&[7, 1 << 8], &mut scratch), Err(error));
        assert_eq!(memory.recall(&[7, 1 << 8], &mut scratch), Err(error));
        for (pattern, got) in [([0, 0], 0), ([3, 0], 2), ([!0, 0xff], 40)] {
            let error = E::NotActive { got, expected: 3 };
            assert_eq!(memory.store(&pattern, &mut scratch), Err(error));
            assert!(memory.recall(&pattern, &mut scratch).is_ok());
        }
        let expected = scratch.len();
        for got in 0..expected {
            let error = E::Scratch { got, expected };
            assert_eq!(memory.store(&[7, 0], &mut scratch[..got]), Err(error));
            assert_eq!(memory.recall(&[7, 0], &mut scratch[..got]), Err(error));
        }
        assert_eq!(memory.stored(), 0);
        memory.store(&[7, 0], &mut scratch).unwrap();
        let recalled = memory.recall(&[3, 0], &mut scratch).unwrap();
        assert_eq!(recalled.pattern, [7, 0]);
    }
    refused(&mut CodeMemory::new(
        empty(small(), 1),
        Recall::attractor(3).unwrap(),
    ));
    let words = Matrix::<U1, ()>::words(small());
    refused(&mut Matrix::<U1, _>::new(small(), vec![0; words]).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any list where a code is wanted, and any lengths of buffers: an answer exactly where the list is a code.
    #[test]
    fn any_list_is_judged_alike_everywhere(
        list in prop::collection::vec(0u32..50, 0..6), scratch in 0usize..120, steps in 1u32..5,
    ) {
        let mut index = stored();
        let sound = code::check(&list, 40);
        let ascending = list.windows(2).all(|two| two[0] < two[1]);
        prop_assert_eq!(sound.is_ok(), ascending && list.iter().all(|&unit| unit < 40));
        let mut words = vec![u32::MAX; scratch];
        let enough = scratch >= index.scratch_words();
        let recall = Recall::attractor(steps).unwrap();
        let recalled = index.recall(&list, &recall, &mut words);
        prop_assert_eq!(recalled.is_ok(), sound.is_ok() && enough);
        let nearest = index.nearest(&list, steps, &mut words, |_| ());
        prop_assert_eq!(nearest.is_ok(), sound.is_ok() && enough);
        let done = index.store(&list, &[0, 1, 2]);
        prop_assert_eq!(done.is_ok(), sound.is_ok() && list.len() == 3);
    }
}
