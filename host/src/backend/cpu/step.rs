//! The learning step in 16-bit arithmetic, which every vector unit has.

use std::array::from_fn;

use slotless_core::kwinner::Params;
use slotless_core::weight::Width;

use super::simd::Block;

/// The rate of a network, as the step takes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Learning {
    /// In 1/65536; `None` for the rate 1, which goes all the way, whatever the rounding.
    rate: Option<u16>,
}

impl Learning {
    pub(super) fn new<W: Width>(params: &Params<W>) -> Self {
        Self {
            rate: u16::try_from(params.rate().get()).ok(),
        }
    }

    #[inline(always)]
    pub(super) fn rate(self) -> Option<u16> {
        self.rate
    }
}

/// The learning step of some weights towards their targets, full scale or 0.
///
/// The distance to the target times the rate, in 1/65536, is a whole step and a part of one; `carry` gives, for (lane,
/// part), the 1 that rounding adds. The distance itself: F - w is w with its bits turned, since F is all ones.
#[inline(always)]
pub(super) fn step<const LANES: usize>(
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
