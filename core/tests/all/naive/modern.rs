//! The modern Hopfield network, from the text of `slotless_core::contract`.

use super::real::{Number, Raw, exp, sum};

/// How exponentials of fixed point are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Polynomial,
    Table,
}

/// What the network needs of a number.
pub trait Shares: Number {
    /// Shares, and the bits of lse and energy of a state with this squared norm, M^2 being the other.
    fn shares(beta: Self, z: &[Self], squares: [Self; 2], by: By) -> (Vec<Self>, u64, u64);
}

/// `ln` of a number from 1 on.
pub fn ln(x: f32) -> f32 {
    if x == 1.0 {
        return 0.0;
    }
    let i = x.to_bits() + 0x004a_fb0d;
    let k = ((i >> 23) as i32 - 127) as f32;
    let f = f32::from_bits((i & 0x007f_ffff) + 0x3f35_04f3) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let l = [0x3f2a_aaaa, 0x3ecc_ce13, 0x3e91_e9ee, 0x3e78_9e26].map(f32::from_bits);
    let r = z * (l[0] + w * l[2]) + w * (l[1] + w * l[3]);
    let h = 0.5 * f * f;
    let high = f32::from_bits(0x3f31_7180);
    let low = f32::from_bits(0x3717_f7d1);
    s * (h + r) + k * low - h + f + k * high
}

impl Shares for f32 {
    fn shares(beta: f32, z: &[f32], [state, most]: [f32; 2], _: By) -> (Vec<f32>, u64, u64) {
        let m = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let e: Vec<f32> = z.iter().map(|z| exp(beta * (z - m))).collect();
        let t = sum(&e);
        let lse = m + ln(t) / beta;
        let energy = ((0.5 * state + 0.5 * most) - m) + (ln(z.len() as f32) - ln(t)) / beta;
        let p = e.iter().map(|e| e / t).collect();
        (p, lse.to_bits().into(), energy.to_bits().into())
    }
}

/// `ln(t / 2^31)` in 2^-32.
fn raw_ln(t: u128) -> u128 {
    let mut octaves = 0;
    while t >> octaves >= 1 << 32 {
        octaves += 1;
    }
    let mut m = t * (1 << 64) / (1 << (64 - 32 + octaves)) / (1 << 32);
    // t 2^-octaves, rounded down, in 2^-31.
    assert!((1 << 31..1 << 32).contains(&m));
    let mut log = octaves as u128;
    for _ in 0..32 {
        m = m * m / (1 << 31);
        log *= 2;
        if m >= 1 << 32 {
            log += 1;
            m /= 2;
        }
    }
    log * 46_516_320 / (1 << 26)
}

fn by_table(d: u128, beta: u128) -> u128 {
    let word = (1u128 << 32) - 1;
    let d = ((d * beta + 32_768) / 65_536).min(word);
    let o = ((d * 94_548 + 32_768) / 65_536).min(word);
    let t = |i: u128| (2f64.powi(31) * 2f64.powf(-(i as f64) / 256.0)).round() as u128;
    let i = o / 256 % 256;
    let e = t(i) - ((t(i) - t(i + 1)) * (o % 256) + 128) / 256;
    if o >> 16 < 32 { e >> (o >> 16) } else { 0 }
}

fn by_polynomial(d: u128, beta: u128) -> i128 {
    let d = ((d * beta + 32_768) / 65_536).min((1 << 32) - 1) as i128;
    let o = d * 3_098_164_009 / 32_768;
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

impl Shares for Raw {
    fn shares(beta: Raw, z: &[Raw], squares: [Raw; 2], by: By) -> (Vec<Raw>, u64, u64) {
        let beta = beta.0 as u128;
        let m = z.iter().map(|z| i64::from(z.0)).max().unwrap();
        let e: Vec<u128> = (z.iter())
            .map(|z| {
                let d = (m - i64::from(z.0)) as u128;
                match by {
                    By::Polynomial => by_polynomial(d, beta) as u128,
                    By::Table => by_table(d, beta),
                }
            })
            .collect();
        let t: u128 = e.iter().sum();
        let share = |e: u128| match by {
            By::Polynomial => (e * 65_536 + t / 2) / t,
            By::Table => (((e * ((1 << 62) / t)) >> 32) + 8192) / 16_384,
        };
        let p = e.iter().map(|&e| Raw(share(e) as i32)).collect();
        let over_beta = |ln: u128| ((ln + beta / 2) / beta) as i128;
        let lse = i128::from(m) + over_beta(raw_ln(t));
        let less = over_beta(raw_ln((z.len() as u128) << 31) - raw_ln(t));
        let norms = squares.iter().map(|s| i128::from(s.0)).sum::<i128>();
        let energy = (norms + 1).div_euclid(2) - i128::from(m) + less;
        (p, lse as i64 as u64, energy as i64 as u64)
    }
}

#[derive(Clone, Debug)]
pub struct Modern<N> {
    pub memories: Vec<Vec<N>>,
    pub beta: N,
    pub by: By,
}

/// A step: shares, next state, bits of lse and energy of the state before it.
pub type Step<N> = (Vec<N>, Vec<N>, u64, u64);

impl<N: Shares> Modern<N> {
    pub fn step(&self, state: &[N]) -> Step<N> {
        let z: Vec<N> = self.memories.iter().map(|m| N::dot(m, state)).collect();
        let norms = self.memories.iter().map(|m| N::dot(m, m));
        let most = norms.reduce(|a, b| if b > a { b } else { a }).unwrap();
        let squares = [N::dot(state, state), most];
        let (p, lse, energy) = N::shares(self.beta, &z, squares, self.by);
        let next = (0..state.len())
            .map(|i| {
                let column: Vec<N> = self.memories.iter().map(|m| m[i]).collect();
                N::dot(&p, &column)
            })
            .collect();
        (p, next, lse, energy)
    }
}
