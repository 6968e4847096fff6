//! Random wiring whose masks are in flash.

use slotless_core::kwinner::{Lent, Params, ParamsError};
use slotless_core::rng::{Key, Purpose};

use super::{FAN_IN, HIDDEN, Weights};
use crate::UNITS;

pub type Wiring = Lent<'static>;

const ROW: usize = slotless_core::bits::words_for(UNITS);
static MASKS: [u32; HIDDEN as usize * ROW] = masks();

pub const fn wired(params: Params<Weights>) -> Result<Params<Weights, Wiring>, ParamsError> {
    match params.lend_masks(&MASKS) {
        Ok(params) => Ok(params),
        Err(_) => panic!("as many masks as units"),
    }
}

/// Rows of `FAN_IN` bits, drawn by Floyd's method. Not those that the seed stands for, which no constant can draw; their
/// counts do not differ.
const fn masks() -> [u32; HIDDEN as usize * ROW] {
    let key = Key::new(1, Purpose(258));
    let mut masks = [0; HIDDEN as usize * ROW];
    let mut row = 0;
    while row < HIDDEN as usize {
        let key = key.derive(row as u32);
        let mut last = UNITS - FAN_IN;
        while last < UNITS {
            let drawn = ((key.at(last) as u64 * (last as u64 + 1)) >> 32) as usize;
            let taken = masks[row * ROW + drawn / 32] >> (drawn % 32) & 1 == 1;
            let bit = if taken { last as usize } else { drawn };
            masks[row * ROW + bit / 32] |= 1 << (bit % 32);
            last += 1;
        }
        row += 1;
    }
    masks
}
