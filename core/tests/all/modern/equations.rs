//! The equations in `f64`: errors of steps and energies, and what beta does.

use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::modern::{Exact, Exponential, Modern, Recall, Table};

use super::common::*;

/// The largest errors of shares, next states and energies over random memories and betas. Memories have numbers in
/// [-1, 1); states are memories with a quarter of their numbers drawn anew.
fn errors<R: Both, E: Exponential<R>>() -> [f64; 3] {
    let mut worst = [0.0f64; 3];
    for (units, count) in [(8usize, 5usize), (64, 12), (64, 100), (200, 300)] {
        for draw in 0..20 {
            let memories = vector::<R>(units * count, 1.0, draw);
            for beta in [1.0 / 16.0, 0.25, 1.0, 4.0] {
                let network = Modern::new(rows(&memories, units), R::from_f64(beta)).unwrap();
                let network = network.with_exponential::<E>();
                let mut state = memories[..units].to_vec();
                let fresh = vector::<R>(units / 4, 1.0, 1000 + draw);
                state[..units / 4].copy_from_slice(&fresh);
                let (mut shares, mut next) = (vec![R::ZERO; count], vec![R::ZERO; units]);
                network.step(&state, &mut shares, &mut next).unwrap();
                let mut scratch = vec![0; count];
                let energy = R::energy_f64(network.energy(&state, &mut scratch).unwrap());
                let (p, exact_next, exact_energy, _) = exact(&network, &state);
                for (worst, error) in worst.iter_mut().zip([
                    apart(&shares, &p),
                    apart(&next, &exact_next),
                    (energy - exact_energy).abs(),
                ]) {
                    *worst = worst.max(error);
                }
            }
        }
    }
    worst
}

fn within(errors: [f64; 3], bounds: [f64; 3]) {
    println!("errors of shares, states, energies: {errors:?}");
    for (error, bound) in errors.iter().zip(bounds) {
        assert!(*error < bound, "{errors:?} {bounds:?}");
    }
}

/// Measured: 2.8e-7, 4.4e-7, 1.1e-5.
#[test]
fn f32_is_within_its_errors() {
    within(errors::<f32, Exact>(), [5e-7, 1e-6, 2e-5]);
}

/// Measured: 1.3e-5, 2.2e-4, 6.9e-5. The states' is that of 300 shares, each rounded for itself.
#[test]
fn fixed_point_is_within_its_errors() {
    within(errors::<I16F16, Exact>(), [2e-5, 4e-4, 1e-4]);
}

/// Measured: 1.3e-5, 2.2e-4, 2.4e-4.
#[test]
fn the_table_is_within_its_errors() {
    within(errors::<I16F16, Table>(), [2e-5, 4e-4, 4e-4]);
}

/// Measured: 3.4e-4, 4.1e-4, 8.4e-3.
#[cfg(feature = "micromath")]
#[test]
fn micromath_is_within_its_errors() {
    use slotless_core::hopfield::modern::Micromath;
    within(errors::<f32, Micromath>(), [6e-4, 8e-4, 1.6e-2]);
}

/// Small beta: the mean of all memories. Large beta: the nearest memory, in a step or two.
#[test]
fn beta_goes_from_the_mean_to_the_nearest() {
    fn of<R: Both, E: Exponential<R>>(tolerance: f64) {
        let (units, count) = (32, 6);
        let memories = vector::<R>(units * count, 1.0, 3);
        let mean: Vec<f64> = (0..units)
            .map(|i| {
                memories
                    .iter()
                    .skip(i)
                    .step_by(units)
                    .map(|x| x.f64())
                    .sum::<f64>()
                    / 6.0
            })
            .collect();
        for nearest in 0..count {
            let memory = &memories[nearest * units..][..units];
            let mut cue = memory.to_vec();
            cue[..8].fill(R::ZERO);
            let recalled = |beta: f64| {
                let network = Modern::new(rows(&memories, units), R::from_f64(beta)).unwrap();
                let network = network.with_exponential::<E>();
                let mut scratch = vec![0; network.scratch_words()];
                let found = network.recall(&cue, &Recall::new(), &mut scratch).unwrap();
                (found.state.to_vec(), found.steps)
            };
            let (state, _) = recalled(0.001);
            assert!(apart(&state, &mean) < 2e-3, "{state:?}");
            let (state, steps) = recalled(50.0);
            let memory: Vec<f64> = memory.iter().map(|x| x.f64()).collect();
            assert!(apart(&state, &memory) < tolerance, "{state:?}");
            assert!(steps <= 3, "{steps}");
        }
    }
    of::<f32, Exact>(1e-6);
    of::<I16F16, Exact>(1e-4);
    of::<I16F16, Table>(1e-4);
}
