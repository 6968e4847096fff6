//! The Hopfield networks, and what all memories have in common.

use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::classical::{Classical, Params, Width};
use slotless_core::hopfield::dense::Separation;
use slotless_core::hopfield::modern::Table;
use slotless_core::hopfield::{
    Descend, Kind, Recall, StoredDense, StoredModern, descend, identify, nearest, update_order,
};
use slotless_core::memory::Memory;

use crate::{any, any_64, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    keep((nearest(words, more), Width::for_memories(any())));
    keep((width().bits(), width().largest()));
    match identify(words, more, any(), any()) {
        Ok(found) => match found.kind {
            Kind::Mixture(mixture) => keep(mixture.parts().len()),
            kind => keep(kind),
        },
        Err(error) => show(&error),
    }
    let params = Params::builder(any(), any()).width(width()).seed(any_64());
    for params in [params, params.thresholds()] {
        match params.build() {
            Ok(params) => classical(params, words, more),
            Err(error) => show(&error),
        }
    }
    match StoredModern::new(any(), f32::from_bits(any()), &mut *words) {
        Ok(mut stored) => memory(&mut stored, more),
        Err(error) => show(&error),
    }
    match StoredModern::new(any(), I16F16::from_bits(any() as i32), &mut *words) {
        Ok(stored) => memory(&mut stored.with_exponential::<Table>(), more),
        Err(error) => show(&error),
    }
    for separation in [Separation::Power(any()), Separation::Rectified(any())] {
        match StoredDense::new(any(), separation, &mut *words) {
            Ok(mut stored) => memory(&mut stored, more),
            Err(error) => show(&error),
        }
    }
}

fn width() -> Width {
    match any() {
        0 => Width::I8,
        1 => Width::I16,
        _ => Width::I32,
    }
}

fn classical(params: Params, words: &mut [u32], more: &mut [u32]) {
    keep((params.units(), params.width(), params.has_thresholds()));
    keep((params.seed(), params.largest_weight()));
    keep((
        params.words(),
        params.scratch_words(),
        params.pattern_words(),
    ));
    keep(Params::largest_threshold());
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    match Classical::new(params, &mut *words) {
        Ok(mut network) => {
            for done in [
                network.store(pattern),
                network.set_threshold(any(), any() as i32),
            ] {
                if let Err(error) = done {
                    show(&error);
                }
            }
            memory(&mut network, more);
            keep(network.into_words().len());
        }
        Err(error) => show(&error),
    }
    let network = match Classical::open(params, &*words) {
        Ok(network) => network,
        Err(error) => return show(&error),
    };
    keep((
        network.params().units(),
        network.words().len(),
        network.stored(),
    ));
    keep((network.weight(any(), any()), network.threshold(any())));
    match network.energy(pattern) {
        Ok(energy) => keep(energy),
        Err(error) => show(&error),
    }
    for recall in [recall(Recall::new()), recall(Recall::sweeps())] {
        match network.recall(pattern, &recall, more) {
            Ok(recalled) => keep(recalled),
            Err(error) => show(&error),
        }
        match network.recall_with(pattern, &recall, more, |update| keep(update)) {
            Ok(recalled) => keep(recalled),
            Err(error) => show(&error),
        }
    }
    match network.start(pattern, more) {
        Ok(mut descent) => {
            keep(descent.field(any()));
            run(&mut descent);
            keep(descent.is_fixed_point());
            keep(descent.into_state());
        }
        Err(error) => show(&error),
    }
}

fn recall<E: Copy>(recall: Recall<'_, E>) -> Recall<'_, E> {
    let memories: &'static [u32] = &[1, 2, 3, 4];
    let recall = recall
        .patience(Some(any_64()))
        .max_updates(Some(any_64()))
        .memories(crate::black_box(memories))
        .run(any());
    keep(recall.run_number());
    recall
}

/// What every descent has.
pub fn run<D: Descend>(descent: &mut D) {
    keep((
        descent.units(),
        descent.state().len(),
        descent.update(any()),
    ));
    let rules = recall(Recall::sweeps()).energy_floor(Some(descent.energy()));
    let mut order = [0; 8];
    let mut draws = update_order(any_64(), descent.state(), any());
    match descend(descent, &rules, &mut draws, &mut order, |update| {
        keep(update.unit)
    }) {
        Ok(run) => keep(run),
        Err(error) => show(&error),
    }
}

/// What every memory has.
pub fn memory<M: Memory>(memory: &mut M, scratch: &mut [u32]) {
    keep((memory.units(), memory.stored(), memory.capacity()));
    keep((memory.state_words(), memory.scratch_words()));
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    if let Err(error) = memory.store(pattern, scratch) {
        show(&error);
    }
    match memory.recall(pattern, scratch) {
        Ok(recalled) => keep(recalled),
        Err(error) => show(&error),
    }
}
