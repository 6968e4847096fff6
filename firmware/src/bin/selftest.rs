//! Prints every known answer of the core as this device computes it: `tests/vectors/kwinner.txt`, `hetero.txt`
//! and `classical.txt`, less their comments.

#![no_std]
#![no_main]

use slotless_core::hetero::{self, Allocation};
use slotless_core::hopfield::classical;
use slotless_core::kwinner::{Assignment, Params};
use slotless_core::selftest;
use slotless_core::weight::{Rounding, U16};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

// The widest case of each fixed run: the largest of their buffers hold every other.
const KWINNER: Params<U16> = match selftest::params(Rounding::Nearest, Assignment::Competitive) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};
const HETERO: hetero::Params<f32> =
    match selftest::hetero::builder::<f32>(3, Allocation::Item).build() {
        Ok(params) => params,
        Err(_) => panic!("parameters out of range"),
    };

const CLASSICAL: classical::Params = match selftest::classical::params(classical::Width::I32) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

const fn largest(sizes: [usize; 3]) -> usize {
    let [a, b, c] = sizes;
    let ab = if a > b { a } else { b };
    if ab > c { ab } else { c }
}

const WORDS_LEN: usize = largest([KWINNER.words(), HETERO.words(), CLASSICAL.words()]);
const SCRATCH_LEN: usize = largest([
    KWINNER.scratch_words(),
    HETERO.scratch_words(),
    CLASSICAL.scratch_words(),
]);

static WORDS: ConstStaticCell<[u32; WORDS_LEN]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; SCRATCH_LEN]> = ConstStaticCell::new([0; _]);

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
    if let Err(error) = selftest::classical::vectors(words, scratch, print) {
        error!("{}", error);
        exit(1)
    }
    exit(0)
}
