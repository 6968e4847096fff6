//! Prints the known answers of modern Hopfield networks and dense memories as this device computes them:
//! `tests/vectors/modern.txt`, less its comments. A program of its own, as both do not fit the smallest flash.

#![no_std]
#![no_main]

use slotless_core::selftest;
use slotless_firmware::{entry, exit, println};

#[entry]
fn main() -> ! {
    selftest::modern::vectors(|name: &str, value| println!("{=str} = {=u64:#018x}", name, value));
    exit(0)
}
