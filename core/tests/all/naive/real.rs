//! Real numbers and the hetero-associative network, from the text of `slotless_core::contract`.

use super::Key;

/// What the network needs of a number.
pub trait Number: Copy + PartialOrd {
    /// The word that a buffer has for it.
    fn bits(self) -> u32;
    fn small(n: i32) -> Self;
    fn plus(self, other: Self) -> Self;
    /// Sum of products.
    fn dot(a: &[Self], b: &[Self]) -> Self;
    fn softmax(z: &[Self]) -> Vec<Self>;
    /// Uniform in [0, 1) and [0, 1/2), from 16 bits.
    fn unit_of(u: u64) -> Self;
    fn half_of(u: u64) -> Self;
}

pub fn sum(terms: &[f32]) -> f32 {
    let mut p = [0.0f32; 16];
    for (i, term) in terms.iter().enumerate() {
        p[i % 16] += term;
    }
    for half in [8, 4, 2, 1] {
        for r in 0..half {
            p[r] += p[r + half];
        }
    }
    p[0]
}

pub fn exp(x: f32) -> f32 {
    if x < -87.0 {
        return 0.0;
    }
    if x > 88.0 {
        return f32::INFINITY;
    }
    if x.is_nan() {
        return x;
    }
    let magic = 12_582_912.0f32;
    let t = x * std::f32::consts::LOG2_E + magic;
    let n = i64::from(t.to_bits()) - i64::from(magic.to_bits());
    let f = t - magic;
    let r = (x - f * 0.693_359_4) - f * -2.121_944_4e-4;
    let c = [
        0x3eff_fffe,
        0x3e2a_aa47,
        0x3d2a_ac7d,
        0x3c09_1db5,
        0x3ab5_10d6,
    ]
    .map(f32::from_bits);
    let mut p = c[4];
    for k in [3, 2, 1, 0] {
        p = p * r + c[k];
    }
    (((p * r) * r + r) + 1.0) * 2f32.powi(n as i32)
}

impl Number for f32 {
    fn bits(self) -> u32 {
        self.to_bits()
    }

    fn small(n: i32) -> Self {
        n as Self
    }

    fn plus(self, other: Self) -> Self {
        self + other
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        sum(&a.iter().zip(b).map(|(a, b)| a * b).collect::<Vec<_>>())
    }

    fn softmax(z: &[Self]) -> Vec<Self> {
        let m = z.iter().copied().fold(Self::NEG_INFINITY, Self::max);
        let e: Vec<Self> = z.iter().map(|z| exp(z - m)).collect();
        let s = sum(&e);
        e.iter().map(|e| e / s).collect()
    }

    fn unit_of(u: u64) -> Self {
        (u as Self + 0.5) / 65_536.0
    }

    fn half_of(u: u64) -> Self {
        (u as Self + 0.5) / 131_072.0
    }
}

/// An I16F16, raw.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Raw(pub i32);

/// `e^-distance` in 2^-31, of a distance in 1/65536.
pub fn power(distance: i128) -> i128 {
    let o = distance * 3_098_164_009 / 32_768;
    let f = o % (1 << 32) / 2;
    let mut a = -2_048_773i128;
    for c in [
        19_817_794,
        -118_791_697,
        515_797_037,
        -1_488_516_314,
        1 << 31,
    ] {
        a = (a * f).div_euclid(1 << 31) + c;
    }
    if o >> 32 < 32 { a >> (o >> 32) } else { 0 }
}

fn sat(n: i128) -> Raw {
    Raw(n.clamp(i32::MIN.into(), i32::MAX.into()) as i32)
}

fn sat_64(n: i128) -> i128 {
    n.clamp(i64::MIN.into(), i64::MAX.into())
}

impl Number for Raw {
    fn bits(self) -> u32 {
        self.0 as u32
    }

    fn small(n: i32) -> Self {
        Self(n << 16)
    }

    fn plus(self, other: Self) -> Self {
        sat(i128::from(self.0) + i128::from(other.0))
    }

    fn dot(a: &[Self], b: &[Self]) -> Self {
        let mut sum = 0i128;
        for (a, b) in a.iter().zip(b) {
            sum = sat_64(sum + i128::from(a.0) * i128::from(b.0));
        }
        sat(sat_64(sum + 32_768).div_euclid(65_536))
    }

