//! Learning that never ends, on the device: its own forgetting curve.
//!
//! Shows that a network of fixed size goes on learning: each of some thousand random patterns takes one step and pushes
//! older ones out bit by bit, so that the newest are recalled whole and the oldest not at all. The patterns come from
//! seeded streams, each made again when it is tested, so nothing but the network is stored.
//!
//! The log is CSV: the age of a pattern in learning steps (1: the newest), how many of its ones a half cue brought
//! back, and chance: the same for patterns that were never learned. Both are means in 1/1000. Chance is above 0 because
//! the winners of any cue are units that like its ones.
//!
//! Needs 6,536 bytes of static RAM: 5,768 for the network, 744 of scratch. Ends with 1 unless the newest patterns come
//! back whole (995 or more), those of age 32 nearly so (850 or more), and the oldest no better than chance (25 at
//! most).

#![no_std]
#![no_main]

use slotless_core::kwinner::{KWinner, NetworkError, Params};
use slotless_core::rng::{self, Purpose};
use slotless_core::{bits, weight::U2};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

const UNITS: u32 = 128;
const ONES: u32 = 12;
type Pattern = [u32; bits::words_for(UNITS)];

/// Steps before the first test: many times those after which nothing of a pattern is left.
const BURN_IN: u32 = 3000;
/// Steps after which one pattern of each age is tested.
const TESTED: u32 = 400;
const AGES: [u32; 12] = [1, 4, 8, 16, 32, 48, 64, 96, 128, 256, 512, 1024];

const PATTERNS: Purpose = Purpose(256);
const CUES: Purpose = Purpose(257);
const LEARNED: u32 = 0;
const NEVER: u32 = 1;

// 128 visible units, 180 hidden units that see them all, 2 winners, weights of 2 bits, rate 1/2: of the networks
// scanned for this size of RAM (1, 2, 4 bits; fan-in 48 to 128; 2 to 6 winners) that with the most patterns recalled at
// .85. One winner holds more of them, but each in one unit: a slot.
const PARAMS: Params<U2> = match Params::<U2>::builder(UNITS, 180)
    .winners(2)
    .active(ONES)
    .rate(32_768)
    .seed(1)
    .build()
{
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static MEMORY: ConstStaticCell<[u32; PARAMS.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; PARAMS.scratch_words()]> = ConstStaticCell::new([0; _]);

#[entry]
fn main() -> ! {
    match run(MEMORY.take(), SCRATCH.take()) {
        Ok(Verdict::AsExpected) => exit(0),
        Ok(Verdict::Otherwise) => exit(1),
        Err(error) => {
            error!("{}", error);
            exit(1)
        }
    }
}

enum Verdict {
    AsExpected,
    Otherwise,
}

fn run(words: &mut [u32], scratch: &mut [u32]) -> Result<Verdict, NetworkError> {
    let mut memory = KWinner::new(PARAMS, words)?;
    for number in 0..BURN_IN {
        memory.learn(&pattern(LEARNED, number)?, scratch)?;
    }
    let mut back = [0; AGES.len()];
    let mut chance = 0;
    for number in BURN_IN..BURN_IN + TESTED {
        memory.learn(&pattern(LEARNED, number)?, scratch)?;
        for (back, age) in back.iter_mut().zip(AGES) {
            *back += ones_back(&memory, LEARNED, number + 1 - age, scratch)?;
        }
        chance += ones_back(&memory, NEVER, number, scratch)?;
    }

    let back = back.map(per_mille);
    let chance = per_mille(chance);
    println!("age,overlap,chance");
    for (age, back) in AGES.into_iter().zip(back) {
        println!("{=u32},{=u32},{=u32}", age, back, chance);
    }
    let [newest, .., oldest] = back;
    let recent = AGES.iter().zip(back).filter(|&(&age, _)| age <= 32);
    let recent = recent.map(|(_, back)| back).min().unwrap_or(0);
    Ok(
        if newest >= 995 && recent >= 850 && oldest.abs_diff(chance) <= 25 {
            Verdict::AsExpected
        } else {
            Verdict::Otherwise
        },
    )
}

/// Pattern `number` of the learned ones or of those never learned.
fn pattern(kind: u32, number: u32) -> Result<Pattern, NetworkError> {
    let mut pattern = Pattern::default();
    let mut draws = rng::stream(PARAMS.seed(), PATTERNS, kind, number);
    bits::sample(UNITS, ONES, &mut draws, &mut pattern).map_err(NetworkError::Cue)?;
    Ok(pattern)
}

/// How many ones of a pattern its half cue brings back.
fn ones_back(
    memory: &KWinner<U2, &mut [u32]>,
    kind: u32,
    number: u32,
    scratch: &mut [u32],
) -> Result<u32, NetworkError> {
    let (pattern, mut cue) = (pattern(kind, number)?, Pattern::default());
    let mut draws = rng::stream(PARAMS.seed(), CUES, kind, number);
    bits::cue(&pattern, ONES / 2, &mut draws, &mut cue).map_err(NetworkError::Cue)?;
    let recalled = memory.recall(&cue, scratch)?;
    Ok(bits::overlap(recalled.pattern, &pattern))
}

fn per_mille(ones: u32) -> u32 {
    ones * 1000 / (TESTED * ONES)
}
