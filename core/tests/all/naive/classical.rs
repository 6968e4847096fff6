//! The classical Hopfield network, from the text of `slotless_core::contract`: a square matrix of `i64` and states of -1 and 1, every
//! field and energy summed anew.

use super::{Key, Pcg};

/// Code of the streams of updates.
const UPDATE_ORDER: u64 = 7;

pub struct Classical {
    pub weights: Vec<Vec<i64>>,
    pub thresholds: Vec<i64>,
    pub stored: u32,
}

/// What ends a run, all rules off at first.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub sweeps: bool,
    pub patience: Option<u64>,
    pub most: Option<u64>,
    pub floor: Option<i64>,
    pub memories: Vec<Vec<i64>>,
    pub run: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    FixedPoint,
    Patience,
    Stored(usize),
    Floor,
    Most,
}

pub fn signs(bits: &[bool]) -> Vec<i64> {
    bits.iter().map(|&bit| if bit { 1 } else { -1 }).collect()
}

pub fn bits(signs: &[i64]) -> Vec<bool> {
    signs.iter().map(|&sign| sign == 1).collect()
}

impl Classical {
    pub fn new(n: usize) -> Self {
        Self {
            weights: vec![vec![0; n]; n],
            thresholds: vec![0; n],
            stored: 0,
        }
    }

    /// Stores, or says that a weight would exceed `most` and leaves everything as it is.
    pub fn store(&mut self, s: &[i64], most: i64) -> bool {
        let mut next = self.weights.clone();
        for (i, row) in next.iter_mut().enumerate() {
            for (j, weight) in row.iter_mut().enumerate() {
                *weight += if i == j { 0 } else { s[i] * s[j] };
            }
        }
        let fits = next.iter().flatten().all(|weight| weight.abs() <= most);
        if fits {
            self.weights = next;
            self.stored += 1;
        }
        fits
    }

    pub fn field(&self, s: &[i64], i: usize) -> i64 {
        let sum: i64 = self.weights[i].iter().zip(s).map(|(w, s)| w * s).sum();
        sum - self.thresholds[i]
    }

    /// `-1/2 s^T W s + b^T s`.
    pub fn energy(&self, s: &[i64]) -> i64 {
        let mut twice = 0;
        for (row, a) in self.weights.iter().zip(s) {
            for (weight, b) in row.iter().zip(s) {
                twice -= weight * a * b;
            }
        }
        let thresholds: i64 = self.thresholds.iter().zip(s).map(|(b, s)| b * s).sum();
        twice / 2 + thresholds
    }

    /// Runs from a cue: the state, updates, flips, what ended it, and the energy after each update.
    pub fn run(
        &self,
        cue: &[i64],
        words: &[u32],
        seed: u64,
        rules: &Rules,
    ) -> (Vec<i64>, u64, u64, End, Vec<i64>) {
        let n = cue.len();
        let digest = Key::of(seed, UPDATE_ORDER).digest(words);
        let mut rng = Pcg::stream(seed, UPDATE_ORDER, digest, rules.run);
        let mut order: Vec<u64> = (0..n as u64).collect();
        let (mut s, mut updates, mut flips, mut idle) = (cue.to_vec(), 0, 0, 0);
        let mut energies = Vec::new();
        let reached = |s: &[i64]| {
            if let Some(memory) = rules.memories.iter().position(|memory| memory == s) {
                return Some(End::Stored(memory));
            }
            let low = rules.floor.is_some_and(|floor| self.energy(s) <= floor);
            low.then_some(End::Floor)
        };
        if let Some(end) = reached(&s) {
            return (s, 0, 0, end, energies);
        }
        loop {
            let units = if rules.sweeps {
                for l in (2..=n).rev() {
                    order.swap(rng.below(l as u64) as usize, l - 1);
                }
                order.clone()
            } else {
                vec![rng.below(n as u64)]
            };
            let before = flips;
            for unit in units {
                let i = unit as usize;
                let field = self.field(&s, i);
                let next = if field == 0 { s[i] } else { field.signum() };
                let flipped = next != s[i];
                s[i] = next;
                updates += 1;
                flips += u64::from(flipped);
                idle = if flipped { 0 } else { idle + 1 };
                energies.push(self.energy(&s));
                if rules.patience.is_some_and(|patience| idle >= patience) {
                    return (s, updates, flips, End::Patience, energies);
                }
                if let Some(end) = reached(&s)
                    && flipped
                {
                    return (s, updates, flips, end, energies);
                }
                if rules.most == Some(updates) {
                    return (s, updates, flips, End::Most, energies);
                }
            }
            if rules.sweeps && flips == before {
                return (s, updates, flips, End::FixedPoint, energies);
            }
        }
    }

    /// The buffer: number stored, thresholds if any, then for each unit its weights to those before it, in whole words.
    pub fn state(&self, bits: usize, thresholds: bool) -> Vec<u32> {
        let mut words = vec![self.stored];
        if thresholds {
            words.extend(self.thresholds.iter().map(|&b| b as u32));
        }
        for (i, row) in self.weights.iter().enumerate() {
            for slots in row[..i].chunks(32 / bits) {
                let mut word = 0u64;
                for (t, &weight) in slots.iter().enumerate() {
                    word |= ((weight as u64) % (1 << bits)) << (t * bits);
                }
                words.push(word as u32);
            }
        }
        words
    }
}

/// What a state is, within `tolerance` units: the code of its kind, the units in which it differs, and the memories of that,
/// each with whether its sign is minus.
pub fn identify(
    s: &[i64],
    memories: &[Vec<i64>],
    tolerance: usize,
) -> (u32, u32, Vec<(u32, bool)>) {
    let overlap = |memory: &[i64]| memory.iter().zip(s).map(|(a, b)| a * b).sum::<i64>();
    let mut ranked: Vec<(u32, bool)> = (0..)
        .zip(memories)
        .map(|(memory, row)| (memory, overlap(row) < 0))
        .collect();
    ranked.sort_by_key(|&(memory, _)| (-overlap(&memories[memory as usize]).abs(), memory));
    let mut nearest = 0;
    for count in [1, 3, 5, 7] {
        if count > ranked.len() {
            break;
        }
        let parts = &ranked[..count];
        let vote = |i: usize| -> i64 {
            let terms = parts.iter().map(|&(memory, minus)| {
                let value = memories[memory as usize][i];
                if minus { -value } else { value }
            });
            terms.sum::<i64>().signum()
        };
        let distance = (0..s.len()).filter(|&i| vote(i) != s[i]).count();
        if count == 1 {
            nearest = distance as u32;
        }
        if distance <= tolerance {
            let kind = if count > 1 { 2 } else { u32::from(parts[0].1) };
            return (kind, distance as u32, parts.to_vec());
        }
    }
    (3, nearest, Vec::new())
}
