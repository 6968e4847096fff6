//! Parameters as plain numbers, for serde: what is read back is checked like any other setting.

use super::{Assignment, Params};
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
}

impl<W: Width> From<Params<W>> for RawParams {
    fn from(params: Params<W>) -> Self {
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
        }
    }
}

impl<W: Width> TryFrom<RawParams> for Params<W> {
    type Error = WireError;

    fn try_from(raw: RawParams) -> Result<Self, WireError> {
        if raw.bits != W::BITS {
            return Err(WireError::Width {
                got: raw.bits,
                expected: W::BITS,
            });
        }
        Self::builder(raw.visible, raw.hidden)
            .fan_in(raw.fan_in)
            .winners(raw.winners)
            .active(raw.active)
            .rate(raw.rate)
            .rounding(raw.rounding)
            .assignment(raw.assignment)
            .seed(raw.seed)
            .build()
            .map_err(WireError::Params)
    }
}

#[derive(Debug)]
pub(super) enum WireError {
    Width { got: u32, expected: u32 },
    Params(super::ParamsError),
}

impl core::fmt::Display for WireError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Width { got, expected } => {
                write!(f, "weights of {got} bits, expected {expected}")
            }
            Self::Params(error) => error.fmt(f),
        }
    }
}
