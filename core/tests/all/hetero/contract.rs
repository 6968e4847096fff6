//! The contract written a second time: the same bits.

use slotless_core::fixed::types::I16F16;
use slotless_core::hetero::{Allocation, Hetero, Params};

use super::common::*;
use crate::naive::real as other;

fn same_run<R: Both>(
    sizes: [usize; 4],
    winners: u32,
    allocation: Allocation<R>,
    triples: &[(Vec<R>, Vec<R>, Vec<R>)],
    beta: R,
) {
    let [n_k, n_v, n_x, n_h] = sizes.map(|size| size as u32);
    let builder = Params::<R>::builder(n_k, n_v, n_x, n_h);
    let params = R::built(builder.winners(winners).allocation(allocation)).unwrap();
    let mut network = Hetero::new(params, vec![7; params.words()], key()).unwrap();
    let same = match allocation {
        Allocation::Key => other::Allocation::Key,
        Allocation::Projected { units, strength } => {
            other::Allocation::Projected(units as usize, strength.of())
        }
        Allocation::Item => other::Allocation::Item,
    };
    let mut expected = other::Hetero::new(sizes, winners as usize, same, naive_key());
    assert_eq!(network.words(), expected.state(), "start weights");
    let mut scratch = vec![9; params.scratch_words() + 3];
    for (k, v, x) in triples {
        let found = network.load(k, v, x, &mut scratch).unwrap().to_vec();
        let winners = expected.load(&naive_of(k), &naive_of(v), &naive_of(x));
        let found: Vec<usize> = found.iter().map(|&unit| unit as usize).collect();
        assert_eq!(found, winners);
        assert_eq!(network.words(), expected.state());
        let recalled = network.recall(k, beta, &mut scratch).unwrap();
        let (hidden, numbers) = expected.recall(&naive_of(k), beta.of());
        assert_eq!(bits(&naive_of(recalled.hidden)), bits(&hidden));
        let found = [naive_of(recalled.item), naive_of(recalled.value)].concat();
        assert_eq!(bits(&found), bits(&numbers));
        assert_eq!(network.words(), expected.state(), "recall changed weights");
    }
    assert_eq!(scratch[params.scratch_words()..], [9; 3]);
}

/// Sizes on both sides of whole chunks of 16 and draws of 32.
fn runs<R: Both>() {
    for sizes in [
        [1, 1, 1, 2],
        [3, 2, 5, 7],
        [16, 2, 14, 12],
        [17, 16, 17, 9],
        [31, 1, 30, 33],
        [33, 5, 32, 16],
        [70, 2, 12, 20],
    ] {
        let [n_k, n_v, n_x, n_h] = sizes;
        let triples: Vec<_> = (0..2 * n_h as u32)
            .map(|number| {
                let item = if number % 3 == 0 {
                    vector(n_x, 3 * number + 2)
                } else {
                    token(n_x, number as usize % n_x)
                };
                (vector(n_k, 3 * number), vector(n_v, 3 * number + 1), item)
            })
            .collect();
        for winners in [1, 2, n_h / 2, n_h] {
            let winners = winners.max(1) as u32;
            let mut allocations = vec![Allocation::Key, Allocation::Item];
            for units in [1, n_x as u32 / 2, n_x as u32] {
                if units >= 1 && units * winners <= n_h as u32 {
                    let strength = R::from_f64(1.25);
                    allocations.push(Allocation::Projected { units, strength });
                }
            }
            for allocation in allocations {
                same_run(sizes, winners, allocation, &triples, R::from_f64(2.5));
            }
        }
    }
}

#[test]
fn f32_has_the_contracts_bits() {
    runs::<f32>();
}

#[test]
fn fixed_point_has_the_contracts_bits() {
    runs::<I16F16>();
}
