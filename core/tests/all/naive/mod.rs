//! The results contract written a second time, with plain loops over `Vec<bool>` and `u64`, from the text of `slotless_core::contract`
//! and the paper's equations. It calls nothing of the crate.

pub mod attractor;
pub mod classical;
pub mod encode;
pub mod modern;
pub mod pairs;
pub mod plain;
pub mod polar;
pub mod real;
pub mod recency;
pub mod recogniser;
pub mod ring;
pub mod snapshot;
pub mod words;

use std::ops::Range;

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

    /// Derived by a 64-bit number.
    pub fn derive_u64(self, i: u64) -> Self {
        self.derive(i % M32).derive(i / M32)
    }

    pub fn digest(self, words: &[u32]) -> u64 {
        words
            .iter()
            .fold(0, |state, &word| self.at(state ^ u64::from(word)))
    }

    /// The pair as one number.
    fn number(self) -> u64 {
        self.0 * M32 + self.1
    }
}

/// PCG XSH RR 64/32.
pub struct Pcg {
    state: u64,
    increment: u64,
}

impl Pcg {
    pub fn new(state: u64, sequence: u64) -> Self {
        let increment = (u128::from(sequence) * 2 + 1) as u64;
        let state = state.wrapping_add(increment);
        let mut pcg = Self { state, increment };
        pcg.step();
        pcg
    }

    /// State and sequence of a stream.
    pub fn parts(seed: u64, purpose: u64, trial: u64, number: u64) -> (u64, u64) {
        let key = Key::of(seed, purpose).derive(trial).derive(number);
        (key.derive(0).number(), key.derive(1).number())
    }

    pub fn stream(seed: u64, purpose: u64, trial: u64, number: u64) -> Self {
        let (state, sequence) = Self::parts(seed, purpose, trial, number);
        Self::new(state, sequence)
    }

    fn step(&mut self) {
        let product = u128::from(self.state) * 6_364_136_223_846_793_005;
        self.state = (product + u128::from(self.increment)) as u64;
    }

    pub fn next(&mut self) -> u64 {
        let old = self.state;
        self.step();
        let word = (((old >> 18) ^ old) >> 27) as u32;
        u64::from(word.rotate_right((old >> 59) as u32))
    }

