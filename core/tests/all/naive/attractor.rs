//! Attractor memories with square matrices and every pair gone through, from the text of `slotless_core::contract`.

use super::modern::ln;
use super::real::{Number, power};
use super::{Key, winners};

const PROJECTION: u64 = 8;
const CODE_TIE: u64 = 9;
const PAIR_TIE: u64 = 10;

pub struct Sizes {
    pub n: usize,
    pub k: usize,
    pub seed: u64,
}

impl Sizes {
    fn ties(&self, purpose: u64, words: &[u32]) -> Key {
        let key = Key::of(self.seed, purpose);
        key.derive(key.digest(words))
    }

    fn unit_key(&self, unit: usize) -> Key {
        Key::of(self.seed, PROJECTION).derive(unit as u64)
    }

    pub fn row(&self, unit: usize, inputs: usize) -> Vec<f32> {
        let key = self.unit_key(unit);
        (0..inputs as u64).map(|i| normal(key.at(i))).collect()
    }

    /// The code of drives of any kind.
    fn code<D: PartialOrd>(&self, drives: &[D], words: &[u32]) -> Vec<u32> {
        let key = self.ties(CODE_TIE, words);
        let mut order: Vec<usize> = (0..self.n).collect();
        order.sort_by(|&a, &b| {
            let ties = key.at(b as u64).cmp(&key.at(a as u64));
            drives[b].partial_cmp(&drives[a]).unwrap().then(ties)
        });
        order.truncate(self.k);
        order.sort_unstable();
        order.into_iter().map(|unit| unit as u32).collect()
    }

    pub fn gaussian(&self, input: &[f32]) -> Vec<u32> {
        let mut drives = Vec::new();
        for unit in 0..self.n {
            let drive = f32::dot(&self.row(unit, input.len()), input);
            drives.push(if drive.is_nan() {
                0.0
            } else if drive.is_infinite() {
                f32::MAX * drive.signum()
            } else {
                drive
            });
        }
        let words: Vec<u32> = input.iter().map(|number| number.to_bits()).collect();
        self.code(&drives, &words)
    }

    pub fn sparse(&self, input: &[i16], taps: usize) -> Vec<u32> {
        let mut drives = Vec::new();
        for unit in 0..self.n {
            let key = self.unit_key(unit);
            let mut drive = 0i64;
            for t in 0..taps {
                let (first, end) = (t * input.len() / taps, (t + 1) * input.len() / taps);
                let w = key.at(t as u64);
                let place = first + ((w / 2 * (end - first) as u64) >> 31) as usize;
                let number = i64::from(input[place]);
                drive += if w % 2 == 1 { -number } else { number };
            }
            drives.push(drive);
        }
        let words: Vec<u32> = input.iter().map(|&n| i32::from(n) as u32).collect();
        self.code(&drives, &words)
    }

    /// The winners of potentials that are above a level.
    fn above(&self, from: &[u32], potentials: &[u64], level: u64) -> Vec<u32> {
        winners(potentials, self.k, self.ties(CODE_TIE, from))
            .into_iter()
            .filter(|&unit| potentials[unit] > level)
            .map(|unit| unit as u32)
            .collect()
    }
}

/// The normal number of a word.
#[expect(clippy::excessive_precision, reason = "the digits of the source")]
pub fn normal(w: u64) -> f32 {
    let p = ((w / 2) as f32 + 0.5) * 2f32.powi(-32);
    let q = 0.5 - p;
    let horner = |c: &[f32], r: f32| c[1..].iter().fold(c[0], |sum, c| sum * r + c);
    let size = if q <= 0.425 {
        let r = 0.180_625 - q * q;
        let a = [
            59.109_374_720,
            159.291_132_02,
            50.434_271_938,
            3.387_132_717_9,
        ];
        let b = [67.187_563_600, 78.757_757_664, 17.895_169_469, 1.0];
        q * horner(&a, r) / horner(&b, r)
    } else {
        let r = (-ln(p)).sqrt() - 1.6;
        let c = [
            0.170_238_211_03,
            1.306_728_481_6,
            2.756_815_390_0,
            1.423_437_277_7,
        ];
        let d = [0.120_211_329_75, 0.737_001_642_50, 1.0];
        horner(&c, r) / horner(&d, r)
    };
    if w % 2 == 1 { -size } else { size }
}

#[derive(Clone, Copy, Debug)]
pub enum How {
    Flat,
    Attractor(u32),
    Hopfield(i32, u32),
    Recurrent(u32, u32),
    TwoStage(usize, i32, u32),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub code: Vec<u32>,
    pub settled: Vec<u32>,
    pub steps: u32,
    pub best: Option<(usize, u32)>,
    pub next: Option<(usize, u32)>,
}

#[derive(Clone, Copy)]
struct Amounts {
    target: u64,
    cue: u64,
}

const TARGETS: Amounts = Amounts { target: 1, cue: 0 };
const CUES: Amounts = Amounts { target: 0, cue: 1 };

pub struct Memory {
    pub sizes: Sizes,
    /// None for those forgotten.
    pub pairs: Vec<Option<(Vec<u32>, Vec<u32>)>>,
}

fn shared(a: &[u32], b: &[u32]) -> u32 {
    a.iter().filter(|unit| b.contains(unit)).count() as u32
}

