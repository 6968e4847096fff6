//! The hetero-associative network against the contract written a second time (bits), against its equations in `f64`
//! (errors), at edges, and on bad input.

mod naive;

use fixed::types::I16F16;
use naive::real::{self as other, Number, Raw};
use proptest::prelude::*;
use slotless_core::fixed;
use slotless_core::hetero::{Allocation, Hetero, NetworkError, Params, ParamsBuilder, ParamsError};
use slotless_core::real::Real;
use slotless_core::rng::{Key, Purpose};

const SEED: u64 = 0x0123_4567_89ab_cdef;

fn key() -> Key {
    Key::new(SEED, Purpose(300))
}

fn naive_key() -> naive::Key {
    naive::Key::of(SEED, 300)
}

/// A number of the crate and the same of the naive code.
trait Both: Real {
    type Naive: Number;
    fn of(self) -> Self::Naive;
    fn from_f64(x: f64) -> Self;
    fn f64(self) -> f64;
    fn built(builder: ParamsBuilder<Self>) -> Result<Params<Self>, ParamsError>;
}

impl Both for f32 {
    type Naive = f32;
    fn of(self) -> f32 {
        self
    }
    fn from_f64(x: f64) -> Self {
        x as f32
    }
    fn f64(self) -> f64 {
        self.into()
    }
    fn built(builder: ParamsBuilder<Self>) -> Result<Params<Self>, ParamsError> {
        builder.build()
    }
}

impl Both for I16F16 {
    type Naive = Raw;
    fn of(self) -> Raw {
        Raw(self.to_bits())
    }
    fn from_f64(x: f64) -> Self {
        Self::from_num(x)
    }
    fn f64(self) -> f64 {
        self.to_num()
    }
    fn built(builder: ParamsBuilder<Self>) -> Result<Params<Self>, ParamsError> {
        builder.build()
    }
}

fn naive_of<R: Both>(numbers: &[R]) -> Vec<R::Naive> {
    numbers.iter().map(|number| number.of()).collect()
}

fn bits<N: Number>(numbers: &[N]) -> Vec<u32> {
    numbers.iter().map(|number| number.bits()).collect()
}

/// Numbers in [-1, 1), from draws.
fn vector<R: Both>(length: usize, of: u32) -> Vec<R> {
    let key = Key::new(5, Purpose(301)).derive(of);
    (0..length as u32)
        .map(|place| R::from_f64(f64::from(key.at(place)) / f64::from(1u32 << 31) - 1.0))
        .collect()
}

fn token<R: Real>(length: usize, one: usize) -> Vec<R> {
    (0..length)
        .map(|place| if place == one { R::ONE } else { R::ZERO })
        .collect()
}

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
        let found = network.load(&triple[..3], &triple[3..5], &triple[5..], &mut scratch);
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
        let number = round as f32;
        let found = network.load(&[number; 3], &[number; 2], &[number; 4], &mut scratch);
        assert_eq!(found.unwrap().len(), 2);
        let recalled = network.recall(&[number; 3], 1.0, &mut scratch).unwrap();
        assert_eq!(recalled.hidden.len(), 6);
        assert!(network.key_row(round % 8).len() <= 3 && network.value(round % 8).len() <= 2);
    }
}
