//! Fixed-point weights: widths, packed rows, and the learning step.
//!
//! A weight of `b` bits is an integer `w` in `0..=F`, `F = 2^b - 1`, and stands for `w / F`: `F` is exactly 1. A row
//! holds the weights of one hidden unit, slot after slot from the low bits of its first word, 32 / b to a word; unused
//! bits are zero. At the API's edge weights are [`fixed`] numbers, U0F8 or U0F16, whose largest value stands for 1.

use core::fmt;
use core::hash::Hash;

use fixed::types::{U0F8, U0F16};

use crate::bits;
use crate::rng::Key;

mod sealed {
    pub trait Sealed {}
}

/// A weight's width in bits, as a type: [`U1`], [`U2`], [`U4`], [`U8`] or [`U16`].
///
/// Sealed: the packed row layout and the snapshot format know exactly these five. The supertraits are those of an empty
/// type, so that code generic in the width can compare, hash and share what carries it.
pub trait Width:
    sealed::Sealed + Copy + Default + Eq + Hash + fmt::Debug + Send + Sync + 'static
{
    /// Bits in a weight: 1, 2, 4, 8 or 16.
    const BITS: u32;
    /// The raw weight that stands for 1: `2^BITS - 1`.
    const FULL: u32 = (1 << Self::BITS) - 1;
    /// Weights in a word.
    const PER_WORD: u32 = 32 / Self::BITS;
    /// The fixed-point number that carries a weight at the API's edge: U0F8, or U0F16 for 16 bits. Its largest value
    /// stands for 1, where `fixed` itself reads it as a little less.
    type Fixed: fixed::traits::Fixed;

    /// The fixed-point number of a raw weight, the same share of the largest one; raw weights above full scale count as
    /// that.
    fn to_fixed(raw: u32) -> Self::Fixed;

    /// Words in a row of `slots` weights.
    #[must_use]
    fn row_words(slots: u32) -> usize {
        slots.div_ceil(Self::PER_WORD) as usize
    }

    /// The raw weight in `slot`; 0 outside the row.
    #[inline]
    #[must_use]
    fn get(row: &[u32], slot: u32) -> u32 {
        read::<Self>(row, slot)
    }

    /// Writes the raw weight in `slot`, saturated to full scale; nothing outside the row.
    #[inline]
    fn set(row: &mut [u32], slot: u32, raw: u32) {
        if let Some(word) = row.get_mut((slot / Self::PER_WORD) as usize) {
            let shift = slot % Self::PER_WORD * Self::BITS;
            *word = *word & !(Self::FULL << shift) | raw.min(Self::FULL) << shift;
        }
    }
}

