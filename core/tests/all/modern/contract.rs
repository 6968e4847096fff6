//! Steps and energies bit for bit, memories as rows and as columns.

use proptest::prelude::*;
use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::modern::{Exact, Exponential, Memories, Modern, Table};
use slotless_core::real;

use super::common::*;
use crate::naive::modern::{By, Modern as Naive, ln};
use crate::naive::real::Number;

fn bits<N: Number>(numbers: &[N]) -> Vec<u32> {
    numbers.iter().map(|number| number.bits()).collect()
}

fn naive_of<R: Both>(numbers: &[R]) -> Vec<R::Naive> {
    numbers.iter().map(|number| number.of()).collect()
}

fn equal<R: Both, E: Exponential<R>>(memories: &[R], state: &[R], beta: R, by: By) {
    let units = state.len();
    let naive = Naive {
        memories: memories.chunks(units).map(naive_of).collect(),
        beta: beta.of(),
        by,
    };
    let (p, next, lse, energy) = naive.step(&naive_of(state));
    let columns = turned(memories, units);
    for memories in [
        rows(memories, units),
        Memories::columns(&columns, units as u32).unwrap(),
    ] {
        let network = Modern::new(memories, beta).unwrap().with_exponential::<E>();
        let mut shares = vec![R::ZERO; memories.count() as usize];
        let mut found = vec![R::ZERO; units];
        network.step(state, &mut shares, &mut found).unwrap();
        assert_eq!(bits(&naive_of(&shares)), bits(&p), "shares");
        assert_eq!(bits(&naive_of(&found)), bits(&next), "state");
        let mut scratch = vec![7; network.scratch_words()];
        let found = network.lse(state, &mut scratch).unwrap();
        assert_eq!(R::energy_bits(found), lse, "lse {found}");
        let found = network.energy(state, &mut scratch).unwrap();
        assert_eq!(R::energy_bits(found), energy, "energy {found}");
        let mut z = shares;
        network.similarities(state, &mut z).unwrap();
        for (z, memory) in z.iter().zip(&naive.memories) {
            assert_eq!(z.of().bits(), Number::dot(memory, &naive_of(state)).bits());
        }
    }
}

proptest! {
    #[test]
    fn steps_have_the_contracts_bits(
        units in 1usize..40, count in 1usize..40, seed in any::<u32>(), beta in -9.0f64..9.0, scale in -6.0f64..1.0,
    ) {
        let (beta, scale) = (beta.exp(), 4f64.powf(scale));
        let (memories, state) = (vector(units * count, scale, seed), vector(units, scale, !seed));
        equal::<f32, Exact>(&memories, &state, beta as f32, By::Polynomial);
        let (memories, state) = (vector(units * count, scale, seed), vector(units, scale, !seed));
        equal::<I16F16, Exact>(&memories, &state, I16F16::from_num(beta), By::Polynomial);
        equal::<I16F16, Table>(&memories, &state, I16F16::from_num(beta), By::Table);
    }
}

#[test]
fn the_logarithm_has_the_contracts_bits_and_error() {
    let mut worst = 0.0f64;
    for x in (1.0f32.to_bits()..=4_294_967_296.0f32.to_bits()).step_by(97) {
        let x = f32::from_bits(x);
        let found = real::ln(x);
        assert_eq!(found.to_bits(), ln(x).to_bits(), "{x}");
        let exact = f64::from(x).ln();
        let unit = f64::from((exact as f32).next_up()) - f64::from(exact as f32);
        worst = worst.max((f64::from(found) - exact).abs() / unit);
    }
    assert!(worst < 1.0, "{worst}");
    assert_eq!(real::ln(0.0), f32::NEG_INFINITY);
    assert!(real::ln(-1.0).is_nan() && real::ln(f32::NAN).is_nan());
}
