//! Hopfield networks on the device: pictures recalled from noise and from halves, as ASCII art.
//!
//! First the classical network, whose weights of 8 bits are in RAM: four pictures from noise and from their upper halves;
//! the inverse of one and a mixture of three, which it stores with them; then all sixteen, which are too many for it and not
//! for dense associative memory of degree 3 beside it. Then the modern network in fixed point with a table exponential, step
//! by step, grey where it is undecided; at last at a temperature too high, where it comes to a mean of all. The last two
//! networks read their memories from flash.
//!
//! All numbers are integers or fixed point: the log is the same on every machine, and a test on the host compares. Ends with
//! 1 unless each is recalled that should be.

#![no_std]
#![no_main]

use defmt::Display2Format;
use slotless_firmware::{Lines, entry, error, exit};
use static_cell::ConstStaticCell;

mod demo;

static WORDS: ConstStaticCell<[u32; demo::WORDS]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; demo::SCRATCH_WORDS]> = ConstStaticCell::new([0; _]);

#[entry]
fn main() -> ! {
    let mut log = Lines::new();
    match demo::run(&mut log, WORDS.take(), SCRATCH.take()) {
        Ok(0) => exit(0),
        Ok(_) => exit(1),
        Err(error) => {
            error!("{}", Display2Format(&error));
            exit(1)
        }
    }
}
