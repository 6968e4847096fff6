//! Parameters as plain numbers, for what knows no types: snapshots, and serde.

use core::fmt;

use crate::kwinner::{Assignment, Params, ParamsError, Seeded, Wiring, WiringKind};
use crate::weight::{Rounding, Width};

/// The parameters of a network before its width and wiring are known as types; not checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
#[non_exhaustive]
pub struct Settings {
    /// Bits of a weight: [`Width::BITS`] of the type to open it with.
    pub bits: u32,
    /// Visible units, n_i.
    pub visible: u32,
    /// Hidden units, n_h.
    pub hidden: u32,
    /// Fan-in, m.
    pub fan_in: u32,
    /// Winners, k.
    pub winners: u32,
    /// Ones of a recalled pattern, s.
    pub active: u32,
    /// Learning rate eps, in 1/65536.
    pub rate: u32,
    /// Rounding of the learning step.
    pub rounding: Rounding,
    /// How learning chooses its winners.
    pub assignment: Assignment,
    /// How the network is wired.
    #[cfg_attr(feature = "serde", serde(default))]
    pub wiring: WiringKind,
    /// Seed.
    pub seed: u64,
}

impl Settings {
    pub(crate) fn of<W: Width, G: Wiring>(params: &Params<W, G>) -> Self {
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
            wiring: G::KIND,
            seed: params.seed(),
        }
    }

    /// The parameters as the type that makes a network.
    ///
    /// # Errors
    /// [`SettingsError::Width`] if `W` is another width, [`SettingsError::Wiring`] if `G` is another wiring;
    /// [`SettingsError::Params`] never for settings of a snapshot that is open.
    pub fn params<W: Width, G: Seeded>(&self) -> Result<Params<W, G>, SettingsError> {
        if self.bits != W::BITS {
            return Err(SettingsError::Width {
                got: self.bits,
                expected: W::BITS,
            });
        }
        if self.wiring != G::KIND {
            return Err(SettingsError::Wiring {
                got: self.wiring,
                expected: G::KIND,
            });
        }
        let builder = Params::builder(self.visible, self.hidden)
            .fan_in(self.fan_in)
            .winners(self.winners)
            .active(self.active)
            .rate(self.rate)
            .rounding(self.rounding)
            .assignment(self.assignment)
            .seed(self.seed);
        G::build(builder).map_err(SettingsError::Params)
    }
}

impl<W: Width, G: Wiring> From<Params<W, G>> for Settings {
    fn from(params: Params<W, G>) -> Self {
        Self::of(&params)
    }
}

impl<W: Width, G: Seeded> TryFrom<Settings> for Params<W, G> {
    type Error = SettingsError;

    fn try_from(settings: Settings) -> Result<Self, SettingsError> {
        settings.params()
    }
}

/// Why settings are no parameters of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SettingsError {
    /// The weights are of another width than the type asked for.
    Width {
        /// Bits of a weight in the settings.
        got: u32,
        /// Bits of the type asked for.
        expected: u32,
    },
    /// The network is wired otherwise than the type asked for.
    Wiring {
        /// Wiring in the settings.
        got: WiringKind,
        /// Wiring of the type asked for.
        expected: WiringKind,
    },
    /// A parameter is out of range.
    Params(ParamsError),
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Width { got, expected } => {
                write!(f, "weights of {got} bits, expected {expected}")
            }
            Self::Wiring { got, expected } => write!(f, "{got} wiring, expected {expected}"),
            Self::Params(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for SettingsError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Params(error) => Some(error),
            _ => None,
        }
    }
}
