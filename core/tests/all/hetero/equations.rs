//! The equations in `f64`: errors of recall, and who wins.

use slotless_core::fixed::types::I16F16;
use slotless_core::hetero::{Allocation, Hetero, Params};

use super::common::*;

/// Recall by its equations in `f64`, from the weights that the network has.
fn exact<R: Both>(
    network: &Hetero<R, Vec<u32>>,
    query: &[R],
    beta: R,
) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let units = 0..network.params().hidden();
    let z: Vec<f64> = units
        .clone()
        .map(|unit| {
            let row = network.key_row(unit);
            let dot: f64 = row.iter().zip(query).map(|(w, q)| w.f64() * q.f64()).sum();
            beta.f64() * dot
        })
        .collect();
    let most = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = z.iter().map(|z| (z - most).exp()).sum();
    let a: Vec<f64> = z.iter().map(|z| (z - most).exp() / total).collect();
    let mixed = |of: fn(&Hetero<R, Vec<u32>>, u32) -> &[R], length: u32| -> Vec<f64> {
        (0..length as usize)
            .map(|d| {
                let terms = units.clone().zip(&a);
                terms.map(|(unit, a)| a * of(network, unit)[d].f64()).sum()
            })
            .collect()
    };
    let item = mixed(|network, unit| network.item(unit), network.params().items());
    let value = mixed(
        |network, unit| network.value(unit),
        network.params().values(),
    );
    (a, item, value)
}

/// The largest error of a recall, over many networks and queries.
fn error_of_recall<R: Both>() -> f64 {
    let mut worst = 0.0f64;
    for (n_k, n_h) in [(8u32, 8u32), (64, 12), (64, 100)] {
        let params = R::built(Params::<R>::builder(n_k, 2, 12, n_h)).unwrap();
        let mut network = Hetero::new(params, vec![0; params.words()], key()).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        for number in 0..100 {
            let (k, v) = (vector(n_k as usize, number), vector(2, 1000 + number));
            let x = token(12, number as usize % 12);
            network.load(&k, &v, &x, &mut scratch).unwrap();
            let query = vector(n_k as usize, 2000 + number);
            for beta in [0.25, 1.0, 3.0] {
                let beta = R::from_f64(beta);
                let (a, item, value) = exact(&network, &query, beta);
                let recalled = network.recall(&query, beta, &mut scratch).unwrap();
                let found = [recalled.hidden, recalled.item, recalled.value].concat();
                for (found, exact) in found.iter().zip([a, item, value].concat()) {
                    worst = worst.max((found.f64() - exact).abs());
                }
            }
        }
    }
    worst
}

#[test]
fn recall_is_that_of_the_equations() {
    let (single, fixed) = (error_of_recall::<f32>(), error_of_recall::<I16F16>());
    assert!(single < 1e-6, "{single:e}");
    // Potentials to 1/65536 times beta 3, activities and numbers to half a step each.
    assert!(fixed < 1e-4, "{fixed:e}");
    assert!(fixed > single);
}

/// The winners by their equations in `f64`, in fresh weights of each kind.
#[test]
fn the_largest_potentials_win() {
    let (n_k, n_x, n_h) = (24u32, 10u32, 40u32);
    for allocation in [
        Allocation::Key,
        Allocation::Projected {
            units: 5,
            strength: 2.0f32,
        },
        Allocation::Item,
    ] {
        let params = Params::<f32>::builder(n_k, 2, n_x, n_h)
            .winners(4)
            .allocation(allocation)
            .build()
            .unwrap();
        let mut network = Hetero::new(params, vec![0; params.words()], key()).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        for number in 0..60 {
            let k: Vec<f32> = vector(n_k as usize, number);
            let x: Vec<f32> = vector(n_x as usize, 100 + number);
            let dot = |row: &[f32], input: &[f32]| -> f64 {
                let pairs = row.iter().zip(input);
                pairs.map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
            };
            let potential = |unit: u32| match allocation {
                Allocation::Key => dot(network.key_row(unit), &k),
                Allocation::Projected { units, strength } => {
                    let more = if unit < units * 4 {
                        f64::from(strength) * f64::from(x[(unit % units) as usize])
                    } else {
                        0.0
                    };
                    dot(network.key_row(unit), &k) + more
                }
                Allocation::Item => dot(network.input_row(unit), &x),
            };
            let mut expected: Vec<(f64, u32)> =
                (0..n_h).map(|unit| (potential(unit), unit)).collect();
            expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            // What differs by rounding alone has no winner here.
            let decided = expected[3].0 - expected[4].0;
            let mut expected: Vec<u32> = expected[..4].iter().map(|&(_, unit)| unit).collect();
            expected.sort_unstable();
            let found = network.load(&k, &[1.0, 0.0], &x, &mut scratch).unwrap();
            if decided > 1e-5 {
                assert_eq!(found, expected, "{allocation:?} {number}");
            }
            for &unit in found {
                assert_eq!(network.key_row(unit), k);
                assert_eq!(network.value(unit), [1.0, 0.0]);
                assert_eq!(network.item(unit), x);
                let learned: &[f32] = match allocation {
                    Allocation::Item => &x,
                    _ => &[],
                };
                assert_eq!(network.input_row(unit), learned);
            }
        }
    }
}
