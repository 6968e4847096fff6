//! Prints every known answer of the core as this device computes it: `tests/vectors/kwinner.txt`, less its comments.

#![no_std]
#![no_main]

use slotless_core::kwinner::{Assignment, Params};
use slotless_core::selftest;
use slotless_core::weight::{Rounding, U16};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

// The widest case of the fixed run: its buffers hold every other.
const WIDEST: Params<U16> = match selftest::params(Rounding::Nearest, Assignment::Competitive) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static WORDS: ConstStaticCell<[u32; WIDEST.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; WIDEST.scratch_words()]> = ConstStaticCell::new([0; _]);

#[entry]
fn main() -> ! {
    let print = |name: &str, value| println!("{=str} = {=u64:#018x}", name, value);
    match selftest::vectors(WORDS.take(), SCRATCH.take(), print) {
        Ok(()) => exit(0),
        Err(error) => {
            error!("{}", error);
            exit(1)
        }
    }
}
