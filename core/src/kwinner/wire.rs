//! Parameters as plain numbers, for serde: what is read back is checked like any other setting.

use super::{Assignment, Params, ParamsBuilder, Random, Wiring};
use crate::structured::Structured;
use crate::weight::{Rounding, Width};

/// Wiring that parameters name; lent masks are none.
pub(super) trait Named: Wiring {
    const KIND: Kind;
}

impl Named for Random {
    const KIND: Kind = Kind::Random;
}

impl Named for Structured {
    const KIND: Kind = Kind::Structured;
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    #[default]
    Random,
    Structured,
}

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
    wiring: Kind,
}

impl<W: Width, G: Named> From<Params<W, G>> for RawParams {
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

impl RawParams {
    fn builder<W: Width, G: Named>(self) -> Result<ParamsBuilder<W>, WireError> {
        if self.bits != W::BITS {
            return Err(WireError::Width {
                got: self.bits,
                expected: W::BITS,
            });
        }
        if self.wiring != G::KIND {
            return Err(WireError::Wiring {
                got: self.wiring,
                expected: G::KIND,
            });
        }
        Ok(Params::<W>::builder(self.visible, self.hidden)
            .fan_in(self.fan_in)
            .winners(self.winners)
            .active(self.active)
            .rate(self.rate)
            .rounding(self.rounding)
            .assignment(self.assignment)
            .seed(self.seed))
    }
}

impl<W: Width> TryFrom<RawParams> for Params<W> {
    type Error = WireError;

    fn try_from(raw: RawParams) -> Result<Self, WireError> {
        let builder = raw.builder::<W, Random>()?;
        builder.build().map_err(WireError::Params)
    }
}

impl<W: Width> TryFrom<RawParams> for Params<W, Structured> {
    type Error = WireError;

    fn try_from(raw: RawParams) -> Result<Self, WireError> {
        let builder = raw.builder::<W, Structured>()?.structured();
        builder.build().map_err(WireError::Params)
    }
}

#[derive(Debug)]
pub(super) enum WireError {
    Width { got: u32, expected: u32 },
    Wiring { got: Kind, expected: Kind },
    Params(super::ParamsError),
}

impl core::fmt::Display for WireError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Width { got, expected } => {
                write!(f, "weights of {got} bits, expected {expected}")
            }
            Self::Wiring { got, expected } => {
                write!(f, "wiring {got:?}, expected {expected:?}")
            }
            Self::Params(error) => error.fmt(f),
        }
    }
}
