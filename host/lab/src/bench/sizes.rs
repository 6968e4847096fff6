//! The networks that are timed.

use slotless_core::kwinner::Params;
use slotless_core::weight::{U8, U16, Width};

use crate::memory::WeightWidth;
use slotless_kernels::cpu::AnyParams;

/// A network's sizes, in the paper's symbols; `m` is the fan-in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Name in tables.
    pub name: &'static str,
    /// Visible units.
    pub n_i: u32,
    /// Hidden units.
    pub n_h: u32,
    /// Ones of a pattern.
    pub s: u32,
    /// Fan-in of a hidden unit.
    pub m: u32,
    /// Winners.
    pub k: u32,
    /// Learning rate in 1/65536.
    pub eps: u32,
}

const fn sizes(name: &'static str, n_i: u32, n_h: u32, s: u32, m: u32, k: u32, eps: u32) -> Sizes {
    Sizes {
        name,
        n_i,
        n_h,
        s,
        m,
        k,
        eps,
    }
}

/// The paper's networks.
pub const PAPER: [Sizes; 3] = [
    sizes("kw_f005", 1_000, 2_000, 100, 50, 50, 19_661),
    sizes("kw_f01", 1_000, 1_000, 100, 100, 50, 19_661),
    sizes("mhn", 1_000, 100, 100, 1_000, 1, 65_536),
];

/// Ten and a hundred times the paper's, the fan-in held at 50 to 500 per unit.
pub const LARGE: [Sizes; 4] = [
    sizes("x10_m50", 10_000, 20_000, 1_000, 50, 500, 19_661),
    sizes("x10_m500", 10_000, 20_000, 1_000, 500, 500, 19_661),
    sizes("x100_m50", 100_000, 1_000_000, 10_000, 50, 25_000, 19_661),
    sizes("x100_m500", 100_000, 100_000, 10_000, 500, 2_500, 19_661),
];

impl Sizes {
    /// The core's parameters with weights of 8 or 16 bits.
    ///
    /// # Panics
    /// If the sizes are out of range, or the width is another.
    #[must_use]
    pub fn params(&self, weights: WeightWidth) -> AnyParams {
        match weights {
            WeightWidth::U8 => AnyParams::U8(self.typed::<U8>()),
            WeightWidth::U16 => AnyParams::U16(self.typed::<U16>()),
            other => panic!("timed with 8 or 16 bits, not {}", other.bits()),
        }
    }

    fn typed<W: Width>(&self) -> Params<W> {
        Params::builder(self.n_i, self.n_h)
            .fan_in(self.m)
            .winners(self.k)
            .active(self.s)
            .rate(self.eps)
            .seed(20_260)
            .build()
            .expect("sizes in range")
    }
}
