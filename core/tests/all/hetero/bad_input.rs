//! What is refused, and what any content does.

use proptest::prelude::*;
use slotless_core::fixed::types::I16F16;
use slotless_core::hetero::{Allocation, Hetero, NetworkError, Params, ParamsError};

use super::common::*;

#[test]
fn every_setting_out_of_range_is_named_with_what_is_allowed() {
    let builder = Params::<f32>::builder(4, 2, 6, 8);
    let projected = |units, strength| Allocation::Projected { units, strength };
    for (built, text) in [
        (
            Params::<f32>::builder(0, 2, 6, 8),
            "n_k is 0, allowed from 1",
        ),
        (
            Params::<f32>::builder(4, 0, 6, 8),
            "n_v is 0, allowed from 1",
        ),
        (
            Params::<f32>::builder(4, 2, 0, 8),
            "n_x is 0, allowed from 1",
        ),
        (
            Params::<f32>::builder(4, 2, 6, 0),
            "n_h is 0, allowed from 1",
        ),
        (builder.winners(0), "K is 0, allowed 1..=8 (n_h)"),
        (builder.winners(9), "K is 9, allowed 1..=8 (n_h)"),
        (
            builder.allocation(projected(0, 1.0)),
            "projected units are 0, allowed 1..=6 (n_x)",
        ),
        (
            builder.allocation(projected(7, 1.0)),
            "projected units are 7, allowed 1..=6 (n_x)",
        ),
        (
            builder.winners(2).allocation(projected(5, 1.0)),
            "projections of 5 units to K = 2 hidden units each, with n_h 8: n_h must be at least 10",
        ),
        (
            builder.allocation(projected(6, f32::NAN)),
            "the strength of projections must be a finite number",
        ),
        (
            builder.allocation(projected(6, f32::NEG_INFINITY)),
            "the strength of projections must be a finite number",
        ),
        (
            Params::<f32>::builder(4, 2, 6, 1 << 26),
            "n_h 67108864 rows of 16 words, allowed are less than 1073741824 words together",
        ),
        (
            Params::<f32>::builder(1 << 15, 2, 6, 1 << 15),
            "n_h 32768 rows of 32768 words, allowed are less than 1073741824 words together",
        ),
        (
            Params::<f32>::builder(4, u32::MAX, u32::MAX, u32::MAX),
            "n_h 4294967295 rows of 8589934590 words, allowed are less than 1073741824 words together",
        ),
    ] {
        assert_eq!(built.build().unwrap_err().to_string(), text);
    }
    let params = builder.winners(8).allocation(Allocation::Item).build();
    let params = params.unwrap();
    assert_eq!(
        (
            params.keys(),
            params.values(),
            params.items(),
            params.hidden()
        ),
        (4, 2, 6, 8)
    );
    assert_eq!(
        (params.winners(), params.allocation()),
        (8, Allocation::Item)
    );
    assert_eq!(params.words(), 8 * (4 + 8 + 6));
    assert_eq!(params.scratch_words(), 8 + 8);
    assert_eq!(builder.build().unwrap().words(), 8 * (4 + 8));
    assert!(builder.allocation(projected(6, -2.0)).build().is_ok());
    assert!(
        Params::<f32>::builder(16, 2, 6, (1 << 26) - 1)
            .build()
            .is_ok()
    );
    let fixed = Params::<I16F16>::builder(4, 2, 6, 8).winners(9).build();
    assert_eq!(
        fixed,
        Err(ParamsError::Winners {
            winners: 9,
            hidden: 8
        })
    );
}

#[test]
fn wrong_lengths_and_temperatures_are_named() {
    use NetworkError as E;
    let params = Params::<f32>::builder(4, 2, 3, 5).build().unwrap();
    let words = params.words();
    for got in [0, 1, words - 1, words + 1] {
        let error = E::Buffer {
            got,
            expected: words,
        };
        assert_eq!(Hetero::open(params, vec![0; got]).unwrap_err(), error);
        assert_eq!(Hetero::new(params, vec![0; got], key()).unwrap_err(), error);
    }
    let mut network = Hetero::new(params, vec![0; words], key()).unwrap();
    let fresh = network.words().to_vec();
    let expected = params.scratch_words();
    let mut scratch = vec![0; expected];
    let (k, v, x) = ([0.5; 4], [0.5; 2], [0.5; 3]);
    for wrong in [&[][..], &[0.5], &[0.5; 9]] {
        let got = wrong.len();
        let found = network.load(wrong, &v, &x, &mut scratch);
        assert_eq!(found, Err(E::Key { got, expected: 4 }));
        let found = network.load(&k, wrong, &x, &mut scratch);
        assert_eq!(found, Err(E::Value { got, expected: 2 }));
        let found = network.load(&k, &v, wrong, &mut scratch);
        assert_eq!(found, Err(E::Item { got, expected: 3 }));
        let found = network.recall(wrong, 1.0, &mut scratch);
        assert_eq!(found, Err(E::Query { got, expected: 4 }));
    }
    for got in 0..expected {
        let short = &mut scratch[..got];
        let error = E::Scratch { got, expected };
        assert_eq!(network.recall(&k, 1.0, short), Err(error));
        assert_eq!(network.load(&k, &v, &x, short), Err(error));
    }
    for beta in [0.0, -0.0, -1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let found = network.recall(&k, beta, &mut scratch);
        assert_eq!(found, Err(E::Beta), "{beta}");
    }
    assert!(network.recall(&k, f32::MIN_POSITIVE, &mut scratch).is_ok());
    assert_eq!(network.words(), fresh, "a refused call changed the network");
    for unit in [5, u32::MAX] {
        assert!(network.key_row(unit).is_empty() && network.item(unit).is_empty());
        assert!(network.value(unit).is_empty() && network.input_row(unit).is_empty());
    }
    assert_eq!(network.into_words(), fresh);
    assert_eq!(
        E::Value {
            got: 1,
            expected: 2
        }
        .to_string(),
        "value of 1 numbers, expected 2"
    );
    assert_eq!(E::Beta.to_string(), "beta must be a finite number above 0");
}

