//! Memories of recency levels.

use slotless_core::recency::plain::{Levels, Pairs, PairsParams, PlainParams};
use slotless_core::recency::{Match, Params, Recency};

use crate::hopfield::memory;
use crate::{any, any_64, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    let builder = Params::builder(any(), any()).active(any()).miss(any());
    for params in [
        builder.build(),
        builder.levels(any()).cap(any()).build(),
        builder.window(any()).build(),
        builder.build_in(any_64()),
        builder.build_for(any_64(), any_64()),
    ] {
        match params {
            Ok(params) => packed(params, words, more),
            Err(error) => show(&error),
        }
    }
    let builder = PlainParams::builder(any(), any()).levels(any());
    let builder = builder.active(any()).parts(any()).draws(any());
    match builder.miss(any()).seed(any_64()).build() {
        Ok(params) => plain(params, words, more),
        Err(error) => show(&error),
    }
    let builder = PairsParams::builder(any(), any()).levels(any());
    let builder = builder.active(any()).rested(any());
    match builder.miss(any()).seed(any_64()).build() {
        Ok(params) => pairs(params, words, more),
        Err(error) => show(&error),
    }
}

fn pairs(params: PairsParams, words: &mut [u32], more: &mut [u32]) {
    keep((params.visible(), params.rows(), params.levels()));
    keep((params.active(), params.rested(), params.hit()));
    keep((params.miss(), params.seed(), params.pattern_words()));
    keep((params.row_words(), params.words(), params.scratch_words()));
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    match Pairs::new(params, &mut *words) {
        Ok(mut pairs) => {
            if let Err(error) = pairs.learn(pattern, more) {
                show(&error);
            }
            memory(&mut pairs, more);
            keep(pairs.into_words().len());
        }
        Err(error) => show(&error),
    }
    let pairs = match Pairs::open(params, &*words) {
        Ok(pairs) => pairs,
        Err(error) => return show(&error),
    };
    keep((pairs.params().rows(), pairs.learned()));
    keep((pairs.words().len(), pairs.weight(any(), any())));
    match pairs.recall(pattern, more) {
        Ok(recalled) => {
            keep((recalled.unit(any()), recalled.share()));
            recalled.winners().for_each(keep);
            keep(recalled);
        }
        Err(error) => show(&error),
    }
}

fn plain(params: PlainParams, words: &mut [u32], more: &mut [u32]) {
    keep((params.visible(), params.rows(), params.levels()));
    keep((params.active(), params.parts(), params.draws()));
    keep((params.hit(), params.miss(), params.seed(), params.group()));
    keep((params.pattern_words(), params.row_words(), params.words()));
    keep(params.scratch_words());
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    match Levels::new(params, &mut *words) {
        Ok(mut levels) => {
            if let Err(error) = levels.learn(pattern, more) {
                show(&error);
            }
            keep(levels.set_weight(any(), any(), any()));
            memory(&mut levels, more);
            keep(levels.into_words().len());
        }
        Err(error) => show(&error),
    }
    let levels = match Levels::open(params, &*words) {
        Ok(levels) => levels,
        Err(error) => return show(&error),
    };
    keep((levels.params().rows(), levels.learned()));
    keep((levels.words().len(), levels.weight(any(), any())));
    match levels.recall(pattern, more) {
        Ok(recalled) => {
            keep((recalled.unit(any()), recalled.share()));
            recalled.winners().for_each(keep);
            keep(recalled);
        }
        Err(error) => show(&error),
    }
}

fn packed(params: Params, words: &mut [u32], more: &mut [u32]) {
    keep((params.visible(), params.rows(), params.levels()));
    keep((params.active(), params.cap(), params.hit(), params.miss()));
    keep((params.window(), params.group(), params.pattern_words()));
    keep((params.row_words(), params.words(), params.scratch_words()));
    keep(params.rotation(any_64()));
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    match Recency::new(params, &mut *words) {
        Ok(mut recency) => {
            match recency.learn(pattern, more) {
                Ok(event) => keep(event),
                Err(error) => show(&error),
            }
            memory(&mut recency, more);
            keep(recency.into_words().len());
        }
        Err(error) => show(&error),
    }
    let recency = match Recency::open(params, &*words) {
        Ok(recency) => recency,
        Err(error) => return show(&error),
    };
    keep((recency.params().rows(), recency.words().len()));
    keep(recency.learned());
    recency.levels(any()).for_each(keep);
    for found in [
        recency.find(pattern, more),
        recency.runner_up(pattern, any_64(), more),
    ] {
        match found {
            Ok(found) => found.into_iter().for_each(matched),
            Err(error) => show(&error),
        }
    }
    match recency.recall(pattern, more) {
        Ok(recalled) => {
            keep(recalled.unit(any()));
            keep(recalled);
        }
        Err(error) => show(&error),
    }
}

fn matched(found: Match) {
    keep((found.score(), found.most(), found.share()));
    keep((found.age(), found.row(), found.level()));
}