macro_rules! width {
    ($(#[$doc:meta])* $name:ident, $bits:literal, $fixed:ty, $raw:ty, $scale:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name;
        impl sealed::Sealed for $name {}
        impl Width for $name {
            const BITS: u32 = $bits;
            type Fixed = $fixed;
            fn to_fixed(raw: u32) -> $fixed {
                <$fixed>::from_bits((raw.min(Self::FULL) * $scale) as $raw)
            }
        }
    };
}

width!(
    /// Binary weights, 32 to a word. With stochastic rounding a winner's weight takes the pattern's value with
    /// probability eps. With nearest rounding it always does from rate 1/2 on, as at rate 1; below, it never does, and
    /// nothing is learned.
    U1, 1, U0F8, u8, 255
);
width!(
    /// 2-bit weights, 16 to a word.
    U2, 2, U0F8, u8, 85
);
width!(
    /// 4-bit weights, 8 to a word.
    U4, 4, U0F8, u8, 17
);
width!(
    /// 8-bit weights, 4 to a word: U0F8 at the edge.
    U8, 8, U0F8, u8, 1
);
width!(
    /// 16-bit weights, 2 to a word: U0F16 at the edge.
    U16, 16, U0F16, u16, 1
);

/// The words as smaller integers. Always all of them: whole words can be cut so, but only the type of the result tells the
/// compiler that nothing can go wrong.
#[inline(always)]
pub(crate) fn view<T: bytemuck::Pod>(words: &[u32]) -> &[T] {
    bytemuck::try_cast_slice(words).unwrap_or(&[])
}

/// [`view`], to be written.
#[inline(always)]
pub(crate) fn view_mut<T: bytemuck::Pod>(words: &mut [u32]) -> &mut [T] {
    bytemuck::try_cast_slice_mut(words).unwrap_or(&mut [])
}

/// Replaces the raw weight in `slot` by what `change` makes of it, cut to the weight's bits; outside the row nothing is
/// called.
#[inline(always)]
pub(crate) fn modify<W: Width>(row: &mut [u32], slot: u32, change: impl FnOnce(u32) -> u32) {
    // Where the bytes of a word lie in the order of its slots, a byte is reached without its word.
    if cfg!(target_endian = "little") && W::BITS == 8 {
        let bytes = view_mut::<u8>(row);
        if let Some(weight) = bytes.get_mut(slot as usize) {
            *weight = change((*weight).into()) as u8;
        }
    } else if cfg!(target_endian = "little") && W::BITS == 16 {
        let halves = view_mut::<u16>(row);
        if let Some(weight) = halves.get_mut(slot as usize) {
            *weight = change((*weight).into()) as u16;
        }
    } else if let Some(word) = row.get_mut((slot / W::PER_WORD) as usize) {
        let shift = slot % W::PER_WORD * W::BITS;
        let new = change(*word >> shift & W::FULL) & W::FULL;
        *word = *word & !(W::FULL << shift) | new << shift;
    }
}

/// A raw weight as the machine keeps it: a byte or a half word.
pub(crate) trait Raw: bytemuck::Pod + Into<u32> {
    /// Of the low bits.
    fn of(raw: u32) -> Self;
}

impl Raw for u8 {
    #[inline(always)]
    fn of(raw: u32) -> Self {
        raw as u8
    }
}

impl Raw for u16 {
    #[inline(always)]
    fn of(raw: u32) -> Self {
        raw as u16
    }
}

/// Whether the weights of a row are numbers of that kind, in the order of its slots.
pub(crate) const fn are<W: Width, C: Raw>() -> bool {
    cfg!(target_endian = "little") && W::BITS as usize == 8 * size_of::<C>()
}

/// Calls `each` with all raw weights of some words, in order.
#[inline(always)]
pub(crate) fn each_word<W: Width>(words: &[u32], mut each: impl FnMut(u32)) {
    // A Cortex-M that can swap has an instruction that adds a byte of a word as well.
    let adds_bytes = cfg!(all(target_arch = "arm", target_has_atomic = "32"));
    if cfg!(target_endian = "little") && W::BITS == 8 && !adds_bytes {
        let bytes = view::<u8>(words);
        for four in bytes.as_chunks::<4>().0 {
            four.iter().for_each(|&weight| each(weight.into()));
        }
        return;
    }
    for &word in words {
        for lane in 0..W::PER_WORD {
            each(word >> (lane * W::BITS) & W::FULL);
        }
    }
}

/// The raw weight in `slot`; 0 outside the row.
#[inline(always)]
fn read<W: Width>(row: &[u32], slot: u32) -> u32 {
    if cfg!(target_endian = "little") && W::BITS == 8 {
        let bytes = view::<u8>(row);
        bytes.get(slot as usize).copied().unwrap_or(0).into()
    } else if cfg!(target_endian = "little") && W::BITS == 16 {
        let halves = view::<u16>(row);
        halves.get(slot as usize).copied().unwrap_or(0).into()
    } else {
        row.get((slot / W::PER_WORD) as usize)
            .map_or(0, |word| word >> (slot % W::PER_WORD * W::BITS) & W::FULL)
    }
}

/// How a learning step is rounded to the width of a weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
pub enum Rounding {
    /// To the nearest weight. Steps below half a unit are lost: see [`stall_level`].
    #[default]
    Nearest,
    /// Up or down at random, so that the step is right on average.
    Stochastic,
}

/// A learning rate in 1/65536, from 1 to 65536 (which is exactly 1). A real rate is the nearest of them: .3 is 19661.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Rate(u32);

impl Rate {
    /// The rate 1: a winner's weights become the pattern.
    pub const ONE: Self = Self(65536);

    /// The rate `eps / 65536`; `None` unless 1 <= eps <= 65536.
    #[must_use]
    pub const fn new(eps: u32) -> Option<Self> {
        if eps >= 1 && eps <= 65536 {
            Some(Self(eps))
        } else {
            None
        }
    }

    /// The rate nearest to `numerator / denominator`, a half up; `None` for a share above 1, one that is nearer to 0 than to
    /// 1/65536, and a denominator of 0.
    ///
    /// ```
    /// use slotless_core::weight::Rate;
    /// assert_eq!(Rate::from_ratio(3, 10), Rate::new(19_661));
    /// assert_eq!(Rate::from_ratio(1, 1), Some(Rate::ONE));
    /// assert_eq!(Rate::from_ratio(11, 10), None);
    /// ```
    #[must_use]
    pub const fn from_ratio(numerator: u32, denominator: u32) -> Option<Self> {
        Self::new(Self::parts(numerator, denominator))
    }

    /// A share in 1/65536, whatever it is: above 65,536 where it is above 1, without a denominator the most there is.
    pub(crate) const fn parts(numerator: u32, denominator: u32) -> u32 {
        if denominator == 0 {
            return u32::MAX;
        }
        // Below 2^50.
        let (numerator, denominator) = (numerator as u64, denominator as u64);
        let parts = (numerator * 131_072 + denominator) / (2 * denominator);
        if parts > u32::MAX as u64 {
            u32::MAX
        } else if numerator > denominator && parts == 65_536 {
            // Above 1 by too little to be seen: no rate, either.
            65_537
        } else {
            parts as u32
        }
    }

    /// The rate in 1/65536.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// The rounding offset of nearest rounding: half a unit of the step, in 1/65536.
pub const HALF: u32 = 1 << 15;

/// One learning step of one weight: towards `full` where the input is active, towards 0 where it is not.
///
/// `w += (eps (F - w) + r) >> 16` or `w -= (eps w + r) >> 16`, the integer form of `W += eps (x - W)`. With `r < 65536`
/// and `eps <= 65536` the step is at most the distance itself, `(65536 d + 65535) >> 16 = d`, so the weight stays in
/// `0..=F`, and `65536 * 65535 + 65535 < 2^32`, so nothing overflows for widths to 16 bits. Arguments beyond these
/// (`weight` in `0..=full`, `full` and `offset` in 0..=65535) give some number.
#[inline]
#[must_use]
pub fn step(weight: u32, full: u32, active: bool, rate: Rate, offset: u32) -> u32 {
    let distance = if active {
        full.wrapping_sub(weight)
    } else {
        weight
    };
    let moved = rate.0.wrapping_mul(distance).wrapping_add(offset) >> 16;
    if active {
        weight.wrapping_add(moved)
    } else {
        weight.wrapping_sub(moved)
    }
}

/// [`step`] of a weight that is no more than full, towards it where `active` is 1 and towards 0 where it is 0.
///
/// The weight is taken as its distance to where it goes, and back: `F - w` is `w ^ F` for the `F` there are.
#[inline(always)]
pub(crate) fn step_towards<W: Width>(weight: u32, active: u32, rate: Rate, offset: u32) -> u32 {
    step_to(weight, active.wrapping_neg() & W::FULL, rate, offset)
}

/// [`step_towards`] a goal, full or 0.
#[inline(always)]
pub(crate) fn step_to(weight: u32, goal: u32, rate: Rate, offset: u32) -> u32 {
    let distance = weight ^ goal;
    let moved = rate.0.wrapping_mul(distance).wrapping_add(offset) >> 16;
    distance.wrapping_sub(moved) ^ goal
}

/// The rounding offset of `slot` in a row whose dither key is `key`: 16 random bits.
///
/// One hash word serves four neighbouring slots: slot `4 g + i` takes the low 16 bits of word `g` rotated right by
/// `8 i`. Each offset is uniform; neighbours share a byte, which is the high byte of one and the low byte of the other.
#[inline]
#[must_use]
pub fn dither(key: Key, slot: u32) -> u32 {
    dither_of(key.at(slot / 4), slot)
}

/// [`dither`] with the group's hash word, draw `slot / 4` of the row's key, at hand.
#[inline]
#[must_use]
pub fn dither_of(word: u32, slot: u32) -> u32 {
    word.rotate_right(slot % 4 * 8) & 0xffff
}

/// The largest raw weight that nearest rounding can no longer lower; 0, where every weight falls, at rates from 1/2 on
/// and for stochastic rounding.
///
/// A step down is `(eps w + 2^15) >> 16`: zero while `eps w < 2^15`, so the last weight it leaves alone is
/// `ceil(2^15 / eps) - 1`. That depends on the rate, not on the width. As a share of full scale it is
/// `min(level, F) / F` with `F` = [`Width::FULL`]: .016 for 8 bits at rate .1, .008 for 16 bits at .001. A level of `F`
/// or more says that no weight of that width ever falls. Weights of at least `F - level` no longer rise, alike.
#[must_use]
pub const fn stall_level(rate: Rate, rounding: Rounding) -> u32 {
    match rounding {
        Rounding::Nearest => HALF.div_ceil(rate.0) - 1,
        Rounding::Stochastic => 0,
    }
}

/// Fills a row of [`Width::row_words`]`(slots)` words with its start weights, uniform over `0..=F`: word `i` of the row
/// is draw `i` of its key, unused bits cleared.
pub fn fill_start<W: Width>(row: &mut [u32], slots: u32, key: Key) {
    for (index, word) in (0..).zip(row.iter_mut()) {
        *word = start_word::<W>(slots, key, index);
    }
}

/// Word `index` of a row's start weights; 0 past its end.
#[inline]
#[must_use]
pub fn start_word<W: Width>(slots: u32, key: Key, index: u32) -> u32 {
    let used = slots
        .saturating_sub(index.saturating_mul(W::PER_WORD))
        .min(W::PER_WORD)
        * W::BITS;
    match used {
        0 => 0,
        bits::WORD_BITS.. => key.at(index),
        _ => key.at(index) & ((1 << used) - 1),
    }
}
