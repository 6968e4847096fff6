//! Each rule ends a recall, and only that which is on.

use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::modern::{Ended, Modern, Recall};

use super::common::*;

const UNITS: usize = 16;

fn states<R: Both>(beta: f64, recall: &Recall<R>) -> (Vec<Vec<R>>, Vec<Vec<R>>, u32, Ended) {
    let memories = vector::<R>(UNITS * 8, 1.0, 11);
    let network = Modern::new(rows(&memories, UNITS), R::from_f64(beta)).unwrap();
    let mut scratch = vec![9; network.scratch_words() + 3];
    let (mut states, mut shares) = (Vec::new(), Vec::new());
    let cue = vector::<R>(UNITS, 1.0, 12);
    let recalled = network
        .recall_with(&cue, recall, &mut scratch, |step| {
            states.push(step.state.to_vec());
            shares.push(step.shares.to_vec());
        })
        .unwrap();
    assert_eq!(states[0], cue);
    assert_eq!(recalled.state, states.last().unwrap());
    assert_eq!(recalled.shares, shares[shares.len() - 2]);
    let (steps, ended) = (recalled.steps, recalled.ended);
    assert_eq!(steps as usize + 1, states.len());
    // Without being told, the same.
    let mut scratch = vec![1; network.scratch_words()];
    let quiet = network.recall(&cue, recall, &mut scratch).unwrap();
    assert_eq!(
        (quiet.state, quiet.steps, quiet.ended),
        (&states[steps as usize][..], steps, ended)
    );
    // Each state is the step of the last.
    for (number, pair) in states.windows(2).enumerate() {
        let (mut p, mut next) = (vec![R::ZERO; 8], vec![R::ZERO; UNITS]);
        network.step(&pair[0], &mut p, &mut next).unwrap();
        assert_eq!((p, next), (shares[number].clone(), pair[1].clone()));
    }
    (states, shares, steps, ended)
}

fn moved<R: Both>(states: &[Vec<R>], to: usize) -> f64 {
    let pairs = states[to].iter().zip(&states[to - 1]);
    pairs
        .map(|(a, b)| (a.f64() - b.f64()).powi(2))
        .sum::<f64>()
        .sqrt()
}

fn norm<R: Both>(state: &[R]) -> f64 {
    state.iter().map(|x| x.f64().powi(2)).sum::<f64>().sqrt()
}

fn shifted<R: Both>(shares: &[Vec<R>], to: usize) -> f64 {
    let pairs = shares[to].iter().zip(&shares[to - 1]);
    pairs.map(|(a, b)| (a.f64() - b.f64()).abs()).sum()
}

#[test]
fn the_state_comes_to_rest_first() {
    for tolerance in [1e-2f32, 1e-4, 1e-6] {
        let recall = Recall::new()
            .state_tolerance(Some(tolerance))
            .shares_tolerance(None);
        let (states, _, steps, ended) = states::<f32>(1.5, &recall);
        assert_eq!(ended, Ended::State);
        assert!(steps > 2, "{steps}");
        let holds =
            |to: usize| moved(&states, to) <= f64::from(tolerance) * norm(&states[to - 1]).max(1.0);
        for to in 1..=steps as usize {
            assert_eq!(holds(to), to == steps as usize, "{to} of {steps}");
        }
    }
}

#[test]
fn the_shares_end_it_where_the_state_may_not() {
    let recall = Recall::new()
        .state_tolerance(None)
        .shares_tolerance(Some(1e-3));
    let (_, shares, steps, ended) = states::<f32>(1.5, &recall);
    assert_eq!(ended, Ended::Shares);
    assert!(steps > 2);
    for to in 1..steps as usize {
        assert_eq!(
            shifted(&shares, to) <= 1e-3,
            to + 1 == steps as usize,
            "{to} of {steps}"
        );
    }
}

#[test]
fn the_most_steps_end_it() {
    for most in [1, 2, 5] {
        let recall = Recall::new().max_steps(Some(most));
        let (_, _, steps, ended) = states::<f32>(1.5, &recall);
        assert_eq!((steps, ended), (most, Ended::Steps));
    }
    // The only rule.
    let recall = Recall::new()
        .state_tolerance(None)
        .shares_tolerance(None)
        .max_steps(Some(40));
    assert_eq!(states::<f32>(1.5, &recall).2, 40);
}

#[test]
fn fixed_point_ends_where_nothing_changes() {
    let (states, _, steps, ended) = states::<I16F16>(1.5, &Recall::new());
    assert_eq!(ended, Ended::State);
    let steps = steps as usize;
    assert_eq!(states[steps], states[steps - 1]);
    assert!((1..steps).all(|to| states[to] != states[to - 1]));
    let tolerance = I16F16::from_bits(300);
    let recall = Recall::new().state_tolerance(Some(tolerance));
    let (states, _, fewer, ended) = self::states::<I16F16>(1.5, &recall);
    assert_eq!(ended, Ended::State);
    assert!((fewer as usize) < steps);
    for to in 1..=fewer as usize {
        assert_eq!(moved(&states, to) <= tolerance.f64(), to == fewer as usize);
    }
    let recall = Recall::new()
        .state_tolerance(None)
        .shares_tolerance(Some(tolerance));
    let (_, shares, steps, ended) = self::states::<I16F16>(1.5, &recall);
    assert_eq!(ended, Ended::Shares);
    for to in 1..steps as usize {
        assert_eq!(
            shifted(&shares, to) <= tolerance.f64(),
            to + 1 == steps as usize
        );
    }
}
