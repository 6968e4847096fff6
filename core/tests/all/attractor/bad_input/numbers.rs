//! Numbers to be projected, and lists that may be codes.

use proptest::prelude::*;
use slotless_core::attractor::code;
use slotless_core::attractor::{
    AttractorError as E, Gaussian, MAX_UNITS, Params, Rows, Sparse, integer_winners, quantize,
    winners,
};

use super::small;

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
    let long = vec![i16::MIN; MAX_UNITS as usize];
    let few = Params::builder(3, 1).build().unwrap();
    let sparse = Sparse::new(MAX_UNITS, MAX_UNITS, few).unwrap();
    sparse.encode(&long, &mut scratch, &mut code[..1]).unwrap();
    assert!(code[0] < 3);
    for (unit, tap) in [(0, u32::MAX), (u32::MAX, 0), (u32::MAX, MAX_UNITS)] {
        assert!(sparse.tap(unit, tap).input < MAX_UNITS);
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any numbers, as bits of `f32`: a code of k units, or an error that names the first that is not finite.
    #[test]
    fn any_numbers_have_a_code_or_an_error(
        words in prop::collection::vec(any::<u32>(), 1..40), units in 1u32..40, active in 1u32..40, seed in any::<u64>(),
        taps in any::<u32>(),
    ) {
        let params = Params::builder(units, active.min(units)).seed(seed).build().unwrap();
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