fn anything() -> impl Strategy<Value = u32> {
    prop_oneof![
        any::<u32>(),
        (-4.0f32..4.0).prop_map(f32::to_bits),
        prop::sample::select(vec![
            f32::NAN.to_bits(),
            f32::INFINITY.to_bits(),
            f32::NEG_INFINITY.to_bits(),
            f32::MAX.to_bits(),
            i32::MIN as u32,
            i32::MAX as u32,
        ]),
    ]
}

fn of_garbage<R: Both>(garbage: &[u32], number: fn(u32) -> R, beta: R, choice: u32, winners: u32) {
    let allocation = match choice {
        0 => Allocation::Key,
        1 => Allocation::Item,
        _ => Allocation::Projected {
            units: 2,
            strength: R::ONE,
        },
    };
    let builder = Params::<R>::builder(3, 2, 4, 6)
        .winners(winners)
        .allocation(allocation);
    let params = R::built(builder).unwrap();
    let numbers: Vec<R> = garbage.iter().map(|&word| number(word)).collect();
    let (words, numbers) = (
        garbage[..params.words()].to_vec(),
        &numbers[params.words()..],
    );
    let mut network = Hetero::open(params, words).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    for (number, triple) in numbers.chunks_exact(9).enumerate() {
        let chooses = match choice {
            0 => triple[..3].to_vec(),
            1 => triple[5..].to_vec(),
            _ => [&triple[..3], &triple[5..7]].concat(),
        };
        let found = network.load(&triple[..3], &triple[3..5], &triple[5..], &mut scratch);
        if chooses.iter().all(|&number| number == R::ZERO) {
            assert_eq!(found, Err(NetworkError::Empty));
            continue;
        }
        let found = found.unwrap().to_vec();
        assert_eq!(found.len(), winners as usize);
        assert!(found.is_sorted_by(|a, b| a < b) && found.iter().all(|&unit| unit < 6));
        for &unit in &found {
            let row = [
                network.key_row(unit),
                network.value(unit),
                network.item(unit),
            ]
            .concat();
            assert_eq!(bits(&naive_of(&row)), bits(&naive_of(triple)), "{number}");
        }
        let recalled = network.recall(&triple[..3], beta, &mut scratch).unwrap();
        assert_eq!(
            (
                recalled.hidden.len(),
                recalled.item.len(),
                recalled.value.len()
            ),
            (6, 4, 2)
        );
    }
}

proptest! {
    /// Weights, keys and queries may be any number: something wins, is loaded, and is recalled.
    #[test]
    fn a_network_of_garbage_gives_answers(
        garbage in prop::collection::vec(anything(), 6 * 13 + 45), choice in 0u32..3, winners in 1u32..=3,
        beta in 1u32..,
    ) {
        let positive = f32::from_bits(beta);
        let single = if positive.is_finite() && positive > 0.0 { positive } else { 1.0 };
        of_garbage(&garbage, f32::from_bits, single, choice, winners);
        let fixed = I16F16::from_bits((beta >> 1).max(1) as i32);
        of_garbage(&garbage, |word| I16F16::from_bits(word as i32), fixed, choice, winners);
    }
}

/// Lends another length at every call.
struct Liar(std::cell::Cell<usize>, Vec<u32>);

impl AsRef<[u32]> for Liar {
    fn as_ref(&self) -> &[u32] {
        let call = self.0.get();
        self.0.set(call + 1);
        let length = if call == 0 {
            self.1.len()
        } else {
            call * 7 % self.1.len()
        };
        &self.1[..length]
    }
}

impl AsMut<[u32]> for Liar {
    fn as_mut(&mut self) -> &mut [u32] {
        self.0.set(self.0.get() + 1);
        let length = self.0.get() * 5 % self.1.len();
        &mut self.1[..length]
    }
}

#[test]
fn a_buffer_that_changes_its_length_does_no_harm() {
    let params = Params::<f32>::builder(3, 2, 4, 6)
        .winners(2)
        .allocation(Allocation::Item)
        .build()
        .unwrap();
    let liar = Liar(std::cell::Cell::new(0), vec![0; params.words()]);
    let mut network = Hetero::new(params, liar, key()).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    for round in 0..100 {
        network.reset(key());
        let number = (round + 1) as f32;
        let found = network.load(&[number; 3], &[number; 2], &[number; 4], &mut scratch);
        assert_eq!(found.unwrap().len(), 2);
        let recalled = network.recall(&[number; 3], 1.0, &mut scratch).unwrap();
        assert_eq!(recalled.hidden.len(), 6);
        assert!(network.key_row(round % 8).len() <= 3 && network.value(round % 8).len() <= 2);
    }
}
