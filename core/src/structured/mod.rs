//! Wiring that is computed: who is wired to whom by arithmetic, both ways, with no table.
//!
//! The `n_i` visible units are cut into `m` blocks, in order, the first `n_i % m` of them one unit longer than the rest.
//! Every hidden unit is wired to one unit of each block, so its fan-in is `m` and its slot `t` lies in block `t`. In block
//! `t` the hidden units stand in a ring of `n_h` places, unit `h` at place
//!
//! ```text
//! p = (g^t h + t z) % n_h
//! ```
//!
//! and a block of `B` units shares the ring out in `B` arcs: place `p` is wired to unit `p B / n_h` (rounded down) of the
//! block. So the hidden units of one visible unit are a run of places, and from one place to the next the unit goes up by
//! `g^-t`, modulo `n_h`: what a cue touches is found without a look at anything else.
//!
//! `g` is coprime to `n_h` with as many different powers as there are blocks (up to 64 of them; half as many are
//! enough), so that two units seldom share much more than the `m / B` inputs that two randomly wired ones share. `z`
//! comes from the seed. How little this costs the memory is measured in the repository's `docs/wiring.md`.

mod ring;

use crate::bits;
use crate::rng::{Key, Purpose};
use crate::weight::Width;
pub(crate) use ring::{Kind, Ring, with_ring};

/// The computed wiring of `n_h` hidden units to `n_i` visible ones, `m` each; see the [module](self).
///
/// Made by [`ParamsBuilder::structured`](crate::kwinner::ParamsBuilder::structured), at compile time where the parameters
/// are constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Structured {
    hidden: u32,
    /// The longer blocks, then the others.
    parts: [Part; 2],
    multiplier: u32,
    inverse: u32,
    turn: u32,
    kind: Kind,
}

/// One of the m wires of a hidden unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Slot {
    /// Its number among those of the unit, that of the block: in the state its weight is in the weight row of this number.
    pub index: u32,
    /// The visible unit at the other end.
    pub visible: u32,
    /// The place of the hidden unit in the block: the weight's slot in that row.
    pub place: u32,
}

/// Neighbouring blocks of the same size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Part {
    pub(crate) blocks: u32,
    pub(crate) arcs: Arcs,
}

/// How the units of a block share the ring out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Arcs {
    /// Units in the block.
    pub(crate) size: u32,
    /// Places of each arc, where all have the same number; else 0.
    pub(crate) even: u32,
}

impl Arcs {
    const fn new(hidden: u32, size: u32) -> Self {
        let even = match hidden.checked_rem(size) {
            Some(0) => hidden / size,
            _ => 0,
        };
        Self { size, even }
    }

    /// Words of each arc, where all are whole words; else 0.
    #[inline]
    pub(crate) fn words<W: Width>(self) -> u32 {
        if self.even.is_multiple_of(W::PER_WORD) {
            self.even / W::PER_WORD
        } else {
            0
        }
    }

    /// First place of the arc of a unit of the block; n_h for the unit after the last.
    #[inline]
    pub(crate) fn start(self, unit: u32, ring: impl Ring) -> u32 {
        if self.even != 0 {
            unit * self.even
        } else {
            ring.arc_start(unit, self.size)
        }
    }
}

impl Structured {
    /// The wiring; `None` where n_h has no multiplier with powers enough. `1 <= fan_in <= visible`, `hidden >= 1`.
    pub(crate) const fn new(visible: u32, hidden: u32, fan_in: u32, seed: u64) -> Option<Self> {
        let Some(multiplier) = multiplier(visible, hidden, fan_in) else {
            return None;
        };
        let (Some(size), Some(longer)) = (visible.checked_div(fan_in), visible.checked_rem(fan_in))
        else {
            return None;
        };
        let largest = if longer > 0 { size + 1 } else { size };
        let drawn = Key::new(seed, Purpose::WIRING).at(0);
        Some(Self {
            hidden,
            parts: [
                Part {
                    blocks: longer,
                    arcs: Arcs::new(hidden, largest),
                },
                Part {
                    blocks: fan_in - longer,
                    arcs: Arcs::new(hidden, size),
                },
            ],
            multiplier,
            inverse: inverse(multiplier, hidden),
            turn: ((drawn as u64 * hidden as u64) >> 32) as u32,
            kind: Kind::new(hidden, largest),
        })
    }