    fn softmax(z: &[Self]) -> Vec<Self> {
        let m = z.iter().map(|z| i128::from(z.0)).max().unwrap_or(0);
        let e: Vec<i128> = z.iter().map(|z| power(m - i128::from(z.0))).collect();
        let s: i128 = e.iter().sum();
        e.iter().map(|e| sat((e * 65_536 + s / 2) / s)).collect()
    }

    fn unit_of(u: u64) -> Self {
        Self(u as i32)
    }

    fn half_of(u: u64) -> Self {
        Self(u as i32 / 2)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allocation<N> {
    Key,
    Projected(usize, N),
    Item,
}

/// The hetero-associative network.
#[derive(Clone, Debug)]
pub struct Hetero<N> {
    pub k: usize,
    pub allocation: Allocation<N>,
    pub w_kh: Vec<Vec<N>>,
    /// Items and values.
    pub returns: Vec<Vec<N>>,
    pub w_ih: Vec<Vec<N>>,
}

impl<N: Number> Hetero<N> {
    /// Sizes n_k, n_v, n_x, n_h.
    pub fn new(
        [n_k, n_v, n_x, n_h]: [usize; 4],
        k: usize,
        allocation: Allocation<N>,
        key: Key,
    ) -> Self {
        let drawn = |tag: u64, n: usize, number: fn(u64) -> N| -> Vec<Vec<N>> {
            let w = 16 * n.div_ceil(32);
            let of = |h: usize, t: usize| {
                let word = key.at((tag << 30) + (h * w + t % w) as u64);
                number(if t < w { word % 65_536 } else { word / 65_536 })
            };
            (0..n_h)
                .map(|h| (0..n).map(|t| of(h, t)).collect())
                .collect()
        };
        let by_key = matches!(allocation, Allocation::Key);
        let by_item = matches!(allocation, Allocation::Item);
        Self {
            k,
            allocation,
            w_kh: if by_key {
                drawn(0, n_k, N::half_of)
            } else {
                vec![vec![N::small(0); n_k]; n_h]
            },
            returns: drawn(1, n_x + n_v, N::unit_of),
            w_ih: if by_item {
                drawn(2, n_x, N::unit_of)
            } else {
                Vec::new()
            },
        }
    }

    pub fn load(&mut self, key: &[N], value: &[N], item: &[N]) -> Vec<usize> {
        let n_h = self.w_kh.len();
        let potential = |h: usize| match self.allocation {
            Allocation::Key => N::dot(&self.w_kh[h], key),
            Allocation::Projected(units, strength) => {
                let p = N::dot(&self.w_kh[h], key);
                if h < units * self.k {
                    p.plus(N::dot(&[strength], &[item[h % units]]))
                } else {
                    p
                }
            }
            Allocation::Item => N::dot(&self.w_ih[h], item),
        };
        let p: Vec<N> = (0..n_h).map(potential).collect();
        // One after another the first of the largest that are left; NaN if nothing else is.
        let mut winners = Vec::new();
        while winners.len() < self.k {
            let left = || (0..n_h).filter(|h| !winners.contains(h));
            let number = |h: &usize| p[*h].partial_cmp(&p[*h]).is_some();
            let best = left()
                .find(|&h| number(&h) && left().filter(number).all(|o| p[h] >= p[o]))
                .or(left().next());
            winners.extend(best);
        }
        winners.sort();
        for &h in &winners {
            self.w_kh[h] = key.to_vec();
            self.returns[h] = [item, value].concat();
            if let Some(row) = self.w_ih.get_mut(h) {
                *row = item.to_vec();
            }
        }
        winners
    }

    /// Activities, and then item and value.
    pub fn recall(&self, query: &[N], beta: N) -> (Vec<N>, Vec<N>) {
        let z: Vec<N> = (self.w_kh.iter())
            .map(|row| N::dot(&[beta], &[N::dot(row, query)]))
            .collect();
        let a = N::softmax(&z);
        let number = |d: usize| {
            let column: Vec<N> = self.returns.iter().map(|row| row[d]).collect();
            N::dot(&a, &column)
        };
        let numbers = (0..self.returns[0].len()).map(number).collect();
        (a, numbers)
    }

    pub fn state(&self) -> Vec<u32> {
        let rows = self.w_kh.iter().chain(&self.returns).chain(&self.w_ih);
        rows.flatten().map(|number| number.bits()).collect()
    }
}
