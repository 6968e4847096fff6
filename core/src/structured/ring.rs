//! Arithmetic on the ring of places, modulo n_h.
//!
//! Exact, whatever the size; how it is computed depends on it, since a Cortex-M0 has neither a division nor a product
//! of more than 32 bits.

use crate::weight::{self, Width};

/// How the numbers of a ring are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) enum Kind {
    Byte(Byte),
    PowerOfTwo(PowerOfTwo),
    Small(Small),
    Wide(Wide),
}

impl Kind {
    /// The way for `hidden` places and blocks of up to `size` units.
    pub(crate) const fn new(hidden: u32, size: u32) -> Self {
        let product = hidden as u64 * (size as u64 + 1);
        if hidden as usize == Byte::PLACES && product < 1 << 32 {
            return Self::Byte(Byte);
        }
        if hidden.is_power_of_two() && product < 1 << 32 {
            return Self::PowerOfTwo(PowerOfTwo {
                bits: hidden.trailing_zeros(),
            });
        }
        if product <= 1 << 15 {
            let bits = 32 - hidden.leading_zeros();
            return Self::Small(Small {
                hidden,
                bits,
                // hidden is at least 3 here: 1 and 2 are powers of two.
                barrett: ((1u64 << (2 * bits)) / hidden as u64) as u32,
                reciprocal: (1u32 << (15 + bits)).div_ceil(hidden),
            });
        }
        Self::Wide(Wide { hidden })
    }
}

/// Numbers modulo n_h.
pub(crate) trait Ring: Copy {
    /// Whether its arithmetic is short, so that loops of their own for weights of whole bytes are worth their code.
    const SHORT: bool;

    /// The kind that it is a case of, or itself: for loops that are not worth a copy of their own.
    type General: Ring;

    /// As that.
    fn general(self) -> Self::General;

    /// `(a b + c) % n_h` of numbers below n_h.
    fn mul_add(self, a: u32, b: u32, c: u32) -> u32;

    /// `x % n_h` for x below 2 n_h.
    fn wrap(self, x: u32) -> u32;

    /// Which unit of a block of `size` units has this place, below n_h: `place size / n_h`.
    fn share(self, place: u32, size: u32) -> u32;

    /// First place of a unit of the block, 0..=size: `ceil(unit n_h / size)`.
    fn arc_start(self, unit: u32, size: u32) -> u32;

    /// `(a b + c) % n_h` of numbers below n_h, `n_h` being given: from that the compiler may see that the result is below.
    #[inline(always)]
    fn mul_add_below(self, (a, b, c): (u32, u32, u32), _: usize) -> usize {
        self.mul_add(a, b, c) as usize
    }

    /// The weights of the n_h places of each row, `hidden` being n_h, of rows that are `stride` long.
    #[inline(always)]
    fn rows<C>(mut rows: &mut [C], hidden: usize, stride: usize) -> impl Iterator<Item = &mut [C]> {
        core::iter::from_fn(move || {
            let (row, rest) = core::mem::take(&mut rows).split_at_mut_checked(stride)?;
            rows = rest;
            row.get_mut(..hidden)
        })
    }

    /// The unit `place` steps from one on, of (unit, step); below n_h for a start below it. What it gives is for itself
    /// and for what adds to sums: it may be above the ring.
    #[inline(always)]
    fn along(self, (unit, step): (u32, u32), place: u32) -> u32 {
        self.mul_add(step, place, unit)
    }

    /// What [`Ring::along`] gave, below n_h, which is given as above.
    #[inline(always)]
    fn cut(self, x: u32, _: usize) -> usize {
        x as usize
    }

    /// The unit `step` before one on the ring of `sums`, for [`Ring::add_next`].
    fn back(sums: &[u32], unit: u32, step: u32) -> u32;

    /// Goes `step` on from a unit and adds to the sum of the one that is met; gives that one.
    fn add_next(sums: &mut [u32], unit: u32, step: u32, weight: u32) -> u32;

    /// Adds whole words of weights to the sums of as many units, `step` on from each to the next.
    #[inline(always)]
    fn add_words<W: Width>(sums: &mut [u32], words: &[u32], unit: u32, step: u32) {
        let mut unit = Self::back(sums, unit, step);
        weight::each_word::<W>(words, |weight| {
            unit = Self::add_next(sums, unit, step, weight);
        });
    }
}

/// n_h = 256, and `n_h (size + 1) < 2^32`: a power of two that the compiler knows, and a usual one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Byte;

impl Byte {
    const BITS: u32 = 8;
    const PLACES: usize = 1 << Self::BITS;
    /// What it is a case of, where that is as short.
    const RING: PowerOfTwo = PowerOfTwo { bits: Self::BITS };
}

impl Ring for Byte {
    const SHORT: bool = true;
    type General = PowerOfTwo;

    #[inline(always)]
    fn general(self) -> PowerOfTwo {
        Self::RING
    }