    /// Two words, the first low.
    fn next_u64(&mut self) -> u64 {
        let low = self.next();
        low + self.next() * M32
    }

    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            self.next();
            return 0;
        }
        // Lemire: words whose product falls into the first 2^32 mod n of its low half are drawn again.
        loop {
            let product = self.next() * n;
            if product % M32 >= M32 % n {
                return product / M32;
            }
        }
    }

    pub fn below_u64(&mut self, n: u64) -> u64 {
        if n <= 1 {
            return 0;
        }
        let range = u128::from(n).next_power_of_two();
        loop {
            let drawn = u128::from(self.next_u64()) % range;
            if drawn < u128::from(n) {
                return drawn as u64;
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

    /// A cue of `keep` of the ones.
    pub fn cue(&mut self, pattern: &[bool], keep: u64) -> Vec<bool> {
        let ones: Vec<usize> = (0..pattern.len()).filter(|&j| pattern[j]).collect();
        if keep >= ones.len() as u64 {
            return pattern.to_vec();
        }
        let mut out = vec![false; pattern.len()];
        let mut wanted = keep;
        for (place, &j) in ones.iter().enumerate() {
            if wanted > 0 && self.below((ones.len() - place) as u64) < wanted {
                out[j] = true;
                wanted -= 1;
            }
        }
        out
    }

    /// The numbers 0..n, shuffled.
    pub fn order(&mut self, n: u64) -> Vec<u64> {
        let mut items: Vec<u64> = (0..n).collect();
        for left in (2..=n).rev() {
            items.swap(self.below(left) as usize, left as usize - 1);
        }
        items
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

/// 64-bit FNV-1a over the little-endian bytes of words.
pub fn fnv(words: &[u32]) -> u64 {
    words
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
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
    pub eps: u64,
    pub bits: u64,
    pub rounding: Rounding,
    pub random_k: bool,
    pub seed: u64,
    pub masks: Vec<Vec<bool>>,
    /// With structured wiring, `places[h][t]` of block `t`.
    pub places: Option<Vec<Vec<u64>>>,
    /// `weights[h][slot]`
    pub weights: Vec<Vec<u64>>,
    pub learned: u64,
}

#[derive(Clone, Debug)]
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
            eps,
            bits,
            ..
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
            eps,
            bits,
            rounding,
            random_k,
            seed,
            masks: (0..n_h).map(mask).collect(),
            places: None,
            weights: (0..n_h)
                .map(|h| (0..m).map(|slot| weight(h, slot)).collect())
                .collect(),
            learned: 0,
        }
    }

    /// The same sizes with structured wiring.
    pub fn structured(sizes: &Sizes, rounding: Rounding, random_k: bool, seed: u64) -> Self {
        let (n_i, n_h, m) = (sizes.n_i as u64, sizes.n_h as u64, sizes.m as u64);
        let g = multiplier(n_i, n_h, m).expect("sizes that structured wiring takes");
        let z = (Key::of(seed, 1).at(0) * n_h) >> 32;
        let mut network = Self::new(sizes, rounding, random_k, seed);
        let mut places = vec![Vec::new(); sizes.n_h];
        for (h, mask) in network.masks.iter_mut().enumerate() {
            mask.fill(false);
            let (mut p, mut first) = (h as u64, 0);
            for t in 0..m {
                let b = n_i / m + u64::from(t < n_i % m);
                mask[(first + p * b / n_h) as usize] = true;
                places[h].push(p);
                first += b;
                p = (g * p + z) % n_h;
            }
        }
        network.places = Some(places);
        network
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
        let key = Key::of(self.seed, purpose).derive_u64(self.learned);
        key.derive(key.digest(&words(x)))
    }

    /// The most that a cue can score, and the share of it that `score` is, in 1/65536.
    pub fn most_and_share(&self, x: &[bool], score: u64) -> (u64, u64) {
        let ones = x.iter().filter(|&&bit| bit).count();
        let m = self.masks[0].iter().filter(|&&bit| bit).count();
        let most = self.k as u64 * ((1 << self.bits) - 1) * ones.min(m) as u64;
        assert!(most < 1 << 47, "the tests' networks are small");
        let share = (score * 65_536).checked_div(most).unwrap_or(0);
        (most, share.min(65_536))
    }

    /// Winners and match score.
    pub fn code(&self, x: &[bool]) -> (Vec<usize>, u64) {
        let potentials = self.potentials(x);
        let found = winners(&potentials, self.k, self.tie_key(4, x));
        let score = found.iter().map(|&h| potentials[h]).sum();
        (found, score)
    }

    pub fn recall(&self, x: &[bool], s: usize) -> Vec<bool> {
        self.recall_as(x, s, 0..self.n_i, false)
    }

    /// The activities of the winners of a cue.
    pub fn activities(&self, x: &[bool], graded: bool) -> Vec<(usize, u64)> {
        let found = self.code(x).0;
        if !graded {
            return found.into_iter().map(|h| (h, 1)).collect();
        }
        let potentials = self.potentials(x);
        let mut others = potentials.clone();
        found.iter().for_each(|&h| others[h] = 0);
        let theta = *others.iter().max().unwrap();
        let largest = *potentials.iter().max().unwrap();
        let reach = self.k as u64 * ((1 << self.bits) - 1);
        let g = 255.min((M32 - 1) / reach.max(potentials.len() as u64));
        let activity = |h: usize| {
            if largest == theta {
                1
            } else {
                (potentials[h] - theta) * g / (largest - theta)
            }
        };
        found.into_iter().map(|h| (h, activity(h))).collect()
    }

    /// Among some units, from graded winners or not.
    pub fn recall_as(&self, x: &[bool], s: usize, part: Range<usize>, graded: bool) -> Vec<bool> {
        let mut sums = vec![0; self.n_i];
        for (h, activity) in self.activities(x, graded) {
            for (slot, j) in self.slots(h) {
                sums[j] += activity * self.weights[h][slot];
                assert!(sums[j] < M32, "sums fit 32 bits");
            }
        }
        let key = self.tie_key(5, x);
        let mut order: Vec<usize> = part.filter(|&j| j < self.n_i).collect();
        order.sort_by_key(|&j| std::cmp::Reverse((sums[j], key.at(j as u64), j)));
        order.truncate(s);
        (0..self.n_i).map(|j| order.contains(&j)).collect()
    }

    /// Gives the match score of the winners before they learn; a pattern without ones is refused.
    pub fn learn(&mut self, x: &[bool]) -> Option<u64> {
        self.learn_at(x, &vec![self.eps; self.weights.len()])
    }

    /// With a rate for each hidden unit.
    pub fn learn_at(&mut self, x: &[bool], rates: &[u64]) -> Option<u64> {
        if !x.contains(&true) {
            return None;
        }
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
        let step = Key::of(self.seed, 3).derive_u64(self.learned);
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
                    w + ((rates[h] * (full - w) + r) >> 16)
                } else {
                    w - ((rates[h] * w + r) >> 16)
                };
                assert!(self.weights[h][slot] <= full);
            }
        }
        self.learned += 1;
        Some(score)
    }

    /// The state as the contract lays it out.
    pub fn state(&self) -> Vec<u32> {
        let mut state = vec![self.learned as u32, (self.learned >> 32) as u32];
        let mut rows = self.weights.clone();
        if let Some(places) = &self.places {
            rows = vec![vec![0; places.len()]; self.weights[0].len()];
            for (unit, weights) in places.iter().zip(&self.weights) {
                for (t, (&place, &weight)) in unit.iter().zip(weights).enumerate() {
                    rows[t][place as usize] = weight;
                }
            }
        } else if self.masks[0].contains(&false) {
            // As many visible units as each sees: no masks.
            for mask in &self.masks {
                state.extend(words(mask));
            }
        }
        for row in &rows {
            let packed: Vec<bool> = row
                .iter()
                .flat_map(|&w| (0..self.bits).map(move |bit| w >> bit & 1 == 1))
                .collect();
            state.extend(words(&packed));
        }
        state
    }
}

/// g of structured wiring.
pub fn multiplier(n_i: u64, n_h: u64, m: u64) -> Option<u64> {
    if n_h == 1 {
        return Some(0);
    }
    if n_h <= n_i / m || m == n_i {
        return Some(1);
    }
    let wanted = m.min(64).min((n_h - 1) / 2);
    let mut candidates = Vec::new();
    let mut c = (2_654_435_769 * n_h) >> 32;
    for _ in 0..64.min(n_h) {
        if c == n_h {
            c = 1;
        }
        // Coprime to n_h.
        if (2..=c).all(|d| !c.is_multiple_of(d) || !n_h.is_multiple_of(d)) {
            let mut powers = 1;
            let mut power = c;
            while powers < wanted && power != 1 && power != n_h - 1 {
                power = power * c % n_h;
                powers += 1;
            }
            candidates.push((c, powers));
        }
        c += 1;
    }
    let most = candidates.iter().map(|&(_, powers)| powers).max()?;
    let (g, _) = candidates.into_iter().find(|&(_, powers)| powers == most)?;
    (2 * most >= wanted).then_some(g)
}
