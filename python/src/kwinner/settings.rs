//! What a K-winner network is made of: its settings, from keywords and from a network.

use pyo3::prelude::*;
use slotless_core::kwinner::{Assignment, Params, ParamsError, Settings, WiringKind};
use slotless_core::weight::{Rate, Rounding, U1, U2, U4, U8, U16, Width};
use slotless_kernels::cpu::{AnyParams, Network, StructuredParams};

use crate::calls::{self, room};
use crate::{errors, keywords};

pub(super) const WEIGHTS: [(&str, u32); 5] = [
    ("u1", U1::BITS),
    ("u2", U2::BITS),
    ("u4", U4::BITS),
    ("u8", U8::BITS),
    ("u16", U16::BITS),
];
pub(super) const WIRINGS: [(&str, WiringKind); 2] = [
    ("random", WiringKind::Random),
    ("structured", WiringKind::Structured),
];
pub(super) const ROUNDINGS: [(&str, Rounding); 2] = [
    ("nearest", Rounding::Nearest),
    ("stochastic", Rounding::Stochastic),
];
pub(super) const ASSIGNMENTS: [(&str, Assignment); 2] = [
    ("competitive", Assignment::Competitive),
    ("random-k", Assignment::RandomK),
];

/// Rates are multiples of one over this.
const UNIT: f64 = 65_536.0;

/// A learning rate as the library has it.
pub(super) fn rate_of(name: &str, rate: f64) -> PyResult<Rate> {
    let nearest = (rate * UNIT).round();
    let taken = (rate <= 1.0 && nearest >= 1.0).then(|| Rate::new(nearest as u32));
    taken.flatten().ok_or_else(|| {
        let allowed = "1/131072 to 1 (rates are multiples of 1/65536)";
        errors::refuse(format!("{name} is {rate}, allowed {allowed}"))
    })
}

/// A raw rate as a number.
pub(super) fn rate(raw: u32) -> f64 {
    f64::from(raw) / UNIT
}

/// The shortest decimal that is taken as this raw rate.
pub(super) fn shortest(raw: u32) -> String {
    let exact = rate(raw);
    // 16 digits are all that a multiple of 1/65536 has.
    let each = (1..16).map(|digits| format!("{exact:.digits$}"));
    let mut same = each.filter(|text| {
        let number: Result<f64, _> = text.parse();
        number.is_ok_and(|number| (number * UNIT).round() == f64::from(raw))
    });
    same.next().unwrap_or_else(|| exact.to_string())
}

/// The settings of a network.
pub(super) fn of(network: &Network) -> Settings {
    let mut settings = match network.params() {
        AnyParams::U1(params) => Settings::from(params),
        AnyParams::U2(params) => Settings::from(params),
        AnyParams::U4(params) => Settings::from(params),
        AnyParams::U8(params) => Settings::from(params),
        AnyParams::U16(params) => Settings::from(params),
    };
    settings.wiring = network.wiring();
    settings
}

/// What a network is to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) visible: u32,
    pub(super) hidden: u32,
    pub(super) fan_in: u32,
    pub(super) winners: u32,
    pub(super) active: u32,
    /// In 1/65536.
    pub(super) rate: u32,
    /// Of a weight.
    pub(super) bits: u32,
    pub(super) wiring: WiringKind,
    pub(super) seed: u64,
    pub(super) rounding: Rounding,
    pub(super) assignment: Assignment,
}

/// A fresh network.
pub(super) fn network(py: Python<'_>, settings: Wanted) -> PyResult<Network> {
    fn build<W: Width>(of: Wanted) -> Result<Params<W>, ParamsError> {
        let params = Params::<W>::builder(of.visible, of.hidden)
            .fan_in(of.fan_in)
            .winners(of.winners);
        let params = params.active(of.active).rate(of.rate).rounding(of.rounding);
        params.assignment(of.assignment).seed(of.seed).build()
    }
    let said = |error| keywords::kwinner(error, settings.fan_in, settings.winners);
    let params = match settings.bits {
        U1::BITS => build(settings).map(AnyParams::U1),
        U2::BITS => build(settings).map(AnyParams::U2),
        U4::BITS => build(settings).map(AnyParams::U4),
        U8::BITS => build(settings).map(AnyParams::U8),
        _ => build(settings).map(AnyParams::U16),
    };
    let params = params.map_err(said)?;
    let bytes = params.layout_bytes();
    room("the network", bytes)?;
    if !params.is_addressable() {
        return Err(errors::memory(
            "the network has more weights than are laid out for speed",
        ));
    }
    match settings.wiring {
        WiringKind::Random => calls::apart(py, bytes, move || Ok(Network::new(params))),
        WiringKind::Structured => {
            let params = StructuredParams::new(params).map_err(said)?;
            calls::apart(py, bytes, move || Ok(Network::structured(params)))
        }
    }
}
