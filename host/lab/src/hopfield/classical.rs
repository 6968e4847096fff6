//! Trials of the classical network.

use slotless_core::bits;
use slotless_core::hopfield::{Descend, Recall, Run, Update, descend, update_order};

use super::condition::{Classical, Order};
use super::record::ClassicalRun;
use super::streams::Streams;
use super::trial::Place;
use slotless_kernels::hopfield::classical::{Descent, Network};

/// All runs of a trial, network by network; `None` if it was told to stop.
pub(super) fn runs(of: &Classical, place: &Place<'_>) -> Option<Vec<ClassicalRun>> {
    let mut runs = Vec::with_capacity((of.networks * of.runs) as usize);
    each_run(of, place, |mut one| {
        let mut last_flip = 0;
        let run = one.run(of.order, |update| {
            if update.flipped {
                last_flip = update.number;
            }
        });
        let state = one.descent.state().iter().zip(one.memory);
        runs.push(ClassicalRun {
            wrong: state.map(|(a, b)| (a ^ b).count_ones()).sum(),
            updates: run.updates,
            last_flip,
            flips: run.flips,
            fixed: one.descent.is_fixed().into(),
        });
    })?;
    Some(runs)
}

/// The energies of all runs of a trial, at the start and after every update; `None` if it was told to stop.
pub(super) fn energies(of: &Classical, place: &Place<'_>) -> Option<Vec<Vec<i64>>> {
    let mut runs = Vec::with_capacity((of.networks * of.runs) as usize);
    each_run(of, place, |mut one| {
        let mut energies = vec![one.descent.energy()];
        one.run(of.order, |update| energies.push(update.energy));
        runs.push(energies);
    })?;
    Some(runs)
}

/// One run, at its start.
struct One<'a, 'n> {
    memory: &'a [u32],
    descent: &'a mut Descent<'n>,
    seed: u64,
    order: &'a mut [u32],
}

impl One<'_, '_> {
    fn run(&mut self, order: Order, each: impl FnMut(Update<'_, i64>)) -> Run {
        let recall = match order {
            Order::Sweeps => Recall::sweeps(),
            Order::Random => Recall::new(),
        };
        let mut draws = update_order(self.seed, self.descent.state(), recall.run_number());
        descend(self.descent, &recall, &mut draws, self.order, each).expect("rules with an end")
    }
}

fn each_run(of: &Classical, place: &Place<'_>, mut take: impl FnMut(One<'_, '_>)) -> Option<()> {
    let words = bits::words_for(of.units);
    let steps = of.cost();
    let mut order = vec![0; of.units as usize];
    for network in 0..of.networks {
        place.go_on()?;
        let streams = Streams::new(place.seed, place.trial, network, of.units, of.memories);
        let memories = streams.memories();
        let network = Network::new(of.units, &memories);
        place.after(steps.network)?;
        let mut descent: Option<Descent<'_>> = None;
        for (run, memory) in (0..of.runs).zip(memories.chunks_exact(words)) {
            place.go_on()?;
            let start = streams.start(of.start, run, memory);
            let descent = match &mut descent {
                Some(descent) => {
                    descent.restart(&start);
                    descent
                }
                none => none.insert(network.start(&start)),
            };
            take(One {
                memory,
                descent,
                seed: streams.seed,
                order: &mut order,
            });
            place.after(steps.run)?;
        }
    }
    Some(())
}
