//! Smells learned from one reading each: a memory over the numbers of a sensor, without floating point.
//!
//! A reading of 32 channels becomes a code of 8 of 128 units by a sparse projection. What was taught is kept in two matrices of
//! counts of 2 bits, of fixed size: in the first a code settles, the second leads from there to the code of a name. Where too
//! few of the weights from the reading's units to those it settles in are there, nothing matches. The log has how many
//! readings are named rightly as noise grows, that smells never met match nothing, and what saturation does: increments lost
//! when the same is taught again, and what is left of the first when many others are taught.
//!
//! All numbers are integers: the log is the same on every machine, and a test on the host compares. Ends with 1 unless nine in
//! ten quiet readings are named and as many strange ones match nothing.

#![no_std]
#![no_main]

use defmt::Display2Format;
use slotless_firmware::{Lines, entry, error, exit};
use static_cell::ConstStaticCell;

mod demo;

static SETTLING: ConstStaticCell<[u32; demo::WORDS]> = ConstStaticCell::new([0; _]);
static NAMING: ConstStaticCell<[u32; demo::WORDS]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; demo::SCRATCH_WORDS]> = ConstStaticCell::new([0; _]);

#[entry]
fn main() -> ! {
    let mut log = Lines::new();
    match demo::run(&mut log, [SETTLING.take(), NAMING.take()], SCRATCH.take()) {
        Ok(0) => exit(0),
        Ok(_) => exit(1),
        Err(error) => {
            error!("{}", Display2Format(&error));
            exit(1)
        }
    }
}
