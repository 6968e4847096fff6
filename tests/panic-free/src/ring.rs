//! Slots, plain and coded, and sketches.

use slotless_core::ring::{
    Coded, CodedParams, Found, Match, Polar, PolarParams, Replacement, Sketches, SketchesParams,
    Slots, SlotsParams,
};

use crate::hopfield::memory;
use crate::{any, any_64, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    let replacement = match any() {
        0 => Replacement::Fifo,
        1 => Replacement::Random { seed: any_64() },
        2 => Replacement::Balanced {
            classes: any(),
            seed: any_64(),
        },
        _ => Replacement::Reservoir { seed: any_64() },
    };
    match SlotsParams::new(any(), any(), replacement) {
        Ok(params) => slots(params, words, more),
        Err(error) => show(&error),
    }
    match SketchesParams::new(any(), any(), any(), any_64()) {
        Ok(params) => sketches(params, words),
        Err(error) => show(&error),
    }
    match CodedParams::new(any(), any(), any()) {
        Ok(params) => coded(params, words, more),
        Err(error) => show(&error),
    }
    let params = PolarParams::builder(any(), any()).active(any());
    let params = params.sketch(any()).parities(any()).list(any());
    match params.build() {
        Ok(params) => polar(params, words, more),
        Err(error) => show(&error),
    }
}

fn found(found: Found) {
    for one in [found.best, found.next].into_iter().flatten() {
        matched(one);
    }
}

fn matched(one: Match) {
    keep((one.overlap(), one.most(), one.share()));
    keep((one.slot(), one.age()));
}

fn slots(params: SlotsParams, words: &mut [u32], more: &mut [u32]) {
    keep((params.visible(), params.slots(), params.replacement()));
    keep((params.pattern_words(), params.words()));
    keep((params.classes(), params.class_words()));
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    match Slots::new(params, &mut *words) {
        Ok(mut slots) => {
            match slots.learn(pattern) {
                Ok(slot) => keep(slot),
                Err(error) => show(&error),
            }
            match slots.learn_as(pattern, any()) {
                Ok(slot) => keep(slot),
                Err(error) => show(&error),
            }
            memory(&mut slots, more);
            keep(slots.into_words().len());
        }
        Err(error) => show(&error),
    }
    let slots = match Slots::open(params, &*words) {
        Ok(slots) => slots,
        Err(error) => return show(&error),
    };
    keep((slots.params().slots(), slots.learned(), slots.words().len()));
    keep((slots.pattern(any()), slots.class(any())));
    match slots.find(pattern) {
        Ok(both) => found(both),
        Err(error) => show(&error),
    }
    keep(slots.recall(pattern).is_ok());
}

fn sketches(params: SketchesParams, words: &mut [u32]) {
    keep((params.visible(), params.active(), params.slots()));
    keep((params.seed(), params.words()));
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    keep(params.sketch(pattern));
    match Sketches::new(params, &mut *words) {
        Ok(mut sketches) => {
            if let Err(error) = sketches.learn(pattern) {
                show(&error);
            }
            keep(sketches.into_words().len());
        }
        Err(error) => show(&error),
    }
    let sketches = match Sketches::open(params, &*words) {
        Ok(sketches) => sketches,
        Err(error) => return show(&error),
    };
    keep((sketches.params().slots(), sketches.learned()));
    keep(sketches.words().len());
    match sketches.find(pattern) {
        Ok(both) => found(both),
        Err(error) => show(&error),
    }
}

fn coded(params: CodedParams, words: &mut [u32], more: &mut [u32]) {
    keep((params.visible(), params.active(), params.code_words()));
    keep((params.rice(), params.typical(), params.words()));
    keep(params.scratch_words());
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    match Coded::new(params, &mut *words) {
        Ok(mut coded) => {
            if let Err(error) = coded.learn(pattern) {
                show(&error);
            }
            memory(&mut coded, more);
            keep(coded.into_words().len());
        }
        Err(error) => show(&error),
    }
    let coded = match Coded::open(params, &*words) {
        Ok(coded) => coded,
        Err(error) => return show(&error),
    };
    keep((coded.params().active(), coded.learned(), coded.kept()));
    keep(coded.words().len());
    match coded.find(pattern) {
        Ok(both) => found(both),
        Err(error) => show(&error),
    }
    if let Err(error) = coded.decode(more, |pattern| keep(pattern.len())) {
        show(&error);
    }
    match coded.recall(pattern, more) {
        Ok(recalled) => keep(recalled),
        Err(error) => show(&error),
    }
}

fn polar(params: PolarParams, words: &mut [u32], more: &mut [u32]) {
    keep((params.visible(), params.active(), params.slots()));
    keep((params.sketch(), params.parities(), params.list()));
    keep((params.group(), params.length(), params.slot_words()));
    keep((params.words(), params.scratch_words()));
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    match Polar::new(params, &mut *words) {
        Ok(mut polar) => {
            if let Err(error) = polar.learn(pattern) {
                show(&error);
            }
            memory(&mut polar, more);
            keep(polar.into_words().len());
        }
        Err(error) => show(&error),
    }
    let polar = match Polar::open(params, &*words) {
        Ok(polar) => polar,
        Err(error) => return show(&error),
    };
    keep((
        polar.params().active(),
        polar.learned(),
        polar.words().len(),
    ));
    match polar.recall(pattern, more) {
        Ok(recalled) => {
            keep((recalled.pattern, recalled.members, recalled.unknown));
            recalled.matched.into_iter().for_each(matched);
            keep(recalled.verified);
        }
        Err(error) => show(&error),
    }
}
