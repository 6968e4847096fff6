//! Recency levels, written from the contract's text: each cell is an `Option` of an event.

/// The sizes.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub n: u64,
    pub rows: u64,
    pub levels: u64,
    pub cap: u64,
    pub s: u64,
    pub miss: i64,
}

/// `16 ln(n / s)` to the nearest integer, in `f64`: the contract's integers are to come to the same.
pub fn hit(n: u64, s: u64) -> i64 {
    let hit = 16.0 * (n as f64 / s as f64).ln();
    (hit.round() as i64).max(1)
}

pub fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Digits and bits of a group.
pub fn group(levels: u64) -> (u64, u64) {
    if levels == 1 {
        return (1, 0);
    }
    let mut best = (1, 64);
    for c in 1..=16u32 {
        for b in 1..=16u32 {
            let fits = u128::from(levels).pow(c) <= 1 << b;
            if fits && u64::from(b) * best.0 < best.1 * u64::from(c) {
                best = (u64::from(c), u64::from(b));
            }
        }
    }
    best
}

pub fn row_words(n: u64, levels: u64, cap: u64) -> u64 {
    let (c, b) = group(levels);
    (n + b * cap.div_ceil(c)).div_ceil(32)
}

/// The cap that is taken where none is given.
pub fn usual_cap(n: u64, levels: u64, s: u64) -> u64 {
    let (c, b) = group(levels);
    if levels == 1 {
        return n;
    }
    let mut mean = 0;
    for _ in 0..levels {
        mean += (256 * n - mean) * s / n;
    }
    let mean = mean.div_ceil(256);
    let root = (0..).take_while(|root| root * root <= mean).last().unwrap();
    let words = row_words(n, levels, mean + root);
    n.min(c * ((32 * words - n) / b))
}

#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub score: i64,
    pub event: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Recalled {
    pub pattern: Vec<bool>,
    pub members: Vec<bool>,
    pub unknown: Vec<bool>,
    pub found: Option<Found>,
}

pub struct Recency {
    pub sizes: Sizes,
    pub events: u64,
    pub rows: Vec<Vec<Option<u64>>>,
}

impl Recency {
    pub fn new(sizes: Sizes) -> Self {
        let rows = vec![vec![None; sizes.n as usize]; sizes.rows as usize];
        Self {
            sizes,
            events: 0,
            rows,
        }
    }

    fn cell(&self, unit: usize, event: u64) -> usize {
        let n = self.sizes.n;
        let mut g = 0;
        if n > 1 {
            g = n * 2_654_435_769 / (1 << 32);
            while gcd(g, n) != 1 {
                g += 1;
            }
        }
        let q = event / self.sizes.rows;
        ((unit as u128 + u128::from(g) * u128::from(q)) % u128::from(n)) as usize
    }

    /// Whether the pattern was taken.
    pub fn learn(&mut self, pattern: &[bool]) -> bool {
        let ones: Vec<usize> = (0..pattern.len()).filter(|&j| pattern[j]).collect();
        if ones.is_empty() || ones.len() as u64 > self.sizes.cap || self.events == u64::MAX {
            return false;
        }
        let event = self.events;
        let cells: Vec<usize> = ones.iter().map(|&j| self.cell(j, event)).collect();
        let rows = self.sizes.rows;
        let generation = event / rows;
        let levels = self.sizes.levels;
        let row = &mut self.rows[(event % rows) as usize];
        for cell in row.iter_mut() {
            if cell.is_some_and(|old| generation - old / rows >= levels) {
                *cell = None;
            }
        }
        for cell in cells {
            row[cell] = Some(event);
        }
        while row.iter().flatten().count() as u64 > self.sizes.cap {
            let oldest = row.iter().flatten().min().copied();
            let lowest = row.iter().position(|&cell| cell == oldest).unwrap();
            row[lowest] = None;
        }
        self.events += 1;
        true
    }

