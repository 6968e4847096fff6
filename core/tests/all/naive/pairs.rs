//! Recency levels in pairs of rows, written from the contract's text.

use super::Pcg;
use super::plain::{self, Plain, Recalled};
use super::recency::hit;

#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub n: u64,
    pub rows: u64,
    pub levels: u64,
    pub s: u64,
    pub rested: u64,
    pub miss: i64,
    pub seed: u64,
}

/// Weights and state are those of the plain form.
pub struct Pairs {
    pub sizes: Sizes,
    pub plain: Plain,
}

impl Pairs {
    pub fn new(sizes: Sizes) -> Self {
        let Sizes {
            n,
            rows,
            levels,
            s,
            miss,
            seed,
            ..
        } = sizes;
        let (parts, draws) = (1, 1);
        let plain = Plain::new(plain::Sizes {
            n,
            rows,
            levels,
            s,
            parts,
            draws,
            miss,
            seed,
        });
        Self { sizes, plain }
    }

    pub fn learn(&mut self, pattern: &[bool]) -> bool {
        if !pattern.contains(&true) {
            return false;
        }
        let event = self.plain.events;
        let mut stream = Pcg::stream(self.sizes.seed, 13, event >> 32, event % (1 << 32));
        let mut list = self.plain.rested_first(0);
        list.truncate(self.sizes.rested as usize);
        let a = list.remove(stream.below(self.sizes.rested) as usize);
        let b = list.remove(stream.below(self.sizes.rested - 1) as usize);
        let weight = |row: u64, j: usize| self.plain.weights[row as usize][j];
        let to_a: Vec<bool> = (0..pattern.len())
            .map(|j| {
                let tied = weight(a, j) == weight(b, j) && self.plain.cell(j).is_multiple_of(2);
                weight(a, j) < weight(b, j) || tied
            })
            .collect();
        let part = |own: bool| -> Vec<bool> {
            let ones = pattern.iter().zip(&to_a);
            ones.map(|(&one, &in_a)| one && in_a == own).collect()
        };
        for (row, own) in [(a, part(true)), (b, part(false))] {
            self.plain.write(row as usize, &own);
        }
        self.plain.events += 1;
        true
    }

    pub fn recall(&self, cue: &[bool]) -> Recalled {
        let Sizes {
            n,
            rows,
            levels,
            s,
            miss,
            ..
        } = self.sizes;
        let hit = hit(n, s);
        let weight = |row: u64, j: usize| self.plain.weights[row as usize][j];
        let ones: Vec<usize> = (0..n as usize).filter(|&j| cue[j]).collect();
        let count = |of: &dyn Fn(usize) -> bool| ones.iter().filter(|&&j| of(j)).count() as i64;
        let every = || (0..rows).flat_map(|row| (1..=levels).rev().map(move |w| (row, w)));

        let alone = |(row, w): (u64, u64), cost: i64| {
            let (h, o) = (
                count(&|j| weight(row, j) == w),
                count(&|j| weight(row, j) < w),
            );
            hit * h - cost * o
        };
        // Of equal ones the first stays.
        let mut firsts: Vec<(u64, u64)> = every().collect();
        firsts.sort_by_key(|&first| -alone(first, 11));
        let (a, w) = firsts[0];
        let with = |(b, v): (u64, u64)| {
            let h = count(&|j| weight(a, j) == w || weight(b, j) == v);
            let o = count(&|j| weight(a, j) < w && weight(b, j) < v);
            hit * h - miss * o
        };
        let mut seconds = vec![(alone((a, w), miss), None)];
        let others = every().filter(|&(row, _)| row != a);
        seconds.extend(others.map(|second| (with(second), Some(second))));
        seconds.sort_by_key(|&(score, _)| -score);
        let (score, second) = seconds[0];

        let above = |row: u64, w: u64, j: usize| Some(weight(row, j)).filter(|&own| own > w);
        let member = |j: usize| weight(a, j) == w || second.is_some_and(|(b, v)| weight(b, j) == v);
        // By weight, and then whether it is that of the second row.
        let group = |j: usize| {
            let first = above(a, w, j).map(|own| (own, 1));
            let other = second.and_then(|(b, v)| above(b, v, j));
            first.or(other.map(|own| (own, 2))).filter(|_| !member(j))
        };
        let n = n as usize;
        let members: Vec<bool> = (0..n).map(member).collect();
        let unknown: Vec<bool> = (0..n).map(|j| group(j).is_some()).collect();
        let mut order: Vec<usize> = (0..n).filter(|&j| members[j]).collect();
        let mut groups: Vec<(u64, u64)> = (0..n).filter_map(group).collect();
        groups.sort_unstable();
        groups.dedup();
        let of = |own: (u64, u64)| (0..n).filter(move |&j| group(j) == Some(own));
        groups.sort_by(|&x, &y| {
            let share = |own| (of(own).filter(|&j| cue[j]).count(), of(own).count());
            let ((x_ones, x_cells), (y_ones, y_cells)) = (share(x), share(y));
            (y_ones * x_cells).cmp(&(x_ones * y_cells)).then(x.cmp(&y))
        });
        groups.into_iter().for_each(|own| order.extend(of(own)));
        let mut pattern = vec![false; n];
        for j in order.into_iter().take(s as usize) {
            pattern[j] = true;
        }
        Recalled {
            pattern,
            members,
            unknown,
            score,
            next: seconds.get(1).map(|&(score, _)| score),
            winners: [Some((a, w)), second].into_iter().flatten().collect(),
        }
    }
}
