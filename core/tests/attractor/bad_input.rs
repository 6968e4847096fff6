//! Whatever a caller can form gives a typed error or an answer, never a panic (the tests run with overflow checks).

use proptest::prelude::*;
use slotless_core::attractor::code::{self, CodeError};
use slotless_core::attractor::{
    AttractorError as E, CodeMemory, Gaussian, Index, Matrix, Params, Recall, Rows, Sparse,
    UNITS_MOST, integer_winners, quantize, winners,
};
use slotless_core::bits::BitsError;
use slotless_core::fixed::types::I16F16;
use slotless_core::memory::Memory;
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};

/// Codes of 3 of 40 units: sizes that fill no word.
fn small() -> Params {
    Params::new(40, 3).unwrap()
}

const PAIRS: u32 = 5;

fn empty(params: Params, pairs: u32) -> Index<Vec<u32>> {
    Index::new(params, pairs, vec![7; Index::<()>::words(params, pairs)]).unwrap()
}

fn learned() -> Index<Vec<u32>> {
    let mut index = empty(small(), PAIRS);
    index.learn(&[0, 1, 39], &[3, 4, 5]).unwrap();
    index.learn(&[1, 2, 30], &[0, 1, 39]).unwrap();
    index.learn(&[1, 20, 39], &[6, 7, 8]).unwrap();
    index.learn(&[0, 1, 39], &[9, 20, 21]).unwrap();
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
    for units in [0, UNITS_MOST + 1, u32::MAX] {
        assert_eq!(Params::new(units, 1), Err(E::Units { units }));
    }
    for active in [0, 41, u32::MAX] {
        let error = E::Active { active, units: 40 };
        assert_eq!(Params::new(40, active), Err(error));
    }
    assert!(Params::new(1, 1).is_ok() && Params::new(UNITS_MOST, UNITS_MOST).is_ok());
    for inputs in [0, UNITS_MOST + 1, u32::MAX] {
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
    assert!(Sparse::new(UNITS_MOST, UNITS_MOST, small()).is_ok());

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
    let all = Params::new(UNITS_MOST, UNITS_MOST).unwrap();
    for (params, pairs) in [(small(), most), (all, u32::MAX / 3 / UNITS_MOST)] {
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
        let all = Params::new(UNITS_MOST, 1).unwrap();
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
    let mut index = learned();
    let mut matrix = Matrix::<U4, _>::new(small(), vec![0; Matrix::<U4, ()>::words(small())]);
    let matrix = matrix.as_mut().unwrap();
    let kept = index.buffer().to_vec();
    let mut scratch = vec![7; index.scratch_words()];
    let mut room = [0; 3];
    let sound = [1, 2, 3];
    let mut refused = |list: &[u32], error: E| {
        assert_eq!(index.learn(list, &sound), Err(error));
        assert_eq!(index.learn(&sound, list), Err(error));
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
    assert_eq!(index.learn(&sound, &sound), Ok(4));
    let full = Err(E::Full { pairs: PAIRS });
    assert_eq!(index.learn(&sound, &sound), full);
    // A pair that is forgotten leaves its place taken.
    index.forget(4).unwrap();
    assert_eq!(index.learn(&sound, &sound), full);
    assert_eq!(index.forget(4), Err(E::NoPair { pair: 4 }));
}

#[test]
fn every_short_scratch_and_wrong_room_is_named() {
    let index = learned();
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

#[test]
fn numbers_that_are_not_finite_or_of_a_wrong_length_are_refused() {
    let params = small();
    let table = [0.5; 160];
    let (gaussian, sparse) = (Gaussian::new(4, params), Sparse::new(4, 2, params));
    let (gaussian, sparse) = (gaussian.unwrap(), sparse.unwrap());
    let rows = Rows::new(4, params, &table).unwrap();
    let (mut scratch, mut code) = ([0; 50], [0; 3]);
    for got in [0, 3, 5] {
        let error = E::Numbers { got, expected: 4 };
        let input = vec![0.0; got];
        assert_eq!(gaussian.row(0, &mut vec![0.0; got]), Err(error));
        assert_eq!(gaussian.encode(&input, &mut scratch, &mut code), Err(error));
        assert_eq!(rows.encode(&input, &mut scratch, &mut code), Err(error));
        let input = vec![0; got];
        assert_eq!(sparse.encode(&input, &mut scratch, &mut code), Err(error));
        assert_eq!(quantize(&[0.0; 4], &mut vec![0; got]), Err(error));
    }
    for got in [0, 39, 41] {
        let error = E::Numbers { got, expected: 40 };
        let drives = vec![0.0; got];
        let found = winners(&params, &[], &drives, &mut scratch, &mut code);
        assert_eq!(found, Err(error));
        let drives = vec![0; got];
        let found = integer_winners(&params, &[], &drives, &mut scratch, &mut code);
        assert_eq!(found, Err(error));
    }
    for got in [0, 159, 161] {
        let error = E::Rows { got, expected: 160 };
        assert_eq!(Rows::new(4, params, &vec![0.0; got]), Err(error));
    }
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let error = E::NotFinite { place: 2 };
        let input = [1.0, 2.0, bad, bad];
        assert_eq!(gaussian.encode(&input, &mut scratch, &mut code), Err(error));
        assert_eq!(rows.encode(&input, &mut scratch, &mut code), Err(error));
        assert_eq!(quantize(&input, &mut [0; 4]), Err(error));
        let mut table = table;
        table[100] = bad;
        let error = E::NotFinite { place: 100 };
        assert_eq!(Rows::new(4, params, &table), Err(error));
        let mut drives = [0.0; 40];
        drives[39] = bad;
        let error = E::NotFinite { place: 39 };
        let found = winners(&params, &[], &drives, &mut scratch, &mut code);
        assert_eq!(found, Err(error));
    }
    for got in 0..12 {
        let error = E::Scratch { got, expected: 12 };
        let scratch = &mut scratch[..got];
        assert_eq!(gaussian.encode(&[0.0; 4], scratch, &mut code), Err(error));
        assert_eq!(rows.encode(&[0.0; 4], scratch, &mut code), Err(error));
        assert_eq!(sparse.encode(&[0; 4], scratch, &mut code), Err(error));
    }
    assert_eq!((scratch, code), ([0; 50], [0; 3]));
}

/// Drives that leave the range of `f32` are brought back, and what ties is still k units.
#[test]
fn the_largest_inputs_have_codes() {
    let params = small();
    let most = [f32::MAX, f32::MIN, f32::MAX, f32::MAX];
    let table: Vec<f32> = (0..160).map(|place| most[place % 3]).collect();
    let (mut scratch, mut code) = ([0; 40], [0; 3]);
    for input in [
        most,
        [f32::MIN; 4],
        [0.0; 4],
        [-0.0; 4],
        [f32::MIN_POSITIVE; 4],
    ] {
        let gaussian = Gaussian::new(4, params).unwrap();
        gaussian.encode(&input, &mut scratch, &mut code).unwrap();
        assert_eq!(code::check(&code, 40), Ok(()));
        let rows = Rows::new(4, params, &table).unwrap();
        rows.encode(&input, &mut scratch, &mut code).unwrap();
        assert_eq!(code::check(&code, 40), Ok(()));
        let mut out = [0; 4];
        quantize(&input, &mut out).unwrap();
        assert!(input[0].abs() < 1.0 || out[0] == if input[0] > 0.0 { i16::MAX } else { i16::MIN });
    }
    // As many numbers of 16 bits as there can be: the sum stays within 32 bits.
    let long = vec![i16::MIN; UNITS_MOST as usize];
    let few = Params::new(3, 1).unwrap();
    let sparse = Sparse::new(UNITS_MOST, UNITS_MOST, few).unwrap();
    sparse.encode(&long, &mut scratch, &mut code[..1]).unwrap();
    assert!(code[0] < 3);
    for (unit, tap) in [(0, u32::MAX), (u32::MAX, 0), (u32::MAX, UNITS_MOST)] {
        assert!(sparse.tap(unit, tap).input < UNITS_MOST);
        let _ = Gaussian::new(4, few).unwrap().row(unit, &mut [0.0; 4]);
    }
}

#[test]
fn code_helpers_take_any_list() {
    let mut words = [7; 2];
    code::to_bits(&[0, 33, 64, u32::MAX, 0], &mut words);
    assert_eq!(words, [1, 2]);
    code::to_bits(&[0], &mut []);
    let mut list = [9; 3];
    assert_eq!(code::from_bits(&[0xff, 1], &mut list), 9);
    assert_eq!(list, [0, 1, 2]);
    assert_eq!(code::from_bits(&[2], &mut list), 1);
    assert_eq!(list, [1, 1, 2]);
    assert_eq!(code::from_bits(&[!0], &mut []), 32);
    assert_eq!(code::overlap(&[], &[1]), 0);
    assert_eq!(code::overlap(&[3, 1, u32::MAX], &[3, 3, u32::MAX]), 2);
    assert_eq!(code::check(&[], 0), Ok(()));
    let error = code::check(&[0], 0).unwrap_err();
    assert_eq!(error.to_string(), "code: unit 0, allowed 0 to 0");
    let last = [u32::MAX - 1];
    assert_eq!(code::check(&last, u32::MAX), Ok(()));
}

/// Calls all that an index has, and checks what must hold whatever its buffer.
fn use_all<S: AsRef<[u32]>>(index: &Index<S>, cue: &[u32]) {
    let params = index.params();
    let units = params.units();
    let mut scratch = vec![u32::MAX; index.scratch_words()];
    for pair in 0..=index.capacity() {
        assert_eq!(index.cue(pair).is_some(), index.target(pair).is_some());
        let codes = [index.cue(pair), index.target(pair)];
        for code in codes.into_iter().flatten() {
            assert_eq!(code::check(code, units), Ok(()));
            assert_eq!(code.len(), params.active() as usize);
        }
    }
    let mut overlaps = vec![0; index.pairs() as usize];
    index.overlaps(cue, &mut overlaps).unwrap();
    let mut last = u32::MAX;
    index
        .nearest(cue, 9, &mut scratch, |found| {
            assert!(found.pair < index.pairs() && 0 < found.overlap && found.overlap <= last);
            last = found.overlap;
        })
        .unwrap();
    let mut room = vec![0; params.active() as usize];
    for recall in recalls() {
        let recalled = index.recall(cue, &recall, &mut scratch).unwrap();
        for code in [recalled.code, recalled.settled] {
            assert_eq!(code::check(code, units), Ok(()));
            assert!(code.len() <= params.active() as usize);
        }
        assert_eq!(recalled.matches(), !recalled.code.is_empty());
        let _ = recalled.share();
        let hops = index.chain(cue, 3, &recall, &mut scratch, &mut room, |_, _| ());
        assert!(hops.unwrap() <= 3);
    }
}

/// Every word of a sound buffer, damaged in several ways: refused, or safe to use and to learn in.
#[test]
fn a_damaged_word_is_refused_or_does_no_harm() {
    let sound = learned().buffer().to_vec();
    let mut opened = 0;
    for word in 0..sound.len() {
        for damage in [
            0,
            1,
            2,
            39,
            40,
            sound[word].wrapping_add(1),
            sound[word].wrapping_sub(1),
            sound[word] ^ 1 << 31,
            u32::MAX,
        ] {
            let mut words = sound.clone();
            words[word] = damage;
            match Index::open(small(), PAIRS, words) {
                Ok(mut index) => {
                    opened += 1;
                    use_all(&index, &[0, 1, 39]);
                    let _ = index.learn(&[1, 30, 39], &[1, 2, 3]);
                    let _ = (index.forget(0), index.forget(1), index.forget(4));
                    use_all(&index, &[1, 2, 3, 39]);
                }
                Err(error) => assert!(matches!(error, E::Damaged { .. }), "{error}"),
            }
        }
    }
    // Most words damaged, some of them to what they were.
    assert!(
        opened >= sound.len() && opened < 9 * sound.len(),
        "{opened}"
    );
}

/// A word that no memory of these sizes leaves is named.
#[test]
fn what_no_memory_leaves_is_named() {
    let sound = learned().buffer().to_vec();
    let (heads, pairs) = (2, 2 + 40);
    let chunks = pairs + 2 * 3 * PAIRS as usize;
    let mut checks = vec![
        (0, PAIRS + 1, 0),
        (1, 1000, 1),
        (heads + 39, 40, heads + 39),
        (pairs, 40, pairs),
        (pairs + 1, 0, pairs),
        (pairs + 6 + 3, 39, pairs + 6),
        // A list that would lead to itself, or to one that comes after it.
        (chunks, 1, chunks),
        (chunks + 8, 2, chunks + 8),
        (chunks + 1, PAIRS, chunks),
    ];
    for (word, damage, named) in checks.drain(..) {
        let mut words = sound.clone();
        words[word] = damage;
        let error = Index::open(small(), PAIRS, words).unwrap_err();
        assert_eq!(error, E::Damaged { word: named }, "word {word}");
    }
    let opened = Index::open(small(), PAIRS, sound).unwrap();
    assert_eq!(opened.buffer(), learned().buffer());
}

/// Lends another length at every call.
struct Liar(std::cell::Cell<usize>, Vec<u32>);

impl AsRef<[u32]> for Liar {
    fn as_ref(&self) -> &[u32] {
        let call = self.0.get();
        self.0.set(call + 1);
        &self.1[..if call == 0 {
            self.1.len()
        } else {
            call * 7 % self.1.len()
        }]
    }
}

impl AsMut<[u32]> for Liar {
    fn as_mut(&mut self) -> &mut [u32] {
        let call = self.0.get();
        self.0.set(call + 1);
        let length = if call < 2 {
            self.1.len()
        } else {
            call * 5 % self.1.len()
        };
        &mut self.1[..length]
    }
}

#[test]
fn a_buffer_that_changes_its_length_does_no_harm() {
    let liar = |words: usize| Liar(std::cell::Cell::new(0), vec![1; words]);
    let mut index = Index::new(small(), PAIRS, liar(Index::<()>::words(small(), PAIRS))).unwrap();
    let words = Matrix::<U4, ()>::words(small());
    let mut matrix = Matrix::<U4, _>::new(small(), liar(words)).unwrap();
    let mut scratch = vec![0; index.scratch_words()];
    for number in 0..30 {
        let cue = [number, number + 1, 39];
        let _ = index.learn(&cue, &[0, 2, 4]);
        let _ = (index.forget(number % 6), index.cue(1).map(<[u32]>::len));
        let _ = index.nearest(&cue, 3, &mut scratch, |_| ());
        for recall in recalls() {
            let _ = index.recall(&cue, &recall, &mut scratch);
        }
        let _ = matrix.learn(&cue, &cue);
        let _ = matrix.associate(&cue, &mut scratch);
        let _ = (matrix.full(), matrix.learned(), matrix.lost());
    }
}

fn codes(units: u32, active: usize) -> impl Strategy<Value = Vec<u32>> {
    prop::sample::subsequence((0..units).collect::<Vec<_>>(), active)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever words a buffer holds, also such as look like a memory at first sight.
    #[test]
    fn an_index_of_garbage_is_refused_or_answers(
        units in 1u32..12, active in 1u32..5, pairs in 1u32..5, top in 1u32..14,
        garbage in prop::collection::vec(any::<u32>(), 400), cue in any::<u16>(),
    ) {
        let params = Params::new(units, active.min(units)).unwrap();
        let mut words = garbage[..Index::<()>::words(params, pairs)].to_vec();
        words.iter_mut().for_each(|word| *word %= top);
        let cue: Vec<u32> = (0..units).filter(|unit| cue >> unit & 1 == 1).collect();
        if let Ok(mut index) = Index::open(params, pairs, words) {
            use_all(&index, &cue);
            let code: Vec<u32> = (0..params.active()).collect();
            let _ = index.learn(&code, &code);
            for pair in 0..=pairs {
                let _ = index.forget(pair);
            }
            use_all(&index, &cue);
        }
    }

    /// A sound memory of any sizes, with any words of its lists changed.
    #[test]
    fn a_memory_with_damaged_words_is_refused_or_answers(
        learned in prop::collection::vec((codes(20, 4), codes(20, 4)), 1..8),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0u32..30), 1..6),
        length in 0usize..20, cue in codes(20, 20),
    ) {
        let params = Params::new(20, 4).unwrap();
        let mut index = empty(params, 8);
        for (cue, target) in &learned {
            index.learn(cue, target).unwrap();
        }
        let mut words = index.buffer().to_vec();
        for (place, value) in damage {
            let count = words.len();
            words[place.index(count)] = value;
        }
        match Index::open(params, 8, words) {
            Ok(mut index) => {
                use_all(&index, &cue[..length]);
                let _ = (index.learn(&learned[0].0, &learned[0].1), index.forget(0));
                use_all(&index, &cue[..length]);
            }
            Err(error) => assert!(matches!(error, E::Damaged { .. }), "{error}"),
        }
    }

    /// Any words are weights, and counters about to wrap do so.
    #[test]
    fn a_matrix_of_garbage_gives_answers(
        units in 1u32..40, active in 1u32..9, inhibition in 0i32.., steps in 1u32..,
        garbage in prop::collection::vec(any::<u32>(), 40 * 20 + 4), cue in any::<u64>(),
    ) {
        fn answers<W: Width>(
            params: Params, garbage: &[u32], cue: &[u32], steps: u32, inhibition: I16F16,
        ) {
            let mut words = garbage[..Matrix::<W, ()>::words(params)].to_vec();
            words[..4].fill(u32::MAX);
            let mut matrix = Matrix::<W, _>::open(params, words).unwrap();
            let code: Vec<u32> = (0..params.active()).collect();
            let lost = matrix.learn_by(&code, &code, u32::MAX).unwrap();
            assert!(lost > 0 && matrix.learned() == 0 && matrix.lost() == lost - 1);
            assert!(matrix.full() >= u64::from(params.active()).pow(2));
            let mut scratch = vec![u32::MAX; matrix.scratch_words()];
            let associated = matrix.associate(cue, &mut scratch).unwrap();
            assert_eq!(code::check(associated, params.units()), Ok(()));
            // Settling may go in circles for as many steps as are allowed.
            let steps = steps.min(100);
            let settled = matrix.settle(cue, steps, inhibition, &mut scratch).unwrap();
            assert!(settled.steps <= steps && settled.code.len() <= code.len());
            assert_eq!(code::check(settled.code, params.units()), Ok(()));
        }
        let params = Params::new(units, active.min(units)).unwrap();
        let cue: Vec<u32> = (0..units).filter(|unit| cue >> unit & 1 == 1).collect();
        let inhibition = I16F16::from_bits(inhibition);
        answers::<U1>(params, &garbage, &cue, steps, inhibition);
        answers::<U2>(params, &garbage, &cue, steps, inhibition);
        answers::<U4>(params, &garbage, &cue, steps, inhibition);
        answers::<U8>(params, &garbage, &cue, steps, inhibition);
        answers::<U16>(params, &garbage, &cue, steps, inhibition);
    }

    /// Any list where a code is wanted, and any lengths of buffers: an answer exactly where the list is a code.
    #[test]
    fn any_list_is_judged_alike_everywhere(
        list in prop::collection::vec(0u32..50, 0..6), scratch in 0usize..120, steps in 1u32..5,
    ) {
        let mut index = learned();
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
        let learned = index.learn(&list, &[0, 1, 2]);
        prop_assert_eq!(learned.is_ok(), sound.is_ok() && list.len() == 3);
    }

    /// Any numbers, as bits of `f32`: a code of k units, or an error that names the first that is not finite.
    #[test]
    fn any_numbers_have_a_code_or_an_error(
        words in prop::collection::vec(any::<u32>(), 1..40), units in 1u32..40, active in 1u32..40, seed in any::<u64>(),
        taps in any::<u32>(),
    ) {
        let params = Params::new(units, active.min(units)).unwrap().with_seed(seed);
        let input: Vec<f32> = words.iter().map(|&word| f32::from_bits(word)).collect();
        let inputs = input.len() as u32;
        let mut scratch = vec![0; 4 * active as usize];
        let mut code = vec![0; params.active() as usize];
        let bad = input.iter().position(|number| !number.is_finite());
        let expected = bad.map_or(Ok(()), |place| Err(E::NotFinite { place: place as u32 }));
        let gaussian = Gaussian::new(inputs, params).unwrap();
        let found = gaussian.encode(&input, &mut scratch, &mut code);
        prop_assert_eq!(found, expected);
        if found.is_ok() {
            prop_assert_eq!(code::check(&code, units), Ok(()));
        }
        let mut whole = vec![0; input.len()];
        prop_assert_eq!(quantize(&input, &mut whole), expected);
        let sparse = Sparse::new(inputs, taps % inputs + 1, params).unwrap();
        sparse.encode(&whole, &mut scratch, &mut code).unwrap();
        prop_assert_eq!(code::check(&code, units), Ok(()));
        prop_assert!(sparse.tap(taps, taps).input < inputs);
    }
}
