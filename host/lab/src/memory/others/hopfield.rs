//! Bounded symmetric weights between all units, of sparse binary patterns: the Hopfield network as a palimpsest.
//!
//! With p = s/n, x_i in {0, 1} and c = 1 / (p (1 - p)), the covariance rule (Tsodyks and Feigelman 1988)
//!
//! `W_ij <- W_ij + c (x_i - p) (x_j - p)` for i != j, that is
//! `(n - s)/s` where both units are active, `-1` where one is, `s/(n - s)` where none is,
//!
//! in whole numbers: of a fraction q the T-th step is `floor((T + 1) q) - floor(T q)` with `T = t + i + j` for pattern t, so
//! that over patterns, and over the units of a row, the mean is q. Weights are clipped to `-2^(B - 1)..=2^(B - 1) - 1` after
//! each (Parisi 1986): new patterns then cover old ones, in place of the loss of all at once.
//!
//! Recall is one pass: the fields `h_i = sum_j W_ij x_j` of a cue x, the largest weight counting for W_ii, and the s units with
//! the largest.

use slotless_core::bits;

use super::ranked::{Ranked, pairs};
use super::{Answer, Other};
use crate::SpecError;
use crate::memory::damage::Damage;

/// Checked sizes of the network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HopfieldParams {
    visible: u32,
    active: u32,
    weight_bits: u32,
    seed: u64,
}

/// The most units: the weights then take 512 MiB here, and steps fit 16 bits.
const MAX_UNITS: u32 = 1 << 14;

impl HopfieldParams {
    /// B `weight_bits` are 2 to 16.
    pub fn new(visible: u32, active: u32, weight_bits: u32, seed: u64) -> Result<Self, SpecError> {
        if !(2..=MAX_UNITS).contains(&visible) {
            let allowed = format!("2..={MAX_UNITS} (memory hopfield)");
            return Err(SpecError::range("n_i", visible, allowed));
        }
        Ok(Self {
            visible,
            active,
            weight_bits,
            seed,
        })
    }

    pub fn visible(&self) -> u32 {
        self.visible
    }

    pub fn active(&self) -> u32 {
        self.active
    }

    /// Bits of all weights, each kept once.
    pub fn bits(&self) -> u64 {
        pairs(self.visible) * u64::from(self.weight_bits)
    }

    /// `2^(B - 1)`: the least weight is below 0 by so much.
    fn half(&self) -> i32 {
        1 << (self.weight_bits - 1)
    }

    /// What the largest weight is above the least.
    pub fn span(&self) -> u32 {
        (1 << self.weight_bits) - 1
    }
}

/// The network.
#[derive(Debug)]
pub(super) struct Hopfield {
    params: HopfieldParams,
    /// Row by row. Learned are those of each unit with the ones before it; the others are these, once they are `mirrored`.
    weights: Vec<i16>,
    mirrored: bool,
    learned: u64,
    /// Steps of pairs both active, for T from the pattern's number on; of pairs that are not, those that are not 0.
    both: Vec<i16>,
    neither: Vec<(usize, i16)>,
    fields: Vec<i32>,
    ranked: Ranked,
}

impl Hopfield {
    pub fn new(params: HopfieldParams) -> Self {
        let units = params.visible as usize;
        Self {
            params,
            weights: vec![0; units * units],
            mirrored: true,
            learned: 0,
            both: vec![0; 2 * units],
            neither: Vec::new(),
            fields: vec![0; units],
            ranked: Ranked::new(params.visible, params.active),
        }
    }

    /// The weight between two units.
    #[cfg(test)]
    pub(super) fn weight(&self, unit: usize, other: usize) -> i16 {
        let (first, second) = (unit.max(other), unit.min(other));
        self.weights[first * self.params.visible as usize + second]
    }

    fn mirror(&mut self) {
        let n = self.params.visible as usize;
        for unit in 0..n {
            for other in 0..unit {
                self.weights[other * n + unit] = self.weights[unit * n + other];
            }
        }
        self.mirrored = true;
    }
}

