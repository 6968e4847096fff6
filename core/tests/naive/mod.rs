//! The results contract written a second time, with plain loops over `Vec<bool>` and `u64`, from the text of the crate
//! documentation and the paper's equations. It calls nothing of the crate.

#![allow(dead_code, reason = "each test program uses a part of it")]

/// Place draws: a keyed permutation of 32-bit numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub u64, pub u64);

const M32: u64 = 1 << 32;

impl Key {
    pub fn of(seed: u64, purpose: u64) -> Self {
        Self(seed % M32, seed / M32).derive(purpose)
    }

    pub fn at(self, i: u64) -> u64 {
        let mut x = i ^ self.0;
        x = (x ^ (x >> 16)) * 0x7feb_352d % M32;
        x = ((x ^ (x >> 15)) + self.1) % M32 * 0x846c_a68b % M32;
        x ^ (x >> 16)
    }

    pub fn derive(self, i: u64) -> Self {
        let p = self.at(i);
        Self(p, Self(p ^ self.1, self.0).at(M32 - 1 - i))
    }
}

/// PCG XSH RR 64/32, as published by its author.
pub struct Pcg {
    state: u64,
    increment: u64,
}

impl Pcg {
    pub fn new(state: u64, sequence: u64) -> Self {
        let mut pcg = Self {
            state: 0,
            increment: sequence << 1 | 1,
        };
        pcg.next();
        pcg.state = pcg.state.wrapping_add(state);
        pcg.next();
        pcg
    }

    pub fn stream(seed: u64, purpose: u64, trial: u64, number: u64) -> Self {
        let key = Key::of(seed, purpose).derive(trial).derive(number);
        let (low, high) = (key.derive(0), key.derive(1));
        Self::new(low.0 << 32 | low.1, high.0 << 32 | high.1)
    }

    pub fn next(&mut self) -> u64 {
        let old = self.state;
        self.state = old
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(self.increment);
        let word = (((old >> 18) ^ old) >> 27) as u32;
        u64::from(word.rotate_right((old >> 59) as u32))
    }

    pub fn below(&mut self, n: u64) -> u64 {
        // Lemire: words whose product falls into the first 2^32 mod n of its low half are drawn again.
        loop {
            let product = self.next() * n;
            if product % M32 >= M32 % n {
                return product / M32;
            }
        }
    }

    pub fn sample(&mut self, n: u64, k: u64) -> Vec<bool> {
        let invert = k > n / 2;
        let draws = if invert { n - k } else { k };
        let mut out = vec![false; n as usize];
        for last in n - draws..n {
            let drawn = self.below(last + 1);
            let taken = if out[drawn as usize] { last } else { drawn };
            out[taken as usize] = true;
        }
        if invert {
            out.iter_mut().for_each(|bit| *bit = !*bit);
        }
        out
    }
}

/// The k largest under (value, tie hash, index), by a full sort.
pub fn winners(values: &[u64], k: usize, key: Key) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse((values[i], key.at(i as u64), i)));
    order.truncate(k);
    order.sort_unstable();
    order
}

/// Words of a vector of bits.
pub fn words(bits: &[bool]) -> Vec<u32> {
    bits.chunks(32)
        .map(|chunk| {
            chunk
                .iter()
                .rev()
                .fold(0, |word, &bit| word << 1 | u32::from(bit))
        })
        .collect()
}

