//! Prints the known answers of attractor memories over codes as this device computes them: `tests/vectors/attractor.txt`,
//! less its comments. A program of its own, as all do not fit the smallest flash.

#![no_std]
#![no_main]

use slotless_core::selftest;
use slotless_firmware::{entry, exit, println};

#[entry]
fn main() -> ! {
    selftest::attractor::vectors(|name: &str, value| {
        println!("{=str} = {=u64:#018x}", name, value)
    });
    exit(0)
}
