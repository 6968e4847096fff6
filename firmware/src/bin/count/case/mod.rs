//! The network that features choose: 256 visible units, 256 hidden ones of fan-in 32, 8 winners, rate .3; weights of 8 bits and
//! structured wiring unless they say otherwise.

use slotless_core::kwinner::{KWinner, NetworkError, Params, ParamsError};
#[cfg(feature = "count-u1")]
use slotless_core::weight::U1 as Weights;
#[cfg(not(any(feature = "count-u1", feature = "count-u16")))]
use slotless_core::weight::U8 as Weights;
#[cfg(feature = "count-u16")]
use slotless_core::weight::U16 as Weights;
use slotless_core::weight::{Rounding, Width};
use static_cell::ConstStaticCell;

use crate::{ONES, UNITS};

#[cfg(all(feature = "count-random", feature = "count-largest"))]
mod lent;
#[cfg(all(feature = "count-random", feature = "count-largest"))]
use lent::{Wiring, wired};

const FAN_IN: u32 = if cfg!(feature = "count-u1") {
    UNITS
} else {
    32
};
/// Weights without a fraction learn at rate 1, the builder's own; with it others tie far more often.
const RATE: u32 = if cfg!(any(feature = "count-u1", feature = "count-rate-one")) {
    65_536
} else {
    19_661
};

/// Hidden units.
pub const HIDDEN: u32 = if cfg!(feature = "count-largest") {
    largest()
} else if cfg!(feature = "count-u1") {
    150
} else {
    256
};

#[cfg(not(feature = "count-random"))]
type Wiring = slotless_core::kwinner::Structured;

#[cfg(not(feature = "count-random"))]
const fn wired(params: Params<Weights>) -> Result<Params<Weights, Wiring>, ParamsError> {
    params.structured()
}

#[cfg(all(feature = "count-random", not(feature = "count-largest")))]
type Wiring = slotless_core::kwinner::Random;

#[cfg(all(feature = "count-random", not(feature = "count-largest")))]
const fn wired(params: Params<Weights>) -> Result<Params<Weights, Wiring>, ParamsError> {
    Ok(params)
}

const fn sized(hidden: u32, rounding: Rounding) -> Result<Params<Weights>, ParamsError> {
    Params::<Weights>::builder(UNITS, hidden)
        .fan_in(FAN_IN)
        .winners(8)
        .active(ONES)
        .rate(RATE)
        .rounding(rounding)
        .build()
}

const fn params(rounding: Rounding) -> Params<Weights, Wiring> {
    match sized(HIDDEN, rounding) {
        Ok(params) => match wired(params) {
            Ok(params) => params,
            Err(_) => panic!("parameters out of range"),
        },
        Err(_) => panic!("parameters out of range"),
    }
}

/// The most hidden units with which the buffers leave the micro:bit 4 KiB of its 16 for the stack.
const fn largest() -> u32 {
    /// Static RAM of everything else in this image: the log and the flags of cells that are taken once.
    const ELSE: usize = 28;
    const ROOM: usize = (16 - 4) * 1024 - ELSE;
    // A unit takes its weights and a sum.
    let mut hidden = (ROOM / (FAN_IN * Weights::BITS / 8 + 4) as usize) as u32;
    loop {
        if let Ok(params) = sized(hidden, Rounding::Nearest) {
            let scratch = params.scratch_words();
            let words = if cfg!(feature = "count-random") {
                // Its masks are in flash.
                Some(params.words() - hidden as usize * params.pattern_words())
            } else {
                match params.structured() {
                    Ok(params) => Some(params.words()),
                    Err(_) => None,
                }
            };
            if let Some(words) = words
                && 4 * (words + scratch) <= ROOM
            {
                return hidden;
            }
        }
        hidden -= 1;
    }
}

const NEAREST: Params<Weights, Wiring> = params(Rounding::Nearest);
const STOCHASTIC: Params<Weights, Wiring> = params(Rounding::Stochastic);

static WORDS: ConstStaticCell<[u32; NEAREST.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; NEAREST.scratch_words()]> = ConstStaticCell::new([0; _]);

/// The network's words and its scratch.
pub fn buffers() -> (&'static mut [u32], &'static mut [u32]) {
    (WORDS.take(), SCRATCH.take())
}

/// The network with nothing learned.
pub fn fresh(
    rounding: Rounding,
    words: &mut [u32],
) -> Result<KWinner<Weights, &mut [u32], Wiring>, NetworkError> {
    let params = match rounding {
        Rounding::Nearest => NEAREST,
        Rounding::Stochastic => STOCHASTIC,
    };
    KWinner::new(params, words)
}
