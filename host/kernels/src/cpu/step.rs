//! The learning step in 16-bit arithmetic, which every vector unit has.

use std::array::from_fn;

use slotless_core::rng::Key;
use slotless_core::weight::{self, Rate};

use super::simd::Block;

/// Weights stepped together where they stand in rows of 16-bit numbers: a vector of 128 bits.
pub(super) const LANES: usize = 8;

/// What a learning step makes of a chunk of weights: a function of (chunk, weights, targets).
pub(super) trait Moved: Fn(u32, [u16; LANES], [u16; LANES]) -> [u16; LANES] {}
impl<F: Fn(u32, [u16; LANES], [u16; LANES]) -> [u16; LANES]> Moved for F {}

/// The step with nearest rounding.
#[inline(always)]
pub(super) fn nearest(rate: u16) -> impl Moved {
    move |_, weights, targets| step(weights, targets, rate, |_, part| part >> 15)
}

/// The step with stochastic rounding; `key` is the row's, and a chunk's slots are the eight from eight times its number.
#[inline(always)]
pub(super) fn stochastic(rate: u16, key: Key) -> impl Moved {
    move |chunk, weights, targets| {
        let words = [key.at(2 * chunk), key.at(2 * chunk + 1)];
        step(weights, targets, rate, |lane, part| {
            let offset = weight::dither_of(words[lane / 4], lane as u32 % 4) as u16;
            u16::from(part.checked_add(offset).is_none())
        })
    }
}

/// The step of the rate 1, which goes all the way.
#[inline(always)]
pub(super) fn whole() -> impl Moved {
    |_, _, targets| targets
}

/// A learning rate, as the step takes it: in 1/65536, or none for the rate 1, which goes all the way, whatever the rounding.
pub(super) type StepRate = Option<u16>;

/// [`StepRate`] of a rate.
pub(super) fn step_rate(rate: Rate) -> StepRate {
    u16::try_from(rate.get()).ok()
}

/// Hidden units that learn, run by run of those that move at one rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Learners<'a> {
    units: &'a [u32],
    rates: Rates<'a>,
}

/// The rates of hidden units.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rates<'a> {
    /// One for all.
    One(StepRate),
    /// One for each.
    Each(&'a [StepRate]),
}

impl<'a> Learners<'a> {
    pub(super) fn new(units: &'a [u32], rates: Rates<'a>) -> Self {
        Self { units, rates }
    }
}

impl<'a> Iterator for Learners<'a> {
    type Item = (&'a [u32], StepRate);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let first = *self.units.first()?;
        let (alike, rate) = match self.rates {
            Rates::One(rate) => (self.units.len(), rate),
            Rates::Each(rates) => {
                let rate = rates[first as usize];
                let others = self.units.iter();
                let alike = others.take_while(|&&unit| rates[unit as usize] == rate);
                (alike.count(), rate)
            }
        };
        let (now, later) = self.units.split_at(alike);
        self.units = later;
        Some((now, rate))
    }
}

/// The learning step of some weights towards their targets, full scale or 0.
///
/// The distance to the target times the rate, in 1/65536, is a whole step and a part of one; `carry` gives, for (lane,
/// part), the 1 that rounding adds. The distance itself: F - w is w with its bits turned, since F is all ones.
#[inline(always)]
fn step(
    weights: [u16; LANES],
    targets: [u16; LANES],
    rate: u16,
    carry: impl Fn(usize, u16) -> u16,
) -> [u16; LANES] {
    let distances: [u16; LANES] = from_fn(|lane| weights[lane] ^ targets[lane]);
    let whole: [u16; LANES] =
        from_fn(|lane| ((u32::from(distances[lane]) * u32::from(rate)) >> 16) as u16);
    let carries: [u16; LANES] = from_fn(|lane| carry(lane, distances[lane].wrapping_mul(rate)));
    from_fn(|lane| (distances[lane] - whole[lane] - carries[lane]) ^ targets[lane])
}

/// [`step`] of 32 weights in a block.
#[inline(always)]
pub(super) fn step_block<B: Block>(weights: B, targets: B, rate: B, carry: impl Fn(B) -> B) -> B {
    let distances = weights.xor(targets);
    let whole = distances.mul_high16(rate);
    let carries = carry(distances.mul_low16(rate));
    distances.sub16(whole).sub16(carries).xor(targets)
}
