//! Attractor memories over codes: codes, projections, the index by every architecture, the matrix at every width.

use slotless_core::attractor::{
    self, CodeMemory, Gaussian, Index, MAX_UNITS, Matrix, Params, Recall, Rows, Sparse, code,
};
use slotless_core::fixed::types::I16F16;
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};

use crate::{any, any_64, hopfield, keep, show};

pub fn all(words: &mut [u32], more: &mut [u32]) {
    codes(words, more);
    let params = match Params::builder(any(), any()).seed(any_64()).build() {
        Ok(params) => params,
        Err(error) => return show(&error),
    };
    keep((params.units(), params.active(), params.seed(), MAX_UNITS));
    projections(params, words, more);
    index(params, words, more);
    matrix::<U1>(params, words, more);
    matrix::<U2>(params, words, more);
    matrix::<U4>(params, words, more);
    matrix::<U8>(params, words, more);
    matrix::<U16>(params, words, more);
}

fn codes(words: &mut [u32], more: &mut [u32]) {
    if let Err(error) = code::check(words, any()) {
        show(&error);
    }
    keep(code::overlap(words, more));
    code::to_bits(words, more);
    keep(code::from_bits(words, more));
}

fn some(error: Option<attractor::AttractorError>) {
    if let Some(error) = error {
        show(&error);
    }
}

fn projections(params: Params, words: &mut [u32], more: &mut [u32]) {
    keep(params.encode_words());
    let (mut real, mut whole) = ([f32::from_bits(any()); 24], [any() as i16; 24]);
    let real = crate::black_box(&mut real[..]);
    let whole = crate::black_box(&mut whole[..]);
    match Gaussian::new(any(), params) {
        Ok(projection) => {
            some(projection.row(any(), real).err());
            some(projection.encode(real, words, more).err());
        }
        Err(error) => show(&error),
    }
    match Rows::new(any(), params, real) {
        Ok(projection) => some(
            projection
                .encode(crate::black_box(&[0.0; 3][..]), words, more)
                .err(),
        ),
        Err(error) => show(&error),
    }
    match Sparse::new(any(), any(), params) {
        Ok(projection) => {
            keep((projection.taps(), projection.tap(any(), any())));
            some(projection.encode(whole, words, more).err());
        }
        Err(error) => show(&error),
    }
    some(attractor::quantize(real, whole).err());
    some(attractor::winners(&params, real, real, words, more).err());
    some(attractor::winners_among(&params, real, &[3, 5], real, words, more).err());
    let sums = [any() as i32; 24];
    let sums = crate::black_box(&sums[..]);
    some(attractor::integer_winners(&params, whole, sums, words, more).err());
}

fn recall(architecture: u32) -> Result<Recall, attractor::AttractorError> {
    let number = || I16F16::from_bits(any() as i32);
    let recall = match architecture {
        0 => Recall::flat(),
        1 => Recall::attractor(any())?,
        2 => Recall::hopfield(number(), any())?,
        3 => Recall::recurrent(any(), number())?,
        _ => Recall::two_stage(any(), number(), any())?,
    };
    let recall = recall.at_least(any()).clipped(any());
    keep((recall.architecture(), recall.least_overlap(), recall.full()));
    Ok(recall)
}

fn index(params: Params, words: &mut [u32], more: &mut [u32]) {
    keep(Index::<()>::words(params, any()));
    keep(Index::<()>::scratch_for(params, any()));
    let (mut cue, target) = ([any(); 16], [any(); 16]);
    let cue = crate::black_box(&mut cue[..]);
    let target = crate::black_box(&target[..]);
    match Index::new(params, any(), &mut *words) {
        Ok(mut index) => {
            match index.store(cue, target) {
                Ok(pair) => keep(pair),
                Err(error) => show(&error),
            }
            some(index.forget(any()).err());
        }
        Err(error) => show(&error),
    }
    if let Ok(recall) = recall(any())
        && let Ok(index) = Index::new(params, any(), &mut *words)
    {
        let mut memory = CodeMemory::new(index, recall);
        hopfield::memory(&mut memory, more);
        keep(memory.index().pairs());
        keep(memory.into_index().capacity());
    }
    let index = match Index::open(params, any(), &*words) {
        Ok(index) => index,
        Err(error) => return show(&error),
    };
    keep((index.params(), index.capacity(), index.pairs()));
    keep((index.buffer(), index.scratch_words()));
    keep((index.cue(any()), index.target(any())));
    some(index.overlaps(cue, more).err());
    some(index.nearest(cue, any(), more, keep).err());
    let recall = match recall(any()) {
        Ok(recall) => recall,
        Err(error) => return show(&error),
    };
    match index.recall(cue, &recall, more) {
        Ok(recalled) => {
            keep((recalled.matches(), recalled.share()));
            keep(recalled);
        }
        Err(error) => show(&error),
    }
    let hops = index.chain(target, any(), &recall, more, cue, |hop, recalled| {
        keep((hop, recalled));
    });
    match hops {
        Ok(hops) => keep(hops),
        Err(error) => show(&error),
    }
}

fn matrix<W: Width>(params: Params, words: &mut [u32], more: &mut [u32]) {
    keep(Matrix::<W, ()>::words(params));
    let (cue, target) = ([any(); 16], [any(); 16]);
    let cue = crate::black_box(&cue[..]);
    let target = crate::black_box(&target[..]);
    match Matrix::<W, _>::new(params, &mut *words) {
        Ok(mut matrix) => {
            for done in [
                matrix.learn(cue, target),
                matrix.learn_by(cue, target, any()),
            ] {
                match done {
                    Ok(lost) => keep(lost),
                    Err(error) => show(&error),
                }
            }
            hopfield::memory(&mut matrix, more);
        }
        Err(error) => show(&error),
    }
    let matrix = match Matrix::<W, _>::open(params, &*words) {
        Ok(matrix) => matrix,
        Err(error) => return show(&error),
    };
    keep((matrix.params(), matrix.buffer(), matrix.scratch_words()));
    keep((matrix.learned(), matrix.lost(), matrix.full()));
    match matrix.associate(cue, more) {
        Ok(code) => keep(code),
        Err(error) => show(&error),
    }
    let inhibition = I16F16::from_bits(any() as i32);
    match matrix.settle(cue, any(), inhibition, more) {
        Ok(settled) => keep((settled.code, settled.steps)),
        Err(error) => show(&error),
    }
}
