//! Energies that never rise, and extremes that overflow nothing.

use proptest::prelude::*;
use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::modern::{Exact, Exponential, Modern, Recall, Table};

use super::common::*;

/// The states of a recall: energies in `f64` with their terms' magnitudes, and those the network gives.
fn trajectory<R: Both, E: Exponential<R>>(
    memories: &[R],
    cue: &[R],
    beta: R,
) -> Vec<(f64, f64, f64)> {
    let network = Modern::new(rows(memories, cue.len()), beta).unwrap();
    let network = network.with_exponential::<E>();
    let mut scratch = vec![0; network.scratch_words()];
    let mut energies = Vec::new();
    let recall = Recall::new().max_steps(Some(60));
    let recalled = network
        .recall_with(cue, &recall, &mut scratch, |step| {
            assert_eq!(step.number as usize, energies.len());
            let (_, _, energy, size) = exact(&network, step.state);
            energies.push((energy, size, R::energy_f64(step.energy())));
        })
        .unwrap();
    assert_eq!(energies.len(), recalled.steps as usize + 1);
    let last = recalled.state.to_vec();
    let energy = network.energy(&last, &mut scratch).unwrap();
    assert_eq!(R::energy_f64(energy), energies.last().unwrap().2);
    energies
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(target_endian = "big") { 80 } else { 400 }))]

    /// A rise is one above 1e-6 of the sum of the terms' magnitudes; numbers of any size, beta from 1e-4 to 1e4, memories
    /// that are the same, and a single one.
    #[test]
    fn no_step_of_f32_raises_the_energy(
        units in 1usize..30, count in 1usize..20, twice in any::<bool>(), seed in any::<u32>(),
        beta in -4.0f64..4.0, scale in -3.0f64..6.0,
    ) {
        let scale = 10f64.powf(scale);
        let mut memories = vector::<f32>(units * count, scale, seed);
        if twice {
            memories.extend_from_within(..);
        }
        let cue = vector(units, scale, !seed);
        let energies = trajectory::<f32, Exact>(&memories, &cue, 10f64.powf(beta) as f32);
        for pair in energies.windows(2) {
            let ((before, size, _), (after, more, _)) = (pair[0], pair[1]);
            prop_assert!(after - before <= 1e-6 * size.max(more), "{energies:?}");
        }
        for (exact, size, found) in energies {
            prop_assert!((exact - found).abs() <= 4e-6 * size, "{exact} {found} {size}");
            prop_assert!(exact >= -1e-9 * size);
        }
    }

    /// In fixed point by no more than the rounding of shares, which moves a state by up to K/2 steps of each number.
    #[test]
    fn no_step_of_fixed_point_raises_the_energy_beyond_rounding(
        units in 1usize..30, count in 1usize..20, seed in any::<u32>(), beta in -2.0f64..2.0,
    ) {
        let memories = vector::<I16F16>(units * count, 1.0, seed);
        let (cue, beta) = (vector(units, 1.0, !seed), I16F16::from_num(10f64.powf(beta)));
        for energies in [
            trajectory::<I16F16, Exact>(&memories, &cue, beta),
            trajectory::<I16F16, Table>(&memories, &cue, beta),
        ] {
            let bound = (units * (count + 2)) as f64 / 65_536.0;
            for pair in energies.windows(2) {
                prop_assert!(pair[1].0 - pair[0].0 <= bound, "{energies:?}");
            }
            for (exact, _, found) in energies {
                let bound = 2e-4 + 1e-5 / beta.f64();
                prop_assert!((exact - found).abs() <= bound, "{exact} {found}");
            }
        }
    }
}

/// All that is allowed is computed: shares are numbers that add up to 1, energies are finite.
#[test]
fn nothing_overflows() {
    // Two such numbers make a norm just below the bound.
    let longest = 0.99 * (f32::MAX / 8.0).sqrt();
    for scale in [longest, 1.0, 1e-30, 0.0] {
        let memories = [scale, -scale, scale, -scale, scale, scale];
        for beta in [f32::MAX, 1e4, 1.0, 1e-4, f32::MIN_POSITIVE, 1e-45] {
            let network = Modern::new(rows(&memories[..], 2), beta).unwrap();
            for cue in [[scale, scale], [-scale, 0.0], [longest, longest]] {
                finite(&network, &cue);
            }
        }
    }
}

fn finite(network: &Modern<'_, f32>, cue: &[f32]) {
    let mut scratch = vec![0; network.scratch_words()];
    let recalled = network.recall_with(cue, &Recall::new(), &mut scratch, |step| {
        assert!(step.energy().is_finite(), "{step:?}");
        let sum: f32 = step.shares.iter().sum();
        assert!((sum - 1.0).abs() < 1e-6, "{step:?}");
    });
    assert!(recalled.unwrap().state.iter().all(|x| x.is_finite()));
}

#[test]
fn nothing_overflows_in_fixed_point() {
    fn of<E: Exponential<I16F16>>() {
        // 127.9^2 + 127.9^2 = 32,717.
        let big = I16F16::from_num(127.9);
        let memories = [big, -big, big, big, -big, big];
        for raw in [1, 2, 65_536, i32::MAX] {
            let beta = I16F16::from_bits(raw);
            let network = Modern::new(rows(&memories, 2), beta).unwrap();
            let network = network.with_exponential::<E>();
            let mut scratch = vec![0; network.scratch_words()];
            network
                .recall_with(&[big, big], &Recall::new(), &mut scratch, |step| {
                    let sum: i32 = step.shares.iter().map(|p| p.to_bits()).sum();
                    assert!((sum - 65_536).abs() <= 2, "{step:?}");
                    let (p, _, energy, _) = exact(&network, step.state);
                    assert!(apart(step.shares, &p) < 3e-5, "{step:?}");
                    let off = (I16F16::energy_f64(step.energy()) - energy).abs();
                    assert!(off < 2e-4 + 1e-5 / beta.f64(), "{off} {step:?}");
                })
                .unwrap();
        }
    }
    of::<Exact>();
    of::<Table>();
}
