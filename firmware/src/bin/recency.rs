//! The last patterns of a stream in 8 KB: as recency levels that fade, and in the same bytes as slots and as codes.
//!
//! Shows what a memory that fades says of each unit, and what it costs beside rings, which are perfect up to their length and
//! know nothing beyond. A stream of random patterns is learned, then patterns of every seventh age are recalled from half their
//! ones. The patterns come from seeded streams, each made again when it is tested.
//!
//! The log has, for each range of ages, in 1/1000 of the ones of a pattern: those that recency levels call members, those that
//! they call unknown, those that they call none; and those that come back from recency levels, from a ring of plain patterns
//! and from a ring of codes. A range is a level: of level l about .92^l are members still. Then how many of the other units
//! are called members though they are none, and how many patterns are known again, of those learned and of those never
//! learned: by a score above 0, in rings where all ones of the cue are in a pattern.
//!
//! Look at the columns side by side: the ring of plain patterns holds 249, the ring of codes about as many as there are in the
//! window, all of them whole, and recall decodes every one of them; `budgets.sh` counts what that takes.
//!
//! Needs 8,192 bytes of static RAM: 8,000 for a memory, 192 of scratch. Ends with 1 unless the newest level comes back whole,
//! no unit that is none is called a member, and recency levels and the ring of plain patterns know what they hold and nothing
//! else.

#![no_std]
#![no_main]

use slotless_core::bits;
use slotless_core::memory::Memory;
use slotless_core::recency::{Params, Recency, Unit};
use slotless_core::ring::{Coded, CodedParams, Replacement, Slots, SlotsParams};
use slotless_core::rng::{self, Purpose};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

const UNITS: u32 = 256;
const ONES: u32 = 20;
type Pattern = [u32; bits::words_for(UNITS)];

/// 8 KB, of which 192 bytes are scratch.
const WORDS: usize = 2000;
const SCRATCH_WORDS: usize = 48;
/// The last patterns that are to be in the memory.
const WINDOW: u64 = 650;

// 256 units, 20 ones: the fewest levels with which the rows that fit have the window.
const PARAMS: Params = match Params::builder(UNITS, 1)
    .active(ONES)
    .build_for(WINDOW, 4 * WORDS as u64)
{
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};
const SLOTS: SlotsParams = {
    let slots = (WORDS - 2) / bits::words_for(UNITS);
    match SlotsParams::new(UNITS, slots as u32, Replacement::Fifo) {
        Ok(params) => params,
        Err(_) => panic!("parameters out of range"),
    }
};
const CODES: CodedParams = match CodedParams::new(UNITS, ONES, WORDS as u32 - 5) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};
const _: () = assert!(PARAMS.scratch_words() <= SCRATCH_WORDS);
const _: () = assert!(CODES.scratch_words() <= SCRATCH_WORDS);

/// Patterns of the stream.
const LEARNED: u32 = 1400;
/// Ages of a level, and of two ranges beyond the window.
const LEVEL: u32 = PARAMS.rows();
const RANGES: usize = PARAMS.levels() as usize + 1;
/// Every so many ages of a range are tested.
const STEP: usize = 7;
const TESTED: u32 = LEVEL.div_ceil(STEP as u32);

const PATTERNS: Purpose = Purpose(256);
const CUES: Purpose = Purpose(257);
const STREAM: u32 = 0;
const NEVER: u32 = 1;

static MEMORY: ConstStaticCell<[u32; WORDS]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; SCRATCH_WORDS]> = ConstStaticCell::new([0; _]);

#[entry]
fn main() -> ! {
    match run(MEMORY.take(), SCRATCH.take()) {
        Ok(code) => exit(code),
        Err(Failed) => exit(1),
    }
}

/// A call failed, and the log says why.
struct Failed;

impl<E: defmt::Format> From<E> for Failed {
    fn from(error: E) -> Self {
        error!("{}", error);
        Self
    }
}

/// What came of a memory.
#[derive(Default)]
struct Outcome {
    /// Ones that came back, by range of ages.
    back: [u32; RANGES],
    /// Patterns of the stream that are known, by range, and those that are not of it.
    known: [u32; RANGES],
    alarms: u32,
}