    #[inline(always)]
    fn mul_add(self, a: u32, b: u32, c: u32) -> u32 {
        Self::RING.mul_add(a, b, c)
    }

    #[inline(always)]
    fn wrap(self, x: u32) -> u32 {
        Self::RING.wrap(x)
    }

    #[inline(always)]
    fn share(self, place: u32, size: u32) -> u32 {
        Self::RING.share(place, size)
    }

    #[inline(always)]
    fn arc_start(self, unit: u32, size: u32) -> u32 {
        Self::RING.arc_start(unit, size)
    }

    #[inline(always)]
    fn mul_add_below(self, numbers: (u32, u32, u32), hidden: usize) -> usize {
        Self::RING.mul_add_below(numbers, hidden)
    }

    #[inline(always)]
    fn along(self, units: (u32, u32), place: u32) -> u32 {
        Self::RING.along(units, place)
    }

    #[inline(always)]
    fn back(sums: &[u32], unit: u32, step: u32) -> u32 {
        PowerOfTwo::back(sums, unit, step)
    }

    #[inline(always)]
    fn rows<C>(rows: &mut [C], _: usize, _: usize) -> impl Iterator<Item = &mut [C]> {
        // Its rows are as long as the ring, whatever whole words of weights are.
        let rows = rows.as_chunks_mut::<{ Self::PLACES }>().0;
        rows.iter_mut().map(|row| row.as_mut_slice())
    }

    #[inline(always)]
    fn cut(self, x: u32, _: usize) -> usize {
        x as usize % Self::PLACES
    }

    #[inline(always)]
    fn add_next(sums: &mut [u32], unit: u32, step: u32, weight: u32) -> u32 {
        PowerOfTwo::add_next(sums, unit, step, weight)
    }

    #[inline(always)]
    fn add_words<W: Width>(sums: &mut [u32], words: &[u32], unit: u32, step: u32) {
        let Some(sums) = sums.first_chunk_mut::<{ Self::PLACES }>() else {
            return;
        };
        // The unit is kept in the high bits, where it wraps by itself.
        let low = u32::BITS - Self::BITS;
        let (mut high, step) = (unit.wrapping_sub(step) << low, step << low);
        for word in words {
            // Said for every few weights: from it the compiler knows that the bits shifted out are zero, and takes the
            // offset of a sum by one shift.
            high = high >> low << low;
            weight::each_word::<W>(core::slice::from_ref(word), |weight| {
                high = high.wrapping_add(step);
                let sum = &mut sums[(high >> low) as usize];
                *sum = sum.wrapping_add(weight);
            });
        }
    }
}

/// n_h = 2^bits, and `n_h (size + 1) < 2^32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct PowerOfTwo {
    bits: u32,
}

impl Ring for PowerOfTwo {
    const SHORT: bool = true;
    type General = Self;

    #[inline(always)]
    fn general(self) -> Self {
        self
    }

    #[inline(always)]
    fn mul_add(self, a: u32, b: u32, c: u32) -> u32 {
        self.wrap(a.wrapping_mul(b).wrapping_add(c))
    }

    #[inline(always)]
    fn wrap(self, x: u32) -> u32 {
        x & ((1u32 << (self.bits & 31)) - 1)
    }

    #[inline(always)]
    fn share(self, place: u32, size: u32) -> u32 {
        place.wrapping_mul(size) >> (self.bits & 31)
    }

    #[inline]
    fn arc_start(self, unit: u32, size: u32) -> u32 {
        let scaled = unit << (self.bits & 31);
        scaled
            .wrapping_add(size.wrapping_sub(1))
            .checked_div(size)
            .unwrap_or(0)
    }

    #[inline(always)]
    fn mul_add_below(self, (a, b, c): (u32, u32, u32), hidden: usize) -> usize {
        a.wrapping_mul(b).wrapping_add(c) as usize & hidden.wrapping_sub(1)
    }

    #[inline(always)]
    fn along(self, (unit, step): (u32, u32), place: u32) -> u32 {
        // Cut down to the ring where it is used: 2^32 is a multiple of it.
        unit.wrapping_add(step.wrapping_mul(place))
    }

    #[inline(always)]
    fn cut(self, x: u32, hidden: usize) -> usize {
        x as usize & hidden.wrapping_sub(1)
    }

    #[inline(always)]
    fn back(_: &[u32], unit: u32, step: u32) -> u32 {
        unit.wrapping_sub(step)
    }

    #[inline(always)]
    fn add_next(sums: &mut [u32], unit: u32, step: u32, weight: u32) -> u32 {
        // With a mask made from the length, the compiler sees that the index is in range: on devices, that is.
        let next = unit.wrapping_add(step) & (sums.len() as u32).wrapping_sub(1);
        if !sums.is_empty()
            && let Some(sum) = sums.get_mut(next as usize & (sums.len() - 1))
        {
            *sum = sum.wrapping_add(weight);
        }
        next
    }
}

