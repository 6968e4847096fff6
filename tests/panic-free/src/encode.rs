//! Encoders, alone and together, windows, n-grams and calibration.

use slotless_core::encode::{
    Bucket, Calibration, Circular, Decode, Estimate, NGram, Range, SparseRandom, Thermometer,
    Window, WindowParams,
};

use crate::{any, any_64, keep, show};

fn any_value() -> i32 {
    any() as i32
}

pub fn all(words: &mut [u32], more: &mut [u32]) {
    let range = match Range::new(any_value(), any_value()) {
        Ok(range) => range,
        Err(error) => return show(&error),
    };
    keep((range.low(), range.high(), range.width()));
    keep(range.step(any_value(), any()));
    keep(range.middle(any(), any()));
    let thermometer = Thermometer::new(range, any());
    let bucket = Bucket::new(range, any(), any());
    let circular = Circular::new(any(), any(), any());
    let sparse = SparseRandom::new(range, any(), any(), any(), any_64());
    match thermometer {
        Ok(one) => {
            keep((one.with_range(range).range(), one.units()));
            of(&one, words);
        }
        Err(error) => show(&error),
    }
    match bucket {
        Ok(one) => {
            keep((one.with_range(range).range(), one.units()));
            keep((one.active(), one.steps()));
            of(&one, words);
        }
        Err(error) => show(&error),
    }
    match circular {
        Ok(one) => {
            keep((one.period(), one.units(), one.active()));
            of(&one, words);
        }
        Err(error) => show(&error),
    }
    match sparse {
        Ok(one) => {
            keep((one.with_range(range).range(), one.units()));
            keep((one.active(), one.steps()));
            of(&one, words);
            window(&one, words, more);
        }
        Err(error) => show(&error),
    }
    if let (Ok(a), Ok(b), Ok(c), Ok(d)) = (thermometer, bucket, circular, sparse) {
        several(([b; 3], a, &c, d), words);
    }
    calibration();
}

fn of<E: Decode<Value = i32, Found = Option<Estimate>>>(encoder: &E, words: &mut [u32]) {
    keep((encoder.units(), encoder.ones(), encoder.fixed_ones()));
    encoder.write(any_value(), any(), words);
    if let Err(error) = encoder.encode(any_value(), words) {
        show(&error);
    }
    keep(encoder.read(words, any()));
    match encoder.decode(words) {
        Ok(Some(found)) => keep((found, found.share())),
        Ok(None) => {}
        Err(error) => show(&error),
    }
}

fn several<E>(all: E, words: &mut [u32])
where
    E: Decode<Value = ([i32; 3], i32, i32, i32)>,
{
    let values = ([any_value(); 3], any_value(), any_value(), any_value());
    keep((all.units(), all.ones(), all.fixed_ones()));
    if let Err(error) = all.encode(values, words) {
        show(&error);
    }
    match all.decode(words) {
        Ok(found) => keep(found),
        Err(error) => show(&error),
    }
}

fn window(encoder: &SparseRandom, words: &mut [u32], more: &mut [u32]) {
    let params = match WindowParams::new(any(), any()) {
        Ok(params) => params,
        Err(error) => return show(&error),
    };
    keep((params.units(), params.frames(), params.pattern_units()));
    keep((params.frame_words(), params.pattern_words(), params.words()));
    let pattern = [any(); 2];
    let pattern = crate::black_box(&pattern[..]);
    match Window::new(params, &mut *words) {
        Ok(mut window) => {
            for done in [
                window.push(pattern),
                window.push_value(encoder, any_value()),
            ] {
                if let Err(error) = done {
                    show(&error);
                }
            }
            window.clear();
            keep(window.into_words().len());
        }
        Err(error) => show(&error),
    }
    let window = match Window::open(params, &*words) {
        Ok(window) => window,
        Err(error) => return show(&error),
    };
    keep((window.params().frames(), window.words().len()));
    keep((window.filled(), window.frame(any()).len()));
    if let Err(error) = window.write(more) {
        show(&error);
    }
    let grams = match NGram::new(any(), any(), any()) {
        Ok(grams) => grams,
        Err(error) => return show(&error),
    };
    keep((grams.units(), grams.length(), grams.rotation()));
    let mut out = [any(); 2];
    let out = crate::black_box(&mut out[..]);
    for done in [
        grams.encode(window.frames(), more),
        grams.add(any(), pattern, more),
        grams.position(more, any(), out),
    ] {
        if let Err(error) = done {
            show(&error);
        }
    }
}

fn calibration() {
    let mut calibration = match Calibration::new(any(), any(), any()) {
        Ok(calibration) => calibration,
        Err(error) => return show(&error),
    };
    for _ in 0..any() {
        calibration.add(any_value());
    }
    keep((calibration.low(), calibration.high(), calibration.values()));
    keep(calibration.range(any()));
}
