//! The plain form of recency levels, written from the rule: weights that go down by one.

use super::Pcg;
use super::recency::{gcd, group, hit};

#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub n: u64,
    pub rows: u64,
    pub levels: u64,
    pub s: u64,
    pub parts: u64,
    pub draws: u64,
    pub miss: i64,
    pub seed: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Recalled {
    pub pattern: Vec<bool>,
    pub members: Vec<bool>,
    pub unknown: Vec<bool>,
    pub score: i64,
    pub next: Option<i64>,
    /// Row and weight of each part.
    pub winners: Vec<(u64, u64)>,
}

pub struct Plain {
    pub sizes: Sizes,
    pub events: u64,
    /// By row and unit; units that the row does not see stay at 0.
    pub weights: Vec<Vec<u64>>,
    /// Of each row the event after its last, and how many it had.
    rows: Vec<(Option<u64>, u64)>,
    /// Of each weight above 0 the row's event that set it.
    set_by: Vec<Vec<u64>>,
}

impl Plain {
    pub fn new(sizes: Sizes) -> Self {
        let all = |of: u64| vec![vec![of; sizes.n as usize]; sizes.rows as usize];
        Self {
            sizes,
            events: 0,
            weights: all(0),
            rows: vec![(None, 0); sizes.rows as usize],
            set_by: all(0),
        }
    }

    /// Part and cell of a unit.
    fn place(&self, unit: usize) -> (u64, u64) {
        let n = self.sizes.n;
        let mut g = 0;
        if n > 1 {
            g = n * 2_654_435_769 / (1 << 32);
            while gcd(g, n) != 1 {
                g += 1;
            }
        }
        let place = g * unit as u64 % n;
        (place % self.sizes.parts, place / self.sizes.parts)
    }

    pub fn cell(&self, unit: usize) -> u64 {
        self.place(unit).1
    }

    pub fn part(&self, unit: usize) -> u64 {
        self.place(unit).0
    }

    pub fn learn(&mut self, pattern: &[bool]) -> bool {
        let Sizes {
            parts, draws, seed, ..
        } = self.sizes;
        if !pattern.contains(&true) {
            return false;
        }
        let event = self.events;
        let mut stream = Pcg::stream(seed, 13, event >> 32, event % (1 << 32));
        for part in 0..parts {
            let own: Vec<usize> = (0..pattern.len())
                .filter(|&j| self.part(j) == part)
                .collect();
            let ones: Vec<usize> = own.iter().copied().filter(|&j| pattern[j]).collect();
            if ones.is_empty() {
                continue;
            }
            let list = self.rested_first(part);
            let rested = (list.len() as u64 / 6).max(1);
            let drawn: Vec<u64> = (0..draws)
                .map(|_| list[stream.below(rested) as usize])
                .collect();
            let lost = |row: u64| {
                let weights = &self.weights[row as usize];
                ones.iter().filter(|&&j| weights[j] > 0).count()
            };
            let row = drawn.into_iter().min_by_key(|&row| lost(row)).unwrap() as usize;
            self.write(row, pattern);
        }
        self.events += 1;
        true
    }

    /// The rows of a part, those that have rested longest first.
    pub fn rested_first(&self, part: u64) -> Vec<u64> {
        let Sizes { rows, parts, .. } = self.sizes;
        let mut list: Vec<u64> = (0..rows).filter(|row| row % parts == part).collect();
        list.sort_by_key(|&row| self.rows[row as usize].0);
        list
    }

    /// Writes the ones of the row's part to it, as this event.
    pub fn write(&mut self, row: usize, pattern: &[bool]) {
        let part = row as u64 % self.sizes.parts;
        for j in (0..pattern.len())
            .filter(|&j| self.place(j).0 == part)
            .collect::<Vec<_>>()
        {
            let weight = &mut self.weights[row][j];
            *weight = if pattern[j] {
                self.sizes.levels
            } else {
                weight.saturating_sub(1)
            };
            if pattern[j] {
                self.set_by[row][j] = self.rows[row].1;
            }
        }
        self.rows[row] = (Some(self.events + 1), self.rows[row].1 + 1);
    }

