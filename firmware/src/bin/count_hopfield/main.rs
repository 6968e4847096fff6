//! Instructions and stack of a Hopfield network, an attractor memory, a memory of the last patterns, encoders, a recogniser or a store, chosen by
//! features: what `budgets.toml` holds it to.
//!
//! As `count` does it, and only for QEMU that counts instructions: `cargo m4 --bin count_hopfield -- --icount`, with
//! `--features count-modern-table` and the like for other networks. Prints `name = number` lines: sizes, instructions as the
//! mean and the largest, stack in bytes below the caller's frame.

#![no_std]
#![no_main]

use slotless_firmware::{entry, error, exit, println};

use crate::clock::Clock;

// The same program without a network is what sizes are compared with.
#[cfg_attr(feature = "count-nothing", path = "nothing.rs")]
#[cfg_attr(
    all(feature = "count-modern", not(feature = "count-nothing")),
    path = "modern.rs"
)]
#[cfg_attr(
    all(feature = "count-attractor", not(feature = "count-nothing")),
    path = "attractor.rs"
)]
#[cfg_attr(
    all(feature = "count-recency", not(feature = "count-nothing")),
    path = "recency.rs"
)]
#[cfg_attr(
    all(feature = "count-encode", not(feature = "count-nothing")),
    path = "encode.rs"
)]
#[cfg_attr(
    all(feature = "count-recogniser", not(feature = "count-nothing")),
    path = "recogniser.rs"
)]
#[cfg_attr(
    all(feature = "count-store", not(feature = "count-nothing")),
    path = "store.rs"
)]
#[cfg_attr(
    not(any(
        feature = "count-modern",
        feature = "count-attractor",
        feature = "count-recency",
        feature = "count-encode",
        feature = "count-recogniser",
        feature = "count-store",
        feature = "count-nothing"
    )),
    path = "classical.rs"
)]
mod case;
#[path = "../count/clock.rs"]
mod clock;
#[path = "../count/stack.rs"]
mod stack;

/// A call failed, and the log says why.
struct Failed;

impl<E: defmt::Format> From<E> for Failed {
    fn from(error: E) -> Self {
        error!("{}", error);
        Self
    }
}

/// Instructions of calls, and their deepest stack.
#[derive(Default)]
struct Counts {
    calls: u32,
    sum: u32,
    largest: u32,
    stack: u32,
}

impl Counts {
    fn add(&mut self, (instructions, stack): (u32, u32)) {
        self.calls += 1;
        self.sum += instructions;
        self.largest = self.largest.max(instructions);
        self.stack = self.stack.max(stack);
    }

    #[inline(never)]
    fn print(&self, name: &str) {
        println!("{=str} = {=u32}", name, self.sum / self.calls.max(1));
        println!("{=str}_largest = {=u32}", name, self.largest);
        println!("stack_{=str} = {=u32}", name, self.stack);
    }
}

/// Instructions and stack of a call, and what it gave. It goes through a pointer, so that nothing is worked out before it.
#[inline(never)]
fn measure(
    clock: &Clock,
    call: &mut dyn FnMut() -> Result<bool, Failed>,
) -> Result<((u32, u32), bool), Failed> {
    let (stack, (instructions, result)) = stack::depth(|| clock.count(call));
    Ok(((instructions, stack), result?))
}

#[entry]
fn main() -> ! {
    let Some(clock) = Clock::new() else {
        error!(
            "this clock counts no instructions: QEMU has to, as in `cargo m4 --bin count_hopfield -- --icount`"
        );
        exit(1)
    };
    match case::run(&clock) {
        Ok(()) => exit(0),
        Err(Failed) => exit(1),
    }
}
