//! The modern network: 64 units, 16 random memories in flash, beta 1/2; cues whose second half is 0.

use core::hint::black_box;

#[cfg(any(feature = "count-modern-fixed", feature = "count-modern-table"))]
use fixed::types::I16F16;
#[cfg(not(any(feature = "count-modern-table", feature = "count-modern-micromath")))]
use slotless_core::hopfield::modern::Exact as Exponential;
#[cfg(feature = "count-modern-micromath")]
use slotless_core::hopfield::modern::Micromath as Exponential;
#[cfg(feature = "count-modern-table")]
use slotless_core::hopfield::modern::Table as Exponential;
use slotless_core::hopfield::modern::{Memories, Modern, Recall};
use slotless_firmware::println;
use static_cell::ConstStaticCell;

use crate::clock::Clock;
use crate::{Counts, Failed, measure};

const UNITS: usize = 64;
const MEMORIES: usize = 16;
const SCRATCH_WORDS: usize = 2 * (UNITS + MEMORIES);

#[cfg(any(feature = "count-modern-fixed", feature = "count-modern-table"))]
type Number = I16F16;
#[cfg(not(any(feature = "count-modern-fixed", feature = "count-modern-table")))]
type Number = f32;

/// A number of units of 1/65536.
#[cfg(any(feature = "count-modern-fixed", feature = "count-modern-table"))]
const fn number(steps: i32) -> Number {
    I16F16::from_bits(steps)
}
#[cfg(not(any(feature = "count-modern-fixed", feature = "count-modern-table")))]
const fn number(steps: i32) -> Number {
    steps as f32 / 65_536.0
}

/// Uniform in [-1, 1).
static NUMBERS: [[Number; UNITS]; MEMORIES] = {
    let mut numbers = [[number(0); UNITS]; MEMORIES];
    let mut state = 1u32;
    let mut place = 0;
    while place < UNITS * MEMORIES {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        numbers[place / UNITS][place % UNITS] = number((state >> 15) as i32 - (1 << 16));
        place += 1;
    }
    numbers
};

static SCRATCH: ConstStaticCell<[u32; SCRATCH_WORDS]> = ConstStaticCell::new([0; _]);

pub fn run(clock: &Clock) -> Result<(), Failed> {
    println!("units = {=u32}", UNITS as u32);
    println!("memories = {=u32}", MEMORIES as u32);
    println!("ram_scratch = {=usize}", 4 * SCRATCH_WORDS);
    let scratch = black_box(SCRATCH.take().as_mut_slice());
    let numbers = black_box(NUMBERS.as_flattened());
    let (units, beta) = black_box((UNITS as u32, number(1 << 15)));

    let [mut opens, mut steps] = [(); 2].map(|()| Counts::default());
    let [mut recalls, mut energies] = [(); 2].map(|()| Counts::default());
    let (mut shares, mut next) = ([number(0); MEMORIES], [number(0); UNITS]);
    let mut steps_in_all = 0;
    for memory in &NUMBERS {
        let mut cue = *memory;
        cue[UNITS / 2..].fill(number(0));
        let (taken, _) = measure(clock, &mut || {
            black_box(Memories::rows(numbers, units)?);
            Ok(false)
        })?;
        opens.add(taken);
        let memories = Memories::rows(numbers, units)?;
        let network = Modern::new(memories, beta)?.with_exponential::<Exponential>();
        let network = black_box(network);
        let (taken, _) = measure(clock, &mut || {
            network.step(&cue, &mut shares, &mut next)?;
            Ok(false)
        })?;
        steps.add(taken);
        let (taken, _) = measure(clock, &mut || {
            black_box(network.energy(&cue, scratch)?);
            Ok(false)
        })?;
        energies.add(taken);
        let (taken, _) = measure(clock, &mut || {
            steps_in_all += network.recall(&cue, &Recall::new(), scratch)?.steps;
            Ok(false)
        })?;
        recalls.add(taken);
    }
    opens.print("open");
    steps.print("step");
    recalls.print("recall");
    println!("steps_in_all = {=u32}", steps_in_all);
    energies.print("energy");
    Ok(())
}
