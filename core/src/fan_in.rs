//! Who is wired to whom: exact fan-in masks as packed bits.
//!
//! Row `h` of the masks has exactly `m` of `n_i` bits set, the visible units that hidden unit `h` sees, uniformly
//! drawn without replacement. The `r`-th set bit of the row is slot `r` of the unit's weight row.

use crate::bits;
use crate::rng::{self, Purpose};

/// Draws the fan-in mask of hidden unit `unit`: `fan_in` of `visible` bits, from the unit's own stream. A row of
/// the wrong length, or a fan-in above `visible`, leaves it untouched.
pub fn draw(seed: u64, unit: u32, visible: u32, fan_in: u32, row: &mut [u32]) {
    let mut rng = rng::stream(seed, Purpose::WIRING, 0, unit);
    // Its errors say that nothing was written, which is what is promised here.
    let _ = bits::sample(visible, fan_in, &mut rng, row);
}

/// Calls `slot` with each slot of the row whose visible unit is active in `pattern`, ascending.
#[inline]
pub fn active_slots(mask: &[u32], pattern: &[u32], mut slot: impl FnMut(u32)) {
    let mut base = 0;
    for (&wired, &active) in mask.iter().zip(pattern) {
        let mut both = wired & active;
        while both != 0 {
            let below = (both & both.wrapping_neg()).wrapping_sub(1);
            slot(base + (wired & below).count_ones());
            both &= both - 1;
        }
        base += wired.count_ones();
    }
}

/// Calls `pair` with each (slot, visible unit) of the row, ascending.
#[inline]
pub fn slots(mask: &[u32], pair: impl FnMut((u32, u32))) {
    (0..).zip(bits::ones(mask)).for_each(pair);
}
