//! Recognisers, written from the contract's text.

use super::{Key, Pcg};

/// A state as one long number, from which fields of some bits are taken.
pub struct State(pub Vec<u32>);

impl State {
    pub fn get(&self, bit: u64, width: u64) -> u64 {
        (0..width).fold(0, |number, i| {
            let at = bit + i;
            number | u64::from(self.0[(at / 32) as usize] >> (at % 32) & 1) << i
        })
    }

    pub fn set(&mut self, bit: u64, width: u64, number: u64) {
        for i in 0..width {
            let at = bit + i;
            let word = &mut self.0[(at / 32) as usize];
            *word &= !(1 << (at % 32));
            *word |= (number as u32 >> i & 1) << (at % 32);
        }
    }
}

pub fn label_byte(label: u64) -> u64 {
    let bit = |i: u64| label >> i & 1;
    let sums = [[0, 1, 3], [0, 2, 3], [1, 2, 3], [0, 1, 2]];
    sums.iter().zip(4..).fold(label, |byte, (sum, place)| {
        byte | (sum.iter().map(|&i| bit(i)).sum::<u64>() % 2) << place
    })
}

pub fn label_of(byte: u64) -> Option<u64> {
    (0..16).find(|&label| (label_byte(label) ^ byte).count_ones() < 2)
}

/// Label, distance, runner-up's label and distance, score.
pub type Recognised = (u64, u64, Option<(u64, u64)>, u64);

/// Of label and distance of all items, in order of preference among equals.
pub fn recognised(items: &[(u64, u64)], scale: u64) -> Option<Recognised> {
    let least = |of: &mut dyn Iterator<Item = (u64, u64)>| of.min_by_key(|one| one.1);
    let (label, distance) = least(&mut items.iter().copied())?;
    let other = least(&mut items.iter().copied().filter(|one| one.0 != label));
    let score = other.map_or(scale * distance, |other| {
        scale * distance * distance / (other.1 + 1)
    });
    Some((label, distance, other, score))
}

/// The threshold of its word.
pub fn level(word: u64) -> u64 {
    word % (1 << 28)
}

/// The threshold's word after learning, from label and distance of all items.
pub fn threshold(items: &[(u64, u64)], y: u64, word: u64, scale: u64) -> u64 {
    let least = |own: bool| {
        let of = items.iter().filter(|one| (one.0 == y) == own);
        of.map(|one| one.1).min()
    };
    let e = match (least(true), least(false)) {
        (Some(r), Some(w)) => scale * r.min(w) * r.min(w) / (r.max(w) + 1),
        (Some(r), None) => scale * r,
        (None, _) => {
            let one = items.first().map(|one| one.0);
            let alone = one.is_some() && items.iter().all(|of| Some(of.0) == one);
            return if alone { 0 } else { word };
        }
    };
    let (a, t) = (word >> 28, level(word));
    let part = t >> (8 - a.min(5).div_ceil(2));
    let (a, t) = match (a, t) {
        (_, 0) => (if e > 0 { 14 } else { 0 }, 2 * e),
        (6.., _) => (a - 1, t.max(e)),
        _ if e > t => (a.saturating_sub(1), t + 19 * part + 1),
        _ => (a, t - part),
    };
    a << 28 | t.min((1 << 28) - 1)
}

/// The growing recogniser.
pub struct Grow {
    pub d: u64,
    pub items: u64,
    pub seed: u64,
    pub fading: u64,
    pub state: State,
}

impl Grow {
    pub fn row(&self) -> u64 {
        self.d.div_ceil(8) * 32
    }

    fn labels(&self) -> u64 {
        96 + self.items * self.row()
    }

    fn label_bit(&self, i: u64) -> u64 {
        self.labels() + 8 * i
    }

    fn useful_bit(&self, i: u64) -> u64 {
        self.labels() + self.items.div_ceil(4) * 32 + 8 * i
    }

    fn nibble_bit(&self, i: u64, j: u64) -> u64 {
        96 + i * self.row() + 4 * j
    }

    pub fn words(&self) -> u64 {
        (self.labels() + 2 * self.items.div_ceil(4) * 32) / 32
    }

    fn filled(&self) -> u64 {
        self.state.get(0, 16).min(self.items)
    }

    fn rotor(&self) -> u64 {
        let rotor = self.state.get(16, 16);
        if rotor < self.items { rotor } else { 0 }
    }

    fn write_places(&mut self, filled: u64, rotor: u64) {
        self.state.set(0, 16, filled);
        self.state.set(16, 16, rotor);
    }

    fn class(&self, i: u64) -> Option<u64> {
        label_of(self.state.get(self.label_bit(i), 8))
    }

    /// Place, label and distance of the items that are not silent.
    fn distances(&self, x: &[u8]) -> Vec<(u64, u64, u64)> {
        let distance = |i| {
            let square = |j: u64| {
                let w = self.state.get(self.nibble_bit(i, j), 4) as i64;
                let x = x.get(j as usize).map_or(0, |&x| i64::from(x / 16));
                ((w - x) * (w - x)) as u64
            };
            (0..self.row() / 4).map(square).sum()
        };
        let item = |i| self.class(i).map(|label| (i, label, distance(i)));
        (0..self.filled()).filter_map(item).collect()
    }

