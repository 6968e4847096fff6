//! Prints the known answers of attractor memories over codes, of recency levels, of slots, of encoders, of recognisers and of words as
//! this device computes them: `tests/vectors/attractor.txt`, `recency.txt`, `ring.txt`, `encode.txt`, `recogniser.txt` and
//! `words.txt`, less their comments. A program of its own, as all do not fit the smallest flash.

#![no_std]
#![no_main]

use slotless_core::selftest;
use slotless_firmware::{entry, exit, println};

#[entry]
fn main() -> ! {
    let print = |name: &str, value| println!("{=str} = {=u64:#018x}", name, value);
    selftest::attractor::vectors(print);
    selftest::recency::vectors(print);
    selftest::ring::vectors(print);
    selftest::encode::vectors(print);
    selftest::recogniser::vectors(print);
    selftest::words::vectors(print);
    exit(0)
}
