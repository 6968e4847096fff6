//! No network: the program around it, whose size is taken off.

use core::hint::black_box;

use crate::clock::Clock;
use crate::{Counts, Failed, measure};

pub fn run(clock: &Clock) -> Result<(), Failed> {
    let mut counts = Counts::default();
    let (taken, _) = measure(clock, &mut || Ok(black_box(false)))?;
    counts.add(taken);
    counts.print("nothing");
    Ok(())
}