    /// The multiplier, g.
    #[must_use]
    pub const fn multiplier(&self) -> u32 {
        self.multiplier
    }

    /// The turn from block to block, z.
    #[must_use]
    pub const fn turn(&self) -> u32 {
        self.turn
    }

    /// Calls `each` with every slot of a hidden unit, ascending: m calls; none where there is no such unit.
    pub fn slots(&self, hidden: u32, mut each: impl FnMut(Slot)) {
        if hidden < self.hidden {
            with_ring!(self, ring => self.places(ring, hidden, |index, first, arcs, place| {
                let visible = first + ring.share(place, arcs.size);
                each(Slot { index, visible, place });
            }));
        }
    }

    /// The slot of a hidden unit for a visible one; `None` where they are not wired. Costs a step per block.
    #[must_use]
    pub fn slot(&self, hidden: u32, visible: u32) -> Option<u32> {
        self.find(hidden, visible).map(|(slot, _)| slot)
    }

    /// Slot and place of a hidden unit in the block of a visible one, if they are wired.
    pub(crate) fn find(&self, hidden: u32, visible: u32) -> Option<(u32, u32)> {
        let mut found = None;
        if hidden < self.hidden {
            with_ring!(self, ring => self.places(ring, hidden, |slot, first, arcs, place| {
                if first + ring.share(place, arcs.size) == visible {
                    found = Some((slot, place));
                }
            }));
        }
        found
    }

    /// Calls `each` with number, first visible unit and arcs of each block, and the place of a hidden unit there.
    #[inline(always)]
    pub(crate) fn places<R: Ring>(
        &self,
        ring: R,
        hidden: u32,
        mut each: impl FnMut(u32, u32, Arcs, u32),
    ) {
        let (mut slot, mut first, mut place) = (0, 0, hidden);
        for Part { blocks, arcs } in self.parts {
            for _ in 0..blocks {
                each(slot, first, arcs, place);
                slot += 1;
                first += arcs.size;
                place = self.next_place(ring, place);
            }
        }
    }

    /// Writes the fan-in mask of a hidden unit, as [`fan_in::draw`](crate::fan_in::draw) does for random wiring; all zero if
    /// there is no such unit. Bits beyond the row are left out.
    pub fn mask(&self, hidden: u32, row: &mut [u32]) {
        row.fill(0);
        self.slots(hidden, |slot| bits::set(row, slot.visible));
    }

    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) const fn parts(&self) -> [Part; 2] {
        self.parts
    }

    /// The place in the next block of the unit at this place.
    #[inline(always)]
    fn next_place(&self, ring: impl Ring, place: u32) -> u32 {
        ring.mul_add(place, self.multiplier, self.turn)
    }

    /// [`Structured::next_place`] of and to places as [`Ring::along`] gives them, to be [cut](Ring::cut).
    #[inline(always)]
    pub(crate) fn next_along(&self, ring: impl Ring, place: u32) -> u32 {
        ring.along((self.turn, self.multiplier), place)
    }

    /// The place of unit h in a block: `p + s h`, modulo n_h, of (p, s). Here for block 0.
    #[inline(always)]
    pub(crate) fn first_places(&self, ring: impl Ring) -> (u32, u32) {
        (0, ring.wrap(1))
    }

    /// [`Structured::first_places`] for the next block.
    #[inline(always)]
    pub(crate) fn next_places(&self, ring: impl Ring, (place, step): (u32, u32)) -> (u32, u32) {
        let step = ring.mul_add(step, self.multiplier, 0);
        (self.next_place(ring, place), step)
    }

    /// Which unit is at place p of a block: `u + s p`, modulo n_h, of (u, s), for [`Ring::along`]. Here for block 0.
    #[inline(always)]
    pub(crate) fn first_units(&self, ring: impl Ring) -> (u32, u32) {
        (0, ring.wrap(1))
    }

    /// [`Structured::first_units`] for the next block.
    #[inline(always)]
    pub(crate) fn next_units<R: Ring>(&self, ring: R, (unit, step): (u32, u32)) -> (u32, u32) {
        let step = ring.along((0, step), self.inverse);
        // u - s z, the unit at place 0, which was at place -z / g of the block before.
        let unit = ring.along((unit, step), ring.wrap(self.hidden - self.turn));
        (unit, step)
    }
}

