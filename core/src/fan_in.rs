//! Who is wired to whom: exact fan-in masks as packed bits.
//!
//! Row `h` of the masks has exactly `m` of `n_i` bits set, the visible units that hidden unit `h` sees, uniformly
//! drawn without replacement. The `r`-th set bit of the row is slot `r` of the unit's weight row.

use crate::bits;
use crate::rng::{self, Purpose};

/// Draws the fan-in mask of hidden unit `unit`: `fan_in` of `visible` bits, from the unit's own stream. The row is
/// [`bits::words_for`]`(visible)` words; with another length, or a fan-in above `visible`, it is left untouched.
pub fn draw(seed: u64, unit: u32, visible: u32, fan_in: u32, row: &mut [u32]) {
    let mut rng = rng::stream(seed, Purpose::WIRING, 0, unit);
    // Its errors say that nothing was written, which is what is promised here.
    let _ = bits::sample(visible, fan_in, &mut rng, row);
}

/// Calls `slot` with each slot of the row whose visible unit is active in `pattern`, ascending. Both are packed vectors
/// of n_i bits; words that only one of them has are left out. Costs a step per word and a call per active slot.
#[inline]
pub fn active_slots(mask: &[u32], pattern: &[u32], mut slot: impl FnMut(u32)) {
    let mut base = 0u32;
    for (&wired, &active) in mask.iter().zip(pattern) {
        let mut both = wired & active;
        while both != 0 {
            let below = (both & both.wrapping_neg()).wrapping_sub(1);
            slot(base.wrapping_add((wired & below).count_ones()));
            both &= both - 1;
        }
        base = base.wrapping_add(wired.count_ones());
    }
}

/// Calls `pair` with each (slot, visible unit) of the row, ascending: m calls.
#[inline]
pub fn slots(mask: &[u32], pair: impl FnMut((u32, u32))) {
    (0..).zip(bits::ones(mask)).for_each(pair);
}