pub fn unpack(words: &[u32], n: usize) -> Vec<bool> {
    (0..n).map(|i| words[i / 32] >> (i % 32) & 1 == 1).collect()
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rounding {
    Nearest,
    Stochastic,
}

#[derive(Clone, Debug)]
pub struct Network {
    pub n_i: usize,
    pub k: usize,
    pub s: usize,
    pub eps: u64,
    pub bits: u64,
    pub rounding: Rounding,
    pub random_k: bool,
    pub seed: u64,
    pub masks: Vec<Vec<bool>>,
    /// `weights[h][slot]`
    pub weights: Vec<Vec<u64>>,
    pub learned: u64,
}

pub struct Sizes {
    pub n_i: usize,
    pub n_h: usize,
    pub m: usize,
    pub k: usize,
    pub s: usize,
    pub eps: u64,
    pub bits: u64,
}

impl Network {
    pub fn new(sizes: &Sizes, rounding: Rounding, random_k: bool, seed: u64) -> Self {
        let Sizes {
            n_i,
            n_h,
            m,
            k,
            s,
            eps,
            bits,
        } = *sizes;
        let per_word = 32 / bits;
        let start = Key::of(seed, 2);
        let mask = |h: usize| Pcg::stream(seed, 1, 0, h as u64).sample(n_i as u64, m as u64);
        let weight = |h: usize, slot: usize| {
            let word = start.derive(h as u64).at(slot as u64 / per_word);
            (word >> (slot as u64 % per_word * bits)) % (1 << bits)
        };
        Self {
            n_i,
            k,
            s,
            eps,
            bits,
            rounding,
            random_k,
            seed,
            masks: (0..n_h).map(mask).collect(),
            weights: (0..n_h)
                .map(|h| (0..m).map(|slot| weight(h, slot)).collect())
                .collect(),
            learned: 0,
        }
    }

    fn slots(&self, h: usize) -> Vec<(usize, usize)> {
        let wired = (0..self.n_i).filter(|&j| self.masks[h][j]);
        wired.enumerate().collect()
    }

    pub fn potentials(&self, x: &[bool]) -> Vec<u64> {
        let potential = |h| {
            let active = self.slots(h).into_iter().filter(|&(_, j)| x[j]);
            active.map(|(slot, _)| self.weights[h][slot]).sum()
        };
        (0..self.weights.len()).map(potential).collect()
    }

    fn tie_key(&self, purpose: u64, x: &[bool]) -> Key {
        let key = Key::of(self.seed, purpose)
            .derive(self.learned % M32)
            .derive(self.learned / M32);
        let digest = words(x)
            .into_iter()
            .fold(0, |state, word| key.at(state ^ u64::from(word)));
        key.derive(digest)
    }

    /// Winners and match score.
    pub fn code(&self, x: &[bool]) -> (Vec<usize>, u64) {
        let potentials = self.potentials(x);
        let found = winners(&potentials, self.k, self.tie_key(4, x));
        let score = found.iter().map(|&h| potentials[h]).sum();
        (found, score)
    }

    pub fn recall(&self, x: &[bool], s: usize) -> Vec<bool> {
        let mut sums = vec![0; self.n_i];
        for h in self.code(x).0 {
            for (slot, j) in self.slots(h) {
                sums[j] += self.weights[h][slot];
            }
        }
        let found = winners(&sums, s, self.tie_key(5, x));
        (0..self.n_i).map(|j| found.contains(&j)).collect()
    }

    /// Gives the match score of the winners before they learn.
    pub fn learn(&mut self, x: &[bool]) -> u64 {
        let (mut found, mut score) = self.code(x);
        if self.random_k {
            let n_h = self.weights.len() as u64;
            let mut pcg = Pcg::stream(self.seed, 6, self.learned / M32, self.learned % M32);
            found.clear();
            for h in 0..n_h {
                if pcg.below(n_h - h) < (self.k - found.len()) as u64 {
                    found.push(h as usize);
                }
            }
            let potentials = self.potentials(x);
            score = found.iter().map(|&h| potentials[h]).sum();
        }
        let full = (1u64 << self.bits) - 1;
        let step = Key::of(self.seed, 3)
            .derive(self.learned % M32)
            .derive(self.learned / M32);
        for h in found {
            for (slot, j) in self.slots(h) {
                let r = match self.rounding {
                    Rounding::Nearest => 1 << 15,
                    Rounding::Stochastic => {
                        let word = step.derive(h as u64).at(slot as u64 / 4);
                        (word | word << 32) >> (slot % 4 * 8) & 0xffff
                    }
                };
                let w = self.weights[h][slot];
                self.weights[h][slot] = if x[j] {
                    w + ((self.eps * (full - w) + r) >> 16)
                } else {
                    w - ((self.eps * w + r) >> 16)
                };
                assert!(self.weights[h][slot] <= full);
            }
        }
        self.learned += 1;
        score
    }

    /// The state as the contract lays it out.
    pub fn state(&self) -> Vec<u32> {
        let mut state = vec![self.learned as u32, (self.learned >> 32) as u32];
        for mask in &self.masks {
            state.extend(words(mask));
        }
        for row in &self.weights {
            let packed: Vec<bool> = row
                .iter()
                .flat_map(|&w| (0..self.bits).map(move |bit| w >> bit & 1 == 1))
                .collect();
            state.extend(words(&packed));
        }
        state
    }
}
