//! Slots, sketches and codes, written from the contract's text.

use super::{Key, Pcg};

/// Overlap and place of a pattern.
pub type Ranked = (u64, u64);

/// The best pattern and the next: of equal ones that which is given first.
pub fn best_two(ranked: &[Ranked]) -> (Option<Ranked>, Option<Ranked>) {
    let mut order = ranked.to_vec();
    order.sort_by_key(|&(overlap, _)| std::cmp::Reverse(overlap));
    (order.first().copied(), order.get(1).copied())
}

pub fn overlap(a: &[bool], b: &[bool]) -> u64 {
    a.iter().zip(b).filter(|(a, b)| **a && **b).count() as u64
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    Fifo,
    Random(u64),
    Reservoir(u64),
    /// Classes and seed.
    Balanced(u64, u64),
}

/// Which slot the pattern of a number and class goes to, where slots hold these classes.
pub fn slot(rule: Rule, slots: u64, number: u64, class: u64, of: &[u64]) -> Option<u64> {
    if number < slots {
        return Some(number);
    }
    let stream = |seed| Pcg::stream(seed, 11, number >> 32, number % (1 << 32));
    match rule {
        Rule::Fifo => Some(number % slots),
        Rule::Random(seed) => Some(stream(seed).below(slots)),
        Rule::Reservoir(seed) => {
            Some(stream(seed).below_u64(number + 1)).filter(|&drawn| drawn < slots)
        }
        Rule::Balanced(classes, seed) => {
            let count = |class: u64| of.iter().filter(|&&other| other == class).count();
            let most = (0..classes).map(count).max().unwrap();
            let largest = if count(class) == most {
                class
            } else {
                (0..classes).find(|&class| count(class) == most).unwrap()
            };
            let own: Vec<u64> = (0..slots)
                .filter(|&slot| of[slot as usize] == largest)
                .collect();
            Some(own[stream(seed).below(most as u64) as usize])
        }
    }
}

/// The words of the classes of all slots.
pub fn class_words(of: &[u64]) -> Vec<u32> {
    let word = |of: &[u64]| {
        let bytes = of.iter().rev();
        bytes.fold(0, |word, &class| word << 8 | class as u32)
    };
    of.chunks(4).map(word).collect()
}

pub fn sketch(n: u64, s: u64, seed: u64, pattern: &[bool]) -> Vec<bool> {
    let places = 64.max((s * 94_548) >> 16);
    let mut sketch = vec![false; 64];
    for j in (0..n).filter(|&j| pattern[j as usize]) {
        let place = (Key::of(seed, 12).at(j) * places) >> 32;
        if place < 64 {
            sketch[place as usize] = true;
        }
    }
    sketch
}

/// k of the codes.
pub fn rice(n: u64, s: u64) -> u64 {
    let (mut k, mut q) = (0, (n - s) * (1 << 32) / n);
    while q > 2_654_435_769 {
        q = (q * q) >> 32;
        k += 1;
    }
    k
}

/// The code of a pattern.
pub fn code(s: u64, k: u64, pattern: &[bool]) -> Vec<bool> {
    let mut code = Vec::new();
    let mut part = |zeros: u64, number: u64, low: u64| {
        code.extend((0..zeros).map(|_| false));
        code.push(true);
        code.extend((0..low).map(|bit| number >> bit & 1 == 1));
    };
    let m = pattern.iter().filter(|one| **one).count() as u64;
    let z = if m >= s { 2 * (m - s) } else { 2 * (s - m) - 1 };
    let b = (0..).take_while(|&b| 1 << b <= z + 1).last().unwrap();
    part(b, z + 1, b);
    let mut between = 0;
    for &one in pattern {
        if one {
            part(between >> k, between, k);
            between = 0;
        } else {
            between += 1;
        }
    }
    code
}

/// A ring of codes.
pub struct Coded {
    pub learned: u64,
    start: usize,
    bits: Vec<bool>,
    /// Patterns and the lengths of their codes, the oldest first.
    pub kept: Vec<(Vec<bool>, usize)>,
}

impl Coded {
    pub fn new(words: usize) -> Self {
        Self {
            learned: 0,
            start: 0,
            bits: vec![false; 32 * words],
            kept: Vec::new(),
        }
    }

    pub fn used(&self) -> usize {
        self.kept.iter().map(|(_, length)| length).sum()
    }

    /// Whether it was taken.
    pub fn learn(&mut self, pattern: &[bool], code: &[bool]) -> bool {
        let all = self.bits.len();
        if !pattern.contains(&true) || code.len() > all {
            return false;
        }
        while all - self.used() < code.len() {
            let (_, length) = self.kept.remove(0);
            self.start = (self.start + length) % all;
        }
        let end = self.start + self.used();
        for (place, &bit) in code.iter().enumerate() {
            self.bits[(end + place) % all] = bit;
        }
        self.kept.push((pattern.to_vec(), code.len()));
        self.learned += 1;
        true
    }

    pub fn words(&self) -> Vec<u32> {
        let mut words = vec![self.learned as u32, (self.learned >> 32) as u32];
        words.extend([
            self.start as u32,
            self.used() as u32,
            self.kept.len() as u32,
        ]);
        words.extend(super::words(&self.bits));
        words
    }
}
