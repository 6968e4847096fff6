//! The last patterns of 20 of 256 units in 8,000 bytes: as recency levels, as plain slots in turn, or as codes.

use core::hint::black_box;

use slotless_core::bits;
use slotless_core::memory::Memory;
#[cfg(not(any(feature = "count-recency-slots", feature = "count-recency-codes")))]
use slotless_core::recency::{Params, Recency as Kept};
#[cfg(feature = "count-recency-codes")]
use slotless_core::ring::{Coded as Kept, CodedParams as Params};
#[cfg(feature = "count-recency-slots")]
use slotless_core::ring::{Replacement, Slots as Kept, SlotsParams as Params};
use slotless_core::rng::{self, Purpose};
use slotless_firmware::println;
use static_cell::ConstStaticCell;

use crate::clock::Clock;
use crate::{Counts, Failed, measure};

const UNITS: u32 = 256;
const ONES: u32 = 20;
type Pattern = [u32; bits::words_for(UNITS)];

const WORDS: usize = 2000;
const SCRATCH_WORDS: usize = 48;
/// Patterns learned before any is counted: rows and slots are full then.
const BEFORE: u32 = 1000;
const COUNTED: u32 = 64;
/// Ages of recalled patterns lie so far apart; the oldest are in every memory but the plain slots.
const APART: u32 = 9;

// 133 rows of 5 levels: a window of 665 patterns.
#[cfg(not(any(feature = "count-recency-slots", feature = "count-recency-codes")))]
const BUILT: Result<Params, slotless_core::recency::ParamsError> = Params::builder(UNITS, 1)
    .active(ONES)
    .build_for(650, 4 * WORDS as u64);
#[cfg(feature = "count-recency-slots")]
const BUILT: Result<Params, slotless_core::ring::ParamsError> = Params::new(
    UNITS,
    ((WORDS - 2) / bits::words_for(UNITS)) as u32,
    Replacement::Fifo,
);
#[cfg(feature = "count-recency-codes")]
const BUILT: Result<Params, slotless_core::ring::ParamsError> =
    Params::new(UNITS, ONES, WORDS as u32 - 5);

const PARAMS: Params = match BUILT {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static MEMORY: ConstStaticCell<[u32; PARAMS.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; SCRATCH_WORDS]> = ConstStaticCell::new([0; _]);

pub fn run(clock: &Clock) -> Result<(), Failed> {
    let scratch = black_box(SCRATCH.take().as_mut_slice());
    let params = black_box(PARAMS);
    let mut memory = Kept::new(params, black_box(MEMORY.take().as_mut_slice()))?;
    println!("units = {=u32}", UNITS);
    println!("ram_network = {=usize}", 4 * PARAMS.words());
    println!("ram_scratch = {=usize}", 4 * SCRATCH_WORDS);
    for number in 0..BEFORE {
        memory.store(&pattern(0, number)?, scratch)?;
    }
    let [mut learns, mut recalls, mut novels] = [(); 3].map(|()| Counts::default());
    for number in BEFORE..BEFORE + COUNTED {
        let pattern = pattern(0, number)?;
        let (taken, _) = measure(clock, &mut || {
            memory.store(&pattern, scratch)?;
            Ok(false)
        })?;
        learns.add(taken);
    }
    let mut right = 0;
    for number in 0..COUNTED {
        let of = BEFORE + COUNTED - 1 - number * APART;
        let cue = half(0, of)?;
        let own = pattern(0, of)?;
        let (taken, _) = measure(clock, &mut || {
            right += bits::overlap(Memory::recall(&memory, &cue, scratch)?.pattern, &own);
            Ok(false)
        })?;
        recalls.add(taken);
        let cue = half(1, number)?;
        let (taken, _) = measure(clock, &mut || {
            black_box(Memory::recall(&memory, &cue, scratch)?.share);
            Ok(false)
        })?;
        novels.add(taken);
    }
    learns.print("learn");
    recalls.print("recall");
    novels.print("novel");
    println!("right_in_all = {=u32}", right);
    Ok(())
}

fn pattern(kind: u32, number: u32) -> Result<Pattern, Failed> {
    let mut pattern = Pattern::default();
    let mut draws = rng::stream(1, Purpose(256), kind, number);
    bits::sample(UNITS, ONES, &mut draws, &mut pattern)?;
    Ok(pattern)
}

/// Half of the ones of a pattern.
fn half(kind: u32, number: u32) -> Result<Pattern, Failed> {
    let mut cue = Pattern::default();
    let mut draws = rng::stream(1, Purpose(257), kind, number);
    bits::cue(&pattern(kind, number)?, ONES / 2, &mut draws, &mut cue)?;
    Ok(cue)
}
