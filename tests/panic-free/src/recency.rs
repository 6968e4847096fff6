//! Memories of recency levels.

use slotless_core::recency::{Match, Params, Recency};

use crate::hopfield::memory;
use crate::{any, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    let builder = Params::builder(any(), any()).active(any()).miss(any());
    for params in [
        builder.build(),
        builder.levels(any()).cap(any()).build(),
        builder.window(any()).build(),
    ] {
        match params {
            Ok(params) => packed(params, words, more),
            Err(error) => show(&error),
        }
    }
}

fn packed(params: Params, words: &mut [u32], more: &mut [u32]) {
    keep((params.visible(), params.rows(), params.levels()));
    keep((params.active(), params.cap(), params.hit(), params.miss()));
    keep((params.window(), params.group(), params.pattern_words()));
    keep((params.row_words(), params.words(), params.scratch_words()));
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
    for found in [
        recency.find(pattern, more),
        recency.runner_up(pattern, crate::any_64(), more),
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
