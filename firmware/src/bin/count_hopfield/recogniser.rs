//! Ten classes of 64 features in 4,096 bytes: by items that grow, by balanced rings of samples, or by means, which take less.

use core::hint::black_box;

#[cfg(feature = "count-recogniser-ring")]
use slotless_core::recogniser::Code;
#[cfg(not(any(feature = "count-recogniser-ring", feature = "count-recogniser-means")))]
use slotless_core::recogniser::{Grow as Kept, GrowParams as Params};
#[cfg(feature = "count-recogniser-means")]
use slotless_core::recogniser::{Means as Kept, MeansParams as Params};
use slotless_core::recogniser::{ParamsError, Recogniser};
#[cfg(feature = "count-recogniser-ring")]
use slotless_core::recogniser::{Replacement, Ring as Kept, RingParams as Params};
use slotless_core::rng::{Key, Purpose};
use slotless_firmware::println;
use static_cell::ConstStaticCell;

use crate::clock::Clock;
use crate::{Counts, Failed, measure};

const FEATURES: u32 = 64;
const CLASSES: u32 = 10;
type Sample = [u8; FEATURES as usize];

#[cfg(not(feature = "count-recogniser-means"))]
const WORDS: usize = 1024;
/// Samples learned before any is counted: all items are taken then.
const BEFORE: u32 = 400;
const COUNTED: u32 = 64;

#[cfg(not(any(feature = "count-recogniser-ring", feature = "count-recogniser-means")))]
const BUILT: Result<Params, ParamsError> = Params::within(FEATURES, WORDS);
#[cfg(feature = "count-recogniser-ring")]
const BUILT: Result<Params, ParamsError> =
    Params::within(FEATURES, WORDS, CODE, Replacement::Balanced);
#[cfg(feature = "count-recogniser-means")]
const BUILT: Result<Params, ParamsError> = Params::new(FEATURES, CLASSES, 256);

#[cfg(all(
    feature = "count-recogniser-ring",
    not(feature = "count-recogniser-thermometer")
))]
const CODE: Code = Code::Nibbles;
#[cfg(feature = "count-recogniser-thermometer")]
const CODE: Code = Code::Thermometer { bits: 3 };

const PARAMS: Params = match BUILT {
    Ok(params) => params,
    Err(_) => panic!("sizes out of range"),
};

static MEMORY: ConstStaticCell<[u32; PARAMS.words()]> = ConstStaticCell::new([0; _]);

pub fn run(clock: &Clock) -> Result<(), Failed> {
    let params = black_box(PARAMS);
    let mut memory = Kept::new(params, black_box(MEMORY.take().as_mut_slice()))?;
    println!("features = {=u32}", FEATURES);
    println!("ram_network = {=usize}", 4 * PARAMS.words());
    for number in 0..BEFORE {
        let (sample, label) = sample(number);
        memory.learn(&sample, label)?;
    }
    let [mut learns, mut recognises] = [(); 2].map(|()| Counts::default());
    for number in BEFORE..BEFORE + COUNTED {
        let (sample, label) = sample(number);
        let (taken, _) = measure(clock, &mut || {
            Recogniser::learn(&mut memory, &sample, label)?;
            Ok(false)
        })?;
        learns.add(taken);
    }
    let mut right = 0u32;
    for number in BEFORE + COUNTED..BEFORE + 2 * COUNTED {
        let (sample, label) = sample(number);
        let (taken, known) = measure(clock, &mut || {
            let found = Recogniser::recognise(&memory, &sample)?;
            Ok(found.is_some_and(|found| found.label() == label))
        })?;
        right += u32::from(known);
        recognises.add(taken);
    }
    learns.print("learn");
    recognises.print("recognise");
    println!("right_in_all = {=u32}", right);
    Ok(())
}

/// A sample around the centre of its class.
fn sample(number: u32) -> (Sample, u8) {
    let label = number % CLASSES;
    let centre = Key::new(1, Purpose(256)).derive(label);
    let around = Key::new(1, Purpose(257)).derive(number);
    let sample = core::array::from_fn(|feature| {
        let feature = feature as u32;
        let value = 64 + centre.at(feature) % 128 + around.at(feature) % 256;
        value.saturating_sub(128).min(255) as u8
    });
    (sample, label as u8)
}
