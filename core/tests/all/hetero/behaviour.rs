//! What the network is for, and its edges.

use slotless_core::hetero::{Allocation, Hetero, Params};

use super::common::*;

#[test]
fn projections_give_distinct_tokens_units_of_their_own() {
    let (n_k, n_x) = (32usize, 8usize);
    for winners in [1usize, 3] {
        let params = Params::<f32>::builder(32, 2, 8, 30)
            .winners(winners as u32)
            .allocation(Allocation::Projected {
                units: 8,
                strength: 1.0,
            })
            .build()
            .unwrap();
        let mut network = Hetero::new(params, vec![0; params.words()], key()).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        for round in 0..50 {
            network.reset(key().derive(round));
            for step in 0..n_x {
                // In another order each time; keys whose products are below the strength.
                let number = (step * 3 + round as usize) % n_x;
                let mut k: Vec<f32> = vector(n_k, round * 8 + step as u32);
                k.iter_mut().for_each(|k| *k /= 32f32.sqrt());
                let x = token(n_x, number);
                let found = network.load(&k, &[0.0; 2], &x, &mut scratch).unwrap();
                let own: Vec<u32> = (0..winners)
                    .map(|copy| (copy * n_x + number) as u32)
                    .collect();
                assert_eq!(found, own);
            }
        }
    }
}

/// What was loaded comes back, at a low temperature, from K hidden units alike.
#[test]
fn loaded_triples_are_recalled() {
    for winners in [1, 2, 5] {
        let params = Params::<f32>::builder(64, 2, 12, 60)
            .winners(winners)
            .allocation(Allocation::Projected {
                units: 12,
                strength: 1e3,
            })
            .build()
            .unwrap();
        let mut network = Hetero::new(params, vec![0; params.words()], key()).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let keys: Vec<Vec<f32>> = (0..8).map(|number| vector(64, number)).collect();
        for (number, k) in keys.iter().enumerate() {
            let value = [number as f32, -1.0];
            let winners = network.load(k, &value, &token(12, number), &mut scratch);
            assert_eq!(winners.unwrap().len(), params.winners() as usize);
        }
        for (number, k) in keys.iter().enumerate() {
            let recalled = network.recall(k, 10.0, &mut scratch).unwrap();
            assert!((recalled.value[0] - number as f32).abs() < 1e-3);
            assert!((recalled.item[number] - 1.0).abs() < 1e-3);
            let share = 1.0 / winners as f32;
            for (unit, activity) in recalled.hidden.iter().enumerate() {
                let own = unit % 12 == number && unit < 12 * winners as usize;
                let expected = if own { share } else { 0.0 };
                assert!((activity - expected).abs() < 1e-3, "{unit}");
            }
        }
    }
}

#[test]
fn equal_potentials_go_to_the_lowest_and_nan_to_the_last() {
    let params = Params::<f32>::builder(1, 1, 1, 6)
        .winners(3)
        .build()
        .unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut winners = |keys: [f32; 6], key: f32| {
        let words: Vec<u32> = keys
            .iter()
            .map(|key| key.to_bits())
            .chain([0; 12])
            .collect();
        let mut network = Hetero::open(params, words).unwrap();
        let found = network.load(&[key], &[0.0], &[0.0], &mut scratch);
        found.unwrap().to_vec()
    };
    let (nan, infinity) = (f32::NAN, f32::INFINITY);
    assert_eq!(winners([1.0; 6], 1.0), [0, 1, 2]);
    assert_eq!(winners([0.0, -0.0, 0.0, 0.0, 1.0, -0.0], 1.0), [0, 1, 4]);
    assert_eq!(winners([1.0, 2.0, 1.0, 2.0, 1.0, 3.0], 1.0), [1, 3, 5]);
    assert_eq!(winners([3.0, 2.0, 1.0, 2.0, 2.0, 2.0], 1.0), [0, 1, 3]);
    assert_eq!(
        winners([nan, -1.0, nan, -infinity, nan, nan], 1.0),
        [0, 1, 3]
    );
    assert_eq!(
        winners([nan, -1.0, nan, infinity, -5.0, 2.0], 1.0),
        [1, 3, 5]
    );
    assert_eq!(winners([nan; 6], 1.0), [0, 1, 2]);
    assert_eq!(winners([1.0; 6], nan), [0, 1, 2]);
    assert_eq!(
        winners([nan, nan, nan, nan, nan, -infinity], 1.0),
        [0, 1, 5]
    );
}

#[test]
fn fresh_weights_are_uniform() {
    let params = Params::<f32>::builder(100, 3, 97, 50)
        .allocation(Allocation::Key)
        .build()
        .unwrap();
    let network = Hetero::new(params, vec![0; params.words()], key()).unwrap();
    let units = || 0..50u32;
    let keys: Vec<f32> = units()
        .flat_map(|unit| network.key_row(unit))
        .copied()
        .collect();
    let mut returns: Vec<f32> = units()
        .flat_map(|unit| network.item(unit))
        .copied()
        .collect();
    returns.extend(units().flat_map(|unit| network.value(unit)));
    for (numbers, top) in [(keys, 0.5f32), (returns, 1.0)] {
        assert_eq!(numbers.len(), 5000);
        assert!(numbers.iter().all(|&number| 0.0 < number && number < top));
        let mean = numbers.iter().sum::<f32>() / 5000.0;
        // 5 standard errors of a uniform mean.
        assert!(
            (mean - top / 2.0).abs() < 5.0 * top / (12.0f32 * 5000.0).sqrt(),
            "{mean}"
        );
        let mut bins = [0; 10];
        for number in numbers {
            bins[(number / top * 10.0) as usize] += 1;
        }
        assert!(
            bins.iter().all(|&count| (400..600).contains(&count)),
            "{bins:?}"
        );
    }
    // Another key, other weights; the same key, the same.
    let mut again = network.clone();
    again.reset(key().derive(1));
    assert_ne!(again.words(), network.words());
    again.reset(key());
    assert_eq!(again.words(), network.words());
}