fn run(words: &mut [u32], scratch: &mut [u32]) -> Result<i32, Failed> {
    println!(
        "{=u32} rows of {=u32} levels, a window of {=u64} patterns; {=u32} slots; {=u32} words of codes",
        PARAMS.rows(),
        PARAMS.levels(),
        PARAMS.window(),
        SLOTS.slots(),
        CODES.code_words()
    );
    let mut memory = Recency::new(PARAMS, first(words, PARAMS.words()))?;
    let recency = outcome(&mut memory, |share| share > 0, scratch)?;
    let (units, wrong) = units(&memory, scratch)?;
    let mut slots = Slots::new(SLOTS, first(words, SLOTS.words()))?;
    let slots = outcome(&mut slots, |share| share == 1 << 16, scratch)?;
    let mut codes = Coded::new(CODES, first(words, CODES.words()))?;
    let codes = outcome(&mut codes, |share| share == 1 << 16, scratch)?;

    println!("ages,member,unknown,none,recency,slots,codes");
    for (range, [member, unknown, none]) in units.into_iter().enumerate() {
        let last = (range as u32 + 1) * LEVEL;
        println!(
            "{=u32}-{=u32},{=u32},{=u32},{=u32},{=u32},{=u32},{=u32}",
            last + 1 - LEVEL,
            last,
            per_mille(member),
            per_mille(unknown),
            per_mille(none),
            per_mille(recency.back[range]),
            per_mille(slots.back[range]),
            per_mille(codes.back[range])
        );
    }
    println!("called members though they are none: {=u32}", wrong);
    let in_window = |outcome: &Outcome| outcome.known.iter().take(RANGES - 1).sum::<u32>();
    println!("known,of the window,never learned,of each");
    for (name, outcome) in [("recency", &recency), ("slots", &slots), ("codes", &codes)] {
        println!(
            "{=str},{=u32},{=u32},{=u32}",
            name,
            in_window(outcome),
            outcome.alarms,
            (RANGES as u32 - 1) * TESTED
        );
    }
    let as_expected = recency.back[0] == TESTED * ONES
        && wrong == 0
        && in_window(&recency) == (RANGES as u32 - 1) * TESTED
        && recency.alarms + slots.alarms == 0
        && slots.back[0] == TESTED * ONES;
    Ok(i32::from(!as_expected))
}

fn first(words: &mut [u32], count: usize) -> &mut [u32] {
    &mut words[..count]
}

/// Learns the stream and recalls patterns of each range, and as many that were never learned.
fn outcome<M: Memory<Error: defmt::Format>>(
    memory: &mut M,
    known: fn(u32) -> bool,
    scratch: &mut [u32],
) -> Result<Outcome, Failed> {
    for number in 0..LEARNED {
        memory.store(&pattern(STREAM, number)?, scratch)?;
    }
    let mut outcome = Outcome::default();
    for range in 0..RANGES {
        for age in ages(range) {
            let number = LEARNED - age;
            let found = memory.recall(&half(STREAM, number)?, scratch)?;
            outcome.back[range] += bits::overlap(found.pattern, &pattern(STREAM, number)?);
            outcome.known[range] += u32::from(known(found.share));
            if range > 0 {
                let found = memory.recall(&half(NEVER, number)?, scratch)?;
                outcome.alarms += u32::from(known(found.share));
            }
        }
    }
    Ok(outcome)
}

/// Of the ones of patterns of each range how many are members, unknown and none; and how many members are no ones.
fn units(
    memory: &Recency<&mut [u32]>,
    scratch: &mut [u32],
) -> Result<([[u32; 3]; RANGES], u32), Failed> {
    let mut units = [[0; 3]; RANGES];
    let mut wrong = 0;
    for (range, counts) in units.iter_mut().enumerate() {
        for age in ages(range) {
            let number = LEARNED - age;
            let recalled = memory.recall(&half(STREAM, number)?, scratch)?;
            let pattern = pattern(STREAM, number)?;
            for unit in 0..UNITS {
                let one = bits::get(&pattern, unit);
                match recalled.unit(unit) {
                    Unit::Member if one => counts[0] += 1,
                    Unit::Unknown if one => counts[1] += 1,
                    Unit::NonMember if one => counts[2] += 1,
                    // Beyond the window it is another pattern that is found.
                    Unit::Member if range < RANGES - 1 => wrong += 1,
                    _ => {}
                }
            }
        }
    }
    Ok((units, wrong))
}

/// Ages of a range that are tested.
fn ages(range: usize) -> impl Iterator<Item = u32> {
    let first = range as u32 * LEVEL + 1;
    (first..first + LEVEL).step_by(STEP)
}

fn pattern(kind: u32, number: u32) -> Result<Pattern, Failed> {
    let mut pattern = Pattern::default();
    let mut draws = rng::stream(1, PATTERNS, kind, number);
    bits::sample(UNITS, ONES, &mut draws, &mut pattern)?;
    Ok(pattern)
}

/// Half of the ones of a pattern.
fn half(kind: u32, number: u32) -> Result<Pattern, Failed> {
    let mut cue = Pattern::default();
    let mut draws = rng::stream(1, CUES, kind, number);
    bits::cue(&pattern(kind, number)?, ONES / 2, &mut draws, &mut cue)?;
    Ok(cue)
}

fn per_mille(ones: u32) -> u32 {
    ones * 1000 / (TESTED * ONES)
}
