//! Modern networks over each kind of number and exponential, attention, and the dense memory.

use slotless_core::attention::{Attention, Mask, Unseeing};
use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::dense::{Dense, Separation};
use slotless_core::hopfield::modern::{
    Exact, Exponential, Memories, Micromath, Modern, Recall, Table,
};
use slotless_core::hopfield::{self, Descend};
use slotless_core::real::{self, Real};

use crate::{any, any_64, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    keep(real::ln(any_float()));
    modern::<f32, Exact>(any_float, more);
    modern::<f32, Micromath>(any_float, more);
    modern::<I16F16, Exact>(any_fixed, more);
    modern::<I16F16, Table>(any_fixed, more);
    dense(words, more);
}

fn any_float() -> f32 {
    f32::from_bits(any())
}

fn any_fixed() -> I16F16 {
    I16F16::from_bits(any() as i32)
}

fn modern<R: Real, E: Exponential<R>>(number: fn() -> R, more: &mut [u32]) {
    let numbers = [number(); 40];
    let numbers = crate::black_box(&numbers[..]);
    let made = if any() == 0 {
        Memories::rows(numbers, any())
    } else {
        Memories::columns(numbers, any())
    };
    let memories = match made {
        Ok(memories) => memories,
        Err(error) => return show(&error),
    };
    keep((memories.count(), memories.units(), memories.layout()));
    keep((memories.numbers(), memories.largest_square()));
    memories.memory(any()).for_each(keep);
    let network = match Modern::new(memories, number()) {
        Ok(network) => network.with_exponential::<E>(),
        Err(error) => return show(&error),
    };
    keep((network.beta(), network.scratch_words()));
    keep(network.memories().count());
    let (mut room, mut other) = ([number(); 40], [number(); 40]);
    let room = crate::black_box(&mut room[..]);
    let other = crate::black_box(&mut other[..]);
    let state = crate::black_box(numbers);
    let recall = Recall::new()
        .state_tolerance(Some(number()))
        .shares_tolerance(Some(number()))
        .max_steps(Some(any()));
    keep(recall.rules());
    keep(recall.ended(any(), [state, numbers], [numbers, state]));
    for error in [
        recall.check().err(),
        network.similarities(state, room).err(),
        network.step(state, room, other).err(),
        network.lse(state, more).map(keep).err(),
        network.energy(state, more).map(keep).err(),
        network.recall(state, &recall, more).map(keep).err(),
        network
            .recall_with(state, &recall, more, |step| {
                keep((step.number, step.state, step.shares));
                keep(step.energy());
            })
            .map(keep)
            .err(),
    ]
    .into_iter()
    .flatten()
    {
        show(&error);
    }
    let mut z = [number(); 8];
    let sum = E::softmax(number(), crate::black_box(&mut z[..]));
    keep((sum.largest(), E::lse(number(), sum)));
    keep(E::energy(number(), sum, any(), number(), number()));
    attention::<R, E>(memories, number(), state, room, other, more);
}

fn attention<R: Real, E: Exponential<R>>(
    memories: Memories<'_, R>,
    beta: R,
    queries: &[R],
    shares: &mut [R],
    out: &mut [R],
    more: &mut [u32],
) {
    let head = match Attention::new(memories, memories, beta) {
        Ok(head) => head.with_exponential::<E>(),
        Err(error) => return show(&error),
    };
    let head = match any() {
        0 => head,
        _ => head.with_unseeing(Unseeing::Zeros),
    };
    keep((head.network().beta(), head.values().count()));
    keep(head.unseeing());
    let words = [any(); 8];
    let mask = match any() {
        0 => Mask::None,
        1 => Mask::Causal,
        2 => Mask::CausalAtEnd,
        _ => Mask::Allowed(crate::black_box(&words[..])),
    };
    if let Err(error) = head.attend(queries, mask, shares, out) {
        show(&error);
    }
    match head.recall(queries, &Recall::new(), more, out) {
        Ok(recalled) => keep(recalled),
        Err(error) => show(&error),
    }
}

fn dense(words: &mut [u32], more: &mut [u32]) {
    let separation = match any() {
        0 => Separation::Power(any()),
        _ => Separation::Rectified(any()),
    };
    keep((separation.degree(), separation.of(any() as i32)));
    let network = match Dense::new(words, any(), separation) {
        Ok(network) => network.with_seed(any_64()),
        Err(error) => return show(&error),
    };
    keep((network.units(), network.count(), network.scratch_words()));
    keep((network.memories(), network.separation()));
    let state = [any(); 8];
    let state = crate::black_box(&state[..]);
    match network.energy(state) {
        Ok(energy) => keep(energy),
        Err(error) => show(&error),
    }
    match network.start(state, more) {
        Ok(mut descent) => {
            keep((descent.update(any()), descent.gain(any())));
            keep((descent.energy(), descent.units()));
            keep(descent.similarities());
            keep(descent.into_state());
        }
        Err(error) => show(&error),
    }
    let recall = hopfield::Recall::sweeps();
    match network.recall(state, &recall, more) {
        Ok(recalled) => keep(recalled),
        Err(error) => show(&error),
    }
    match network.recall_with(state, &recall, more, |update| keep(update)) {
        Ok(recalled) => keep(recalled),
        Err(error) => show(&error),
    }
}
