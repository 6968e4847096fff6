//! A ring of polar codes, written from the contract's text: patterns as booleans, the tree by recursion, every position a leaf.

use super::Key;

const WEIGHTS: [u64; 12] = [
    4096, 4813, 5655, 6645, 7807, 9174, 10779, 12666, 14882, 17486, 20547, 24142,
];

/// `ln(t)` of integers from 2^31 on, in 2^-32.
fn ln(t: u64) -> i64 {
    let octaves = (0..).take_while(|&o| t >> (32 + o) > 0).count() as u64;
    let mut log = octaves;
    let mut m = ((u128::from(t) << 31) >> (31 + octaves)) as u64;
    for _ in 0..32 {
        m = (m * m) >> 31;
        log = log << 1 | m >> 32;
        m = m >> (m >> 32);
    }
    ((log * 46_516_320) >> 26) as i64
}

fn ratio(a: u64, b: u64) -> i64 {
    match (a, b) {
        (0, _) => -4096,
        (_, 0) => 4096,
        _ => (ln(a << 31) - ln(b << 31)) >> 26,
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub n: usize,
    pub s: usize,
    pub slots: usize,
    pub sketch: usize,
    pub parities: usize,
    pub list: usize,
}

impl Sizes {
    pub fn length(self) -> usize {
        (5..).map(|log| 1 << log).find(|&n| n >= self.n).unwrap()
    }

    pub fn group(self) -> usize {
        let q = (((self.n - self.s) as u64) << 31) / self.n as u64;
        let y = (q * q) >> 31;
        let mut p = (q * y) >> 31;
        let mut g = 1;
        while p > 1 << 29 && g < self.n {
            p = (p * y) >> 31;
            g += 1;
        }
        g
    }

    fn group_of(self, j: usize) -> Option<usize> {
        (j < self.sketch * self.group()).then_some((j + j / self.sketch) % self.sketch)
    }

    pub fn sketch_of(self, pattern: &[bool]) -> Vec<bool> {
        let mut sketch = vec![false; self.sketch];
        for j in (0..self.n).filter(|&j| pattern[j]) {
            if let Some(group) = self.group_of(j) {
                sketch[group] = true;
            }
        }
        sketch
    }

    /// Positions whose parities are stored, ascending.
    fn stored(self) -> Vec<usize> {
        let weight = |i: usize| -> u64 {
            (0..12)
                .filter(|b| i >> b & 1 == 1)
                .map(|b| WEIGHTS[b])
                .sum()
        };
        let mut order: Vec<usize> = (0..self.length()).collect();
        order.sort_by_key(|&i| weight(i));
        order.truncate(self.parities);
        order.sort_unstable();
        order
    }

    /// Sketch, parities, check.
    pub fn slot(self, pattern: &[bool]) -> Vec<bool> {
        let mut x = pattern.to_vec();
        x.resize(self.length(), false);
        let u: Vec<bool> = (0..x.len())
            .map(|i| (i..x.len()).filter(|j| j & i == i && x[*j]).count() % 2 == 1)
            .collect();
        let mut bits = self.sketch_of(pattern);
        bits.extend(self.stored().iter().map(|&i| u[i] ^ before(&u, i)));
        let check = check(pattern);
        bits.extend((0..6).map(|bit| check >> bit & 1 == 1));
        bits
    }
}

/// The sum of the bits before one that are added to it.
fn before(u: &[bool], i: usize) -> bool {
    let sum = [2, 3, 5, 6]
        .iter()
        .filter(|&&back| i >= back && u[i - back]);
    sum.count() % 2 == 1
}

fn check(pattern: &[bool]) -> u64 {
    let key = Key::of(0, 14);
    (0..pattern.len() as u64)
        .filter(|&j| pattern[j as usize])
        .fold(0, |sum, j| sum ^ key.at(j) >> 26)
}

#[derive(Clone)]
struct Path {
    metric: i64,
    /// All bits of the code so far.
    u: Vec<bool>,
    /// The ratios of the nodes from the whole down to that in hand.
    ratios: Vec<Vec<i64>>,
    /// The bits of nodes that are whole, and have not been put together yet.
    bits: Vec<Vec<bool>>,
}

/// The vectors of the last list.
pub fn decode(list: usize, ratios: Vec<i64>, stored: &[Option<bool>]) -> Vec<Vec<bool>> {
    let size = ratios.len();
    let mut paths = vec![Path {
        metric: 0,
        u: vec![],
        ratios: vec![ratios],
        bits: vec![],
    }];
    node(&mut paths, size, list, stored);
    paths
        .into_iter()
        .map(|mut path| path.bits.pop().unwrap())
        .collect()
}

fn node(paths: &mut Vec<Path>, size: usize, list: usize, stored: &[Option<bool>]) {
    if size == 1 {
        leaf(paths, list, stored);
        return;
    }
    let h = size / 2;
    for path in paths.iter_mut() {
        let a = path.ratios.last().unwrap();
        let left = (0..h).map(|j| {
            let least = a[j].abs().min(a[j + h].abs());
            if (a[j] < 0) != (a[j + h] < 0) {
                -least
            } else {
                least
            }
        });
        let left = left.collect();
        path.ratios.push(left);
    }
    node(paths, h, list, stored);
    for path in paths.iter_mut() {
        path.ratios.pop();
        let (a, b) = (path.ratios.last().unwrap(), path.bits.last().unwrap());
        let right = (0..h).map(|j| {
            if b[j] {
                a[j + h] - a[j]
            } else {
                a[j + h] + a[j]
            }
        });
        let right = right.collect();
        path.ratios.push(right);
    }
    node(paths, h, list, stored);
    for path in paths.iter_mut() {
        path.ratios.pop();
        let right = path.bits.pop().unwrap();
        let left = path.bits.pop().unwrap();
        let sums = left.iter().zip(&right).map(|(left, right)| left ^ right);
        path.bits.push(sums.chain(right.iter().copied()).collect());
    }
}

fn leaf(paths: &mut Vec<Path>, list: usize, stored: &[Option<bool>]) {
    let with = |path: &Path, bit: bool| {
        let mut path = path.clone();
        let ratio = path.ratios.last().unwrap()[0];
        if bit != (ratio < 0) {
            path.metric += ratio.abs();
        }
        path.u.push(bit);
        path.bits.push(vec![bit]);
        path
    };
    let i = paths[0].u.len();
    match stored[i] {
        Some(parity) => {
            for path in paths.iter_mut() {
                *path = with(path, parity ^ before(&path.u, i));
            }
        }
        None => {
            let both = paths.iter().flat_map(|path| {
                let hard = path.ratios.last().unwrap()[0] < 0;
                [with(path, hard), with(path, !hard)]
            });
            let mut all: Vec<Path> = both.collect();
            all.sort_by_key(|path| path.metric);
            all.truncate(list);
            *paths = all;
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Recalled {
    pub pattern: Vec<bool>,
    pub members: Vec<bool>,
    pub unknown: Vec<bool>,
    /// Bits of the sketch that slot and cue share, all of the cue's, slot, age.
    pub matched: Option<(u64, u64, u64, u64)>,
    pub verified: bool,
}

#[derive(Clone, Debug)]
pub struct Polar {
    pub sizes: Sizes,
    pub learned: u64,
    /// Bits of all slots.
    pub slots: Vec<Vec<bool>>,
}

impl Polar {
    pub fn new(sizes: Sizes) -> Self {
        let bits = sizes.sketch + sizes.parities + 6;
        Self {
            sizes,
            learned: 0,
            slots: vec![vec![false; bits]; sizes.slots],
        }
    }

    /// Whether it was taken.
    pub fn learn(&mut self, pattern: &[bool]) -> bool {
        let ones = pattern.iter().filter(|one| **one).count();
        if ones != self.sizes.s || self.learned == u64::MAX {
            return false;
        }
        let slot = self.learned % self.sizes.slots as u64;
        self.slots[slot as usize] = self.sizes.slot(pattern);
        self.learned += 1;
        true
    }

    pub fn words(&self) -> Vec<u32> {
        let mut words = vec![self.learned as u32, (self.learned >> 32) as u32];
        self.slots
            .iter()
            .for_each(|slot| words.extend(super::words(slot)));
        words
    }

    /// Ratios of a cue, by the sketch of a slot; then which units are open, and which are others.
    fn ratios(
        &self,
        cue: &[bool],
        sketch: &[bool],
        right: bool,
    ) -> (Vec<i64>, Vec<bool>, Vec<bool>) {
        let sizes = self.sizes;
        let c = cue.iter().filter(|one| **one).count();
        let d = if right { c } else { c - c / 8 };
        let m = sizes.n - c;
        let r = sizes.s.saturating_sub(d).min(m);
        let z = (((m - r) as u64) << 31).checked_div(m as u64).unwrap_or(0);
        let mut a = z;
        (1..sizes.group()).for_each(|_| a = (a * z) >> 31);
        let one = (1 << 31) - z;
        let of_cue = sizes.sketch_of(cue);
        let mut ratios = vec![4096; sizes.length()];
        let (mut open, mut others) = (vec![false; sizes.n], vec![false; sizes.n]);
        for j in 0..sizes.n {
            let group = sizes.group_of(j);
            if group.is_some_and(|group| !sketch[group]) {
                continue;
            }
            ratios[j] = if cue[j] {
                if right { -4096 } else { -125 }
            } else if group.is_some_and(|group| !of_cue[group]) {
                open[j] = true;
                ratio(z - a, one)
            } else {
                others[j] = true;
                ratio(z, one)
            };
        }
        (ratios, open, others)
    }

    fn comes_out(&self, cue: &[bool], slot: u64, right: bool) -> Option<Vec<bool>> {
        let sizes = self.sizes;
        let bits = &self.slots[slot as usize];
        let sketch = &bits[..sizes.sketch];
        let mut stored = vec![None; sizes.length()];
        for (place, i) in sizes.stored().into_iter().enumerate() {
            stored[i] = Some(bits[sizes.sketch + place]);
        }
        let ratios = self.ratios(cue, sketch, right).0;
        let c = cue.iter().filter(|one| **one).count();
        let found = decode(sizes.list, ratios, &stored).into_iter().find(|x| {
            let ones = x.iter().filter(|one| **one).count();
            let (x, beyond) = x.split_at(sizes.n);
            let has = (0..sizes.n).filter(|&j| x[j] && cue[j]).count();
            ones == sizes.s
                && !beyond.contains(&true)
                && sizes.sketch_of(x) == sketch
                && (0..6).all(|bit| {
                    (check(x) >> bit & 1 == 1) == bits[sizes.sketch + sizes.parities + bit]
                })
                && if right { has == c } else { 2 * has >= c }
        });
        found.map(|x| x[..sizes.n].to_vec())
    }

    pub fn recall(&self, cue: &[bool]) -> Recalled {
        let sizes = self.sizes;
        let of_cue = sizes.sketch_of(cue);
        let t = of_cue.iter().filter(|one| **one).count() as u64;
        let slots = sizes.slots as u64;
        let mut candidates: Vec<(u64, u64, u64)> = (1..=self.learned.min(slots))
            .map(|age| {
                let slot = (self.learned - age) % slots;
                let sketch = &self.slots[slot as usize][..sizes.sketch];
                let misses = of_cue
                    .iter()
                    .zip(sketch)
                    .filter(|(cue, own)| **cue && !**own);
                (misses.count() as u64, age, slot)
            })
            .collect();
        candidates.sort_unstable();
        candidates.truncate(4);
        let near: Vec<_> = candidates
            .iter()
            .filter(|(misses, ..)| *misses <= t / 4 + 1 && cue.contains(&true))
            .collect();
        let first = near.iter().map(|one| (one, one.0 == 0));
        let again = near.iter().filter(|one| one.0 == 0).map(|one| (one, false));
        let found = first.chain(again).find_map(|(one, right)| {
            let x = self.comes_out(cue, one.2, right)?;
            Some((**one, x))
        });
        let matched = |(misses, age, slot)| (t - misses, t, slot, age);
        let nothing = vec![false; sizes.n];
        if let Some((one, x)) = found {
            return Recalled {
                pattern: x.clone(),
                members: x,
                unknown: nothing,
                matched: Some(matched(one)),
                verified: true,
            };
        }
        let Some(&best) = candidates.first() else {
            return Recalled {
                pattern: nothing.clone(),
                members: nothing.clone(),
                unknown: nothing,
                matched: None,
                verified: false,
            };
        };
        let sketch = &self.slots[best.2 as usize][..sizes.sketch];
        let (_, open, others) = self.ratios(cue, sketch, true);
        let mut order: Vec<usize> = (0..sizes.n).collect();
        order.sort_by_key(|&j| {
            [cue[j], open[j], others[j], true]
                .iter()
                .position(|&own| own)
        });
        let mut pattern = nothing;
        order[..sizes.s].iter().for_each(|&j| pattern[j] = true);
        Recalled {
            pattern,
            members: cue.to_vec(),
            unknown: (0..sizes.n).map(|j| open[j] || others[j]).collect(),
            matched: Some(matched(best)),
            verified: false,
        }
    }
}
