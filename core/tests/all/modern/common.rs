//! Numbers of both kinds, memories, and the equations in `f64`.

use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::modern::{Exponential, Memories, Modern};
use slotless_core::real::Real;
use slotless_core::rng::{Key, Purpose};

use crate::naive::modern::Shares;
use crate::naive::real::Raw;

/// A number of the crate, the same of the naive code, and in `f64`.
pub trait Both: Real {
    type Naive: Shares;
    fn of(self) -> Self::Naive;
    fn from_f64(x: f64) -> Self;
    fn f64(self) -> f64;
    fn energy_bits(energy: Self::Energy) -> u64;
    fn energy_f64(energy: Self::Energy) -> f64;
}

impl Both for f32 {
    type Naive = f32;
    fn of(self) -> f32 {
        self
    }
    fn from_f64(x: f64) -> Self {
        x as f32
    }
    fn f64(self) -> f64 {
        self.into()
    }
    fn energy_bits(energy: f32) -> u64 {
        energy.to_bits().into()
    }
    fn energy_f64(energy: f32) -> f64 {
        energy.into()
    }
}

impl Both for I16F16 {
    type Naive = Raw;
    fn of(self) -> Raw {
        Raw(self.to_bits())
    }
    fn from_f64(x: f64) -> Self {
        Self::from_num(x)
    }
    fn f64(self) -> f64 {
        self.to_num()
    }
    fn energy_bits(energy: Self::Energy) -> u64 {
        energy.to_bits() as u64
    }
    fn energy_f64(energy: Self::Energy) -> f64 {
        energy.to_num()
    }
}

/// Uniform numbers in [-scale, scale), from draws.
pub fn vector<R: Both>(length: usize, scale: f64, of: u32) -> Vec<R> {
    let key = Key::new(5, Purpose(302)).derive(of);
    (0..length as u32)
        .map(|place| R::from_f64(scale * (f64::from(key.at(place)) / f64::from(1u32 << 31) - 1.0)))
        .collect()
}

/// The same memories with units for rows.
pub fn turned<R: Copy>(rows: &[R], units: usize) -> Vec<R> {
    let unit = |unit: usize| rows.iter().skip(unit).step_by(units).copied();
    (0..units).flat_map(unit).collect()
}

pub fn rows<R: Real>(numbers: &[R], units: usize) -> Memories<'_, R> {
    Memories::rows(numbers, units as u32).unwrap()
}

/// A step and the energy by their equations in `f64`: shares, next state, energy, and the sum of its terms' magnitudes.
pub fn exact<R: Both, E: Exponential<R>>(
    network: &Modern<'_, R, E>,
    state: &[R],
) -> (Vec<f64>, Vec<f64>, f64, f64) {
    let memories: Vec<Vec<f64>> = (0..network.memories().count())
        .map(|k| network.memories().memory(k).map(Both::f64).collect())
        .collect();
    let s: Vec<f64> = state.iter().map(|x| x.f64()).collect();
    let beta = network.beta().f64();
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let z: Vec<f64> = memories.iter().map(|m| dot(m, &s)).collect();
    let most = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let e: Vec<f64> = z.iter().map(|z| (beta * (z - most)).exp()).collect();
    let total: f64 = e.iter().sum();
    let p: Vec<f64> = e.iter().map(|e| e / total).collect();
    let next = (0..s.len())
        .map(|i| memories.iter().zip(&p).map(|(m, p)| m[i] * p).sum())
        .collect();
    let square = memories.iter().map(|m| dot(m, m)).fold(0.0, f64::max);
    let terms = [
        -(most + total.ln() / beta),
        0.5 * dot(&s, &s),
        (memories.len() as f64).ln() / beta,
        0.5 * square,
    ];
    let size = terms.iter().map(|t| t.abs()).sum();
    (p, next, terms.iter().sum(), size)
}

/// The largest difference.
pub fn apart<R: Both>(found: &[R], exact: &[f64]) -> f64 {
    assert_eq!(found.len(), exact.len());
    let pairs = found.iter().zip(exact);
    pairs.map(|(f, e)| (f.f64() - e).abs()).fold(0.0, f64::max)
}