impl Memory {
    fn overlaps(&self, code: &[u32]) -> Vec<u32> {
        let of = |pair: &Option<(Vec<u32>, Vec<u32>)>| match pair {
            Some((cue, _)) => shared(cue, code),
            None => 0,
        };
        self.pairs.iter().map(of).collect()
    }

    /// Pairs with the largest overlaps, best first.
    pub fn nearest(&self, code: &[u32], count: usize) -> Vec<(usize, u32)> {
        let overlaps = self.overlaps(code);
        let key = self.sizes.ties(PAIR_TIE, code);
        let mut order: Vec<usize> = (0..overlaps.len()).filter(|&m| overlaps[m] > 0).collect();
        order.sort_by_key(|&m| std::cmp::Reverse((overlaps[m], key.at(m as u64))));
        order.truncate(count);
        order.into_iter().map(|m| (m, overlaps[m])).collect()
    }

    fn matrix(&self, amounts: Amounts, full: u64) -> Vec<Vec<u64>> {
        let n = self.sizes.n;
        let mut w = vec![vec![0u64; n]; n];
        for (cue, target) in self.pairs.iter().flatten() {
            for &i in cue {
                for &j in target {
                    w[j as usize][i as usize] += amounts.target;
                }
                for &j in cue {
                    w[j as usize][i as usize] += amounts.cue;
                }
            }
        }
        for w in w.iter_mut().flatten() {
            *w = (*w).min(full);
        }
        w
    }

    fn linear(&self, from: &[u32], amounts: Amounts, full: u64, inhibition: u64) -> Vec<u32> {
        let w = self.matrix(amounts, full);
        let sum = |row: &Vec<u64>| from.iter().map(|&i| row[i as usize]).sum::<u64>();
        let potentials: Vec<u64> = w.iter().map(sum).collect();
        let total: u64 = potentials.iter().sum();
        let mean = u128::from(total) * 65_536 / self.sizes.n as u128;
        let level = (mean * u128::from(inhibition)) >> 32;
        self.sizes.above(from, &potentials, level as u64)
    }

    fn softmax(&self, from: &[u32], beta: i32, targets: bool, taking: &[bool]) -> Vec<u32> {
        let overlaps = self.overlaps(from);
        let takes: Vec<usize> = (0..self.pairs.len())
            .filter(|&m| taking[m] && self.pairs[m].is_some())
            .collect();
        let most = takes.iter().map(|&m| overlaps[m]).max().unwrap_or(0);
        let e = |m: usize| {
            let distance = i128::from(most - overlaps[m]) * i128::from(beta);
            power(distance.min((1 << 32) - 1))
        };
        let total: i128 = takes.iter().map(|&m| e(m)).sum();
        let mut shift = 0;
        while total >> shift >= 1 << 32 {
            shift += 1;
        }
        let mut potentials = vec![0u64; self.sizes.n];
        for &m in &takes {
            let (cue, target) = self.pairs[m].as_ref().unwrap();
            for &unit in if targets { target } else { cue } {
                potentials[unit as usize] += (e(m) >> shift) as u64;
            }
        }
        self.sizes.above(from, &potentials, 0)
    }

    fn settle(
        &self,
        cue: &[u32],
        steps: u32,
        step: impl Fn(&[u32]) -> Vec<u32>,
    ) -> (Vec<u32>, u32) {
        let mut code = cue.to_vec();
        for done in 1..=steps {
            let next = step(&code);
            let ends = next == code || next.is_empty();
            code = next;
            if ends {
                return (code, done);
            }
        }
        (code, steps)
    }

    pub fn recall(&self, cue: &[u32], how: How, at_least: u32, full: u64) -> Found {
        let nearest = self.nearest(cue, 2);
        let mut found = Found {
            best: nearest.first().copied(),
            next: nearest.get(1).copied(),
            ..Found::default()
        };
        if found.best.is_none_or(|(_, overlap)| overlap < at_least) {
            return found;
        }
        let all = vec![true; self.pairs.len()];
        match how {
            How::Flat => found.code = self.linear(cue, TARGETS, full, 0),
            How::Attractor(steps) => {
                (found.settled, found.steps) =
                    self.settle(cue, steps, |code| self.linear(code, CUES, full, 0));
                found.code = self.linear(&found.settled, TARGETS, full, 0);
            }
            How::Hopfield(beta, steps) => {
                (found.settled, found.steps) =
                    self.settle(cue, steps, |code| self.softmax(code, beta, false, &all));
                found.code = self.softmax(&found.settled, beta, true, &all);
            }
            How::Recurrent(steps, inhibition) => {
                let both = Amounts { target: 2, cue: 1 };
                (found.code, found.steps) = self.settle(cue, steps, |code| {
                    self.linear(code, both, full, inhibition.into())
                });
            }
            How::TwoStage(count, beta, steps) => {
                let mut taking = vec![false; self.pairs.len()];
                for (m, _) in self.nearest(cue, count) {
                    taking[m] = true;
                }
                (found.settled, found.steps) =
                    self.settle(cue, steps, |code| self.softmax(code, beta, false, &taking));
                found.code = self.softmax(&found.settled, beta, true, &taking);
            }
        }
        found
    }
}