/// Steps of a fraction, `floor((T + 1) a / b) - floor(T a / b)`, for T from `first` on; 0 where b is 0.
fn steps(first: u64, [a, b]: [u64; 2], steps: &mut [i16]) {
    let (Some(whole), Some(part)) = (a.checked_div(b), a.checked_rem(b)) else {
        steps.fill(0);
        return;
    };
    let mut rest = (u128::from(first) * u128::from(a) % u128::from(b)) as u64;
    for step in steps {
        rest += part;
        let more = u64::from(rest >= b);
        rest -= more * b;
        *step = i16::try_from(whole + more).unwrap_or(i16::MAX);
    }
}

impl Other for Hopfield {
    fn learn(&mut self, pattern: &[u32]) {
        let (n, s) = (self.params.visible, self.params.active);
        let [on, off] = [s, n - s].map(u64::from);
        steps(self.learned, [on, off], &mut self.both);
        let some = self.both.iter().copied().enumerate();
        self.neither.clear();
        self.neither.extend(some.filter(|&(_, step)| step != 0));
        steps(self.learned, [off, on], &mut self.both);
        let half = self.params.half();
        let (least, most) = (-half as i16, (half - 1) as i16);
        let add = |weight: &mut i16, step: i16| {
            *weight = weight.saturating_add(step).clamp(least, most);
        };
        for (unit, row) in self.weights.chunks_exact_mut(n as usize).enumerate() {
            let row = &mut row[..unit];
            if bits::get(pattern, unit as u32) {
                let steps = self.both[unit..].iter();
                for (other, (weight, &step)) in (0u32..).zip(row.iter_mut().zip(steps)) {
                    let step = if bits::get(pattern, other) { step } else { -1 };
                    add(weight, step);
                }
                continue;
            }
            // Few are stepped: those of the ones, and of the others where the fraction has come to a whole.
            let ones = bits::ones(pattern).map(|one| one as usize);
            for one in ones.take_while(|&one| one < unit) {
                add(&mut row[one], -1);
            }
            let first = self.neither.partition_point(|&(time, _)| time < unit);
            let risen = self.neither[first..].iter();
            for &(time, step) in risen.take_while(|&&(time, _)| time < 2 * unit) {
                let other = time - unit;
                if !bits::get(pattern, other as u32) {
                    add(&mut row[other], step);
                }
            }
        }
        self.mirrored = false;
        self.learned += 1;
    }

    fn ask(&mut self, ones: u32, from: u32) {
        self.ranked.ask(ones, from);
    }

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        if !self.mirrored {
            self.mirror();
        }
        let n = self.params.visible as usize;
        let half = self.params.half();
        self.fields.fill(0);
        let mut ones = 0;
        for unit in bits::ones(cue) {
            let unit = unit as usize;
            let row = &self.weights[unit * n..(unit + 1) * n];
            for (field, &weight) in self.fields.iter_mut().zip(row) {
                *field += i32::from(weight);
            }
            self.fields[unit] += half - 1;
            ones += 1;
        }
        // From the least that a field could be.
        for (sum, field) in self.ranked.sums.iter_mut().zip(&self.fields) {
            *sum = (field + ones * half) as u32;
        }
        self.ranked.answer(self.params.seed, cue)
    }

    fn damage(&mut self, damage: &Damage) {
        let (n, half) = (self.params.visible as usize, self.params.half());
        let count = pairs(self.params.visible);
        let mut weights = damage.weights(count, self.params.weight_bits);
        for unit in 1..n {
            for other in 0..unit {
                // From 0 on: a flip is the same in any form that inverts the sign bit alone.
                let weight = i32::from(self.weights[unit * n + other]) + half;
                self.weights[unit * n + other] =
                    (weights.change(weight as u32) as i32 - half) as i16;
            }
        }
        self.mirrored = false;
    }
}
