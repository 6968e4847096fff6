//! Numbers of both kinds, and vectors of them.

use fixed::types::I16F16;
use slotless_core::fixed;
use slotless_core::hetero::{Params, ParamsBuilder, ParamsError};
use slotless_core::real::Real;
use slotless_core::rng::{Key, Purpose};

use crate::naive;
use crate::naive::real::{Number, Raw};

pub const SEED: u64 = 0x0123_4567_89ab_cdef;

pub fn key() -> Key {
    Key::new(SEED, Purpose(300))
}

pub fn naive_key() -> naive::Key {
    naive::Key::of(SEED, 300)
}

/// A number of the crate and the same of the naive code.
pub trait Both: Real {
    type Naive: Number;
    fn of(self) -> Self::Naive;
    fn from_f64(x: f64) -> Self;
    fn f64(self) -> f64;
    fn built(builder: ParamsBuilder<Self>) -> Result<Params<Self>, ParamsError>;
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
    fn built(builder: ParamsBuilder<Self>) -> Result<Params<Self>, ParamsError> {
        builder.build()
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
    fn built(builder: ParamsBuilder<Self>) -> Result<Params<Self>, ParamsError> {
        builder.build()
    }
}

pub fn naive_of<R: Both>(numbers: &[R]) -> Vec<R::Naive> {
    numbers.iter().map(|number| number.of()).collect()
}

pub fn bits<N: Number>(numbers: &[N]) -> Vec<u32> {
    numbers.iter().map(|number| number.bits()).collect()
}

/// Numbers in [-1, 1), from draws.
pub fn vector<R: Both>(length: usize, of: u32) -> Vec<R> {
    let key = Key::new(5, Purpose(301)).derive(of);
    (0..length as u32)
        .map(|place| R::from_f64(f64::from(key.at(place)) / f64::from(1u32 << 31) - 1.0))
        .collect()
}

pub fn token<R: Real>(length: usize, one: usize) -> Vec<R> {
    (0..length)
        .map(|place| if place == one { R::ONE } else { R::ZERO })
        .collect()
}