    pub fn recognise(&self, x: &[u8]) -> Option<Recognised> {
        recognised(&self.pairs(x), 256)
    }

    /// Label and distance.
    pub fn pairs(&self, x: &[u8]) -> Vec<(u64, u64)> {
        self.distances(x).iter().map(|i| (i.1, i.2)).collect()
    }

    pub fn threshold(&self) -> u64 {
        level(self.word())
    }

    fn word(&self) -> u64 {
        self.state.get(64, 32)
    }

    fn overwrite(&mut self, i: u64, x: &[u8], y: u64) {
        for j in 0..self.row() / 4 {
            let w = x.get(j as usize).map_or(0, |&x| x / 16);
            let bit = self.nibble_bit(i, j);
            self.state.set(bit, 4, w.into());
        }
        self.state.set(self.label_bit(i), 8, label_byte(y));
        self.state.set(self.useful_bit(i), 8, 0);
    }

    fn pull(&mut self, i: u64, x: &[u8], sign: i64) {
        let m = self.state.get(32, 32);
        for (j, &x) in (0..).zip(x) {
            let draw = Key::of(self.seed, 20).at((m + j / 5) % (1 << 32));
            let rho = (draw >> (6 * (j % 5)) & 63) as i64;
            let bit = self.nibble_bit(i, j);
            let w = self.state.get(bit, 4) as i64;
            let e = sign * (i64::from(x) - (16 * w + 8));
            let moved = w + (e + rho).div_euclid(64);
            self.state.set(bit, 4, moved.clamp(0, 15) as u64);
        }
        self.state.set(32, 32, m + self.d.div_ceil(5));
    }

    fn useful(&mut self, i: u64, change: i64) {
        let bit = self.useful_bit(i);
        let u = self.state.get(bit, 8) as i64;
        let next = if change > 0 {
            (u + 1).min(15)
        } else {
            (u - 1).max(0)
        };
        self.state.set(bit, 8, next as u64);
    }

    pub fn learn(&mut self, x: &[u8], y: u64) {
        let all = self.distances(x);
        let t = threshold(&self.pairs(x), y, self.word(), 256);
        self.state.set(64, 32, t);
        let filled = self.filled();
        if let Some(silent) = (0..filled).find(|&i| self.class(i).is_none()) {
            return self.overwrite(silent, x, y);
        }
        if filled < self.items {
            self.write_places(filled + 1, self.rotor());
            return self.overwrite(filled, x, y);
        }
        let count = |label| all.iter().filter(|i| i.1 == label).count() as u64;
        let classes = (0..16).filter(|&label| label == y || count(label) > 0);
        let q = self.items / classes.count() as u64;
        let nearest = |own: bool| {
            let of = all.iter().filter(|i| (i.1 == y) == own);
            of.min_by_key(|i| i.2).map(|i| (i.0, i.2))
        };
        let (r, w) = (nearest(true), nearest(false));
        if r.is_none() || count(y) < q {
            let most = (0..16).map(count).max().unwrap();
            let largest = (0..16).find(|&label| count(label) == most).unwrap();
            let rotor = self.rotor();
            let order = (0..self.items).map(|step| (rotor + step) % self.items);
            let of = order.filter(|&i| self.class(i) == Some(largest));
            let place = of
                .min_by_key(|&i| self.state.get(self.useful_bit(i), 8))
                .unwrap();
            self.write_places(filled, (place + 1) % self.items);
            return self.overwrite(place, x, y);
        }
        if self.fading > 0 {
            let rotor = self.rotor();
            let bit = self.useful_bit(rotor);
            let u = self.state.get(bit, 8);
            self.state.set(bit, 8, u.saturating_sub(self.fading));
            self.write_places(filled, (rotor + 1) % self.items);
        }
        let (r, near) = r.unwrap();
        let Some((w, far)) = w else {
            self.useful(r, 1);
            return self.pull(r, x, 1);
        };
        if near < far {
            self.useful(r, 1);
            self.pull(r, x, 1);
            if 4 * near > 3 * far {
                self.pull(w, x, -1);
            }
        } else if self.state.get(self.useful_bit(w), 8) == 0 && count(y) <= q {
            self.overwrite(w, x, y);
        } else {
            self.useful(w, -1);
            self.pull(r, x, 1);
            if 4 * far > near {
                self.pull(w, x, -1);
            }
        }
    }
}

/// What a ring of samples gives up.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    Fifo,
    Reservoir(u64),
    Balanced,
}

/// The bits of an item: nibbles for `None`, else a thermometer code of so many bits a feature.
pub fn code(x: &[u8], bits: Option<u64>) -> Vec<bool> {
    let feature = |&x: &u8| -> Vec<bool> {
        match bits {
            None => (4..8).map(|bit| x >> bit & 1 == 1).collect(),
            Some(l) => (0..l)
                .map(|bit| bit < u64::from(x) * (l + 1) / 256)
                .collect(),
        }
    };
    let mut code: Vec<bool> = x.iter().flat_map(feature).collect();
    code.resize(code.len().div_ceil(32) * 32, false);
    code
}

