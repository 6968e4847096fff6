//! What a cue and a sketch say of each unit before its pattern is decoded.

use super::PolarParams;
use super::params::share;
use crate::{bits, real};

/// The log likelihood ratio of what is certain, in 1/64 nat: 64 nats.
const CERTAIN: i32 = 1 << 12;
/// That of a one of a cue which may have wrong ones: `64 ln 7`, for seven right ones in eight.
const LIKELY: i32 = 125;

/// What a cue is taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// All its ones are the pattern's.
    All,
    /// Most of them are.
    Most,
}

/// What a sketch and a cue say of a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A one of the cue.
    Cue,
    /// One of the cue that the sketch denies.
    Denied,
    /// The pattern has a one in its group, and the cue none.
    Open,
    /// It is in no group, or the cue has another one of it.
    Other,
    /// The pattern has no one in its group.
    Zero,
}

/// The class of each unit, by the sketches of the cue and of the slot.
pub(super) fn classes<'a>(
    params: &'a PolarParams,
    cue: &'a [u32],
    [touched, sketch]: [&'a [u32]; 2],
) -> impl Iterator<Item = (u32, Class)> + 'a {
    (0..params.visible()).map(move |unit| {
        let group = params.group_of(unit);
        let zero = group.is_some_and(|group| !bits::get(sketch, group));
        let open = group.is_some_and(|group| !bits::get(touched, group));
        let class = match (bits::get(cue, unit), zero) {
            (true, true) => Class::Denied,
            (true, false) => Class::Cue,
            (false, true) => Class::Zero,
            (false, false) if open => Class::Open,
            (false, false) => Class::Other,
        };
        (unit, class)
    })
}

/// Writes the log likelihood ratios of all N positions: of n units, and of zeros behind them.
///
/// Of the units that are not in the cue those which are ones are taken to be drawn each for itself with the same probability.
pub(super) fn priors(
    params: &PolarParams,
    cue: &[u32],
    trust: Trust,
    sketches: [&[u32]; 2],
    ratios: &mut [i32],
) {
    let ones = bits::count(cue);
    let (right, known) = match trust {
        Trust::All => (ones, -CERTAIN),
        Trust::Most => (ones.wrapping_sub(ones / 8), -LIKELY),
    };
    let others = params.visible().wrapping_sub(ones);
    let left = params.active().saturating_sub(right).min(others);
    let zero = share(others.wrapping_sub(left), others);
    let one = (1u64 << 31).wrapping_sub(zero);
    let all_zero = (1..params.group()).fold(zero, |power, _| power.wrapping_mul(zero) >> 31);
    let other = ratio(zero, one);
    // Given that not all of the group are zeros, zeros are as much rarer as ones are more frequent.
    let open = ratio(zero.saturating_sub(all_zero), one);
    ratios.fill(CERTAIN);
    for ((_, class), ratio) in classes(params, cue, sketches).zip(ratios) {
        *ratio = match class {
            Class::Cue => known,
            Class::Open => open,
            Class::Other => other,
            Class::Denied | Class::Zero => CERTAIN,
        };
    }
}

/// `64 ln(a / b)` of two numbers up to 2^31, rounded down; what is certain where one of them is 0.
fn ratio(a: u64, b: u64) -> i32 {
    match (a, b) {
        (0, _) => -CERTAIN,
        (_, 0) => CERTAIN,
        _ => {
            let [a, b] = [a, b].map(|number| real::ln_of_integer(number << 31) as i64);
            (a.wrapping_sub(b) >> 26) as i32
        }
    }
}
