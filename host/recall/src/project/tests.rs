//! Codes from tables against the core's, which has none.

use proptest::prelude::*;
use slotless_core::attractor::{AttractorError, Gaussian, Params, Rows, Sparse, quantize};

use super::{Kind, Projector, Scratch};
use crate::vectors::Vectors;

fn params(units: u32, active: u32, seed: u64) -> Params {
    Params::builder(units, active).seed(seed).build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn codes_are_the_cores(
        (inputs, units) in (1u32..70, 1u32..300),
        share in 0f64..1.0,
        seed in any::<u64>(),
        // Coarse and long numbers too: ties, and drives beyond f32.
        scale in prop::sample::select(vec![1.0f32, 1e-3, 1e-40, 3e38]),
        raw in prop::collection::vec(-1f32..1.0, 70 * 40),
        count in 1usize..40,
        taps in 0f64..1.0,
    ) {
        let active = 1 + (share * f64::from(units - 1)) as u32;
        let params = params(units, active, seed);
        let width = inputs as usize;
        let numbers: Vec<f32> = raw[..count * width].iter().map(|number| number * scale).collect();
        let vectors = Vectors::new(numbers, width).unwrap();
        let taps = 1 + (taps * f64::from(inputs - 1)) as u32;
        let gaussian = Gaussian::new(inputs, params).unwrap();
        let sparse = Sparse::new(inputs, taps, params).unwrap();
        let mut table = vec![0.0; width * units as usize];
        for (unit, row) in table.chunks_exact_mut(width).enumerate() {
            gaussian.row(unit as u32, row).unwrap();
        }
        let rows = Rows::new(inputs, params, &table).unwrap();
        let mut words = vec![0; params.encode_words()];
        let active = active as usize;
        for kind in [Kind::Gaussian, Kind::Sparse { taps }] {
            let projector = Projector::new(kind, inputs, params).unwrap();
            let all = projector.encode_all(&vectors).unwrap();
            for (vector, of_all) in vectors.rows().zip(all.chunks(active)) {
                let (mut expected, mut code) = (vec![0; active], vec![0; active]);
                match kind {
                    Kind::Gaussian => {
                        gaussian.encode(vector, &mut words, &mut expected).unwrap();
                        rows.encode(vector, &mut words, &mut code).unwrap();
                        prop_assert_eq!(&code, &expected);
                    }
                    Kind::Sparse { .. } => {
                        let mut integers = vec![0; width];
                        quantize(vector, &mut integers).unwrap();
                        sparse.encode(&integers, &mut words, &mut expected).unwrap();
                    }
                }
                projector.encode(vector, &mut Scratch::default(), &mut code).unwrap();
                prop_assert_eq!(&code, &expected);
                prop_assert_eq!(of_all, &expected[..]);
            }
        }
    }
}

#[test]
fn other_lengths_and_numbers_that_are_not_finite_are_refused() {
    for kind in [Kind::Gaussian, Kind::Sparse { taps: 2 }] {
        let projector = Projector::new(kind, 3, params(20, 4, 1)).unwrap();
        let encode = |vector: &[f32], room: usize| {
            projector.encode(vector, &mut Scratch::default(), &mut vec![0; room])
        };
        let numbers = |got| AttractorError::Numbers { got, expected: 3 };
        assert_eq!(encode(&[1.0; 3], 4), Ok(()));
        assert_eq!(encode(&[1.0; 2], 4), Err(numbers(2)));
        assert_eq!(encode(&[], 4), Err(numbers(0)));
        let nan = AttractorError::NotFinite { place: 1 };
        assert_eq!(encode(&[1.0, f32::NAN, 1.0], 4), Err(nan));
        assert_eq!(encode(&[1.0, f32::INFINITY, 1.0], 4), Err(nan));
        for room in [0, 3, 5] {
            let expected = 4;
            let error = AttractorError::Room {
                got: room,
                expected,
            };
            assert_eq!(encode(&[1.0; 3], room), Err(error));
        }
        let vectors = Vectors::new(vec![1.0; 8], 2).unwrap();
        assert_eq!(projector.encode_all(&vectors), Err(numbers(2)));
    }
    let taps = AttractorError::Taps { taps: 4, inputs: 3 };
    let made = Projector::new(Kind::Sparse { taps: 4 }, 3, params(20, 4, 1));
    assert_eq!(made.unwrap_err(), taps);
}

#[test]
fn a_question_has_the_units_of_a_stored_code_and_more() {
    let vector: Vec<f32> = (0..7)
        .map(|place| (place * place % 5) as f32 - 1.5)
        .collect();
    for kind in [Kind::Gaussian, Kind::Sparse { taps: 3 }] {
        // A tenth of all units, or as many as stored.
        for (units, active, wide) in [
            (300, 4, 30),
            (300, 30, 30),
            (300, 31, 31),
            (5, 1, 1),
            (5, 5, 5),
        ] {
            let params = params(units, active, 7);
            let projector = Projector::new(kind, 7, params).unwrap();
            let (mut stored, mut asked) = (vec![0; active as usize], vec![0; wide as usize]);
            let mut scratch = Scratch::default();
            projector
                .encode(&vector, &mut scratch, &mut stored)
                .unwrap();
            let questions = projector.for_questions();
            questions.encode(&vector, &mut scratch, &mut asked).unwrap();
            assert!(
                stored.iter().all(|unit| asked.contains(unit)),
                "{stored:?} {asked:?}"
            );
            assert_eq!(questions.params().active(), wide);
        }
        let projector = Projector::new(kind, 7, params(20, 4, 1)).unwrap();
        for active in [0, 21] {
            let error = AttractorError::Active { active, units: 20 };
            assert_eq!(projector.with_active(active).unwrap_err(), error);
        }
    }
}