    pub fn score(&self, event: u64, cue: &[bool]) -> i64 {
        let row = &self.rows[(event % self.sizes.rows) as usize];
        let (mut h, mut o) = (0, 0);
        for j in (0..cue.len()).filter(|&j| cue[j]) {
            match row[self.cell(j, event)] {
                Some(holds) if holds == event => h += 1,
                Some(holds) if holds > event => {}
                _ => o += 1,
            }
        }
        hit(self.sizes.n, self.sizes.s) * h - self.sizes.miss * o
    }

    /// The best event but one, of equal ones the newest.
    pub fn find(&self, cue: &[bool], except: Option<u64>) -> Option<Found> {
        let window = self.sizes.rows * self.sizes.levels;
        let first = self.events.saturating_sub(window);
        (first..self.events)
            .filter(|&event| Some(event) != except)
            .map(|event| Found {
                score: self.score(event, cue),
                event,
            })
            .max_by_key(|found| (found.score, found.event))
    }

    pub fn recall(&self, cue: &[bool]) -> Recalled {
        let n = self.sizes.n as usize;
        let mut recalled = Recalled {
            pattern: vec![false; n],
            members: vec![false; n],
            unknown: vec![false; n],
            found: self.find(cue, None),
        };
        let Some(Found { event, .. }) = recalled.found else {
            return recalled;
        };
        let row = &self.rows[(event % self.sizes.rows) as usize];
        let holds = |unit: usize| row[self.cell(unit, event)];
        for unit in 0..n {
            recalled.members[unit] = holds(unit) == Some(event);
            recalled.unknown[unit] = holds(unit).is_some_and(|other| other > event);
        }
        let mut order: Vec<usize> = (0..n).filter(|&unit| recalled.members[unit]).collect();
        // The newer events of the row, by the share that the cue has of them.
        let mut newer: Vec<u64> = row.iter().flatten().copied().collect();
        newer.sort_unstable();
        newer.dedup();
        newer.retain(|&other| other > event);
        let share = |other: u64| {
            let of = (0..n).filter(|&unit| holds(unit) == Some(other));
            let cells = of.clone().count();
            (of.filter(|&unit| cue[unit]).count(), cells)
        };
        newer.sort_by(|&a, &b| {
            let ((a_ones, a_cells), (b_ones, b_cells)) = (share(a), share(b));
            (b_ones * a_cells).cmp(&(a_ones * b_cells)).then(a.cmp(&b))
        });
        for other in newer {
            order.extend((0..n).filter(|&unit| holds(unit) == Some(other)));
        }
        for unit in order.into_iter().take(self.sizes.s as usize) {
            recalled.pattern[unit] = true;
        }
        recalled
    }

    /// The words of the state.
    pub fn words(&self) -> Vec<u32> {
        let Sizes {
            n,
            rows,
            levels,
            cap,
            ..
        } = self.sizes;
        let (c, b) = group(levels);
        let length = row_words(n, levels, cap) as usize;
        let mut words = vec![self.events as u32, (self.events >> 32) as u32];
        for (number, row) in (0..).zip(&self.rows) {
            let mut bits = vec![false; 32 * length];
            let newest = (0..self.events).rev().find(|event| event % rows == number);
            let mut set = 0;
            let mut numbers = vec![0u64; cap.div_ceil(c) as usize];
            for (cell, &event) in row.iter().enumerate() {
                let Some(event) = event else { continue };
                bits[cell] = true;
                let level = newest.unwrap() / rows - event / rows;
                numbers[set / c as usize] += level * levels.pow((set % c as usize) as u32);
                set += 1;
            }
            for (place, number) in numbers.iter().enumerate() {
                for bit in 0..b as usize {
                    bits[n as usize + place * b as usize + bit] = number >> bit & 1 == 1;
                }
            }
            words.extend(bits.chunks(32).map(|bits| {
                let set = bits.iter().enumerate().filter(|(_, bit)| **bit);
                set.fold(0, |word, (place, _)| word | 1 << place)
            }));
        }
        words
    }
}