    fn score(&self, row: u64, weight: u64, cue: &[bool]) -> i64 {
        let (mut h, mut o) = (0, 0);
        for j in (0..cue.len()).filter(|&j| cue[j] && self.part(j) == row % self.sizes.parts) {
            let own = self.weights[row as usize][j];
            h += i64::from(own == weight);
            o += i64::from(own < weight);
        }
        hit(self.sizes.n, self.sizes.s) * h - self.sizes.miss * o
    }

    pub fn recall(&self, cue: &[bool]) -> Recalled {
        let Sizes {
            n,
            rows,
            levels,
            parts,
            s,
            ..
        } = self.sizes;
        let (mut score, mut margins, mut winners) = (0, Vec::new(), Vec::new());
        for part in 0..parts {
            let mut all = Vec::new();
            for row in (0..rows).filter(|row| row % parts == part) {
                for weight in (1..=levels).rev() {
                    all.push((self.score(row, weight, cue), row, weight));
                }
            }
            // A stable sort: of equal ones the first stays the first.
            all.sort_by_key(|&(score, _, _)| -score);
            score += all[0].0;
            winners.push((all[0].1, all[0].2));
            if let Some(next) = all.get(1) {
                margins.push(all[0].0 - next.0);
            }
        }
        let n = n as usize;
        let weight = |j: usize| self.weights[winners[self.part(j) as usize].0 as usize][j];
        let winning = |j: usize| winners[self.part(j) as usize].1;
        let members: Vec<bool> = (0..n).map(|j| weight(j) == winning(j)).collect();
        let unknown: Vec<bool> = (0..n).map(|j| weight(j) > winning(j)).collect();
        let mut order: Vec<usize> = (0..n).filter(|&j| members[j]).collect();
        let mut groups: Vec<(u64, u64)> = (0..n)
            .filter(|&j| unknown[j])
            .map(|j| (weight(j), self.part(j)))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        let of = |group: (u64, u64)| -> Vec<usize> {
            let own = |j: &usize| unknown[*j] && (weight(*j), self.part(*j)) == group;
            (0..n).filter(own).collect()
        };
        let share = |group: (u64, u64)| {
            let units = of(group);
            (units.iter().filter(|&&j| cue[j]).count(), units.len())
        };
        groups.sort_by(|&a, &b| {
            let ((a_ones, a_cells), (b_ones, b_cells)) = (share(a), share(b));
            (b_ones * a_cells).cmp(&(a_ones * b_cells)).then(a.cmp(&b))
        });
        for group in groups {
            order.extend(of(group));
        }
        let mut pattern = vec![false; n];
        for j in order.into_iter().take(s as usize) {
            pattern[j] = true;
        }
        Recalled {
            pattern,
            members,
            unknown,
            score,
            next: margins.into_iter().min().map(|margin| score - margin),
            winners,
        }
    }

    /// The words of the state.
    pub fn words(&self) -> Vec<u32> {
        let Sizes {
            n, levels, parts, ..
        } = self.sizes;
        let (c, b) = group(levels + 1);
        let cells = n.div_ceil(parts);
        let numbers = cells.div_ceil(c);
        let mut words = vec![self.events as u32, (self.events >> 32) as u32];
        for row in 0..self.rows.len() {
            let (last, events) = self.rows[row];
            let count = |event: u64| event % levels + 1;
            words.push(events.checked_sub(1).map_or(0, count) as u32);
            words.push(last.unwrap_or(0) as u32);
            let mut packed = vec![0u64; numbers as usize];
            for j in (0..n as usize).filter(|&j| self.part(j) == row as u64 % parts) {
                let (_, cell) = self.place(j);
                if self.weights[row][j] > 0 {
                    let tag = count(self.set_by[row][j]);
                    packed[(cell / c) as usize] += tag * (levels + 1).pow((cell % c) as u32);
                }
            }
            let mut bits = Vec::new();
            for number in packed {
                bits.extend((0..b).map(|bit| number >> bit & 1 == 1));
            }
            words.extend(super::words(&bits));
        }
        words
    }
}
