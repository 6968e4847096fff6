//! Trials of the modern network.

use slotless_core::bits;
use slotless_core::hopfield::modern::{self as core, Ended, Memories, Recall};

use super::condition::Modern;
use super::record::ModernRun;
use super::streams::Streams;
use super::trial::Place;

/// All runs of a trial, network by network; `None` if it was told to stop.
pub(super) fn runs(of: &Modern, place: &Place<'_>) -> Option<Vec<ModernRun>> {
    let mut runs = Vec::with_capacity(of.networks as usize * of.runs as usize);
    let mut mean = Vec::new();
    each_run(of, place, |one| {
        if one.number == 0 {
            mean = mean_of(one.network.memories().numbers(), of.units as usize);
        }
        runs.push(one.run(&mean));
    })?;
    Some(runs)
}

/// The energies of all runs of a trial, at the start and after every step; `None` if it was told to stop.
pub(super) fn energies(of: &Modern, place: &Place<'_>) -> Option<Vec<Vec<f64>>> {
    let mut runs = Vec::with_capacity(of.networks as usize * of.runs as usize);
    each_run(of, place, |one| {
        let mut energies = Vec::new();
        let told = one
            .network
            .recall_with(&one.cue, &one.recall, one.scratch, |step| {
                energies.push(energy(one.network, step.state));
            });
        told.expect("a checked condition");
        runs.push(energies);
    })?;
    Some(runs)
}

/// One run, at its start.
struct One<'a, 'n> {
    number: u32,
    network: &'a core::Modern<'n, f32>,
    cue: Vec<f32>,
    recall: Recall<f32>,
    scratch: &'a mut [u32],
}

impl One<'_, '_> {
    fn run(self, mean: &[f64]) -> ModernRun {
        let recalled = self
            .network
            .recall(&self.cue, &self.recall, self.scratch)
            .expect("a checked condition");
        let memories = self.network.memories();
        let units = memories.units() as usize;
        let rows = memories.numbers().chunks_exact(units);
        let own = rows.clone().nth(self.number as usize).unwrap_or(&[]);
        // Memories are equally long: the nearest is that of the largest similarity.
        let nearest = rows
            .map(|row| (slotless_core::real::dot(row, recalled.state), row))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(&[][..], |(_, row)| row);
        let entropy = recalled.shares.iter().map(|&share| f64::from(share));
        let entropy = entropy.filter(|&share| share > 0.0);
        let entropy = -entropy.map(|share| share * libm::log(share)).sum::<f64>();
        let state = || recalled.state.iter().map(|&number| f64::from(number));
        let distance = |other: &mut dyn Iterator<Item = f64>| {
            let squares = state().zip(other).map(|(a, b)| (a - b) * (a - b));
            (squares.sum::<f64>() / units as f64).sqrt()
        };
        let products = state().zip(own).map(|(a, &b)| a * f64::from(b));
        ModernRun {
            steps: recalled.steps,
            rested: (recalled.ended != Ended::Steps).into(),
            overlap: products.sum::<f64>() / units as f64,
            effective: libm::exp(entropy),
            to_mean: distance(&mut mean.iter().copied()),
            to_nearest: distance(&mut nearest.iter().map(|&number| f64::from(number))),
        }
    }
}

/// +1 and -1.
fn signs(state: &[u32], units: u32) -> impl Iterator<Item = f32> {
    (0..units).map(|unit| if bits::get(state, unit) { 1.0 } else { -1.0 })
}

fn mean_of(rows: &[f32], units: usize) -> Vec<f64> {
    let mut mean = vec![0.0; units];
    for row in rows.chunks_exact(units) {
        for (sum, &number) in mean.iter_mut().zip(row) {
            *sum += f64::from(number);
        }
    }
    let count = (rows.len() / units) as f64;
    mean.iter_mut().for_each(|sum| *sum /= count);
    mean
}

/// `-lse(beta, X^T s) + 1/2 s^T s + (1/beta) ln K + 1/2 M^2` in double precision: of a state as it was rounded, its exact
/// energy but for 1 in 10^12 or so.
fn energy(network: &core::Modern<'_, f32>, state: &[f32]) -> f64 {
    let memories = network.memories();
    let beta = f64::from(network.beta());
    let product = |a: &[f32], b: &[f32]| -> f64 {
        let pairs = a.iter().zip(b);
        pairs.map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
    };
    let rows = memories.numbers().chunks_exact(state.len());
    let similarities: Vec<f64> = rows.clone().map(|row| product(row, state)).collect();
    let largest = similarities
        .iter()
        .fold(f64::NEG_INFINITY, |most, &z| most.max(z));
    let sum: f64 = similarities
        .iter()
        .map(|z| libm::exp(beta * (z - largest)))
        .sum();
    let square = rows.map(|row| product(row, row)).fold(0.0, f64::max);
    let logs = libm::log(f64::from(memories.count())) - libm::log(sum);
    logs / beta - largest + (product(state, state) + square) / 2.0
}

fn each_run(of: &Modern, place: &Place<'_>, mut take: impl FnMut(One<'_, '_>)) -> Option<()> {
    let words = bits::words_for(of.units);
    let steps = of.cost();
    for network in 0..of.networks {
        place.go_on()?;
        let streams = Streams::new(place.seed, place.trial, network, of.units, of.memories);
        let memories = streams.memories();
        let rows = memories.chunks_exact(words);
        let numbers: Vec<f32> = rows.clone().flat_map(|row| signs(row, of.units)).collect();
        let checked = Memories::rows(&numbers, of.units).expect("checked sizes");
        let network = core::Modern::new(checked, of.beta as f32).expect("a checked beta");
        place.after(steps.network)?;
        let mut scratch = vec![0; network.scratch_words()];
        for (number, memory) in (0..of.runs).zip(rows) {
            place.go_on()?;
            let start = streams.start(of.start, number, memory);
            take(One {
                number,
                network: &network,
                cue: signs(&start, of.units).collect(),
                recall: Recall::new().max_steps(Some(of.steps)),
                scratch: &mut scratch,
            });
            place.after(steps.run)?;
        }
    }
    Some(())
}
