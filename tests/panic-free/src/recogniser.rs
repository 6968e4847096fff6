//! Recognisers: that which grows, rings of samples, means, labels over a memory, novelty.

use slotless_core::recogniser::{
    Code, Grow, GrowParams, Labelled, LabelledError, LabelledParams, Means, MeansParams, Novelty,
    Recogniser, RecogniserError, Recognition, Replacement, Ring, RingParams, Units,
};
use slotless_core::ring::{self, RingError, Slots, SlotsParams};

use crate::{any, any_64, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    grow(
        GrowParams::new(any(), any()).map(|params| params.seed(any_64())),
        words,
    );
    if let Ok(params) = GrowParams::new(any(), any()) {
        grow(params.fading(any()), words);
    }
    grow(GrowParams::within(any(), any() as usize), words);
    let (code, replacement) = any_ring();
    rings(RingParams::new(any(), any(), code, replacement), words);
    rings(
        RingParams::within(any(), any() as usize, code, replacement),
        words,
    );
    means(words);
    labelled(words, more);
}

/// What a ring of samples keeps, and of which.
pub fn any_ring() -> (Code, Replacement) {
    let replacement = match any() {
        0 => Replacement::Fifo,
        1 => Replacement::Balanced,
        _ => Replacement::Reservoir { seed: any_64() },
    };
    let code = match any() {
        0 => Code::Nibbles,
        _ => Code::Thermometer { bits: any() },
    };
    (code, replacement)
}

fn sample() -> [u8; 9] {
    [any() as u8; 9]
}

fn found(found: Option<Recognition>) {
    let Some(found) = found else { return };
    keep((found.label(), found.distance(), found.runner_up()));
    keep((found.margin(), found.score(), found.threshold()));
    keep(found.verdict());
}

/// A recogniser by itself, and one that is told no labels.
fn through<R: Recogniser<Error = RecogniserError>>(mut recogniser: R) {
    keep((recogniser.features(), recogniser.labels()));
    keep((recogniser.state_words(), recogniser.threshold()));
    let sample = sample();
    let sample = crate::black_box(&sample[..]);
    match recogniser.learn(sample, any() as u8) {
        Ok(outcome) => keep(outcome),
        Err(error) => show(&error),
    }
    match recogniser.recognise(sample) {
        Ok(recognised) => found(recognised),
        Err(error) => show(&error),
    }
    let mut usual = Novelty::new(recogniser);
    if let Err(error) = usual.learn(sample) {
        show(&error);
    }
    match usual.look(sample) {
        Ok(recognised) => found(recognised),
        Err(error) => show(&error),
    }
    keep(usual.verdict(sample).is_ok());
    keep(usual.recogniser().features());
    keep(usual.into_recogniser().labels());
}

fn grow(params: Result<GrowParams, slotless_core::recogniser::ParamsError>, words: &mut [u32]) {
    let params = match params {
        Ok(params) => params,
        Err(error) => return show(&error),
    };
    keep((params.features(), params.items(), params.item_words()));
    keep((params.label_words(), params.words()));
    keep(params.fades());
    match Grow::new(params, &mut *words) {
        Ok(grow) => through(grow),
        Err(error) => show(&error),
    }
    let grow = match Grow::open(params, &*words) {
        Ok(grow) => grow,
        Err(error) => return show(&error),
    };
    keep((grow.params().items(), grow.words().len(), grow.items()));
    keep((grow.items_of(any() as u8), grow.threshold()));
    let sample = sample();
    keep(grow.recognise(crate::black_box(&sample[..])).is_ok());
    keep(grow.into_words().len());
}

fn rings(params: Result<RingParams, slotless_core::recogniser::ParamsError>, words: &mut [u32]) {
    let params = match params {
        Ok(params) => params,
        Err(error) => return show(&error),
    };
    keep((params.features(), params.items(), params.item_words()));
    keep((params.label_words(), params.words()));
    keep((params.code(), params.replacement()));
    match Ring::new(params, &mut *words) {
        Ok(ring) => through(ring),
        Err(error) => show(&error),
    }
    let ring = match Ring::open(params, &*words) {
        Ok(ring) => ring,
        Err(error) => return show(&error),
    };
    keep((ring.params().items(), ring.words().len(), ring.items()));
    keep((ring.items_of(any() as u8), ring.threshold()));
    keep(ring.learned());
    let sample = sample();
    keep(ring.recognise(crate::black_box(&sample[..])).is_ok());
    keep(ring.into_words().len());
}

fn means(words: &mut [u32]) {
    let params = match MeansParams::new(any(), any(), any()) {
        Ok(params) => params,
        Err(error) => return show(&error),
    };
    keep((params.features(), params.labels(), params.window()));
    keep((params.mean_words(), params.words()));
    match Means::new(params, &mut *words) {
        Ok(means) => through(means),
        Err(error) => show(&error),
    }
    let means = match Means::open(params, &*words) {
        Ok(means) => means,
        Err(error) => return show(&error),
    };
    keep((means.params().labels(), means.words().len()));
    keep((means.samples_of(any() as u8), means.threshold()));
    let sample = sample();
    keep(means.recognise(crate::black_box(&sample[..])).is_ok());
    keep(means.into_words().len());
}

fn labelled(words: &mut [u32], more: &mut [u32]) {
    let units = match any() {
        0 => Units::Thermometer { bits: any() },
        _ => Units::Buckets { bits: any() },
    };
    let params = match LabelledParams::new(any(), units, any(), any()) {
        Ok(params) => params,
        Err(error) => return show(&error),
    };
    keep((params.features(), params.labels(), params.units()));
    keep((params.feature_units(), params.most_ones()));
    let Ok(slots) = SlotsParams::new(any(), any(), ring::Replacement::Fifo) else {
        return;
    };
    let Ok(memory) = Slots::new(slots, words) else {
        return;
    };
    keep(params.scratch_words(&memory));
    let mut labelled = match Labelled::new(memory, params, more) {
        Ok(labelled) => labelled,
        Err(error) => return show(&error),
    };
    keep((labelled.params().labels(), labelled.memory().learned()));
    let sample = sample();
    let sample = crate::black_box(&sample[..]);
    let wrong = |error: LabelledError<RingError>| show(&error);
    match labelled.learn(sample, any() as u8) {
        Ok(outcome) => keep(outcome),
        Err(error) => wrong(error),
    }
    match labelled.recognise(sample) {
        Ok(recognised) => found(recognised),
        Err(error) => wrong(error),
    }
    keep((labelled.threshold(), labelled.state_words()));
    keep(labelled.into_memory().learned());
}
