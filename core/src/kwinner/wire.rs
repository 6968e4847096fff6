//! Parameters as plain numbers, for serde: what is read back is checked like any other setting.

use super::{Assignment, Params, Seeded, WiringKind};
use crate::weight::{Rounding, Width};

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawParams {
    bits: u32,
    visible: u32,
    hidden: u32,
    fan_in: u32,
    winners: u32,
    active: u32,
    rate: u32,
    rounding: Rounding,
    assignment: Assignment,
    seed: u64,
    #[serde(default)]
    wiring: WiringKind,
}

impl<W: Width, G: Seeded> From<Params<W, G>> for RawParams {
    fn from(params: Params<W, G>) -> Self {
        Self {
            bits: W::BITS,
            visible: params.visible(),
            hidden: params.hidden(),
            fan_in: params.fan_in(),
            winners: params.winners(),
            active: params.active(),
            rate: params.rate().get(),
            rounding: params.rounding(),
            assignment: params.assignment(),
            seed: params.seed(),
            wiring: G::KIND,
        }
    }
}

impl<W: Width, G: Seeded> TryFrom<RawParams> for Params<W, G> {
    type Error = WireError;

    fn try_from(raw: RawParams) -> Result<Self, WireError> {
        if raw.bits != W::BITS {
            return Err(WireError::Width {
                got: raw.bits,
                expected: W::BITS,
            });
        }
        if raw.wiring != G::KIND {
            return Err(WireError::Wiring {
                got: raw.wiring,
                expected: G::KIND,
            });
        }
        let builder = Params::<W>::builder(raw.visible, raw.hidden)
            .fan_in(raw.fan_in)
            .winners(raw.winners)
            .active(raw.active)
            .rate(raw.rate)
            .rounding(raw.rounding)
            .assignment(raw.assignment)
            .seed(raw.seed);
        G::build(builder).map_err(WireError::Params)
    }
}

#[derive(Debug)]
pub(super) enum WireError {
    Width {
        got: u32,
        expected: u32,
    },
    Wiring {
        got: WiringKind,
        expected: WiringKind,
    },
    Params(super::ParamsError),
}

impl core::fmt::Display for WireError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Width { got, expected } => {
                write!(f, "weights of {got} bits, expected {expected}")
            }
            Self::Wiring { got, expected } => {
                write!(f, "wiring {got}, expected {expected}")
            }
            Self::Params(error) => error.fmt(f),
        }
    }
}
