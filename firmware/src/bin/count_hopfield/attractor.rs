//! A matrix of counts from codes to codes, 8 of 256 units: codes of 64 integers by a sparse projection, 32 pairs.

use core::hint::black_box;

use slotless_core::attractor::{Matrix, Params, Sparse, code};
use slotless_core::rng::{Key, Purpose};
#[cfg(not(feature = "count-attractor-u4"))]
use slotless_core::weight::U1 as Width;
#[cfg(feature = "count-attractor-u4")]
use slotless_core::weight::U4 as Width;
use slotless_firmware::println;
use static_cell::ConstStaticCell;

use crate::clock::Clock;
use crate::{Counts, Failed, measure};

const UNITS: u32 = 256;
const ACTIVE: usize = 8;
const INPUTS: usize = 64;
const TAPS: u32 = 8;
const PAIRS: u32 = 32;
type Code = [u32; ACTIVE];

const PARAMS: Params = match Params::builder(UNITS, ACTIVE as u32).seed(1).build() {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

const SCRATCH_WORDS: usize = Matrix::<Width, ()>::scratch_for(PARAMS);

static WORDS: ConstStaticCell<[u32; Matrix::<Width, ()>::words(PARAMS)]> =
    ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; SCRATCH_WORDS]> = ConstStaticCell::new([0; _]);

pub fn run(clock: &Clock) -> Result<(), Failed> {
    println!("units = {=u32}", UNITS);
    println!("pairs = {=u32}", PAIRS);
    println!(
        "ram_network = {=usize}",
        4 * Matrix::<Width, ()>::words(PARAMS)
    );
    println!("ram_scratch = {=usize}", 4 * SCRATCH_WORDS);
    let scratch = black_box(SCRATCH.take().as_mut_slice());
    let params = black_box(PARAMS);
    let projection = black_box(Sparse::new(INPUTS as u32, TAPS, params)?);
    let mut memory = Matrix::<Width, _>::new(params, black_box(WORDS.take().as_mut_slice()))?;

    let [mut encodes, mut learns, mut recalls] = [(); 3].map(|()| Counts::default());
    for number in 0..PAIRS {
        let (input, mut target) = (drawn(number + 1), Code::default());
        let (taken, _) = measure(clock, &mut || {
            projection.encode(&input, scratch, &mut target)?;
            Ok(false)
        })?;
        encodes.add(taken);
        let cue = coded(&projection, number, scratch)?;
        let (taken, _) = measure(clock, &mut || {
            black_box(memory.learn(&cue, &target)?);
            Ok(false)
        })?;
        learns.add(taken);
    }
    let mut right = 0;
    for number in 0..PAIRS {
        let cue = coded(&projection, number, scratch)?;
        let target = coded(&projection, number + 1, scratch)?;
        let (taken, _) = measure(clock, &mut || {
            right += code::overlap(memory.associate(&cue, scratch)?, &target);
            Ok(false)
        })?;
        recalls.add(taken);
    }
    encodes.print("encode");
    learns.print("learn");
    recalls.print("recall");
    println!("right_in_all = {=u32}", right);
    Ok(())
}

/// Uniform in 16 bits.
fn drawn(number: u32) -> [i16; INPUTS] {
    let key = Key::new(1, Purpose(256)).derive(number);
    core::array::from_fn(|place| key.at(place as u32) as i16)
}

fn coded(projection: &Sparse, number: u32, scratch: &mut [u32]) -> Result<Code, Failed> {
    let mut code = Code::default();
    projection.encode(&drawn(number), scratch, &mut code)?;
    Ok(code)
}
