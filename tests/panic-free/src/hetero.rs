//! Real numbers and the hetero-associative network, over each kind of number.

use slotless_core::fixed::types::I16F16;
use slotless_core::hetero::{Allocation, Hetero, Params, ParamsBuilder};
use slotless_core::real::{self, Real};
use slotless_core::rng::{Key, Purpose};

use crate::{any, any_64, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    let (a, b) = ([any_float(); 40], [any_float(); 40]);
    let (a, b) = (crate::black_box(&a[..]), crate::black_box(&b[..]));
    keep(real::exp(any_float()));
    keep(real::sum(a));
    keep(real::dot(a, b));
    numbers(a, b);
    let (x, y) = ([any_fixed(); 40], [any_fixed(); 40]);
    numbers(crate::black_box(&x[..]), crate::black_box(&y[..]));
    match builder(any_float()).build() {
        Ok(params) => network(params, any_float, words, more),
        Err(error) => show(&error),
    }
    match builder(any_fixed()).build() {
        Ok(params) => network(params, any_fixed, words, more),
        Err(error) => show(&error),
    }
}

fn any_float() -> f32 {
    f32::from_bits(any())
}

fn any_fixed() -> I16F16 {
    I16F16::from_bits(any() as i32)
}

fn numbers<R: Real>(a: &[R], b: &[R]) {
    let mut z = [R::ZERO; 40];
    let z = crate::black_box(&mut z[..]);
    R::softmax_in_place(z);
    keep(R::dot(a, b));
    keep(R::sum_of_products(a.iter().copied().zip(b.iter().copied())));
    keep((R::unit(any()), R::half(any()), R::ONE.finite()));
    if let (Some(&a), Some(&b)) = (a.first(), b.first()) {
        keep((a.plus(b), a.times(b)));
    }
}

fn builder<R: Real>(strength: R) -> ParamsBuilder<R> {
    let allocation = match any() {
        0 => Allocation::Key,
        1 => Allocation::Item,
        _ => Allocation::Projected {
            units: any(),
            strength,
        },
    };
    Params::builder(any(), any(), any(), any())
        .winners(any())
        .allocation(allocation)
}

fn network<R: Real>(params: Params<R>, number: fn() -> R, words: &mut [u32], more: &mut [u32]) {
    keep((params.keys(), params.values(), params.items()));
    keep((params.hidden(), params.winners(), params.allocation()));
    keep((params.words(), params.scratch_words()));
    let key = Key::new(any_64(), Purpose(any()));
    let vector = [number(); 8];
    let vector = crate::black_box(&vector[..]);
    match Hetero::new(params, &mut *words, key) {
        Ok(mut network) => {
            network.reset(key);
            match network.load(vector, vector, vector, more) {
                Ok(winners) => keep(winners),
                Err(error) => show(&error),
            }
            keep(network.into_words().len());
        }
        Err(error) => show(&error),
    }
    let network = match Hetero::open(params, &*words) {
        Ok(network) => network,
        Err(error) => return show(&error),
    };
    keep((network.params().hidden(), network.words().len()));
    keep((network.key_row(any()), network.input_row(any())));
    keep((network.item(any()), network.value(any())));
    match network.recall(vector, number(), more) {
        Ok(recalled) => keep(recalled),
        Err(error) => show(&error),
    }
}
