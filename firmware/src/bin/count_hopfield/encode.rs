//! Encoders of 256 units, 16 ones each, and several sensors in one pattern of 48 ones: what a value takes, and back.

use core::hint::black_box;

use slotless_core::bits;
use slotless_core::encode::{
    Bucket, Calibration, Circular, Decode, Encode, NGram, Range, SparseRandom, Thermometer, Window,
    WindowParams,
};
use slotless_core::rng::{Key, Purpose};
use slotless_firmware::println;

use crate::clock::Clock;
use crate::{Counts, Failed, measure};

const UNITS: u32 = 256;
const ONES: u32 = 16;
const VALUES: u32 = 64;
type Pattern = [u32; bits::words_for(UNITS)];

const WINDOW: WindowParams = match WindowParams::new(UNITS, 3) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

/// Counts of one encoder: to encode, and to decode.
fn of<E: Decode>(
    clock: &Clock,
    encoder: &E,
    value: impl Fn(u32) -> E::Value,
) -> Result<[Counts; 2], Failed> {
    let encoder = black_box(encoder);
    let [mut encodes, mut decodes] = [(); 2].map(|()| Counts::default());
    for number in 0..VALUES {
        let (value, mut pattern) = (value(number), Pattern::default());
        let (taken, _) = measure(clock, &mut || {
            encoder.encode(value, &mut pattern)?;
            Ok(false)
        })?;
        encodes.add(taken);
        let (taken, _) = measure(clock, &mut || {
            black_box(encoder.decode(black_box(&pattern))?);
            Ok(false)
        })?;
        decodes.add(taken);
    }
    Ok([encodes, decodes])
}

pub fn run(clock: &Clock) -> Result<(), Failed> {
    println!("units = {=u32}", UNITS);
    let range = Range::I16;
    let sparse = SparseRandom::new(range, 1_000, UNITS, ONES, 1)?;
    let [thermometer, _] = of(clock, &Thermometer::new(range, UNITS)?, drawn)?;
    thermometer.print("thermometer");
    let [bucket, back] = of(clock, &Bucket::new(range, UNITS, ONES)?, drawn)?;
    bucket.print("bucket");
    back.print("bucket_back");
    let [circular, _] = of(clock, &Circular::new(3_600, UNITS, ONES)?, drawn)?;
    circular.print("circular");
    let [random, back] = of(clock, &sparse, drawn)?;
    random.print("sparse");
    back.print("sparse_back");

    let axis = Bucket::new(Range::new(-4_096, 4_095)?, 39, 8)?;
    let temperature = Bucket::new(Range::new(-200, 500)?, 43, 8)?;
    let (heading, time) = (Circular::new(360, 48, 8)?, Circular::new(1_440, 48, 8)?);
    let value = |number| {
        let value = |part| drawn(number + part * VALUES);
        ([value(0), value(1), value(2)], value(3), value(4), value(5))
    };
    let [all, back] = of(clock, &([axis; 3], temperature, heading, time), value)?;
    all.print("sensors");
    back.print("sensors_back");

    let mut window = Window::new(WINDOW, black_box([0; WINDOW.words()]))?;
    let grams = black_box(NGram::new(UNITS, 3, 1)?);
    let mut calibration = black_box(Calibration::new(1_311, 64_225, 2_048)?);
    let [mut pushes, mut combines, mut adds] = [(); 3].map(|()| Counts::default());
    for number in 0..VALUES {
        let (value, mut pattern) = (drawn(number), Pattern::default());
        sparse.encode(value, &mut pattern)?;
        let (taken, _) = measure(clock, &mut || {
            window.push(&pattern)?;
            Ok(false)
        })?;
        pushes.add(taken);
        let (taken, _) = measure(clock, &mut || {
            grams.encode(window.frames(), &mut pattern)?;
            Ok(false)
        })?;
        combines.add(taken);
        let (taken, _) = measure(clock, &mut || {
            calibration.add(value);
            Ok(false)
        })?;
        adds.add(taken);
    }
    pushes.print("push");
    combines.print("ngram");
    adds.print("calibrate");
    let span = calibration.range(1).map_or(0, |range| range.width() as u32);
    println!("calibrated_width = {=u32}", span);
    Ok(())
}

/// Uniform in 16 bits.
fn drawn(number: u32) -> i32 {
    (Key::new(1, Purpose(256)).at(number) >> 16) as i32 - (1 << 15)
}