fn code_distance(a: &[bool], b: &[bool], bits: Option<u64>) -> u64 {
    if bits.is_some() {
        return a.iter().zip(b).filter(|(a, b)| a != b).count() as u64;
    }
    let number = |nibble: &[bool]| {
        nibble
            .iter()
            .rev()
            .fold(0i64, |n, &bit| 2 * n + i64::from(bit))
    };
    let pairs = a.chunks(4).zip(b.chunks(4));
    pairs
        .map(|(a, b)| (number(a) - number(b)).pow(2) as u64)
        .sum()
}

/// A ring of samples: code and label byte of each, the oldest first.
pub struct Ring {
    pub items: usize,
    pub bits: Option<u64>,
    pub rule: Rule,
    pub kept: Vec<(Vec<bool>, u64)>,
    pub learned: u64,
    pub threshold: u64,
}

impl Ring {
    /// From a state, of items of so many words.
    pub fn read(words: &[u32], row: usize, items: usize, bits: Option<u64>, rule: Rule) -> Self {
        let state = State(words.to_vec());
        let kept = (0..(words[0] as usize).min(items)).map(|i| {
            let start = 4 + i * row;
            let bit = |bit| state.get(32 * start as u64 + bit, 1) == 1;
            let label = state.get(32 * (4 + items * row) as u64 + 8 * i as u64, 8);
            ((0..32 * row as u64).map(bit).collect(), label)
        });
        Self {
            items,
            bits,
            rule,
            kept: kept.collect(),
            learned: u64::from(words[1]) | u64::from(words[2]) << 32,
            threshold: words[3].into(),
        }
    }

    /// Label and distance, the newest first.
    pub fn distances(&self, x: &[u8]) -> Vec<(u64, u64)> {
        let cue = code(x, self.bits);
        let of = |(item, byte): &(Vec<bool>, u64)| {
            label_of(*byte).map(|label| (label, code_distance(item, &cue, self.bits)))
        };
        self.kept.iter().rev().filter_map(of).collect()
    }

    pub fn recognise(&self, x: &[u8]) -> Option<Recognised> {
        recognised(&self.distances(x), 256)
    }

    pub fn learn(&mut self, x: &[u8], y: u64) {
        self.threshold = threshold(&self.distances(x), y, self.threshold, 256);
        let t = self.learned;
        self.learned = t.saturating_add(1);
        let class = |one: &(Vec<bool>, u64)| label_of(one.1);
        if let Some(silent) = self.kept.iter().position(|one| class(one).is_none()) {
            self.kept.remove(silent);
        } else if self.kept.len() == self.items {
            let place = match self.rule {
                Rule::Fifo => 0,
                Rule::Reservoir(seed) => {
                    let mut stream = Pcg::stream(seed, 21, t >> 32, t % (1 << 32));
                    let drawn = stream.below_u64(t.saturating_add(1));
                    if drawn >= self.items as u64 {
                        return;
                    }
                    drawn as usize
                }
                Rule::Balanced => {
                    let count = |label| {
                        self.kept
                            .iter()
                            .filter(|one| class(one) == Some(label))
                            .count()
                    };
                    let most = (0..16).map(count).max().unwrap();
                    let order = std::iter::once(y).chain(0..16);
                    let largest = order.into_iter().find(|&label| count(label) == most);
                    self.kept
                        .iter()
                        .position(|one| class(one) == largest)
                        .unwrap()
                }
            };
            self.kept.remove(place);
        }
        self.kept.push((code(x, self.bits), label_byte(y)));
    }
}

/// Class means.
pub struct Means {
    pub window: i64,
    /// Count and mean of each class.
    pub classes: Vec<(i64, Vec<i64>)>,
    pub threshold: u64,
}

impl Means {
    pub fn distances(&self, x: &[u8]) -> Vec<(u64, u64)> {
        let known = (0..).zip(&self.classes).filter(|(_, class)| class.0 > 0);
        let squares = |mean: &[i64]| -> i64 {
            let pairs = x.iter().zip(mean);
            pairs
                .map(|(&x, &m)| (i64::from(x) - (m + 128) / 256).pow(2))
                .sum()
        };
        known
            .map(|(label, class)| (label, squares(&class.1) as u64))
            .collect()
    }

    pub fn recognise(&self, x: &[u8]) -> Option<Recognised> {
        recognised(&self.distances(x), 1)
    }

    pub fn learn(&mut self, x: &[u8], y: u64) {
        self.threshold = threshold(&self.distances(x), y, self.threshold, 1);
        let (k, mean) = &mut self.classes[y as usize];
        *k = (*k + 1).min(self.window);
        for (m, &x) in mean.iter_mut().zip(x) {
            *m += ((256 * i64::from(x) - *m) * (32_768 / *k) + 16_384).div_euclid(32_768);
        }
    }
}