/// The n_h nearest to `hidden` that structured wiring takes, the smaller of two; `None` if there is none within 4096. Takes
/// up to some millions of steps.
#[must_use]
pub const fn nearest(visible: u32, hidden: u32, fan_in: u32) -> Option<u32> {
    let mut distance = 1;
    while distance <= 4096 {
        if distance < hidden && multiplier(visible, hidden - distance, fan_in).is_some() {
            return Some(hidden - distance);
        }
        if let Some(more) = hidden.checked_add(distance)
            && multiplier(visible, more, fan_in).is_some()
        {
            return Some(more);
        }
        distance += 1;
    }
    None
}

/// Powers that are looked at.
const POWERS: u32 = 64;

/// Candidates for g that are tried before the best of them is taken.
const CANDIDATES: u32 = 64;

/// g: of the first candidates from the golden section of n_h up, coprime to it, the one with the most different powers.
///
/// Powers count as different if they are so up to their sign: two units with equal distances on the rings of two blocks
/// share their inputs there together. Half as many as there are blocks do.
const fn multiplier(visible: u32, hidden: u32, fan_in: u32) -> Option<u32> {
    let Some(size) = visible.checked_div(fan_in) else {
        return None;
    };
    if size == 0 || hidden == 0 || hidden >> 31 != 0 {
        // Nothing to wire, or sums of two places that do not fit 32 bits.
        return None;
    }
    if hidden <= size || fan_in == visible {
        // No two hidden units share an input, or all share all: how they stand on the rings makes no difference.
        return Some(if hidden == 1 { 0 } else { 1 });
    }
    let wanted = min(min(fan_in, POWERS), (hidden - 1) / 2);
    // 2^32 over the golden ratio.
    let mut candidate = ((hidden as u64 * 2_654_435_769) >> 32) as u32;
    let (mut best, mut most) = (1, 0);
    let mut tried = 0;
    while tried < CANDIDATES && tried < hidden {
        if candidate >= hidden {
            candidate = 1;
        }
        if gcd(candidate, hidden) == 1 {
            let powers = powers(candidate, hidden, wanted);
            if powers > most {
                best = candidate;
                most = powers;
                if powers >= wanted {
                    break;
                }
            }
        }
        candidate += 1;
        tried += 1;
    }
    if 2 * most >= wanted { Some(best) } else { None }
}

/// Powers of g before the first that is 1 or -1 again, `wanted` at most.
const fn powers(g: u32, n: u32, wanted: u32) -> u32 {
    let mut power = g;
    let mut count = 1;
    while count < wanted && power != 1 && power != n - 1 {
        power = if n >> 16 == 0 {
            // A 64-bit remainder is many times dearer on a 32-bit core.
            match (power * g).checked_rem(n) {
                Some(rest) => rest,
                None => 0,
            }
        } else {
            match (power as u64 * g as u64).checked_rem(n as u64) {
                Some(rest) => rest as u32,
                None => 0,
            }
        };
        count += 1;
    }
    count
}

const fn min(a: u32, b: u32) -> u32 {
    if a < b { a } else { b }
}

const fn gcd(a: u32, b: u32) -> u32 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

/// The number whose product with `a` is 1 modulo `n`; `a` is coprime to `n`.
const fn inverse(a: u32, n: u32) -> u32 {
    // Euclid's algorithm, with the multiple of a, modulo n, that each remainder is.
    let (mut r, mut next) = (n as u64, a as u64);
    let (mut x, mut next_x) = (0u64, 1u64);
    while let Some(quotient) = r.checked_div(next) {
        (r, next) = (next, r - quotient * next);
        // quotient < n and next_x < n, both below 2^31.
        let Some(back) = (quotient * next_x).checked_rem(n as u64) else {
            break;
        };
        let sum = x + n as u64 - back;
        let wrapped = if sum >= n as u64 { sum - n as u64 } else { sum };
        (x, next_x) = (next_x, wrapped);
    }
    x as u32
}