/// `n_h (size + 1) <= 2^15`: everything in 32 bits, without division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Small {
    hidden: u32,
    /// Bits of n_h.
    bits: u32,
    /// `2^(2 bits) / n_h`, rounded down.
    barrett: u32,
    /// `2^(15 + bits) / n_h`, rounded up.
    reciprocal: u32,
}

impl Small {
    #[inline(always)]
    fn reduce(self, x: u32) -> u32 {
        // Barrett: x < n_h^2 < 2^(2 bits), so both factors are at most 2^16, and the quotient is too small by 2 at most.
        let quotient = ((x >> (self.bits.wrapping_sub(1) & 31)).wrapping_mul(self.barrett))
            >> (self.bits.wrapping_add(1) & 31);
        self.wrap(self.wrap(x.wrapping_sub(quotient.wrapping_mul(self.hidden))))
    }
}

impl Ring for Small {
    const SHORT: bool = true;
    type General = Self;

    #[inline(always)]
    fn general(self) -> Self {
        self
    }

    #[inline(always)]
    fn mul_add(self, a: u32, b: u32, c: u32) -> u32 {
        self.reduce(a.wrapping_mul(b).wrapping_add(c))
    }

    #[inline(always)]
    fn wrap(self, x: u32) -> u32 {
        if x >= self.hidden {
            x.wrapping_sub(self.hidden)
        } else {
            x
        }
    }

    #[inline(always)]
    fn share(self, place: u32, size: u32) -> u32 {
        // With x = place size < 2^15 and r the reciprocal: x r < 2^32, and r n_h - 2^(15 + bits) < n_h < 2^bits, so what
        // the product is too large by is less than one part in n_h.
        place.wrapping_mul(size).wrapping_mul(self.reciprocal) >> (self.bits.wrapping_add(15) & 31)
    }

    #[inline]
    fn arc_start(self, unit: u32, size: u32) -> u32 {
        let scaled = unit.wrapping_mul(self.hidden);
        scaled
            .wrapping_add(size.wrapping_sub(1))
            .checked_div(size)
            .unwrap_or(0)
    }

    #[inline(always)]
    fn back(sums: &[u32], unit: u32, step: u32) -> u32 {
        back(sums, unit, step)
    }

    #[inline(always)]
    fn add_next(sums: &mut [u32], unit: u32, step: u32, weight: u32) -> u32 {
        add_next(sums, unit, step, weight)
    }
}

/// Any sizes, in 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Wide {
    hidden: u32,
}

impl Ring for Wide {
    const SHORT: bool = false;
    type General = Self;

    #[inline(always)]
    fn general(self) -> Self {
        self
    }

    #[inline]
    fn mul_add(self, a: u32, b: u32, c: u32) -> u32 {
        let sum = u64::from(a) * u64::from(b) + u64::from(c);
        sum.checked_rem(self.hidden.into()).unwrap_or(0) as u32
    }

    #[inline(always)]
    fn wrap(self, x: u32) -> u32 {
        if x >= self.hidden {
            x.wrapping_sub(self.hidden)
        } else {
            x
        }
    }

    #[inline]
    fn share(self, place: u32, size: u32) -> u32 {
        let product = u64::from(place) * u64::from(size);
        product.checked_div(self.hidden.into()).unwrap_or(0) as u32
    }

    #[inline]
    fn arc_start(self, unit: u32, size: u32) -> u32 {
        let scaled = u64::from(unit) * u64::from(self.hidden) + u64::from(size.saturating_sub(1));
        scaled.checked_div(size.into()).unwrap_or(0) as u32
    }

    #[inline(always)]
    fn back(sums: &[u32], unit: u32, step: u32) -> u32 {
        back(sums, unit, step)
    }

    #[inline(always)]
    fn add_next(sums: &mut [u32], unit: u32, step: u32, weight: u32) -> u32 {
        add_next(sums, unit, step, weight)
    }
}

#[inline(always)]
fn back(sums: &[u32], unit: u32, step: u32) -> u32 {
    if unit >= step {
        unit.wrapping_sub(step)
    } else {
        unit.wrapping_sub(step).wrapping_add(sums.len() as u32)
    }
}

#[inline(always)]
fn add_next(sums: &mut [u32], unit: u32, step: u32, weight: u32) -> u32 {
    let (mut next, ring) = (unit.wrapping_add(step), sums.len() as u32);
    if next >= ring {
        next = next.wrapping_sub(ring);
    }
    if let Some(sum) = sums.get_mut(next as usize) {
        *sum = sum.wrapping_add(weight);
    }
    next
}

/// Runs `$body` with `$ring` bound to the arithmetic of a wiring.
macro_rules! with_ring {
    ($wiring:expr, $ring:ident => $body:expr) => {
        match $wiring.kind() {
            $crate::structured::Kind::Byte($ring) => $body,
            $crate::structured::Kind::PowerOfTwo($ring) => $body,
            $crate::structured::Kind::Small($ring) => $body,
            $crate::structured::Kind::Wide($ring) => $body,
        }
    };
}

pub(crate) use with_ring;
