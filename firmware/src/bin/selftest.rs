//! Prints every known answer of the core as this device computes it: `tests/vectors/kwinner.txt` and `hetero.txt`, less
//! their comments.

#![no_std]
#![no_main]

use slotless_core::hetero::{self, Allocation};
use slotless_core::kwinner::{Assignment, Params};
use slotless_core::selftest;
use slotless_core::weight::{Rounding, U16};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

// The widest case of either fixed run: the larger of their buffers hold every other.
const KWINNER: Params<U16> = match selftest::params(Rounding::Nearest, Assignment::Competitive) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};
const HETERO: hetero::Params<f32> =
    match selftest::hetero::builder::<f32>(3, Allocation::Item).build() {
        Ok(params) => params,
        Err(_) => panic!("parameters out of range"),
    };

const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

static WORDS: ConstStaticCell<[u32; larger(KWINNER.words(), HETERO.words())]> =
    ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; larger(KWINNER.scratch_words(), HETERO.scratch_words())]> =
    ConstStaticCell::new([0; _]);

#[entry]
fn main() -> ! {
    let print = |name: &str, value| println!("{=str} = {=u64:#018x}", name, value);
    let (words, scratch) = (WORDS.take(), SCRATCH.take());
    if let Err(error) = selftest::vectors(words, scratch, print) {
        error!("{}", error);
        exit(1)
    }
    if let Err(error) = selftest::hetero::vectors(words, scratch, print) {
        error!("{}", error);
        exit(1)
    }
    exit(0)
}
